/* SPDX-License-Identifier: MIT
 *
 * guard_bench.c: what it costs that rules can only read their columns, and that each amount is set
 * to a value that no rule may return.
 *
 *     guard_bench RULES_DIR FOLDER [ROWS [RUNS]]
 *
 * Writes FOLDER/rows.csv with ROWS rows (2,000,000) and a contract that prices them by pbr, and
 * evaluates it on one thread RUNS times (15) with columns mapped twice and as often without, in
 * turn, each in a process of its own. Prints processor time for a row, the fastest of each, and
 * the difference in per cent. Without: this program's mremap fails, and the library falls back to
 * ordinary memory. The preset and the check of amounts are timed alone, in batches.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "reckoner/plugin.h"
#include "reckoner/reckoner.h"

#define BATCH 1024
#define TIMES 2000

static bool unguarded;

/* Stands before the C library's. */
void *mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
    if (unguarded && old_size == 0) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *) syscall(SYS_mremap, old, old_size, new_size, flags, NULL);
}

static double cpu_seconds(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    (void) fprintf(stderr, "guard_bench: %s\n", what);
    exit(1);
}

static void write_files(const char *folder, unsigned long rows, char *contract, size_t size)
{
    static const char *const pods[] = {"NEL", "EL", "DC"};
    char path[512];
    (void) snprintf(path, sizeof path, "%s/rows.csv", folder);
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        fail("the folder cannot be written to");
    }
    (void) fputs("hrg,pod,provider,count,los,age\n", f);
    for (unsigned long i = 0; i < rows; i++) {
        (void) fprintf(f, "H%02lu,%s,P%lu,1,%lu,%lu\n", i * 7 % 50, pods[i % 3], i % 5, i % 31,
                       i % 90);
    }
    (void) fclose(f);
    (void) snprintf(contract, size, "%s/contract.json", folder);
    f = fopen(contract, "w");
    if (f == NULL) {
        fail("the folder cannot be written to");
    }
    (void) fputs(
        "{\"reckoner\": \"contract/1\", \"id\": \"guards\", \"periods\": [{\"id\": \"y\", "
        "\"start\": \"2016-04-01\", \"end\": \"2017-03-31\"}], \"facts\": {\"activity\": "
        "{\"file\": \"rows.csv\"}}, \"tariff\": {\"reckoner\": \"tariff/1\", \"id\": \"t\", "
        "\"tables\": {\"prices\": {\"key\": [\"hrg\"], \"rows\": [",
        f);
    for (int i = 0; i < 50; i++) {
        (void) fprintf(f,
                       "%s{\"hrg\": \"H%02d\", \"price\": \"%d.50\", \"trim_point\": \"9\", "
                       "\"per_diem\": \"200\"}",
                       i > 0 ? ", " : "", i, 500 + 37 * i);
    }
    (void) fputs("]}}}, \"arrangements\": {\"a\": [{\"id\": \"x\", \"rule\": \"pbr\"}]}}", f);
    (void) fclose(f);
}

/* Processor time of one evaluation in a process of its own. */
static double evaluate(const char *rules, const char *path, bool guarded)
{
    int ends[2];
    double took = 0;
    if (pipe(ends) != 0) {
        fail("no pipe");
    }
    const pid_t child = fork();
    if (child == 0) {
        const char *const folders[] = {rules, NULL};
        rk_options options = RK_OPTIONS_INIT;
        rk_problems *problems = rk_problems_new();
        rk_session *session = NULL;
        rk_contract *contract = NULL;
        rk_result *result = NULL;
        unguarded = !guarded;
        options.rules = folders;
        options.jobs = 1;
        rk_status status = rk_session_open(&options, &session, problems);
        if (status == RK_OK) {
            status = rk_contract_load(session, path, &contract, problems);
        }
        const double begin = cpu_seconds();
        if (status == RK_OK) {
            status = rk_evaluate(contract, NULL, &result, problems);
        }
        took = cpu_seconds() - begin;
        if (status != RK_OK) {
            fail(rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message : "failed");
        }
        _exit(write(ends[1], &took, sizeof took) == (ssize_t) sizeof took ? 0 : 1);
    }
    (void) close(ends[1]);
    if (read(ends[0], &took, sizeof took) != (ssize_t) sizeof took) {
        fail("an evaluation failed");
    }
    (void) close(ends[0]);
    (void) waitpid(child, NULL, 0);
    return took;
}

/* Seconds for a row of setting amounts and looking at them, as framework/rows/written.c does. */
static double canaries(void)
{
    static rk_decimal amount[BATCH];
    static uint8_t status[BATCH];
    double best = 1e9;
    unsigned odd = 0;
    for (int round = 0; round < 15; round++) {
        const double begin = cpu_seconds();
        for (int t = 0; t < TIMES; t++) {
            for (size_t i = 0; i < BATCH; i++) {
                amount[i] = RK_AMOUNT_UNWRITTEN;
            }
            __asm__ volatile("" : : "r"(amount), "r"(status) : "memory"); /* the rule */
            unsigned any = 0;
            for (size_t i = 0; i < BATCH; i++) {
                any |= amount[i] == RK_AMOUNT_UNWRITTEN;
            }
            odd |= any;
        }
        const double took = (cpu_seconds() - begin) / TIMES / BATCH;
        best = took < best ? took : best;
    }
    return odd > 1 ? 0 : best;
}

int main(int argc, char **argv)
{
    char contract[512];
    if (argc < 3) {
        fail("usage: guard_bench RULES_DIR FOLDER [ROWS [RUNS]]");
    }
    const unsigned long rows = argc > 3 ? strtoul(argv[3], NULL, 10) : 2000000;
    const int runs = argc > 4 ? atoi(argv[4]) : 15;
    double with = 1e9, without = 1e9;
    write_files(argv[2], rows, contract, sizeof contract);
    (void) evaluate(argv[1], contract, true); /* the file is in memory now */
    for (int i = 0; i < runs; i++) {
        const double a = evaluate(argv[1], contract, i % 2 == 0);
        const double b = evaluate(argv[1], contract, i % 2 != 0);
        const double on = i % 2 == 0 ? a : b, off = i % 2 == 0 ? b : a;
        with = on < with ? on : with;
        without = off < without ? off : without;
    }
    const double canary = canaries();
    (void) printf("read-only columns: %.2f ns a row, %.2f without: %+.1f %%\n",
                  with * 1e9 / (double) rows, without * 1e9 / (double) rows,
                  (with / without - 1) * 100);
    (void) printf("amounts preset and looked at: %.2f ns a row: %+.1f %%\n", canary * 1e9,
                  canary / without * (double) rows * 100);
    return 0;
}
