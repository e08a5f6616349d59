/* SPDX-License-Identifier: MIT
 *
 * eval.c: the value of an expression, but for calls of functions.
 */
#include "formula/eval.h"

static rk__result_value absent(rk__eval *ev, const rk__expr *e)
{
    if (ev->missing == NULL) {
        ev->missing = e;
        ev->missing_in = ev->source;
    }
    return (rk__result_value){.missing = true};
}

/* ---------------------------------------------------------------------- values */

static rk__result_value constant(rk__eval *ev, const rk__expr *e)
{
    if (e->type == RK__EXPR_NUMBER && ev->brief_constants) {
        return rk__eval_number(ev, e, ev->h->parse(ev->h, e->text));
    }
    if (e->type == RK__EXPR_NUMBER) {
        return (rk__result_value){.number = e->number};
    }
    return (rk__result_value){.text = e->text, .truth = e->truth};
}

static rk__result_value let_value(rk__eval *ev, const rk__expr *e)
{
    rk__let_value *const slot = &ev->values[e->index];
    const rk__let *const let = &ev->lets[e->index];
    if (!slot->known) {
        const rk__source *const outer = ev->source;
        if (let->expr == NULL) {
            slot->value =
                rk__eval_cell(ev, ev->formula->inputs, ev->formula->input_value, let->row);
        } else {
            slot->value = rk__eval_expr(ev, &let->source, let->expr);
        }
        ev->source = outer;
        slot->value.number =
            slot->value.number != NULL ? ev->h->label(ev->h, slot->value.number, let->name) : NULL;
        slot->known = true;
    }
    return slot->value.missing ? absent(ev, e) : slot->value;
}

static rk__result_value date_text(rk__eval *ev, const rk__expr *e)
{
    const rk_date d = e->function == RK__GLOBAL_START ? ev->period->start : ev->period->end;
    rk__result_value v = {.text = rk__arena_printf(ev->arena, "%04d-%02d-%02d", (int) d.year,
                                                   (int) d.month, (int) d.day)};
    return v.text != NULL ? v : rk__eval_fail(ev, e->at, RK_NO_MEMORY, NULL, "out of memory");
}

static rk__result_value global(rk__eval *ev, const rk__expr *e)
{
    const rk_settlement *const s = ev->settlement;
    rk__result_value v = {0};
    if (e->function == RK__GLOBAL_START || e->function == RK__GLOBAL_END) {
        return ev->period != NULL ? date_text(ev, e) : absent(ev, e);
    }
    if (s == NULL) {
        return absent(ev, e);
    }
    switch (e->function) {
    case RK__GLOBAL_OF:
        v.number = s->of_total;
        break;
    case RK__GLOBAL_QUANTITY:
        v.number = e->total ? ev->group->quantity : s->quantity;
        break;
    case RK__GLOBAL_AMOUNT:
        v.number = e->total ? ev->group->amount : s->amount;
        break;
    default:
        v.number = e->total             ? ev->group->element[e->index]
                   : s->element != NULL ? s->element[e->index]
                                        : NULL;
    }
    if (v.number == NULL && e->function != RK__GLOBAL_OF) {
        v.number = ev->h->integer(ev->h, 0); /* no rows */
    }
    return v.number != NULL ? v : absent(ev, e);
}

/* ------------------------------------------------------------------- operators */

static rk__result_value power(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    const rk__result_value base = rk__eval_expr(ev, ev->source, e->arg[0]);
    if (base.missing) {
        return base;
    }
    rk__result_value v = {.number = h->integer(h, 1)};
    if (e->index < 0 && h->sign(h, base.number) == 0) {
        return rk__eval_fail(ev, e->at, RK_OUT_OF_RANGE, "guard it with IF",
                             "zero has no negative powers");
    }
    for (int32_t i = e->index < 0 ? -e->index : e->index; i > 0 && !v.missing; i--) {
        v = rk__eval_number(ev, e, h->mul(h, v.number, base.number));
    }
    if (!v.missing && e->index < 0) {
        v.number = h->div(h, h->integer(h, 1), v.number);
    }
    return v;
}

