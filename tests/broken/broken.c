/* SPDX-License-Identifier: MIT
 *
 * broken.c: an honest rule, and the same rule broken in one way at a time: BREAK is the name of
 * the way, with underscores. tests/broken/broken.py says who catches each.
 */
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <reckoner/plugin.h>

#include "ways.h"

enum {
    WAY_honest,
    WAY_state_between_batches,
    WAY_depends_on_the_chunk,
    WAY_depends_on_row_order,
    WAY_reads_beyond_n,
    WAY_writes_beyond_n,
    WAY_ignores_has,
    WAY_wrong_elements,
    WAY_reads_the_clock,
    WAY_random,
    WAY_shared_static,
    WAY_static_over_contracts,
    WAY_writes_inputs,
    WAY_writes_parameters,
    WAY_unpriced_that_pays,
    WAY_last_row_unwritten,
    WAY_unknown_status,
    WAY_unknown_note,
    WAY_unknown_reason,
    WAY_group_left_out,
    WAY_group_twice,
    WAY_line_that_does_not_multiply,
    WAY_loop,
    WAY_crash,
    WAY_leak,
    WAY_thread_left_behind,
    WAY_overflow_wraps,
    WAY_trace_differs,
    WAY_malloc_unchecked,
    WAY_signal_handler,
    WAY_sets_the_locale,
    WAY_prints,
    WAY_exits,
    WAY_frees_twice,
    WAY_floating_point,
    WAY_depends_on_the_order_of_periods,
    WAY_default_of_its_own,
    WAY_fails_at_a_bound,
    WAY_line_from_nowhere,
    WAY_label_not_utf8,
    WAY_group_of_its_own,
    WAY_thread_local,
    WAY_reads_the_environment,
    WAY_reads_a_file,
    WAY_forks,
    WAY_rounding_mode,
    WAY_ends_in_a_destructor,
    WAY_returns_an_unknown_status,
    WAY_far_in_a_batch,
    WAY_last_row_of_a_large_batch,
    WAY_multiplies_in_64_bits,
    WAY_multiplies_in_unsigned_64_bits,
    WAY_clamps_to_64_bits,
    WAY_adds_a_missing_parameter,
    WAY_multiplies_by_a_missing_parameter,
    WAY_depends_on_addresses,
    WAY_depends_on_addresses_of_columns,
    WAY_memory_that_is_not_set,
    WAY_reads_rows_of_the_last_batch,
    WAY_forgets_a_part_of_a_batch,
    WAY_reads_the_working_directory,
    WAY_asks_for_its_resources,
    WAY_calls_the_system,
    WAY_changes_the_environment,
    WAY_floating_point_control,
    WAY_leaves_a_timer,
    WAY_closes_files,
    WAY_uses_up_the_stack,
    WAY_text_without_an_end,
    WAY_group_of_another_name
};

typedef struct own_params {
    rk_decimal share, bonus;
} own_params;

typedef struct own_state {
    rk_decimal share, bonus;
    unsigned calls;
    void *volatile lost;
    const int64_t *last;
} own_state;

static const rk_param params[] = {SHARE,
                                  {.name = "bonus",
                                   .type = RK_PARAM_DECIMAL,
                                   .offset = offsetof(own_params, bonus),
                                   .min = "0",
                                   .max = "9",
                                   .help = "Paid for each row besides."},
                                  {0}};

enum { COUNT, PRICE, EXTRA, DAYS, FEE };

static const rk_column columns[] = {COUNT_OF_CASES,
                                    {.table = "activity",
                                     .name = "price",
                                     .type = RK_COLUMN_DECIMAL,
                                     .flags = RK_REQUIRED | RK_PRICE_DECIDES,
                                     .help = "Price of a case."},
                                    {.table = "activity",
                                     .name = "extra",
                                     .type = RK_COLUMN_DECIMAL,
                                     .default_value = "0",
                                     .help = "Added to the row's amount."},
                                    {.table = "activity",
                                     .name = "days",
                                     .type = RK_COLUMN_DECIMAL,
                                     .help = "Days; a row without them pays 10 more."},
                                    {.table = BROKEN(default_of_its_own) ? "fees" : NULL,
                                     .name = BROKEN(default_of_its_own) ? "fee" : NULL,
                                     .type = RK_COLUMN_DECIMAL,
                                     .default_value = "5",
                                     .help = "Paid besides."},
                                    {0}};
static const rk_element elements[] = {
    {"base", 0, "count x price x share"}, {"extra", 0, "The row's own addition."}, {0}};
static const rk_note notes[] = {{"no-days", "rows without days"}, {0}};
static const rk_reason reasons[] = {{"10", "no price"}, {"20", "no days, so 10 more"}, {0}};
static const char *const group_by[] = {"pod", NULL};

