/* SPDX-License-Identifier: MIT
 *
 * host.c: the engine's rk_host. Every function finds the context of its call through the
 * table that the rule was given.
 */
#include "ledger/host.h"

#include "finding/codes.h"
#include "ledger/sealed.h"
#include "number/num_inside.h"

#include <stdio.h>
#include <string.h>

static rk__host *host_of(const rk_host *h)
{
    return (rk__host *) (uintptr_t) h;
}

/* Whether the call is out of place: what the instance has belongs to one thread, and `price` runs
 * on many. The evaluation then fails. */
static inline bool is_misplaced(const rk_host *h)
{
    rk__host *host = host_of(h);
    host->misplaced |= host->pricing;
    return host->pricing;
}

static rk__nums *pool_of(const rk_host *h)
{
    (void) is_misplaced(h);
    return &host_of(h)->instance->result->nums;
}

/* A number as the rule sees it. */
static inline rk_num give(const rk_host *h, rk_num number)
{
    return host_of(h)->seals ? rk__seal(number) : number;
}

/* The number that a rule hands back; NULL for a pointer that it made up, which fails its call. */
static inline rk_num take(const rk_host *h, rk_num number)
{
    if (number == NULL || !host_of(h)->seals) {
        return number;
    }
    if (!rk__is_sealed(number)) {
        (void) rk__num_poison(pool_of(h), "a number that the host did not make");
        return NULL;
    }
    return rk__unseal(number);
}

/* ----------------------------------------------------------------- problems */

__attribute__((format(printf, 5, 6))) static void host_problem(const rk_host *h, rk_status code,
                                                               const char *where, const char *hint,
                                                               const char *format, ...)
{
    rk__host *host = host_of(h);
    rk__arena scratch = {0};
    rk__place place = {0};
    if (is_misplaced(h)) {
        return;
    }
    rk__bind_place(&host->instance->input, where, &place, &scratch);
    if (code == RK_RULE_FAILED || code == RK_RULE_AUDIT) {
        place.rule = host->instance->rule->id;
    }
    va_list args;
    va_start(args, format);
    (void) rk__problem_v(host->problems, code, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&scratch);
    rk__host_fail(host, code);
}

/* A finding of the code that the text begins with, such as "[scale] ", if it is one. */
static void add_finding(const rk_host *h, rk_num amount, const char *where, char *text)
{
    const char *message = text;
    rk_finding finding = {.code = "rule-warning", .amount = amount};
    if (is_misplaced(h)) {
        return;
    }
    char *end = text[0] == '[' ? strstr(text, "] ") : NULL;
    if (end != NULL) {
        *end = '\0';
        if (rk__finding_is_code(text + 1)) {
            finding.code = text + 1;
            message = end + 2;
        } else {
            *end = ']';
        }
    }
    const bool placed = where != NULL && where[0] != '\0';
    rk__instance_find(host_of(h)->instance, finding, "%s%s%s", placed ? where : "",
                      placed ? ": " : "", message);
}

__attribute__((format(printf, 3, 4))) static void host_warn(const rk_host *h, const char *where,
                                                            const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_finding(h, NULL, where, text);
}

__attribute__((format(printf, 4, 5))) static void
host_warn_amount(const rk_host *h, rk_num amount, const char *where, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const rk_num at_stake = take(h, amount);
    add_finding(h, rk__num_sign(at_stake) > 0 ? at_stake : NULL, where, text);
}

__attribute__((format(printf, 3, 4))) static void host_log(const rk_host *h, rk_log_level level,
                                                           const char *format, ...)
{
    if (level < RK_LOG_WARNING || is_misplaced(h)) {
        return; /* a library must not print unless its caller asked for it */
    }
    char text[1024];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rk__instance_find(host_of(h)->instance, (rk_finding){.code = "rule-warning"}, "%s", text);
}

/* ------------------------------------------------------------ exact numbers */

static rk_num host_decimal(const rk_host *h, rk_decimal d)
{
    return give(h, rk__num_from_decimal(pool_of(h), d));
}

static rk_num host_integer(const rk_host *h, int64_t n)
{
    return give(h, rk__num_from_int(pool_of(h), n));
}

static rk_num host_ratio(const rk_host *h, int64_t numerator, int64_t denominator)
{
    return give(h, rk__num_from_ratio(pool_of(h), numerator, denominator));
}

