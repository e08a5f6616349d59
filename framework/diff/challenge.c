/* SPDX-License-Identifier: MIT
 *
 * challenge.c: rows that a commissioner challenges, and their value.
 */
#include "diff/challenge.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/dict.h"
#include "base/pattern.h"

/* The rows of one side that a rule challenges. */
typedef struct hits {
    bool *row;           /* by row */
    const char **detail; /* by row */
} hits;

typedef struct applier {
    rk_diff *diff;
    const rk__challenge_rule *rule;
    const rk__rowset *rows;
    int side;
    hits *out;
    rk_status status;
} applier;

/* ------------------------------------------------------------------- conditions */

/* The row of a table with the key that a row has; SIZE_MAX if there is none. */
static size_t table_row(const applier *x, const rk__table *table, size_t row)
{
    const rk__table_spec *spec = rk__table_spec_of(table);
    const char *mine[RK__MAX_CHALLENGE_KEYS];
    int at[RK__MAX_CHALLENGE_KEYS];
    for (size_t k = 0; k < spec->n_keys; k++) {
        mine[k] = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, spec->keys[k]));
        at[k] = rk__table_find(table, spec->keys[k]);
        if (mine[k] == NULL || at[k] < 0) {
            return SIZE_MAX;
        }
    }
    for (size_t i = 0; i < rk__table_n_rows(table); i++) {
        bool same = true;
        for (size_t k = 0; k < spec->n_keys && same; k++) {
            size_t length = 0;
            const char *its = rk__table_cell(table, at[k], i, &length);
            same = its != NULL && strcmp(mine[k], its) == 0;
        }
        if (same) {
            return i;
        }
    }
    return SIZE_MAX;
}

static bool in_table(const applier *x, const rk__condition *c, size_t row, rk_decimal price)
{
    const size_t at = c->table_column >= 0 ? table_row(x, c->table, row) : SIZE_MAX;
    size_t length = 0;
    const char *text =
        at != SIZE_MAX ? rk__table_cell(c->table, c->table_column, at, &length) : NULL;
    rk_decimal its = 0;
    return text != NULL && rk__decimal_parse(text, length, &its) == RK__DECIMAL_OK && its == price;
}

static bool holds(const applier *x, const rk__condition *c, size_t row)
{
    const char *text = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, c->column));
    if (c->blank >= 0 && (text == NULL) != (c->blank == 1)) {
        return false;
    }
    bool any = c->patterns == NULL;
    for (size_t i = 0; i < c->n_patterns && text != NULL && !any; i++) {
        any = rk__pattern_match(c->patterns[i], text, strlen(text));
    }
    if (!any || (c->above == NULL && c->below == NULL && c->table == NULL)) {
        return any;
    }
    rk_decimal number = 0;
    if (text == NULL || rk__decimal_parse(text, strlen(text), &number) != RK__DECIMAL_OK) {
        return false;
    }
    const rk_num value = rk__num_from_decimal(&x->diff->nums, number);
    return (c->above == NULL || rk__num_compare(value, c->above) > 0) &&
           (c->below == NULL || rk__num_compare(value, c->below) < 0) &&
           (c->table == NULL || !in_table(x, c, row, number));
}

static bool all_hold(const applier *x, size_t row)
{
    bool all = true;
    for (size_t i = 0; i < x->rule->n_where && all; i++) {
        all = holds(x, &x->rule->where[i], row);
    }
    return all;
}

/* ------------------------------------------------------------------------ kinds */

static void hit(applier *x, size_t row, const char *detail)
{
    x->out->row[row] = true;
    x->out->detail[row] = detail;
    x->diff->arena.failed |= detail == NULL;
}

