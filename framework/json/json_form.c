/* SPDX-License-Identifier: MIT
 *
 * json_form.c: the making of forms, and the comparison, which every contract of a batch
 * goes through: a few bytes compared and a value passed over, again and again.
 */
#include "json/json_form.h"

#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/text.h"
#include "base/words.h"

/* Bytes that stand as they are. The first of them are compared as two words, of which
 * the masks leave those that count. */
typedef struct form_text {
    uint64_t words[2], masks[2];
    const char *bytes;
    size_t n;
} form_text;

/* A value, and the bytes up to the next one. */
typedef struct form_part {
    bool quoted;   /* a string: the bytes behind it begin with its quote */
    uint8_t usual; /* of a string: its length, as a rule */
    form_text behind;
} form_part;

/* Of a table, `part` is the last cell of the last row; behind the last cell of any other
 * stands what a row ends and the next begins with. */
typedef struct form_blank {
    form_part part;
    bool is_table;
    form_part *cells;
    size_t n_cells;
    rk__filling filling;
    rk__span one;
    size_t capacity; /* spans that there is room for */
} form_blank;

struct rk__form {
    rk__arena arena;
    char *text;
    form_text before;   /* the first value */
    form_blank *blanks; /* in the order of the text */
    form_blank **given; /* as they were given */
    size_t n;
};

/* -------------------------------------------------------------------- making */

static form_text text_of(const char *bytes, size_t n)
{
    const size_t first = n < 16 ? n : 16;
    form_text text = {.bytes = bytes, .n = n};
    memcpy(text.words, bytes, first);
    memset(text.masks, 0xff, first);
    return text;
}

static form_text text_between(const rk__form *form, size_t from, size_t to)
{
    return text_of(form->text + from, to - from);
}

/* Where the blank of a string, a number or a table begins and ends. */
static size_t inside_from(const rk__value *v)
{
    const rk__value *first = v->type == RK__JSON_ARRAY ? v->first->first : v;
    return first->type == RK__JSON_STRING ? first->offset + 1 : first->offset;
}

static size_t inside_to(const rk__value *v)
{
    const rk__value *last = v->type == RK__JSON_ARRAY ? v->last->last : v;
    return last->type == RK__JSON_STRING ? last->end - 1 : last->end;
}

static bool is_plain(const rk__value *v)
{
    return v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER;
}

/* Whether the text a..a_end is that of b..b_end. */
static bool same_text(const rk__form *form, size_t a, size_t a_end, size_t b, size_t b_end)
{
    return a_end - a == b_end - b && memcmp(form->text + a, form->text + b, a_end - a) == 0;
}

/* Whether a row is written as the first is. */
static bool same_row(const rk__form *form, const rk__value *first, const rk__value *row)
{
    size_t a = first->offset;
    size_t b = row->offset;
    if (row->type != RK__JSON_OBJECT || row->count != first->count) {
        return false;
    }
    const rk__value *y = row->first;
    for (const rk__value *x = first->first; x != NULL; x = x->next, y = y->next) {
        if (x->type != y->type || !same_text(form, a, inside_from(x), b, inside_from(y))) {
            return false;
        }
        a = inside_to(x);
        b = inside_to(y);
    }
    return same_text(form, a, first->end, b, row->end);
}

static bool same_rows(const rk__form *form, const rk__value *table)
{
    const rk__value *first = table->first;
    if (first == NULL || first->type != RK__JSON_OBJECT || first->count == 0) {
        return false;
    }
    for (const rk__value *cell = first->first; cell != NULL; cell = cell->next) {
        if (!is_plain(cell)) {
            return false;
        }
    }
    for (const rk__value *row = first; row->next != NULL; row = row->next) {
        if (!same_row(form, first, row->next) ||
            !same_text(form, first->end, first->next->offset, row->end, row->next->offset)) {
            return false;
        }
    }
    return true;
}

/* What stands between the last cell of a row and the first of the next. */
static bool take_between(rk__form *form, const rk__value *row, form_text *out)
{
    const size_t from = inside_to(row->last);
    const size_t before = inside_from(row->first) - row->offset;
    if (row->next != NULL) {
        *out = text_between(form, from, row->next->offset + before);
        return true;
    }
    const size_t end = row->end - from;
    char *bytes = rk__arena_alloc(&form->arena, end + 1 + before);
    if (bytes == NULL) {
        return false;
    }
    memcpy(bytes, form->text + from, end);
    bytes[end] = ',';
    memcpy(bytes + end + 1, form->text + row->offset, before);
    *out = text_of(bytes, end + 1 + before);
    return true;
}

