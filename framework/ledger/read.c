/* SPDX-License-Identifier: MIT
 *
 * read.c: the functions of include/reckoner/ledger.h that read results.
 */
#include "ledger/result.h"

/* ------------------------------------------------------------------ numbers */

static size_t copy_out(rk__buf *print, char *text, size_t size)
{
    const size_t length = print->failed ? 0 : print->length;
    if (size > 0) {
        const size_t n = length < size ? length : size - 1;
        if (n > 0) {
            memcpy(text, print->text, n);
        }
        text[n] = '\0';
    }
    rk__buf_dispose(print);
    return length;
}

size_t rk_num_fixed(rk_num number, int places, char *text, size_t size)
{
    rk__buf print = {0};
    rk__num_print_fixed(&print, number, places);
    return copy_out(&print, text, size);
}

size_t rk_num_exact(rk_num number, char *text, size_t size)
{
    rk__buf print = {0};
    rk__num_print_exact(&print, number);
    return copy_out(&print, text, size);
}

int rk_num_compare(rk_num a, rk_num b)
{
    return rk__num_compare(a, b);
}

/* ------------------------------------------------------------------ results */

const rk_result_view *rk_result_read(const rk_result *result)
{
    return (const rk_result_view *) (const void *) result;
}

const char *rk_result_total(const rk_result *result)
{
    return result->total_text;
}

const char *rk_result_currency(const rk_result *result)
{
    return result->currency;
}

uint64_t rk_result_unpriced(const rk_result *result)
{
    return result->unpriced;
}

size_t rk_result_n_findings(const rk_result *result)
{
    return result->n_findings;
}

const rk_finding *rk_result_finding(const rk_result *result, size_t index)
{
    return index < result->found.n ? &result->found.items[index] : NULL;
}

size_t rk_result_n_warnings(const rk_result *result)
{
    return result->n_warnings;
}

const char *rk_result_warning(const rk_result *result, size_t index)
{
    const rk_finding *finding = rk__findings_warning(&result->found, index);
    return finding != NULL ? finding->message : NULL;
}

const char *rk_result_profile(const rk_result *result)
{
    return result->profile;
}

const char *rk_result_tariff_ages(const rk_result *result)
{
    return result->tariff_ages;
}

const rk_period_result *rk_result_period(const rk_result *result, size_t index)
{
    return RK__VIEW(rk_period_result, result, periods, index);
}

const rk_component_result *rk_period_component(const rk_period_result *period, size_t index)
{
    return RK__VIEW(rk_component_result, RK__INSIDE(rk__period_result, period), components, index);
}

const rk_ledger_line *rk_component_line(const rk_component_result *component, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__component_result, component), lines, index);
}

const rk_element_total *rk_component_element(const rk_component_result *component, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__component_result, component), elements, index);
}

const rk_unpriced_key *rk_component_unpriced(const rk_component_result *component, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__component_result, component), unpriced, index);
}

const rk_provenance_tariff *rk_result_tariff(const rk_result *result, size_t index)
{
    return RK__VIEW(rk_provenance_tariff, result, tariffs, index);
}

const rk_provenance_file *rk_tariff_file(const rk_provenance_tariff *tariff, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__tariff_provenance, tariff), files, index);
}

const rk_provenance_fact *rk_result_fact(const rk_result *result, size_t index)
{
    return RK__ITEM(result, facts, index);
}

const rk_provenance_rule *rk_result_rule(const rk_result *result, size_t index)
{
    return RK__ITEM(result, rules, index);
}

/* ------------------------------------------- comparisons and explanations */

size_t rk_comparison_count(const rk_comparison *comparison)
{
    return comparison->n;
}

const rk_result *rk_comparison_result(const rk_comparison *comparison, size_t index)
{
    return index < comparison->n ? comparison->results[index] : NULL;
}

size_t rk_comparison_baseline(const rk_comparison *comparison)
{
    return comparison->baseline;
}

const rk_explanation_view *rk_explanation_read(const rk_explanation *explanation)
{
    return (const rk_explanation_view *) (const void *) explanation;
}

const rk_step *rk_explanation_step(const rk_explanation *explanation, size_t index)
{
    return RK__VIEW(rk_step, explanation, steps, index);
}

const rk_step *rk_step_child(const rk_step *step, size_t index)
{
    return RK__VIEW(rk_step, RK__INSIDE(rk__step, step), children, index);
}
