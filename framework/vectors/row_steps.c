/* SPDX-License-Identifier: MIT
 *
 * row_steps.c: the steps in which single rows are priced, as a case of a vector expects them.
 */
#include <stdlib.h>
#include <string.h>

#include "evaluate/evaluation.h"
#include "vectors/vectors.h"

/* Whether a value is the expected one: an equal number, the same text, or "CODE: TEXT" of a code.
 */
static bool agrees(rk__nums *nums, const rk__value *expected, const char *found)
{
    const char *why = NULL;
    const size_t length = strlen(expected->text);
    const rk_num want = rk__num_parse(nums, expected->text, true, -1, &why);
    const rk_num have = want != NULL ? rk__num_parse(nums, found, true, -1, &why) : NULL;
    return have != NULL ? rk__num_compare(want, have) == 0
                        : strncmp(found, expected->text, length) == 0 &&
                              (found[length] == '\0' || found[length] == ':');
}

/* Looks for a step of this label and value among those below; the value of the last step of the
 * label in *found. */
static bool has_step(rk__nums *nums, const rk_step *step, const rk__value *expected,
                     const char **found)
{
    bool has = false;
    for (size_t i = 0; i < step->n_children && !has; i++) {
        const rk_step *child = rk_step_child(step, i);
        if (child->label != NULL && strcmp(child->label, expected->key) == 0) {
            *found = child->value != NULL ? child->value : "no value";
            has = child->value != NULL && agrees(nums, expected, child->value);
        }
        has = has || has_step(nums, child, expected, found);
    }
    return has;
}

static void compare_steps(rk__buf *out, rk__nums *nums, const rk_explanation *explanation,
                          const rk__value *row)
{
    const rk__value *steps = rk__json_get(row, "steps");
    const rk_step *top = rk_explanation_step(explanation, 0);
    for (const rk__value *v = rk__json_given(steps) ? steps->first : NULL; v != NULL; v = v->next) {
        rk__buf what = {0};
        const char *found = "no such step";
        rk__buf_printf(&what, "row %s of %s, step '%s'", rk__json_get(row, "row")->text,
                       rk__json_get(row, "component")->text, v->key);
        if (!has_step(nums, top, v, &found)) {
            rk__differ(out, what.text != NULL ? what.text : "a step", v->text, "%s", found);
        }
        out->failed |= what.failed;
        rk__buf_dispose(&what);
    }
}

rk_status rk__expect_rows(rk__buf *out, rk_contract *contract, const char *arrangement,
                          const rk__value *rows, rk_problems *problems)
{
    rk_status status = RK_OK;
    rk__nums nums = {0};
    for (const rk__value *row = rk__json_given(rows) ? rows->first : NULL;
         row != NULL && status == RK_OK; row = row->next) {
        rk_explanation *explanation = NULL;
        rk_explain_options options = RK_EXPLAIN_INIT;
        options.arrangement = arrangement;
        options.component = rk__json_get(row, "component")->text;
        options.row = strtoll(rk__json_get(row, "row")->text, NULL, 10);
        status = rk_explain(contract, &options, &explanation, problems);
        if (status == RK_OK) {
            compare_steps(out, &nums, explanation, row);
        }
        rk_explanation_free(explanation);
    }
    status = nums.no_memory ? RK_NO_MEMORY : status;
    rk__nums_dispose(&nums);
    return status;
}
