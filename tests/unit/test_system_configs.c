/* SPDX-License-Identifier: MIT
 *
 * The systems of configs/ run, and print what is kept in tests/golden/. Where an output
 * is meant to change, RK_UPDATE_GOLDEN=1 writes the new one to be read and committed.
 */
#include <glob.h>

#include "page/page.h"
#include "system_fixture.h"

static int collect(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

static char *read_golden(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    rk__buf text = {0};
    char part[4096];
    size_t n = 0;
    while ((n = fread(part, 1, sizeof part, file)) > 0) {
        rk__buf_add(&text, part, n);
    }
    (void) fclose(file);
    rk__buf_puts(&text, "");
    return text.text;
}

static void compare(const char *name, const char *suffix, const rk__buf *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/golden/systems/%s%s", RK_SOURCE_DIR, name, suffix);
    ck_assert(text->text != NULL && !text->failed);
    if (getenv("RK_UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(text->text, 1, text->length, file), text->length);
        ck_assert_int_eq(fclose(file), 0);
        return;
    }
    char *golden = read_golden(path);
    ck_assert_msg(golden != NULL, "%s is not there", path);
    size_t same = 0;
    size_t line = 1;
    while (golden[same] != '\0' && golden[same] == text->text[same]) {
        line += golden[same++] == '\n';
    }
    ck_assert_msg(strcmp(golden, text->text) == 0, "%s differs from line %zu on:\n%.120s", path,
                  line, text->text + same);
    rk__free(golden);
}

#define SYSTEMS_MOST 64
static char systems[SYSTEMS_MOST][64];
static int n_systems;

/* The names of all documents in configs/systems. */
static void find_systems(void)
{
    glob_t paths = {0};
    n_systems = 0;
    if (glob(RK_SOURCE_DIR "/configs/systems/*.json", 0, NULL, &paths) == 0) {
        for (size_t i = 0; i < paths.gl_pathc && n_systems < SYSTEMS_MOST; i++) {
            const char *name = strrchr(paths.gl_pathv[i], '/') + 1;
            snprintf(systems[n_systems++], sizeof *systems, "%.*s",
                     (int) (strlen(name) - strlen(".json")), name);
        }
    }
    globfree(&paths);
}

START_TEST(test_system_config__prints_what_it_did)
{
    rk__buf text = {0};
    const rk_sink sink = {.write = collect, .ctx = &text};
    load_config(systems[_i]);
    ck_assert_int_eq(rk_report_system(found, RK_FORMAT_TEXT, &sink), RK_OK);
    compare(systems[_i], ".txt", &text);
    rk__buf_dispose(&text);
}
END_TEST

START_TEST(test_system_config__prints_detail_on_request)
{
    rk__buf text = {0};
    const rk_sink sink = {.write = collect, .ctx = &text};
    load_config("electives-moved-out");
    ck_assert_int_eq(rk_report_system_detail(found, RK_FORMAT_TEXT, &sink), RK_OK);
    compare("electives-moved-out", "-detail.txt", &text);
    rk__buf_dispose(&text);
}
END_TEST

/* What a reader takes in at once: two screens of 40 lines. */
START_TEST(test_system_config__fits_two_screens)
{
    rk__buf text = {0};
    const rk_sink sink = {.write = collect, .ctx = &text};
    size_t lines = 0;
    load_config("electives-moved-out");
    ck_assert_int_eq(rk_report_system(found, RK_FORMAT_TEXT, &sink), RK_OK);
    for (size_t i = 0; i < text.length; i++) {
        lines += text.text[i] == '\n';
    }
    ck_assert_uint_le(lines, 80);
    rk__buf_dispose(&text);
}
END_TEST

/* The steps from the first scenario add up to the change of each position, to the last digit. */
START_TEST(test_system_config__has_bridges_that_add_up)
{
    rk__nums nums = {0};
    load_config(systems[_i]);
    const rk_system_view *view = rk_system_result_read(found);
    const rk_scenario_result *first = rk_system_scenario_result(found, 0);
    ck_assert_ptr_null(rk_scenario_bridge(first, 0, RK_BRIDGE_PRICE));
    for (size_t i = 1; i < view->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(found, i);
        for (size_t o = 0; o < view->n_organisations; o++) {
            rk_num sum = rk__num_sub(&nums, rk_scenario_organisation_balance(first, o)->total,
                                     rk_scenario_organisation_balance(s, o)->total);
            for (int k = 0; k < RK_N_BRIDGE_STEPS; k++) {
                sum = rk__num_add(&nums, sum, rk_scenario_bridge(s, o, (rk_bridge_step) k));
            }
            ck_assert_msg(rk__num_sign(sum) == 0, "%s, %s, %s", systems[_i], s->name,
                          rk_system_organisation(found, o)->id);
        }
    }
    rk__nums_dispose(&nums);
}
END_TEST

/* No line of several words is wider than the terminal, and no number is cut: the figures are the
 * same at any width. */
START_TEST(test_system_config__fits_the_terminal)
{
    static const int widths[] = {72, 80, 100};
    load_config(systems[_i]);
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        rk__buf text = {0};
        const rk_sink sink = {.write = collect, .ctx = &text, .width = widths[w]};
        ck_assert_int_eq(rk_report_system_detail(found, RK_FORMAT_TEXT, &sink), RK_OK);
        for (char *line = text.text, *end = NULL; *line != '\0'; line = end + 1) {
            end = strchr(line, '\n');
            *end = '\0';
            const bool fits = rk__text_width(line) <= (size_t) widths[w];
            const bool one_word = strchr(line + strspn(line, "- "), ' ') == NULL;
            ck_assert_msg(fits || one_word, "%s, %d: '%s'", systems[_i], widths[w], line);
        }
        rk__buf_dispose(&text);
    }
}
END_TEST

/* Whatever a document is called, one with made-up amounts says so and names nobody. */
START_TEST(test_system_config__says_what_its_figures_are)
{
    load_config(systems[_i]);
    ck_assert_str_eq(found->basis, "illustrative");
    ck_assert_msg(strstr(found->title, "made up") != NULL || strstr(found->title, "made-up"),
                  "'%s' does not say that figures are made up", found->title);
    const rk__value *sources = rk__json_get(rk__json_root(loaded->document), "sources");
    ck_assert_msg(sources != NULL && sources->count > 0, "%s has no sources", systems[_i]);
}
END_TEST

static const struct {
    rk_format format;
    const char *suffix;
} formats[] = {{RK_FORMAT_JSON, ".json"}, {RK_FORMAT_CSV, ".csv"}, {RK_FORMAT_MARKDOWN, ".md"}};

START_TEST(test_system_report__in_each_format)
{
    rk__buf text = {0};
    const rk_sink sink = {.write = collect, .ctx = &text};
    load_config("risk-pool-council");
    ck_assert_int_eq(rk_report_system(found, formats[_i].format, &sink), RK_OK);
    /* The document's digest changes with every note in it, those of rules with the compiler. */
    static const char key[] = "sha256\": \"";
    for (char *at = text.text; (at = strstr(at, key)) != NULL;) {
        at += sizeof key - 1;
        memset(at, '0', strspn(at, "0123456789abcdef"));
    }
    char version[64];
    snprintf(version, sizeof version, "\"reckoner\": \"%s\"", rk_version());
    char *stated = strstr(text.text, version);
    if (stated != NULL) {
        memset(stated + strlen("\"reckoner\": \""), '#', strlen(rk_version()));
    }
    compare("risk-pool-council", formats[_i].suffix, &text);
    rk__buf_dispose(&text);
}
END_TEST

START_TEST(test_incentives_report__in_each_format)
{
    static const rk_format kinds[] = {RK_FORMAT_TEXT, RK_FORMAT_JSON, RK_FORMAT_CSV,
                                      RK_FORMAT_MARKDOWN};
    static const char *const suffixes[] = {"-incentives.txt", "-incentives.json", "-incentives.csv",
                                           "-incentives.md"};
    rk__buf text = {0};
    const rk_sink sink = {.write = collect, .ctx = &text};
    rk_incentives_options options = RK_INCENTIVES_INIT;
    rk_incentives *incentives = NULL;
    ck_assert_int_eq(
        rk_incentives_evaluate(session, RK_SOURCE_DIR "/configs/systems/electives-moved-out.json",
                               &options, &incentives, problems),
        RK_OK);
    ck_assert_int_eq(rk_report_incentives(incentives, kinds[_i], &sink), RK_OK);
    rk_incentives_free(incentives);
    compare("electives-moved-out", suffixes[_i], &text);
    rk__buf_dispose(&text);
}
END_TEST

UNIT_TESTS("system_configs")
{
    find_systems();
    const int n = n_systems;
    tcase_add_checked_fixture(tc, open_session, close_system);
    tcase_add_loop_test(tc, test_system_config__prints_what_it_did, 0, n);
    tcase_add_loop_test(tc, test_system_config__says_what_its_figures_are, 0, n);
    tcase_add_loop_test(tc, test_system_config__has_bridges_that_add_up, 0, n);
    tcase_add_test(tc, test_system_config__prints_detail_on_request);
    tcase_add_test(tc, test_system_config__fits_two_screens);
    tcase_add_loop_test(tc, test_system_config__fits_the_terminal, 0, n);
    tcase_add_loop_test(tc, test_system_report__in_each_format, 0, 3);
    tcase_add_loop_test(tc, test_incentives_report__in_each_format, 0, 4);
}
