/* SPDX-License-Identifier: MIT
 *
 * rows_fixture.h: a folder of its own, and contracts that price rows of files in it.
 */
#pragma once

#include "engine_fixture.h"

#define N_ROWS 40000 /* several blocks */
#define TARIFF_TEXT                                                                              \
    TARIFF("'prices': {'key': ['hrg'], 'rows': [{'hrg': 'H0', 'price': '100.10', 'trim_point': " \
           "5, 'per_diem': '20'},{'hrg': 'H1', 'price': '2000'}, {'hrg': 'H2', 'price': "        \
           "null}]},'mff': {'key': ['provider'], 'rows': [{'provider': 'P, 0', 'mff': '1.25'}, " \
           "{'provider': 'P1', 'mff': '1'}]}")
#define ONE "{'id': 'all', 'rule': 'pbr'}"

static char folder[] = "/tmp/reckoner-rows-XXXXXX";

__attribute__((unused)) static const char *in_folder(const char *name)
{
    static char path[4][300];
    static int at;
    at = (at + 1) % 4;
    (void) snprintf(path[at], sizeof path[at], "%s/%s", folder, name);
    return path[at];
}

__attribute__((unused)) static FILE *create(const char *name)
{
    FILE *f = fopen(in_folder(name), "w");
    ck_assert_ptr_nonnull(f);
    return f;
}

__attribute__((unused)) static char *read_whole(const char *path)
{
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return NULL;
    }
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_ge(getdelim(&text, &size, '\0', f), -1);
    (void) fclose(f);
    return text;
}

__attribute__((unused)) static rk_status run(rk_options options, const char *activity,
                                             const char *components)
{
    char facts[200];
    open_with(options);
    (void) snprintf(facts, sizeof facts, "'activity': %s", activity);
    char *text = contract_text(YEAR, facts, TARIFF_TEXT, components, NULL);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    free(text);
    return status;
}

__attribute__((unused)) static rk_options options_of(unsigned jobs, const char *rows_file)
{
    rk_options options = RK_OPTIONS_INIT;
    options.jobs = jobs;
    options.rows_file = rows_file != NULL ? in_folder(rows_file) : NULL;
    options.cache_dir = folder;
    return options;
}

__attribute__((unused)) static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
}
