/* SPDX-License-Identifier: MIT
 *
 * json_place.c: where a value stands, for people: pointer, source line, problems.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "json/json_tree.h"

/* ----------------------------------------------------------------- excerpts */

/* The most characters of a source line that are shown. */
#define SHOWN 120
/* If more than this stand before the place, the line's beginning is left out. */
#define SHOWN_BEFORE (RK__JSON_EXCERPT_CARET - 1)

static void excerpt_add(rk__buf *out, const char *text, size_t n)
{
    if (n == 1 && *text == '\t') {
        rk__buf_putc(out, ' '); /* one character, so that a caret below stays in its column */
    } else if (n == 0 || rk__utf8_hidden(text, n) > 0) {
        rk__buf_puts(out, "\xef\xbf\xbd");
    } else {
        rk__buf_add(out, text, n);
    }
}

/* The beginning of the character that ends before `at`: at most three bytes back. */
static size_t step_back(const char *text, size_t from, size_t at)
{
    for (size_t n = 1; n <= 4 && at - from >= n; n++) {
        if (rk__utf8_character(text + at - n, n) == n) {
            return at - n;
        }
    }
    return at - 1;
}

char *rk__json_excerpt(const rk__json *document, size_t offset, rk__arena *arena)
{
    const char *text = document->text;
    size_t starts[SHOWN + 1]; /* where the characters before the place begin, the nearest first */
    size_t before = 0, shown = 0, at = offset, after = 0;
    rk__buf out = {0};

    if (!document->ours) {
        return NULL;
    }
    while (before <= SHOWN && at > document->begin && text[at - 1] != '\n') {
        at = step_back(text, document->begin, at);
        starts[before++] = at;
    }
    for (size_t end = offset; after <= SHOWN && end < document->length && text[end] != '\n';
         after++) {
        const size_t n = rk__utf8_character(text + end, document->length - end);
        end += n == 0 ? 1 : n;
    }
    if (before + after > SHOWN && before > SHOWN_BEFORE) {
        rk__buf_puts(&out, "\xe2\x80\xa6");
        before = SHOWN_BEFORE - 1;
        shown = 1;
    }
    at = before > 0 ? starts[before - 1] : offset;
    while (at < document->length && text[at] != '\n') {
        const size_t n = rk__utf8_character(text + at, document->length - at);
        if (text[at] == '\r' && (at + 1 == document->length || text[at + 1] == '\n')) {
            break;
        }
        if (++shown > SHOWN) {
            rk__buf_puts(&out, "\xe2\x80\xa6");
            break;
        }
        excerpt_add(&out, text + at, n);
        at += n == 0 ? 1 : n;
    }
    char *copy =
        out.failed ? NULL : rk__arena_copy(arena, out.text != NULL ? out.text : "", out.length);
    rk__buf_dispose(&out);
    return copy;
}

/* ----------------------------------------------------------------- pointers */

/* Writes `key` as a reference token that ends before `end`; returns its beginning. */
static char *put_key(char *end, const char *key)
{
    for (size_t n = strlen(key); n-- > 0;) {
        if (key[n] == '~' || key[n] == '/') {
            *--end = key[n] == '~' ? '0' : '1';
            *--end = '~';
        } else {
            *--end = key[n];
        }
    }
    return end;
}

char *rk__json_pointer(const rk__value *v, rk__arena *arena)
{
    size_t length = 0;

    for (const rk__value *at = v; at->parent != NULL; at = at->parent) {
        length += 1 + (at->key == NULL ? 10 : 2 * strlen(at->key));
    }
    char *room = rk__arena_alloc(arena, length + 1);
    if (room == NULL) {
        return NULL;
    }
    char *p = room + length;
    *p = '\0';
    for (const rk__value *at = v; at->parent != NULL; at = at->parent) {
        if (at->key != NULL) {
            p = put_key(p, at->key);
        } else {
            char number[16];
            const int n = snprintf(number, sizeof number, "%u", (unsigned) at->index);
            p -= n;
            memcpy(p, number, (size_t) n);
        }
        *--p = '/';
    }
    return p;
}

/* ----------------------------------------------------------------- problems */

/* The offset of a member's key: nothing but blanks and the colon stand between
 * it and its value, and a quote is its first unless a backslash escapes it. */
static size_t key_offset(const rk__value *v)
{
    const char *text = v->document->text;
    size_t at = v->offset;

    do {
        at--;
    } while (text[at] != '"');
    for (;;) {
        size_t slashes = 0;
        do {
            at--;
        } while (text[at] != '"');
        while (text[at - 1 - slashes] == '\\') {
            slashes++;
        }
        if (slashes % 2 == 0) {
            return at;
        }
    }
}

/* Line and column of a key, counted back from those of its value. */
static void key_place(const rk__value *v, size_t offset, rk__place *place)
{
    const char *text = v->document->text;
    size_t begin = offset;
    place->line = v->line;
    for (size_t i = offset; i < v->offset; i++) {
        place->line -= text[i] == '\n';
    }
    while (begin > v->document->begin && text[begin - 1] != '\n') {
        begin--;
    }
    place->column = 1;
    for (size_t i = begin; i < offset; i++) {
        place->column += ((unsigned char) text[i] & 0xc0) != 0x80;
    }
}

void rk__json_key_line(const rk__value *v, rk__place *place)
{
    *place = (rk__place){.file = v->document->file};
    key_place(v, key_offset(v), place);
}

static void fill_place(const rk__value *at, bool key, rk__place *place, rk__arena *arena)
{
    *place = (rk__place){0};
    if (at == NULL) {
        return;
    }
    place->file = at->document->file;
    place->line = at->line;
    place->column = at->column;
    place->pointer = rk__json_pointer(at, arena);
    const bool own = key && !at->key_is_here;
    if (own) {
        key_place(at, key_offset(at), place);
    }
    place->excerpt = rk__json_excerpt(at->document, own ? key_offset(at) : at->offset, arena);
}

void rk__json_place(const rk__value *at, rk__place *place, rk__arena *arena)
{
    fill_place(at, false, place, arena);
}

static rk_status problem_at(rk_problems *problems, const rk__value *at, bool key, rk_status status,
                            const char *hint, const char *format, va_list args)
{
    rk__arena arena = {0};
    rk__place place;

    if (rk__problems_full(problems)) {
        return rk__problem_v(problems, status, NULL, NULL, format, args);
    }
    fill_place(at, key, &place, &arena);
    rk__problem_v(problems, status, &place, hint, format, args);
    rk__arena_dispose(&arena);
    return status;
}

rk_status rk__json_problem(rk_problems *problems, const rk__value *at, rk_status status,
                           const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    problem_at(problems, at, false, status, hint, format, args);
    va_end(args);
    return status;
}

rk_status rk__json_key_problem(rk_problems *problems, const rk__value *at, rk_status status,
                               const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    problem_at(problems, at, at != NULL && at->key != NULL, status, hint, format, args);
    va_end(args);
    return status;
}
