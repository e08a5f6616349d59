/* SPDX-License-Identifier: MIT
 *
 * trial.c: runs the groups of tests of a rule, each in a process of its own, and gathers what
 * they find.
 */
#include "trial/trial.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/digest.h"
#include "rules/load.h"
#include "rules/trust.h"
#include "trial/findings.h"

/* A call of a rule that lasts longer will not come back. */
#define CALL_SECONDS 5
#define GLANCE_MS    200

#define HANDLED 99 /* a child's exit code after it has said how it crashed */

/* Loading runs the file's constructors. */
static void load(rk__trial_run *run)
{
    rk__trial_effects before;
    rk__trial_at(run, RK__TRIAL_LOADS, "loading");
    rk__trial_look(&before);
    rk__arena arena = {0};
    rk__refusal why = {0};
    mode_t mode = 0;
    rk__rule rule = {.path = (char *) (uintptr_t) run->options->path, .trust = run->trust};
    if (!rk__rule_identify(&rule, &mode, &arena, &why) || !rk__rule_load(&rule, &arena, &why)) {
        rk__trial_say(run, 'F', RK__TRIAL_LOADS, "it is refused: %s", why.reason);
    } else {
        rk__trial_say(run, 'P', RK__TRIAL_LOADS, "'%s' %s, interface %u.%u", rule.id, rule.version,
                      rule.abi_major, rule.abi_minor);
        rk__trial_compare_effects(run, &before, "loading");
    }
}

/* ------------------------------------------------------------- in the parent */

typedef struct trial_child {
    rk__trial_run run;
    void (*tests)(rk__trial_run *run);
} trial_child;

/* Lets the rule be at other addresses, and find other bytes in memory that it has not set: its
 * results are compared with those of a process that does not do this. */
static void move_memory(void)
{
    (void) mallopt(M_PERTURB, 0x5A);
    for (size_t pages = 1; pages < 40; pages++) { /* a gap that the rule's file would fit in, too */
        (void) mmap(NULL, 4096 * pages, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    void *volatile lost = malloc(4096 * 3 + 64); /* kept until the process ends */
    (void) lost;
}

static _Noreturn void run_child(trial_child *child)
{
    /* What a rule prints must not reach the report. */
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void) dup2(null, STDIN_FILENO);
    (void) dup2(null, STDOUT_FILENO);
    (void) dup2(null, STDERR_FILENO);
    rk__trial_catch(&child->run);
    rk_running_record(child->run.mark->running);
    if (child->run.reversed) {
        move_memory();
    }
    if (child->run.options->confine) {
        rk__confinement found;
        rk__confinement_prepare(&found);
        if (!rk__confine(&found)) {
            rk__trial_say(&child->run, 'F', RK__TRIAL_LOADS, "its process cannot be confined");
            _exit(0);
        }
    }
    child->tests(&child->run);
    rk__trial_say(&child->run, 'E', "end", "end");
    _exit(0);
}

static void blame(rk__trial_findings *findings, const rk__trial_mark *mark, const char *what)
{
    char text[400];
    (void) snprintf(text, sizeof text, "%s, %.150s", what, mark->at);
    rk__trial_add(findings, RK_TRIAL_FAILED, mark->check[0] != '\0' ? mark->check : RK__TRIAL_LOADS,
                  text);
}

/* What the parent saw of the calls of a child. */
typedef struct rk__trial_calls {
    uint32_t count[RK_RUNNING_SLOTS];
    uint64_t since[RK_RUNNING_SLOTS]; /* when that call was seen first */
} rk__trial_calls;

/* Whether one call of a rule has lasted for `most` nanoseconds. */
static bool is_stuck(const rk__trial_mark *mark, rk__trial_calls *seen, uint64_t now, uint64_t most)
{
    bool stuck = false;
    for (size_t i = 0; i < RK_RUNNING_SLOTS; i++) {
        uint32_t count;
        memcpy(&count, mark->running[i] + RK_RUNNING_CALLS, sizeof count);
        if (mark->running[i][0] == '\0' || count != seen->count[i]) {
            seen->count[i] = count;
            seen->since[i] = now;
        }
        stuck = stuck || now - seen->since[i] >= most;
    }
    return stuck;
}

/* Reads a child's lines until it ends or its time is up. False if it took too long. */
static bool read_child(const rk__trial_run *run, int fd, rk__buf *out)
{
    const uint64_t seconds = run->options->seconds;
    const uint64_t most = seconds < CALL_SECONDS ? seconds : CALL_SECONDS;
    const uint64_t until = rk__nanoseconds() + seconds * UINT64_C(1000000000);
    rk__trial_calls seen = {0};
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        const int ready = poll(&poll_fd, 1, GLANCE_MS);
        const uint64_t now = rk__nanoseconds();
        if (now >= until || is_stuck(run->mark, &seen, now, most * UINT64_C(1000000000))) {
            return false;
        }
        if (ready == 0) {
            continue;
        }
        char *to = ready > 0 ? rk__buf_reserve(out, 4096) : NULL;
        const ssize_t n = to != NULL ? read(fd, to, 4096) : -1;
        if (n > 0) {
            rk__buf_commit(out, (size_t) n);
        } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
            return true;
        }
    }
}

