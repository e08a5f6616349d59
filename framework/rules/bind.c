/* SPDX-License-Identifier: MIT */
#include "rules/bind.h"

#include <string.h>

#include "rules/bind_parts.h"
#include "rules/bind_value.h"

/* -------------------------------------------------------------- single values */

/* Of an amount per time with an index of its own. */
static const char *const amount_keys[] = {"amount", "index", NULL};

static const char *type_words(const rk_param *param)
{
    switch (param->type) {
    case RK_PARAM_TEXT:
        return "text";
    case RK_PARAM_BOOL:
        return "true or false";
    case RK_PARAM_INTEGER:
        return "a whole number";
    case RK_PARAM_DECIMAL:
    case RK_PARAM_EXACT:
        return "a number or a decimal in quotes";
    case RK_PARAM_RATIO:
        return "a ratio";
    case RK_PARAM_ENUM:
        return "one of its words";
    case RK_PARAM_COMPONENT:
        return "the id of a component";
    case RK_PARAM_SCOPE:
        return "an object of columns and patterns";
    case RK_PARAM_LIST:
        break;
    }
    return "a list of objects";
}

static const char *type_hint(const rk_param *param)
{
    switch (param->type) {
    case RK_PARAM_BOOL:
        return "write true or false, without quotes";
    case RK_PARAM_RATIO:
        return "write a ratio: 0.0475, \"4.75%\" or \"7/12\"";
    case RK_PARAM_ENUM:
        return "write the word in quotes";
    case RK_PARAM_COMPONENT:
        return "name an earlier component of the arrangement: \"acute\"";
    case RK_PARAM_SCOPE:
        return "write {\"pod\": [\"EL\", \"NEL\"]}";
    default:
        return NULL;
    }
}

/* The value's text if its JSON type suits the parameter; else NULL. A number may serve as text,
 * as spelled; text never serves as true or false. */
static const char *value_text(const rk_param *param, const rk__value *v)
{
    const bool text = v->type == RK__JSON_STRING;
    const bool number = v->type == RK__JSON_NUMBER;
    switch (param->type) {
    case RK_PARAM_BOOL:
        return v->type != RK__JSON_BOOL ? NULL : v->truth ? "true" : "false";
    case RK_PARAM_ENUM:
    case RK_PARAM_COMPONENT:
        return text ? v->text : NULL;
    case RK_PARAM_SCOPE:
        return v->type == RK__JSON_OBJECT ? "" : NULL;
    default:
        return text || number ? v->text : NULL;
    }
}

/* An amount per time in the prices of its period; NULL if out of memory or the index is wrong,
 * which is then reported. */
static rk_num index_apply(rk__binding *b, const rk__value *index, const char *path,
                          const char *source, rk_num number)
{
    rk_num factor = NULL;
    const char *const base = rk__arena_printf(b->arena, "%s, of the base year", path);
    const rk_status status =
        b->input->factor_of(b->input->ctx, index, b->nums, &factor, b->problems);
    if (status != RK_OK) {
        rk__bind_failed(b, status);
        return status == RK_NO_MEMORY ? NULL : number;
    }
    number = rk__num_label(b->nums, number, base, source);
    factor = rk__num_label(b->nums, factor, "index", NULL);
    return base == NULL ? NULL : rk__num_mul(b->nums, number, factor);
}

/* The number under its parameter's name; an amount per time as the product that
 * `explain` can show. */
static rk_num number_label(rk__binding *b, const rk_param *param, const char *path,
                           const rk__value *index, const char *source, rk_num number)
{
    const rk__bind_input *const in = b->input;
    if (index != NULL && in->factor_of != NULL) {
        number = index_apply(b, index, path, source, number);
        source = NULL;
    }
    if (number == NULL) {
        return NULL;
    }
    if ((param->flags & RK_PER_TIME) == 0 || in->scale_num == in->scale_den) {
        return rk__num_label(b->nums, number, path, source);
    }
    const char *const yearly = rk__arena_printf(b->arena, "%s, per year", path);
    rk_num share = rk__num_from_ratio(b->nums, in->scale_num, in->scale_den);
    if (yearly == NULL || share == NULL) {
        return NULL;
    }
    share = rk__num_label(b->nums, share, "part of the year", NULL);
    number = rk__num_label(b->nums, number, yearly, source);
    if (number == NULL || share == NULL) {
        return NULL;
    }
    number = rk__num_mul(b->nums, number, share);
    return number == NULL ? NULL : rk__num_label(b->nums, number, path, source);
}

