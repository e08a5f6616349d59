/* SPDX-License-Identifier: MIT
 *
 * test_fetch_hostile.c: answers that other projects collected to break HTTP clients,
 * served byte for byte. Each has to end soon, in an error or in exactly its body.
 * Skips where the collections are absent.
 */
#include <ctype.h>
#include <dirent.h>

#include "base/file.h"
#include "fetch_fixture.h"

typedef struct bytes {
    char *text;
    size_t length;
} bytes;

static bool read_shared(const char *name, bytes *out)
{
    char path[1000];
    const char *shared = getenv("RK_SHARED");
    snprintf(path, sizeof path, "%s/data/hostile/%s",
             shared != NULL ? shared : RK_SOURCE_DIR "/../shared", name);
    return rk__file_read(path, 1 << 24, &out->text, &out->length, NULL) == RK_OK;
}

/* The names in a folder of the collections, sorted; 0 where it is absent. */
static int list_shared(const char *name, const char *prefix, char names[100][64])
{
    char path[1000];
    int n = 0;
    struct dirent *entry;
    const char *shared = getenv("RK_SHARED");
    snprintf(path, sizeof path, "%s/data/hostile/%s",
             shared != NULL ? shared : RK_SOURCE_DIR "/../shared", name);
    DIR *dir = opendir(path);
    while (dir != NULL && n < 100 && (entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 && entry->d_name[0] != '.') {
            snprintf(names[n++], 64, "%.63s", entry->d_name);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    qsort(names, (size_t) n, 64, (int (*)(const void *, const void *)) strcmp);
    return n;
}

/* Serves an answer for every path and fetches it. Nothing but the server itself may
 * be contacted, wherever the answer redirects to. */
static rk_status fetch_answer(const bytes *answer, http_ending ending)
{
    static const char *const only[] = {"127.0.0.1", NULL};
    access_rules = (rk__access){.untrusted = true, .allow_host = only};
    options.retries = 0;
    options.timeout_ms = 1500;
    http_server *own = http_server_start(NULL);
    http_server_on(own, "*",
                   &(http_reply){.body = answer->text,
                                 .length = answer->length,
                                 .piece = answer->length > 2000 ? 0 : 13,
                                 .ending = ending});
    http_server_url(own, "/t", url_text, sizeof url_text);
    double start = seconds();
    rk_status status = fetch_url(url_text);
    ck_assert_double_lt(seconds() - start, 2.0);
    http_server_stop(own);
    return status;
}

/* What a lenient reader makes of an answer: what follows the head, as far as it is
 * announced, or its chunks, whatever stands behind their lengths. */
static bytes lenient_body(const bytes *answer)
{
    bytes out = {calloc(1, answer->length + 1), 0};
    ck_assert_ptr_nonnull(out.text);
    const char *lf = memmem(answer->text, answer->length, "\n\n", 2);
    const char *crlf = memmem(answer->text, answer->length, "\n\r\n", 3);
    const char *at = crlf != NULL && (lf == NULL || crlf < lf) ? crlf + 3
                     : lf != NULL                              ? lf + 2
                                                               : NULL;
    const char *end = answer->text + answer->length;
    if (at == NULL) {
        return out;
    }
    size_t length = (size_t) (end - at);
    const char *announced = strcasestr(answer->text, "\nContent-Length:");
    const char *chunked = strcasestr(answer->text, "\nTransfer-Encoding: chunked");
    if (chunked == NULL || chunked > at) {
        size_t n = announced != NULL && announced < at ? strtoul(announced + 16, NULL, 10) : length;
        out.length = n < length ? n : length;
        memcpy(out.text, at, out.length);
        return out;
    }
    for (size_t n = 1; n > 0 && at < end;) {
        n = strtoul(at, NULL, 16);
        at = memchr(at, '\n', (size_t) (end - at));
        if (at == NULL || n > (size_t) (end - at - 1)) {
            break;
        }
        memcpy(out.text + out.length, at + 1, n);
        out.length += n;
        at += n + 1 + strspn(at + n + 1, "\r\n");
    }
    return out;
}

/* -------------------------------------------------------------------- llhttp */

/* A block of a test page between "```KIND\n" and "\n```", or NULL; *at moves past it. */
static const char *next_block(const char **at, const char *kind, size_t *length)
{
    char fence[20];
    snprintf(fence, sizeof fence, "```%s\n", kind);
    const char *begin = strstr(*at, fence);
    if (begin == NULL) {
        return NULL;
    }
    begin += strlen(fence);
    const char *end = strstr(begin, "```");
    ck_assert_ptr_nonnull(end);
    *length = (size_t) (end - begin);
    *at = end + 3;
    return begin;
}

static size_t escaped(const char *text, size_t left, char *out)
{
    static const char names[] = "rntf", values[] = "\r\n\t\f";
    const char *found = left > 1 ? memchr(names, text[1], 4) : NULL;
    if (found != NULL) {
        *out = values[found - names];
        return 2;
    }
    if (left > 3 && text[1] == 'x' && isxdigit((unsigned char) text[2])) {
        char hex[3] = {text[2], text[3], '\0'};
        *out = (char) strtol(hex, NULL, 16);
        return 4;
    }
    *out = '\\';
    return 1;
}

/* The bytes that a block stands for: a line ends in CR LF, unless in a backslash. */
static bytes unfold(const char *text, size_t length)
{
    bytes out = {malloc(2 * length + 1), 0};
    ck_assert_ptr_nonnull(out.text);
    if (length > 0 && text[length - 1] == '\n') {
        length--;
    }
    for (size_t i = 0; i < length;) {
        if (text[i] == '\\' && i + 1 < length && text[i + 1] == '\n') {
            i += 2;
        } else if (text[i] == '\\') {
            i += escaped(text + i, length - i, &out.text[out.length++]);
        } else if (text[i] == '\n') {
            out.text[out.length++] = '\r';
            out.text[out.length++] = text[i++];
        } else {
            out.text[out.length++] = text[i++];
        }
    }
    out.text[out.length] = '\0';
    return out;
}

/* The body that llhttp saw in the first message of an answer. */
static bytes body_in_log(const char *log, size_t length, const bytes *answer)
{
    bytes out = {malloc(answer->length + 1), 0};
    ck_assert_ptr_nonnull(out.text);
    for (const char *line = log; line < log + length; line = strchr(line, '\n') + 1) {
        size_t off = 0, n = 0;
        int end = 0;
        if (sscanf(line, "off=%zu len=%zu span[body]=%n", &off, &n, &end) == 2 && end > 0) {
            ck_assert_uint_le(off + n, answer->length);
            memcpy(out.text + out.length, answer->text + off, n);
            out.length += n;
        } else if (strncmp(line + strcspn(line, " \n"), " message complete", 17) == 0) {
            break;
        }
    }
    return out;
}

/* Returns how often the answer was taken. */
static int check_answer(const char *page, int number, const bytes *answer, const bytes *body)
{
    static const http_ending endings[] = {HTTP_CLOSE, HTTP_RESET};
    int taken = 0;
    for (int i = 0; i < 2; i++) {
        rk_status status = fetch_answer(answer, endings[i]);
        if (status == RK_OK) {
            taken++;
            ck_assert_msg(
                got.length == body->length && memcmp(got.text, body->text, body->length) == 0,
                "%s, answer %d: '%.*s' gave '%s' and not '%.*s'", page, number,
                (int) answer->length, answer->text, got.text, (int) body->length, body->text);
        }
    }
    return taken;
}

START_TEST(test_fetch_hostile__answers_of_llhttp_end_in_an_error_or_their_body)
{
    static char names[100][64];
    int n = list_shared("http-llhttp/test/response", "", names), answers = 0, fine = 0;
    if (n == 0) {
        printf("skipped: http-llhttp is absent\n");
        return;
    }
    for (int i = 0; i < n; i++) {
        char name[200];
        bytes page;
        snprintf(name, sizeof name, "http-llhttp/test/response/%.63s", names[i]);
        ck_assert(read_shared(name, &page));
        const char *at = page.text, *block, *log;
        size_t length, log_length;
        while ((block = next_block(&at, "http", &length)) != NULL &&
               (log = next_block(&at, "log", &log_length)) != NULL) {
            bytes answer = unfold(block, length);
            /* What llhttp is too strict for, libcurl may take, but as one can read it. */
            bool strict = memmem(log, log_length, "error code=", 11) != NULL;
            bytes body = strict ? lenient_body(&answer) : body_in_log(log, log_length, &answer);
            fine += check_answer(names[i], ++answers, &answer, &body);
            free(answer.text);
            free(body.text);
        }
        rk__free(page.text);
    }
    ck_assert_int_ge(answers, 80);
    ck_assert_int_ge(fine, 5); /* or nothing would have been looked at */
}
END_TEST

/* ---------------------------------------------------------------------- curl */

static int base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    return found != NULL ? (int) (found - digits) : -1;
}

static bytes from_base64(const char *text, size_t length)
{
    bytes out = {malloc(length + 1), 0};
    unsigned word = 0;
    int bits = 0;
    ck_assert_ptr_nonnull(out.text);
    for (size_t i = 0; i < length; i++) {
        int digit = base64_digit(text[i]);
        if (digit >= 0) {
            word = word << 6 | (unsigned) digit;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                out.text[out.length++] = (char) (word >> bits);
            }
        }
    }
    out.text[out.length] = '\0';
    return out;
}

