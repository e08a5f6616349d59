/* SPDX-License-Identifier: MIT
 *
 * test_rows.c: the same rows give the same pennies: in place or in files, for
 * any number of threads, in any order, as one file or several.
 */
#include "engine_fixture.h"

#include <sys/stat.h>
#include <zlib.h>

#define N_ROWS 3000
#define TARIFF_TEXT                                                                             \
    TARIFF(                                                                                     \
        "'prices': {'key': ['hrg', 'pod'], 'file': 'prices.csv'},'mff': {'key': ['provider'], " \
        "'rows': [{'provider': 'P1', 'mff': '1.015820'}, {'provider': 'P2', 'mff': '1.277029'}]}")
#define COMPONENTS                                                                               \
    "{'id': 'all', 'rule': 'pbr'},{'id': 'some', 'rule': 'pbr', 'scope': {'pod': '*EL', 'not': " \
    "{'hrg': 'H1*'}}},{'id': 'cost', 'rule': 'price-equals-cost'}"
#define UNIT_COSTS                                                                  \
    "'unit_costs': {'key': ['pod'], 'rows': [{'pod': 'EL', 'efficient_unit_cost': " \
    "'1450.123456'}, {'pod': 'NEL', 'efficient_unit_cost': '2200.654321'}]}"

static char folder[] = "/tmp/reckoner-rows-XXXXXX";
static uint64_t seed;

static unsigned next(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned) ((seed >> 33) % below);
}

