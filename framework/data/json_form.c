/* SPDX-License-Identifier: MIT
 *
 * json_form.c: the making of forms, and the comparison, which every contract of a batch
 * goes through: a few bytes compared and a value passed over, again and again.
 */
#include "data/json_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"

typedef struct form_text {
    const char *bytes;
    size_t n;
} form_text;

/* Bytes that stand as they are, and the value behind them. */
typedef struct form_part {
    form_text before;
    bool quoted; /* a string: the bytes before end with its quote */
} form_part;

typedef struct form_blank {
    form_part part; /* of a table: what stands before its first row */
    bool is_table;
    form_part *cells;
    size_t n_cells;
    form_text row_end, between; /* behind a row's last cell; between two rows */
    rk__filling filling;
    rk__span one;
    size_t capacity; /* spans that there is room for */
} form_blank;

struct rk__form {
    rk__arena arena;
    char *text;
    form_blank *blanks; /* in the order of the text */
    form_blank **given; /* as they were given */
    size_t n;
    form_text after;
};

/* -------------------------------------------------------------------- making */

static form_text text_between(const rk__form *form, size_t from, size_t to)
{
    return (form_text){form->text + from, to - from};
}

static size_t inside_from(const rk__value *v)
{
    return v->type == RK__JSON_STRING ? v->offset + 1 : v->offset;
}

static size_t inside_to(const rk__value *v)
{
    return v->type == RK__JSON_STRING ? v->end - 1 : v->end;
}

static form_part part_of(const rk__form *form, size_t from, const rk__value *v)
{
    return (form_part){.before = text_between(form, from, inside_from(v)),
                       .quoted = v->type == RK__JSON_STRING};
}

static bool same_text(form_text a, form_text b)
{
    return a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0;
}

/* Whether a row is written as the first is; sets it down if it is the first. */
static bool take_row(rk__form *form, form_blank *blank, const rk__value *row, bool first)
{
    size_t at = row->offset;
    size_t k = 0;
    if (row->type != RK__JSON_OBJECT || row->count == 0 || row->count != blank->n_cells) {
        return false;
    }
    for (const rk__value *cell = row->first; cell != NULL; cell = cell->next, k++) {
        const form_part part = part_of(form, at, cell);
        if (cell->type != RK__JSON_STRING && cell->type != RK__JSON_NUMBER) {
            return false;
        }
        if (first) {
            blank->cells[k] = part;
        } else if (part.quoted != blank->cells[k].quoted ||
                   !same_text(part.before, blank->cells[k].before)) {
            return false;
        }
        at = inside_to(cell);
    }
    const form_text end = text_between(form, at, row->end);
    if (first) {
        blank->row_end = end;
    }
    return same_text(end, blank->row_end);
}

/* False where the rows are not all alike. */
static rk_status take_table(rk__form *form, form_blank *blank, const rk__value *table, bool *good)
{
    const rk__value *first = table->first;
    *good = first != NULL && first->type == RK__JSON_OBJECT;
    if (!*good) {
        return RK_OK;
    }
    blank->is_table = true;
    blank->n_cells = first->count;
    blank->cells = rk__arena_alloc(&form->arena, (blank->n_cells + 1) * sizeof *blank->cells);
    if (blank->cells == NULL) {
        return RK_NO_MEMORY;
    }
    blank->between = (form_text){",", 1};
    for (const rk__value *row = first; row != NULL && *good; row = row->next) {
        *good = take_row(form, blank, row, row == first);
        if (row->next == NULL || !*good) {
            continue;
        }
        const form_text between = text_between(form, row->end, row->next->offset);
        if (row == first) {
            blank->between = between;
        }
        *good = same_text(between, blank->between);
    }
    return RK_OK;
}

typedef struct placed {
    const rk__value *value;
    size_t given;
} placed;

static int by_offset(const void *a, const void *b)
{
    const placed *x = a;
    const placed *y = b;
    return (x->value->offset > y->value->offset) - (x->value->offset < y->value->offset);
}

static rk_status take_blanks(rk__form *form, const placed *order, size_t length, bool *good)
{
    size_t at = 0;
    *good = true;
    for (size_t i = 0; i < form->n && *good; i++) {
        const rk__value *v = order[i].value;
        form_blank *blank = &form->blanks[i];
        form->given[order[i].given] = blank;
        if (v->type == RK__JSON_ARRAY) {
            const rk_status status = take_table(form, blank, v, good);
            if (status != RK_OK || !*good) {
                return status;
            }
            blank->part.before = text_between(form, at, v->first->offset);
            at = v->last->end;
        } else {
            *good = v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER;
            blank->part = part_of(form, at, v);
            blank->filling = (rk__filling){&blank->one, 1, 1};
            at = inside_to(v);
        }
    }
    form->after = text_between(form, at, length);
    return RK_OK;
}

