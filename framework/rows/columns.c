/* SPDX-License-Identifier: MIT
 *
 * columns.c: what a batch's rows are in the columns that rules asked for,
 * made once per batch and shared by all instances. A lookup is resolved once for
 * each distinct key; here a row costs an array access.
 */
#include <string.h>

#include "base/text.h"
#include "rows/pass.h"
#include "scan/looks.h"

/* The tariff in force on each row's date. Most rows have that of the row before. */
static void tariff_codes(const rk__pass_worker *w, const rk__pass_derived *d, uint32_t *codes)
{
    const rk__batch_column *c = &w->batch->column[w->pass->date_want];
    rk__pass_span span = {0, -1, 0};
    for (size_t i = 0; i < w->batch->n; i++) {
        const int32_t day = (int32_t) c->v[i];
        for (size_t k = 0; (day < span.from || day > span.to) && k <= d->n_spans; k++) {
            span = k < d->n_spans ? d->spans[k] : (rk__pass_span){day, day, 0};
        }
        codes[i] = c->has[i] != 0 ? span.code : 0;
    }
}

/* The codes of a column of a lookup, for the rows that were found. */
static rk_status derived_codes(rk__pass_worker *w, const rk__pass_derived *d, uint32_t *codes)
{
    const uint32_t *found = NULL;
    if (d->join == RK__NONE) {
        tariff_codes(w, d, codes);
        return RK_OK;
    }
    const rk_status status = rk__pass_found(w, d->join, &found);
    for (size_t i = 0; i < w->batch->n && status == RK_OK; i++) {
        codes[i] = d->codes[found[i]];
    }
    return status;
}

rk_status rk__pass_codes(rk__pass_worker *w, size_t want, const uint32_t **out)
{
    uint32_t *codes = w->text.codes[want];
    *out = codes;
    if (w->made.codes[want]) {
        return RK_OK;
    }
    w->made.codes[want] = true;
    if (want >= w->pass->n_wants) {
        return derived_codes(w, &w->pass->derived[want - w->pass->n_wants], codes);
    }
    const rk__batch_column *c = &w->batch->column[want];
    const int64_t *v = c->v;
    const uint8_t *has = c->has;
    const size_t n = w->batch->n;
    for (size_t i = 0; i < n; i++) {
        codes[i] = ((uint32_t) v[i] + 1) & -(uint32_t) has[i];
    }
    return RK_OK;
}

/* Rows that are listed by a combination's numbers when those change. */
static rk_status move_listed(rk__instance_work *work, size_t combination, const uint32_t *map)
{
    const int32_t n = rk__dict_count(work->listed_keys);
    rk__dict *moved = rk__dict_new();
    rk_status status = moved != NULL ? RK_OK : RK_NO_MEMORY;
    for (int32_t i = 0; i < n && status == RK_OK; i++) {
        size_t length = 0;
        rk__pass_listed_key key;
        memcpy(&key, rk__dict_text(work->listed_keys, i, &length), sizeof key);
        key.number = key.combination == combination ? map[key.number] : key.number;
        status =
            rk__dict_intern(moved, (const char *) &key, sizeof key) == i ? RK_OK : RK_NO_MEMORY;
    }
    if (status != RK_OK) {
        rk__dict_free(moved);
        return status;
    }
    rk__dict_free(work->listed_keys);
    work->listed_keys = moved;
    return RK_OK;
}

/* Many groups are numbered by a grid, and what was kept by number moves there, once. */
static rk_status to_grid(rk__pass_worker *w, size_t combination)
{
    rk__combiner *combiner = &w->combiners[combination];
    const size_t n = combiner->n;
    uint32_t *map = NULL;
    rk_status status = rk__combiner_to_grid(combiner, &map);
    for (size_t u = 0; u < w->pass->n_instances && status == RK_OK && map != NULL; u++) {
        if (w->pass->instances[u].groups == combination) {
            status = rk__totals_move(&w->instances[u].totals, map, n, combiner->n);
        }
        if (status == RK_OK) {
            status = move_listed(&w->instances[u], combination, map);
        }
    }
    rk__free(map);
    return status;
}

