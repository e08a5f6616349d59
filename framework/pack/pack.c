/* SPDX-License-Identifier: MIT
 *
 * pack.c: packs are made: sentences, tables, cells.
 */
#include "pack/pack.h"

#include <ctype.h>
#include <stdarg.h>

#include "number/scaled.h"

#define DIGITS_HELD 15 /* that a spreadsheet's number has */
#define DIGITS_KEPT 37 /* that a cell's integer has */
#define LEAST_ROWS  16

void rk__pack_init(rk__pack *pack, rk__page *out)
{
    *pack = (rk__pack){.out = out, .currency = "", .version = "", .places = 2};
}

const char *rk__pack_take(rk__pack *pack)
{
    rk__buf *text = &pack->out->scratch;
    const char *copy =
        rk__arena_copy(&pack->out->arena, text->text != NULL ? text->text : "", text->length);
    pack->out->failed |= copy == NULL || text->failed;
    rk__buf_reset(text);
    return copy != NULL ? copy : "";
}

static void add_sentence(rk__pack *pack, const char *text)
{
    if (pack->n_sentences == pack->sentences_capacity) {
        const size_t more = 2 * pack->sentences_capacity + 4;
        const char **grown = rk__arena_alloc(&pack->out->arena, more * sizeof *grown);
        if (grown == NULL) {
            pack->out->failed = true;
            return;
        }
        if (pack->n_sentences > 0) {
            memcpy(grown, pack->sentences, pack->n_sentences * sizeof *grown);
        }
        pack->sentences = grown;
        pack->sentences_capacity = more;
    }
    pack->sentences[pack->n_sentences++] = text;
}

void rk__pack_scratch_sentence(rk__pack *pack)
{
    add_sentence(pack, rk__pack_take(pack));
}

/* ------------------------------------------------------------------ tables */

rk__pack_table *rk__pack_table_new(rk__pack *pack, const char *sheet, const char *title)
{
    static rk__pack_table lost;
    rk__pack_table *table = rk__arena_alloc(&pack->out->arena, sizeof *table);
    if (table == NULL) {
        pack->out->failed = true;
        lost = (rk__pack_table){0};
        return &lost;
    }
    table->sheet = sheet;
    table->title = title;
    if (pack->last != NULL) {
        pack->last->next = table;
    } else {
        pack->first = table;
    }
    pack->last = table;
    return table;
}

void rk__pack_column_add(rk__pack_table *table, const char *title, rk__pack_kind kind, bool summed)
{
    if (table->n_columns < RK__PACK_COLUMNS) {
        table->columns[table->n_columns++] =
            (rk__pack_column){.title = title, .kind = kind, .summed = summed};
    }
}

void rk__pack_columns(rk__pack_table *table, const char *kinds, ...)
{
    static const char letters[] = "tmqcp";
    va_list titles;
    va_start(titles, kinds);
    for (const char *k = kinds; *k != '\0'; k++) {
        const char *at = strchr(letters, tolower((unsigned char) *k));
        rk__pack_column_add(table, va_arg(titles, const char *), (rk__pack_kind) (at - letters),
                            isupper((unsigned char) *k));
    }
    va_end(titles);
}

static rk__pack_cell *cells_new(rk__pack *pack)
{
    static rk__pack_cell lost[RK__PACK_COLUMNS];
    rk__pack_cell *cells =
        rk__arena_alloc(&pack->out->arena, RK__PACK_COLUMNS * sizeof(rk__pack_cell));
    pack->out->failed |= cells == NULL;
    return cells != NULL ? cells : lost;
}

static rk__pack_row *row_new(rk__pack *pack, rk__pack_table *table)
{
    static rk__pack_row lost;
    if (table->n_rows == table->capacity) {
        const size_t more = 2 * table->capacity + LEAST_ROWS;
        rk__pack_row *grown = rk__arena_alloc(&pack->out->arena, more * sizeof *grown);
        if (grown == NULL) {
            pack->out->failed = true;
            return &lost;
        }
        if (table->n_rows > 0) {
            memcpy(grown, table->rows, table->n_rows * sizeof *grown);
        }
        table->rows = grown;
        table->capacity = more;
    }
    return &table->rows[table->n_rows++];
}

rk__pack_cell *rk__pack_row_add(rk__pack *pack, rk__pack_table *table)
{
    rk__pack_row *row = row_new(pack, table);
    row->cells = cells_new(pack);
    return row->cells;
}

/* a + b in the smaller of their units. */
static void add_up(rk__pack_cell *sum, const rk__pack_cell *cell)
{
    if (!cell->number) {
        return;
    }
    while (sum->places < cell->places) {
        sum->value *= 10;
        sum->places++;
    }
    rk_int128 value = cell->value;
    for (int places = cell->places; places < sum->places; places++) {
        value *= 10;
    }
    sum->value += value;
    sum->number = true;
}

static void round_to(rk__pack_cell *cell, int places)
{
    for (; cell->places > places + 1; cell->places--) {
        /* What is cut off is kept as a last digit that is not 0 or 5. */
        const rk_int128 cut = cell->value % 10;
        cell->value /= 10;
        if (cut != 0 && cell->value % 5 == 0) {
            cell->value += cut > 0 ? 1 : -1;
        }
    }
    if (cell->places == places + 1) {
        const rk_int128 half = cell->value < 0 ? -5 : 5;
        cell->value = (cell->value + half) / 10;
        cell->places = places;
    }
}

