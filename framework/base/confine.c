/* SPDX-License-Identifier: MIT
 *
 * confine.c: Landlock rules and a seccomp filter for processes that only compute.
 *
 * The filter lists what may be called; everything else fails with EPERM, so a call that this file
 * does not know is refused. Landlock's numbers are defined here, from the kernel's documentation,
 * because older headers lack the later ones.
 */
#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

/* ----------------------------------------------------------------- Landlock */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self  446
#endif
#define ASK_VERSION 1U

/* Rights that the rules handle and grant to nobody, by the version that introduced them. Reading
 * files and folders is not among them. */
#define RIGHTS_1 UINT64_C(0x1ff3) /* execute, write, remove, make */
#define RIGHTS_2 UINT64_C(0x2000) /* link and rename between folders */
#define RIGHTS_3 UINT64_C(0x4000) /* truncate */
#define RIGHTS_5 UINT64_C(0x8000) /* ioctl on devices */
#define NET_4    UINT64_C(0x3)    /* bind and connect TCP */
#define SCOPES_6 UINT64_C(0x3)    /* abstract sockets and signals beyond the domain */

typedef struct ruleset {
    uint64_t files, net, scopes;
} ruleset;

static int make_ruleset(int version)
{
    const ruleset rules = {.files = RIGHTS_1 | (version >= 2 ? RIGHTS_2 : 0) |
                                    (version >= 3 ? RIGHTS_3 : 0) | (version >= 5 ? RIGHTS_5 : 0),
                           .net = version >= 4 ? NET_4 : 0,
                           .scopes = version >= 6 ? SCOPES_6 : 0};
    const size_t size = version >= 6   ? sizeof rules
                        : version >= 4 ? offsetof(ruleset, scopes)
                                       : offsetof(ruleset, net);
    return (int) syscall(SYS_landlock_create_ruleset, &rules, size, 0U);
}

/* ------------------------------------------------------------------ seccomp */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* What evaluating needs, with the C library, the loader of rules and threads below it. */
static const int allowed[] = {
    SYS_read,
    SYS_readv,
    SYS_pread64,
    SYS_write,
    SYS_writev,
    SYS_close,
    SYS_close_range,
    SYS_lseek,
    SYS_fstat,
    SYS_statx,
    SYS_openat2,
    SYS_readlinkat,
    SYS_getcwd,
    SYS_getdents64,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_fadvise64,
    SYS_pipe2,
    SYS_dup,
    SYS_chdir,
    SYS_fchdir,
    SYS_umask,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_mincore,
    SYS_brk,
    SYS_membarrier,
    SYS_futex,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_set_tid_address,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getrandom,
    SYS_uname,
    SYS_sysinfo,
    SYS_times,
    SYS_getrusage,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_sigaltstack,
    SYS_setitimer, /* a time limit of its own */
    SYS_restart_syscall,
    SYS_exit,
    SYS_exit_group,
    SYS_ppoll,
    SYS_getrlimit,
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_fstatat64
    SYS_fstatat64,
#endif
#ifdef __x86_64__
    SYS_alarm,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_poll,
    SYS_time,
    SYS_arch_prctl,
    SYS_pipe,
#endif
};

#define N_ALLOWED (sizeof allowed / sizeof *allowed)
#define N_WORDS   16 /* of 32 calls each; calls above them are refused */
#define PROGRAM   (3 * N_WORDS + 80)
/* The low half of an argument; what the filter compares has no more. */
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t))

typedef struct program {
    struct sock_filter code[PROGRAM];
    size_t n;
} program;

static void add(program *p, struct sock_filter instruction)
{
    if (p->n < PROGRAM) {
        p->code[p->n++] = instruction;
    }
}

static void load(program *p, size_t offset)
{
    add(p, (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t) offset));
}

static void answer(program *p, uint32_t value)
{
    add(p, (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, value));
}

#define PERMIT        SECCOMP_RET_ALLOW
#define REFUSE(error) (SECCOMP_RET_ERRNO | (uint32_t) (error))

/* The next `skip` instructions run only for this call. */
static void only_for(program *p, int number, size_t skip)
{
    add(p, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) number, 0,
                                         (uint8_t) skip));
}

/* The call is permitted if the argument, reduced to `mask`, is one of the values. */
static void permit_values(program *p, int number, unsigned argument, uint32_t mask,
                          const uint32_t *values, size_t n, int error)
{
    only_for(p, number, 3 + 2 * n);
    load(p, ARGUMENT(argument));
    add(p, (struct sock_filter) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    for (size_t i = 0; i < n; i++) {
        add(p, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, values[i], 0, 1));
        answer(p, PERMIT);
    }
    answer(p, REFUSE(error));
}

/* Writing is refused here too, for kernels without Landlock. */
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))

