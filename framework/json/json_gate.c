/* SPDX-License-Identifier: MIT
 *
 * json_gate.c: the strict reading of JSON text.
 *
 * The grammar is that of RFC 8259 to the letter. One pass over the bytes makes the tree of values
 * with their places, and decodes strings unless that is left to cJSON (json.c), which sees only
 * texts that passed this gate.
 */
#include <string.h>

#include "json/json_gate.h"

/* Objects with up to this many members are checked here for duplicate keys. */
#define FEW_MEMBERS 16

static inline void gate_space(rk__gate *g)
{
    while ((unsigned char) g->text[g->at] <= ' ') {
        switch (g->text[g->at]) {
        case '\n':
            g->at++;
            g->line++;
            g->line_begin = g->at;
            g->extra = 0;
            break;
        case ' ':
        case '\t':
        case '\r':
            g->at++;
            break;
        default:
            return;
        }
    }
}

static size_t gate_digits(rk__gate *g)
{
    const size_t from = g->at;
    while (g->text[g->at] >= '0' && g->text[g->at] <= '9') {
        g->at++;
    }
    return g->at - from;
}

static rk_status gate_number(rk__gate *g)
{
    const size_t from = g->at;

    g->at += g->text[g->at] == '-';
    if (g->text[g->at] == '0') {
        g->at++;
        if (g->text[g->at] >= '0' && g->text[g->at] <= '9') {
            return rk__gate_fail(g, RK_SYNTAX, "leave the zero out, or write a code as text",
                                 "a number does not begin with a zero before other digits");
        }
    } else if (gate_digits(g) == 0) {
        return rk__gate_expected(g, "a digit after '-'", NULL);
    }
    if (g->text[g->at] == '.') {
        g->at++;
        if (gate_digits(g) == 0) {
            return rk__gate_expected(g, "a digit after the decimal point", NULL);
        }
    }
    if ((g->text[g->at] | 0x20) == 'e') {
        g->at++;
        g->at += g->text[g->at] == '+' || g->text[g->at] == '-';
        if (gate_digits(g) == 0) {
            return rk__gate_expected(g, "a digit in the exponent", NULL);
        }
    }
    g->text_bytes += g->at - from + 1;
    return RK_OK;
}

/* ------------------------------------------------------------------ grammar */

/* The type of the value that begins here; 0 if none does. Of words only true, false and null are
 * values. */
static rk__json_type gate_type(const rk__gate *g)
{
    switch (g->text[g->at]) {
    case '{':
        return RK__JSON_OBJECT;
    case '[':
        return RK__JSON_ARRAY;
    case '"':
        return RK__JSON_STRING;
    case 't':
    case 'f':
        return rk__gate_word_is(g, rk__gate_word(g), "true false") ? RK__JSON_BOOL : 0;
    case 'n':
        return rk__gate_word_is(g, rk__gate_word(g), "null") ? RK__JSON_NULL : 0;
    default:
        return g->text[g->at] == '-' || (g->text[g->at] >= '0' && g->text[g->at] <= '9')
                   ? RK__JSON_NUMBER
                   : 0;
    }
}

static rk__value *gate_add(rk__gate *g, rk__json_type type)
{
    rk__value *v = g->counted != NULL ? &g->counted[g->depth] : rk__json_new_value(g->document);
    if (v == NULL) {
        return NULL;
    }
    g->values++;
    *v = (rk__value){.document = g->document,
                     .type = type,
                     .offset = (uint32_t) g->at,
                     .line = g->line,
                     .column = rk__gate_column(g) & RK__JSON_COLUMNS,
                     .key = g->key};
    g->key = NULL;
    if (g->counted != NULL) {
        v->parent = g->open;
        if (g->open != NULL) {
            g->open->count++;
        }
        return v;
    }
    if (g->open != NULL) {
        rk__json_link(g->open, g->last[g->depth], v);
        g->last[g->depth] = v;
    } else {
        g->document->root = v;
    }
    return v;
}

