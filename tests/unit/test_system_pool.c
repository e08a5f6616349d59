/* SPDX-License-Identifier: MIT
 *
 * Pools and balances: what is lifted is borne, to the penny; caps; windows,
 * payback and present value; and random systems in which every penny must be
 * found again.
 */
#include "system_fixture.h"

/* ------------------------------------------------------------------------ pools */

#define POOL(orgs, flows, nums) \
    HEAD ONE_YEAR "'organisations': [" orgs "], 'flows': [" flows "], 'pool': {" nums "}}"
#define ORG(id, kind, more) "{'id': '" id "', 'kind': '" kind "'" more "}"
#define FLOW(o, kind, amount) \
    "{'organisation': '" o "', 'kind': '" kind "', 'amount': '" amount "'}"
#define SHARE(o, share) "{'organisation': '" o "', 'share': '" share "'}"
#define FOUR                                                                                       \
    ORG("ccg", "commissioner", "")                                                                 \
    "," ORG("acute", "trust", "") "," ORG("community", "trust", "") "," ORG("gp", "gp-federation", \
                                                                            "")

START_TEST(test_system_pool__splits_stranded_cost_by_shares)
{
    static const char *const parts[] = {"-290000", "-174000", "-87000", "-29000"};
    must(POOL(FOUR, FLOW("acute", "stranded", "580000"),
              "'members': [" SHARE("ccg", "50%") "," SHARE("acute", "30%") "," SHARE(
                  "community", "15%") "," SHARE("gp", "5%") "], 'charges': ['stranded']"));
    for (size_t i = 0; i < 4; i++) {
        is_money(outcome(0, 0)->positions[i].share, parts[i], "share");
    }
    is_money(outcome(0, 0)->positions[1].after, "-174000", "the trust after the pool");
    is_money(outcome(0, 0)->borne[RK_SECTOR_PRACTICES], "29000", "general practice bears");
    is_money(outcome(0, 0)->residual, "0", "residual");
}
END_TEST

START_TEST(test_system_pool__deals_pennies_to_the_largest_remainders_in_order)
{
    must(POOL(FOUR, FLOW("acute", "double-running", "100.01"),
              "'members': [" SHARE("ccg", "1/3") "," SHARE("acute", "1/3") "," SHARE(
                  "gp", "1/3") "], 'charges': ['double-running']"));
    is_money(outcome(0, 0)->positions[0].share, "-33.34", "the first of equals");
    is_money(outcome(0, 0)->positions[1].share, "-33.34", "the second");
    is_money(outcome(0, 0)->positions[3].share, "-33.33", "the last");
}
END_TEST

#define COUNCIL(cap, residual)                                                                  \
    POOL(ORG("ccg", "commissioner", ", 'control_total': '0'") "," ORG(                          \
             "acute", "trust", ", 'control_total': '0'") "," ORG("council", "local-authority",  \
                                                                 ", 'control_total': '0'" cap), \
         FLOW("acute", "cost", "2000000"),                                                      \
         "'members': [" SHARE("ccg", "50%") "," SHARE("acute", "30%") "," SHARE(                \
             "council", "20%") "], 'variance': true, 'residual': '" residual "'")

START_TEST(test_system_pool__with_a_council_that_may_bear_no_loss)
{
    must(COUNCIL(", 'loss_cap': '0'", "respread"));
    is_money(outcome(0, 0)->positions[2].share, "0", "council");
    is_money(outcome(0, 0)->positions[0].share, "-1250000", "5/8 of it");
    is_money(outcome(0, 0)->positions[1].after, "-750000", "3/8 of it");
    is_money(outcome(0, 0)->residual, "0", "residual");
}
END_TEST

START_TEST(test_system_pool__names_what_nobody_bears)
{
    must(COUNCIL(", 'loss_cap': '0'", "named"));
    is_money(outcome(0, 0)->positions[0].share, "-1000000", "commissioner");
    is_money(outcome(0, 0)->positions[1].share, "-600000", "trust");
    is_money(outcome(0, 0)->residual, "-400000", "residual");
    ck_assert(finds(0, "is borne by nobody"));
}
END_TEST

START_TEST(test_system_pool__caps_bind_first)
{
    must(COUNCIL(", 'loss_cap': '150000.009'", "respread"));
    is_money(outcome(0, 0)->positions[2].share, "-150000", "whole pennies below the cap");
    is_money(outcome(0, 0)->positions[0].share, "-1156250", "5/8 of the rest");
}
END_TEST

