/* SPDX-License-Identifier: MIT
 *
 * parts.c: pricing a part of the rows of a contract, and writing what a merge needs of it.
 */
#include "evaluate/parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "evaluate/cost.h"

/* ---------------------------------------------------------------------- rows */

/* One "TABLE=FILE": a file whose path is not relative to the contract's folder. */
static rk_status resolve_one(const char *given, rk__evaluation *e, rk__instance **room,
                             rk__arena *arena, const char **table, const char **file,
                             rk_problems *problems)
{
    const char *equals = strchr(given, '=');
    if (equals == NULL || equals[1] == '\0') {
        return rk__problem(problems, RK_USAGE, NULL, "write TABLE=FILE, such as activity=rows.csv",
                           "rows of a part: '%s' is not a table and its file", given);
    }
    char absolute[PATH_MAX];
    const char *path = strcmp(equals + 1, "-") != 0 ? realpath(equals + 1, absolute) : NULL;
    *table = rk__arena_copy(arena, given, (size_t) (equals - given));
    *file = rk__arena_strdup(arena, path != NULL ? path : equals + 1);
    if (*table == NULL || *file == NULL) {
        return RK_NO_MEMORY;
    }
    const rk__table_spec *spec = rk__contract_fact(e->contract, *table);
    return spec != NULL && rk__evaluation_streams(e, spec, room) > 0
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL,
                             "name a table whose rows this arrangement prices",
                             "rows of a part: no component prices the rows of table '%s'", *table);
}

static rk_status resolve_rows(rk__evaluation *e, const rk_part_options *options, rk__arena *arena,
                              rk__evaluation_part *part, rk_problems *problems)
{
    size_t n = 0;
    while (options->rows != NULL && options->rows[n] != NULL) {
        n++;
    }
    const size_t instances =
        rk__evaluation_n_instances(e, 0) + e->n_implied + e->contract->n_periods;
    const char **tables = rk__arena_alloc(arena, (n + 1) * sizeof *tables);
    const char **files = rk__arena_alloc(arena, (n + 1) * sizeof *files);
    rk__instance **room = rk__calloc(instances + 1, sizeof(rk__instance *));
    rk_status status = tables == NULL || files == NULL || room == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        status = resolve_one(options->rows[i], e, room, arena, &tables[i], &files[i], problems);
    }
    rk__free(room);
    part->tables = tables;
    part->files = files;
    part->n_own = n;
    return status;
}

/* -------------------------------------------------------------------- writing */

static void put_text(rk__buf *out, const char *name, const char *text)
{
    rk__buf_printf(out, ",\"%s\":", name);
    if (text == NULL) {
        rk__buf_puts(out, "null");
    } else {
        rk__json_write_text(out, text, strlen(text));
    }
}

static void put_list(rk__buf *out, const char *name, const char *const *list)
{
    rk__buf_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        rk__buf_puts(out, i > 0 ? "," : "");
        rk__json_write_text(out, list[i], strlen(list[i]));
    }
    rk__buf_puts(out, "]");
}

static void put_input(void *ctx, const char *what, const char *digest)
{
    rk__buf *out = ctx;
    rk__buf_puts(out, out->text[out->length - 1] == '[' ? "[" : ",[");
    rk__json_write_text(out, what, strlen(what));
    rk__buf_puts(out, ",");
    rk__json_write_text(out, digest, strlen(digest));
    rk__buf_puts(out, "]");
}

rk_status rk__part_seal(rk__buf *part)
{
    char digest[RK__SHA256_TEXT] = "";
    if (!part->failed) {
        rk__sha256(part->text, part->length, digest);
    }
    rk__buf_printf(part, RK__PART_SEAL "%s\"}\n", digest);
    return part->failed || digest[0] == '\0' ? RK_NO_MEMORY : RK_OK;
}