/* A table whose rows are all alike. */
static rk_status take_table(rk__form *form, form_blank *blank, const rk__value *table)
{
    const rk__value *row = table->first;
    size_t k = 0;
    blank->is_table = true;
    blank->n_cells = row->count;
    blank->cells = rk__arena_alloc(&form->arena, blank->n_cells * sizeof *blank->cells);
    if (blank->cells == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *cell = row->first; cell != NULL; cell = cell->next, k++) {
        blank->cells[k].quoted = cell->type == RK__JSON_STRING;
        if (cell->next != NULL) {
            blank->cells[k].behind = text_between(form, inside_to(cell), inside_from(cell->next));
        }
    }
    return take_between(form, row, &blank->cells[k - 1].behind) ? RK_OK : RK_NO_MEMORY;
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

/* *good is false where a value cannot be blank. */
static rk_status take_blanks(rk__form *form, const placed *order, size_t length, bool *good)
{
    *good = true;
    for (size_t i = 0; i < form->n && *good; i++) {
        const rk__value *v = order[i].value;
        *good = v->type == RK__JSON_ARRAY ? same_rows(form, v) : is_plain(v);
    }
    if (!*good) {
        return RK_OK;
    }
    form->before = text_between(form, 0, form->n > 0 ? inside_from(order[0].value) : length);
    for (size_t i = 0; i < form->n; i++) {
        const rk__value *v = order[i].value;
        const rk__value *last = v->type == RK__JSON_ARRAY ? v->last->last : v;
        form_blank *blank = &form->blanks[i];
        form->given[order[i].given] = blank;
        blank->filling = (rk__filling){.spans = &blank->one, .n_rows = 1, .n_cells = 1};
        blank->part.quoted = last->type == RK__JSON_STRING;
        blank->part.behind = text_between(
            form, inside_to(v), i + 1 < form->n ? inside_from(order[i + 1].value) : length);
        if (v->type == RK__JSON_ARRAY) {
            blank->filling = (rk__filling){0};
            if (take_table(form, blank, v) != RK_OK) {
                return RK_NO_MEMORY;
            }
        }
    }
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
    if (status != RK_OK || !good) {
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

/* The text: near its end no words are read. */
typedef struct form_input {
    const char *end, *near_end;
} form_input;

/* Bytes that pass_part reads at most. */
#define REACH 32

/* Each takes what it looks for off the text at `p`, and returns where that ends; NULL
 * where it is not there. */

static const char *pass_text(const char *p, const char *end, const form_text *text)
{
    return (size_t) (end - p) >= text->n && memcmp(p, text->bytes, text->n) == 0 ? p + text->n
                                                                                 : NULL;
}

/* The high bit of each byte that ends a plain run: a quote, a backslash, a control
 * character. The lowest that is set is right; those above it may not be. */
static inline uint64_t ends_of(uint64_t word)
{
    return rk__bytes_of(word, '"') | rk__bytes_of(word, '\\') |
           ((word - RK__ONES * 0x20) & ~word & RK__HIGHS);
}

/* Of RUN bytes that may be read, how many, from the first on, are plain ASCII of a string. */
#if defined(__SSE2__)
#define RUN 16
#else
#define RUN 8
#endif
static inline size_t plain_run(const char *p)
{
#if defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) p);
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    /* Bytes are signed here: those past ASCII are below a space too. */
    const __m128i plain = _mm_andnot_si128(marks, _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1)));
    return (size_t) __builtin_ctzll(~(uint64_t) (unsigned) _mm_movemask_epi8(plain));
#else
    const uint64_t word = rk__load8(p);
    const uint64_t odd = ends_of(word) | (word & RK__HIGHS);
    return odd != 0 ? (size_t) __builtin_ctzll(odd) >> 3 : 8;
#endif
}

/* Of eight bytes, how many are a whole number: a zero, or digits that do not begin with one. */
static inline size_t whole_run(const char *p)
{
    const uint64_t digits = rk__load8(p) ^ RK__ONES * '0';
    const uint64_t zero = ((digits & 0xff) - 1) & 0x8000; /* the second byte's high bit */
    const uint64_t odd = (((digits + RK__ONES * 0x76) | digits) & RK__HIGHS) | zero;
    return odd != 0 ? (size_t) __builtin_ctzll(odd) >> 3 : 8;
}

static const char *pass_string(const char *p, const char *end, rk__span *span)
{
    const char *begin = p;
    uint64_t high = 0;
    size_t n = RUN;
    for (; n == RUN && end - p >= RUN; p += n) {
        n = plain_run(p);
    }
    /* What is not ASCII, and the text's last bytes. */
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

/* Whether the text stands at `p`, where sixteen bytes may be read. */
static inline bool is_at(const char *p, const char *end, const form_text *text)
{
    const uint64_t differ = ((rk__load8(p) ^ text->words[0]) & text->masks[0]) |
                            ((rk__load8(p + 8) ^ text->words[1]) & text->masks[1]);
    return differ == 0 && __builtin_expect(text->n <= 16 || pass_text(p, end, text) != NULL, 1);
}

/* A short value and what is behind it, which is what ends the value: it begins with a quote,
 * or with what no number goes on with. NULL where the value is not short, too. */
static inline const char *pass_short(const char *p, const form_input *in, const form_part *part,
                                     rk__span *span)
{
    size_t n;
    if (p >= in->near_end) {
        return NULL;
    }
    if (part->quoted) {
        n = plain_run(p);
    } else {
        n = whole_run(p);
        if (n == 0) {
            return NULL;
        }
    }
    if (!is_at(p + n, in->end, &part->behind)) {
        return NULL;
    }
    *span = (rk__span){p, n};
    return p + n + part->behind.n;
}

static __attribute__((noinline)) const char *pass_any_part(const char *p, const form_input *in,
                                                           form_part *part, rk__span *span)
{
    const char *next = pass_short(p, in, part, span);
    if (next != NULL) {
        part->usual = (uint8_t) span->length;
        return next;
    }
    p = part->quoted ? pass_string(p, in->end, span) : pass_number(p, in->end, span);
    return p != NULL ? pass_text(p, in->end, &part->behind) : NULL;
}

/* Columns of codes and dates have texts of one length each. Where what follows is at its usual
 * place, nothing has to wait until the string's end is found: it must only not be sooner. */
static inline const char *pass_usual(const char *p, const form_input *in, const form_part *part,
                                     rk__span *span)
{
    if (!part->quoted) {
        return pass_short(p, in, part, span);
    }
    const size_t n = part->usual;
    if (p >= in->near_end || plain_run(p) < n || !is_at(p + n, in->end, &part->behind)) {
        return NULL;
    }
    *span = (rk__span){p, n};
    return p + n + part->behind.n;
}

static inline const char *pass_part(const char *p, const form_input *in, form_part *part,
                                    rk__span *span)
{
    const char *next = pass_usual(p, in, part, span);
    return next != NULL ? next : pass_any_part(p, in, part, span);
}

/* A cell that is not short, or is the table's last one; then *more is false. */
static __attribute__((noinline)) const char *pass_odd(const char *p, const form_input *in,
                                                      form_blank *blank, form_part *cell,
                                                      rk__span *span, bool *more)
{
    const bool may_end = cell + 1 == blank->cells + blank->n_cells;
    const char *next = may_end ? pass_short(p, in, &blank->part, span) : NULL;
    *more = false;
    if (next == NULL) {
        next = pass_any_part(p, in, cell, span);
        *more = next != NULL;
    }
    return next == NULL && may_end ? pass_any_part(p, in, &blank->part, span) : next;
}

/* The spans of the next row; NULL where memory ran out. */
static inline rk__span *next_row(form_blank *blank)
{
    rk__filling *filling = &blank->filling;
    const size_t used = filling->n_rows++ * blank->n_cells;
    const size_t need = used + blank->n_cells;
    void *spans = filling->spans;
    if (__builtin_expect(need > blank->capacity, 0)) {
        if (rk__grow(&spans, &blank->capacity, need, sizeof(rk__span)) != 0) {
            return NULL;
        }
        filling->spans = spans;
    }
    return filling->spans + used;
}

static const char *pass_rows(const char *p, const form_input in, form_blank *blank)
{
    form_part *const cells = blank->cells;
    form_part *const cells_end = cells + blank->n_cells;
    blank->filling.n_rows = 0;
    blank->filling.n_cells = blank->n_cells;
    blank->filling.text_end = in.end;
    for (bool more = true; more;) {
        rk__span *span = next_row(blank);
        if (span == NULL) {
            return NULL;
        }
        for (form_part *cell = cells; cell < cells_end; cell++, span++) {
            const char *next = pass_usual(p, &in, cell, span);
            if (__builtin_expect(next == NULL, 0)) {
                next = pass_odd(p, &in, blank, cell, span, &more);
                if (next == NULL) {
                    return NULL;
                }
            }
            p = next;
        }
    }
    return p;
}

bool rk__form_fits(rk__form *form, const char *text, size_t length)
{
    const char *end = text + length;
    const form_input in = {end, length >= REACH ? end - (REACH - 1) : text};
    const char *p = pass_text(text, end, &form->before);
    for (size_t i = 0; i < form->n && p != NULL; i++) {
        form_blank *blank = &form->blanks[i];
        p = blank->is_table ? pass_rows(p, in, blank)
                            : pass_part(p, &in, &blank->part, &blank->one);
    }
    return p == end;
}
