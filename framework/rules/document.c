/* SPDX-License-Identifier: MIT
 *
 * document.c: a rule document found in a folder of rules: its identity, and loading it.
 */
#include <stdio.h>

#include "formula/formula.h"
#include "rules/elf_note.h"
#include "rules/load.h"

/* Takes the first problem as the reason of a refusal. */
static bool refuse_by(const rk_problems *problems, rk_status status, rk__refusal *why)
{
    const rk_problem *const p = problems != NULL ? rk__problems_error(problems) : NULL;
    if (status == RK_NO_MEMORY || p == NULL) {
        return rk__refuse_memory(why);
    }
    const char *const hint = p->hint != NULL ? p->hint : "`reckon check FILE` shows every problem";
    return p->line == 0 ? rk__refuse(why, hint, "%s", p->message)
                        : rk__refuse(why, hint, "line %u, column %u: %s", (unsigned) p->line,
                                     (unsigned) p->column, p->message);
}

bool rk__document_identify(const char *path, const char *text, size_t length, rk__identity *out,
                           rk__refusal *why)
{
    rk_problems *const problems = rk_problems_new();
    rk__json *document = NULL;
    const char *id = NULL, *version = NULL;
    if (problems == NULL) {
        return rk__refuse_memory(why);
    }
    out->abi_major = RK_ABI_MAJOR;
    out->abi_minor = RK_ABI_MINOR;
    rk_status status = rk__json_parse(text, length, path, &document, problems);
    if (status == RK_OK) {
        const rk__value *const root = rk__json_root(document);
        rk__keep_first(&status, rk__json_text_of(root, "id", true, &id, problems));
        rk__keep_first(&status, rk__json_text_of(root, "version", true, &version, problems));
    }
    if (id != NULL && rk__rule_id_valid(id)) {
        (void) snprintf(out->id, sizeof out->id, "%s", id);
    } else if (id != NULL && status == RK_OK) {
        status = rk__json_problem(problems, rk__json_get(rk__json_root(document), "id"),
                                  RK_OUT_OF_RANGE, "use a-z, 0-9 and -, and begin with a letter",
                                  "'%s' cannot be the id of a rule", id);
    }
    if (version != NULL && strlen(version) < sizeof out->version) {
        (void) snprintf(out->version, sizeof out->version, "%s", version);
    } else if (version != NULL && status == RK_OK) {
        status = rk__json_problem(problems, rk__json_get(rk__json_root(document), "version"),
                                  RK_LIMIT, "write 1.0.0", "the version is too long");
    }
    const bool ok = status == RK_OK || refuse_by(problems, status, why);
    rk__json_free(document);
    rk_problems_free(problems);
    return ok;
}

bool rk__document_load(rk__rule *rule, const char *text, size_t length, rk__arena *arena,
                       rk__refusal *why)
{
    rk_problems *const problems = rk_problems_new();
    rk__json *document = NULL;
    const rk__formula *formula = NULL;
    if (problems == NULL) {
        return rk__refuse_memory(why);
    }
    rk_status status = rk__json_parse(text, length, rule->path, &document, problems);
    if (status == RK_OK) {
        formula = rk__formula_compile(document, arena, &status, problems);
    }
    bool ok = formula != NULL || refuse_by(problems, status, why);
    ok = ok && rk__rule_tables(&formula->rule, sizeof formula->rule, rule, arena, why) &&
         rk__rule_check(rule, why);
    rule->document = formula;
    rk__json_free(document);
    rk_problems_free(problems);
    return ok;
}

rk_status rk__document_check(const rk__json *document, rk_problems *problems)
{
    rk__arena arena = {0};
    rk__rule rule = {.path = (char *) "", .id = (char *) ""};
    rk__refusal why = {0};
    const rk__value *const id = rk__json_get(rk__json_root(document), "id");
    rk_status status = RK_OK;
    const rk__formula *const f = rk__formula_compile(document, &arena, &status, problems);
    if (f != NULL && !rk__rule_id_valid(f->rule.id)) {
        status = rk__json_problem(problems, id, RK_OUT_OF_RANGE,
                                  "use a-z, 0-9 and -, and begin with a letter",
                                  "'%s' cannot be the id of a rule", f->rule.id);
    } else if (f != NULL && (!rk__rule_tables(&f->rule, sizeof f->rule, &rule, &arena, &why) ||
                             !rk__rule_check(&rule, &why))) {
        status = why.no_memory ? RK_NO_MEMORY
                               : rk__json_problem(problems, rk__json_root(document),
                                                  RK_OUT_OF_RANGE, why.hint, "%s", why.reason);
    }
    rk__arena_dispose(&arena);
    return status == RK_NO_MEMORY ? rk__problem(problems, status, NULL, NULL, "out of memory")
                                  : status;
}
