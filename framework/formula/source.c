/* SPDX-License-Identifier: MIT
 *
 * source.c: where an expression stands, and problems at one of its characters.
 */
#include <stdarg.h>
#include <stdio.h>

#include "formula/expr.h"

bool rk__source_take(rk__source *out, const rk__value *at, const char *what, rk__arena *arena)
{
    size_t length = 0;
    const char *const text = rk__json_text(at->document, &length);
    *out = (rk__source){.text = rk__arena_copy(arena, at->text, at->length),
                        .what = what,
                        .file = rk__arena_strdup(arena, rk__json_file(at->document)),
                        .line = at->line,
                        .column = at->column,
                        .at = at};
    /* Between the quotes; a number has none. */
    const bool quoted = at->type == RK__JSON_STRING;
    if (at->end <= length && at->end >= at->offset + (quoted ? 2 : 0)) {
        out->raw = rk__arena_copy(arena, text + at->offset + (quoted ? 1 : 0),
                                  at->end - at->offset - (quoted ? 2 : 0));
        out->column += quoted ? 1 : 0;
    }
    return !arena->failed;
}

/* Bytes of one character as a JSON string writes it. */
static size_t raw_step(const char *raw)
{
    if (raw[0] != '\\') {
        return 1;
    }
    return raw[1] == 'u' ? 6 : 2;
}

void rk__source_place(const rk__source *source, uint32_t at, uint32_t *line, uint32_t *column)
{
    const char *raw = source->raw != NULL ? source->raw : source->text;
    uint32_t characters = 0;
    *line = source->line;
    for (uint32_t i = 0; i < at && source->text[i] != '\0' && *raw != '\0'; i++) {
        const bool begins = ((unsigned char) source->text[i] & 0xC0) != 0x80;
        const size_t step = raw_step(raw);
        if (step == 1) {
            raw++;
            characters += begins;
        } else if (begins) { /* an escape stands for all bytes of its character */
            for (size_t k = 0; k < step && *raw != '\0'; k++) {
                raw++;
                characters++;
            }
        }
    }
    *column = source->column + characters;
}

rk_status rk__expr_problem(const rk__source *source, uint32_t at, rk_status status,
                           rk_problems *problems, const char *hint, const char *format, ...)
{
    char message[512];
    va_list args;
    rk__arena scratch = {0};
    rk__place place = {0};
    uint32_t line = 0, column = 0;
    rk__source_place(source, at, &line, &column);
    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (source->at != NULL) {
        rk__value here = *source->at;
        here.column = column & RK__JSON_COLUMNS;
        here.offset += column - source->at->column;
        rk__json_place(&here, &place, &scratch);
    } else if (source->file != NULL) {
        place = (rk__place){.file = source->file, .line = line, .column = column};
    }
    if (place.file == NULL) {
        place.line = line; /* 1 + the row that the text is a cell of */
        (void) rk__problem(problems, status, &place, hint, "%s, character %u: %s", source->what,
                           (unsigned) column, message);
    } else {
        (void) rk__problem(problems, status, &place, hint, "%s: %s", source->what, message);
    }
    rk__arena_dispose(&scratch);
    return status;
}