rk__pack_cell *rk__pack_total(rk__pack *pack, rk__pack_table *table, const char *label)
{
    rk__pack_cell *total = cells_new(pack);
    table->total = total;
    rk__pack_set_text(&total[0], label);
    for (size_t c = 0; c < table->n_columns; c++) {
        if (!table->columns[c].summed) {
            continue;
        }
        total[c] = (rk__pack_cell){.formula = RK__PACK_SUM,
                                   .number = true,
                                   .of = table,
                                   .column = c,
                                   .to = table->n_rows + table->n_made};
        for (size_t r = 0; r < table->n_rows; r++) {
            add_up(&total[c], &table->rows[r].cells[c]);
        }
        for (size_t r = 0; r < table->n_made; r++) {
            rk__pack_cell cells[RK__PACK_COLUMNS] = {0};
            table->make(table->ctx, r, cells);
            add_up(&total[c], &cells[c]);
        }
        round_to(&total[c], table->columns[c].kind == RK__PACK_MONEY   ? pack->places
                            : table->columns[c].kind == RK__PACK_COUNT ? 0
                                                                       : 6);
    }
    return total;
}

rk__pack_figure *rk__pack_figure_add(rk__pack *pack, rk__pack_table *table, rk__pack_chart kind,
                                     const char *title, const char *says)
{
    static rk__pack_figure lost;
    rk__pack_figure *figure = rk__arena_alloc(&pack->out->arena, sizeof *figure);
    if (figure == NULL) {
        pack->out->failed = true;
        return &lost;
    }
    *figure = (rk__pack_figure){
        .kind = kind, .title = title, .says = says, .to = table->n_rows + table->n_made};
    rk__pack_figure **at = &table->figures;
    while (*at != NULL) {
        at = &(*at)->next;
    }
    *at = figure;
    return figure;
}

bool rk__pack_figure_shows(const rk__pack_table *table, const rk__pack_figure *figure)
{
    bool any = figure->kind != RK__PACK_BARS;
    for (size_t r = figure->from; r < figure->to && r < table->n_rows && !any; r++) {
        for (size_t i = 0; i < figure->n_values; i++) {
            const rk__pack_cell *cell = &table->rows[r].cells[figure->values[i]];
            any |= cell->number && cell->value != 0;
        }
    }
    return any;
}

void rk__pack_step_add(rk__pack *pack, size_t depth, const char *text, const char *source)
{
    rk__pack_step *step = rk__arena_alloc(&pack->out->arena, sizeof *step);
    if (step == NULL) {
        pack->out->failed = true;
        return;
    }
    *step = (rk__pack_step){.text = text, .source = source, .depth = depth};
    if (pack->last_step != NULL) {
        pack->last_step->next = step;
    } else {
        pack->steps = step;
    }
    pack->last_step = step;
}

/* ------------------------------------------------------------------- cells */

void rk__pack_set_text(rk__pack_cell *cell, const char *text)
{
    *cell = (rk__pack_cell){.text = text, .length = text != NULL ? strlen(text) : 0};
}

void rk__pack_set_count(rk__pack_cell *cell, uint64_t count)
{
    *cell = (rk__pack_cell){.number = true, .value = (rk_int128) count};
}

void rk__pack_set_num(rk__pack *pack, rk__pack_cell *cell, rk_num number, int places)
{
    *cell = (rk__pack_cell){.places = places};
    if (number == NULL) {
        return;
    }
    rk__buf digits = {0};
    rk__num_print_fixed(&digits, number, places);
    if (digits.failed || digits.text == NULL) {
        pack->out->failed = true;
    } else if (digits.length > DIGITS_KEPT) {
        cell->text = rk__arena_copy(&pack->out->arena, digits.text, digits.length);
        cell->length = digits.length;
        pack->out->failed |= cell->text == NULL;
    } else {
        for (const char *c = digits.text; *c != '\0'; c++) {
            if (*c >= '0' && *c <= '9') {
                cell->value = cell->value * 10 + (*c - '0');
            }
        }
        cell->value = digits.text[0] == '-' ? -cell->value : cell->value;
        cell->number = true;
    }
    rk__buf_dispose(&digits);
}

bool rk__pack_fits(const rk__pack_cell *cell)
{
    rk_int128 value = cell->value < 0 ? -cell->value : cell->value;
    while (value != 0 && value % 10 == 0) {
        value /= 10;
    }
    return value < (rk_int128) rk__power_of_ten(DIGITS_HELD);
}

size_t rk__pack_print(char out[RK__PACK_TEXT_SIZE], const rk__pack_cell *cell, int least, int most)
{
    char text[RK__SCALED_TEXT];
    const size_t length = rk__print_scaled(text, cell->value, cell->places, least, most);
    memcpy(out, text, length);
    out[length] = '\0';
    return length;
}

double rk__pack_double(const rk__pack_cell *cell)
{
    double unit = 1;
    for (int i = 0; i < cell->places; i++) {
        unit *= 10; /* exact up to 10^22 */
    }
    return (double) cell->value / unit;
}
