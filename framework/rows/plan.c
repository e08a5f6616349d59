/* SPDX-License-Identifier: MIT
 *
 * plan.c: where each column of each instance comes from, decided once before
 * any row is read.
 */
#include <stdio.h>
#include <string.h>

#include "ledger/instance.h"
#include "rows/look.h"
#include "rows/part.h"
#include "rows/pass.h"
#include "rows/plan_parts.h"
#include "rows/suspect.h"
#include "scan/open.h"

/* ------------------------------------------------------------------ columns */

static rk_status plan_column(rk__pass *p, rk__pass_instance *u, size_t index, rk_problems *problems)
{
    rk__instance *instance = u->instance;
    const rk_column *c = &instance->rule->columns[index];
    u->column[index] = RK__NONE;
    if (strcmp(c->table, instance->rule->rule->rows) != 0 || (c->flags & RK_KEY_ONLY) != 0) {
        return RK_OK;
    }
    rk__planned_column column = {
        .type = c->type, .words = c->words, .want = RK__NONE, .join = RK__NONE};
    rk__default_of(c->type, c->default_value, c->words, &column.default_v, &column.has_default);
    rk_status status = RK_OK;
    if (c->type != RK_COLUMN_ROW && rk__scan_has_name(p->scan, c->name)) {
        status = rk__plan_want(p, c->name, rk__cell_type_of(c->type), &column.want);
    } else if (c->lookup != NULL) {
        status = rk__plan_lookup(p, instance, c, &column, problems);
    } else if ((c->flags & RK_REQUIRED) != 0) {
        status = rk__plan_lacks(p, instance, c->name, "which the rule needs", problems);
    }
    return status == RK_OK ? rk__plan_column_add(p, &column, &u->column[index]) : status;
}

/* -------------------------------------------------------------- scopes, groups */

/* What was probably meant by a column that the rows do not have, else `otherwise`. */
static const char *column_hint(rk__pass *p, const char *column, const char *otherwise)
{
    const char *near = rk__scan_near(p->scan, column);
    const char *hint =
        near != NULL ? rk__arena_printf(&p->arena, "did you mean '%s'?", near) : NULL;
    return hint != NULL ? hint : otherwise;
}

static rk_status plan_scope(rk__pass *p, const rk__scope *scope, rk__planned_scope **out,
                            rk_problems *problems)
{
    rk__planned_scope *s = rk__arena_alloc(&p->arena, sizeof *s);
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->scope = scope;
    s->want = rk__arena_alloc(&p->arena, (scope->n_columns + 1) * sizeof *s->want);
    s->test = rk__arena_alloc(&p->arena, (scope->n_columns + 1) * sizeof *s->test);
    if (s->want == NULL || s->test == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < scope->n_columns; i++) {
        const rk__scope_column *c = &scope->columns[i];
        if (!rk__scan_has_name(p->scan, c->column)) {
            return rk__json_key_problem(
                problems, c->at, RK_MISSING_COLUMN,
                column_hint(p, c->column, "scope by a column that the table has"),
                "table '%s' has no column '%s'", p->input->spec->name, c->column);
        }
        const rk_status status = rk__plan_want(p, c->column, RK__CELL_TEXT, &s->want[i]);
        if (status != RK_OK) {
            return status;
        }
        s->test[i] = p->n_tests++;
    }
    *out = s;
    rk_status status = RK_OK;
    if (scope->except != NULL) {
        status = plan_scope(p, scope->except, &s->except, problems);
    }
    return status == RK_OK && scope->also != NULL ? plan_scope(p, scope->also, &s->also, problems)
                                                  : status;
}

