/* SPDX-License-Identifier: MIT
 *
 * embed.c: a program of somebody else's, built by tests/checks/install.sh against
 * the installed library alone. Prints the total of a contract, or its problems.
 */
#include <stdio.h>

#include <reckoner/reckoner.h>

static void print(const rk_problems *problems)
{
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        const rk_problem *const problem = rk_problems_at(problems, i);
        fprintf(stderr, "%s: %s\n", rk_status_word(problem->status), problem->message);
    }
}

int main(int argc, char **argv)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_problems *const problems = rk_problems_new();
    if (argc != 2 || problems == NULL) {
        fputs("usage: embed CONTRACT\n", stderr);
        return 2;
    }
    rk_status status = rk_session_open(&options, &session, problems);
    if (status == RK_OK) {
        status = rk_contract_load(session, argv[1], &contract, problems);
    }
    if (status == RK_OK) {
        status = rk_evaluate(contract, NULL, &result, problems);
    }
    if (status == RK_OK) {
        printf("%s %s\n", rk_result_currency(result), rk_result_total(result));
    }
    print(problems);
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return rk_status_exit_code(status);
}
