/* SPDX-License-Identifier: MIT
 *
 * tariff_fixture.h: what the tests of tariffs have in common: a folder of its own,
 * files in it, one loaded tariff, and what was said on the way.
 */
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "tariff/inside.h"
#include "tariff/tariff.h"
#include "unit.h"

/* Text that is in many tests: JSON with ' for ". */
#define HEAD   "'reckoner': 'tariff/1', 'id': 't'"
#define ROWS   "{'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': '10'}]}"
#define TARIFF "{" HEAD ", 'tables': {'prices': " ROWS "}}"

static char folder[64];
static rk_problems *problems;
static rk__json *document;
static rk__arena arena;
static rk__access access_rules;
static rk__tariff_options options;
static rk__tariff *tariff;

static void setup(void)
{
    strcpy(folder, "/tmp/rk-tariff-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    problems = rk_problems_new();
    access_rules = (rk__access){0};
    options = (rk__tariff_options){.access = &access_rules, .base_dir = folder};
}

/* Back to the beginning, but for the folder. */
static inline void release(void)
{
    rk__tariff_free(tariff);
    rk__json_free(document);
    rk__arena_dispose(&arena);
    rk_problems_clear(problems);
    tariff = NULL;
    document = NULL;
}

static void teardown(void)
{
    release();
    rk_problems_free(problems);
    remove_folder(folder);
}

static inline const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline void make_folder(const char *name)
{
    ck_assert_int_eq(mkdir(path_of(name), 0755), 0);
}

/* Writes a file of the folder; a name in .json: of JSON with ' for ". */
static inline void write_text(const char *name, const char *text)
{
    text = strstr(name, ".json") != NULL ? json_text(text) : text;
    FILE *f = fopen(path_of(name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    ck_assert_int_eq(fclose(f), 0);
}

static inline const char *message(size_t i)
{
    const rk_problem *p = rk_problems_at(problems, i);
    return p != NULL ? p->message : "";
}

static inline const char *hint(size_t i)
{
    const rk_problem *p = rk_problems_at(problems, i);
    return p != NULL && p->hint != NULL ? p->hint : "";
}

/* Loads what a `tariff` member of this text names; all of it in `out`. */
static inline rk_status load_all(const char *json, rk__tariff **out, size_t *n)
{
    rk__tariff_ref *refs = NULL;
    *n = 0;
    json = json_text(json);
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "contract.json", &document, problems),
                     RK_OK);
    const rk_status status =
        rk__tariff_refs_read(rk__json_root(document), &arena, &refs, n, problems);
    return status != RK_OK ? status : rk__tariff_load(refs, *n, &options, out, problems);
}

/* Loads one path or URL, as the command line names it. */
static inline rk_status load(const char *source)
{
    release();
    const rk__tariff_ref ref = rk__tariff_ref_of(source);
    const rk_status status = rk__tariff_load(&ref, 1, &options, &tariff, problems);
    ck_assert_msg((tariff != NULL) == (status == RK_OK), "%s", source);
    return status;
}

/* Loads a document from a file in the folder. */
static inline rk_status load_text(const char *text)
{
    write_text("tariff.json", text);
    return load("tariff.json");
}

/* The cell of the first row of a table of the loaded tariff. */
static inline const char *first_cell(const char *name, const char *column)
{
    rk__table *table = NULL;
    size_t length;
    ck_assert_msg(rk__tariff_table(tariff, name, &table, problems) == RK_OK, "%s", message(0));
    ck_assert_ptr_nonnull(table);
    const int at = rk__table_find(table, column);
    ck_assert_msg(at >= 0, "no column %s", column);
    return rk__table_cell(table, at, 0, &length);
}

/* Runs a suite of one case; what main returns. */
static inline int run_tariff_suite(Suite *suite, TCase *tests)
{
    tcase_set_timeout(tests, 30);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
