/* SPDX-License-Identifier: MIT
 *
 * document.c: a side from a result document.
 */
#include "variance/side.h"

typedef struct reader {
    rk__sides *sides;
    rk__side *out;
    bool lines;
    bool (*wanted)(void *ctx, const char *period);
    void *ctx;
    rk_problems *problems;
} reader;

/* A number written as text; *out is NULL if it is absent or null. */
static rk_status number_of(const reader *r, const rk__value *object, const char *key, rk_num *out)
{
    const rk__value *v = rk__json_get(object, key);
    const char *why = NULL;
    *out = NULL;
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    if (v->text != NULL && strcmp(v->text, "*") == 0) {
        return rk__json_problem(r->problems, v, RK_OUT_OF_RANGE,
                                "write the result without --suppress-below",
                                "the amount is suppressed");
    }
    *out = v->text != NULL ? rk__num_parse(&r->sides->nums, v->text, false, -1, &why) : NULL;
    if (*out == NULL && r->sides->nums.no_memory) {
        return RK_NO_MEMORY;
    }
    return *out != NULL
               ? RK_OK
               : rk__json_problem(r->problems, v, RK_WRONG_TYPE, NULL, "'%s' is not a number", key);
}

static rk_status amount_of(const reader *r, const rk__value *object, const char *key, rk_num *out)
{
    const rk_status status = number_of(r, object, key, out);
    if (status == RK_OK && *out == NULL) {
        return rk__json_problem(r->problems, object, RK_MISSING_KEY, NULL, "'%s' is missing", key);
    }
    return status;
}

static rk_status take_elements(const reader *r, const rk__value *object, rk__cell *cell)
{
    const rk__value *elements = rk__json_get(object, "elements");
    rk_num *element = rk__arena_alloc(&r->sides->arena, RK__SIDE_ELEMENTS * sizeof *element);
    rk_status status = element != NULL ? RK_OK : RK_NO_MEMORY;
    for (const rk__value *v = elements != NULL ? elements->first : NULL;
         v != NULL && status == RK_OK; v = v->next) {
        const size_t at = rk__sides_element(r->sides, v->key);
        if (at != SIZE_MAX) {
            status = number_of(r, elements, v->key, &element[at]);
        }
    }
    cell->element = element;
    r->out->split = true;
    return status;
}

/* {"key": {...}, "quantity", "amount", "elements"}; of an unpriced key only the first two. */
static rk_status take_group(const reader *r, const char *period, const rk__value *group,
                            bool unpriced)
{
    rk__cell *cell = rk__side_cell(r->sides, r->out, period);
    const rk__value *key = rk__json_get(group, "key");
    rk_status status = cell != NULL ? RK_OK : RK_NO_MEMORY;
    for (const rk__value *v = key != NULL ? key->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        status =
            rk__side_key(r->sides, r->out, cell, v->key, v->text, v->length) ? RK_OK : RK_NO_MEMORY;
    }
    rk_num quantity = NULL;
    status = status == RK_OK ? number_of(r, group, "quantity", &quantity) : status;
    if (status != RK_OK) {
        return status;
    }
    cell->quantity = cell->amount = rk__num_from_int(&r->sides->nums, 0);
    if (unpriced) {
        cell->unpriced = quantity;
        return RK_OK;
    }
    cell->quantity = quantity;
    status = amount_of(r, group, "amount", &cell->amount);
    return status == RK_OK ? take_elements(r, group, cell) : status;
}

/* A ledger line of a component that prices rows, as a key of its own. */
static rk_status take_line(const reader *r, const char *period, const rk__value *line,
                           rk__part *part)
{
    const rk__value *label = rk__json_get(line, "label");
    rk_num quantity = NULL;
    rk_num amount = NULL;
    rk_status status = number_of(r, line, "quantity", &quantity);
    status = status == RK_OK ? amount_of(r, line, "amount", &amount) : status;
    const rk__value *memo = rk__json_get(line, "memo");
    if (status != RK_OK || quantity == NULL || (memo != NULL && memo->truth)) {
        return status;
    }
    rk__cell *cell = rk__side_cell(r->sides, r->out, period);
    if (cell == NULL ||
        !rk__side_key(r->sides, r->out, cell, "line", label != NULL ? label->text : NULL,
                      label != NULL ? label->length : 0)) {
        return RK_NO_MEMORY;
    }
    cell->quantity = quantity;
    cell->amount = amount;
    part->priced = rk__num_add(&r->sides->nums, part->priced, amount);
    return RK_OK;
}

