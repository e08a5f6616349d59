/* SPDX-License-Identifier: MIT
 *
 * watch.c: --watch. Each run is a child, which tells through a pipe what it is going to open and
 * what that file was just then. This process compares: a file is another if it has another inode,
 * size, time or mode, or is gone or back. The kernel wakes it when anything happens in the folders
 * of these files; once a second it looks without being woken, since folders of other machines
 * wake nobody.
 */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"
#include "stop.h"

#define LOOK_MS 1000 /* without being woken */
/* An editor removes, writes and renames in several steps: a file that has changed is read when it
 * has been the same for this long, or has been changing for longer than that. */
#define STILL_MS    100
#define CHANGING_MS 5000

#define EVENTS \
    (IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)

/* What a file was; all 0 if it could not be found. Made by `look`, so that it has no stray bytes:
 * two are compared, and one is sent, as bytes. */
typedef struct state {
    uint64_t device, inode, size, seconds, nanoseconds, mode;
} state;

typedef struct seen {
    char *path;
    state was;
} seen;

typedef struct watching {
    int inotify; /* -1: none can be had */
    seen *files;
    size_t n, capacity;
} watching;

static state look(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 ? (state){0}
                                  : (state){.device = (uint64_t) info.st_dev,
                                            .inode = (uint64_t) info.st_ino,
                                            .size = (uint64_t) info.st_size,
                                            .seconds = (uint64_t) info.st_mtim.tv_sec,
                                            .nanoseconds = (uint64_t) info.st_mtim.tv_nsec,
                                            .mode = (uint64_t) info.st_mode};
}

static bool is_same(state a, state b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* ------------------------------------------------------------------- the child */

/* A message: the state, the length of the path, the path. */
static void tell(void *ctx, const char *path)
{
    const int fd = *(const int *) ctx;
    const size_t length = strlen(path);
    const state now = look(path);
    char message[sizeof now + sizeof length + 8192];
    if (length > 8192) {
        return; /* no file has such a name */
    }
    memcpy(message, &now, sizeof now);
    memcpy(message + sizeof now, &length, sizeof length);
    memcpy(message + sizeof now + sizeof length, path, length);
    (void) cli_write_all(fd, message, sizeof now + sizeof length + length);
}

static _Noreturn void be_child(cli *c, int (*run)(cli *c), int fd, pid_t parent)
{
    cli_stop_hold(false);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(CLI_INPUT);
    }
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
        (void) dup2(nothing, STDIN_FILENO); /* it could be read only once */
    }
    rk_on_open(tell, &fd);
    exit(run(c));
}

/* ------------------------------------------------------------------ the parent */

static void forget(watching *w)
{
    for (size_t i = 0; i < w->n; i++) {
        free(w->files[i].path);
    }
    w->n = 0;
}

/* Has the kernel wake this process when something happens in the folder of a file, or of the
 * nearest that exists. */
static void wake_for(const watching *w, const char *path)
{
    char *folder = cli_copy(path, strlen(path));
    bool done = w->inotify < 0;
    while (!done) {
        char *slash = strrchr(folder, '/');
        const char *name = slash == NULL ? "." : slash == folder ? "/" : folder;
        if (slash != NULL) {
            *slash = '\0';
        }
        done =
            inotify_add_watch(w->inotify, *name != '\0' ? name : "/", EVENTS | IN_MASK_ADD) >= 0 ||
            slash == NULL || slash == folder || (errno != ENOENT && errno != ENOTDIR);
    }
    free(folder);
}

static void add(watching *w, const char *path, size_t length, state was)
{
    for (size_t i = 0; i < w->n; i++) {
        if (strncmp(w->files[i].path, path, length) == 0 && w->files[i].path[length] == '\0') {
            return; /* the first is what the run began with */
        }
    }
    if (w->n == w->capacity) {
        const size_t more = w->capacity > 0 ? w->capacity * 2 : 64;
        seen *files = cli_allocate(more, sizeof *files);
        if (w->n > 0) {
            memcpy(files, w->files, w->n * sizeof *files);
        }
        free(w->files);
        w->files = files;
        w->capacity = more;
    }
    w->files[w->n++] = (seen){cli_copy(path, length), was};
    wake_for(w, w->files[w->n - 1].path);
}

/* Adds what the whole messages in `bytes` tell; returns how many bytes these are. */
static size_t take(watching *w, const char *bytes, size_t n)
{
    size_t at = 0;
    size_t length = 0;
    state was;
    const size_t head = sizeof was + sizeof length;
    while (n - at >= head) {
        memcpy(&was, bytes + at, sizeof was);
        memcpy(&length, bytes + at + sizeof was, sizeof length);
        if (n - at - head < length) {
            break;
        }
        add(w, bytes + at + head, length, was);
        at += head + length;
    }
    return at;
}

