/* SPDX-License-Identifier: MIT
 *
 * test_csv.c: the definition of CSV, byte by byte, and the kernels that must agree
 * with it on everything.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "csv/csv.h"
#include "number/num.h"
#include "unit.h"
#include "json/json.h"

/* ---------------------------------------------------------------- the iterator */

/* Records as text: fields in brackets, records on lines, faults by letter. */
static void show(rk__buf *out, const char *text, size_t length, char delimiter)
{
    rk__csv_reader reader = {.text = text, .length = length, .delimiter = delimiter, .line = 1};
    rk__csv_record record;
    while (rk__csv_next(&reader, &record) == 1) {
        rk__buf_printf(out, "%u:", record.line);
        for (size_t i = 0; i < record.n_fields; i++) {
            const char *value = record.field[i].text;
            size_t n = record.field[i].length;
            char scratch[256];
            ck_assert_uint_lt(n, sizeof scratch);
            rk__csv_value(&value, &n, scratch);
            rk__buf_printf(out, "[%.*s]", (int) n, value);
        }
        if (record.fault != RK__CSV_OK) {
            rk__buf_printf(out, "!%d@%zu", record.fault, record.fault_at);
        }
        rk__buf_puts(out, "|");
    }
    rk__csv_reader_dispose(&reader);
}

static const struct {
    const char *text;
    const char *expected;
} iterator_cases[] = {
    {"", ""},
    {"\n\n\r\n", ""},
    {"a,b\n1,2\n", "1:[a][b]|2:[1][2]|"},
    {"a,b\r\n1,2", "1:[a][b]|2:[1][2]|"},
    {"\xef\xbb\xbf"
     "a,b\n",
     "1:[a][b]|"},
    {"\n\na\n\nb\n", "3:[a]|5:[b]|"},
    {",\n", "1:[][]|"},
    {"a,b\r", "1:[a][b]|"},
    {"a\rb,c\n", "1:[a\rb][c]|"},
    {"\"a,b\",c\n", "1:[a,b][c]|"},
    {"\"a\nb\",c\nd,e\n", "1:[a\nb][c]|3:[d][e]|"},
    {"\"a \"\"b\"\" c\"\n", "1:[a \"b\" c]|"},
    {"\"\"\"\"\n", "1:[\"]|"},
    {"\"\",\"\"\r\n", "1:[][]|"},
    {"\"\"\n", "1:[]|"},
    {" a\t,\xc2\xa0 b \xc2\xa0\n", "1:[a][b]|"},
    {"\" a \"\n", "1:[ a ]|"},
    {"a\"b,c\nd,e\n", "1:[a\"b][c]!1@1|2:[d][e]|"},
    {"a\"b\nc\",d\n", "1:[a\"b]!1@1|2:[c\"][d]!1@5|"},
    {"a, \"b\"\n", "1:[a][\"b\"]!1@3|"},
    {"\"a\"b,c\nd,e\n", "1:[a\"][c]!2@3|2:[d][e]|"},
    {"\"a\"\r,c\n", "1:[a\"][c]!2@3|"},
    {"\"a\"b\"c\nd\n", "1:[a\"\"]!2@3|2:[d]|"},
    {"a,\"b\nc,d\n", "1:[a][b\nc,d]!3@2|"},
    {"x\"y,\"b\nc", "1:[x\"y][b\n]!3@4|"},
};

START_TEST(test_csv_next__records_fields_and_faults)
{
    rk__buf out = {0};
    const char *text = iterator_cases[_i].text;
    show(&out, text, strlen(text), ',');
    ck_assert_msg(strcmp(out.text ? out.text : "", iterator_cases[_i].expected) == 0,
                  "case %d: got %s, expected %s", _i, out.text, iterator_cases[_i].expected);
    rk__buf_dispose(&out);
}
END_TEST

START_TEST(test_csv_next__takes_other_delimiters)
{
    rk__buf out = {0};
    show(&out, "a,b;\"c;d\"\n", 10, ';');
    ck_assert_str_eq(out.text, "1:[a,b][c;d]|");
    rk__buf_dispose(&out);
}
END_TEST

START_TEST(test_csv_next__says_when_memory_ran_out)
{
    rk__csv_reader reader = {.text = "a,b\n", .length = 4, .delimiter = ',', .line = 1};
    rk__csv_record record;
    rk__alloc_fail_after(0);
    ck_assert_int_eq(rk__csv_next(&reader, &record), -1);
    rk__alloc_fail_after(-1);
    rk__csv_reader_dispose(&reader);
}
END_TEST

