/* SPDX-License-Identifier: MIT
 *
 * lookup.c: an index from key texts to rows. A key is the texts of its parts,
 * each preceded by its length, so that no two keys are spelled alike.
 */
#include <string.h>

#include "table/column.h"
#include "table/lookup_index.h"

rk__cell_type rk__cell_type_of(rk_column_type type)
{
    switch (type) {
    case RK_COLUMN_DECIMAL:
        return RK__CELL_DECIMAL;
    case RK_COLUMN_INTEGER:
        return RK__CELL_INTEGER;
    case RK_COLUMN_BOOL:
        return RK__CELL_BOOL;
    case RK_COLUMN_RATIO:
        return RK__CELL_RATIO;
    case RK_COLUMN_DATE:
        return RK__CELL_DATE;
    case RK_COLUMN_FACTOR:
        return RK__CELL_FACTOR;
    case RK_COLUMN_CHOICE:
    case RK_COLUMN_TEXT:
    case RK_COLUMN_ROW:
        break;
    }
    return RK__CELL_TEXT;
}

int64_t rk__choice_of(const char *const *words, const char *text, size_t length)
{
    for (int64_t i = 0; words != NULL && words[i] != NULL; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) {
            return i + 1;
        }
    }
    return 0;
}

void rk__default_of(rk_column_type type, const char *default_value, const char *const *words,
                    int64_t *v, bool *has)
{
    const char *why = NULL;
    *v = 0;
    *has = false;
    if (default_value == NULL || type == RK_COLUMN_TEXT || type == RK_COLUMN_ROW) {
        return;
    }
    if (type == RK_COLUMN_CHOICE) {
        *v = rk__choice_of(words, default_value, strlen(default_value));
        *has = true;
        return;
    }
    /* The registry refuses a rule whose defaults do not convert. */
    *has = rk__cell_convert(rk__cell_type_of(type), default_value, strlen(default_value), v,
                            &why) == RK_OK;
}

/* *whole is false if a part is missing. */
static rk_status key_text(rk__buf *buf, const char *const *parts, const size_t *lengths, size_t n,
                          bool *whole)
{
    rk__buf_reset(buf);
    *whole = false;
    for (size_t i = 0; i < n; i++) {
        if (parts[i] == NULL) {
            return RK_OK;
        }
        rk__buf_add(buf, (const char *) &lengths[i], sizeof lengths[i]);
        rk__buf_add(buf, parts[i], lengths[i]);
    }
    *whole = !buf->failed;
    return buf->failed ? RK_NO_MEMORY : RK_OK;
}

static rk_status duplicate(const rk__lookup *l, size_t row, size_t earlier, rk_problems *problems)
{
    rk__arena scratch = {0};
    rk__place first = {0};
    rk__place second = {0};
    rk__table_place(l->table, -1, earlier, &first, &scratch);
    rk__table_place(l->table, -1, row, &second, &scratch);
    const rk_status status = rk__problem(
        problems, RK_DUPLICATE_KEY, &second, "a key finds one row; take one of them out",
        "rows %zu and %zu of table '%s' have the same key (the first is on line %u)", earlier + 1,
        row + 1, rk__table_spec_of(l->table)->name, first.line);
    rk__arena_dispose(&scratch);
    return status;
}

static rk_status add_row(rk__lookup *l, rk__buf *buf, const int *columns, size_t row,
                         rk_problems *problems)
{
    const char *parts[RK__MAX_KEYS];
    size_t lengths[RK__MAX_KEYS];
    for (size_t k = 0; k < l->n_keys; k++) {
        lengths[k] = 0;
        parts[k] = rk__table_cell(l->table, columns[k], row, &lengths[k]);
    }
    bool whole = false;
    const rk_status status = key_text(buf, parts, lengths, l->n_keys, &whole);
    if (!whole) {
        return status; /* no lookup finds a row without a key */
    }
    const int32_t before = rk__dict_count(l->dict);
    const int32_t code = rk__dict_intern(l->dict, buf->text, buf->length);
    if (code < 0 ||
        rk__grow((void **) &l->rows, &l->rows_capacity, (size_t) code + 1, sizeof *l->rows) != 0) {
        return RK_NO_MEMORY;
    }
    if (code < before) {
        return duplicate(l, row, l->rows[code] - 1, problems);
    }
    l->rows[code] = (uint32_t) row + 1;
    return RK_OK;
}

