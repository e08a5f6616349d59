/* SPDX-License-Identifier: MIT
 *
 * overwriting.c: two rules of one source. `honest` pays what its parameters, rows, tables and the
 * components in `of` come to. `overwriting` does too, and writes through the pointer that the
 * environment names in OVERWRITING: tests/checks/overwriting.py evaluates both in one contract.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <reckoner/plugin.h>

typedef struct own_item {
    rk_num amount;
    const char *label;
} own_item;

typedef struct own_params {
    rk_num pot;
    rk_num share;
    rk_list items;
    const char *label;
} own_params;

static const rk_param items[] = {{.name = "amount",
                                  .type = RK_PARAM_EXACT,
                                  .offset = offsetof(own_item, amount),
                                  .help = "Paid."},
                                 {.name = "label",
                                  .type = RK_PARAM_TEXT,
                                  .offset = offsetof(own_item, label),
                                  .help = "Its name."},
                                 {0}};

static const rk_param params[] = {
    {.name = "pot", .type = RK_PARAM_EXACT, .offset = offsetof(own_params, pot), .help = "Paid."},
    {.name = "share",
     .type = RK_PARAM_RATIO,
     .offset = offsetof(own_params, share),
     .help = "Its part."},
    {.name = "items",
     .type = RK_PARAM_LIST,
     .offset = offsetof(own_params, items),
     .items = items,
     .item_size = sizeof(own_item),
     .help = "Paid besides."},
    {.name = "label",
     .type = RK_PARAM_TEXT,
     .offset = offsetof(own_params, label),
     .help = "A name."},
    {0}};

enum { COUNT, PRICE, UNIT, HEADS, RATE };
static const rk_column columns[] = {
    {.table = "activity",
     .name = "count",
     .type = RK_COLUMN_DECIMAL,
     .flags = RK_QUANTITY,
     .help = "Cases."},
    {.table = "activity",
     .name = "price",
     .type = RK_COLUMN_DECIMAL,
     .lookup = "prices",
     .help = "Price."},
    {.table = "units", .name = "unit", .type = RK_COLUMN_TEXT, .help = "Unit."},
    {.table = "units", .name = "heads", .type = RK_COLUMN_DECIMAL, .help = "Heads."},
    {.table = "units",
     .name = "rate",
     .type = RK_COLUMN_DECIMAL,
     .lookup = "rates",
     .help = "Of a head."},
    {0}};

static const rk_element elements[] = {{"base", 0, "count x price"}, {0}};
static const char *const group_by[] = {"pod", NULL};

static bool chosen(const char *place)
{
    const char *const name = getenv("OVERWRITING");
    return strcmp(RULE, "overwriting") == 0 && name != NULL && strcmp(name, place) == 0;
}

/* A pointer to a number is one to its numerator, whatever stands before it. */
static void write_number(const char *place, rk_num number)
{
    for (size_t i = 0; chosen(place) && i < 3; i++) {
        ((volatile int64_t *) (uintptr_t) number)[i] += 1000;
    }
}

static void write_text(const char *place, const char *text)
{
    if (chosen(place) && text != NULL && text[0] != '\0') {
        *(volatile char *) (uintptr_t) text = '9';
    }
}

static int check(const rk_host *h, const void *own, const rk_of *of, size_t n_of)
{
    (void) h;
    write_number("parameter in check", ((const own_params *) own)->pot);
    if (n_of > 0) {
        write_text("id of a component", of[0].id);
        write_text("rule of a component", of[0].rule);
    }
    return RK_OK;
}

