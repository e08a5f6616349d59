/* SPDX-License-Identifier: MIT
 *
 * rule_columns.c: checking the column table of a rule.
 */
#include <string.h>

#include "number/num.h"
#include "rules/bind_value.h"
#include "rules/load.h"
#include "table/column.h"

#define COLUMN_FLAGS                                                                            \
    (RK_REQUIRED | RK_PER_TIME | RK_NULLABLE | RK_QUANTITY | RK_LOOKUP_OPTIONAL | RK_KEY_ONLY | \
     RK_PRICE_DECIDES)

static bool word_known(const char *const *words, const char *text)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool default_valid(const rk_column *c)
{
    static const char *const truths[] = {"true", "false", "yes", "no", "y", "n", "1", "0", NULL};
    const char *const text = c->default_value;
    const size_t length = strlen(text);
    rk_decimal ignored;
    const char *why = NULL;
    switch (c->type) {
    case RK_COLUMN_DECIMAL:
        return rk__decimal_parse(text, length, &ignored) == RK__DECIMAL_OK;
    case RK_COLUMN_INTEGER:
        return rk__decimal_parse(text, length, &ignored) == RK__DECIMAL_OK &&
               ignored % RK_DECIMAL_ONE == 0;
    case RK_COLUMN_DATE:
    case RK_COLUMN_FACTOR:
        return rk__cell_convert(c->type == RK_COLUMN_DATE ? RK__CELL_DATE : RK__CELL_FACTOR, text,
                                length, &ignored, &why) == RK_OK;
    case RK_COLUMN_ROW:
        return false;
    case RK_COLUMN_RATIO:
        return rk__decimal_parse_ratio(text, length, &ignored) == RK__DECIMAL_OK;
    case RK_COLUMN_BOOL:
        return word_known(truths, text);
    case RK_COLUMN_CHOICE:
        return word_known(c->words, text);
    case RK_COLUMN_TEXT:
        return true;
    }
    return false;
}

static bool flags_check(const rk__rule *rule, const rk_column *c, rk__refusal *why)
{
    if ((c->flags & ~COLUMN_FLAGS) != 0) {
        return rk__refuse(why, "rebuild the rule against this version's plugin.h",
                          "column '%s' has the flags 0x%x, this host knows 0x%x", c->name, c->flags,
                          COLUMN_FLAGS);
    }
    if ((c->flags & RK_QUANTITY) != 0 && c->type != RK_COLUMN_DECIMAL) {
        return rk__refuse(why, "make the quantity RK_COLUMN_DECIMAL",
                          "column '%s' is RK_QUANTITY, but its type is %d, not %d", c->name,
                          (int) c->type, RK_COLUMN_DECIMAL);
    }
    if ((c->flags & RK_QUANTITY) != 0 &&
        (rule->rule->rows == NULL || strcmp(rule->rule->rows, c->table) != 0)) {
        return rk__refuse(why, "the quantity is a column of the rule's `rows` table",
                          "column '%s' is RK_QUANTITY of '%s', the rule's rows are '%s'", c->name,
                          c->table, rule->rule->rows != NULL ? rule->rule->rows : "(none)");
    }
    if ((c->flags & RK_PER_TIME) != 0 && c->type != RK_COLUMN_DECIMAL) {
        return rk__refuse(why, "amounts per time are RK_COLUMN_DECIMAL",
                          "column '%s' is RK_PER_TIME, but its type is %d, not %d", c->name,
                          (int) c->type, RK_COLUMN_DECIMAL);
    }
    if ((c->flags & RK_PER_TIME) != 0 && rule->rule->price != NULL &&
        strcmp(rule->rule->rows, c->table) == 0) {
        return rk__refuse(why, "only columns of settled tables can be amounts per time",
                          "column '%s' is RK_PER_TIME, but its rows are priced", c->name);
    }
    if ((c->flags & RK_REQUIRED) != 0 && c->default_value != NULL) {
        return rk__refuse(why, "leave out RK_REQUIRED or the default",
                          "column '%s' is required, yet has the default '%s'", c->name,
                          c->default_value);
    }
    if ((c->flags & RK_PRICE_DECIDES) != 0 && (c->flags & RK_REQUIRED) == 0) {
        return rk__refuse(why, "set RK_REQUIRED too, or leave the flag out",
                          "column '%s' is RK_PRICE_DECIDES, but not RK_REQUIRED", c->name);
    }
    if ((c->flags & RK_LOOKUP_OPTIONAL) != 0 && c->lookup == NULL) {
        return rk__refuse(why, "set .lookup, or leave the flag out",
                          "column '%s' is RK_LOOKUP_OPTIONAL without a lookup", c->name);
    }
    return true;
}

