/* SPDX-License-Identifier: MIT
 *
 * ledgers.c: whole contracts of the rule, written in several ways that mean the same: periods in
 * either order, and missing values with their defaults written out. Parameters at their bounds are
 * taken, those beyond are refused, and those that may be missing are left out; and each line of the
 * ledger says where it comes from.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial/trial.h"

/* So many nodes of a number are looked at for a name. */
#define MOST_NODES 10000

typedef struct ledgers {
    rk__trial_run *run;
    rk_session *session;
    const rk__rule *rule;
    rk__buf text, one, other;
    unsigned paid;
} ledgers;

static rk_status evaluate(ledgers *l, uint64_t number, const rk__trial_form *form, rk__buf *out)
{
    rk__buf_reset(&l->text);
    rk__trial_contract(l->run, l->rule, number, form, &l->text);
    return rk__trial_evaluate(l->session, &l->text, out);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Puts the lines of a text in order; false if out of memory. */
static bool sort_lines(rk__buf *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->length; i++) {
        n += text->text[i] == '\n';
    }
    char **lines = rk__calloc(n + 1, sizeof *lines);
    rk__buf sorted = {0};
    char *at = text->text;
    for (size_t i = 0; lines != NULL && i < n; i++) {
        char *end = strchr(at, '\n');
        *end = '\0';
        lines[i] = at;
        at = end + 1;
    }
    if (lines != NULL) {
        qsort(lines, n, sizeof *lines, by_text);
    }
    for (size_t i = 0; lines != NULL && i < n; i++) {
        rk__buf_printf(&sorted, "%s\n", lines[i]);
    }
    const bool good = lines != NULL && !sorted.failed;
    rk__free(lines);
    rk__buf_dispose(text);
    *text = sorted;
    return good;
}

static bool same_text(const rk__buf *a, const rk__buf *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}

/* --------------------------------------------------------------- other spellings */

/* Two forms of a contract come to the same lines, in any order. */
static bool agree(ledgers *l, uint64_t number, const rk__trial_form *a, const rk__trial_form *b,
                  const char *check, const char *how)
{
    rk__trial_at(l->run, check, "contract %llu %s", (unsigned long long) number, how);
    const rk_status status = evaluate(l, number, a, &l->one);
    if (status != RK_OK) {
        return true; /* refused, or failed where others say so */
    }
    l->paid++;
    if (evaluate(l, number, b, &l->other) == RK_OK && sort_lines(&l->one) &&
        sort_lines(&l->other) && same_text(&l->one, &l->other)) {
        return true;
    }
    rk__trial_say(l->run, 'F', check, "contract %llu comes to another result %s",
                  (unsigned long long) number, how);
    return false;
}

static void other_spellings(ledgers *l)
{
    static const rk__trial_form plain = {0}, spelled = {.spelled = true}, forth = {.periods = true},
                                back = {.periods = true, .periods_reversed = true};
    bool periods = true;
    bool defaults = true;
    for (uint64_t i = 0; i < l->run->options->cases; i++) {
        periods = periods && agree(l, i, &forth, &back, RK__TRIAL_PERIODS,
                                   "with its periods in another order");
        defaults = defaults && agree(l, i, &plain, &spelled, RK__TRIAL_DEFAULTS,
                                     "with missing values written out as their defaults");
    }
    const char outcome = l->paid > 0 ? 'P' : 'S';
    if (periods) {
        rk__trial_say(l->run, outcome, RK__TRIAL_PERIODS, "two periods, in either order");
    }
    if (defaults) {
        rk__trial_say(l->run, outcome, RK__TRIAL_DEFAULTS,
                      "a missing value is the default that its table declares");
    }
}

/* ------------------------------------------------------------------------ bounds */

static bool is_number(const rk_param *p)
{
    return p->type == RK_PARAM_INTEGER || p->type == RK_PARAM_DECIMAL ||
           p->type == RK_PARAM_EXACT || p->type == RK_PARAM_RATIO;
}

/* A millionth, or one, beyond a bound. */
static bool beyond(const rk_param *p, const char *bound, bool above, char *out)
{
    rk_decimal at = 0;
    const rk_decimal step = p->type == RK_PARAM_INTEGER ? RK_DECIMAL_ONE : 1;
    if (rk__decimal_parse_ratio(bound, strlen(bound), &at) != RK__DECIMAL_OK) {
        return false;
    }
    (void) rk__decimal_print(out, above ? at + step : at - step);
    return true;
}

/* Whether a contract gives the parameter: one of a list may be in no item of it. */
static bool is_written(const rk__buf *text, const char *name, const char *value)
{
    char member[256];
    (void) snprintf(member, sizeof member, "\"%.100s\": \"%.100s\"", name, value);
    return strstr(text->text, member) != NULL;
}

