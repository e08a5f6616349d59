/* SPDX-License-Identifier: MIT
 *
 * session.c: opening and closing a run, its --param values and its rules.
 */
#include "contract/session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fetch/cache.h"
#include "tariff/shelf.h"

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

/* Whether a path is that of a copy or an index of the cache: their names begin with a digest. */
static bool is_of_cache(const char *folder, const char *path, rk__arena *scratch)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (strspn(name, "0123456789abcdef") < RK__SHA256_TEXT - 1) {
        return false;
    }
    const char *const dir = rk__path_dirname(scratch, path);
    char *const cache = realpath(folder, NULL);
    char *const place = dir != NULL && cache != NULL ? realpath(dir, NULL) : NULL;
    const bool below = place != NULL && strncmp(place, cache, strlen(cache)) == 0;
    free(place);
    free(cache);
    return below;
}

static rk_status refuse_output(const char *path, const char *what, rk_problems *problems)
{
    const rk__place place = {.file = path};
    return rk__problem(problems, RK_CONFLICT, &place, "write to another file",
                       "the output would replace %s", what);
}

/* No output replaces a rule of the folders that are searched, used or not, or a file of the
 * cache. */
static rk_status check_outputs(rk_session *s, rk_problems *problems)
{
    char *folder = NULL;
    rk__arena scratch = {0};
    rk_status status = rk__cache_folder(s->options.cache_dir, &folder);
    for (const char *const *o = s->access.outputs; *o != NULL && status == RK_OK; o++) {
        const char *const only[] = {*o, NULL};
        struct stat found;
        if (s->options.allow_rules != NULL && stat(s->options.allow_rules, &found) == 0 &&
            rk__file_is_among(&found, only)) {
            status = refuse_output(*o, "the list of rules", problems);
        }
        for (size_t i = 0; i < rk__registry_count(s->registry) && status == RK_OK; i++) {
            if (stat(rk__registry_at(s->registry, i)->path, &found) == 0 &&
                rk__file_is_among(&found, only)) {
                status = refuse_output(*o, "a rule", problems);
            }
        }
        if (status == RK_OK && folder != NULL && is_of_cache(folder, *o, &scratch)) {
            status = refuse_output(*o, "a file of the cache of tariffs", problems);
        }
    }
    rk__arena_dispose(&scratch);
    rk__free(folder);
    return status;
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
    s->group_optional = s->options.group_optional;
    s->access =
        (rk__access){.untrusted = s->options.untrusted,
                     .offline = s->options.offline,
                     .root = s->options.root,
                     .allow_host = s->options.allow_hosts,
                     .output_read = &s->output_read,
                     .fetch_timeout_ms = s->options.fetch_timeout_ms,
                     .outputs = rk__list_with(&s->arena, s->options.outputs, s->options.rows_file)};
    const rk__registry_options registry = {.folders = s->options.rules,
                                           .no_defaults = s->options.no_default_rules,
                                           .allow_rules = s->options.allow_rules,
                                           .confine = s->options.confine,
                                           .require_confined = s->options.require_confined};
    rk_status status = s->access.outputs == NULL
                           ? RK_NO_MEMORY
                           : rk__registry_new(&registry, &s->registry, problems);
    if (status == RK_OK) {
        status = check_outputs(s, problems);
    }
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

const char *rk_session_warnings(const rk_session *session)
{
    return rk__registry_warnings(session->registry);
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
    *out = count > 0 ? rk__arena_alloc(arena, count * sizeof **out) : NULL;
    if (count > 0 && *out == NULL) {
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
