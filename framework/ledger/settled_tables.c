/* SPDX-License-Identifier: MIT
 *
 * settled_tables.c: tables that a rule reads while settling, cell by cell, as exact numbers.
 *
 * A rule sees the rows of its period, within the component's scope if the table is the rule's
 * row table. A row without a required value is listed as unpriced, and the rule reads it as
 * missing.
 */
#include "ledger/host.h"

#include <stdio.h>
#include <string.h>

#include "contract/sources.h"
#include "ledger/instance.h"
#include "ledger/settled_cell.h"
#include "table/column.h"

/* The rule's own name of a table is searched first. */
const rk__settle_table *rk__settle_table_of(const rk__instance *instance, const char *name)
{
    for (size_t i = 0; i < instance->n_tables; i++) {
        if (strcmp(instance->tables[i].name, name) == 0) {
            return &instance->tables[i];
        }
    }
    return NULL;
}

void rk__settle_tables_dispose(rk__instance *instance)
{
    for (size_t i = 0; i < instance->n_tables; i++) {
        rk__free(instance->tables[i].rows);
    }
    instance->n_tables = 0;
}

static bool is_settled(const rk__instance *instance, const rk_column *column)
{
    return !(instance->streams && rk__same_name(column->table, instance->rule->rule->rows));
}

bool rk__settles_tables(const rk__instance *instance)
{
    for (size_t i = 0; i < instance->rule->n_columns; i++) {
        if (is_settled(instance, &instance->rule->columns[i])) {
            return true;
        }
    }
    return false;
}

static rk_status missing_column(rk__instance *instance, const rk_column *column,
                                rk_problems *problems)
{
    const char *name = rk__component_table(instance->component, column->table);
    const rk__table_spec *spec = rk__contract_fact(instance->contract, name);
    return rk__json_problem(problems,
                            spec != NULL && spec->at != NULL ? spec->at : instance->component->at,
                            RK_MISSING_COLUMN, "add the column, or map it with \"columns\"",
                            "table '%s' has no column '%s', which rule '%s' needs", name,
                            column->name, instance->rule->id);
}

/* Checks that every required column is in some row or can be looked up. Makes the lookups of the
 * other columns too, so that an error in one is not taken for a missing value. */
static rk_status check_columns(rk__instance *instance, const rk__settle_table *t,
                               rk_problems *problems)
{
    if (rk__table_n_rows(t->table) == 0) {
        return RK_OK;
    }
    for (const rk_column *c = instance->rule->columns; c->name != NULL; c++) {
        if (strcmp(c->table, t->name) != 0 || rk__table_find(t->table, c->name) >= 0) {
            continue;
        }
        rk__lookup *lookup = NULL;
        const rk_status status = rk__settled_lookup(instance, c, &lookup, problems);
        if (status != RK_OK) {
            return status;
        }
        if (lookup == NULL && (c->flags & RK_REQUIRED) != 0) {
            return missing_column(instance, c, problems);
        }
    }
    return RK_OK;
}

/* The first required column that a row lacks, or NULL. */
static rk_status lacking(rk__instance *instance, const rk__settle_table *t, size_t row,
                         const rk_column **out, rk_problems *problems)
{
    rk_status status = RK_OK;
    *out = NULL;
    for (const rk_column *c = instance->rule->columns;
         c->name != NULL && *out == NULL && status == RK_OK; c++) {
        if ((c->flags & RK_REQUIRED) != 0 && strcmp(c->table, t->name) == 0) {
            rk__settled_at found;
            status = rk__settled_cell(instance, t, c, row, &found, problems);
            *out = status == RK_OK && found.text == NULL ? c : NULL;
        }
    }
    return status;
}

/* Lists a row that the rule cannot use, by its first text cell or row number. */
static rk_status list_unpriced(rk__instance *instance, const rk__settle_table *t, size_t row,
                               const char *reason)
{
    rk__arena *arena = &instance->result->arena;
    rk_unpriced_key *grown =
        rk__arena_alloc(arena, (instance->n_unpriced + 1) * sizeof *instance->unpriced);
    const char **names = rk__arena_alloc(arena, sizeof *names);
    const char **values = rk__arena_alloc(arena, sizeof *values);
    if (grown == NULL || names == NULL || values == NULL) {
        return RK_NO_MEMORY;
    }
    if (instance->n_unpriced > 0) {
        memcpy(grown, instance->unpriced, instance->n_unpriced * sizeof *grown);
    }
    names[0] = "row";
    values[0] = rk__arena_printf(arena, "%zu", row + 1);
    grown[instance->n_unpriced++] =
        (rk_unpriced_key){.columns = names,
                          .values = values,
                          .n_columns = 1,
                          .rows = 1,
                          .reason = rk__arena_printf(arena, "table '%s': %s", t->name, reason)};
    instance->unpriced = grown;
    return RK_OK;
}