/* Contracts with a parameter at a bound, and beyond it. */
static bool at_bound(ledgers *l, const rk_param *p, const char *bound, bool above)
{
    char out[RK__DECIMAL_TEXT_SIZE];
    const uint64_t cases = l->run->options->cases < 8 ? l->run->options->cases : 8;
    for (uint64_t i = 0; i < cases; i++) {
        rk__trial_at(l->run, RK__TRIAL_LIMITS, "contract %llu with '%s' %s", (unsigned long long) i,
                     p->name, bound);
        const rk__trial_form at = {.param = p, .value = bound};
        if (rk__trial_is_rules_fault(evaluate(l, i, &at, &l->one))) {
            rk__trial_say(l->run, 'F', RK__TRIAL_LIMITS,
                          "it fails where '%s' is %s, as its table allows: %s; contract %llu",
                          p->name, bound, l->one.text != NULL ? l->one.text : "",
                          (unsigned long long) i);
            return false;
        }
        const rk__trial_form past = {.param = p, .value = out};
        if (beyond(p, bound, above, out) && evaluate(l, i, &past, &l->one) == RK_OK &&
            is_written(&l->text, p->name, out)) {
            rk__trial_say(l->run, 'F', RK__TRIAL_LIMITS, "'%s' may be %s, beyond its bound %s",
                          p->name, out, bound);
            return false;
        }
    }
    return true;
}

static bool bounds_of(ledgers *l, const rk_param *params, unsigned *n)
{
    bool good = true;
    for (const rk_param *p = params; p != NULL && p->name != NULL && good; p++) {
        if (p->type == RK_PARAM_LIST) {
            good = bounds_of(l, p->items, n);
        } else if (is_number(p)) {
            *n += p->min != NULL ? 1 : 0;
            *n += p->max != NULL ? 1 : 0;
            good = p->min == NULL || at_bound(l, p, p->min, false);
            good = good && (p->max == NULL || at_bound(l, p, p->max, true));
        }
    }
    return good;
}

/* ------------------------------------------------------------- missing parameters */

/* The most digits before the point of any number of a text. */
static size_t most_digits(const rk__buf *text)
{
    size_t most = 0;
    size_t n = 0;
    for (size_t i = 0; i < text->length; i++) {
        n = text->text[i] >= '0' && text->text[i] <= '9' ? n + 1 : 0;
        most = n > most && (i + 1 == text->length || text->text[i + 1] == '.') ? n : most;
    }
    return most;
}

/* Contracts with a parameter and without it: RK_DECIMAL_NONE is no number to reckon with. */
static bool left_out(ledgers *l, const rk_param *p)
{
    const uint64_t cases = l->run->options->cases < 20 ? l->run->options->cases : 20;
    const rk__trial_form without = {.without = p}, with = {.with = p};
    for (uint64_t i = 0; i < cases; i++) {
        rk__trial_at(l->run, RK__TRIAL_ABSENT, "contract %llu without '%s'", (unsigned long long) i,
                     p->name);
        const rk_status missing = evaluate(l, i, &without, &l->one);
        const bool fault = rk__trial_is_rules_fault(missing);
        const bool none = p->default_value == NULL &&
                          (p->type == RK_PARAM_DECIMAL || p->type == RK_PARAM_INTEGER);
        const rk_status given = fault || !none ? missing : evaluate(l, i, &with, &l->other);
        const size_t digits = none && missing == RK_OK ? most_digits(&l->one) : 0;
        if (fault || (missing == RK_OVERFLOW && given == RK_OK) ||
            (given == RK_OK && digits >= 12 && digits > most_digits(&l->other) + 3)) {
            rk__trial_say(
                l->run, 'F', RK__TRIAL_ABSENT,
                "without '%s', which its table lets a contract leave out, %s%s; contract "
                "%llu",
                p->name, digits > 0 ? "an amount is made of RK_DECIMAL_NONE" : "it fails: ",
                digits > 0 || l->one.text == NULL ? "" : l->one.text, (unsigned long long) i);
            return false;
        }
    }
    return true;
}

static bool absent_params(ledgers *l, const rk_param *params, unsigned *n)
{
    bool good = true;
    for (const rk_param *p = params; p != NULL && p->name != NULL && good; p++) {
        if ((p->flags & RK_REQUIRED) == 0 && p->type != RK_PARAM_COMPONENT &&
            p->type != RK_PARAM_SCOPE) {
            ++*n;
            good = left_out(l, p);
        }
        good = good && (p->type != RK_PARAM_LIST || absent_params(l, p->items, n));
    }
    return good;
}

