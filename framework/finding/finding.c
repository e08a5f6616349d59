/* SPDX-License-Identifier: MIT
 *
 * finding.c: a sorted, bounded list of findings.
 */
#include "finding/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_MAX 2048

const char *rk_severity_word(rk_severity severity)
{
    static const char *const words[] = {"warning", "error", "note"};
    return severity <= RK_SEVERITY_NOTE ? words[severity] : "warning";
}

static int rank(rk_severity severity)
{
    static const int ranks[] = {1, 0, 2};
    return ranks[severity];
}

/* Whether `a` is listed before `b`, which was there first. */
static bool precedes(const rk_finding *a, const rk_finding *b)
{
    if (rank(a->severity) != rank(b->severity)) {
        return rank(a->severity) < rank(b->severity);
    }
    if (a->amount == NULL || b->amount == NULL) {
        return a->amount != NULL && b->amount == NULL;
    }
    return rk__num_compare(a->amount, b->amount) > 0;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_listed(const rk__findings *list, const rk_finding *finding)
{
    bool listed = false;
    for (size_t i = 0; i < list->n && !listed; i++) {
        listed = same_text(list->items[i].message, finding->message) &&
                 same_text(list->items[i].at, finding->at) &&
                 same_text(list->items[i].code, finding->code);
    }
    return listed;
}

static bool is_accepted(const rk__findings *list, const char *code)
{
    bool accepted = false;
    for (size_t i = 0; i < list->n_accepts && !accepted; i++) {
        accepted = strcmp(list->accepts[i], code) == 0;
    }
    return accepted;
}

static bool make_room(rk__findings *list, rk__arena *arena)
{
    if (list->n < list->capacity) {
        return true;
    }
    const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 4;
    rk_finding *items = rk__arena_alloc(arena, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    if (list->n > 0) {
        memcpy(items, list->items, list->n * sizeof *items);
    }
    list->items = items;
    list->capacity = capacity;
    return true;
}

/* `finding` has its texts in the arena of the list. */
static void insert(rk__findings *list, rk__arena *arena, const rk_finding *finding)
{
    size_t at = list->n;
    while (at > 0 && precedes(finding, &list->items[at - 1])) {
        at--;
    }
    if (list->n == RK__FINDINGS_MAX) {
        list->left_out++;
        if (at == list->n) {
            return;
        }
        list->n--;
        list->n_warnings -= list->items[list->n].severity != RK_SEVERITY_NOTE;
    } else if (!make_room(list, arena)) {
        return;
    }
    memmove(&list->items[at + 1], &list->items[at], (list->n - at) * sizeof *list->items);
    list->items[at] = *finding;
    list->n++;
    list->n_warnings += finding->severity != RK_SEVERITY_NOTE;
}

static void add(rk__findings *list, rk__arena *arena, rk_finding finding)
{
    if (is_listed(list, &finding)) {
        return;
    }
    if (finding.severity == RK_SEVERITY_WARNING && is_accepted(list, finding.code)) {
        finding.severity = RK_SEVERITY_NOTE;
    }
    finding.code = rk__arena_strdup(arena, finding.code);
    finding.message = rk__arena_strdup(arena, finding.message);
    finding.at = rk__arena_strdup(arena, finding.at);
    if (!arena->failed) {
        insert(list, arena, &finding);
    }
}

void rk__finding_add_v(rk__findings *list, rk__arena *arena, rk_finding finding, const char *format,
                       va_list args)
{
    char message[MESSAGE_MAX];
    (void) vsnprintf(message, sizeof message, format, args);
    finding.message = message;
    add(list, arena, finding);
}

void rk__finding_add(rk__findings *list, rk__arena *arena, rk_finding finding, const char *format,
                     ...)
{
    va_list args;
    va_start(args, format);
    rk__finding_add_v(list, arena, finding, format, args);
    va_end(args);
}

const rk_finding *rk__findings_warning(const rk__findings *list, size_t index)
{
    return index < list->n_warnings ? &list->items[index] : NULL;
}
