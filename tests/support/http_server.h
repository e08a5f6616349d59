/* SPDX-License-Identifier: MIT
 *
 * http_server.h: a small HTTP server on 127.0.0.1 for tests: scripted replies per
 * path, well or badly behaved, and counters of what was asked. A thread a
 * connection; one request a connection unless the reply says otherwise.
 *
 *     http_server *server = http_server_start(NULL);
 *     http_server_on(server, "/tariff.json", &(http_reply){.status = 200, .body = "{}"});
 *     http_server_url(server, "/tariff.json", url, sizeof url);
 *     ...
 *     http_server_stop(server);
 *
 * Failures of the server itself end the process with a message: a test cannot go on
 * without it.
 */
#ifndef TEST_HTTP_SERVER_H
#define TEST_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct http_server http_server;

typedef struct http_tls {
    const char *certificate, *key; /* PEM files */
} http_tls;

/* How a connection ends after the reply (or what was sent of it). */
typedef enum http_ending {
    HTTP_CLOSE = 0, /* in order */
    HTTP_RESET,     /* with a TCP reset; with TLS: in order, but for TLS's goodbye */
    HTTP_HANG       /* stays open, silent, until the client goes or the server stops */
} http_ending;

/* A reply; everything is copied. Content-Length, or chunks, are added. */
typedef struct http_reply {
    int status;          /* 0: `body` is the whole reply, sent as it is */
    const char *headers; /* more lines, each with its "\r\n"; or NULL */
    const char *body;    /* NULL for none */
    size_t length;       /* of `body`; 0: strlen */
    const char *etag;    /* sent; a request that has it is answered by 304 */
    const char *last_modified;
    bool chunked;
    bool gzip;        /* compresses the body */
    bool no_length;   /* the end of the connection ends the body */
    size_t cut_after; /* sends so many bytes of the reply (head and body); 0: all */
    size_t piece;     /* sends in pieces of so many bytes... */
    long pause_ms;    /* ...with a pause between them */
    long delay_ms;    /* before the reply begins */
    http_ending ending;
} http_reply;

/* Listens on a port of its own. `tls` NULL: plain HTTP. */
http_server *http_server_start(const http_tls *tls);
/* On a given port; 0: any. */
http_server *http_server_start_on(int port, const http_tls *tls);
/* Ends all connections and waits for their threads. NULL is fine. */
void http_server_stop(http_server *server);

int http_server_port(const http_server *server);
/* "http://127.0.0.1:PORT/path"; returns `out`. */
char *http_server_url(const http_server *server, const char *path, char *out, size_t size);

/* Adds a reply for a path (with its query, exactly). The n-th request for the path
 * gets the n-th reply, and the last one for ever after. The path "*" is for those
 * that have no reply; without it they get 404. */
void http_server_on(http_server *server, const char *path, const http_reply *reply);
/* Serves the files below a folder where no reply is set, with their modification
 * time as Last-Modified. */
void http_server_folder(http_server *server, const char *folder);

int http_server_hits(const http_server *server, const char *path); /* NULL: of all paths */
/* The head of the last request for a path; "" before the first. */
char *http_server_last_request(const http_server *server, const char *path, char *out, size_t size);

#endif
