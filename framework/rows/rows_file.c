/* SPDX-License-Identifier: MIT
 *
 * rows_file.c: blocks of rendered rows on their way to a file, in order.
 *
 * The place of a row in the table is known once all blocks before it are done, so
 * numbers are put in front of the lines as they are written. Whoever hands in the
 * block whose turn it is writes it and those that waited for it, outside the
 * lock, while the other workers go on pricing.
 */
#include "rows/rows_file.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "number/scaled.h"
#include "rows/rows_sheet.h"

/* Blocks that may wait for their turn. */
#define MOST_WAITING 6
/* Blocks that one worker writes before it goes back to its own work: to where it can be
 * asked to stop. */
#define WRITTEN_AT_ONCE 4
#define OUT_BYTES       ((size_t) 1 << 20)
#define NUMBER_BYTES    24

typedef struct rows_block {
    struct rows_block *next;
    uint64_t block, rows;
    rk__rows_text text;
} rows_block;

struct rk__rows_file {
    rk__atomic_file file;
    FILE *direct;          /* a pipe or device, which is written in place */
    rk__rows_sheet *sheet; /* of a workbook; NULL: CSV */
    char *path, *table;
    char *out; /* of whoever writes */
    size_t used;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    /* Under the lock. */
    uint64_t next, base; /* the block whose turn it is, and the rows before it */
    rows_block *waiting; /* by block */
    rows_block *spare;
    size_t n_waiting;
    bool writing;
    rk_status status;
    int error; /* errno of RK_IO_WRITE */
};

/* ---------------------------------------------------------------- life cycle */

static rk_status cannot_write(const char *path, int error, rk_problems *problems)
{
    return rk__problem(problems, RK_IO_WRITE, &(rk__place){.file = path}, NULL,
                       "the priced rows cannot be written: %s", strerror(error));
}

static bool is_workbook(const char *path)
{
    const size_t length = strlen(path);
    return length > 5 && strcasecmp(path + length - 5, ".xlsx") == 0;
}

static rk_status no_temporary(const char *path, rk_problems *problems)
{
    return rk__problem(problems, RK_IO_WRITE, &(rk__place){.file = path},
                       "set TMPDIR to a folder with room",
                       "the temporary files of a workbook cannot be written");
}

static void free_blocks(rows_block *block)
{
    while (block != NULL) {
        rows_block *next = block->next;
        rk__rows_dispose(&block->text);
        rk__free(block);
        block = next;
    }
}

static void rows_free(rk__rows_file *f)
{
    free_blocks(f->waiting);
    free_blocks(f->spare);
    rk__rows_sheet_free(f->sheet);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->moved);
    rk__free(f->out);
    rk__free(f->table);
    free(f->path); /* realpath's, or strdup's */
    rk__free(f);
}

rk_status rk__rows_open(const char *path, rk__rows_file **out, rk_problems *problems)
{
    struct stat status;
    rk__rows_file *f = rk__calloc(1, sizeof *f);
    *out = NULL;
    if (f == NULL) {
        return RK_NO_MEMORY;
    }
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->moved, NULL);
    f->out = rk__malloc(OUT_BYTES + RK__ROWS_SLACK);
    /* What a link leads to is replaced, and not the link. */
    f->path = realpath(path, NULL);
    f->path = f->path != NULL || errno == ENOMEM ? f->path : strdup(path);
    rk_status result = f->out == NULL || f->path == NULL ? RK_NO_MEMORY : RK_OK;
    if (result == RK_OK && stat(f->path, &status) == 0 && !S_ISREG(status.st_mode)) {
        f->direct = S_ISDIR(status.st_mode) ? NULL : fopen(f->path, "w");
        result = f->direct != NULL
                     ? RK_OK
                     : cannot_write(path, S_ISDIR(status.st_mode) ? EISDIR : errno, problems);
    } else if (result == RK_OK) {
        result = rk__atomic_open_nameless(&f->file, f->path, problems);
    }
    if (result == RK_OK && is_workbook(path)) {
        result = rk__rows_sheet_open("Rows", "Priced rows", &f->sheet);
        if (result != RK_OK) {
            result = result == RK_IO ? no_temporary(path, problems) : result;
            rk__rows_abandon(f);
            return result;
        }
    }
    if (result != RK_OK) {
        rows_free(f);
        return result;
    }
    *out = f;
    return RK_OK;
}

