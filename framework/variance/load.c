/* SPDX-License-Identifier: MIT
 *
 * load.c: what a name stands for (a fact table, an arrangement, a tariff or a result document),
 * evaluated or read.
 */
#include "variance/load.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/nearest.h"
#include "contract/selection.h"
#include "contract/sources.h"
#include "evaluate/evaluation.h"
#include "ledger/instance.h"

typedef enum kind { TABLE, ARRANGEMENT, TARIFF, RESULT, NOTHING, N_KINDS = NOTHING } kind;
static const char *const prefixes[] = {"table:", "arrangement:", "tariff:", "result:"};

/* ---------------------------------------------------------------- what it is */

static kind kind_of_document(const rk__json *document)
{
    const char *reckoner = NULL;
    (void) rk__json_text_of(rk__json_root(document), "reckoner", false, &reckoner, NULL);
    const bool result = reckoner != NULL && strcmp(reckoner, "result/1") == 0;
    return result                                                  ? RESULT
           : reckoner != NULL && strcmp(reckoner, "tariff/1") == 0 ? TARIFF
                                                                   : NOTHING;
}

static kind kind_of_path(const char *path)
{
    struct stat about;
    rk__json *document = NULL;
    if (strncmp(path, "https://", 8) == 0 || strncmp(path, "http://", 7) == 0) {
        return TARIFF;
    }
    if (stat(path, &about) != 0) {
        return NOTHING;
    }
    if (S_ISDIR(about.st_mode)) {
        return TARIFF;
    }
    kind found = NOTHING;
    if (rk__json_load(path, &document, NULL) == RK_OK) {
        found = kind_of_document(document);
    }
    rk__json_free(document);
    return found;
}

/* What a name stands for; *name loses its prefix. */
static kind kind_of(const rk__load *load, const rk_contract *c, const char **name)
{
    for (size_t k = 0; k < N_KINDS; k++) {
        const size_t length = strlen(prefixes[k]);
        if (strncmp(*name, prefixes[k], length) == 0) {
            *name += length;
            return (kind) k;
        }
    }
    const bool arrangement = rk__contract_arrangement(c, *name) != NULL;
    if (arrangement && load->options->arrangements_first) {
        return ARRANGEMENT;
    }
    if (rk__contract_fact(c, *name) != NULL) {
        return TABLE;
    }
    return arrangement ? ARRANGEMENT : kind_of_path(*name);
}

static rk_status no_such(const rk__load *load, const rk_contract *c, const char *name)
{
    rk__arena scratch = {0};
    const char **names =
        rk__arena_alloc(&scratch, (c->n_facts + c->n_arrangements + 1) * sizeof *names);
    rk__buf all = {0};
    size_t n = 0;
    for (size_t i = 0; names != NULL && i < c->n_facts; i++) {
        names[n++] = c->facts[i].name;
    }
    for (size_t i = 0; names != NULL && i < c->n_arrangements; i++) {
        names[n++] = c->arrangements[i].name;
    }
    for (size_t i = 0; i < n; i++) {
        rk__buf_printf(&all, "%s'%s'",
                       i == 0 ? "the contract has the tables and arrangements " : ", ", names[i]);
    }
    const char *near = names != NULL ? rk__nearest(name, names) : NULL;
    const rk_status status = rk__problem(
        load->problems, RK_USAGE, NULL, all.text,
        near != NULL ? "'%s' is not a table, arrangement, tariff or result; did you mean "
                       "'%s'?"
                     : "'%s' is not a table, arrangement, tariff or result%.0s",
        name, near != NULL ? near : "");
    rk__buf_dispose(&all);
    rk__arena_dispose(&scratch);
    return status;
}

/* ------------------------------------------------------------------ evaluating */

static bool is_name(const char *a, const char *b)
{
    return b != NULL && strcmp(a, b) == 0;
}

/* The table of the first component that prices rows; NULL with the status if that fails, or if
 * there is none (RK_OK). */
