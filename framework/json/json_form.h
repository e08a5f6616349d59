/* SPDX-License-Identifier: MIT
 *
 * json_form.h: documents that differ in some values alone.
 *
 * What one program writes has the same keys in the same order, however many documents
 * there are: only ids, amounts and rows differ. A form is one such document with blanks
 * in the place of those values. A text fits a form if it is the same, byte for byte,
 * between the blanks, and each blank is a string without escapes or a number, as it was;
 * a table's blank is one row or more like those it had. A text that fits is well-formed,
 * because the document was, so it need not be parsed. Of a text that does not fit nothing
 * is said: it is parsed as any other.
 *
 * Threads: a form belongs to one thread at a time.
 */
#ifndef RK_JSON_JSON_FORM_H
#define RK_JSON_JSON_FORM_H

#include "json/json.h"

/* A value in the text that was matched: the characters of a string, or a number as
 * spelled. */
typedef struct rk__span {
    const char *text;
    size_t length;
} rk__span;

/* What fills a blank: one span, or those of a table's cells, row by row. */
typedef struct rk__filling {
    rk__span *spans;
    size_t n_rows, n_cells; /* of a table; 1 and 1 */
    const char *text_end;   /* of a table: of the text that they point into */
} rk__filling;

typedef struct rk__form rk__form;

/* The form of a document with these of its values blank: strings, numbers, and arrays of
 * objects, none inside another. *out is NULL where it has none: a table has no row, or
 * rows that differ in keys or types, or a cell that is neither string nor number. The
 * document may be freed. */
rk_status rk__form_new(const rk__json *document, const rk__value *const *blanks, size_t n,
                       rk__form **out);
void rk__form_free(rk__form *form);

/* True where the text fits. The fillings, by blank as given to rk__form_new, point into
 * the text and hold until the next call. */
bool rk__form_fits(rk__form *form, const char *text, size_t length);
const rk__filling *rk__form_filling(const rk__form *form, size_t blank);

#endif
