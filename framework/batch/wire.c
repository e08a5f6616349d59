/* SPDX-License-Identifier: MIT
 *
 * wire.c: packing options and contracts for workers.
 */
#include "batch/wire.h"

static void pack_list(rk__buf *out, const char *const *list)
{
    uint64_t n = 0;
    while (list != NULL && list[n] != NULL) {
        n++;
    }
    rk__pack_number(out, n);
    for (uint64_t i = 0; i < n; i++) {
        rk__pack_text(out, list[i]);
    }
}

static const char *const *unpack_list(rk__unpack *in, rk__arena *arena)
{
    const uint64_t n = rk__unpack_number(in);
    if (in->failed || n == 0 || n > (uint64_t) (in->end - in->at)) {
        in->failed |= n > 0;
        return NULL;
    }
    const char **list = rk__arena_alloc(arena, ((size_t) n + 1) * sizeof *list);
    in->failed |= list == NULL;
    for (uint64_t i = 0; i < n && !in->failed; i++) {
        list[i] = rk__unpack_text(in);
    }
    return list;
}

void rk__batch_setup_pack(rk__buf *out, const rk__batch_setup *setup)
{
    const rk_options *o = &setup->options;
    const char *const *const lists[] = {o->rules, o->allow_hosts, o->params,
                                        o->sets,  o->group_by,    o->outputs};
    const char *const texts[] = {o->root,    o->cache_dir, o->ca_file,
                                 o->periods, o->through,   o->allow_rules};
    const uint64_t numbers[] = {
        o->no_default_rules, o->untrusted,       o->offline,          o->suppress_below,
        o->max_errors,       o->provenance_full, setup->trusted,      setup->all_arrangements,
        setup->journalled,   setup->shared,      setup->memory_bytes, (uint64_t) setup->since,
        setup->kind,         setup->isolation,   o->year_to_date,     o->fetch_timeout_ms,
        o->csv_safe};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        pack_list(out, lists[i]);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rk__pack_text(out, texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        rk__pack_number(out, numbers[i]);
    }
}

bool rk__batch_setup_unpack(rk__unpack *in, rk__arena *arena, rk__batch_setup *out)
{
    *out = (rk__batch_setup){.options = RK_OPTIONS_INIT};
    rk_options *o = &out->options;
    o->rules = unpack_list(in, arena);
    o->allow_hosts = unpack_list(in, arena);
    o->params = unpack_list(in, arena);
    o->sets = unpack_list(in, arena);
    o->group_by = unpack_list(in, arena);
    o->outputs = unpack_list(in, arena);
    o->root = rk__unpack_text(in);
    o->cache_dir = rk__unpack_text(in);
    o->ca_file = rk__unpack_text(in);
    o->periods = rk__unpack_text(in);
    o->through = rk__unpack_text(in);
    o->allow_rules = rk__unpack_text(in);
    o->no_default_rules = rk__unpack_number(in) != 0;
    o->untrusted = rk__unpack_number(in) != 0;
    o->offline = rk__unpack_number(in) != 0;
    o->suppress_below = rk__unpack_number(in);
    o->max_errors = rk__unpack_number(in);
    o->provenance_full = rk__unpack_number(in) != 0;
    out->trusted = rk__unpack_number(in) != 0;
    out->all_arrangements = rk__unpack_number(in) != 0;
    out->journalled = rk__unpack_number(in) != 0;
    out->shared = rk__unpack_number(in) != 0;
    out->memory_bytes = rk__unpack_number(in);
    out->since = (int64_t) rk__unpack_number(in);
    out->kind = (rk__batch_kind) rk__unpack_number(in);
    out->isolation = (rk_isolation) rk__unpack_number(in);
    o->year_to_date = rk__unpack_number(in) != 0;
    o->fetch_timeout_ms = (unsigned) rk__unpack_number(in);
    o->csv_safe = rk__unpack_number(in) != 0;
    o->jobs = 1; /* workers run in parallel, not their threads */
    return !in->failed;
}

rk__batch_job rk__batch_job_of(const rk__batch_item *item)
{
    return (rk__batch_job){.index = item->index,
                           .text = item->text != NULL ? item->text : "",
                           .length = item->text != NULL ? item->length : 0,
                           .name = item->file->name,
                           .base_dir = item->file->base_dir,
                           .line = item->line,
                           .lines = item->file->lines,
                           .place = rk__block_place(item->block, item->text)};
}

void rk__batch_job_pack(rk__buf *out, const rk__batch_job *job)
{
    rk__pack_number(out, job->index);
    rk__pack_number(out, job->line);
    rk__pack_number(out, job->lines);
    rk__pack_text(out, job->name);
    rk__pack_text(out, job->base_dir);
    rk__pack_number(out, job->place);
    if (job->place == RK__TEXT_IS_ELSEWHERE) {
        rk__pack_bytes(out, job->text, job->length);
    } else {
        rk__pack_number(out, job->length);
    }
}

/* Finds the text of a job in the frame or in shared memory. */
static bool find_text(rk__unpack *in, const char *texts, rk__batch_job *job)
{
    job->place = rk__unpack_number(in);
    if (job->place == RK__TEXT_IS_ELSEWHERE) {
        job->text = rk__unpack_bytes(in, &job->length);
        return true;
    }
    job->length = (size_t) rk__unpack_number(in);
    if (texts == NULL || job->place >= RK__TEXTS_BYTES ||
        job->length >= RK__TEXTS_BYTES - job->place) {
        return false;
    }
    job->text = texts + job->place;
    return true;
}

bool rk__batch_job_unpack(rk__unpack *in, const char *texts, rk__batch_job *out)
{
    out->index = rk__unpack_number(in);
    out->line = rk__unpack_number(in);
    out->lines = rk__unpack_number(in) != 0;
    out->name = rk__unpack_text(in);
    out->base_dir = rk__unpack_text(in);
    return find_text(in, texts, out) && !in->failed && out->name != NULL && out->base_dir != NULL;
}
