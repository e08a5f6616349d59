/* SPDX-License-Identifier: MIT
 *
 * schema.c: JSON Schema 2020-12 of the documents, for editors. More lenient than the loader;
 * stricter in one point: null does not stand for a missing key of the documents themselves (for a
 * parameter it does).
 */
#include <string.h>

#include "manual/describe.h"
#include "manual/schema_parts.h"
#include "rules/bind_value.h"
#include "json/json_layout.h"
#include "json/json_writer.h"

/* Adds members written with single quotes, without the blanks between tokens. */
static void quoted_add(rk__json_writer *out, const char *text)
{
    rk__buf json = {0};
    bool inside = false;
    for (; *text != '\0'; text++) {
        inside ^= *text == '\'';
        if (inside || *text != ' ') {
            rk__buf_putc(&json, *text == '\'' ? '"' : *text);
        }
    }
    out->out->failed |= json.failed != 0;
    rk__json_put_json(out, NULL, json.text != NULL ? json.text : "", json.length);
    rk__buf_dispose(&json);
}

/* The same as a member between braces. */
static void quoted_member(rk__json_writer *out, const char *key, const char *body)
{
    rk__json_open(out, key, '{');
    quoted_add(out, body);
    rk__json_close(out, '}');
}

/* ------------------------------------------------------- a rule's parameters */

static void words_write(rk__json_writer *out, const char *const *words)
{
    rk__json_open(out, "enum", '[');
    for (; *words != NULL; words++) {
        rk__json_put_text(out, NULL, *words);
    }
    rk__json_close(out, ']');
}

/* A bound, if JSON can express it: not "4.75%", and only for values written as JSON numbers. */
static void bound_write(rk__json_writer *out, const char *key, const char *bound)
{
    rk_decimal ignored;
    if (bound != NULL && bound[0] != '+' &&
        rk__decimal_parse(bound, strlen(bound), &ignored) == RK__DECIMAL_OK) {
        char text[RK__DECIMAL_TEXT_SIZE];
        (void) rk__decimal_print(text, ignored);
        rk__json_put_json(out, key, text, strlen(text));
    }
}

static void params_schema(rk__json_writer *out, const rk_param *params, bool require);

static void type_write(rk__json_writer *out, const rk_param *p)
{
    const bool one = (p->flags & RK_ONE_OBJECT) != 0;
    switch (p->type) {
    case RK_PARAM_TEXT:
        rk__json_put_json(out, "type", "[\"string\",\"number\"]",
                          strlen("[\"string\",\"number\"]"));
        break;
    case RK_PARAM_BOOL:
        rk__json_put_text(out, "type", "boolean");
        break;
    case RK_PARAM_ENUM:
        words_write(out, p->words);
        break;
    case RK_PARAM_INTEGER:
    case RK_PARAM_DECIMAL:
    case RK_PARAM_EXACT:
    case RK_PARAM_RATIO:
        rk__json_put_text(out, "$ref",
                          rk__param_takes_ratio(p)        ? "#/$defs/ratio"
                          : (p->flags & RK_PER_TIME) != 0 ? "#/$defs/indexed"
                                                          : "#/$defs/decimal");
        bound_write(out, "minimum", p->min);
        bound_write(out, "maximum", p->max);
        break;
    case RK_PARAM_COMPONENT:
        rk__json_put_text(out, "type", "string");
        break;
    case RK_PARAM_SCOPE:
        rk__json_put_text(out, "$ref", "#/$defs/scope");
        break;
    case RK_PARAM_LIST:
        if (!one) {
            rk__json_put_text(out, "type", "array");
            rk__json_open(out, "items", '{');
        }
        params_schema(out, p->items, true);
        if (!one) {
            rk__json_close(out, '}');
        }
        break;
    }
}

