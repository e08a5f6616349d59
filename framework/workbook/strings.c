/* SPDX-License-Identifier: MIT
 *
 * strings.c: the strings that a workbook's cells share.
 *
 * Two stores, of text and of where each string ends in it, begin in memory and move to a file
 * when they grow past their ceiling.
 */
#include "workbook/strings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "workbook/value.h"
#include "workbook/xml.h"

#define MEMORY_BYTES ((size_t) 8 << 20) /* of each store */
#define WRITE_BYTES  ((size_t) 256 << 10)
#define MAX_TEXT     ((uint64_t) 1 << 30)

typedef struct strings_store {
    rk__buf tail;    /* all of it; once there is a file, what is not yet in it */
    uint64_t stored; /* bytes in the file */
    int fd;          /* -1: none */
} strings_store;

struct rk__strings {
    strings_store text, ends; /* ends: a uint64_t for each string */
    uint64_t count;
    /* While loading: */
    rk__archive *archive;
    const char *path;
    rk__xml *xml;
    rk_problems *problems;
    unsigned depth;
    rk__buf item_text;
    rk__string_item item;
};

/* ------------------------------------------------------------------- stores */

static int temporary_file(void)
{
    const char *folder = getenv("TMPDIR");
    char path[256];
    const int length = snprintf(path, sizeof path, "%s/reckon-XXXXXX",
                                folder != NULL && *folder != '\0' ? folder : "/tmp");
    const int fd = length > 0 && (size_t) length < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void) unlink(path);
    }
    return fd;
}

static rk_status write_problem(const rk__strings *strings)
{
    const rk__place place = {.file = rk__archive_name(strings->archive)};
    return rk__problem(strings->problems, RK_IO, &place,
                       "set TMPDIR to a folder with room, or save fewer texts in the workbook",
                       "the workbook's strings need a temporary file, and it cannot be written: %s",
                       strerror(errno));
}

static rk_status write_tail(rk__strings *strings, strings_store *store)
{
    size_t done = 0;
    if (store->fd < 0) {
        store->fd = temporary_file();
    }
    while (store->fd >= 0 && done < store->tail.length) {
        const ssize_t r = write(store->fd, store->tail.text + done, store->tail.length - done);
        if (r < 0 && errno == EINTR) {
            continue;
        }
        if (r <= 0) {
            return write_problem(strings);
        }
        done += (size_t) r;
    }
    if (store->fd < 0) {
        return write_problem(strings);
    }
    store->stored += store->tail.length;
    if (store->tail.capacity > 2 * WRITE_BYTES) {
        rk__buf_dispose(&store->tail);
    } else {
        rk__buf_reset(&store->tail);
    }
    return RK_OK;
}

static rk_status add_bytes(rk__strings *strings, strings_store *store, const char *bytes, size_t n)
{
    const size_t ceiling = store->fd < 0 ? MEMORY_BYTES : WRITE_BYTES;
    if (store->tail.length + n > ceiling && store->tail.length > 0) {
        const rk_status status = write_tail(strings, store);
        if (status != RK_OK) {
            return status;
        }
    }
    rk__buf_add(&store->tail, bytes, n);
    return store->tail.failed ? RK_NO_MEMORY : RK_OK;
}

static bool read_bytes(const strings_store *store, uint64_t from, char *to, size_t n)
{
    if (from >= store->stored) {
        memcpy(to, store->tail.text + (from - store->stored), n);
        return true;
    }
    return pread(store->fd, to, n, (off_t) from) == (ssize_t) n;
}

/* Everything is in the file or in memory: a string is never in both. */
static rk_status settle(rk__strings *strings, strings_store *store)
{
    return store->fd >= 0 && store->tail.length > 0 ? write_tail(strings, store) : RK_OK;
}

/* ------------------------------------------------------------------ loading */

static rk_status string_problem(rk__strings *strings, const char *message)
{
    const rk__place place = {.file = rk__archive_name(strings->archive)};
    return rk__problem(strings->problems, RK_LIMIT, &place, "shorten the text in the workbook",
                       "the part '%s': string %llu %s", strings->path,
                       (unsigned long long) strings->count + 1, message);
}

