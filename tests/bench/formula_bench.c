/* SPDX-License-Identifier: MIT
 *
 * formula_bench.c: what a contract costs by rule documents: CPU time of one evaluation.
 *
 *     tests/bench/formula_contract.py FOLDER
 *     formula_bench FOLDER FOLDER/contract.json TIMES
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "reckoner/reckoner.h"

static double cpu_seconds(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_problems *const problems = rk_problems_new();
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    if (argc != 4) {
        fputs("usage: formula_bench RULES_DIR CONTRACT TIMES\n", stderr);
        return 2;
    }
    const char *const folders[] = {argv[1], NULL};
    const int times = atoi(argv[3]);
    options.rules = folders;
    rk_status status = rk_session_open(&options, &session, problems);
    if (status == RK_OK) {
        status = rk_contract_load(session, argv[2], &contract, problems);
    }
    double best = 1e9, all = 0;
    for (int i = 0; i < times && status == RK_OK; i++) {
        rk_result *result = NULL;
        const double begin = cpu_seconds();
        status = rk_evaluate(contract, NULL, &result, problems);
        const double took = cpu_seconds() - begin;
        best = took < best ? took : best;
        all += took;
        rk_result_free(result);
    }
    if (status != RK_OK && rk_problems_count(problems) > 0) {
        fprintf(stderr, "%s\n", rk_problems_at(problems, 0)->message);
    } else {
        printf("%.3f ms an evaluation, %.3f ms the fastest\n", all * 1e3 / times, best * 1e3);
    }
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return rk_status_exit_code(status);
}
