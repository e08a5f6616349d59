/* SPDX-License-Identifier: MIT
 *
 * side.c: cells and parts, and those of a result that was evaluated.
 */
#include "variance/side.h"

rk_status rk__sides_init(rk__sides *sides)
{
    *sides = (rk__sides){.nums.untraced = true, .n_columns = 2};
    sides->column[RK__COLUMN_PERIOD] = "period";
    sides->column[RK__COLUMN_CHAPTER] = "hrg_chapter";
    sides->texts = rk__dict_new();
    return sides->texts != NULL ? RK_OK : RK_NO_MEMORY;
}

void rk__sides_dispose(rk__sides *sides)
{
    rk__dict_free(sides->texts);
    rk__nums_dispose(&sides->nums);
    rk__arena_dispose(&sides->arena);
}

void rk__side_dispose(rk__side *side)
{
    rk__free(side->cells);
    rk__free(side->parts);
    *side = (rk__side){.cells = NULL};
}

static size_t name_at(rk__sides *sides, const char **names, size_t *n, size_t most,
                      const char *name)
{
    size_t i = 0;
    while (i < *n && strcmp(names[i], name) != 0) {
        i++;
    }
    if (i == *n && i < most) {
        names[i] = rk__arena_strdup(&sides->arena, name);
        *n += names[i] != NULL;
    }
    return i < *n ? i : SIZE_MAX;
}

size_t rk__sides_column(rk__sides *sides, const char *name)
{
    return name_at(sides, sides->column, &sides->n_columns, RK__SIDE_COLUMNS, name);
}

size_t rk__sides_element(rk__sides *sides, const char *name)
{
    return name_at(sides, sides->element, &sides->n_elements, RK__SIDE_ELEMENTS, name);
}

/* 1 + the number of a text; 0 for NULL. Sets the arena's `failed` if out of memory. */
static uint32_t text_number(rk__sides *sides, const char *text, size_t length)
{
    if (text == NULL || length == 0) {
        return 0;
    }
    const int32_t at = rk__dict_intern(sides->texts, text, length);
    sides->arena.failed |= at < 0;
    return at < 0 ? 0 : (uint32_t) at + 1;
}

const char *rk__sides_word(const rk__sides *sides, uint32_t text)
{
    return text == 0 ? NULL : rk__dict_text(sides->texts, (int32_t) text - 1, NULL);
}

