/* SPDX-License-Identifier: MIT
 *
 * http_server.c: listening, connections, and the book of replies and requests.
 */
#include "support/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/http_reply.h"

#define REQUEST_MAX 16384

typedef struct route {
    char *path;
    http_reply *replies;
    size_t n;
    int hits;
    char last_request[REQUEST_MAX];
    struct route *next;
} route;

struct http_server {
    int listener, port;
    SSL_CTX *tls;
    char *folder;
    pthread_t thread;
    pthread_mutex_t mutex; /* of all that follows */
    pthread_cond_t idle;
    route *routes;
    int connections, hits;
    atomic_bool stopping;
};

static char *copy_of(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        http_die("malloc");
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* -------------------------------------------------------------------- book */

/* The mutex is held. */
static route *route_of(http_server *server, const char *path)
{
    route *r = server->routes;
    while (r != NULL && strcmp(r->path, path) != 0) {
        r = r->next;
    }
    if (r == NULL) {
        r = calloc(1, sizeof *r);
        if (r == NULL) {
            http_die("calloc");
        }
        r->path = copy_of(path, strlen(path));
        r->next = server->routes;
        server->routes = r;
    }
    return r;
}

void http_server_on(http_server *server, const char *path, const http_reply *reply)
{
    http_reply copy = *reply;
    copy.length = reply->length != 0 ? reply->length : strlen(reply->body ? reply->body : "");
    copy.body = reply->body != NULL ? copy_of(reply->body, copy.length) : NULL;
    copy.headers = reply->headers ? copy_of(reply->headers, strlen(reply->headers)) : NULL;
    copy.etag = reply->etag ? copy_of(reply->etag, strlen(reply->etag)) : NULL;
    copy.last_modified =
        reply->last_modified ? copy_of(reply->last_modified, strlen(reply->last_modified)) : NULL;
    pthread_mutex_lock(&server->mutex);
    route *r = route_of(server, path);
    r->replies = realloc(r->replies, (r->n + 1) * sizeof *r->replies);
    if (r->replies == NULL) {
        http_die("realloc");
    }
    r->replies[r->n++] = copy;
    pthread_mutex_unlock(&server->mutex);
}

int http_server_hits(const http_server *server, const char *path)
{
    http_server *s = (http_server *) (size_t) server;
    pthread_mutex_lock(&s->mutex);
    int hits = path != NULL ? route_of(s, path)->hits : s->hits;
    pthread_mutex_unlock(&s->mutex);
    return hits;
}

char *http_server_last_request(const http_server *server, const char *path, char *out, size_t size)
{
    http_server *s = (http_server *) (size_t) server;
    pthread_mutex_lock(&s->mutex);
    snprintf(out, size, "%s", route_of(s, path)->last_request);
    pthread_mutex_unlock(&s->mutex);
    return out;
}

/* Notes a request; the reply that is due, or false where none is set. */
static bool book_request(http_server *server, const char *path, const char *head, http_reply *out)
{
    pthread_mutex_lock(&server->mutex);
    route *r = route_of(server, path);
    size_t turn = (size_t) r->hits++;
    server->hits++;
    snprintf(r->last_request, sizeof r->last_request, "%s", head);
    if (r->n == 0) {
        r = route_of(server, "*");
    }
    bool found = r->n > 0;
    if (found) {
        *out = r->replies[turn < r->n ? turn : r->n - 1];
    }
    pthread_mutex_unlock(&server->mutex);
    return found;
}

/* ------------------------------------------------------------------- folder */

void http_server_folder(http_server *server, const char *folder)
{
    free(server->folder);
    server->folder = copy_of(folder, strlen(folder));
}

static bool read_file(const char *path, char **text, size_t *length)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) {
        if (file != NULL) {
            fclose(file);
        }
        return false;
    }
    *length = (size_t) info.st_size;
    *text = copy_of("", 0);
    *text = realloc(*text, *length + 1);
    bool fine = *text != NULL && fread(*text, 1, *length, file) == *length;
    fclose(file);
    return fine;
}

static void send_file(http_server *server, http_connection *c, const char *path, const char *head)
{
    char file[4096], date[64] = "";
    char *text = NULL;
    size_t length = 0;
    struct stat info;
    struct tm parts;
    http_reply reply = {.status = 404, .body = "no such page\n"};
    snprintf(file, sizeof file, "%s%.*s", server->folder ? server->folder : "",
             (int) strcspn(path, "?"), path);
    if (server->folder != NULL && path[0] == '/' && strstr(path, "..") == NULL &&
        read_file(file, &text, &length) && stat(file, &info) == 0) {
        gmtime_r(&info.st_mtime, &parts);
        strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        reply = (http_reply){.status = 200, .body = text, .length = length, .last_modified = date};
        if (length == 0) {
            reply.body = "";
        }
    }
    http_reply_send(c, &reply, head);
    free(text);
}

/* -------------------------------------------------------------- connections */

