/* SPDX-License-Identifier: MIT
 *
 * run.c: dealing contracts out to workers, and taking their replies.
 *
 * A worker is given several contracts at a time. When it dies, those that it has not
 * answered go to others. The one that its page names goes alone to a fresh worker; if that
 * dies as well, the contract fails. While a worker is silent and others are idle, they are
 * also given what is queued behind its first contract, and the first answer counts.
 */
#include "batch/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "batch/batch.h"
#include "batch/evaluator.h"
#include "batch/window.h"

#define TASK_BYTES  ((size_t) 512 << 10)
#define SILENT_US   100000
#define STEP_US     100000
#define STARTS_MOST 3

/* A worker is given more contracts when it has fewer than this: enough to be busy until the
 * parent runs again, but no more, since other workers cannot have them. */
#define TASK_ITEMS_MOST  512
#define TASK_ITEMS_LEAST 4
#define TASK_US          20000
/* The average time of a contract is taken over about this many. */
#define PACE_OF    16
#define PACE_FIRST (PACE_OF * 300)

typedef struct queue {
    uint64_t *items;
    size_t n, capacity;
} queue;

typedef struct run {
    rk__batch *batch;
    rk_problems *problems;
    rk__window window;
    rk__evaluator *evaluator; /* in process */
    rk__buf record;
    rk__workers workers; /* else */
    struct pollfd *polled;
    uint64_t pace; /* microseconds: PACE_OF times the average of a contract */
    queue retry;   /* contracts to be given out again */
    queue alone;   /* the same, to fresh workers */
} run;

static size_t task_items(const run *r)
{
    const uint64_t n = (uint64_t) TASK_US * PACE_OF / (r->pace + 1);
    return n > TASK_ITEMS_MOST    ? TASK_ITEMS_MOST
           : n < TASK_ITEMS_LEAST ? TASK_ITEMS_LEAST
                                  : (size_t) n;
}

/* ------------------------------------------------------------------- dealing out */

static bool requeue(run *r, uint64_t index, bool alone)
{
    queue *q = alone ? &r->alone : &r->retry;
    if (rk__grow((void **) &q->items, &q->capacity, q->n + 1, sizeof *q->items) != 0) {
        return false;
    }
    q->items[q->n++] = index;
    return true;
}

/* The next contract that no worker has; false if there is none. */
static bool take_next(run *r, uint64_t *index)
{
    while (r->retry.n > 0) {
        *index = r->retry.items[--r->retry.n];
        const rk__slot *s = rk__window_slot(&r->window, *index);
        if (s != NULL && !s->done && !s->alone) {
            return true;
        }
    }
    while (r->window.next < r->window.tail) {
        *index = r->window.next++;
        if (!rk__window_slot(&r->window, *index)->done) {
            return true;
        }
    }
    return false;
}

static bool deal_one(rk__worker *w, const rk__slot *s)
{
    const rk__batch_job job = rk__batch_job_of(&s->item);
    rk__batch_job_pack(&w->out, &job);
    return rk__worker_queue(w, &s->item);
}

/* Gives a worker a task of up to `most` contracts. */
static rk_status deal_task(run *r, rk__worker *w, size_t most)
{
    uint64_t index = 0;
    const bool idle = rk__worker_idle(w);
    const size_t begin = rk__frame_begin(&w->out);
    size_t n = 0;
    bool good = true;
    while (good && n < most && w->out.length - begin < TASK_BYTES && take_next(r, &index)) {
        good = deal_one(w, rk__window_slot(&r->window, index));
        n++;
    }
    if (n == 0) {
        w->out.length = begin;
        return RK_OK;
    }
    rk__frame_end(&w->out, begin, RK__BATCH_TASK);
    if (idle) {
        w->heard_us = rk__microseconds();
    }
    return good && !w->out.failed ? RK_OK : RK_NO_MEMORY;
}

