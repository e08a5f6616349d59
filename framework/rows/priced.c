/* SPDX-License-Identifier: MIT
 *
 * priced.c: which columns priced rows have, and what all lines of an instance have in
 * common: its own cells and reasons, which are quoted once.
 */
#include "csv/csv.h"
#include "rows/pass.h"
#include "rows/priced_inside.h"

#include <string.h>

/* ---------------------------------------------------------------------- plan */

static void quote_text(rk__buf *out, bool safe, const char *text)
{
    rk__csv_quote_safe(out, safe, text, strlen(text));
}

static bool instance_writes(const rk__instance *instance)
{
    return instance->rule->rule->price != NULL && instance->only_with == NULL &&
           !instance->implied && !instance->hidden;
}

static bool named_before(const rk__pass *p, const struct rk__pass_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n_wants; i++) {
        if (strcmp(p->wants[rows->wants[i]].column, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_text(rk__cell_type type)
{
    return type == RK__CELL_TEXT || type == RK__CELL_DATE;
}

/* Keys, dates and groups first, then numbers; a column that is read in two ways once, and the
 * table's own column of periods not where the instances' stands before it. */
static void choose_columns(const rk__pass *p, struct rk__pass_rows *rows, bool with_period)
{
    for (int texts = 1; texts >= 0; texts--) {
        for (size_t i = 0; i < p->n_wants; i++) {
            if ((!with_period || i != p->period_want) &&
                is_text(p->wants[i].type) == (texts == 1) &&
                !named_before(p, rows, p->wants[i].column)) {
                rows->wants[rows->n_wants++] = i;
            }
        }
    }
}

static rk_status choose_elements(const rk__pass *p, struct rk__pass_rows *rows, size_t u)
{
    const rk__rule *rule = p->instances[u].instance->rule;
    for (size_t e = 0; e < rule->n_elements; e++) {
        size_t at = 0;
        while (at < rows->n_elements && strcmp(rows->elements[at], rule->elements[e].name) != 0) {
            at++;
        }
        if (at == sizeof rows->elements / sizeof *rows->elements) {
            return RK_LIMIT;
        }
        if (at == rows->n_elements) {
            rows->elements[rows->n_elements++] = rule->elements[e].name;
        }
        rows->instances[u].element[at] = e + 1;
    }
    return RK_OK;
}

/* Which of an instance's own names differ between the instances that write. */
typedef struct own_names {
    bool arrangement, period, component;
} own_names;

static own_names names_of(const rk__pass *p)
{
    own_names names = {0};
    const rk__instance *first = NULL;
    for (size_t u = 0; u < p->n_instances; u++) {
        const rk__instance *instance = p->instances[u].instance;
        if (!instance_writes(instance)) {
            continue;
        }
        first = first == NULL ? instance : first;
        names.arrangement |= strcmp(first->arrangement->name, instance->arrangement->name) != 0;
        names.component |= strcmp(first->component->id, instance->component->id) != 0;
        names.period |= first->period_index != instance->period_index;
    }
    return names;
}

/* A text of the plan's own, with room to be copied in large steps; it is taken. */
static rk__rows_cell common_cell(rk__pass *p, rk__buf *text)
{
    rk__rows_cell cell = {NULL, text->length};
    char *copy = text->failed ? NULL : rk__arena_alloc(&p->arena, text->length + RK__ROWS_SLACK);
    if (copy != NULL && text->length > 0) {
        memcpy(copy, text->text, text->length);
    }
    cell.text = copy;
    rk__buf_dispose(text);
    return cell;
}

static rk__rows_cell own_cells(rk__pass *p, const rk__instance *instance, own_names names,
                               bool dated)
{
    const bool safe = p->input->contract->session->options.csv_safe;
    rk__buf text = {0};
    if (names.arrangement) {
        quote_text(&text, safe, instance->arrangement->name);
        rk__buf_putc(&text, ',');
    }
    if (names.period) {
        quote_text(&text, safe, dated ? instance->period->id : "");
        rk__buf_putc(&text, ',');
    }
    if (names.component) {
        quote_text(&text, safe, instance->component->id);
        rk__buf_putc(&text, ',');
    }
    return common_cell(p, &text);
}

/* What stands behind the amount of a priced row. */
static rk_status plan_reasons(rk__pass *p, rk__rows_instance *ru, const rk__instance *instance)
{
    const size_t n = instance->rule->n_reasons;
    ru->paid = rk__arena_alloc(&p->arena, (n + 1) * sizeof *ru->paid);
    for (size_t i = 0; ru->paid != NULL && i <= n; i++) {
        rk__buf text = {0};
        const char *reason = rk__rule_reason(&p->arena, instance->rule, i);
        if (reason != NULL) {
            quote_text(&text, true, reason);
        }
        rk__buf_putc(&text, '\n');
        ru->paid[i] = common_cell(p, &text);
        if (ru->paid[i].text == NULL || (i > 0 && reason == NULL)) {
            return RK_NO_MEMORY;
        }
    }
    return ru->paid != NULL ? RK_OK : RK_NO_MEMORY;
}

static rk_status plan_instance(rk__pass *p, struct rk__pass_rows *rows, size_t u, own_names names)
{
    rk__rows_instance *ru = &rows->instances[u];
    const rk__instance *instance = p->instances[u].instance;
    ru->writes = instance_writes(instance);
    if (!ru->writes) {
        return RK_OK;
    }
    ru->exact = instance->rule->rule->row_kind == RK_ROWS_EXACT;
    ru->places = instance->result->places;
    ru->own = own_cells(p, instance, names, true);
    ru->dateless = own_cells(p, instance, names, false);
    ru->element = rk__arena_alloc(&p->arena, RK__ROWS_MOST * sizeof *ru->element);
    const size_t n_columns = instance->rule->n_columns > instance->rule->n_reasons
                                 ? instance->rule->n_columns
                                 : instance->rule->n_reasons;
    ru->reason =
        rk__arena_alloc(&p->arena, RK__ROWS_REASONS * (n_columns + 1) * sizeof *ru->reason);
    if (ru->own.text == NULL || ru->dateless.text == NULL || ru->element == NULL ||
        ru->reason == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < RK__ROWS_REASONS * (n_columns + 1); i++) {
        const size_t listing = i % RK__ROWS_REASONS;
        const size_t column = i / RK__ROWS_REASONS;
        rk__buf text = {0};
        const char *reason =
            rk__pass_reason(&p->arena, p, &p->instances[u], (rk__pass_listing) listing, column);
        rk__buf_putc(&text, ','); /* of the amount, which is blank */
        if (reason != NULL) {
            quote_text(&text, true, reason);
        }
        rk__buf_putc(&text, '\n');
        ru->reason[i] = common_cell(p, &text);
        if (reason == NULL || ru->reason[i].text == NULL) {
            return RK_NO_MEMORY;
        }
    }
    const rk_status status = instance->rule->n_reasons > 0 ? plan_reasons(p, ru, instance) : RK_OK;
    rows->reasons |= instance->rule->n_reasons > 0;
    return status == RK_OK ? choose_elements(p, rows, u) : status;
}

/* Names of the file's own that a table's column must not have as well. */
static bool is_own_name(const char *name, own_names names)
{
    return strcmp(name, "row") == 0 || strcmp(name, "amount") == 0 || strcmp(name, "reason") == 0 ||
           (names.arrangement && strcmp(name, "arrangement") == 0) ||
           (names.period && strcmp(name, "period") == 0) ||
           (names.component && strcmp(name, "component") == 0);
}

/* The heading of a column, "activity.amount" if the file has an `amount` of its own. */
static void put_column_name(rk__buf *line, const rk__pass *p, const char *name, own_names names)
{
    rk__buf text = {0};
    if (is_own_name(name, names)) {
        rk__buf_printf(&text, "%s.", p->input->spec->name);
    }
    rk__buf_puts(&text, name);
    quote_text(line, false, text.failed ? name : text.text);
    line->failed |= text.failed;
    rk__buf_dispose(&text);
}

/* The heading of an element, "element.base" if a column is named `base`. */
static void put_element_name(rk__buf *line, const rk__pass *p, const struct rk__pass_rows *rows,
                             const char *name, own_names names)
{
    bool taken = is_own_name(name, names);
    for (size_t i = 0; i < rows->n_wants; i++) {
        taken |= strcmp(p->wants[rows->wants[i]].column, name) == 0;
    }
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s", taken ? "element." : "", name);
    quote_text(line, false, text.failed ? name : text.text);
    line->failed |= text.failed;
    rk__buf_dispose(&text);
}

static char kind_of(rk__cell_type type)
{
    return type == RK__CELL_TEXT || type == RK__CELL_BOOL || type == RK__CELL_DATE ? 't' : 'n';
}

static rk_status write_header(const rk__pass *p, const struct rk__pass_rows *rows, own_names names,
                              rk_problems *problems)
{
    rk__buf line = {0};
    rk__buf kinds = {0};
    rk__buf_putc(&kinds, 'n');
    rk__buf_puts(&line, "row,");
    rk__buf_printf(&kinds, "%s%s%s", names.arrangement ? "t" : "", names.period ? "t" : "",
                   names.component ? "t" : "");
    rk__buf_puts(&line, names.arrangement ? "arrangement," : "");
    rk__buf_puts(&line, names.period ? "period," : "");
    rk__buf_puts(&line, names.component ? "component," : "");
    for (size_t i = 0; i < rows->n_wants; i++) {
        put_column_name(&line, p, p->wants[rows->wants[i]].column, names);
        rk__buf_putc(&line, ',');
        rk__buf_putc(&kinds, kind_of(p->wants[rows->wants[i]].type));
    }
    for (size_t e = 0; e < rows->n_elements; e++) {
        put_element_name(&line, p, rows, rows->elements[e], names);
        rk__buf_putc(&line, ',');
        rk__buf_putc(&kinds, 'm');
    }
    rk__buf_puts(&line, "amount,reason\n");
    rk__buf_puts(&kinds, "mt");
    const rk_status status = kinds.failed
                                 ? RK_NO_MEMORY
                                 : rk__rows_header(p->input->rows_file, p->input->spec->name, &line,
                                                   kinds.text, problems);
    rk__buf_dispose(&line);
    rk__buf_dispose(&kinds);
    return status;
}

rk_status rk__pass_rows_plan(rk__pass *pass, rk_problems *problems)
{
    bool any = false;
    for (size_t u = 0; u < pass->n_instances; u++) {
        any |= instance_writes(pass->instances[u].instance);
    }
    if (!any || pass->input->rows_file == NULL) {
        return RK_OK;
    }
    struct rk__pass_rows *rows = rk__arena_alloc(&pass->arena, sizeof *rows);
    if (rows == NULL) {
        return RK_NO_MEMORY;
    }
    rows->wants = rk__arena_alloc(&pass->arena, (pass->n_wants + 1) * sizeof *rows->wants);
    rows->instances = rk__arena_alloc(&pass->arena, pass->n_instances * sizeof *rows->instances);
    if (rows->wants == NULL || rows->instances == NULL) {
        return RK_NO_MEMORY;
    }
    const own_names names = names_of(pass);
    choose_columns(pass, rows, names.period);
    rk_status status = RK_OK;
    for (size_t u = 0; u < pass->n_instances && status == RK_OK; u++) {
        status = plan_instance(pass, rows, u, names);
    }
    if (status == RK_LIMIT) {
        return rk__problem(problems, RK_LIMIT, NULL, "write the rows of fewer arrangements at once",
                           "--rows: more than 128 elements");
    }
    pass->rows = rows;
    return status == RK_OK ? write_header(pass, rows, names, problems) : status;
}
