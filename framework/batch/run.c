/* SPDX-License-Identifier: MIT
 *
 * run.c: contracts dealt out to workers, and what becomes of them.
 *
 * A worker is given several contracts at a time. When it dies, those that it has not
 * answered go to others; the one that its page names goes alone to a fresh worker, and
 * if that dies as well, it is the contract's record. Where a worker stays silent while
 * others have nothing to do, what lies behind its first contract is given to them too,
 * and the first answer counts.
 */
#include "batch/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define TASK_BYTES  ((size_t) 512 << 10)
#define SILENT_US   100000
#define STEP_US     100000
#define STARTS_MOST 3

/* ------------------------------------------------------------------- dealing out */

static bool again_add(run *r, uint64_t index, bool alone)
{
    rk__queue *q = alone ? &r->alone : &r->again;
    if (rk__grow((void **) &q->items, &q->capacity, q->n + 1, sizeof *q->items) != 0) {
        return false;
    }
    q->items[q->n++] = index;
    return true;
}

/* The next contract that nobody has; false where there is none. */
static bool take_next(run *r, uint64_t *index)
{
    while (r->again.n > 0) {
        *index = r->again.items[--r->again.n];
        const slot *s = rk__window_slot(r, *index);
        if (s != NULL && !s->done && !s->alone) {
            return true;
        }
    }
    while (r->next < r->tail) {
        *index = r->next++;
        if (!rk__window_slot(r, *index)->done) {
            return true;
        }
    }
    return false;
}

static bool deal_one(rk__worker *w, const slot *s)
{
    const rk__batch_job job = rk__batch_job_of(&s->item);
    rk__batch_job_pack(&w->out, &job);
    return rk__worker_queue(w, &s->item);
}

/* Gives a worker a task of up to `most` contracts. */
static rk_status deal_task(run *r, rk__worker *w, size_t most)
{
    uint64_t index = 0;
    const bool idle = w->first == w->n;
    const size_t begin = rk__frame_begin(&w->out);
    size_t n = 0;
    bool good = true;
    while (good && n < most && w->out.length - begin < TASK_BYTES && take_next(r, &index)) {
        good = deal_one(w, rk__window_slot(r, index));
        n++;
    }
    if (n == 0) {
        w->out.length = begin;
        return RK_OK;
    }
    rk__frame_end(&w->out, begin, RK__BATCH_TASK);
    if (idle) {
        w->heard_us = rk__batch_now_us();
    }
    return good && !w->out.failed ? RK_OK : RK_NO_MEMORY;
}

