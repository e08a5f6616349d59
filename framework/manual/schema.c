/* SPDX-License-Identifier: MIT
 *
 * schema.c: JSON Schema 2020-12 of documents and results. What the schema of a document refuses,
 * `check` refuses too; docs/formats.md lists what a schema cannot say.
 */
#include <string.h>

#include "manual/describe_parts.h"
#include "manual/schema_parts.h"
#include "rules/bind_value.h"
#include "json/json_layout.h"
#include "json/json_writer.h"

/* Adds members written with single quotes, without the blanks between tokens and without the
 * comma behind the last member. */
static void quoted_add(rk__json_writer *out, const char *text)
{
    rk__buf json = {0};
    bool inside = false;
    bool comma = false;
    for (; *text != '\0'; text++) {
        if (!inside && (*text == ' ' || *text == ',')) {
            comma |= *text == ',';
            continue;
        }
        if (comma && *text != '}' && *text != ']') {
            rk__buf_putc(&json, ',');
        }
        comma = false;
        inside ^= *text == '\'';
        rk__buf_putc(&json, *text == '\'' ? '"' : *text);
    }
    out->out->failed |= json.failed != 0;
    rk__json_put_json(out, NULL, json.text != NULL ? json.text : "", json.length);
    rk__buf_dispose(&json);
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
        quoted_add(out, "'type':['string','number']");
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
                          : p->type == RK_PARAM_EXACT     ? "#/$defs/stated"
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
    rk__json_open(out, "examples", '[');
    rk__example_value(out, NULL, p);
    rk__json_close(out, ']');
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
        quoted_add(out, "{'$ref':'#/$defs/none'}");
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

/* What a member means, and an example of it. */
static void annotate(rk__json_writer *out, const char *description, const char *example)
{
    rk__json_put_text(out, "description", description);
    rk__json_open(out, "examples", '[');
    quoted_add(out, example);
    rk__json_close(out, ']');
}

static void annotate_params(rk__json_writer *out, const char *description, const rk__rule *rule)
{
    rk__json_put_text(out, "description", description);
    rk__json_open(out, "examples", '[');
    rk__example_params(out, NULL, rule);
    rk__json_close(out, ']');
}

static void rule_word(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_open(out, "rule", '{');
    rk__json_put_text(out, "const", rule->id);
    rk__json_put_text(out, "description", rule->rule->title);
    rk__json_open(out, "examples", '[');
    rk__json_put_text(out, NULL, rule->id);
    rk__json_close(out, ']');
    rk__json_close(out, '}');
}

/* An object, or none. */
static void or_null(rk__json_writer *out, void (*write)(rk__json_writer *out, const rk__rule *),
                    const rk__rule *rule)
{
    rk__json_open(out, "anyOf", '[');
    rk__json_open(out, NULL, '{');
    write(out, rule);
    rk__json_close(out, '}');
    quoted_add(out, "{'type':'null'}");
    rk__json_close(out, ']');
}

static void params_of(rk__json_writer *out, const rk__rule *rule)
{
    params_schema(out, rule->params, false);
}

static void params_by_period_of(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_put_text(out, "type", "object");
    rk__json_open(out, "additionalProperties", '{');
    or_null(out, params_of, rule);
    rk__json_close(out, '}');
}

/* The conditions on a component of one rule. Required parameters may also be in every period's
 * overrides, and then "params" requires nothing. */
static void rule_schema(rk__json_writer *out, const rk__rule *rule)
{
    rk__json_open(out, NULL, '{');
    rk__json_open(out, "if", '{');
    rk__json_open(out, "properties", '{');
    rule_word(out, rule);
    rk__json_close(out, '}');
    quoted_add(out, "'required':['rule']");
    rk__json_close(out, '}');
    rk__json_open(out, "then", '{');
    rk__json_put_text(out, "title", rule->rule->title);
    rk__json_open(out, "properties", '{');
    rk__json_open(out, "params", '{');
    annotate_params(out, "The parameters of the rule.", rule);
    or_null(out, params_of, rule);
    rk__json_close(out, '}');
    rk__json_open(out, "params_by_period", '{');
    annotate(out, "Parameters that differ, by period.", "{}");
    or_null(out, params_by_period_of, rule);
    rk__json_close(out, '}');
    if (rule->rule->of_use == RK_OF_NONE || rule->rule->of_use == RK_OF_REQUIRED) {
        const bool none = rule->rule->of_use == RK_OF_NONE;
        rk__json_open(out, "of", '{');
        annotate(out, none ? "The rule is not settled on others." : "What the rule is settled on.",
                 none ? "[]" : "['acute']");
        quoted_add(out, none ? "'maxItems':0" : "'type':'array','minItems':1");
        rk__json_close(out, '}');
    }
    rk__json_close(out, '}');
    if (rule->rule->of_use == RK_OF_REQUIRED) {
        quoted_add(out, "'required':['of']");
    }
    if (any_required(rule)) {
        rk__json_open(out, "anyOf", '[');
        quoted_add(out, "{'required':['params_by_period']},");
        rk__json_open(out, NULL, '{');
        quoted_add(out, "'required':['params']");
        rk__json_open(out, "properties", '{');
        rk__json_open(out, "params", '{');
        annotate_params(out, "The parameters that the rule needs.", rule);
        quoted_add(out, "'type':'object'");
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
    quoted_add(out, "'type':'object','required':['id','rule'],'additionalProperties':false");
    rk__json_open(out, "properties", '{');
    quoted_add(out, MUST("id", REF("name"), "Its name, unique in the arrangement.", "'acute'"));
    rk__json_open(out, "rule", '{');
    annotate(out, "The payment rule: reckon rules lists them.", "'pbr'");
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
    quoted_add(out, "{'type':'string','pattern':'^[a-z][a-z0-9-]*$" AT_END "'}");
    rk__json_close(out, ']');
    rk__json_close(out, '}');
    quoted_add(out, rk__schema_component);
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

/* Pieces that a kind needs beside its body. */
enum {
    DOCUMENT_PARTS = 1,
    COMPONENTS = 2,
    CONTRACT_OF_SYSTEM = 4,
    WHOLE_DOCUMENTS = 8,
    RESULT_PARTS = 16,
    WHOLE_RESULTS = 32
};

static const struct {
    const char *kind, *title;
    const rk__schema_body *body;
    unsigned parts;
} kinds[] = {
    {"contract", "Reckoner contract", &rk__schema_contract, DOCUMENT_PARTS | COMPONENTS},
    {"tariff", "Reckoner tariff", &rk__schema_tariff, DOCUMENT_PARTS},
    {"vector", "Reckoner vector", &rk__schema_vector,
     DOCUMENT_PARTS | COMPONENTS | CONTRACT_OF_SYSTEM | WHOLE_DOCUMENTS},
    {"system", "Reckoner system", &rk__schema_system,
     DOCUMENT_PARTS | COMPONENTS | CONTRACT_OF_SYSTEM},
    {"import", "Reckoner import profile", &rk__schema_import, DOCUMENT_PARTS},
    {"rule", "Reckoner rule without C", &rk__schema_rule, 0},
    {"challenges", "Reckoner challenges", &rk__schema_challenges, DOCUMENT_PARTS},
    {"result", "What reckon evaluate and batch write", &rk__schema_result, RESULT_PARTS},
    {"comparison", "What reckon compare writes of a contract", &rk__schema_comparison,
     RESULT_PARTS | WHOLE_RESULTS},
    {"explanation", "What reckon explain writes", &rk__schema_explanation, RESULT_PARTS},
    {"check", "What reckon check writes", &rk__schema_check, RESULT_PARTS},
    {"test", "What reckon test writes", &rk__schema_test, RESULT_PARTS},
    {"system-result", "What reckon system writes", &rk__schema_system_result, RESULT_PARTS},
    {"incentives-result", "What reckon incentives writes", &rk__schema_incentives, RESULT_PARTS},
    {"solution", "What reckon solve writes", &rk__schema_solution, RESULT_PARTS},
    {"sensitivity", "What reckon sensitivity writes", &rk__schema_sensitivity, RESULT_PARTS},
    {"sweep", "What reckon sweep writes", &rk__schema_sweep, RESULT_PARTS},
    {"variance", "What reckon variance writes", &rk__schema_variance, RESULT_PARTS},
    {"diff", "What reckon diff writes", &rk__schema_diff, RESULT_PARTS},
    {"replay", "What reckon replay writes", &rk__schema_replay, RESULT_PARTS},
    {"trial", "What reckon rules check writes", &rk__schema_trial, RESULT_PARTS},
    {"rules", "What reckon rules writes", &rk__schema_rules, RESULT_PARTS},
    {"rule-manual", "What reckon rules show writes", &rk__schema_rule_manual, RESULT_PARTS},
    {"tariff-report", "What reckon tariff show and verify write", &rk__schema_tariff_report,
     RESULT_PARTS},
    {"tariff-copies", "What reckon tariff fetch writes, and the list of cached copies",
     &rk__schema_tariff_copies, RESULT_PARTS},
    {"tariff-import", "What reckon tariff import writes", &rk__schema_tariff_import, RESULT_PARTS},
    {"tariff-diff", "What reckon tariff diff writes", &rk__schema_tariff_diff, RESULT_PARTS},
    {"doctor", "What reckon doctor writes", &rk__schema_doctor, 0},
};

static void put_required(rk__json_writer *w, const char *required)
{
    rk__json_open(w, "required", '[');
    quoted_add(w, required);
    rk__json_close(w, ']');
}

static void put_body(rk__json_writer *w, const rk__schema_body *body, const char *required)
{
    quoted_add(w, body->or_list ? "'type':['object','array'],'items':{'$ref':'#'}"
                                : "'type':'object'");
    rk__json_put_bool(w, "additionalProperties", false);
    put_required(w, required);
    rk__json_open(w, "properties", '{');
    quoted_add(w, body->members);
    rk__json_close(w, '}');
    if (body->more != NULL) {
        quoted_add(w, body->more);
    }
}

static void put_piece(rk__json_writer *w, const char *name, const rk__schema_body *body,
                      const char *required)
{
    rk__json_open(w, name, '{');
    put_body(w, body, required != NULL ? required : body->required);
    rk__json_close(w, '}');
}

static void put_pieces(rk__json_writer *w, const rk__registry *registry, unsigned parts)
{
    rk__json_open(w, "$defs", '{');
    quoted_add(w, rk__schema_base);
    if ((parts & DOCUMENT_PARTS) != 0) {
        quoted_add(w, rk__schema_common);
        put_piece(w, "tariff", &rk__schema_tariff, NULL);
    }
    if ((parts & COMPONENTS) != 0) {
        component_schema(w, registry);
    }
    if ((parts & DOCUMENT_PARTS) != 0) {
        quoted_add(w,
                   (parts & CONTRACT_OF_SYSTEM) != 0 ? rk__schema_row_of_system : rk__schema_row);
    }
    if ((parts & CONTRACT_OF_SYSTEM) != 0) {
        put_piece(w, "contract_of_system", &rk__schema_contract, "'arrangements'");
    }
    if ((parts & WHOLE_DOCUMENTS) != 0) {
        put_piece(w, "contract", &rk__schema_contract, NULL);
        put_piece(w, "system", &rk__schema_system, NULL);
    }
    if ((parts & RESULT_PARTS) != 0) {
        quoted_add(w, rk__schema_results);
    }
    if ((parts & WHOLE_RESULTS) != 0) {
        put_piece(w, "result", &rk__schema_result, NULL);
    }
    rk__json_close(w, '}');
}

rk_status rk__schema_write(rk__buf *out, const rk__registry *registry, const char *kind)
{
    size_t d = 0;
    while (d < sizeof kinds / sizeof kinds[0] && strcmp(kinds[d].kind, kind) != 0) {
        d++;
    }
    if (d == sizeof kinds / sizeof kinds[0]) {
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
    rk__json_put_text(&w, "title", kinds[d].title);
    put_body(&w, kinds[d].body, kinds[d].body->required);
    put_pieces(&w, registry, kinds[d].parts);
    rk__json_close(&w, '}');
    rk__json_end(&w);
    out->failed |= rk__page_finish(&page) != RK_OK;
    rk__json_indent(out, json.text != NULL ? json.text : "", 0);
    rk__buf_putc(out, '\n');
    rk__buf_dispose(&json);
    return out->failed ? RK_NO_MEMORY : RK_OK;
}
