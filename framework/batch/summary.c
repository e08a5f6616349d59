/* SPDX-License-Identifier: MIT
 *
 * summary.c: adding up records, and printing the summary.
 */
#include "batch/summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "number/num.h"

/* The number of gainers, and of losers, that are shown. */
#define SHOWN 5

rk_status rk__summary_new(rk_batch_summary **out)
{
    rk_batch_summary *s = *out = rk__calloc(1, sizeof *s);
    if (s == NULL) {
        return RK_NO_MEMORY;
    }
    s->keys = rk__dict_new();
    if (s->keys == NULL) {
        rk__free(s);
        *out = NULL;
        return RK_NO_MEMORY;
    }
    return RK_OK;
}

void rk_batch_summary_free(rk_batch_summary *summary)
{
    if (summary != NULL) {
        rk__dict_free(summary->keys);
        rk__buf_dispose(&summary->key);
        rk__free(summary->sums);
        rk__free(summary->slowest);
        rk__arena_dispose(&summary->arena);
        rk__free(summary);
    }
}

uint64_t rk_batch_done(const rk_batch_summary *summary)
{
    return summary->done;
}

uint64_t rk_batch_failed(const rk_batch_summary *summary)
{
    return summary->failed;
}

uint64_t rk_batch_warnings(const rk_batch_summary *summary)
{
    return summary->warnings;
}

uint64_t rk_batch_unpriced(const rk_batch_summary *summary)
{
    return summary->unpriced;
}

const char *rk_batch_isolation(const rk_batch_summary *summary)
{
    return summary->isolation;
}

bool rk_batch_stopped(const rk_batch_summary *summary)
{
    return summary->stopped;
}

/* --------------------------------------------------------------------- adding */

/* Converts decimal text with at most six places to millionths. */
static bool large_micros_of(const char *text, rk_int128 *out)
{
    const bool negative = *text == '-';
    rk_int128 v = 0;
    int places = -1;
    for (text += negative; *text != '\0'; text++) {
        if (*text == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || places == RK_DECIMAL_PLACES ||
            __builtin_mul_overflow(v, (rk_int128) 10, &v)) {
            return false;
        }
        v += *text - '0';
        places += places >= 0;
    }
    for (places = places < 0 ? 0 : places; places < RK_DECIMAL_PLACES; places++) {
        if (__builtin_mul_overflow(v, (rk_int128) 10, &v)) {
            return false;
        }
    }
    *out = negative ? -v : v;
    return true;
}

static bool micros_of(const char *text, rk_int128 *out)
{
    rk_decimal small = 0;
    const bool good = rk__decimal_parse(text, strlen(text), &small) == RK__DECIMAL_OK;
    *out = small;
    return good || large_micros_of(text, out);
}

/* The sum of a kind, arrangement, currency and organisation; NULL if there are too many
 * (`beyond`) or memory runs out. */
static rk__batch_sum *sum_of(rk_batch_summary *s, char kind, const rk__record_result *result,
                             const char *organisation, rk_status *status)
{
    rk__buf *key = &s->key;
    rk__buf_reset(key);
    rk__buf_putc(key, kind);
    rk__buf_add(key, result->arrangement, strlen(result->arrangement) + 1);
    rk__buf_add(key, result->currency, strlen(result->currency) + 1);
    rk__buf_puts(key, organisation);
    if (key->failed) {
        *status = RK_NO_MEMORY;
        return NULL;
    }
    int32_t at = rk__dict_find(s->keys, key->text, key->length);
    if (at >= 0) {
        return &s->sums[at];
    }
    if (s->n_sums == RK__SUMMARY_SUMS) {
        s->beyond = true;
        return NULL;
    }
    at = rk__dict_intern(s->keys, key->text, key->length);
    const bool room =
        at >= 0 && rk__grow((void **) &s->sums, &s->capacity, s->n_sums + 1, sizeof *s->sums) == 0;
    rk__batch_sum sum = {.kind = kind,
                         .arrangement = rk__arena_strdup(&s->arena, result->arrangement),
                         .currency = rk__arena_strdup(&s->arena, result->currency),
                         .organisation = rk__arena_strdup(&s->arena, organisation)};
    if (!room || sum.arrangement == NULL || sum.currency == NULL || sum.organisation == NULL) {
        *status = RK_NO_MEMORY;
        return NULL;
    }
    s->sums[s->n_sums++] = sum;
    return &s->sums[at];
}

