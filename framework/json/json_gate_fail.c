/* SPDX-License-Identifier: MIT
 *
 * json_gate_fail.c: what the strict reader says about text that is not JSON.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "json/json_gate.h"

rk_status rk__gate_fail(rk__gate *g, rk_status status, const char *hint, const char *format, ...)
{
    rk__arena arena = {0};
    rk__place place = {.file = g->document->file, .line = g->line, .column = rk__gate_column(g)};
    va_list args;

    if (g->problems != NULL) {
        place.excerpt = rk__json_excerpt(g->document, g->at, &arena);
    }
    va_start(args, format);
    rk__problem_v(g->problems, status, &place, hint, format, args);
    va_end(args);
    rk__arena_dispose(&arena);
    return status;
}

static bool gate_is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$';
}

size_t rk__gate_word(const rk__gate *g)
{
    size_t n = 0;
    while (gate_is_word(g->text[g->at + n])) {
        n++;
    }
    return n;
}

bool rk__gate_word_is(const rk__gate *g, size_t n, const char *words)
{
    const char *text = g->text + g->at;
    while (*words != '\0') {
        const size_t length = strcspn(words, " ");
        if (length == n && memcmp(words, text, n) == 0) {
            return true;
        }
        words += length;
        words += *words == ' ';
    }
    return false;
}

#define GATE_FOUND 48

/* What stands here, for "expected this, found that". */
static const char *gate_found(const rk__gate *g, char out[GATE_FOUND])
{
    const char *text = g->text + g->at;
    const size_t n = rk__gate_word(g);
    const size_t character = rk__utf8_character(text, g->end - g->at);

    if (g->at == g->end) {
        return "the end of the text";
    }
    if (n > 0 && !g->document->ours) {
        return "other text";
    }
    if (n > 24) {
        (void) snprintf(out, GATE_FOUND, "'%.24s...'", text);
    } else if (n > 0) {
        (void) snprintf(out, GATE_FOUND, "'%.*s'", (int) n, text);
    } else if (*text == '\'') {
        return "a single quote";
    } else if (*text == '"') {
        return "a double quote";
    } else if (character == 0) {
        (void) snprintf(out, GATE_FOUND, "the byte 0x%02X", (unsigned) (unsigned char) *text);
    } else if (*text >= 0x21 && *text <= 0x7e) {
        (void) snprintf(out, GATE_FOUND, "'%c'", *text);
    } else {
        (void) snprintf(out, GATE_FOUND, "the character U+%04X",
                        (unsigned) rk__utf8_code_point(text, character));
    }
    return out;
}

/* Advice for what is found in place of the expected token; NULL if none. */
static const char *gate_hint(const rk__gate *g)
{
    const char *text = g->text + g->at;
    const size_t n = rk__gate_word(g);

    if (rk__gate_word_is(g, n, "NaN nan NAN Infinity infinity inf Inf")) {
        return "JSON has no NaN and no Infinity: leave the member out or write null";
    }
    if (rk__gate_word_is(g, n, "True TRUE False FALSE None none Null NULL nil undefined")) {
        return "write true, false or null, in small letters";
    }
    if (n > 0) {
        return "text is written in double quotes";
    }
    switch (*text) {
    case '\'':
        return "text is written in double quotes, not in single ones";
    case '/':
    case '#':
        return "JSON has no comments";
    case '+':
        return "a number has no '+' before it";
    case '.':
        return "a number has a digit before its point, as in 0.5";
    case '=':
        return "':' stands between a key and its value";
    case ';':
        return "',' stands between members and between items";
    default:
        break;
    }
    const size_t character = rk__utf8_character(text, g->end - g->at);
    switch (character > 1 ? rk__utf8_code_point(text, character) : 0) {
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d:
        return "text is written in straight double quotes, not in typographic ones";
    case 0x00a0:
    case 0xfeff:
        return "only space, tab and line break may stand between values";
    default:
        return NULL;
    }
}

static const char *gate_container(const rk__value *v)
{
    return v->type == RK__JSON_OBJECT ? "object" : "array";
}

/* Whether the text is of another kind, such as a CSV file that was named instead of a document. */
static bool gate_is_no_document(const rk__gate *g)
{
    const char *text = g->text + g->document->begin;
    text += strspn(text, " \t\r\n");
    return !g->document->ours && *text != '{' && *text != '[';
}

rk_status rk__gate_expected(rk__gate *g, const char *expected, const char *hint)
{
    char found[GATE_FOUND];
    char unclosed[80];

    if (hint == NULL && gate_is_no_document(g)) {
        hint = strncmp(g->text + g->document->begin, "PK", 2) == 0
                   ? "this is a workbook: name it in a table of a document, {\"file\": "
                     "\"book.xlsx\", \"sheet\": \"...\"}"
                   : "a document is JSON and begins with '{'; a CSV file is named inside one";
    }
    if (hint == NULL) {
        hint = gate_hint(g);
    }
    if (g->at == g->end && g->open != NULL) {
        (void) snprintf(unclosed, sizeof unclosed, "the %s that begins in line %u is not closed",
                        gate_container(g->open), (unsigned) g->open->line);
        hint = unclosed;
    }
    return rk__gate_fail(g, RK_SYNTAX, hint, "expected %s, found %s", expected,
                         gate_found(g, found));
}
