/* SPDX-License-Identifier: MIT
 *
 * bind_given.c: where a parameter's value comes from. The command line takes precedence over
 * the period's overrides, and these over the component's params.
 */
#include <string.h>

#include "rules/bind_parts.h"
#include "rules/bind_value.h"
#include "rules/load.h"

/* ------------------------------------------------------------- command line */

const char *rk__cli_option(const rk__bind_input *input, const char *name, rk__arena *arena)
{
    const rk__value *const id = rk__json_get(input->component, "id");
    return rk__arena_printf(arena, "--param %s%s%s", id != NULL && id->text != NULL ? id->text : "",
                            id != NULL ? "." : "", name);
}

/* A value that is not JSON is text: `--param a.rate=4.75%` needs no quotes. */
static rk_status cli_value_parse(const char *value, const char *file, rk__json **out)
{
    rk__buf quoted = {0};
    rk_status status = rk__json_parse(value, strlen(value), file, out, NULL);
    if (status == RK_OK || status == RK_NO_MEMORY) {
        return status;
    }
    rk__json_write_text(&quoted, value, strlen(value));
    status =
        quoted.failed ? RK_NO_MEMORY : rk__json_parse(quoted.text, quoted.length, file, out, NULL);
    rk__buf_dispose(&quoted);
    return status;
}

rk_status rk__cli_parse(rk__binding *b)
{
    if (b->input->n_cli == 0) {
        return RK_OK;
    }
    rk__held *const held = b->input->held;
    if (held != NULL) { /* takes ownership of the documents, and must not fail after that */
        held->documents = rk__arena_alloc(b->arena, b->input->n_cli * sizeof *held->documents);
        if (held->documents == NULL) {
            return RK_NO_MEMORY;
        }
    }
    b->cli = rk__calloc(b->input->n_cli, sizeof *b->cli);
    for (size_t i = 0; b->cli != NULL && i < b->input->n_cli; i++) {
        const rk__param_override *const given = &b->input->cli[i];
        const char *const file = rk__cli_option(b->input, given->name, b->arena);
        if (file == NULL || cli_value_parse(given->value, file, &b->cli[i].document) != RK_OK) {
            return RK_NO_MEMORY;
        }
    }
    return b->cli != NULL ? RK_OK : RK_NO_MEMORY;
}

void rk__cli_dispose(rk__binding *b)
{
    rk__held *const held = b->input->held;
    if (held != NULL && b->cli != NULL) {
        for (size_t i = 0; i < b->input->n_cli; i++) {
            held->documents[held->n++] = b->cli[i].document;
            b->cli[i].document = NULL;
        }
    }
    for (size_t i = 0; b->cli != NULL && i < b->input->n_cli; i++) {
        rk__json_free(b->cli[i].document);
    }
    rk__free(b->cli);
    b->cli = NULL;
}

void rk__held_dispose(rk__held *held)
{
    for (size_t i = 0; i < held->n; i++) {
        rk__json_free(held->documents[i]);
    }
    *held = (rk__held){0};
}

/* The last of several settings of one name counts, as with other options. */
static const rk__value *cli_find(rk__binding *b, const char *path)
{
    const rk__value *found = NULL;
    for (size_t i = 0; i < b->input->n_cli; i++) {
        if (strcmp(b->input->cli[i].name, path) == 0) {
            b->cli[i].used = true;
            found = rk__json_root(b->cli[i].document);
        }
    }
    return found;
}

/* A path to nothing, although its first part names a parameter. */
static void cli_part_unknown(rk__binding *b, const rk_param *param, const char *name,
                             const rk__place *place)
{
    const bool one = (param->flags & RK_ONE_OBJECT) != 0;
    const char *const hint = param->type != RK_PARAM_LIST
                                 ? "the parameter is a single value; leave out what follows"
                             : one ? "write NAME.MEMBER, of an object that the contract gives"
                                   : "write NAME[0].MEMBER; items are counted from 0, and the "
                                     "contract gives the list";
    rk__bind_failed(b,
                    rk__problem(b->problems, RK_UNKNOWN_KEY, place, hint,
                                "'%s' leads to no value of rule '%s'", name, b->input->rule->id));
}

