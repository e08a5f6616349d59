/* SPDX-License-Identifier: MIT
 *
 * cells.c: the loops that turn raw cells into numbers and codes.
 *
 * Nearly all cells are short: up to eight digits, or a key of up to seven bytes. Those are taken as
 * one word each. A key's word and length find it in a small table of raw cells that were seen
 * before, so quotes, spaces and blank cells cost nothing the second time. The functions that
 * convert tables in memory convert the remaining cells one by one. Longer words and dates are
 * remembered in the same way as long as they recur.
 */
#include "scan/cells_seen.h"

#include <string.h>

#include "base/words.h"
#include "scan/scan.h"
#include "table/column.h"
#include "table/columns.h"

/* -------------------------------------------------------- one cell at a time */

static const char *not_encoded(const rk__cells *cells)
{
    const bool declared = cells->reader.reading != NULL && cells->reader.reading->encoding != NULL;
    return declared ? "is not in the declared encoding" : "is not UTF-8";
}

static rk_status set_text(rk__cells *cells, const char *text, size_t length, size_t at,
                          const char **why)
{
    int32_t code = rk__dict_find(cells->dict, text, length);
    if (code < 0) {
        if (rk__utf8_check(text, length) != length) {
            *why = not_encoded(cells);
            return RK_SYNTAX;
        }
        if (memchr(text, '\0', length) != NULL) {
            *why = "has a NUL character";
            return RK_OUT_OF_RANGE;
        }
        code = rk__dict_intern(cells->dict, text, length);
    }
    if (code < 0) {
        return RK_NO_MEMORY;
    }
    cells->v[at] = code;
    cells->has[at] = 1;
    return RK_OK;
}

rk_status rk__cells_set(rk__cells *cells, const char *text, size_t length, size_t at,
                        const char **why)
{
    if (text == NULL) {
        cells->v[at] = cells->absent_v;
        cells->has[at] = cells->absent_has;
        return RK_OK;
    }
    if (cells->type == RK__CELL_TEXT) {
        return set_text(cells, text, length, at, why);
    }
    cells->has[at] = 1;
    return rk__cell_convert(cells->type, text, length, &cells->v[at], why);
}

/* If a cell cannot be read because of its encoding, says so. */
static rk_status whose_fault(const rk__cells *cells, const char *raw, size_t length,
                             rk_status status, const char **why)
{
    if (status == RK_OK || status == RK_NO_MEMORY || cells->type == RK__CELL_TEXT ||
        rk__utf8_check(raw, length) == length) {
        return status;
    }
    *why = not_encoded(cells);
    return RK_SYNTAX;
}

/* A cell as written in the file. */
static rk_status set_raw(rk__cells *cells, const char *text, size_t length, size_t at,
                         const char **why)
{
    const char *const raw = text;
    const size_t raw_length = length;
    if (rk__grow((void **) &cells->scratch, &cells->scratch_capacity, RK__CELL_SCRATCH(length),
                 1) != 0) {
        return RK_NO_MEMORY;
    }
    rk__csv_value(&text, &length, cells->scratch);
    if (rk__cell_is_blank(text, length)) {
        text = NULL;
    } else if (cells->reader.reading != NULL || cells->reader.use == RK__USE_DATE) {
        const rk_status status = rk__cell_read(&cells->reader, &text, &length, cells->scratch, why);
        if (status != RK_OK) {
            return whose_fault(cells, raw, raw_length, status, why);
        }
    }
    return whose_fault(cells, raw, raw_length, rk__cells_set(cells, text, length, at, why), why);
}

/* ----------------------------------------------------------- rows of a column */

/* Where the cells of one column are. */
typedef struct column_walk {
    const char *text;
    const uint32_t *starts; /* what a cell's first byte is counted from ... */
    const uint32_t *ends;   /* ... and where it ends, `stride` apart */
    size_t starts_stride, stride;
    uint32_t skip; /* 1 if `starts` are the ends of the previous fields */
} column_walk;

static column_walk walk_column(const rk__csv_block *block, const rk__csv_rows *rows, int32_t field)
{
    const size_t f = (size_t) field;
    column_walk walk = {.text = block->text, .ends = rows->ends + f, .stride = block->n_fields};
    walk.starts = f == 0 ? rows->starts : rows->ends + f - 1;
    walk.starts_stride = f == 0 ? 1 : block->n_fields;
    walk.skip = f != 0;
    return walk;
}

