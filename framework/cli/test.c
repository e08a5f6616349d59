/* SPDX-License-Identifier: MIT
 *
 * test.c: reckon test VECTOR...
 */
#include <stdio.h>
#include <stdlib.h>
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

int cli_collector(const cli *c)
{
    return c->options.junit ? RK_COLLECTOR_JUNIT : c->options.tap ? RK_COLLECTOR_TAP : 0;
}

/* "a vector, case 2 (pbr)"; free() it. */
static char *name_of(const rk_case_report *c)
{
    char name[512];
    const char *arrangement = c->arrangement != NULL ? c->arrangement : "";
    const int length =
        snprintf(name, sizeof name, "%s%scase %zu%s%s%s", c->vector != NULL ? c->vector : "",
                 c->vector != NULL ? ", " : "", c->index + 1, *arrangement != '\0' ? " (" : "",
                 arrangement, *arrangement != '\0' ? ")" : "");
    return cli_copy(name, (size_t) length < sizeof name ? (size_t) length : sizeof name - 1);
}

static rk_status report_tests(const cases *all, rk_collector collector, const rk_sink *sink)
{
    rk_test_report *tests = cli_allocate(all->n + 1, sizeof *tests);
    char **names = cli_allocate(all->n + 1, sizeof *names);
    for (size_t i = 0; i < all->n; i++) {
        const rk_case_report *c = &all->items[i];
        names[i] = name_of(c);
        tests[i] = (rk_test_report){
            .suite = c->file, .name = names[i], .failure = c->passed ? NULL : c->difference};
    }
    const rk_status status = rk_report_tests(tests, all->n, collector, sink);
    for (size_t i = 0; i < all->n; i++) {
        free(names[i]);
    }
    free((void *) names);
    free(tests);
    return status;
}

static int report(const cli *c, const cases *all)
{
    cli_output out;
    const int code = cli_output_open(c, &out);
    if (code != 0) {
        return code;
    }
    const int collector = cli_collector(c);
    return cli_output_finish(
        &out, collector != 0 ? report_tests(all, (rk_collector) collector, &out.sink)
                             : rk_report_cases(all->items, all->n, out.format, &out.sink));
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