void rk__cli_unused(rk__binding *b)
{
    const bool sound = b->first == RK_OK; /* otherwise some items may not have been read */
    for (size_t i = 0; i < b->input->n_cli; i++) {
        const char *const name = b->input->cli[i].name;
        const size_t first = strcspn(name, ".[");
        const rk_param *param = b->input->rule->params;
        rk__place place = {.file = rk__json_file(b->cli[i].document)};
        if (b->cli[i].used) {
            continue;
        }
        while (param->name != NULL &&
               (strlen(param->name) != first || strncmp(param->name, name, first) != 0)) {
            param++;
        }
        if (param->name == NULL) {
            rk__given_unknown(b, NULL, &place, b->input->rule->params, "", name);
        } else if (sound) {
            cli_part_unknown(b, param, name, &place);
        }
    }
}

/* ---------------------------------------------------------------- any layer */

bool rk__text_is_blank(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

/* Takes a candidate; false if it is blank. */
static bool given_take(const rk_param *param, const rk__value *v, rk__found *out)
{
    if (!rk__value_is_blank(v)) {
        out->given = RK__GIVEN_VALUE;
        out->value = v;
        return true;
    }
    if ((param->flags & RK_NULLABLE) != 0) {
        out->given = RK__GIVEN_NONE;
        return true;
    }
    out->value = out->value != NULL ? out->value : v;
    return false;
}

/* Whether the command line gives no value. It would leave what the contract says, in silence. */
static bool cli_is_blank(rk__binding *b, const rk_param *param, const rk__value *v,
                         const char *path)
{
    const bool none = (param->flags & RK_NULLABLE) != 0;
    if (!rk__value_is_blank(v) || (none && v->type == RK__JSON_NULL)) {
        return false;
    }
    const rk__place place = {.file = rk__cli_option(b->input, path, b->arena)};
    rk__bind_failed(b, rk__problem(b->problems, RK_MISSING_KEY, &place,
                                   none ? "write a value, or null for none"
                                        : "write a value, or leave the option out",
                                   "'%s' is given no value", path));
    return true;
}

rk_status rk__given_find(rk__binding *b, const rk__bind_scope *scope, const rk_param *param,
                         const char *path, rk__found *out)
{
    *out = (rk__found){0};
    const rk__value *const cli = cli_find(b, path);
    if (cli != NULL && !cli_is_blank(b, param, cli, path) && given_take(param, cli, out)) {
        out->source = rk__cli_option(b->input, path, b->arena);
        return out->source != NULL ? RK_OK : RK_NO_MEMORY;
    }
    for (size_t i = 0; i < sizeof scope->layers / sizeof scope->layers[0]; i++) {
        const rk__value *const v = rk__json_get(scope->layers[i], param->name);
        if (v != NULL && given_take(param, v, out)) {
            out->source = b->nums->untraced ? "" : rk__json_pointer(v, b->arena);
            return out->source != NULL ? RK_OK : RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

void rk__given_unknown(rk__binding *b, const rk__value *member, const rk__place *place,
                       const rk_param *params, const char *prefix, const char *name)
{
    const char *names[RK__TABLE_MAX + 1];
    char shown[RK__SHOWN_SIZE];
    size_t n = 0;
    rk__buf hint = {0};
    while (n < RK__TABLE_MAX && params[n].name != NULL) {
        names[n] = params[n].name;
        n++;
    }
    names[n] = NULL;
    const char *const nearest = rk__nearest(name, names);
    if (nearest != NULL) {
        rk__buf_printf(&hint, "did you mean '%s%s'?", prefix, nearest);
    } else if (n == 0) {
        rk__buf_puts(&hint, "the rule takes no parameters");
    } else {
        rk__buf_printf(&hint, "`reckon rules show %s` lists its parameters", b->input->rule->id);
    }
    const char *const text = hint.failed ? NULL : hint.text;
    (void) rk__shown(name, shown);
    if (member != NULL) {
        (void) rk__json_key_problem(b->problems, member, RK_UNKNOWN_KEY, text,
                                    "rule '%s' has no parameter '%s%s'", b->input->rule->id, prefix,
                                    shown);
    } else {
        (void) rk__problem(b->problems, RK_UNKNOWN_KEY, place, text,
                           "rule '%s' has no parameter '%s%s'", b->input->rule->id, prefix, shown);
    }
    rk__buf_dispose(&hint);
    rk__bind_failed(b, RK_UNKNOWN_KEY);
}

void rk__given_names(rk__binding *b, const rk__value *object, const rk_param *params,
                     const char *prefix)
{
    for (const rk__value *member = object->first; member != NULL; member = member->next) {
        const rk_param *known = params;
        while (known->name != NULL && strcmp(known->name, member->key) != 0) {
            known++;
        }
        if (known->name == NULL) {
            rk__given_unknown(b, member, NULL, params, prefix, member->key);
        }
    }
}