/* Begins an object or array. Rows of a table mostly have the keys of the row before. */
static void open_value(rk__gate *g, rk__value *v, const rk__value *before)
{
    rk__value *in = g->open;
    g->last[g->depth] = NULL;
    if (in != NULL) {
        in->alike = false; /* flat objects only */
    }
    v->alike = g->characters != NULL && v->type == RK__JSON_OBJECT && before != NULL &&
               before->type == RK__JSON_OBJECT && in->type == RK__JSON_ARRAY;
    g->like = v->alike ? before->first : NULL;
    g->open = v;
}

/* The pointer to use for a key: that of the item before, if its key is the same. */
static const char *known_key(rk__gate *g, const char *key)
{
    if (g->like != NULL && strcmp(g->like->key, key) == 0) {
        key = g->like->key;
        g->like = g->like->next;
    } else {
        g->open->alike = false;
    }
    return key;
}

/* A whole value, or the opening of an object or array. */
static rk_status gate_value(rk__gate *g, const char *expected)
{
    const rk__json_type type = gate_type(g);
    rk_status status = RK_OK;
    size_t decoded = 0;

    if (type == 0) {
        return rk__gate_expected(g, expected, NULL);
    }
    const rk__value *before = g->last[g->depth];
    rk__value *v = gate_add(g, type);
    if (v == NULL) {
        return RK_NO_MEMORY;
    }
    switch (type) {
    case RK__JSON_OBJECT:
    case RK__JSON_ARRAY:
        if (++g->depth > RK__JSON_MAX_DEPTH) {
            return rk__gate_fail(g, RK_LIMIT, NULL, "objects and arrays stand more than %d deep",
                                 RK__JSON_MAX_DEPTH);
        }
        open_value(g, v, before);
        g->at++;
        return RK_OK;
    case RK__JSON_STRING:
        status = rk__gate_any_string(g, &decoded, &v->text);
        v->length = (uint32_t) decoded;
        break;
    case RK__JSON_NUMBER:
        status = gate_number(g);
        v->length = (uint32_t) (g->at - v->offset);
        if (g->characters != NULL) {
            g->characters[g->at] = '\0'; /* the gate still reads that byte, in `text` */
            v->text = g->characters + v->offset;
        }
        break;
    default:
        v->truth = g->text[g->at] == 't';
        g->at += rk__gate_word(g);
        break;
    }
    v->end = (uint32_t) g->at;
    return status;
}

/* A key and the colon after it. */
static rk_status gate_key(rk__gate *g, const char *expected)
{
    size_t decoded;
    const char *key;

    if (g->text[g->at] != '"') {
        return rk__gate_expected(g, expected, NULL);
    }
    const rk_status status = rk__gate_any_string(g, &decoded, &key);
    if (status != RK_OK) {
        return status;
    }
    g->key = g->open->alike ? known_key(g, key) : key;
    gate_space(g);
    if (g->text[g->at] != ':') {
        return rk__gate_expected(g, "':' after a key", NULL);
    }
    g->at++;
    gate_space(g);
    return RK_OK;
}

static rk_status gate_no_comma(rk__gate *g, const char *expected)
{
    const char c = g->text[g->at];
    const char before = g->text[g->at - 1];
    const char *hint = NULL;

    if (before >= '0' && before <= '9' && rk__gate_word(g) > 0) {
        hint = "a number is decimal digits alone: no hexadecimal, no unit, no separators";
    } else if (c == '"' || c == '{' || c == '[') {
        hint = "put ',' before it";
    }
    return rk__gate_expected(g, expected, hint);
}

/* Also false for objects with too many members to check here. */
static bool has_distinct_keys(const rk__value *v)
{
    bool distinct = v->type != RK__JSON_OBJECT || v->count <= FEW_MEMBERS;
    if (!distinct || v->type != RK__JSON_OBJECT) {
        return distinct;
    }
    for (const rk__value *a = v->first; a != NULL && distinct; a = a->next) {
        for (const rk__value *b = v->first; b != a && distinct; b = b->next) {
            distinct = a->key[0] != b->key[0] || strcmp(a->key, b->key) != 0;
        }
    }
    return distinct;
}