rk_status rk__form_new(const rk__json *document, const rk__value *const *blanks, size_t n,
                       rk__form **out)
{
    size_t length = 0;
    const char *text = rk__json_text(document, &length);
    bool good = false;
    rk__form *form = *out = rk__calloc(1, sizeof *form);
    if (form == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_NO_MEMORY;
    placed *order = rk__calloc(n + 1, sizeof *order);
    form->n = n;
    form->text = rk__arena_copy(&form->arena, text, length);
    form->blanks = rk__arena_alloc(&form->arena, (n + 1) * sizeof *form->blanks);
    form->given = rk__arena_alloc(&form->arena, (n + 1) * sizeof(form_blank *));
    if (order != NULL && form->text != NULL && form->blanks != NULL && form->given != NULL) {
        for (size_t i = 0; i < n; i++) {
            order[i] = (placed){blanks[i], i};
        }
        qsort(order, n, sizeof *order, by_offset);
        status = take_blanks(form, order, length, &good);
    }
    rk__free(order);
    if (!good) {
        rk__form_free(form);
        *out = NULL;
    }
    return status;
}

void rk__form_free(rk__form *form)
{
    if (form == NULL) {
        return;
    }
    for (size_t i = 0; form->blanks != NULL && i < form->n; i++) {
        if (form->blanks[i].is_table) {
            rk__free(form->blanks[i].filling.spans);
        }
    }
    rk__arena_dispose(&form->arena);
    rk__free(form);
}

const rk__filling *rk__form_filling(const rk__form *form, size_t blank)
{
    return &form->given[blank]->filling;
}

/* ------------------------------------------------------------------ comparing */

/* Each takes what it looks for off the text at `p`, and returns where that ends; NULL
 * where it is not there. */

/* Between two cells of a row there are some eight to sixteen bytes: two words, which may
 * overlap. */
static inline const char *pass_text(const char *p, const char *end, form_text text)
{
    const size_t n = text.n;
    if ((size_t) (end - p) < n) {
        return NULL;
    }
    if (n >= 8 && n <= 16) {
        return ((rk__load8(p) ^ rk__load8(text.bytes)) |
                (rk__load8(p + n - 8) ^ rk__load8(text.bytes + n - 8))) == 0
                   ? p + n
                   : NULL;
    }
    return memcmp(p, text.bytes, n) == 0 ? p + n : NULL;
}

/* The high bit of each byte that ends a plain run: a quote, a backslash, a control
 * character. The lowest that is set is right; those above it may not be. */
static inline uint64_t ends_of(uint64_t word)
{
    return rk__bytes_of(word, '"') | rk__bytes_of(word, '\\') |
           ((word - RK__ONES * 0x20) & ~word & RK__HIGHS);
}

static const char *pass_string(const char *p, const char *end, rk__span *span)
{
    const char *begin = p;
    uint64_t high = 0;
    for (; end - p >= 8; p += 8) {
        const uint64_t word = rk__load8(p);
        const uint64_t ends = ends_of(word);
        if (ends != 0) {
            const int at = __builtin_ctzll(ends) >> 3;
            high |= at > 0 ? word << (64 - 8 * at) : 0;
            p += at;
            break;
        }
        high |= word;
    }
    while (p < end && (unsigned char) *p >= 0x20 && *p != '"' && *p != '\\') {
        high |= (uint64_t) (unsigned char) *p++ << 56;
    }
    *span = (rk__span){begin, (size_t) (p - begin)};
    if (p == end || *p != '"' || span->length > UINT32_MAX) {
        return NULL;
    }
    return (high & RK__HIGHS) == 0 || rk__utf8_check(begin, span->length) == span->length ? p
                                                                                          : NULL;
}

static const char *pass_digits(const char *p, const char *end)
{
    const char *begin = p;
    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }
    return p > begin ? p : NULL;
}

/* As RFC 8259 spells numbers. */
static const char *pass_number(const char *p, const char *end, rk__span *span)
{
    const char *begin = p;
    p += p < end && *p == '-';
    const bool zero = p < end && *p == '0';
    p = zero ? p + 1 : pass_digits(p, end);
    if (p != NULL && p < end && *p == '.') {
        p = pass_digits(p + 1, end);
    }
    if (p != NULL && p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        p = pass_digits(p, end);
    }
    *span = (rk__span){begin, p != NULL ? (size_t) (p - begin) : 0};
    return p;
}

static inline const char *pass_part(const char *p, const char *end, const form_part *part,
                                    rk__span *span)
{
    p = pass_text(p, end, part->before);
    if (p == NULL) {
        return NULL;
    }
    return part->quoted ? pass_string(p, end, span) : pass_number(p, end, span);
}

static const char *pass_rows(const char *p, const char *end, form_blank *blank)
{
    rk__filling *filling = &blank->filling;
    filling->n_rows = 0;
    filling->n_cells = blank->n_cells;
    for (;;) {
        const size_t used = filling->n_rows * blank->n_cells;
        void *spans = filling->spans;
        if (rk__grow(&spans, &blank->capacity, used + blank->n_cells, sizeof(rk__span)) != 0) {
            return NULL;
        }
        filling->spans = spans;
        for (size_t k = 0; k < blank->n_cells && p != NULL; k++) {
            p = pass_part(p, end, &blank->cells[k], &filling->spans[used + k]);
        }
        p = p != NULL ? pass_text(p, end, blank->row_end) : NULL;
        if (p == NULL) {
            return NULL;
        }
        filling->n_rows++;
        const char *next = pass_text(p, end, blank->between);
        if (next == NULL) {
            return p;
        }
        p = next;
    }
}

bool rk__form_fits(rk__form *form, const char *text, size_t length)
{
    const char *p = text;
    const char *end = text + length;
    for (size_t i = 0; i < form->n && p != NULL; i++) {
        form_blank *blank = &form->blanks[i];
        if (blank->is_table) {
            p = pass_text(p, end, blank->part.before);
            p = p != NULL ? pass_rows(p, end, blank) : NULL;
        } else {
            p = pass_part(p, end, &blank->part, &blank->one);
        }
    }
    return p != NULL && (size_t) (end - p) == form->after.n &&
           memcmp(p, form->after.bytes, form->after.n) == 0;
}
