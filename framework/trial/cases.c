/* SPDX-License-Identifier: MIT
 *
 * cases.c: random contracts of one rule, from its own tables: parameters within their bounds and
 * at them, rows of every table that it reads, values that are missing where they may be.
 */
#include <stdio.h>
#include <string.h>

#include "trial/trial.h"

#define MOST_ROWS 12

rk_session *rk__trial_session(rk__trial_run *run, unsigned jobs, size_t batch_rows)
{
    const char *const folders[] = {run->folder, NULL};
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_problems *problems = rk_problems_new();
    options.rules = folders;
    options.jobs = jobs;
    options.offline = true;
    options.allow_rules = run->trust != NULL ? run->options->allow_rules : NULL;
    if (problems == NULL || rk_session_open(&options, &session, problems) != RK_OK) {
        rk__trial_say(run, 'F', RK__TRIAL_LOADS, "its folder cannot be searched for rules");
    } else {
        session->batch_rows = batch_rows;
    }
    rk_problems_free(problems);
    return session;
}

const rk__rule *rk__trial_rule(rk_session *session, const char *id)
{
    rk_status status = RK_OK;
    return session != NULL ? rk__registry_get(session->registry, id, &status, NULL, NULL) : NULL;
}

uint64_t rk__trial_seed(const rk__trial_run *run, uint64_t number)
{
    uint64_t state = (run->options->seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^
                     (number + 1) * UINT64_C(0xbf58476d1ce4e5b9);
    state = state != 0 ? state : 1;
    for (int i = 0; i < 4; i++) {
        (void) rk__trial_random(&state);
    }
    return state;
}

/* -------------------------------------------------------------------- values */

static void put_decimal(rk__buf *out, rk_decimal d)
{
    char text[RK__DECIMAL_TEXT_SIZE];
    (void) rk__decimal_print(text, d);
    rk__buf_puts(out, text);
}

static bool bound(const char *text, rk_decimal *out)
{
    return text != NULL && rk__decimal_parse_ratio(text, strlen(text), out) == RK__DECIMAL_OK;
}

/* A number in bounds: at one of them now and then, whole or with decimals. Items of a list grow
 * with their index, since bands mostly have to. */
static void put_number(rk__buf *out, uint64_t *r, const char *min, const char *max, bool whole,
                       bool ratio, size_t index)
{
    rk_decimal low = 0;
    rk_decimal high = ratio ? RK_DECIMAL_ONE : 5000 * RK_DECIMAL_ONE;
    const bool has_low = bound(min, &low);
    const bool has_high = bound(max, &high);
    const uint64_t choice = rk__trial_below(r, 10);
    if ((choice == 0 && has_low && index == 0) || (choice == 1 && has_high && index == 0)) {
        put_decimal(out, choice == 0 ? low : high);
        return;
    }
    high = !has_high && low > high ? low + 1000 * RK_DECIMAL_ONE : high;
    const rk_decimal width = (high - low) / 4;
    rk_decimal value = low;
    if (width > 0) {
        value += (rk_decimal) (index < 3 ? index : 3) * width +
                 (rk_decimal) rk__trial_below(r, (uint64_t) width);
    }
    const rk_decimal unit = whole ? RK_DECIMAL_ONE : choice < 8 ? RK_DECIMAL_PENNY : 1;
    value -= value % unit;
    put_decimal(out, value < low ? low : value);
}

static void put_params(rk__buf *out, uint64_t *r, const rk_param *params, size_t index,
                       const rk__trial_form *form);

/* A value as a contract writes it. */
static void put_spelled(rk__buf *out, const char *value, bool truth)
{
    rk__buf_printf(out, truth ? "%s" : "\"%s\"", value);
}

/* A text; each third is longer than any that a rule might have room for. */
static void put_text(rk__buf *out, char letter, const char *number)
{
    const bool longer = letter == 'C' || letter == 'c';
    rk__buf_printf(out, "\"%s%c%s\"", letter >= 'a' ? "text " : "", letter, number);
    if (longer) {
        out->text[--out->length] = '\0';
        for (unsigned i = 0; i < 25; i++) {
            rk__buf_puts(out, " and some more");
        }
        rk__buf_putc(out, '"');
    }
}

static void put_param(rk__buf *out, uint64_t *r, const rk_param *p, size_t index,
                      const rk__trial_form *form)
{
    const bool ratio =
        p->type == RK_PARAM_RATIO || (p->unit != NULL && strcmp(p->unit, "ratio") == 0);
    switch (p->type) {
    case RK_PARAM_BOOL:
        rk__buf_puts(out, rk__trial_below(r, 2) != 0 ? "true" : "false");
        break;
    case RK_PARAM_ENUM: {
        size_t n = 0;
        while (p->words[n] != NULL) {
            n++;
        }
        rk__buf_printf(out, "\"%s\"", p->words[rk__trial_below(r, n)]);
        break;
    }
    case RK_PARAM_LIST: {
        const bool one = (p->flags & RK_ONE_OBJECT) != 0;
        const size_t n = one ? 1 : rk__trial_below(r, 4);
        rk__buf_puts(out, one ? "" : "[");
        for (size_t i = 0; i < n; i++) {
            rk__buf_puts(out, i > 0 ? ", " : "");
            put_params(out, r, p->items, i, form);
        }
        rk__buf_puts(out, one ? "" : "]");
        break;
    }
    case RK_PARAM_COMPONENT:
        rk__buf_puts(out, "\"base\"");
        break;
    case RK_PARAM_SCOPE:
        rk__buf_puts(out, "{\"pod\": \"EL\"}");
        break;
    case RK_PARAM_TEXT:
        put_text(out, (char) ('a' + rk__trial_below(r, 3)), "");
        break;
    default:
        rk__buf_putc(out, '"');
        put_number(out, r, p->min, p->max, p->type == RK_PARAM_INTEGER, ratio, index);
        rk__buf_putc(out, '"');
        break;
    }
}

static void put_params(rk__buf *out, uint64_t *r, const rk_param *params, size_t index,
                       const rk__trial_form *form)
{
    const char *between = "";
    rk__buf_putc(out, '{');
    for (const rk_param *p = params; p->name != NULL; p++) {
        const bool required = (p->flags & RK_REQUIRED) != 0;
        const bool component = p->type == RK_PARAM_COMPONENT || p->type == RK_PARAM_SCOPE;
        const bool absent = !required && (component || rk__trial_below(r, 3) == 0) &&
                            p != form->with && p != form->without;
        const char *value = form->param == p          ? form->value
                            : absent && form->spelled ? p->default_value
                                                      : NULL;
        if (absent && value == NULL) {
            continue;
        }
        if (p == form->without) {
            rk__buf drawn = {0}; /* what follows stays the same */
            put_param(&drawn, r, p, index, form);
            rk__buf_dispose(&drawn);
            continue;
        }
        rk__buf_printf(out, "%s\"%s\": ", between, p->name);
        if (value != NULL) {
            put_spelled(out, value, p->type == RK_PARAM_BOOL);
        } else {
            put_param(out, r, p, index, form);
        }
        between = ", ";
    }
    rk__buf_putc(out, '}');
}

/* --------------------------------------------------------------------- tables */

static void put_cell(rk__buf *out, uint64_t *r, const rk_column *c, size_t row)
{
    char number[24];
    switch (c->type) {
    case RK_COLUMN_BOOL:
        rk__buf_puts(out, rk__trial_below(r, 2) != 0 ? "true" : "false");
        return;
    case RK_COLUMN_CHOICE: {
        size_t n = 0;
        while (c->words[n] != NULL) {
            n++;
        }
        const size_t at = rk__trial_below(r, n + 1);
        rk__buf_printf(out, "\"%s\"", at < n ? c->words[at] : "another");
        return;
    }
    case RK_COLUMN_TEXT:
        (void) snprintf(number, sizeof number, "%zu", row % 4);
        put_text(out, (char) ('A' + rk__trial_below(r, 3)), number);
        return;
    case RK_COLUMN_DATE:
        rk__buf_printf(out, "\"2016-%02u-%02u\"", 4 + (unsigned) rk__trial_below(r, 9),
                       1 + (unsigned) rk__trial_below(r, 28));
        return;
    case RK_COLUMN_FACTOR:
        rk__buf_printf(out, "\"%u.%010u\"", (unsigned) rk__trial_below(r, 2),
                       (unsigned) rk__trial_below(r, 4000000000u));
        return;
    default:
        rk__buf_putc(out, '"');
        put_number(out, r, c->usual_min, c->usual_max,
                   c->type == RK_COLUMN_INTEGER || rk__trial_below(r, 3) == 0,
                   c->type == RK_COLUMN_RATIO, rk__trial_below(r, 3) == 0 ? 1 : 0);
        rk__buf_putc(out, '"');
    }
}

static bool has_column(const rk__rule *rule, const char *table, const char *name)
{
    bool has = false;
    for (const rk_column *c = rule->columns; c->name != NULL; c++) {
        has |= strcmp(c->table, table) == 0 && strcmp(c->name, name) == 0;
    }
    return has;
}

static void put_row(rk__buf *out, uint64_t *r, const rk__rule *rule, const char *table, size_t row,
                    const rk__trial_form *form)
{
    const char *between = "";
    const bool rows = rule->rule->rows != NULL && strcmp(rule->rule->rows, table) == 0;
    rk__buf_putc(out, '{');
    if (form->periods && !has_column(rule, table, "period") && !has_column(rule, table, "date")) {
        rk__buf_puts(out, row % 2 == 0 ? "\"period\": \"a\"" : "\"period\": \"b\"");
        between = ", ";
    }
    for (const char *const *g = rows ? rule->rule->group_by : NULL; g != NULL && *g != NULL; g++) {
        rk__buf_printf(out, "%s\"%s\": ", between, *g);
        put_text(out, (char) ('A' + rk__trial_below(r, 3)), "");
        between = ", ";
    }
    for (const rk_column *c = rule->columns; c->name != NULL; c++) {
        bool grouped = false;
        for (const char *const *g = rows ? rule->rule->group_by : NULL; g != NULL && *g != NULL;
             g++) {
            grouped |= strcmp(*g, c->name) == 0;
        }
        if (strcmp(c->table, table) != 0 || c->type == RK_COLUMN_ROW || grouped) {
            continue;
        }
        const bool required = (c->flags & (RK_REQUIRED | RK_PRICE_DECIDES)) == RK_REQUIRED;
        /* Row 0 has every column, so that none is unknown. */
        const bool absent = row > 0 && !required && rk__trial_below(r, 4) == 0;
        if (absent && (!form->spelled || c->default_value == NULL)) {
            continue;
        }
        rk__buf_printf(out, "%s\"%s\": ", between, c->name);
        if (absent) {
            put_spelled(out, c->default_value, c->type == RK_COLUMN_BOOL);
        } else {
            put_cell(out, r, c, row);
        }
        between = ", ";
    }
    rk__buf_putc(out, '}');
}

static void put_table(rk__buf *out, uint64_t *r, const rk__rule *rule, const char *table,
                      const rk__trial_form *form)
{
    const bool shuffled = form->shuffled && rule->rule->rows != NULL &&
                          strcmp(rule->rule->rows, table) == 0 && rule->rule->price != NULL;
    rk__buf rows[MOST_ROWS] = {0};
    const size_t n = rk__trial_below(r, 8) == 0 ? 0 : 1 + rk__trial_below(r, MOST_ROWS - 1);
    for (size_t i = 0; i < n; i++) {
        put_row(&rows[i], r, rule, table, i, form);
    }
    uint64_t order = *r ^ UINT64_C(0x5bd1e9955bd1e995); /* what follows stays the same */
    for (size_t i = n; shuffled && i > 1; i--) {
        const size_t k = rk__trial_below(&order, i);
        const rk__buf swap = rows[i - 1];
        rows[i - 1] = rows[k];
        rows[k] = swap;
    }
    rk__buf_printf(out, "\"%s\": [", table);
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(out, "%s%s", i > 0 ? ", " : "", rows[i].text != NULL ? rows[i].text : "{}");
        rk__buf_dispose(&rows[i]);
    }
    rk__buf_putc(out, ']');
}