/* Until the child closes its end of the pipe, or a signal has come. */
static void listen_to(watching *w, int fd)
{
    static char bytes[1 << 16];
    size_t n = 0;
    for (;;) {
        struct pollfd one = {.fd = fd, .events = POLLIN};
        const int ready = poll(&one, 1, 200);
        if (cli_stop_asked()) {
            return;
        }
        const ssize_t got = ready > 0 ? read(fd, bytes + n, sizeof bytes - n) : -1;
        if (got == 0) {
            return;
        }
        if (got > 0) {
            n += (size_t) got;
            const size_t taken = take(w, bytes, n);
            memmove(bytes, bytes + taken, n - taken);
            n -= taken;
        }
    }
}

/* One run, in a child; false if a signal has ended it. */
static bool run_child(watching *w, cli *c, int (*run)(cli *c), int *code)
{
    int ends[2];
    int how = 0;
    const pid_t parent = getpid();
    (void) fflush(NULL);
    const pid_t child = pipe2(ends, O_CLOEXEC) == 0 ? fork() : -1;
    if (child < 0) {
        *code = cli_say(CLI_INPUT, "cannot start a process: %s", strerror(errno));
        return false;
    }
    if (child == 0) {
        (void) close(ends[0]);
        be_child(c, run, ends[1], parent);
    }
    (void) close(ends[1]);
    forget(w);
    listen_to(w, ends[0]);
    (void) close(ends[0]);
    if (cli_stop_asked()) {
        (void) kill(child, SIGTERM);
    }
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) {
    }
    if (cli_stop_asked()) {
        return false;
    }
    *code = WIFEXITED(how) ? WEXITSTATUS(how) : CLI_RULE;
    /* A folder changes with what this run wrote into it. */
    for (size_t i = 0; i < w->n; i++) {
        const state now = look(w->files[i].path);
        if (S_ISDIR((mode_t) now.mode) && S_ISDIR((mode_t) w->files[i].was.mode)) {
            w->files[i].was = now;
        }
    }
    return true;
}

/* Waits for the kernel or for a time; forgets what the kernel said. */
static void wait_moment(const watching *w, int milliseconds)
{
    static char events[1 << 14];
    struct pollfd one = {.fd = w->inotify, .events = POLLIN};
    if (poll(&one, w->inotify >= 0 ? 1 : 0, milliseconds) > 0) {
        while (read(w->inotify, events, sizeof events) > 0) {
        }
    }
}

/* A file that is another, and what it is now; NULL if none is. */
static seen *find_changed(const watching *w, state *now)
{
    for (size_t i = 0; i < w->n; i++) {
        *now = look(w->files[i].path);
        if (!is_same(*now, w->files[i].was)) {
            return &w->files[i];
        }
    }
    return NULL;
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until a file has changed and stays as it is; NULL if a signal came first. */
static const char *wait_for_change(const watching *w, bool *gone)
{
    state now;
    seen *changed = NULL;
    while ((changed = find_changed(w, &now)) == NULL) {
        wait_moment(w, LOOK_MS);
        if (cli_stop_asked()) {
            return NULL;
        }
    }
    const int64_t began = milliseconds_now();
    int64_t since = began;
    while (milliseconds_now() - since < STILL_MS && milliseconds_now() - began < CHANGING_MS) {
        wait_moment(w, 20);
        if (cli_stop_asked()) {
            return NULL;
        }
        const state later = look(changed->path);
        if (!is_same(later, now)) {
            now = later;
            since = milliseconds_now();
        }
    }
    *gone = now.mode == 0;
    return is_same(now, changed->was) ? "" : changed->path;
}

/* Waits for a change and says what has changed; false if a signal came first. */
static bool next_change(const cli *c, const watching *w)
{
    const char *changed = NULL;
    bool gone = false;
    size_t files = 0;
    for (size_t i = 0; i < w->n; i++) {
        files += !S_ISDIR((mode_t) w->files[i].was.mode);
    }
    if (!c->options.quiet) {
        cli_say(CLI_FINE, "watching %zu file%s; Ctrl-C ends this", files, files == 1 ? "" : "s");
    }
    do {
        changed = wait_for_change(w, &gone);
    } while (changed != NULL && *changed == '\0'); /* it was changed and changed back */
    if (changed != NULL && !c->options.quiet) {
        cli_say(CLI_FINE, "'%s' %s", changed, gone ? "is gone" : "has changed");
    }
    return changed != NULL;
}

int cli_watch(cli *c, int (*run)(cli *c))
{
    watching w = {.inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    int code = -1;
    for (size_t i = 0; i < c->arguments.n; i++) {
        if (strcmp(c->arguments.items[i], "-") == 0) {
            return cli_wrong("--watch reads files again, and standard input can be read only once");
        }
    }
    cli_stop_hold(true);
    while (run_child(&w, c, run, &code) && code != CLI_USAGE && next_change(c, &w)) {
    }
    cli_stop_hold(false);
    forget(&w);
    free(w.files);
    if (w.inotify >= 0) {
        (void) close(w.inotify);
    }
    return code >= 0 ? code : cli_stop("stopped before the first result");
}
