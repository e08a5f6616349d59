/* SPDX-License-Identifier: MIT
 *
 * test_torture.c: whole runs in which an allocation fails, alone or with all after it: a
 * run that says that it is well has reported exactly what it reports with enough memory,
 * and any other reports "out of memory".
 *
 * Of the points that a run can fail at, every k-th is tried, so that all scenarios are
 * done in seconds; each of them where RK_TORTURE_ALL is set.
 */
#include <limits.h>
#include <unistd.h>

#include "batch/evaluator.h"
#include "fetch/cache.h"
#include "unit.h"

#define DATA    RK_SOURCE_DIR "/tests/unit/data/torture/"
#define CONFIGS RK_SOURCE_DIR "/configs/"
#define ROWS    RK_BINARY_DIR "/tests/torture-rows.csv"
#define CACHE   RK_BINARY_DIR "/tests/torture-cache"
#define BATCH   RK_BINARY_DIR "/tests/torture-batch.csv"
#define FETCHED "https://tariffs.example.org/sample.json"
/* Points of each scenario and mode that are tried. */
#define POINTS 100

/* One run: what its steps use, and everything that they report. */
typedef struct run {
    const struct scenario *scenario;
    rk_options options;
    rk_session *session;
    rk_problems *problems;
    FILE *out; /* memory of the C library, which never fails here */
    rk_sink sink;
} run;

typedef struct scenario {
    const char *name;
    const char *path;
    rk_status (*steps)(run *r);
    const char *const *group_by, *const *params, *const *sets;
    bool rows_file, many_threads, everything;
    bool cached; /* the tariff's copy and an index of rows are kept from run to run */
    int64_t row; /* that is explained */
} scenario;

static int write_out(void *ctx, const char *text, size_t length)
{
    return fwrite(text, 1, length, ((run *) ctx)->out) != length;
}

/* ----------------------------------------------------------------------- steps */

#define EACH_FORMAT(format) \
    for (rk_format format = RK_FORMAT_TEXT; format <= RK_FORMAT_MARKDOWN; format++)

static rk_status put_file(run *r, const char *path)
{
    FILE *f = fopen(path, "re");
    ck_assert_ptr_nonnull(f);
    for (int c = fgetc(f); c != EOF; c = fgetc(f)) {
        (void) fputc(c, r->out);
    }
    (void) fclose(f);
    return RK_OK;
}

static rk_status put_comparison(run *r, const rk_comparison *comparison)
{
    rk_status status = RK_OK;
    EACH_FORMAT(format)
    {
        status = status == RK_OK ? rk_report_comparison(comparison, format, &r->sink) : status;
        for (size_t i = 0; i < rk_comparison_count(comparison) && status == RK_OK; i++) {
            const rk_result *result = rk_comparison_result(comparison, i);
            status = rk_report_results(&result, 1, format, &r->sink);
        }
    }
    return status;
}

static rk_status explain(run *r, rk_contract *contract)
{
    rk_explanation *explanation = NULL;
    rk_explain_options options = RK_EXPLAIN_INIT;
    options.row = r->scenario->row;
    rk_status status = rk_explain(contract, &options, &explanation, r->problems);
    EACH_FORMAT(format)
    {
        status = status == RK_OK ? rk_report_explanation(explanation, format, &r->sink) : status;
    }
    rk_explanation_free(explanation);
    return status;
}

/* All arrangements side by side, and how the chosen one came about. */
static rk_status contract_steps(run *r)
{
    rk_contract *contract = NULL;
    rk_comparison *comparison = NULL;
    rk_status status = rk_contract_load(r->session, r->scenario->path, &contract, r->problems);
    if (status == RK_OK) {
        status = rk_compare(contract, NULL, NULL, &comparison, r->problems);
    }
    if (status == RK_OK) {
        status = put_comparison(r, comparison);
    }
    if (status == RK_OK && r->options.rows_file != NULL) {
        status = put_file(r, r->options.rows_file);
    }
    if (status == RK_OK && r->options.rows_file == NULL) {
        status = explain(r, contract);
    }
    rk_comparison_free(comparison);
    rk_contract_free(contract);
    return status;
}

/* One row of a contract. */
static rk_status row_steps(run *r)
{
    rk_contract *contract = NULL;
    rk_status status = rk_contract_load(r->session, r->scenario->path, &contract, r->problems);
    if (status == RK_OK) {
        status = explain(r, contract);
    }
    rk_contract_free(contract);
    return status;
}

