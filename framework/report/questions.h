/* SPDX-License-Identifier: MIT
 *
 * questions.h: what the writers of solutions, sensitivities, sweeps and differences share.
 */
#pragma once

#include "report/report.h"
#include "json/json_writer.h"

/* A value of what is varied: "39.0625%", "745", "3/95 = 3.157895%". */
void rk__print_varied(rk__page *out, rk__buf *text, rk_num value, bool percent);
/* The same as JSON, CSV and --param take it: "0.390625", "3/95". */
void rk__json_put_varied(rk__json_writer *w, const char *name, rk_num value);
void rk__csv_varied(rk__page *out, rk_num value);
/* "pbr: 745.10, where ...": the answer of a series as a sentence. */
void rk__solution_say(rk__page *out, const rk_solution *solution, size_t index, rk__buf *text);
/* "'activity' is GBP 58,800.00 (19.6%) below 'plan'." */
void rk__variance_say(rk__page *out, rk__buf *text, const rk_variance_view *v);
/* A step of its bridge: "Price: base". */
void rk__variance_step_say(rk__buf *text, const rk_variance_step *step);
/* "Of 'plan', 3 rows have no price and pay nothing." */
void rk__variance_unpriced_say(rk__buf *text, const char *name, uint64_t rows);
/* "hrg DZ11A to DZ11B, los 3 to 5": what changed in an entry. */
void rk__diff_changes_say(rk__buf *text, const rk_diff *of, size_t entry);
/* An amount with the decimals that it has, at least two. */
void rk__diff_amount(rk__buf *text, rk_num amount);
/* Differences and challenges as an SQLite database. */
void rk__diff_sqlite(rk__page *out, const rk_diff *of);
/* A comma and an amount, or nothing after it. */
void rk__csv_next_money(rk__page *out, rk_num amount);
/* Begins a document: its kind, and what it is of. */
rk__json_writer rk__question_json(rk__page *out, const char *kind, const char *of,
                                  const char *title, const char *basis, const char *currency);
void rk__question_json_end(rk__json_writer *w);
/* "id: title" as a heading. */
void rk__question_heading(rk__page *out, const char *id, const char *title, bool markdown);
/* A paragraph, and an item of a list, as text or Markdown. */
void rk__question_paragraph(rk__page *out, const char *text, bool markdown);
void rk__question_item(rk__page *out, const char *text, bool markdown);
