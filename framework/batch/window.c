/* SPDX-License-Identifier: MIT
 *
 * window.c: reading ahead, and delivering records in order.
 */
#include "batch/window.h"

#include <string.h>

#include "batch/batch.h"

/* Limits of what is kept for contracts that wait for an earlier one. */
#define WINDOW_BYTES ((size_t) 128 << 20)
#define WINDOW_MOST  ((size_t) 1 << 18)
#define WINDOW_FIRST ((size_t) 1 << 10)

rk__slot *rk__window_slot(const rk__window *w, uint64_t index)
{
    return index >= w->head && index < w->tail ? &w->slots[index & (w->capacity - 1)] : NULL;
}

static bool grow_window(rk__window *w)
{
    if (w->tail - w->head < w->capacity) {
        return true;
    }
    const size_t capacity = w->capacity == 0 ? WINDOW_FIRST : w->capacity * 2;
    rk__slot *slots = rk__calloc(capacity, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (uint64_t i = w->head; i < w->tail; i++) {
        slots[i & (capacity - 1)] = w->slots[i & (w->capacity - 1)];
    }
    rk__free(w->slots);
    w->slots = slots;
    w->capacity = capacity;
    return true;
}

/* Keeps a record in its slot, and frees the contract's text. */
static rk_status finish(rk__window *w, rk__slot *s, const char *record, size_t length,
                        uint64_t micros)
{
    s->record = rk__malloc(length + 1);
    if (s->record == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(s->record, record, length);
    s->length = length;
    s->micros = micros;
    s->done = true;
    w->held += length;
    w->held -= s->item.length;
    s->item.length = 0;
    rk__batch_item_forget(&s->item);
    return RK_OK;
}

rk_status rk__window_fail(rk__window *w, rk__slot *slot, const char *contract, rk_status status,
                          const char *rule, const char *hint, const char *message)
{
    const rk__batch_job job = rk__batch_job_of(&slot->item);
    const rk__place place = {.rule = rule};
    rk_problems *problems = rk_problems_new();
    if (problems == NULL) {
        return RK_NO_MEMORY;
    }
    (void) rk__problem(problems, status, &place, hint, "%s", message);
    rk__buf_reset(&w->scratch);
    rk_status made = rk__record_failure((rk__batch_form){w->batch->kind, w->batch->own.csv_safe},
                                        &job, NULL, contract, status, problems, NULL, &w->scratch);
    rk_problems_free(problems);
    return made == RK_OK ? finish(w, slot, w->scratch.text, w->scratch.length, 0) : made;
}

static bool window_full(const rk__window *w)
{
    return w->tail > w->head && (w->held > WINDOW_BYTES || w->tail - w->head >= WINDOW_MOST);
}

rk_status rk__window_fill(rk__window *w, uint64_t ahead)
{
    w->waiting = false;
    while (!w->ended && !window_full(w) && w->tail - w->next < ahead) {
        rk__batch_item item;
        switch (rk__batch_source_next(w->batch->source, &item)) {
        case RK__SOURCE_FAILED:
            return RK_NO_MEMORY;
        case RK__SOURCE_UNREAD:
            return rk__batch_source_fault(w->batch->source, w->batch->problems);
        case RK__SOURCE_WAIT:
            w->waiting = true;
            return RK_OK;
        case RK__SOURCE_END:
            w->ended = true;
            return RK_OK;
        case RK__SOURCE_ITEM:
            break;
        }
        if (!grow_window(w)) {
            rk__batch_item_dispose(&item);
            return RK_NO_MEMORY;
        }
        rk__slot *s = &w->slots[w->tail & (w->capacity - 1)];
        *s = (rk__slot){.item = item};
        w->tail++;
        if (item.problem == NULL) {
            w->held += item.length;
            continue;
        }
        s->item.length = 0;
        const rk_status status = rk__window_fail(
            w, s, NULL, item.status, NULL,
            item.status == RK_IO ? "check the path and who may read it" : NULL, item.problem);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

/* Delivers the record of the first slot, and moves the window past it. */
static rk_status deliver(rk__window *w, const char *record, size_t length, uint64_t micros)
{
    rk__slot *s = &w->slots[w->head & (w->capacity - 1)];
    const rk_status status = rk__batch_deliver(w->batch, &s->item, record, length, micros);
    if (status != RK_OK) {
        return status;
    }
    w->held -= s->done ? s->length : s->item.length;
    rk__free(s->record);
    rk__batch_item_dispose(&s->item);
    *s = (rk__slot){0};
    w->head++;
    w->next = w->next < w->head ? w->head : w->next;
    return RK_OK;
}

rk_status rk__window_emit(rk__window *w)
{
    rk_status status = RK_OK;
    while (status == RK_OK && w->head < w->tail && w->slots[w->head & (w->capacity - 1)].done) {
        const rk__slot *s = &w->slots[w->head & (w->capacity - 1)];
        status = deliver(w, s->record, s->length, s->micros);
    }
    return status;
}

rk_status rk__window_take(rk__window *w, rk__slot *s, const char *record, size_t length,
                          uint64_t micros)
{
    return s->item.index == w->head ? deliver(w, record, length, micros)
                                    : finish(w, s, record, length, micros);
}

void rk__window_dispose(rk__window *w)
{
    for (uint64_t i = w->head; i < w->tail; i++) {
        rk__slot *s = &w->slots[i & (w->capacity - 1)];
        rk__free(s->record);
        rk__batch_item_dispose(&s->item);
    }
    rk__free(w->slots);
    rk__buf_dispose(&w->scratch);
}
