/* SPDX-License-Identifier: MIT
 *
 * Tests of base/text.h, patterns.
 */
#include "base/text.h"
#include "unit.h"

START_TEST(test_pattern_match__only_the_star_is_special)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"a", "", false},
        {"NEL", "NEL", true},
        {"NEL", "nel", false},
        {"NEL", "NELXBD", false},
        {"NEL*", "NELXBD", true},
        {"NEL*", "NEL", true},
        {"NEL*", "NE", false},
        {"*", "", true},
        {"*", "anything", true},
        {"**", "", true},
        {"**a**", "bab", true},
        {"*XBD", "NELXBD", true},
        {"*XBD", "NELXBDX", false},
        {"*XBD", "XBDXBD", true},
        {"N*X*D", "NELXBD", true},
        {"N*X*D", "NELXBDS", false},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "acb", false},
        {"a*a", "a", false},
        {"a*a", "aa", true},
        {"*ab", "aab", true},
        {"*aab*", "aaab", true},
        {"?", "a", false},
        {"?", "?", true},
        {"[ab]", "a", false},
        {"[ab]", "[ab]", true},
        {"a.c", "abc", false},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"\\*", "\\*", false},
        {"a\\*b", "a*b", true},
        {"a\\*b", "axb", false},
        {"*\\*", "ab*", true},
        {"*\\*", "ab", false},
        {"\\**", "*ab", true},
        {"\\**", "ab", false},
        {"\\", "\\", true},
        {"\\a", "\\a", true},
        {"\\a", "a", false},
        {"\\\\*", "\\*", true}, /* a backslash, then a star that is itself */
        {"\\\\*", "\\x", false},
        {"caf\xc3\xa9*", "caf\xc3\xa9s", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(rk__pattern_match(cases[i].pattern, cases[i].text, strlen(cases[i].text)) ==
                          cases[i].matches,
                      "'%s' and '%s'", cases[i].pattern, cases[i].text);
}
END_TEST

START_TEST(test_pattern_match__stops_at_the_length)
{
    ck_assert(rk__pattern_match("NEL", "NELXBD", 3));
    ck_assert(!rk__pattern_match("NELX", "NELXBD", 3));
    ck_assert(rk__pattern_match("a*b", "a\0b", 3));
    ck_assert(!rk__pattern_match("a", "a\0", 2));
    ck_assert(rk__pattern_match("*", NULL, 0));
}
END_TEST

/* The definition itself, exponential as it is. */
static bool matches_by_definition(const char *pattern, const char *text)
{
    if (!*pattern)
        return !*text;
    if (*pattern == '*')
        return matches_by_definition(pattern + 1, text) ||
               (*text && matches_by_definition(pattern, text + 1));
    int escaped = pattern[0] == '\\' && pattern[1] == '*';
    return *text == pattern[escaped] && matches_by_definition(pattern + 1 + escaped, text + 1);
}

/* The n-th text of up to five letters of `alphabet`. */
static void nth_text(const char *alphabet, int n, char out[8])
{
    int letters = (int) strlen(alphabet), i = 0;
    for (; n > 0; n = (n - 1) / letters)
        out[i++] = alphabet[(n - 1) % letters];
    out[i] = '\0';
}

START_TEST(test_pattern_match__agrees_with_its_definition)
{
    char pattern[8], text[8];
    for (int p = 0; p < 1365; p++) {
        nth_text("ab*\\", p, pattern);
        for (int t = 0; t < 364; t++) {
            nth_text("ab*", t, text);
            ck_assert_msg(rk__pattern_match(pattern, text, strlen(text)) ==
                              matches_by_definition(pattern, text),
                          "'%s' and '%s'", pattern, text);
        }
    }
}
END_TEST

START_TEST(test_pattern_match__many_stars_take_no_time)
{
    char pattern[201], text[5000];
    for (int i = 0; i < 100; i++)
        memcpy(pattern + 2 * i, "*a", 2);
    pattern[200] = '\0';
    pattern[199] = 'b';
    memset(text, 'a', sizeof text);
    ck_assert(!rk__pattern_match(pattern, text, sizeof text));
}
END_TEST

UNIT_TESTS("pattern")
{
    tcase_add_test(tc, test_pattern_match__only_the_star_is_special);
    tcase_add_test(tc, test_pattern_match__stops_at_the_length);
    tcase_add_test(tc, test_pattern_match__agrees_with_its_definition);
    tcase_add_test(tc, test_pattern_match__many_stars_take_no_time);
}
