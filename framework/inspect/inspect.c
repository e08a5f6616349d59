/* SPDX-License-Identifier: MIT
 *
 * inspect.c: inspecting a file, sent to a sink.
 */
#include "inspect/inspect.h"

#include "contract/session.h"
#include "reckoner/reckoner.h"

static rk_status inspect(rk_session *session, const char *path, const rk_inspect_options *options,
                         rk__inspection *in, rk_problems *problems)
{
    rk_status status = RK_OK;
    if (options->rule != NULL) {
        in->rule = rk__registry_get(session->registry, options->rule, &status, NULL, problems);
    } else {
        status = rk__registry_load_all(session->registry);
    }
    if (status == RK_OK) {
        status = rk__sample_read(path, options->sheet, options->all, &session->access, &in->sample,
                                 problems);
    }
    if (status != RK_OK) {
        return status;
    }
    in->columns =
        rk__arena_alloc(&in->sample.arena, (in->sample.n_fields + 1) * sizeof *in->columns);
    if (in->columns == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        in->columns[i].name = in->sample.names[i];
    }
    rk__inspect_names(in, session->registry);
    return rk__inspect_columns(in);
}

rk_status rk_report_inspection(rk_session *session, const char *path,
                               const rk_inspect_options *options, rk_format format,
                               const rk_sink *sink, rk_problems *problems)
{
    rk__inspection in = {0};
    rk__buf text = {0};
    rk_status status = inspect(session, path, options, &in, problems);
    if (status == RK_OK && format == RK_FORMAT_JSON) {
        rk__propose_table(&in, 0, &text);
        rk__buf_putc(&text, '\n');
    } else if (status == RK_OK) {
        rk__inspect_print(&in, &text);
    }
    if (status == RK_OK && text.failed) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK && sink->write(sink->ctx, text.text, text.length) != 0) {
        status = RK_IO_WRITE;
    }
    rk__buf_dispose(&text);
    rk__sample_dispose(&in.sample);
    return status;
}
