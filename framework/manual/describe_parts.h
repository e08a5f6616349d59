/* SPDX-License-Identifier: MIT
 *
 * describe_parts.h: what the formats of the manual share: the tables of a rule in words, and its
 * example.
 */
#pragma once

#include "manual/describe.h"
#include "rules/grid.h"
#include "json/json_writer.h"

/* Parameters, with the items of lists after them ("bands[].to"), and the columns of one table.
 * The caller disposes of the grid. */
void rk__params_grid(const rk__rule *rule, rk__grid *grid);
void rk__columns_grid(const rk__rule *rule, const char *table, rk__grid *grid);
void rk__elements_grid(const rk__rule *rule, rk__grid *grid);
void rk__notes_grid(const rk__rule *rule, rk__grid *grid);
void rk__reasons_grid(const rk__rule *rule, rk__grid *grid);
bool rk__rule_per_time(const rk__rule *rule);

/* The table of the i-th column if no earlier column has it; else NULL. */
const char *rk__table_first(const rk__rule *rule, size_t i);
/* How a table's rows are used: "each row is a payment of its own, and is rounded". */
const char *rk__table_role(const rk__rule *rule, const char *table);
/* What `of` may name; NULL if the rule refuses `of`. */
const char *rk__of_words(const rk__rule *rule);

/* A component that uses the rule, as compact JSON: the required parameters with values that the
 * tables allow. */
void rk__example_component(rk__json_writer *out, const char *name, const rk__rule *rule);
/* Its parameters alone. */
void rk__example_params(rk__json_writer *out, const char *name, const rk__rule *rule);
/* A value of a parameter that the tables allow: its default if it has one. */
void rk__example_value(rk__json_writer *out, const char *name, const rk_param *p);
