/* SPDX-License-Identifier: MIT
 *
 * report.h: what the writers of reports share: numbers for people, small counts, and tables.
 *
 * There is one writer for each format (text.c, json.c, csv.c, markdown.c) over the functions
 * that every embedder has (include/reckoner/ledger.h).
 */
#pragma once

#include <string.h>

#include "base/problems.h"
#include "number/num.h"
#include "number/scaled.h"
#include "page/page.h"
#include "reckoner/reckoner.h"
#include "json/json_writer.h"

/* ----------------------------------------------------------------- numbers */

/* "1234567.5" -> "1,234,567.5"; "-3" -> "(3)". Anything else stays as it is. */
void rk__print_grouped(rk__buf *out, const char *decimal);
/* A money amount for people: grouped, deficits in brackets. places < 0 rounds to tens,
 * hundreds, thousands (and prints whole thousands, 1,234 for 1,234,000). */
void rk__print_money(rk__buf *out, rk_num amount, int places);
/* A quantity, rate or factor for people: grouped, at most six decimals. */
void rk__print_quantity(rk__buf *out, rk_num number);
/* Whether an amount is `limit` or more, either way. */
bool rk__num_reaches(rk_num amount, int64_t limit);
/* Decimals of amounts that are compared: whole units once the largest has four digits, thousands
 * (-3) once it has ten; else the money's own. */
int rk__compared_places(rk_num largest, int places);

/* ------------------------------------------------------------------ ledger */

/* Decimals that printed lines have at most. */
#define RK__LINE_PLACES 6

/* With --suppress-below small counts and their amounts are shown as `*`: hidden[i] for
 * each line of a component, and for each key of its unpriced rows. In the arena of
 * `out`; NULL if out of memory. */
const bool *rk__hidden_lines(rk__page *out, const rk_result_view *result,
                             const rk_component_result *component);
/* How many rows are unpriced, "3", or "*" if the number is too small to show; in the arena. */
const char *rk__unpriced_text(rk__page *out, uint64_t rows, uint64_t below);
const bool *rk__hidden_unpriced(rk__page *out, const rk_result_view *result,
                                const rk_component_result *component);

/* What --suppress-below hides of a group table: each group whose quantity is below the limit and
 * not zero, and one more if the hidden ones could be worked out from a total. */
typedef struct rk__hiding {
    rk_int128 below; /* millionths; 0: nothing is hidden */
    size_t extra;    /* the group hidden in addition; SIZE_MAX: none */
} rk__hiding;
rk__hiding rk__hiding_of(const rk_groups *groups, uint64_t below);
static inline bool rk__group_hidden(const rk__hiding *hiding, const rk_groups *groups, size_t group)
{
    if (hiding->below == 0) {
        return false;
    }
    const rk_int128 quantity = rk_groups_counted(groups, group);
    return group == hiding->extra ||
           (quantity != 0 && quantity < hiding->below && quantity > -hiding->below);
}

/* One sentence on what kind of figures these are; NULL for actual or published ones, which need
 * none. */
const char *rk__basis_sentence(const char *basis);

/* -------------------------------------------------------------- comparison */

/* The result of an arrangement, and of the baseline. */
static inline const rk_result_view *rk__compared(const rk_comparison *comparison, size_t index)
{
    return rk_result_read(rk_comparison_result(comparison, index));
}

static inline const rk_result_view *rk__baseline(const rk_comparison *comparison)
{
    return rk__compared(comparison, rk_comparison_baseline(comparison));
}

/* A line that two arrangements differ by. */
typedef struct rk__difference {
    const char *period, *component, *label;
    rk_num baseline, amount; /* NULL: the arrangement has no such line */
    rk_num difference;       /* never NULL */
    rk_num size;             /* of the difference, without its sign */
    bool hidden;
} rk__difference;
/* Lines are matched by period, component and label, amounts of equal labels added up. Largest
 * difference first; lines that do not differ are left out. They add up to the difference of the
 * totals; the effect of rounding totals is a line of its own. */
bool rk__differences(rk__page *out, const rk_comparison *comparison, size_t index,
                     rk__difference **out_lines, size_t *n);
/* The difference of totals as a percentage of the baseline, one decimal; NULL if the baseline is
 * zero. */
rk_num rk__difference_percent(rk__page *out, rk_num baseline, rk_num other);

/* ------------------------------------------------------------------ tables */

typedef enum rk__align {
    RK__ALIGN_LEFT = 0, /* the first such column wraps if the table is too wide */
    RK__ALIGN_RIGHT,
    RK__ALIGN_POINT /* numbers, decimal points below each other */
} rk__align;

typedef enum rk__row_kind {
    RK__ROW_LINE = 0,
    RK__ROW_HEAD, /* its first cell spans the table */
    RK__ROW_TOTAL,
    RK__ROW_NOTE /* spans the table, wraps, belongs to what stands above */
} rk__row_kind;

/* A table of text cells, laid out as text or as Markdown. Columns come before rows. Cells are
 * borrowed, or copied into the arena of `out`. */
typedef struct rk__sheet {
    rk__page *out;
    struct rk__sheet_column {
        const char *title;
        rk__align align;
    } * columns;
    size_t n_columns, column_capacity;
    struct rk__sheet_row *rows;
    size_t n_rows, capacity;
    /* As text, a table that is too wide is continued below, where this many of its first columns
     * stand again; 0: it is not. */
    size_t repeated;
} rk__sheet;