START_TEST(test_system_pool__needs_shares_that_add_up)
{
    ck_assert_int_eq(
        system_text(POOL(FOUR, FLOW("acute", "cost", "1"),
                         "'members': [" SHARE("ccg", "50%") "," SHARE("acute", "49.9%") "]")),
        RK_OUT_OF_RANGE);
    ck_assert_str_eq(first_message(), "the shares of the pool add up to 0.999, not to 1");
}
END_TEST

/* The rule is bound without a document: its problems are placed at the pool. */
START_TEST(test_system_pool__without_its_rule_is_a_problem_of_the_pool)
{
    static const char *const no_rules[] = {RK_BINARY_DIR "/CMakeFiles", NULL};
    rk_options options = RK_OPTIONS_INIT;
    options.rules = no_rules;
    options.no_default_rules = true;
    rk_session_close(session);
    rk_problems_free(problems);
    open_with(options);
    const rk_status status =
        system_text(POOL(FOUR, FLOW("acute", "stranded", "580000"),
                         "\"members\": [" SHARE("ccg", "1") "], \"charges\": [\"stranded\"]"));
    ck_assert_int_eq(status, RK_UNKNOWN_RULE);
    ck_assert_str_eq(first_message(), "there is no rule 'risk-pool'");
    const rk_problem *problem = rk_problems_at(problems, 0);
    ck_assert_ptr_nonnull(problem->file);
    ck_assert_str_eq(problem->pointer, "/pool");
}
END_TEST

START_TEST(test_system_owners__take_a_joint_ventures_position)
{
    must(HEAD ONE_YEAR "'organisations': [{'id': 'jv', 'kind': 'joint-venture', 'owners': [" SHARE(
        "t", "1/2") "," SHARE("gp", "1/2") "]}, {'id': 't', 'kind': 'trust'}, {'id': 'gp', 'kind': "
                                           "'gp-federation'}], 'flows': [" FLOW("jv", "cost",
                                                                                "10.01") "]}");
    is_money(outcome(0, 0)->positions[0].after, "0", "venture");
    is_money(outcome(0, 0)->positions[1].after, "-5.01", "first owner");
    is_money(outcome(0, 0)->positions[2].after, "-5", "second owner");
}
END_TEST

/* --------------------------------------------------------------------- balances */

/* A system of one organisation whose position in each year is as given. */
static char *years_text(const char *const *amounts, size_t n, const char *balance)
{
    rk__buf text = {0};
    rk__buf_puts(&text, HEAD "'periods': [");
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(&text, "%s{'id': 'y%zu', 'start': '%zu-04-01', 'end': '%zu-03-31'}",
                       i == 0 ? "" : ",", i + 1, 2016 + i, 2017 + i);
    }
    rk__buf_puts(&text, "], 'organisations': [{'id': 'o', 'kind': 'trust'}], 'flows': [");
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(
            &text, "%s{'organisation': 'o', 'kind': 'income', 'period': 'y%zu', 'amount': '%s'}",
            i == 0 ? "" : ",", i + 1, amounts[i]);
    }
    rk__buf_printf(&text, "], 'balance': {%s}}", balance);
    ck_assert(!text.failed);
    return text.text;
}

START_TEST(test_system_balance__investment_pays_back)
{
    static const char *const amounts[] = {"-4000000", "-3000000", "-1500000", "1000000",
                                          "3000000",  "4500000",  "5000000"};
    char *text = years_text(amounts, 7, "'discount_rate': '3.5%'");
    must(text);
    rk__free(text);
    const rk_balance *b = &found->scenarios[0].balance;
    is_money(b->trough, "-8500000", "trough");
    ck_assert_int_eq(b->trough_at, 2);
    ck_assert_int_eq(b->payback, 5);
    ck_assert_int_eq(b->first, 3);
    rk__buf npv = {0};
    rk__num_print_fixed(&npv, rk__num_round(&found->scenarios[0].nums, b->npv, -3), 0);
    ck_assert_str_eq(npv.text, "2970000");
    rk__buf_dispose(&npv);
}
END_TEST