static rk_status find_columns(rk__lookup *l, int *columns, rk_problems *problems)
{
    const rk__table_spec *spec = rk__table_spec_of(l->table);
    if (l->n_keys == 0 || l->n_keys > RK__MAX_KEYS) {
        rk__arena arena = {0};
        rk__place place = {0};
        if (spec->at != NULL) {
            rk__json_place(spec->at, &place, &arena);
        }
        const rk_status status = rk__problem(
            problems, l->n_keys == 0 ? RK_MISSING_KEY : RK_LIMIT, spec->at != NULL ? &place : NULL,
            "write {\"key\": [\"pod\"], \"rows\": [...]}",
            l->n_keys == 0 ? "table '%s' is looked up and has no 'key'"
                           : "table '%s' has more than eight key columns",
            spec->name);
        rk__arena_dispose(&arena);
        return status;
    }
    /* Where the table has rows, loading it has made sure of its key columns. */
    for (size_t k = 0; k < l->n_keys; k++) {
        columns[k] = rk__table_find(l->table, l->keys[k]);
    }
    return RK_OK;
}

static rk_status index_rows(rk__lookup *l, const char *period, rk_problems *problems)
{
    int columns[RK__MAX_KEYS];
    rk_status status = find_columns(l, columns, problems);
    const int period_column = period != NULL ? rk__table_find(l->table, "period") : -1;
    rk__buf buf = {0};
    for (size_t row = 0; status == RK_OK && row < rk__table_n_rows(l->table); row++) {
        size_t length = 0;
        const char *of =
            period_column >= 0 ? rk__table_cell(l->table, period_column, row, &length) : NULL;
        if (period_column >= 0 &&
            (of == NULL || strlen(period) != length || memcmp(of, period, length) != 0)) {
            continue;
        }
        status = add_row(l, &buf, columns, row, problems);
    }
    rk__buf_dispose(&buf);
    return status;
}

rk_status rk__lookup_new(rk__table *table, const char *tariff, const char *period, rk__lookup **out,
                         rk_problems *problems)
{
    rk__lookup *l = rk__calloc(1, sizeof *l);
    *out = NULL;
    if (l == NULL) {
        return RK_NO_MEMORY;
    }
    l->table = table;
    l->origin = tariff != NULL ? rk__arena_printf(&l->arena, "tariff %.248s", tariff)
                               : rk__arena_strdup(&l->arena, "the contract's facts");
    l->keys = rk__table_spec_of(table)->keys;
    l->n_keys = rk__table_spec_of(table)->n_keys;
    l->dict = rk__dict_new();
    const rk_status status =
        l->dict == NULL || l->origin == NULL ? RK_NO_MEMORY : index_rows(l, period, problems);
    if (status != RK_OK) {
        rk__lookup_free(l);
        return status;
    }
    *out = l;
    return RK_OK;
}

/* The keys that all parts have, and the one that tells them apart. */
static rk_status key_of_stack(rk__lookup *l, const rk__lookup *first, size_t rows,
                              rk_problems *problems)
{
    bool same = first->n_keys < RK__MAX_KEYS;
    for (size_t i = 0; i < l->n_parts && same; i++) {
        const rk__lookup *part = l->parts[i] != NULL ? l->parts[i] : first;
        same = part->n_keys == first->n_keys;
        for (size_t k = 0; same && k < first->n_keys; k++) {
            same = strcmp(part->keys[k], first->keys[k]) == 0;
        }
    }
    if (!same) {
        return rk__problem(problems, RK_CONFLICT, NULL,
                           "give the tables of both tariffs the same key, of seven columns at most",
                           "table '%s' has another key in another tariff of the same period",
                           rk__lookup_name(first));
    }
    if (rows >= UINT32_MAX) {
        return rk__problem(
            problems, RK_LIMIT, NULL, "leave out rows that the contract does not need",
            "table '%s' has too many rows in the tariffs of one period", rk__lookup_name(first));
    }
    const char **keys = rk__arena_alloc(&l->arena, (first->n_keys + 1) * sizeof *keys);
    if (keys == NULL) {
        return RK_NO_MEMORY;
    }
    memcpy(keys, first->keys, first->n_keys * sizeof *keys);
    keys[first->n_keys] = "tariff";
    l->keys = keys;
    l->n_keys = first->n_keys + 1;
    l->table = first->table;
    return RK_OK;
}