static rk_status add_to(rk_batch_summary *s, char kind, const rk__record_result *result,
                        const char *organisation, rk_int128 micros)
{
    rk_status status = RK_OK;
    rk__batch_sum *sum = sum_of(s, kind, result, organisation, &status);
    if (sum != NULL) {
        sum->count++;
        s->overflow |= __builtin_add_overflow(sum->micros, micros, &sum->micros);
    }
    return status;
}

/* The findings of a contract by code: in one of its results, in the one that has most, and how
 * many have some. */
typedef struct code_count {
    const char *code;
    uint64_t here, most, results;
} code_count;

typedef struct code_counts {
    code_count *list;
    size_t n, capacity;
} code_counts;

static rk_status count_code(code_counts *of, const char *code)
{
    size_t i = 0;
    while (i < of->n && strcmp(of->list[i].code, code) != 0) {
        i++;
    }
    if (i == of->n) {
        if (rk__grow((void **) &of->list, &of->capacity, i + 1, sizeof *of->list) != 0) {
            return RK_NO_MEMORY;
        }
        of->list[of->n++] = (code_count){.code = code};
    }
    code_count *c = &of->list[i];
    c->results += c->here == 0;
    c->here++;
    c->most = c->here > c->most ? c->here : c->most;
    return RK_OK;
}

static rk_status count_findings(rk_batch_summary *s, rk__record_result *result, code_counts *of)
{
    rk_status status = RK_OK;
    s->warnings += result->n_warnings;
    for (size_t i = 0; i < of->n; i++) {
        of->list[i].here = 0;
    }
    for (size_t i = 0; i < result->n_findings && status == RK_OK; i++) {
        status = count_code(of, rk__unpack_text(&result->codes));
    }
    return status;
}

static rk_status add_findings(rk_batch_summary *s, const code_counts *of)
{
    const rk__record_result every = {.arrangement = "", .currency = ""};
    rk_status status = RK_OK;
    for (size_t i = 0; i < of->n && status == RK_OK; i++) {
        rk__batch_sum *sum = sum_of(s, 'f', &every, of->list[i].code, &status);
        if (sum != NULL) {
            sum->count += of->list[i].most;
            sum->micros += of->list[i].results;
        }
    }
    return status;
}

static rk_status add_amounts(rk_batch_summary *s, const rk__record *record, size_t i,
                             const rk__record_result *result, rk_int128 *first)
{
    rk_int128 micros = 0;
    if (!micros_of(result->total, &micros)) {
        s->overflow = true;
        return RK_OK;
    }
    *first = i == 0 ? micros : *first;
    rk_status status = add_to(s, 'a', result, "", micros);
    if (status == RK_OK && i > 0 && record->provider != NULL) {
        status = add_to(s, 'p', result, record->provider, micros - *first);
    }
    if (status == RK_OK && i > 0 && record->commissioner != NULL) {
        status = add_to(s, 'c', result, record->commissioner, micros - *first);
    }
    return status;
}

/* The arrangements of a contract price the same rows: what several say counts once. */
static rk_status add_results(rk_batch_summary *s, rk__record *record)
{
    rk__record_result result;
    rk_int128 first = 0;
    uint64_t unpriced = 0;
    uint64_t n_unpriced = 0;
    code_counts codes = {.n = 0};
    rk_status status = RK_OK;
    for (size_t i = 0; status == RK_OK && rk__record_next_result(record, &result); i++) {
        unpriced = result.unpriced > unpriced ? result.unpriced : unpriced;
        n_unpriced += result.unpriced > 0;
        s->several |= i > 0;
        status = add_amounts(s, record, i, &result, &first);
        status = status == RK_OK ? count_findings(s, &result, &codes) : status;
    }
    if (n_unpriced > 0) {
        s->unpriced_least =
            s->unpriced == 0 || n_unpriced < s->unpriced_least ? n_unpriced : s->unpriced_least;
        s->unpriced_most = n_unpriced > s->unpriced_most ? n_unpriced : s->unpriced_most;
    }
    s->unpriced += unpriced;
    status = status == RK_OK ? add_findings(s, &codes) : status;
    rk__free(codes.list);
    return status;
}