static const char *first_table(const rk__load *load, const rk__arrangement *a, rk_status *status)
{
    *status = RK_OK;
    for (size_t k = 0; k < a->n_components && *status == RK_OK; k++) {
        const rk__rule *rule =
            rk__session_rule(load->session, &a->components[k], status, load->problems);
        if (rule != NULL && rk__rule_streams(rule)) {
            return rk__component_table(&a->components[k], rule->rule->rows);
        }
    }
    return NULL;
}

/* Makes components price the rows of another table: those that price the rows of either side's
 * table or of a table that the contract lacks; or, if the other side is not a table, those of the
 * first component's table. */
static rk_status replace_table(const rk__load *load, rk_contract *c, const rk__arrangement *a,
                               const char *table, const char *other)
{
    size_t n = 0;
    rk_status status = RK_OK;
    const size_t length = strlen(prefixes[TABLE]);
    other = other != NULL && strncmp(other, prefixes[TABLE], length) == 0 ? other + length : other;
    if (other == NULL || rk__contract_fact(c, other) == NULL) {
        other = first_table(load, a, &status);
    }
    for (size_t k = 0; k < a->n_components && status == RK_OK; k++) {
        rk__component *component = &a->components[k];
        const rk__rule *rule = rk__session_rule(load->session, component, &status, load->problems);
        if (rule == NULL || !rk__rule_streams(rule)) {
            continue;
        }
        const char *now = rk__component_table(component, rule->rule->rows);
        if (is_name(now, table) || is_name(now, other) || rk__contract_fact(c, now) == NULL) {
            component->rows_of = rule->rule->rows;
            component->rows_as = table;
            n++;
        }
    }
    if (status != RK_OK || n > 0) {
        return status;
    }
    return rk__problem(load->problems, RK_USAGE, NULL,
                       "name a table that the components price, or another arrangement with "
                       "--arrangement",
                       "no component of arrangement '%s' prices rows of '%s'%s%s%s", a->name, table,
                       other != NULL ? " or '" : "", other != NULL ? other : "",
                       other != NULL ? "'" : "");
}

/* The last period that is selected by time. */
static size_t last_shown(const rk_contract *c)
{
    size_t last = 0;
    for (size_t at = 0; at < c->n_periods; at++) {
        const size_t p = c->calendar.order[at];
        last = rk__period_shown(c, p) ? p : last;
    }
    return last;
}

static rk_status evaluate(rk__load *load, kind what, const char *name, const char *other,
                          rk__loaded *out)
{
    const rk__arrangement *chosen = NULL;
    rk_contract *c = out->contract;
    rk_status status = rk__arrangement_named(
        c, what == ARRANGEMENT ? name : load->options->arrangement, &chosen, load->problems);
    if (status == RK_OK && what == TABLE && rk__contract_fact(c, name) == NULL) {
        return no_such(load, c, name);
    }
    if (status == RK_OK && what == TABLE) {
        status = replace_table(load, c, chosen, name, other);
    }
    if (status == RK_OK && c->selection.open && load->closed) {
        status = rk__selection_close(c, load->last);
    }
    status = status == RK_OK ? rk_evaluate(c, chosen->name, &out->result, load->problems) : status;
    if (status == RK_OK && !load->closed) {
        load->closed = true;
        load->last = last_shown(c);
    }
    return status == RK_OK ? rk__side_of_result(load->sides, out->result, load->lines, &out->side)
                           : status;
}

/* The contract with another tariff. */
static rk_status with_tariff(rk__load *load, const char *path, rk__loaded *out)
{
    char absolute[PATH_MAX];
    const bool url = strstr(path, "://") != NULL;
    if (!url && realpath(path, absolute) == NULL) {
        return rk__problem(load->problems, RK_IO, NULL, NULL, "the tariff '%s' cannot be opened",
                           path);
    }
    const char *const *before = load->session->options.sets;
    const char *set = rk__arena_printf(&load->sides->arena, "/tariff=%s", url ? path : absolute);
    const char *const *sets = set != NULL ? rk__list_with(&load->sides->arena, before, set) : NULL;
    if (sets == NULL) {
        return RK_NO_MEMORY;
    }
    load->session->options.sets = sets;
    const rk_status status =
        rk_contract_load(load->session, load->path, &out->contract, load->problems);
    load->session->options.sets = before;
    return status;
}

