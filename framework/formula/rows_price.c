/* SPDX-License-Identifier: MIT
 *
 * rows_price.c: the functions of a rule document that price rows.
 *
 * `prepare` compiles the rows; `price` runs the program and writes what came out. Rows that the
 * program marked are priced one by one in exact numbers.
 */
#include "formula/rows.h"

static const rk__formula *formula_of(const void *params)
{
    const rk__formula *f;
    memcpy(&f, params, sizeof f);
    return f;
}

/* ------------------------------------------------------------------- preparing */

/* Copies the values of lets that rows may use and that do not depend on the row: `price` cannot
 * read tables. */
static void keep_values(rk__program *p, rk__eval *ev)
{
    const rk__formula *const f = ev->formula;
    for (size_t i = f->globals.first; i < f->globals.first + f->globals.n; i++) {
        const rk__let *const let = &f->lets[i];
        if ((let->uses & (RK__USES_OF | RK__USES_ROWS)) != 0) {
            continue;
        }
        const rk__expr name = {.op = RK__OP_LET, .index = (int32_t) i, .text = let->name};
        rk__result_value v = rk__eval_expr(ev, &let->source, &name);
        if (ev->fault.status != RK_OK) {
            /* The row that needs it finds the fault again, unless it came from a table. */
            p->no_memory = p->no_memory || ev->fault.status == RK_NO_MEMORY;
            ev->fault = (rk__eval_fault){0};
            ev->values[i] = (rk__let_value){0};
            continue;
        }
        ev->missing = NULL;
        v.number = v.number != NULL ? rk__num_copy(&p->own.nums, v.number) : NULL;
        v.text = rk__arena_strdup(&p->arena, v.text);
        p->values[i] = (rk__let_value){.value = v, .known = true};
        p->no_memory = p->no_memory || p->own.nums.no_memory;
    }
}

int rk__formula_prepare(const rk_host *h, const void *params, const rk_period *period, void **state)
{
    const rk__formula *const f = formula_of(params);
    rk__program *const p = rk__calloc(1, sizeof *p);
    *state = p;
    if (p == NULL) {
        return RK_NO_MEMORY;
    }
    rk__own_host_init(&p->own);
    p->kept_period = *period;
    p->values = rk__arena_alloc(&p->arena, (f->n_lets + 1) * sizeof *p->values);
    rk__arena scratch = {0};
    rk__eval ev = {.h = h,
                   .formula = f,
                   .lets = f->lets,
                   .values = rk__arena_alloc(&scratch, (f->n_lets + 1) * sizeof(rk__let_value)),
                   .params = params,
                   .period = &p->kept_period,
                   .reads_tables = true,
                   .quiet = true,
                   .arena = &scratch};
    if (p->values == NULL || ev.values == NULL) {
        p->no_memory = true;
    } else {
        keep_values(p, &ev);
        rk__program_compile(p, &ev);
    }
    p->no_memory = p->no_memory || scratch.failed || p->arena.failed;
    rk__arena_dispose(&scratch);
    return p->no_memory ? RK_NO_MEMORY : RK_OK;
}

void rk__formula_release(void *state)
{
    rk__program *const p = state;
    if (p != NULL) {
        rk__own_host_dispose(&p->own);
        rk__arena_dispose(&p->arena);
        rk__free(p->steps);
        rk__free(p);
    }
}

/* ------------------------------------------------------------------- exact rows */

/* One call of `price`. */
typedef struct pricing {
    const rk_host *h;
    const rk__formula *f;
    const rk__program *p;
    const rk_batch *batch;
    rk_priced *out;
    rk__own_host own; /* of rows that are priced exactly */
    rk__arena arena;
    rk__eval ev;
    bool begun;
    int status;
} pricing;

static bool exact_begin(pricing *pr, const void *params)
{
    rk__own_host_init(&pr->own);
    pr->ev = (rk__eval){.h = &pr->own.table,
                        .formula = pr->f,
                        .lets = pr->f->lets,
                        .values = rk__malloc((pr->f->n_lets + 1) * sizeof(rk__let_value)),
                        .params = params,
                        .period = &pr->p->kept_period,
                        .batch = pr->batch,
                        .quiet = true,
                        .arena = &pr->arena};
    pr->begun = true;
    return pr->ev.values != NULL;
}

