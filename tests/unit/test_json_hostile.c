/* SPDX-License-Identifier: MIT
 *
 * test_json_hostile.c: JSON against corpora that others made to break parsers,
 * and against memory that runs out.
 *
 * The corpora are not part of the project; where they are absent, their tests
 * say so and pass.
 */
#include <dirent.h>

#include "base/alloc.h"
#include "base/file.h"
#include "unit.h"
#include "json/json.h"

static const char *hostile(char path[4096], const char *name)
{
    const char *shared = getenv("RK_SHARED");
    (void) snprintf(path, 4096, "%s%s/data/hostile/%s", shared != NULL ? shared : RK_SOURCE_DIR,
                    shared != NULL ? "" : "/../shared", name);
    return path;
}

static char *read_all(const char *path, size_t *length)
{
    char *text = NULL;
    if (rk__file_read(path, RK__JSON_MAX_BYTES, &text, length, NULL) != RK_OK) {
        printf("skipped: %s is not there\n", path);
        return NULL;
    }
    return text;
}

/* Parses a copy that ends where the text ends, so that reading on is caught;
 * a refusal leaves exactly the problem it returns, a success none. */
static rk_status parse(const char *text, size_t length, rk__json **out)
{
    char *copy = malloc(length > 0 ? length : 1);
    rk_problems *problems = rk_problems_new();
    rk__json *document = NULL;

    memcpy(copy, text, length);
    const rk_status status = rk__json_parse(copy, length, "hostile.json", &document, problems);
    ck_assert((document != NULL) == (status == RK_OK));
    ck_assert((rk_problems_count(problems) > 0) == (status != RK_OK));
    if (status != RK_OK) {
        ck_assert_int_eq(rk_problems_at(problems, 0)->status, status);
        ck_assert_uint_ge(rk_problems_at(problems, 0)->line, 1);
        ck_assert_uint_ge(rk_problems_at(problems, 0)->column, 1);
    }
    rk_problems_free(problems);
    free(copy);
    if (out != NULL) {
        *out = document;
    } else {
        rk__json_free(document);
    }
    return status;
}

/* ------------------------------------------------------------ JSONTestSuite */

/* What RFC 8259 leaves open and we decide: these we take, the others we refuse. */
static const char *const taken[] = {
    "i_number_double_huge_neg_exp.json",
    "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json",
    "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
    "i_structure_UTF-8_BOM_empty_object.json",
};

