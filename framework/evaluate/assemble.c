/* SPDX-License-Identifier: MIT
 *
 * assemble.c: builds a result from its instances: totals, lines and provenance.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "contract/selection.h"
#include "evaluate/cost.h"
#include "evaluate/evaluation.h"
#include "evaluate/tariff_dates.h"
#include "evaluate/unpriced.h"
#include "ledger/host.h"
#include "ledger/scale.h"

/* ---------------------------------------------------------------- the periods */

/* The arena of the parts that all contracts with the same terms share. */
static rk__arena *terms_arena(rk_result *r)
{
    return r->terms != NULL ? r->terms : &r->arena;
}

static rk_status make_component(const rk__instance *instance, rk__arena *arena,
                                rk__component_result *out)
{
    const size_t n = instance->streams ? instance->rule->n_elements : 0;
    *out =
        (rk__component_result){.id = rk__arena_strdup(arena, instance->component->id),
                               .rule = rk__arena_strdup(arena, instance->component->rule),
                               .title = rk__arena_strdup(arena, instance->component->title),
                               .shadow = instance->component->shadow,
                               .elements = rk__arena_alloc(arena, (n + 1) * sizeof *out->elements),
                               .n_elements = n};
    if (out->elements == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t e = 0; e < n; e++) {
        out->elements[e] =
            (rk_element_total){.name = rk__arena_strdup(arena, instance->rule->elements[e].name),
                               .memo = (instance->rule->elements[e].flags & RK_ELEMENT_MEMO) != 0};
    }
    return RK_OK;
}

static int day_of(rk_date date)
{
    return (int) date.year * 10000 + date.month * 100 + date.day;
}

/* Every component of every period, without its numbers. */
static rk_status make_periods(const rk__evaluation *e, size_t a, rk_result *r)
{
    rk__arena *arena = terms_arena(r);
    const size_t n = e->arrangements[a]->n_components;
    const size_t n_all = e->contract->n_periods;
    size_t n_periods = 0;
    rk__period_result *periods = rk__arena_alloc(arena, n_all * sizeof *periods);
    rk_status status = periods == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t p = 0; p < n_all && status == RK_OK; p++) {
        if (!rk__period_shown(e->contract, p)) {
            continue;
        }
        rk__period_result *period = &periods[n_periods++];
        *period = (rk__period_result){.id = rk__arena_strdup(arena, e->contract->periods[p].id),
                                      .components =
                                          rk__arena_alloc(arena, n * sizeof *period->components),
                                      .n_components = n,
                                      .start = day_of(e->contract->periods[p].start),
                                      .end = day_of(e->contract->periods[p].end)};
        status = period->components == NULL ? RK_NO_MEMORY : RK_OK;
        for (size_t k = 0; k < n && status == RK_OK; k++) {
            status = make_component(&e->instances[a][p * n + k], arena, &period->components[k]);
        }
    }
    if (status == RK_OK) {
        r->periods = periods;
        r->n_periods = n_periods;
    }
    return status;
}

/* Adds a line for the amount that the ledger's six printed decimals lose. */
static rk_status add_rounding(rk__instance *instance)
{
    rk__nums *nums = &instance->result->nums;
    rk_num printed = rk__num_from_int(nums, 0);
    for (size_t i = 0; i < instance->n_lines; i++) {
        if (!instance->lines[i].memo) {
            const rk_num shown = rk__num_round(nums, instance->lines[i].amount, RK_DECIMAL_PLACES);
            printed = rk__num_add(nums, printed, shown);
        }
    }
    const rk_num rest = rk__num_sub(nums, instance->rounded, printed);
    if (rest == NULL) {
        return RK_NO_MEMORY;
    }
    if (rk__num_sign(rest) != 0) {
        rk_ledger_line *line = rk__ledger_line_new(instance);
        if (line == NULL) {
            return RK_NO_MEMORY;
        }
        *line = (rk_ledger_line){.label = "rounding", .amount = rest, .sum = true};
    }
    return RK_OK;
}

/* Whether printing loses nothing: the total needed no rounding, and no line has digits past the
 * sixth. */
