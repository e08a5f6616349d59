/* SPDX-License-Identifier: MIT
 *
 * Tests of base/text.h, digests.
 */
#include <errno.h>
#include <unistd.h>

#include "base/text.h"
#include "unit.h"

START_TEST(test_digest_sha256__gives_the_published_values)
{
    /* FIPS 180-2, appendix B, and the empty text. */
    static const struct {
        const char *text, *sha256;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[RK__SHA256_TEXT];
        rk__sha256(cases[i].text, strlen(cases[i].text), out);
        ck_assert_str_eq(out, cases[i].sha256);
    }
}
END_TEST

START_TEST(test_digest_sha256_file__is_that_of_its_bytes)
{
    static const size_t sizes[] = {0, 1, 32768, 100001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char path[] = "/tmp/reckoner-digest-XXXXXX", of_bytes[RK__SHA256_TEXT];
        char of_file[RK__SHA256_TEXT];
        char *bytes = malloc(sizes[i] + 1);
        for (size_t j = 0; j < sizes[i]; j++)
            bytes[j] = (char) (j * 31);
        int fd = mkstemp(path);
        ck_assert_int_eq(write(fd, bytes, sizes[i]), (ssize_t) sizes[i]);
        close(fd);
        ck_assert_int_eq(rk__sha256_file(path, of_file), 0);
        unlink(path);
        rk__sha256(bytes, sizes[i], of_bytes);
        free(bytes);
        ck_assert_str_eq(of_file, of_bytes);
    }
}
END_TEST

START_TEST(test_digest_sha256_file__says_why_it_cannot)
{
    char out[RK__SHA256_TEXT] = "old";
    ck_assert_int_eq(rk__sha256_file("/nonexistent/file", out), -1);
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_str_eq(out, "");
    ck_assert_int_eq(rk__sha256_file("/", out), -1);
    ck_assert_int_eq(errno, EISDIR);
}
END_TEST

START_TEST(test_digest_xxh3__does_not_depend_on_the_parts)
{
    char bytes[5000], whole[RK__XXH3_TEXT], parts[RK__XXH3_TEXT];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char) (i * 7);
    rk__xxh3 *state = rk__xxh3_new();
    rk__xxh3_add(state, bytes, sizeof bytes);
    rk__xxh3_text(state, whole);
    rk__xxh3_free(state);
    for (size_t step = 1; step < 1500; step = step * 3 + 1) {
        state = rk__xxh3_new();
        rk__xxh3_add(state, NULL, 0);
        for (size_t i = 0; i < sizeof bytes; i += step)
            rk__xxh3_add(state, bytes + i, i + step > sizeof bytes ? sizeof bytes - i : step);
        rk__xxh3_text(state, parts);
        rk__xxh3_free(state);
        ck_assert_str_eq(parts, whole);
    }
    rk__xxh3_free(NULL);
}
END_TEST

START_TEST(test_digest_xxh3__is_what_xxhsum_prints)
{
    /* XXH3_128bits of nothing, as the algorithm's test vectors give it. */
    char out[RK__XXH3_TEXT];
    rk__xxh3 *state = rk__xxh3_new();
    rk__xxh3_text(state, out);
    ck_assert_str_eq(out, "99aa06d3014798d86001c324468d497f");
    rk__xxh3_free(state);
}
END_TEST

START_TEST(test_digest_xxh3__gives_nothing_without_memory)
{
    rk__alloc_fail_after(0);
    ck_assert_ptr_null(rk__xxh3_new());
    rk__alloc_fail_after(-1);
}
END_TEST

UNIT_TESTS("digest")
{
    tcase_add_test(tc, test_digest_sha256__gives_the_published_values);
    tcase_add_test(tc, test_digest_sha256_file__is_that_of_its_bytes);
    tcase_add_test(tc, test_digest_sha256_file__says_why_it_cannot);
    tcase_add_test(tc, test_digest_xxh3__does_not_depend_on_the_parts);
    tcase_add_test(tc, test_digest_xxh3__is_what_xxhsum_prints);
    tcase_add_test(tc, test_digest_xxh3__gives_nothing_without_memory);
}