void rk__rows_abandon(rk__rows_file *file)
{
    if (file == NULL) {
        return;
    }
    if (file->direct != NULL) {
        fclose(file->direct);
    } else {
        rk__atomic_abandon(&file->file);
    }
    rows_free(file);
}

bool rk__rows_begun(const rk__rows_file *file)
{
    return file->table != NULL;
}

/* ------------------------------------------------------------------- writing */

static void flush_out(rk__rows_file *f)
{
    const int fd = fileno(f->direct != NULL ? f->direct : f->file.stream);
    const char *from = f->out;
    if (f->sheet != NULL) {
        rk__rows_sheet_feed(f->sheet, f->out, f->used);
        f->used = 0;
    }
    while (f->used > 0 && f->error == 0) {
        const ssize_t n = write(fd, from, f->used);
        if (n < 0 && errno != EINTR) {
            f->error = errno;
        } else if (n > 0) {
            from += n;
            f->used -= (size_t) n;
        }
    }
    f->used = 0;
}

static void put_bytes(rk__rows_file *f, const char *bytes, size_t length)
{
    while (length > 0) {
        if (f->used == OUT_BYTES) {
            flush_out(f);
        }
        const size_t room = OUT_BYTES - f->used;
        const size_t some = length < room ? length : room;
        memcpy(f->out + f->used, bytes, some);
        f->used += some;
        bytes += some;
        length -= some;
    }
}

/* The lines of a block behind their numbers. */
static void write_text(rk__rows_file *f, const rk__rows_text *text, uint64_t base)
{
    for (size_t i = 0; i < text->n_lines; i++) {
        const rk__rows_line *line = &text->lines[i];
        const char *from = text->bytes + line->at;
        if (OUT_BYTES - f->used < NUMBER_BYTES + RK__ROWS_SLACK) {
            flush_out(f);
        }
        char *to = rk__put_whole(f->out + f->used, base + line->row + 1);
        *to++ = ',';
        f->used = (size_t) (to - f->out);
        if (line->length <= RK__ROWS_SLACK) {
            memcpy(to, from, RK__ROWS_SLACK);
            f->used += line->length;
        } else {
            put_bytes(f, from, line->length);
        }
    }
}

rk_status rk__rows_header(rk__rows_file *file, const char *table, const rk__buf *line,
                          const char *kinds, rk_problems *problems)
{
    if (file->table != NULL) {
        return rk__problem(
            problems, RK_CONFLICT, NULL, "write the rows of an arrangement that prices one table",
            "--rows: rows of two tables are priced, '%s' and '%s'", file->table, table);
    }
    file->table = rk__strdup(table);
    if (file->table == NULL || line->failed) {
        return RK_NO_MEMORY;
    }
    if (file->sheet != NULL) {
        rk__rows_sheet_kinds(file->sheet, kinds);
    }
    put_bytes(file, line->text, line->length);
    return RK_OK;
}

/* -------------------------------------------------------------------- blocks */

char *rk__rows_room(rk__rows_text *text, size_t length)
{
    return rk__grow((void **) &text->bytes, &text->capacity, text->length + length + RK__ROWS_SLACK,
                    1) == 0
               ? text->bytes + text->length
               : NULL;
}

rk__rows_line *rk__rows_lines(rk__rows_text *text, size_t n)
{
    /* One more, so that it is there where there are none. */
    return rk__grow((void **) &text->lines, &text->lines_capacity, text->n_lines + n + 1,
                    sizeof *text->lines) == 0
               ? text->lines + text->n_lines
               : NULL;
}