/* Reads a value's text and stores it; `at` is NULL for a default. */
static rk_status text_bind(rk__binding *b, const rk_param *param, const char *path,
                           const rk__value *at, const char *text, const rk__value *own_index,
                           const char *source, void *object)
{
    rk__scalar scalar;
    rk__refusal why;
    const rk_status status = rk__scalar_read(param, path, text, b->nums, &scalar, &why);
    if (status == RK_NO_MEMORY) {
        return status;
    }
    if (status != RK_OK) {
        rk__bind_failed(b, rk__json_problem(b->problems, at, status, why.hint, "%s", why.reason));
        return RK_OK;
    }
    if (param->type == RK_PARAM_TEXT) {
        scalar.text = rk__arena_strdup(b->arena, text);
        if (scalar.text == NULL) {
            return RK_NO_MEMORY;
        }
    } else if (param->type == RK_PARAM_EXACT || param->type == RK_PARAM_RATIO) {
        const bool per_time = (param->flags & RK_PER_TIME) != 0;
        const rk__value *const index = own_index != NULL ? own_index : b->input->index;
        scalar.number =
            number_label(b, param, path, per_time ? index : NULL, source, scalar.number);
        if (scalar.number == NULL) {
            return RK_NO_MEMORY;
        }
    }
    rk__scalar_store(param, &scalar, object);
    return RK_OK;
}

static rk_status value_bind(rk__binding *b, const rk_param *param, const char *path,
                            const rk__found *found, void *object)
{
    const rk__value *v = found->value;
    const rk__value *index = NULL;
    if (v->type == RK__JSON_OBJECT && (param->flags & RK_PER_TIME) != 0) {
        const rk_status status = rk__json_only_keys(v, amount_keys, b->problems);
        index = rk__json_get(v, "index");
        if (status != RK_OK) {
            rk__bind_failed(b, status);
        }
        if (!rk__json_given(rk__json_get(v, "amount"))) {
            rk__bind_failed(b, rk__json_problem(b->problems, v, RK_MISSING_KEY,
                                                "write {\"amount\": ..., \"index\": ...}",
                                                "'%s' has no amount", path));
            return RK_OK;
        }
        v = rk__json_get(v, "amount");
    }
    const char *const text = value_text(param, v);
    if (param->type == RK_PARAM_LIST) {
        rk_list list;
        const rk_status status = rk__bind_list(b, param, path, v, &list);
        memcpy((char *) object + param->offset, &list, sizeof list);
        return status;
    }
    if (text == NULL) {
        rk__bind_failed(b, rk__json_problem(b->problems, v, RK_WRONG_TYPE, type_hint(param),
                                            "'%s' must be %s, and is %s", path, type_words(param),
                                            rk__json_type_name(v)));
        return RK_OK;
    }
    if (param->type == RK_PARAM_COMPONENT || param->type == RK_PARAM_SCOPE) {
        return RK_OK; /* bound together: rk__bind_valued */
    }
    return text_bind(b, param, path, v, text, index, found->source, object);
}

/* A blank value is reported at its own position, an absent one at its owner's. */
static void missing_report(rk__binding *b, const rk_param *param, const char *path,
                           const rk__value *blank, const rk__value *owner)
{
    const char *const hint =
        rk__arena_printf(b->arena, "give \"%s\" a value%s%s", param->name,
                         param->help != NULL ? ": " : "", param->help != NULL ? param->help : "");
    rk__bind_failed(b, rk__json_problem(b->problems, blank != NULL ? blank : owner, RK_MISSING_KEY,
                                        hint, "rule '%s' needs the parameter '%s'%s",
                                        b->input->rule->id, path,
                                        blank != NULL ? ", and blank is not a value" : ""));
}

/* -------------------------------------------------------------------- tables */

/* The default of a parameter, as text. */
static const char *default_of(const rk__binding *b, const rk_param *param)
{
    static const char *const units[] = {"1",      "0.1",     "0.01",    "0.001",
                                        "0.0001", "0.00001", "0.000001"};
    return (param->flags & RK_MINOR_UNIT) != 0 && b->input->minor_known
               ? units[b->input->minor_places]
               : param->default_value;
}

static rk_status param_bind(rk__binding *b, const rk_param *param, const rk__bind_scope *scope,
                            void *object)
{
    rk__found found;
    const char *const path = scope->prefix[0] == '\0'
                                 ? param->name
                                 : rk__arena_printf(b->arena, "%s%s", scope->prefix, param->name);
    if (path == NULL || rk__given_find(b, scope, param, path, &found) != RK_OK) {
        return RK_NO_MEMORY;
    }
    rk__absent_store(param, object);
    if (found.given == RK__GIVEN_VALUE) {
        return value_bind(b, param, path, &found, object);
    }
    if (found.given == RK__GIVEN_NOT && (param->flags & RK_REQUIRED) != 0) {
        missing_report(b, param, path, found.value, scope->owner);
    } else if (found.given == RK__GIVEN_NOT && param->default_value != NULL) {
        return text_bind(b, param, path, NULL, default_of(b, param), NULL, "default", object);
    }
    return RK_OK;
}