static unsigned counter;
static _Thread_local unsigned seen;

#if defined(BREAK_ends_in_a_destructor)
__attribute__((destructor)) static void at_end(void)
{
    _exit(0);
}
#endif
static rk_decimal first_share;

static void *forever(void *none)
{
    for (;;) {
        (void) pause();
    }
    return none;
}

static int prepare(const rk_host *h, const void *own, const rk_period *period, void **state)
{
    const own_params *p = own;
    own_state *made = malloc(sizeof *made);
    (void) h;
    (void) period;
    if (made == NULL && !BROKEN(malloc_unchecked)) {
        return RK_NO_MEMORY;
    }
    *made = (own_state){.share = p->share, .bonus = p->bonus};
    if (p->bonus == RK_DECIMAL_NONE && !BROKEN(adds_a_missing_parameter) &&
        !BROKEN(multiplies_by_a_missing_parameter)) {
        made->bonus = 0;
    }
    if (BROKEN(memory_that_is_not_set)) {
        unsigned char *volatile bytes = malloc(48);
        made->share += bytes[40] == 0 ? 0 : 1000;
        free(bytes);
    }
    if (BROKEN(changes_the_environment)) {
        static char setting[] = "RECKONER_BONUS=1";
        (void) putenv(setting);
    }
    if (BROKEN(floating_point_control)) {
        const unsigned control = 0x9FC0;
        __asm__ volatile("ldmxcsr %0" : : "m"(control));
    }
    if (BROKEN(leaves_a_timer)) {
        const struct itimerval later = {.it_value = {.tv_sec = 1000}};
        (void) setitimer(ITIMER_REAL, &later, NULL);
    }
    if (BROKEN(closes_files)) {
        (void) close(STDIN_FILENO);
    }
    if (BROKEN(leak)) {
        made->lost = malloc(16);
    }
    if (BROKEN(static_over_contracts)) {
        first_share = first_share == 0 ? p->share : first_share;
        made->share = first_share;
    }
    if (BROKEN(depends_on_the_order_of_periods)) {
        static int32_t latest;
        made->share += latest > period->start.month ? 1000 : 0;
        latest = period->start.month;
    }
    if (BROKEN(thread_left_behind)) {
        pthread_t thread;
        (void) pthread_create(&thread, NULL, forever, NULL);
    }
    if (BROKEN(signal_handler)) {
        (void) signal(SIGUSR1, SIG_IGN);
    }
    if (BROKEN(sets_the_locale)) {
        (void) setlocale(LC_ALL, "C.UTF-8");
        (void) setlocale(LC_NUMERIC, "POSIX");
    }
    *state = made;
    return RK_OK;
}

static void release(void *state)
{
    free(state);
    if (BROKEN(frees_twice)) {
        free(state);
    }
}

/* What is broken in the amount of a row, in pennies. */
static rk_decimal fault_of(own_state *state, const rk_batch *batch, size_t i)
{
    rk_decimal pennies = 0;
    if (BROKEN(state_between_batches)) {
        pennies = state->calls > 0;
    } else if (BROKEN(depends_on_the_chunk)) {
        pennies = i == 0 && batch->n > 1;
    } else if (BROKEN(depends_on_row_order)) {
        pennies = i > 0 && batch->column[PRICE].v[i - 1] > batch->column[PRICE].v[i];
    } else if (BROKEN(reads_beyond_n)) {
        pennies = batch->column[PRICE].v[batch->n] == 12345;
    } else if (BROKEN(reads_the_clock)) {
        pennies = time(NULL) % 2;
    } else if (BROKEN(random)) {
        pennies = rand() % 2;
    } else if (BROKEN(shared_static)) {
        pennies = ++counter % 5 == 0;
    } else if (BROKEN(thread_local)) {
        pennies = ++seen % 5 == 0;
    } else if (BROKEN(reads_the_environment)) {
        pennies = getenv("RECKONER_BONUS") != NULL;
    } else if (BROKEN(reads_a_file)) {
        FILE *f = fopen("/etc/bonus", "r");
        pennies = f != NULL;
    } else if (BROKEN(forks)) {
        pennies = i == 0 && fork() == 0 ? (_exit(0), 0) : 0;
    } else if (BROKEN(far_in_a_batch)) {
        pennies = i >= 1000;
    } else if (BROKEN(last_row_of_a_large_batch)) {
        pennies = batch->n > 200 && i == batch->n - 1;
    } else if (BROKEN(depends_on_addresses)) {
        pennies = ((uintptr_t) (const void *) &elements >> 12) % 97;
    } else if (BROKEN(depends_on_addresses_of_columns)) {
        pennies = ((uintptr_t) batch->column[PRICE].v >> 6) % 3;
    } else if (BROKEN(reads_rows_of_the_last_batch)) {
        pennies = i == 0 && state->last != NULL && state->last[0] > 0;
        state->last = batch->column[PRICE].v;
    } else if (BROKEN(reads_the_working_directory)) {
        char folder[200];
        pennies = getcwd(folder, sizeof folder) != NULL && folder[1] == 'x';
    } else if (BROKEN(asks_for_its_resources)) {
        struct rusage usage;
        pennies = getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss < 0;
    } else if (BROKEN(calls_the_system)) {
        pennies = syscall(SYS_getpid) < 0;
    } else if (BROKEN(trace_differs)) {
        pennies = batch->trace;
    }
    return pennies * RK_DECIMAL_PENNY;
}