rk_status rk__lookup_stack(rk__lookup *const *parts, const char *const *ids, size_t n,
                           rk__lookup **out, rk_problems *problems)
{
    rk__lookup *l = rk__calloc(1, sizeof *l);
    *out = l;
    if (l == NULL) {
        return RK_NO_MEMORY;
    }
    l->parts = rk__arena_alloc(&l->arena, n * sizeof *l->parts);
    l->ids = rk__arena_alloc(&l->arena, n * sizeof *l->ids);
    l->base = rk__arena_alloc(&l->arena, n * sizeof *l->base);
    l->origin = rk__arena_strdup(&l->arena, "the tariff in force on its date");
    rk_status status = RK_NO_MEMORY;
    if (!l->arena.failed) {
        const rk__lookup *first = NULL;
        size_t rows = 0;
        for (size_t i = 0; i < n; i++) {
            l->parts[i] = parts[i];
            l->ids[i] = ids[i];
            l->base[i] = (uint32_t) rows;
            rows += parts[i] != NULL ? rk__table_n_rows(parts[i]->table) : 0;
            first = first == NULL ? parts[i] : first;
        }
        l->n_parts = n;
        status = key_of_stack(l, first, rows, problems);
    }
    if (status != RK_OK) {
        rk__lookup_free(l);
        *out = NULL;
    }
    return status;
}

rk_status rk__lookup_find_column(rk__lookup *lookup, const char *name, int *column)
{
    rk__lookup *l = lookup;
    *column = l->n_parts == 0 ? rk__table_find(l->table, name) : -1;
    for (size_t i = 0; i < l->n_names && *column < 0; i++) {
        *column = strcmp(l->names[i], name) == 0 ? (int) i : -1;
    }
    bool has = false;
    for (size_t i = 0; i < l->n_parts && *column < 0 && !has; i++) {
        has = l->parts[i] != NULL && rk__table_find(l->parts[i]->table, name) >= 0;
    }
    if (!has) {
        return RK_OK;
    }
    const char **names = rk__arena_alloc(&l->arena, (l->n_names + 1) * sizeof *names);
    if (names == NULL) {
        return RK_NO_MEMORY;
    }
    if (l->n_names > 0) {
        memcpy(names, l->names, l->n_names * sizeof *names);
    }
    names[l->n_names] = name;
    l->names = names;
    *column = (int) l->n_names++;
    return RK_OK;
}

size_t rk__lookup_n_rows(const rk__lookup *lookup)
{
    size_t n = lookup->n_parts == 0 ? rk__table_n_rows(lookup->table) : 0;
    for (size_t i = 0; i < lookup->n_parts; i++) {
        n += lookup->parts[i] != NULL ? rk__table_n_rows(lookup->parts[i]->table) : 0;
    }
    return n;
}

void rk__lookup_free(rk__lookup *lookup)
{
    if (lookup == NULL) {
        return;
    }
    for (rk__made_column *m = lookup->made; m != NULL; m = m->next) {
        rk__free(m->data.v);
        rk__free(m->data.has);
    }
    rk__dict_free(lookup->dict);
    rk__dict_free(lookup->folded);
    rk__free(lookup->folded_rows);
    rk__free(lookup->rows);
    rk__arena_dispose(&lookup->arena);
    rk__free(lookup);
}

rk__table *rk__lookup_table(const rk__lookup *lookup)
{
    return lookup->table;
}

const char *rk__lookup_origin(const rk__lookup *lookup)
{
    return lookup->origin;
}

const char *rk__lookup_name(const rk__lookup *lookup)
{
    return rk__table_spec_of(lookup->table)->name;
}

size_t rk__lookup_n_keys(const rk__lookup *lookup)
{
    return lookup->n_keys;
}

const char *rk__lookup_key(const rk__lookup *lookup, size_t i)
{
    return lookup->keys[i];
}

/* The part that the last key names, without that key. */
static rk_status find_in_stack(const rk__lookup *l, const char *const *parts, const size_t *lengths,
                               uint32_t *row)
{
    const size_t last = l->n_keys - 1;
    *row = 0;
    for (size_t i = 0; i < l->n_parts && parts[last] != NULL; i++) {
        if (l->parts[i] != NULL && strlen(l->ids[i]) == lengths[last] &&
            memcmp(l->ids[i], parts[last], lengths[last]) == 0) {
            const rk_status status = rk__lookup_find(l->parts[i], parts, lengths, row);
            *row += *row > 0 ? l->base[i] : 0;
            return status;
        }
    }
    return RK_OK;
}