static void exact_end(pricing *pr)
{
    if (pr->begun) {
        rk__free(pr->ev.values);
        rk__own_host_dispose(&pr->own);
        rk__arena_dispose(&pr->arena);
    }
}

/* In units of 10^-places, rounded to `unit` of them; false if it does not fit. */
static bool to_units(pricing *pr, rk_num x, int places, rk_decimal unit, rk_int128 *out)
{
    rk__nums *const nums = &pr->own.nums;
    const rk_num step = rk__num_div(nums, rk__num_from_int(nums, unit),
                                    rk__num_from_int(nums, places == 6 ? 1000000 : 1));
    mpz_t whole;
    rk_num steps = places == 6 ? rk__num_div(nums, rk__num_round_to(nums, x, step), step)
                               : rk__num_mul(nums, rk__num_round(nums, x, 12),
                                             rk__num_from_int(nums, INT64_C(1000000000000)));
    if (steps == NULL) {
        pr->status = RK_NO_MEMORY;
        return false;
    }
    if (!steps->big) {
        *out = (rk_int128) steps->num * (places == 6 ? unit : 1);
        return places == 12 || (*out <= RK_DECIMAL_MAX && *out >= RK_DECIMAL_MIN);
    }
    mpz_init_set(whole, mpq_numref(steps->wide));
    const bool fits = places == 12 && mpz_sizeinbase(whole, 2) <= 127;
    rk_uint128 magnitude = 0;
    if (fits) {
        uint64_t limbs[2] = {0, 0};
        (void) mpz_export(limbs, NULL, -1, sizeof limbs[0], 0, 0, whole);
        magnitude = (rk_uint128) limbs[1] << 64 | limbs[0];
        *out = mpz_sgn(whole) < 0 ? -(rk_int128) magnitude : (rk_int128) magnitude;
    }
    mpz_clear(whole);
    return fits;
}

static void refuse(pricing *pr, size_t i, size_t reason)
{
    pr->out->status[i] = RK_ROW_UNPRICED;
    pr->out->reason[i] = (uint16_t) reason;
    if (pr->f->unit != 0) {
        pr->out->amount[i] = 0;
    } else {
        pr->out->exact_amount[i] = 0;
    }
}

/* What a fault or a missing value does to a row. */
static void not_priced(pricing *pr, size_t i)
{
    const rk_status status = pr->ev.fault.status;
    if (status == RK_OK || status == RK_OUT_OF_RANGE || status == RK_MISSING_KEY) {
        refuse(pr, i, status == RK_OK ? 0 : pr->f->n_refusals + 1);
    } else {
        pr->status = status;
    }
}

/* The parts of a row in units, before the last element takes the rest. */
typedef struct parts {
    rk_int128 amount, *element;
} parts;

static void write_parts(pricing *pr, size_t i, const parts *made)
{
    const rk__formula *const f = pr->f;
    rk_int128 rest = made->amount, most = 0;
    size_t last = f->n_elements;
    for (size_t k = 0; k < f->n_elements; k++) {
        if ((f->elements[k].flags & RK_ELEMENT_MEMO) == 0) {
            rest -= made->element[k];
            most += f->unit != 0 ? f->unit : 1;
            last = k;
        }
    }
    /* More than rounding leaves is a mistake of the rule, which the host's audit reports. */
    if (last < f->n_elements && rest <= most && rest >= -most) {
        made->element[last] += rest;
    }
    bool fits = f->unit == 0 || (made->amount <= RK_DECIMAL_MAX && made->amount >= RK_DECIMAL_MIN);
    for (size_t k = 0; k < f->n_elements && f->unit != 0; k++) {
        fits = fits && made->element[k] <= RK_DECIMAL_MAX && made->element[k] >= RK_DECIMAL_MIN;
    }
    if (!fits) {
        pr->out->status[i] = RK_ROW_OVERFLOW;
        pr->out->amount[i] = 0;
        return;
    }
    if (f->unit == 0) {
        pr->out->exact_amount[i] = made->amount;
    } else {
        pr->out->amount[i] = (rk_decimal) made->amount;
    }
    for (size_t k = 0; k < f->n_elements; k++) {
        if (f->unit == 0) {
            pr->out->exact_element[k][i] = made->element[k];
        } else {
            pr->out->element[k][i] = (rk_decimal) made->element[k];
        }
    }
}

