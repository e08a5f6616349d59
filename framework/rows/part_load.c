/* SPDX-License-Identifier: MIT
 *
 * part_load.c: what parts have found, added up as if one pass had found it.
 *
 * A part is a file that anybody may have written: every number in it is held against its bounds.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rows/called.h"
#include "rows/look.h"
#include "rows/part.h"
#include "rows/suspect.h"
#include "scan/open.h"
#include "scan/part.h"

static rk_status damaged(const rk__value *at, rk_problems *problems)
{
    return rk__json_problem(problems, at, RK_SYNTAX, "make the part again, with this reckon",
                            "this is not what a part holds here");
}

/* ------------------------------------------------------------------- numbers */

/* The next whole number of a text; false if there is none. */
static bool next_number(const char **text, rk_int128 *out)
{
    const char *t = *text;
    const bool negative = *t == '-';
    rk_uint128 value = 0;
    int digits = 0;
    for (t += negative; *t >= '0' && *t <= '9' && digits < 39; t++, digits++) {
        if (__builtin_mul_overflow(value, (rk_uint128) 10, &value) ||
            __builtin_add_overflow(value, (rk_uint128) (*t - '0'), &value)) {
            return false;
        }
    }
    const rk_uint128 most = ((rk_uint128) 1 << 127) - 1 + negative;
    if (digits == 0 || value > most || (*t != ' ' && *t != '\0')) {
        return false;
    }
    *out = negative ? (rk_int128) (0 - value) : (rk_int128) value;
    *text = *t == ' ' ? t + 1 : t;
    return true;
}

static bool next_count(const char **text, uint64_t most, uint64_t *out)
{
    rk_int128 value = 0;
    const bool ok = next_number(text, &value) && value >= 0 && value <= (rk_int128) most;
    *out = ok ? (uint64_t) value : 0;
    return ok;
}

static bool count_of(const rk__value *object, const char *key, uint64_t most, uint64_t *out)
{
    const rk__value *v = rk__json_get(object, key);
    const char *text = v != NULL && v->type == RK__JSON_NUMBER ? v->text : "";
    return next_count(&text, most, out) && *text == '\0';
}

static bool bool_of(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL && v->type == RK__JSON_BOOL && v->truth;
}

static const rk__value *list_of(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL && v->type == RK__JSON_ARRAY ? v : NULL;
}

static const char *string_of(const rk__value *object, const char *key)
{
    const rk__value *v = rk__json_get(object, key);
    return v != NULL && v->type == RK__JSON_STRING ? v->text : NULL;
}

/* -------------------------------------------------------------------- pieces */

static bool total_of(const rk__value *v, rk__total_row *out)
{
    const char *text = string_of(v, "total");
    uint64_t line = 0;
    uint64_t ignored = 0;
    uint64_t by_name = 0;
    *out = (rk__total_row){0};
    if (text == NULL) {
        return rk__json_get(v, "total") == NULL;
    }
    const bool ok = next_count(&text, UINT32_MAX, &line) && next_count(&text, 1, &ignored) &&
                    next_count(&text, 1, &by_name);
    out->line = (uint32_t) line;
    out->ignored = ignored != 0;
    out->by_name = by_name != 0;
    return ok;
}

static rk_status read_piece(const rk__value *v, const char *base_dir, rk__arena *arena,
                            rk__scan_piece *out, rk_problems *problems)
{
    uint64_t index = 0;
    uint64_t files = 0;
    uint64_t feeds = 0;
    const rk__value *head = rk__json_get(v, "head");
    const bool own = rk__json_get(v, "files") == NULL;
    *out = (rk__scan_piece){.name = string_of(v, "file"),
                            .head = string_of(v, "head"),
                            .digest = string_of(v, "xxh3"),
                            .cut = bool_of(v, "cut"),
                            .complete = bool_of(v, "complete"),
                            .at = v};
    const bool ok = out->name != NULL && out->head != NULL && out->digest != NULL &&
                    strlen(out->digest) < RK__XXH3_TEXT &&
                    (own || (count_of(v, "index", SIZE_MAX, &index) &&
                             count_of(v, "files", SIZE_MAX, &files) && index < files)) &&
                    count_of(v, "size", INT64_MAX, &out->size) &&
                    count_of(v, "begin", INT64_MAX, &out->begin) &&
                    count_of(v, "end", INT64_MAX, &out->end) &&
                    count_of(v, "records", INT64_MAX, &out->records) &&
                    count_of(v, "rows", out->records, &out->rows) &&
                    count_of(v, "feeds", UINT32_MAX, &feeds) && total_of(v, &out->total);
    if (!ok) {
        return damaged(v, problems);
    }
    out->head_length = head->length;
    out->index = (size_t) index;
    out->n_files = (size_t) files;
    out->feeds = (uint32_t) feeds;
    out->path = rk__path_join(arena, base_dir, out->name);
    return out->path != NULL ? RK_OK : RK_NO_MEMORY;
}

