/* SPDX-License-Identifier: MIT
 *
 * sums.c: a last row that no cell calls a total, but whose numbers are the sums of those above it.
 */
#include <string.h>

#include "base/text.h"
#include "inspect/inspect.h"
#include "table/column.h"

/* What is known of a field: its numbers down to the row before the last, and that of the last. */
typedef struct field_sum {
    rk_int128 sum;
    rk_decimal last;
    bool has_last;
} field_sum;

typedef struct summing {
    field_sum *fields;
    size_t n_fields, rows;
} summing;

/* A number as spreadsheets show it: "£1,234.50", "(3.20)", "12-". */
static bool number_of(const char *text, size_t length, rk_decimal *out)
{
    char digits[48];
    size_t n = 0;
    bool negative = false;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char) text[i];
        if ((c >= '0' && c <= '9') || c == '.') {
            if (n + 1 >= sizeof digits) {
                return false;
            }
            digits[n++] = (char) c;
        } else if (c == '(' || c == '-') {
            negative = true;
            if (n > 0 && i + 1 < length) {
                return false; /* a date or a range */
            }
        } else if (c != ',' && c != ' ' && c != ')' && c != '$' && c < 0x80) {
            return false;
        }
    }
    const bool is = n > 0 && rk__decimal_parse(digits, n, out) == RK__DECIMAL_OK;
    *out = is && negative ? -*out : *out;
    return is;
}

static bool add_record(void *ctx, const rk__csv_record *record)
{
    summing *s = ctx;
    for (size_t i = 0; i < s->n_fields; i++) {
        field_sum *f = &s->fields[i];
        f->sum += f->has_last ? f->last : 0;
        f->has_last = i < record->n_fields &&
                      number_of(record->field[i].text, record->field[i].length, &f->last);
    }
    s->rows++;
    return true;
}

/* Whether every number of the last row is the sum of its column. */
static bool adds_up(const summing *s, size_t least)
{
    bool some = false;
    for (size_t i = 0; i < s->n_fields && s->rows > least; i++) {
        const field_sum *f = &s->fields[i];
        if (f->has_last && f->last != f->sum) {
            return false;
        }
        some |= f->has_last && f->last != 0;
    }
    return some;
}

rk_status rk__sample_find_sums(rk__sample *s)
{
    rk__sample_part *p = &s->part[0];
    rk__tail tail;
    if (s->n_parts != 1 || s->total_line > 0) {
        return RK_OK; /* the rows between the parts are not known */
    }
    const char *text = p->text + s->data;
    if (rk__tail_find(text, p->length - s->data, s->delimiter, 0, &tail) != RK_OK) {
        return RK_NO_MEMORY;
    }
    if (tail.last >= tail.end) {
        return RK_OK;
    }
    summing sums = {.fields = rk__calloc(s->n_fields + 1, sizeof(field_sum)),
                    .n_fields = s->n_fields};
    const rk_status status =
        sums.fields == NULL ? RK_NO_MEMORY : rk__sample_each(s, add_record, &sums);
    const size_t least =
        rk__record_sums_least(text + tail.last, tail.end - tail.last, s->delimiter);
    if (status == RK_OK && adds_up(&sums, least)) {
        s->total_line = s->data_line + rk__csv_count_feeds(text, tail.last);
        s->total_sums = true;
        p->length = s->data + tail.last;
    }
    rk__free(sums.fields);
    return status;
}