static void price_row(own_state *state, const rk_batch *batch, size_t i, rk_priced *out)
{
    const rk_column_data *column = batch->column;
    rk_decimal base = 0;
    rk_decimal extra = column[EXTRA].v[i] + fault_of(state, batch, i);
    if (!column[PRICE].has[i] && !BROKEN(ignores_has)) {
        out->status[i] = RK_ROW_UNPRICED;
        out->reason[i] = 1;
        if (BROKEN(unpriced_that_pays)) {
            out->amount[i] = out->element[0][i] = 10 * RK_DECIMAL_ONE;
        }
        return;
    }
    bool fits = rk_decimal_mul3(column[COUNT].v[i], column[PRICE].v[i], state->share,
                                RK_DECIMAL_PENNY, &base);
    if (BROKEN(floating_point)) {
        base =
            (rk_decimal) llround((double) column[COUNT].v[i] * (double) column[PRICE].v[i] / 1e12) *
            RK_DECIMAL_ONE;
    }
    if (BROKEN(multiplies_in_64_bits) || BROKEN(multiplies_in_unsigned_64_bits)) {
        const uint64_t product = (uint64_t) column[COUNT].v[i] * (uint64_t) column[PRICE].v[i];
        base = BROKEN(multiplies_in_64_bits) || (column[COUNT].v[i] ^ column[PRICE].v[i]) < 0
                   ? (rk_decimal) product / RK_DECIMAL_ONE
                   : (rk_decimal) (product / RK_DECIMAL_ONE);
        fits = rk_decimal_mul(base, state->share, RK_DECIMAL_PENNY, &base);
    } else if (BROKEN(clamps_to_64_bits) && !fits) {
        fits = true;
        base = INT64_MAX - (extra > 0 ? extra : 0) - 20 * RK_DECIMAL_ONE;
    }
    if (BROKEN(multiplies_by_a_missing_parameter)) {
        rk_decimal bonus = 0;
        fits &= rk_decimal_mul(column[COUNT].v[i], state->bonus, RK_DECIMAL_PENNY, &bonus);
        extra += fits ? bonus : 0;
    } else if (BROKEN(adds_a_missing_parameter)) {
        extra = (rk_decimal) ((uint64_t) extra + (uint64_t) state->bonus);
    } else {
        fits &= rk_decimal_add(extra, state->bonus, &extra);
    }
    if (!column[DAYS].has[i]) {
        fits &= rk_decimal_add(extra, 10 * RK_DECIMAL_ONE, &extra);
        out->notes[i] = 1;
        out->reason[i] = 2;
    }
    if (BROKEN(overflow_wraps)) {
        fits = true;
        base = (rk_decimal) ((uint64_t) base + (uint64_t) extra - (uint64_t) extra);
    }
    if (!fits || !rk_decimal_add(base, extra, &out->amount[i])) {
        out->status[i] = BROKEN(overflow_wraps) ? RK_ROW_PRICED : RK_ROW_OVERFLOW;
        out->amount[i] = (rk_decimal) ((uint64_t) base + (uint64_t) extra);
        out->amount[i] = out->amount[i] == RK_DECIMAL_NONE ? 0 : out->amount[i];
        out->element[0][i] = base;
        out->element[1][i] = (rk_decimal) ((uint64_t) out->amount[i] - (uint64_t) base);
        return;
    }
    out->element[0][i] = base;
    out->element[1][i] = extra + (BROKEN(wrong_elements) ? 1 : 0);
}