rk_status rk__part_open(const rk__pass_input *input, const rk__table_spec *spec, rk__arena *arena,
                        rk__scan **out, rk_problems *problems)
{
    const struct rk__pass_part *part = input->part;
    size_t n = 0;
    for (size_t i = 0; i < part->n_tables; i++) {
        const rk__value *list = list_of(part->tables[i], "pieces");
        n += list != NULL ? list->count : 0;
    }
    rk__scan_piece *pieces = rk__arena_alloc(arena, (n + 1) * sizeof *pieces);
    rk_status status = pieces == NULL ? RK_NO_MEMORY : RK_OK;
    n = 0;
    for (size_t i = 0; i < part->n_tables && status == RK_OK; i++) {
        const rk__value *list = list_of(part->tables[i], "pieces");
        if (list == NULL) {
            status = damaged(part->tables[i], problems);
        }
        for (const rk__value *v = list != NULL ? list->first : NULL; v != NULL && status == RK_OK;
             v = v->next) {
            status = read_piece(v, spec->base_dir, arena, &pieces[n++], problems);
        }
    }
    rk__table_spec files = *spec;
    files.rows = NULL;
    return status == RK_OK ? rk__scan_open_pieces(&files, &input->contract->session->access, pieces,
                                                  n, out, problems)
                           : status;
}

/* --------------------------------------------------------------------- texts */

/* The texts of one part, and the codes that they have in each text column here. */
typedef struct loader {
    rk__pass *pass;
    rk__pass_worker *to;
    const rk__value **texts; /* by number - 1 */
    size_t n_texts;
    uint32_t **codes; /* by column of the pass, then by number: code + 1, 0: not yet known */
    size_t first_piece, n_pieces; /* of this part among all */
    rk_problems *problems;
} loader;

/* The code + 1 of a text in a column. RK_SYNTAX, not reported, if a looked-up column has no such
 * text. */
static rk_status code_of(loader *l, size_t want, uint64_t text, uint32_t *out)
{
    *out = 0;
    if (text == 0) {
        return RK_OK;
    }
    if (l->codes[want] == NULL) {
        l->codes[want] = rk__calloc(l->n_texts + 1, sizeof **l->codes);
        if (l->codes[want] == NULL) {
            return RK_NO_MEMORY;
        }
    }
    uint32_t *known = &l->codes[want][text];
    rk__dict *dict = l->to->text.dicts[want];
    if (*known == 0 && dict == NULL) {
        return RK_SYNTAX;
    }
    if (*known == 0) {
        const rk__value *v = l->texts[text - 1];
        const bool looked_up = want >= l->pass->n_wants;
        const int32_t code = looked_up ? rk__dict_find(dict, v->text, v->length)
                                       : rk__dict_intern(dict, v->text, v->length);
        if (code < 0) {
            return looked_up ? RK_SYNTAX : RK_NO_MEMORY;
        }
        *known = (uint32_t) code + 1;
    }
    *out = *known;
    return RK_OK;
}

/* The codes of a combination's texts. RK_SYNTAX, not reported, if the text does not have them. */
static rk_status next_codes(loader *l, const rk__pass_combination *c, const char **text,
                            uint32_t codes[RK__MAX_GROUP_COLUMNS])
{
    rk_status status = RK_OK;
    for (size_t k = 0; k < c->n && status == RK_OK; k++) {
        uint64_t number = 0;
        status = next_count(text, l->n_texts, &number) ? code_of(l, c->want[k], number, &codes[k])
                                                       : RK_SYNTAX;
    }
    return status;
}

/* Reports it, unless an allocation failed. */
static rk_status not_read(const rk__value *at, rk_status status, rk_problems *problems)
{
    return status == RK_NO_MEMORY ? status : damaged(at, problems);
}