rk_status rk__bind_table(rk__binding *b, const rk_param *params, const rk__bind_scope *scope,
                         void *object)
{
    const rk_param *const table = params;
    rk_status status = RK_OK;
    for (; params->name != NULL && status == RK_OK; params++) {
        status = param_bind(b, params, scope, object);
    }
    return status == RK_OK ? rk__bind_valued(b, table, scope, object) : status;
}

/* One of the component's objects, its names checked; NULL if it has none. */
static const rk__value *layer_open(rk__binding *b, const rk__value *v, const char *what)
{
    if (v == NULL || v->type == RK__JSON_NULL) {
        return NULL;
    }
    if (v->type != RK__JSON_OBJECT) {
        rk__bind_failed(
            b, rk__json_problem(b->problems, v, RK_WRONG_TYPE, "write {\"name\": value, ...}",
                                "%s must be an object, and is %s", what, rk__json_type_name(v)));
        return NULL;
    }
    rk__given_names(b, v, b->input->rule->params, "");
    return v;
}

rk_status rk__bind(const rk__bind_input *input, rk__nums *nums, rk__arena *arena, void **out,
                   rk_problems *problems)
{
    rk__binding b = {.input = input, .nums = nums, .arena = arena, .problems = problems};
    const size_t size = input->rule->rule->params_size;
    void *const object = rk__arena_alloc(arena, size > 0 ? size : 1);
    *out = NULL;
    rk_status status = object == NULL ? RK_NO_MEMORY : rk__cli_parse(&b);
    if (status == RK_OK && input->rule->document != NULL) {
        memcpy(object, &input->rule->document, sizeof input->rule->document);
    }
    if (status == RK_OK) {
        const rk__value *const params = layer_open(&b, input->params, "'params'");
        const rk__bind_scope scope = {
            {layer_open(&b, input->overrides, "a period of 'params_by_period'"), params},
            input->component,
            ""};
        status = rk__bind_table(&b, input->rule->params, &scope, object);
    }
    if (status == RK_OK) {
        rk__cli_unused(&b);
    }
    rk__cli_dispose(&b);
    if (status != RK_OK) {
        return rk__problem(problems, status, NULL, NULL, "out of memory");
    }
    *out = b.first == RK_OK ? object : NULL;
    return b.first;
}

/* --------------------------------------------------------------------- places */

/* The value at a path like "bands[1].to" from an object; if the path ends early, the last value
 * found on it; NULL if even its first name is missing. */
static const rk__value *path_follow(const rk__value *object, const char *path)
{
    const rk__value *at = object;
    const rk__value *reached = NULL;
    char name[256];
    while (*path != '\0' && at != NULL) {
        if (*path == '[') {
            uint32_t index = 0;
            for (path++; *path >= '0' && *path <= '9' && index < 100000000; path++) {
                index = index * 10 + (uint32_t) (*path - '0');
            }
            path += *path == ']';
            for (at = at->type == RK__JSON_ARRAY ? at->first : NULL;
                 at != NULL && at->index != index;) {
                at = at->next;
            }
        } else {
            path += *path == '.';
            const size_t length = strcspn(path, ".[");
            if (length >= sizeof name) {
                return reached;
            }
            memcpy(name, path, length);
            name[length] = '\0';
            path += length;
            at = rk__json_get(at, name);
        }
        reached = at != NULL ? at : reached;
    }
    return reached;
}

void rk__bind_place(const rk__bind_input *input, const char *where, rk__place *place,
                    rk__arena *arena)
{
    const rk__value *at = NULL;
    *place = (rk__place){0};
    for (size_t i = input->n_cli; where != NULL && i > 0; i--) {
        const char *const name = input->cli[i - 1].name;
        const size_t length = strlen(name);
        if (strncmp(name, where, length) == 0 && strchr(".[", where[length]) != NULL) {
            place->file = rk__cli_option(input, name, arena);
            return;
        }
    }
    if (where != NULL) {
        at = path_follow(input->overrides, where);
        at = at != NULL ? at : path_follow(input->params, where);
    }
    at = at != NULL ? at : input->component;
    if (at != NULL) {
        rk__json_place(at, place, arena);
    }
}