/* Position of a grouping column among the instance's, adding it. */
static rk_status group_position(rk__pass *p, rk__pass_instance *u, rk__pass_combination *groups,
                                const char *name, size_t *out)
{
    for (size_t i = 0; i < groups->n; i++) {
        if (strcmp(u->group_names[i], name) == 0) {
            *out = i;
            return RK_OK;
        }
    }
    if (groups->n >= RK__MAX_GROUP_COLUMNS) {
        return RK_LIMIT;
    }
    u->group_names[groups->n] = name;
    *out = groups->n++;
    return rk__plan_want(p, name, RK__CELL_TEXT, &groups->want[*out]);
}

/* A column of the detail that a question asks for; left out if there are too many. */
static rk_status show_column(rk__pass *p, rk__pass_instance *u, rk__pass_combination *groups,
                             const char *name)
{
    size_t at = 0;
    const size_t before = groups->n;
    const rk_status status = group_position(p, u, groups, name, &at);
    if (status == RK_OK && at == before) {
        u->shown[u->n_shown++] = at;
    }
    return status == RK_LIMIT ? RK_OK : status;
}

static rk_status keep_key(rk__detail *detail, const char *name)
{
    for (size_t i = 0; i < detail->n_keys; i++) {
        if (strcmp(detail->keys[i], name) == 0) {
            return RK_OK;
        }
    }
    const char *copy = rk__arena_strdup(detail->arena, name);
    if (copy != NULL && detail->n_keys < RK__DETAIL_KEYS) {
        detail->keys[detail->n_keys++] = copy;
    }
    return copy != NULL ? RK_OK : RK_NO_MEMORY;
}

/* The columns of a question, and those that the table has of the keys of lookups. */
static rk_status plan_detail(rk__pass *p, rk__pass_instance *u, rk__detail *detail,
                             rk__pass_combination *groups)
{
    rk_status status = RK_OK;
    for (const char *const *name = detail->columns; *name != NULL && status == RK_OK; name++) {
        status = rk__scan_has_name(p->scan, *name) ? show_column(p, u, groups, *name) : RK_OK;
    }
    for (size_t k = 0; k < u->instance->rule->n_columns; k++) {
        const size_t column = u->column[k];
        const size_t join = column != RK__NONE ? p->columns[column].join : RK__NONE;
        if (join == RK__NONE || p->joins[join].combination == RK__NONE) {
            continue;
        }
        const rk__pass_combination *keys = &p->combinations[p->joins[join].combination];
        for (size_t i = 0; i < keys->n && status == RK_OK; i++) {
            if (keys->want[i] < p->n_wants) {
                const char *name = p->wants[keys->want[i]].column;
                status = keep_key(detail, name);
                status = status == RK_OK ? show_column(p, u, groups, name) : status;
            }
        }
    }
    return status;
}

