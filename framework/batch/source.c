/* SPDX-License-Identifier: MIT
 *
 * source.c: reading contracts as whole files or line by line.
 */
#include "batch/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/file.h"
#include "batch/walk.h"
#include "json/json.h"

/* A block is full when less than this is left, which is not worth a call. */
#define READ_LEAST ((size_t) 16 << 10)

struct rk__batch_source {
    rk__walk *walk;
    uint64_t next_index;
    uint64_t read, total;
    /* The current file of lines. */
    rk__batch_file *file;
    int fd;
    bool digests;
    bool waits; /* a pipe or a terminal, which may have nothing yet */
    bool ended;
    bool skipping; /* the rest of a line that was too long */
    int error;     /* errno of the read that ended the file */
    uint64_t line;
    rk__texts texts;
    rk__batch_block *block;
    size_t from, to; /* bytes [from, to) of it have been read but not returned */
    size_t seen;     /* bytes after `from` without a line end */
};

/* --------------------------------------------------------------------- items */

static rk__batch_file *file_new(const char *path, bool lines)
{
    rk__arena arena = {0};
    const bool input = strcmp(path, "-") == 0;
    rk__batch_file *f = rk__calloc(1, sizeof *f);
    const char *folder = input ? "." : rk__path_dirname(&arena, path);
    if (f != NULL && folder != NULL) {
        f->uses = 1;
        f->lines = lines;
        f->name = rk__strdup(input ? "standard input" : path);
        f->base_dir = rk__strdup(folder);
    }
    rk__arena_dispose(&arena);
    if (f != NULL && (f->name == NULL || f->base_dir == NULL)) {
        rk__free(f->name);
        rk__free(f->base_dir);
        rk__free(f);
        f = NULL;
    }
    return f;
}

static void file_release(rk__batch_file *f)
{
    if (f != NULL && --f->uses == 0) {
        rk__free(f->name);
        rk__free(f->base_dir);
        rk__free(f);
    }
}

void rk__batch_item_forget(rk__batch_item *item)
{
    if (item->block == NULL) {
        rk__free(item->text);
    }
    rk__block_release(item->block);
    item->block = NULL;
    item->text = NULL;
}

void rk__batch_item_dispose(rk__batch_item *item)
{
    rk__batch_item_forget(item);
    file_release(item->file);
    rk__free(item->problem);
    *item = (rk__batch_item){0};
}

/* Makes an item of a contract that cannot be read. */
static rk__source_state bad_item(rk__batch_item *item, rk_status status, const char *message)
{
    item->status = status;
    item->problem = rk__strdup(message);
    item->digest = XXH3_64bits(message, strlen(message));
    if (item->problem == NULL) {
        rk__batch_item_dispose(item);
        return RK__SOURCE_FAILED;
    }
    return RK__SOURCE_ITEM;
}

static rk__source_state unreadable(rk__batch_source *s, const char *path, int error,
                                   rk__batch_item *item)
{
    char message[512];
    *item = (rk__batch_item){.index = s->next_index++, .file = file_new(path, false)};
    if (item->file == NULL) {
        return RK__SOURCE_FAILED;
    }
    (void) snprintf(message, sizeof message, "'%s' cannot be read: %s", item->file->name,
                    strerror(error));
    return bad_item(item, RK_IO, message);
}

/* ----------------------------------------------------------------- documents */

/* RK__SOURCE_WAIT if the document is not a contract. */
static rk__source_state read_document(rk__batch_source *s, const char *path, bool below,
                                      rk__batch_item *item)
{
    rk_problems *met = rk_problems_new();
    *item = (rk__batch_item){.file = file_new(path, false)};
    if (met == NULL || item->file == NULL) {
        rk_problems_free(met);
        rk__batch_item_dispose(item);
        return RK__SOURCE_FAILED;
    }
    const rk_status status =
        rk__file_read(path, RK__JSON_MAX_BYTES, &item->text, &item->length, met);
    rk__source_state state = RK__SOURCE_ITEM;
    if (status == RK_OK) {
        s->read += item->length;
        item->digest = s->digests ? XXH3_64bits(item->text, item->length) : 0;
    } else {
        item->text = NULL;
        state = status == RK_NO_MEMORY ? RK__SOURCE_FAILED
                                       : bad_item(item, status, rk_problems_at(met, 0)->message);
    }
    rk_problems_free(met);
    if (status == RK_OK && below && rk__batch_is_other(item->text, item->length)) {
        rk__batch_item_dispose(item);
        return RK__SOURCE_WAIT;
    }
    if (state == RK__SOURCE_ITEM) {
        item->index = s->next_index++;
    }
    return state;
}

/* --------------------------------------------------------------------- lines */