START_TEST(test_csv_locate__counts_lines_and_characters)
{
    const char *text = "\"a\n\xc3\xa9\xc3\xa9\",x,y\n";
    uint32_t line;
    uint32_t column;
    rk__csv_locate(text, 0, 7, 9, &line, &column);
    ck_assert_uint_eq(line, 8);
    ck_assert_uint_eq(column, 5);
    rk__csv_locate(text, 0, 7, 0, &line, &column);
    ck_assert_uint_eq(line, 7);
    ck_assert_uint_eq(column, 1);
    ck_assert_uint_eq(rk__csv_count_feeds(text, strlen(text)), 2);
}
END_TEST

/* ---------------------------------------------------------------- csv-spectrum */

static const char *const spectrum[] = {
    "comma_in_quotes", "empty",  "empty_crlf",  "escaped_quotes",      "json", "newlines",
    "newlines_crlf",   "simple", "simple_crlf", "quotes_and_newlines", "utf8"};

static const char *shared_folder(void)
{
    const char *folder = getenv("RK_SHARED");
    return folder ? folder : RK_SOURCE_DIR "/../shared";
}

static void compare_record(const rk__csv_record *header, const rk__csv_record *record,
                           const rk__value *object)
{
    char name[512];
    char value[512];
    ck_assert_uint_eq(record->n_fields, object->count);
    for (size_t i = 0; i < record->n_fields; i++) {
        const char *key = header->field[i].text;
        size_t key_length = header->field[i].length;
        const char *text = record->field[i].text;
        size_t length = record->field[i].length;
        char key_text[512];
        rk__csv_value(&key, &key_length, name);
        rk__csv_value(&text, &length, value);
        snprintf(key_text, sizeof key_text, "%.*s", (int) key_length, key);
        const rk__value *expected = rk__json_get(object, key_text);
        ck_assert_ptr_nonnull(expected);
        ck_assert_uint_eq(length, expected->length);
        ck_assert_mem_eq(text, expected->text, length);
    }
}

START_TEST(test_csv_next__reads_csv_spectrum)
{
    char path[1024];
    char *text;
    size_t length;
    rk__json *expected;
    const char *data = shared_folder();
    snprintf(path, sizeof path, "%s/data/hostile/csv-spectrum/csvs/%s.csv", data, spectrum[_i]);
    if (rk__file_read(path, 1 << 20, &text, &length, NULL) != RK_OK) {
        printf("skipped: csv-spectrum/%s\n", spectrum[_i]);
        return;
    }
    snprintf(path, sizeof path, "%s/data/hostile/csv-spectrum/json/%s.json", data, spectrum[_i]);
    ck_assert_int_eq(rk__json_load(path, &expected, NULL), RK_OK);
    rk__csv_reader reader = {.text = text, .length = length, .delimiter = ',', .line = 1};
    rk__csv_reader rest = reader;
    rk__csv_record header;
    rk__csv_record record;
    ck_assert_int_eq(rk__csv_next(&reader, &header), 1);
    ck_assert_int_eq(rk__csv_next(&rest, &record), 1);
    const rk__value *object = rk__json_root(expected)->first;
    while (rk__csv_next(&rest, &record) == 1) {
        ck_assert_int_eq(record.fault, RK__CSV_OK);
        ck_assert_ptr_nonnull(object);
        compare_record(&header, &record, object);
        object = object->next;
    }
    ck_assert_ptr_null(object);
    rk__csv_reader_dispose(&reader);
    rk__csv_reader_dispose(&rest);
    rk__json_free(expected);
    rk__free(text);
}
END_TEST

/* -------------------------------------------------------------------- kernels */

typedef struct nasty {
    char bytes[700 + RK__CSV_PAD];
    uint32_t length; /* whole records */
    size_t raw;      /* before it was cut at a record's end */
    size_t open;     /* the quote that is never closed, or SIZE_MAX */
} nasty;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Text of mostly separators and quotes; `kind` says how much of each. */
static void make_nasty(nasty *out, uint64_t *random, unsigned kind)
{
    static const char *const alphabets[] = {
        "aaaa,,\n\"\"\r\n",
        "ab,\n",
        "a,\n\"",
        "\"\"\"\"\"\",\n",
        "aaaaaaaaaaaaaaaaaaaaaaaa,\n",
        "a,\r\n\n\n",
        "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n,"};
    const char *alphabet = alphabets[kind % 7];
    const size_t letters = strlen(alphabet);
    out->raw = next_random(random) % 600;
    for (size_t i = 0; i < out->raw; i++) {
        out->bytes[i] = alphabet[next_random(random) % letters];
        /* Well-formed stretches, so that quotes close now and then. */
        if (next_random(random) % 16 == 0 && i + 8 < out->raw) {
            memcpy(out->bytes + i, ",\"a\"\"\n\",", 8);
            i += 7;
        }
    }
    size_t whole = 0;
    out->open = SIZE_MAX;
    for (size_t at = 0; at < out->raw;) {
        rk__csv_measure m;
        rk__csv_measure_record(out->bytes, out->raw, at, ',', &m);
        at = m.end;
        if (m.complete) {
            whole = at;
        } else if (m.fault == RK__CSV_OPEN_QUOTE) {
            out->open = m.fault_at;
        }
    }
    out->length = (uint32_t) whole;
}

