/* SPDX-License-Identifier: MIT
 *
 * describe_parts.c: a rule's tables as rows of text, and its example.
 */
#include "manual/describe_parts.h"

#include <string.h>

#include "rules/bind_value.h"

static const char *param_type_word(rk_param_type type)
{
    static const char *const words[] = {[RK_PARAM_TEXT] = "text",
                                        [RK_PARAM_BOOL] = "true or false",
                                        [RK_PARAM_INTEGER] = "integer",
                                        [RK_PARAM_DECIMAL] = "number",
                                        [RK_PARAM_EXACT] = "number",
                                        [RK_PARAM_RATIO] = "ratio",
                                        [RK_PARAM_ENUM] = "word",
                                        [RK_PARAM_LIST] = "list of objects",
                                        [RK_PARAM_COMPONENT] = "id of an earlier component",
                                        [RK_PARAM_SCOPE] = "scope"};
    return words[type];
}

static const char *column_type_word(rk_column_type type)
{
    static const char *const words[] = {
        [RK_COLUMN_DECIMAL] = "number", [RK_COLUMN_INTEGER] = "integer",
        [RK_COLUMN_BOOL] = "yes or no", [RK_COLUMN_RATIO] = "ratio",
        [RK_COLUMN_CHOICE] = "word",    [RK_COLUMN_TEXT] = "text",
        [RK_COLUMN_DATE] = "date",      [RK_COLUMN_FACTOR] = "factor",
        [RK_COLUMN_ROW] = "row"};
    return words[type];
}

const char *rk__of_words(const rk__rule *rule)
{
    const bool shadow = (rule->rule->flags & RK_RULE_OF_SHADOW) != 0;
    switch (rule->rule->of_use) {
    case RK_OF_NONE:
        return NULL;
    case RK_OF_OPTIONAL:
        return shadow
                   ? "May use earlier shadow components, named in \"of\"; \"allocate\" deals its "
                     "amount back to their lines."
                   : "May use earlier components, named in \"of\"; \"allocate\" deals its amount "
                     "back to their lines.";
    case RK_OF_REQUIRED:
        break;
    }
    return shadow
               ? "Needs earlier shadow components, named in \"of\"; \"allocate\" deals its amount "
                 "back to their lines."
               : "Needs earlier components, named in \"of\"; \"allocate\" deals its amount back to "
                 "their lines.";
}

const char *rk__table_first(const rk__rule *rule, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(rule->columns[k].table, rule->columns[i].table) == 0) {
            return NULL;
        }
    }
    return rule->columns[i].table;
}

const char *rk__table_role(const rk__rule *rule, const char *table)
{
    const rk_rule *const r = rule->rule;
    if (r->rows == NULL || strcmp(r->rows, table) != 0) {
        return "read as a whole";
    }
    switch (r->row_kind) {
    case RK_ROWS_ROUNDED:
        return "each row is a payment of its own, and is rounded";
    case RK_ROWS_EXACT:
        return "each row is priced, and none is rounded";
    case RK_ROWS_NONE:
        break;
    }
    return "\"scope\" chooses its rows";
}

bool rk__rule_per_time(const rk__rule *rule)
{
    bool any = false;
    for (const rk_param *p = rule->params; p->name != NULL; p++) {
        any = any || (p->flags & RK_PER_TIME) != 0;
        for (const rk_param *item = p->items; item != NULL && item->name != NULL; item++) {
            any = any || (item->flags & RK_PER_TIME) != 0;
        }
    }
    for (size_t i = 0; i < rule->n_columns; i++) {
        any = any || (rule->columns[i].flags & RK_PER_TIME) != 0;
    }
    return any;
}

static void words_add(rk__buf *out, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        rk__buf_printf(out, "%s%s", i == 0 ? "" : " | ", words[i]);
    }
}

/* ", usually 5 to 80" */
static void usual_add(rk__buf *out, const char *min, const char *max)
{
    if (min != NULL && max != NULL) {
        rk__buf_printf(out, ", usually %s to %s", min, max);
    } else if (min != NULL || max != NULL) {
        rk__buf_printf(out, min != NULL ? ", usually %s or more" : ", usually %s or less",
                       min != NULL ? min : max);
    }
}

/* --------------------------------------------------------------- parameters */

/* "number (GBP), per time, 0 or more". */
static void param_value(rk__buf *out, const rk_param *p)
{
    char bounds[RK__SHOWN_SIZE];
    (void) rk__bounds_words(p, bounds);
    if (p->type == RK_PARAM_ENUM) {
        words_add(out, p->words);
    } else {
        rk__buf_puts(out, (p->flags & RK_ONE_OBJECT) != 0 ? "object" : param_type_word(p->type));
    }
    if (p->unit != NULL && strcmp(p->unit, param_type_word(p->type)) != 0) {
        rk__buf_printf(out, " (%s)", p->unit);
    }
    rk__buf_puts(out, (p->flags & RK_PER_TIME) != 0 ? ", per time" : "");
    rk__buf_printf(out, "%s%s", bounds[0] != '\0' ? ", " : "", bounds);
    rk__buf_puts(out, (p->flags & RK_NULLABLE) != 0 ? ", or null" : "");
    usual_add(out, p->usual_min, p->usual_max);
}

