/* SPDX-License-Identifier: MIT
 *
 * serve_folder.c: the test server as a program, for tests written in shell.
 *
 *     serve_folder [--port N] [--tls CERTIFICATE KEY] [--script FILE] [FOLDER]
 *
 * Prints its URL ("http://127.0.0.1:40123") as a line and serves until it is ended
 * by a signal or its parent ends. A script has a line a reply, in order; empty
 * lines and those that begin with # are skipped:
 *
 *     PATH STATUS [etag=X] [modified=X] [header=Name:value] [delay=MS] [piece=BYTES]
 *                 [pause=MS] [cut=BYTES] [gzip] [chunked] [no-length] [reset] [hang]
 *                 [file=PATH | body=the rest of the line]
 *
 * A status of 0 sends the file or body as the whole reply. Files are relative to the
 * working directory. `_` stands for a blank in etag, modified and header.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "support/http_server.h"

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "serve_folder: %s '%s'\n", what, which);
    exit(2);
}

static char *read_all(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail("cannot open", path);
    }
    char *text = NULL;
    size_t n = 1;
    for (*length = 0; n > 0; *length += n) {
        text = realloc(text, *length + 65537);
        if (text == NULL) {
            fail("no memory for", path);
        }
        n = fread(text + *length, 1, 65536, file);
    }
    text[*length] = '\0';
    fclose(file);
    return text;
}

static const char *blanks(char *text)
{
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return text;
}

typedef struct line_reply {
    http_reply reply;
    char headers[4096];
    char *file;
} line_reply;

static void set_flag(http_reply *reply, const char *word)
{
    if (strcmp(word, "gzip") == 0) {
        reply->gzip = true;
    } else if (strcmp(word, "chunked") == 0) {
        reply->chunked = true;
    } else if (strcmp(word, "no-length") == 0) {
        reply->no_length = true;
    } else if (strcmp(word, "reset") == 0) {
        reply->ending = HTTP_RESET;
    } else if (strcmp(word, "hang") == 0) {
        reply->ending = HTTP_HANG;
    } else {
        fail("unknown word in the script:", word);
    }
}

static void set_member(line_reply *l, const char *name, char *value)
{
    http_reply *reply = &l->reply;
    char *colon;
    if (strcmp(name, "etag") == 0) {
        reply->etag = blanks(value);
    } else if (strcmp(name, "modified") == 0) {
        reply->last_modified = blanks(value);
    } else if (strcmp(name, "header") == 0 && (colon = strchr(value, ':')) != NULL) {
        size_t used = strlen(l->headers);
        *colon = '\0';
        snprintf(l->headers + used, sizeof l->headers - used, "%s: %s\r\n", value,
                 blanks(colon + 1));
        reply->headers = l->headers;
    } else if (strcmp(name, "delay") == 0) {
        reply->delay_ms = atol(value);
    } else if (strcmp(name, "piece") == 0) {
        reply->piece = (size_t) atol(value);
    } else if (strcmp(name, "pause") == 0) {
        reply->pause_ms = atol(value);
    } else if (strcmp(name, "cut") == 0) {
        reply->cut_after = (size_t) atol(value);
    } else if (strcmp(name, "file") == 0) {
        l->file = read_all(value, &reply->length);
        reply->body = l->file;
    } else {
        fail("unknown word in the script:", name);
    }
}

static void read_line(http_server *server, char *line)
{
    line_reply l = {0};
    char *rest = strstr(line, " body="), *next = NULL;
    if (rest != NULL) {
        *rest = '\0';
        l.reply.body = rest + 6;
    }
    const char *path = strtok_r(line, " \t", &next);
    if (path == NULL || path[0] == '#') {
        return;
    }
    const char *status = strtok_r(NULL, " \t", &next);
    if (status == NULL) {
        fail("no status in the script for", path);
    }
    l.reply.status = atoi(status);
    for (char *word; (word = strtok_r(NULL, " \t", &next)) != NULL;) {
        char *equals = strchr(word, '=');
        if (equals == NULL) {
            set_flag(&l.reply, word);
        } else {
            *equals = '\0';
            set_member(&l, word, equals + 1);
        }
    }
    http_server_on(server, path, &l.reply);
    free(l.file);
}

static void read_script(http_server *server, const char *path)
{
    size_t length;
    char *text = read_all(path, &length), *next = NULL;
    for (char *line = strtok_r(text, "\r\n", &next); line != NULL;
         line = strtok_r(NULL, "\r\n", &next)) {
        read_line(server, line);
    }
    free(text);
}

int main(int argc, char **argv)
{
    int port = 0;
    http_tls tls = {0};
    const char *script = NULL, *folder = NULL;
    char url[100];
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--port") == 0 && i + 1 < argc) {
            port = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--script") == 0 && i + 1 < argc) {
            script = argv[++i];
        } else if (strcmp(argv[i], "--tls") == 0 && i + 2 < argc) {
            tls.certificate = argv[++i];
            tls.key = argv[++i];
        } else if (argv[i][0] != '-' && folder == NULL) {
            folder = argv[i];
        } else {
            fail("unknown argument", argv[i]);
        }
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    http_server *server = http_server_start_on(port, tls.certificate != NULL ? &tls : NULL);
    if (folder != NULL) {
        http_server_folder(server, folder);
    }
    if (script != NULL) {
        read_script(server, script);
    }
    printf("%s\n", http_server_url(server, "", url, sizeof url));
    fflush(stdout);
    for (;;) {
        pause();
    }
}