rk_status rk__summary_add(rk_batch_summary *summary, const char *name, uint64_t line,
                          rk__record *record, uint64_t micros)
{
    rk_batch_summary *s = summary;
    s->done++;
    if (micros > s->slowest_us) {
        char *slowest = rk__strdup(record->contract);
        if (slowest == NULL) {
            return RK_NO_MEMORY;
        }
        rk__free(s->slowest);
        s->slowest = slowest;
        s->slowest_us = micros;
    }
    if (record->status == RK_OK) {
        return add_results(s, record);
    }
    s->failed++;
    s->by_code[-record->status & 63]++;
    if (s->n_named < RK__SUMMARY_NAMED) {
        const char *code = rk_status_word(record->status);
        char *text = line > 0 ? rk__arena_printf(&s->arena, "%s:%" PRIu64 ": %s (%s)", name, line,
                                                 code, record->contract)
                              : rk__arena_printf(&s->arena, "%s: %s", name, code);
        if (text == NULL) {
            return RK_NO_MEMORY;
        }
        s->named[s->n_named++] = text;
    }
    return RK_OK;
}

/* -------------------------------------------------------------------- showing */

static void amount_cell(rk__sheet *sheet, rk_int128 micros)
{
    char digits[RK__SCALED_TEXT + 1];
    const size_t n = rk__print_scaled(digits, micros, RK_DECIMAL_PLACES, 2, 2);
    digits[n] = '\0';
    rk__print_grouped(&sheet->out->scratch, digits);
    rk__sheet_scratch(sheet);
}

static void count_cell(rk__sheet *sheet, uint64_t count)
{
    rk__buf text = {0};
    rk__buf_printf(&text, "%" PRIu64, count);
    sheet->out->failed |= text.failed;
    rk__print_grouped(&sheet->out->scratch, text.text != NULL ? text.text : "");
    rk__buf_dispose(&text);
    rk__sheet_scratch(sheet);
}

static void line_of(rk__sheet *sheet, const char *label, uint64_t count)
{
    rk__sheet_row(sheet, RK__ROW_LINE);
    rk__sheet_cell(sheet, label);
    count_cell(sheet, count);
}

static void counts(rk__page *out, const rk_batch_summary *s)
{
    rk__sheet sheet;
    rk__sheet_init(&sheet, out);
    rk__sheet_column(&sheet, s->stopped ? "stopped" : "done", RK__ALIGN_LEFT);
    rk__sheet_column(&sheet, "contracts", RK__ALIGN_RIGHT);
    line_of(&sheet, "evaluated", s->done - s->failed);
    line_of(&sheet, "in error", s->failed);
    for (int code = 1; code < 64; code++) {
        if (s->by_code[code] > 0) {
            rk__buf_printf(&out->scratch, "  %s", rk_status_word((rk_status) -code));
            rk__sheet_row(&sheet, RK__ROW_LINE);
            rk__sheet_scratch(&sheet);
            count_cell(&sheet, s->by_code[code]);
        }
    }
    if (s->resumed > 0) {
        line_of(&sheet, "by the earlier run", s->resumed);
    }
    rk__sheet_print(&sheet, false, 0);
}

static int compare_arrangements(const void *a, const void *b)
{
    const rk__batch_sum *x = a, *y = b;
    const int names = strcmp(x->arrangement, y->arrangement);
    return names != 0 ? names : strcmp(x->currency, y->currency);
}

static int compare_differences(const void *a, const void *b)
{
    const rk__batch_sum *x = a, *y = b;
    const int same = compare_arrangements(a, b);
    if (same != 0 || x->micros == y->micros) {
        return same != 0 ? same : strcmp(x->organisation, y->organisation);
    }
    return x->micros > y->micros ? -1 : 1;
}

/* The sums of a kind, sorted; freed by the caller. */
static rk__batch_sum *sums_of(rk__page *out, const rk_batch_summary *s, char kind, size_t *n)
{
    rk__batch_sum *found = rk__calloc(s->n_sums + 1, sizeof *found);
    *n = 0;
    if (found == NULL) {
        out->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < s->n_sums; i++) {
        if (s->sums[i].kind == kind) {
            found[(*n)++] = s->sums[i];
        }
    }
    qsort(found, *n, sizeof *found, kind == 'a' ? compare_arrangements : compare_differences);
    return found;
}

static void totals(rk__page *out, const rk_batch_summary *s)
{
    size_t n = 0;
    rk__batch_sum *sums = sums_of(out, s, 'a', &n);
    if (n > 0) {
        rk__sheet sheet;
        rk__page_putc(out, '\n');
        rk__sheet_init(&sheet, out);
        rk__sheet_columns(&sheet, "lrpl", "arrangement", "results", "total paid", "");
        for (size_t i = 0; i < n; i++) {
            rk__sheet_row(&sheet, RK__ROW_LINE);
            rk__sheet_cell(&sheet, sums[i].arrangement);
            count_cell(&sheet, sums[i].count);
            amount_cell(&sheet, sums[i].micros);
            rk__sheet_cell(&sheet, sums[i].currency);
        }
        rk__sheet_print(&sheet, false, 0);
    }
    rk__free(sums);
}

