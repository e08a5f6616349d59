/* SPDX-License-Identifier: MIT
 *
 * rows_compile.c: the expressions of the rows to a flat program.
 */
#include "formula/rows.h"

/* Beyond it, units are too small for 128 bits. */
#define MOST_SCALE     30
#define MOST_REGISTERS 512
#define MOST_STEPS     2048

typedef struct compiler {
    rk__program *p;
    rk__eval *ev;
    rk__operand *lets; /* of compiled ones: type is not 0 */
} compiler;

static const rk__operand nothing = {.num = -1, .den = -1};

static rk__operand compile(compiler *c, const rk__source *source, const rk__expr *e);

static rk__operand give_up(compiler *c)
{
    c->p->failed = true;
    return nothing;
}

/* Adds a step with a register of its own; its register. */
static int16_t emit(compiler *c, rk__step step)
{
    rk__program *const p = c->p;
    if (p->n_registers == MOST_REGISTERS || p->n_steps == MOST_STEPS || p->failed) {
        p->failed = true;
        return 0;
    }
    if (rk__grow((void **) &p->steps, &p->capacity, p->n_steps + 1, sizeof *p->steps) != 0) {
        p->no_memory = p->failed = true;
        return 0;
    }
    step.out = (int16_t) p->n_registers++;
    p->steps[p->n_steps++] = step;
    return step.out;
}

static int16_t emit2(compiler *c, rk__step_op op, int16_t a, int16_t b)
{
    return emit(c, (rk__step){.op = (uint8_t) op, .a = a, .b = b, .c = -1});
}

static rk__operand number(int16_t num, int16_t den, int scale)
{
    return (rk__operand){.num = num, .den = den, .scale = (int16_t) scale, .type = RK__EXPR_NUMBER};
}

static rk__operand truth(int16_t at)
{
    return (rk__operand){.num = at, .den = -1, .type = RK__EXPR_TRUTH};
}

static rk__operand wide_constant(compiler *c, rk_int128 v)
{
    return number(emit(c, (rk__step){.op = RK__STEP_CONSTANT, .a = -1, .b = -1, .wide = v}), -1, 0);
}

/* ------------------------------------------------------------------- constants */

/* Whether a value depends on the row. */
static bool depends(const compiler *c, const rk__expr *e)
{
    if (e->op == RK__OP_CELL && !e->total) {
        return true;
    }
    if (e->op == RK__OP_LET) {
        return (c->ev->lets[e->index].uses & RK__USES_ROW) != 0;
    }
    for (int i = 0; i < e->n; i++) {
        if (depends(c, e->arg[i])) {
            return true;
        }
    }
    return false;
}

/* The fraction n/d as a decimal if it is one: 1/8 is 125 in units of 10^-3. */
static rk__operand fraction(compiler *c, int64_t n, int64_t d)
{
    rk_int128 num = n;
    int64_t rest = d;
    int scale = 0;
    for (; rest > 1 && scale < 12; scale++) {
        if (rest % 10 == 0) {
            rest /= 10;
        } else if (rest % 2 == 0) {
            rest /= 2;
            num *= 5;
        } else if (rest % 5 == 0) {
            rest /= 5;
            num *= 2;
        } else {
            break;
        }
    }
    if (rest == 1) {
        rk__operand o = wide_constant(c, num);
        o.scale = (int16_t) scale;
        return o;
    }
    return number(wide_constant(c, n).num, wide_constant(c, d).num, 0);
}

static rk__operand constant(compiler *c, const rk__source *source, const rk__expr *e)
{
    rk__eval *const ev = c->ev;
    const rk__result_value v = rk__eval_expr(ev, source, e);
    const bool fault = ev->fault.status != RK_OK;
    c->p->no_memory = c->p->no_memory || ev->fault.status == RK_NO_MEMORY;
    ev->fault = (rk__eval_fault){0}; /* rows that need it find it again */
    ev->missing = NULL;
    if (fault || v.missing) {
        rk__operand o =
            number(emit(c, (rk__step){.op = RK__STEP_MISSING, .a = -1, .b = -1}), -1, 0);
        o.type = e->type;
        return o;
    }
    if (e->type == RK__EXPR_TRUTH) {
        return truth(
            emit(c, (rk__step){.op = RK__STEP_CONSTANT, .a = -1, .b = -1, .number = v.truth}));
    }
    return e->type != RK__EXPR_NUMBER || v.number->big ? give_up(c)
                                                       : fraction(c, v.number->num, v.number->den);
}

