/* SPDX-License-Identifier: MIT
 *
 * Tests of base/text.h, UTF-8.
 */
#include "base/text.h"
#include "unit.h"

#define VALID SIZE_MAX

START_TEST(test_utf8_check__finds_the_first_bad_byte)
{
    static const struct {
        const char *text;
        size_t bad; /* offset, or VALID */
    } cases[] = {
        {"", VALID},
        {"plain", VALID},
        {"\x7f", VALID},
        {"\xc2\x80", VALID},
        {"\xdf\xbf", VALID},
        {"\xe0\xa0\x80", VALID},
        {"\xed\x9f\xbf", VALID},
        {"\xee\x80\x80", VALID},
        {"\xef\xbf\xbf", VALID},
        {"\xf0\x90\x80\x80", VALID},
        {"\xf4\x8f\xbf\xbf", VALID},
        {"ab\x80", 2},           /* a continuation on its own */
        {"\xc0\x80", 0},         /* overlong NUL */
        {"\xc1\xbf", 0},         /* overlong */
        {"\xe0\x9f\xbf", 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
        {"\xed\xa0\x80", 0},     /* a surrogate */
        {"x\xed\xbf\xbf", 1},    /* a surrogate */
        {"\xf4\x90\x80\x80", 0}, /* past U+10FFFF */
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"\xc3\xa9\xc3", 2}, /* cut short */
        {"\xc3\xa9\xe2\x82", 2},
        {"\xc3\xa9\xf0\x9f\x92", 2},
        {"\xc3(", 0},
        {"\xe2\x82(", 0},
        {"\xf0\x9f\x92(", 0},
    };
    /* Each at every distance from the start, so that it also lies across the
     * ends of the stretches that are looked at together. */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].text);
        for (size_t before = 0; before < 80; before++) {
            for (size_t after = 0; after < 40; after += 13) {
                char *text = malloc(before + length + after + 1);
                memset(text, 'a', before + length + after + 1);
                memcpy(text + before, cases[i].text, length);
                size_t all = before + length + after;
                size_t expected = cases[i].bad == VALID ? all : before + cases[i].bad;
                size_t got = rk__utf8_check(text, all);
                free(text);
                ck_assert_msg(got == expected, "row %zu, %zu before, %zu after: %zu", i, before,
                              after, got);
            }
        }
    }
}
END_TEST

START_TEST(test_utf8_check__reads_nothing_past_the_length)
{
    ck_assert_uint_eq(rk__utf8_check("ab\xff", 2), 2);
    ck_assert_uint_eq(rk__utf8_check("a\xc3\xa9", 2), 1);
    ck_assert_uint_eq(rk__utf8_check("a\0b", 3), 3);
    ck_assert_uint_eq(rk__utf8_check(NULL, 0), 0);
}
END_TEST

START_TEST(test_utf8_check__agrees_with_the_definition_for_every_character)
{
    for (uint32_t c = 0x80; c <= 0x110000; c += c < 0x11000 ? 1 : 61) {
        char text[5] = {0};
        size_t n;
        if (c < 0x800) {
            n = 2;
            text[0] = (char) (0xc0 | c >> 6);
        } else if (c < 0x10000) {
            n = 3;
            text[0] = (char) (0xe0 | c >> 12);
        } else {
            n = 4;
            text[0] = (char) (0xf0 | c >> 18);
        }
        for (size_t i = 1; i < n; i++)
            text[i] = (char) (0x80 | (c >> (6 * (n - 1 - i)) & 0x3f));
        bool legal = (c < 0xd800 || c > 0xdfff) && c <= 0x10ffff;
        ck_assert_msg((rk__utf8_check(text, n) == n) == legal, "U+%04X", c);
    }
}
END_TEST

START_TEST(test_utf8_count__counts_characters)
{
    ck_assert_uint_eq(rk__utf8_count("", 0), 0);
    ck_assert_uint_eq(rk__utf8_count("abc", 3), 3);
    ck_assert_uint_eq(rk__utf8_count("caf\xc3\xa9 \xf0\x9f\x92\x8a", 10), 6);
    ck_assert_uint_eq(rk__utf8_count("caf\xc3\xa9", 4), 4);
}
END_TEST

/* The bytes of "C2 A9" or "C2A9" up to a colon or the end of the line. */
static size_t from_hex(const char *hex, char *out)
{
    size_t n = 0;
    unsigned value;
    int used;
    while (*hex && *hex != ':' && *hex != '\n' && sscanf(hex, " %2x%n", &value, &used) == 1) {
        out[n++] = (char) value;
        hex += used;
    }
    return n;
}

START_TEST(test_utf8_check__agrees_with_the_shared_collection)
{
    char path[1024], line[4096], bytes[4096];
    const char *shared = getenv("RK_SHARED");
    snprintf(path, sizeof path, "%s/data/hostile/utf8-flenniken/utf8tests.txt",
             shared ? shared : RK_SOURCE_DIR "/../shared");
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("skipped: no collection of UTF-8 tests\n");
        return;
    }
    int accepted = 0, refused = 0;
    while (fgets(line, sizeof line, file)) {
        char *kind = strchr(line, ':');
        if (line[0] == '#' || !kind)
            continue;
        kind += 1 + strspn(kind + 1, " ");
        char *text = strchr(kind, ':');
        ck_assert_msg(text != NULL, "%s", line);
        text++;
        size_t n = strcspn(text, "\n");
        bool valid = strncmp(kind, "valid", 5) == 0;
        if (strncmp(kind, "valid:", 6) == 0)
            memcpy(bytes, text, n);
        else
            n = from_hex(text, bytes);
        bool got = rk__utf8_check(bytes, n) == n;
        ck_assert_msg(got == valid, "%s", line);
        accepted += valid;
        refused += !valid;
    }
    fclose(file);
    /* As many as its text file has at the stored commit: none was passed over. */
    ck_assert_int_eq(accepted, 77);
    ck_assert_int_eq(refused, 145);
}
END_TEST

UNIT_TESTS("utf8")
{
    tcase_add_test(tc, test_utf8_check__finds_the_first_bad_byte);
    tcase_add_test(tc, test_utf8_check__reads_nothing_past_the_length);
    tcase_add_test(tc, test_utf8_check__agrees_with_the_definition_for_every_character);
    tcase_add_test(tc, test_utf8_check__agrees_with_the_shared_collection);
    tcase_add_test(tc, test_utf8_count__counts_characters);
}
