/* SPDX-License-Identifier: MIT
 *
 * json_gate.h: the strict reader while it reads, shared by the json_gate*.c files.
 *
 * The text ends in a NUL that is not part of it, so one byte may always be looked
 * at; only where a NUL is found must its offset be compared with the end.
 */
#pragma once

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/words.h"
#include "json/json_tree.h"

typedef struct rk__gate {
    rk__json *document;
    const char *text;
    size_t at, end;
    size_t line_begin; /* offset of the first byte of this line */
    size_t extra;      /* bytes of this line that continue a character, which are not columns */
    uint32_t line;
    uint32_t depth;
    rk__value *open;                         /* the object or array being read; NULL outside all */
    rk__value *last[RK__JSON_MAX_DEPTH + 1]; /* by depth: the last child of what is open, or NULL */
    rk__value *counted;    /* by depth: the places of values that are only counted; NULL: made */
    size_t values;         /* read so far */
    char *characters;      /* strings are decoded here; NULL: they are left to cJSON */
    const char *key;       /* of the member whose value comes next */
    const rk__value *like; /* the member that stood here in the item before, if any */
    size_t text_bytes;
    bool has_nul; /* the first NUL in a string; reported once the syntax is known to hold */
    size_t nul_at;
    uint32_t nul_line, nul_column;
    rk_problems *problems;
} rk__gate;

/* The column of what stands at `at`. */
static inline uint32_t rk__gate_column(const rk__gate *g)
{
    return (uint32_t) (g->at - g->line_begin - g->extra + 1);
}

/* Adds a problem at `at` and returns `status`. */
rk_status rk__gate_fail(rk__gate *g, rk_status status, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Reports RK_SYNTAX: something else, or nothing, is where `expected` must be. The hint, if NULL,
 * depends on what was found. */
rk_status rk__gate_expected(rk__gate *g, const char *expected, const char *hint);

/* The length of the word at `at`; 0 if there is none. */
size_t rk__gate_word(const rk__gate *g);
/* Whether that word of `n` bytes is one of `words`, which spaces separate. */
bool rk__gate_word_is(const rk__gate *g, size_t n, const char *words);

/* How many of the bytes at `p`, up to RK__GATE_PLAIN, are plain: ASCII without controls, the quote
 * and the backslash. */
#if defined(__SSE2__)
#define RK__GATE_PLAIN 16
static inline size_t rk__gate_plain_bytes(const char *p)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *) (const void *) p);
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    /* Bytes are signed here: those past ASCII are below a space too. */
    const __m128i plain = _mm_andnot_si128(marks, _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1)));
    return (size_t) __builtin_ctzll(~(uint64_t) (unsigned) _mm_movemask_epi8(plain));
}
#else
#define RK__GATE_PLAIN 1
static inline size_t rk__gate_plain_bytes(const char *p)
{
    const unsigned char c = (unsigned char) *p;
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}
#endif

/* Reads a string from its opening quote to after the closing one. Gives the decoded length and, if
 * strings are decoded here, the characters. */
rk_status rk__gate_string(rk__gate *g, size_t *decoded, const char **text);

/* The same, for short strings without escapes. */
static inline rk_status rk__gate_any_string(rk__gate *g, size_t *decoded, const char **text)
{
    const char *p = g->text + g->at + 1;
    const size_t n = rk__gate_plain_bytes(p);
    if (p[n] != '"' || g->characters == NULL) {
        return rk__gate_string(g, decoded, text);
    }
    *decoded = n;
    *text = g->characters + g->at + 1;
    g->at += n + 2;
    g->characters[g->at - 1] = '\0';
    return RK_OK;
}