static rk__result_value arithmetic(rk__eval *ev, const rk__expr *e)
{
    const rk_host *const h = ev->h;
    const rk__result_value a = rk__eval_expr(ev, ev->source, e->arg[0]);
    if (a.missing) {
        return a;
    }
    if (e->op == RK__OP_NEG) {
        return rk__eval_number(ev, e, h->neg(h, a.number));
    }
    const rk__result_value b = rk__eval_expr(ev, ev->source, e->arg[1]);
    if (b.missing) {
        return b;
    }
    switch (e->op) {
    case RK__OP_ADD:
        return rk__eval_number(ev, e, h->add(h, a.number, b.number));
    case RK__OP_SUB:
        return rk__eval_number(ev, e, h->sub(h, a.number, b.number));
    case RK__OP_MUL:
        return rk__eval_number(ev, e, h->mul(h, a.number, b.number));
    default:
        if (h->sign(h, b.number) == 0) {
            const rk__expr *const divisor = e->arg[1];
            return rk__eval_fail(ev, divisor->at, RK_OUT_OF_RANGE,
                                 "write SAFE_DIV(a, b), which is 0 then, or guard it with IF",
                                 divisor->text != NULL ? "the divisor '%s' is zero"
                                                       : "the divisor is zero",
                                 divisor->text);
        }
        return rk__eval_number(ev, e, h->div(h, a.number, b.number));
    }
}

static rk__result_value comparison(rk__eval *ev, const rk__expr *e)
{
    const rk__result_value a = rk__eval_expr(ev, ev->source, e->arg[0]);
    const rk__result_value b = a.missing ? a : rk__eval_expr(ev, ev->source, e->arg[1]);
    int order = 0;
    if (b.missing) {
        return b;
    }
    switch (e->arg[0]->type) {
    case RK__EXPR_NUMBER:
        order = ev->h->compare(ev->h, a.number, b.number);
        break;
    case RK__EXPR_TEXT:
        order = strcmp(a.text, b.text);
        break;
    default:
        order = (int) a.truth - (int) b.truth;
    }
    const bool truth = e->op == RK__OP_EQ   ? order == 0
                       : e->op == RK__OP_NE ? order != 0
                       : e->op == RK__OP_LT ? order < 0
                       : e->op == RK__OP_LE ? order <= 0
                       : e->op == RK__OP_GT ? order > 0
                                            : order >= 0;
    return (rk__result_value){.truth = truth};
}

static rk__result_value logic(rk__eval *ev, const rk__expr *e)
{
    rk__result_value a = rk__eval_expr(ev, ev->source, e->arg[0]);
    if (a.missing) {
        return a;
    }
    if (e->op == RK__OP_NOT) {
        a.truth = !a.truth;
        return a;
    }
    const bool decided = e->op == RK__OP_AND ? !a.truth : a.truth;
    return decided ? a : rk__eval_expr(ev, ev->source, e->arg[1]);
}

rk__result_value rk__eval_expr(rk__eval *ev, const rk__source *source, const rk__expr *e)
{
    rk__result_value v;
    ev->source = source;
    if (ev->fault.status != RK_OK) {
        return (rk__result_value){.missing = true};
    }
    switch (e->op) {
    case RK__OP_CONSTANT:
        return constant(ev, e);
    case RK__OP_PARAM:
        v = rk__eval_field(ev, &ev->formula->params[e->index], ev->params);
        return v.missing ? absent(ev, e) : v;
    case RK__OP_LET:
        return let_value(ev, e);
    case RK__OP_CELL:
        v = rk__eval_cell(ev, e->source, e->index, e->total ? ev->total_row : ev->row);
        return v.missing ? absent(ev, e) : v;
    case RK__OP_GLOBAL:
        return global(ev, e);
    case RK__OP_POWER:
        return power(ev, e);
    case RK__OP_ADD:
    case RK__OP_SUB:
    case RK__OP_MUL:
    case RK__OP_DIV:
    case RK__OP_NEG:
        return arithmetic(ev, e);
    case RK__OP_AND:
    case RK__OP_OR:
    case RK__OP_NOT:
        return logic(ev, e);
    case RK__OP_CALL:
        return rk__eval_call(ev, e);
    default:
        return comparison(ev, e);
    }
}
