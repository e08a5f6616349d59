/* SPDX-License-Identifier: MIT
 *
 * load.c: loads contracts, and applies --set to them.
 */
#include <string.h>
#include <unistd.h>

#include "contract/selection.h"
#include "contract/session.h"

static rk_status unknown_component(const rk_contract *c, const char *param, rk_problems *problems)
{
    rk__arena scratch = {0};
    size_t n = 0;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        n += c->arrangements[a].n_components;
    }
    const char **ids = rk__arena_alloc(&scratch, (n + 1) * sizeof *ids);
    const char *name = rk__arena_copy(&scratch, param, strcspn(param, ".="));
    n = 0;
    for (size_t a = 0; ids != NULL && a < c->n_arrangements; a++) {
        for (size_t k = 0; k < c->arrangements[a].n_components; k++) {
            ids[n++] = c->arrangements[a].components[k].id;
        }
    }
    const char *near = ids != NULL && name != NULL ? rk__nearest(name, ids) : NULL;
    const char *hint = near != NULL ? rk__arena_printf(&scratch, "did you mean '%s'?", near)
                                    : "name a component of the contract, as --param acute.rate=1";
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, hint, "--param '%s': there is no component '%s'",
                    param, name != NULL ? name : "");
    rk__arena_dispose(&scratch);
    return status;
}

