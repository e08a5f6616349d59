/* SPDX-License-Identifier: MIT
 *
 * find_rows.c: one reading of a table for the rows in which conditions hold.
 */
#include "rows/find_rows.h"

#include <string.h>

#include "scan/open.h"

#define MOST_CONDITIONS 8

typedef struct search {
    rk__arena *arena;
    rk__scan *scan;
    rk__scan_want wants[MOST_CONDITIONS];
    const char *value[MOST_CONDITIONS];
    size_t n;
    uint64_t before; /* rows of the blocks that are done */
    rk__found_rows *out;
} search;

static bool holds(const search *s, const rk__scan_batch *batch, size_t row)
{
    bool all = true;
    for (size_t k = 0; k < s->n && all; k++) {
        const rk__batch_column *c = &batch->column[k];
        const bool has = c->has != NULL && c->has[row] != 0;
        size_t length = 0;
        const char *text = has ? rk__dict_text(c->dict, (int32_t) c->v[row], &length) : "";
        all = strlen(s->value[k]) == length && memcmp(text, s->value[k], length) == 0;
    }
    return all;
}

static rk_status search_batch(void *ctx, unsigned worker, const rk__scan_batch *batch)
{
    search *s = ctx;
    (void) worker;
    for (size_t row = 0; row < batch->n; row++) {
        if (!holds(s, batch, row)) {
            continue;
        }
        if (s->out->n < RK__FOUND_ROWS) {
            s->out->row[s->out->n] = s->before + batch->first_in_block + row + 1;
        }
        s->out->n++;
    }
    return RK_OK;
}

/* One thread: blocks come in order. */
static rk_status search_next(void *ctx, unsigned worker, uint64_t block, uint64_t rows)
{
    search *s = ctx;
    (void) worker;
    (void) block;
    s->before += rows;
    return RK_OK;
}

static rk_status begin_search(void *ctx, unsigned worker)
{
    (void) ctx;
    (void) worker;
    return RK_OK;
}

/* Splits the conditions, and looks for their columns. */
static rk_status read_conditions(search *s, const char *const *where, rk_problems *problems)
{
    for (; *where != NULL; where++) {
        const char *equals = strchr(*where, '=');
        if (equals == NULL || equals == *where) {
            return rk__problem(problems, RK_USAGE, NULL, "such as --where spell_id=S3",
                               "a condition is written COLUMN=VALUE, not '%s'", *where);
        }
        if (s->n == MOST_CONDITIONS) {
            return rk__problem(problems, RK_USAGE, NULL, NULL,
                               "rows are found by at most %d conditions", MOST_CONDITIONS);
        }
        const char *column = rk__arena_copy(s->arena, *where, (size_t) (equals - *where));
        if (column == NULL) {
            return RK_NO_MEMORY;
        }
        if (!rk__scan_has_name(s->scan, column)) {
            const char *near = rk__scan_near(s->scan, column);
            s->out->lacks = column;
            s->out->near = rk__arena_strdup(s->arena, near);
            return near != NULL && s->out->near == NULL ? RK_NO_MEMORY : RK_OK;
        }
        s->value[s->n] = equals + 1;
        s->wants[s->n++] = (rk__scan_want){column, RK__CELL_TEXT};
    }
    return RK_OK;
}

static rk_status read_table(search *s, rk_problems *problems)
{
    const char *path = NULL;
    const rk__scan_options options = {.threads = 1, .max_errors = UINT64_MAX};
    const rk__scan_consumer consumer = {
        .ctx = s, .begin = begin_search, .take = search_batch, .block = search_next};
    if (!rk__scan_can_repeat(s->scan, &path)) {
        return rk__problem(problems, RK_USAGE, &(rk__place){.file = path},
                           "save it to a file and name that in the contract",
                           "a row is found by reading the table twice, and this can be read once");
    }
    rk_problems *beside = rk_problems_new(); /* bad rows, which `evaluate` reports */
    if (beside == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status status = rk__scan_set_wants(s->scan, s->wants, s->n, problems);
    for (size_t k = 0; k < s->n && status == RK_OK; k++) {
        rk__scan_only_shown(s->scan, k);
    }
    if (status == RK_OK) {
        status = rk__scan_run(s->scan, &options, &consumer, beside);
        if (status != RK_OK) {
            rk__problems_append(problems, beside);
        }
    }
    rk_problems_free(beside);
    return status;
}

rk_status rk__find_rows(const rk_session *session, const rk__table_spec *spec,
                        const char *const *where, rk__arena *arena, rk__found_rows *out,
                        rk_problems *problems)
{
    search s = {.arena = arena, .out = out};
    *out = (rk__found_rows){.n = 0};
    rk_status status = rk__scan_open(spec, &session->access, NULL, 0, &s.scan, problems);
    if (status == RK_OK) {
        status = read_conditions(&s, where, problems);
    }
    if (status == RK_OK && out->lacks == NULL) {
        status = read_table(&s, problems);
    }
    rk__scan_close(s.scan);
    return status;
}