/* ----------------------------------------------------------------------- explain */

/* Whether a number is one that the host added up from rows. */
static bool is_of_rows(const rk__instance *instance, rk_num n)
{
    const rk__row_outcome *rows = &instance->rows;
    bool is = n == rows->total.quantity || n == rows->total.amount;
    for (size_t e = 0; rows->total.element != NULL && e < instance->rule->n_elements; e++) {
        is |= n == rows->total.element[e];
    }
    for (size_t g = 0; g < rows->lines.n && !is; g++) {
        const rk__row_group *group = &rows->lines.groups[g];
        is = n == group->quantity || n == group->amount;
        for (size_t e = 0; group->element != NULL && e < instance->rule->n_elements; e++) {
            is |= n == group->element[e];
        }
    }
    return is;
}

/* Whether any operand of a number has a name, a source or rows behind it. */
static bool has_origin(const rk__instance *instance, rk_num n, unsigned *left)
{
    if (n == NULL || *left == 0) {
        return n != NULL;
    }
    --*left;
    return n->label != NULL || n->source != NULL || is_of_rows(instance, n) ||
           has_origin(instance, n->a, left) || has_origin(instance, n->b, left);
}

static bool line_has_origin(const rk__instance *instance, const rk_ledger_line *line)
{
    unsigned left = MOST_NODES;
    return line->sum || line->source != NULL || rk__num_sign(line->amount) == 0 ||
           has_origin(instance, line->quantity, &left) || has_origin(instance, line->rate, &left) ||
           has_origin(instance, line->factor, &left);
}

/* The lines of one contract; false after a finding. */
static bool lines_explained(ledgers *l, uint64_t number, unsigned *lines)
{
    rk_problems *problems = rk_problems_new();
    rk_contract *contract = NULL;
    rk__evaluation e = {0};
    bool good = true;
    rk__buf_reset(&l->text);
    rk__trial_contract(l->run, l->rule, number, &(rk__trial_form){0}, &l->text);
    rk_status status = rk_contract_parse(l->session, l->text.text, l->text.length, "trial", ".",
                                         &contract, problems);
    if (status == RK_OK) {
        const rk__arrangement *chosen = &contract->arrangements[0];
        status = rk__evaluate(contract, &chosen, 1, &e, problems);
    }
    for (size_t i = 0; status == RK_OK && i < rk__evaluation_n_instances(&e, 0) && good; i++) {
        const rk__instance *instance = &e.instances[0][i];
        const bool own = instance->rule == l->rule;
        for (size_t k = 0; own && k < instance->n_lines && good; k++) {
            ++*lines;
            good = line_has_origin(instance, &instance->lines[k]);
            if (!good) {
                rk__trial_say(l->run, 'F', RK__TRIAL_EXPLAIN,
                              "line '%s' comes from no parameter, cell or total: make its numbers "
                              "with the host's functions, or name them with `label`; contract %llu",
                              instance->lines[k].label, (unsigned long long) number);
            }
        }
    }
    rk__evaluation_dispose(&e);
    rk_contract_free(contract);
    rk_problems_free(problems);
    return good;
}

void rk__trial_ledgers(rk__trial_run *run)
{
    ledgers l = {.run = run, .session = rk__trial_session(run, 1, 0)};
    unsigned n = 0;
    l.rule = rk__trial_rule(l.session, run->id);
    if (l.rule == NULL) {
        return;
    }
    other_spellings(&l);
    if (bounds_of(&l, l.rule->params, &n)) {
        rk__trial_say(run, n > 0 ? 'P' : 'S', RK__TRIAL_LIMITS,
                      n > 0 ? "%u bounds of parameters, at and beyond each"
                            : "its parameters have no bounds",
                      n);
    }
    n = 0;
    if (absent_params(&l, l.rule->params, &n)) {
        rk__trial_say(run, n > 0 ? 'P' : 'S', RK__TRIAL_ABSENT,
                      n > 0 ? "%u parameters, each left out" : "it requires all its parameters", n);
    }
    bool explained = true;
    n = 0;
    for (uint64_t i = 0; i < run->options->cases && explained; i++) {
        rk__trial_at(run, RK__TRIAL_EXPLAIN, "contract %llu", (unsigned long long) i);
        explained = lines_explained(&l, i, &n);
    }
    if (explained) {
        rk__trial_say(run, n > 0 ? 'P' : 'S', RK__TRIAL_EXPLAIN,
                      "%u lines say where they come from", n);
    }
    rk__buf_dispose(&l.text);
    rk__buf_dispose(&l.one);
    rk__buf_dispose(&l.other);
    rk_session_close(l.session);
}
