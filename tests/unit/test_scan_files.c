/* SPDX-License-Identifier: MIT
 *
 * test_scan_files.c: what a scan is pointed at: several files, patterns, columns
 * under other names, gzip and standard input.
 */
#include <unistd.h>
#include <zlib.h>

#include "scan_fixture.h"

/* ------------------------------------------------------------------ many files */

START_TEST(test_scan_run__files_and_patterns_are_one_table)
{
    static const setting variants[] = {{1, 0, 0, 0}, {3, 5, 1, 0}};
    const char *files[] = {"b.csv", "part-?.csv"};
    const rk__table_spec spec = file_spec(files, 2);
    write_file("b.csv", "pod,los\nA,1\nB,2");
    write_file("part-2.csv", "los,extra,pod\n4,,D\n");
    write_file("part-1.csv", "\nPod;x,LOS,pod\n\n,3,C\n");
    const rk__scan_want two[] = {{"pod", RK__CELL_TEXT}, {"los", RK__CELL_INTEGER}};
    for (size_t i = 0; i < 2; i++) {
        char *got = run_scan(&spec, two, 2, &variants[i]);
        ck_assert_msg(strncmp(got, "0@2: A 1|1@3: B 2|2@4: C 3|3@2: D 4|rows 2 ", 43) == 0,
                      "got %s", got);
        rk__free(got);
    }
}
END_TEST

START_TEST(test_scan_open__a_column_in_one_file_only_is_missing)
{
    const char *files[] = {"a.csv", "b.csv"};
    const rk__table_spec spec = file_spec(files, 2);
    write_file("a.csv", "pod,los,cost,flag\n");
    write_file("b.csv", "pod,los,flag\n");
    char *got = run_scan(&spec, wants, N_WANTS, &(setting){.threads = 1});
    ck_assert_ptr_nonnull(strstr(got, "missing-column b.csv:1:0 "));
    rk__free(got);
}
END_TEST

START_TEST(test_scan_open__what_is_not_there_is_a_problem)
{
    const char *files[] = {"none.csv"};
    const char *patterns[] = {"none-*.csv"};
    const rk__table_spec file = file_spec(files, 1);
    const rk__table_spec pattern = file_spec(patterns, 1);
    char *got = run_scan(&file, wants, N_WANTS, &(setting){.threads = 1});
    ck_assert_str_eq(got + strlen(got) - 3, "|io");
    rk__free(got);
    got = run_scan(&pattern, wants, N_WANTS, &(setting){.threads = 1});
    ck_assert_str_eq(got + strlen(got) - 3, "|io");
    rk__free(got);
}
END_TEST

START_TEST(test_scan_open__maps_and_defaults)
{
    const char *files[] = {"f.csv"};
    rk__table_spec spec = file_spec(files, 1);
    const rk__table_map maps[] = {{.column = "los", .header = "SPELL LOS", .value = "7"},
                                  {.column = "pod", .value = "NEL"},
                                  {.column = "cost", .value = "2.5"}};
    spec.maps = maps;
    spec.n_maps = 3;
    write_file("f.csv", "Spell_Los,pod\n3,\n,DC\n \t,\"\"\n");
    char *got = run_scan(&spec, wants, N_WANTS, &(setting){.threads = 1});
    ck_assert_msg(
        strncmp(got, "0@2: NEL 3 2500000 ?|1@3: DC 7 2500000 ?|2@4: NEL 7 2500000 ?|",
                strlen("0@2: NEL 3 2500000 ?|1@3: DC 7 2500000 ?|2@4: NEL 7 2500000 ?|")) == 0,
        "got %s", got);
    rk__free(got);
    const rk__table_map wrong = {.column = "los", .value = "many"};
    spec.maps = &wrong;
    spec.n_maps = 1;
    got = run_scan(&spec, wants, N_WANTS, &(setting){.threads = 1});
    ck_assert_ptr_nonnull(strstr(got, "the default of column 'los': 'many' is not a number|"));
    rk__free(got);
}
END_TEST

/* ------------------------------------------------------- compressed and piped */

