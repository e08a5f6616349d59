/* SPDX-License-Identifier: MIT
 *
 * open.h: opening a table for a scan, and its columns.
 */
#pragma once

#include "scan/scan.h"

/* Opens the table: header read, columns resolved. Problems: RK_IO, RK_FORBIDDEN,
 * RK_SYNTAX, RK_DUPLICATE_KEY (two header names that match). A wanted column
 * that the table lacks is not a problem here: see rk__scan_has. */
rk_status rk__scan_open(const rk__table_spec *spec, const rk__access *access,
                        const rk__scan_want *wants, size_t n_wants, rk__scan **out,
                        rk_problems *problems);
/* The same of files by their names, as a scan's own list has them; NULL: those of `spec`. */
rk_status rk__scan_open_named(const rk__table_spec *spec, const rk__access *access,
                              const char *const *names, size_t n_names, const rk__scan_want *wants,
                              size_t n_wants, rk__scan **out, rk_problems *problems);
void rk__scan_close(rk__scan *scan);
/* Replaces the wants given to rk__scan_open, so that a caller can look at the header first. Call
 * before rk__scan_run. `wants` is copied. */
rk_status rk__scan_set_wants(rk__scan *scan, const rk__scan_want *wants, size_t n_wants,
                             rk_problems *problems);
/* Says that a TEXT want is only to be shown: its codes are valid for one batch, so that a column of
 * distinct texts takes no more memory than others. After the wants are set, before rk__scan_run. */
void rk__scan_only_shown(rk__scan *scan, size_t want);
/* Whether the table has the column (a mapped, defaulted or plain one). For rows
 * in place: whether any row has it; a table without rows has every column. */
bool rk__scan_has(const rk__scan *scan, size_t want);
/* Whether any column of the table has this name, wanted or not. */
bool rk__scan_has_name(const rk__scan *scan, const char *column);
/* The column whose name is nearest to a missing one, or NULL. */
const char *rk__scan_near(const rk__scan *scan, const char *column);
/* Header names, for hints. */
size_t rk__scan_n_names(const rk__scan *scan);
const char *rk__scan_name(const rk__scan *scan, size_t i);

/* holds_text.c: whether the first cells of a column (of rk__scan_name) are texts, none of them a
 * number. RK_NO_MEMORY or RK_OK. */
rk_status rk__scan_holds_text(const rk__scan *scan, size_t name, bool *text);
