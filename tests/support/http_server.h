/* SPDX-License-Identifier: MIT
 *
 * http_server.h: HTTP servers on 127.0.0.1 for tests: scripted replies per path, well
 * or badly behaved, and counts of requests. support/http_server.py serves, in one
 * child process for all servers of a test program.
 *
 *     http_server *server = http_server_start(NULL);
 *     http_server_on(server, "/tariff.json", &(http_reply){.status = 200, .body = "{}"});
 *     http_server_url(server, "/tariff.json", url, sizeof url);
 *     ...
 *     http_server_stop(server);
 *
 * A failure of the server ends the test program with a message.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct http_server http_server;

typedef struct http_tls {
    const char *certificate, *key; /* PEM files, whose paths have no blanks */
} http_tls;

/* How a connection ends after the reply (or the part of it that was sent). */
typedef enum http_ending {
    HTTP_CLOSE = 0, /* in order */
    HTTP_RESET,     /* with a TCP reset; with TLS: in order, but for TLS's goodbye */
    HTTP_HANG       /* stays open, silent, until the client ends it */
} http_ending;

/* A reply; everything is copied. The server adds Content-Length, or chunks. */
typedef struct http_reply {
    int status;          /* 0: `body` is the whole reply, sent unchanged */
    const char *headers; /* more lines, each with its "\r\n"; or NULL */
    const char *body;    /* NULL for none */
    size_t length;       /* of `body`; 0: strlen */
    const char *etag;    /* sent; a request that has it gets a 304 */
    const char *last_modified;
    bool chunked;
    bool gzip;        /* compresses the body */
    bool no_length;   /* only the end of the connection ends the body */
    size_t cut_after; /* sends only so many bytes of the reply (head and body); 0: all */
    size_t piece;     /* sends so many bytes at a time... */
    long pause_ms;    /* ...with a pause between them */
    long delay_ms;    /* before the reply begins */
    http_ending ending;
} http_reply;

/* Starts the process that serves, unless it runs. A test program whose tests fork calls
 * this first, or each test that needs a server starts a process of its own. */
void http_servers_launch(void);

/* Listens on a port of its own. `tls` NULL: plain HTTP. */
http_server *http_server_start(const http_tls *tls);
/* Stops listening and frees the server. NULL is fine. */
void http_server_stop(http_server *server);

int http_server_port(const http_server *server);
/* "http://127.0.0.1:PORT/path"; returns `out`. */
char *http_server_url(const http_server *server, const char *path, char *out, size_t size);

/* Adds a reply for a path (with its query, exactly). The n-th request for the path
 * gets the n-th reply, and later ones the last. The path "*" answers for paths without
 * a reply; without it they get 404. */
void http_server_on(http_server *server, const char *path, const http_reply *reply);

int http_server_hits(const http_server *server, const char *path); /* NULL: all paths */
/* The head of the last request for a path; "" before the first. */
char *http_server_last_request(const http_server *server, const char *path, char *out, size_t size);

/* Writes into `folder`, as PEM: ca.pem; server.pem and server.key, signed by it for
 * `host` (a name, or an IPv4 address); self.pem, self-signed by the same key. */
void make_certificates(const char *folder, const char *host);
