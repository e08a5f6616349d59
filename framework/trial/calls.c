/* SPDX-License-Identifier: MIT
 *
 * calls.c: system calls that a rule makes by itself, without the C library, where its imports do
 * not show them. The kernel tells a filter the address that a call comes from.
 */
#include <dlfcn.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trial/trial.h"

typedef struct range {
    uintptr_t inside;
    uintptr_t start, end; /* of the code */
} range;

static int find_code(struct dl_phdr_info *info, size_t size, void *ctx)
{
    range *r = ctx;
    const uintptr_t at = r->inside;
    bool holds = false;
    (void) size;
    r->start = UINTPTR_MAX;
    r->end = 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        const uintptr_t from = info->dlpi_addr + p->p_vaddr;
        if (p->p_type == PT_LOAD) {
            holds |= at >= from && at < from + p->p_memsz;
            if ((p->p_flags & PF_X) != 0) {
                r->start = from < r->start ? from : r->start;
                r->end = from + p->p_memsz > r->end ? from + p->p_memsz : r->end;
            }
        }
    }
    return holds && r->end > r->start;
}

bool rk__trial_trap_calls(const rk_rule *rule)
{
    range r = {.inside = rule->price != NULL ? (uintptr_t) rule->price : (uintptr_t) rule->settle};
    if (dl_iterate_phdr(find_code, &r) == 0 || r.start >> 32 != (r.end - 1) >> 32) {
        return false; /* code on both sides of a multiple of 4 GiB is not looked at */
    }
    const uint32_t at = offsetof(struct seccomp_data, instruction_pointer);
    /* The halves of an address are in the order of bytes, which is little on both processors. */
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t) (r.start >> 32), 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t) r.start, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, (uint32_t) (r.end - 1) + 4, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog filter = {.len = sizeof code / sizeof *code, .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0U, &filter) == 0;
}