/* ------------------------------------------------------------------ arithmetic */

static int16_t times(compiler *c, int16_t a, int16_t b)
{
    return a < 0 ? b : b < 0 ? a : emit2(c, RK__STEP_MUL, a, b);
}

static rk__operand scaled(compiler *c, rk__operand o)
{
    return o.scale > MOST_SCALE || o.scale < -MOST_SCALE ? give_up(c) : o;
}

static rk__operand multiply(compiler *c, rk__operand a, rk__operand b)
{
    return scaled(c, number(times(c, a.num, b.num), times(c, a.den, b.den), a.scale + b.scale));
}

/* Two numerators over one denominator, and what brings them to one scale. */
typedef struct pair {
    int16_t a, b, den;
    uint8_t up[2];
    int scale;
} pair;

static pair together(compiler *c, rk__operand a, rk__operand b)
{
    pair p = {.a = a.num, .b = b.num, .den = a.den};
    if (a.den != b.den) {
        p.a = times(c, a.num, b.den);
        p.b = times(c, b.num, a.den);
        p.den = times(c, a.den, b.den);
    }
    p.scale = a.scale > b.scale ? a.scale : b.scale;
    if (p.scale - a.scale > MOST_SCALE || p.scale - b.scale > MOST_SCALE) {
        (void) give_up(c);
        return p;
    }
    p.up[0] = (uint8_t) (p.scale - a.scale);
    p.up[1] = (uint8_t) (p.scale - b.scale);
    return p;
}

static rk__operand add(compiler *c, rk__operand a, rk__operand b, bool negative)
{
    const pair p = together(c, a, b);
    const int16_t sum = emit(c, (rk__step){.op = negative ? RK__STEP_SUB : RK__STEP_ADD,
                                           .up = {p.up[0], p.up[1]},
                                           .a = p.a,
                                           .b = p.b,
                                           .c = -1});
    return scaled(c, number(sum, p.den, p.scale));
}

static int16_t compare(compiler *c, rk__expr_op op, rk__operand a, rk__operand b)
{
    const pair p = together(c, a, b);
    return emit(c, (rk__step){.op = (uint8_t) (RK__STEP_EQ + (op - RK__OP_EQ)),
                              .up = {p.up[0], p.up[1]},
                              .a = p.a,
                              .b = p.b,
                              .c = -1});
}

/* a / b; rows in which b is zero are marked. Denominators stay above zero. */
static rk__operand divide(compiler *c, rk__operand a, rk__operand b)
{
    const int16_t needed = emit2(c, RK__STEP_NEED, a.num, b.num);
    const int16_t num = emit2(c, RK__STEP_SIGNED, times(c, needed, b.den), b.num);
    const int16_t den = times(c, a.den, emit2(c, RK__STEP_ABS, b.num, -1));
    return scaled(c, number(num, den, a.scale - b.scale));
}

/* A numerator in units that are 10^n times smaller. */
static int16_t raised(compiler *c, int16_t a, int n)
{
    return n == 0 ? a : times(c, a, wide_constant(c, rk__ten_to(n)).num);
}

/* One of two, by a truth. */
static rk__operand select(compiler *c, int16_t when, rk__operand then, rk__operand otherwise)
{
    if (then.type == RK__EXPR_TRUTH) {
        return truth(emit(
            c,
            (rk__step){.op = RK__STEP_CHOOSE_TRUTH, .a = when, .b = otherwise.num, .c = then.num}));
    }
    /* In the same units. A denominator is chosen beside its numerator, so that the branch that is
     * not taken marks nothing. */
    const int16_t scale = then.scale > otherwise.scale ? then.scale : otherwise.scale;
    if (scale - then.scale > MOST_SCALE || scale - otherwise.scale > MOST_SCALE) {
        return give_up(c);
    }
    const int16_t num = emit(c, (rk__step){.op = RK__STEP_CHOOSE,
                                           .a = when,
                                           .b = raised(c, otherwise.num, scale - otherwise.scale),
                                           .c = raised(c, then.num, scale - then.scale)});
    if (then.den == otherwise.den) {
        return number(num, then.den, scale);
    }
    const int16_t unit = wide_constant(c, 1).num;
    const int16_t den = emit(c, (rk__step){.op = RK__STEP_CHOOSE,
                                           .a = when,
                                           .b = otherwise.den >= 0 ? otherwise.den : unit,
                                           .c = then.den >= 0 ? then.den : unit});
    return number(num, den, scale);
}

