/* SPDX-License-Identifier: MIT
 *
 * read.c: the functions of include/reckoner/system.h that read coverage and incentives.
 */
#include "ledger/result.h"
#include "questions/coverage.h"
#include "questions/incentives.h"
#include "questions/sensitivity.h"
#include "questions/solve.h"
#include "questions/sweep.h"

const rk_coverage_view *rk_coverage_read(const rk_coverage *coverage)
{
    return (const rk_coverage_view *) (const void *) coverage;
}

const char *rk_coverage_arrangement(const rk_coverage *coverage, size_t index)
{
    return index < coverage->n_arrangements ? coverage->names[index] : NULL;
}

size_t rk_coverage_n_lines(const rk_coverage *coverage, size_t arrangement)
{
    return arrangement < coverage->n_arrangements ? coverage->found[arrangement].n_coverage : 0;
}

const rk_coverage_line *rk_coverage_line_at(const rk_coverage *coverage, size_t arrangement,
                                            size_t index)
{
    return arrangement < coverage->n_arrangements
               ? RK__ITEM(&coverage->found[arrangement], coverage, index)
               : NULL;
}

const rk_incentives_view *rk_incentives_read(const rk_incentives *incentives)
{
    return (const rk_incentives_view *) (const void *) incentives;
}

const rk_incentive_line *rk_incentives_line(const rk_incentives *incentives, size_t index)
{
    return RK__VIEW(rk_incentive_line, incentives, lines, index);
}

const rk_incentive_side *rk_incentive_more(const rk_incentive_line *line)
{
    return &((const rk__incentive_line *) (const void *) line)->more;
}

const rk_incentive_side *rk_incentive_fewer(const rk_incentive_line *line)
{
    return &((const rk__incentive_line *) (const void *) line)->fewer;
}

const rk_finding *rk_incentives_finding(const rk_incentives *incentives, size_t index)
{
    return index < incentives->found.n ? &incentives->found.items[index] : NULL;
}

/* ---------------------------------------------------------------------- solutions */

const rk_solution_view *rk_solution_read(const rk_solution *solution)
{
    return (const rk_solution_view *) (const void *) solution;
}

const rk_solved *rk_solution_series(const rk_solution *solution, size_t index)
{
    return index < solution->n_series ? (const rk_solved *) (const void *) &solution->series[index]
                                      : NULL;
}

const rk_root *rk_solved_root(const rk_solved *solved, size_t index)
{
    return index < solved->n_roots ? &((const rk__solved *) (const void *) solved)->roots[index]
                                   : NULL;
}

const char *rk_root_word(rk_root_kind kind)
{
    static const char *const words[] = {"exact", "rounded", "nearest", "jump", "range"};
    return kind <= RK_ROOT_RANGE ? words[kind] : NULL;
}

/* -------------------------------------------------------------------- sensitivities */

const rk_sensitivity_view *rk_sensitivity_read(const rk_sensitivity *sensitivity)
{
    return (const rk_sensitivity_view *) (const void *) sensitivity;
}

const rk_sensitive *rk_sensitivity_series(const rk_sensitivity *sensitivity, size_t index)
{
    return index < sensitivity->n_series
               ? (const rk_sensitive *) (const void *) &sensitivity->series[index]
               : NULL;
}

const rk_tornado_bar *rk_sensitivity_bar(const rk_sensitivity *sensitivity, size_t series,
                                         size_t index)
{
    return series < sensitivity->n_series && index < sensitivity->n_varied
               ? &sensitivity->series[series].bars[index]
               : NULL;
}

const rk_chances *rk_sensitivity_chances(const rk_sensitivity *sensitivity, size_t series)
{
    return series < sensitivity->n_series ? &sensitivity->series[series].chances : NULL;
}

/* --------------------------------------------------------------------------- sweeps */

const rk_sweep_view *rk_sweep_read(const rk_sweep *sweep)
{
    return (const rk_sweep_view *) (const void *) sweep;
}

const char *rk_sweep_varied(const rk_sweep *sweep, size_t index)
{
    return index < sweep->n_varied ? sweep->vary[index] : NULL;
}

const char *rk_sweep_measure(const rk_sweep *sweep, size_t index)
{
    return index < sweep->n_measures ? sweep->measures[index] : NULL;
}

const char *rk_sweep_series(const rk_sweep *sweep, size_t index)
{
    return index < sweep->n_series ? sweep->series[index] : NULL;
}

rk_num rk_sweep_value(const rk_sweep *sweep, size_t row, size_t varied)
{
    return row < sweep->n_rows && varied < sweep->n_varied
               ? sweep->values[row * sweep->n_varied + varied]
               : NULL;
}

rk_num rk_sweep_measured(const rk_sweep *sweep, size_t row, size_t series, size_t measure)
{
    return row < sweep->n_rows && series < sweep->n_series && measure < sweep->n_measures
               ? sweep->measured[(row * sweep->n_series + series) * sweep->n_measures + measure]
               : NULL;
}