static void overflow(pricing *pr, size_t i)
{
    pr->out->status[i] = RK_ROW_OVERFLOW;
    if (pr->f->unit != 0) {
        pr->out->amount[i] = 0;
    } else {
        pr->out->exact_amount[i] = 0;
    }
}

/* Prices row i in exact numbers; `element` has room for each. */
static void price_exactly(pricing *pr, const void *params, size_t i, rk_int128 *element)
{
    const rk__formula *const f = pr->f;
    rk__eval *const ev = &pr->ev;
    const int places = f->unit != 0 ? 6 : 12;
    const rk_decimal unit = f->unit != 0 ? f->unit : 1;
    parts made = {.element = element};
    if (!pr->begun && !exact_begin(pr, params)) {
        pr->status = RK_NO_MEMORY;
        return;
    }
    rk__nums_reset(&pr->own.nums);
    rk__arena_reset(&pr->arena);
    memcpy(ev->values, pr->p->values, (f->n_lets + 1) * sizeof *ev->values);
    ev->fault = (rk__eval_fault){0};
    ev->missing = NULL;
    ev->row = i;
    for (size_t k = 0; k < f->n_refusals; k++) {
        const rk__part *const part = &f->refusals[k].condition;
        const rk__result_value v = rk__eval_expr(ev, &part->source, part->expr);
        if (ev->fault.status != RK_OK) {
            not_priced(pr, i);
            return;
        }
        if (!v.missing && v.truth) {
            refuse(pr, i, k + 1);
            return;
        }
    }
    rk_num total = rk__num_from_int(&pr->own.nums, 0);
    for (size_t k = 0; k < f->n_elements; k++) {
        const rk__result_value v =
            rk__eval_expr(ev, &f->element_of[k].source, f->element_of[k].expr);
        if (v.missing) {
            not_priced(pr, i);
            return;
        }
        if (!to_units(pr, v.number, places, unit, &element[k])) {
            overflow(pr, i);
            return;
        }
        if ((f->elements[k].flags & RK_ELEMENT_MEMO) == 0) {
            total = rk__num_add(&pr->own.nums, total, v.number);
        }
    }
    if (f->amount.expr != NULL) {
        const rk__result_value v = rk__eval_expr(ev, &f->amount.source, f->amount.expr);
        if (v.missing) {
            not_priced(pr, i);
            return;
        }
        total = v.number;
    }
    if (!to_units(pr, total, places, unit, &made.amount)) {
        overflow(pr, i);
        return;
    }
    write_parts(pr, i, &made);
}

/* ------------------------------------------------------------------ flat rows */

/* A value in units; false if it does not fit 128 bits: the row is then priced exactly. */
static inline bool flat_units(const rk__operand *o, const rk__register *r, size_t i, int places,
                              rk_decimal unit, rk_int128 *out)
{
    const int up = places - o->scale;
    rk_int128 n = r[o->num].v[i], d = unit;
    if (r[o->num].bad[i] || (o->den >= 0 && r[o->den].bad[i])) {
        return false;
    }
    if (up > 0 && __builtin_mul_overflow(n, rk__ten_to(up), &n)) {
        return false;
    }
    if (up < 0 && __builtin_mul_overflow(d, rk__ten_to(-up), &d)) {
        return false;
    }
    if (o->den >= 0 && __builtin_mul_overflow(d, r[o->den].v[i], &d)) {
        return false;
    }
    if ((int64_t) n == n && (int64_t) d == d) {
        const int64_t q = (int64_t) n / (int64_t) d, rest = (int64_t) n % (int64_t) d;
        const int64_t size = rest < 0 ? -rest : rest;
        *out = (rk_int128) (q + (size >= (int64_t) d - size ? (n < 0 ? -1 : 1) : 0)) * unit;
        return true;
    }
    return !__builtin_mul_overflow(rk_div_round(n, d), (rk_int128) unit, out);
}

