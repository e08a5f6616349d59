/* SPDX-License-Identifier: MIT
 *
 * describe_json.c: a rule's tables for other programs: each field under its name in plugin.h, or
 * the contract's word for it.
 */
#include "manual/describe_parts.h"
#include "json/json_layout.h"

static void texts_write(rk__json_writer *out, const char *key, const char *const *texts)
{
    rk__json_open(out, key, '[');
    for (; texts != NULL && *texts != NULL; texts++) {
        rk__json_put_text(out, NULL, *texts);
    }
    rk__json_close(out, ']');
}

static const char *param_type_name(rk_param_type type)
{
    static const char *const names[] = {
        [RK_PARAM_TEXT] = "text",           [RK_PARAM_BOOL] = "bool",
        [RK_PARAM_INTEGER] = "integer",     [RK_PARAM_DECIMAL] = "decimal",
        [RK_PARAM_EXACT] = "exact",         [RK_PARAM_RATIO] = "ratio",
        [RK_PARAM_ENUM] = "enum",           [RK_PARAM_LIST] = "list",
        [RK_PARAM_COMPONENT] = "component", [RK_PARAM_SCOPE] = "scope"};
    return names[type];
}

static const char *column_type_name(rk_column_type type)
{
    static const char *const names[] = {
        [RK_COLUMN_DECIMAL] = "decimal", [RK_COLUMN_INTEGER] = "integer", [RK_COLUMN_BOOL] = "bool",
        [RK_COLUMN_RATIO] = "ratio",     [RK_COLUMN_CHOICE] = "choice",   [RK_COLUMN_TEXT] = "text",
        [RK_COLUMN_DATE] = "date",       [RK_COLUMN_FACTOR] = "factor",   [RK_COLUMN_ROW] = "row"};
    return names[type];
}

static void params_write(rk__json_writer *out, const char *key, const rk_param *params)
{
    rk__json_open(out, key, '[');
    for (const rk_param *p = params; p->name != NULL; p++) {
        rk__json_open(out, NULL, '{');
        rk__json_put_text(out, "name", p->name);
        rk__json_put_text(out, "type",
                          (p->flags & RK_ONE_OBJECT) != 0 ? "object" : param_type_name(p->type));
        rk__json_put_bool(out, "required", (p->flags & RK_REQUIRED) != 0);
        rk__json_put_bool(out, "per_time", (p->flags & RK_PER_TIME) != 0);
        rk__json_put_bool(out, "nullable", (p->flags & RK_NULLABLE) != 0);
        rk__json_put_text(out, "default", p->default_value);
        if ((p->flags & RK_MINOR_UNIT) != 0) {
            rk__json_put_bool(out, "minor_unit", true);
        }
        rk__json_put_text(out, "minimum", p->min);
        rk__json_put_text(out, "maximum", p->max);
        if (p->usual_min != NULL || p->usual_max != NULL) {
            rk__json_put_text(out, "usual_minimum", p->usual_min);
            rk__json_put_text(out, "usual_maximum", p->usual_max);
        }
        rk__json_put_text(out, "unit", p->unit);
        rk__json_put_text(out, "help", p->help);
        if (p->type == RK_PARAM_ENUM) {
            texts_write(out, "words", p->words);
        }
        if (p->type == RK_PARAM_LIST) {
            params_write(out, "items", p->items);
        }
        rk__json_close(out, '}');
    }
    rk__json_close(out, ']');
}

static void columns_write(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_open(out, "columns", '[');
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *const c = &rule->columns[i];
        rk__json_open(out, NULL, '{');
        rk__json_put_text(out, "table", c->table);
        rk__json_put_text(out, "name", c->name);
        rk__json_put_text(out, "type", column_type_name(c->type));
        rk__json_put_bool(out, "required", (c->flags & RK_REQUIRED) != 0);
        rk__json_put_bool(out, "per_time", (c->flags & RK_PER_TIME) != 0);
        rk__json_put_bool(out, "quantity", (c->flags & RK_QUANTITY) != 0);
        rk__json_put_bool(out, "lookup_optional", (c->flags & RK_LOOKUP_OPTIONAL) != 0);
        rk__json_put_bool(out, "key_only", (c->flags & RK_KEY_ONLY) != 0);
        rk__json_put_bool(out, "price_decides", (c->flags & RK_PRICE_DECIDES) != 0);
        rk__json_put_text(out, "lookup", c->lookup);
        rk__json_put_text(out, "default", c->default_value);
        rk__json_put_text(out, "unit", c->unit);
        rk__json_put_text(out, "help", c->help);
        if (c->usual_min != NULL || c->usual_max != NULL) {
            rk__json_put_text(out, "usual_minimum", c->usual_min);
            rk__json_put_text(out, "usual_maximum", c->usual_max);
        }
        if (c->type == RK_COLUMN_CHOICE) {
            texts_write(out, "words", c->words);
        }
        rk__json_close(out, '}');
    }
    rk__json_close(out, ']');
}

