/* SPDX-License-Identifier: MIT
 *
 * column.c: text cells to typed values, and typed columns.
 */
#include "table/column.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "table/store.h"

static rk_status convert_number(rk__decimal_fault fault, const char **why)
{
    if (fault == RK__DECIMAL_OK) {
        return RK_OK;
    }
    *why = rk__decimal_fault_text(fault);
    return fault == RK__DECIMAL_SYNTAX  ? RK_WRONG_TYPE
           : fault == RK__DECIMAL_RANGE ? RK_OVERFLOW
                                        : RK_OUT_OF_RANGE;
}

static rk_status convert_bool(const char *text, size_t length, int64_t *out, const char **why)
{
    static const struct {
        const char *word;
        int64_t value;
    } words[] = {{"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}, {"y", 1},
                 {"n", 0},    {"1", 1},     {"0", 0},   {"t", 1},  {"f", 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == length && strncasecmp(words[i].word, text, length) == 0) {
            *out = words[i].value;
            return RK_OK;
        }
    }
    *why = "is not true or false";
    return RK_WRONG_TYPE;
}

static rk_status convert_date(const char *text, size_t length, int64_t *out, const char **why)
{
    rk_date date;
    if (!rk__date_parse(text, length, &date)) {
        *why = "is not a date";
        return RK_OUT_OF_RANGE;
    }
    *out = rk__date_days(date);
    return RK_OK;
}

static rk_status convert_factor(const char *text, size_t length, int64_t *out, const char **why)
{
    const rk__decimal_fault fault = rk__factor_parse(text, length, out);
    const rk_status status = convert_number(fault, why);
    if (fault == RK__DECIMAL_PLACES) {
        *why = "has more than twelve decimal places";
    }
    return status;
}

rk_status rk__cell_convert(rk__cell_type type, const char *text, size_t length, int64_t *out,
                           const char **why)
{
    rk_decimal number = 0;
    rk_status status = RK_OK;
    switch (type) {
    case RK__CELL_BOOL:
        return convert_bool(text, length, out, why);
    case RK__CELL_DATE:
        return convert_date(text, length, out, why);
    case RK__CELL_FACTOR:
        return convert_factor(text, length, out, why);
    case RK__CELL_RATIO:
        status = convert_number(rk__decimal_parse_ratio(text, length, &number), why);
        break;
    default:
        status = convert_number(rk__decimal_parse(text, length, &number), why);
        break;
    }
    if (status == RK_OK && type == RK__CELL_INTEGER) {
        if (number % RK_DECIMAL_ONE != 0) {
            *why = "is not a whole number";
            return RK_OUT_OF_RANGE;
        }
        number /= RK_DECIMAL_ONE;
    }
    if (status == RK_OK) {
        *out = number;
    }
    return status;
}

const char *rk__cell_hint(const char *why, bool of_file)
{
    const char *declare = of_file ? rk__reading_hint(why) : NULL;
    if (declare != NULL) {
        return declare;
    }
    if (!of_file && why != NULL && strcmp(why, "is not a date") == 0) {
        return "write dates as 2016-04-01";
    }
    static const char *const hints[][2] = {
        {"is not a number", "write plain numbers such as 1234.50, without separators or units, and "
                            "leave a cell blank where there is no value"},
        {"is too large", "numbers go up to about 9.2 trillion"},
        {"has more than six decimal places", "round it to six decimal places"},
        {"has more than twelve decimal places", "round it to twelve decimal places"},
        {"is not a whole number", "write whole numbers such as 12"},
        {"is not true or false", "write true or false, yes or no, y or n, 1 or 0"},
    };
    for (size_t i = 0; why != NULL && i < sizeof hints / sizeof hints[0]; i++) {
        if (strcmp(hints[i][0], why) == 0) {
            return hints[i][1];
        }
    }
    return NULL;
}

/* Where in its document the default of a column is. */
static const rk__value *place_of_default(const rk__table *table, const rk__table_map *map)
{
    const rk__value *at = table->spec.at;
    const rk__value *given = at ? rk__json_get(rk__json_get(at, "defaults"), map->column) : NULL;
    return given ? given : map->at;
}

/* How much of a text a message shows: whole characters, 200 bytes at most. */
static int shown_bytes(const char *text, size_t length)
{
    size_t shown = length < 200 ? length : 200;
    while (shown < length && shown > 0 && ((unsigned char) text[shown] & 0xc0) == 0x80) {
        shown--;
    }
    return (int) shown;
}

/* A cell of a file shows its place and the kind of fault only; a cell or default
 * in a document shows its text. */
static rk_status bad_cell(const rk__table *table, int column, size_t row, rk_status status,
                          const char *why, rk_problems *problems)
{
    const rk__named_column *named = &table->columns[column];
    size_t length;
    const char *text = rk__table_cell(table, column, row, &length);
    const int shown = shown_bytes(text, length);
    rk__arena arena = {0};
    rk__place place = {0};
    const bool by_default = named->map && text == named->map->value;
    const rk__value *given = by_default ? place_of_default(table, named->map) : NULL;
    if (given) {
        rk__json_place(given, &place, &arena);
    } else {
        rk__table_place(table, column, row, &place, &arena);
    }
    if (by_default) {
        rk__problem(problems, status, &place, rk__cell_hint(why, false),
                    "the default of column '%s': '%.*s' %s", named->name, shown, text, why);
    } else if (table->spec.rows) {
        rk__problem(problems, status, &place, rk__cell_hint(why, !table->spec.rows),
                    "column '%s': '%.*s' %s", named->name, shown, text, why);
    } else {
        rk__problem(problems, status, &place, rk__cell_hint(why, !table->spec.rows), "%s %s",
                    rk__table_cell_phrase(table, column, row, &arena), why);
    }
    rk__arena_dispose(&arena);
    return status;
}

rk_status rk__table_number(const rk__table *table, int column, size_t row, rk__buf *scratch,
                           const char **text, size_t *length, const char **why)
{
    const rk__reading *reading = table->spec.reading;
    const rk__table_map *map = table->columns[column].map;
    *text = rk__table_cell(table, column, row, length);
    if (*text == NULL || reading == NULL || reading->numbers == NULL ||
        (map != NULL && *text == map->value)) {
        return RK_OK;
    }
    if (rk__grow((void **) &scratch->text, &scratch->capacity, RK__CELL_SCRATCH(*length), 1) != 0) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__number_read(reading->numbers, text, length, scratch->text, why);
    if (status == RK_OK) {
        scratch->text[(size_t) (*text - scratch->text) + *length] = '\0';
    }
    return status;
}

rk_status rk__table_date(const rk__table *table, int column, size_t row, rk__buf *scratch,
                         const char **text, size_t *length, const char **why)
{
    const rk__reading *reading = table->spec.reading;
    const rk__named_column *named = &table->columns[column];
    const rk__cell_reader reader = rk__cell_reader_of(reading, named->name, RK__USE_DATE);
    *text = rk__table_cell(table, column, row, length);
    if (*text == NULL || reading == NULL || strcmp(named->name, "date") == 0 ||
        (named->map != NULL && *text == named->map->value)) {
        return RK_OK; /* a column 'date' was checked when the table was loaded */
    }
    if (rk__grow((void **) &scratch->text, &scratch->capacity, RK__CELL_SCRATCH(*length), 1) != 0) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__cell_read(&reader, text, length, scratch->text, why);
    if (status == RK_OK && *text == scratch->text) {
        scratch->text[*length] = '\0';
    }
    return status;
}

static bool is_number(rk__cell_type type)
{
    return type == RK__CELL_DECIMAL || type == RK__CELL_INTEGER || type == RK__CELL_RATIO ||
           type == RK__CELL_FACTOR;
}

static rk_status convert_cells(const rk__table *table, int column, rk__column *typed,
                               rk_problems *problems)
{
    const rk__table_map *map = table->columns[column].map;
    rk_status status = RK_OK;
    rk__buf scratch = {0};
    for (size_t row = 0; row < table->n_rows && status != RK_NO_MEMORY; row++) {
        size_t length = 0;
        const char *why = NULL;
        const char *text = NULL;
        rk_status found = RK_OK;
        if (is_number(typed->type)) {
            found = rk__table_number(table, column, row, &scratch, &text, &length, &why);
        } else if (typed->type == RK__CELL_DATE) {
            found = rk__table_date(table, column, row, &scratch, &text, &length, &why);
        } else {
            text = rk__table_cell(table, column, row, &length);
        }
        if (!text) {
            continue;
        }
        typed->has[row] = 1;
        if (typed->type == RK__CELL_TEXT) {
            typed->v[row] = rk__dict_intern(typed->dict, text, length);
            found = typed->v[row] < 0 ? RK_NO_MEMORY : RK_OK;
        } else if (found == RK_OK) {
            found = rk__cell_convert(typed->type, text, length, &typed->v[row], &why);
        }
        if (found == RK_NO_MEMORY) {
            status = RK_NO_MEMORY;
        } else if (found != RK_OK) {
            bad_cell(table, column, row, found, why, problems);
            status = status == RK_OK ? found : status;
            if (map && text == map->value) {
                break; /* it is the same for all rows */
            }
        }
    }
    rk__buf_dispose(&scratch);
    return status;
}

static void free_column(rk__column *column)
{
    if (column) {
        rk__free(column->v);
        rk__free(column->has);
        rk__dict_free(column->dict);
        rk__free(column);
    }
}

static rk__column *new_column(rk__cell_type type, size_t n)
{
    rk__column *column = rk__calloc(1, sizeof *column);
    if (!column) {
        return NULL;
    }
    column->type = type;
    column->n = n;
    column->v = rk__calloc(n ? n : 1, sizeof *column->v);
    column->has = rk__calloc(n ? n : 1, sizeof *column->has);
    column->dict = type == RK__CELL_TEXT ? rk__dict_new() : NULL;
    if (!column->v || !column->has || (type == RK__CELL_TEXT && !column->dict)) {
        free_column(column);
        return NULL;
    }
    return column;
}

rk_status rk__table_column(rk__table *table, int column, rk__cell_type type, const rk__column **out,
                           rk_problems *problems)
{
    *out = NULL;
    const size_t slots = table->n_columns * RK__CELL_TYPES;
    if (!table->typed && !(table->typed = rk__calloc(slots, sizeof(rk__column *)))) {
        return RK_NO_MEMORY;
    }
    rk__column **slot = &table->typed[(size_t) column * RK__CELL_TYPES + (size_t) type - 1];
    if (!*slot) {
        rk__column *made = new_column(type, table->n_rows);
        const rk_status status = made ? convert_cells(table, column, made, problems) : RK_NO_MEMORY;
        if (status != RK_OK) {
            free_column(made);
            return status;
        }
        *slot = made;
    }
    *out = *slot;
    return RK_OK;
}

void rk__table_free_columns(rk__table *table)
{
    for (size_t i = 0; table->typed && i < table->n_columns * RK__CELL_TYPES; i++) {
        free_column(table->typed[i]);
    }
    rk__free(table->typed);
    table->typed = NULL;
}
