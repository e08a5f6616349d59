/* SPDX-License-Identifier: MIT
 *
 * effects.c: what a rule leaves behind in the process, and its allocations. These are counted,
 * and made to fail, by way of the rule's own import table, so that the host's are not.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <locale.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "trial/trial.h"

static int entries_of(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    while (d != NULL && readdir(d) != NULL) {
        n++;
    }
    if (d != NULL) {
        (void) closedir(d);
    }
    return n;
}

/* The rounding of floating point, where it is easily told. */
static int rounding(void)
{
#if defined(__x86_64__)
    return (int) (__builtin_ia32_stmxcsr() >> 13 & 3);
#else
    return 0;
#endif
}

/* What floating point operations round, flush and trap, without what has happened. */
static unsigned control_words(void)
{
#if defined(__x86_64__)
    uint16_t x87 = 0;
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    return (__builtin_ia32_stmxcsr() & 0xFFC0u) << 16 | x87;
#elif defined(__aarch64__)
    uint64_t control = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return (unsigned) control;
#else
    return 0;
#endif
}

static unsigned timers_set(void)
{
    static const int kinds[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
    unsigned set = 0;
    for (unsigned i = 0; i < 3; i++) {
        struct itimerval value;
        const bool runs = getitimer((__itimer_which_t) kinds[i], &value) == 0 &&
                          (value.it_value.tv_sec != 0 || value.it_value.tv_usec != 0);
        set |= runs ? 1u << i : 0;
    }
    return set;
}

static uint64_t environment_digest(void)
{
    uint64_t digest = UINT64_C(1469598103934665603);
    for (char **e = environ; e != NULL && *e != NULL; e++) {
        for (const char *c = *e; *c != '\0'; c++) {
            digest = (digest ^ (unsigned char) *c) * UINT64_C(1099511628211);
        }
        digest = (digest ^ '\n') * UINT64_C(1099511628211);
    }
    return digest;
}

void rk__trial_look(rk__trial_effects *out)
{
    *out = (rk__trial_effects){.threads = entries_of("/proc/self/task"),
                               .files = entries_of("/proc/self/fd"),
                               .rounding = rounding()};
    for (int number = 1; number < 32; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0) {
            out->handlers[number] = action.sa_handler;
        }
    }
    const char *locale = setlocale(LC_ALL, NULL);
    strncpy(out->locale, locale != NULL ? locale : "", sizeof out->locale - 1);
    const mode_t mask = umask(0);
    (void) umask(mask);
    out->umask = (unsigned) mask;
    out->control = control_words();
    out->timers = timers_set();
    out->environment = environment_digest();
    if (getcwd(out->folder, sizeof out->folder) == NULL) {
        out->folder[0] = '\0';
    }
}

void rk__trial_compare_effects(rk__trial_run *run, const rk__trial_effects *before,
                               const char *when)
{
    rk__trial_effects now;
    bool same = true;
    rk__trial_look(&now);
    /* A thread that ended may take a moment to go. */
    for (int i = 0; i < 100 && now.threads > before->threads; i++) {
        (void) usleep(2000);
        rk__trial_look(&now);
    }
#define DIFFERS(condition, ...)                                  \
    if (condition) {                                             \
        rk__trial_say(run, 'F', RK__TRIAL_EFFECTS, __VA_ARGS__); \
        same = false;                                            \
    }
    DIFFERS(now.threads > before->threads, "%s leaves %d thread%s behind", when,
            now.threads - before->threads, now.threads - before->threads == 1 ? "" : "s")
    DIFFERS(now.files > before->files, "%s leaves files open", when)
    DIFFERS(strcmp(now.locale, before->locale) != 0, "%s changes the locale to '%s'", when,
            now.locale)
    DIFFERS(now.rounding != before->rounding, "%s changes the rounding of floating point", when)
    DIFFERS(now.control != before->control, "%s changes how floating point numbers are treated",
            when)
    DIFFERS(now.timers != before->timers, "%s leaves a timer behind", when)
    DIFFERS(now.environment != before->environment, "%s changes the environment", when)
    DIFFERS(now.files < before->files, "%s closes files of the process", when)
    DIFFERS(now.umask != before->umask, "%s changes the umask", when)
    DIFFERS(strcmp(now.folder, before->folder) != 0, "%s changes the working directory", when)
    for (int number = 1; number < 32; number++) {
        DIFFERS(now.handlers[number] != before->handlers[number],
                "%s installs a handler of signal %d (%s)", when, number, strsignal(number))
    }
#undef DIFFERS
    if (same) {
        rk__trial_say(run, 'P', RK__TRIAL_EFFECTS, "%s leaves nothing behind", when);
    }
}

/* --------------------------------------------------------------- allocations */

static atomic_long outstanding, allocated;
static long fail_at = -1;

/* Of the allocations that are remembered, as many as there is room for. */
static void *blocks[4096];
static size_t n_blocks;
static bool remembering;
static pthread_mutex_t blocks_mutex = PTHREAD_MUTEX_INITIALIZER;

static void remember(void *p)
{
    if (p != NULL && remembering) {
        (void) pthread_mutex_lock(&blocks_mutex);
        if (n_blocks < sizeof blocks / sizeof *blocks) {
            blocks[n_blocks++] = p;
        }
        (void) pthread_mutex_unlock(&blocks_mutex);
    }
}

static void forget(const void *p)
{
    if (p != NULL && remembering) {
        (void) pthread_mutex_lock(&blocks_mutex);
        for (size_t i = n_blocks; i > 0; i--) {
            if (blocks[i - 1] == p) {
                blocks[i - 1] = blocks[--n_blocks];
                break;
            }
        }
        (void) pthread_mutex_unlock(&blocks_mutex);
    }
}