/* The text as a kernel sees it: only whole records, zeros after them. */
static char *block_text(const nasty *from, size_t length)
{
    char *text = calloc(1, length + RK__CSV_PAD);
    memcpy(text, from->bytes, length);
    return text;
}

/* Compares everything that a kernel says with what the iterator finds. */
static void check_split(const rk__csv_kernel *kernel, const char *text, uint32_t length,
                        uint32_t n_fields, uint32_t max_rows)
{
    const rk__csv_block block = {
        .text = text, .length = length, .n_fields = n_fields, .delimiter = ','};
    const size_t room = RK__CSV_ENDS(n_fields, max_rows);
    rk__csv_rows rows = {.max_rows = max_rows};
    rows.starts = malloc((max_rows + 1) * sizeof *rows.starts);
    rows.lines = malloc((max_rows + 1) * sizeof *rows.lines);
    rows.ends = malloc(room * sizeof *rows.ends);
    rk__csv_reader reader = {.text = text, .length = length, .delimiter = ',', .line = 1};
    rk__csv_record record;
    while (rows.next < length) {
        kernel->split(&block, &rows);
        for (uint32_t r = 0; r < rows.n; r++) {
            ck_assert_int_eq(rk__csv_next(&reader, &record), 1);
            ck_assert_int_eq(record.fault, RK__CSV_OK);
            ck_assert_uint_eq(record.n_fields, n_fields);
            ck_assert_uint_eq(rows.starts[r], record.start);
            ck_assert_uint_eq(rows.lines[r] + 1, record.line);
            for (uint32_t f = 0; f < n_fields; f++) {
                const uint32_t start =
                    f == 0 ? rows.starts[r] : rows.ends[r * n_fields + f - 1] + 1;
                ck_assert_uint_eq(start, (size_t) (record.field[f].text - text));
                ck_assert_uint_eq(rows.ends[r * n_fields + f] - start, record.field[f].length);
            }
        }
        if (rows.fault != RK__CSV_OK) {
            ck_assert_int_eq(rk__csv_next(&reader, &record), 1);
            ck_assert_uint_eq(rows.starts[rows.n], record.start);
            ck_assert_uint_eq(rows.lines[rows.n] + 1, record.line);
            ck_assert_uint_eq(rows.fault_fields, record.n_fields);
            ck_assert_int_eq(rows.fault,
                             record.fault != RK__CSV_OK ? record.fault : RK__CSV_RAGGED);
            if (record.fault != RK__CSV_OK) {
                ck_assert_uint_eq(rows.fault_at, record.fault_at);
            } else {
                ck_assert_uint_ne(record.n_fields, n_fields);
            }
        } else {
            ck_assert(rows.n == max_rows || rows.next == length);
        }
    }
    ck_assert_int_eq(rk__csv_next(&reader, &record), 0);
    rk__csv_reader_dispose(&reader);
    free(rows.starts);
    free(rows.lines);
    free(rows.ends);
}

START_TEST(test_csv_split__kernels_agree_with_the_definition)
{
    static nasty input;
    uint64_t random = 88172645463325252u + (uint64_t) _i;
    for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
        const rk__csv_kernel *kernel = rk__csv_kernel_at(k);
        for (unsigned round = 0; round < 3000; round++) {
            make_nasty(&input, &random, round);
            char *text = block_text(&input, input.length);
            const uint32_t n_fields = 1 + (uint32_t) (next_random(&random) % 5);
            const uint32_t max_rows = 1 + (uint32_t) (next_random(&random) % 20);
            check_split(kernel, text, input.length, n_fields, max_rows);
            free(text);
        }
    }
}
END_TEST

START_TEST(test_csv_split__many_fields_do_not_overflow)
{
    /* A record of far more fields than asked for, and one that fits exactly. */
    for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
        const uint32_t n = 100000;
        char *text = calloc(1, 2 * n + RK__CSV_PAD);
        memset(text, ',', n);
        text[n - 1] = '\n';
        memset(text + n, ',', n);
        text[2 * n - 1] = '\n';
        check_split(rk__csv_kernel_at(k), text, 2 * n, 3, 4);
        check_split(rk__csv_kernel_at(k), text, 2 * n, n, 4);
        free(text);
    }
}
END_TEST