/* Quarters, the first of a second year, and a fifth that follows a gap of a year. */
#define QUARTER(id, start, end) "{'id': '" id "', 'start': '" start "', 'end': '" end "'}"
#define INCOME(period, amount) \
    "{'organisation': 'o', 'kind': 'income', 'period': '" period "', 'amount': '" amount "'}"

START_TEST(test_system_balance__discounts_by_time)
{
    must(
        HEAD
        "'periods': [" QUARTER("a", "2016-04-01", "2016-06-30") "," QUARTER("b", "2016-07-01", "2016-09-30") "," QUARTER("c", "2016-10-01", "2016-12-31") "," QUARTER(
            "d", "2017-01-01",
            "2017-03-31") "," QUARTER("e", "2017-04-01",
                                      "2017-06-30") "],'organisations': "
                                                    "[{'id': 'o', 'kind': "
                                                    "'trust'}], 'flows': "
                                                    "[" INCOME(
                                                        "a",
                                                        "-400000"
                                                        "0") "," INCOME("b",
                                                                        "1000000") "," INCOME("c",
                                                                                              "150"
                                                                                              "000"
                                                                                              "0") "," INCOME("d",
                                                                                                              "2000000") "," INCOME("e",
                                                                                                                                    "500000") "], 'balance': {'discount_rate': '3.5%'}}");
    rk__buf npv = {0};
    rk__num_print_fixed(&npv, found->scenarios[0].balance.npv, 6);
    ck_assert_str_eq(npv.text, "890315.682615");
    rk__buf_dispose(&npv);
    ck_assert(!finds(0, "net present value"));
}
END_TEST

/* A year without a period in between is time too. */
START_TEST(test_system_balance__discounts_over_a_gap)
{
    must(HEAD "'periods': [" QUARTER("a", "2016-04-01", "2017-03-31") "," QUARTER(
        "b", "2018-04-01",
        "2019-03-31") "], 'organisations': [{'id': 'o', 'kind': 'trust'}], 'flows': "
                      "[" INCOME("a", "110") "," INCOME("b", "1331") "], 'balance': "
                                                                     "{'discount_rate': "
                                                                     "'10%'}}");
    is_money(found->scenarios[0].balance.npv, "1100", "110 / 1.1 + 1331 / 1.1^3");
}
END_TEST

START_TEST(test_system_balance__over_three_years_and_not_over_one)
{
    static const char *const amounts[] = {"-3000000", "-500000", "3600000"};
    char *text = years_text(amounts, 3, "'window': 3");
    must(text);
    const rk_balance *b = &found->scenarios[0].balance;
    ck_assert_int_eq(b->window_first, 2);
    is_money(outcome(0, 2)->window, "100000", "three years together");
    is_money(outcome(0, 0)->window, NULL, "no three years yet");
    ck_assert_int_lt(rk__num_sign(outcome(0, 0)->system), 0);
    rk__free(text);
    static const char *const first_two[] = {"-3000000", "-500000"};
    text = years_text(first_two, 2, "'window': 1");
    must(text);
    ck_assert_int_eq(found->scenarios[0].balance.first, RK_NEVER);
    ck_assert_int_eq(found->scenarios[0].balance.payback, RK_NEVER);
    ck_assert(found->scenarios[0].balance.has_payback);
    rk__free(text);
}
END_TEST

/* --------------------------------------------------------------- random systems */

static uint64_t seed;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static unsigned below(unsigned n)
{
    return (unsigned) (next_random() % n);
}

static void add_organisations(rk__buf *t, unsigned n)
{
    rk__buf_puts(t, "'organisations': [");
    for (unsigned i = 0; i < n; i++) {
        rk__buf_printf(t, "%s{'id': 'o%u', 'kind': '%s', 'control_total': '%d.%02u'",
                       i == 0 ? "" : ",", i, i % 2 == 0 ? "trust" : "local-authority",
                       (int) below(2000) - 1000, below(100));
        if (below(3) == 0) {
            rk__buf_printf(t, ", 'loss_cap': '%u.%03u'", below(300), below(1000));
        }
        if (below(4) == 0) {
            rk__buf_printf(t, ", 'gain_cap': '%u'", below(300));
        }
        rk__buf_puts(t, "}");
    }
    rk__buf_puts(t, "],");
}