static rk_status plan_groups(rk__pass *p, rk__pass_instance *u, rk_problems *problems)
{
    rk__pass_combination groups = {.n = 0};
    u->group_names = rk__arena_alloc(&p->arena, RK__MAX_GROUP_COLUMNS * sizeof *u->group_names);
    if (u->group_names == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = RK_OK;
    const rk_session *session = p->input->contract->session;
    rk__detail *detail = session->detail;
    const char *const *asked = detail == NULL ? session->options.group_by : NULL;
    size_t n = 0;
    while (asked != NULL && asked[n] != NULL) {
        n++;
    }
    if (detail != NULL) {
        status = plan_detail(p, u, detail, &groups);
    }
    for (size_t i = 0; asked != NULL && asked[i] != NULL && status == RK_OK; i++) {
        if (!rk__scan_has_name(p->scan, asked[i])) {
            if (i + session->group_optional >= n) {
                continue;
            }
            return rk__problem(problems, RK_MISSING_COLUMN, NULL,
                               column_hint(p, asked[i], "group by columns that the table has"),
                               "--group-by: table '%s' has no column '%s'", p->input->spec->name,
                               asked[i]);
        }
        if (u->n_shown == RK__MAX_GROUP_COLUMNS && i + session->group_optional >= n) {
            break;
        }
        if (u->n_shown == RK__MAX_GROUP_COLUMNS) {
            return rk__problem(problems, RK_LIMIT, NULL, "at most eight columns",
                               "--group-by names too many columns");
        }
        status = group_position(p, u, &groups, asked[i], &u->shown[u->n_shown++]);
    }
    const char *const *own = u->instance->rule->rule->group_by;
    for (size_t i = 0; own != NULL && own[i] != NULL && status == RK_OK; i++) {
        if (!rk__scan_has_name(p->scan, own[i]) || u->n_lines == RK__MAX_GROUP_COLUMNS) {
            continue;
        }
        status = group_position(p, u, &groups, own[i], &u->lines[u->n_lines]);
        if (asked == NULL && detail == NULL) {
            u->shown[u->n_shown++] = u->lines[u->n_lines];
        }
        u->n_lines++;
    }
    if (status == RK_LIMIT) {
        return rk__problem(problems, RK_LIMIT, NULL, "group by fewer columns",
                           "--group-by and rule '%s' together group by more than eight columns",
                           u->instance->rule->id);
    }
    u->n_group_columns = groups.n;
    return status == RK_OK ? rk__plan_combination(p, &groups, &u->groups) : status;
}

/* --------------------------------------------------------------------- instances */

/* Whether a column that took a default for want of a row in its lookup is warned about
 * where `k` is: at the first column of each lookup. */
static bool is_defaulted(const rk__pass *p, const rk__pass_instance *u, size_t k)
{
    const rk_column *c = &u->instance->rule->columns[k];
    const size_t join = p->columns[u->column[k]].join;
    bool is = (c->flags & (RK_REQUIRED | RK_LOOKUP_OPTIONAL)) == 0 && c->default_value != NULL &&
              join != RK__NONE;
    for (size_t i = 0; i < u->defaulted.n && is; i++) {
        is = p->columns[u->column[u->defaulted.at[i]]].join != join;
    }
    return is;
}

/* What each batch would otherwise have to ask of every column and element. */
static rk_status plan_batches(rk__pass *p, rk__pass_instance *u)
{
    const rk__rule *rule = u->instance->rule;
    const size_t n = rule->n_columns + 1;
    u->varying.at = rk__arena_alloc(&p->arena, n * sizeof(size_t));
    u->required.at = rk__arena_alloc(&p->arena, n * sizeof(size_t));
    u->defaulted.at = rk__arena_alloc(&p->arena, n * sizeof(size_t));
    u->parts.at = rk__arena_alloc(&p->arena, (rule->n_elements + 1) * sizeof(size_t));
    if (u->varying.at == NULL || u->required.at == NULL || u->defaulted.at == NULL ||
        u->parts.at == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < rule->n_columns; k++) {
        if (u->column[k] == RK__NONE) {
            continue;
        }
        if (!p->columns[u->column[k]].constant) {
            u->varying.at[u->varying.n++] = k;
        }
        if ((rule->columns[k].flags & (RK_REQUIRED | RK_PRICE_DECIDES)) == RK_REQUIRED) {
            u->required.at[u->required.n++] = k;
        }
        if (is_defaulted(p, u, k)) {
            u->defaulted.at[u->defaulted.n++] = k;
        }
    }
    for (size_t e = 0; e < rule->n_elements; e++) {
        if ((rule->elements[e].flags & RK_ELEMENT_MEMO) == 0) {
            u->parts.at[u->parts.n++] = e;
        }
    }
    return RK_OK;
}

static rk_status plan_instance(rk__pass *p, rk__instance *instance, rk__pass_instance *u,
                               rk_problems *problems)
{
    *u = (rk__pass_instance){.instance = instance,
                             .quantity = RK__NONE}; /* one that was left out had it before */
    u->column = rk__arena_alloc(&p->arena, (instance->rule->n_columns + 1) * sizeof *u->column);
    if (instance->streamed == NULL) {
        instance->streamed =
            rk__arena_alloc(&instance->result->arena, instance->rule->n_columns + 1);
    }
    if (u->column == NULL || instance->streamed == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < instance->rule->n_columns; i++) {
        const rk_status status = plan_column(p, u, i, problems);
        if (status != RK_OK) {
            return status;
        }
        if (u->column[i] == RK__NONE) {
            continue;
        }
        const rk__planned_column *c = &p->columns[u->column[i]];
        instance->streamed[i] = c->want != RK__NONE || c->data != NULL;
        if ((instance->rule->columns[i].flags & RK_QUANTITY) != 0) {
            u->quantity = i;
        }
    }
    const rk__scope *scope = instance->component->scope;
    rk_status status = plan_batches(p, u);
    status = status == RK_OK ? rk__suspect_plan(p, u) : status;
    if (status == RK_OK && scope != NULL) {
        status = plan_scope(p, scope, &u->scope, problems);
    }
    return status == RK_OK ? plan_groups(p, u, problems) : status;
}

/* Whether the column that the instance is only for is in the table or a lookup. */
static bool finds_column(const rk__pass *p, const rk__pass_instance *u)
{
    for (size_t i = 0; i < u->instance->rule->n_columns; i++) {
        if (strcmp(u->instance->rule->columns[i].name, u->instance->only_with) == 0) {
            const rk__planned_column *c = &p->columns[u->column[i]];
            return c->want != RK__NONE || (c->data != NULL && p->joins[c->join].lacks == NULL);
        }
    }
    return false;
}

static rk_status plan_periods(rk__pass *p)
{
    p->period_want = RK__NONE;
    p->date_want = RK__NONE;
    if (rk__scan_has_name(p->scan, "period")) {
        return rk__plan_want(p, "period", RK__CELL_TEXT, &p->period_want);
    }
    return rk__scan_has_name(p->scan, "date")
               ? rk__plan_want(p, "date", RK__CELL_DATE, &p->date_want)
               : RK_OK;
}

/* The provider of the contract is the default of a `provider` column. */
static rk_status with_provider(rk__pass *p, rk__table_spec *spec)
{
    const char *provider = p->input->contract->provider;
    *spec = *p->input->spec;
    rk__table_map *maps = rk__arena_alloc(&p->arena, (spec->n_maps + 1) * sizeof *maps);
    if (maps == NULL) {
        return RK_NO_MEMORY;
    }
    if (spec->n_maps > 0) {
        memcpy(maps, spec->maps, spec->n_maps * sizeof *maps);
    }
    bool mapped = false;
    for (size_t i = 0; i < spec->n_maps && provider != NULL; i++) {
        if (strcmp(maps[i].column, "provider") == 0) {
            mapped = true;
            if (maps[i].value == NULL) {
                maps[i].value = provider;
                p->provider = &maps[i];
            }
        }
    }
    if (!mapped && provider != NULL) {
        p->provider = &maps[spec->n_maps];
        maps[spec->n_maps++] = (rk__table_map){.column = "provider", .value = provider};
    }
    spec->maps = maps;
    return RK_OK;
}

static rk_status column_holds_text(const void *of, size_t i, bool *text)
{
    return rk__scan_holds_text(of, i, text);
}

/* Columns of the table that nobody asked for, held against what rules declare. */
static rk_status warn_near(rk__pass *p)
{
    const size_t n = rk__scan_n_names(p->scan);
    const char **names = rk__arena_alloc(&p->arena, (n + 1) * sizeof *names);
    const char **used = rk__arena_alloc(&p->arena, (p->n_wants + 1) * sizeof *used);
    if (names == NULL || used == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = rk__scan_name(p->scan, i);
    }
    for (size_t i = 0; i < p->n_wants; i++) {
        used[i] = p->wants[i].column;
    }
    rk_status status = RK_OK;
    for (size_t u = 0; u < p->n_instances && status == RK_OK; u++) {
        rk__instance *instance = p->instances[u].instance;
        if (instance->only_with == NULL) {
            status =
                rk__warn_near_columns(instance, instance->rule->rule->rows, p->input->spec->name,
                                      names, n, used, p->n_wants, column_holds_text, p->scan);
        }
    }
    return status;
}

/* Columns that are asked for in priced rows and that nobody reads. */
static rk_status plan_row_columns(rk__pass *p, rk_problems *problems)
{
    const char *const *asked = p->input->contract->session->options.row_columns;
    rk_status status = RK_OK;
    for (size_t i = 0; asked != NULL && asked[i] != NULL && status == RK_OK; i++) {
        bool read = false;
        if (!rk__scan_has_name(p->scan, asked[i])) {
            return rk__problem(problems, RK_MISSING_COLUMN, NULL,
                               column_hint(p, asked[i], "name columns that the table has"),
                               "--row-columns: table '%s' has no column '%s'", p->input->spec->name,
                               asked[i]);
        }
        for (size_t k = 0; k < p->n_wants; k++) {
            read |= strcmp(p->wants[k].column, asked[i]) == 0;
        }
        size_t at = 0;
        status = read ? RK_OK : rk__plan_want(p, asked[i], RK__CELL_TEXT, &at);
    }
    return status;
}

rk_status rk__pass_plan(const rk__pass_input *input, rk__pass *pass, rk_problems *problems)
{
    *pass = (rk__pass){.input = input, .arena = {.spares = input->contract->session->spares}};
    rk__table_spec *spec = rk__arena_alloc(&pass->arena, sizeof *spec);
    pass->instances = rk__arena_alloc(&pass->arena, input->n_instances * sizeof *pass->instances);
    if (spec == NULL || pass->instances == NULL) {
        return RK_NO_MEMORY;
    }
    const bool continues = input->part != NULL && input->part->out == NULL;
    rk_status status = with_provider(pass, spec);
    if (status == RK_OK) {
        status = continues ? rk__part_open(input, spec, &pass->arena, &pass->scan, problems)
                           : rk__scan_open(spec, &input->contract->session->access, NULL, 0,
                                           &pass->scan, problems);
    }
    pass->empty = !continues && input->spec->rows != NULL && input->spec->rows->count == 0;
    if (status != RK_OK || pass->empty) {
        return status;
    }
    status = plan_periods(pass);
    for (size_t i = 0; i < input->n_instances && status == RK_OK; i++) {
        rk__pass_instance *u = &pass->instances[pass->n_instances];
        input->instances[i]->dated = pass->date_want != RK__NONE;
        status = plan_instance(pass, input->instances[i], u, problems);
        pass->n_instances +=
            status == RK_OK && (input->instances[i]->only_with == NULL || finds_column(pass, u));
    }
    pass->n_read = pass->n_wants;
    if (status == RK_OK && input->rows_file != NULL) {
        status = plan_row_columns(pass, problems);
    }
    if (status == RK_OK) {
        status = warn_near(pass);
    }
    rk__plan_derived_last(pass);
    if (status == RK_OK) {
        status = rk__scan_set_wants(pass->scan, pass->wants, pass->n_wants, problems);
    }
    for (size_t i = pass->n_read; i < pass->n_wants && status == RK_OK; i++) {
        rk__scan_only_shown(pass->scan, i);
    }
    return status;
}

void rk__pass_dispose(rk__pass *pass)
{
    for (unsigned i = 0; i < pass->n_workers; i++) {
        rk__pass_worker_free(pass->workers[i]);
    }
    rk__scan_close(pass->scan);
    rk__pass_look_dispose(pass);
    for (size_t i = 0; pass->dicts != NULL && i < pass->n_wants; i++) {
        rk__dict_free(pass->dicts[i]);
    }
    rk__dict_free(pass->tariffs);
    rk__arena_dispose(&pass->arena);
}