/* "pod DC, los 2": what the conditions looked at. */
static const char *said_of(const applier *x, size_t row)
{
    rk__buf text = {0};
    for (size_t i = 0; i < x->rule->n_where; i++) {
        const char *column = x->rule->where[i].column;
        const char *cell = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, column));
        rk__buf_printf(&text, "%s%s %s", i == 0 ? "" : ", ", column, cell != NULL ? cell : "blank");
    }
    const char *copy =
        text.failed
            ? NULL
            : rk__arena_copy(&x->diff->arena, text.text != NULL ? text.text : "", text.length);
    rk__buf_dispose(&text);
    return copy;
}

static void find_where(applier *x)
{
    for (size_t row = 0; row < x->rows->n_rows; row++) {
        if (all_hold(x, row)) {
            hit(x, row, said_of(x, row));
        }
    }
}

static void find_unpriced(applier *x)
{
    const int amount = rk__rowset_find(x->rows, "amount");
    const int reason = rk__rowset_find(x->rows, "reason");
    for (size_t row = 0; row < x->rows->n_rows; row++) {
        if (rk__rowset_cell(x->rows, row, amount) == NULL && all_hold(x, row)) {
            const char *why = rk__rowset_cell(x->rows, row, reason);
            hit(x, row, why != NULL ? why : "it has no amount");
        }
    }
}

/* The number of the row, as its file has it. */
static const char *number_of(const applier *x, size_t row)
{
    const char *number = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, "row"));
    return number != NULL ? number : rk__arena_printf(&x->diff->arena, "%zu", row + 1);
}

/* Adds a column's text; false if it is blank. Components that price the same row are not
 * duplicates, so their names must be equal too. */
static bool put_cell(const applier *x, rk__buf *text, size_t row, const char *column)
{
    const char *cell = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, column));
    rk__buf_puts(text, cell != NULL ? cell : "");
    rk__buf_putc(text, '\x1f');
    return cell != NULL;
}

static void put_component(const applier *x, rk__buf *text, size_t row)
{
    (void) put_cell(x, text, row, "arrangement");
    (void) put_cell(x, text, row, "component");
}

static void find_duplicates(applier *x)
{
    rk__dict *seen = rk__dict_new();
    size_t *first = rk__calloc(x->rows->n_rows + 1, sizeof *first);
    rk__buf text = {0};
    bool good = seen != NULL && first != NULL;
    for (size_t row = 0; good && row < x->rows->n_rows; row++) {
        bool whole = all_hold(x, row);
        rk__buf_reset(&text);
        put_component(x, &text, row);
        for (size_t i = 0; i < x->rule->n_columns; i++) {
            whole = put_cell(x, &text, row, x->rule->columns[i]) && whole;
        }
        if (!whole) {
            continue;
        }
        const int32_t before = rk__dict_count(seen);
        const int32_t at = text.failed ? -1 : rk__dict_intern(seen, text.text, text.length);
        good = at >= 0;
        if (good && at == before) {
            first[at] = row;
        } else if (good) {
            hit(x, row,
                rk__arena_printf(&x->diff->arena, "the same as row %s", number_of(x, first[at])));
        }
    }
    x->diff->arena.failed |= !good;
    rk__dict_free(seen);
    rk__free(first);
    rk__buf_dispose(&text);
}

/* A stay of a patient. */
typedef struct stay {
    const char *patient; /* with the component */
    int32_t from, to;
    size_t row;
} stay;

