/* SPDX-License-Identifier: MIT
 *
 * fuzz_json_form.c: a document, and edits that make another text of it.
 *
 * The document fits its own form. Whatever else fits it parses, and the values that parsing
 * finds are those that fill the blanks.
 *
 * The last byte is the number of edits if it is below 8, and each is the four bytes before:
 * two say where, one what is done, one is the new byte. What is left is the document.
 */
#include <stdlib.h>
#include <string.h>

#include "json/json_form.h"

#define BLANKS_MOST 64

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

typedef struct blanks {
    const rk__value *values[BLANKS_MOST];
    size_t n;
    bool tables; /* arrays are blank, and not what is in them */
} blanks;

static void find_blanks(const rk__value *v, blanks *out)
{
    if (v == NULL || out->n == BLANKS_MOST) {
        return;
    }
    const bool table = out->tables && v->type == RK__JSON_ARRAY && v->first != NULL &&
                       v->first->type == RK__JSON_OBJECT;
    if (table || v->type == RK__JSON_STRING || v->type == RK__JSON_NUMBER) {
        out->values[out->n++] = v;
        return;
    }
    for (const rk__value *c = v->first; c != NULL; c = c->next) {
        find_blanks(c, out);
    }
}

/* A string without escapes, or a number, that is as long as the span and lies where it is. */
static void check_span(const rk__value *v, const char *text, const rk__span *span)
{
    const bool string = v->type == RK__JSON_STRING;
    need(string || v->type == RK__JSON_NUMBER);
    need(span->text == text + v->offset + string);
    need(span->length == v->end - v->offset - 2 * (size_t) string);
    need(v->length == span->length && memcmp(v->text, span->text, span->length) == 0);
}

static void check_filling(const rk__value *v, const char *text, const rk__filling *filling)
{
    if (v->type != RK__JSON_ARRAY) {
        need(filling->n_rows == 1 && filling->n_cells == 1);
        check_span(v, text, filling->spans);
        return;
    }
    size_t i = 0;
    need(v->count == filling->n_rows);
    for (const rk__value *row = v->first; row != NULL; row = row->next) {
        need(row->type == RK__JSON_OBJECT && row->count == filling->n_cells);
        for (const rk__value *cell = row->first; cell != NULL; cell = cell->next) {
            check_span(cell, text, &filling->spans[i++]);
        }
    }
}

/* Whether it fits; if so, it holds what the form says. */
static bool compare(rk__form *form, const blanks *found, const char *text, size_t length)
{
    /* A text of its own, so that a read past its end is seen. */
    char *copy = malloc(length + (length == 0));
    need(copy != NULL);
    memcpy(copy, text, length);
    const bool fits = rk__form_fits(form, copy, length);
    if (fits) {
        rk__json *document = NULL;
        need(rk__json_parse(copy, length, NULL, &document, NULL) == RK_OK);
        for (size_t i = 0; i < found->n; i++) {
            rk__arena arena = {0};
            const char *pointer = rk__json_pointer(found->values[i], &arena);
            const rk__value *v = rk__json_at(rk__json_root(document), pointer);
            need(v != NULL && v->type == found->values[i]->type);
            check_filling(v, copy, rk__form_filling(form, i));
            rk__arena_dispose(&arena);
        }
        rk__json_free(document);
    }
    free(copy);
    return fits;
}

static size_t edit(char *text, size_t length, const uint8_t *how)
{
    const size_t at = (how[0] | (size_t) how[1] << 8) % (length + 1);
    if (how[2] % 3 == 0) {
        memmove(text + at + 1, text + at, length - at);
        text[at] = (char) how[3];
        return length + 1;
    }
    if (at == length) {
        return length;
    }
    if (how[2] % 3 == 1) {
        text[at] = (char) how[3];
        return length;
    }
    memmove(text + at, text + at + 1, length - at - 1);
    return length - 1;
}

static void check_document(const rk__json *document, bool tables, const uint8_t *edits, size_t n)
{
    blanks found = {.tables = tables};
    rk__form *form = NULL;
    size_t length = 0;
    const char *text = rk__json_text(document, &length);
    find_blanks(rk__json_root(document), &found);
    need(rk__form_new(document, found.values, found.n, &form) == RK_OK);
    if (form == NULL) {
        return;
    }
    char *changed = malloc(length + n + 1);
    need(changed != NULL);
    memcpy(changed, text, length);
    (void) compare(form, &found, text, length); /* it has escapes, or it fits */
    for (size_t i = 0; i < n; i++) {
        length = edit(changed, length, edits + 4 * i);
        (void) compare(form, &found, changed, length);
    }
    free(changed);
    rk__form_free(form);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rk__json *document = NULL;
    const bool edited = size > 0 && data[size - 1] < 8 && size > 4 * (size_t) data[size - 1];
    const size_t n = edited ? data[size - 1] : 0;
    const size_t length = size - edited - 4 * n;
    if (rk__json_parse((const char *) data, length, NULL, &document, NULL) == RK_OK) {
        check_document(document, false, data + length, n);
        check_document(document, true, data + length, n);
    }
    rk__json_free(document);
    return 0;
}