static bool lines_are_plain(const rk__instance *instance)
{
    bool plain =
        instance->exact != NULL && rk__num_compare(instance->exact, instance->rounded) == 0;
    for (size_t i = 0; i < instance->n_lines && plain; i++) {
        rk_decimal shown;
        plain = instance->lines[i].memo || rk__num_to_decimal(instance->lines[i].amount, &shown);
    }
    return plain;
}

/* Rows of the row table, and rows of tables that are settled. */
static rk_status take_unpriced(rk__instance *instance, rk__component_result *out)
{
    const size_t n = instance->rows.n_unpriced + instance->n_unpriced;
    out->n_unpriced = n;
    out->unpriced_keys = instance->rows.unpriced_keys + instance->n_unpriced;
    out->unpriced_rows = instance->rows.unpriced_rows + instance->n_unpriced;
    out->unpriced = NULL;
    if (n == 0) {
        return RK_OK;
    }
    out->unpriced = rk__arena_alloc_uninit(&instance->result->arena, n * sizeof *out->unpriced);
    if (out->unpriced == NULL) {
        out->n_unpriced = 0;
        return RK_NO_MEMORY;
    }
    if (instance->rows.n_unpriced > 0) {
        memcpy(out->unpriced, instance->rows.unpriced,
               instance->rows.n_unpriced * sizeof *out->unpriced);
    }
    if (instance->n_unpriced > 0) {
        memcpy(out->unpriced + instance->rows.n_unpriced, instance->unpriced,
               instance->n_unpriced * sizeof *out->unpriced);
    }
    return RK_OK;
}

/* Fills in the instance's numbers. */
static rk_status settle_component(rk__instance *instance, rk__component_result *out)
{
    rk_status status = lines_are_plain(instance) ? RK_OK : add_rounding(instance);
    out->exact = instance->exact;
    out->total = instance->rounded;
    out->lines = instance->lines;
    out->n_lines = instance->n_lines;
    out->rows = instance->rows.total.rows;
    out->groups = instance->rows.shown;
    instance->rows.shown = NULL;
    for (size_t e = 0; e < out->n_elements; e++) {
        out->elements[e].amount = instance->rows.total.element[e];
    }
    return status == RK_OK ? take_unpriced(instance, out) : status;
}

static rk_status settle_periods(rk__evaluation *e, size_t a, rk_result *r)
{
    rk_status status = r->periods == NULL ? make_periods(e, a, r) : RK_OK;
    r->total = rk__num_from_int(&r->nums, 0);
    size_t shown = 0;
    for (size_t p = 0; p < e->contract->n_periods && status == RK_OK; p++) {
        if (!rk__period_shown(e->contract, p)) {
            continue;
        }
        rk__period_result *period = &r->periods[shown++];
        const size_t n = period->n_components;
        period->total = rk__num_from_int(&r->nums, 0);
        for (size_t k = 0; k < n && status == RK_OK; k++) {
            rk__component_result *c = &period->components[k];
            status = settle_component(&e->instances[a][p * n + k], c);
            rk__find_tariff_dates(&e->instances[a][p * n + k]);
            r->unpriced += c->unpriced_rows;
            if (!c->shadow && status == RK_OK) {
                period->total = rk__num_add(&r->nums, period->total, c->total);
            }
        }
        r->total = rk__num_add(&r->nums, r->total, period->total);
    }
    return status;
}

/* ----------------------------------------------------------------- provenance */

static rk_status rules_of(const rk__evaluation *e, size_t a, rk_result *r)
{
    const size_t n = e->arrangements[a]->n_components;
    r->n_rules = 0;
    r->rules = rk__arena_alloc(terms_arena(r), n * sizeof *r->rules);
    if (r->rules == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t k = 0; k < n; k++) {
        const rk__rule *rule = e->instances[a][k].rule;
        bool seen = false;
        for (size_t i = 0; i < r->n_rules; i++) {
            seen |= strcmp(r->rules[i].id, rule->id) == 0;
        }
        if (!seen) {
            r->rules[r->n_rules++] =
                (rk_provenance_rule){.id = rk__arena_strdup(terms_arena(r), rule->id),
                                     .version = rk__arena_strdup(terms_arena(r), rule->version),
                                     .file = rk__arena_strdup(terms_arena(r), rule->file),
                                     .sha256 = rk__arena_strdup(terms_arena(r), rule->sha256)};
        }
    }
    return RK_OK;
}