static void write_file(const char *name, const char *text)
{
    char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

/* One spell as CSV and as JSON, from a generator of fixed seed. */
static void spell(char *csv, char *json, size_t size)
{
    const unsigned hrg = next(40);
    const char *pod = next(3) == 0 ? "EL" : next(30) == 0 ? "" : "NEL";
    const unsigned provider = next(4);
    const unsigned los = next(30);
    const unsigned count = 1 + (next(5) == 0 ? next(7) : 0);
    char who[8] = "";
    if (provider > 0) {
        (void) snprintf(who, sizeof who, "P%u", provider);
    }
    (void) snprintf(csv, size, "%s,H%u,%s,%u,%u\n", who, hrg, pod, los, count);
    (void) snprintf(json, size,
                    "{'provider': '%s', 'hrg': 'H%u', 'pod': '%s', 'los': %u, 'count': '%u'}", who,
                    hrg, pod, los, count);
}

static char *csv_text;  /* header and rows in order */
static char *back_text; /* header and rows backwards */
static char *json_rows; /* rows in place */

static void make_rows(void)
{
    static const char header[] = "provider,hrg,pod,los,count\n";
    static char line[N_ROWS][160];
    rk__buf csv = {0};
    rk__buf json = {0};
    rk__buf back = {0};
    seed = 7;
    rk__buf_puts(&csv, header);
    rk__buf_puts(&back, header);
    for (size_t i = 0; i < N_ROWS; i++) {
        char object[160];
        spell(line[i], object, sizeof object);
        rk__buf_puts(&csv, line[i]);
        rk__buf_puts(&json, i == 0 ? "" : ",\n");
        rk__buf_puts(&json, object);
    }
    for (size_t i = N_ROWS; i-- > 0;) {
        rk__buf_puts(&back, line[i]);
    }
    csv_text = csv.text;
    json_rows = json.text;
    back_text = back.text;
}

static void make_prices(void)
{
    rk__buf prices = {0};
    rk__buf_puts(&prices, "hrg,pod,price,trim_point,per_diem,short_stay_price\n");
    for (unsigned i = 0; i < 38; i++) { /* H38 and H39 are unpriced */
        rk__buf_printf(&prices, "H%u,EL,%u.%02u,%u,%u,\n", i, 100 + 37 * i, i, 4 + i % 20, 180 + i);
        rk__buf_printf(&prices, "H%u,NEL,%u.%02u,%u,%u,%u\n", i, 90 + 53 * i, 99 - i, 3 + i % 11,
                       200 + i, 30 + i);
    }
    write_file("prices.csv", prices.text);
    rk__buf_dispose(&prices);
}

/* ------------------------------------------------- the same rows in other clothes */

typedef enum clothes {
    CRLF = 1 << 0,
    BOM = 1 << 1,
    QUOTED = 1 << 2,       /* every cell in quotes */
    REVERSED = 1 << 3,     /* columns from right to left */
    MORE_COLUMNS = 1 << 4, /* that nobody reads, with all that makes CSV hard */
    BLANK_LINES = 1 << 5,
    NO_LAST_FEED = 1 << 6,
    LONG_CELLS = 1 << 7, /* quoted, over several lines: blocks are cut inside them */
} clothes;

static void put_cell(rk__buf *out, const char *text, size_t length, bool quoted)
{
    rk__buf_puts(out, quoted ? "\"" : "");
    rk__buf_add(out, text, length);
    rk__buf_puts(out, quoted ? "\"" : "");
}

/* One line of csv_text with its cells dressed. */
static void put_line(rk__buf *out, const char *line, size_t length, unsigned how, size_t row)
{
    const char *cells[8];
    size_t lengths[8];
    size_t n = 0;
    for (const char *at = line; at <= line + length; at += lengths[n - 1] + 1) {
        const char *comma = memchr(at, ',', (size_t) (line + length - at));
        cells[n] = at;
        lengths[n++] = (size_t) ((comma != NULL ? comma : line + length) - at);
    }
    for (size_t i = 0; i < n; i++) {
        const size_t from = (how & REVERSED) != 0 ? n - 1 - i : i;
        rk__buf_puts(out, i > 0 ? "," : "");
        put_cell(out, cells[from], lengths[from], row > 0 && (how & QUOTED) != 0);
    }
    if ((how & MORE_COLUMNS) != 0) {
        rk__buf_puts(out, row == 0 ? ",notes,more" : ",\"a, \"\"b\"\"\n,\r\n\",x y;\tz");
    }
    if ((how & LONG_CELLS) != 0) {
        rk__buf_puts(out, row == 0 ? ",story" : ",\"");
        for (size_t i = 0; row > 0 && i < 1 + row % 40; i++) {
            rk__buf_puts(out, "EL,H1,P1,9,9\n\"\",");
        }
        rk__buf_puts(out, row == 0 ? "" : "\"");
    }
    rk__buf_puts(out, (how & CRLF) != 0 ? "\r\n" : "\n");
    if ((how & BLANK_LINES) != 0 && row % 7 == 3) {
        rk__buf_puts(out, (how & CRLF) != 0 ? "\r\n\r\n" : "\n\n");
    }
}

static void write_dressed(const char *name, unsigned how)
{
    rk__buf out = {0};
    size_t row = 0;
    rk__buf_puts(&out, (how & BOM) != 0 ? "\xef\xbb\xbf" : "");
    for (const char *line = csv_text; *line != '\0'; row++) {
        const char *feed = strchr(line, '\n');
        put_line(&out, line, (size_t) (feed - line), how, row);
        line = feed + 1;
    }
    if ((how & NO_LAST_FEED) != 0) {
        out.length -= (how & CRLF) != 0 ? 2 : 1;
        out.text[out.length] = '\0';
    }
    write_file(name, out.text);
    rk__buf_dispose(&out);
}

static void write_gzip(const char *name, const char *text, size_t length)
{
    char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile f = gzopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, text, (unsigned) length), (int) length);
    ck_assert_int_eq(gzclose(f), Z_OK);
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    make_rows();
    make_prices();
    write_file("rows.csv", csv_text);
    write_file("back.csv", back_text);
    /* The first 1,000 lines of rows in one file, the rest in another. */
    char *cut = csv_text;
    for (size_t i = 0; i < 1001; i++) {
        cut = strchr(cut, '\n') + 1;
    }
    rk__buf part = {0};
    rk__buf_puts(&part, "provider,hrg,pod,los,count\n");
    rk__buf_puts(&part, cut);
    write_file("part-2.csv", part.text);
    rk__buf_dispose(&part);
    const char kept = *cut;
    *cut = '\0';
    write_file("part-1.csv", csv_text);
    *cut = kept;
}

static void tear_down(void)
{
    rk__free(csv_text);
    rk__free(json_rows);
    rk__free(back_text);
}

/* All that a result says, as text, to be compared byte for byte. */
static char *evaluate_rows(const char *activity, unsigned jobs)
{
    rk_options options = RK_OPTIONS_INIT;
    static const char *const group_by[] = {"provider", "pod", NULL};
    options.jobs = jobs;
    options.group_by = group_by;
    open_with(options);
    rk__buf facts = {0};
    rk__buf_printf(&facts, "'activity': %s, " UNIT_COSTS, activity);
    char *text = contract_text(YEAR, facts.text, TARIFF_TEXT, COMPONENTS, NULL);
    rk__buf_dispose(&facts);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    ck_assert_msg(status == RK_OK, "%s: %s", activity, first_message());
    rk__buf out = {0};
    for (size_t k = 0; k < result->periods[0].n_components; k++) {
        const rk__component_result *c = &result->periods[0].components[k];
        rk__buf_printf(&out, "%s rows %d unpriced %d\n", c->id, (int) c->rows,
                       (int) c->unpriced_rows);
        rk__num_print_exact(&out, c->exact);
        for (size_t i = 0; i < c->n_unpriced; i++) {
            rk__buf_printf(&out, "\n%s/%s %d", c->unpriced[i].values[0],
                           c->unpriced[i].n_columns > 1 && c->unpriced[i].values[1] != NULL
                               ? c->unpriced[i].values[1]
                               : "",
                           (int) c->unpriced[i].rows);
        }
        for (size_t i = 0; i < rk_groups_count(c->groups); i++) {
            size_t length = 0;
            const char *provider = rk_groups_key(c->groups, i, 0, &length);
            rk__buf_printf(&out, "\n%s %lld", provider != NULL ? provider : "-",
                           (long long) rk_groups_value(c->groups, i, RK_LANE_AMOUNT));
        }
        rk__buf_puts(&out, "\n");
    }
    for (size_t i = 0; i < rk_result_n_warnings(result); i++) {
        rk__buf_printf(&out, "%s\n", rk_result_warning(result, i));
    }
    free(text);
    close_session();
    return out.text;
}