/* ------------------------------------------------------------------- documents */

static bool is_shown(void *ctx, const char *period)
{
    const rk_contract *c = ctx;
    const int at = rk__period_by_id(c, period, strlen(period));
    return c->selection.shown == NULL || (at >= 0 && rk__period_shown(c, (size_t) at));
}

/* The last period of which a document has rows; SIZE_MAX if there is none. */
static size_t last_with_cells(const rk__load *load, const rk_contract *c, const rk__side *side)
{
    size_t last = SIZE_MAX;
    for (size_t at = 0; at < c->n_periods; at++) {
        const size_t p = c->calendar.order[at];
        for (size_t i = 0; i < side->n_cells && last != p; i++) {
            const char *id = rk__sides_word(load->sides, side->cells[i].text[RK__COLUMN_PERIOD]);
            last = id != NULL && strcmp(id, c->periods[p].id) == 0 ? p : last;
        }
    }
    return last;
}

static rk_status read_side(rk__load *load, rk__loaded *out)
{
    rk__side_dispose(&out->side);
    return rk__side_of_document(load->sides, rk__json_root(out->document), load->lines, is_shown,
                                out->contract, &out->side, load->problems);
}

static rk_status read_result(rk__load *load, const char *path, rk__loaded *out)
{
    rk_contract *c = out->contract;
    rk_status status = rk__json_load(path, &out->document, load->problems);
    if (status == RK_OK && kind_of_document(out->document) != RESULT) {
        return rk__json_problem(load->problems, rk__json_root(out->document), RK_WRONG_TYPE,
                                "reckon evaluate CONTRACT -f json writes one",
                                "this is not a result document");
    }
    status = status == RK_OK ? read_side(load, out) : status;
    if (status != RK_OK || !c->selection.open) {
        return status;
    }
    const size_t last = load->closed ? load->last : last_with_cells(load, c, &out->side);
    if (last != SIZE_MAX) {
        load->closed = true;
        load->last = last;
        status = rk__selection_close(c, last);
        status = status == RK_OK ? read_side(load, out) : status;
    }
    return status;
}

bool rk__load_has_groups(const char *name)
{
    rk__json *document = NULL;
    const size_t length = strlen(prefixes[RESULT]);
    const char *path =
        name != NULL && strncmp(name, prefixes[RESULT], length) == 0 ? name + length : name;
    bool has = true;
    if (path != NULL && kind_of_path(path) == RESULT &&
        rk__json_load(path, &document, NULL) == RK_OK) {
        has = rk__document_has_groups(rk__json_root(document));
    }
    rk__json_free(document);
    return has;
}

rk_status rk__loaded_open(rk__load *load, const char *name, const char *other, rk__loaded *out)
{
    *out = (rk__loaded){.name = name};
    rk_status status = rk_contract_load(load->session, load->path, &out->contract, load->problems);
    if (status != RK_OK) {
        return status;
    }
    kind what = ARRANGEMENT;
    if (name == NULL) {
        name = load->options->arrangement;
    } else {
        what = kind_of(load, out->contract, &name);
    }
    out->name = name;
    switch (what) {
    case TARIFF:
        rk_contract_free(out->contract);
        out->contract = NULL;
        status = with_tariff(load, name, out);
        return status == RK_OK ? evaluate(load, what, name, other, out) : status;
    case RESULT:
        return read_result(load, name, out);
    case TABLE:
    case ARRANGEMENT:
        status = evaluate(load, what, name, other, out);
        out->name =
            name != NULL || out->result == NULL ? name : rk_result_read(out->result)->arrangement;
        return status;
    case NOTHING:
        break;
    }
    return no_such(load, out->contract, name);
}

void rk__loaded_dispose(rk__loaded *loaded)
{
    rk__side_dispose(&loaded->side);
    rk_result_free(loaded->result);
    rk_contract_free(loaded->contract);
    rk__json_free(loaded->document);
}
