/* SPDX-License-Identifier: MIT
 *
 * tariff_diff.c: two tariffs compared (include/reckoner/tariff.h).
 */
#include "questions/tariff_diff.h"

#include <string.h>

#include "contract/tariffs.h"

#define MOST_COLUMNS RK_GROUPS_COLUMNS_MAX

/* Adds the column of a name, unless it is there already. */
static rk_status add_column(const char **columns, size_t *n, const char *name,
                            rk_problems *problems)
{
    size_t letters = 0;
    const char *column = rk__effect_source(name, &letters);
    for (size_t k = 0; k < *n; k++) {
        if (strcmp(columns[k], column) == 0) {
            return RK_OK;
        }
    }
    if (*n == MOST_COLUMNS) {
        return rk__problem(problems, RK_LIMIT, NULL,
                           "at most eight columns, hrg, provider and pod "
                           "among them",
                           "--group-by names too many columns");
    }
    columns[(*n)++] = column;
    return RK_OK;
}

/* The columns to group rows by: those asked for, and those that prices are by, if the table has
 * them.
 */
static rk_status columns_of(rk_tariff_diff *d, const char *const *asked, rk_session *session,
                            rk_problems *problems)
{
    static const char *const each[] = {"hrg", "provider", "pod"};
    const char **columns = rk__arena_alloc(&d->arena, (MOST_COLUMNS + 1) * sizeof *columns);
    size_t n = 0;
    rk_status status = columns != NULL ? RK_OK : RK_NO_MEMORY;
    for (size_t i = 0; asked != NULL && asked[i] != NULL && status == RK_OK; i++) {
        status = add_column(columns, &n, asked[i], problems);
    }
    const size_t must = n;
    for (size_t i = 0; i < sizeof each / sizeof *each && status == RK_OK; i++) {
        status = add_column(columns, &n, each[i], problems);
    }
    session->options.group_by = columns;
    session->group_optional = n - must;
    return status;
}

/* Evaluates the contract with each of the tariffs. */
static rk_status evaluate(rk_tariff_diff *d, rk_contract *contract, const char *const sources[2],
                          const char *arrangement, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (size_t side = 0; side < 2 && status == RK_OK; side++) {
        status = rk__contract_take_tariff(contract, sources[side]);
        if (status == RK_OK) {
            status = rk_evaluate(contract, arrangement, &d->results[side], problems);
        }
    }
    return status;
}

static rk_status effect(rk_tariff_diff *d, rk_session *session, const char *const sources[2],
                        const char *path, const char *arrangement, rk_problems *problems)
{
    const char *const *asked = session->options.group_by;
    rk_contract *contract = NULL;
    rk_status status = rk_contract_load(session, path, &contract, problems);
    if (status == RK_OK) {
        status = columns_of(d, asked, session, problems);
    }
    if (status == RK_OK) {
        status = evaluate(d, contract, sources, arrangement, problems);
    }
    if (status == RK_OK) {
        const rk_num unit = rk__num_from_decimal(&d->nums, contract->rounding_unit);
        status = rk__effect_read(d, unit, asked);
    }
    session->options.group_by = asked;
    session->group_optional = 0;
    rk_contract_free(contract);
    return status;
}

static rk_status open_both(rk_tariff_diff *d, rk_session *session, const char *const sources[2],
                           rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t side = 0; side < 2; side++) {
        const rk_status status =
            rk_tariff_open(session, sources[side], NULL, false, &d->tariffs[side], problems);
        first = first == RK_OK ? status : first;
    }
    for (size_t side = 0; side < 2 && first == RK_OK; side++) {
        d->tariff[side] = rk_tariff_read(d->tariffs[side]);
    }
    return first;
}

rk_status rk_tariff_diff_open(rk_session *session, const char *from, const char *to,
                              const char *contract, const char *arrangement,
                              rk_tariff_diff **out_diff, rk_problems *problems)
{
    const char *const sources[2] = {from, to};
    rk_tariff_diff *d = rk__calloc(1, sizeof *d);
    *out_diff = NULL;
    if (d == NULL) {
        return RK_NO_MEMORY;
    }
    d->nums.untraced = true;
    rk_status status = open_both(d, session, sources, problems);
    if (status == RK_OK) {
        status = rk__prices_diff(d);
    }
    if (status == RK_OK && contract != NULL) {
        status = effect(d, session, sources, contract, arrangement, problems);
    }
    if (status != RK_OK) {
        rk_tariff_diff_free(d);
        return status;
    }
    *out_diff = d;
    return RK_OK;
}

void rk_tariff_diff_free(rk_tariff_diff *d)
{
    if (d != NULL) {
        for (size_t side = 0; side < 2; side++) {
            rk_tariff_free(d->tariffs[side]);
            rk_result_free(d->results[side]);
        }
        rk__free(d->unpriced_keys);
        rk__nums_dispose(&d->nums);
        rk__arena_dispose(&d->arena);
        rk__free(d);
    }
}

/* ------------------------------------------------------------------ reading */

const rk_tariff_diff_view *rk_tariff_diff_read(const rk_tariff_diff *d)
{
    return (const rk_tariff_diff_view *) (const void *) d;
}

const rk_price_column *rk_tariff_diff_column(const rk_tariff_diff *d, size_t index)
{
    return RK__VIEW(rk_price_column, d, columns, index);
}

const rk_price_change *rk_price_column_change(const rk_price_column *column, size_t index)
{
    const rk__price_column *c = RK__INSIDE(rk__price_column, column);
    return RK__ITEM(c, changes, index);
}

const char *rk_price_move_word(rk_price_move move)
{
    static const char *const words[] = {"rose", "fell", "appeared", "went", "altered"};
    return move < RK_PRICE_MOVES ? words[move] : "";
}

const rk_effect_grouping *rk_tariff_diff_grouping(const rk_tariff_diff *d, size_t index)
{
    return RK__VIEW(rk_effect_grouping, d, groupings, index);
}

const rk_effect_group *rk_effect_grouping_group(const rk_effect_grouping *grouping, size_t index)
{
    const rk__effect_grouping *g = RK__INSIDE(rk__effect_grouping, grouping);
    return RK__ITEM(g, groups, index);
}

const rk_effect_settled *rk_tariff_diff_settled(const rk_tariff_diff *d, size_t index)
{
    return RK__ITEM(d, settled, index);
}

const rk_effect_unpriced *rk_tariff_diff_unpriced(const rk_tariff_diff *d, size_t index)
{
    return index < d->n_unpriced ? &d->unpriced_keys[index] : NULL;
}

const rk_result *rk_tariff_diff_result(const rk_tariff_diff *d, size_t index)
{
    return index < 2 ? d->results[index] : NULL;
}