/* Contracts that brought a worker down go one by one to workers that did nothing yet. */
static rk_status deal_alone(run *r)
{
    for (size_t i = 0; i < r->pool.n && r->alone.n > 0; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (!rk__worker_runs(w) || w->first != w->n || w->alone) {
            continue;
        }
        rk_status status = RK_OK;
        if (!w->fresh) {
            (void) rk__worker_end(w);
            status = rk__worker_start(&r->pool, w, r->problems);
        }
        const uint64_t index = r->alone.items[--r->alone.n];
        const slot *s = rk__window_slot(r, index);
        if (status == RK_OK && s != NULL && !s->done) {
            const size_t begin = rk__frame_begin(&w->out);
            const bool good = deal_one(w, s);
            rk__frame_end(&w->out, begin, RK__BATCH_TASK);
            w->alone = true;
            w->heard_us = rk__batch_now_us();
            status = good && !w->out.failed ? RK_OK : RK_NO_MEMORY;
        }
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* Where some have nothing to do, what lies behind a contract that takes long is given
 * to them as well. */
static bool share_out(run *r, uint64_t now)
{
    for (size_t i = 0; i < r->pool.n; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (!rk__worker_runs(w) || w->n - w->first < 2 || now - w->heard_us < SILENT_US) {
            continue;
        }
        bool any = false;
        for (size_t k = w->n; k > w->first + 1; k--) {
            slot *s = rk__window_slot(r, w->queue[k - 1].index);
            if (s != NULL && !s->done && !s->shared) {
                s->shared = true;
                any = again_add(r, w->queue[k - 1].index, false) || any;
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
    const uint64_t pending = r->tail - r->next + r->again.n;
    size_t most = (size_t) (pending / (2 * (uint64_t) r->pool.n));
    const size_t enough = task_items(r);
    most = most < 1 ? 1 : most > enough ? enough : most;
    size_t idle = 0;
    for (size_t i = 0; i < r->pool.n && status == RK_OK; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (!rk__worker_runs(w) && (r->tail > r->next || r->again.n > 0 || r->alone.n > 0)) {
            status = rk__worker_start(&r->pool, w, r->problems);
        }
        if (status == RK_OK && rk__worker_runs(w) && !w->alone && w->n - w->first < enough &&
            w->out.length < TASK_BYTES) {
            status = deal_task(r, w, most);
        }
        idle += rk__worker_runs(w) && w->first == w->n;
    }
    if (status == RK_OK && idle > 0 && r->pool.n > 1 && share_out(r, rk__batch_now_us())) {
        return deal(r);
    }
    return status;
}

/* ----------------------------------------------------------------------- deaths */

static rk_status tell_death(run *r, slot *s, const rk__mark *mark, bool timed_out, int how)
{
    char ended[160];
    char message[512];
    if (timed_out) {
        (void) snprintf(ended, sizeof ended, "did not finish in %g seconds, twice",
                        (double) r->plan->timeout_ms / 1000);
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
        (void) snprintf(message, sizeof message, "the evaluation %s, outside of any rule", ended);
    }
    return rk__window_fail(
        r, s, contract, timed_out ? RK_RULE_TIMEOUT : RK_RULE_CRASHED, named ? mark->rule : NULL,
        named ? "tell who maintains the rule; other contracts are not affected" : NULL, message);
}

/* The contract that a dead worker was at: what its page says, if it had that. */
static uint64_t blamed(const rk__worker *w, uint64_t marked)
{
    for (size_t i = w->first; i < w->n; i++) {
        if (w->queue[i].index == marked) {
            return marked;
        }
    }
    return w->queue[w->first].index;
}

/* Ends a worker and finds another place for what it had. `blame` is false where it did
 * nothing wrong, or never began. */
static rk_status bury(run *r, rk__worker *w, bool blame)
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
    r->pool.failed_starts = began ? 0 : r->pool.failed_starts + 1;
    if (r->pool.failed_starts >= STARTS_MOST) {
        return rk__problem(r->problems, RK_IO, NULL, "give more --memory, or use --in-process",
                           "workers end as soon as they are started");
    }
    for (size_t i = n; i > first && status == RK_OK; i--) {
        const uint64_t index = w->queue[i - 1].index;
        slot *s = rk__window_slot(r, index);
        if (s == NULL || s->done) {
            continue;
        }
        if (index != at) {
            status = again_add(r, index, s->alone) ? RK_OK : RK_NO_MEMORY;
        } else if (s->alone && !alone) {
            continue; /* shared out; its last try is under way, or waits for its turn */
        } else if (s->alone) {
            status = tell_death(r, s, &mark, timed_out, how);
        } else {
            s->alone = true;
            status = again_add(r, index, true) ? RK_OK : RK_NO_MEMORY;
        }
    }
    return status;
}

/* ---------------------------------------------------------------------- replies */

/* A reply to a contract that somebody else has answered is dropped. */
static rk_status take_reply(run *r, rk__worker *w, const rk__frame *frame, bool *starved)
{
    rk__unpack in = {.at = frame->body, .end = frame->body + frame->length};
    const uint64_t index = rk__unpack_number(&in);
    const uint64_t micros = rk__unpack_number(&in);
    *starved = rk__unpack_number(&in) != 0;
    if (in.failed || w->first == w->n || w->queue[w->first].index != index) {
        return RK_SYNTAX;
    }
    rk__worker_answered(w);
    r->pace += (micros < TASK_US ? micros : TASK_US) - r->pace / PACE_OF;
    slot *s = rk__window_slot(r, index);
    const bool again = s != NULL && !s->done && *starved && !s->alone;
    if (again) {
        s->alone = true;
        return again_add(r, index, true) ? RK_OK : RK_NO_MEMORY;
    }
    w->fresh = false;
    w->alone = false;
    return s == NULL || s->done ? RK_OK
                                : rk__window_take(r, s, in.at, (size_t) (in.end - in.at), micros);
}

/* Takes in what a worker has sent; one that sends what is no reply is as good as dead. */
static rk_status hear(run *r, rk__worker *w)
{
    const bool open = rk__worker_receive(w);
    for (;;) {
        rk__frame frame;
        const rk__frame_state state = rk__worker_frame(w, &frame);
        if (state == RK__FRAME_PART) {
            return open ? RK_OK : bury(r, w, true);
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
            return bury(r, w, true);
        }
        if (status != RK_OK || starved) {
            /* What ran out of memory may have left little of it. */
            return status != RK_OK ? status : bury(r, w, false);
        }
    }
}

/* ---------------------------------------------------------------------- waiting */

/* Milliseconds until something has to be looked at; `now` in microseconds. */
static int patience(const run *r, uint64_t now)
{
    uint64_t until = now + STEP_US;
    for (size_t i = 0; i < r->pool.n; i++) {
        const uint64_t deadline = rk__worker_deadline(&r->pool, &r->pool.workers[i], now);
        until = deadline < until ? deadline : until;
    }
    return until <= now ? 0 : (int) ((until - now) / 1000) + 1;
}

static rk_status check_times(run *r)
{
    const uint64_t now = rk__batch_now_us();
    rk_status status = RK_OK;
    for (size_t i = 0; i < r->pool.n && status == RK_OK; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (now > rk__worker_deadline(&r->pool, w, now)) {
            w->timed_out = true;
            status = bury(r, w, true);
        }
    }
    return status;
}

static rk_status wait_for_workers(run *r)
{
    const size_t n = r->pool.n;
    for (size_t i = 0; i < n; i++) {
        const rk__worker *w = &r->pool.workers[i];
        r->polled[i] =
            (struct pollfd){.fd = rk__worker_runs(w) ? w->fd : -1,
                            .events = (short) (POLLIN | (w->out.length > 0 ? POLLOUT : 0))};
    }
    r->polled[n] =
        (struct pollfd){.fd = r->waiting ? rk__batch_source_fd(r->source) : -1, .events = POLLIN};
    int ready = poll(r->polled, (nfds_t) n + 1, 0);
    if (ready == 0) {
        const rk_status status = r->calls->idle(r->calls->ctx);
        if (status != RK_OK) {
            return status;
        }
        ready = poll(r->polled, (nfds_t) n + 1, patience(r, rk__batch_now_us()));
    }
    if (ready < 0 && errno != EINTR) {
        return rk__problem(r->problems, RK_IO, NULL, NULL, "waiting for workers failed: %s",
                           strerror(errno));
    }
    rk_status status = RK_OK;
    for (size_t i = 0; ready > 0 && i < n && status == RK_OK; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (rk__worker_runs(w) && (r->polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            status = hear(r, w);
        }
    }
    /* Only now: what has just been heard counts as in time. */
    return status == RK_OK ? check_times(r) : status;
}

static rk_status turn(run *r)
{
    rk_status status = rk__window_fill(r);
    if (status == RK_OK) {
        status = deal(r);
    }
    for (size_t i = 0; i < r->pool.n && status == RK_OK; i++) {
        rk__worker *w = &r->pool.workers[i];
        if (rk__worker_runs(w) && !rk__worker_send(w)) {
            status = hear(r, w); /* what it said before it went */
            if (status == RK_OK && rk__worker_runs(w) && w->out.length > 0) {
                status = bury(r, w, true);
            }
        }
    }
    if (status == RK_OK) {
        status = rk__window_emit(r);
    }
    if (status == RK_OK && !(r->ended && r->head == r->tail)) {
        status = wait_for_workers(r);
    }
    return status == RK_OK ? rk__window_emit(r) : status;
}

/* ------------------------------------------------------------------- in process */

static rk_status turn_in_process(run *r)
{
    rk_status status = rk__window_fill(r);
    while (status == RK_OK && r->next < r->tail) {
        slot *s = rk__window_slot(r, r->next++);
        if (!s->done) {
            const rk__batch_job job = rk__batch_job_of(&s->item);
            const uint64_t begun = rk__batch_now_us();
            bool starved = false;
            rk__buf_reset(&r->scratch);
            status = r->calls->evaluate(r->calls->ctx, &job, &r->scratch, &starved);
            if (status == RK_OK) {
                status = r->scratch.failed
                             ? RK_NO_MEMORY
                             : rk__window_take(r, s, r->scratch.text, r->scratch.length,
                                               rk__batch_now_us() - begun);
            }
        }
        if (status == RK_OK) {
            status = rk__window_emit(r);
        }
        if (!r->calls->step(r->calls->ctx, r->source)) {
            r->stopped = true;
            return status;
        }
    }
    if (status == RK_OK) {
        status = rk__window_emit(r);
    }
    if (status == RK_OK && r->waiting) {
        struct pollfd one = {.fd = rk__batch_source_fd(r->source), .events = POLLIN};
        status = r->calls->idle(r->calls->ctx);
        (void) poll(&one, 1, STEP_US / 1000);
    }
    return status;
}

/* ----------------------------------------------------------------------- the run */

static void dispose(run *r)
{
    rk__workers_dispose(&r->pool);
    for (uint64_t i = r->head; i < r->tail; i++) {
        slot *s = &r->slots[i & (r->capacity - 1)];
        rk__free(s->record);
        rk__batch_item_dispose(&s->item);
    }
    rk__free(r->slots);
    rk__free(r->polled);
    rk__free(r->again.items);
    rk__free(r->alone.items);
    rk__buf_dispose(&r->scratch);
}

rk_status rk__batch_run(const rk__batch_plan *plan, rk__batch_source *source,
                        const rk__batch_calls *calls, bool *stopped, rk_problems *problems)
{
    run r = {.plan = plan,
             .source = source,
             .calls = calls,
             .problems = problems,
             .head = plan->first,
             .tail = plan->first,
             .next = plan->first,
             .pace = PACE_FIRST};
    rk_status status =
        plan->in_process ? RK_OK
                         : rk__workers_new(plan, rk__batch_source_share(source), &r.pool, problems);
    r.polled = rk__calloc((size_t) plan->jobs + 1, sizeof *r.polled);
    if (r.polled == NULL) {
        status = RK_NO_MEMORY;
    }
    while (status == RK_OK && !r.stopped && !(r.ended && r.head == r.tail)) {
        status = plan->in_process ? turn_in_process(&r) : turn(&r);
        r.stopped = r.stopped || !calls->step(calls->ctx, source);
    }
    if (status == RK_OK) {
        status = calls->idle(calls->ctx);
    }
    *stopped = r.stopped && !(r.ended && r.head == r.tail);
    dispose(&r);
    return status;
}
