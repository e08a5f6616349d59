/* SPDX-License-Identifier: MIT
 *
 * system_fixture.h: systems given as text, evaluated on the built rules.
 */
#pragma once

#include <unistd.h>

#include "engine_fixture.h"
#include "system/system.h"

#define HEAD     "{'reckoner': 'system/1', 'id': 's',"
#define ONE_YEAR "'periods': [{'id': 'y1', 'start': '2016-04-01', 'end': '2017-03-31'}],"
#define THREE_YEARS                                                                               \
    "'periods': [{'id': 'y1', 'start': '2016-04-01', 'end': '2017-03-31'},{'id': 'y2', 'start': " \
    "'2017-04-01', 'end': '2018-03-31'},{'id': 'y3', 'start': '2018-04-01', 'end': "              \
    "'2019-03-31'}],"

static rk_system *loaded;
static rk_system_result *found;

__attribute__((unused)) static void close_system(void)
{
    rk_system_result_free(found);
    rk_system_free(loaded);
    found = NULL;
    loaded = NULL;
    close_session();
}

/* A document, written with ' for ", in a file of its own, which the caller unlinks. */
__attribute__((unused)) static char *written(const char *text)
{
    text = json_text(text);
    char *path = strdup("/tmp/reckoner-test-XXXXXX");
    const int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
    close(fd);
    return path;
}

/* Loads and evaluates; the status of the first problem, or RK_OK. */
__attribute__((unused)) static rk_status system_text(const char *text)
{
    rk_system_result_free(found);
    rk_system_free(loaded);
    found = NULL;
    loaded = NULL;
    char *path = written(text);
    rk_status status = rk_system_load(session, path, &loaded, problems);
    if (status == RK_OK) {
        status = rk_system_evaluate(loaded, NULL, &found, problems);
    }
    unlink(path);
    free(path);
    return status;
}

/* Evaluates configs/systems/NAME.json, which must be right. */
__attribute__((unused)) static void load_config(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/configs/systems/%s.json", RK_SOURCE_DIR, name);
    rk_status status = rk_system_load(session, path, &loaded, problems);
    if (status == RK_OK) {
        status = rk_system_evaluate(loaded, NULL, &found, problems);
    }
    ck_assert_msg(status == RK_OK, "%s: %s", name, first_message());
}

/* Evaluates what must be right. */
__attribute__((unused)) static void must(const char *text)
{
    const rk_status status = system_text(text);
    ck_assert_msg(status == RK_OK, "%s: %s", rk_status_word(status), first_message());
}

__attribute__((unused)) static void is_money(rk_num amount, const char *expected, const char *what)
{
    rk__buf text = {0};
    if (amount == NULL) {
        ck_assert_msg(expected == NULL, "%s: nothing, expected %s", what, expected);
        return;
    }
    rk__num_print_exact(&text, amount);
    ck_assert_msg(expected != NULL && strcmp(text.text, expected) == 0, "%s: %s, expected %s", what,
                  text.text, expected != NULL ? expected : "nothing");
    rk__buf_dispose(&text);
}

__attribute__((unused)) static const rk__period_outcome *outcome(size_t scenario, size_t period)
{
    return &found->scenarios[scenario].periods[period];
}

/* Whether a scenario has a finding that holds this text. */
__attribute__((unused)) static bool finds(size_t scenario, const char *text)
{
    for (size_t i = 0; i < found->scenarios[scenario].n_findings; i++) {
        if (strstr(found->scenarios[scenario].found.items[i].message, text) != NULL) {
            return true;
        }
    }
    return false;
}
