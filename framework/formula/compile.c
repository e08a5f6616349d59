/* SPDX-License-Identifier: MIT
 *
 * compile.c: a rule document to a compiled one.
 */
#include "formula/document.h"

static const char *const root_keys[] = {"reckoner", "$schema", "id",    "version",   "title",
                                        "summary",  "sources", "of",    "params",    "tables",
                                        "let",      "check",   "lines", "equations", "inputs",
                                        "pays",     "vectors", "rows",  NULL};

static void identity(rk__compiler *c, const rk__value *root)
{
    static const char *const of_words[] = {"none", "optional", "required", "shadow", NULL};
    rk_rule *const rule = &c->f->rule;
    const char *kind = rk__compile_text(c, root, "reckoner", true);
    if (kind != NULL && strcmp(kind, "rule/1") != 0) {
        rk__compile_failed(
            c, rk__json_problem(c->problems, rk__json_get(root, "reckoner"), RK_OUT_OF_RANGE,
                                "write \"reckoner\": \"rule/1\"",
                                "the version of this rule document is not known: '%s'", kind));
    }
    *rule = (rk_rule){.size = sizeof *rule,
                      .abi_major = RK_ABI_MAJOR,
                      .abi_minor = RK_ABI_MINOR,
                      .param_size = sizeof(rk_param),
                      .column_size = sizeof(rk_column),
                      .element_size = sizeof(rk_element),
                      .note_size = sizeof(rk_note),
                      .reason_size = sizeof(rk_reason),
                      .line_size = sizeof(rk_line),
                      .of_size = sizeof(rk_of),
                      .column_data_size = sizeof(rk_column_data),
                      .id = rk__compile_text(c, root, "id", true),
                      .version = rk__compile_text(c, root, "version", true),
                      .title = rk__compile_text(c, root, "title", true),
                      .summary = rk__compile_text(c, root, "summary", false),
                      .sources = rk__compile_texts(c, root, "sources")};
    (void) rk__compile_texts(c, root, "vectors"); /* for people */
    rule->summary = rule->summary != NULL ? rule->summary : rule->title;
    const int of = rk__compile_word(c, root, "of", of_words, 0);
    rule->of_use = of == 3 ? RK_OF_REQUIRED : (rk_of_use) of;
    rule->flags = of == 3 ? RK_RULE_OF_SHADOW : 0;
}

const rk__formula *rk__formula_compile(const rk__json *document, rk__arena *arena,
                                       rk_status *status, rk_problems *problems)
{
    const rk__value *const root = rk__json_root(document);
    rk__compiler c = {.arena = arena, .problems = problems};
    c.f = rk__compile_alloc(&c, 1, sizeof *c.f);
    if (c.f != NULL && root->type != RK__JSON_OBJECT) {
        rk__compile_failed(&c, rk__json_problem(problems, root, RK_WRONG_TYPE, NULL,
                                                "a rule document must be an object"));
    } else if (c.f != NULL) {
        c.f->row_source = c.f->equations = c.f->inputs = -1;
        rk__compile_keys(&c, root, root_keys);
        identity(&c, root);
        rk__compile_params(&c, rk__compile_member(&c, root, "params", RK__JSON_ARRAY));
        rk__compile_tables(&c, root);
        if (c.status == RK_OK) {
            rk__compile_parts(&c, root);
        }
    }
    if (arena->failed) {
        rk__compile_failed(&c, RK_NO_MEMORY);
    }
    *status = c.status;
    return c.status == RK_OK ? c.f : NULL;
}
