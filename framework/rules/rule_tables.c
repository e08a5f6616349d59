/* SPDX-License-Identifier: MIT
 *
 * rule_tables.c: copying a rule's tables into this host's layout.
 */
#include "rules/load.h"

#include <string.h>

#include "table/columns.h"
#include "table/table.h"

#define HINT_REBUILD "rebuild the rule against this version's plugin.h"

/* The least size of an entry of each table: its size when the ABI was first called 1, without
 * the help, which a rule can lack. */
#define PARAM_MINIMUM   offsetof(rk_param, help)
#define COLUMN_MINIMUM  offsetof(rk_column, help)
#define ELEMENT_MINIMUM offsetof(rk_element, help)
#define NOTE_MINIMUM    sizeof(rk_note)

typedef struct table_kind {
    const char *what, *field;
    size_t minimum, host;
    size_t end_bytes; /* leading bytes that are all zero in the last entry */
    size_t most;
} table_kind;

static const table_kind param_kind = {"parameters",     "param_size",   PARAM_MINIMUM,
                                      sizeof(rk_param), sizeof(char *), RK__TABLE_MAX};
static const table_kind column_kind = {"columns",         "column_size",      COLUMN_MINIMUM,
                                       sizeof(rk_column), 2 * sizeof(char *), RK__TABLE_MAX};
static const table_kind element_kind = {"elements",         "element_size", ELEMENT_MINIMUM,
                                        sizeof(rk_element), sizeof(char *), RK__ELEMENTS_MAX};
static const table_kind note_kind = {"notes",         "note_size",    NOTE_MINIMUM,
                                     sizeof(rk_note), sizeof(char *), RK__NOTES_MAX};

static const table_kind reason_kind = {"reasons",         "reason_size",  sizeof(rk_reason),
                                       sizeof(rk_reason), sizeof(char *), RK__REASONS_MAX};

static bool entry_is_end(const char *entry, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (entry[i] != 0) {
            return false;
        }
    }
    return true;
}

/* A copy of a table with the host's stride and a {0} entry at the end; fields that an older
 * entry lacks are zero. NULL with *why. */
static void *table_copy(const table_kind *kind, const void *table, size_t stride, size_t *out_n,
                        rk__arena *arena, rk__refusal *why)
{
    size_t n = 0;
    if (table != NULL && (stride < kind->minimum || stride > kind->host || stride % 8 != 0)) {
        (void) rk__refuse(why, HINT_REBUILD, "%s is %zu bytes, this host reads %zu to %zu",
                          kind->field, stride, kind->minimum, kind->host);
        return NULL;
    }
    while (table != NULL && !entry_is_end((const char *) table + n * stride, kind->end_bytes)) {
        if (++n > kind->most) {
            (void) rk__refuse(why, "end the table with a {0} entry",
                              "more than %zu %s, or no entry at the end", kind->most, kind->what);
            return NULL;
        }
    }
    char *const copy = rk__arena_alloc(arena, (n + 1) * kind->host);
    if (copy == NULL) {
        (void) rk__refuse_memory(why);
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(copy + i * kind->host, (const char *) table + i * stride, stride);
    }
    *out_n = n;
    return copy;
}

/* The item tables of lists have the stride of the outer table. */
static bool items_copy(rk_param *params, size_t n, size_t stride, rk__arena *arena,
                       rk__refusal *why)
{
    for (size_t i = 0; i < n; i++) {
        size_t n_items;
        if (params[i].type != RK_PARAM_LIST || params[i].items == NULL) {
            continue;
        }
        params[i].items = table_copy(&param_kind, params[i].items, stride, &n_items, arena, why);
        if (params[i].items == NULL) {
            return false;
        }
    }
    return true;
}

/* The sizes of what the rule fills and reads. Before 1.2 they were those of 1.0, which are those of
 * 1.2; a later host with longer structs reads and writes only that many bytes of them. */
static bool sizes_fit(rk_rule *copy, size_t size, rk__refusal *why)
{
    if (size <= offsetof(rk_rule, reasons)) {
        copy->line_size = (uint32_t) sizeof(rk_line);
        copy->of_size = (uint32_t) sizeof(rk_of);
        copy->column_data_size = (uint32_t) sizeof(rk_column_data);
        return true;
    }
    const struct {
        const char *field;
        uint32_t rule;
        size_t host;
    } sizes[] = {{"line_size", copy->line_size, sizeof(rk_line)},
                 {"of_size", copy->of_size, sizeof(rk_of)},
                 {"column_data_size", copy->column_data_size, sizeof(rk_column_data)}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i].rule != sizes[i].host) {
            return rk__refuse(why, HINT_REBUILD, "%s is %u bytes, this host's is %zu",
                              sizes[i].field, sizes[i].rule, sizes[i].host);
        }
    }
    for (size_t i = 0; i < sizeof copy->reserved / sizeof *copy->reserved; i++) {
        if (copy->reserved[i] != NULL) {
            return rk__refuse(why, HINT_REBUILD,
                              "reserved[%zu] is set, ABI %u.%u has no such member", i, RK_ABI_MAJOR,
                              RK_ABI_MINOR);
        }
    }
    return true;
}

bool rk__rule_tables(const rk_rule *exported, size_t size, rk__rule *rule, rk__arena *arena,
                     rk__refusal *why)
{
    rk_rule *const copy = rk__arena_alloc(arena, sizeof *copy);
    if (copy == NULL) {
        return rk__refuse_memory(why);
    }
    memcpy(copy, exported, size < sizeof *copy ? size : sizeof *copy);
    rk_param *const params =
        table_copy(&param_kind, copy->params, copy->param_size, &rule->n_params, arena, why);
    if (params == NULL || !items_copy(params, rule->n_params, copy->param_size, arena, why)) {
        return false;
    }
    rk_column *const columns =
        table_copy(&column_kind, copy->columns, copy->column_size, &rule->n_columns, arena, why);
    if (columns == NULL) {
        return false;
    }
    rk__column_word *const words = rk__arena_alloc(arena, (rule->n_columns + 1) * sizeof *words);
    if (words == NULL) {
        return rk__refuse_memory(why);
    }
    for (size_t i = 0; i < rule->n_columns; i++) {
        /* the next check covers entries without a name */
        const char *name = columns[i].name != NULL ? columns[i].name : "";
        words[i] = (rk__column_word){.shape = rk__word_shape_of(name),
                                     .hash = rk__column_name_hash(name, strlen(name))};
    }
    rk_element *const elements = table_copy(&element_kind, copy->elements, copy->element_size,
                                            &rule->n_elements, arena, why);
    if (elements == NULL) {
        return false;
    }
    rk_note *const notes =
        table_copy(&note_kind, copy->notes, copy->note_size, &rule->n_notes, arena, why);
    if (notes == NULL) {
        return false;
    }
    rk_reason *const reasons =
        table_copy(&reason_kind, copy->reasons, copy->reason_size, &rule->n_reasons, arena, why);
    if (reasons == NULL || !sizes_fit(copy, size, why)) {
        return false;
    }
    copy->reasons = rule->reasons = reasons;
    copy->params = rule->params = params;
    copy->columns = rule->columns = columns;
    rule->column_words = words;
    copy->elements = rule->elements = elements;
    copy->notes = rule->notes = notes;
    rule->rule = copy;
    return true;
}
