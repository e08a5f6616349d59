/* SPDX-License-Identifier: MIT
 *
 * engine_fixture.h: a session on the built rules, and contracts made of their
 * parts, for tests of the engine.
 */
#pragma once

#include "evaluate/evaluation.h"
#include "unit.h"

#define YEAR           "{'id': 'y', 'start': '2016-04-01', 'end': '2017-03-31'}"
#define TARIFF(tables) "{'reckoner': 'tariff/1', 'id': 't', 'tables': {" tables "}}"

static rk_session *session;
static rk_problems *problems;
static rk_contract *contract;
static rk_result *result;
static const char *const built_rules[] = {RK_BINARY_DIR "/rules", NULL};

__attribute__((unused)) static void open_with(rk_options options)
{
    options.rules = options.rules != NULL ? options.rules : built_rules;
    options.no_default_rules = true;
    problems = rk_problems_new();
    ck_assert_int_eq(rk_session_open(&options, &session, problems), RK_OK);
}

__attribute__((unused)) static void open_session(void)
{
    open_with((rk_options) RK_OPTIONS_INIT);
}

__attribute__((unused)) static void close_session(void)
{
    rk_result_free(result);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    result = NULL;
    contract = NULL;
    session = NULL;
}

/* A contract of these parts, as JSON with ' for "; the caller frees it. */
__attribute__((unused)) static char *contract_text(const char *periods, const char *facts,
                                                   const char *tariff, const char *components,
                                                   const char *more)
{
    char *text = NULL;
    const int n =
        asprintf(&text,
                 "{'reckoner': 'contract/1', 'id': 'c', 'periods': [%s],\n"
                 "'facts': {%s},\n%s%s%s'arrangements': {'main': [%s]}%s}",
                 periods, facts, tariff != NULL ? "'tariff': " : "", tariff != NULL ? tariff : "",
                 tariff != NULL ? ",\n" : "", components, more != NULL ? more : "");
    ck_assert_int_gt(n, 0);
    memcpy(text, json_text(text), (size_t) n);
    return text;
}

/* Evaluates; the status of the first problem, or RK_OK. */
__attribute__((unused)) static rk_status evaluate_text(const char *text)
{
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", ".", &contract, problems);
    if (status == RK_OK) {
        status = rk_evaluate(contract, NULL, &result, problems);
    }
    return status;
}

__attribute__((unused)) static const char *first_message(void)
{
    return rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message : "";
}

/* Whether any warning holds this text. */
__attribute__((unused)) static bool warns(const char *text)
{
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        if (strstr(rk_result_warning(result, i), text) != NULL) {
            return true;
        }
    }
    return false;
}
