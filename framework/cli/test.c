/* SPDX-License-Identifier: MIT
 *
 * test.c: reckon test VECTOR...
 */
#include <string.h>

#include "files.h"
#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

/* The cases of all vectors, with copies of their texts. */
typedef struct cases {
    rk_case_report *items;
    size_t n, failed;
} cases;

static char *copy_of(const char *text)
{
    return text != NULL ? cli_copy(text, strlen(text)) : NULL;
}

static void add_case(void *ctx, const rk_case_report *report)
{
    cases *all = ctx;
    all->items = cli_grow(all->items, all->n, sizeof *all->items);
    rk_case_report *item = &all->items[all->n++];
    *item = *report;
    item->file = copy_of(report->file);
    item->vector = copy_of(report->vector);
    item->arrangement = copy_of(report->arrangement);
    item->difference = copy_of(report->difference);
    all->failed += !report->passed;
}

static int run_vector(const cli *c, cli_session *s, const char *path, cases *all)
{
    const size_t failed = all->failed;
    cli_work_begin(s);
    const rk_status status = rk_vector_run(s->session, path, add_case, all, s->problems);
    cli_work_end(s);
    if (cli_stop_asked()) {
        return CLI_FINDINGS;
    }
    cli_problems(c, s->problems);
    if (status != RK_OK && all->failed == failed) {
        /* A vector that cannot run counts as a failed case. */
        const rk_case_report broken = {
            .size = sizeof broken, .file = path, .difference = "the vector could not be run\n"};
        add_case(all, &broken);
    }
    const int code = cli_failure(path, status, s->problems, 0);
    rk_problems_clear(s->problems);
    return code;
}

static int report(const cli *c, const cases *all)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    return code != 0 ? code
                     : cli_output_finish(
                           &out, rk_report_cases(all->items, all->n, out.format, &out.sink));
}

int cli_test(cli *c, cli_session *s)
{
    static cases all; /* until the process ends */
    int code = cli_files_expand(c, "vector/1");
    if (code == CLI_USAGE) {
        return code;
    }
    for (size_t i = 0; i < c->arguments.n && !cli_stop_asked(); i++) {
        code = cli_worse(code, run_vector(c, s, c->arguments.items[i], &all));
    }
    if (!cli_stop_asked()) {
        code = cli_worse(code, all.failed > 0 ? CLI_FINDINGS : CLI_FINE);
        code = cli_worse(code, report(c, &all));
    }
    return code;
}
