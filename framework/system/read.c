/* SPDX-License-Identifier: MIT
 *
 * read.c: the functions of include/reckoner/system.h that read systems' results.
 */
#include "system/system.h"

const rk_system_view *rk_system_result_read(const rk_system_result *result)
{
    return (const rk_system_view *) (const void *) result;
}

const rk_organisation_view *rk_system_organisation(const rk_system_result *result, size_t index)
{
    return RK__ITEM(result, organisations, index);
}

const char *rk_system_period_id(const rk_system_result *result, size_t index)
{
    return index < result->n_periods ? result->periods[index] : NULL;
}

const rk_source_note *rk_system_source(const rk_system_result *result, size_t index)
{
    return RK__ITEM(result, sources, index);
}

const rk_scenario_result *rk_system_scenario_result(const rk_system_result *result, size_t index)
{
    return RK__VIEW(rk_scenario_result, result, scenarios, index);
}

size_t rk_system_result_n_findings(const rk_system_result *result)
{
    size_t n = 0;
    for (size_t i = 0; i < result->n_scenarios; i++) {
        n += result->scenarios[i].n_findings;
    }
    return n;
}

size_t rk_system_result_n_warnings(const rk_system_result *result)
{
    size_t n = 0;
    for (size_t i = 0; i < result->n_scenarios; i++) {
        n += result->scenarios[i].n_warnings;
    }
    return n;
}

const rk_balance *rk_scenario_balance(const rk_scenario_result *scenario)
{
    return &RK__INSIDE(rk__scenario_result, scenario)->balance;
}

const rk_balance *rk_scenario_organisation_balance(const rk_scenario_result *scenario,
                                                   size_t organisation)
{
    return RK__ITEM(RK__INSIDE(rk__scenario_result, scenario), organisations, organisation);
}

const rk_condition_test *rk_scenario_condition(const rk_scenario_result *scenario, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__scenario_result, scenario), conditions, index);
}

const rk_system_period *rk_scenario_period(const rk_scenario_result *scenario, size_t index)
{
    return RK__VIEW(rk_system_period, RK__INSIDE(rk__scenario_result, scenario), periods, index);
}

const rk_coverage_line *rk_scenario_coverage(const rk_scenario_result *scenario, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__scenario_result, scenario), coverage, index);
}

const rk_finding *rk_scenario_finding(const rk_scenario_result *scenario, size_t index)
{
    const rk__scenario_result *s = RK__INSIDE(rk__scenario_result, scenario);
    return index < s->found.n ? &s->found.items[index] : NULL;
}

const rk_position *rk_system_period_position(const rk_system_period *period, size_t index)
{
    return RK__VIEW(rk_position, RK__INSIDE(rk__period_outcome, period), positions, index);
}

const rk_contract_payment *rk_system_period_contract(const rk_system_period *period, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__period_outcome, period), contracts, index);
}

rk_num rk_system_period_incurred(const rk_system_period *period, rk_sector sector)
{
    return sector < RK_N_SECTORS ? RK__INSIDE(rk__period_outcome, period)->incurred[sector] : NULL;
}

rk_num rk_system_period_borne(const rk_system_period *period, rk_sector sector)
{
    return sector < RK_N_SECTORS ? RK__INSIDE(rk__period_outcome, period)->borne[sector] : NULL;
}

const rk_entry *rk_position_entry(const rk_position *position, size_t index)
{
    return RK__ITEM(RK__INSIDE(rk__position, position), entries, index);
}