static int by_patient(const void *a, const void *b)
{
    const stay *x = a;
    const stay *y = b;
    int order = strcmp(x->patient, y->patient);
    order = order != 0 ? order : (x->from > y->from) - (x->from < y->from);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static bool day_of(const applier *x, size_t row, const char *column, int32_t *out)
{
    const char *text = rk__rowset_cell(x->rows, row, rk__rowset_find(x->rows, column));
    rk_date date;
    if (text == NULL || !rk__date_parse(text, strlen(text), &date)) {
        return false;
    }
    *out = rk__date_days(date);
    return true;
}

/* A stay may begin on the day on which another ends: a transfer. */
static void find_overlaps(applier *x)
{
    stay *stays = rk__calloc(x->rows->n_rows + 1, sizeof *stays);
    rk__buf text = {0};
    size_t n = 0;
    for (size_t row = 0; stays != NULL && row < x->rows->n_rows; row++) {
        stay *s = &stays[n];
        rk__buf_reset(&text);
        put_component(x, &text, row);
        if (!put_cell(x, &text, row, x->rule->columns[0]) || !all_hold(x, row) ||
            !day_of(x, row, x->rule->columns[1], &s->from) ||
            !day_of(x, row, x->rule->columns[2], &s->to)) {
            continue;
        }
        s->row = row;
        s->patient = text.failed ? NULL : rk__arena_copy(&x->diff->arena, text.text, text.length);
        if (s->patient == NULL) {
            x->diff->arena.failed = true;
            n = 0;
            break;
        }
        n++;
    }
    x->diff->arena.failed |= stays == NULL;
    if (n > 0) {
        qsort(stays, n, sizeof *stays, by_patient);
    }
    const stay *longest = NULL;
    for (size_t i = 0; i < n; i++) {
        const bool same = longest != NULL && strcmp(longest->patient, stays[i].patient) == 0;
        if (same && stays[i].from < longest->to) {
            hit(x, stays[i].row,
                rk__arena_printf(&x->diff->arena, "it begins before the stay of row %s ends",
                                 number_of(x, longest->row)));
        }
        longest = !same || stays[i].to > longest->to ? &stays[i] : longest;
    }
    rk__free(stays);
    rk__buf_dispose(&text);
}

/* -------------------------------------------------------------------- the whole */

/* A column that the rule reads and the file lacks; NULL if there is none. */
static const char *lacks(const rk__rowset *rows, const rk__challenge_rule *rule)
{
    for (size_t i = 0; i < rule->n_where; i++) {
        if (rk__rowset_find(rows, rule->where[i].column) < 0) {
            return rule->where[i].column;
        }
        const rk__table_spec *spec =
            rule->where[i].table != NULL ? rk__table_spec_of(rule->where[i].table) : NULL;
        for (size_t k = 0; spec != NULL && k < spec->n_keys; k++) {
            if (rk__rowset_find(rows, spec->keys[k]) < 0) {
                return spec->keys[k];
            }
        }
    }
    for (size_t i = 0; i < rule->n_columns; i++) {
        if (rk__rowset_find(rows, rule->columns[i]) < 0) {
            return rule->columns[i];
        }
    }
    return rk__rowset_find(rows, rule->value) < 0 ? rule->value : NULL;
}

static rk_status apply(rk_diff *d, const rk__challenge_rule *rule, int side, hits *out)
{
    static void (*const finders[])(applier *) = {find_where, find_duplicates, find_overlaps,
                                                 find_unpriced};
    applier x = {.diff = d, .rule = rule, .rows = &d->rows[side], .side = side, .out = out};
    out->row = rk__calloc(d->rows[side].n_rows + 1, sizeof *out->row);
    out->detail = rk__calloc(d->rows[side].n_rows + 1, sizeof *out->detail);
    if (out->row == NULL || out->detail == NULL) {
        return RK_NO_MEMORY;
    }
    finders[rule->kind](&x);
    return d->arena.failed ? RK_NO_MEMORY : RK_OK;
}

static void dispose_hits(hits *h)
{
    rk__free(h->row);
    rk__free(h->detail);
}

/* Sets whether each row of B has a key that some challenged row of A has too. */
static void find_known(const rk_diff *d, const hits *a, bool *known)
{
    const size_t n_a = d->rows[0].n_rows;
    const size_t n_b = d->rows[1].n_rows;
    for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
        const int order = strcmp(d->keyed[0][i].text, d->keyed[1][k].text);
        if (order < 0 || (order == 0 && !a->row[d->keyed[0][i].row])) {
            i++;
        } else if (order > 0) {
            k++;
        } else {
            known[d->keyed[1][k++].row] = true;
        }
    }
}

