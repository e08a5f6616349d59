/* SPDX-License-Identifier: MIT
 *
 * part_write.c: what a pass over a part of the rows has found, as JSON.
 *
 * Texts are listed once and named by their number from 1; 0 is a blank one. A group is a string
 * of numbers: its texts, its rows, and its sums; so is a listed key. A table of a million groups
 * would take too much memory as a tree of single numbers.
 */
#include <inttypes.h>
#include <string.h>

#include "rows/called.h"
#include "rows/part.h"
#include "scan/part.h"

typedef struct writer {
    const rk__pass *pass;
    const rk__pass_worker *base;
    rk__buf *out;
    rk__dict *texts;
    rk_status status;
} writer;

static void put_number(rk__buf *out, rk_int128 value)
{
    char digits[48];
    size_t at = sizeof digits;
    rk_uint128 rest = value < 0 ? -(rk_uint128) value : (rk_uint128) value;
    do {
        digits[--at] = (char) ('0' + (int) (rest % 10));
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    rk__buf_add(out, digits + at, sizeof digits - at);
}

static void put_string(rk__buf *out, const char *text)
{
    if (text == NULL) {
        rk__buf_puts(out, "null");
    } else {
        rk__json_write_text(out, text, strlen(text));
    }
}

/* The numbers of the texts of a combination, each followed by a space. */
static void put_texts(writer *w, size_t combination, size_t number)
{
    for (size_t k = 0; k < w->pass->combinations[combination].n; k++) {
        size_t length = 0;
        const char *text = rk__pass_text(w->base, combination, number, k, &length);
        const int32_t at = text != NULL ? rk__dict_intern(w->texts, text, length) : -1;
        if (text != NULL && at < 0) {
            w->status = RK_NO_MEMORY;
        }
        rk__buf_printf(w->out, "%" PRId32 " ", at + 1);
    }
}

static void put_groups(writer *w, size_t u)
{
    const rk__totals *totals = &w->base->instances[u].totals;
    bool first = true;
    rk__buf_puts(w->out, "\"groups\":[");
    for (size_t slot = 0; slot < totals->n_slots; slot++) {
        if (!rk__totals_used(totals, slot)) {
            continue;
        }
        rk__buf_puts(w->out, first ? "\"" : ",\"");
        first = false;
        put_texts(w, w->pass->instances[u].groups, slot);
        for (size_t lane = 0; lane < totals->n_narrow; lane++) {
            rk__buf_puts(w->out, lane > 0 ? " " : "");
            put_number(w->out, rk__totals_narrow(totals, slot, lane));
        }
        for (size_t lane = 0; lane < totals->n_wide; lane++) {
            rk__buf_puts(w->out, " ");
            put_number(w->out, rk__totals_wide(totals, slot, lane));
        }
        rk__buf_puts(w->out, "\"");
    }
    rk__buf_puts(w->out, "]");
}

static void put_listed(writer *w, size_t u)
{
    const rk__instance_work *work = &w->base->instances[u];
    rk__buf_puts(w->out, ",\"listed\":[");
    for (int32_t i = 0; i < rk__dict_count(work->listed_keys); i++) {
        rk__pass_listed_key key;
        size_t length = 0;
        memcpy(&key, rk__dict_text(work->listed_keys, i, &length), sizeof key);
        const bool keyed = key.combination != (uint32_t) RK__NONE;
        rk__buf_printf(w->out, "%s\"%" PRIu32 " %" PRIu32 " %" PRId64 " ", i > 0 ? "," : "",
                       key.listing, key.column, keyed ? (int64_t) key.combination : -1);
        if (keyed) {
            put_texts(w, key.combination, key.number);
        }
        rk__buf_printf(w->out, "%" PRIu64 " ", work->listed[i].rows);
        put_number(w->out, work->listed[i].quantity);
        if (work->listed[i].near_rows > 0) {
            rk__buf_printf(w->out, " %" PRIu64 " ", work->listed[i].near_rows);
            put_number(w->out, work->listed[i].near_quantity);
            rk__buf_puts(w->out, " ");
            put_number(w->out, work->listed[i].near_amount);
        }
        rk__buf_puts(w->out, "\"");
    }
    rk__buf_puts(w->out, "]");
}

static void put_suspects(writer *w, size_t u)
{
    const size_t n = rk__n_suspects(w->pass->instances[u].instance->rule);
    const char *comma = "";
    rk__buf_puts(w->out, ",\"suspects\":[");
    for (size_t k = 0; k < n; k++) {
        const rk__suspect *s = &w->base->instances[u].suspects[k];
        size_t piece = 0;
        uint64_t row = 0;
        uint32_t line = 0;
        if (s->rows == 0) {
            continue;
        }
        rk__scan_piece_row(w->pass->scan, s->block, s->row, s->line, &piece, &row, &line);
        rk__buf_printf(w->out, "%s\"%zu %zu %" PRIu64 " %" PRIu32 " %" PRIu64 " ", comma, k, piece,
                       row, line, s->rows);
        put_number(w->out, s->quantity);
        rk__buf_puts(w->out, "\"");
        comma = ",";
    }
    rk__buf_puts(w->out, "]");
}

static void put_instance(writer *w, size_t u)
{
    const rk__instance_work *work = &w->base->instances[u];
    rk__buf_puts(w->out, "{");
    put_groups(w, u);
    put_listed(w, u);
    put_suspects(w, u);
    rk__buf_puts(w->out, ",\"notes\":[");
    const char *comma = "";
    for (unsigned bit = 0; bit < 32; bit++) {
        if (work->notes[bit] > 0) {
            rk__buf_printf(w->out, "%s\"%u %" PRIu64 "\"", comma, bit, work->notes[bit]);
            comma = ",";
        }
    }
    rk__buf_puts(w->out, "]}");
}

static void put_piece(writer *w, const rk__scan_piece *p)
{
    const char *base_dir = w->pass->input->spec->base_dir;
    rk__buf_puts(w->out, "{\"file\":");
    put_string(w->out, rk__path_below(base_dir, p->path));
    rk__buf_puts(w->out, ",\"head\":");
    rk__json_write_text(w->out, p->head, p->head_length);
    if (!w->pass->input->part->own_rows) {
        rk__buf_printf(w->out, ",\"index\":%zu,\"files\":%zu", p->index, p->n_files);
    }
    rk__buf_printf(w->out,
                   ",\"size\":%" PRIu64 ",\"begin\":%" PRIu64 ",\"end\":%" PRIu64
                   ",\"cut\":%s,\"complete\":%s,\"records\":%" PRIu64 ",\"rows\":%" PRIu64
                   ",\"feeds\":%" PRIu32,
                   p->size, p->begin, p->end, p->cut ? "true" : "false",
                   p->complete ? "true" : "false", p->records, p->rows, p->feeds);
    rk__buf_puts(w->out, ",\"xxh3\":");
    put_string(w->out, p->digest);
    if (p->total.line > 0) {
        rk__buf_printf(w->out, ",\"total\":\"%" PRIu32 " %d %d\"", p->total.line, p->total.ignored,
                       p->total.by_name);
    }
    rk__buf_puts(w->out, "}");
}

/* Rows that are called totals and were counted: how many, and the first of them. */
static void put_called(writer *w)
{
    const rk__pass *p = w->pass;
    rk__arena scratch = {0};
    rk__scan_named *rows = NULL;
    size_t n = 0;
    uint64_t count = 0;
    rk__called_gather(p->workers, p->n_workers, &scratch, &rows, &n, &count);
    w->status = rows == NULL ? RK_NO_MEMORY : w->status;
    rk__buf_printf(w->out, "\"totals\":%" PRIu64 ",\"called\":[", count);
    for (size_t i = 0; i < n; i++) {
        size_t piece = 0;
        uint64_t row = 0;
        uint32_t line = 0;
        rk__scan_piece_row(p->scan, rows[i].block, rows[i].row, rows[i].line, &piece, &row, &line);
        rk__buf_printf(w->out, "%s\"%zu %" PRIu64 " %" PRIu32 "\"", i > 0 ? "," : "", piece, row,
                       line);
    }
    rk__buf_puts(w->out, "],");
    rk__arena_dispose(&scratch);
}

static void put_all(writer *w)
{
    const rk__pass *p = w->pass;
    rk__scan_piece piece;
    rk__buf_puts(w->out, "{\"table\":");
    put_string(w->out, p->input->spec->name);
    rk__buf_puts(w->out, ",\"pieces\":[");
    for (size_t i = 0; rk__scan_piece_at(p->scan, i, &piece); i++) {
        rk__buf_puts(w->out, i > 0 ? "," : "");
        put_piece(w, &piece);
    }
    rk__buf_puts(w->out, "],\"instances\":[");
    for (size_t u = 0; w->base != NULL && u < p->n_instances; u++) {
        rk__buf_puts(w->out, u > 0 ? "," : "");
        put_instance(w, u);
    }
    rk__buf_puts(w->out, "],");
    put_called(w);
    rk__buf_puts(w->out, "\"texts\":[");
    for (int32_t i = 0; i < rk__dict_count(w->texts); i++) {
        size_t length = 0;
        const char *text = rk__dict_text(w->texts, i, &length);
        rk__buf_puts(w->out, i > 0 ? "," : "");
        rk__json_write_text(w->out, text, length);
    }
    rk__buf_puts(w->out, "]}");
}

rk_status rk__part_write(rk__pass *pass)
{
    writer w = {.pass = pass, .out = pass->input->part->out, .texts = rk__dict_new()};
    rk__pass_worker *base = NULL;
    w.status = w.texts == NULL ? RK_NO_MEMORY : rk__pass_merge(pass, &base);
    w.base = base;
    if (w.status == RK_OK) {
        put_all(&w);
    }
    rk__dict_free(w.texts);
    return w.status == RK_OK && w.out->failed ? RK_NO_MEMORY : w.status;
}