/* The next member or item of what is open, or its end. */
static rk_status gate_step(rk__gate *g)
{
    rk__value *open = g->open;
    const bool object = open->type == RK__JSON_OBJECT;
    const char closer = object ? '}' : ']';
    const bool first = open->count == 0;

    gate_space(g);
    if (g->text[g->at] == closer) {
        g->at++;
        open->end = (uint32_t) g->at;
        open->alike = open->alike && g->like == NULL;
        g->document->distinct &= open->alike || (g->characters != NULL && has_distinct_keys(open));
        g->open = open->parent;
        g->depth--;
        return RK_OK;
    }
    if (!first) {
        if (g->text[g->at] != ',') {
            return gate_no_comma(g,
                                 object ? "',' or '}' after a member" : "',' or ']' after an item");
        }
        g->at++;
        gate_space(g);
        if (g->text[g->at] == closer) {
            return rk__gate_fail(g, RK_SYNTAX, "remove the ',' before it",
                                 "expected %s after ',', found '%c'",
                                 object ? "a key in double quotes" : "a value", closer);
        }
    }
    if (object) {
        const rk_status status =
            gate_key(g, first ? "a key in double quotes or '}'" : "a key in double quotes");
        return status != RK_OK ? status : gate_value(g, "a value after ':'");
    }
    return gate_value(g, first ? "a value or ']'" : "a value after ','");
}

/* Skips a byte order mark; reports UTF-16 and UTF-32 as such. */
static rk_status gate_begin(rk__gate *g)
{
    const char *text = g->text;

    if (g->end >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        g->at = g->line_begin = g->document->begin = 3;
    } else if (g->end >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
                               memcmp(text, "\xfe\xff", 2) == 0 || text[0] == 0 || text[1] == 0)) {
        return rk__gate_fail(g, RK_SYNTAX, "it looks like UTF-16: save it as UTF-8",
                             "the text is not UTF-8");
    }
    return RK_OK;
}

static rk_status gate_all(rk__gate *g)
{
    rk_status status = gate_begin(g);
    if (status == RK_OK) {
        gate_space(g);
        status = gate_value(g, "an object or another value");
    }
    while (status == RK_OK && g->open != NULL) {
        status = gate_step(g);
    }
    if (status == RK_OK) {
        gate_space(g);
        if (g->at < g->end) {
            status = rk__gate_expected(g, "the end of the text after the document", NULL);
        }
    }
    if (status == RK_OK && g->has_nul) {
        g->at = g->nul_at; /* move the whole position back: the problem is placed at the NUL */
        g->line = g->nul_line;
        g->line_begin = g->nul_at + 1 - g->nul_column;
        g->extra = 0;
        status =
            rk__gate_fail(g, RK_OUT_OF_RANGE, "remove it", "a text holds the character U+0000");
    }
    return status;
}

static rk__gate gate_over(rk__json *document, rk_problems *problems)
{
    return (rk__gate){.document = document,
                      .text = document->text,
                      .end = document->length,
                      .line = 1,
                      .problems = problems};
}

rk_status rk__json_gate(rk__json *document, char *characters, size_t *text_bytes,
                        rk_problems *problems)
{
    rk__gate g = gate_over(document, problems);
    g.characters = characters;
    const rk_status status = gate_all(&g);
    *text_bytes = g.text_bytes;
    return status;
}

rk_status rk__json_count(rk__json *document, size_t *values, rk_problems *problems)
{
    rk__value places[RK__JSON_MAX_DEPTH + 1];
    rk__gate g = gate_over(document, problems);
    g.counted = places;
    const rk_status status = gate_all(&g);
    *values = g.values;
    document->distinct = true; /* not checked */
    return status;
}