static rk_status add_challenge(rk_diff *d, const rk__challenge_rule *rule, size_t index, size_t row,
                               const char *detail, bool fresh)
{
    const rk__rowset *rows = &d->rows[1];
    const char *text = rk__rowset_cell(rows, row, rk__rowset_find(rows, rule->value));
    rk_decimal value = 0;
    const bool given =
        text != NULL && rk__decimal_parse(text, strlen(text), &value) == RK__DECIMAL_OK;
    const char *number = rk__rowset_cell(rows, row, rk__rowset_find(rows, "row"));
    if (rk__grow((void **) &d->challenges, &d->challenges_capacity, d->n_challenges + 1,
                 sizeof *d->challenges) != 0) {
        return RK_NO_MEMORY;
    }
    rk_challenge *c = &d->challenges[d->n_challenges++];
    *c = (rk_challenge){.rule = index,
                        .key = rk__diff_key(d, 1, row),
                        .row = number != NULL ? strtoull(number, NULL, 10) : row + 1,
                        .detail = detail,
                        .value = given ? rk__num_from_decimal(&d->nums, value) : NULL,
                        .fresh = fresh};
    d->rules[index].rows++;
    d->rules[index].fresh += fresh;
    if (given) {
        d->rules[index].value = rk__num_add(&d->nums, d->rules[index].value, c->value);
    }
    return c->key != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status apply_rule(rk_diff *d, const rk__challenge_rule *rule, size_t index)
{
    hits a = {NULL, NULL};
    hits b = {NULL, NULL};
    bool *known = rk__calloc(d->rows[1].n_rows + 1, sizeof *known);
    rk_status status = known != NULL ? apply(d, rule, 1, &b) : RK_NO_MEMORY;
    if (status == RK_OK && lacks(&d->rows[0], rule) == NULL) {
        status = apply(d, rule, 0, &a);
        if (status == RK_OK) {
            find_known(d, &a, known);
        }
    }
    for (size_t row = 0; row < d->rows[1].n_rows && status == RK_OK; row++) {
        if (b.row[row]) {
            status = add_challenge(d, rule, index, row, b.detail[row], !known[row]);
        }
    }
    rk__free(known);
    dispose_hits(&a);
    dispose_hits(&b);
    return status;
}

rk_status rk__challenges_find(rk_diff *diff, const char *path, const rk__access *access,
                              rk_problems *problems)
{
    rk__challenge_set set;
    rk_status status =
        rk__challenge_set_open(path, access, &diff->arena, &diff->nums, &set, problems);
    diff->rules = rk__arena_alloc(&diff->arena, (set.n_rules + 1) * sizeof *diff->rules);
    if (diff->rules == NULL) {
        status = RK_NO_MEMORY;
    }
    for (size_t i = 0; i < set.n_rules && status == RK_OK; i++) {
        const rk__challenge_rule *rule = &set.rules[i];
        const char *column = lacks(&diff->rows[1], rule);
        diff->rules[i] = (rk_challenge_rule){.id = rk__arena_strdup(&diff->arena, rule->id),
                                             .title = rk__arena_strdup(&diff->arena, rule->title),
                                             .value = rk__num_from_int(&diff->nums, 0)};
        diff->n_rules++;
        if (column != NULL) {
            diff->rules[i].skipped =
                rk__arena_printf(&diff->arena, "the rows have no column '%s'", column);
        } else {
            status = apply_rule(diff, rule, i);
        }
    }
    rk__challenge_set_dispose(&set);
    return status == RK_OK && diff->arena.failed ? RK_NO_MEMORY : status;
}

rk_status rk__challenges_check(const char *path, const rk__access *access, rk_problems *problems)
{
    rk__challenge_set set;
    rk__arena arena = {0};
    rk__nums nums = {.untraced = true};
    const rk_status status = rk__challenge_set_open(path, access, &arena, &nums, &set, problems);
    rk__challenge_set_dispose(&set);
    rk__nums_dispose(&nums);
    rk__arena_dispose(&arena);
    return status;
}
