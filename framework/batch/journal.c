/* SPDX-License-Identifier: MIT
 *
 * journal.c: reading and appending the frames of a journal.
 */
#include "batch/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WRITE_BYTES ((size_t) 256 << 10)

enum { HEAD = 1, RECORD = 2 };

struct rk__journal {
    char *path;
    int fd;
    uint64_t at;    /* where the next frame to read begins */
    uint64_t first; /* where the first record begins */
    rk__frame_reader in;
    rk__buf out;
    time_t synced;
};

void rk__journal_depend(rk__buf *on, const char *name, const char *value)
{
    rk__pack_text(on, name);
    rk__pack_text(on, value != NULL ? value : "");
}

static rk_status failed(const rk__journal *j, rk_status status, const char *what,
                        rk_problems *problems)
{
    return rk__problem(problems, status, NULL, "check the folder and the free space on the disk",
                       "cannot %s the journal '%s': %s", what, j->path, strerror(errno));
}

void rk__journal_close(rk__journal *journal)
{
    if (journal != NULL) {
        if (journal->fd >= 0) {
            (void) close(journal->fd);
        }
        rk__frame_dispose(&journal->in);
        rk__buf_dispose(&journal->out);
        rk__free(journal->path);
        rk__free(journal);
    }
}

/* -------------------------------------------------------------------- reading */

/* The next frame; RK__FRAME_PART if no whole one is left. */
static rk_status read_frame(rk__journal *j, rk__frame *frame, rk__frame_state *state,
                            rk_problems *problems)
{
    while ((*state = rk__frame_next(&j->in, frame)) == RK__FRAME_PART) {
        const ssize_t n = rk__frame_read(&j->in, j->fd);
        if (n == 0) {
            return RK_OK;
        }
        if (n < 0 && errno != EINTR) {
            return errno == ENOMEM ? RK_NO_MEMORY : failed(j, RK_IO, "read", problems);
        }
    }
    j->at += *state == RK__FRAME_WHOLE ? frame->size : 0;
    return RK_OK;
}

static rk_status seek(rk__journal *j, uint64_t at, rk_problems *problems)
{
    j->at = at;
    rk__frame_reset(&j->in);
    return lseek(j->fd, (off_t) at, SEEK_SET) >= 0 ? RK_OK : failed(j, RK_IO, "read", problems);
}

rk_status rk__journal_rewind(rk__journal *journal, rk_problems *problems)
{
    return seek(journal, journal->first, problems);
}

rk_status rk__journal_next(rk__journal *journal, rk__journal_entry *out, bool *end,
                           rk_problems *problems)
{
    rk__frame frame;
    rk__frame_state state;
    const rk_status status = read_frame(journal, &frame, &state, problems);
    *end = state != RK__FRAME_WHOLE;
    if (status != RK_OK) {
        return status;
    }
    if (*end) {
        const rk_status found = seek(journal, journal->at, problems);
        return found != RK_OK || ftruncate(journal->fd, (off_t) journal->at) == 0
                   ? found
                   : failed(journal, RK_IO_WRITE, "truncate", problems);
    }
    rk__unpack in = {.at = frame.body, .end = frame.body + frame.length};
    out->name = rk__unpack_text(&in);
    out->line = rk__unpack_number(&in);
    out->digest = rk__unpack_number(&in);
    out->micros = rk__unpack_number(&in);
    out->record = rk__unpack_bytes(&in, &out->length);
    return in.failed || out->name == NULL || frame.kind != RECORD
               ? rk__problem(problems, RK_SYNTAX, NULL, "remove it to start again",
                             "the journal '%s' was written by another version", journal->path)
               : RK_OK;
}

/* -------------------------------------------------------------------- writing */

static rk_status write_out(rk__journal *j, rk_problems *problems)
{
    size_t done = 0;
    while (done < j->out.length) {
        const ssize_t n = write(j->fd, j->out.text + done, j->out.length - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return failed(j, RK_IO_WRITE, "write", problems);
        }
        done += (size_t) n;
    }
    rk__buf_reset(&j->out);
    return RK_OK;
}

rk_status rk__journal_add(rk__journal *journal, const rk__journal_entry *entry,
                          rk_problems *problems)
{
    rk__buf *out = &journal->out;
    const size_t begin = rk__frame_begin(out);
    rk__pack_text(out, entry->name);
    rk__pack_number(out, entry->line);
    rk__pack_number(out, entry->digest);
    rk__pack_number(out, entry->micros);
    rk__pack_bytes(out, entry->record, entry->length);
    rk__frame_end(out, begin, RECORD);
    if (out->failed) {
        return RK_NO_MEMORY;
    }
    return out->length >= WRITE_BYTES ? write_out(journal, problems) : RK_OK;
}