static rk__operand round_to(compiler *c, rk__operand a, int places, int64_t rounding)
{
    const int up = places - a.scale;
    if (up > MOST_SCALE || up < -MOST_SCALE) {
        return give_up(c);
    }
    const int16_t rounded =
        emit(c, (rk__step){.op = RK__STEP_ROUND,
                           .up = {(uint8_t) (up > 0 ? up : 0), (uint8_t) (up < 0 ? -up : 0)},
                           .a = a.num,
                           .b = a.den,
                           .c = -1,
                           .number = rounding});
    return number(rounded, -1, places);
}

/* ----------------------------------------------------------------------- calls */

static rk__operand extreme(compiler *c, const rk__source *source, const rk__expr *e)
{
    rk__operand v = compile(c, source, e->arg[0]);
    for (int i = 1; i < e->n && !c->p->failed; i++) {
        const rk__operand other = compile(c, source, e->arg[i]);
        if (c->p->failed) {
            return nothing;
        }
        const int16_t when = compare(c, e->function == RK__MIN ? RK__OP_LE : RK__OP_GE, v, other);
        v = select(c, when, v, other);
    }
    return v;
}

/* The tiers of a list, one after another. */
static rk__operand band(compiler *c, const rk__source *source, const rk__expr *e)
{
    const rk__rows_source *const s = &c->ev->formula->sources[e->source];
    if (s->list == NULL || !e->total) {
        return give_up(c);
    }
    int to_at = 0;
    while (strcmp(s->list->items[to_at].name, "to") != 0) {
        to_at++;
    }
    const rk__operand x = compile(c, source, e->arg[0]);
    const size_t n = rk__eval_n_rows(c->ev, e->source);
    rk__operand start = wide_constant(c, 0), total = start;
    rk_num before = c->ev->h->integer(c->ev->h, 0);
    for (size_t i = 0; i < n && !c->p->failed; i++) {
        const rk__result_value to = rk__eval_cell(c->ev, e->source, to_at, i);
        const rk__result_value rate = rk__eval_cell(c->ev, e->source, e->index, i);
        if (rate.missing || rate.number->big || (!to.missing && to.number->big) ||
            (!to.missing && rk__num_compare(to.number, before) < 0)) {
            return give_up(c);
        }
        const rk__operand price = fraction(c, rate.number->num, rate.number->den);
        const rk__operand end = to.missing ? x : fraction(c, to.number->num, to.number->den);
        const rk__operand most = to.missing ? x : select(c, compare(c, RK__OP_LE, x, end), x, end);
        const rk__operand slice = add(c, most, start, true);
        const rk__operand part = multiply(c, slice, price);
        const rk__operand sum = add(c, total, part, false);
        total = select(c, compare(c, RK__OP_GT, x, start), sum, total);
        if (to.missing) {
            break;
        }
        start = end;
        before = to.number;
    }
    return total;
}

/* A date of a row or a constant, as days. */
static rk__operand day(compiler *c, const rk__source *source, const rk__expr *e)
{
    int32_t year, month, day_of;
    int64_t days = 0;
    if (e->op == RK__OP_CELL && !e->total) {
        return c->ev->formula->columns[e->index].type != RK_COLUMN_DATE
                   ? give_up(c)
                   : number(emit(c,
                                 (rk__step){
                                     .op = RK__STEP_COLUMN, .a = -1, .b = -1, .column = e->index}),
                            -1, 0);
    }
    if (depends(c, e)) {
        return give_up(c);
    }
    const rk__result_value v = rk__eval_expr(c->ev, source, e);
    if (v.missing || c->ev->fault.status != RK_OK ||
        !rk__eval_date(v.text, &year, &month, &day_of, &days)) {
        c->ev->fault = (rk__eval_fault){0};
        return give_up(c);
    }
    return wide_constant(c, days);
}