static rk_status system_steps(run *r)
{
    rk_system *system = NULL;
    rk_system_result *result = NULL;
    rk_status status = rk_system_load(r->session, r->scenario->path, &system, r->problems);
    if (status == RK_OK) {
        status = rk_system_evaluate(system, NULL, &result, r->problems);
    }
    EACH_FORMAT(format)
    {
        status = status == RK_OK ? rk_report_system(result, format, &r->sink) : status;
    }
    rk_system_result_free(result);
    rk_system_free(system);
    return status;
}

static rk_status incentives_steps(run *r)
{
    rk_incentives *incentives = NULL;
    rk_incentives_options options = RK_INCENTIVES_INIT;
    rk_status status =
        rk_incentives_evaluate(r->session, r->scenario->path, &options, &incentives, r->problems);
    EACH_FORMAT(format)
    {
        status = status == RK_OK ? rk_report_incentives(incentives, format, &r->sink) : status;
    }
    rk_incentives_free(incentives);
    return status;
}

static rk_status check_steps(run *r)
{
    rk_coverage *coverage = NULL;
    rk_status status = rk_check_coverage(r->session, r->scenario->path, &coverage, r->problems);
    EACH_FORMAT(format)
    {
        const rk_coverage *const one[] = {coverage};
        status = status == RK_OK
                     ? rk_report_check_coverage(r->problems, 1, one, 1, format, &r->sink)
                     : status;
    }
    rk_coverage_free(coverage);
    return status;
}

static void put_case(void *ctx, const rk_case_report *report)
{
    fprintf(((run *) ctx)->out, "%zu %d %s\n", report->index, report->passed, report->difference);
}

static rk_status vector_steps(run *r)
{
    return rk_vector_run(r->session, r->scenario->path, put_case, r, r->problems);
}

/* Manuals of the rules, and schemas. */
static rk_status rules_steps(run *r)
{
    static const char *const kinds[] = {"contract", "tariff", "system", "vector"};
    rk_status status = RK_OK;
    EACH_FORMAT(format)
    {
        if (status == RK_OK) {
            status = rk_report_rules(r->session, format, &r->sink);
        }
        if (status == RK_OK) {
            status = rk_report_rule(r->session, "outcomes", format, &r->sink, r->problems);
        }
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == RK_OK; i++) {
        status = rk_report_schema(r->session, kinds[i], &r->sink, r->problems);
    }
    return status;
}

static rk_status tariff_steps(run *r)
{
    rk_status status = RK_OK;
    EACH_FORMAT(format)
    {
        if (status == RK_OK) {
            status = rk_tariff_show(r->session, r->scenario->path, format, &r->sink, r->problems);
        }
        if (status == RK_OK) {
            status = rk_tariff_verify(r->session, r->scenario->path, NULL, format, &r->sink,
                                      r->problems);
        }
    }
    return status;
}

/* Lines, each by what was kept of those before it. A line that ran out of memory is evaluated
 * once more with enough of it, as in a batch: its record and those after it are the same. */
static rk_status line_step(run *r, rk__evaluator *evaluator, const rk__batch_job *job)
{
    rk__buf record = {0};
    bool starved = false;
    rk_status status = rk__evaluator_run(evaluator, job, &record, &starved);
    if (status == RK_NO_MEMORY || starved) {
        (void) rk__alloc_fail_once(-1);
        rk__buf_dispose(&record);
        status = rk__evaluator_run(evaluator, job, &record, &starved);
    }
    if (status == RK_OK) {
        (void) fwrite(record.text, 1, record.length, r->out);
    }
    rk__buf_dispose(&record);
    return status;
}

static rk_status lines_of_kind(run *r, rk__batch_kind kind)
{
    rk__evaluator *evaluator = NULL;
    rk__batch_setup setup = {
        .options = r->options, .kind = kind, .trusted = true, .all_arrangements = true};
    rk_status status = rk__evaluator_new(&setup, NULL, -1, &evaluator, r->problems);
    char *text = NULL;
    size_t room = 0;
    FILE *lines = fopen(r->scenario->path, "re");
    ck_assert_ptr_nonnull(lines);
    for (ssize_t n; status == RK_OK && (n = getline(&text, &room, lines)) > 0;) {
        const rk__batch_job job = {.text = text,
                                   .length = (size_t) n,
                                   .name = "lines",
                                   .base_dir = ".",
                                   .place = RK__TEXT_IS_ELSEWHERE};
        status = line_step(r, evaluator, &job);
    }
    (void) fclose(lines);
    free(text);
    rk__evaluator_free(evaluator);
    return status;
}