static void add_contracts(rk__buf *t, unsigned n)
{
    const unsigned contracts = 1 + below(5);
    rk__buf_puts(t, "'contracts': [");
    unsigned last_payee = 0;
    for (unsigned i = 0; i < contracts; i++) {
        const bool under = i > 0 && below(2) == 0;
        const unsigned payer = under ? last_payee : below(n);
        const unsigned payee = (payer + 1 + below(n - 1)) % n;
        rk__buf_printf(t, "%s{'id': 'c%u', 'payer': 'o%u', 'payee': 'o%u',", i == 0 ? "" : ",", i,
                       payer, payee);
        if (under) {
            rk__buf_printf(t, "'under': 'c%u',", i - 1);
        }
        rk__buf_printf(t,
                       "'contract': {'arrangements': {'a': [{'id': 'b', 'rule': 'block', 'params': "
                       "{'amount': '%u.%06u'}}]}}}",
                       below(100000), below(1000000));
        last_payee = payee;
    }
    rk__buf_puts(t, "],");
}

static void add_flows(rk__buf *t, unsigned n)
{
    static const char *const kinds[] = {"allocation", "income",     "grant",          "cost",
                                        "stranded",   "investment", "double-running", "repayment"};
    const unsigned flows = 1 + below(8);
    rk__buf_puts(t, "'flows': [");
    for (unsigned i = 0; i < flows; i++) {
        rk__buf_printf(t, "%s{'organisation': 'o%u', 'kind': '%s', 'amount': '%s%u.%06u'}",
                       i == 0 ? "" : ",", below(n), kinds[below(8)], below(5) == 0 ? "-" : "",
                       below(50000), below(1000000));
    }
    rk__buf_puts(t, "],");
}

static void add_pool(rk__buf *t, unsigned n)
{
    const unsigned members = 1 + below(n);
    unsigned weights[8];
    unsigned total = 0;
    for (unsigned i = 0; i < members; i++) {
        weights[i] = i == 0 ? 1 + below(9) : below(10);
        total += weights[i];
    }
    rk__buf_puts(t, "'pool': {'members': [");
    for (unsigned i = 0; i < members; i++) {
        rk__buf_printf(t, "%s{'organisation': 'o%u', 'share': '%u/%u'}", i == 0 ? "" : ",", i,
                       weights[i], total);
    }
    rk__buf_printf(t, "], 'charges': ['stranded', '%s'], 'variance': %s, 'residual': '%s'}}",
                   below(2) ? "double-running" : "cost", below(2) ? "true" : "false",
                   below(2) ? "respread" : "named");
}

static char *random_system(void)
{
    rk__buf t = {0};
    const unsigned n = 2 + below(6);
    rk__buf_puts(&t, HEAD ONE_YEAR);
    add_organisations(&t, n);
    add_contracts(&t, n);
    add_flows(&t, n);
    add_pool(&t, n);
    ck_assert(!t.failed);
    return t.text;
}

/* Sums to nothing, exactly. */
static void is_nothing(rk_num amount, const char *what, const char *text)
{
    ck_assert_msg(amount != NULL && rk__num_sign(amount) == 0, "%s does not cancel in %s", what,
                  text);
}

static void check_pool(const char *text)
{
    rk__nums *nums = &found->scenarios[0].nums;
    const rk__period_outcome *o = outcome(0, 0);
    const rk_num hundred = rk__num_from_int(nums, 100);
    rk_num lifted = o->residual;
    rk_num after = o->residual;
    for (size_t i = 0; i < found->n_organisations; i++) {
        const rk__position *p = &o->positions[i];
        const rk__organisation *organisation = &loaded->base.organisations[i];
        lifted = rk__num_add(nums, lifted, rk__num_add(nums, p->lifted, p->share));
        after = rk__num_add(nums, after, p->after);
        ck_assert_msg(rk__num_is_integer(rk__num_mul(nums, p->share, hundred)),
                      "a share is no whole penny in %s", text);
        if (organisation->loss_cap != NULL) {
            ck_assert_msg(rk__num_sign(rk__num_add(nums, p->share, organisation->loss_cap)) >= 0,
                          "a loss cap is passed in %s", text);
        }
        if (organisation->gain_cap != NULL) {
            ck_assert_msg(rk__num_compare(p->share, organisation->gain_cap) <= 0,
                          "a gain cap is passed in %s", text);
        }
    }
    is_nothing(lifted, "what the pool lifts and gives", text);
    is_nothing(rk__num_sub(nums, after, o->system), "what the pool moves", text);
}

