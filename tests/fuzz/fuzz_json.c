/* SPDX-License-Identifier: MIT
 *
 * fuzz_json.c: any bytes as a JSON document.
 *
 * What parses must hold together: each value's pointer leads back to it, its
 * place is where its text is, and written out and read again it is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void write_value(rk__buf *out, const rk__value *v)
{
    const bool object = v->type == RK__JSON_OBJECT;

    if (v->key != NULL) {
        rk__json_write_text(out, v->key, strlen(v->key));
        rk__buf_putc(out, ':');
    }
    if (v->type == RK__JSON_STRING) {
        rk__json_write_text(out, v->text, v->length);
    } else if (v->type == RK__JSON_NUMBER) {
        rk__buf_add(out, v->text, v->length);
    } else if (!object && v->type != RK__JSON_ARRAY) {
        rk__buf_puts(out, v->type == RK__JSON_NULL ? "null" : v->truth ? "true" : "false");
    } else {
        rk__buf_putc(out, object ? '{' : '[');
        for (const rk__value *c = v->first; c != NULL; c = c->next) {
            rk__buf_puts(out, c->index > 0 ? "," : "");
            write_value(out, c);
        }
        rk__buf_putc(out, object ? '}' : ']');
    }
}

static void check_values(const rk__value *v, const rk__value *root, const char *text, size_t *left)
{
    if (*left == 0) {
        return; /* looking up each value of a wide array would take its square */
    }
    --*left;
    rk__arena arena = {0};
    need(rk__json_at(root, rk__json_pointer(v, &arena)) == v);
    rk__arena_dispose(&arena);
    need(v->end > v->offset && strchr(" \t\r\n", text[v->offset]) == NULL);
    need(v->text == NULL || strlen(v->text) == v->length);
    uint32_t count = 0;
    for (const rk__value *c = v->first; c != NULL; c = c->next, count++) {
        need(c->index == count && c->parent == v);
        check_values(c, root, text, left);
    }
    need(v->text != NULL || count == v->count); /* of a text it is its length */
}

static void check_edits(const rk__value *root)
{
    rk_problems *problems = rk_problems_new();
    rk__json *copy = NULL;

    need(rk__json_clone(root, &copy) == RK_OK);
    for (const rk__value *v = root->first; v != NULL && v->index < 8; v = v->next) {
        rk__arena arena = {0};
        (void) rk__json_set(copy, rk__json_pointer(v, &arena), root, problems);
        (void) rk__json_set(copy, v->key != NULL ? v->key : "/-", root, problems);
        (void) rk__json_problem(problems, v, RK_CONFLICT, NULL, "here");
        (void) rk__json_key_problem(problems, v, RK_CONFLICT, NULL, "here");
        rk__arena_dispose(&arena);
    }
    rk__json_free(copy);
    rk_problems_free(problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rk_problems *problems = rk_problems_new();
    rk__json *document = NULL, *again = NULL;
    const char *text = (const char *) data;

    const rk_status status = rk__json_parse(text, size, "fuzz.json", &document, problems);
    need((document != NULL) == (status == RK_OK));
    need((rk_problems_count(problems) > 0) == (status != RK_OK));
    if (document != NULL) {
        rk__buf first = {0}, second = {0};
        size_t left = 256;
        const rk__value *root = rk__json_root(document);
        check_values(root, root, text, &left);
        write_value(&first, root);
        need(rk__json_parse(first.text, first.length, NULL, &again, NULL) == RK_OK);
        write_value(&second, rk__json_root(again));
        need(first.length == second.length && memcmp(first.text, second.text, first.length) == 0);
        check_edits(root);
        rk__buf_dispose(&first);
        rk__buf_dispose(&second);
    }
    rk__json_free(again);
    rk__json_free(document);
    rk_problems_free(problems);
    return 0;
}
