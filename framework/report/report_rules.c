/* SPDX-License-Identifier: MIT
 *
 * report_rules.c: what the rules say of themselves, sent to a sink. All of it is
 * derived from their tables by rules/describe.h.
 */
#include "engine/session.h"
#include "rules/describe.h"

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
    rk__registry_load_all(session->registry);
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
    rk__registry_load_all(session->registry);
    const rk_status status = rk__schema_write(&text, session->registry, kind);
    if (status != RK_OK) {
        rk__buf_dispose(&text);
        return rk__problem(problems, status, NULL, "contract, tariff, system or vector",
                           "'%s' is no kind of document", kind);
    }
    return send(&text, sink);
}

rk_status rk_rule_scaffold(const char *parent, const char *name, rk_problems *problems)
{
    return rk__scaffold_rule(parent, name, RK_INSTALLED_INCLUDE, problems);
}
