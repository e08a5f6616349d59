/* SPDX-License-Identifier: MIT
 *
 * window.c: the contracts between the one that was read last and the first whose
 * record has not been handed on.
 */
#include <string.h>

#include "batch/run.h"

/* What is held for contracts that wait for an earlier one. */
#define WINDOW_BYTES ((size_t) 128 << 20)
#define WINDOW_MOST  ((size_t) 1 << 18)
#define WINDOW_FIRST ((size_t) 1 << 10)

slot *rk__window_slot(const run *r, uint64_t index)
{
    return index >= r->head && index < r->tail ? &r->slots[index & (r->capacity - 1)] : NULL;
}

static bool grow_window(run *r)
{
    if (r->tail - r->head < r->capacity) {
        return true;
    }
    const size_t capacity = r->capacity == 0 ? WINDOW_FIRST : r->capacity * 2;
    slot *slots = rk__calloc(capacity, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint64_t i = r->head; i < r->tail; i++) {
        slots[i & (capacity - 1)] = r->slots[i & (r->capacity - 1)];
    }
    rk__free(r->slots);
    r->slots = slots;
    r->capacity = capacity;
    return true;
}

/* Takes a record for a slot, and lets go of the contract's text. */
static rk_status finish(run *r, slot *s, const char *record, size_t length, uint64_t micros)
{
    s->record = rk__malloc(length + 1);
    if (s->record == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(s->record, record, length);
    s->length = length;
    s->micros = micros;
    s->done = true;
    r->held += length;
    r->held -= s->item.length;
    s->item.length = 0;
    rk__batch_item_forget(&s->item);
    return RK_OK;
}

rk_status rk__window_fail(run *r, slot *s, const char *contract, rk_status status, const char *rule,
                          const char *hint, const char *message)
{
    const rk__batch_job job = rk__batch_job_of(&s->item);
    rk__buf_reset(&r->scratch);
    rk_status made =
        r->calls->fail(r->calls->ctx, &job, contract, status, rule, hint, message, &r->scratch);
    if (made == RK_OK) {
        made =
            r->scratch.failed ? RK_NO_MEMORY : finish(r, s, r->scratch.text, r->scratch.length, 0);
    }
    return made;
}

static bool window_full(const run *r)
{
    return r->tail > r->head && (r->held > WINDOW_BYTES || r->tail - r->head >= WINDOW_MOST);
}

rk_status rk__window_fill(run *r)
{
    const uint64_t ahead = r->plan->in_process ? 1 : (uint64_t) r->plan->jobs * task_items(r) * 4;
    r->waiting = false;
    while (!r->ended && !window_full(r) && r->tail - r->next < ahead) {
        rk__batch_item item;
        switch (rk__batch_source_next(r->source, &item)) {
        case RK__SOURCE_FAILED:
            return RK_NO_MEMORY;
        case RK__SOURCE_WAIT:
            r->waiting = true;
            return RK_OK;
        case RK__SOURCE_END:
            r->ended = true;
            return RK_OK;
        case RK__SOURCE_ITEM:
            break;
        }
        if (!grow_window(r)) {
            rk__batch_item_dispose(&item);
            return RK_NO_MEMORY;
        }
        slot *s = &r->slots[r->tail & (r->capacity - 1)];
        *s = (slot){.item = item};
        r->tail++;
        if (item.problem == NULL) {
            r->held += item.length;
            continue;
        }
        s->item.length = 0;
        const rk_status status = rk__window_fail(
            r, s, NULL, item.status, NULL,
            item.status == RK_IO ? "check the path and who may read it" : NULL, item.problem);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* The record of the first slot of the window, which then begins behind it. */
static rk_status hand_on(run *r, const char *record, size_t length, uint64_t micros)
{
    slot *s = &r->slots[r->head & (r->capacity - 1)];
    const rk_status status = r->calls->emit(r->calls->ctx, &s->item, record, length, micros);
    if (status != RK_OK) {
        return status;
    }
    r->held -= s->done ? s->length : s->item.length;
    rk__free(s->record);
    rk__batch_item_dispose(&s->item);
    *s = (slot){0};
    r->head++;
    r->next = r->next < r->head ? r->head : r->next;
    return RK_OK;
}

rk_status rk__window_emit(run *r)
{
    rk_status status = RK_OK;
    while (status == RK_OK && r->head < r->tail && r->slots[r->head & (r->capacity - 1)].done) {
        const slot *s = &r->slots[r->head & (r->capacity - 1)];
        status = hand_on(r, s->record, s->length, s->micros);
    }
    return status;
}

rk_status rk__window_take(run *r, slot *s, const char *record, size_t length, uint64_t micros)
{
    return s->item.index == r->head ? hand_on(r, record, length, micros)
                                    : finish(r, s, record, length, micros);
}
