/* SPDX-License-Identifier: MIT
 *
 * lookup.c: LOOKUP: a row of a settled table by its key.
 *
 * The rows are sorted by their keys when a table is first looked up in; numbers compare as they
 * are written exactly.
 */
#include <stdlib.h>

#include "base/names.h"
#include "formula/eval.h"

#define BETWEEN '\x1f'

typedef struct rk__lookup_index {
    rk__names names;
} rk__lookup_index;

static void key_add(rk__buf *out, const rk__result_value *v)
{
    rk__buf_putc(out, BETWEEN);
    if (v->number != NULL) {
        rk__num_print_exact(out, v->number);
    } else if (v->text != NULL) {
        rk__buf_puts(out, v->text);
    } else {
        rk__buf_puts(out, v->truth ? "TRUE" : "FALSE");
    }
}

static rk__lookup_index *index_make(rk__eval *ev, int source)
{
    const rk__rows_source *const s = &ev->formula->sources[source];
    const size_t n = rk__eval_n_rows(ev, source);
    rk__lookup_index *const index = rk__arena_alloc(ev->arena, sizeof *index);
    const char **const texts = rk__arena_alloc(ev->arena, (n + 1) * sizeof *texts);
    rk__buf key = {0};
    for (size_t i = 0; i < n && texts != NULL; i++) {
        bool whole = true;
        key.length = 0;
        for (int k = 0; k < s->n_keys && whole; k++) {
            const rk__result_value v = rk__eval_cell(ev, source, s->keys[k], i);
            whole = !v.missing;
            if (whole) {
                key_add(&key, &v);
            }
        }
        texts[i] =
            whole && key.text != NULL ? rk__arena_copy(ev->arena, key.text, key.length) : NULL;
    }
    const bool ok = index != NULL && texts != NULL && !key.failed && !ev->arena->failed &&
                    rk__names_make(&index->names, texts, n, ev->arena);
    rk__buf_dispose(&key);
    return ok ? index : NULL;
}

bool rk__eval_find(rk__eval *ev, int source, const rk__result_value *keys, size_t *row)
{
    rk__buf key = {0};
    if (ev->lookups == NULL) {
        ev->lookups = rk__arena_alloc(ev->arena, ev->formula->n_sources * sizeof ev->lookups[0]);
    }
    if (ev->lookups != NULL && ev->lookups[source] == NULL) {
        ev->lookups[source] = index_make(ev, source);
    }
    for (int k = 0; k < ev->formula->sources[source].n_keys; k++) {
        key_add(&key, &keys[k]);
    }
    const bool ok = ev->lookups != NULL && ev->lookups[source] != NULL && !key.failed;
    *row = ok ? rk__names_find(&ev->lookups[source]->names, key.text) : RK__NAMES_NONE;
    rk__buf_dispose(&key);
    if (!ok) {
        (void) rk__eval_fail(ev, 0, RK_NO_MEMORY, NULL, "out of memory");
    }
    return *row != RK__NAMES_NONE;
}