static void price_chunk(pricing *pr, const void *params, rk__register *r, size_t first, size_t n,
                        rk_int128 *element)
{
    const rk__formula *const f = pr->f;
    const rk__program *const p = pr->p;
    const int places = f->unit != 0 ? 6 : 12;
    const rk_decimal unit = f->unit != 0 ? f->unit : 1;
    rk__program_run(p, r, pr->batch, f->columns, first, n);
    for (size_t i = 0; i < n && pr->status == RK_OK; i++) {
        parts made = {.element = element};
        bool flat = true;
        size_t refused = 0;
        for (size_t k = 0; k < f->n_refusals && flat && refused == 0; k++) {
            flat = !r[p->refusals[k].num].bad[i];
            refused = r[p->refusals[k].num].t[i] ? k + 1 : 0;
        }
        if (flat && refused != 0) {
            refuse(pr, first + i, refused);
            continue;
        }
        for (size_t k = 0; k < f->n_elements && flat; k++) {
            flat = flat_units(&p->elements[k], r, i, places, unit, &element[k]);
        }
        if (flat && flat_units(&p->amount, r, i, places, unit, &made.amount)) {
            write_parts(pr, first + i, &made);
        } else {
            price_exactly(pr, params, first + i, element);
        }
    }
}

/* ---------------------------------------------------------------- explanations */

static void show(pricing *pr, const char *label, const rk__source *source, rk__result_value v,
                 int type)
{
    rk_decimal shown = 0;
    if (v.missing || type == RK__EXPR_TEXT) {
        return;
    }
    const rk_num x = type == RK__EXPR_TRUTH ? rk__num_from_int(&pr->own.nums, v.truth) : v.number;
    if (rk__num_to_decimal(rk__num_round(&pr->own.nums, x, 6), &shown)) {
        pr->h->row_step(pr->h, label, source->text, shown);
    }
}

/* The lets of the one row of a batch that is traced, in the order of the document. */
static void explain(pricing *pr, const void *params, rk_int128 *element)
{
    const rk__formula *const f = pr->f;
    price_exactly(pr, params, 0, element);
    for (size_t i = f->row_lets.first; i < f->row_lets.first + f->row_lets.n && pr->status == RK_OK;
         i++) {
        const rk__expr name = {.op = RK__OP_LET, .index = (int32_t) i, .text = f->lets[i].name};
        pr->ev.fault = (rk__eval_fault){0};
        pr->ev.missing = NULL;
        show(pr, f->lets[i].name, &f->lets[i].source,
             rk__eval_expr(&pr->ev, &f->lets[i].source, &name), f->lets[i].type);
    }
    if (pr->out->status[0] == RK_ROW_PRICED && f->unit != 0) {
        pr->h->row_step(pr->h, "amount",
                        f->amount.expr != NULL ? f->amount.source.text : "the elements added up",
                        pr->out->amount[0]);
    }
}

int rk__formula_price(const rk_host *h, const void *params, const void *state,
                      const rk_batch *batch, rk_priced *out)
{
    const rk__formula *const f = formula_of(params);
    pricing pr = {.h = h, .f = f, .p = state, .batch = batch, .out = out};
    rk_int128 element[32];
    if (batch->trace) {
        explain(&pr, params, element);
    } else if (pr.p->failed) {
        for (size_t i = 0; i < batch->n && pr.status == RK_OK; i++) {
            price_exactly(&pr, params, i, element);
        }
    } else {
        rk__register *const registers = rk__malloc((pr.p->n_registers + 1) * sizeof *registers);
        pr.status = registers == NULL ? RK_NO_MEMORY : RK_OK;
        for (size_t i = 0; i < batch->n && pr.status == RK_OK; i += RK__CHUNK) {
            const size_t n = batch->n - i < RK__CHUNK ? batch->n - i : RK__CHUNK;
            price_chunk(&pr, params, registers, i, n, element);
        }
        rk__free(registers);
    }
    exact_end(&pr);
    return pr.status;
}
