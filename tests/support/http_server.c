/* SPDX-License-Identifier: MIT
 *
 * http_server.c: drives http_server.py, a child process, through two pipes.
 */
#include "support/http_server.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct http_server {
    int port;
    bool tls;
};

/* The child that serves, or NULL before it starts; processes forked later share it. */
static FILE *requests, *answers;

static void die(const char *what)
{
    perror(what);
    abort();
}

void http_servers_launch(void)
{
    int to_child[2], from_child[2];
    if (requests != NULL) {
        return;
    }
    if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(from_child, O_CLOEXEC) != 0) {
        die("http_server: pipe2");
    }
    const pid_t child = fork();
    if (child == 0) {
        if (dup2(to_child[0], 0) < 0 || dup2(from_child[1], 1) < 0) {
            die("http_server: dup2");
        }
        execl(RK_PYTHON, RK_PYTHON, "-IS", RK_SOURCE_DIR "/tests/support/http_server.py",
              "--control", (char *) NULL);
        die("http_server: " RK_PYTHON);
    }
    close(to_child[0]);
    close(from_child[1]);
    requests = fdopen(to_child[1], "w");
    answers = fdopen(from_child[0], "r");
    if (child < 0 || requests == NULL || answers == NULL) {
        die("http_server: fork");
    }
    setvbuf(answers, NULL, _IONBF, 0); /* nothing is left in a forked test's buffer */
}

/* Sends what has been written to `requests`; the number that answers it. */
static int answer(void)
{
    int number = -1;
    if (fflush(requests) != 0 || fscanf(answers, "%d", &number) != 1 || getc(answers) != '\n') {
        die("http_server: no answer");
    }
    return number;
}

__attribute__((format(printf, 1, 2))) static int ask(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(requests, format, args);
    va_end(args);
    putc('\n', requests);
    return answer();
}

http_server *http_server_start(const http_tls *tls)
{
    http_server *server = malloc(sizeof *server);
    if (server == NULL) {
        die("http_server: malloc");
    }
    http_servers_launch();
    server->tls = tls != NULL;
    server->port =
        server->tls ? ask("start tls %s %s", tls->certificate, tls->key) : ask("start plain");
    return server;
}

void http_server_stop(http_server *server)
{
    if (server != NULL) {
        ask("stop %d", server->port);
        free(server);
    }
}

int http_server_port(const http_server *server)
{
    return server->port;
}

char *http_server_url(const http_server *server, const char *path, char *out, size_t size)
{
    snprintf(out, size, "http%s://127.0.0.1:%d%s", server->tls ? "s" : "", server->port, path);
    return out;
}

static void add_text(const char *name, const char *text)
{
    if (text != NULL) {
        fprintf(requests, " %s=", name);
        for (const char *p = text; *p != '\0'; p++) {
            fprintf(requests, isalnum((unsigned char) *p) ? "%c" : "%%%02X", (unsigned char) *p);
        }
    }
}

static void add_number(const char *name, long long number)
{
    if (number != 0) {
        fprintf(requests, " %s=%lld", name, number);
    }
}

void http_server_on(http_server *server, const char *path, const http_reply *reply)
{
    const char *body = reply->body != NULL ? reply->body : "";
    const size_t length = reply->length != 0 ? reply->length : strlen(body);
    fprintf(requests, "on %d %s %d%s%s%s%s%s", server->port, path, reply->status,
            reply->chunked ? " chunked" : "", reply->gzip ? " gzip" : "",
            reply->no_length ? " no-length" : "", reply->ending == HTTP_RESET ? " reset" : "",
            reply->ending == HTTP_HANG ? " hang" : "");
    add_text("headers", reply->headers);
    add_text("etag", reply->etag);
    add_text("modified", reply->last_modified);
    add_number("cut", (long long) reply->cut_after);
    add_number("piece", (long long) reply->piece);
    add_number("pause", reply->pause_ms);
    add_number("delay", reply->delay_ms);
    fprintf(requests, " bytes=%zu\n", length);
    fwrite(body, 1, length, requests);
    answer();
}

int http_server_hits(const http_server *server, const char *path)
{
    return ask("hits %d %s", server->port, path != NULL ? path : "");
}

char *http_server_last_request(const http_server *server, const char *path, char *out, size_t size)
{
    const size_t length = (size_t) ask("head %d %s", server->port, path);
    if (length >= size || fread(out, 1, length, answers) != length) {
        die("http_server: the request is too long");
    }
    out[length] = '\0';
    return out;
}

void make_certificates(const char *folder, const char *host)
{
    http_servers_launch();
    ask("certificates %s %s", folder, host);
}