static rk_status lines_steps(run *r)
{
    rk_status status = RK_OK;
    for (rk__batch_kind kind = RK__BATCH_NDJSON; kind <= RK__BATCH_SQLITE; kind++) {
        status = status == RK_OK ? lines_of_kind(r, kind) : status;
    }
    return status;
}

/* The same lines as a batch of this process, into a file. */
static rk_status batch_steps(run *r)
{
    const char *const paths[] = {r->scenario->path, NULL};
    rk_batch_summary *summary = NULL;
    rk_batch_options options = RK_BATCH_INIT;
    options.options = &r->options;
    options.paths = paths;
    options.in_process = true;
    options.all_arrangements = true;
    options.lines = true;
    options.out = BATCH;
    (void) unlink(BATCH);
    (void) unlink(BATCH ".journal");
    rk_status status = rk_batch_run(&options, &summary, r->problems);
    if (status == RK_OK && rk_batch_failed(summary) > 0) {
        status = RK_NO_MEMORY; /* as the results say */
    }
    if (status == RK_OK) {
        status = put_file(r, BATCH);
    }
    rk_batch_summary_free(summary);
    return status;
}

/* ------------------------------------------------------------------- scenarios */

static const char *const by_pod[] = {"pod", NULL};
static const char *const by_key[] = {"provider", "hrg", NULL};
static const char *const params[] = {"b.cap=5%", NULL};
static const char *const sets[] = {"/title=Another", "/facts/population/0/heads=11", NULL};

#define SCENARIO(words, file, what) .name = (words), .path = (file), .steps = (what)
static const scenario scenarios[] = {
    {SCENARIO("small", DATA "small.json", contract_steps)},
    {SCENARIO("small, changed", DATA "small.json", contract_steps), .params = params, .sets = sets},
    {SCENARIO("settled lookups", DATA "settled.json", contract_steps)},
    {SCENARIO("rows", DATA "rows.json", contract_steps), .group_by = by_pod, .everything = true},
    {SCENARIO("rows on threads", DATA "rows.json", contract_steps), .group_by = by_key,
     .many_threads = true},
    {SCENARIO("rows written", DATA "rows.json", contract_steps), .rows_file = true},
    {SCENARIO("a row", DATA "rows.json", row_steps), .row = 12},
    {SCENARIO("a row by the index", DATA "rows.json", row_steps), .row = 12, .cached = true},
    {SCENARIO("a cached tariff", DATA "fetched.json", contract_steps), .cached = true},
    {SCENARIO("check", DATA "rows.json", check_steps)},
    {SCENARIO("check of a system", CONFIGS "systems/electives-moved-out.json", check_steps)},
    {SCENARIO("incentives", DATA "rows.json", incentives_steps)},
    {SCENARIO("incentives of a system", CONFIGS "systems/electives-moved-out.json",
              incentives_steps)},
    {SCENARIO("system", CONFIGS "systems/carve-outs.json", system_steps)},
    {SCENARIO("system with a pool", CONFIGS "systems/risk-pool-council.json", system_steps)},
    {SCENARIO("system with a grant", CONFIGS "systems/sustainability-fund.json", system_steps)},
    {SCENARIO("contract", CONFIGS "contracts/risk-mix.json", contract_steps)},
    {SCENARIO("outcomes", CONFIGS "contracts/outcomes.json", contract_steps)},
    {SCENARIO("vector", CONFIGS "vectors/acute-berkshire-west.json", vector_steps)},
    {SCENARIO("tariff", CONFIGS "tariffs/ntps-2016-17-sample.json", tariff_steps)},
    {SCENARIO("rules", NULL, rules_steps)},
    {SCENARIO("lines of a batch", DATA "lines.ndjson", lines_steps)},
    {SCENARIO("lines of several forms", DATA "forms.ndjson", lines_steps)},
    {SCENARIO("batch", DATA "lines.ndjson", batch_steps)},
};

static const char *const rules[] = {RK_BINARY_DIR "/rules",
                                    RK_BINARY_DIR "/tests/fixtures/settles-looked-up", NULL};

/* Begins to fail after `n` more allocations, and tells how many there were. */
typedef long limit(long n);

