/* SPDX-License-Identifier: MIT
 *
 * apart.c: forking for one contract, and reading what the child gives back.
 */
#include "batch/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's end of the pipe; above it nothing stays open. */
#define REPLY       3
#define REPLY_BYTES ((size_t) 64 << 10)
/* How long a child that has closed it may take to end. */
#define ENDING_MS 500

/* Before the record of a reply. */
typedef struct head {
    uint64_t length, starved;
} head;

/* ------------------------------------------------------------------ the child */

static bool write_all(const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        const ssize_t n = write(REPLY, at, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        at += n;
        length -= (size_t) n;
    }
    return true;
}

static int by_number(const void *a, const void *b)
{
    return *(const int *) a - *(const int *) b;
}

/* Closes all descriptors from `first` on but those that the child keeps. */
static void close_others(rk__apart *apart, int first)
{
    unsigned from = (unsigned) first;
    qsort(apart->keep, apart->n_keep, sizeof *apart->keep, by_number);
    for (size_t i = 0; i < apart->n_keep; i++) {
        const unsigned kept = (unsigned) apart->keep[i];
        if (kept > from) {
            (void) syscall(SYS_close_range, from, kept - 1, 0);
        }
        from = kept >= from ? kept + 1 : from;
    }
    (void) syscall(SYS_close_range, from, ~0U, 0);
}

/* Leaves nothing of the worker's in reach: its descriptors and the page that its parent reads. */
static bool let_go(rk__apart *apart, int reply, pid_t worker)
{
    const int ruleset = apart->confinement.ruleset;
    int first = REPLY + 1;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != worker ||
        dup2(reply, REPLY) != REPLY) {
        return false;
    }
    if (ruleset >= 0) {
        apart->confinement.ruleset = dup2(ruleset, first++);
    }
    close_others(apart, first);
    const struct rlimit none = {0, 0};
    (void) setrlimit(RLIMIT_FSIZE, &none);
    return mremap(apart->private, sizeof *apart->private, sizeof *apart->private,
                  MREMAP_MAYMOVE | MREMAP_FIXED, apart->mark) == (void *) apart->mark &&
           rk__confine(&apart->confinement);
}

static void run_child(rk__apart *apart, int reply, pid_t worker, rk__apart_work *work, void *ctx)
{
    rk__buf record = {0};
    bool starved = false;
    /* The space is for saying so if a rule leaves no memory. */
    if (rk__buf_reserve(&record, REPLY_BYTES) == NULL || !let_go(apart, reply, worker)) {
        _exit(1);
    }
    head announced = {0};
    rk__buf_add(&record, (const char *) &announced, sizeof announced);
    const rk_status status = work(ctx, &record, &starved);
    const bool good = status == RK_OK && !record.failed;
    const size_t length = good ? record.length : sizeof announced;
    announced = (head){.length = length - sizeof announced, .starved = starved || !good};
    memcpy(record.text, &announced, sizeof announced);
    (void) write_all(record.text, length); /* at once: each write would wake the worker */
    _exit(0);
}

/* ----------------------------------------------------------------- the worker */

/* A worker has one thread, so that nothing needs to be held still while it forks. */
static pid_t fork_plainly(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
    return _Fork();
#else
    return fork();
#endif
}

static bool prepare(rk__apart *apart)
{
    if (!apart->prepared) {
        void *page = mmap(NULL, sizeof *apart->private, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        apart->private = page == MAP_FAILED ? NULL : page;
        rk__confinement_prepare(&apart->confinement);
        apart->prepared = true;
    }
    return apart->private != NULL;
}

void rk__apart_dispose(rk__apart *apart)
{
    if (apart->private != NULL) {
        (void) munmap(apart->private, sizeof *apart->private);
    }
    if (apart->prepared && apart->confinement.ruleset >= 0) {
        (void) close(apart->confinement.ruleset);
    }
    *apart = (rk__apart){.mark = apart->mark};
}

/* Reads up to `length` bytes; fewer at the end of the pipe. */
static size_t read_up_to(int fd, char *to, size_t length)
{
    size_t n = 0;
    while (n < length) {
        const ssize_t got = read(fd, to + n, length - n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        n += (size_t) got;
    }
    return n;
}

/* RK_NO_MEMORY, or RK_OK with end->answered if a whole reply has arrived. */
static rk_status read_reply(int fd, size_t most, rk__buf *record, rk__apart_end *end)
{
    head announced = {0};
    if (read_up_to(fd, (char *) &announced, sizeof announced) != sizeof announced) {
        return RK_OK;
    }
    if (announced.length > most) {
        end->too_long = true;
        return RK_OK;
    }
    /* Space for as much as has come, not for as much as was announced. */
    size_t got = 0;
    while (got < announced.length) {
        const size_t left = (size_t) announced.length - got;
        const size_t step = left < (size_t) 1 << 16 ? left : (size_t) 1 << 16;
        char *to = rk__buf_reserve(record, step);
        if (to == NULL) {
            return RK_NO_MEMORY;
        }
        const size_t n = read_up_to(fd, to, step);
        rk__buf_commit(record, n);
        got += n;
        if (n < step) {
            return RK_OK;
        }
    }
    end->answered = true;
    end->starved = announced.starved != 0;
    return RK_OK;
}

/* Waits for the end of a child. One that has answered, or has more to say than it may, is killed
 * at once; one that closed its pipe is given the time to end by itself. */
static int wait_for(pid_t child, bool at_once)
{
    int how = 0;
    const int fd = at_once ? -1 : (int) syscall(SYS_pidfd_open, child, 0U);
    if (fd >= 0) {
        struct pollfd one = {.fd = fd, .events = POLLIN};
        (void) poll(&one, 1, ENDING_MS);
        (void) close(fd);
    }
    if (at_once || fd < 0 || waitpid(child, &how, WNOHANG) != child) {
        (void) kill(child, SIGKILL);
        while (waitpid(child, &how, 0) < 0 && errno == EINTR) {
        }
    }
    return how;
}

rk_status rk__apart_run(rk__apart *apart, rk__apart_work *work, void *ctx, size_t most,
                        rk__buf *record, rk__apart_end *end)
{
    int ends[2];
    const size_t begin = record->length;
    const pid_t worker = getpid();
    *end = (rk__apart_end){0};
    if (!prepare(apart)) {
        return RK_NO_MEMORY;
    }
    memset(apart->private, 0, sizeof *apart->private);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return RK_IO;
    }
    const pid_t child = fork_plainly();
    if (child == 0) {
        run_child(apart, ends[1], worker, work, ctx);
    }
    (void) close(ends[1]);
    const rk_status status = child > 0 ? read_reply(ends[0], most, record, end) : RK_IO;
    (void) close(ends[0]);
    if (child > 0) {
        end->how = wait_for(child, end->answered || end->too_long || status != RK_OK);
    }
    if (status != RK_OK || !end->answered) {
        record->length = begin;
    }
    memcpy(end->rule, apart->private->rule, sizeof end->rule - 1);
    return status;
}