static void end_child(rk__trial_findings *findings, const trial_child *child, int status,
                      bool in_time, const char *lines)
{
    char what[160];
    if (!in_time) {
        (void) snprintf(what, sizeof what, "it did not come back in time");
        blame(findings, child->run.mark, what);
    } else if (WIFSIGNALED(status)) {
        (void) snprintf(what, sizeof what, "it ended the process by signal %d (%s)",
                        WTERMSIG(status), strsignal(WTERMSIG(status)));
        blame(findings, child->run.mark, what);
    } else if (WEXITSTATUS(status) != HANDLED && strstr(lines, "E\tend\tend") == NULL) {
        (void) snprintf(what, sizeof what, "it ended the process with exit code %d",
                        WEXITSTATUS(status));
        blame(findings, child->run.mark, what);
    }
}

static void run_group(rk__trial_findings *findings, const rk__trial_run *run, bool reversed,
                      void (*tests)(rk__trial_run *run))
{
    int fds[2];
    rk__buf lines = {0};
    trial_child child = {*run, tests};
    child.run.reversed = reversed;
    child.run.mark = mmap(NULL, sizeof(rk__trial_mark), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (child.run.mark == MAP_FAILED || pipe2(fds, O_CLOEXEC) != 0) {
        rk__trial_add(findings, RK_TRIAL_SKIPPED, RK__TRIAL_LOADS, "out of memory");
        return;
    }
    (void) fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) {
        (void) close(fds[0]);
        child.run.out = fds[1];
        run_child(&child);
    }
    (void) close(fds[1]);
    int status = 0;
    const bool in_time = read_child(&child.run, fds[0], &lines);
    if (!in_time) {
        (void) kill(pid, SIGKILL);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    rk__trial_take(findings, lines.text != NULL ? lines.text : "");
    end_child(findings, &child, status, in_time, lines.text != NULL ? lines.text : "");
    findings->looped = findings->looped || !in_time;
    (void) close(fds[0]);
    (void) munmap(child.run.mark, sizeof(rk__trial_mark));
    rk__buf_dispose(&lines);
}

static bool failed(const rk__trial_findings *findings, const char *check)
{
    for (size_t i = 0; i < findings->n; i++) {
        if (findings->at[i].outcome == RK_TRIAL_FAILED &&
            strcmp(findings->at[i].check, check) == 0) {
            return true;
        }
    }
    return false;
}

static void run_all(rk__trial_findings *findings, rk__trial_run *run)
{
    static const struct {
        void (*tests)(rk__trial_run *run);
        bool reversed;
    } groups[] = {{rk__trial_vectors, false},  {rk__trial_rows, false},
                  {rk__trial_rows, true},      {rk__trial_documents, false},
                  {rk__trial_documents, true}, {rk__trial_ledgers, false},
                  {rk__trial_memory, false},   {rk__trial_branches, false}};
    run_group(findings, run, false, rk__trial_binary);
    run_group(findings, run, false, load);
    if (failed(findings, RK__TRIAL_LOADS)) {
        return;
    }
    for (size_t i = 0; i < sizeof groups / sizeof *groups && !findings->looped; i++) {
        if (groups[i].tests == rk__trial_branches && run->options->confine) {
            rk__trial_add(findings, RK_TRIAL_SKIPPED, RK__TRIAL_BRANCHES,
                          "a confined process builds nothing");
        } else {
            run_group(findings, run, groups[i].reversed, groups[i].tests);
        }
    }
    if (findings->looped) { /* the others would wait as long */
        rk__trial_add(findings, RK_TRIAL_SKIPPED, "tests",
                      "the tests after this one were left out: the rule does not come back");
    }
    rk__trial_compare(findings);
}

/* Reads the list of trusted rules. A rule that it does not name is confined. */
static rk_status ask_trust(const rk__rule *rule, rk_trial_options *options, rk__arena *arena,
                           const rk__trust **trust, rk_problems *problems)
{
    char digest[RK__SHA256_TEXT];
    rk__refusal why;
    if (options->allow_rules == NULL) {
        return RK_OK;
    }
    const rk_status status = rk__trust_read(options->allow_rules, arena, trust, problems);
    if (status != RK_OK) {
        return status;
    }
    options->confine |= !rk__trust_names(*trust, rule->id);
    if (rk__sha256_file(rule->path, digest) != 0) {
        return rk__problem(problems, RK_IO, &(rk__place){.file = rule->path}, NULL,
                           "the file cannot be read");
    }
    return rk__trust_fits(*trust, rule->id, digest, &why)
               ? RK_OK
               : rk__problem(problems, RK_FORBIDDEN, &(rk__place){.file = rule->path}, why.hint,
                             "the rule is refused: %s", why.reason);
}

rk_status rk_rule_trial(const rk_trial_options *options, rk_trial **out_trial,
                        rk_problems *problems)
{
    *out_trial = NULL;
    rk__arena arena = {0};
    rk__refusal why = {0};
    mode_t mode = 0;
    rk__rule rule = {.path = (char *) (uintptr_t) options->path};
    if (access(options->path, R_OK) != 0) {
        return rk__problem(problems, RK_IO, &(rk__place){.file = options->path},
                           "name the rule's shared object: reckon rules check my-rule/my-rule.so",
                           "the file cannot be read");
    }
    rk__confinement found;
    rk__confinement_prepare(&found);
    if (found.ruleset >= 0) {
        (void) close(found.ruleset);
    }
    if (options->require_confined && !rk__confinement_whole(&found)) {
        return rk__problem(problems, RK_FORBIDDEN, NULL,
                           "run it where the kernel has Landlock and seccomp, or require less",
                           "the rule would be kept apart less than is required");
    }
    rk__trial_findings *findings = rk__trial_findings_new(options->path);
    if (findings == NULL) {
        return RK_NO_MEMORY;
    }
    const char *const slash = strrchr(options->path, '/');
    char *const folder =
        slash != NULL ? rk__arena_copy(&arena, options->path,
                                       (size_t) (slash - options->path) + (slash == options->path))
                      : rk__arena_strdup(&arena, ".");
    rk_status status = RK_OK;
    if (!rk__rule_identify(&rule, &mode, &arena, &why)) {
        char text[600];
        (void) snprintf(text, sizeof text, "it is refused: %s", why.reason);
        rk__trial_add(findings, RK_TRIAL_FAILED, RK__TRIAL_LOADS, text);
    } else if (folder != NULL) {
        rk_trial_options own = *options;
        own.cases = own.cases > 0 ? own.cases : 20;
        own.seconds = own.seconds > 0 ? own.seconds : 60;
        rk__trial_run run = {.options = &own, .folder = folder, .id = rule.id};
        status = ask_trust(&rule, &own, &arena, &run.trust, problems);
        if (status == RK_OK) {
            run_all(findings, &run);
        }
    }
    rk__arena_dispose(&arena);
    *out_trial = findings;
    return findings->no_memory ? RK_NO_MEMORY : status;
}