static rk_status write_part(const rk__evaluation *e, const rk_part_options *options,
                            const rk__buf *tables, const rk_sink *sink)
{
    const rk_options *o = &e->contract->session->options;
    char absolute[PATH_MAX];
    const char *file = rk__json_file(e->contract->document);
    const char *path = file != NULL ? realpath(file, absolute) : NULL;
    rk__buf out = {0};
    rk__buf_printf(&out, "{\"reckoner\":\"part/1\",\"number\":%u,\"of\":%u", options->number,
                   options->of);
    put_text(&out, "version", rk_version());
    put_text(&out, "contract", path);
    put_text(&out, "id", e->contract->id);
    put_text(&out, "sha256", e->contract->sha256);
    put_text(&out, "arrangement", e->arrangements[0]->name);
    put_list(&out, "params", o->params);
    put_list(&out, "sets", o->sets);
    put_list(&out, "group_by", o->group_by);
    put_text(&out, "periods", o->periods);
    put_text(&out, "through", o->through);
    rk__buf_printf(&out,
                   ",\"max_errors\":%llu,\"provenance_full\":%s,\"year_to_date\":%s,\"inputs\":[",
                   (unsigned long long) o->max_errors, o->provenance_full ? "true" : "false",
                   o->year_to_date ? "true" : "false");
    if (!out.failed) {
        rk__part_inputs(e, put_input, &out);
    }
    rk__buf_puts(&out, "],\"tables\":[");
    if (tables->length > 0) {
        rk__buf_add(&out, tables->text, tables->length);
    }
    rk__buf_puts(&out, "]");
    rk_status status = tables->failed ? RK_NO_MEMORY : rk__part_seal(&out);
    if (status == RK_OK && sink->write(sink->ctx, out.text, out.length) != 0) {
        status = RK_IO_WRITE;
    }
    rk__buf_dispose(&out);
    return status;
}

rk_status rk__part_prepare(rk__evaluation *e, rk_problems *problems)
{
    rk_status status = rk__evaluation_prepare(e, problems);
    if (status == RK_OK) {
        status = rk__values_prepare(e, false, problems);
    }
    return status == RK_OK ? rk__cost_instances(e) : status;
}

static rk_status check_options(const rk_contract *c, const rk_part_options *o,
                               rk_problems *problems)
{
    if (o->size < sizeof *o || o->number < 1 || o->number > o->of || o->of > RK_PARTS_MAX) {
        return rk__problem(problems, RK_USAGE, NULL, "number parts from 1 to their count",
                           "there is no part %u of %u", o->number, o->of);
    }
    if (c->selection.open) {
        return rk__problem(problems, RK_USAGE, NULL, "name the last period: --through DATE",
                           "a part cannot tell which period is the last that has rows");
    }
    return c->session->options.rows_file == NULL
               ? RK_OK
               : rk__problem(problems, RK_USAGE, NULL, "price the rows in one run to list them",
                             "a part does not write priced rows");
}

rk_status rk_evaluate_part(rk_contract *contract, const rk_part_options *options,
                           const rk_sink *sink, rk_problems *problems)
{
    rk__buf tables = {0};
    rk__arena arena = {0};
    rk__evaluation e = {0};
    rk__evaluation_part part = {.number = options->number, .of = options->of, .out = &tables};
    const rk__arrangement *chosen = NULL;
    rk_status status = check_options(contract, options, problems);
    if (status == RK_OK) {
        status = rk__arrangement_named(contract, options->arrangement, &chosen, problems);
    }
    if (status == RK_OK) {
        status = rk__evaluation_plan(contract, &chosen, 1, &e, problems);
    }
    if (status == RK_OK) {
        status = rk__part_prepare(&e, problems);
    }
    if (status == RK_OK) {
        status = resolve_rows(&e, options, &arena, &part, problems);
    }
    if (status == RK_OK) {
        e.part = &part;
        status = rk__evaluation_passes(&e, false, problems);
    }
    if (status == RK_OK) {
        status = arena.failed || e.arena.failed || e.profile.failed
                     ? RK_NO_MEMORY
                     : write_part(&e, options, &tables, sink);
    }
    rk__evaluation_dispose(&e);
    rk__buf_dispose(&tables);
    rk__arena_dispose(&arena);
    return rk__problem_memory(problems, status);
}