/* -------------------------------------------------------------------- groups */

/* Numbers n combinations of codes. */
static rk_status number_them(loader *l, size_t combination,
                             uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS], size_t n,
                             uint32_t *out)
{
    const rk__pass_combination *c = &l->pass->combinations[combination];
    const uint32_t *column[RK__MAX_GROUP_COLUMNS];
    uint32_t below[RK__MAX_GROUP_COLUMNS];
    for (size_t k = 0; k < c->n; k++) {
        const rk__dict *dict = l->to->text.dicts[c->want[k]];
        column[k] = codes[k];
        below[k] = dict != NULL ? (uint32_t) rk__dict_count(dict) + 1 : 1;
    }
    return rk__combiner_add(&l->to->combiners[combination], column, below, n, out);
}

/* Adds up to RK__COMBINER_ROWS groups from `*v` on, which is left at the next. */
static rk_status add_groups(loader *l, size_t u, const rk__value **v)
{
    const size_t combination = l->pass->instances[u].groups;
    const rk__pass_combination *c = &l->pass->combinations[combination];
    rk__totals *totals = &l->to->instances[u].totals;
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    uint32_t numbers[RK__COMBINER_ROWS];
    const char *sums[RK__COMBINER_ROWS];
    const size_t lanes = totals->n_narrow + totals->n_wide;
    size_t n = 0;
    const rk__value *from = *v;
    for (; *v != NULL && n < RK__COMBINER_ROWS; *v = (*v)->next, n++) {
        uint32_t own[RK__MAX_GROUP_COLUMNS] = {0};
        sums[n] = (*v)->type == RK__JSON_STRING ? (*v)->text : "";
        const rk_status read = next_codes(l, c, &sums[n], own);
        if (read != RK_OK) {
            return not_read(*v, read, l->problems);
        }
        for (size_t k = 0; k < c->n; k++) {
            codes[k][n] = own[k];
        }
    }
    rk_status status = number_them(l, combination, codes, n, numbers);
    if (status == RK_OK) {
        status = rk__totals_reserve(totals, l->to->combiners[combination].n);
    }
    rk_int128 *values = rk__calloc(lanes + 1, sizeof *values);
    status = status == RK_OK && values == NULL ? RK_NO_MEMORY : status;
    for (size_t i = 0; i < n && status == RK_OK; i++, from = from->next) {
        bool ok = true;
        for (size_t k = 0; k < lanes && ok; k++) {
            ok = next_number(&sums[i], &values[k]);
        }
        ok = ok && *sums[i] == '\0' && values[0] > 0 && values[0] <= INT64_MAX;
        status = ok ? rk__totals_add_sums(totals, numbers[i], values) : damaged(from, l->problems);
    }
    rk__free(values);
    return status;
}

static rk_status add_listed(loader *l, size_t u, const rk__value *v)
{
    const rk__pass *p = l->pass;
    const char *text = v->type == RK__JSON_STRING ? v->text : "";
    const rk__rule *rule = p->instances[u].instance->rule;
    uint32_t codes[RK__MAX_GROUP_COLUMNS][RK__COMBINER_ROWS];
    uint32_t own[RK__MAX_GROUP_COLUMNS] = {0};
    uint64_t listing = 0;
    uint64_t column = 0;
    rk_int128 combination = 0;
    rk__pass_listed listed = {0};
    bool ok = next_count(&text, RK__PRICED_ZERO, &listing) &&
              next_count(&text, UINT32_MAX, &column) && next_number(&text, &combination) &&
              combination >= -1 && combination < (rk_int128) p->n_combinations;
    /* The column is of the rule; of a reason, its number; of a date, 0. */
    ok = ok && (listing == RK__UNPRICED_RULE   ? column <= rule->n_reasons
                : listing == RK__UNPRICED_DATE ? column == 0
                                               : column < rule->n_columns);
    if (ok && combination >= 0) {
        const rk__pass_combination *c = &p->combinations[combination];
        const rk_status read = next_codes(l, c, &text, own);
        if (read != RK_OK) {
            return not_read(v, read, l->problems);
        }
        for (size_t k = 0; k < c->n; k++) {
            codes[k][0] = own[k];
        }
    }
    ok = ok && next_count(&text, INT64_MAX, &listed.rows) && next_number(&text, &listed.quantity);
    if (ok && *text != '\0') {
        ok = next_count(&text, listed.rows, &listed.near_rows) &&
             next_number(&text, &listed.near_quantity) && next_number(&text, &listed.near_amount) &&
             *text == '\0';
    }
    if (!ok) {
        return damaged(v, l->problems);
    }
    rk__pass_listed_key key = {.listing = (uint32_t) listing,
                               .column = (uint32_t) column,
                               .combination = (uint32_t) RK__NONE};
    rk_status status = RK_OK;
    if (combination >= 0) {
        key.combination = (uint32_t) combination;
        status = number_them(l, key.combination, codes, 1, &key.number);
    }
    return status == RK_OK ? rk__pass_add_listed(&l->to->instances[u], &key, &listed) : status;
}

