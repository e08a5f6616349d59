/* SPDX-License-Identifier: MIT
 *
 * json_refill.c: comparing a text with a document's own, and taking its values.
 */
#include "json/json_refill.h"

#include "base/text.h"
#include "json/json_gate.h"

/* The rows of a table: as many as the text being read has. */
typedef struct rows {
    rk__value *rows, *cells; /* cells row by row */
    size_t rows_capacity, cells_capacity, n_linked;
    size_t n_cells;  /* of a row */
    rk__value first; /* the row whose form all others have, and its cells */
    rk__value *like;
} rows;

/* A string or number, or a table. */
typedef struct slot {
    rk__value *value;
    size_t offset, end; /* in the document's own text */
    rows *rows;         /* NULL: no table */
} slot;

struct rk__refill {
    rk__json *document;
    rk__arena arena;
    slot *slots;
    size_t n, capacity;
    char *text; /* the text being read, in which values end with a NUL */
    size_t text_capacity;
};

/* Where in the text the comparison is. */
typedef struct cursor {
    const char *like; /* the document's own text */
    char *at, *end;
    char *
        value_end; /* end of the value before, to be terminated once what follows it was compared */
} cursor;

/* ------------------------------------------------------------------ comparing */

static inline bool same_bytes(const char *a, const char *b, size_t n)
{
#if defined(__SSE2__)
    if (n <= 16) {
        const __m128i x = _mm_loadu_si128((const __m128i *) (const void *) a);
        const __m128i y = _mm_loadu_si128((const __m128i *) (const void *) b);
        const unsigned differ = ~(unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
        return (differ & ((1u << n) - 1)) == 0;
    }
#endif
    return memcmp(a, b, n) == 0;
}

/* Passes over bytes of the document's own text. */
static inline bool pass_bytes(cursor *c, const char *like, size_t n)
{
    if ((size_t) (c->end - c->at) < n || !same_bytes(c->at, like, n)) {
        return false;
    }
    if (c->value_end != NULL) {
        *c->value_end = '\0';
        c->value_end = NULL;
    }
    c->at += n;
    return true;
}

/* The end of a string's characters; NULL if it has escapes or is not a string. */
static const char *string_end(const char *p, const char *end)
{
    for (;;) {
        const size_t n = rk__gate_plain_bytes(p);
        p += n;
        if (p < end && *p == '"') {
            return p;
        }
        if (n < RK__GATE_PLAIN) {
            const size_t character = p < end && (unsigned char) *p >= 0x80
                                         ? rk__utf8_character(p, (size_t) (end - p))
                                         : 0;
            if (character == 0) {
                return NULL;
            }
            p += character;
        }
    }
}

static const char *pass_digits(const char *p)
{
    const char *begin = p;
    while (*p >= '0' && *p <= '9') {
        p++;
    }
    return p > begin ? p : NULL;
}

/* The end of a number as RFC 8259 spells it; the text ends with a NUL. */
static const char *number_end(const char *p)
{
    p += *p == '-';
    p = *p == '0' ? p + 1 : pass_digits(p);
    if (p != NULL && *p == '.') {
        p = pass_digits(p + 1);
    }
    if (p != NULL && (*p == 'e' || *p == 'E')) {
        p++;
        p += *p == '+' || *p == '-';
        p = pass_digits(p);
    }
    return p;
}

/* Takes a string or number, which is what the document has there. */
static inline bool take_value(cursor *c, rk__value *v)
{
    const bool quoted = v->type == RK__JSON_STRING;
    char *begin = c->at + quoted;
    const char *end =
        quoted ? (*c->at == '"' ? string_end(begin, c->end) : NULL) : number_end(begin);
    if (end == NULL) {
        return false;
    }
    v->text = begin;
    v->length = (uint32_t) (end - begin);
    c->value_end = begin + v->length;
    c->at = begin + v->length + quoted;
    return true;
}

/* ----------------------------------------------------------------------- rows */

/* Makes room for one more row, and sets everything in it that never changes. */
static bool make_room(rows *r, rk__value *table, size_t n)
{
    const size_t linked = r->n_linked;
    if (n <= linked) {
        return true;
    }
    r->n_linked = 0; /* rows may move, and then point into freed memory until linked again */
    if (rk__grow((void **) &r->rows, &r->rows_capacity, n, sizeof *r->rows) != 0 ||
        rk__grow((void **) &r->cells, &r->cells_capacity, r->rows_capacity * r->n_cells,
                 sizeof *r->cells) != 0) {
        return false;
    }
    for (size_t i = 0; i < r->rows_capacity; i++) {
        rk__value *cells = r->cells + i * r->n_cells;
        r->rows[i] = r->first;
        r->rows[i].parent = table;
        r->rows[i].index = (uint32_t) i;
        r->rows[i].alike = i > 0;
        r->rows[i].first = cells;
        r->rows[i].next = &r->rows[i] + 1;
        for (size_t k = 0; k < r->n_cells; k++) {
            const rk__value held = i < linked ? cells[k] : r->like[k];
            cells[k] = r->like[k];
            cells[k].text = held.text;
            cells[k].length = held.length;
            cells[k].parent = &r->rows[i];
            cells[k].next = k + 1 < r->n_cells ? &cells[k] + 1 : NULL;
        }
    }
    r->n_linked = r->rows_capacity;
    return true;
}

static bool take_row(cursor *c, const rows *r, rk__value *cells)
{
    size_t from = r->first.offset;
    for (size_t k = 0; k < r->n_cells; k++) {
        if (!pass_bytes(c, c->like + from, r->like[k].offset - from) || !take_value(c, &cells[k])) {
            return false;
        }
        from = r->like[k].end;
    }
    return pass_bytes(c, c->like + from, r->first.end - from);
}

/* What stands between rows, with any spaces. */
static bool pass_comma(cursor *c)
{
    if (*c->at != ',') {
        return false;
    }
    do {
        c->at++;
    } while (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t');
    return true;
}

/* One row or more, up to the end of the last. */
static bool take_rows(cursor *c, const slot *s)
{
    rows *r = s->rows;
    rk__value *table = s->value;
    size_t n = 0;
    if (!pass_bytes(c, c->like + s->offset, r->first.offset - s->offset)) {
        return false;
    }
    do {
        if (!make_room(r, table, n + 1) || !take_row(c, r, r->cells + n * r->n_cells)) {
            return false;
        }
        n++;
    } while (pass_comma(c));
    for (size_t i = table->count; i > 0 && i <= r->n_linked; i = 0) {
        r->rows[i - 1].next = &r->rows[i - 1] + 1;
    }
    table->first = r->rows;
    r->rows[n - 1].next = NULL;
    table->count = (uint32_t) n;
    return true;
}

bool rk__refill_read(rk__refill *refill, const char *text, size_t length)
{
    const size_t need = length + 1 + RK__JSON_SLACK;
    size_t own_length = 0;
    const char *own = rk__json_text(refill->document, &own_length);
    size_t from = 0;
    if (rk__grow((void **) &refill->text, &refill->text_capacity, need, 1) != 0) {
        return false;
    }
    memcpy(refill->text, text, length);
    memset(refill->text + length, 0, need - length);
    cursor c = {.like = own, .at = refill->text, .end = refill->text + length};
    for (size_t i = 0; i < refill->n; i++) {
        const slot *s = &refill->slots[i];
        if (!pass_bytes(&c, own + from, s->offset - from) ||
            !(s->rows != NULL ? take_rows(&c, s) : take_value(&c, s->value))) {
            return false;
        }
        from = s->end;
    }
    return pass_bytes(&c, own + from, own_length - from) && c.at == c.end;
}

/* --------------------------------------------------------------------- making */

static rk_status add_slot(rk__refill *r, const rk__value *v, rows *table)
{
    if (rk__grow((void **) &r->slots, &r->capacity, r->n + 1, sizeof *r->slots) != 0) {
        return RK_NO_MEMORY;
    }
    size_t end = v->end;
    if (table != NULL) {
        for (const rk__value *item = v->first; item != NULL; item = item->next) {
            end = item->end;
        }
    }
    r->slots[r->n++] = (slot){(rk__value *) (uintptr_t) v, v->offset, end, table};
    return RK_OK;
}

static rk_status add_table(rk__refill *r, const rk__value *v)
{
    const rk__value *row = v->first;
    rows *table = rk__arena_alloc(&r->arena, sizeof *table);
    rk__value *like = rk__arena_alloc(&r->arena, (row->count + 1) * sizeof *like);
    if (table == NULL || like == NULL) {
        return RK_NO_MEMORY;
    }
    *table = (rows){.n_cells = row->count, .first = *row, .like = like};
    for (const rk__value *cell = row->first; cell != NULL; cell = cell->next) {
        if (cell->type != RK__JSON_STRING && cell->type != RK__JSON_NUMBER) {
            return RK_CONFLICT;
        }
        *like++ = *cell;
    }
    return table->n_cells > 0 ? add_slot(r, v, table) : RK_CONFLICT;
}

static rk_status add_values(rk__refill *r, const rk__value *v)
{
    if (v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER) {
        return add_slot(r, v, NULL);
    }
    rk_status status = RK_OK;
    for (const rk__value *child = v->first; child != NULL && status == RK_OK; child = child->next) {
        status = add_values(r, child);
    }
    return status;
}

rk_status rk__refill_new(rk__json *document, const rk__value *const *values, size_t n,
                         rk__refill **out)
{
    rk__refill *r = *out = rk__calloc(1, sizeof *r);
    rk_status status = r == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        const bool table = values[i]->type == RK__JSON_ARRAY && values[i]->first != NULL &&
                           values[i]->first->type == RK__JSON_OBJECT;
        r->document = document;
        status = table ? add_table(r, values[i]) : add_values(r, values[i]);
    }
    if (status == RK_OK) {
        size_t length = 0;
        const char *text = rk__json_text(document, &length);
        r->document = document;
        status = rk__refill_read(r, text, length) ? RK_OK : RK_CONFLICT;
    }
    if (status != RK_OK) {
        rk__refill_free(r);
        *out = NULL;
    }
    return status;
}

void rk__refill_free(rk__refill *refill)
{
    if (refill == NULL) {
        return;
    }
    for (size_t i = 0; i < refill->n; i++) {
        if (refill->slots[i].rows != NULL) {
            rk__free(refill->slots[i].rows->rows);
            rk__free(refill->slots[i].rows->cells);
        }
    }
    rk__free(refill->slots);
    rk__free(refill->text);
    rk__arena_dispose(&refill->arena);
    rk__free(refill);
}
