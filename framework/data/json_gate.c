/* SPDX-License-Identifier: MIT
 *
 * json_gate.c: the strict reading of JSON text.
 *
 * The grammar is that of RFC 8259 to the letter. One pass over the bytes makes
 * the tree of values with their places; what the characters of a string are is
 * left to cJSON (json.c), which sees only texts that went through here.
 *
 * The text ends in a NUL that is not part of it, so one byte may always be looked
 * at; only where a NUL is found must its offset be compared with the end.
 */
#include <stdio.h>
#include <string.h>

#include "data/json_tree.h"

typedef struct gate {
    rk__json *document;
    const char *text;
    size_t at, end;
    size_t line_begin; /* offset of the first byte of this line */
    size_t extra;      /* bytes of this line that continue a character: they are no columns */
    uint32_t line;
    uint32_t depth;
    uint32_t key_line, key_column; /* of the member whose value comes next */
    rk__value *open;               /* the object or array being read; NULL outside all */
    size_t text_bytes;
    bool has_nul; /* the first NUL in a string; reported once the syntax is known to hold */
    size_t nul_at;
    uint32_t nul_line, nul_column;
    rk_problems *problems;
} gate;

static uint32_t gate_column(const gate *g)
{
    return (uint32_t) (g->at - g->line_begin - g->extra + 1);
}

/* ---------------------------------------------------------------- problems */

/* A text that does not even begin like a document of ours may be anything, a
 * file of patients too: its lines are not shown. */
static bool gate_may_show(const gate *g)
{
    const char *text = g->text + g->document->begin;
    text += strspn(text, " \t\r\n");
    return *text == '{' || *text == '[';
}