START_TEST(test_csv_boundary__kernels_agree_with_the_definition)
{
    static nasty input;
    uint64_t random = 1234567891011u + (uint64_t) _i;
    for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
        const rk__csv_kernel *kernel = rk__csv_kernel_at(k);
        for (unsigned round = 0; round < 3000; round++) {
            make_nasty(&input, &random, round);
            char *text = block_text(&input, input.raw);
            /* What follows the text must not matter. */
            memset(text + input.raw, "\"\n,a"[round % 4], RK__CSV_PAD);
            size_t open;
            ck_assert_uint_eq(kernel->boundary(text, input.raw, ',', &open), input.length);
            ck_assert_uint_eq(open, input.open);
            free(text);
        }
    }
}
END_TEST

/* -------------------------------------------------------------------- numbers */

/* Plain: 1 to 8 bytes of digits, with at most one point between them. */
static bool is_plain(const char *text, size_t length, bool points)
{
    size_t n_points = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.') {
            n_points++;
            if (i == 0 || i + 1 == length) {
                return false;
            }
        } else if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return length >= 1 && length <= 8 && n_points <= (points ? 1u : 0u);
}

#define N_CELLS 64

START_TEST(test_csv_numbers__kernels_agree_with_decimal_parse)
{
    static const char *const alphabets[] = {
        "0123456789", "0123456789.", "0.",
        "1.",         "09/:.-+e ",   "0123456789\x01\x7f\x80\xff.\x2f\x3a\xae\xb0"};
    uint64_t random = 99991u + (uint64_t) _i;
    char text[N_CELLS][16];
    uint64_t words[N_CELLS];
    uint64_t lengths[N_CELLS];
    int64_t v[N_CELLS];
    uint8_t plain[N_CELLS];
    for (unsigned round = 0; round < 4000; round++) {
        const char *alphabet = alphabets[round % 6];
        const bool points = round % 7 != 0;
        for (size_t i = 0; i < N_CELLS; i++) {
            for (size_t c = 0; c < 16; c++) {
                text[i][c] = alphabet[next_random(&random) % strlen(alphabet)];
            }
            lengths[i] = next_random(&random) % 11;
            memcpy(&words[i], text[i], 8);
        }
        for (size_t k = 0; rk__csv_kernel_at(k) != NULL; k++) {
            const rk__csv_kernel *kernel = rk__csv_kernel_at(k);
            const size_t n = N_CELLS - round % 8;
            memset(plain, 9, sizeof plain);
            kernel->numbers(words, lengths, n, points, v, plain);
            for (size_t i = 0; i < n; i++) {
                rk_decimal expected;
                const bool is = is_plain(text[i], lengths[i], points);
                ck_assert_msg(plain[i] == is, "%s: '%.*s' is plain: %d", kernel->name,
                              (int) lengths[i], text[i], plain[i]);
                if (is) {
                    ck_assert_int_eq(rk__decimal_parse(text[i], lengths[i], &expected),
                                     RK__DECIMAL_OK);
                    expected /= points ? 1 : RK_DECIMAL_ONE;
                    ck_assert_msg(v[i] == expected, "%s: '%.*s' is %lld", kernel->name,
                                  (int) lengths[i], text[i], (long long) v[i]);
                }
            }
        }
    }
}
END_TEST

START_TEST(test_csv_kernel__the_portable_one_is_always_there)
{
    size_t n = 0;
    while (rk__csv_kernel_at(n) != NULL) {
        n++;
    }
    ck_assert_uint_ge(n, 1);
    ck_assert_str_eq(rk__csv_kernel_at(n - 1)->name, "portable");
    ck_assert_ptr_eq(rk__csv_kernel_best(), rk__csv_kernel_at(0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv");
    TCase *records = tcase_create("records");
    tcase_add_loop_test(records, test_csv_next__records_fields_and_faults, 0,
                        COUNT(iterator_cases));
    tcase_add_test(records, test_csv_next__takes_other_delimiters);
    tcase_add_test(records, test_csv_next__says_when_memory_ran_out);
    tcase_add_test(records, test_csv_locate__counts_lines_and_characters);
    tcase_add_loop_test(records, test_csv_next__reads_csv_spectrum, 0, COUNT(spectrum));
    suite_add_tcase(suite, records);
    TCase *kernels = tcase_create("kernels");
    tcase_set_timeout(kernels, 60);
    tcase_add_loop_test(kernels, test_csv_split__kernels_agree_with_the_definition, 0, 4);
    tcase_add_test(kernels, test_csv_split__many_fields_do_not_overflow);
    tcase_add_loop_test(kernels, test_csv_boundary__kernels_agree_with_the_definition, 0, 4);
    tcase_add_loop_test(kernels, test_csv_numbers__kernels_agree_with_decimal_parse, 0, 4);
    tcase_add_test(kernels, test_csv_kernel__the_portable_one_is_always_there);
    suite_add_tcase(suite, kernels);
    return run_suite(suite);
}