static void end_string(rk__strings *strings)
{
    strings_store *text = &strings->text;
    rk_status status = strings->item_text.failed ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK) {
        status =
            add_bytes(strings, text, strings->item_text.text != NULL ? strings->item_text.text : "",
                      strings->item_text.length);
    }
    const uint64_t end = text->stored + text->tail.length;
    if (status == RK_OK && end > MAX_TEXT) {
        status = string_problem(strings, "makes them more than 1 GiB");
    }
    if (status == RK_OK) {
        status = add_bytes(strings, &strings->ends, (const char *) &end, sizeof end);
    }
    if (status != RK_OK) {
        rk__xml_fail(strings->xml, status);
        return;
    }
    strings->count++;
}

static void on_start(void *ctx, const char *name, const char *const *attributes)
{
    rk__strings *strings = ctx;
    if (strings->depth == 1) {
        rk__buf_reset(&strings->item_text);
        strings->item = (rk__string_item){.out = &strings->item_text};
    } else if (strings->depth > 1) {
        rk__string_start(&strings->item, name, attributes);
    }
    strings->depth++;
}

static void on_end(void *ctx, const char *name)
{
    rk__strings *strings = ctx;
    strings->depth--;
    if (strings->depth > 1) {
        rk__string_end(&strings->item);
    } else if (strings->depth == 1 && strcmp(name, "si") == 0) {
        end_string(strings);
    }
}

static void on_text(void *ctx, const char *text, size_t length)
{
    rk__strings *strings = ctx;
    rk__string_add(&strings->item, text, length);
    if (strings->item.too_long) {
        rk__xml_fail(strings->xml, string_problem(strings, "is longer than a cell may hold"));
    }
}

static rk_status load(rk__strings *strings, const char *path)
{
    const rk__xml_events events = {strings, on_start, on_end, on_text};
    rk_status status =
        rk__xml_open(strings->archive, path, &events, &strings->xml, strings->problems);
    while (status == RK_OK && strings->xml != NULL && !rk__xml_ended(strings->xml)) {
        status = rk__xml_step(strings->xml, strings->problems);
    }
    rk__xml_close(strings->xml);
    strings->xml = NULL;
    rk__buf_dispose(&strings->item_text);
    if (status == RK_OK) {
        status = settle(strings, &strings->text);
    }
    return status == RK_OK ? settle(strings, &strings->ends) : status;
}

rk_status rk__strings_load(rk__archive *archive, const char *path, rk__strings **out,
                           rk_problems *problems)
{
    rk__strings *strings = rk__calloc(1, sizeof *strings);
    *out = NULL;
    if (strings == NULL) {
        return RK_NO_MEMORY;
    }
    strings->text.fd = strings->ends.fd = -1;
    strings->archive = archive;
    strings->path = path;
    strings->problems = problems;
    const rk_status status = path != NULL ? load(strings, path) : RK_OK;
    strings->problems = NULL;
    if (status != RK_OK) {
        rk__strings_free(strings);
        return status;
    }
    *out = strings;
    return RK_OK;
}

static void free_store(strings_store *store)
{
    rk__buf_dispose(&store->tail);
    if (store->fd >= 0) {
        close(store->fd);
    }
}

void rk__strings_free(rk__strings *strings)
{
    if (strings != NULL) {
        free_store(&strings->text);
        free_store(&strings->ends);
        rk__free(strings);
    }
}

uint64_t rk__strings_count(const rk__strings *strings)
{
    return strings->count;
}

rk_status rk__strings_get(const rk__strings *strings, uint64_t index, rk__buf *out,
                          rk_problems *problems)
{
    uint64_t span[2] = {0, 0};
    const uint64_t from = index > 0 ? index - 1 : 0;
    const size_t n = index > 0 ? 2 : 1;
    bool ok =
        read_bytes(&strings->ends, from * sizeof *span, (char *) (span + 2 - n), n * sizeof *span);
    const size_t length = (size_t) (span[1] - span[0]);
    char *to = rk__buf_reserve(out, length);
    if (to == NULL) {
        return RK_NO_MEMORY;
    }
    ok = ok && (length == 0 || read_bytes(&strings->text, span[0], to, length));
    if (!ok) {
        const rk__place place = {.file = rk__archive_name(strings->archive)};
        return rk__problem(problems, RK_IO, &place, "set TMPDIR to a folder with room",
                           "the temporary file of the workbook's strings cannot be read: %s",
                           strerror(errno));
    }
    rk__buf_commit(out, length);
    return RK_OK;
}