static rk_status add_suspect(loader *l, size_t u, const rk__value *v)
{
    const char *text = v->type == RK__JSON_STRING ? v->text : "";
    const size_t n = rk__n_suspects(l->pass->instances[u].instance->rule);
    uint64_t k = 0;
    uint64_t piece = 0;
    uint64_t row = 0;
    uint64_t line = 0;
    rk__suspect s = {0};
    if (!next_count(&text, n - 1, &k) || !next_count(&text, SIZE_MAX, &piece) ||
        piece >= l->n_pieces || !next_count(&text, INT64_MAX, &row) ||
        !next_count(&text, UINT32_MAX, &line) || !next_count(&text, INT64_MAX, &s.rows) ||
        !next_number(&text, &s.quantity) || *text != '\0') {
        return damaged(v, l->problems);
    }
    s.block = l->first_piece + piece;
    s.row = row < UINT32_MAX ? (uint32_t) row : UINT32_MAX;
    s.line = (uint32_t) line;
    rk__suspect_merge(&l->to->instances[u].suspects[k], &s, 1);
    return RK_OK;
}

static rk_status add_note(loader *l, size_t u, const rk__value *v)
{
    const char *text = v->type == RK__JSON_STRING ? v->text : "";
    uint64_t bit = 0;
    uint64_t rows = 0;
    if (!next_count(&text, 31, &bit) || !next_count(&text, INT64_MAX, &rows) || *text != '\0') {
        return damaged(v, l->problems);
    }
    l->to->instances[u].noted |= UINT32_C(1) << bit;
    l->to->instances[u].notes[bit] += rows;
    return RK_OK;
}

static rk_status add_instance(loader *l, size_t u, const rk__value *v)
{
    const rk__value *groups = list_of(v, "groups");
    const rk__value *listed = list_of(v, "listed");
    const rk__value *suspects = list_of(v, "suspects");
    const rk__value *notes = list_of(v, "notes");
    rk_status status = groups == NULL || listed == NULL || suspects == NULL || notes == NULL
                           ? damaged(v, l->problems)
                           : RK_OK;
    for (const rk__value *i = status == RK_OK ? groups->first : NULL;
         i != NULL && status == RK_OK;) {
        status = add_groups(l, u, &i);
    }
    for (const rk__value *i = status == RK_OK ? listed->first : NULL; i != NULL && status == RK_OK;
         i = i->next) {
        status = add_listed(l, u, i);
    }
    for (const rk__value *i = status == RK_OK ? suspects->first : NULL;
         i != NULL && status == RK_OK; i = i->next) {
        status = add_suspect(l, u, i);
    }
    for (const rk__value *i = status == RK_OK ? notes->first : NULL; i != NULL && status == RK_OK;
         i = i->next) {
        status = add_note(l, u, i);
    }
    return status;
}

/* A row that is called a total. */
static rk_status add_called(loader *l, const rk__value *v)
{
    const char *text = v->type == RK__JSON_STRING ? v->text : "";
    uint64_t piece = 0;
    uint64_t row = 0;
    uint64_t line = 0;
    if (!next_count(&text, SIZE_MAX, &piece) || piece >= l->n_pieces ||
        !next_count(&text, INT64_MAX, &row) || !next_count(&text, UINT32_MAX, &line) ||
        *text != '\0') {
        return damaged(v, l->problems);
    }
    const rk__scan_named named = {.block = (uint32_t) (l->first_piece + piece),
                                  .row = row < UINT32_MAX ? (uint32_t) row : UINT32_MAX,
                                  .line = (uint32_t) line};
    return rk__called_add(l->to, &named);
}

