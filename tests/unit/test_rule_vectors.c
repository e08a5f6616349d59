/* SPDX-License-Identifier: MIT
 *
 * The worked examples that travel with each rule, run through the engine; and,
 * where they are at hand, those that are shared between implementations.
 */
#include <glob.h>

#include "reckoner/reckoner.h"
#include "unit.h"

typedef struct tally {
    size_t passed, failed;
} tally;

static void count_case(void *ctx, const rk_case_report *report)
{
    tally *t = ctx;
    t->passed += report->passed;
    t->failed += !report->passed;
    if (!report->passed) {
        printf("%s: case %zu: %s\n", report->file, report->index, report->difference);
    }
}

static rk_session *open_session(rk_problems *problems)
{
    static const char *const rules[] = {RK_BINARY_DIR "/rules", NULL};
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    options.rules = rules;
    options.no_default_rules = true;
    ck_assert_int_eq(rk_session_open(&options, &session, problems), RK_OK);
    return session;
}

/* Runs every vector that a pattern finds. */
static tally run_vectors(const char *pattern)
{
    rk_problems *problems = rk_problems_new();
    rk_session *session = open_session(problems);
    tally t = {0, 0};
    glob_t found = {0};
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            const size_t before = t.passed + t.failed;
            const rk_status status =
                rk_vector_run(session, found.gl_pathv[i], count_case, &t, problems);
            ck_assert_msg(status == RK_OK, "%s: %s", found.gl_pathv[i], rk_status_word(status));
            ck_assert_msg(t.passed + t.failed > before, "%s has no cases", found.gl_pathv[i]);
        }
    }
    globfree(&found);
    rk_session_close(session);
    rk_problems_free(problems);
    return t;
}

/* Each rule of plugins/ has vectors, and all of them hold. */
static const char *const rules[] = {"adjustment",
                                    "aligned-payment-incentive",
                                    "block",
                                    "bundle",
                                    "cap-and-collar",
                                    "capitation",
                                    "claims",
                                    "contract-monitoring",
                                    "pbr",
                                    "marginal-rate",
                                    "conditional-funding",
                                    "cost-and-volume",
                                    "qof",
                                    "risk-corridor",
                                    "risk-pool",
                                    "price-equals-cost",
                                    "shared-savings",
                                    "outcomes"};

START_TEST(test_rule_vectors__hold)
{
    char pattern[512];
    snprintf(pattern, sizeof pattern, "%s/plugins/%s/vectors/*.json", RK_SOURCE_DIR, rules[_i]);
    const tally t = run_vectors(pattern);
    ck_assert_msg(t.failed == 0, "%s: %zu cases fail", rules[_i], t.failed);
    ck_assert_msg(t.passed > 0, "%s has no vectors", rules[_i]);
}
END_TEST

START_TEST(test_rule_vectors_shared__hold)
{
    char pattern[512];
    const char *shared = getenv("RK_SHARED");
    snprintf(pattern, sizeof pattern, "%s/conformance/*.json",
             shared ? shared : RK_SOURCE_DIR "/../shared");
    const tally t = run_vectors(pattern);
    if (t.passed + t.failed == 0) {
        printf("skipped: no vectors match %s\n", pattern);
    }
    ck_assert_uint_eq(t.failed, 0);
}
END_TEST

UNIT_TESTS("rule_vectors")
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, test_rule_vectors__hold, 0, sizeof rules / sizeof *rules);
    tcase_add_test(tc, test_rule_vectors_shared__hold);
}