/* Gives contracts at which a worker died to fresh workers, one to each. */
static rk_status deal_alone(run *r)
{
    for (size_t i = 0; i < r->workers.n && r->alone.n > 0; i++) {
        rk__worker *w = &r->workers.all[i];
        if (!rk__worker_runs(w) || !rk__worker_idle(w) || w->alone) {
            continue;
        }
        rk_status status = RK_OK;
        if (!w->fresh) {
            (void) rk__worker_end(w);
            status = rk__worker_start(&r->workers, w, r->problems);
        }
        const uint64_t index = r->alone.items[--r->alone.n];
        const rk__slot *s = rk__window_slot(&r->window, index);
        if (status == RK_OK && s != NULL && !s->done) {
            const size_t begin = rk__frame_begin(&w->out);
            const bool good = deal_one(w, s);
            rk__frame_end(&w->out, begin, RK__BATCH_TASK);
            w->alone = true;
            w->heard_us = rk__microseconds();
            status = good && !w->out.failed ? RK_OK : RK_NO_MEMORY;
        }
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* If a worker is slow at its first contract, puts the rest of its queue up for others too. */
static bool share_out(run *r, uint64_t now)
{
    for (size_t i = 0; i < r->workers.n; i++) {
        rk__worker *w = &r->workers.all[i];
        if (!rk__worker_runs(w) || w->n - w->first < 2 || now - w->heard_us < SILENT_US) {
            continue;
        }
        bool any = false;
        for (size_t k = w->n; k > w->first + 1; k--) {
            rk__slot *s = rk__window_slot(&r->window, w->queue[k - 1].index);
            if (s != NULL && !s->done && !s->shared) {
                s->shared = true;
                any = requeue(r, w->queue[k - 1].index, false) || any;
            }
        }
        if (any) {
            return true;
        }
    }
    return false;
}

static rk_status deal(run *r)
{
    rk_status status = deal_alone(r);
    const uint64_t pending = r->window.tail - r->window.next + r->retry.n;
    size_t most = (size_t) (pending / (2 * (uint64_t) r->workers.n));
    const size_t enough = task_items(r);
    most = most < 1 ? 1 : most > enough ? enough : most;
    size_t idle = 0;
    for (size_t i = 0; i < r->workers.n && status == RK_OK; i++) {
        rk__worker *w = &r->workers.all[i];
        if (!rk__worker_runs(w) &&
            (r->window.tail > r->window.next || r->retry.n > 0 || r->alone.n > 0)) {
            status = rk__worker_start(&r->workers, w, r->problems);
        }
        if (status == RK_OK && rk__worker_runs(w) && !w->alone && w->n - w->first < enough &&
            w->out.length < TASK_BYTES) {
            status = deal_task(r, w, most);
        }
        idle += rk__worker_runs(w) && rk__worker_idle(w);
    }
    if (status == RK_OK && idle > 0 && r->workers.n > 1 && share_out(r, rk__microseconds())) {
        return deal(r);
    }
    return status;
}

/* ----------------------------------------------------------------------- deaths */

static rk_status report_death(run *r, rk__slot *s, const rk__mark *mark, bool timed_out, int how)
{
    char ended[160];
    char message[512];
    if (timed_out) {
        (void) snprintf(ended, sizeof ended, "did not finish in %g seconds, twice",
                        (double) r->batch->options.timeout_ms / 1000);
    } else if (WIFSIGNALED(how)) {
        (void) snprintf(ended, sizeof ended, "ended its process by signal %d (%s), twice",
                        WTERMSIG(how), strsignal(WTERMSIG(how)));
    } else {
        (void) snprintf(ended, sizeof ended, "ended its process with exit code %d, twice",
                        WEXITSTATUS(how));
    }
    const char *contract = mark->contract[0] != '\0' ? mark->contract : NULL;
    const bool named = mark->rule[0] != '\0';
    if (named) {
        (void) snprintf(message, sizeof message, "rule '%s' %s", mark->rule, ended);
    } else {
        (void) snprintf(message, sizeof message, "the evaluation %s, outside any rule", ended);
    }
    return rk__window_fail(
        &r->window, s, contract, timed_out ? RK_RULE_TIMEOUT : RK_RULE_CRASHED,
        named ? mark->rule : NULL,
        named ? "report this to the maintainer of the rule; other contracts are not affected"
              : NULL,
        message);
}

/* The contract at which a worker died: the one on its page, if it was in its queue. */
static uint64_t blamed(const rk__worker *w, uint64_t marked)
{
    for (size_t i = w->first; i < w->n; i++) {
        if (w->queue[i].index == marked) {
            return marked;
        }
    }
    return w->queue[w->first].index;
}

/* Ends a worker and gives its contracts to others. With `blame`, the contract at hand is the cause,
 * if the worker was ready. */
static rk_status reap_worker(run *r, rk__worker *w, bool blame)
{
    const bool began = w->ready;
    const bool timed_out = w->timed_out;
    const bool alone = w->alone;
    rk__mark mark = w->mark != NULL ? *w->mark : (rk__mark){0};
    mark.contract[sizeof mark.contract - 1] = '\0';
    mark.rule[sizeof mark.rule - 1] = '\0';
    const size_t first = w->first;
    const size_t n = w->n;
    const uint64_t at = blame && began && first < n ? blamed(w, mark.index) : UINT64_MAX;
    const int how = rk__worker_end(w);
    rk_status status = RK_OK;
    r->workers.failed_starts = began ? 0 : r->workers.failed_starts + 1;
    if (r->workers.failed_starts >= STARTS_MOST) {
        return rk__problem(r->problems, RK_IO, NULL, "give more --memory, or use --in-process",
                           "workers exit as soon as they start");
    }
    for (size_t i = n; i > first && status == RK_OK; i--) {
        const uint64_t index = w->queue[i - 1].index;
        rk__slot *s = rk__window_slot(&r->window, index);
        if (s == NULL || s->done) {
            continue;
        }
        if (index != at) {
            status = requeue(r, index, s->alone) ? RK_OK : RK_NO_MEMORY;
        } else if (s->alone && !alone) {
            continue; /* shared: its last try is in progress or queued */
        } else if (s->alone) {
            status = report_death(r, s, &mark, timed_out, how);
        } else {
            s->alone = true;
            status = requeue(r, index, true) ? RK_OK : RK_NO_MEMORY;
        }
    }
    return status;
}

/* ---------------------------------------------------------------------- replies */

/* Takes the record of a contract, unless another worker has already answered. RK_SYNTAX if the
 * frame is not a reply to the first contract of the queue. */
static rk_status take_reply(run *r, rk__worker *w, const rk__frame *frame, bool *starved)
{
    rk__unpack in = {.at = frame->body, .end = frame->body + frame->length};
    const uint64_t index = rk__unpack_number(&in);
    const uint64_t micros = rk__unpack_number(&in);
    *starved = rk__unpack_number(&in) != 0;
    if (in.failed || rk__worker_idle(w) || w->queue[w->first].index != index) {
        return RK_SYNTAX;
    }
    rk__worker_answered(w);
    r->pace += (micros < TASK_US ? micros : TASK_US) - r->pace / PACE_OF;
    rk__slot *s = rk__window_slot(&r->window, index);
    if (s != NULL && !s->done && *starved && !s->alone) {
        s->alone = true;
        return requeue(r, index, true) ? RK_OK : RK_NO_MEMORY;
    }
    w->fresh = false;
    w->alone = false;
    return s == NULL || s->done
               ? RK_OK
               : rk__window_take(&r->window, s, in.at, (size_t) (in.end - in.at), micros);
}

/* Takes the replies that have arrived. Ends a worker that sends anything else. */
static rk_status read_replies(run *r, rk__worker *w)
{
    const bool open = rk__worker_receive(w);
    for (;;) {
        rk__frame frame;
        const rk__frame_state state = rk__frame_next(&w->in, &frame);
        if (state == RK__FRAME_PART) {
            return open ? RK_OK : reap_worker(r, w, true);
        }
        bool starved = false;
        rk_status status = RK_SYNTAX;
        if (state == RK__FRAME_WHOLE && frame.kind == RK__BATCH_READY && !w->ready) {
            w->ready = true;
            status = RK_OK;
        } else if (state == RK__FRAME_WHOLE && frame.kind == RK__BATCH_REPLY) {
            status = take_reply(r, w, &frame, &starved);
        }
        if (status == RK_SYNTAX) {
            return reap_worker(r, w, true);
        }
        if (status != RK_OK || starved) {
            /* The worker may not have enough memory left for another contract. */
            return status != RK_OK ? status : reap_worker(r, w, false);
        }
    }
}

/* ---------------------------------------------------------------------- waiting */

/* Milliseconds until the next deadline or progress report; `now` in microseconds. */
static int poll_timeout_ms(const run *r, uint64_t now)
{
    uint64_t until = now + STEP_US;
    for (size_t i = 0; i < r->workers.n; i++) {
        const uint64_t deadline = rk__worker_deadline(&r->workers, &r->workers.all[i], now);
        until = deadline < until ? deadline : until;
    }
    return until <= now ? 0 : (int) ((until - now) / 1000) + 1;
}

static rk_status check_times(run *r)
{
    const uint64_t now = rk__microseconds();
    rk_status status = RK_OK;
    for (size_t i = 0; i < r->workers.n && status == RK_OK; i++) {
        rk__worker *w = &r->workers.all[i];
        if (now > rk__worker_deadline(&r->workers, w, now)) {
            w->timed_out = true;
            status = reap_worker(r, w, true);
        }
    }
    return status;
}

static rk_status wait_for_workers(run *r)
{
    const size_t n = r->workers.n;
    for (size_t i = 0; i < n; i++) {
        const rk__worker *w = &r->workers.all[i];
        r->polled[i] =
            (struct pollfd){.fd = rk__worker_runs(w) ? w->fd : -1,
                            .events = (short) (POLLIN | (w->out.length > 0 ? POLLOUT : 0))};
    }
    r->polled[n] = (struct pollfd){
        .fd = r->window.waiting ? rk__batch_source_fd(r->batch->source) : -1, .events = POLLIN};
    int ready = poll(r->polled, (nfds_t) n + 1, 0);
    if (ready == 0) {
        const rk_status status = rk__batch_flush(r->batch);
        if (status != RK_OK) {
            return status;
        }
        ready = poll(r->polled, (nfds_t) n + 1, poll_timeout_ms(r, rk__microseconds()));
    }
    if (ready < 0 && errno != EINTR) {
        return rk__problem(r->problems, RK_IO, NULL, NULL, "cannot wait for workers: %s",
                           strerror(errno));
    }
    rk_status status = RK_OK;
    for (size_t i = 0; ready > 0 && i < n && status == RK_OK; i++) {
        rk__worker *w = &r->workers.all[i];
        if (rk__worker_runs(w) && (r->polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            status = read_replies(r, w);
        }
    }
    /* Only now, since the replies just read are in time. */
    return status == RK_OK ? check_times(r) : status;
}

static rk_status turn(run *r)
{
    rk_status status = rk__window_fill(&r->window, (uint64_t) r->workers.n * task_items(r) * 4);
    if (status == RK_OK) {
        status = deal(r);
    }
    for (size_t i = 0; i < r->workers.n && status == RK_OK; i++) {
        rk__worker *w = &r->workers.all[i];
        if (rk__worker_runs(w) && !rk__worker_send(w)) {
            status = read_replies(r, w); /* those that it sent before it died */
            if (status == RK_OK && rk__worker_runs(w) && w->out.length > 0) {
                status = reap_worker(r, w, true);
            }
        }
    }
    if (status == RK_OK) {
        status = rk__window_emit(&r->window);
    }
    if (status == RK_OK && !rk__window_done(&r->window)) {
        status = wait_for_workers(r);
    }
    return status == RK_OK ? rk__window_emit(&r->window) : status;
}

/* ------------------------------------------------------------------- in process */

/* Evaluates the next contract, if there is one. */
static rk_status turn_in_process(run *r)
{
    rk__window *w = &r->window;
    rk_status status = rk__window_fill(w, 1);
    if (status == RK_OK && w->waiting) {
        struct pollfd one = {.fd = rk__batch_source_fd(r->batch->source), .events = POLLIN};
        status = rk__batch_flush(r->batch);
        (void) poll(&one, 1, STEP_US / 1000);
    }
    if (status != RK_OK || w->next == w->tail) {
        return status;
    }
    rk__slot *s = rk__window_slot(w, w->next++);
    if (!s->done) {
        const rk__batch_job job = rk__batch_job_of(&s->item);
        const uint64_t begun = rk__microseconds();
        bool starved = false;
        rk__buf_reset(&r->record);
        status = rk__evaluator_run(r->evaluator, &job, &r->record, &starved);
        if (status == RK_OK) {
            status =
                rk__window_take(w, s, r->record.text, r->record.length, rk__microseconds() - begun);
        }
    }
    return status == RK_OK ? rk__window_emit(w) : status;
}

/* ----------------------------------------------------------------------- the run */

static rk_status begin(run *r, const rk__batch_setup *setup)
{
    const rk_batch_options *options = &r->batch->options;
    if (options->in_process) {
        return rk__evaluator_new(setup, NULL, -1, &r->evaluator, r->problems);
    }
    const size_t n = options->jobs > 0 ? options->jobs : rk__cores();
    r->polled = rk__calloc(n + 1, sizeof *r->polled);
    const rk_status status = rk__workers_new(
        options, setup, n, rk__batch_source_share(r->batch->source), &r->workers, r->problems);
    return r->polled == NULL ? RK_NO_MEMORY : status;
}

static void dispose(run *r)
{
    rk__evaluator_free(r->evaluator);
    rk__workers_dispose(&r->workers);
    rk__window_dispose(&r->window);
    rk__free(r->polled);
    rk__free(r->retry.items);
    rk__free(r->alone.items);
    rk__buf_dispose(&r->record);
}

rk_status rk__batch_run(rk__batch *b, const rk__batch_setup *setup, bool *stopped)
{
    const uint64_t first = b->summary->done; /* an earlier run has done those before */
    run r = {.batch = b,
             .problems = b->problems,
             .window = {.batch = b, .head = first, .tail = first, .next = first},
             .workers = {.lock = -1, .texts = -1},
             .pace = PACE_FIRST};
    bool going = true;
    rk_status status = begin(&r, setup);
    while (status == RK_OK && going && !rk__window_done(&r.window)) {
        status = b->options.in_process ? turn_in_process(&r) : turn(&r);
        going = rk__batch_progress(b);
    }
    if (status == RK_OK) {
        status = rk__batch_flush(b);
    }
    *stopped = !rk__window_done(&r.window);
    dispose(&r);
    return status;
}