static rk_status add_all_called(loader *l, const rk__value *table)
{
    const rk__value *called = list_of(table, "called");
    uint64_t count = 0;
    if (called == NULL || !count_of(table, "totals", INT64_MAX, &count) || count < called->count) {
        return damaged(table, l->problems);
    }
    rk_status status = RK_OK;
    for (const rk__value *v = called->first; v != NULL && status == RK_OK; v = v->next) {
        status = add_called(l, v);
    }
    l->to->called.count += count - called->count;
    return status;
}

/* --------------------------------------------------------------------- tables */

static rk_status find_texts(loader *l, const rk__value *list)
{
    l->texts = rk__calloc(list->count + 1, sizeof *l->texts);
    l->codes = rk__calloc(l->pass->n_wants + l->pass->n_derived + 1, sizeof *l->codes);
    if (l->texts == NULL || l->codes == NULL) {
        return RK_NO_MEMORY;
    }
    for (const rk__value *v = list->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING) {
            return damaged(v, l->problems);
        }
        l->texts[l->n_texts++] = v;
    }
    return RK_OK;
}

static rk_status add_table(loader *l, const rk__value *table)
{
    static const rk__scan_batch seen;
    const rk__value *instances = list_of(table, "instances");
    const rk__value *texts = list_of(table, "texts");
    if (instances == NULL || texts == NULL ||
        (instances->count > 0 && instances->count != l->pass->n_instances)) {
        return damaged(table, l->problems);
    }
    rk_status status = find_texts(l, texts);
    size_t u = 0;
    for (const rk__value *v = instances->first; v != NULL && status == RK_OK; v = v->next) {
        l->to->batch = &seen;
        status = add_instance(l, u++, v);
    }
    status = status == RK_OK ? add_all_called(l, table) : status;
    for (size_t i = 0; l->codes != NULL && i < l->pass->n_wants + l->pass->n_derived; i++) {
        rk__free(l->codes[i]);
    }
    rk__free(l->codes);
    rk__free((void *) l->texts);
    return status;
}

/* A worker that has seen no rows, with dictionaries of its own: pass->dicts. */
static rk_status make_worker(rk__pass *p)
{
    p->workers = rk__arena_alloc(&p->arena, sizeof *p->workers);
    p->dicts = rk__arena_alloc(&p->arena, (p->n_wants + 1) * sizeof(rk__dict *));
    if (p->workers == NULL || p->dicts == NULL) {
        return RK_NO_MEMORY;
    }
    p->n_workers = 1;
    rk_status status = rk__pass_worker_new(p, &p->workers[0]);
    for (size_t i = 0; i < p->n_read && status == RK_OK; i++) {
        if (p->wants[i].type == RK__CELL_TEXT) {
            p->dicts[i] = p->workers[0]->text.dicts[i] = rk__dict_new();
            status = p->dicts[i] == NULL ? RK_NO_MEMORY : RK_OK;
        }
    }
    return status;
}

/* Rows that the parts left out, held against the limit of all. */
static rk_status check_bad_rows(const rk__pass *p, rk_problems *problems)
{
    const uint64_t most = p->input->contract->session->options.max_errors;
    const uint64_t bad = rk__scan_bad_rows(p->scan);
    return bad <= most ? RK_OK
                       : rk__problem(problems, RK_OUT_OF_RANGE, NULL,
                                     "mend them, or make the parts with a larger --max-errors",
                                     "table '%s': the parts left out %" PRIu64
                                     " bad rows, more than the %" PRIu64 " of --max-errors",
                                     p->input->spec->name, bad, most);
}

rk_status rk__part_load(rk__pass *pass, rk_problems *problems)
{
    const struct rk__pass_part *part = pass->input->part;
    rk_status status = check_bad_rows(pass, problems);
    status = status == RK_OK ? make_worker(pass) : status;
    size_t first_piece = 0;
    for (size_t i = 0; i < part->n_tables && status == RK_OK; i++) {
        const rk__value *pieces = list_of(part->tables[i], "pieces");
        loader l = {.pass = pass,
                    .to = pass->workers[0],
                    .first_piece = first_piece,
                    .n_pieces = pieces != NULL ? pieces->count : 0,
                    .problems = problems};
        first_piece += l.n_pieces;
        status = add_table(&l, part->tables[i]);
    }
    return status == RK_OK ? rk__pass_look(pass, problems) : status;
}
