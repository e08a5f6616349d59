/* SPDX-License-Identifier: MIT
 *
 * http_reply.h: between the server's files: a connection, and sending a reply.
 */
#ifndef TEST_HTTP_REPLY_H
#define TEST_HTTP_REPLY_H

#include <openssl/ssl.h>
#include <stdatomic.h>

#include "support/http_server.h"

typedef struct http_connection {
    int fd;
    SSL *tls;                    /* NULL: plain */
    const atomic_bool *stopping; /* the server's: give up when it turns true */
} http_connection;

/* Bytes read (at least 1), or 0 at the end or on any failure. */
size_t http_connection_read(http_connection *c, char *out, size_t size);
/* Sleeps; false as soon as the server stops. */
bool http_connection_pause(const http_connection *c, long ms);

/* Sends the reply, as the request `head` deserves (304), and ends the connection
 * as the reply says. */
void http_reply_send(http_connection *c, const http_reply *reply, const char *head);

/* The value of a header in a request's head, without case; false where it is absent. */
bool http_head_value(const char *head, const char *name, char *out, size_t size);

void http_die(const char *what) __attribute__((noreturn));

#endif
