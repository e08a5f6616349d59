/* SPDX-License-Identifier: MIT
 *
 * http_reply.c: putting a reply into bytes, and sending them well or badly.
 */
#include "support/http_reply.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

typedef struct bytes {
    char *text;
    size_t length;
} bytes;

void http_die(const char *what)
{
    fprintf(stderr, "http_server: %s: %s\n", what, strerror(errno));
    abort();
}

static void add(bytes *to, const void *text, size_t length)
{
    to->text = realloc(to->text, to->length + length + 1);
    if (to->text == NULL) {
        http_die("realloc");
    }
    memcpy(to->text + to->length, text, length);
    to->length += length;
    to->text[to->length] = '\0';
}

static void add_text(bytes *to, const char *text)
{
    add(to, text, strlen(text));
}

static void add_line(bytes *to, const char *name, const char *value)
{
    add_text(to, name);
    add_text(to, ": ");
    add_text(to, value);
    add_text(to, "\r\n");
}

/* -------------------------------------------------------------- connection */

bool http_connection_pause(const http_connection *c, long ms)
{
    while (ms > 0 && !*c->stopping) {
        long slice = ms < 10 ? ms : 10;
        nanosleep(&(struct timespec){.tv_nsec = slice * 1000000}, NULL);
        ms -= slice;
    }
    return !*c->stopping;
}

/* Waits until there is something to read, or an end to notice. */
static bool readable(const http_connection *c, int ms)
{
    while (ms > 0 && !*c->stopping) {
        struct pollfd poller = {.fd = c->fd, .events = POLLIN};
        if (poll(&poller, 1, 10) > 0) {
            return true;
        }
        ms -= 10;
    }
    return false;
}

size_t http_connection_read(http_connection *c, char *out, size_t size)
{
    if (c->tls != NULL) {
        int n = SSL_read(c->tls, out, (int) size);
        return n > 0 ? (size_t) n : 0;
    }
    ssize_t n = readable(c, 5000) ? recv(c->fd, out, size, 0) : 0;
    return n > 0 ? (size_t) n : 0;
}

static bool write_all(http_connection *c, const char *text, size_t length)
{
    while (length > 0 && !*c->stopping) {
        ssize_t n = c->tls != NULL ? SSL_write(c->tls, text, (int) length)
                                   : send(c->fd, text, length, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        text += n;
        length -= (size_t) n;
    }
    return length == 0;
}

static void end_connection(http_connection *c, http_ending ending)
{
    char ignored[512];
    if (ending == HTTP_HANG) {
        while (!*c->stopping &&
               (!readable(c, 1000) || recv(c->fd, ignored, sizeof ignored, 0) > 0)) {
        }
    } else if (ending == HTTP_RESET && c->tls == NULL) {
        struct linger at_once = {.l_onoff = 1, .l_linger = 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else {
        if (c->tls != NULL && ending == HTTP_CLOSE) {
            SSL_shutdown(c->tls);
        }
        /* Closing with something unread would reset the connection. */
        shutdown(c->fd, SHUT_WR);
        while (readable(c, 500) && recv(c->fd, ignored, sizeof ignored, 0) > 0) {
        }
    }
}

/* -------------------------------------------------------------------- reply */

bool http_head_value(const char *head, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    for (const char *line = head; (line = strstr(line, "\r\n")) != NULL;) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " \t");
            snprintf(out, size, "%.*s", (int) strcspn(value, "\r\n"), value);
            return true;
        }
    }
    return false;
}

static bool not_modified(const http_reply *reply, const char *head)
{
    char value[512];
    if (reply->etag != NULL && http_head_value(head, "If-None-Match", value, sizeof value)) {
        return strstr(value, reply->etag) != NULL;
    }
    return reply->last_modified != NULL &&
           http_head_value(head, "If-Modified-Since", value, sizeof value) &&
           strcmp(value, reply->last_modified) == 0;
}

static bytes compressed(const char *text, size_t length)
{
    z_stream zip = {0};
    bytes out = {0};
    unsigned char piece[16384];
    if (deflateInit2(&zip, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        http_die("deflateInit2");
    }
    zip.next_in = (unsigned char *) (size_t) text;
    zip.avail_in = (uInt) length;
    do {
        zip.next_out = piece;
        zip.avail_out = sizeof piece;
        deflate(&zip, Z_FINISH);
        add(&out, piece, sizeof piece - zip.avail_out);
    } while (zip.avail_out == 0);
    deflateEnd(&zip);
    return out;
}

static void add_body(bytes *to, const http_reply *reply, const char *body, size_t length)
{
    char line[40];
    if (!reply->chunked) {
        add(to, body, length);
        return;
    }
    for (size_t at = 0; at < length;) {
        size_t n = length - at < 1000 ? length - at : 1000;
        snprintf(line, sizeof line, "%zx\r\n", n);
        add_text(to, line);
        add(to, body + at, n);
        add_text(to, "\r\n");
        at += n;
    }
    add_text(to, "0\r\n\r\n");
}

static bytes spell(const http_reply *reply, const char *head)
{
    bytes out = {0}, packed = {0};
    char line[80];
    const char *body = reply->body != NULL ? reply->body : "";
    size_t length = reply->length != 0 ? reply->length : strlen(body);
    bool unchanged = not_modified(reply, head);
    if (reply->status == 0) {
        add(&out, body, length);
        return out;
    }
    if (reply->gzip && !unchanged) {
        packed = compressed(body, length);
        body = packed.text;
        length = packed.length;
    }
    snprintf(line, sizeof line, "HTTP/1.1 %d %s\r\n", unchanged ? 304 : reply->status,
             unchanged ? "Not Modified" : "Scripted");
    add_text(&out, line);
    add_line(&out, "Connection", "close");
    if (reply->etag != NULL) {
        add_line(&out, "ETag", reply->etag);
    }
    if (reply->last_modified != NULL) {
        add_line(&out, "Last-Modified", reply->last_modified);
    }
    if (reply->headers != NULL) {
        add_text(&out, reply->headers);
    }
    if (packed.text != NULL) {
        add_line(&out, "Content-Encoding", "gzip");
    }
    if (reply->chunked && !unchanged) {
        add_line(&out, "Transfer-Encoding", "chunked");
    } else if (!reply->no_length && !unchanged) {
        snprintf(line, sizeof line, "%zu", length);
        add_line(&out, "Content-Length", line);
    }
    add_text(&out, "\r\n");
    if (!unchanged) {
        add_body(&out, reply, body, length);
    }
    free(packed.text);
    return out;
}

void http_reply_send(http_connection *c, const http_reply *reply, const char *head)
{
    bytes all = spell(reply, head);
    size_t length = all.length, at = 0;
    if (reply->cut_after > 0 && reply->cut_after < length) {
        length = reply->cut_after;
    }
    bool fine = http_connection_pause(c, reply->delay_ms);
    while (fine && at < length) {
        size_t n = reply->piece > 0 && reply->piece < length - at ? reply->piece : length - at;
        fine = write_all(c, all.text + at, n);
        at += n;
        if (fine && at < length) {
            fine = http_connection_pause(c, reply->pause_ms);
        }
    }
    if (fine) {
        end_connection(c, reply->ending);
    }
    free(all.text);
}
