/* SPDX-License-Identifier: MIT
 *
 * guard.c: arrays that end at a page which nobody may touch. A rule that reads or writes past
 * the end, or writes to what it is handed to read, gets a signal; the handler says which array
 * it was.
 */
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trial/trial.h"

#define PAGE   4096u
#define MOST   2048
#define CANARY 64

static const rk__trial_array *arrays[MOST];
static size_t n_arrays;
static rk__trial_run *of_run;

static void put(char *to, size_t size, const char *a, const char *b, const char *c)
{
    const char *const parts[] = {a, b, c};
    size_t n = strlen(to);
    for (size_t i = 0; i < 3; i++) {
        for (const char *p = parts[i]; *p != '\0' && n + 1 < size; p++) {
            to[n++] = *p;
        }
    }
    to[n] = '\0';
}

/* What was done at an address. */
static void describe(const siginfo_t *info, char *out, size_t size)
{
    const unsigned char *const address = info->si_addr;
    if (info->si_code == SI_KERNEL) {
        put(out, size,
            "it read or wrote a number of the host's by its pointer, or used an address that "
            "cannot be",
            "", "");
        return;
    }
    for (size_t i = 0; i < n_arrays; i++) {
        const rk__trial_array *a = arrays[i];
        if (address >= a->start + a->size && address < a->start + a->size + PAGE) {
            put(out, size, a->output ? "it wrote" : "it read", " beyond the end of ", a->name);
            return;
        }
        if (address >= a->start && address < a->start + a->size) {
            put(out, size, "it wrote to ", a->name, ", which it was handed to read");
            return;
        }
    }
    put(out, size,
        rk_is_rule_input(address) ? "it wrote to the columns that it was handed to read"
                                  : "it used memory that is not its own",
        "", "");
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    char text[512] = "F\t";
    (void) context;
    put(text, sizeof text, number == SIGSYS ? RK__TRIAL_IMPORTS : of_run->mark->check, "\t", "");
    if (number == SIGSYS) {
        put(text, sizeof text, "it makes system calls of its own, without the C library", "", "");
    } else if (number == SIGSEGV || number == SIGBUS) {
        describe(info, text, sizeof text);
    } else {
        put(text, sizeof text, "it crashed: ",
            number == SIGFPE   ? "a division by zero"
            : number == SIGILL ? "an invalid instruction"
                               : "abort",
            "");
    }
    put(text, sizeof text, ", ", of_run->mark->at, "\n");
    const ssize_t written = write(of_run->out, text, strlen(text));
    (void) written;
    _exit(99); /* the parent knows */
}

void rk__trial_catch(rk__trial_run *run)
{
    static const int numbers[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
    static unsigned char stack[64 * 1024];
    const stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    of_run = run;
    (void) sigaltstack(&own, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        (void) sigaction(numbers[i], &action, NULL);
    }
}

bool rk__trial_array_new(rk__trial_array *out, size_t most, bool output, const char *name)
{
    const size_t size = (most + PAGE) / PAGE * PAGE;
    unsigned char *p =
        mmap(NULL, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *out = (rk__trial_array){.size = size, .output = output};
    if (p == MAP_FAILED || mprotect(p + size, PAGE, PROT_NONE) != 0 || n_arrays == MOST) {
        return false;
    }
    out->start = p;
    put(out->name, sizeof out->name, name, "", "");
    arrays[n_arrays++] = out;
    return true;
}

/* The bytes before the first entry; there is at least one. */
static size_t room_before(const rk__trial_array *array, size_t bytes)
{
    const size_t room = array->size - bytes;
    return room < CANARY ? room : CANARY;
}

void *rk__trial_array_open(const rk__trial_array *array, size_t bytes)
{
    unsigned char *const first = array->start + array->size - bytes;
    const size_t room = room_before(array, bytes);
    (void) mprotect(array->start, array->size, PROT_READ | PROT_WRITE);
    memset(first - room, 0xA5, room);
    return first;
}

bool rk__trial_array_intact(const rk__trial_array *array, size_t bytes)
{
    const unsigned char *const first = array->start + array->size - bytes;
    bool intact = true;
    for (size_t i = 1; i <= room_before(array, bytes); i++) {
        intact &= first[-(ptrdiff_t) i] == 0xA5;
    }
    return intact;
}

void rk__trial_array_seal(const rk__trial_array *array)
{
    (void) mprotect(array->start, array->size, PROT_READ);
}
