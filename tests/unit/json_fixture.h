/* SPDX-License-Identifier: MIT
 *
 * json_fixture.h: documents for the tests of JSON, and the problems that they give.
 */
#pragma once

#include "unit.h"
#include "json/json.h"

static rk_problems *problems;

static inline void setup(void)
{
    problems = rk_problems_new();
    ck_assert_ptr_nonnull(problems);
}

static inline void teardown(void)
{
    rk_problems_free(problems);
}

static inline rk__json *parse(const char *text)
{
    rk__json *document = NULL;
    const rk_status status = rk__json_parse(text, strlen(text), "doc.json", &document, problems);
    const rk_problem *p = rk_problems_at(problems, 0);
    ck_assert_msg(status == RK_OK, "%s: %s", text, p != NULL ? p->message : "no problem");
    ck_assert_ptr_nonnull(document);
    return document;
}

static inline void assert_text(const char *got, const char *want)
{
    if (want == NULL) {
        ck_assert_ptr_null(got);
    } else {
        ck_assert_msg(got != NULL && strcmp(got, want) == 0, "got '%s', want '%s'",
                      got != NULL ? got : "(null)", want);
    }
}