rk__cell *rk__side_cell(rk__sides *sides, rk__side *side, const char *period)
{
    if (rk__grow((void **) &side->cells, &side->cells_capacity, side->n_cells + 1,
                 sizeof *side->cells) != 0) {
        return NULL;
    }
    rk__cell *cell = &side->cells[side->n_cells++];
    *cell = (rk__cell){.text[RK__COLUMN_PERIOD] = text_number(sides, period, strlen(period))};
    side->has[RK__COLUMN_PERIOD] = true;
    return cell;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool rk__side_key(rk__sides *sides, rk__side *side, rk__cell *cell, const char *column,
                  const char *text, size_t length)
{
    const size_t at = rk__sides_column(sides, column);
    if (at == SIZE_MAX) {
        return false;
    }
    side->has[at] = true;
    cell->text[at] = text_number(sides, text, length);
    if (strcmp(column, "hrg") == 0) {
        const bool is_hrg = text != NULL && length == 5 && is_letter(text[0]) &&
                            is_letter(text[1]) && is_digit(text[2]) && is_digit(text[3]) &&
                            is_letter(text[4]);
        side->has[RK__COLUMN_CHAPTER] = true;
        cell->text[RK__COLUMN_CHAPTER] = is_hrg ? text_number(sides, text, 1) : 0;
    }
    return true;
}

rk__part *rk__side_part(rk__side *side, const char *period, const char *component)
{
    if (rk__grow((void **) &side->parts, &side->parts_capacity, side->n_parts + 1,
                 sizeof *side->parts) != 0) {
        return NULL;
    }
    rk__part *part = &side->parts[side->n_parts++];
    *part = (rk__part){.period = period, .component = component};
    return part;
}

/* ------------------------------------------------------------------- a result */

static bool take_group(rk__sides *sides, rk__side *side, const char *period,
                       const rk_component_result *component, size_t group, rk__part *part)
{
    const rk_groups *groups = component->groups;
    const int places = rk_groups_places(groups);
    rk__cell *cell = rk__side_cell(sides, side, period);
    rk_num *element = rk__arena_alloc(&sides->arena, RK__SIDE_ELEMENTS * sizeof *element);
    if (cell == NULL || element == NULL) {
        return false;
    }
    for (size_t k = 0; k < rk_groups_n_columns(groups); k++) {
        size_t length = 0;
        const char *text = rk_groups_key(groups, group, k, &length);
        if (!rk__side_key(sides, side, cell, rk_groups_column(groups, k), text, length)) {
            return false;
        }
    }
    cell->quantity =
        rk__num_scaled(&sides->nums, rk_groups_value(groups, group, RK_LANE_QUANTITY), 6);
    cell->amount =
        rk__num_scaled(&sides->nums, rk_groups_value(groups, group, RK_LANE_AMOUNT), places);
    for (size_t e = 0; e < component->n_elements; e++) {
        const rk_element_total *of = rk_component_element(component, e);
        const size_t at = of->memo ? SIZE_MAX : rk__sides_element(sides, of->name);
        if (at != SIZE_MAX) {
            element[at] = rk__num_scaled(
                &sides->nums, rk_groups_value(groups, group, RK_LANE_ELEMENT + e), places);
        }
    }
    cell->element = element;
    side->split = true;
    part->priced = rk__num_add(&sides->nums, part->priced, cell->amount);
    return true;
}

static bool take_unpriced(rk__sides *sides, rk__side *side, const char *period,
                          const rk_unpriced_key *key)
{
    if (key->quantity == NULL || key->n_columns == 0) {
        return true; /* of a table that is settled, or of no period */
    }
    rk__cell *cell = rk__side_cell(sides, side, period);
    if (cell == NULL) {
        return false;
    }
    for (size_t k = 0; k < key->n_columns; k++) {
        const char *text = key->values[k];
        if (!rk__side_key(sides, side, cell, key->columns[k], text,
                          text != NULL ? strlen(text) : 0)) {
            return false;
        }
    }
    cell->quantity = cell->amount = rk__num_from_int(&sides->nums, 0);
    cell->unpriced = rk__num_copy(&sides->nums, key->quantity);
    return cell->unpriced != NULL;
}

/* A ledger line with a quantity, as a key of its own. */
static bool take_line(rk__sides *sides, rk__side *side, const char *period,
                      const rk_ledger_line *line, rk__part *part)
{
    if (line->memo || line->quantity == NULL) {
        return true;
    }
    rk__cell *cell = rk__side_cell(sides, side, period);
    if (cell == NULL ||
        !rk__side_key(sides, side, cell, "line", line->label, strlen(line->label))) {
        return false;
    }
    cell->quantity = rk__num_copy(&sides->nums, line->quantity);
    cell->amount = rk__num_copy(&sides->nums, line->amount);
    part->priced = rk__num_add(&sides->nums, part->priced, cell->amount);
    return true;
}

static bool take_component(rk__sides *sides, rk__side *side, const char *period, bool lines,
                           const rk_component_result *component)
{
    rk__part *part = rk__side_part(side, period, component->id);
    if (part == NULL) {
        return false;
    }
    part->title = component->title;
    part->total = rk__num_copy(&sides->nums, component->total);
    if (component->groups == NULL || rk_groups_places(component->groups) == 0) {
        return true;
    }
    const size_t at = side->n_parts - 1;
    side->unpriced_rows += component->unpriced_rows;
    side->parts[at].priced = rk__num_from_int(&sides->nums, 0);
    bool good = true;
    for (size_t i = 0; lines && i < component->n_lines && good; i++) {
        good = take_line(sides, side, period, rk_component_line(component, i), &side->parts[at]);
    }
    if (lines) {
        return good;
    }
    for (size_t g = 0; g < rk_groups_count(component->groups) && good; g++) {
        good = take_group(sides, side, period, component, g, &side->parts[at]);
    }
    for (size_t i = 0; i < component->n_unpriced && good; i++) {
        good = take_unpriced(sides, side, period, rk_component_unpriced(component, i));
    }
    return good;
}

rk_status rk__side_of_result(rk__sides *sides, const rk_result *result, bool lines, rk__side *out)
{
    const rk_result_view *view = rk_result_read(result);
    bool good = true;
    *out = (rk__side){.currency = view->currency,
                      .basis = view->basis,
                      .arrangement = view->arrangement,
                      .contract = view->contract,
                      .title = view->title,
                      .places = view->places,
                      .total = rk__num_copy(&sides->nums, view->total)};
    for (size_t p = 0; p < view->n_periods && good; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        for (size_t k = 0; k < period->n_components && good; k++) {
            const rk_component_result *component = rk_period_component(period, k);
            good = component->shadow || take_component(sides, out, period->id, lines, component);
        }
    }
    return good && !sides->arena.failed && !sides->nums.no_memory ? RK_OK : RK_NO_MEMORY;
}