static inline const char *walk_cell(const column_walk *walk, size_t row, size_t *length)
{
    const uint32_t start = walk->starts[row * walk->starts_stride] + walk->skip;
    *length = walk->ends[row * walk->stride] - start;
    return walk->text + start;
}

static bool note_fault(const rk__cells *cells, rk__cell_fault *fault, rk_status status,
                       const char *why)
{
    if ((uint32_t) cells->field < fault->field) {
        *fault = (rk__cell_fault){(uint32_t) cells->field, cells->want, status, why};
    }
    return true;
}

static __attribute__((noinline)) bool convert_slow(rk__cells *cells, const char *text,
                                                   size_t length, size_t at, rk__cell_fault *fault)
{
    const char *why = NULL;
    const rk_status status = set_raw(cells, text, length, at, &why);
    if (status == RK_NO_MEMORY) {
        cells->no_memory = true;
    }
    return status != RK_OK && note_fault(cells, fault, status, why);
}

/* A word or bool that was not seen before, or is too long to be remembered. */
static __attribute__((noinline)) bool convert_new(rk__cells *cells, const char *text, size_t length,
                                                  size_t at, rk__cell_fault *fault)
{
    if (convert_slow(cells, text, length, at, fault)) {
        return true;
    }
    if (length <= SHORT_KEY) {
        remember(cells, short_key(text, length), cells->has[at] ? cells->v[at] : MISSING);
    } else if (is_long(cells, length)) {
        note_missed(cells);
        remember_long(cells, text, length, cells->has[at] ? cells->v[at] : MISSING);
    }
    return false;
}

static bool convert_words(rk__cells *cells, const column_walk *walk, size_t n, size_t at,
                          rk__cell_fault *fault)
{
    bool faults = false;
    int64_t *v = cells->v + at;
    uint8_t *has = cells->has + at;
    for (size_t i = 0; i < n; i++) {
        size_t length;
        const char *text = walk_cell(walk, i, &length);
        const rk__cell_slot *slot =
            length <= SHORT_KEY ? recall(cells, short_key(text, length)) : NULL;
        if (__builtin_expect(slot != NULL, 1)) {
            v[i] = slot->v == MISSING ? 0 : slot->v;
            has[i] = slot->v != MISSING;
            continue;
        }
        const rk__cell_long *longer =
            is_long(cells, length) ? recall_long(cells, text, length) : NULL;
        if (longer != NULL) {
            v[i] = longer->v == MISSING ? 0 : longer->v;
            has[i] = longer->v != MISSING;
        } else {
            faults |= convert_new(cells, text, length, at + i, &fault[i]);
        }
    }
    return faults;
}

/* A cell that is not a few digits: blank, signed, long, quoted or wrong. */
static __attribute__((noinline)) bool
convert_number(rk__cells *cells, const char *text, size_t length, size_t at, rk__cell_fault *fault)
{
    rk_decimal number;
    if (length == 0) {
        cells->v[at] = cells->absent_v;
        cells->has[at] = cells->absent_has;
        return false;
    }
    if (cells->type != RK__CELL_INTEGER && cells->points && !cells->blank_numbers &&
        rk__decimal_parse(text, length, &number) == RK__DECIMAL_OK) {
        cells->v[at] = number;
        cells->has[at] = 1;
        return false;
    }
    return convert_slow(cells, text, length, at, fault);
}

/* Gathers the cells' words and lengths, runs the kernel over all of them, then converts one by one
 * what it could not read. */
