/* SPDX-License-Identifier: MIT
 *
 * effect_groups.c: groups of two results added up by columns other than those they were grouped by.
 */
#include <string.h>

#include "base/dict.h"
#include "questions/tariff_diff.h"

#define BETWEEN '\x1f' /* the parts of a key */
#define BLANK   '\x1e' /* a part without a text */

const char *rk__effect_source(const char *name, size_t *letters)
{
    *letters = strcmp(name, "hrg_chapter") == 0 ? 1 : strcmp(name, "hrg_subchapter") == 0 ? 2 : 0;
    return *letters > 0 ? "hrg" : name;
}

/* The column of a component's groups that a name stands for, or SIZE_MAX. */
static size_t column_of(const rk_groups *groups, const char *name, size_t *letters)
{
    const char *source = rk__effect_source(name, letters);
    const size_t n = rk_groups_n_columns(groups);
    size_t at = 0;
    while (at < n && strcmp(rk_groups_column(groups, at), source) != 0) {
        at++;
    }
    return at < n ? at : SIZE_MAX;
}

static void add_part(rk__buf *key, const char *text, size_t length)
{
    if (text == NULL) {
        rk__buf_putc(key, BLANK);
    } else {
        rk__buf_add(key, text, length);
    }
    rk__buf_putc(key, BETWEEN);
}

static rk__effect_sum *sum_of(rk__effect_sums *s, const rk__buf *key, size_t side)
{
    if (s->keys == NULL) {
        s->keys = rk__dict_new();
    }
    const int32_t code =
        s->keys == NULL || key->failed ? -1 : rk__dict_intern(s->keys, key->text, key->length);
    const size_t before = s->capacity;
    if (code < 0 ||
        rk__grow((void **) &s->sums, &s->capacity, (size_t) code + 1, sizeof *s->sums) != 0) {
        return NULL;
    }
    if (s->capacity > before) {
        memset(s->sums + before, 0, (s->capacity - before) * sizeof *s->sums);
    }
    return &s->sums[code][side];
}

rk_status rk__effect_sums_add(rk__effect_sums *s, const rk_component_result *component, size_t side)
{
    const rk_groups *groups = component->groups;
    const int places = rk_groups_places(groups);
    const rk_int128 unit = places == 6 ? 1000000 : 1;
    size_t letters[RK_GROUPS_COLUMNS_MAX] = {0};
    size_t columns[RK_GROUPS_COLUMNS_MAX] = {0};
    rk__buf key = {0};
    for (size_t c = 0; c < s->n_names; c++) {
        columns[c] = column_of(groups, s->names[c], &letters[c]);
    }
    const size_t n = rk_groups_count(groups);
    for (size_t g = 0; g < n; g++) {
        rk__buf_reset(&key);
        for (size_t c = 0; c < s->n_names; c++) {
            size_t length = 0;
            const char *text =
                columns[c] != SIZE_MAX ? rk_groups_key(groups, g, columns[c], &length) : NULL;
            length = letters[c] > 0 && length > letters[c] ? letters[c] : length;
            add_part(&key, text, length);
        }
        rk__effect_sum *sum = sum_of(s, &key, side);
        if (sum == NULL) {
            rk__buf_dispose(&key);
            return RK_NO_MEMORY;
        }
        sum->quantity += rk_groups_value(groups, g, RK_LANE_QUANTITY);
        sum->amount += rk_groups_value(groups, g, RK_LANE_AMOUNT) * unit;
    }
    rk__buf_dispose(&key);
    return RK_OK;
}

const char *const *rk__effect_texts(const rk__effect_sums *s, size_t key, rk__arena *arena)
{
    const char **texts = rk__arena_alloc(arena, (s->n_names + 1) * sizeof *texts);
    size_t length = 0;
    const char *at = rk__dict_text(s->keys, (int32_t) key, &length);
    for (size_t c = 0; texts != NULL && c < s->n_names; c++) {
        const char *end = strchr(at, BETWEEN);
        texts[c] = *at == BLANK ? NULL : rk__arena_copy(arena, at, (size_t) (end - at));
        at = end + 1;
    }
    return texts;
}

rk_status rk__effect_find(const rk__effect_sums *s, const char *const *texts, int32_t *code)
{
    rk__buf key = {0};
    for (size_t c = 0; c < s->n_names; c++) {
        add_part(&key, texts[c], texts[c] != NULL ? strlen(texts[c]) : 0);
    }
    const rk_status status = key.failed ? RK_NO_MEMORY : RK_OK;
    *code = s->keys == NULL || key.failed ? -1 : rk__dict_find(s->keys, key.text, key.length);
    rk__buf_dispose(&key);
    return status;
}

void rk__effect_sums_dispose(rk__effect_sums *s)
{
    rk__dict_free(s->keys);
    rk__free(s->sums);
    *s = (rk__effect_sums){0};
}