rk_status rk__pass_numbers(rk__pass_worker *w, size_t combination, const uint32_t **out)
{
    const rk__pass_combination *c = &w->pass->combinations[combination];
    *out = w->numbers[combination];
    if (w->made.numbers[combination]) {
        return RK_OK;
    }
    if (c->n == 1) { /* its codes are the numbers */
        w->combiners[combination].n = (size_t) rk__dict_count(w->text.dicts[c->want[0]]) + 1;
        return rk__pass_codes(w, c->want[0], out);
    }
    const uint32_t *codes[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    rk_status status = RK_OK;
    for (size_t k = 0; k < c->n && status == RK_OK; k++) {
        status = rk__pass_codes(w, c->want[k], &codes[k]);
        below[k] = (uint32_t) rk__dict_count(w->text.dicts[c->want[k]]) + 1;
    }
    w->made.numbers[combination] = true;
    if (status == RK_OK && !c->joined) {
        status = to_grid(w, combination);
    }
    return status != RK_OK ? status
                           : rk__combiner_add(&w->combiners[combination], codes, below, w->batch->n,
                                              w->numbers[combination]);
}

const char *rk__pass_text(const rk__pass_worker *w, size_t combination, size_t number,
                          size_t position, size_t *length)
{
    uint32_t codes[RK__MAX_GROUP_COLUMNS];
    rk__combiner_codes(&w->combiners[combination], number, codes);
    const uint32_t code = codes[position];
    const rk__dict *dict = w->text.dicts[w->pass->combinations[combination].want[position]];
    *length = 0;
    return code == 0 ? NULL : rk__dict_text(dict, (int32_t) code - 1, length);
}

/* Finds the lookup's row for each number that is new. */
static rk_status resolve_keys(rk__pass_worker *w, size_t join)
{
    const rk__pass_join *j = &w->pass->joins[join];
    const rk__combiner *combiner = &w->combiners[j->combination];
    if (rk__grow((void **) &w->join.rows[join], &w->join.capacity[join], combiner->n + 1,
                 sizeof(uint32_t)) != 0) {
        return RK_NO_MEMORY;
    }
    const char *parts[RK__MAX_KEYS];
    size_t lengths[RK__MAX_KEYS];
    for (size_t n = w->join.n_rows[join]; n < combiner->n; n++) {
        for (size_t k = 0; k < combiner->n_columns; k++) {
            parts[k] = rk__pass_text(w, j->combination, n, k, &lengths[k]);
        }
        const rk_status status = rk__lookup_find(j->lookup, parts, lengths, &w->join.rows[join][n]);
        if (status != RK_OK) {
            return status;
        }
        w->join.n_rows[join] = n + 1;
    }
    return RK_OK;
}

rk_status rk__pass_found(rk__pass_worker *w, size_t join, const uint32_t **out)
{
    const rk__pass_join *j = &w->pass->joins[join];
    *out = w->join.found[join];
    if (w->made.found[join]) {
        return RK_OK;
    }
    w->made.found[join] = true;
    w->join.some_missing[join] = true;
    if (j->combination == RK__NONE) {
        memset(w->join.found[join], 0, w->batch->n * sizeof(uint32_t));
        return RK_OK;
    }
    const uint32_t *numbers = NULL;
    rk_status status = rk__pass_numbers(w, j->combination, &numbers);
    if (status == RK_OK && w->join.n_rows[join] < w->combiners[j->combination].n) {
        status = resolve_keys(w, join);
    }
    if (status != RK_OK) {
        return status;
    }
    const uint32_t *rows = w->join.rows[join];
    uint32_t *found = w->join.found[join];
    uint32_t missing = 0;
    for (size_t i = 0; i < w->batch->n; i++) {
        found[i] = rows[numbers[i]];
        missing |= found[i] == 0;
    }
    w->join.some_missing[join] = missing != 0;
    return RK_OK;
}

/* ------------------------------------------------------------------ columns */

/* The read-only side of what this worker wrote for a column. */
static const int64_t *handed_v(const rk__pass_worker *w, size_t column)
{
    return (const int64_t *) (const void *) w->column.memory[column].theirs;
}

static const uint8_t *handed_has(const rk__pass_worker *w, size_t column)
{
    return w->column.memory[column].theirs + w->batch_rows * sizeof(int64_t);
}

/* Texts to 1 + index of the rule's word, remembered by code. */
static rk_status choice_column(rk__pass_worker *w, size_t column, const rk__planned_column *c,
                               rk_column_data *out)
{
    const uint32_t *codes = NULL;
    const rk_status status = rk__pass_codes(w, c->want, &codes);
    const rk__dict *dict = w->text.dicts[c->want];
    const size_t need = (size_t) rk__dict_count(dict) + 1;
    const size_t before = w->column.choice_capacity[column];
    if (status != RK_OK ||
        rk__grow((void **) &w->column.choice_of[column], &w->column.choice_capacity[column], need,
                 sizeof(int32_t)) != 0) {
        return RK_NO_MEMORY;
    }
    int32_t *known = w->column.choice_of[column];
    if (w->column.choice_capacity[column] > before) {
        memset(known + before, 0, (w->column.choice_capacity[column] - before) * sizeof *known);
    }
    known[0] = 1 + (int32_t) c->default_v;
    int64_t *v = w->column.v[column];
    const uint8_t *has = c->has_default ? w->column.ones : w->batch->column[c->want].has;
    const size_t n = w->batch->n;
    for (size_t i = 0; i < n; i++) {
        const uint32_t code = codes[i];
        if (__builtin_expect(known[code] == 0, 0)) {
            size_t length = 0;
            const char *text = rk__dict_text(dict, (int32_t) code - 1, &length);
            known[code] = 1 + (int32_t) rk__choice_of(c->words, text, length);
        }
        v[i] = known[code] - 1;
    }
    w->column.full[column] = c->has_default || memchr(has, 0, n) == NULL;
    *out = (rk_column_data){handed_v(w, column), has};
    return RK_OK;
}

/* The table's own column: as it is, but where a blank takes the default. */
static rk_column_data own_column(rk__pass_worker *w, size_t column, const rk__planned_column *c)
{
    const rk__batch_column *own = &w->batch->column[c->want];
    const size_t n = w->batch->n;
    w->column.full[column] = memchr(own->has, 0, n) == NULL;
    if (!c->has_default || w->column.full[column]) {
        return (rk_column_data){own->v, own->has};
    }
    int64_t *v = w->column.v[column];
    for (size_t i = 0; i < n; i++) {
        v[i] = own->has[i] != 0 ? own->v[i] : c->default_v;
    }
    w->column.full[column] = true;
    return (rk_column_data){handed_v(w, column), w->column.ones};
}

/* A lookup's column. Where each row of the batch was found and each row of the
 * lookup has a value there is one array to gather. */
static rk_status join_column(rk__pass_worker *w, size_t column, const rk__planned_column *c,
                             rk_column_data *out)
{
    const uint32_t *found = NULL;
    const rk_status status = rk__pass_found(w, c->join, &found);
    if (status != RK_OK) {
        return status;
    }
    const size_t n = w->batch->n;
    const int64_t *from_v = c->data->v;
    const uint8_t *from_has = c->data->has;
    int64_t *v = w->column.v[column];
    uint8_t *has = w->column.has[column];
    *out = (rk_column_data){handed_v(w, column), handed_has(w, column)};
    for (size_t i = 0; i < n; i++) {
        v[i] = from_v[found[i]];
    }
    if (c->filled && (from_has[0] != 0 || !w->join.some_missing[c->join])) {
        out->has = w->column.ones;
        w->column.full[column] = true;
        return RK_OK;
    }
    for (size_t i = 0; i < n; i++) {
        has[i] = from_has[found[i]];
    }
    w->column.full[column] = memchr(has, 0, n) == NULL;
    return RK_OK;
}

/* Constants are filled in once for the life of the worker, and handed over for good. */
void rk__pass_constants(rk__pass_worker *w)
{
    const rk__pass *p = w->pass;
    for (size_t column = 0; column < p->n_columns; column++) {
        const rk__planned_column *c = &p->columns[column];
        if (!c->constant) {
            continue;
        }
        for (size_t i = 0; i < w->batch_rows; i++) {
            w->column.v[column][i] = c->default_v;
        }
        memset(w->column.has[column], c->has_default, w->batch_rows);
        w->column.data[column] = (rk_column_data){handed_v(w, column), handed_has(w, column)};
        w->column.full[column] = c->has_default;
    }
    for (size_t u = 0; u < p->n_instances; u++) {
        const rk__pass_instance *pu = &p->instances[u];
        for (size_t k = 0; k < pu->instance->rule->n_columns; k++) {
            if (pu->column[k] != RK__NONE) { /* the others come with each batch */
                w->instances[u].handed[k] = w->column.data[pu->column[k]];
            }
        }
    }
}

rk_status rk__pass_column(rk__pass_worker *w, size_t column, const rk_column_data **out)
{
    const rk__planned_column *c = &w->pass->columns[column];
    rk_column_data *data = &w->column.data[column];
    *out = data;
    if (c->constant || w->made.columns[column]) {
        return RK_OK;
    }
    w->made.columns[column] = true;
    if (c->want != RK__NONE && c->type != RK_COLUMN_CHOICE) {
        *data = own_column(w, column, c);
        return RK_OK;
    }
    return c->want != RK__NONE ? choice_column(w, column, c, data)
                               : join_column(w, column, c, data);
}

/* ------------------------------------------------------- periods and scopes */

/* The period that a day is in. Most rows are in that of the row before. */
static rk_status periods_by_date(rk__pass_worker *w)
{
    const rk_contract *contract = w->pass->input->contract;
    const rk__batch_column *c = &w->batch->column[w->pass->date_want];
    int32_t from = 0; /* the last period found: its days from..to */
    int32_t to = -1;
    int16_t period = RK__PERIOD_OUTSIDE;
    for (size_t i = 0; i < w->batch->n; i++) {
        const int32_t day = (int32_t) c->v[i];
        if (c->has[i] == 0) {
            w->period[i] = RK__PERIOD_OUTSIDE;
            continue;
        }
        if (day < from || day > to) {
            period = (int16_t) rk__period_by_date(contract, rk__date_from_days(day));
            from = to = day;
            if (period >= 0) {
                from = rk__date_days(contract->periods[period].start);
                to = rk__date_days(contract->periods[period].end);
            }
        }
        w->period[i] = period;
    }
    return RK_OK;
}

rk_status rk__pass_periods(rk__pass_worker *w)
{
    if (w->pass->date_want != RK__NONE) {
        return periods_by_date(w);
    }
    const size_t want = w->pass->period_want;
    const uint32_t *codes = NULL;
    const rk_status status = rk__pass_codes(w, want, &codes);
    const rk__dict *dict = w->text.dicts[want];
    const size_t before = w->text.period_capacity;
    if (status != RK_OK || rk__grow((void **) &w->text.period_of, &w->text.period_capacity,
                                    (size_t) rk__dict_count(dict) + 1, sizeof(int32_t)) != 0) {
        return RK_NO_MEMORY;
    }
    for (size_t i = before; i < w->text.period_capacity; i++) {
        w->text.period_of[i] = INT32_MIN; /* not looked at yet */
    }
    w->text.period_of[0] = -1;
    for (size_t i = 0; i < w->batch->n; i++) {
        const uint32_t code = codes[i];
        if (w->text.period_of[code] == INT32_MIN) {
            size_t length = 0;
            const char *text = rk__dict_text(dict, (int32_t) code - 1, &length);
            w->text.period_of[code] = rk__period_by_id(w->pass->input->contract, text, length);
        }
        w->period[i] = (int16_t) w->text.period_of[code];
        if (w->period[i] == -1) {
            rk__pass_fault(w, i, RK_OUT_OF_RANGE, NULL, "use the ids of the contract's periods",
                           "table '%s', column 'period': %s", w->pass->input->spec->name,
                           code == 0 ? "the value is blank" : "the value is no period's id");
        }
    }
    return RK_OK;
}

/* Whether a text matches a pattern in another letter case or with other blanks. */
static bool nearly(const rk__scope_column *column, const char *text, size_t length)
{
    rk__buf own = {0};
    rk__buf pattern = {0};
    bool is = false;
    rk__fold_text(&own, text, length);
    for (size_t i = 0; i < column->n_patterns && !is && own.length > 0; i++) {
        rk__buf_reset(&pattern);
        rk__fold_text(&pattern, column->patterns[i], strlen(column->patterns[i]));
        is = !own.failed && !pattern.failed && pattern.length > 0 &&
             rk__pattern_match(pattern.text, own.text, own.length);
    }
    rk__buf_dispose(&own);
    rk__buf_dispose(&pattern);
    return is;
}

/* Clears keep[] of rows whose column matches none of the patterns. */
static rk_status scope_column(rk__pass_worker *w, const rk__scope_column *column, size_t want,
                              size_t test, uint8_t *keep)
{
    const uint32_t *codes = NULL;
    const rk_status status = rk__pass_codes(w, want, &codes);
    const rk__dict *dict = w->text.dicts[want];
    const size_t before = w->text.matches_capacity[test];
    if (status != RK_OK ||
        rk__grow((void **) &w->text.matches[test], &w->text.matches_capacity[test],
                 (size_t) rk__dict_count(dict) + 1, 1) != 0) {
        return RK_NO_MEMORY;
    }
    uint8_t *matches = w->text.matches[test];
    if (w->text.matches_capacity[test] > before) {
        memset(matches + before, 0, w->text.matches_capacity[test] - before);
    }
    matches[0] = 1; /* a missing value matches nothing */
    for (size_t i = 0; i < w->batch->n; i++) {
        const uint32_t code = codes[i];
        if (matches[code] == 0) {
            size_t length = 0;
            const char *text = rk__dict_text(dict, (int32_t) code - 1, &length);
            matches[code] = rk__scope_matches(column, text, length)              ? 2
                            : RK__ROWS_LOOKED_AT && nearly(column, text, length) ? 5
                                                                                 : 1;
            w->text.near |= matches[code] == 5;
        }
        keep[i] &= (uint8_t) (matches[code] >> 1 | (w->text.loose ? matches[code] >> 2 : 0)) & 1;
    }
    return RK_OK;
}

rk_status rk__pass_scope(rk__pass_worker *w, const rk__planned_scope *scope, uint8_t *keep)
{
    rk_status status = RK_OK;
    for (size_t i = 0; i < scope->scope->n_columns && status == RK_OK; i++) {
        status = scope_column(w, &scope->scope->columns[i], scope->want[i], scope->test[i], keep);
    }
    if (status == RK_OK && scope->also != NULL) {
        status = rk__pass_scope(w, scope->also, keep);
    }
    if (status != RK_OK || scope->except == NULL) {
        return status;
    }
    /* A scope left out may leave out one of its own, so the rows of each level
     * are found on its own copy. */
    uint8_t out[RK__BATCH_ROWS];
    memset(out, 1, w->batch->n);
    status = rk__pass_scope(w, scope->except, out);
    for (size_t i = 0; i < w->batch->n; i++) {
        keep[i] &= (uint8_t) (out[i] ^ 1);
    }
    return status;
}
