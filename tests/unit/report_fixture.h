/* SPDX-License-Identifier: MIT
 *
 * report_fixture.h: a sink that keeps what it is sent, and results made by hand.
 */
#pragma once

#include "ledger/result.h"
#include "report/report.h"
#include "unit.h"
#include "json/json.h"

/* ---------------------------------------------------------------------- sink */

/* Refuses once it holds more than `limit` bytes (0: never). */
typedef struct kept {
    rk__buf text;
    size_t limit;
} kept;

static inline int kept_write(void *ctx, const char *text, size_t length)
{
    kept *k = ctx;
    rk__buf_add(&k->text, text, length);
    return k->limit > 0 && k->text.length > k->limit;
}

static inline rk_sink kept_sink(kept *k, int width)
{
    return (rk_sink){.write = kept_write, .ctx = k, .width = width};
}

static inline void kept_expect(kept *k, const char *expected)
{
    ck_assert_str_eq(k->text.text == NULL ? "" : k->text.text, expected);
    rk__buf_dispose(&k->text);
}

static inline void kept_has(const kept *k, const char *part)
{
    ck_assert_msg(k->text.text != NULL && strstr(k->text.text, part) != NULL, "'%s' is not in:\n%s",
                  part, k->text.text == NULL ? "" : k->text.text);
}

static inline void kept_lacks(const kept *k, const char *part)
{
    ck_assert_msg(k->text.text == NULL || strstr(k->text.text, part) == NULL, "'%s' is in:\n%s",
                  part, k->text.text);
}

/* What the sink holds, parsed; the caller frees it. */
static inline rk__json *kept_parse(kept *k)
{
    rk__json *document = NULL;
    rk_problems *problems = rk_problems_new();
    const rk_status status =
        rk__json_parse(k->text.text, k->text.length, "report", &document, problems);
    ck_assert_msg(status == RK_OK, "%s in:\n%s", rk_problems_at(problems, 0)->message,
                  k->text.text);
    rk_problems_free(problems);
    rk__buf_dispose(&k->text);
    return document;
}

static inline void json_expect(const rk__json *document, const char *pointer, const char *text)
{
    const rk__value *v = rk__json_at(rk__json_root(document), pointer);
    ck_assert_msg(v != NULL, "nothing at %s", pointer);
    if (text == NULL) {
        ck_assert_msg(v->type == RK__JSON_NULL, "%s is not null", pointer);
    } else {
        ck_assert_msg(v->text != NULL && strcmp(v->text, text) == 0, "%s is '%s', not '%s'",
                      pointer, v->text == NULL ? "(no text)" : v->text, text);
    }
}

/* The keys of an object, "a b c". */
static inline void json_keys(const rk__json *document, const char *pointer, const char *expected)
{
    rk__buf keys = {0};
    const rk__value *object = rk__json_at(rk__json_root(document), pointer);
    ck_assert_msg(object != NULL, "nothing at %s", pointer);
    for (const rk__value *v = object->first; v != NULL; v = v->next) {
        rk__buf_printf(&keys, "%s%s", keys.length > 0 ? " " : "", v->key);
    }
    ck_assert_str_eq(keys.text == NULL ? "" : keys.text, expected);
    rk__buf_dispose(&keys);
}

/* -------------------------------------------------------------------- results */

static inline rk_num number(rk_result *r, const char *text)
{
    const char *why = NULL;
    const rk_num n = rk__num_parse(&r->nums, text, 1, -1, &why);
    ck_assert_msg(n != NULL, "%s %s", text, why);
    return n;
}

static inline void *made(rk_result *r, size_t n, size_t size)
{
    void *p = rk__arena_alloc(&r->arena, n * size);
    ck_assert_ptr_nonnull(p);
    return p;
}