static rk_status once(const scenario *s, limit *begin, long n, char **text, long *left)
{
    size_t length = 0;
    run r = {.scenario = s, .options = RK_OPTIONS_INIT, .problems = rk_problems_new()};
    ck_assert_ptr_nonnull(r.problems);
    r.out = open_memstream(text, &length);
    r.sink = (rk_sink){.write = write_out, .ctx = &r};
    r.options.rules = rules;
    r.options.no_default_rules = true;
    r.options.offline = true;
    r.options.jobs = s->many_threads ? 3 : 1;
    r.options.group_by = s->group_by;
    r.options.params = s->params;
    r.options.sets = s->sets;
    r.options.rows_file = s->rows_file ? ROWS : NULL;
    r.options.cache_dir = s->cached ? CACHE : "/dev/null";
    r.options.provenance_full = s->everything;
    r.options.suppress_below = s->everything ? 3 : 0;
    (void) begin(n);
    rk_status status = rk_session_open(&r.options, &r.session, r.problems);
    if (status == RK_OK) {
        r.session->block_bytes = s->many_threads ? 64 : 0;
        status = s->steps(&r);
    }
    rk_session_close(r.session);
    *left = begin(-1);
    if (status != RK_OK && status != RK_NO_MEMORY && rk_problems_count(r.problems) > 0) {
        fprintf(r.out, "%s\n", rk_problems_at(r.problems, 0)->message);
    }
    rk_problems_free(r.problems);
    (void) fclose(r.out);
    return status;
}

/* Puts the tariff that fetched.json names into the cache. */
static void keep_tariff(void)
{
    rk__cache_copy copy = {.fetched_at = 1700000000};
    ck_assert_int_eq(rk__file_read(CONFIGS "tariffs/ntps-2016-17-sample.json", 1 << 20, &copy.text,
                                   &copy.length, NULL),
                     RK_OK);
    rk__sha256(copy.text, copy.length, copy.sha256);
    ck_assert_int_eq(rk__cache_store(CACHE, FETCHED, false, &copy), RK_OK);
    rk__cache_copy_dispose(&copy);
}

static void torture(const scenario *s, limit *begin, const char *mode)
{
    char *expected = NULL;
    long left = 0;
    if (s->cached) {
        keep_tariff();
    }
    ck_assert_int_eq(once(s, rk__alloc_fail_after, LONG_MAX, &expected, &left), RK_OK);
    if (s->cached) { /* again, with what the first run kept */
        free(expected);
        ck_assert_int_eq(once(s, rk__alloc_fail_after, LONG_MAX, &expected, &left), RK_OK);
    }
    const long count = LONG_MAX - left;
    const long step = getenv("RK_TORTURE_ALL") != NULL || count < POINTS ? 1 : count / POINTS;
    for (long n = 0; n < count; n += step) {
        char *text = NULL;
        const rk_status status = once(s, begin, n, &text, &left);
        ck_assert_msg(status == RK_OK || status == RK_NO_MEMORY,
                      "%s: %s, allocation %ld of %ld: status %s: %.200s", s->name, mode, n, count,
                      rk_status_word(status), text);
        size_t same = 0;
        while (text[same] != '\0' && text[same] == expected[same]) {
            same++;
        }
        ck_assert_msg(status != RK_OK || text[same] == expected[same],
                      "%s: %s, allocation %ld of %ld: '%.100s' for '%.100s'", s->name, mode, n,
                      count, text + same, expected + same);
        /* Threads ask in an order of their own, and once more or less. */
        ck_assert_msg(left <= 0 || s->many_threads, "%s: %s, allocation %ld of %ld: none failed",
                      s->name, mode, n, count);
        free(text);
    }
    free(expected);
}

START_TEST(test_torture_scenarios__one_failed_allocation_changes_no_report)
{
    torture(&scenarios[_i], rk__alloc_fail_once, "one fails");
}
END_TEST

START_TEST(test_torture_scenarios__no_memory_left_changes_no_report)
{
    torture(&scenarios[_i], rk__alloc_fail_after, "all fail");
}
END_TEST

UNIT_TESTS("torture")
{
    tcase_set_timeout(tc, 3000);
    tcase_add_loop_test(tc, test_torture_scenarios__one_failed_allocation_changes_no_report, 0,
                        COUNT(scenarios));
    tcase_add_loop_test(tc, test_torture_scenarios__no_memory_left_changes_no_report, 0,
                        COUNT(scenarios));
}