static rk_status lines_open(rk__batch_source *s, const char *path, int *error)
{
    struct stat status;
    const bool input = strcmp(path, "-") == 0;
    *error = 0;
    s->fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0) {
        *error = errno;
        return RK_OK;
    }
    s->waits = fstat(s->fd, &status) == 0 && !S_ISREG(status.st_mode);
    s->ended = s->skipping = false;
    s->error = 0;
    s->line = 0;
    /* After the NUL of the last line of the file before. */
    s->to += s->block != NULL && s->to < s->block->capacity;
    s->from = s->to;
    s->seen = 0;
    s->file = file_new(path, true);
    return s->file == NULL ? RK_NO_MEMORY : RK_OK;
}

static void lines_close(rk__batch_source *s)
{
    if (s->fd > STDIN_FILENO) {
        (void) close(s->fd);
    }
    s->fd = -1;
    file_release(s->file);
    s->file = NULL;
}

/* Makes space after what has been read. If little is left, moves what has not been returned to
 * the beginning of this block or a new one. */
static bool make_room(rk__batch_source *s)
{
    rk__batch_block *old = s->block;
    const size_t rest = s->to - s->from;
    if (old != NULL && old->capacity - s->to >= READ_LEAST) {
        return true;
    }
    if (old != NULL && old->uses == 1 && old->capacity - rest >= READ_LEAST) {
        memmove(old->text, old->text + s->from, rest);
    } else {
        /* The block of a long line doubles each time. */
        const size_t least = RK__TEXTS_BLOCK - 1;
        rk__batch_block *block = rk__texts_block(&s->texts, rest > least / 2 ? rest * 2 : least);
        if (block == NULL) {
            return false;
        }
        if (rest > 0) {
            memcpy(block->text, old->text + s->from, rest);
        }
        rk__block_release(old);
        s->block = block;
    }
    s->from = 0;
    s->to = rest;
    return true;
}

/* Reads more; RK__SOURCE_ITEM if something was read or the file has ended. */
static rk__source_state read_more(rk__batch_source *s)
{
    if (s->waits) {
        struct pollfd one = {.fd = s->fd, .events = POLLIN};
        if (poll(&one, 1, 0) == 0) {
            return RK__SOURCE_WAIT;
        }
    }
    if (!make_room(s)) {
        return RK__SOURCE_FAILED;
    }
    const ssize_t n = read(s->fd, s->block->text + s->to, s->block->capacity - s->to);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
        return RK__SOURCE_WAIT;
    }
    s->ended = n <= 0;
    s->error = n < 0 ? errno : 0;
    s->to += n > 0 ? (size_t) n : 0;
    s->read += n > 0 ? (size_t) n : 0;
    return RK__SOURCE_ITEM;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') {
            return false;
        }
    }
    return true;
}

/* Makes an item of a line, which is terminated with a NUL in its block. */
static rk__source_state line_item(rk__batch_source *s, char *text, size_t length,
                                  rk__batch_item *item)
{
    *item = (rk__batch_item){
        .index = s->next_index++, .file = s->file, .line = s->line, .length = length};
    s->file->uses++;
    if (text == NULL) {
        char message[128];
        (void) snprintf(message, sizeof message,
                        "the line is longer than the %zu MiB that a document may have",
                        RK__JSON_MAX_BYTES >> 20);
        return bad_item(item, RK_LIMIT, message);
    }
    text[length] = '\0';
    item->text = text;
    item->block = s->block;
    s->block->uses++;
    item->digest = s->digests ? XXH3_64bits(text, length) : 0;
    return RK__SOURCE_ITEM;
}

rk_status rk__batch_source_fault(const rk__batch_source *source, rk_problems *problems)
{
    const rk__place place = {.file = source->file->name, .line = (uint32_t) (source->line + 1)};
    return rk__problem(problems, RK_IO, &place,
                       "contracts are missing; with --out, --resume continues from here",
                       "reading failed here: %s", strerror(source->error));
}

/* The next line that is not blank; RK__SOURCE_END if there is none. */
static rk__source_state next_line(rk__batch_source *s, rk__batch_item *item)
{
    for (;;) {
        const size_t held = s->to - s->from;
        char *text = held > 0 ? s->block->text + s->from : NULL;
        const char *end = held > s->seen ? memchr(text + s->seen, '\n', held - s->seen) : NULL;
        if (end == NULL && !s->ended) {
            s->seen = held;
            if (held > RK__JSON_MAX_BYTES) {
                s->skipping = true;
                s->from = s->to;
                s->seen = 0;
            }
            const rk__source_state state = read_more(s);
            if (state != RK__SOURCE_ITEM) {
                return state;
            }
            continue;
        }
        /* The text before the error may be half a line. */
        if (end == NULL && (s->error != 0 || (held == 0 && !s->skipping))) {
            return s->error != 0 ? RK__SOURCE_UNREAD : RK__SOURCE_END;
        }
        const size_t length = end != NULL ? (size_t) (end - text) : held;
        s->from += length + (end != NULL);
        s->seen = 0;
        s->line++;
        const bool too_long = s->skipping || length > RK__JSON_MAX_BYTES;
        s->skipping = false;
        if (too_long || !is_blank(text, length)) {
            return line_item(s, too_long ? NULL : text, length, item);
        }
    }
}