/* Whether a member takes all that its cap lets it take. */
static bool is_at_cap(rk__nums *nums, const rk__organisation *o, rk_num share, bool loss)
{
    const rk_num cap = loss ? o->loss_cap : o->gain_cap;
    const rk_num penny = rk__num_from_ratio(nums, 1, 100);
    if (cap == NULL) {
        return false;
    }
    const rk_num room = rk__num_sub(nums, cap, loss ? rk__num_neg(nums, share) : share);
    return rk__num_sign(room) >= 0 && rk__num_compare(room, penny) < 0;
}

/* Nothing is left over while a member could take more. */
static void check_residual(const char *text)
{
    rk__nums *pool = &found->scenarios[0].nums;
    const rk__period_outcome *o = outcome(0, 0);
    const rk__pool *shared = loaded->base.risk_pool;
    const bool loss = rk__num_sign(o->residual) < 0;
    size_t full = 0;
    size_t able = 0;
    for (size_t i = 0; i < shared->n_members; i++) {
        const size_t at = shared->members[i];
        if (rk__num_sign(shared->tiers->members[i].share[0]) > 0) {
            able++;
            full += is_at_cap(pool, &loaded->base.organisations[at], o->positions[at].share, loss);
        }
    }
    if (rk__num_sign(o->residual) != 0) {
        ck_assert_msg(full >= (shared->residual == RK__RESIDUAL_RESPREAD ? able : 1),
                      "a residual that could be borne in %s", text);
    }
}

static void check_payments(const char *text)
{
    rk__nums *nums = &found->scenarios[0].nums;
    const rk__period_outcome *o = outcome(0, 0);
    rk_num inside = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < found->n_organisations; i++) {
        const rk__position *p = &o->positions[i];
        for (size_t e = 0; e < p->n_entries; e++) {
            if (p->entries[e].kind == RK_ENTRY_RECEIPT) {
                inside = rk__num_add(nums, inside, p->entries[e].amount);
            } else if (p->entries[e].kind == RK_ENTRY_PAYMENT) {
                inside = rk__num_sub(nums, inside, p->entries[e].amount);
            }
        }
    }
    is_nothing(inside, "what contracts pay inside the system", text);
    for (size_t h = 0; h < found->n_contracts; h++) {
        rk_num left = o->contracts[h].retained;
        for (size_t i = 0; left != NULL && i < found->n_contracts; i++) {
            if (loaded->base.contracts[i].under == h) {
                left = rk__num_add(nums, left, o->contracts[i].payment);
            }
        }
        if (left != NULL) {
            is_nothing(rk__num_sub(nums, left, o->contracts[h].payment), "a head contract", text);
        }
    }
}

START_TEST(test_system_random__every_penny_is_found_again)
{
    seed = UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t) (unsigned) _i;
    for (int i = 0; i < 50; i++) {
        char *text = random_system();
        must(text);
        check_pool(text);
        check_residual(text);
        check_payments(text);
        rk__free(text);
    }
}
END_TEST

UNIT_TESTS("system_pool")
{
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, open_session, close_system);
    tcase_add_test(tc, test_system_pool__splits_stranded_cost_by_shares);
    tcase_add_test(tc, test_system_pool__deals_pennies_to_the_largest_remainders_in_order);
    tcase_add_test(tc, test_system_pool__with_a_council_that_may_bear_no_loss);
    tcase_add_test(tc, test_system_pool__names_what_nobody_bears);
    tcase_add_test(tc, test_system_pool__caps_bind_first);
    tcase_add_test(tc, test_system_pool__needs_shares_that_add_up);
    tcase_add_test(tc, test_system_pool__without_its_rule_is_a_problem_of_the_pool);
    tcase_add_test(tc, test_system_owners__take_a_joint_ventures_position);
    tcase_add_test(tc, test_system_balance__investment_pays_back);
    tcase_add_test(tc, test_system_balance__discounts_by_time);
    tcase_add_test(tc, test_system_balance__discounts_over_a_gap);
    tcase_add_test(tc, test_system_balance__over_three_years_and_not_over_one);
    tcase_add_loop_test(tc, test_system_random__every_penny_is_found_again, 0, 10);
}
