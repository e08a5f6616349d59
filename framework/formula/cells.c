/* SPDX-License-Identifier: MIT
 *
 * cells.c: what expressions are made of: numbers, parameters, cells, and the first fault.
 */
#include "formula/eval.h"

#include <stdarg.h>
#include <stdio.h>

/* Bits of a numerator or denominator. */
#define MOST_BITS 65536

/* ---------------------------------------------------------------- a host of numbers */

static rk__nums *pool(const rk_host *h)
{
    return &((rk__own_host *) (uintptr_t) h)->nums;
}

#define OWN_BINARY(name)                                           \
    static rk_num own_##name(const rk_host *h, rk_num a, rk_num b) \
    {                                                              \
        return rk__num_##name(pool(h), a, b);                      \
    }
OWN_BINARY(add)
OWN_BINARY(sub)
OWN_BINARY(mul)
OWN_BINARY(div)
OWN_BINARY(min)
OWN_BINARY(max)
#undef OWN_BINARY

static rk_num own_decimal(const rk_host *h, rk_decimal d)
{
    return rk__num_from_decimal(pool(h), d);
}

static rk_num own_integer(const rk_host *h, int64_t n)
{
    return rk__num_from_int(pool(h), n);
}

static rk_num own_ratio(const rk_host *h, int64_t numerator, int64_t denominator)
{
    return rk__num_from_ratio(pool(h), numerator, denominator);
}

static rk_num own_neg(const rk_host *h, rk_num a)
{
    return rk__num_neg(pool(h), a);
}

static rk_num own_round(const rk_host *h, rk_num a, int places)
{
    return rk__num_round(pool(h), a, places);
}

static int own_compare(const rk_host *h, rk_num a, rk_num b)
{
    (void) h;
    return rk__num_compare(a, b);
}

static int own_sign(const rk_host *h, rk_num a)
{
    (void) h;
    return rk__num_sign(a);
}

static rk_num own_power(const rk_host *h, rk_num a, int64_t p, int64_t q, int places)
{
    return rk__num_power(pool(h), a, p, q, places);
}

static rk_num own_floor(const rk_host *h, rk_num a)
{
    return rk__num_floor(pool(h), a);
}

static rk_num own_ceil(const rk_host *h, rk_num a)
{
    return rk__num_ceil(pool(h), a);
}

static rk_num own_label(const rk_host *h, rk_num a, const char *name)
{
    (void) h;
    (void) name;
    return a;
}

void rk__own_host_init(rk__own_host *own)
{
    *own = (rk__own_host){.table = {.size = sizeof(rk_host),
                                    .abi_minor = RK_ABI_MINOR,
                                    .decimal = own_decimal,
                                    .integer = own_integer,
                                    .ratio = own_ratio,
                                    .add = own_add,
                                    .sub = own_sub,
                                    .mul = own_mul,
                                    .div = own_div,
                                    .neg = own_neg,
                                    .min = own_min,
                                    .max = own_max,
                                    .round = own_round,
                                    .compare = own_compare,
                                    .sign = own_sign,
                                    .label = own_label,
                                    .power = own_power,
                                    .floor = own_floor,
                                    .ceil = own_ceil},
                          .nums = {.untraced = true}};
}

void rk__own_host_dispose(rk__own_host *own)
{
    rk__nums_dispose(&own->nums);
}

/* -------------------------------------------------------------------- outcomes */

rk__result_value rk__eval_fail(rk__eval *ev, uint32_t at, rk_status status, const char *hint,
                               const char *format, ...)
{
    if (ev->fault.status == RK_OK) {
        va_list args;
        va_start(args, format);
        (void) vsnprintf(ev->fault.message, sizeof ev->fault.message, format, args);
        va_end(args);
        ev->fault.status = status;
        ev->fault.source = ev->source;
        ev->fault.at = at;
        ev->fault.hint = hint;
    }
    return (rk__result_value){.missing = true};
}

rk__result_value rk__eval_number(rk__eval *ev, const rk__expr *e, rk_num number)
{
    if (number == NULL) {
        return rk__eval_fail(ev, e->at, RK_NO_MEMORY, NULL, "out of memory");
    }
    if (number->big && (mpz_sizeinbase(mpq_numref(number->wide), 2) > MOST_BITS ||
                        mpz_sizeinbase(mpq_denref(number->wide), 2) > MOST_BITS)) {
        return rk__eval_fail(ev, e->at, RK_LIMIT, "round it on the way, with ROUND",
                             "the exact number has more than %d binary digits", MOST_BITS);
    }
    return (rk__result_value){.number = number};
}