/* One parameter. Null and blank mean no value, which is allowed if the parameter is optional. */
static void param_schema(rk__json_writer *out, const rk_param *p)
{
    const bool optional = (p->flags & RK_REQUIRED) == 0 || (p->flags & RK_NULLABLE) != 0;
    rk__buf text = {0};
    rk__buf_printf(&text, "%s%s%s%s%s", p->help != NULL ? p->help : "",
                   p->unit != NULL ? " Unit: " : "", p->unit != NULL ? p->unit : "",
                   p->unit != NULL ? "." : "",
                   (p->flags & RK_PER_TIME) != 0 ? " An amount per time." : "");
    rk__json_open(out, p->name, '{');
    out->out->failed |= text.failed != 0;
    rk__json_put_text(out, "description", text.text);
    if (p->type == RK_PARAM_BOOL && p->default_value != NULL) {
        rk__json_put_json(out, "default", p->default_value, strlen(p->default_value));
    } else if (p->default_value != NULL) {
        rk__json_put_text(out, "default", p->default_value);
    }
    if (optional) {
        rk__json_open(out, "anyOf", '[');
        rk__json_open(out, NULL, '{');
    }
    type_write(out, p);
    if (optional) {
        rk__json_close(out, '}');
        rk__json_put_json(out, NULL, "{\"$ref\":\"#/$defs/none\"}",
                          strlen("{\"$ref\":\"#/$defs/none\"}"));
        rk__json_close(out, ']');
    }
    rk__json_close(out, '}');
    rk__buf_dispose(&text);
}

static void required_write(rk__json_writer *out, const rk_param *params)
{
    rk__json_open(out, "required", '[');
    for (; params->name != NULL; params++) {
        if ((params->flags & RK_REQUIRED) != 0) {
            rk__json_put_text(out, NULL, params->name);
        }
    }
    rk__json_close(out, ']');
}

static void params_schema(rk__json_writer *out, const rk_param *params, bool require)
{
    rk__json_put_text(out, "type", "object");
    rk__json_put_bool(out, "additionalProperties", 0);
    rk__json_open(out, "properties", '{');
    for (const rk_param *p = params; p->name != NULL; p++) {
        param_schema(out, p);
    }
    rk__json_close(out, '}');
    if (require) {
        required_write(out, params);
    }
}

/* --------------------------------------------------------------- components */

static bool any_required(const rk__rule *rule)
{
    for (const rk_param *p = rule->params; p->name != NULL; p++) {
        if ((p->flags & RK_REQUIRED) != 0) {
            return true;
        }
    }
    return false;
}

/* The conditions on a component of one rule. Required parameters may also be in every period's
 * overrides, and then "params" requires nothing. */
static void rule_schema(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_open(out, NULL, '{');
    rk__json_open(out, "if", '{');
    rk__json_open(out, "properties", '{');
    rk__json_open(out, "rule", '{');
    rk__json_put_text(out, "const", rule->id);
    rk__json_close(out, '}');
    rk__json_close(out, '}');
    rk__json_put_json(out, "required", "[\"rule\"]", strlen("[\"rule\"]"));
    rk__json_close(out, '}');
    rk__json_open(out, "then", '{');
    rk__json_put_text(out, "title", rule->rule->title);
    rk__json_open(out, "properties", '{');
    rk__json_open(out, "params", '{');
    params_schema(out, rule->params, false);
    rk__json_close(out, '}');
    rk__json_open(out, "params_by_period", '{');
    rk__json_put_text(out, "type", "object");
    rk__json_open(out, "additionalProperties", '{');
    params_schema(out, rule->params, false);
    rk__json_close(out, '}');
    rk__json_close(out, '}');
    if (rule->rule->of_use == RK_OF_NONE) {
        rk__json_put_json(out, "of", "{\"maxItems\":0}", strlen("{\"maxItems\":0}"));
    } else if (rule->rule->of_use == RK_OF_REQUIRED) {
        rk__json_put_json(out, "of", "{\"minItems\":1}", strlen("{\"minItems\":1}"));
    }
    rk__json_close(out, '}');
    if (rule->rule->of_use == RK_OF_REQUIRED) {
        rk__json_put_json(out, "required", "[\"of\"]", strlen("[\"of\"]"));
    }
    if (any_required(rule)) {
        rk__json_open(out, "anyOf", '[');
        rk__json_put_json(out, NULL, "{\"required\":[\"params_by_period\"]}",
                          strlen("{\"required\":[\"params_by_period\"]}"));
        rk__json_open(out, NULL, '{');
        rk__json_put_json(out, "required", "[\"params\"]", strlen("[\"params\"]"));
        rk__json_open(out, "properties", '{');
        rk__json_open(out, "params", '{');
        required_write(out, rule->params);
        rk__json_close(out, '}');
        rk__json_close(out, '}');
        rk__json_close(out, '}');
        rk__json_close(out, ']');
    }
    rk__json_close(out, '}');
    rk__json_close(out, '}');
}