/* ----------------------------------------------------------------- all files */

static uint64_t measure(const char *const *paths, const char *const *outputs)
{
    uint64_t total = 0;
    bool known = true;
    rk__walk *walk = rk__walk_new(paths, outputs);
    while (walk != NULL && known) {
        struct stat status;
        const char *path = NULL;
        bool below = false;
        int error = 0;
        const rk__walk_kind kind = rk__walk_next(walk, &path, &below, &error);
        if (kind == RK__WALK_END || kind == RK__WALK_FAILED) {
            break;
        }
        if (kind != RK__WALK_BAD && stat(path, &status) == 0) {
            known = S_ISREG(status.st_mode);
            total += (uint64_t) status.st_size;
        } else if (strcmp(path, "-") == 0) {
            known = fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode);
            total += known ? (uint64_t) status.st_size : 0;
        }
    }
    rk__walk_free(walk);
    return known ? total : 0;
}

rk_status rk__batch_source_new(const char *const *paths, const char *const *outputs, bool measured,
                               bool digests, rk__batch_source **out, rk_problems *problems)
{
    size_t inputs = 0;
    for (size_t i = 0; paths[i] != NULL; i++) {
        inputs += strcmp(paths[i], "-") == 0;
    }
    *out = NULL;
    if (inputs > 1) {
        return rk__problem(problems, RK_USAGE, NULL, NULL, "standard input can only be read once");
    }
    rk__batch_source *s = rk__calloc(1, sizeof *s);
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->fd = s->texts.fd = -1;
    s->walk = rk__walk_new(paths, outputs);
    if (s->walk == NULL) {
        rk__batch_source_free(s);
        return RK_NO_MEMORY;
    }
    s->digests = digests;
    s->total = measured ? measure(paths, outputs) : 0;
    *out = s;
    return RK_OK;
}

void rk__batch_source_free(rk__batch_source *source)
{
    if (source != NULL) {
        lines_close(source);
        rk__walk_free(source->walk);
        rk__block_release(source->block);
        rk__texts_close(&source->texts);
        rk__free(source);
    }
}

/* Whether the first line of a file is another document than a contract, such as a result. */
static bool begins_with_other(rk__batch_source *s)
{
    const char *end = NULL;
    const char *text = NULL;
    if (!s->waits && read_more(s) == RK__SOURCE_ITEM && s->to > s->from) {
        text = s->block->text + s->from;
        end = memchr(text, '\n', s->to - s->from);
    }
    return end != NULL && rk__batch_is_other(text, (size_t) (end - text));
}

int rk__batch_source_share(rk__batch_source *source)
{
    if (source->texts.fd < 0) {
        rk__texts_share(&source->texts);
    }
    return source->texts.fd;
}

static rk__source_state next_file(rk__batch_source *s, rk__batch_item *item)
{
    for (;;) {
        const char *path = NULL;
        bool below = false;
        int error = 0;
        switch (rk__walk_next(s->walk, &path, &below, &error)) {
        case RK__WALK_END:
            return RK__SOURCE_END;
        case RK__WALK_FAILED:
            return RK__SOURCE_FAILED;
        case RK__WALK_BAD:
            return unreadable(s, path, error, item);
        case RK__WALK_LINES:
            if (lines_open(s, path, &error) != RK_OK) {
                return RK__SOURCE_FAILED;
            }
            if (error != 0) {
                return unreadable(s, path, error, item);
            }
            if (!below || !begins_with_other(s)) {
                return RK__SOURCE_WAIT;
            }
            lines_close(s);
            continue;
        case RK__WALK_DOCUMENT:
            break;
        }
        const rk__source_state state = read_document(s, path, below, item);
        if (state != RK__SOURCE_WAIT) {
            return state;
        }
    }
}

rk__source_state rk__batch_source_next(rk__batch_source *source, rk__batch_item *item)
{
    for (;;) {
        rk__source_state state;
        if (source->fd < 0) {
            state = next_file(source, item);
            if (state != RK__SOURCE_WAIT) {
                return state;
            }
        }
        state = next_line(source, item);
        if (state != RK__SOURCE_END) {
            return state;
        }
        lines_close(source);
    }
}

int rk__batch_source_fd(const rk__batch_source *source)
{
    return source->fd;
}

uint64_t rk__batch_source_read(const rk__batch_source *source)
{
    return source->read;
}

uint64_t rk__batch_source_total(const rk__batch_source *source)
{
    return source->total;
}
