/* SPDX-License-Identifier: MIT
 *
 * workers.c: starting workers, exchanging frames with them, and ending them.
 */
#include "batch/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define SOCKET_BYTES (1 << 20)
/* The lowest number of a descriptor to hand to a worker, above those that it will have. */
#define LOWEST_HANDED 16
/* The most descriptors that a run needs for itself (streams, journal, database, a folder being
 * searched), and for each worker. */
#define FILES_OF_RUN     24
#define FILES_PER_WORKER 3
/* Fetching has shorter limits of its own; this one is for a worker that ignores them. */
#define FETCHING_US ((uint64_t) 900 * 1000000)
/* A busy machine takes long to start a worker, which is not the contract's time. */
#define STARTING_US ((uint64_t) 60 * 1000000)

/* Moves a descriptor above those of a worker; -1 with errno on failure. */
static int lift(int fd)
{
    const int lifted = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_HANDED);
    if (fd >= 0) {
        (void) close(fd);
    }
    return lifted;
}

rk_status rk__workers_new(const rk_batch_options *options, const rk__batch_setup *setup, size_t n,
                          int texts, rk__workers *out, rk_problems *problems)
{
    *out = (rk__workers){.options = options, .setup = *setup, .lock = -1, .texts = -1};
    out->setup.shared = texts >= 0;
    out->all = rk__calloc(n, sizeof *out->all);
    if (out->all == NULL) {
        return RK_NO_MEMORY;
    }
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        out->all[i].fd = -1;
    }
    struct rlimit files;
    const size_t needed = LOWEST_HANDED + FILES_OF_RUN + n * FILES_PER_WORKER;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < needed) {
        return rk__problem(problems, RK_IO, NULL,
                           "raise the limit (`ulimit -n`), or use fewer --jobs",
                           "this process may have %llu open files, and a batch with %zu worker%s "
                           "needs %zu",
                           (unsigned long long) files.rlim_cur, n, n == 1 ? "" : "s", needed);
    }
    out->lock = lift(memfd_create("reckon-lock", MFD_CLOEXEC));
    out->texts = texts < 0 ? -1 : fcntl(texts, F_DUPFD_CLOEXEC, LOWEST_HANDED);
    return out->lock >= 0 ? RK_OK
                          : rk__problem(problems, RK_IO, NULL, NULL,
                                        "cannot share memory with workers: %s", strerror(errno));
}

void rk__workers_dispose(rk__workers *workers)
{
    for (size_t i = 0; workers->all != NULL && i < workers->n; i++) {
        rk__worker *w = &workers->all[i];
        (void) rk__worker_end(w);
        rk__frame_dispose(&w->in);
        rk__buf_dispose(&w->out);
        rk__free(w->queue);
    }
    rk__free(workers->all);
    if (workers->lock >= 0) {
        (void) close(workers->lock);
    }
    if (workers->texts >= 0) {
        (void) close(workers->texts);
    }
}

/* --------------------------------------------------------- starting and ending */

/* The environment, with larger malloc caches for the many small allocations of a contract. They
 * can only be set before a process starts. Freed by the caller. */
static char **environment(void)
{
    static char tunables[] = "GLIBC_TUNABLES=glibc.malloc.tcache_max=65536:"
                             "glibc.malloc.tcache_count=64";
    size_t n = 0;
    while (environ != NULL && environ[n] != NULL) {
        n++;
    }
    char **list = rk__calloc(n + 2, sizeof *list);
    if (list != NULL && n > 0) {
        memcpy(list, environ, n * sizeof *list);
    }
    if (list != NULL && getenv("GLIBC_TUNABLES") == NULL) {
        list[n] = tunables;
    }
    return list;
}

static int spawn(const rk__workers *workers, int socket, int mark, pid_t *pid)
{
    static const char *const own[] = {"/proc/self/exe", "worker", NULL};
    const char *const *argv = workers->options->worker != NULL ? workers->options->worker : own;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    char **variables = environment();
    (void) sigfillset(&defaults);
    (void) posix_spawn_file_actions_init(&actions);
    (void) posix_spawnattr_init(&attributes);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        (void) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    }
    (void) posix_spawn_file_actions_adddup2(&actions, socket, RK__BATCH_SOCKET);
    (void) posix_spawn_file_actions_adddup2(&actions, mark, RK__BATCH_MARK);
    (void) posix_spawn_file_actions_adddup2(&actions, workers->lock, RK__BATCH_LOCK);
    if (workers->texts >= 0) {
        (void) posix_spawn_file_actions_adddup2(&actions, workers->texts, RK__BATCH_TEXTS);
    }
    /* A process group of its own: signals from the terminal are for the parent. */
    (void) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    (void) posix_spawnattr_setsigdefault(&attributes, &defaults);
    const int error = variables == NULL ? ENOMEM
                                        : posix_spawn(pid, argv[0], &actions, &attributes,
                                                      (char *const *) (uintptr_t) argv, variables);
    rk__free(variables);
    (void) posix_spawn_file_actions_destroy(&actions);
    (void) posix_spawnattr_destroy(&attributes);
    return error;
}