static int prepare(const rk_host *h, const void *own, const rk_period *period, void **state)
{
    const own_params *p = own;
    (void) state;
    write_number("parameter in prepare", p->share);
    write_text("id of the period", period->id);
    if (chosen("start of the period")) {
        ((rk_date *) (uintptr_t) &period->start)->year += 1;
    }
    if (h->n_rows(h, "units") > 0) {
        write_text("text of a cell in prepare", h->cell_text(h, UNIT, 0));
        write_number("cell in prepare", h->cell(h, HEADS, 0));
    }
    return RK_OK;
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    (void) h, (void) state;
    write_number("parameter in price", ((const own_params *) own)->pot);
    for (size_t i = 0; i < batch->n; i++) {
        out->status[i] = rk_decimal_mul(batch->column[COUNT].v[i], batch->column[PRICE].v[i],
                                        RK_DECIMAL_PENNY, &out->amount[i])
                             ? RK_ROW_PRICED
                             : RK_ROW_OVERFLOW;
        out->element[0][i] = out->amount[i];
    }
    return RK_OK;
}

static void overwrite(const rk_host *h, const own_params *p, const rk_settlement *s)
{
    const own_item *const item = p->items.items;
    write_number("parameter", p->pot);
    write_number("ratio", p->share);
    if (p->items.n > 0) {
        write_number("parameter of a list", item[0].amount);
        write_text("text of a list", item[0].label);
        if (chosen("pointer of a list")) {
            ((own_item *) (uintptr_t) item)[0].amount = p->pot;
        }
    }
    write_text("text parameter", p->label);
    if (s->n_group > 0) {
        const rk_group *const g = rk_group_at(s, 0);
        write_number("amount of a group", g->amount);
        write_number("quantity of a group", g->quantity);
        write_number("element of a group", g->element[0]);
        write_text("label of a group", g->label);
        if (chosen("pointers of a group")) {
            ((rk_group *) (uintptr_t) g)->amount = s->quantity;
            ((rk_num *) (uintptr_t) g->element)[0] = s->quantity;
        }
    }
    if (s->amount != NULL) {
        write_number("amount of all rows", s->amount);
        write_number("quantity of all rows", s->quantity);
        write_number("element of all rows", s->element[0]);
    }
    if (s->n_of > 0) {
        write_number("total of a component", rk_of_at(s, 0)->total);
        write_number("total of all components", s->of_total);
    }
    write_text("id of the period in settle", s->period->id);
    if (h->n_rows(h, "units") > 0) {
        write_number("cell", h->cell(h, HEADS, 0));
        write_number("value of a lookup", h->cell(h, RATE, 0));
        write_text("text of a cell", h->cell_text(h, UNIT, 0));
        write_text("place of a cell", h->cell_place(h, HEADS, 0));
    }
    write_number("number of its own", h->integer(h, 7));
}

static int settle(const rk_host *h, const void *own, const void *state, const rk_settlement *s)
{
    const own_params *p = own;
    int status = RK_OK;
    (void) state;
    overwrite(h, p, s);
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        status = h->group_line(h, rk_group_at(s, i), "case");
    }
    if (p->pot != NULL && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "pot", .quantity = p->pot, .rate = p->share});
    }
    for (size_t i = 0; i < p->items.n && status == RK_OK; i++) {
        const own_item *const item = (const own_item *) p->items.items + i;
        status = h->line(h, &(rk_line){.label = item->label, .rate = item->amount});
    }
    for (size_t i = 0; i < h->n_rows(h, "units") && status == RK_OK; i++) {
        status = h->line(h, &(rk_line){.label = h->cell_text(h, UNIT, i),
                                       .quantity = h->cell(h, HEADS, i),
                                       .rate = h->cell(h, RATE, i)});
    }
    if (s->of_total != NULL && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "of", .rate = s->of_total});
    }
    if (chosen("a number that it made up") && status == RK_OK) {
        static const int64_t made_up[8] = {0, 5, 1};
        status = h->line(h, &(rk_line){.label = "x", .rate = (rk_num) (const void *) made_up});
    }
    return status;
}

RK_RULE_EXPORT(RULE, "1.0.0", .title = "Overwriting", .summary = "Writes through a pointer.",
               .params = params, .params_size = sizeof(own_params), .columns = columns,
               .elements = elements, .rows = "activity", .group_by = group_by,
               .row_kind = RK_ROWS_ROUNDED, .of_use = RK_OF_OPTIONAL, .check = check,
               .prepare = prepare, .price = price, .settle = settle);