static void component_schema(rk__json_writer *out, const rk__registry *registry)
{
    rk__json_open(out, "component", '{');
    rk__json_put_text(out, "type", "object");
    rk__json_put_json(out, "required", "[\"id\",\"rule\"]", strlen("[\"id\",\"rule\"]"));
    rk__json_put_bool(out, "additionalProperties", 0);
    rk__json_open(out, "properties", '{');
    rk__json_put_json(out, "id", "{\"$ref\":\"#/$defs/id\"}", strlen("{\"$ref\":\"#/$defs/id\"}"));
    rk__json_open(out, "rule", '{');
    rk__json_open(out, "anyOf", '[');
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        if (rule->state == RK__RULE_LOADED) {
            rk__json_open(out, NULL, '{');
            rk__json_put_text(out, "const", rule->id);
            rk__json_put_text(out, "title", rule->rule->title);
            rk__json_put_text(out, "description", rule->rule->summary);
            rk__json_close(out, '}');
        }
    }
    rk__json_put_json(out, NULL, "{\"type\":\"string\",\"pattern\":\"^[a-z][a-z0-9-]*$\"}",
                      strlen("{\"type\":\"string\",\"pattern\":\"^[a-z][a-z0-9-]*$\"}"));
    rk__json_close(out, ']');
    rk__json_close(out, '}');
    quoted_add(out, rk__schema_component_keys);
    rk__json_close(out, '}');
    rk__json_open(out, "allOf", '[');
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        if (rule->state == RK__RULE_LOADED) {
            rule_schema(out, rule);
        }
    }
    rk__json_close(out, ']');
    rk__json_close(out, '}');
}

/* ---------------------------------------------------------------- documents */

rk_status rk__schema_write(rk__buf *out, const rk__registry *registry, const char *kind)
{
    static const struct {
        const char *kind, *title, *body;
    } documents[] = {{"contract", "Reckoner contract", rk__schema_contract},
                     {"tariff", "Reckoner tariff", rk__schema_tariff},
                     {"vector", "Reckoner vector", rk__schema_vector},
                     {"system", "Reckoner system", rk__schema_system},
                     {"import", "Reckoner import profile", rk__schema_import},
                     {"rule", "Reckoner rule without C", rk__schema_rule}};
    size_t d = 0;
    while (d < sizeof documents / sizeof documents[0] && strcmp(documents[d].kind, kind) != 0) {
        d++;
    }
    if (d == sizeof documents / sizeof documents[0]) {
        return RK_USAGE;
    }
    rk__buf json = {0};
    const rk_sink sink = rk__buf_sink(&json);
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_writer w = rk__json_begin_line(&page);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    rk__buf urn = {0};
    rk__buf_printf(&urn, "urn:reckoner:schema:%s:%s", kind, RK_VERSION);
    out->failed |= urn.failed;
    rk__json_put_text(&w, "$id", urn.text != NULL ? urn.text : "");
    rk__buf_dispose(&urn);
    rk__json_put_text(&w, "title", documents[d].title);
    quoted_add(&w, documents[d].body);
    rk__json_open(&w, "$defs", '{');
    quoted_add(&w, rk__schema_common);
    quoted_member(&w, "tariff", rk__schema_tariff);
    if (strcmp(kind, "contract") == 0 || strcmp(kind, "vector") == 0) {
        component_schema(&w, registry);
    }
    if (strcmp(kind, "vector") == 0) {
        quoted_member(&w, "contract", rk__schema_contract);
    }
    rk__json_close(&w, '}');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    out->failed |= rk__page_finish(&page) != RK_OK;
    rk__json_indent(out, json.text != NULL ? json.text : "", 0);
    rk__buf_putc(out, '\n');
    rk__buf_dispose(&json);
    return out->failed ? RK_NO_MEMORY : RK_OK;
}