/* A result of one period with room for components; money has two places. */
static inline rk_result *result_new(const char *arrangement, const char *total)
{
    rk_result *r = calloc(1, sizeof *r);
    ck_assert_ptr_nonnull(r);
    r->contract = "acute";
    r->title = "Acute services";
    r->arrangement = arrangement;
    r->basis = "illustrative";
    r->currency = "GBP";
    r->places = 2;
    r->total = number(r, total);
    r->periods = made(r, 1, sizeof *r->periods);
    r->n_periods = 1;
    r->periods[0].id = "2016-17";
    r->periods[0].total = r->total;
    r->periods[0].components = made(r, 8, sizeof(rk__component_result));
    r->contract_sha256 = "c0ffee";
    r->tariff_ages = "";
    return r;
}

static inline rk__component_result *add_component(rk_result *r, const char *id, const char *rule,
                                                  const char *total)
{
    rk__period_result *p = &r->periods[0];
    rk__component_result *c = &p->components[p->n_components++];
    *c = (rk__component_result){.id = id, .rule = rule, .total = number(r, total)};
    c->exact = c->total;
    c->lines = made(r, 32, sizeof *c->lines);
    c->elements = made(r, 8, sizeof *c->elements);
    return c;
}

static inline rk_ledger_line *add_line(rk_result *r, rk__component_result *c, const char *label,
                                       const char *amount)
{
    rk_ledger_line *line = &c->lines[c->n_lines++];
    *line = (rk_ledger_line){.label = label, .amount = number(r, amount)};
    return line;
}

/* A line folded from rows. */
static inline void add_sum(rk_result *r, rk__component_result *c, const char *label,
                           const char *quantity, const char *amount)
{
    rk_ledger_line *line = add_line(r, c, label, amount);
    line->quantity = number(r, quantity);
    line->unit = "spell";
    line->rate = rk__num_div(&r->nums, line->amount, line->quantity);
    line->sum = true;
}

static inline void add_element(rk_result *r, rk__component_result *c, const char *name,
                               const char *amount)
{
    c->elements[c->n_elements++] = (rk_element_total){.name = name, .amount = number(r, amount)};
}

/* Groups of one column `pod`: quantities, amounts and one element `base`, in millionths. */
static inline rk_groups *groups_new(const char *const *keys, const int64_t *quantities,
                                    const int64_t *amounts, size_t n)
{
    rk__dict *dict = rk__dict_new();
    rk__combiner combiner = {.n_columns = 1};
    rk__totals totals;
    rk__totals_init(&totals, 4, 0);
    for (size_t i = 0; i < n; i++) {
        /* 0 is blank, else 1 + the text's number. */
        const uint32_t code =
            keys[i] == NULL ? 0 : 1 + (uint32_t) rk__dict_intern(dict, keys[i], strlen(keys[i]));
        const uint32_t *column = &code;
        const uint32_t below = code + 1;
        uint32_t slot = 0;
        const int64_t *narrow[4] = {NULL, &quantities[i], &amounts[i], &amounts[i]};
        ck_assert_int_eq(rk__combiner_add(&combiner, &column, &below, 1, &slot), RK_OK);
        ck_assert_int_eq(rk__totals_reserve(&totals, (size_t) slot + 1), RK_OK);
        ck_assert_int_eq(rk__totals_add(&totals, &slot, 1, narrow, NULL), RK_OK);
    }
    const size_t position = 0;
    const char *const name = "pod";
    const rk__groups_input input = {.combiner = &combiner,
                                    .totals = &totals,
                                    .positions = &position,
                                    .n = 1,
                                    .dicts = &dict,
                                    .names = &name,
                                    .n_elements = 1,
                                    .places = 6};
    rk_groups *table = NULL;
    ck_assert_int_eq(rk__groups_fold(&input, &table), RK_OK);
    rk__combiner_dispose(&combiner);
    rk__totals_dispose(&totals);
    rk__dict_free(dict);
    return table;
}

static inline void result_free(rk_result *r)
{
    for (size_t i = 0; i < r->periods[0].n_components; i++) {
        rk__groups_free(r->periods[0].components[i].groups);
    }
    rk__nums_dispose(&r->nums);
    rk__arena_dispose(&r->arena);
    free(r);
}

static inline void report(const rk_result *r, rk_format format, kept *k, int width)
{
    const rk_sink sink = kept_sink(k, width);
    ck_assert_int_eq(rk_report_results(&r, 1, format, &sink), RK_OK);
}