static rk_status keep_rows(rk__instance *instance, rk__settle_table *t, rk_problems *problems)
{
    const size_t n = rk__table_n_rows(t->table);
    const bool scoped = instance->component->scope != NULL && instance->rule->rule->rows != NULL &&
                        strcmp(instance->rule->rule->rows, t->name) == 0;
    t->rows = rk__calloc(n + 1, sizeof *t->rows);
    if (t->rows == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t row = 0; row < n; row++) {
        int period = RK__PERIOD_ALL;
        bool in = true;
        rk_status status =
            rk__sources_row_period(instance->contract, t->table, row, &period, problems);
        if (status == RK_OK && scoped) {
            status = rk__scope_has_row(instance->component->scope, t->table, row, &in, problems);
        }
        if (status != RK_OK) {
            return status;
        }
        if (in && period == RK__PERIOD_OUTSIDE && instance->period_index == 0) {
            status = list_unpriced(instance, t, row,
                                   rk__table_find(t->table, "period") >= 0
                                       ? "its period is after those of the contract"
                                       : "its date is in none of the periods");
        }
        if (!in || (period != RK__PERIOD_ALL && period != (int) instance->period_index)) {
            continue;
        }
        /* The rule still sees the row, and decides what a missing value means: a gate that was
         * not reported must not vanish. */
        t->rows[t->n_rows++] = (uint32_t) row;
        const rk_column *lacks = NULL;
        status = status == RK_OK ? lacking(instance, t, row, &lacks, problems) : status;
        if (lacks != NULL) {
            char reason[160];
            (void) snprintf(reason, sizeof reason, "it has no '%s'", lacks->name);
            status = list_unpriced(instance, t, row, reason);
        }
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* Numbers may have any number of decimal places: settling is exact. */
static bool is_number(const rk_column *column)
{
    return column->type == RK_COLUMN_RATIO || column->type == RK_COLUMN_DECIMAL ||
           column->type == RK_COLUMN_INTEGER || column->type == RK_COLUMN_FACTOR;
}

/* The number in a cell, NULL in *out if it is missing. RK_OK, RK_NO_MEMORY, or the status of a cell
 * that is not such a number, with *why. */
static rk_status number_of(rk__instance *instance, const rk_column *column, const rk__table *table,
                           int at, size_t row, rk_num *out, const char **why)
{
    const bool ratio = column->type == RK_COLUMN_RATIO;
    rk__nums *nums = &instance->result->nums;
    rk__buf scratch = {0};
    size_t length = 0;
    const char *text = NULL;
    *out = NULL;
    rk_status status = rk__table_number(table, at, row, &scratch, &text, &length, why);
    if (status == RK_OK && text != NULL) {
        *out = rk__num_parse(nums, text, ratio, -1, why);
        if (*out == NULL) {
            status = nums->no_memory                   ? RK_NO_MEMORY
                     : rk__num_is_spelled(text, ratio) ? RK_OUT_OF_RANGE
                                                       : RK_WRONG_TYPE;
        } else if (column->type == RK_COLUMN_INTEGER && !rk__num_is_integer(*out)) {
            *why = "is not a whole number";
            status = RK_OUT_OF_RANGE;
        }
    }
    rk__buf_dispose(&scratch);
    return status;
}

/* Reports a cell that does not have its column's type. */
static rk_status bad_number(const rk__table *table, int at, size_t row, const rk_column *column,
                            rk_status status, const char *why, rk_problems *problems)
{
    const rk__table_spec *spec = rk__table_spec_of(table);
    const char *hint = column->type == RK_COLUMN_RATIO && status == RK_WRONG_TYPE
                           ? "write 0.0475, 4.75% or 7/12"
                           : rk__cell_hint(why, spec->rows == NULL);
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__table_place(table, at, row, &place, &scratch);
    rk__problem(problems, status, &place, hint, "table '%s', column '%s': the value %s", spec->name,
                column->name, why);
    rk__arena_dispose(&scratch);
    return status;
}

/* Nearly all numbers are plain; the others are read exactly. */
static bool is_plain(const rk_column *column, const rk__table *table, int at, size_t row)
{
    size_t length = 0;
    rk_decimal number = 0;
    const char *text = rk__table_cell(table, at, row, &length);
    return rk__table_spec_of(table)->reading == NULL &&
           (text == NULL || (rk__decimal_parse(text, length, &number) == RK__DECIMAL_OK &&
                             (column->type != RK_COLUMN_INTEGER || number % RK_DECIMAL_ONE == 0)));
}

static rk_status check_numbers(rk__instance *instance, const rk__settle_table *t,
                               const rk_column *column, int own, rk_problems *problems)
{
    rk_status first = RK_OK;
    for (size_t i = 0; i < t->n_rows; i++) {
        rk_num number = NULL;
        const char *why = NULL;
        const rk_status status =
            is_plain(column, t->table, own, t->rows[i])
                ? RK_OK
                : number_of(instance, column, t->table, own, t->rows[i], &number, &why);
        if (status == RK_NO_MEMORY) {
            return status;
        }
        if (status != RK_OK) {
            rk__keep_first(&first,
                           bad_number(t->table, own, t->rows[i], column, status, why, problems));
        }
    }
    return first;
}

/* Reads typed cells once, to find errors before the rule runs. */
static rk_status check_cells(rk__instance *instance, const rk__settle_table *t,
                             rk_problems *problems)
{
    for (size_t c = 0; c < instance->rule->n_columns; c++) {
        const rk_column *column = &instance->rule->columns[c];
        const int own = rk__table_find(t->table, column->name);
        if (strcmp(column->table, t->name) != 0 || own < 0 || column->type == RK_COLUMN_TEXT ||
            column->type == RK_COLUMN_CHOICE) {
            continue;
        }
        if (is_number(column)) {
            const rk_status status = check_numbers(instance, t, column, own, problems);
            if (status != RK_OK) {
                return status;
            }
            continue;
        }
        const rk__column *typed = NULL;
        const rk_status status =
            rk__table_column(t->table, own, rk__cell_type_of(column->type), &typed, problems);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* A rule needs a table if it requires a column of it. */
static bool needs_table(const rk__rule *rule, const char *table)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        if ((rule->columns[i].flags & RK_REQUIRED) != 0 &&
            strcmp(rule->columns[i].table, table) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a column has texts and no number. */
static rk_status column_holds_text(const void *of, size_t i, bool *text)
{
    const rk__table *table = of;
    bool numbers = false;
    bool some = false;
    for (size_t row = 0; row < rk__table_n_rows(table); row++) {
        size_t length = 0;
        rk_decimal v = 0;
        const char *cell = rk__table_cell(table, (int) i, row, &length);
        some |= cell != NULL;
        numbers |= cell != NULL && rk__decimal_parse(cell, length, &v) == RK__DECIMAL_OK;
    }
    *text = some && !numbers;
    return RK_OK;
}

static rk_status warn_near(rk__instance *instance, const rk__settle_table *t)
{
    static const char *const usual[] = {"period", "date"};
    const size_t n = rk__table_n_columns(t->table);
    const char **names = rk__calloc(n + 1, sizeof *names);
    if (names == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = rk__table_column_name(t->table, i);
    }
    const rk_status status =
        rk__warn_near_columns(instance, t->name, rk__table_spec_of(t->table)->name, names, n, usual,
                              2, column_holds_text, t->table);
    rk__free(names);
    return status;
}

static rk_status load_one(rk__instance *instance, const rk_column *column, rk_problems *problems)
{
    const char *name = rk__component_table(instance->component, column->table);
    rk__table *table = NULL;
    rk_status status = rk__sources_fact(instance->sources, name, &table, problems);
    if (status == RK_OK && table == NULL && instance->tariff != NULL) {
        status = rk__tariff_table(instance->tariff, name, &table, problems);
    }
    if (status == RK_OK && table == NULL && needs_table(instance->rule, column->table)) {
        return rk__instance_problem(
            instance, RK_UNKNOWN_TABLE, "add it to \"facts\", or name another with \"tables\"",
            problems, "rule '%s' needs table '%s', which the facts do not have", instance->rule->id,
            name);
    }
    if (status != RK_OK || table == NULL) {
        return status;
    }
    rk__settle_table *t = &instance->tables[instance->n_tables++];
    *t = (rk__settle_table){.name = column->table, .table = table};
    status = check_columns(instance, t, problems);
    if (status == RK_OK) {
        status = warn_near(instance, t);
    }
    if (status == RK_OK) {
        status = keep_rows(instance, t, problems);
    }
    return status == RK_OK ? check_cells(instance, t, problems) : status;
}

rk_status rk__settle_tables_load(rk__instance *instance, rk_problems *problems)
{
    const size_t n = instance->settles_tables ? instance->rule->n_columns : 0;
    if (n == 0 || instance->tables != NULL) {
        return RK_OK;
    }
    instance->tables =
        rk__arena_alloc(&instance->result->arena, (n + 1) * sizeof *instance->tables);
    if (instance->tables == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const rk_column *column = &instance->rule->columns[i];
        bool seen = !is_settled(instance, column);
        for (size_t k = 0; k < i && !seen; k++) {
            seen = rk__same_name(instance->rule->columns[k].table, column->table);
        }
        const rk_status status = seen ? RK_OK : load_one(instance, column, problems);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* -------------------------------------------------------------- what rules read */

static const rk_column *column_at(const rk__instance *instance, int column)
{
    return column >= 0 && (size_t) column < instance->rule->n_columns
               ? &instance->rule->columns[column]
               : NULL;
}

bool rk__settle_has_column(rk__host *host, int column)
{
    rk__instance *instance = host->instance;
    const rk_column *c = column_at(instance, column);
    const rk__settle_table *t = c != NULL ? rk__settle_table_of(instance, c->table) : NULL;
    if (c != NULL && !is_settled(instance, c)) {
        /* An empty row table lacks no values. */
        return instance->streamed == NULL || instance->streamed[column];
    }
    if (t == NULL) {
        return false;
    }
    rk__lookup *lookup = NULL;
    if (rk__table_find(t->table, c->name) >= 0) {
        return true;
    }
    rk__host_fail(host, rk__settled_lookup(instance, c, &lookup, host->problems));
    return lookup != NULL;
}

/* The cell of a rule's column; false if there is no such row or it could not be read, and then
 * the rule fails whatever it returns. */
static bool rule_cell(rk__host *host, int column, size_t row, const rk_column **c,
                      rk__settled_at *out)
{
    *c = column_at(host->instance, column);
    const rk__settle_table *t =
        *c != NULL ? rk__settle_table_of(host->instance, (*c)->table) : NULL;
    if (t == NULL || row >= t->n_rows) {
        return false;
    }
    const rk_status status =
        rk__settled_cell(host->instance, t, *c, t->rows[row], out, host->problems);
    rk__host_fail(host, status);
    return status == RK_OK;
}

/* Reports a looked-up cell that does not have its column's type; cells of the table itself were
 * checked before. */
static void bad_cell(rk__host *host, const rk_column *c, const rk__settled_at *at, rk_status status,
                     const char *why)
{
    rk__arena scratch = {0};
    rk__place place = {0};
    rk__table_place(at->table, at->column, at->row, &place, &scratch);
    rk__host_fail(host, rk__problem(host->problems, status, &place,
                                    rk__cell_hint(why, rk__table_spec_of(at->table)->rows == NULL),
                                    "table '%s', column '%s': the value %s",
                                    rk__table_spec_of(at->table)->name, c->name, why));
    rk__arena_dispose(&scratch);
}

/* "file:line" or the JSON pointer of a cell of the rule's own table, for explanations. */
static const char *cell_source(rk__instance *instance, const rk_column *c, size_t row)
{
    const rk__settle_table *t = rk__settle_table_of(instance, c->table);
    return rk__table_source(t->table, rk__table_find(t->table, c->name), t->rows[row],
                            &instance->result->arena);
}

rk_num rk__settle_cell(rk__host *host, int column, size_t row)
{
    const rk_column *c = NULL;
    rk__settled_at at;
    if (!rule_cell(host, column, row, &c, &at)) {
        return NULL;
    }
    rk__instance *instance = host->instance;
    rk__nums *nums = &instance->result->nums;
    const bool defaulted = at.text == NULL;
    const bool number = is_number(c);
    const char *why = NULL;
    rk_num value = NULL;
    if (defaulted && c->default_value == NULL) {
        return NULL;
    }
    if (c->type == RK_COLUMN_DATE) {
        const char *text = c->default_value;
        size_t length = defaulted ? strlen(text) : 0;
        int64_t days = 0;
        rk__buf scratch = {0};
        rk_status status =
            defaulted ? RK_OK
                      : rk__table_date(at.table, at.column, at.row, &scratch, &text, &length, &why);
        if (status == RK_OK) {
            status = rk__cell_convert(RK__CELL_DATE, text, length, &days, &why);
        }
        rk__buf_dispose(&scratch);
        if (status != RK_OK) {
            bad_cell(host, c, &at, status, why);
        } else {
            value = rk__num_from_int(nums, days);
        }
    } else if (defaulted || !number) {
        value = rk__num_parse(nums, defaulted ? c->default_value : at.text,
                              c->type == RK_COLUMN_RATIO, -1, &why);
    } else {
        const rk_status status = number_of(instance, c, at.table, at.column, at.row, &value, &why);
        if (status != RK_OK && status != RK_NO_MEMORY) {
            rk__host_fail(host,
                          bad_number(at.table, at.column, at.row, c, status, why, host->problems));
        }
    }
    if (value == NULL) {
        return NULL;
    }
    if (!nums->untraced) {
        char label[256];
        (void) snprintf(label, sizeof label, "%s[%zu].%s", c->table, row + 1, c->name);
        value = rk__num_label(nums, value, label,
                              defaulted ? "default" : cell_source(instance, c, row));
    }
    if ((c->flags & RK_PER_TIME) != 0 && instance->input.scale_num != instance->input.scale_den) {
        const rk_num part = rk__num_label(
            nums, rk__num_from_ratio(nums, instance->input.scale_num, instance->input.scale_den),
            "part of a year", NULL);
        value = rk__num_mul(nums, value, part);
    }
    return value;
}

const char *rk__settle_text(rk__host *host, int column, size_t row)
{
    const rk_column *c = NULL;
    rk__settled_at at;
    if (!rule_cell(host, column, row, &c, &at)) {
        return NULL;
    }
    return at.text != NULL ? at.text : c->default_value;
}

bool rk__settle_bool(rk__host *host, int column, size_t row, bool otherwise)
{
    const rk_column *c = NULL;
    rk__settled_at at = {0};
    const char *why = NULL;
    const bool read = rule_cell(host, column, row, &c, &at);
    const bool defaulted = at.text == NULL && c != NULL && c->default_value != NULL;
    const char *text = defaulted ? c->default_value : at.text;
    int64_t v = 0;
    if (text == NULL) {
        return otherwise;
    }
    const rk_status status = rk__cell_convert(RK__CELL_BOOL, text, strlen(text), &v, &why);
    if (status != RK_OK && read && !defaulted) {
        bad_cell(host, c, &at, status, why);
    }
    return status == RK_OK ? v != 0 : otherwise;
}

bool rk__settle_place(rk__host *host, int column, size_t row, rk__place *place, rk__arena *arena)
{
    const rk_column *c = NULL;
    rk__settled_at at = {0};
    if (!rule_cell(host, column, row, &c, &at)) {
        return false;
    }
    const rk__settle_table *t = rk__settle_table_of(host->instance, c->table);
    const bool found = at.column >= 0;
    rk__table_place(found ? at.table : t->table, found ? at.column : 0,
                    found ? at.row : t->rows[row], place, arena);
    return true;
}

const char *rk__settle_place_text(rk__host *host, int column, size_t row)
{
    rk__arena *arena = &host->instance->result->arena;
    rk__place place = {0};
    if (!rk__settle_place(host, column, row, &place, arena)) {
        return NULL;
    }
    return place.pointer != NULL ? place.pointer
           : place.file != NULL  ? rk__arena_printf(arena, "%s:%u", place.file, place.line)
                                 : NULL;
}
