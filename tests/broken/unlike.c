/* SPDX-License-Identifier: MIT
 *
 * unlike.c: another honest rule, with texts, a choice and a memo, broken in one way at a time as
 * broken.c is: by the places of memory, by what other libraries and the kernel keep, and by what
 * may be called when. tests/broken/broken.py says who catches each.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <reckoner/plugin.h>

#include "ways.h"

enum {
    WAY_unlike,
    WAY_reads_before_the_first_row,
    WAY_writes_before_the_first_row,
    WAY_counts_by_the_number_of_a_text,
    WAY_scratch_in_its_state,
    WAY_keeps_state_in_errno,
    WAY_stack_that_is_not_set,
    WAY_writes_the_reason_of_the_next_row,
    WAY_notes_the_first_row_of_a_batch,
    WAY_memo_by_the_batch,
    WAY_links_another_library,
    WAY_constructor,
    WAY_system_call_of_its_own,
    WAY_divides_by_zero,
    WAY_copies_a_text_into_too_little,
    WAY_host_kept_from_prepare,
    WAY_problem_and_no_error,
    WAY_pays_by_the_thread,
    WAY_truncates_to_32_bits,
    WAY_lines_without_end,
    WAY_frees_its_state_in_settle,
    WAY_line_in_prepare,
    WAY_line_in_price,
    WAY_numbers_in_price,
    WAY_counter_of_the_processor,
    WAY_error_without_a_problem,
};

typedef struct own_params {
    rk_decimal share;
} own_params;

typedef struct own_state {
    rk_decimal share, scratch;
    const rk_host *host;
} own_state;

static const rk_param params[] = {SHARE, {0}};

static const char *const kinds[] = {"first", "again", NULL};
enum { COUNT, PRICE, TEAM, KIND };
static const rk_column columns[] = {COUNT_OF_CASES,
                                    {.table = "activity",
                                     .name = "price",
                                     .type = RK_COLUMN_DECIMAL,
                                     .flags = RK_REQUIRED,
                                     .help = "Price of a case."},
                                    {.table = "activity",
                                     .name = "team",
                                     .type = RK_COLUMN_TEXT,
                                     .help = "A row that names one pays 1 more."},
                                    {.table = "activity",
                                     .name = "kind",
                                     .type = RK_COLUMN_CHOICE,
                                     .words = kinds,
                                     .help = "The first is paid 2 more."},
                                    {0}};
static const rk_element elements[] = {
    {"visit", 0, "What is paid."}, {"listed", RK_ELEMENT_MEMO, "Count x price."}, {0}};
static const rk_note notes[] = {{"no-team", "rows without a team"}, {0}};
static const rk_reason reasons[] = {{"1", "a first one"}, {0}};
static const char *const group_by[] = {"pod", NULL};

#if defined(BREAK_constructor)
__attribute__((constructor)) static void at_first(void)
{
    errno = 1;
}
#endif

#if defined(BREAK_links_another_library)
extern const char *zlibVersion(void);
#else
#define zlibVersion() ""
#endif

/* A system call without the C library. */
static long own_call(void)
{
    long result = SYS_getppid;
#if defined(__x86_64__)
    __asm__ volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long number __asm__("x8") = SYS_getppid;
    register long first __asm__("x0");
    __asm__ volatile("svc 0" : "=r"(first) : "r"(number) : "memory");
    result = first;
#endif
    return result;
}

static long counter(void)
{
#if defined(__x86_64__)
    return (long) (__builtin_ia32_rdtsc() >> 5);
#else
    long value;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
#endif
}

static int prepare(const rk_host *h, const void *own, const rk_period *period, void **state)
{
    own_state *made = malloc(sizeof *made);
    (void) period;
    if (made == NULL) {
        return RK_NO_MEMORY;
    }
    *made = (own_state){.share = ((const own_params *) own)->share, .host = h};
    if (BROKEN(line_in_prepare)) {
        (void) h->line(h, &(rk_line){.label = "Early", .rate = h->integer(h, 7)});
    }
    *state = made;
    return RK_OK;
}

static void release(void *state)
{
    free(state);
}

static rk_decimal not_set(void)
{
    volatile unsigned char bytes[64];
    return bytes[40] == 0 ? 0 : 1;
}

