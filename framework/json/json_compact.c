/* SPDX-License-Identifier: MIT
 *
 * json_compact.c: a value of a document as JSON text on one line.
 */
#include "json/json_compact.h"

#include <string.h>

void rk__json_compact(rk__buf *out, const rk__value *v)
{
    switch ((rk__json_type) v->type) {
    case RK__JSON_NULL:
        rk__buf_puts(out, "null");
        return;
    case RK__JSON_BOOL:
        rk__buf_puts(out, v->truth ? "true" : "false");
        return;
    case RK__JSON_NUMBER:
        rk__buf_add(out, v->text, v->length);
        return;
    case RK__JSON_STRING:
        rk__json_write_text(out, v->text, v->length);
        return;
    case RK__JSON_ARRAY:
    case RK__JSON_OBJECT:
        break;
    }
    const bool object = v->type == RK__JSON_OBJECT;
    rk__buf_putc(out, object ? '{' : '[');
    for (const rk__value *child = v->first; child != NULL; child = child->next) {
        rk__buf_puts(out, child == v->first ? "" : ",");
        if (object) {
            rk__json_write_text(out, child->key, strlen(child->key));
            rk__buf_putc(out, ':');
        }
        rk__json_compact(out, child);
    }
    rk__buf_putc(out, object ? '}' : ']');
}