static bool is_taken(const char *name)
{
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(taken[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void check_verdict(const char *name, rk_status status)
{
    switch (name[0]) {
    case 'y':
        ck_assert_msg(status == RK_OK || status == RK_DUPLICATE_KEY || status == RK_OUT_OF_RANGE,
                      "%s: %s", name, rk_status_word(status));
        break;
    case 'n':
        ck_assert_msg(status == RK_SYNTAX || status == RK_LIMIT || status == RK_OUT_OF_RANGE,
                      "%s: %s", name, rk_status_word(status));
        break;
    default:
        ck_assert_msg((status == RK_OK) == is_taken(name), "%s: %s", name, rk_status_word(status));
        break;
    }
}

typedef struct tally {
    unsigned y, n, i, other, refused_after_syntax;
} tally;

/* Parses each file of a folder; false where there is no such folder. */
static bool parse_folder(const char *name, bool verdicts, tally *out)
{
    char folder[4096], path[8192];
    DIR *dir = opendir(hostile(folder, name));
    const struct dirent *entry;

    *out = (tally){0};
    if (dir == NULL) {
        printf("skipped: %s is not there\n", folder);
        return false;
    }
    while ((entry = readdir(dir)) != NULL) {
        size_t length;
        (void) snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        char *text = entry->d_name[0] == '.' ? NULL : read_all(path, &length);
        if (text == NULL) {
            continue;
        }
        const rk_status status = parse(text, length, NULL);
        rk__free(text);
        if (verdicts) {
            check_verdict(entry->d_name, status);
        }
        out->refused_after_syntax +=
            entry->d_name[0] == 'y' && (status == RK_DUPLICATE_KEY || status == RK_OUT_OF_RANGE);
        switch (entry->d_name[0]) {
        case 'y':
            out->y++;
            break;
        case 'n':
            out->n++;
            break;
        case 'i':
            out->i++;
            break;
        default:
            break;
        }
        out->other++;
    }
    closedir(dir);
    return true;
}

START_TEST(test_json_hostile_suite__verdicts_are_those_of_the_grammar)
{
    tally found;
    if (parse_folder("json-testsuite/test_parsing", true, &found)) {
        ck_assert_uint_eq(found.y, 95);
        ck_assert_uint_eq(found.n, 188);
        ck_assert_uint_eq(found.i, 35);
        /* Two with a repeated key, two with an escaped NUL. */
        ck_assert_uint_eq(found.refused_after_syntax, 4);
    }
}
END_TEST

START_TEST(test_json_hostile_transform__keys_and_numbers_keep_their_spelling)
{
    static const struct {
        const char *name;
        rk_status status;
        const char *first; /* text of the first value in the document's array or object */
    } rows[] = {
        {"number_1.000000000000000005.json", RK_OK, "1.000000000000000005"},
        {"number_10000000000000000999.json", RK_OK, "10000000000000000999"},
        {"number_1e-999.json", RK_OK, "1E-999"},
        {"number_-9223372036854775809.json", RK_OK, "-9223372036854775809"},
        {"object_same_key_same_value.json", RK_DUPLICATE_KEY, NULL},
        {"object_same_key_different_values.json", RK_DUPLICATE_KEY, NULL},
        {"object_key_nfc_nfd.json", RK_OK, "NFC"},
        {"string_1_escaped_invalid_codepoint.json", RK_SYNTAX, NULL},
        {"string_1_invalid_codepoint.json", RK_SYNTAX, NULL},
        {"string_with_escaped_NULL.json", RK_OUT_OF_RANGE, NULL},
    };
    tally found;
    if (!parse_folder("json-testsuite/test_transform", false, &found)) {
        return;
    }
    ck_assert_uint_eq(found.other, 22);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[4096], name[256];
        size_t length;
        rk__json *document;
        (void) snprintf(name, sizeof name, "json-testsuite/test_transform/%s", rows[i].name);
        char *text = read_all(hostile(path, name), &length);
        ck_assert_ptr_nonnull(text);
        ck_assert_msg(parse(text, length, &document) == rows[i].status, "%s", name);
        if (document != NULL) {
            ck_assert_str_eq(rk__json_root(document)->first->text, rows[i].first);
        }
        rk__json_free(document);
        rk__free(text);
    }
}
END_TEST

START_TEST(test_json_hostile_seeds__never_crash)
{
    tally found;
    if (parse_folder("fuzz-seeds/json/corpus", false, &found)) {
        ck_assert_uint_eq(found.other, 1728);
    }
}
END_TEST

/* -------------------------------------------------------------------- UTF-8 */

static size_t unhex(const char *hex, size_t length, char *out)
{
    size_t n = 0;
    int high = -1;
    for (size_t i = 0; i < length; i++) {
        const char *digits = "0123456789abcdef";
        const char *at = strchr(digits, hex[i] >= 'A' && hex[i] <= 'F' ? hex[i] + 32 : hex[i]);
        if (hex[i] == ' ' || at == NULL) {
            continue;
        }
        if (high < 0) {
            high = (int) (at - digits);
        } else {
            out[n++] = (char) (high * 16 + (int) (at - digits));
            high = -1;
        }
    }
    return n;
}

/* The bytes as a string in an array; what JSON wants escaped is escaped. */
static rk_status parse_as_string(const char *bytes, size_t n, bool as_key)
{
    rk__buf text = {0};
    rk__buf_puts(&text, as_key ? "{\"" : "[\"");
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char) bytes[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            rk__buf_printf(&text, "\\u%04x", c);
        } else {
            rk__buf_putc(&text, bytes[i]);
        }
    }
    rk__buf_puts(&text, as_key ? "\":1}" : "\"]");
    rk__json *document;
    const rk_status status = parse(text.text, text.length, &document);
    if (status == RK_OK) {
        const rk__value *v = rk__json_root(document)->first;
        const char *got = as_key ? v->key : v->text;
        ck_assert_uint_eq(strlen(got), n);
        ck_assert_mem_eq(got, bytes, n);
    }
    rk__json_free(document);
    rk__buf_dispose(&text);
    return status;
}