static rk_status take_rows(const reader *r, const char *period, const rk__value *component,
                           rk__part *part)
{
    const rk__value *groups = r->lines ? NULL : rk__json_get(component, "groups");
    const rk__value *lines = rk__json_get(component, "lines");
    const rk__value *unpriced = rk__json_get(component, "unpriced");
    const rk__value *keys = rk__json_get(unpriced, "keys");
    rk_status status = RK_OK;
    part->priced = rk__num_from_int(&r->sides->nums, 0);
    for (const rk__value *v = groups != NULL ? groups->first : NULL; v != NULL && status == RK_OK;
         v = v->next) {
        status = take_group(r, period, v, false);
        if (status == RK_OK) {
            part->priced = rk__num_add(&r->sides->nums, part->priced,
                                       r->out->cells[r->out->n_cells - 1].amount);
        }
    }
    for (const rk__value *v = groups == NULL && lines != NULL ? lines->first : NULL;
         v != NULL && status == RK_OK; v = v->next) {
        status = take_line(r, period, v, part);
    }
    /* Unpriced keys have the columns of lookups; only groups by the same columns can use them. */
    for (const rk__value *v = groups != NULL && keys != NULL ? keys->first : NULL;
         v != NULL && status == RK_OK; v = v->next) {
        status = take_group(r, period, v, true);
    }
    const rk__value *rows = rk__json_get(unpriced, "rows");
    rk_num count = NULL;
    rk_decimal whole = 0;
    status = status == RK_OK && rows != NULL ? number_of(r, unpriced, "rows", &count) : status;
    if (count != NULL && rk__num_to_decimal(count, &whole)) {
        r->out->unpriced_rows += (uint64_t) (whole / RK_DECIMAL_ONE);
    }
    return status;
}

static rk_status take_component(const reader *r, const char *period, const rk__value *component)
{
    const char *id = NULL;
    const char *title = NULL;
    const rk__value *shadow = rk__json_get(component, "shadow");
    const rk__value *elements = rk__json_get(component, "elements");
    rk_status status = rk__json_text_of(component, "id", true, &id, r->problems);
    rk__keep_first(&status, rk__json_text_of(component, "title", false, &title, r->problems));
    if (status != RK_OK || (shadow != NULL && shadow->truth)) {
        return status;
    }
    rk__part *part = rk__side_part(r->out, period, id);
    if (part == NULL) {
        return RK_NO_MEMORY;
    }
    part->title = title;
    status = amount_of(r, component, "total", &part->total);
    if (status == RK_OK && elements != NULL && elements->count > 0) {
        status = take_rows(r, period, component, part);
    }
    return status;
}

static int places_of(const char *amount)
{
    const char *point = amount != NULL ? strchr(amount, '.') : NULL;
    return point != NULL ? (int) strlen(point + 1) : 0;
}

bool rk__document_has_groups(const rk__value *root)
{
    const rk__value *periods = rk__json_get(root, "periods");
    for (const rk__value *p = periods != NULL ? periods->first : NULL; p != NULL; p = p->next) {
        const rk__value *components = rk__json_get(p, "components");
        for (const rk__value *c = components != NULL ? components->first : NULL; c != NULL;
             c = c->next) {
            const rk__value *elements = rk__json_get(c, "elements");
            if (elements != NULL && elements->count > 0 && rk__json_get(c, "groups") == NULL) {
                return false;
            }
        }
    }
    return true;
}

rk_status rk__side_of_document(rk__sides *sides, const rk__value *root, bool lines,
                               bool (*wanted)(void *ctx, const char *period), void *ctx,
                               rk__side *out, rk_problems *problems)
{
    const reader r = {sides, out, lines, wanted, ctx, problems};
    const rk__value *periods = rk__json_get(root, "periods");
    const char *total = NULL;
    *out = (rk__side){.total = rk__num_from_int(&sides->nums, 0)};
    rk_status status = rk__json_text_of(root, "contract", true, &out->contract, problems);
    rk__keep_first(&status,
                   rk__json_text_of(root, "arrangement", true, &out->arrangement, problems));
    rk__keep_first(&status, rk__json_text_of(root, "currency", true, &out->currency, problems));
    rk__keep_first(&status, rk__json_text_of(root, "total", true, &total, problems));
    rk__keep_first(&status, rk__json_text_of(root, "basis", false, &out->basis, problems));
    out->places = places_of(total);
    if (status == RK_OK && (periods == NULL || periods->type != RK__JSON_ARRAY)) {
        return rk__json_problem(problems, root, RK_MISSING_KEY, NULL,
                                "the result has no list of 'periods'");
    }
    for (const rk__value *p = status == RK_OK ? periods->first : NULL; p != NULL && status == RK_OK;
         p = p->next) {
        const char *id = NULL;
        const rk__value *components = rk__json_get(p, "components");
        rk_num amount = NULL;
        status = rk__json_text_of(p, "period", true, &id, problems);
        if (status != RK_OK || !wanted(ctx, id)) {
            continue;
        }
        status = amount_of(&r, p, "total", &amount);
        out->total = amount != NULL ? rk__num_add(&sides->nums, out->total, amount) : out->total;
        for (const rk__value *v = components != NULL ? components->first : NULL;
             v != NULL && status == RK_OK; v = v->next) {
            status = take_component(&r, id, v);
        }
    }
    return status == RK_OK && (sides->arena.failed || sides->nums.no_memory) ? RK_NO_MEMORY
                                                                             : status;
}