/* Replaces "%repeat[N x TEXT]%", the one thing that is more than a name here. */
static bytes repeated(const char *text, size_t length)
{
    unsigned times = 0;
    char what[40] = "";
    const char *at = memmem(text, length, "%repeat[", 8);
    if (at == NULL || sscanf(at, "%%repeat[%u x %39[^]]]%%", &times, what) != 2) {
        bytes same = {malloc(length + 1), length};
        ck_assert_ptr_nonnull(same.text);
        memcpy(same.text, text, length);
        same.text[length] = '\0';
        return same;
    }
    const char *end = strstr(at, "]%") + 2;
    bytes out = {malloc(length + (size_t) times * strlen(what) + 1), (size_t) (at - text)};
    ck_assert_ptr_nonnull(out.text);
    memcpy(out.text, text, out.length);
    for (unsigned i = 0; i < times; i++) {
        memcpy(out.text + out.length, what, strlen(what));
        out.length += strlen(what);
    }
    memcpy(out.text + out.length, end, length - (size_t) (end - text));
    out.length += length - (size_t) (end - text);
    out.text[out.length] = '\0';
    return out;
}

/* What a case has the server send first. */
static bytes data_of(const char *text)
{
    const char *begin = strstr(text, "<data");
    const char *end = begin != NULL ? strstr(begin, "</data") : NULL;
    if (end == NULL) {
        return (bytes){calloc(1, 1), 0};
    }
    bool base64 = memmem(begin, strcspn(begin, ">"), "base64", 6) != NULL;
    begin = strchr(begin, '\n') + 1;
    size_t length = begin < end ? (size_t) (end - begin) : 0;
    return base64 ? from_base64(begin, length) : repeated(begin, length);
}

START_TEST(test_fetch_hostile__answers_of_curls_tests_end_in_an_error_or_their_body)
{
    static char names[100][64];
    int n = list_shared("http-curl/cases", "test", names), fine = 0;
    if (n == 0) {
        printf("skipped: http-curl is absent\n");
        return;
    }
    for (int i = 0; i < n; i++) {
        char name[200];
        bytes file;
        snprintf(name, sizeof name, "http-curl/cases/%.63s", names[i]);
        ck_assert(read_shared(name, &file));
        bytes answer = data_of(file.text);
        bytes body = lenient_body(&answer);
        fine += check_answer(names[i], 0, &answer, &body);
        free(answer.text);
        free(body.text);
        rk__free(file.text);
    }
    ck_assert_int_ge(n, 30);
    ck_assert_int_ge(fine, 1);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("hostile");
    tcase_add_test(tests, test_fetch_hostile__answers_of_llhttp_end_in_an_error_or_their_body);
    tcase_add_test(tests, test_fetch_hostile__answers_of_curls_tests_end_in_an_error_or_their_body);
    return run_suite(suite_create("fetch_hostile"), tests);
}
