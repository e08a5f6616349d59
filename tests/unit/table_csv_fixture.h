/* SPDX-License-Identifier: MIT
 *
 * table_csv_fixture.h: a folder of CSV files, and a table that is loaded from it.
 */
#pragma once

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "table_fixture.h"

static char folder[64];
static inline void setup(void)
{
    strcpy(folder, "/tmp/rk-table-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    problems = rk_problems_new();
}

static inline void teardown(void)
{
    release_table();
    remove_folder(folder);
}

static inline const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline void write_bytes(const char *name, const char *bytes, size_t length)
{
    FILE *f = fopen(path_of(name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, length, f), length);
    ck_assert_int_eq(fclose(f), 0);
}

static inline void write_text(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

/* Loads a table by a specification written with ' for ". */
static inline rk_status load_from(const char *json, const char *base_dir, const rk__access *access)
{
    json = json_text(json);
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "t.json", &document, problems), RK_OK);
    const rk_status status =
        rk__table_spec_read(rk__json_root(document), "prices", base_dir, &arena, &spec, problems);
    ck_assert_msg(status == RK_OK, "%s", json);
    return rk__table_load(&spec, access, true, &table, problems);
}

static inline rk_status load(const char *json)
{
    return load_from(json, folder, NULL);
}

static inline const rk_problem *problem_at(size_t i)
{
    ck_assert_uint_gt(rk_problems_count(problems), i);
    return rk_problems_at(problems, i);
}

static inline void ck_loaded(const char *json)
{
    const rk_status status = load(json);
    ck_assert_msg(status == RK_OK, "%s: %s", json,
                  rk_problems_count(problems) ? problem_at(0)->message : "no problem");
}

static inline const char *cell(const char *column, size_t row)
{
    const int found = rk__table_find(table, column);
    ck_assert_msg(found >= 0, "no column %s", column);
    size_t length = 99;
    const char *text = rk__table_cell(table, found, row, &length);
    ck_assert_uint_eq(length, text ? strlen(text) : 0);
    return text;
}