/* "tariff 'ntps' (https://...): cached copy, 3 days old". */
static void age_line(rk__buf *out, const rk__tariff *tariff)
{
    const rk__fetched *f = rk__tariff_fetched(tariff);
    if (f == NULL) {
        return;
    }
    const int64_t days = f->age_seconds / 86400;
    const int64_t hours = f->age_seconds / 3600;
    rk__buf_printf(out, "tariff '%s' (%s): ", tariff->id, tariff->place);
    if (!f->from_cache) {
        rk__buf_puts(out, "fetched now\n");
    } else if (f->age_seconds < 60) {
        rk__buf_puts(out, "cached copy, current\n");
    } else if (days > 0) {
        rk__buf_printf(out, "cached copy, %" PRId64 " day%s old\n", days, days == 1 ? "" : "s");
    } else if (hours > 0) {
        rk__buf_printf(out, "cached copy, %" PRId64 " hour%s old\n", hours, hours == 1 ? "" : "s");
    } else {
        rk__buf_printf(out, "cached copy, %" PRId64 " minutes old\n", f->age_seconds / 60);
    }
}

/* The files of those tables of a tariff that were read. */
static rk_status tariff_files(const rk__tariff *tariff, rk__arena *arena,
                              rk__tariff_provenance *out)
{
    for (int counting = 1; counting >= 0; counting--) {
        size_t n = 0;
        for (size_t t = 0; t < tariff->n_tables; t++) {
            const rk__table *table = tariff->tables[t].table;
            const char *path = NULL;
            const char *digest = NULL;
            for (size_t k = 0;
                 table != NULL && (digest = rk__table_digest(table, k, &path)) != NULL; k++, n++) {
                if (!counting) {
                    out->files[n] = (rk_provenance_file){rk__arena_strdup(arena, path),
                                                         rk__arena_strdup(arena, digest)};
                }
            }
        }
        out->n_files = n;
        if (counting && n > 0) {
            out->files = rk__arena_alloc(arena, n * sizeof *out->files);
            if (out->files == NULL) {
                out->n_files = 0;
                return RK_NO_MEMORY;
            }
        }
    }
    return RK_OK;
}

static rk_status tariffs_of(const rk__evaluation *e, rk_result *r)
{
    const size_t n = rk__sources_n_tariffs(e->sources);
    rk__buf ages = {0};
    r->n_tariffs = 0;
    r->tariffs = rk__arena_alloc(terms_arena(r), (n + 1) * sizeof *r->tariffs);
    if (r->tariffs == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        const rk__tariff *t = rk__sources_tariff(e->sources, i);
        r->tariffs[r->n_tariffs++] =
            (rk__tariff_provenance){.id = rk__arena_strdup(terms_arena(r), t->id),
                                    .sha256 = rk__arena_strdup(terms_arena(r), t->sha256),
                                    .title = rk__arena_strdup(terms_arena(r), t->title),
                                    .source = rk__arena_strdup(terms_arena(r), t->source),
                                    .fetched = rk__tariff_fetched(t) != NULL};
        if (e->contract->tariffs[i].body == NULL) {
            r->tariffs[i].place = rk__arena_strdup(terms_arena(r), t->place);
        }
        if (tariff_files(t, terms_arena(r), &r->tariffs[i]) != RK_OK) {
            rk__buf_dispose(&ages);
            return RK_NO_MEMORY;
        }
        age_line(&ages, t);
    }
    if (ages.length > 0) {
        r->tariff_ages = rk__arena_copy(terms_arena(r), ages.text, ages.length);
    }
    const bool failed = ages.failed || r->tariff_ages == NULL;
    rk__buf_dispose(&ages);
    return failed ? RK_NO_MEMORY : RK_OK;
}