/* ----------------------------------------------------------------------- cells */

/* A field of the parameters, or of an item of a list. */
rk__result_value rk__eval_field(rk__eval *ev, const rk_param *param, const void *object)
{
    const char *const at = (const char *) object + param->offset;
    rk__result_value v = {0};
    int64_t n;
    int32_t word;
    switch (param->type) {
    case RK_PARAM_TEXT:
        memcpy(&v.text, at, sizeof v.text);
        v.missing = v.text == NULL;
        break;
    case RK_PARAM_ENUM:
        memcpy(&word, at, sizeof word);
        v.text = word >= 0 ? param->words[word] : NULL;
        v.missing = word < 0;
        break;
    case RK_PARAM_BOOL:
        v.truth = *(const bool *) at;
        break;
    case RK_PARAM_DECIMAL:
    case RK_PARAM_INTEGER:
        memcpy(&n, at, sizeof n);
        v.missing = n == INT64_MIN;
        if (!v.missing) {
            const rk_num made = param->type == RK_PARAM_DECIMAL ? ev->h->decimal(ev->h, n)
                                                                : ev->h->integer(ev->h, n);
            v.number = ev->h->label(ev->h, made, param->name);
        }
        break;
    default:
        memcpy(&v.number, at, sizeof v.number);
        v.missing = v.number == NULL;
        break;
    }
    return v;
}

size_t rk__eval_n_rows(const rk__eval *ev, int source)
{
    const rk__rows_source *const s = &ev->formula->sources[source];
    if (s->list != NULL) {
        rk_list list;
        memcpy(&list, (const char *) ev->params + s->list->offset, sizeof list);
        return list.n;
    }
    return ev->reads_tables ? ev->h->n_rows(ev->h, s->name) : 0;
}

static rk__result_value batch_cell(rk__eval *ev, int column, size_t row)
{
    const rk_column *const c = &ev->formula->columns[column];
    const rk_column_data *const data = rk_batch_column(ev->batch, (size_t) column);
    const int64_t n = data->has != NULL && data->has[row] ? data->v[row] : 0;
    if (data->has == NULL || !data->has[row]) {
        return (rk__result_value){.missing = true};
    }
    switch (c->type) {
    case RK_COLUMN_BOOL:
        return (rk__result_value){.truth = n != 0};
    case RK_COLUMN_CHOICE:
        for (int64_t k = 0; c->words[k] != NULL; k++) {
            if (k + 1 == n) {
                return (rk__result_value){.text = c->words[k]};
            }
        }
        return (rk__result_value){.text = ""};
    case RK_COLUMN_TEXT:
        return (rk__result_value){.text = ""}; /* only asked whether it is there */
    case RK_COLUMN_DATE:
        return (rk__result_value){.text = rk__eval_day_text(ev->arena, n)};
    case RK_COLUMN_FACTOR:
        return (rk__result_value){
            .number = ev->h->div(ev->h, ev->h->decimal(ev->h, n), ev->h->integer(ev->h, 1000000))};
    case RK_COLUMN_INTEGER:
        return (rk__result_value){.number = ev->h->integer(ev->h, n)};
    default:
        return (rk__result_value){.number = ev->h->decimal(ev->h, n)};
    }
}

rk__result_value rk__eval_cell(rk__eval *ev, int source, int column, size_t row)
{
    const rk__rows_source *const s = &ev->formula->sources[source];
    rk__result_value v = {0};
    if (s->list != NULL) {
        rk_list list;
        memcpy(&list, (const char *) ev->params + s->list->offset, sizeof list);
        return row < list.n ? rk__eval_field(ev, &s->list->items[column],
                                             (const char *) list.items + row * s->list->item_size)
                            : (rk__result_value){.missing = true};
    }
    if (ev->batch != NULL) {
        return batch_cell(ev, column, row);
    }
    if (!ev->reads_tables) {
        return (rk__result_value){.missing = true};
    }
    switch (ev->formula->columns[column].type) {
    case RK_COLUMN_BOOL:
        v.truth = ev->h->cell_bool(ev->h, column, row, false);
        v.missing = !v.truth && ev->h->cell_text(ev->h, column, row) == NULL;
        break;
    case RK_COLUMN_TEXT:
    case RK_COLUMN_DATE:
    case RK_COLUMN_CHOICE:
        v.text = ev->h->cell_text(ev->h, column, row);
        v.missing = v.text == NULL;
        break;
    default:
        v.number = ev->h->cell(ev->h, column, row);
        v.missing = v.number == NULL;
    }
    return v;
}