static rk_status gate_fail(gate *g, rk_status status, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static rk_status gate_fail(gate *g, rk_status status, const char *hint, const char *format, ...)
{
    rk__arena arena = {0};
    rk__place place = {.file = g->document->file, .line = g->line, .column = gate_column(g)};
    va_list args;

    if (g->problems != NULL && gate_may_show(g)) {
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

/* The length of the word that stands here, 0 where none does. */
static size_t gate_word(const gate *g)
{
    size_t n = 0;
    while (gate_is_word(g->text[g->at + n])) {
        n++;
    }
    return n;
}

static bool gate_word_is(const gate *g, size_t n, const char *words)
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
static const char *gate_found(const gate *g, char out[GATE_FOUND])
{
    const char *text = g->text + g->at;
    const size_t n = gate_word(g);
    const size_t character = rk__json_character(text, g->end - g->at);

    if (g->at == g->end) {
        return "the end of the text";
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
                        (unsigned) rk__json_code_point(text, character));
    }
    return out;
}

/* Advice by what stands where something else should; NULL where there is none. */
static const char *gate_hint(const gate *g)
{
    const char *text = g->text + g->at;
    const size_t n = gate_word(g);

    if (gate_word_is(g, n, "NaN nan NAN Infinity infinity inf Inf")) {
        return "JSON has no NaN and no Infinity: leave the member out or write null";
    }
    if (gate_word_is(g, n, "True TRUE False FALSE None none Null NULL nil undefined")) {
        return "write true, false or null, in small letters";
    }
    if (n > 0) {
        return "text stands in double quotes";
    }
    switch (*text) {
    case '\'':
        return "text stands in double quotes, not in single ones";
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
    const size_t character = rk__json_character(text, g->end - g->at);
    switch (character > 1 ? rk__json_code_point(text, character) : 0) {
    case 0x2018:
    case 0x2019:
    case 0x201c:
    case 0x201d:
        return "text stands in straight double quotes, not in typographic ones";
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

/* Something else stands, or nothing, where `expected` must. */
static rk_status gate_expected(gate *g, const char *expected)
{
    char found[GATE_FOUND];
    char unclosed[80];
    const char *hint = gate_hint(g);

    if (g->at == g->end && g->open != NULL) {
        (void) snprintf(unclosed, sizeof unclosed, "the %s that begins in line %u is not closed",
                        gate_container(g->open), (unsigned) g->open->line);
        hint = unclosed;
    }
    return gate_fail(g, RK_SYNTAX, hint, "expected %s, found %s", expected, gate_found(g, found));
}

/* --------------------------------------------------------------- characters */

size_t rk__json_character(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *) text;
    unsigned low = 0x80, high = 0xbf; /* of the second byte, which bars what the first lets in */
    size_t n;

    if (left == 0) {
        return 0;
    }
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        n = 2;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        n = 3;
        low = p[0] == 0xe0 ? 0xa0 : 0x80;  /* overlong */
        high = p[0] == 0xed ? 0x9f : 0xbf; /* surrogates */
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        n = 4;
        low = p[0] == 0xf0 ? 0x90 : 0x80;  /* overlong */
        high = p[0] == 0xf4 ? 0x8f : 0xbf; /* above U+10FFFF */
    } else {
        return 0;
    }
    if (left < n || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

uint32_t rk__json_code_point(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *) text;
    uint32_t code = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        code = code << 6 | (p[i] & 0x3fu);
    }
    return code;
}

static void gate_space(gate *g)
{
    for (;;) {
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

static void gate_note_nul(gate *g)
{
    if (!g->has_nul) {
        g->has_nul = true;
        g->nul_at = g->at;
        g->nul_line = g->line;
        g->nul_column = gate_column(g);
    }
}

/* Four hexadecimal digits, or -1. The NUL at the end is no digit, so none is
 * looked at beyond it. */
static int gate_hex(const char *text)
{
    int code = 0;
    for (int i = 0; i < 4; i++) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            code = code * 16 + (c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
            code = code * 16 + ((c | 0x20) - 'a' + 10);
        } else {
            return -1;
        }
    }
    return code;
}

static rk_status gate_unicode_escape(gate *g, size_t *decoded)
{
    const char *text = g->text + g->at;
    const int code = gate_hex(text + 2);

    if (code < 0) {
        return gate_fail(g, RK_SYNTAX, NULL, "expected four hexadecimal digits after '\\u'");
    }
    if (code >= 0xd800 && code <= 0xdfff) {
        const int low =
            code <= 0xdbff && text[6] == '\\' && text[7] == 'u' ? gate_hex(text + 8) : -1;
        if (low < 0xdc00 || low > 0xdfff) {
            return gate_fail(g, RK_SYNTAX,
                             "a character above U+FFFF is written as two escapes, "
                             "\\uD800 to \\uDBFF and then \\uDC00 to \\uDFFF",
                             "'%.6s' is half of a surrogate pair", text);
        }
        *decoded += 4;
        g->at += 12;
        return RK_OK;
    }
    if (code == 0) {
        gate_note_nul(g);
    }
    *decoded += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    g->at += 6;
    return RK_OK;
}

static rk_status gate_escape(gate *g, size_t *decoded)
{
    const char c = g->text[g->at + 1];

    if (c == 'u') {
        return gate_unicode_escape(g, decoded);
    }
    if (c != '\0' && strchr("\"\\/bfnrt", c) != NULL) {
        *decoded += 1;
        g->at += 2;
        return RK_OK;
    }
    if (c >= 0x21 && c <= 0x7e) {
        return gate_fail(g, RK_SYNTAX, "a backslash itself is written '\\\\'",
                         "'\\%c' is not an escape of JSON", c);
    }
    return gate_fail(g, RK_SYNTAX, "a backslash itself is written '\\\\'",
                     "expected an escape after a backslash");
}

/* A control character as it is, or the end of the text, inside a string. */
static rk_status gate_control(gate *g, size_t *decoded)
{
    const char c = g->text[g->at];
    char hint[24];

    if (c == '\0' && g->at < g->end) {
        gate_note_nul(g);
        *decoded += 1;
        g->at++;
        return RK_OK;
    }
    if (c == '\0' || c == '\n' || c == '\r') {
        return gate_fail(g, RK_SYNTAX,
                         c == '\0' ? NULL : "close the string, or write the line break as \\n",
                         "expected '\"' at the end of a string, found the end of the %s",
                         c == '\0' ? "text" : "line");
    }
    (void) snprintf(hint, sizeof hint, "write it as \\u%04x", (unsigned) c);
    return gate_fail(g, RK_SYNTAX, c == '\t' ? "write it as \\t" : hint,
                     "the control character U+%04X stands bare in a string", (unsigned) c);
}

static rk_status gate_multibyte(gate *g, size_t *decoded)
{
    const size_t n = rk__json_character(g->text + g->at, g->end - g->at);
    if (n == 0) {
        return gate_fail(g, RK_SYNTAX, "save the file as UTF-8",
                         "the byte 0x%02X is not UTF-8 here",
                         (unsigned) (unsigned char) g->text[g->at]);
    }
    g->at += n;
    g->extra += n - 1;
    *decoded += n;
    return RK_OK;
}

/* From the opening quote to after the closing one; the decoded length. */
static rk_status gate_string(gate *g, size_t *decoded)
{
    *decoded = 0;
    g->at++;
    for (;;) {
        const size_t run = g->at;
        unsigned char c = (unsigned char) g->text[g->at];
        rk_status status;

        while (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            c = (unsigned char) g->text[++g->at];
        }
        *decoded += g->at - run;
        if (c == '"') {
            g->at++;
            g->text_bytes += *decoded + 1;
            return RK_OK;
        }
        if (c == '\\') {
            status = gate_escape(g, decoded);
        } else if (c >= 0x80) {
            status = gate_multibyte(g, decoded);
        } else {
            status = gate_control(g, decoded);
        }
        if (status != RK_OK) {
            return status;
        }
    }
}

static size_t gate_digits(gate *g)
{
    const size_t from = g->at;
    while (g->text[g->at] >= '0' && g->text[g->at] <= '9') {
        g->at++;
    }
    return g->at - from;
}

static rk_status gate_number(gate *g)
{
    const size_t from = g->at;

    g->at += g->text[g->at] == '-';
    if (g->text[g->at] == '0') {
        g->at++;
        if (g->text[g->at] >= '0' && g->text[g->at] <= '9') {
            return gate_fail(g, RK_SYNTAX, "leave the zero out, or write a code as text",
                             "a number does not begin with a zero before other digits");
        }
    } else if (gate_digits(g) == 0) {
        return gate_expected(g, "a digit after '-'");
    }
    if (g->text[g->at] == '.') {
        g->at++;
        if (gate_digits(g) == 0) {
            return gate_expected(g, "a digit after the decimal point");
        }
    }
    if ((g->text[g->at] | 0x20) == 'e') {
        g->at++;
        g->at += g->text[g->at] == '+' || g->text[g->at] == '-';
        if (gate_digits(g) == 0) {
            return gate_expected(g, "a digit in the exponent");
        }
    }
    g->text_bytes += g->at - from + 1;
    return RK_OK;
}

/* ------------------------------------------------------------------ grammar */

/* The type that a value beginning with `c` has, 0 where none does. A word other
 * than true, false and null is none either. */
static rk__json_type gate_type(const gate *g)
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
        return gate_word_is(g, gate_word(g), "true false") ? RK__JSON_BOOL : 0;
    case 'n':
        return gate_word_is(g, gate_word(g), "null") ? RK__JSON_NULL : 0;
    default:
        return g->text[g->at] == '-' || (g->text[g->at] >= '0' && g->text[g->at] <= '9')
                   ? RK__JSON_NUMBER
                   : 0;
    }
}

static rk__value *gate_add(gate *g, rk__json_type type)
{
    rk__value *v = rk__json_new_value(g->document);
    if (v == NULL) {
        return NULL;
    }
    v->document = g->document;
    v->type = (uint8_t) type;
    v->offset = (uint32_t) g->at;
    v->line = g->line;
    v->column = gate_column(g);
    v->key_line = g->key_line;
    v->key_column = g->key_column;
    g->key_line = g->key_column = 0;
    if (g->open != NULL) {
        rk__json_link(g->open, v);
    } else {
        g->document->root = v;
    }
    return v;
}

/* A whole value, or the opening of an object or array. */
static rk_status gate_value(gate *g, const char *expected)
{
    const rk__json_type type = gate_type(g);
    rk_status status = RK_OK;
    size_t decoded = 0;

    if (type == 0) {
        return gate_expected(g, expected);
    }
    rk__value *v = gate_add(g, type);
    if (v == NULL) {
        return RK_NO_MEMORY;
    }
    switch (type) {
    case RK__JSON_OBJECT:
    case RK__JSON_ARRAY:
        if (++g->depth > RK__JSON_MAX_DEPTH) {
            return gate_fail(g, RK_LIMIT, NULL, "objects and arrays stand more than %d deep",
                             RK__JSON_MAX_DEPTH);
        }
        g->open = v;
        g->at++;
        return RK_OK;
    case RK__JSON_STRING:
        status = gate_string(g, &decoded);
        v->length = (uint32_t) decoded;
        break;
    case RK__JSON_NUMBER:
        status = gate_number(g);
        v->length = (uint32_t) (g->at - v->offset);
        break;
    default:
        v->truth = g->text[g->at] == 't';
        g->at += gate_word(g);
        break;
    }
    v->end = (uint32_t) g->at;
    return status;
}

/* A key and the colon after it. */
static rk_status gate_key(gate *g, const char *expected)
{
    size_t decoded;

    if (g->text[g->at] != '"') {
        return gate_expected(g, expected);
    }
    g->key_line = g->line;
    g->key_column = gate_column(g);
    const rk_status status = gate_string(g, &decoded);
    if (status != RK_OK) {
        return status;
    }
    gate_space(g);
    if (g->text[g->at] != ':') {
        return gate_expected(g, "':' after a key");
    }
    g->at++;
    gate_space(g);
    return RK_OK;
}

static rk_status gate_no_comma(gate *g, const char *expected)
{
    const char c = g->text[g->at];
    const char before = g->text[g->at - 1];
    char found[GATE_FOUND];
    const char *hint = NULL;

    if (before >= '0' && before <= '9' && gate_is_word(c)) {
        hint = "a number is decimal digits alone: no hexadecimal, no unit, no separators";
    } else if (c == '"' || c == '{' || c == '[') {
        hint = "put ',' before it";
    } else {
        return gate_expected(g, expected);
    }
    return gate_fail(g, RK_SYNTAX, hint, "expected %s, found %s", expected, gate_found(g, found));
}

/* The next member or item of what is open, or its end. */
static rk_status gate_step(gate *g)
{
    rk__value *open = g->open;
    const bool object = open->type == RK__JSON_OBJECT;
    const char closer = object ? '}' : ']';
    const bool first = open->count == 0;

    gate_space(g);
    if (g->text[g->at] == closer) {
        g->at++;
        open->end = (uint32_t) g->at;
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
            return gate_fail(g, RK_SYNTAX, "remove the ',' before it",
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

/* Skips a byte order mark; tells UTF-16 and UTF-32 from a mere slip. */
static rk_status gate_begin(gate *g)
{
    const char *text = g->text;

    if (g->end >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        g->at = g->line_begin = g->document->begin = 3;
    } else if (g->end >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
                               memcmp(text, "\xfe\xff", 2) == 0 || text[0] == 0 || text[1] == 0)) {
        return gate_fail(g, RK_SYNTAX, "it looks like UTF-16: save it as UTF-8",
                         "the text is not UTF-8");
    }
    return RK_OK;
}

rk_status rk__json_gate(rk__json *document, size_t *text_bytes, rk_problems *problems)
{
    gate g = {.document = document,
              .text = document->text,
              .end = document->length,
              .line = 1,
              .problems = problems};

    rk_status status = gate_begin(&g);
    if (status == RK_OK) {
        gate_space(&g);
        status = gate_value(&g, "an object or another value");
    }
    while (status == RK_OK && g.open != NULL) {
        status = gate_step(&g);
    }
    if (status == RK_OK) {
        gate_space(&g);
        if (g.at < g.end) {
            status = gate_expected(&g, "the end of the text after the document");
        }
    }
    if (status == RK_OK && g.has_nul) {
        g.at = g.nul_at; /* no column of this line is asked for any more, so set it back whole */
        g.line = g.nul_line;
        g.line_begin = g.nul_at + 1 - g.nul_column;
        g.extra = 0;
        status = gate_fail(&g, RK_OUT_OF_RANGE, "remove it", "a text holds the character U+0000");
    }
    *text_bytes = g.text_bytes;
    return status;
}
