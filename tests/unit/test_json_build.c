/* SPDX-License-Identifier: MIT
 *
 * test_json_build.c: documents that are built without cJSON are those that cJSON helps with:
 * the same texts are refused for the same reasons, and the same trees made of the others.
 */
#include <ftw.h>

#include "base/file.h"
#include "support/json_same.h"
#include "unit.h"
#include "unit/draw.h"

static size_t n_texts;

static void compare(const char *name, const char *text, size_t length)
{
    const char *differs = json_differs(text, length);
    ck_assert_msg(differs == NULL, "%s: %s differs: %.*s", name, differs,
                  length < 200 ? (int) length : 200, text);
    n_texts++;
}

/* Bytes that change what a text means, and some that only may. */
static char odd_byte(void)
{
    static const char bytes[] = "\"\\{}[],:0123456789-+.eEtfnul/ \t\n\r\x01\x7f\xc3\xa9\xed\xff";
    return bytes[draw() % (sizeof bytes)]; /* the NUL too */
}

/* One byte less, one more, or another one, up to four times. */
static size_t change(char *text, size_t length)
{
    for (size_t edits = 1 + draw() % 4; edits > 0; edits--) {
        const size_t at = draw() % (length + 1);
        switch (draw() % 3) {
        case 0:
            memmove(text + at + 1, text + at, length - at);
            text[at] = odd_byte();
            length++;
            break;
        case 1:
            if (at < length) {
                text[at] = odd_byte();
            }
            break;
        default:
            if (at < length) {
                memmove(text + at, text + at + 1, length - at - 1);
                length--;
            }
            break;
        }
    }
    return length;
}

static void compare_changed(const char *name, const char *text, size_t length, size_t times)
{
    char *copy = malloc(length + 8);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < times; i++) {
        memcpy(copy, text, length);
        compare(name, copy, change(copy, length));
    }
    free(copy);
}

static int compare_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void) at;
    const char *dot = strrchr(path, '.');
    char *text = NULL;
    size_t length = 0;
    if (type != FTW_F || dot == NULL || st->st_size > 1 << 20 ||
        (strcmp(dot, ".json") != 0 && strcmp(dot, ".ndjson") != 0)) {
        return 0;
    }
    ck_assert_int_eq(rk__file_read(path, RK__JSON_MAX_BYTES, &text, &length, NULL), RK_OK);
    compare(path, text, length);
    compare_changed(path, text, length, length < 20000 ? 20 : 1);
    rk__free(text);
    return 0;
}

static void compare_folder(const char *path)
{
    n_texts = 0;
    (void) nftw(path, compare_file, 16, FTW_PHYS);
}

START_TEST(test_json_build_own_documents__as_with_cjson)
{
    static const char *const folders[] = {"configs", "tests/golden", "tests/oracle", "plugins"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[4096];
        (void) snprintf(path, sizeof path, "%s/%s", RK_SOURCE_DIR, folders[i]);
        compare_folder(path);
        ck_assert(n_texts > 0 || i > 0);
    }
}
END_TEST

START_TEST(test_json_build_hostile_documents__as_with_cjson)
{
    const char *shared = getenv("RK_SHARED");
    char path[4096];
    (void) snprintf(path, sizeof path, "%s%s/data/hostile", shared != NULL ? shared : RK_SOURCE_DIR,
                    shared != NULL ? "" : "/../shared");
    compare_folder(path);
    if (n_texts == 0) {
        printf("skipped: %s is not there\n", path);
    }
}
END_TEST

START_TEST(test_json_build_small_texts__as_with_cjson)
{
    static const char *const texts[] = {
        "",
        "{}",
        "[]",
        "7",
        "\"x\"",
        "-0.5e+3",
        " [1, -2.50, 3e5 , \"a\"]\n",
        "{\"reckoner\": \"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\n\\t\\b\\f\\r\\/\\\\\\\"\", "
        "\"k\\u0065y\": \"\xc3\xa9\xf0\x9f\x98\x80 and a text of more than sixteen bytes\"}",
        "{\"reckoner\": 1, \"a\": 2, \"a\": 3, \"rows\": [{\"x\": 1, \"x\": 2}, {\"x\": 3, "
        "\"x\": 4}]}",
        "[{\"a\": 1, \"b\": 2}, {\"a\": 3, \"b\": 4}, {\"b\": 5, \"a\": 6}, {\"a\": 7}, "
        "{\"a\": 8, \"b\": 9, \"c\": 10}, {\"a\": {}, \"b\": 11}, {\"a\": 12, \"b\": []}, {}, {}]",
        "[[{\"a\": 1}], [{\"a\": 2}], {\"a\": [{\"a\": 1}, {\"a\": 2}]}, {\"a\": 3}]",
        "{\"reckoner\": \"a\\u0000b\"}",
        "{\"reckoner\": \"\\ud800\"}",
        "\xef\xbb\xbf{\"reckoner\": true, \"b\": false, \"c\": null}",
        "{\"reckoner\": \"a\nb\"}",
        "[1, 2,]",
        "[01]",
        "[1] x",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        compare("a text", texts[i], strlen(texts[i]));
        compare_changed("a changed text", texts[i], strlen(texts[i]), 2000);
    }
    compare("a NUL", "{\"a\0b\": 1}", 10);
}
END_TEST

/* Each allocation fails in turn: the problem says so, and nothing is lost. */
START_TEST(test_json_build_out_of_memory__fails_each_time)
{
    static const char text[] = "{\"a\": [1, {\"b\": \"c\"}], \"d\": {\"e\": \"f\\n\"}}";
    bool failed = true;
    for (long n = 0; failed; n++) {
        rk__json *document = NULL;
        rk__alloc_fail_after(n);
        const rk_status status =
            rk__json_build(NULL, text, sizeof text - 1, "doc", &document, NULL);
        failed = status == RK_NO_MEMORY;
        rk__alloc_fail_after(-1);
        ck_assert(failed ? document == NULL : status == RK_OK && document != NULL);
        rk__json_free(document);
        ck_assert_int_lt(n, 1000);
    }
}
END_TEST

UNIT_TESTS("json_build")
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_json_build_own_documents__as_with_cjson);
    tcase_add_test(tc, test_json_build_hostile_documents__as_with_cjson);
    tcase_add_test(tc, test_json_build_small_texts__as_with_cjson);
    tcase_add_test(tc, test_json_build_out_of_memory__fails_each_time);
}