START_TEST(test_rows_result__is_the_same_however_the_rows_come)
{
    static const struct {
        const char *activity;
        unsigned jobs;
    } ways[] = {
        {"{'file': 'rows.csv'}", 2},
        {"{'file': 'rows.csv'}", 5},
        {"{'file': 'back.csv'}", 1},
        {"{'file': 'back.csv'}", 3},
        {"{'file': ['part-1.csv', 'part-2.csv']}", 2},
        {"{'file': 'part-*.csv'}", 1},
    };
    set_up();
    char *expected = evaluate_rows("{'file': 'rows.csv'}", 1);
    ck_assert_ptr_nonnull(strstr(expected, "H38/"));
    ck_assert_ptr_nonnull(strstr(expected, "P3"));
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char *found = evaluate_rows(ways[i].activity, ways[i].jobs);
        ck_assert_msg(strcmp(expected, found) == 0, "%s with %u threads:\n%s\n---\n%s",
                      ways[i].activity, ways[i].jobs, expected, found);
        rk__free(found);
    }
    rk__buf rows = {0};
    rk__buf_printf(&rows, "[%s]", json_rows);
    char *found = evaluate_rows(rows.text, 1);
    ck_assert_str_eq(expected, found);
    rk__free(found);
    rk__free(expected);
    rk__buf_dispose(&rows);
    tear_down();
}
END_TEST

START_TEST(test_rows_result__does_not_depend_on_how_the_file_is_written)
{
    static const struct {
        const char *name;
        unsigned how;
    } files[] = {
        {"crlf.csv", CRLF},
        {"bom.csv", BOM},
        {"bom-crlf-quoted.csv", BOM | CRLF | QUOTED},
        {"quoted.csv", QUOTED},
        {"reversed.csv", REVERSED},
        {"more.csv", MORE_COLUMNS},
        {"more-reversed.csv", MORE_COLUMNS | REVERSED | CRLF},
        {"blank-lines.csv", BLANK_LINES},
        {"blank-lines-crlf.csv", BLANK_LINES | CRLF | NO_LAST_FEED},
        {"no-last-feed.csv", NO_LAST_FEED},
        {"long.csv", LONG_CELLS},
        {"all.csv", CRLF | BOM | QUOTED | REVERSED | BLANK_LINES | NO_LAST_FEED | LONG_CELLS},
    };
    set_up();
    char *expected = evaluate_rows("{'file': 'rows.csv'}", 1);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char activity[80];
        write_dressed(files[i].name, files[i].how);
        (void) snprintf(activity, sizeof activity, "{'file': '%s'}", files[i].name);
        for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
            char *found = evaluate_rows(activity, jobs);
            ck_assert_msg(strcmp(expected, found) == 0, "%s with %u threads:\n%s\n---\n%s",
                          files[i].name, jobs, expected, found);
            rk__free(found);
        }
    }
    write_gzip("rows.gz", csv_text, strlen(csv_text)); /* told by its content, not its name */
    char *found = evaluate_rows("{'file': 'rows.gz'}", 2);
    ck_assert_str_eq(expected, found);
    rk__free(found);
    rk__free(expected);
    tear_down();
}
END_TEST

START_TEST(test_rows_result__reads_standard_input_plain_and_compressed)
{
    static const char *const inputs[] = {"rows.csv", "rows.gz"};
    set_up();
    write_gzip("rows.gz", csv_text, strlen(csv_text));
    char *expected = evaluate_rows("{'file': 'rows.csv'}", 1);
    for (size_t i = 0; i < 2; i++) {
        char path[256];
        (void) snprintf(path, sizeof path, "%s/%s", folder, inputs[i]);
        ck_assert_ptr_nonnull(freopen(path, "r", stdin));
        char *found = evaluate_rows("{'file': '-'}", 2);
        ck_assert_str_eq(expected, found);
        rk__free(found);
    }
    rk__free(expected);
    tear_down();
}
END_TEST

