/* SPDX-License-Identifier: MIT
 *
 * system_case.c: a worked example of a system: values at pointers into its result, as
 * "system-result/1" prints it, the codes of its findings, or an error.
 */
#include <string.h>

#include "number/num.h"
#include "report/system.h"
#include "system/system.h"
#include "vectors/vectors.h"

static int collect(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

static const char *text_of(const rk__value *v)
{
    switch (v->type) {
    case RK__JSON_STRING:
    case RK__JSON_NUMBER:
        return v->text;
    case RK__JSON_BOOL:
        return v->truth ? "true" : "false";
    case RK__JSON_NULL:
        return "null";
    default:
        return "a list or an object";
    }
}

/* Numbers are equal whatever zeros they end with. */
static bool same(const rk__value *expected, const rk__value *found)
{
    const char *why = NULL;
    const char *x = text_of(expected);
    const char *y = text_of(found);
    rk__nums nums = {0};
    const bool both = rk__num_is_spelled(x, false) && rk__num_is_spelled(y, false);
    const rk_num a = both ? rk__num_parse(&nums, x, false, -1, &why) : NULL;
    const rk_num b = both ? rk__num_parse(&nums, y, false, -1, &why) : NULL;
    const bool equal = a != NULL && b != NULL ? rk__num_compare(a, b) == 0 : strcmp(x, y) == 0;
    rk__nums_dispose(&nums);
    return equal;
}

static rk_status compare_at(const rk_system_result *result, const rk__value *at,
                            rk__buf *difference, rk_problems *unexpected)
{
    rk__buf text = {0};
    rk__json *printed = NULL;
    const rk_sink sink = {.write = collect, .ctx = &text};
    rk_status status = rk__report_system_figures(result, &sink);
    if (status == RK_OK) {
        status = text.failed ? RK_NO_MEMORY
                             : rk__json_parse(text.text, text.length, NULL, &printed, NULL);
    }
    for (const rk__value *v = at->first; v != NULL && status == RK_OK; v = v->next) {
        const rk__value *found = rk__json_at(rk__json_root(printed), v->key);
        if (found == NULL) {
            rk__differ(difference, v->key, text_of(v), "nothing at this pointer");
            if (unexpected != NULL) {
                (void) rk__json_key_problem(unexpected, v, RK_OUT_OF_RANGE,
                                            "print the result with reckon system --format json",
                                            "'%s' leads nowhere in the result", v->key);
            }
        } else if (!same(v, found)) {
            rk__differ(difference, v->key, text_of(v), "%s", text_of(found));
        }
    }
    rk__json_free(printed);
    rk__buf_dispose(&text);
    return status;
}

static bool has_code(const rk_system_result *result, const char *code)
{
    for (size_t i = 0; i < rk_system_result_read(result)->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(result, i);
        for (size_t k = 0; k < s->n_findings; k++) {
            if (strcmp(rk_scenario_finding(s, k)->code, code) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_listed(const rk__value *codes, const char *code)
{
    for (const rk__value *v = codes->first; v != NULL; v = v->next) {
        if (v->type == RK__JSON_STRING && strcmp(v->text, code) == 0) {
            return true;
        }
    }
    return false;
}

/* The result must have each listed code, and no others except notes. */
static void compare_findings(const rk_system_result *result, const rk__value *codes,
                             rk__buf *difference)
{
    for (const rk__value *v = codes->first; v != NULL; v = v->next) {
        if (v->type != RK__JSON_STRING || !has_code(result, v->text)) {
            rk__differ(difference, "finding", text_of(v), "none of this code");
        }
    }
    for (size_t i = 0; i < rk_system_result_read(result)->n_scenarios; i++) {
        const rk_scenario_result *s = rk_system_scenario_result(result, i);
        for (size_t k = 0; k < s->n_findings; k++) {
            const rk_finding *f = rk_scenario_finding(s, k);
            if (f->severity != RK_SEVERITY_NOTE && !is_listed(codes, f->code)) {
                rk__differ(difference, "finding", "none of this code", "%s (%s)", f->code,
                           f->message);
            }
        }
    }
}

static rk_status compare(const rk_system_result *result, const rk__value *expect,
                         rk__buf *difference, rk_problems *unexpected)
{
    const rk__value *at = rk__json_get(expect, "at");
    const rk__value *findings = rk__json_get(expect, "findings");
    const rk__value *error = rk__json_get(expect, "error");
    if (rk__json_given(error)) {
        rk__differ(difference, "error", text_of(error), "a result");
        return RK_OK;
    }
    if (rk__json_given(findings)) {
        compare_findings(result, findings, difference);
    }
    return at != NULL && at->type == RK__JSON_OBJECT
               ? compare_at(result, at, difference, unexpected)
               : RK_OK;
}

rk_status rk__system_case(rk_session *session, const rk__value *system, const char *base_dir,
                          const rk__value *v, rk__buf *difference, rk_problems *unexpected)
{
    const rk__value *expect = rk__json_get(v, "expect");
    const rk__value *chosen = rk__json_get(v, "scenario");
    const char *scenario = rk__json_given(chosen) ? chosen->text : NULL;
    rk_problems *own = rk_problems_new();
    rk_system *loaded = NULL;
    rk_system_result *result = NULL;
    const char *const names[] = {scenario, NULL};
    rk_status status = own == NULL ? RK_NO_MEMORY
                                   : rk__system_from(session, system, base_dir,
                                                     rk__json_get(v, "set"), &loaded, own);
    if (status == RK_OK) {
        status = rk_system_evaluate(loaded, scenario != NULL ? names : NULL, &result, own);
        rk__case_usage(&own, &status, chosen);
    }
    if (status == RK_OK) {
        status = compare(result, expect, difference, unexpected);
    } else if (status != RK_NO_MEMORY) {
        rk__compare_failure(difference, own, status, expect, unexpected);
        status = RK_OK;
    }
    rk_system_result_free(result);
    rk_system_free(loaded);
    rk_problems_free(own);
    return difference->failed ? RK_NO_MEMORY : status;
}
