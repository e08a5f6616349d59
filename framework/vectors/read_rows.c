/* SPDX-License-Identifier: MIT
 *
 * read_rows.c: what is wrong with the rows that a case expects, as they are written.
 */
#include <string.h>

#include "vectors/vectors.h"

static rk_status read_row(const rk__value *row, rk_problems *problems)
{
    static const char *const keys[] = {"component", "row", "steps", NULL};
    const char *component = NULL;
    if (row->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, row, RK_WRONG_TYPE,
                                "write {\"component\": ..., \"row\": 1, \"steps\": {...}}",
                                "a row must be an object, not %s", rk__json_type_name(row));
    }
    rk_status first = rk__json_only_keys(row, keys, problems);
    rk__keep_first(&first, rk__json_text_of(row, "component", true, &component, problems));
    const rk__value *number = rk__json_get(row, "row");
    const rk__value *steps = rk__json_get(row, "steps");
    if (!rk__json_given(number) || number->type != RK__JSON_NUMBER ||
        strspn(number->text, "0123456789") != strlen(number->text) || number->text[0] == '0' ||
        strlen(number->text) > 12) {
        rk__keep_first(&first, rk__json_problem(problems, rk__json_given(number) ? number : row,
                                                RK_OUT_OF_RANGE, "rows are counted from 1",
                                                "'row' must be the number of a row"));
    }
    if (!rk__json_given(steps) || steps->type != RK__JSON_OBJECT || steps->count == 0) {
        rk__keep_first(&first,
                       rk__json_problem(problems, rk__json_given(steps) ? steps : row,
                                        RK_WRONG_TYPE, "`reckon explain --row` shows their names",
                                        "'steps' must be an object of values by name"));
        return first;
    }
    for (const rk__value *v = steps->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING && v->type != RK__JSON_NUMBER) {
            rk__keep_first(&first, rk__json_problem(problems, v, RK_WRONG_TYPE, NULL,
                                                    "a step's value must be a number or a text, "
                                                    "not %s",
                                                    rk__json_type_name(v)));
        }
    }
    return first;
}

rk_status rk__expect_rows_read(const rk__value *rows, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (!rk__json_given(rows)) {
        return RK_OK;
    }
    if (rows->type != RK__JSON_ARRAY) {
        return rk__json_problem(problems, rows, RK_WRONG_TYPE, NULL,
                                "'rows' must be a list, not %s", rk__json_type_name(rows));
    }
    for (const rk__value *row = rows->first; row != NULL; row = row->next) {
        rk__keep_first(&first, read_row(row, problems));
    }
    return first;
}
