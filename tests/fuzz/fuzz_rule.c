/* SPDX-License-Identifier: MIT
 *
 * fuzz_rule.c: any bytes as a rule document, and as an expression of one.
 *
 * What compiles must be valued without faults of memory; a refusal always has a problem.
 */
#include <stdlib.h>

#include "formula/eval.h"

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static const rk__formula *compile(const char *text, size_t size, rk__arena *arena)
{
    rk_problems *const problems = rk_problems_new();
    rk__json *document = NULL;
    const rk__formula *f = NULL;
    rk_status status = rk__json_parse(text, size, "fuzz.rule.json", &document, problems);
    if (status == RK_OK) {
        f = rk__formula_compile(document, arena, &status, problems);
    }
    need((f != NULL) == (status == RK_OK));
    need((rk_problems_count(problems) == 0) == (status == RK_OK));
    rk__json_free(document);
    rk_problems_free(problems);
    return f;
}

/* Values each let; the parameters are absent, and there are no tables. */
static void value(const rk__formula *f, rk__arena *arena)
{
    void *const params = rk__arena_alloc(arena, f->rule.params_size + 1);
    rk__let_value *const values = rk__arena_alloc(arena, (f->n_lets + 1) * sizeof *values);
    rk__own_host own;
    rk__own_host_init(&own);
    for (size_t i = 0; i < f->n_params; i++) {
        if (f->params[i].type == RK_PARAM_INTEGER || f->params[i].type == RK_PARAM_DECIMAL) {
            const int64_t none = INT64_MIN;
            memcpy((char *) params + f->params[i].offset, &none, sizeof none);
        } else if (f->params[i].type == RK_PARAM_ENUM) {
            const int32_t none = -1;
            memcpy((char *) params + f->params[i].offset, &none, sizeof none);
        }
    }
    for (size_t i = f->globals.first; i < f->globals.first + f->globals.n; i++) {
        rk__eval ev = {.h = &own.table,
                       .formula = f,
                       .lets = f->lets,
                       .values = values,
                       .params = params,
                       .quiet = true,
                       .arena = arena};
        const rk__result_value v = rk__eval_expr(&ev, &f->lets[i].source, f->lets[i].expr);
        need(v.missing || f->lets[i].type != RK__EXPR_NUMBER || v.number != NULL);
    }
    rk__own_host_dispose(&own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rk__arena arena = {0};
    rk__buf text = {0};
    const rk__formula *f = compile((const char *) data, size, &arena);
    if (f != NULL) {
        value(f, &arena);
    }
    rk__buf_puts(&text, "{\"reckoner\":\"rule/1\",\"id\":\"x\",\"version\":\"1\",\"title\":\"X\","
                        "\"params\":[{\"name\":\"p\",\"type\":\"exact\"},{\"name\":\"l\",\"type\":"
                        "\"list\",\"items\":[{\"name\":\"v\"}]}],\"tables\":{\"u\":{\"columns\":"
                        "[{\"name\":\"k\",\"type\":\"text\"},{\"name\":\"n\"}]}},\"lines\":"
                        "[{\"label\":\"x\",\"rate\":\"1\"}],\"let\":{\"x\":");
    rk__json_write_text(&text, (const char *) data, size);
    rk__buf_puts(&text, "}}");
    if (!text.failed) {
        f = compile(text.text, text.length, &arena);
        if (f != NULL) {
            value(f, &arena);
        }
    }
    rk__buf_dispose(&text);
    rk__arena_dispose(&arena);
    return 0;
}
