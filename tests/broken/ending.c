/* SPDX-License-Identifier: MIT
 *
 * ending.c: a rule that ends its process, as if all were well. ENDING_WAY in the environment says
 * how, ENDING_PLACE in which of its functions; tests/checks/ending.py runs every command on it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <reckoner/plugin.h>

typedef struct own_params {
    rk_decimal rate;
} own_params;

static const rk_param params[] = {{.name = "rate",
                                   .type = RK_PARAM_DECIMAL,
                                   .offset = offsetof(own_params, rate),
                                   .default_value = "1",
                                   .help = "Not used."},
                                  {0}};

static void end(void)
{
    const char *way = getenv("ENDING_WAY");
    way = way != NULL ? way : "";
    if (strcmp(way, "exit") == 0) {
        exit(0);
    } else if (strcmp(way, "_exit") == 0) {
        _exit(0);
    } else if (strcmp(way, "quick_exit") == 0) {
        quick_exit(0);
    } else if (strcmp(way, "exit_group") == 0) {
        (void) syscall(SYS_exit_group, 0);
    } else if (strcmp(way, "thread") == 0) {
        (void) syscall(SYS_exit, 0);
    } else if (strcmp(way, "pthread_exit") == 0) {
        pthread_exit(NULL);
    } else if (strcmp(way, "kill") == 0) {
        (void) kill(getpid(), SIGKILL);
    } else if (strcmp(way, "handled") == 0) { /* one that took the host's handlers away */
        (void) signal(SIGABRT, SIG_DFL);
        abort();
    } else if (strcmp(way, "findings") == 0) {
        _exit(1);
    }
}

static void at(const char *place)
{
    const char *chosen = getenv("ENDING_PLACE");
    if (chosen != NULL && strcmp(chosen, place) == 0) {
        end();
    }
}

__attribute__((constructor)) static void loaded(void)
{
    at("load");
}

static int check(const rk_host *h, const void *own, const rk_of *of, size_t n_of)
{
    (void) h, (void) own, (void) of, (void) n_of;
    at("check");
    return RK_OK;
}

static int prepare(const rk_host *h, const void *own, const rk_period *period, void **state)
{
    (void) h, (void) own, (void) period, (void) state;
    at("prepare");
    return RK_OK;
}

static int price(const rk_host *h, const void *own, const void *state, const rk_batch *batch,
                 rk_priced *out)
{
    (void) h, (void) own, (void) state;
    at("price");
    for (size_t i = 0; i < batch->n; i++) {
        out->amount[i] = batch->column[0].v[i];
    }
    return RK_OK;
}

static int settle(const rk_host *h, const void *own, const void *state, const rk_settlement *s)
{
    int status = RK_OK;
    (void) own, (void) state;
    at("settle");
    for (size_t i = 0; i < s->n_group && status == RK_OK; i++) {
        status = h->group_line(h, rk_group_at(s, i), "case");
    }
    return status;
}

static void release(void *state)
{
    (void) state;
    at("release");
}

static const rk_column columns[] = {{.table = "activity",
                                     .name = "count",
                                     .type = RK_COLUMN_DECIMAL,
                                     .flags = RK_QUANTITY,
                                     .default_value = "1",
                                     .unit = "case",
                                     .help = "Cases in the row."},
                                    {0}};

RK_RULE_EXPORT("ending", "1.0.0", .title = "Ending", .summary = "Ends its process.",
               .params = params, .params_size = sizeof(own_params), .columns = columns,
               .rows = "activity", .row_kind = RK_ROWS_ROUNDED, .check = check, .prepare = prepare,
               .price = price, .settle = settle, .release = release);