rk_status rk__lookup_find(const rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                          uint32_t *row)
{
    if (lookup->n_parts > 0) {
        return find_in_stack(lookup, parts, lengths, row);
    }
    rk__buf buf = {0};
    bool whole = false;
    const rk_status status = key_text(&buf, parts, lengths, lookup->n_keys, &whole);
    *row = 0;
    if (whole) {
        const int32_t code = rk__dict_find(lookup->dict, buf.text, buf.length);
        *row = code >= 0 ? lookup->rows[code] : 0;
    }
    rk__buf_dispose(&buf);
    return status;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The columns of all parts, concatenated. A part that lacks the column has no values. */
static rk_status fill_stacked(rk__lookup *l, rk__made_column *m, rk_problems *problems)
{
    const char *name = l->names[m->column];
    const size_t n = rk__lookup_n_rows(l);
    bool has_default = false;
    m->data.v = rk__calloc(n + 1, sizeof *m->data.v);
    m->data.has = rk__calloc(n + 1, 1);
    if (m->data.v == NULL || m->data.has == NULL) {
        return RK_NO_MEMORY;
    }
    rk__default_of(m->type, m->default_value, m->words, &m->data.v[0], &has_default);
    m->data.has[0] = has_default;
    for (size_t i = 0; i < l->n_parts; i++) {
        rk__lookup *part = l->parts[i];
        const size_t rows = part != NULL ? rk__lookup_n_rows(part) : 0;
        const int column = part != NULL ? rk__table_find(part->table, name) : -1;
        const rk__lookup_column *data = NULL;
        const rk_status status = column >= 0
                                     ? rk__lookup_column_of(part, column, m->type, m->default_value,
                                                            m->words, &data, problems)
                                     : RK_OK;
        if (status != RK_OK) {
            return status;
        }
        for (size_t row = 0; row < rows; row++) {
            const size_t at = l->base[i] + row + 1;
            m->data.v[at] = data != NULL ? data->v[row + 1] : m->data.v[0];
            m->data.has[at] = data != NULL ? data->has[row + 1] : has_default;
        }
    }
    return RK_OK;
}

/* Copies a typed column behind its entry for a missing row. */
static rk_status fill_column(rk__lookup *l, rk__made_column *m, rk_problems *problems)
{
    const rk__column *typed = NULL;
    const rk_status status =
        rk__table_column(l->table, m->column, rk__cell_type_of(m->type), &typed, problems);
    if (status != RK_OK) {
        return status;
    }
    const size_t n = rk__table_n_rows(l->table);
    m->data.v = rk__calloc(n + 1, sizeof *m->data.v);
    m->data.has = rk__calloc(n + 1, 1);
    if (m->data.v == NULL || m->data.has == NULL) {
        return RK_NO_MEMORY;
    }
    int64_t missing = 0;
    bool has_default = false;
    rk__default_of(m->type, m->default_value, m->words, &missing, &has_default);
    for (size_t i = 0; i <= n; i++) {
        const bool has = i > 0 && typed->has[i - 1] != 0;
        int64_t v = has ? typed->v[i - 1] : missing;
        if (has && m->type == RK_COLUMN_CHOICE) {
            size_t length = 0;
            const char *text = rk__dict_text(typed->dict, (int32_t) v, &length);
            v = rk__choice_of(m->words, text, length);
        }
        m->data.v[i] = v;
        m->data.has[i] = has || has_default;
    }
    return RK_OK;
}

rk_status rk__lookup_column_of(rk__lookup *lookup, int column, rk_column_type type,
                               const char *default_value, const char *const *words,
                               const rk__lookup_column **out, rk_problems *problems)
{
    for (rk__made_column *m = lookup->made; m != NULL; m = m->next) {
        if (m->column == column && m->type == type && m->words == words &&
            same_text(m->default_value, default_value)) {
            *out = &m->data;
            return RK_OK;
        }
    }
    rk__made_column made = {.column = column,
                            .type = type,
                            .default_value = default_value,
                            .words = words,
                            .next = lookup->made};
    const rk_status status = lookup->n_parts > 0 ? fill_stacked(lookup, &made, problems)
                                                 : fill_column(lookup, &made, problems);
    rk__made_column *m = status == RK_OK ? rk__arena_alloc(&lookup->arena, sizeof *m) : NULL;
    if (m == NULL) { /* do not keep it for the next contract that asks */
        rk__free(made.data.v);
        rk__free(made.data.has);
        return status != RK_OK ? status : RK_NO_MEMORY;
    }
    *m = made;
    lookup->made = m;
    *out = &m->data;
    return RK_OK;
}

rk_status rk__lookup_find_row(const rk__lookup *lookup, const rk__table *table, size_t row,
                              uint32_t *found)
{
    const char *parts[RK__MAX_KEYS] = {0};
    size_t lengths[RK__MAX_KEYS] = {0};
    for (size_t k = 0; k < rk__lookup_n_keys(lookup); k++) {
        const int key = rk__table_find(table, rk__lookup_key(lookup, k));
        parts[k] = key < 0 ? NULL : rk__table_cell(table, key, row, &lengths[k]);
    }
    return rk__lookup_find(lookup, parts, lengths, found);
}