/* Permits the calls of the list, by a bit for each. Not by comparing with one after the other: the
 * kernel would try every number on such a filter before it takes it, which costs a child more than
 * all other steps of confining it. */
static void permit_listed(program *p)
{
    uint32_t words[N_WORDS] = {0};
    size_t jumps[N_WORDS];
    size_t n_jumps = 0;
    for (size_t i = 0; i < N_ALLOWED; i++) {
        const unsigned number = (unsigned) allowed[i];
        if (number / 32 < N_WORDS) {
            words[number / 32] |= UINT32_C(1) << number % 32;
        }
    }
    load(p, offsetof(struct seccomp_data, nr));
    add(p, (struct sock_filter) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 31));
    add(p, (struct sock_filter) BPF_STMT(BPF_MISC | BPF_TAX, 0));
    load(p, offsetof(struct seccomp_data, nr));
    add(p, (struct sock_filter) BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 5));
    for (uint32_t w = 0; w < N_WORDS; w++) {
        if (words[w] != 0) {
            only_for(p, (int) w, 2);
            add(p, (struct sock_filter) BPF_STMT(BPF_LD | BPF_IMM, words[w]));
            jumps[n_jumps++] = p->n;
            add(p, (struct sock_filter) BPF_STMT(BPF_JMP | BPF_JA, 0));
        }
    }
    add(p, (struct sock_filter) BPF_STMT(BPF_LD | BPF_IMM, 0));
    for (size_t i = 0; i < n_jumps; i++) {
        p->code[jumps[i]].k = (uint32_t) (p->n - jumps[i] - 1);
    }
    add(p, (struct sock_filter) BPF_STMT(BPF_ALU | BPF_RSH | BPF_X, 0));
    add(p, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1));
    answer(p, PERMIT);
}

static void write_program(program *p)
{
    const uint32_t none = 0, thread = CLONE_THREAD, self = (uint32_t) getpid();
    const uint32_t commands[] = {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL};
    const uint32_t terminal = TCGETS;
    load(p, offsetof(struct seccomp_data, arch));
    add(p, (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    answer(p, SECCOMP_RET_KILL_PROCESS);
    permit_listed(p);
    load(p, offsetof(struct seccomp_data, nr));
    /* The C library starts threads by clone where clone3 does not exist. */
    only_for(p, SYS_clone3, 1);
    answer(p, REFUSE(ENOSYS));
    permit_values(p, SYS_clone, 0, CLONE_THREAD, &thread, 1, EPERM);
    permit_values(p, SYS_openat, 2, WRITES, &none, 1, EACCES);
#ifdef SYS_open
    permit_values(p, SYS_open, 1, WRITES, &none, 1, EACCES);
#endif
    permit_values(p, SYS_tgkill, 0, UINT32_MAX, &self, 1, EPERM);
    permit_values(p, SYS_prlimit64, 0, UINT32_MAX, &none, 1, EPERM);
    permit_values(p, SYS_fcntl, 1, UINT32_MAX, commands, sizeof commands / sizeof *commands, EPERM);
    permit_values(p, SYS_ioctl, 1, UINT32_MAX, &terminal, 1, EPERM);
    answer(p, REFUSE(EPERM));
}

static bool apply_filter(void)
{
    program p = {.n = 0};
    write_program(&p);
    const struct sock_fprog filter = {.len = (unsigned short) p.n, .filter = p.code};
    return p.n < PROGRAM && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &filter) == 0;
}

/* ---------------------------------------------------------------------- both */

static bool confined; /* this process, for good */

void rk__confinement_prepare(rk__confinement *out)
{
    const uint32_t action = SECCOMP_RET_ERRNO;
    const long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t) 0, ASK_VERSION);
    *out = (rk__confinement){.landlock = version > 0 ? (int) version : 0, .ruleset = -1};
    if (out->landlock > 0) {
        out->ruleset = make_ruleset(out->landlock);
        out->landlock = out->ruleset >= 0 ? out->landlock : 0;
    }
#ifdef ARCHITECTURE
    out->seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0U, &action) == 0;
#else
    (void) action;
#endif
}

/* Drops the rights of root except reading any file, which root's contracts may need. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &head, data) == 0) {
        const uint32_t kept = data[0].permitted & (1U << CAP_DAC_READ_SEARCH);
        memset(data, 0, sizeof data);
        data[0].permitted = data[0].effective = kept;
        (void) syscall(SYS_capset, &head, data);
    }
}

bool rk__confine(const rk__confinement *c)
{
    bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    drop_capabilities();
    if (c->landlock > 0) {
        good = good && syscall(SYS_landlock_restrict_self, c->ruleset, 0U) == 0;
        (void) close(c->ruleset);
    }
#ifdef ARCHITECTURE
    good = good && (!c->seccomp || apply_filter());
#endif
    confined |= good;
    return good;
}

bool rk__is_confined(void)
{
    return confined;
}