/* Files that were read: those of the row passes, then those held in memory. */
static rk_status facts_of(const rk__evaluation *e, rk_result *r)
{
    r->threads = e->threads > 0 ? e->threads : 1;
    if (e->profile.length > 0) {
        r->profile = rk__arena_copy(terms_arena(r), e->profile.text, e->profile.length);
        if (r->profile == NULL) {
            return RK_NO_MEMORY;
        }
    }
    size_t n = e->n_files;
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const char *path = NULL;
        for (size_t k = 0; rk__table_digest(rk__sources_fact_at(e->sources, i), k, &path); k++) {
            n++;
        }
    }
    r->n_facts = 0;
    r->facts = rk__arena_alloc(terms_arena(r), (n + 1) * sizeof *r->facts);
    if (r->facts == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < e->n_files; i++) {
        const rk_provenance_fact *f = &e->files[i];
        r->facts[r->n_facts++] =
            (rk_provenance_fact){.table = rk__arena_strdup(terms_arena(r), f->table),
                                 .file = rk__arena_strdup(terms_arena(r), f->file),
                                 .xxh3 = rk__arena_strdup(terms_arena(r), f->xxh3),
                                 .sha256 = rk__arena_strdup(terms_arena(r), f->sha256),
                                 .rows = f->rows,
                                 .declared = rk__arena_strdup(terms_arena(r), f->declared)};
    }
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const rk__table *t = rk__sources_fact_at(e->sources, i);
        const char *path = NULL;
        const char *digest = NULL;
        for (size_t k = 0; (digest = rk__table_digest(t, k, &path)) != NULL; k++) {
            r->facts[r->n_facts++] = (rk_provenance_fact){
                .table = rk__arena_strdup(terms_arena(r), rk__table_spec_of(t)->name),
                .file = rk__arena_strdup(terms_arena(r),
                                         rk__path_below(rk__table_spec_of(t)->base_dir, path)),
                .xxh3 = rk__arena_strdup(terms_arena(r), digest),
                .rows = rk__table_n_rows(t),
                .declared = rk__table_declared(rk__table_spec_of(t), terms_arena(r))};
        }
    }
    return RK_OK;
}

static const char *total_text(rk_result *r)
{
    char small[RK__NUM_SMALL_TEXT];
    const size_t length =
        r->total != NULL ? rk__num_put_small(small, r->total, r->places, false) : 0;
    if (length > 0) {
        return rk__arena_copy(&r->arena, small, length);
    }
    rk__buf text = {0};
    rk__num_print_fixed(&text, r->total, r->places);
    const char *copy = text.failed ? NULL : rk__arena_copy(&r->arena, text.text, text.length);
    rk__buf_dispose(&text);
    return copy;
}

rk_status rk__result_assemble(rk__evaluation *evaluation, size_t arrangement, rk_problems *problems)
{
    rk_result *r = evaluation->results[arrangement];
    rk_status status = settle_periods(evaluation, arrangement, r);
    if (status == RK_OK) {
        status = rk__cost_total(evaluation, r, problems);
    }
    if (status == RK_OK && r->cost != NULL) {
        r->margin = rk__num_sub(&r->nums, r->total, r->cost);
        rk__scale_find_total(r, r->cost, "the cost");
    }
    const bool known = r->terms != NULL && r->n_rules > 0; /* since an earlier contract */
    if (status == RK_OK && !known) {
        status = tariffs_of(evaluation, r);
    }
    if (status == RK_OK && !known) {
        status = facts_of(evaluation, r);
    }
    if (status == RK_OK && !known) {
        status = rules_of(evaluation, arrangement, r);
    }
    if (status == RK_OK) {
        r->total_text = total_text(r);
        status = r->total_text == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        rk__instance *instances = evaluation->instances[arrangement];
        const size_t n_instances = rk__evaluation_n_instances(evaluation, arrangement);
        rk__find_mostly_unpriced(r, instances, n_instances);
        rk__find_no_rows(r, instances, n_instances);
    }
    r->bad_rows = evaluation->bad_rows;
    if (r->bad_rows > 0) {
        rk__result_find(r, (rk_finding){.code = "bad-rows", .rows = r->bad_rows},
                        "%" PRIu64 " bad row%s left out and not paid", r->bad_rows,
                        r->bad_rows == 1 ? " was" : "s were");
    }
    rk__evaluation_report_totals(evaluation, r);
    rk__evaluation_report_repeats(evaluation, r);
    /* Nothing else shows that a cost, a finding or a text was lost. */
    const bool lost =
        r->arena.failed || r->nums.no_memory || terms_arena(r)->failed ||
        (evaluation->costs_result != NULL && evaluation->costs_result->nums.no_memory);
    return status == RK_OK && lost ? RK_NO_MEMORY : status;
}
