/* SPDX-License-Identifier: MIT
 *
 * named.c: rows that are called totals, wherever they stand: those whose first text says so, read
 * or not, and those in which another column that is read says so. They are data and counted as
 * such; only a last row can be left out (blocks.c).
 */
#include <stdlib.h>
#include <string.h>

#include "scan/duplicates.h"
#include "scan/inside.h"
#include "table/total_row.h"

/* So many are kept, the first of the table; the others are only counted. A worker meets its rows in
 * order, so that the first of its own are enough. */
#define MOST_NAMED 1000

static bool is_blank(char c)
{
    return c == ' ' || c == '"' || c == '\t' || c == '\r';
}

/* Letters and digits with which no name for a total begins (all but t, g, s and o), and with which
 * none ends (all but l and s): a bit for each byte. */
static const uint64_t no_start[4] = {UINT64_C(0x03ff000000000000), UINT64_C(0x07e77f7e07e77f7e), 0,
                                     0};
static const uint64_t no_end[4] = {UINT64_C(0x03ff000000000000), UINT64_C(0x07f7effe07f7effe), 0,
                                   0};

static inline bool is_in(const uint64_t *set, char c)
{
    const unsigned byte = (unsigned char) c;
    return (set[byte / 64] >> (byte % 64) & 1) != 0;
}

/* Whether a first cell may be a name for a total, or may have one behind it: it is blank; or begins
 * as one does; or is long enough to end as one ("RJ1 total"). Rules most out. */
static inline bool may_be(const char *text, uint32_t length)
{
    return length == 0 || !is_in(no_start, *text) ||
           (length > 6 && !is_in(no_end, text[length - 1]));
}

/* The first text of row i says that it is a total. */
static bool first_says(const rk__scan_worker *worker, size_t i)
{
    const size_t n_fields = worker->text.file->n_fields;
    const uint32_t *ends = &worker->rows.ends[i * n_fields];
    const char *bytes = worker->text.bytes;
    uint32_t start = worker->rows.starts[i];
    for (size_t f = 0; f < n_fields; f++) {
        const char *text = bytes + start;
        size_t length = ends[f] - start;
        while (length > 0 && is_blank(*text)) {
            text++;
            length--;
        }
        while (length > 0 && is_blank(text[length - 1])) {
            length--;
        }
        if (length > 0) {
            return rk__text_is_total(text, length, true);
        }
        start = ends[f] + 1;
    }
    return false;
}

/* Looks at texts that are new in the dictionaries. Each is looked at once. */
static rk_status look_at_texts(rk__scan_worker *worker)
{
    const size_t n_wants = worker->scan->n_wants;
    if (worker->named.known == NULL) {
        worker->named.known = rk__calloc(n_wants + 1, sizeof *worker->named.known);
        if (worker->named.known == NULL) {
            return RK_NO_MEMORY;
        }
    }
    for (size_t w = 0; w < n_wants; w++) {
        const rk__cells *cells = &worker->cells[w];
        int32_t *known = &worker->named.known[w];
        if (cells->type != RK__CELL_TEXT || worker->scan->wants[w].shown) {
            continue;
        }
        for (const int32_t n = rk__dict_count(cells->dict); *known < n; (*known)++) {
            size_t length = 0;
            const char *text = rk__dict_text(cells->dict, *known, &length);
            const size_t at = worker->named.n_texts;
            if (at < sizeof worker->named.texts / sizeof *worker->named.texts &&
                rk__text_is_total(text, length, false)) {
                worker->named.texts[at].want = w;
                worker->named.texts[at].code = *known;
                worker->named.n_texts++;
            }
        }
    }
    return RK_OK;
}

static bool column_says(const rk__scan_worker *worker, size_t i)
{
    bool says = false;
    for (size_t t = 0; t < worker->named.n_texts && !says; t++) {
        const rk__cells *cells = &worker->cells[worker->named.texts[t].want];
        says = cells->field >= 0 && cells->has[worker->to + i] != 0 &&
               cells->v[worker->to + i] == worker->named.texts[t].code;
    }
    return says;
}

rk_status rk__scan_name_rows(rk__scan_worker *worker, size_t n, bool bad)
{
    const uint32_t first = worker->first + (uint32_t) (worker->to - worker->from);
    const size_t n_fields = worker->text.file->n_fields;
    if (look_at_texts(worker) != RK_OK) {
        return RK_NO_MEMORY;
    }
    const char *bytes = worker->text.bytes;
    const uint32_t *starts = worker->rows.starts;
    const uint32_t *ends = worker->rows.ends;
    const bool others = worker->named.n_texts > 0 || worker->text.total;
    for (size_t i = 0; i < n; i++) {
        const bool may = may_be(bytes + starts[i], ends[i * n_fields] - starts[i]);
        if (__builtin_expect(!may && !others, 1)) {
            continue;
        }
        const bool says =
            (may && first_says(worker, i)) || worker->text.total || column_says(worker, i);
        if (!says || (bad && worker->verdicts[i].field != UINT32_MAX)) {
            continue;
        }
        worker->named.count++;
        if (worker->named.n == MOST_NAMED) {
            continue;
        }
        if (rk__grow((void **) &worker->named.list, &worker->named.capacity, worker->named.n + 1,
                     sizeof *worker->named.list) != 0) {
            return RK_NO_MEMORY;
        }
        worker->named.list[worker->named.n++] =
            (rk__scan_named){.block = (uint32_t) worker->text.block,
                             .row = first + (uint32_t) i,
                             .line = worker->rows.lines[i]};
    }
    return RK_OK;
}

static int by_place(const void *a, const void *b)
{
    const rk__scan_named *x = a;
    const rk__scan_named *y = b;
    return x->block != y->block ? (x->block < y->block ? -1 : 1)
                                : (x->row > y->row) - (x->row < y->row);
}

rk_status rk__scan_gather_named(rk__scan *scan)
{
    size_t n = 0;
    for (unsigned i = 0; i < scan->n_workers; i++) {
        n += scan->workers[i].named.n;
    }
    scan->named.n = 0;
    scan->named.count = 0;
    scan->named.list = n > 0 ? rk__arena_alloc(&scan->arena, n * sizeof *scan->named.list) : NULL;
    if (n > 0 && scan->named.list == NULL) {
        return RK_NO_MEMORY;
    }
    for (unsigned i = 0; i < scan->n_workers; i++) {
        const rk__scan_worker *w = &scan->workers[i];
        for (size_t k = 0; k < w->named.n; k++) {
            scan->named.list[scan->named.n++] = w->named.list[k];
        }
        scan->named.count += w->named.count;
    }
    if (n > 0) {
        qsort(scan->named.list, n, sizeof *scan->named.list, by_place);
        scan->named.n = n < MOST_NAMED ? n : MOST_NAMED;
    }
    return RK_OK;
}

const rk__scan_named *rk__scan_called_totals(const rk__scan *scan, size_t *n, uint64_t *count)
{
    *n = scan->named.n;
    *count = scan->named.count;
    return scan->named.list;
}