static size_t read_bytes(const char *name, char *to, size_t room)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    const size_t n = fread(to, 1, room, f);
    fclose(f);
    return n;
}

/* Appends to a gzip file: one member of it. */
static void write_gzip(const char *name, const char *mode, const char *text, size_t length)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile f = gzopen(path, mode);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, text, (unsigned) length), (int) length);
    ck_assert_int_eq(gzclose(f), Z_OK);
}

/* What stands between the rows and the digests differs; rows and places do not. */
static void same_rows(const char *a, const char *b)
{
    const char *end = strstr(a, "|rows ");
    ck_assert_ptr_nonnull(end);
    ck_assert_int_eq(strncmp(a, b, (size_t) (end - a)), 0);
}

START_TEST(test_scan_run__gzip_is_known_by_its_magic_number)
{
    static char text[4 << 20];
    const char *plain[] = {"large.csv"};
    const char *packed[] = {"large.dat"};
    const rk__table_spec plain_spec = file_spec(plain, 1);
    const rk__table_spec packed_spec = file_spec(packed, 1);
    write_large("large.csv", 20000, false);
    const size_t length = read_bytes("large.csv", text, sizeof text);
    ck_assert_uint_lt(length, sizeof text);
    write_gzip("large.dat", "wb", text, 100);
    write_gzip("large.dat", "ab", text + 100, length - 100);
    char *expected = run_scan(&plain_spec, wants, 3, &(setting){1, 0, 0, 0});
    char *got = run_scan(&packed_spec, wants, 3, &(setting){3, 10000, 0, 0});
    same_rows(expected, got);
    rk__free(got);
    rk__free(expected);
    /* Cut short, and with something behind it. */
    size_t stored = read_bytes("large.dat", text, sizeof text - 10);
    write_bytes("large.dat", text, stored - 20);
    got = run_scan(&packed_spec, wants, 3, &(setting){2, 0, 0, 0});
    ck_assert_ptr_nonnull(strstr(got, "io large.dat:0:0 the file has compressed data that ends"));
    rk__free(got);
    memcpy(text + stored, "\0\0x", 3);
    write_bytes("large.dat", text, stored + 3);
    got = run_scan(&packed_spec, wants, 3, &(setting){2, 0, 0, 0});
    ck_assert_ptr_nonnull(strstr(got, "the file has other data after its compressed data|io"));
    rk__free(got);
    text[stored / 2] = (char) (text[stored / 2] ^ 0x55);
    write_bytes("large.dat", text, stored);
    got = run_scan(&packed_spec, wants, 3, &(setting){2, 0, 0, 0});
    ck_assert_str_eq(got + strlen(got) - 3, "|io");
    rk__free(got);
}
END_TEST

START_TEST(test_scan_run__standard_input_is_a_file)
{
    const char *plain[] = {"large.csv"};
    const char *input[] = {"-"};
    const rk__table_spec plain_spec = file_spec(plain, 1);
    const rk__table_spec input_spec = file_spec(input, 1);
    char command[256];
    write_large("large.csv", 20000, false);
    char *expected = run_scan(&plain_spec, wants, 3, &(setting){1, 0, 0, 0});
    snprintf(command, sizeof command, "cat '%s/large.csv'", folder);
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    ck_assert_int_eq(dup2(fileno(pipe), STDIN_FILENO), STDIN_FILENO);
    char *got = run_scan(&input_spec, wants, 3, &(setting){2, 5000, 0, 0});
    pclose(pipe);
    ck_assert_str_eq(got, expected); /* the digest too */
    rk__free(got);
    rk__free(expected);
}
END_TEST

UNIT_TESTS("scan_files")
{
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_folder, remove_scanned);
    tcase_add_test(tc, test_scan_run__files_and_patterns_are_one_table);
    tcase_add_test(tc, test_scan_open__a_column_in_one_file_only_is_missing);
    tcase_add_test(tc, test_scan_open__what_is_not_there_is_a_problem);
    tcase_add_test(tc, test_scan_open__maps_and_defaults);
    tcase_add_test(tc, test_scan_run__gzip_is_known_by_its_magic_number);
    tcase_add_test(tc, test_scan_run__standard_input_is_a_file);
}