static rk_status start_failed(int error, rk_problems *problems)
{
    return rk__problem(problems, RK_IO, NULL, "use --in-process to run without workers",
                       "cannot start a worker: %s", strerror(error));
}

rk_status rk__worker_start(const rk__workers *workers, rk__worker *worker, rk_problems *problems)
{
    int pair[2] = {-1, -1};
    const int size = SOCKET_BYTES;
    const int mark = lift(memfd_create("reckon-mark", MFD_CLOEXEC));
    int error = mark < 0 || ftruncate(mark, sizeof(rk__mark)) != 0 ||
                        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0
                    ? errno
                    : 0;
    pair[1] = lift(pair[1]);
    worker->mark = error != 0
                       ? MAP_FAILED
                       : mmap(NULL, sizeof(rk__mark), PROT_READ | PROT_WRITE, MAP_SHARED, mark, 0);
    pid_t pid = 0;
    if (error == 0) {
        (void) setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        (void) setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        error =
            worker->mark == MAP_FAILED || pair[1] < 0 ? errno : spawn(workers, pair[1], mark, &pid);
    }
    if (mark >= 0) {
        (void) close(mark);
    }
    if (pair[1] >= 0) {
        (void) close(pair[1]);
    }
    worker->fd = pair[0];
    if (worker->mark == MAP_FAILED) {
        worker->mark = NULL;
    }
    if (error != 0 || fcntl(worker->fd, F_SETFL, O_NONBLOCK) != 0) {
        worker->pid = error == 0 ? pid : 0;
        (void) rk__worker_end(worker);
        return start_failed(error, problems);
    }
    worker->pid = pid;
    worker->fresh = true;
    worker->heard_us = rk__microseconds();
    const size_t begin = rk__frame_begin(&worker->out);
    rk__batch_setup_pack(&worker->out, &workers->setup);
    rk__frame_end(&worker->out, begin, RK__BATCH_SETUP);
    return worker->out.failed ? RK_NO_MEMORY : RK_OK;
}

int rk__worker_end(rk__worker *worker)
{
    int how = 0;
    if (worker->fd >= 0) {
        (void) close(worker->fd);
    }
    if (worker->pid > 0) {
        (void) kill(worker->pid, SIGKILL);
        while (waitpid(worker->pid, &how, 0) < 0 && errno == EINTR) {
        }
    }
    if (worker->mark != NULL) {
        (void) munmap(worker->mark, sizeof(rk__mark));
    }
    for (size_t i = worker->first; i < worker->n; i++) {
        rk__block_release(worker->queue[i].block);
        worker->queue[i].block = NULL;
    }
    rk__frame_reset(&worker->in);
    rk__buf_reset(&worker->out);
    *worker = (rk__worker){.fd = -1,
                           .in = worker->in,
                           .out = worker->out,
                           .queue = worker->queue,
                           .capacity = worker->capacity};
    return how;
}

uint64_t rk__worker_deadline(const rk__workers *workers, rk__worker *worker, uint64_t now)
{
    rk__worker *w = worker;
    if (workers->options->timeout_ms == 0 || !rk__worker_runs(w) || w->first == w->n) {
        return UINT64_MAX;
    }
    if (now < w->heard_us + FETCHING_US && atomic_load(&w->mark->fetching)) {
        w->fetched_us = now;
    }
    const uint64_t since = w->fetched_us > w->heard_us ? w->fetched_us : w->heard_us;
    const uint64_t limit = (uint64_t) workers->options->timeout_ms * 1000;
    return since + (w->ready || limit > STARTING_US ? limit : STARTING_US);
}

/* -------------------------------------------------------------- communicating */

bool rk__worker_queue(rk__worker *worker, const rk__batch_item *item)
{
    if (worker->first > 0 && worker->first == worker->n) {
        worker->first = worker->n = 0;
    } else if (worker->first > 256) {
        memmove(worker->queue, worker->queue + worker->first,
                (worker->n - worker->first) * sizeof *worker->queue);
        worker->n -= worker->first;
        worker->first = 0;
    }
    if (rk__grow((void **) &worker->queue, &worker->capacity, worker->n + 1,
                 sizeof *worker->queue) != 0) {
        return false;
    }
    worker->queue[worker->n++] = (rk__dealt){item->index, item->block};
    if (item->block != NULL) {
        item->block->uses++;
    }
    return true;
}

void rk__worker_answered(rk__worker *worker)
{
    rk__block_release(worker->queue[worker->first].block);
    worker->queue[worker->first++].block = NULL;
}

bool rk__worker_send(rk__worker *worker)
{
    while (worker->sent < worker->out.length) {
        const ssize_t n = send(worker->fd, worker->out.text + worker->sent,
                               worker->out.length - worker->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
        worker->sent += (size_t) n;
    }
    worker->sent = 0;
    rk__buf_reset(&worker->out);
    return true;
}

bool rk__worker_receive(rk__worker *worker)
{
    const ssize_t n = rk__frame_read(&worker->in, worker->fd);
    if (n > 0) {
        worker->heard_us = rk__microseconds();
    }
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}
