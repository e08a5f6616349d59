/* SPDX-License-Identifier: MIT
 *
 * counting.c: linked into everything that the coverage preset builds. The counters of a program or
 * library are a file that all of its processes map and share, so what a process ran is counted as
 * it runs: also if it is confined, is killed, or ends by _exit.
 *
 * It stands for the beginning of LLVM's own runtime, which would ask for memory (the tests make
 * that fail), rewrite the file in each process (the tests kill them), keep it open (the tests write
 * to what is open) and complain on standard error. A process that cannot have the file counts for
 * nobody, and says nothing.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of LLVM's runtime. NOLINTBEGIN(bugprone-reserved-identifier) */
uint64_t __llvm_profile_get_size_for_buffer(void);
int __llvm_profile_write_buffer(char *buffer);
uint64_t *__llvm_profile_begin_counters(void);
uint64_t *__llvm_profile_end_counters(void);
const char *__llvm_profile_begin_names(void);
const char *__llvm_profile_end_names(void);
extern intptr_t __llvm_profile_counter_bias __attribute__((visibility("hidden")));
/* That it is here keeps LLVM's beginning out. */
__attribute__((visibility("hidden"))) int __llvm_profile_runtime;
/* NOLINTEND(bugprone-reserved-identifier) */

/* Makes the file whole at once: another process finds all of it, or none. */
static void make_file(const char *path, size_t size)
{
    char own[sizeof RK_COUNTS + 64];
    char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    (void) snprintf(own, sizeof own, "%s.%ld", path, (long) getpid());
    if (bytes == MAP_FAILED) {
        return;
    }
    const int fd = open(own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
        if (fchmod(fd, 0666) == 0 && __llvm_profile_write_buffer(bytes) == 0 &&
            write(fd, bytes, size) == (ssize_t) size) {
            (void) link(own, path);
        }
        (void) close(fd);
        (void) unlink(own);
    }
    (void) munmap(bytes, size);
}

__attribute__((constructor(101))) static void count_in_file(void)
{
    const size_t size = __llvm_profile_get_size_for_buffer();
    uint64_t *const counters = __llvm_profile_begin_counters();
    const size_t n = (size_t) (__llvm_profile_end_counters() - counters);
    char path[sizeof RK_COUNTS + 32];
    uint64_t name = UINT64_C(14695981039346656037) + n;
    if (getenv("RK_UNCOUNTED") != NULL) {
        return; /* a test whose rules write to all memory that is shared */
    }
    for (const char *at = __llvm_profile_begin_names(); at < __llvm_profile_end_names(); at++) {
        name = (name ^ (unsigned char) *at) * UINT64_C(1099511628211);
    }
    (void) snprintf(path, sizeof path, "%s/%016llx.profraw", RK_COUNTS, (unsigned long long) name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        make_file(path, size);
        fd = open(path, O_RDWR | O_CLOEXEC);
    }
    if (fd < 0) {
        return;
    }
    struct stat info;
    char *file = fstat(fd, &info) == 0 && (size_t) info.st_size == size
                     ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                     : MAP_FAILED;
    (void) close(fd);
    if (file != MAP_FAILED) {
        /* The names are the end of the file, in whole words, and the counters are before them. */
        const size_t names =
            (size_t) (__llvm_profile_end_names() - __llvm_profile_begin_names() + 7) & ~(size_t) 7;
        char *const shared = file + size - names - n * sizeof *counters;
        __llvm_profile_counter_bias = (intptr_t) shared - (intptr_t) counters;
    }
}