static bool has_param(const rk__rule *rule, const char *name)
{
    for (size_t i = 0; i < rule->n_params; i++) {
        if (strcmp(rule->params[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static rk_status unknown_param(const rk__rule *rule, const char *param, const char *name,
                               rk_problems *problems)
{
    rk__arena scratch = {0};
    const char **names = rk__arena_alloc(&scratch, (rule->n_params + 1) * sizeof *names);
    for (size_t i = 0; names != NULL && i < rule->n_params; i++) {
        names[i] = rule->params[i].name;
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    const rk__place place = {
        .file = rk__arena_printf(&scratch, "--param %.*s", (int) strcspn(param, "="), param)};
    const char *hint =
        near != NULL
            ? rk__arena_printf(&scratch, "did you mean '%s'?", near)
            : rk__arena_printf(&scratch, "`reckon rules show %s` lists its parameters", rule->id);
    const rk_status status = rk__problem(problems, RK_UNKNOWN_KEY, &place, hint,
                                         "rule '%s' has no parameter '%s'", rule->id, name);
    rk__arena_dispose(&scratch);
    return status;
}

rk_status rk__contract_check_param(const rk_contract *c, const char *param, rk_problems *problems)
{
    rk_status status = RK_OK;
    rk__arena scratch = {0};
    const rk__rule *without = NULL;
    const char *name = NULL;
    bool found = false;
    for (size_t a = 0; a < c->n_arrangements; a++) {
        for (size_t k = 0; k < c->arrangements[a].n_components && status == RK_OK; k++) {
            const rk__component *component = &c->arrangements[a].components[k];
            const size_t length = strlen(component->id);
            if (strncmp(param, component->id, length) != 0 || param[length] != '.') {
                continue;
            }
            const char *path = param + length + 1; /* of a member, by its first name */
            name = rk__arena_copy(&scratch, path, strcspn(path, ".[="));
            without = rk__session_rule(c->session, component, &status, problems);
            status = status == RK_OK && name == NULL ? RK_NO_MEMORY : status;
            found |= status == RK_OK && has_param(without, name);
        }
    }
    if (status == RK_OK && without != NULL && !found) {
        status = unknown_param(without, param, name, problems);
    }
    rk__arena_dispose(&scratch);
    return status;
}

/* Each --param names a component of the contract, and is written NAME=VALUE. */
static rk_status check_params(const rk_contract *c, rk_problems *problems)
{
    const char *const *params = c->session->options.params;
    for (size_t i = 0; params != NULL && params[i] != NULL; i++) {
        bool known = false;
        const char *equals = strchr(params[i], '=');
        const char *dot =
            memchr(params[i], '.', equals != NULL ? (size_t) (equals - params[i]) : 0);
        for (size_t a = 0; a < c->n_arrangements; a++) {
            for (size_t k = 0; k < c->arrangements[a].n_components; k++) {
                const char *id = c->arrangements[a].components[k].id;
                const size_t length = strlen(id);
                known |= strncmp(params[i], id, length) == 0 && params[i][length] == '.';
            }
        }
        if (dot == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, "write --param acute.rate=740",
                               "--param '%s' is not COMPONENT.NAME=VALUE", params[i]);
        }
        if (!known) {
            return unknown_component(c, params[i], problems);
        }
    }
    return RK_OK;
}

/* The value of --set: JSON if it parses, else text. Messages use `name`. */
static rk_status set_value(const char *text, const char *name, rk__json **out)
{
    rk_status status = rk__json_parse(text, strlen(text), name, out, NULL);
    if (status == RK_OK || status == RK_NO_MEMORY) {
        return status;
    }
    rk__buf quoted = {0};
    rk__json_write_text(&quoted, text, strlen(text));
    status =
        quoted.failed ? RK_NO_MEMORY : rk__json_parse(quoted.text, quoted.length, name, out, NULL);
    rk__buf_dispose(&quoted);
    return status;
}

/* `*value` owns the new value and must outlive the document. */
rk_status rk__contract_set(rk__json *document, const char *set, rk__json **value,
                           rk_problems *problems)
{
    const char *equals = strchr(set, '=');
    if (set[0] != '/' || equals == NULL) {
        return rk__problem(problems, RK_USAGE, NULL,
                           "write --set /provider=RHW, with a JSON pointer",
                           "--set '%s' has no pointer and value", set);
    }
    if (equals[1 + strspn(equals + 1, " \t")] == '\0') {
        return rk__problem(problems, RK_USAGE, NULL,
                           "write a value, null for none, or '\"\"' for an empty text",
                           "--set '%s' gives no value", set);
    }
    rk__arena scratch = {0};
    const char *pointer = rk__arena_copy(&scratch, set, (size_t) (equals - set));
    const char *name = rk__arena_printf(&scratch, "--set %s", pointer != NULL ? pointer : "");
    rk_status status =
        pointer != NULL && name != NULL ? set_value(equals + 1, name, value) : RK_NO_MEMORY;
    if (status == RK_OK) {
        status = rk__json_set(document, pointer, rk__json_root(*value), problems);
    }
    rk__arena_dispose(&scratch);
    return status;
}

static void free_held(rk__json **held, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rk__json_free(held[i]);
    }
    rk__free(held);
}

/* Makes the copy edited by --set; `held` takes the documents that it borrows from. */
static rk_status edit_document(const char *const *sets, rk__json **document, rk__json **held,
                               size_t *n_held, rk_problems *problems)
{
    held[(*n_held)++] = *document;
    rk_status status = rk__json_clone(rk__json_root(held[0]), document);
    for (size_t i = 0; status == RK_OK && sets[i] != NULL; i++) {
        status = rk__contract_set(*document, sets[i], &held[*n_held], problems);
        *n_held += held[*n_held] != NULL;
    }
    return status;
}

rk_status rk__contract_edited(rk_session *session, rk__json *document, const char *base_dir,
                              const char *sha256, rk_contract **out, rk_problems *problems)
{
    const char *const *sets = session->options.sets;
    size_t n = 0;
    size_t n_held = 0;
    rk__json **held = NULL;
    while (sets != NULL && sets[n] != NULL) {
        n++;
    }
    if (n > 0) {
        held = rk__calloc(n + 1, sizeof(rk__json *));
        rk_status edited = held == NULL ? RK_NO_MEMORY : RK_OK;
        if (held != NULL) {
            edited = edit_document(sets, &document, held, &n_held, problems);
        }
        if (edited != RK_OK) {
            if (n_held == 0 || document != held[0]) {
                rk__json_free(document);
            }
            free_held(held, n_held);
            return edited;
        }
    }
    rk_status status = rk__contract_read(session, document, base_dir, out, problems);
    if (status != RK_OK) {
        free_held(held, n_held);
        return status;
    }
    (*out)->held = held;
    (*out)->n_held = n_held;
    memcpy((*out)->sha256, sha256, sizeof(*out)->sha256);
    status = check_params(*out, problems);
    if (status == RK_OK) {
        status = rk__selection_read(*out, problems);
    }
    if (status != RK_OK) {
        rk_contract_free(*out);
        *out = NULL;
    }
    return status;
}

/* Takes ownership of the document. */
static rk_status contract_of(rk_session *session, rk__json *document, const char *base_dir,
                             rk_contract **out_contract, rk_problems *problems)
{
    char sha256[RK__SHA256_TEXT];
    size_t length = 0;
    const char *text = rk__json_text(document, &length);
    rk__sha256(text, length, sha256);
    if (sha256[0] == '\0') {
        rk__json_free(document);
        return RK_NO_MEMORY;
    }
    return rk__contract_edited(session, document, base_dir, sha256, out_contract, problems);
}

rk_status rk_contract_parse(rk_session *session, const char *text, size_t length, const char *name,
                            const char *base_dir, rk_contract **out_contract, rk_problems *problems)
{
    rk__json *document = NULL;
    *out_contract = NULL;
    const rk_status status = rk__json_parse(text, length, name, &document, problems);
    return status == RK_OK ? contract_of(session, document, base_dir, out_contract, problems)
                           : status;
}

rk_status rk_contract_load(rk_session *session, const char *path, rk_contract **out_contract,
                           rk_problems *problems)
{
    const bool standard_input = strcmp(path, "-") == 0;
    rk__arena scratch = {0};
    const char *name = NULL;
    char *text = NULL;
    size_t length = 0;
    rk__json *document = NULL;
    *out_contract = NULL;
    rk_status status =
        rk__file_read_input(path, RK__JSON_MAX_BYTES, &name, &text, &length, problems);
    const char *base = standard_input ? "." : rk__path_dirname(&scratch, path);
    if (status == RK_OK) {
        status = base == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        rk__access_note_names(&session->access, base, text, length);
        status = rk__json_take(&text, length, name, &document, problems);
    }
    if (status == RK_OK) {
        status = contract_of(session, document, base, out_contract, problems);
    }
    rk__free(text);
    rk__arena_dispose(&scratch);
    return status;
}