void rk__trial_remember(void)
{
    n_blocks = 0;
    remembering = true;
}

uint64_t rk__trial_remembered(void)
{
    uint64_t digest = UINT64_C(1469598103934665603);
    (void) pthread_mutex_lock(&blocks_mutex);
    for (size_t i = 0; i < n_blocks; i++) {
        const unsigned char *const bytes = blocks[i];
        const size_t size = malloc_usable_size(blocks[i]);
        for (size_t k = 0; k < size; k++) {
            digest = (digest ^ bytes[k]) * UINT64_C(1099511628211);
        }
    }
    (void) pthread_mutex_unlock(&blocks_mutex);
    return digest;
}

static bool may_allocate(void)
{
    const long n = atomic_fetch_add(&allocated, 1);
    return fail_at < 0 || n != fail_at;
}

static void *counted(void *p)
{
    if (p != NULL) {
        atomic_fetch_add(&outstanding, 1);
        remember(p);
    } else {
        errno = ENOMEM;
    }
    return p;
}

static void *hook_malloc(size_t size)
{
    return counted(may_allocate() ? malloc(size) : NULL);
}

static void *hook_calloc(size_t n, size_t size)
{
    return counted(may_allocate() ? calloc(n, size) : NULL);
}

static void *hook_realloc(void *p, size_t size)
{
    if (p == NULL) {
        return hook_malloc(size);
    }
    const bool allowed = may_allocate();
    if (allowed) {
        forget(p);
    }
    void *const moved = allowed ? realloc(p, size) : NULL;
    remember(moved);
    if (moved == NULL && size > 0) {
        errno = ENOMEM;
    }
    return moved;
}

static char *hook_strdup(const char *text)
{
    return counted(may_allocate() ? strdup(text) : NULL);
}

static void *hook_new(size_t size)
{
    void *const p = malloc(size);
    atomic_fetch_add(&outstanding, 1);
    remember(p);
    return p;
}

static void hook_free(void *p)
{
    if (p != NULL) {
        atomic_fetch_sub(&outstanding, 1);
        forget(p);
    }
    free(p);
}

static void hook_delete_sized(void *p, size_t size)
{
    (void) size;
    hook_free(p);
}

static const struct {
    const char *name;
    void *function;
} hooks[] = {
#define HOOK(name, function)                  \
    {                                         \
        name, (void *) (uintptr_t) (function) \
    }
    HOOK("malloc", hook_malloc),
    HOOK("calloc", hook_calloc),
    HOOK("realloc", hook_realloc),
    HOOK("strdup", hook_strdup),
    HOOK("__strdup", hook_strdup),
    HOOK("free", hook_free),
    HOOK("_Znwm", hook_new),
    HOOK("_Znam", hook_new),
    HOOK("_ZdlPv", hook_free),
    HOOK("_ZdaPv", hook_free),
    HOOK("_ZdlPvm", hook_delete_sized),
    HOOK("_ZdaPvm", hook_delete_sized),
#undef HOOK
};

/* Puts a hook where the dynamic linker put the address of an imported function. */
static void hook_entry(const struct link_map *map, const ElfW(Rela) * entry,
                       const ElfW(Sym) * symbols, const char *names)
{
    const char *name = names + symbols[ELF64_R_SYM(entry->r_info)].st_name;
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
        if (strcmp(hooks[i].name, name) == 0) {
            void **slot = (void **) (map->l_addr + entry->r_offset);
            const uintptr_t page = (uintptr_t) slot & ~(uintptr_t) 4095;
            if (mprotect((void *) page, 8192, PROT_READ | PROT_WRITE) == 0 ||
                mprotect((void *) page, 4096, PROT_READ | PROT_WRITE) == 0) {
                *slot = hooks[i].function;
            }
        }
    }
}

bool rk__trial_hook(void *handle)
{
    struct link_map *map = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    const ElfW(Rela) * tables[2] = {NULL, NULL};
    size_t sizes[2] = {0, 0};
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == NULL) {
        return false;
    }
    for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
        const uintptr_t at = d->d_un.d_ptr;
        switch (d->d_tag) {
        case DT_SYMTAB:
            symbols = (const ElfW(Sym) *) at;
            break;
        case DT_STRTAB:
            names = (const char *) at;
            break;
        case DT_JMPREL:
            tables[0] = (const ElfW(Rela) *) at;
            break;
        case DT_PLTRELSZ:
            sizes[0] = d->d_un.d_val;
            break;
        case DT_RELA:
            tables[1] = (const ElfW(Rela) *) at;
            break;
        case DT_RELASZ:
            sizes[1] = d->d_un.d_val;
            break;
        default:
            break;
        }
    }
    for (size_t t = 0; t < 2 && symbols != NULL && names != NULL; t++) {
        for (size_t i = 0; tables[t] != NULL && i < sizes[t] / sizeof(ElfW(Rela)); i++) {
            if (ELF64_R_SYM(tables[t][i].r_info) != 0) {
                hook_entry(map, &tables[t][i], symbols, names);
            }
        }
    }
    return symbols != NULL && names != NULL;
}

void rk__trial_fail_after(long n)
{
    fail_at = n < 0 ? -1 : atomic_load(&allocated) + n;
}

long rk__trial_outstanding(void)
{
    return atomic_load(&outstanding);
}

long rk__trial_allocated(void)
{
    return atomic_load(&allocated);
}