void rk__rows_dispose(rk__rows_text *text)
{
    rk__free(text->bytes);
    rk__free(text->lines);
}

/* Puts a block among those that wait, and gives its worker an empty text. */
static void add_waiting(rk__rows_file *f, uint64_t block, uint64_t rows, rk__rows_text *text)
{
    rows_block *own = f->spare;
    if (own != NULL) {
        f->spare = own->next;
    } else {
        own = rk__calloc(1, sizeof *own);
    }
    if (own == NULL) {
        f->status = RK_NO_MEMORY;
        return;
    }
    rk__rows_text empty = own->text;
    empty.length = empty.n_lines = 0;
    *own = (rows_block){.block = block, .rows = rows, .text = *text};
    *text = empty;
    rows_block **at = &f->waiting;
    while (*at != NULL && (*at)->block < block) {
        at = &(*at)->next;
    }
    own->next = *at;
    *at = own;
    f->n_waiting++;
}

static bool can_write(const rk__rows_file *f)
{
    return !f->writing && f->status == RK_OK && f->waiting != NULL && f->waiting->block == f->next;
}

static void write_waiting(rk__rows_file *f)
{
    for (int n = 0; n < WRITTEN_AT_ONCE && can_write(f); n++) {
        rows_block *own = f->waiting;
        f->waiting = own->next;
        f->n_waiting--;
        const uint64_t base = f->base;
        f->writing = true;
        pthread_mutex_unlock(&f->lock);
        write_text(f, &own->text, base);
        pthread_mutex_lock(&f->lock);
        f->base += own->rows;
        f->next++;
        own->next = f->spare;
        f->spare = own;
        f->status = f->error != 0 ? RK_IO_WRITE : f->status;
        f->writing = false;
        pthread_cond_broadcast(&f->moved);
    }
}

rk_status rk__rows_block(rk__rows_file *file, uint64_t block, uint64_t rows, rk__rows_text *text)
{
    pthread_mutex_lock(&file->lock);
    /* The block whose turn it is never waits, so neither does any other for ever. */
    while (block != file->next && file->n_waiting >= MOST_WAITING && file->status == RK_OK) {
        if (can_write(file)) {
            write_waiting(file);
        } else {
            pthread_cond_wait(&file->moved, &file->lock);
        }
    }
    if (file->status == RK_OK) {
        add_waiting(file, block, rows, text);
    }
    write_waiting(file);
    const rk_status status = file->status;
    if (status != RK_OK) {
        pthread_cond_broadcast(&file->moved);
    }
    pthread_mutex_unlock(&file->lock);
    return status;
}

rk_status rk__rows_commit(rk__rows_file *file, rk_problems *problems)
{
    pthread_mutex_lock(&file->lock);
    while (can_write(file)) {
        write_waiting(file);
    }
    pthread_mutex_unlock(&file->lock);
    flush_out(file);
    rk_status status = file->status;
    if (file->error != 0) {
        status = cannot_write(file->path, file->error, problems);
    }
    if (status == RK_OK && file->sheet != NULL) {
        rk__rows_sheet *sheet = file->sheet;
        file->sheet = NULL;
        status = rk__rows_sheet_finish(
            sheet, file->direct != NULL ? file->direct : file->file.stream, file->path, problems);
        status = status == RK_IO         ? no_temporary(file->path, problems)
                 : status == RK_IO_WRITE ? cannot_write(file->path, errno, problems)
                                         : status;
    }
    if (status != RK_OK) {
        rk__rows_abandon(file);
        return status;
    }
    if (file->direct == NULL) {
        status = rk__atomic_commit(&file->file, problems);
    } else if (fclose(file->direct) != 0) {
        status = cannot_write(file->path, errno, problems);
    }
    rows_free(file);
    return status;
}