static bool convert_numbers(rk__cells *cells, const column_walk *walk, size_t n, size_t at,
                            rk__cell_fault *fault)
{
    uint64_t words[NUMBERS_AT_ONCE];
    uint64_t lengths[NUMBERS_AT_ONCE];
    bool faults = false;
    for (size_t done = 0; done < n; done += NUMBERS_AT_ONCE) {
        const size_t some = n - done < NUMBERS_AT_ONCE ? n - done : NUMBERS_AT_ONCE;
        for (size_t i = 0; i < some; i++) {
            size_t length;
            memcpy(&words[i], walk_cell(walk, done + i, &length), 8);
            lengths[i] = length;
        }
        uint8_t *plain = cells->has + at + done;
        cells->kernel->numbers(words, lengths, some,
                               cells->type != RK__CELL_INTEGER && cells->points,
                               cells->v + at + done, plain);
        if (cells->blank_numbers) {
            memset(plain, 0, some);
        }
        if (!cells->points && cells->type != RK__CELL_INTEGER) {
            for (size_t i = 0; i < some; i++) {
                cells->v[at + done + i] =
                    (int64_t) ((uint64_t) cells->v[at + done + i] * RK_DECIMAL_ONE);
            }
        }
        for (const uint8_t *p = plain; (p = memchr(p, 0, (size_t) (plain + some - p))) != NULL;
             p++) {
            size_t length;
            const size_t i = done + (size_t) (p - plain);
            const char *text = walk_cell(walk, i, &length);
            faults |= convert_number(cells, text, length, at + i, &fault[i]);
        }
    }
    return faults;
}

void rk__cells_fill_absent(rk__cells *cells, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cells->v[at + i] = cells->absent_v;
        cells->has[at + i] = cells->absent_has;
    }
}

/* Whether a text that means no value looks like a number. */
static bool has_blank_numbers(const rk__reading *reading)
{
    bool has = false;
    for (size_t i = 0; reading != NULL && i < reading->n_blank; i++) {
        has = has || strpbrk(reading->blank[i], "0123456789") != NULL;
    }
    return has;
}

static bool is_word(rk__cell_type type)
{
    return type == RK__CELL_TEXT || type == RK__CELL_BOOL || type == RK__CELL_DATE ||
           type == RK__CELL_FACTOR;
}

bool rk__cells_convert(rk__cells *cells, const rk__csv_block *block, const rk__csv_rows *rows,
                       size_t at, rk__cell_fault *fault)
{
    if (cells->field < 0) {
        rk__cells_fill_absent(cells, at, rows->n);
        return false;
    }
    const column_walk walk = walk_column(block, rows, cells->field);
    return is_word(cells->type) ? convert_words(cells, &walk, rows->n, at, fault)
                                : convert_numbers(cells, &walk, rows->n, at, fault);
}

/* ---------------------------------------------------------- cells of a document */

/* A cell with a text of its own, which may be read eight bytes at a time (RK__JSON_SLACK). */
static inline bool has_text(const rk__value *v)
{
    return v != NULL && (v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER);
}

/* An unusual cell. */
static __attribute__((noinline)) rk_status fill_slow(rk__cells *cells, const rk__value *v,
                                                     size_t at)
{
    const char *why = NULL;
    const char *text = NULL;
    size_t length = 0;
    const bool given = v != NULL && rk__cell_of_value(v, &text, &length);
    return rk__cells_set(cells, given ? text : NULL, length, at, &why);
}

/* A cell that was not seen before. Missing cells are not remembered: their default may change. */
static __attribute__((noinline)) rk_status fill_new(rk__cells *cells, const rk__value *v, size_t at)
{
    const rk_status status = fill_slow(cells, v, at);
    if (status == RK_OK && has_text(v) && v->length <= SHORT_KEY &&
        !rk__cell_is_blank(v->text, v->length)) {
        remember(cells, short_key(v->text, v->length), cells->v[at]);
    }
    return status;
}