/* For each arrangement, the organisations that gain or lose most compared with the first
 * arrangement of each contract. */
static void differences(rk__page *out, const rk_batch_summary *s, char kind, const char *title)
{
    size_t n = 0;
    rk__batch_sum *sums = sums_of(out, s, kind, &n);
    if (n > 0) {
        rk__sheet sheet;
        rk__page_putc(out, '\n');
        rk__sheet_init(&sheet, out);
        rk__sheet_columns(&sheet, "llpl", title, "arrangement", "gain/(loss)", "");
        for (size_t from = 0; from < n;) {
            size_t to = from;
            while (to < n && compare_arrangements(&sums[from], &sums[to]) == 0) {
                to++;
            }
            for (size_t i = from; i < to; i++) {
                if (i >= from + SHOWN && i + SHOWN < to) {
                    continue;
                }
                rk__sheet_row(&sheet, RK__ROW_LINE);
                rk__sheet_cell(&sheet, sums[i].organisation);
                rk__sheet_cell(&sheet, sums[i].arrangement);
                amount_cell(&sheet, sums[i].micros);
                rk__sheet_cell(&sheet, sums[i].currency);
            }
            from = to;
        }
        rk__sheet_print(&sheet, false, 0);
    }
    rk__free(sums);
}

/* How many findings of each code there are. */
static void findings(rk__page *out, const rk_batch_summary *s)
{
    size_t n = 0;
    rk__batch_sum *sums = sums_of(out, s, 'f', &n);
    if (n > 0) {
        rk__sheet sheet;
        rk__page_putc(out, '\n');
        rk__sheet_init(&sheet, out);
        rk__sheet_columns(&sheet, s->several ? "lrr" : "lr", "finding", "times", "results");
        for (size_t i = 0; i < n; i++) {
            line_of(&sheet, sums[i].organisation, sums[i].count);
            if (s->several) {
                count_cell(&sheet, (uint64_t) sums[i].micros);
            }
        }
        rk__sheet_print(&sheet, false, 0);
    }
    rk__free(sums);
}

static void errors(rk__page *out, const rk_batch_summary *s)
{
    rk__page_puts(out, s->n_named > 0 ? "\nIn error:\n" : "");
    for (size_t i = 0; i < s->n_named; i++) {
        rk__page_puts(out, "  ");
        rk__page_plain(out, s->named[i]);
        rk__page_putc(out, '\n');
    }
    if (s->failed > s->n_named) {
        rk__page_printf(out, "  and %" PRIu64 " more, listed in the results\n",
                        s->failed - s->n_named);
    }
}

rk_status rk_report_batch(const rk_batch_summary *summary, const rk_sink *sink)
{
    const rk_batch_summary *s = summary;
    rk__page out;
    rk__page_init(&out, sink);
    counts(&out, s);
    totals(&out, s);
    differences(&out, s, 'p', "provider");
    differences(&out, s, 'c', "commissioner");
    findings(&out, s);
    errors(&out, s);
    rk__page_putc(&out, '\n');
    const double rate = s->seconds > 0 ? (double) (s->done - s->resumed) / s->seconds : 0;
    rk__page_printf(&out, "%.1f seconds, %.0f contracts a second", s->seconds, rate);
    if (s->slowest != NULL) {
        rk__page_puts(&out, "; the slowest is ");
        rk__page_plain(&out, s->slowest);
        rk__page_printf(&out, ", %.3f seconds", (double) s->slowest_us / 1e6);
    }
    rk__page_printf(&out, "\nIsolation: %s\n", s->isolation);
    if (s->unpriced > 0) {
        rk__page_printf(&out, "%" PRIu64 " row%s no price and pay%s nothing", s->unpriced,
                        s->unpriced == 1 ? " has" : "s have", s->unpriced == 1 ? "s" : "");
        if (s->unpriced_most > 1) {
            rk__page_printf(&out, " (in %s%" PRIu64 " arrangements)",
                            s->unpriced_least < s->unpriced_most ? "up to " : "", s->unpriced_most);
        }
        rk__page_putc(&out, '\n');
    }
    if (s->beyond || s->overflow) {
        rk__page_puts(&out, s->beyond
                                ? "This summary leaves out organisations: there are too many.\n"
                                : "Some totals are too large for this summary.\n");
    }
    return rk__page_finish(&out);
}
