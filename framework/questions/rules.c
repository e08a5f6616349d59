/* SPDX-License-Identifier: MIT
 *
 * rules.c: the manual, schemas and list of rules, sent to a sink. All of it is derived from their
 * tables by manual/describe.h.
 */
#include <unistd.h>

#include "base/file.h"
#include "base/installed.h"
#include "contract/session.h"
#include "manual/describe.h"

#define WIDTH_DEFAULT 100

static rk_status send(rk__buf *text, const rk_sink *sink)
{
    rk_status status = text->failed ? RK_NO_MEMORY : RK_OK;
    if (status == RK_OK && text->length > 0 &&
        sink->write(sink->ctx, text->text, text->length) != 0) {
        status = RK_IO_WRITE;
    }
    rk__buf_dispose(text);
    return status;
}

rk_status rk_report_rules(rk_session *session, rk_format format, const rk_sink *sink)
{
    static const char *const names[] = {
        [RK_FORMAT_TEXT] = "text",
        [RK_FORMAT_JSON] = "json",
        [RK_FORMAT_CSV] = "csv",
        [RK_FORMAT_MARKDOWN] = "markdown",
    };
    rk__buf text = {0};
    if (format > RK_FORMAT_MARKDOWN) {
        return RK_USAGE;
    }
    const rk_status loaded = rk__registry_load_all(session->registry);
    if (loaded != RK_OK) {
        return loaded;
    }
    rk__describe_list(&text, session->registry, names[format]);
    return send(&text, sink);
}

rk_status rk_report_rule(rk_session *session, const char *id, rk_format format, const rk_sink *sink,
                         rk_problems *problems)
{
    rk_status status = RK_OK;
    const rk__rule *rule = rk__registry_get(session->registry, id, &status, NULL, problems);
    if (rule == NULL) {
        return status;
    }
    rk__buf text = {0};
    if (format == RK_FORMAT_JSON) {
        rk__describe_json(&text, rule);
    } else if (format == RK_FORMAT_MARKDOWN) {
        rk__describe_markdown(&text, rule);
    } else {
        rk__describe_text(&text, rule, sink->width > 0 ? sink->width : WIDTH_DEFAULT);
    }
    return send(&text, sink);
}

rk_status rk_report_schema(rk_session *session, const char *kind, const rk_sink *sink,
                           rk_problems *problems)
{
    rk__buf text = {0};
    rk_status status = rk__registry_load_all(session->registry);
    if (status != RK_OK) {
        return status;
    }
    status = rk__schema_write(&text, session->registry, kind);
    if (status != RK_OK) {
        rk__buf_dispose(&text);
        return rk__problem(problems, status, NULL,
                           "contract, tariff, system, vector, import or rule; of what commands "
                           "write: result, comparison, explanation, check, test, system-result, "
                           "incentives-result, solution, sensitivity or sweep",
                           "'%s' is not a kind of document", kind);
    }
    return send(&text, sink);
}

/* The header that belongs to this program: in the folder that it was built in or
 * installed to, near the executable, or else where the build was to be installed. */
static const char *include_folder(rk__arena *arena)
{
    static const char *const near[] = {"../include", "../../include", "../../../include", NULL};
    char executable[4096];
    const ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0 || (size_t) length >= sizeof executable - 1) {
        return RK_INSTALLED_INCLUDE;
    }
    executable[length] = '\0';
    const char *const dir = rk__path_dirname(arena, executable);
    for (size_t i = 0; dir != NULL && near[i] != NULL; i++) {
        const char *const folder = rk__path_join(arena, dir, near[i]);
        const char *const header =
            folder != NULL ? rk__path_join(arena, folder, "reckoner/plugin.h") : NULL;
        if (header != NULL && access(header, R_OK) == 0) {
            return folder;
        }
    }
    return rk__installed(arena, RK_INCLUDE_FROM_BIN, RK_INCLUDE_FROM_LIB, RK_INSTALLED_INCLUDE);
}

rk_status rk_rule_scaffold(const char *parent, const char *name, bool settles,
                           rk_problems *problems)
{
    rk__arena arena = {0};
    const char *const include = include_folder(&arena);
    const rk_status status =
        arena.failed ? RK_NO_MEMORY : rk__scaffold_rule(parent, name, include, settles, problems);
    rk__arena_dispose(&arena);
    return status;
}

rk_status rk_rule_scaffold_document(const char *parent, const char *name, rk_problems *problems)
{
    return rk__scaffold_document(parent, name, problems);
}