static void param_row(rk__grid *grid, const rk_param *p, const char *prefix)
{
    rk__buf name = {0};
    rk__buf value = {0};
    rk__buf otherwise = {0};
    rk__buf_printf(&name, "%s%s", prefix, p->name);
    param_value(&value, p);
    if (p->default_value != NULL) {
        rk__buf_printf(&otherwise,
                       (p->flags & RK_MINOR_UNIT) != 0 ? "[%s, or the currency's]" : "[%s]",
                       p->default_value);
    } else {
        rk__buf_puts(&otherwise, (p->flags & RK_REQUIRED) != 0 ? "required" : "[none]");
    }
    const char *const cells[] = {name.text, value.text, otherwise.text, p->help};
    grid->failed |= name.failed | value.failed | otherwise.failed;
    rk__grid_row(grid, cells);
    rk__buf_dispose(&name);
    rk__buf_dispose(&value);
    rk__buf_dispose(&otherwise);
}

void rk__params_grid(const rk__rule *rule, rk__grid *grid)
{
    static const char *const header[] = {"Name", "Value", "Default", "Meaning"};
    grid->columns = 4;
    rk__grid_row(grid, header);
    for (const rk_param *p = rule->params; p->name != NULL; p++) {
        rk__buf prefix = {0};
        param_row(grid, p, "");
        rk__buf_printf(&prefix, "%s%s", p->name, (p->flags & RK_ONE_OBJECT) != 0 ? "." : "[].");
        for (const rk_param *item = p->items; item != NULL && item->name != NULL && !prefix.failed;
             item++) {
            param_row(grid, item, prefix.text);
        }
        grid->failed |= prefix.failed;
        rk__buf_dispose(&prefix);
    }
}

/* ------------------------------------------------------------------ columns */

/* What happens if a row has no value: "required, looked up in prices". */
static void column_otherwise(rk__buf *out, const rk_column *c)
{
    if ((c->flags & RK_PRICE_DECIDES) != 0) {
        rk__buf_puts(out, "required, not in every row");
    } else if ((c->flags & RK_REQUIRED) != 0) {
        rk__buf_puts(out, "required");
    } else if (c->default_value != NULL) {
        rk__buf_printf(out, "[%s]", c->default_value);
    } else {
        rk__buf_puts(out, (c->flags & RK_KEY_ONLY) != 0 ? "[for lookups]" : "[none]");
    }
    if (c->lookup != NULL) {
        rk__buf_printf(out, ", looked up in %s", c->lookup);
    }
}

static void column_row(rk__grid *grid, const rk_column *c)
{
    rk__buf value = {0};
    rk__buf otherwise = {0};
    if (c->type == RK_COLUMN_CHOICE) {
        words_add(&value, c->words);
    } else {
        rk__buf_puts(&value, column_type_word(c->type));
    }
    if (c->unit != NULL && strcmp(c->unit, column_type_word(c->type)) != 0) {
        rk__buf_printf(&value, " (%s)", c->unit);
    }
    rk__buf_puts(&value, (c->flags & RK_PER_TIME) != 0 ? ", per time" : "");
    rk__buf_puts(&value, (c->flags & RK_QUANTITY) != 0 ? ", the quantity" : "");
    usual_add(&value, c->usual_min, c->usual_max);
    column_otherwise(&otherwise, c);
    const char *const cells[] = {c->name, value.text, otherwise.text, c->help};
    grid->failed |= value.failed | otherwise.failed;
    rk__grid_row(grid, cells);
    rk__buf_dispose(&value);
    rk__buf_dispose(&otherwise);
}

void rk__columns_grid(const rk__rule *rule, const char *table, rk__grid *grid)
{
    static const char *const header[] = {"Column", "Value", "If missing", "Meaning"};
    grid->columns = 4;
    rk__grid_row(grid, header);
    for (size_t i = 0; i < rule->n_columns; i++) {
        if (strcmp(rule->columns[i].table, table) == 0) {
            column_row(grid, &rule->columns[i]);
        }
    }
}

/* -------------------------------------------------------- elements and notes */

void rk__elements_grid(const rk__rule *rule, rk__grid *grid)
{
    static const char *const header[] = {"Element", "Meaning"};
    grid->columns = 2;
    rk__grid_row(grid, header);
    for (size_t i = 0; i < rule->n_elements; i++) {
        const rk_element *const e = &rule->elements[i];
        rk__buf meaning = {0};
        rk__buf_printf(
            &meaning, "%s%s", e->help != NULL ? e->help : "",
            (e->flags & RK_ELEMENT_MEMO) != 0 ? " (shown beside the amount, not part of it)" : "");
        const char *const cells[] = {e->name, meaning.text};
        grid->failed |= meaning.failed;
        rk__grid_row(grid, cells);
        rk__buf_dispose(&meaning);
    }
}

void rk__reasons_grid(const rk__rule *rule, rk__grid *grid)
{
    static const char *const header[] = {"Reason", "Meaning"};
    grid->columns = 2;
    rk__grid_row(grid, header);
    for (size_t i = 0; i < rule->n_reasons; i++) {
        const char *const cells[] = {rule->reasons[i].code, rule->reasons[i].text};
        rk__grid_row(grid, cells);
    }
}

void rk__notes_grid(const rk__rule *rule, rk__grid *grid)
{
    static const char *const header[] = {"Warning", "Given for"};
    grid->columns = 2;
    rk__grid_row(grid, header);
    for (size_t i = 0; i < rule->n_notes; i++) {
        const char *const cells[] = {rule->notes[i].name, rule->notes[i].message};
        rk__grid_row(grid, cells);
    }
}
