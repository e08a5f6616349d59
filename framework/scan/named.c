/* SPDX-License-Identifier: MIT
 *
 * named.c: rows that are called totals, wherever they stand: those whose first text says so, read
 * or not, and those in which another column that is read says so. They are data and handed on as
 * such; only a last row can be left out (blocks.c).
 */
#include <string.h>

#include "scan/inside.h"
#include "table/total_row.h"

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
    rk__total_name name = RK__NO_TOTAL;
    rk__total_others others = {0};
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
        if (name == RK__NO_TOTAL && length > 0) {
            name = rk__text_total(text, length, true);
            if (name != RK__PERHAPS_TOTAL) {
                return name == RK__IS_TOTAL;
            }
        } else {
            rk__total_others_add(&others, text, length);
        }
        start = ends[f] + 1;
    }
    /* A last total is declared, and this is the last row that was not left out. */
    const bool declared = worker->text.held && rk__scan_ignores_totals(worker->scan);
    return rk__total_stands(name, &others) || (name == RK__PERHAPS_TOTAL && declared);
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
                rk__text_total(text, length, false) == RK__IS_TOTAL) {
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

static rk_status add_name(rk__scan_worker *worker, uint32_t row, uint32_t line)
{
    if (rk__grow((void **) &worker->named.list, &worker->named.capacity, worker->named.n + 1,
                 sizeof *worker->named.list) != 0) {
        return RK_NO_MEMORY;
    }
    worker->named.list[worker->named.n++] =
        (rk__scan_named){.block = (uint32_t) worker->text.block, .row = row, .line = line};
    return RK_OK;
}

/* The next total of a table that is held, if there is one. Those that no cell calls so are kept. */
static rk_status find_next(rk__scan *scan)
{
    const rk__total_row *next =
        rk__table_next_total(scan->table, &scan->named.cursor, &scan->arena);
    scan->named.next = next != NULL ? next->row : SIZE_MAX;
    if (next != NULL && !next->by_name) {
        scan->named.sums[scan->named.n_sums++] = *next;
    }
    return scan->arena.failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__scan_name_held(rk__scan_worker *worker, size_t n)
{
    rk__scan *scan = worker->scan;
    const size_t first = worker->first + (worker->to - worker->from);
    rk_status status = RK_OK;
    if (!scan->named.wanted) {
        return RK_OK;
    }
    while (status == RK_OK && scan->named.next <= first + n) {
        if (scan->named.next > first) {
            status = add_name(worker, (uint32_t) scan->named.next - 1, 0);
        }
        status = status == RK_OK ? find_next(scan) : status;
    }
    return status;
}

size_t rk__scan_held_sums(const rk__scan *scan, const rk__total_row **out)
{
    *out = scan->named.sums;
    return scan->named.n_sums;
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
        if (add_name(worker, first + (uint32_t) i, worker->rows.lines[i]) != RK_OK) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}