/* A row is numbered as `prepare` reads its table, so the rule must read that table. */
static bool row_valid(const rk__rule *rule, const rk_column *c)
{
    bool read = false;
    for (size_t i = 0; i < rule->n_columns && c->lookup != NULL; i++) {
        read |= rule->columns[i].table != NULL && strcmp(rule->columns[i].table, c->lookup) == 0;
    }
    return read && c->default_value == NULL && rule->rule->price != NULL &&
           rule->rule->rows != NULL && strcmp(rule->rule->rows, c->table) == 0;
}

/* Usual bounds are numbers of the column's type. */
static bool usual_check(const rk_column *c, rk__refusal *why)
{
    const char *const bounds[] = {c->usual_min, c->usual_max};
    for (size_t i = 0; i < 2; i++) {
        rk_column bound = *c;
        bound.default_value = bounds[i];
        if (bounds[i] != NULL && (c->type == RK_COLUMN_BOOL || c->type == RK_COLUMN_CHOICE ||
                                  c->type == RK_COLUMN_TEXT || !default_valid(&bound))) {
            return rk__refuse(
                why, "write it as a cell of a file would hold it",
                "column '%s' has the usual %s '%s', which is not a number of its type", c->name,
                i == 0 ? "minimum" : "maximum", bounds[i]);
        }
    }
    return true;
}

static bool column_check(const rk__rule *rule, size_t i, rk__refusal *why)
{
    const rk_column *const c = &rule->columns[i];
    if (c->table == NULL || c->name == NULL) {
        return rk__refuse(why, "name the table and the column", "column %zu has no %s", i,
                          c->table == NULL ? "table" : "name");
    }
    if (c->type < RK_COLUMN_DECIMAL || c->type > RK_COLUMN_ROW) {
        return rk__refuse(why, "use one of RK_COLUMN_DECIMAL to RK_COLUMN_ROW",
                          "column '%s' has the unknown type %d", c->name, (int) c->type);
    }
    if (c->type == RK_COLUMN_CHOICE && (c->words == NULL || c->words[0] == NULL)) {
        return rk__refuse(why, "set .words to the words that count, with NULL at the end",
                          "column '%s' is RK_COLUMN_CHOICE without words", c->name);
    }
    if (c->type == RK_COLUMN_ROW && !row_valid(rule, c)) {
        return rk__refuse(why,
                          "make it a column of the rule's `rows`, with .lookup a table of which "
                          "another column is read, and without a default",
                          "column '%s' is RK_COLUMN_ROW, and cannot number rows", c->name);
    }
    if (!usual_check(c, why)) {
        return false;
    }
    if (c->default_value != NULL && !default_valid(c)) {
        return rk__refuse(why, "write the default as a cell of a file would hold it",
                          "column '%s' has the default '%s', which is not a value of its type",
                          c->name, c->default_value);
    }
    for (size_t k = 0; k < i; k++) {
        if (strcmp(rule->columns[k].table, c->table) == 0 &&
            strcmp(rule->columns[k].name, c->name) == 0) {
            return rk__refuse(why, "declare each column once", "column '%s' of '%s' appears twice",
                              c->name, c->table);
        }
    }
    return flags_check(rule, c, why);
}

bool rk__columns_check(const rk__rule *rule, rk__refusal *why)
{
    const char *quantity = NULL;
    for (size_t i = 0; i < rule->n_columns; i++) {
        if (!column_check(rule, i, why)) {
            return false;
        }
        if ((rule->columns[i].flags & RK_QUANTITY) == 0) {
            continue;
        }
        if (quantity != NULL) {
            return rk__refuse(why, "mark one column as the quantity",
                              "columns '%s' and '%s' are both RK_QUANTITY, at most one can be",
                              quantity, rule->columns[i].name);
        }
        quantity = rule->columns[i].name;
    }
    return true;
}