/* ------------------------------------------------------------------ bad rows */

/* Lines that cannot be rows, and what stands in messages of them. */
static const struct {
    const char *line, *message;
    unsigned column;
} bad_lines[] = {
    {"P1,H1,EL,many,1\n", "los", 10},        {"P1,H1,EL,3,1,1\n", "6 fields", 1},
    {"P1,H1,EL,3,1.1234567\n", "count", 12}, {"P1,H1\n", "2 fields", 1},
    {"P1,\"H1\"x,EL,3,1\n", "quote", 8},
};
#define N_BAD (sizeof bad_lines / sizeof bad_lines[0])

/* rows.csv with bad lines in between, on lines 2, 602, 1202... */
static void write_bad(void)
{
    rk__buf out = {0};
    size_t line = 1;
    for (const char *at = csv_text; *at != '\0'; line++) {
        if (line % 600 == 2 && line / 600 < N_BAD) {
            rk__buf_puts(&out, bad_lines[line / 600].line);
            line++;
        }
        const char *feed = strchr(at, '\n') + 1;
        rk__buf_add(&out, at, (size_t) (feed - at));
        at = feed;
    }
    write_file("bad.csv", out.text);
    rk__buf_dispose(&out);
}

static rk_status evaluate_bad(uint64_t max_errors, unsigned jobs)
{
    rk_options options = RK_OPTIONS_INIT;
    options.max_errors = max_errors;
    options.jobs = jobs;
    open_with(options);
    char *text = contract_text(YEAR, "'activity': {'file': 'bad.csv'}, " UNIT_COSTS, TARIFF_TEXT,
                               COMPONENTS, NULL);
    rk_status status =
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems);
    status = status == RK_OK ? rk_evaluate(contract, NULL, &result, problems) : status;
    free(text);
    return status;
}

START_TEST(test_rows_bad__are_listed_and_never_paid)
{
    set_up();
    write_bad();
    char *total = NULL;
    open_session();
    char *text = contract_text(YEAR, "'activity': {'file': 'rows.csv'}, " UNIT_COSTS, TARIFF_TEXT,
                               COMPONENTS, NULL);
    ck_assert_int_eq(
        rk_contract_parse(session, text, strlen(text), "c.json", folder, &contract, problems),
        RK_OK);
    ck_assert_int_eq(rk_evaluate(contract, NULL, &result, problems), RK_OK);
    total = strdup(rk_result_total(result));
    const uint64_t rows = result->periods[0].components[0].rows;
    free(text);
    close_session();
    for (unsigned jobs = 1; jobs <= 4; jobs++) {
        ck_assert_msg(evaluate_bad(N_BAD, jobs) == RK_OK, "%s", first_message());
        ck_assert_str_eq(rk_result_total(result), total);
        ck_assert_uint_eq(result->periods[0].components[0].rows, rows);
        ck_assert_uint_eq(result->bad_rows, N_BAD);
        ck_assert_uint_eq(rk_problems_count(problems), N_BAD);
        for (size_t i = 0; i < N_BAD; i++) {
            const rk_problem *p = rk_problems_at(problems, i);
            ck_assert_ptr_nonnull(strstr(p->file, "bad.csv"));
            ck_assert_uint_eq(p->line, 2 + 600 * i);
            ck_assert_msg(strstr(p->message, bad_lines[i].message) != NULL, "%s", p->message);
            ck_assert_msg(p->column == bad_lines[i].column, "%zu: column %u", i,
                          (unsigned) p->column);
        }
        close_session();
    }
    free(total);
    tear_down();
}
END_TEST

START_TEST(test_rows_bad__fail_where_there_are_more_than_may_be)
{
    set_up();
    write_bad();
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        for (uint64_t most = 0; most < N_BAD; most += 2) {
            ck_assert_int_ne(evaluate_bad(most, jobs), RK_OK);
            ck_assert_ptr_null(result);
            ck_assert_uint_eq(rk_problems_count(problems), most + 1);
            ck_assert_uint_eq(rk_problems_at(problems, 0)->line, 2);
            ck_assert_uint_eq(rk_problems_at(problems, 0)->column, bad_lines[0].column);
            close_session();
        }
    }
    tear_down();
}
END_TEST

UNIT_TESTS("rows")
{
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_rows_result__is_the_same_however_the_rows_come);
    tcase_add_test(tc, test_rows_result__does_not_depend_on_how_the_file_is_written);
    tcase_add_test(tc, test_rows_result__reads_standard_input_plain_and_compressed);
    tcase_add_test(tc, test_rows_bad__are_listed_and_never_paid);
    tcase_add_test(tc, test_rows_bad__fail_where_there_are_more_than_may_be);
}