START_TEST(test_json_hostile_utf8__good_is_taken_and_bad_refused)
{
    char path[4096], bytes[1024], *rest = NULL;
    size_t length;
    unsigned good = 0, bad = 0;
    char *text = read_all(hostile(path, "utf8-flenniken/utf8tests.txt"), &length);

    if (text == NULL) {
        return;
    }
    for (char *line = strtok_r(text, "\r\n", &rest); line != NULL;
         line = strtok_r(NULL, "\r\n", &rest)) {
        char *kind = strchr(line, ':');
        if (*line == '#' || kind == NULL) {
            continue;
        }
        kind += 1 + strspn(kind + 1, " ");
        const char *value = strchr(kind, ':');
        ck_assert_msg(value != NULL, "%s", line);
        const size_t size = strcspn(++value, ":");
        size_t n = size;
        if (strncmp(kind, "valid:", 6) == 0) {
            memcpy(bytes, value, n);
        } else {
            n = unhex(value, size, bytes);
        }
        const bool valid = strncmp(kind, "valid", 5) == 0;
        const rk_status want = !valid                           ? RK_SYNTAX
                               : memchr(bytes, '\0', n) != NULL ? RK_OUT_OF_RANGE
                                                                : RK_OK;
        ck_assert_msg(parse_as_string(bytes, n, false) == want, "%s", line);
        ck_assert_msg(parse_as_string(bytes, n, true) == want, "%s as a key", line);
        good += valid;
        bad += !valid;
    }
    rk__free(text);
    ck_assert_uint_eq(good, 77);
    ck_assert_uint_eq(bad, 145);
}
END_TEST

/* ---------------------------------------------------------- naughty strings */

START_TEST(test_json_hostile_strings__survive_writing_and_reading)
{
    char path[4096];
    size_t length;
    rk__json *strings, *again;
    rk__buf out = {0};
    char *text = read_all(hostile(path, "strings-blns/blns.json"), &length);

    if (text == NULL) {
        return;
    }
    ck_assert_int_eq(parse(text, length, &strings), RK_OK);
    const rk__value *root = rk__json_root(strings);
    ck_assert_uint_eq(root->count, 515);
    for (const rk__value *v = root->first; v != NULL; v = v->next) {
        rk__buf_putc(&out, v == root->first ? '[' : ',');
        rk__json_write_text(&out, v->text, v->length);
    }
    rk__buf_putc(&out, ']');
    ck_assert_int_eq(parse(out.text, out.length, &again), RK_OK);
    const rk__value *w = rk__json_root(again)->first;
    for (const rk__value *v = root->first; v != NULL; v = v->next, w = w->next) {
        ck_assert_uint_eq(w->length, v->length);
        ck_assert_mem_eq(w->text, v->text, v->length + 1);
        /* As a name too: a pointer to it leads to it. */
        rk__buf object = {0};
        rk__json *named;
        rk__arena arena = {0};
        rk__buf_putc(&object, '{');
        rk__json_write_text(&object, v->text, v->length);
        rk__buf_puts(&object, ": 1}");
        ck_assert_int_eq(parse(object.text, object.length, &named), RK_OK);
        const rk__value *member = rk__json_root(named)->first;
        ck_assert_ptr_eq(rk__json_at(rk__json_root(named), rk__json_pointer(member, &arena)),
                         member);
        rk__arena_dispose(&arena);
        rk__json_free(named);
        rk__buf_dispose(&object);
    }
    rk__buf_dispose(&out);
    rk__json_free(again);
    rk__json_free(strings);
    rk__free(text);
}
END_TEST

START_TEST(test_json_hostile_cut__each_beginning_and_each_changed_byte)
{
    static const char text[] =
        "{\"a\\u00e9\\ud83d\\ude00\": [-1.5e+3, true, null, \"x\\n\xc3\xa9\"], "
        "\"b\": {\"c\": false}}";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        ck_assert_int_eq(parse(text, n, NULL), RK_SYNTAX);
    }
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (int c = 0; c < 256; c++) {
            char changed[sizeof text];
            memcpy(changed, text, sizeof text);
            changed[at] = (char) c;
            (void) parse(changed, sizeof text - 1, NULL);
        }
    }
}
END_TEST