/* What is broken in the amount of a row, in pennies. */
static rk_decimal fault_of(const rk_host *h, own_state *state, const rk_batch *batch, size_t i)
{
    const rk_column_data *c = batch->column;
    rk_decimal pennies = 0;
    if (BROKEN(reads_before_the_first_row)) {
        pennies = c[COUNT].v[(ptrdiff_t) i - 1] == c[COUNT].v[i];
    } else if (BROKEN(counts_by_the_number_of_a_text)) {
        pennies = c[TEAM].has[i] ? c[TEAM].v[i] % 3 : 0;
    } else if (BROKEN(keeps_state_in_errno)) {
        pennies = ++errno % 5 == 0;
    } else if (BROKEN(stack_that_is_not_set)) {
        pennies = not_set();
    } else if (BROKEN(links_another_library)) {
        pennies = zlibVersion()[0] == '0';
    } else if (BROKEN(system_call_of_its_own)) {
        pennies = own_call() == 0;
    } else if (BROKEN(pays_by_the_thread)) {
        pennies = ((uintptr_t) __builtin_thread_pointer() >> 12) % 97;
    } else if (BROKEN(counter_of_the_processor)) {
        pennies = counter() % 2;
    } else if (BROKEN(divides_by_zero)) {
        pennies = 1000000000000 / c[COUNT].v[i] < 0;
    } else if (BROKEN(numbers_in_price)) {
        pennies = h->sign(h, h->sub(h, h->decimal(h, c[PRICE].v[i]), h->integer(h, 1))) < -1;
    }
    return pennies * RK_DECIMAL_PENNY;
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    own_state *s = (own_state *) (uintptr_t) state;
    const rk_column_data *c = batch->column;
    (void) own;
    for (size_t i = 0; i < batch->n; i++) {
        rk_decimal count = c[COUNT].v[i];
        rk_decimal listed = 0;
        rk_decimal extra = (c[TEAM].has[i] ? RK_DECIMAL_ONE : 0) +
                           (c[KIND].has[i] && c[KIND].v[i] == 1 ? 2 * RK_DECIMAL_ONE : 0);
        extra += fault_of(h, s, batch, i);
        if (BROKEN(truncates_to_32_bits)) {
            count = (int32_t) (count / RK_DECIMAL_ONE) * RK_DECIMAL_ONE;
        }
        s->scratch = BROKEN(scratch_in_its_state) ? count : s->scratch;
        const bool fits =
            rk_decimal_mul(count, c[PRICE].v[i], RK_DECIMAL_PENNY, &listed) &&
            rk_decimal_mul3(BROKEN(scratch_in_its_state) ? s->scratch : count, c[PRICE].v[i],
                            s->share, RK_DECIMAL_PENNY, &out->element[0][i]) &&
            rk_decimal_add(out->element[0][i], extra, &out->element[0][i]);
        if (!fits) {
            out->status[i] = RK_ROW_OVERFLOW;
            continue;
        }
        out->amount[i] = out->element[0][i];
        out->element[1][i] = listed + (BROKEN(memo_by_the_batch) ? (rk_decimal) batch->n : 0);
        out->notes[i] |= !c[TEAM].has[i] ? 1 : 0;
        out->notes[i] = BROKEN(notes_the_first_row_of_a_batch) ? i == 0 : out->notes[i];
        out->reason[i] = c[KIND].has[i] && c[KIND].v[i] == 1;
        if (BROKEN(writes_the_reason_of_the_next_row)) {
            out->reason[i] = i > 0 ? c[KIND].has[i - 1] && c[KIND].v[i - 1] == 1 : 0;
        }
        if (batch->trace) {
            h->row_step(h, "visit", "count x price x share", out->element[0][i]);
        }
    }
    if (BROKEN(writes_before_the_first_row)) {
        out->amount[-1] = 77;
    }
    if (BROKEN(line_in_price)) {
        (void) h->line(h, &(rk_line){.label = "Early", .rate = h->integer(h, 7)});
    }
    return BROKEN(error_without_a_problem) ? RK_CONFLICT : RK_OK;
}

static int settle(const rk_host *h, const void *own, const void *state, const rk_settlement *s)
{
    own_state *mine = (own_state *) (uintptr_t) state;
    int status = RK_OK;
    (void) own;
    if (BROKEN(host_kept_from_prepare)) {
        h = mine->host;
    }
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        const rk_group *group = rk_group_at(s, i);
        if (BROKEN(copies_a_text_into_too_little)) {
            char volatile little[8];
            strcpy((char *) (uintptr_t) little, group->label);
        }
        status = h->group_line(h, group, "case");
    }
    while (BROKEN(lines_without_end) && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "More", .rate = s->quantity, .memo = true});
    }
    if (BROKEN(problem_and_no_error)) {
        h->problem(h, RK_CONFLICT, "share", NULL, "the share is not agreed");
    }
    if (BROKEN(frees_its_state_in_settle)) {
        free(mine);
    }
    return status;
}

RK_RULE_EXPORT("broken", "1.0.0", .title = "Unlike", .summary = "Broken as: " TEXT(BREAK) ".",
               .params = params, .params_size = sizeof(own_params), .columns = columns,
               .elements = elements, .notes = notes, .reasons = reasons, .rows = "activity",
               .group_by = group_by, .row_kind = RK_ROWS_ROUNDED, .prepare = prepare,
               .price = price, .settle = settle, .release = release);
