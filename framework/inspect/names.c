/* SPDX-License-Identifier: MIT
 *
 * names.c: which column of a rule a header is: by its name, or by what the extracts of SUS, of
 * contract monitoring (SLAM, the ACM), of HES and the tariff workbooks call it.
 */
#include <string.h>

#include "inspect/inspect.h"
#include "table/columns.h"
#include "table/usual_names.h"

/* How a header is a field's: "exact", "folded", "synonym", or NULL. */
static const char *how_is(const char *field, const char *header)
{
    return strcmp(field, header) == 0                                              ? "exact"
           : rk__column_name_matches(field, strlen(field), header, strlen(header)) ? "folded"
           : rk__is_usual_name(field, header)                                      ? "synonym"
                                                                                   : NULL;
}

static int rank_of(const char *how)
{
    return how == NULL ? 0 : strcmp(how, "synonym") == 0 ? 1 : strcmp(how, "folded") == 0 ? 2 : 3;
}

/* The names that every table of rows may have: by which it is dealt out and looked up. */
static const char *const usual_keys[] = {"date",     "period",       "hrg", "pod",
                                         "provider", "commissioner", NULL};

/* Gives a field to the header that is most like it, unless that has one. */
static bool give_field(rk__inspection *in, const char *field, rk__column_look asked, bool keep)
{
    size_t best = SIZE_MAX;
    const char *best_how = NULL;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const char *how = how_is(field, in->columns[i].name);
        if (rank_of(how) > rank_of(best_how) && in->columns[i].field == NULL) {
            best = i;
            best_how = how;
        }
    }
    if (best == SIZE_MAX) {
        return false;
    }
    if (keep) {
        in->columns[best].field = field;
        in->columns[best].how = best_how;
        in->columns[best].asked = asked;
        in->columns[best].key = asked == RK__LOOKS_TEXT;
    }
    return true;
}

static rk__column_look asked_of(const rk_column *c)
{
    switch (c->type) {
    case RK_COLUMN_TEXT:
    case RK_COLUMN_CHOICE:
        return RK__LOOKS_TEXT;
    case RK_COLUMN_DATE:
        return RK__LOOKS_DATE;
    case RK_COLUMN_BOOL:
        return RK__LOOKS_EMPTY;
    default:
        return RK__LOOKS_NUMBER;
    }
}

static bool is_row_table(const rk__rule *rule, const char *table)
{
    return rule->rule->rows != NULL && strcmp(rule->rule->rows, table) == 0;
}

/* How many headers are columns of a table of a rule; `keep` also notes which. */
static size_t match_table(rk__inspection *in, const rk__rule *rule, const char *table, bool keep)
{
    size_t n = 0;
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if (strcmp(c->table, table) == 0) {
            n += give_field(in, c->name, asked_of(c), keep);
        }
    }
    for (size_t i = 0; is_row_table(rule, table) && usual_keys[i] != NULL; i++) {
        bool own = false;
        for (size_t k = 0; k < rule->n_columns; k++) {
            own = own || strcmp(rule->columns[k].name, usual_keys[i]) == 0;
        }
        n += !own && give_field(in, usual_keys[i], i == 0 ? RK__LOOKS_DATE : RK__LOOKS_TEXT, keep);
    }
    return n;
}

static void choose_table(rk__inspection *in, const rk__rule *rule, size_t *best)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        const char *table = rule->columns[i].table;
        const size_t n = match_table(in, rule, table, false);
        if (n > *best) {
            *best = n;
            in->rule = rule;
            in->table = table;
        }
    }
}

void rk__inspect_names(rk__inspection *in, const rk__registry *registry)
{
    size_t best = 0;
    if (in->rule != NULL) {
        choose_table(in, in->rule, &best);
    } else {
        /* Where several fit alike, the rule of national prices is meant. */
        for (size_t i = 0; i < rk__registry_count(registry); i++) {
            const rk__rule *rule = rk__registry_at(registry, i);
            if (rule->state == RK__RULE_LOADED && strcmp(rule->id, "pbr") == 0) {
                choose_table(in, rule, &best);
            }
        }
        for (size_t i = 0; i < rk__registry_count(registry); i++) {
            const rk__rule *rule = rk__registry_at(registry, i);
            if (rule->state == RK__RULE_LOADED) {
                choose_table(in, rule, &best);
            }
        }
    }
    if (in->rule != NULL && in->table != NULL) {
        (void) match_table(in, in->rule, in->table, true);
    }
}