static rk__operand call(compiler *c, const rk__source *source, const rk__expr *e)
{
    switch (e->function) {
    case RK__MIN:
    case RK__MAX:
        return extreme(c, source, e);
    case RK__BAND:
        return band(c, source, e);
    case RK__GIVEN:
        if (e->arg[0]->op == RK__OP_CELL) {
            return truth(emit(
                c, (rk__step){.op = RK__STEP_HAS, .a = -1, .b = -1, .column = e->arg[0]->index}));
        }
        return give_up(c);
    case RK__DAYS: {
        const rk__operand from = day(c, source, e->arg[0]);
        const rk__operand to = c->p->failed ? nothing : day(c, source, e->arg[1]);
        return c->p->failed ? nothing : add(c, to, from, true);
    }
    case RK__SUM:
    case RK__AVG:
    case RK__COUNT:
    case RK__PRODUCT:
    case RK__LOOKUP:
    case RK__POW:
    case RK__MONTHS:
        return give_up(c);
    default:
        break;
    }
    const rk__operand a = compile(c, source, e->arg[0]);
    int places = e->index;
    if (e->total && !c->p->failed) {
        const rk__result_value v = depends(c, e->arg[1]) ? (rk__result_value){.missing = true}
                                                         : rk__eval_expr(c->ev, source, e->arg[1]);
        c->ev->fault = (rk__eval_fault){0};
        if (v.missing || v.number->big || v.number->den != 1 || v.number->num < -12 ||
            v.number->num > 12) {
            return give_up(c);
        }
        places = (int) v.number->num;
    }
    if (c->p->failed) {
        return nothing;
    }
    switch (e->function) {
    case RK__ABS:
        return number(emit2(c, RK__STEP_ABS, a.num, -1), a.den, a.scale);
    case RK__ROUND:
        return round_to(c, a, places, RK__ROUND_HALF);
    case RK__FLOOR:
        return round_to(c, a, 0, RK__ROUND_DOWN);
    case RK__CEILING:
        return round_to(c, a, 0, RK__ROUND_UP);
    case RK__TRUNC:
        return round_to(c, a, places, RK__ROUND_ZERO);
    default:
        break;
    }
    const rk__operand b = compile(c, source, e->arg[1]);
    if (c->p->failed) {
        return nothing;
    }
    if (e->function == RK__SAFE_DIV) {
        const int16_t zero = compare(c, RK__OP_EQ, b, number(wide_constant(c, 0).num, -1, b.scale));
        return select(c, zero, wide_constant(c, 0), divide(c, a, b));
    }
    const rk__operand otherwise = compile(c, source, e->arg[2]); /* IF */
    return c->p->failed ? nothing : select(c, a.num, b, otherwise);
}

/* ------------------------------------------------------------------------- all */

static int scale_of(rk_column_type type)
{
    return type == RK_COLUMN_INTEGER || type == RK_COLUMN_BOOL || type == RK_COLUMN_CHOICE ? 0
           : type == RK_COLUMN_FACTOR                                                      ? 12
                                                                                           : 6;
}

static rk__operand cell(compiler *c, const rk__expr *e)
{
    const rk_column_type type = c->ev->formula->columns[e->index].type;
    const int16_t at =
        emit(c, (rk__step){.op = RK__STEP_COLUMN, .a = -1, .b = -1, .column = e->index});
    return e->type == RK__EXPR_TRUTH    ? truth(at)
           : e->type == RK__EXPR_NUMBER ? number(at, -1, scale_of(type))
                                        : give_up(c);
}

/* column = 'text' */
static rk__operand compare_text(compiler *c, const rk__source *source, const rk__expr *e)
{
    const bool first = e->arg[0]->op == RK__OP_CELL && !e->arg[0]->total;
    const rk__expr *const at = e->arg[first ? 0 : 1], *const other = e->arg[first ? 1 : 0];
    if (at->op != RK__OP_CELL || at->total || depends(c, other) ||
        c->ev->formula->columns[at->index].type != RK_COLUMN_CHOICE) {
        return give_up(c);
    }
    const rk__result_value v = rk__eval_expr(c->ev, source, other);
    const char *const *const words = c->ev->formula->columns[at->index].words;
    if (v.missing) {
        c->ev->missing = NULL;
        return give_up(c);
    }
    int64_t word = -1;
    for (int64_t k = 0; words[k] != NULL; k++) {
        word = strcmp(words[k], v.text) == 0 ? k + 1 : word;
    }
    const int16_t is = emit(
        c,
        (rk__step){.op = RK__STEP_IS_WORD, .a = -1, .b = -1, .column = at->index, .number = word});
    return truth(e->op == RK__OP_EQ ? is : emit2(c, RK__STEP_NOT, is, -1));
}

