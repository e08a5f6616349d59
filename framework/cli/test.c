/* SPDX-License-Identifier: MIT
 *
 * test.c: reckon test VECTOR...
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* The cases of all vectors, with copies of their texts. */
typedef struct cases {
    rk_case_report *items;
    size_t n, capacity, failed;
} cases;

static char *copy_of(const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    char *copy = cli_allocate(strlen(text) + 1, 1);
    return strcpy(copy, text);
}

static void add_case(void *ctx, const rk_case_report *report)
{
    cases *all = ctx;
    if (all->n == all->capacity) {
        all->capacity = all->capacity == 0 ? 64 : 2 * all->capacity;
        rk_case_report *grown = realloc(all->items, all->capacity * sizeof *grown);
        if (grown == NULL) {
            cli_say("memory ran out");
            exit(CLI_INPUT);
        }
        all->items = grown;
    }
    rk_case_report *item = &all->items[all->n++];
    *item = *report;
    item->file = copy_of(report->file);
    item->vector = copy_of(report->vector);
    item->arrangement = copy_of(report->arrangement);
    item->difference = copy_of(report->difference);
    all->failed += !report->passed;
}

static void dispose(cases *all)
{
    for (size_t i = 0; i < all->n; i++) {
        const rk_case_report *item = &all->items[i];
        const char *const texts[] = {item->file, item->vector, item->arrangement, item->difference};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            free((void *) (uintptr_t) texts[k]);
        }
    }
    free(all->items);
}

static int run_vector(const cli *c, cli_session *s, const char *path, cases *all, bool *stopped)
{
    const size_t failed = all->failed;
    cli_work_begin(s);
    const rk_status status = rk_vector_run(s->session, path, add_case, all, s->problems);
    *stopped = cli_work_end(s);
    if (*stopped) {
        return CLI_FINDINGS;
    }
    cli_problems(c, s->problems);
    if (status != RK_OK && all->failed == failed) {
        /* A vector that cannot run at all has failed as well. */
        const rk_case_report broken = {
            .size = sizeof broken, .file = path, .difference = "the vector could not be run\n"};
        add_case(all, &broken);
    }
    rk_problems_clear(s->problems);
    return rk_status_exit_code(status);
}

int cli_test(cli *c)
{
    cli_session s = {0};
    cli_list files = {0};
    cases all = {0};
    int code = cli_session_open(c, &s);
    if (code != 0) {
        cli_session_close(c, &s);
        return code;
    }
    code = cli_files(c, "vector/1", &files);
    bool stopped = false;
    for (size_t i = 0; i < files.n && !stopped; i++) {
        code = cli_worse(code, run_vector(c, &s, files.items[i], &all, &stopped));
    }
    if (!stopped) {
        cli_output out;
        int written = cli_output_open(c, &out);
        if (written == 0) {
            (void) rk_report_cases(all.items, all.n, (rk_format) c->options.format, &out.sink);
            written = cli_output_close(&out);
        }
        code = cli_worse(cli_worse(code, written), all.failed > 0 ? CLI_FINDINGS : CLI_FINE);
    }
    dispose(&all);
    cli_files_free(&files);
    cli_session_close(c, &s);
    return stopped ? cli_stopped() : code;
}
