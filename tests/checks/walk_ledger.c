/* SPDX-License-Identifier: MIT
 *
 * walk_ledger.c: prints the ledger of a contract. Run by walk_ledger.py and install.sh.
 *
 *     walk_ledger CONTRACT [RULES...]
 */
#include <stdio.h>

#include <reckoner/reckoner.h>

/* With all its decimals if `places` is below 0; nothing where a line has no such number. */
static void print(const char *before, rk_num number, int places)
{
    char text[100];
    if ((places < 0 ? rk_num_exact(number, text, sizeof text)
                    : rk_num_fixed(number, places, text, sizeof text)) > 0) {
        printf("%s%s", before, text);
    }
}

static void walk(const rk_result *result)
{
    const rk_result_view *view = rk_result_read(result);
    for (size_t p = 0; p < view->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t c = 0; c < period->n_components; c++) {
            const rk_component_result *component = rk_period_component(period, c);
            for (size_t i = 0; i < component->n_lines; i++) {
                const rk_ledger_line *line = rk_component_line(component, i);
                printf("%s %s %s:", period->id, component->id, line->label);
                print(" ", line->quantity, -1);
                print(line->quantity != NULL ? " x " : " ", line->rate, -1);
                print(" x ", line->factor, -1);
                print(" = ", line->amount, -1);
                printf("\n");
            }
            printf("%s %s total", period->id, component->id);
            print(component->shadow ? " not paid " : " ", component->total, view->places);
            printf("\n");
        }
    }
    printf("total %s\n", rk_result_total(result));
}

int main(int argc, char **argv)
{
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk_problems *problems = rk_problems_new();
    options.rules = argc > 2 ? (const char *const *) argv + 2 : NULL;
    if (argc > 1 && rk_session_open(&options, &session, problems) == RK_OK &&
        rk_contract_load(session, argv[1], &contract, problems) == RK_OK &&
        rk_evaluate(contract, NULL, &result, problems) == RK_OK) {
        walk(result);
    }
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        (void) fprintf(stderr, "%s\n", rk_problems_at(problems, i)->message);
    }
    const int code = result != NULL ? 0 : 1;
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return code;
}