void rk__sheet_init(rk__sheet *sheet, rk__page *out);
void rk__sheet_dispose(rk__sheet *sheet);
void rk__sheet_column(rk__sheet *sheet, const char *title, rk__align align);
/* Several: a letter for each, l(eft), r(ight) or p(oint), then the titles. */
void rk__sheet_columns(rk__sheet *sheet, const char *aligns, ...);
void rk__sheet_row(rk__sheet *sheet, rk__row_kind kind);
/* The next cell of the last row; NULL is an empty one. */
void rk__sheet_cell(rk__sheet *sheet, const char *text);
/* The same from the scratch buffer of `out`, which is empty then. */
void rk__sheet_scratch(rk__sheet *sheet);
/* The same with an amount of money (see rk__print_money), or what stands for none. */
void rk__sheet_money_or(rk__sheet *sheet, rk_num amount, int places, const char *none);
static inline void rk__sheet_money(rk__sheet *sheet, rk_num amount, int places)
{
    rk__sheet_money_or(sheet, amount, places, NULL);
}
void rk__sheet_text(const rk__sheet *sheet, size_t indent);
void rk__sheet_markdown(const rk__sheet *sheet);
/* Writes it as either, and disposes of it. */
void rk__sheet_print(rk__sheet *sheet, bool markdown, size_t indent);
/* Text with Markdown's signs escaped, for a cell or a paragraph. */
void rk__markdown_text(rk__page *out, const char *text);

/* Layouts that text and Markdown share. */
void rk__layout_period(rk__sheet *sheet, const rk_result_view *result,
                       const rk_period_result *period);
void rk__layout_groups(rk__sheet *sheet, const rk_result_view *result,
                       const rk_component_result *component);
void rk__layout_unpriced(rk__sheet *sheet, const rk_result_view *result,
                         const rk_component_result *component);
void rk__layout_summary(rk__sheet *sheet, const rk_result *of);
void rk__layout_comparison(rk__sheet *sheet, const rk_comparison *comparison);
void rk__layout_differences(rk__sheet *sheet, const rk_comparison *comparison, size_t index);
/* The same by groups of rows; false if there are none. */
bool rk__layout_compared_groups(rk__sheet *sheet, const rk_comparison *comparison, size_t index);
/* "Arrangement 'pbr', GBP, provider RHW, ..." into the scratch buffer. */
void rk__layout_subtitle(rk__page *out, const rk_result_view *result);
/* The same of an explanation. */
void rk__layout_explained(rk__page *out, const rk_explanation_view *explanation);

/* ----------------------------------------------------------------- writers */

void rk__text_results(rk__page *out, const rk_result *const *results, size_t n);
void rk__json_results(rk__page *out, const rk_result *const *results, size_t n);
/* In one line. `sources` caches the text of what a result was made with, except the contract: if it
 * is empty, the text is written there, otherwise taken from there. NULL: no cache. */
void rk__json_result_line(rk__page *out, const rk_result *result, rk__buf *sources);
void rk__json_failure_line(rk__page *out, const char *contract, const rk_problems *problems);
/* acm.c. RK_USAGE if a period is no month, counts are hidden, or currencies differ. */
rk_status rk__monitoring_results(rk__page *out, const rk_result *const *results, size_t n);
void rk__csv_results(rk__page *out, const rk_result *const *results, size_t n);
void rk__markdown_results(rk__page *out, const rk_result *const *results, size_t n);

void rk__text_comparison(rk__page *out, const rk_comparison *comparison);
void rk__json_comparison(rk__page *out, const rk_comparison *comparison);
void rk__csv_comparison(rk__page *out, const rk_comparison *comparison);
void rk__markdown_comparison(rk__page *out, const rk_comparison *comparison);

void rk__text_explanation(rk__page *out, const rk_explanation *explanation);
void rk__json_explanation(rk__page *out, const rk_explanation *of);
void rk__csv_explanation(rk__page *out, const rk_explanation *explanation);
void rk__markdown_explanation(rk__page *out, const rk_explanation *explanation);

void rk__csv_cell(rk__page *out, const char *text, size_t length);
/* A cell of a text, or of NULL an empty one, and what follows it: a comma or a line end. */
void rk__csv_text(rk__page *out, const char *text, char after);
void rk__csv_groups(rk__page *out, const rk_result *const *results, size_t n);
/* The same of arrangements, with the difference of each group from the baseline's. */
void rk__csv_compared_groups(rk__page *out, const rk_comparison *comparison);

/* tariff.c: the writers of `reckon tariff`: a tariff and its tables (tariff.c), and copies of
 * documents (copies.c). */

/* "2016-04-01 12:30", UTC; "" if it is not known (0). */
#define RK__TIME_TEXT 32
void rk__tariff_time(int64_t when, char text[RK__TIME_TEXT]);

rk_status rk__copies_write(const rk_copies *list, rk_format format, const rk_sink *sink);

/* coverage.c: what checking contracts found of their coverage. Entries of the list are NULL for
 * documents without any. */

#define RK__COVERS_HINT \
    "hint: a component that prices no rows may say what it pays for with `covers`"

/* A table for each contract in which something is paid by nobody or more than once. */
void rk__coverage_tables(rk__page *out, const rk_coverage *const *coverage, size_t n,
                         bool markdown);
/* The same as the member "coverage", which is left out if no document has any. */
void rk__coverage_json(rk__json_writer *w, const rk_coverage *const *coverage, size_t n);