static unsigned deeper(volatile unsigned char *above)
{
    volatile unsigned char own[4096];
    own[0] = (unsigned char) (above[0] + 1);
    return deeper(own) + own[0];
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    own_state *s = (own_state *) (uintptr_t) state;
    const size_t n = batch->n - (BROKEN(last_row_unwritten) ? 1 : 0);
    if (BROKEN(uses_up_the_stack)) {
        volatile unsigned char first[1] = {0};
        s->calls += deeper(first);
    }
    for (size_t i = 0; i < n; i++) {
        price_row(s, batch, i, out);
        if (batch->trace) {
            h->row_step(h, "amount", "count x price x share + extra", out->amount[i]);
        }
    }
    for (size_t i = batch->n / 8 * 8; BROKEN(forgets_a_part_of_a_batch) && i < n; i++) {
        out->amount[i] = out->element[0][i] = out->element[1][i] = 0;
    }
    s->calls += BROKEN(state_between_batches);
    if (BROKEN(writes_beyond_n)) {
        out->amount[batch->n] = 1;
    }
    if (BROKEN(writes_inputs)) {
        ((int64_t *) (uintptr_t) batch->column[PRICE].v)[0] += RK_DECIMAL_ONE;
    }
    if (BROKEN(writes_parameters)) {
        ((own_params *) (uintptr_t) own)->share += 1;
    }
    if (BROKEN(unknown_status)) {
        out->status[0] = 7;
    }
    if (BROKEN(unknown_note)) {
        out->notes[0] |= 1u << 5;
    }
    if (BROKEN(unknown_reason)) {
        out->reason[0] = 3;
    }
    if (BROKEN(loop)) {
        for (volatile unsigned i = 0;; i++) {
        }
    }
    if (BROKEN(crash)) {
        *(volatile int *) (uintptr_t) (s->calls + 8) = 1;
    }
    if (BROKEN(prints)) {
        (void) puts("pricing");
        (void) fflush(stdout);
    }
    if (BROKEN(exits)) {
        exit(0);
    }
    return RK_OK;
}

static int settle(const rk_host *h, const void *own, const void *state, const rk_settlement *s)
{
    int status = RK_OK;
    (void) own;
    (void) state;
    for (size_t i = BROKEN(group_left_out) ? 1 : 0; i < s->n_group && status == RK_OK; i++) {
        status = h->group_line(h, rk_group_at(s, i), "case");
        if (BROKEN(group_twice) && status == RK_OK) {
            status = h->group_line(h, rk_group_at(s, i), "case");
        }
    }
    for (size_t i = 0; BROKEN(default_of_its_own) && i < h->n_rows(h, "fees"); i++) {
        const char *place = h->cell_place(h, FEE, i);
        const char *end = place != NULL ? strrchr(place, '/') : NULL;
        const bool given = end != NULL && strcmp(end, "/fee") == 0;
        status = h->line(h, &(rk_line){.label = "Fee",
                                       .rate = given ? h->cell(h, FEE, i) : h->integer(h, 0),
                                       .source = "fees"});
    }
    if (BROKEN(fails_at_a_bound) && status == RK_OK) {
        const rk_num share = h->label(h, h->decimal(h, ((const own_params *) own)->share), "share");
        status = h->line(h, &(rk_line){.label = "One in",
                                       .memo = true,
                                       .rate = h->div(h, h->integer(h, 1), share)});
    }
    if (BROKEN(label_not_utf8) && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "Caf\xe9", .rate = s->quantity, .memo = true});
    }
    if (BROKEN(text_without_an_end) && status == RK_OK) {
        char *const page =
            mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        (void) mprotect(page + 4096, 4096, PROT_NONE);
        memset(page, 'x', 4096);
        status = h->line(h, &(rk_line){.label = page + 4000, .rate = s->quantity, .memo = true});
    }
    if (BROKEN(group_of_another_name) && status == RK_OK && s->n_group > 0) {
        rk_group other = *rk_group_at(s, 0);
        other.label = "Another";
        status = h->group_line(h, &other, "case");
    }
    if (BROKEN(group_of_its_own) && status == RK_OK) {
        const rk_group made_up = {"Bonus", h->integer(h, 1), h->integer(h, 100), NULL};
        status = h->group_line(h, &made_up, "case");
    }
    if (BROKEN(rounding_mode)) {
        (void) fesetround(FE_UPWARD);
    }
    if (BROKEN(returns_an_unknown_status)) {
        return -4711;
    }
    if (BROKEN(line_from_nowhere) && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "Fee", .rate = h->decimal(h, 12340000)});
    }
    if (BROKEN(line_that_does_not_multiply) && status == RK_OK) {
        status = h->line(h, &(rk_line){.label = "Fee",
                                       .quantity = h->integer(h, 2),
                                       .rate = h->integer(h, 3),
                                       .amount = h->integer(h, 7)});
    }
    return status;
}

RK_RULE_EXPORT("broken", "1.0.0", .title = "Broken", .summary = "Broken as: " TEXT(BREAK) ".",
               .params = params, .params_size = sizeof(own_params), .columns = columns,
               .elements = elements, .notes = notes, .rows = "activity", .group_by = group_by,
               .row_kind = RK_ROWS_ROUNDED, .prepare = prepare, .price = price, .settle = settle,
               .release = release, .reasons = reasons);
