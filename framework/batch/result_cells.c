/* SPDX-License-Identifier: MIT
 *
 * result_cells.c: writing cells.
 */
#include "batch/result_cells.h"

#include <string.h>

#include "base/text.h"
#include "csv/csv.h"
#include "number/scaled.h"

static bool packed(const rk__cells *c)
{
    return c->kind == RK__BATCH_SQLITE;
}

static void begin(rk__cells *c)
{
    if (packed(c)) {
        rk__buf_putc(c->out, '=');
    }
    c->last = c->out->length;
}

static void end(const rk__cells *c)
{
    rk__buf_putc(c->out, packed(c) ? '\0' : ',');
}

static void empty(rk__cells *c)
{
    c->last = c->out->length;
    end(c);
}

static void add(rk__cells *c, const char *text, size_t length)
{
    if (packed(c)) {
        rk__buf_add(c->out, text, length);
    } else {
        rk__csv_quote_safe(c->out, c->safe, text, length);
    }
}

static void add_whole(rk__cells *c, int64_t value)
{
    char *to = rk__buf_reserve(c->out, RK__SCALED_TEXT);
    if (to != NULL) {
        rk__buf_commit(c->out, (size_t) (rk__put_whole_places(to, value, 0) - to));
    }
}

/* Bytes that are not UTF-8 are replaced one by one, as the JSON writer does. */
static void add_repaired(rk__cells *c, const char *text, size_t length)
{
    rk__buf valid = {0};
    size_t good = rk__utf8_check(text, length);
    while (good < length) {
        rk__buf_add(&valid, text, good);
        rk__buf_puts(&valid, "\xef\xbf\xbd");
        text += good + 1;
        length -= good + 1;
        good = rk__utf8_check(text, length);
    }
    rk__buf_add(&valid, text, length);
    if (valid.failed) {
        c->out->failed = 1;
    } else {
        add(c, valid.text, valid.length);
    }
    rk__buf_dispose(&valid);
}

void rk__cell_text(rk__cells *c, const char *text)
{
    if (text == NULL) {
        empty(c);
        return;
    }
    const size_t length = strlen(text);
    begin(c);
    if (rk__utf8_check(text, length) == length) {
        add(c, text, length);
    } else {
        add_repaired(c, text, length);
    }
    end(c);
}

void rk__cell_count(rk__cells *c, uint64_t count)
{
    begin(c);
    add_whole(c, (int64_t) count);
    end(c);
}

void rk__cell_place(rk__cells *c, uint32_t place)
{
    if (place == 0) {
        empty(c);
    } else {
        rk__cell_count(c, place);
    }
}

void rk__cell_number(rk__cells *c, rk_num number, bool hidden)
{
    if (number == NULL || hidden) {
        rk__cell_text(c, number == NULL ? NULL : "*");
        return;
    }
    begin(c);
    rk__num_print_trimmed(c->out, number, RK__LINE_PLACES);
    end(c);
}

void rk__cell_money(rk__cells *c, rk_num amount, int places)
{
    if (amount == NULL) {
        empty(c);
        return;
    }
    begin(c);
    rk__num_print_fixed(c->out, amount, places);
    end(c);
}

void rk__cell_micros(rk__cells *c)
{
    const rk__buf *out = c->out;
    rk_decimal micros = 0;
    if (out->failed || out->length <= c->last + 1 ||
        rk__decimal_parse(out->text + c->last, out->length - 1 - c->last, &micros) !=
            RK__DECIMAL_OK) {
        empty(c);
        return;
    }
    begin(c);
    add_whole(c, micros);
    end(c);
}

void rk__cell_blanks(rk__cells *c, int n)
{
    while (n-- > 0) {
        empty(c);
    }
}

void rk__cell_end(const rk__cells *c)
{
    if (!c->out->failed) {
        c->out->text[c->out->length - 1] = '\n';
    }
}