rk_status rk__journal_flush(rk__journal *journal, bool now, rk_problems *problems)
{
    const rk_status status = write_out(journal, problems);
    const time_t time_now = time(NULL);
    if (status == RK_OK && (now || time_now > journal->synced + 1)) {
        journal->synced = time_now;
        if (fdatasync(journal->fd) != 0 && errno != EINVAL) {
            return failed(journal, RK_IO_WRITE, "sync", problems);
        }
    }
    return status;
}

/* -------------------------------------------------------------------- opening */

/* The value of a name among packed pairs; NULL if it has none. */
static const char *value_of(rk__unpack in, const char *name)
{
    while (in.at < in.end && !in.failed) {
        const char *found = rk__unpack_text(&in);
        const char *value = rk__unpack_text(&in);
        if (found != NULL && strcmp(found, name) == 0) {
            return value;
        }
    }
    return NULL;
}

/* Reports each name whose values differ, the names of `before` first. */
static rk_status compare(rk__unpack before, rk__unpack now, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (int side = 0; side < 2; side++) {
        rk__unpack in = side == 0 ? before : now;
        while (in.at < in.end && !in.failed) {
            const char *name = rk__unpack_text(&in);
            (void) rk__unpack_text(&in);
            const char *was = name != NULL ? value_of(before, name) : NULL;
            const char *is = name != NULL ? value_of(now, name) : NULL;
            if (name == NULL || (side == 1 && was != NULL) ||
                (was != NULL && is != NULL && strcmp(was, is) == 0)) {
                continue;
            }
            status = rk__problem(problems, RK_CONFLICT, NULL,
                                 "undo the change, or remove the journal to start again",
                                 "the run cannot be resumed: %s was '%s' and is now '%s'", name,
                                 was != NULL ? was : "", is != NULL ? is : "");
        }
    }
    return status;
}

static rk_status not_one(const rk__journal *j, rk_problems *problems)
{
    return rk__problem(problems, RK_USAGE, NULL, "give another --out",
                       "'%s' exists and is not a journal", j->path);
}

static rk_status begin(rk__journal *j, const rk__buf *depends, rk_problems *problems)
{
    if (ftruncate(j->fd, 0) != 0) {
        return failed(j, RK_IO_WRITE, "write", problems);
    }
    const size_t at = rk__frame_begin(&j->out);
    rk__buf_add(&j->out, depends->text, depends->length);
    rk__frame_end(&j->out, at, HEAD);
    const rk_status status = seek(j, 0, problems);
    j->first = j->out.length;
    if (status != RK_OK) {
        return status;
    }
    return j->out.failed ? RK_NO_MEMORY : rk__journal_flush(j, true, problems);
}

/* Opens an existing journal. If even its first frame is incomplete, nothing is lost by starting
 * again. */
static rk_status open_existing(rk__journal *j, const rk__buf *depends, bool resume, bool *resumed,
                               rk_problems *problems)
{
    rk__frame frame;
    rk__frame_state state;
    rk_status status = read_frame(j, &frame, &state, problems);
    if (status != RK_OK) {
        return status;
    }
    if (state == RK__FRAME_BAD || (state == RK__FRAME_WHOLE && frame.kind != HEAD)) {
        return not_one(j, problems);
    }
    if (state == RK__FRAME_PART) {
        return begin(j, depends, problems);
    }
    if (!resume) {
        return rk__problem(problems, RK_USAGE, NULL,
                           "continue it with --resume, or remove it to start again",
                           "'%s' is the journal of a run that was interrupted", j->path);
    }
    status = compare((rk__unpack){.at = frame.body, .end = frame.body + frame.length},
                     (rk__unpack){.at = depends->text, .end = depends->text + depends->length},
                     problems);
    j->first = j->at;
    *resumed = status == RK_OK;
    return status;
}

rk_status rk__journal_open(const char *path, const rk__buf *depends, bool resume, bool *resumed,
                           rk__journal **out, rk_problems *problems)
{
    rk__journal *j = rk__calloc(1, sizeof *j);
    *out = NULL;
    *resumed = false;
    if (j == NULL) {
        return RK_NO_MEMORY;
    }
    j->fd = -1;
    j->path = rk__strdup(path);
    rk_status status = j->path == NULL || depends->failed ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK) {
        j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        status = j->fd < 0 ? failed(j, RK_IO_WRITE, "open", problems) : RK_OK;
    }
    struct stat file = {0};
    if (status == RK_OK) {
        (void) fstat(j->fd, &file); /* if that fails, it is not known to be a file */
    }
    if (status == RK_OK && !S_ISREG(file.st_mode)) {
        status = not_one(j, problems); /* reading a pipe would never end */
    }
    if (status == RK_OK && flock(j->fd, LOCK_EX | LOCK_NB) != 0) {
        status = rk__problem(problems, RK_USAGE, NULL, "wait for it, or give another --out",
                             "another run is writing '%s'", path);
    }
    if (status == RK_OK) {
        status = open_existing(j, depends, resume, resumed, problems);
    }
    if (status != RK_OK) {
        rk__journal_close(j);
        return status;
    }
    *out = j;
    return RK_OK;
}
