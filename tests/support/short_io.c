/* SPDX-License-Identifier: MIT
 *
 * short_io.c: a command whose reads and writes move fewer bytes than they ask for.
 *
 *     short_io HOW COUNTS COMMAND...
 *
 * HOW is `half`, `one` (a call for less than 200 bytes moves one, others half), `interrupted`
 * (every second call fails with EINTR), or a number N: only the N-th call moves half. What the
 * system's loader does is left alone. The number of calls that could be cut short is written to the
 * file COUNTS. Ends as the command does; 77 if it may not trace.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
int main(void)
{
    return 77;
}
#else

#define THREADS      4096

static struct {
    pid_t id;
    bool begun; /* main runs */
} threads[THREADS];
static size_t n_threads;
static unsigned long long calls, only;
static bool to_one, interrupts;
/* What the C library's loader reads of a file that it maps: it takes a short count for a fault. */
#define LOADER_READS 832
#define SMALL        200

static bool *begun_of(pid_t id)
{
    for (size_t i = 0; i < n_threads; i++) {
        if (threads[i].id == id) {
            return &threads[i].begun;
        }
    }
    if (n_threads == THREADS) {
        exit(77);
    }
    threads[n_threads].id = id;
    threads[n_threads].begun = true; /* a child of one that has begun */
    return &threads[n_threads++].begun;
}

static bool moves_bytes(unsigned long long number)
{
    return number == SYS_read || number == SYS_write || number == SYS_pread64 ||
           number == SYS_pwrite64;
}

/* Changes the call that the thread is about to make: how much it moves, or (0) that it is made. */
static void set_length(pid_t id, unsigned long long length)
{
    struct user_regs_struct registers;
    struct iovec place = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, id, (void *) NT_PRSTATUS, &place) == 0) {
        if (length > 0) {
            registers.rdx = length;
        } else {
            registers.orig_rax = (unsigned long long) -1; /* no call: rax is what it returns */
            registers.rax = (unsigned long long) -EINTR;
        }
        (void) ptrace(PTRACE_SETREGSET, id, (void *) NT_PRSTATUS, &place);
    }
}

static void at_call(pid_t id)
{
    struct __ptrace_syscall_info info;
    bool *begun = begun_of(id);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_SECCOMP) {
        return;
    }
    const unsigned long long length = info.seccomp.args[2];
    /* The first thing that main does. */
    *begun = *begun || (info.seccomp.nr == SYS_rt_sigaction && info.seccomp.args[0] == SIGINT);
    if (*begun && moves_bytes(info.seccomp.nr) && length > 1 && length != LOADER_READS) {
        calls++;
        if (interrupts && calls % 2 == 0) {
            set_length(id, 0);
        } else if (!interrupts && (only == 0 || calls == only)) {
            set_length(id, to_one && length < SMALL ? 1 : length / 2);
        }
    }
}

/* Stops only for the calls that matter here. */
static bool stop_for_calls(void)
{
#define STOP(number)                                     \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE)
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        STOP(SYS_read),
        STOP(SYS_write),
        STOP(SYS_pread64),
        STOP(SYS_pwrite64),
        STOP(SYS_rt_sigaction),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {sizeof code / sizeof *code, code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

static int follow(pid_t first)
{
    int how = 0, code = 1;
    pid_t id;
    const long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                         PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    while ((id = waitpid(-1, &how, __WALL)) > 0) {
        int signal = 0;
        if (WIFEXITED(how) || WIFSIGNALED(how)) {
            code = id != first ? code : WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
            continue;
        }
        if (how >> 16 == PTRACE_EVENT_SECCOMP) {
            at_call(id);
        } else if (how >> 16 == PTRACE_EVENT_EXEC) {
            *begun_of(id) = false;
        } else if (how >> 16 == 0) {
            static bool started;
            signal = WSTOPSIG(how) == SIGSTOP ? 0 : WSTOPSIG(how);
            if (!started) {
                started = true;
                *begun_of(id) = false;
                (void) ptrace(PTRACE_SETOPTIONS, id, NULL, options);
            }
        }
        (void) ptrace(PTRACE_CONT, id, NULL, (void *) (long) signal);
    }
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        (void) fprintf(stderr, "usage: short_io HOW COUNTS COMMAND...\n");
        return 2;
    }
    to_one = strcmp(argv[1], "one") == 0;
    interrupts = strcmp(argv[1], "interrupted") == 0;
    only = strtoull(argv[1], NULL, 10);
    const pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(77);
        }
        (void) raise(SIGSTOP);
        if (!stop_for_calls()) {
            _exit(77);
        }
        (void) execvp(argv[3], argv + 3);
        _exit(127);
    }
    const int code = follow(child);
    FILE *counts = fopen(argv[2], "we");
    if (counts == NULL || fprintf(counts, "%llu\n", calls) < 0 || fclose(counts) != 0) {
        return 77;
    }
    return code;
}
#endif
