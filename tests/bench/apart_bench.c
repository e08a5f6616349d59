/* SPDX-License-Identifier: MIT
 *
 * apart_bench.c: what a confined process for each contract costs, beside a bare process.
 *
 *     apart_bench RULES_DIR RULE CONTRACT [TIMES [MOST]]
 *
 * In turn TIMES times (500): forks a child that writes a byte to a pipe and ends, and waits for it;
 * and evaluates CONTRACT in a confined child, as a worker of a batch does, with RULE (which
 * RULES_DIR has) sealed by this process and loaded by the child. Microseconds of each, medians, and
 * their ratio: elapsed, and of processor time, parent and child, which other work on the machine
 * changes least. Exits with 1 if the ratio of processor time is above MOST.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "batch/apart.h"
#include "contract/session.h"
#include "rules/registry.h"

typedef struct moment {
    double elapsed, processor; /* us */
} moment;

static double used(int who)
{
    struct rusage usage;
    (void) getrusage(who, &usage);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static moment now(void)
{
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (moment){(double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3,
                    used(RUSAGE_SELF) + used(RUSAGE_CHILDREN)};
}

static moment since(moment begin)
{
    const moment end = now();
    return (moment){end.elapsed - begin.elapsed, end.processor - begin.processor};
}

static moment bare(void)
{
    int ends[2];
    char byte = 0;
    const moment begin = now();
    if (pipe(ends) != 0) {
        exit(1);
    }
    const pid_t child = fork();
    if (child == 0) {
        _exit(write(ends[1], &byte, 1) == 1 ? 0 : 1);
    }
    (void) close(ends[1]);
    while (read(ends[0], &byte, 1) == 1) {
    }
    (void) close(ends[0]);
    (void) waitpid(child, NULL, 0);
    return since(begin);
}

static rk_status work(void *ctx, rk__buf *record, bool *starved)
{
    rk_result *result = NULL;
    rk_problems *problems = rk_problems_new();
    const rk_status status = rk_evaluate(ctx, NULL, &result, problems);
    *starved = false;
    if (status == RK_OK) {
        rk__buf_puts(record, rk_result_total(result));
    }
    return status;
}

static moment apart(rk__apart *a, rk_session *session, rk_contract *contract, const char *rule)
{
    rk__buf record = {0};
    rk__apart_end end;
    const moment begin = now();
    rk__registry_seal(session->registry, rule);
    a->n_keep = rk__registry_sealed(session->registry, a->keep, RK__APART_KEEP);
    const rk_status status = rk__apart_run(a, work, contract, 1 << 20, &record, &end);
    const moment took = since(begin);
    if (status != RK_OK || !end.answered || record.length == 0) {
        (void) fprintf(stderr, "apart_bench: a child gave no result\n");
        exit(1);
    }
    rk__buf_dispose(&record);
    return took;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}

static double median(double *values, int n)
{
    qsort(values, (size_t) n, sizeof *values, by_value);
    return values[n / 2];
}

int main(int argc, char **argv)
{
    const int times = argc > 4 ? atoi(argv[4]) : 500;
    if (argc < 4 || times < 1) {
        (void) fprintf(stderr, "usage: apart_bench RULES_DIR RULE CONTRACT [TIMES [MOST]]\n");
        return 2;
    }
    const char *const folders[] = {argv[1], NULL};
    rk_options options = RK_OPTIONS_INIT;
    rk_session *session = NULL;
    rk_contract *contract = NULL;
    rk_problems *problems = rk_problems_new();
    options.rules = folders;
    options.jobs = 1;
    rk_status status = rk_session_open(&options, &session, problems);
    if (status == RK_OK) {
        status = rk_contract_load(session, argv[3], &contract, problems);
    }
    rk__mark *const mark =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    double *const took = calloc(4 * (size_t) times, sizeof *took);
    if (status != RK_OK || mark == MAP_FAILED || took == NULL) {
        (void) fprintf(stderr, "apart_bench: %s\n",
                       rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message
                                                       : "failed");
        return 1;
    }
    /* As batch/worker.c prepares itself. */
    (void) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void) mallopt(M_MMAP_THRESHOLD, 32 << 20);
    (void) mallopt(M_TRIM_THRESHOLD, 64 << 20);
    (void) mallopt(M_TOP_PAD, 1 << 20);
    for (int i = 0; i < 4; i++) {
        (void) !dup(STDERR_FILENO); /* a worker has its connection at these numbers */
    }
    rk__apart a = {.mark = mark};
    session->mark = mark;
    for (int i = 0; i < times; i++) {
        const moment plain = bare(), confined = apart(&a, session, contract, argv[2]);
        took[i] = plain.elapsed;
        took[times + i] = confined.elapsed;
        took[2 * times + i] = plain.processor;
        took[3 * times + i] = confined.processor;
    }
    double ratio = 0;
    for (int kind = 0; kind < 2; kind++) {
        const double plain = median(took + 2 * kind * times, times);
        const double confined = median(took + (2 * kind + 1) * times, times);
        ratio = confined / plain;
        (void) printf("%s: bare process %.0f us; confined, with the rule loaded and a contract "
                      "evaluated, %.0f us: %.2f times\n",
                      kind == 0 ? "elapsed" : "processor time", plain, confined, ratio);
    }
    free(took);
    rk_contract_free(contract);
    rk_session_close(session);
    rk_problems_free(problems);
    return argc > 5 && ratio > atof(argv[5]) ? 1 : 0;
}