static rk_status fill_words(rk__cells *cells, const rk__value *const *values, size_t stride,
                            size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++, values += stride) {
        const rk__value *v = *values;
        const rk__cell_slot *slot = has_text(v) && v->length <= SHORT_KEY
                                        ? recall(cells, short_key(v->text, v->length))
                                        : NULL;
        if (__builtin_expect(slot != NULL, 1)) {
            cells->v[at + i] = slot->v;
            cells->has[at + i] = 1;
        } else {
            const rk_status status = fill_new(cells, v, at + i);
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
}

static rk_status fill_numbers(rk__cells *cells, const rk__value *const *values, size_t stride,
                              size_t n, size_t at)
{
    for (size_t done = 0; done < n; done += FEW) {
        uint64_t words[FEW] = {0};
        uint64_t lengths[FEW] = {0};
        uint8_t *plain = cells->has + at + done;
        const size_t some = n - done < FEW ? n - done : FEW;
        for (size_t i = 0; i < some; i++) {
            const rk__value *v = values[(done + i) * stride];
            lengths[i] = has_text(v) ? v->length : 0;
            words[i] = lengths[i] > 0 ? rk__load8(v->text) : 0;
        }
        cells->kernel->numbers(words, lengths, some, cells->type != RK__CELL_INTEGER,
                               cells->v + at + done, plain);
        for (size_t i = 0; i < some; i++) {
            const rk_status status =
                plain[i] ? RK_OK : fill_slow(cells, values[(done + i) * stride], at + done + i);
            if (status != RK_OK) {
                return status;
            }
        }
    }
    return RK_OK;
}

rk_status rk__cells_fill(rk__cells *cells, const rk__value *const *values, size_t stride, size_t n,
                         size_t at)
{
    return is_word(cells->type) ? fill_words(cells, values, stride, n, at)
                                : fill_numbers(cells, values, stride, n, at);
}

/* ---------------------------------------------------------------- life cycle */

rk_status rk__cells_init(rk__cells *cells, uint32_t want, const char *column, rk__cell_type type,
                         size_t rows, const rk__reading *reading, const char *fallback)
{
    const rk__cell_use use = type == RK__CELL_DATE                            ? RK__USE_DATE
                             : type == RK__CELL_TEXT || type == RK__CELL_BOOL ? RK__USE_TEXT
                                                                              : RK__USE_NUMBER;
    *cells = (rk__cells){.want = want, .type = type, .field = -1, .kernel = rk__csv_kernel_best()};
    cells->reader = rk__cell_reader_of(reading, column, use);
    cells->blank_numbers = has_blank_numbers(reading);
    cells->points = reading == NULL || reading->numbers == NULL || reading->numbers->decimal == '.';
    const size_t room = rows + RK__CSV_LANES;
    if (!rk__twin_take(room * (sizeof *cells->v + sizeof *cells->has), &cells->memory)) {
        return RK_NO_MEMORY;
    }
    cells->v = (int64_t *) (void *) cells->memory.mine;
    cells->has = cells->memory.mine + room * sizeof *cells->v;
    cells->handed_v = (const int64_t *) (const void *) cells->memory.theirs;
    cells->handed_has = cells->memory.theirs + room * sizeof *cells->v;
    cells->dict = type == RK__CELL_TEXT ? rk__dict_new() : NULL;
    const uint32_t slots = rows < RK__BATCH_ROWS ? FEW_SLOTS : FIRST_SLOTS;
    if (make_slots(cells, slots) != RK_OK || (type == RK__CELL_TEXT && cells->dict == NULL)) {
        return RK_NO_MEMORY;
    }
    return fallback != NULL ? rk__cells_default(cells, fallback) : RK_OK;
}

rk_status rk__cells_default(rk__cells *cells, const char *fallback)
{
    const char *why = NULL;
    const rk_status status = rk__cells_set(cells, fallback, strlen(fallback), 0, &why);
    cells->absent_v = cells->v[0];
    cells->absent_has = 1;
    return status;
}

rk_status rk__cells_renew(rk__cells *cells, const char *fallback)
{
    rk__dict *dict = rk__dict_new();
    if (dict == NULL) {
        return RK_NO_MEMORY;
    }
    rk__dict_free(cells->dict);
    cells->dict = dict;
    cells->generation++;
    for (uint32_t i = 0; i < cells->n_slots; i++) {
        cells->slots[i].key = NO_KEY;
    }
    cells->used_slots = 0;
    rk__free(cells->longs);
    cells->longs = NULL;
    cells->used_longs = 0;
    return fallback != NULL ? rk__cells_default(cells, fallback) : RK_OK;
}

void rk__cells_trim(rk__cells *cells)
{
    rk__twin_give(&cells->memory);
    rk__free(cells->slots);
    rk__free(cells->longs);
    rk__free(cells->scratch);
    *cells = (rk__cells){.type = cells->type, .field = -1, .dict = cells->dict};
}