void rk__trial_contract(const rk__trial_run *run, const rk__rule *rule, uint64_t number,
                        const rk__trial_form *form, rk__buf *out)
{
    uint64_t random = rk__trial_seed(run, number);
    uint64_t *r = &random;
    const char *between = "";
    const bool half = rk__trial_below(r, 4) == 0;
    const char *first = "{\"id\": \"a\", \"start\": \"2016-04-01\", \"end\": \"2016-09-30\"}";
    const char *second = "{\"id\": \"b\", \"start\": \"2016-10-01\", \"end\": \"2017-03-31\"}";
    const char *year = "{\"id\": \"a\", \"start\": \"2016-04-01\", \"end\": \"2017-03-31\"}";
    const bool of = rule->rule->of_use == RK_OF_REQUIRED ||
                    (rule->rule->of_use == RK_OF_OPTIONAL && rk__trial_below(r, 2) != 0);
    rk__buf_printf(out,
                   "{\"reckoner\": \"contract/1\", \"id\": \"trial-%llu\", \"periods\": [%s%s%s], "
                   "\"facts\": {",
                   (unsigned long long) number,
                   form->periods_reversed  ? second
                   : half || form->periods ? first
                                           : year,
                   form->periods ? ", " : "",
                   !form->periods           ? ""
                   : form->periods_reversed ? first
                                            : second);
    for (const rk_column *c = rule->columns; c->name != NULL; c++) {
        bool seen = false;
        for (const rk_column *b = rule->columns; b < c; b++) {
            seen |= strcmp(b->table, c->table) == 0;
        }
        if (!seen) {
            rk__buf_puts(out, between);
            put_table(out, r, rule, c->table, form);
            between = ", ";
        }
    }
    rk__buf_puts(out, "}, \"arrangements\": {\"trial\": [");
    rk__buf_printf(out,
                   "{\"id\": \"base\", \"rule\": \"block\", \"shadow\": true, \"params\": "
                   "{\"amount\": \"%llu.25\"}}, ",
                   (unsigned long long) rk__trial_below(r, 1000000));
    rk__buf_printf(out, "{\"id\": \"rule\", \"rule\": \"%s\"%s%s, \"params\": ", rule->id,
                   of ? ", \"of\": [\"base\"]" : "",
                   half && rk__trial_below(r, 2) != 0 ? ", \"per\": \"year\"" : "");
    put_params(out, r, rule->params, 0, form);
    rk__buf_puts(out, "}]}}");
}
