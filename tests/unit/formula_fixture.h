/* SPDX-License-Identifier: MIT
 *
 * formula_fixture.h: rule documents from C strings: ' stands for " and ` for '.
 */
#pragma once

#include "formula/eval.h"
#include "unit.h"

static rk__arena formula_arena;
static rk_problems *formula_problems;

__attribute__((unused)) static void open_formula(void)
{
    formula_problems = rk_problems_new();
}

__attribute__((unused)) static void close_formula(void)
{
    rk_problems_free(formula_problems);
    rk__arena_dispose(&formula_arena);
}

/* Compiles a whole document; NULL with problems in formula_problems. */
__attribute__((unused)) static const rk__formula *formula_of_text(const char *text)
{
    char *const copy = strdup(text);
    rk__json *document = NULL;
    rk_status status = RK_OK;
    const rk__formula *f = NULL;
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c == '`' ? '\'' : *c;
    }
    rk_problems_clear(formula_problems);
    if (rk__json_parse(copy, strlen(copy), "x.rule.json", &document, formula_problems) == RK_OK) {
        f = rk__formula_compile(document, &formula_arena, &status, formula_problems);
        ck_assert((f != NULL) == (status == RK_OK));
        ck_assert((f == NULL) == (rk_problems_count(formula_problems) > 0) ||
                  status == RK_NO_MEMORY);
    }
    rk__json_free(document);
    free(copy);
    return f;
}

/* A document whose members follow its identity; it begins on line 2. */
__attribute__((unused)) static const rk__formula *formula_with(const char *members)
{
    char text[8192];
    const int n =
        snprintf(text, sizeof text, "{'reckoner':'rule/1','id':'x','version':'1','title':'X',\n%s}",
                 members);
    ck_assert_int_lt(n, (int) sizeof text);
    return formula_of_text(text);
}