static void parts_write(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_open(out, "elements", '[');
    for (size_t i = 0; i < rule->n_elements; i++) {
        rk__json_open(out, NULL, '{');
        rk__json_put_text(out, "name", rule->elements[i].name);
        rk__json_put_bool(out, "memo", (rule->elements[i].flags & RK_ELEMENT_MEMO) != 0);
        rk__json_put_text(out, "help", rule->elements[i].help);
        rk__json_close(out, '}');
    }
    rk__json_close(out, ']');
    rk__json_open(out, "notes", '[');
    for (size_t i = 0; i < rule->n_notes; i++) {
        rk__json_open(out, NULL, '{');
        rk__json_put_text(out, "name", rule->notes[i].name);
        rk__json_put_text(out, "message", rule->notes[i].message);
        rk__json_close(out, '}');
    }
    rk__json_close(out, ']');
    if (rule->n_reasons > 0) {
        rk__json_open(out, "reasons", '[');
        for (size_t i = 0; i < rule->n_reasons; i++) {
            rk__json_open(out, NULL, '{');
            rk__json_put_text(out, "code", rule->reasons[i].code);
            rk__json_put_text(out, "text", rule->reasons[i].text);
            rk__json_close(out, '}');
        }
        rk__json_close(out, ']');
    }
}

static void identity_write(rk__json_writer *out, const rk__rule *rule)
{
    static const char *const kinds[] = {
        [RK_ROWS_NONE] = "none", [RK_ROWS_ROUNDED] = "rounded", [RK_ROWS_EXACT] = "exact"};
    static const char *const uses[] = {
        [RK_OF_NONE] = "none", [RK_OF_OPTIONAL] = "optional", [RK_OF_REQUIRED] = "required"};
    const rk_rule *const r = rule->rule;
    rk__json_put_text(out, "id", rule->id);
    rk__json_put_text(out, "version", rule->version);
    rk__json_put_text(out, "title", r->title);
    rk__json_put_text(out, "summary", r->summary);
    texts_write(out, "sources", r->sources);
    rk__json_put_text(out, "file", rule->path);
    rk__json_put_text(out, "sha256", rule->sha256);
    rk__buf abi = {0};
    rk__buf_printf(&abi, "%u.%u", rule->abi_major, rule->abi_minor);
    out->out->failed |= abi.failed != 0;
    rk__json_put_text(out, "abi", abi.text);
    rk__buf_dispose(&abi);
    rk__json_put_text(out, "of", uses[r->of_use]);
    rk__json_put_bool(out, "of_shadow", (r->flags & RK_RULE_OF_SHADOW) != 0);
    rk__json_put_text(out, "rows", r->rows);
    rk__json_put_text(out, "row_amounts", kinds[r->row_kind]);
    texts_write(out, "group_by", r->group_by);
}

void rk__describe_json(rk__buf *out, const rk__rule *rule)
{
    rk__buf json = {0};
    const rk_sink sink = rk__buf_sink(&json);
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_writer w = rk__json_begin_line(&page);
    rk__json_open(&w, NULL, '{');
    identity_write(&w, rule);
    params_write(&w, "params", rule->params);
    columns_write(&w, rule);
    parts_write(&w, rule);
    rk__example_component(&w, "example", rule);
    rk__json_close(&w, '}');
    rk__json_end(&w);
    out->failed |= rk__page_finish(&page) != RK_OK;
    rk__json_indent(out, json.text != NULL ? json.text : "", 0);
    rk__buf_putc(out, '\n');
    rk__buf_dispose(&json);
}