/* ------------------------------------------------------ memory that runs out */

/* A document of some 40 kB with large and small objects. */
static void mid_size(rk__buf *text, const char *ending)
{
    rk__buf_puts(text, "{\"rows\": [");
    for (int i = 0; i < 400; i++) {
        rk__buf_printf(text,
                       "%s{\"hrg\": \"DZ%03d\", \"pod\": \"NEL\", \"price\": %d.25, \"los\": [%d]}",
                       i > 0 ? ",\n" : "", i, i, i % 30);
    }
    rk__buf_puts(text, "], \"wide\": {");
    for (int i = 0; i < 200; i++) {
        rk__buf_printf(text, "%s\"k%d\": \"\\u20ac%d\"", i > 0 ? "," : "", i, i);
    }
    rk__buf_puts(text, ending);
}

START_TEST(test_json_hostile_memory__each_failing_allocation_of_a_parse)
{
    static const struct {
        const char *ending;
        rk_status status;
    } rows[] = {{"}}", RK_OK},
                {"}", RK_SYNTAX},
                {", \"k7\": 1}}", RK_DUPLICATE_KEY},
                {", \"x\": \"\\u0000\"}}", RK_OUT_OF_RANGE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rk__buf text = {0};
        rk_status status = RK_NO_MEMORY;
        long n = 0;
        mid_size(&text, rows[i].ending);
        for (; n < 10000 && status == RK_NO_MEMORY; n++) {
            rk_problems *problems = rk_problems_new();
            rk__json *document = NULL;
            rk__alloc_fail_after(n);
            status = rk__json_parse(text.text, text.length, "x.json", &document, problems);
            rk__alloc_fail_after(-1);
            ck_assert((document != NULL) == (status == RK_OK));
            ck_assert_uint_eq(rk_problems_count(problems), status != RK_OK);
            rk__json_free(document);
            rk_problems_free(problems);
        }
        ck_assert_int_eq(status, rows[i].status);
        ck_assert_int_gt(n, 2);
        rk__buf_dispose(&text);
    }
}
END_TEST

START_TEST(test_json_hostile_memory__each_failing_allocation_of_an_edit)
{
    rk__buf text = {0};
    rk__json *document;
    rk_status status = RK_NO_MEMORY;
    long n = 0;

    mid_size(&text, "}}");
    ck_assert_int_eq(parse(text.text, text.length, &document), RK_OK);
    const rk__value *root = rk__json_root(document);
    for (; n < 10000 && status == RK_NO_MEMORY; n++) {
        rk__json *copy = NULL;
        rk__alloc_fail_after(n);
        status = rk__json_clone(root, &copy);
        for (int i = 0; i < 30 && status == RK_OK; i++) {
            status = rk__json_set(copy, i % 2 ? "/rows/-" : "/wide/~0new", root, NULL);
        }
        rk__alloc_fail_after(-1);
        if (copy != NULL) {
            /* What was not added has left no trace. */
            const rk__value *rows = rk__json_get(rk__json_root(copy), "rows");
            unsigned count = 0;
            for (const rk__value *v = rows->first; v != NULL; v = v->next) {
                count++;
            }
            ck_assert_uint_eq(count, rows->count);
        }
        rk__json_free(copy);
    }
    ck_assert_int_eq(status, RK_OK);
    ck_assert_int_gt(n, 2);
    rk__json_free(document);
    rk__buf_dispose(&text);
}
END_TEST

UNIT_TESTS("json_hostile")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_json_hostile_suite__verdicts_are_those_of_the_grammar);
    tcase_add_test(tc, test_json_hostile_transform__keys_and_numbers_keep_their_spelling);
    tcase_add_test(tc, test_json_hostile_seeds__never_crash);
    tcase_add_test(tc, test_json_hostile_utf8__good_is_taken_and_bad_refused);
    tcase_add_test(tc, test_json_hostile_strings__survive_writing_and_reading);
    tcase_add_test(tc, test_json_hostile_cut__each_beginning_and_each_changed_byte);
    tcase_add_test(tc, test_json_hostile_memory__each_failing_allocation_of_a_parse);
    tcase_add_test(tc, test_json_hostile_memory__each_failing_allocation_of_an_edit);
}
