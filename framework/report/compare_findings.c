/* SPDX-License-Identifier: MIT
 *
 * compare_findings.c: the warnings of several arrangements: each once, with the arrangements that
 * have it.
 */
#include "report/compare_findings.h"

#include <inttypes.h>

#include "report/finding.h"

static bool same_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* The same finding in another arrangement; NULL if it has none. Amounts may differ. */
static const rk_finding *beside(const rk_result *other, const rk_finding *finding)
{
    for (size_t k = 0; k < rk_result_read(other)->n_warnings; k++) {
        const rk_finding *found = rk_result_finding(other, k);
        if (strcmp(found->code, finding->code) == 0 && same_text(found->at, finding->at) &&
            same_text(found->message, finding->message)) {
            return found;
        }
    }
    return NULL;
}

/* Which arrangements have a warning. */
typedef struct holders {
    rk__buf names;
    size_t n, first;
} holders;

static void add_holder(holders *all, const rk_comparison *comparison, size_t i)
{
    all->first = all->n == 0 ? i : all->first;
    rk__buf_printf(&all->names, "%s%s", all->n++ == 0 ? "" : ", ",
                   rk__compared(comparison, i)->arrangement);
}

/* Takes what is in the scratch buffer: "national: ...", or "... (in 2 of 3 arrangements: ...)". */
static void add_text(rk__page *out, const rk_comparison *comparison, holders *of,
                     rk__compared_warnings *to)
{
    const size_t n = rk_comparison_count(comparison);
    const char *names = of->names.text != NULL ? of->names.text : "";
    const char *text = out->scratch.text != NULL ? out->scratch.text : "";
    const char *line = NULL;
    if (of->n == 1 && n > 1) {
        line = rk__arena_printf(&out->arena, "%s: %s", names, text);
    } else if (of->n < n) {
        line = rk__arena_printf(&out->arena, "%s (in %zu of %zu arrangements: %s)", text, of->n, n,
                                names);
    } else if (n > 1) {
        line = rk__arena_printf(&out->arena, "%s (in %zu arrangements)", text, n);
    } else {
        line = rk__arena_strdup(&out->arena, text);
    }
    out->failed |= out->scratch.failed || of->names.failed || line == NULL;
    rk__buf_reset(&out->scratch);
    rk__buf_dispose(&of->names);
    if (rk__grow((void **) &to->texts, &to->capacity, to->n + 1, sizeof *to->texts) == 0) {
        to->texts[to->n++] = line != NULL ? line : "";
    } else {
        out->failed = true;
    }
}

/* A finding of arrangement `i`, unless an earlier one has it: with the largest of its amounts. */
static void add_finding(rk__page *out, const rk_comparison *comparison, size_t i,
                        const rk_finding *finding, rk__compared_warnings *to)
{
    rk_finding told = *finding;
    holders of = {.n = 0};
    bool differs = false;
    for (size_t k = 0; k < rk_comparison_count(comparison); k++) {
        const rk_finding *found = beside(rk_comparison_result(comparison, k), finding);
        if (found == NULL) {
            continue;
        }
        add_holder(&of, comparison, k);
        if (found->amount != NULL && rk__num_compare(found->amount, told.amount) != 0) {
            differs |= k != i;
            told.amount = rk__num_compare(found->amount, told.amount) > 0 || told.amount == NULL
                              ? found->amount
                              : told.amount;
        }
    }
    if (of.first < i) {
        rk__buf_dispose(&of.names);
        return;
    }
    rk__print_finding_most(out, &told, rk__compared(comparison, i)->places, differs,
                           rk__compared(comparison, i)->suppress_below);
    add_text(out, comparison, &of, to);
}

/* Rows without a price, of arrangements that have as many. */
static void add_unpriced(rk__page *out, const rk_comparison *comparison, size_t i,
                         rk__compared_warnings *to)
{
    const rk_result_view *result = rk__compared(comparison, i);
    const bool one = result->unpriced == 1;
    holders of = {.n = 0};
    for (size_t k = 0; k < rk_comparison_count(comparison); k++) {
        if (rk__compared(comparison, k)->unpriced == result->unpriced) {
            add_holder(&of, comparison, k);
        }
    }
    if (of.first < i) {
        rk__buf_dispose(&of.names);
        return;
    }
    rk__buf_printf(&out->scratch, "%s row%s unpriced and pay%s nothing; evaluate lists %s",
                   rk__unpriced_text(out, result->unpriced, result->suppress_below),
                   one ? " is" : "s are", one ? "s" : "", one ? "it" : "them");
    add_text(out, comparison, &of, to);
}

void rk__compare_warnings(rk__page *out, const rk_comparison *comparison, rk__compared_warnings *to)
{
    uint64_t left_out = 0;
    for (size_t i = 0; i < rk_comparison_count(comparison); i++) {
        const rk_result *of = rk_comparison_result(comparison, i);
        const rk_result_view *result = rk_result_read(of);
        for (size_t k = 0; k < result->n_warnings; k++) {
            add_finding(out, comparison, i, rk_result_finding(of, k), to);
        }
        left_out = result->findings_left_out > left_out ? result->findings_left_out : left_out;
        if (result->unpriced > 0) {
            add_unpriced(out, comparison, i, to);
        }
    }
    if (left_out > 0) {
        holders every = {.n = rk_comparison_count(comparison)};
        rk__buf_printf(&out->scratch, "and %" PRIu64 " more", left_out);
        add_text(out, comparison, &every, to);
    }
}