static rk__operand binary(compiler *c, const rk__source *source, const rk__expr *e)
{
    if (e->op >= RK__OP_EQ && e->op <= RK__OP_GE && e->arg[0]->type == RK__EXPR_TEXT) {
        return compare_text(c, source, e);
    }
    const rk__operand a = compile(c, source, e->arg[0]);
    const rk__operand b = e->n < 2 || c->p->failed ? nothing : compile(c, source, e->arg[1]);
    if (c->p->failed) {
        return nothing;
    }
    switch (e->op) {
    case RK__OP_NEG:
        return number(emit2(c, RK__STEP_NEG, a.num, -1), a.den, a.scale);
    case RK__OP_NOT:
        return truth(emit2(c, RK__STEP_NOT, a.num, -1));
    case RK__OP_AND:
        return truth(emit2(c, RK__STEP_AND, a.num, b.num));
    case RK__OP_OR:
        return truth(emit2(c, RK__STEP_OR, a.num, b.num));
    case RK__OP_ADD:
    case RK__OP_SUB:
        return add(c, a, b, e->op == RK__OP_SUB);
    case RK__OP_MUL:
        return multiply(c, a, b);
    case RK__OP_DIV:
        return divide(c, a, b);
    default:
        break;
    }
    if (a.type == RK__EXPR_TRUTH) {
        const int16_t same = emit2(c, RK__STEP_SAME, a.num, b.num);
        return truth(e->op == RK__OP_EQ ? same : emit2(c, RK__STEP_NOT, same, -1));
    }
    return truth(compare(c, (rk__expr_op) e->op, a, b));
}

static rk__operand power(compiler *c, const rk__source *source, const rk__expr *e)
{
    const rk__operand base = compile(c, source, e->arg[0]);
    if (c->p->failed || e->index < 1 || e->index > 8) {
        return give_up(c);
    }
    rk__operand v = base;
    for (int32_t i = 1; i < e->index && !c->p->failed; i++) {
        v = multiply(c, v, base);
    }
    return v;
}

static rk__operand compile(compiler *c, const rk__source *source, const rk__expr *e)
{
    if (c->p->failed) {
        return nothing;
    }
    if (!depends(c, e)) {
        return constant(c, source, e);
    }
    switch (e->op) {
    case RK__OP_CELL:
        return cell(c, e);
    case RK__OP_LET:
        if (c->lets[e->index].type == 0) {
            const rk__let *const let = &c->ev->lets[e->index];
            c->lets[e->index] = compile(c, &let->source, let->expr);
        }
        return c->lets[e->index];
    case RK__OP_POWER:
        return power(c, source, e);
    case RK__OP_CALL:
        return call(c, source, e);
    default:
        return binary(c, source, e);
    }
}

void rk__program_compile(rk__program *program, rk__eval *ev)
{
    const rk__formula *const f = ev->formula;
    compiler c = {.p = program, .ev = ev};
    c.lets = rk__arena_alloc(&program->arena, (f->n_lets + 1) * sizeof *c.lets);
    program->elements =
        rk__arena_alloc(&program->arena, (f->n_elements + 1) * sizeof *program->elements);
    program->refusals =
        rk__arena_alloc(&program->arena, (f->n_refusals + 1) * sizeof *program->refusals);
    if (c.lets == NULL || program->elements == NULL || program->refusals == NULL) {
        program->no_memory = true;
        return;
    }
    program->amount = nothing;
    for (size_t i = 0; i < f->n_refusals; i++) {
        program->refusals[i] =
            compile(&c, &f->refusals[i].condition.source, f->refusals[i].condition.expr);
    }
    if (f->amount.expr != NULL) {
        program->amount = compile(&c, &f->amount.source, f->amount.expr);
    }
    for (size_t i = 0; i < f->n_elements; i++) {
        program->elements[i] = compile(&c, &f->element_of[i].source, f->element_of[i].expr);
    }
    /* Without an amount of their own, rows pay the sum of what is no memo. */
    for (size_t i = 0; i < f->n_elements && f->amount.expr == NULL && !program->failed; i++) {
        if ((f->elements[i].flags & RK_ELEMENT_MEMO) == 0) {
            program->amount = program->amount.num < 0
                                  ? program->elements[i]
                                  : add(&c, program->amount, program->elements[i], false);
        }
    }
    if (program->amount.num < 0 && !program->failed) {
        program->amount = wide_constant(&c, 0);
    }
}
