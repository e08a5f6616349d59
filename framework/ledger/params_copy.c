/* SPDX-License-Identifier: MIT
 *
 * params_copy.c: whether a rule wrote to its parameters. What it was handed is copied when it is
 * bound, and compared after each of its calls: a few hundred bytes beside the pricing of a batch.
 */
#include <string.h>

#include "ledger/host.h"
#include "ledger/sealed.h"

/* Some bytes that the rule can reach, and what they were. */
struct rk__params_part {
    const void *at;
    void *copy;
    size_t size;
    struct rk__params_part *next;
};

static bool keep(rk__instance *instance, rk__arena *arena, const void *at, size_t size)
{
    struct rk__params_part *part = rk__arena_alloc(arena, sizeof *part);
    void *copy = rk__arena_alloc(arena, size + 1);
    if (part == NULL || copy == NULL) {
        return false;
    }
    memcpy(copy, at, size);
    *part = (struct rk__params_part){at, copy, size, instance->params_parts};
    instance->params_parts = part;
    return true;
}

/* The struct, the items of its lists, and its texts. */
static bool keep_table(rk__instance *instance, rk__arena *arena, const rk_param *params,
                       const void *object, size_t size)
{
    bool kept = keep(instance, arena, object, size);
    for (const rk_param *p = params; p->name != NULL && kept; p++) {
        const char *field = (const char *) object + p->offset;
        if (p->type == RK_PARAM_TEXT || p->type == RK_PARAM_SCOPE) {
            const char *const text = *(const char *const *) (const void *) field;
            kept = text == NULL || keep(instance, arena, text, strlen(text) + 1);
        }
        if (p->type == RK_PARAM_LIST) {
            const rk_list *list = (const rk_list *) (const void *) field;
            for (size_t i = 0; i < list->n && kept; i++) {
                kept = keep_table(instance, arena, p->items,
                                  (const char *) list->items + i * p->item_size, p->item_size);
            }
        }
    }
    return kept;
}

void rk__params_seal(const rk_param *params, void *object)
{
    for (const rk_param *p = params; p->name != NULL; p++) {
        char *const field = (char *) object + p->offset;
        if (p->type == RK_PARAM_EXACT || p->type == RK_PARAM_RATIO) {
            rk_num *const number = (rk_num *) (void *) field;
            *number = rk__seal(*number);
        }
        if (p->type == RK_PARAM_LIST) {
            const rk_list *list = (const rk_list *) (const void *) field;
            for (size_t i = 0; i < list->n; i++) {
                rk__params_seal(p->items, (char *) (uintptr_t) list->items + i * p->item_size);
            }
        }
    }
}

rk_status rk__params_keep(rk__instance *instance, rk__arena *arena)
{
    instance->params_parts = NULL;
    return instance->params == NULL ||
                   keep_table(instance, arena, instance->rule->params, instance->params,
                              instance->rule->rule->params_size)
               ? RK_OK
               : RK_NO_MEMORY;
}

void rk__params_kept_again(rk__instance *instance)
{
    for (struct rk__params_part *part = instance->params_parts; part != NULL; part = part->next) {
        memcpy(part->copy, part->at, part->size);
    }
}

bool rk__params_intact(const rk__instance *instance)
{
    for (const struct rk__params_part *part = instance->params_parts; part != NULL;
         part = part->next) {
        if (memcmp(part->copy, part->at, part->size) != 0) {
            return false;
        }
    }
    return true;
}