#define HOST_BINARY(name)                                                   \
    static rk_num host_##name(const rk_host *h, rk_num a, rk_num b)         \
    {                                                                       \
        return give(h, rk__num_##name(pool_of(h), take(h, a), take(h, b))); \
    }
HOST_BINARY(add)
HOST_BINARY(sub)
HOST_BINARY(mul)
HOST_BINARY(div)
HOST_BINARY(min)
HOST_BINARY(max)
#undef HOST_BINARY

static rk_num host_neg(const rk_host *h, rk_num a)
{
    return give(h, rk__num_neg(pool_of(h), take(h, a)));
}

static rk_num host_round(const rk_host *h, rk_num a, int places)
{
    return give(h, rk__num_round(pool_of(h), take(h, a),
                                 places < 0    ? 0
                                 : places > 12 ? 12
                                               : places));
}

static rk_num host_power(const rk_host *h, rk_num a, int64_t p, int64_t q, int places)
{
    return give(h, rk__num_power(pool_of(h), take(h, a), p, q, places));
}

static rk_num host_floor(const rk_host *h, rk_num a)
{
    return give(h, rk__num_floor(pool_of(h), take(h, a)));
}

static rk_num host_ceil(const rk_host *h, rk_num a)
{
    return give(h, rk__num_ceil(pool_of(h), take(h, a)));
}

static rk_num host_parse(const rk_host *h, const char *text)
{
    const char *why = NULL;
    return text != NULL ? give(h, rk__num_parse(pool_of(h), text, true, -1, &why)) : NULL;
}

static rk_num host_select(const rk_host *h, bool condition, const char *words, rk_num a, rk_num b)
{
    return give(h, rk__num_select(pool_of(h), condition, words, take(h, a), take(h, b)));
}

static bool host_to_factor(const rk_host *h, rk_num a, int64_t *out)
{
    bool exact;
    return rk__num_to_factor(take(h, a), out, &exact);
}

static int host_compare(const rk_host *h, rk_num a, rk_num b)
{
    a = take(h, a);
    b = take(h, b);
    if (a == NULL || b == NULL) {
        return a == NULL ? (b == NULL ? 0 : -rk__num_sign(b)) : rk__num_sign(a);
    }
    return rk__num_compare(a, b);
}

static int host_sign(const rk_host *h, rk_num a)
{
    return rk__num_sign(take(h, a));
}

static rk_num host_label(const rk_host *h, rk_num a, const char *name)
{
    return give(h, rk__num_label(pool_of(h), take(h, a), name, NULL));
}

static bool host_to_decimal(const rk_host *h, rk_num a, rk_decimal *out)
{
    a = take(h, a);
    return a != NULL && rk__num_to_decimal(a, out);
}

/* ------------------------------------------------------------------- tables */

static bool host_has_table(const rk_host *h, const char *table)
{
    return rk__settle_table_of(host_of(h)->instance, table) != NULL;
}

static bool host_has_column(const rk_host *h, int column)
{
    return rk__settle_has_column(host_of(h), column);
}

static size_t host_n_rows(const rk_host *h, const char *table)
{
    const rk__settle_table *t = rk__settle_table_of(host_of(h)->instance, table);
    return t != NULL ? t->n_rows : 0;
}

static rk_num host_cell(const rk_host *h, int column, size_t row)
{
    return is_misplaced(h) ? NULL : give(h, rk__settle_cell(host_of(h), column, row));
}

/* A text as the rule sees it: a copy, which it may write to without changing any other. */
static const char *give_text(const rk_host *h, const char *text)
{
    rk__host *host = host_of(h);
    if (text == NULL || !host->seals) {
        return text;
    }
    const char *copy = rk__arena_strdup(&host->instance->result->arena, text);
    if (copy == NULL) {
        rk__host_fail(host, RK_NO_MEMORY);
    }
    return copy;
}

static const char *host_cell_text(const rk_host *h, int column, size_t row)
{
    return is_misplaced(h) ? NULL : give_text(h, rk__settle_text(host_of(h), column, row));
}

static bool host_cell_bool(const rk_host *h, int column, size_t row, bool otherwise)
{
    return rk__settle_bool(host_of(h), column, row, otherwise);
}

static const char *host_cell_place(const rk_host *h, int column, size_t row)
{
    return is_misplaced(h) ? NULL : give_text(h, rk__settle_place_text(host_of(h), column, row));
}

__attribute__((format(printf, 6, 7))) static void host_problem_row(const rk_host *h, rk_status code,
                                                                   int column, size_t row,
                                                                   const char *hint,
                                                                   const char *format, ...)
{
    rk__host *host = host_of(h);
    rk__arena scratch = {0};
    rk__place place = {0};
    if (is_misplaced(h)) {
        return;
    }
    if (!rk__settle_place(host, column, row, &place, &scratch)) {
        rk__bind_place(&host->instance->input, NULL, &place, &scratch);
    }
    va_list args;
    va_start(args, format);
    (void) rk__problem_v(host->problems, code, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&scratch);
    rk__host_fail(host, code);
}

/* ------------------------------------------------------------------- ledger */

static int host_line(const rk_host *h, const rk_line *line)
{
    rk_line own = *line;
    if (is_misplaced(h)) {
        return RK_RULE_FAILED;
    }
    own.quantity = take(h, line->quantity);
    own.rate = take(h, line->rate);
    own.factor = take(h, line->factor);
    own.amount = take(h, line->amount);
    return rk__ledger_line_add(host_of(h), &own);
}

static int host_group_line(const rk_host *h, const rk_group *group, const char *unit)
{
    return is_misplaced(h) ? RK_RULE_FAILED : rk__ledger_group_add(host_of(h), group, unit);
}

static void add_step(rk__host *host, const char *label, const char *formula, rk_int128 value)
{
    rk__arena *arena = &host->instance->result->arena;
    if (!host->tracing) {
        return; /* nobody asked */
    }
    const rk__host_step step = {rk__arena_strdup(arena, label), rk__arena_strdup(arena, formula),
                                value};
    if ((step.label == NULL && label != NULL) || (step.formula == NULL && formula != NULL) ||
        rk__grow((void **) &host->steps, &host->steps_capacity, host->n_steps + 1,
                 sizeof *host->steps) != 0) {
        rk__host_fail(host, RK_NO_MEMORY);
        return;
    }
    host->steps[host->n_steps++] = step;
}

static void host_row_step(const rk_host *h, const char *label, const char *formula,
                          rk_decimal value)
{
    add_step(host_of(h), label, formula, (rk_int128) value * RK_DECIMAL_ONE);
}

static void host_row_step_factor(const rk_host *h, const char *label, const char *formula,
                                 int64_t value)
{
    add_step(host_of(h), label, formula, value);
}

static const rk_host host_table = {.size = sizeof(rk_host),
                                   .abi_minor = RK_ABI_MINOR,
                                   .problem = host_problem,
                                   .warn = host_warn,
                                   .log = host_log,
                                   .decimal = host_decimal,
                                   .integer = host_integer,
                                   .ratio = host_ratio,
                                   .add = host_add,
                                   .sub = host_sub,
                                   .mul = host_mul,
                                   .div = host_div,
                                   .neg = host_neg,
                                   .min = host_min,
                                   .max = host_max,
                                   .round = host_round,
                                   .compare = host_compare,
                                   .sign = host_sign,
                                   .label = host_label,
                                   .to_decimal = host_to_decimal,
                                   .has_table = host_has_table,
                                   .has_column = host_has_column,
                                   .n_rows = host_n_rows,
                                   .cell = host_cell,
                                   .cell_text = host_cell_text,
                                   .cell_bool = host_cell_bool,
                                   .line = host_line,
                                   .group_line = host_group_line,
                                   .row_step = host_row_step,
                                   .power = host_power,
                                   .floor = host_floor,
                                   .ceil = host_ceil,
                                   .parse = host_parse,
                                   .select = host_select,
                                   .to_factor = host_to_factor,
                                   .cell_place = host_cell_place,
                                   .problem_row = host_problem_row,
                                   .row_step_factor = host_row_step_factor,
                                   .warn_amount = host_warn_amount};

void rk__host_init(rk__host *host, rk__instance *instance, rk_problems *problems)
{
    host->table = host_table;
    host->instance = instance;
    host->problems = problems;
    host->failed = RK_OK;
    host->settling = host->pricing = host->tracing = host->misplaced = false;
    host->seals = rk__instance_seals(instance);
    host->groups = host->handed = NULL;
    host->steps = NULL;
    host->n_steps = host->steps_capacity = 0;
}

void rk__host_dispose(rk__host *host)
{
    rk__free(host->steps);
    host->steps = NULL;
}

void rk__host_fail(rk__host *host, rk_status status)
{
    host->failed = host->failed != RK_OK ? host->failed : status;
}

static bool is_known(int status)
{
#define RK_STATUS_CASE(name, number, word, exit_code, sentence) || status == (number)
    return status == 0 RK_STATUS_TABLE(RK_STATUS_CASE);
#undef RK_STATUS_CASE
}

rk_status rk__host_outcome(rk__host *host, int returned, const char *function)
{
    rk__nums *nums = &host->instance->result->nums;
    if (nums->no_memory) {
        return RK_NO_MEMORY; /* first: the rule may have reported a lost number as missing */
    }
    if (host->failed != RK_OK) {
        return host->failed;
    }
    if (!rk__params_intact(host->instance)) {
        return rk__instance_problem(host->instance, RK_RULE_AUDIT,
                                    "the rule needs mending, not the contract", host->problems,
                                    "rule '%s' wrote to its parameters in %s",
                                    host->instance->rule->id, function);
    }
    if (nums->no_memory) {
        return RK_NO_MEMORY;
    }
    if (nums->poisoned != NULL) {
        const char *why = nums->poisoned;
        nums->poisoned = NULL;
        return rk__instance_problem(host->instance, RK_RULE_FAILED, NULL, host->problems,
                                    "rule '%s' failed in %s: %s", host->instance->rule->id,
                                    function, why);
    }
    if (returned == 0) {
        return RK_OK;
    }
    if (returned == RK_NO_MEMORY) {
        nums->no_memory = true;
        return rk__instance_problem(host->instance, RK_RULE_FAILED, NULL, host->problems,
                                    "rule '%s' failed in %s: out of memory",
                                    host->instance->rule->id, function);
    }
    const rk_status status = is_known(returned) ? (rk_status) returned : RK_RULE_FAILED;
    return rk__instance_problem(
        host->instance, status, NULL, host->problems, "rule '%s' failed in %s with status %d (%s)",
        host->instance->rule->id, function, returned, rk_status_sentence(status));
}
