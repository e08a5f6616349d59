/* SPDX-License-Identifier: MIT
 *
 * session.c: opening a run, and the documents that are loaded into it.
 */
#include "contract/session.h"

#include <string.h>
#include <unistd.h>

#include "tariff/shelf.h"

#define DOCUMENT_MAX_BYTES RK__JSON_MAX_BYTES

const char *rk_version(void)
{
    return RK_VERSION;
}

const char *const *rk__list_with(rk__arena *arena, const char *const *list, const char *more)
{
    size_t n = 0;
    while (list != NULL && list[n] != NULL) {
        n++;
    }
    const char **out = rk__arena_alloc(arena, (n + 2) * sizeof *out);
    if (out != NULL) {
        for (size_t i = 0; i < n; i++) {
            out[i] = list[i];
        }
        out[n] = more;
        out[n + 1] = NULL;
    }
    return out;
}

rk_status rk_session_open(const rk_options *options, rk_session **out_session,
                          rk_problems *problems)
{
    *out_session = NULL;
    if (options->size < sizeof(size_t) || options->size > 4096) {
        return rk__problem(problems, RK_USAGE, NULL, "begin options with RK_OPTIONS_INIT",
                           "rk_options has the size %zu", options->size);
    }
    rk_session *s = rk__calloc(1, sizeof *s);
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    /* A caller built against an older header passes a shorter struct. */
    memcpy(&s->options, options,
           options->size < sizeof s->options ? options->size : sizeof s->options);
    s->access =
        (rk__access){.untrusted = s->options.untrusted,
                     .offline = s->options.offline,
                     .root = s->options.root,
                     .allow_host = s->options.allow_hosts,
                     .output_read = &s->output_read,
                     .outputs = rk__list_with(&s->arena, s->options.outputs, s->options.rows_file)};
    const rk__registry_options registry = {.folders = s->options.rules,
                                           .no_defaults = s->options.no_default_rules};
    const rk_status status = s->access.outputs == NULL
                                 ? RK_NO_MEMORY
                                 : rk__registry_new(&registry, &s->registry, problems);
    if (status != RK_OK) {
        rk_session_close(s);
        return status;
    }
    *out_session = s;
    return RK_OK;
}

bool rk_session_output_is_read(const rk_session *session)
{
    return atomic_load(&session->output_read);
}

void rk_session_close(rk_session *session)
{
    if (session != NULL) {
        rk__shelf_free(session->shelf);
        rk__registry_free(session->registry);
        rk__arena_dispose(&session->arena);
        rk__free(session);
    }
}

/* ------------------------------------------------------- command-line changes */

rk_status rk__session_overrides(const rk_session *session, const char *component, rk__arena *arena,
                                rk__param_override **out, size_t *n)
{
    const char *const *params = session->options.params;
    const size_t length = strlen(component);
    size_t count = 0;
    while (params != NULL && params[count] != NULL) {
        count++;
    }
    *n = 0;
    *out = rk__arena_alloc(arena, (count + 1) * sizeof **out);
    if (*out == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(params[i], '=');
        if (strncmp(params[i], component, length) != 0 || params[i][length] != '.' ||
            equals == NULL || equals < params[i] + length) {
            continue;
        }
        const char *name = params[i] + length + 1;
        rk__param_override *o = &(*out)[(*n)++];
        o->name = rk__arena_copy(arena, name, (size_t) (equals - name));
        o->value = equals + 1;
        if (o->name == NULL) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}

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
rk_status rk__session_apply_set(rk__json *document, const char *set, rk__json **value,
                                rk_problems *problems)
{
    const char *equals = strchr(set, '=');
    if (set[0] != '/' || equals == NULL) {
        return rk__problem(problems, RK_USAGE, NULL,
                           "write --set /provider=RHW, with a JSON pointer",
                           "--set '%s' has no pointer and value", set);
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

/* ------------------------------------------------------------------- loading */

/* Makes the copy edited by --set; `held` takes the documents that it borrows from. */
static rk_status edit_document(const char *const *sets, rk__json **document, rk__json **held,
                               size_t *n_held, rk_problems *problems)
{
    held[(*n_held)++] = *document;
    rk_status status = rk__json_clone(rk__json_root(held[0]), document);
    for (size_t i = 0; status == RK_OK && sets[i] != NULL; i++) {
        status = rk__session_apply_set(*document, sets[i], &held[*n_held], problems);
        *n_held += held[*n_held] != NULL;
    }
    return status;
}

rk_status rk__session_contract(rk_session *session, rk__json *document, const char *base_dir,
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
    if (status != RK_OK) {
        rk_contract_free(*out);
        *out = NULL;
    }
    return status;
}

rk_status rk_contract_parse(rk_session *session, const char *text, size_t length, const char *name,
                            const char *base_dir, rk_contract **out_contract, rk_problems *problems)
{
    rk__json *document = NULL;
    char sha256[RK__SHA256_TEXT];
    *out_contract = NULL;
    const rk_status status = rk__json_parse(text, length, name, &document, problems);
    if (status != RK_OK) {
        return status;
    }
    rk__sha256(text, length, sha256);
    if (sha256[0] == '\0') {
        rk__json_free(document);
        return RK_NO_MEMORY;
    }
    return rk__session_contract(session, document, base_dir, sha256, out_contract, problems);
}

rk_status rk_contract_load(rk_session *session, const char *path, rk_contract **out_contract,
                           rk_problems *problems)
{
    const bool standard_input = strcmp(path, "-") == 0;
    rk__arena scratch = {0};
    char *text = NULL;
    size_t length = 0;
    *out_contract = NULL;
    rk_status status = standard_input
                           ? rk__file_read_fd(STDIN_FILENO, "standard input", DOCUMENT_MAX_BYTES,
                                              &text, &length, problems)
                           : rk__file_read(path, DOCUMENT_MAX_BYTES, &text, &length, problems);
    if (status == RK_OK) {
        const char *base = standard_input ? "." : rk__path_dirname(&scratch, path);
        status = base == NULL ? RK_NO_MEMORY
                              : rk_contract_parse(session, text, length,
                                                  standard_input ? "standard input" : path, base,
                                                  out_contract, problems);
    }
    rk__free(text);
    rk__arena_dispose(&scratch);
    return status;
}

const rk__rule *rk__session_rule(rk_session *session, const rk__component *component,
                                 rk_status *status, rk_problems *problems)
{
    rk__session_enter(session, component->rule); /* loading runs constructors */
    const rk__rule *rule = rk__registry_get(session->registry, component->rule, status, NULL, NULL);
    rk__session_leave(session);
    if (rule != NULL) {
        return rule;
    }
    /* The position is computed only if there is a problem. */
    rk__arena scratch = {0};
    rk__place place = {0};
    const rk__value *at = rk__json_get(component->at, "rule");
    rk__json_place(at != NULL ? at : component->at, &place, &scratch);
    rule = rk__registry_get(session->registry, component->rule, status, &place, problems);
    rk__arena_dispose(&scratch);
    return rule;
}