typedef struct visit {
    http_server *server;
    int fd;
} visit;

/* Reads a head; false where the client went before its end. */
static bool read_head(http_connection *c, char *head)
{
    size_t used = 0;
    while (used < REQUEST_MAX - 1) {
        size_t n = http_connection_read(c, head + used, REQUEST_MAX - 1 - used);
        if (n == 0) {
            return false;
        }
        used += n;
        head[used] = '\0';
        if (strstr(head, "\r\n\r\n") != NULL) {
            return true;
        }
    }
    return false;
}

static void serve(http_server *server, http_connection *c)
{
    char head[REQUEST_MAX], path[2048];
    http_reply reply;
    if (!read_head(c, head) || sscanf(head, "%*15s %2047s", path) != 1) {
        return;
    }
    if (book_request(server, path, head, &reply)) {
        http_reply_send(c, &reply, head);
    } else {
        send_file(server, c, path, head);
    }
}

static void *on_visit(void *ctx)
{
    visit v = *(visit *) ctx;
    http_server *server = v.server;
    free(ctx);
    http_connection c = {.fd = v.fd, .stopping = &server->stopping};
    bool greeted = true;
    if (server->tls != NULL) {
        /* A client that dislikes the certificate leaves without a word. */
        struct timeval patience = {.tv_sec = 5};
        setsockopt(v.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        c.tls = SSL_new(server->tls);
        greeted = c.tls != NULL && SSL_set_fd(c.tls, v.fd) == 1 && SSL_accept(c.tls) == 1;
    }
    if (greeted) {
        serve(server, &c);
    }
    SSL_free(c.tls);
    close(v.fd);
    pthread_mutex_lock(&server->mutex);
    server->connections--;
    pthread_cond_broadcast(&server->idle);
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static void *listen_on(void *ctx)
{
    http_server *server = ctx;
    int fd;
    while ((fd = accept(server->listener, NULL, NULL)) >= 0 || errno == EINTR ||
           errno == ECONNABORTED) {
        pthread_t thread;
        visit *v = malloc(sizeof *v);
        if (fd < 0 || v == NULL) {
            free(v);
            continue;
        }
        *v = (visit){server, fd};
        pthread_mutex_lock(&server->mutex);
        server->connections++;
        pthread_mutex_unlock(&server->mutex);
        if (pthread_create(&thread, NULL, on_visit, v) != 0) {
            http_die("pthread_create");
        }
        pthread_detach(thread);
    }
    return NULL;
}

/* --------------------------------------------------------------- life cycle */

static SSL_CTX *tls_context(const http_tls *tls)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, tls->certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, tls->key, SSL_FILETYPE_PEM) != 1) {
        http_die("TLS");
    }
    return context;
}

http_server *http_server_start_on(int port, const http_tls *tls)
{
    http_server *server = calloc(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short) port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int yes = 1;
    if (server == NULL) {
        http_die("calloc");
    }
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (server->listener < 0 ||
        bind(server->listener, (struct sockaddr *) &address, sizeof address) != 0 ||
        listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *) &address, &size) != 0) {
        http_die("listening");
    }
    server->port = ntohs(address.sin_port);
    server->tls = tls != NULL ? tls_context(tls) : NULL;
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->idle, NULL);
    /* OpenSSL writes to a connection that may be gone: the threads that begin here
     * get EPIPE and no signal. */
    sigset_t pipes, before;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, &before);
    if (pthread_create(&server->thread, NULL, listen_on, server) != 0) {
        http_die("pthread_create");
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return server;
}

http_server *http_server_start(const http_tls *tls)
{
    return http_server_start_on(0, tls);
}

static void free_routes(route *r)
{
    while (r != NULL) {
        route *next = r->next;
        for (size_t i = 0; i < r->n; i++) {
            free((char *) (size_t) r->replies[i].body);
            free((char *) (size_t) r->replies[i].headers);
            free((char *) (size_t) r->replies[i].etag);
            free((char *) (size_t) r->replies[i].last_modified);
        }
        free(r->replies);
        free(r->path);
        free(r);
        r = next;
    }
}

void http_server_stop(http_server *server)
{
    if (server == NULL) {
        return;
    }
    server->stopping = true;
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    pthread_mutex_lock(&server->mutex);
    while (server->connections > 0) {
        pthread_cond_wait(&server->idle, &server->mutex);
    }
    pthread_mutex_unlock(&server->mutex);
    SSL_CTX_free(server->tls);
    free_routes(server->routes);
    free(server->folder);
    pthread_mutex_destroy(&server->mutex);
    pthread_cond_destroy(&server->idle);
    free(server);
}

int http_server_port(const http_server *server)
{
    return server->port;
}

char *http_server_url(const http_server *server, const char *path, char *out, size_t size)
{
    snprintf(out, size, "http%s://127.0.0.1:%d%s", server->tls != NULL ? "s" : "", server->port,
             path);
    return out;
}
