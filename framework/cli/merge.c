/* SPDX-License-Identifier: MIT
 *
 * merge.c: reckon evaluate CONTRACT --partial K/N, and reckon merge PART...
 */
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

/* "3/16" */
static bool part_of(const char *text, unsigned *number, unsigned *of)
{
    char *end = NULL;
    const unsigned long k = strtoul(text, &end, 10);
    const char *slash = end;
    const unsigned long n = *slash == '/' ? strtoul(slash + 1, &end, 10) : 0;
    *number = (unsigned) k;
    *of = (unsigned) n;
    return text[0] >= '0' && text[0] <= '9' && *slash == '/' && slash[1] >= '0' &&
           slash[1] <= '9' && *end == '\0' && k >= 1 && k <= n && n <= RK_PARTS_MAX;
}

int cli_partial_check(cli *c)
{
    unsigned number = 0;
    unsigned of = 0;
    if (c->options.partial == NULL) {
        return cli_wrong("--part-rows is for a part: add --partial K/N");
    }
    if (!part_of(c->options.partial, &number, &of)) {
        return cli_wrong(
            "--partial '%s': write K/N, such as 3/16, with K from 1 to N and N up to %d",
            c->options.partial, RK_PARTS_MAX);
    }
    if (c->arguments.n > 1) {
        return cli_wrong("--partial is for one contract, not for %zu", c->arguments.n);
    }
    return c->options.rows_file != NULL ? cli_wrong("--partial does not write --rows") : 0;
}

int cli_partial(cli *c, cli_session *s)
{
    rk_part_options options = RK_PART_INIT;
    rk_contract *contract = NULL;
    cli_output out;
    options.arrangement = c->options.arrangement;
    options.rows = c->options.part_rows.items;
    (void) part_of(c->options.partial, &options.number, &options.of);
    cli_work_begin(s);
    rk_status status = rk_contract_load(s->session, c->arguments.items[0], &contract, s->problems);
    int code = status == RK_OK ? cli_output_open(c, &out) : 0;
    const bool opened = status == RK_OK && code == 0;
    if (opened) {
        status = rk_evaluate_part(contract, &options, &out.sink, s->problems);
    }
    cli_work_end(s);
    if (cli_stop_asked()) {
        if (opened) {
            cli_output_abandon(&out);
        }
    } else if (code == 0) {
        cli_problems(c, s->problems);
        if (opened) {
            code = cli_output_finish(&out, status);
        }
        code = status == RK_OK || status == RK_IO_WRITE
                   ? code
                   : cli_failure(c->arguments.items[0], status, s->problems, 0);
    }
    rk_contract_free(contract);
    return code;
}

/* ----------------------------------------------------------------------- merge */

/* The parts, from before the session is opened with their options until the process ends. */
static rk_parts *parts;

static cli_list list_of(const char *const *items)
{
    cli_list list = {.items = (const char **) items};
    while (items != NULL && items[list.n] != NULL) {
        list.n++;
    }
    return list;
}

int cli_merge_check(cli *c)
{
    rk_problems *problems = rk_problems_new();
    if (problems == NULL) {
        return cli_no_memory();
    }
    const rk_status status = rk_parts_open(c->arguments.items, c->arguments.n, &parts, problems);
    int code = 0;
    if (status == RK_OK) {
        rk_options options = RK_OPTIONS_INIT;
        rk_parts_options(parts, &options);
        c->options.params = list_of(options.params);
        c->options.sets = list_of(options.sets);
        c->options.group_by = list_of(options.group_by);
        c->options.periods = options.periods;
        c->options.through = options.through;
        c->options.year_to_date = options.year_to_date;
        c->options.max_errors = options.max_errors;
        c->options.provenance = options.provenance_full ? 1 : c->options.provenance;
    } else {
        cli_problems(c, problems);
        code = cli_failure(NULL, status, problems, 0);
    }
    rk_problems_free(problems);
    return code;
}

int cli_merge(cli *c, cli_session *s)
{
    const char *path = c->options.contract != NULL ? c->options.contract : rk_parts_contract(parts);
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    cli_output out;
    if (path == NULL) {
        return cli_wrong("the parts were made of a contract on standard input: name it with "
                         "--contract FILE");
    }
    cli_work_begin(s);
    rk_status status = rk_contract_load(s->session, path, &contract, s->problems);
    if (status == RK_OK) {
        status = rk_merge(contract, parts, &result, s->problems);
    }
    cli_work_end(s);
    int code = 0;
    if (!cli_stop_asked()) {
        cli_problems(c, s->problems);
        code = cli_failure(path, status, s->problems, 0);
    }
    if (result != NULL && code == 0) {
        cli_remarks(c, result);
        cli_remarks_of_code(c, result, "rows-not-compared");
        const rk_result *const results[] = {result};
        code = cli_output_open(c, &out);
        code = code == 0
                   ? cli_output_finish(&out, rk_report_results(results, 1, out.format, &out.sink))
                   : code;
        code = code == 0 ? cli_result_code(c, result) : code;
    }
    rk_result_free(result);
    rk_contract_free(contract);
    return code;
}
