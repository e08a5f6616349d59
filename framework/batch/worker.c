/* SPDX-License-Identifier: MIT
 *
 * worker.c: the process that evaluates contracts. It drops privileges before it loads any
 * rule, and exits when its parent closes the connection or dies.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "batch/evaluator.h"

/* Replies are sent when there are this many bytes or the first is this old. A longer delay would
 * look like a contract that does not finish. */
#define FLUSH_BYTES ((size_t) 192 << 10)
#define FLUSH_US    5000

#define NOT_A_WORKER 2
#define LOST_PARENT  3

/* --------------------------------------------------------------- confinement */

static void limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit now;
    if (getrlimit(resource, &now) == 0 && (now.rlim_max == RLIM_INFINITY || value < now.rlim_max)) {
        const struct rlimit lower = {value, value};
        (void) setrlimit(resource, &lower);
    }
}

/* No further privileges, no core files, no open files but the connection; the first process to
 * be killed if the machine runs out of memory. */
static void confine(void)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void) signal(SIGPIPE, SIG_IGN);
    (void) signal(SIGXFSZ, SIG_IGN);
    (void) signal(SIGINT, SIG_IGN);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 256);
#ifdef SYS_close_range
    (void) syscall(SYS_close_range, RK__BATCH_TEXTS + 1, ~0U, 0);
#endif
    /* A worker computes, so the parent is scheduled before the workers that it gives work to. */
    (void) sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
    (void) umask(077);
    const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) {
        const ssize_t ignored = write(score, "500", 3);
        (void) ignored;
        (void) close(score);
    }
}

/* Limits the memory beyond what the process has at the start, which is mostly mapped libraries. */
static void limit_memory(uint64_t bytes)
{
    unsigned long pages = 0;
    FILE *f = bytes > 0 ? fopen("/proc/self/statm", "re") : NULL;
    if (f != NULL) {
        /* The number comes from the kernel: NOLINTNEXTLINE(cert-err34-c) */
        const bool known = fscanf(f, "%lu", &pages) == 1;
        (void) fclose(f);
        if (known) {
            limit(RLIMIT_AS, (rlim_t) (pages * (unsigned long) sysconf(_SC_PAGESIZE) + bytes));
        }
    }
}

/* Keeps freed memory for the next contract: returning it to the system would cost more than
 * evaluating a small contract. */
static void keep_memory(void)
{
    (void) mallopt(M_MMAP_THRESHOLD, 32 << 20);
    (void) mallopt(M_TRIM_THRESHOLD, 64 << 20);
    (void) mallopt(M_TOP_PAD, 1 << 20);
    (void) mallopt(M_ARENA_MAX, 1);
}

/* ------------------------------------------------------------------- serving */

typedef struct serving {
    rk__evaluator *evaluator;
    rk__mark *mark;
    const char *texts; /* shared memory with contracts; or NULL */
    rk__frame_reader in;
    rk__buf out;
    uint64_t now_us, flushed_us;
} serving;

static bool flush(serving *s)
{
    size_t sent = 0;
    while (sent < s->out.length) {
        const ssize_t n = write(RK__BATCH_SOCKET, s->out.text + sent, s->out.length - sent);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        sent += (size_t) n;
    }
    rk__buf_reset(&s->out);
    s->now_us = s->flushed_us = rk__microseconds();
    return true;
}

/* Waits for the next frame; false at the end of the connection. */
static bool next_frame(serving *s, rk__frame *frame)
{
    rk__frame_state state;
    while ((state = rk__frame_next(&s->in, frame)) == RK__FRAME_PART) {
        const ssize_t n = rk__frame_read(&s->in, RK__BATCH_SOCKET);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return false;
        }
    }
    return state == RK__FRAME_WHOLE;
}

static bool serve_one(serving *s, const rk__batch_job *job)
{
    bool starved = false;
    const uint64_t begun =
        s->now_us; /* the end of the previous contract, or the start of the task */
    s->mark->index = job->index;
    s->mark->contract[0] = '\0';
    s->mark->rule[0] = '\0';
    const size_t begin = rk__frame_begin(&s->out);
    rk__pack_number(&s->out, job->index);
    const size_t head = s->out.length;
    rk__pack_number(&s->out, 0); /* the time taken, set below */
    rk__pack_number(&s->out, 0); /* whether memory was short, set below */
    const rk_status status = rk__evaluator_run(s->evaluator, job, &s->out, &starved);
    if (status != RK_OK || s->out.failed) {
        return false; /* not even memory for a reply: the parent sees that the worker has ended */
    }
    s->now_us = rk__microseconds();
    const uint64_t numbers[2] = {s->now_us - begun, starved};
    memcpy(s->out.text + head, numbers, sizeof numbers);
    rk__frame_end(&s->out, begin, RK__BATCH_REPLY);
    return (s->out.length < FLUSH_BYTES && s->now_us - s->flushed_us < FLUSH_US) || flush(s);
}

static bool serve_task(serving *s, const rk__frame *frame)
{
    rk__unpack in = {.at = frame->body, .end = frame->body + frame->length};
    s->now_us = s->flushed_us = rk__microseconds();
    while (in.at < in.end) {
        rk__batch_job job;
        if (!rk__batch_job_unpack(&in, s->texts, &job) || !serve_one(s, &job)) {
            return false;
        }
    }
    return flush(s);
}

static int serve(serving *s)
{
    rk__frame frame;
    rk__arena arena = {0};
    rk__batch_setup setup;
    rk__buf kept = {0};
    if (!next_frame(s, &frame) || frame.kind != RK__BATCH_SETUP) {
        return LOST_PARENT;
    }
    rk__buf_add(&kept, frame.body, frame.length);
    rk__unpack in = {.at = kept.text, .end = kept.text + kept.length};
    int code = LOST_PARENT;
    if (!kept.failed && rk__batch_setup_unpack(&in, &arena, &setup)) {
        s->texts = setup.shared ? rk__texts_map(RK__BATCH_TEXTS) : NULL;
        (void) close(RK__BATCH_TEXTS);
        limit_memory(setup.memory_bytes);
        (void) rk__evaluator_new(&setup, s->mark, RK__BATCH_LOCK, &s->evaluator, NULL);
    }
    if (s->evaluator != NULL) {
        rk__frame_end(&s->out, rk__frame_begin(&s->out), RK__BATCH_READY);
        bool going = !s->out.failed && flush(s);
        while (going && next_frame(s, &frame)) {
            going = frame.kind == RK__BATCH_TASK && serve_task(s, &frame);
        }
        code = going ? 0 : LOST_PARENT;
        rk__evaluator_free(s->evaluator);
    }
    rk__buf_dispose(&kept);
    rk__arena_dispose(&arena);
    return code;
}

int rk_batch_worker(void)
{
    struct stat status;
    if (fstat(RK__BATCH_SOCKET, &status) != 0 || !S_ISSOCK(status.st_mode)) {
        return NOT_A_WORKER;
    }
    confine();
    keep_memory();
    rk__mark *mark =
        mmap(NULL, sizeof *mark, PROT_READ | PROT_WRITE, MAP_SHARED, RK__BATCH_MARK, 0);
    if (mark == MAP_FAILED) {
        return NOT_A_WORKER;
    }
    (void) close(RK__BATCH_MARK);
    serving s = {.mark = mark};
    const int code = serve(&s);
    rk__frame_dispose(&s.in);
    rk__buf_dispose(&s.out);
    (void) munmap(mark, sizeof *mark);
    return code;
}
