/* SPDX-License-Identifier: MIT
 *
 * json.h: JSON documents with the place of every value.
 *
 * A text passes a strict gate (RFC 8259 grammar, strict UTF-8, depth, size)
 * before cJSON decodes its strings, because cJSON alone accepts malformed input, ends
 * strings at a NUL and keeps only doubles. The lines of a batch are decoded by the
 * gate itself (rk__json_build). After the syntax, a duplicate key is
 * RK_DUPLICATE_KEY and a NUL character in a string is RK_OUT_OF_RANGE. A byte
 * order mark is skipped. Numbers keep their spelling: `text` of a number is the
 * lexeme, and no double is ever made of it.
 *
 * The tree of rk__value is what the rest of the framework sees; cJSON stays
 * inside json.c. Tested by tests/unit/test_json.c and test_json_hostile.c, fuzzed by
 * tests/fuzz/fuzz_json.c.
 *
 * Threads: a document belongs to one thread at a time; reading is safe from many.
 */
#pragma once

#include "base/file.h"
#include "base/problems.h"

#define RK__JSON_MAX_DEPTH 64
#define RK__JSON_MAX_BYTES ((size_t) 32 << 20)
/* A document may have RK__JSON_FREE_VALUES values whatever its size, and beyond that one for each
 * RK__JSON_BYTES_PER_VALUE bytes, so that its tree is in proportion to its text. */
#define RK__JSON_FREE_VALUES     100000
#define RK__JSON_BYTES_PER_VALUE 7

/* The highest column: enough bits for the longest text on one line. */
#define RK__JSON_COLUMNS 0x3ffffffU
_Static_assert(RK__JSON_MAX_BYTES <= RK__JSON_COLUMNS, "a column has 26 bits");

typedef enum rk__json_type {
    RK__JSON_NULL = 1,
    RK__JSON_BOOL,
    RK__JSON_NUMBER,
    RK__JSON_STRING,
    RK__JSON_ARRAY,
    RK__JSON_OBJECT
} rk__json_type;

/* Bytes that may be read behind the NUL of a document's text, and of any value's. */
#define RK__JSON_SLACK RK__FILE_SLACK

typedef struct rk__json rk__json;

typedef struct rk__value {
    const rk__json *document; /* the one it was parsed from: file name and source lines */
    struct rk__value *parent, *first, *next;
    const char *key;  /* name of the member, NUL-terminated; NULL in an array and at the root */
    const char *text; /* STRING: its characters; NUMBER: as spelled; else NULL */
    union {
        uint32_t length; /* STRING, NUMBER: of text, in bytes */
        uint32_t count;  /* ARRAY, OBJECT: items or members */
    };
    uint32_t offset; /* of the value in the document's text, in bytes */
    uint32_t end;    /* one past its last byte */
    uint32_t index;  /* among its siblings */
    uint32_t line;   /* where the value begins, with column */
    uint32_t column : 26;
    uint32_t type : 3;        /* rk__json_type */
    uint32_t truth : 1;       /* BOOL */
    uint32_t key_is_here : 1; /* an edit gave it its key, whose place is the value's */
    uint32_t alike : 1;       /* an object with the keys of the item before it, in that order: its
                               * members have the same `key` pointers. Not set in small documents */
} rk__value;

/* Parses a text (copied). `file` names it in problems; NULL for none. Returns 0, or the status of
 * the first problem found, with *out NULL. Every duplicate key is listed. A text that does not
 * begin like an object or array may be anything, so problems quote nothing of it. If a text is
 * longer than a few pages, its syntax is checked and its values are counted before any is created;
 * RK_LIMIT if there are too many. */
rk_status rk__json_parse(const char *text, size_t length, const char *file, rk__json **out,
                         rk_problems *problems);
/* The same, but takes ownership of a text from rk__file_read and sets *text to NULL. */
rk_status rk__json_take(char **text, size_t length, const char *file, rk__json **out,
                        rk_problems *problems);
/* The same tree and the same problems in one pass without cJSON, for the many small documents of a
 * batch, reusing memory that earlier documents left: `spares` must outlive the document, or be
 * NULL. */
rk_status rk__json_build(rk__arena_spares *spares, const char *text, size_t length,
                         const char *file, rk__json **out, rk_problems *problems);
/* Reads and parses a file; its path is its name in problems. */
rk_status rk__json_load(const char *path, rk__json **out, rk_problems *problems);
void rk__json_free(rk__json *document);

rk__value *rk__json_root(const rk__json *document);
const char *rk__json_file(const rk__json *document);
/* The text that was parsed (a byte order mark included). */
const char *rk__json_text(const rk__json *document, size_t *length);

/* A member of an object, exact case; NULL if missing (or v is not an object). */
rk__value *rk__json_get(const rk__value *v, const char *key);
/* Whether a member is present and not null. */
static inline bool rk__json_given(const rk__value *v)
{
    return v != NULL && v->type != RK__JSON_NULL;
}
/* Finds the value at a JSON pointer (RFC 6901); NULL if there is none. */
rk__value *rk__json_at(const rk__value *root, const char *pointer);
/* The JSON pointer of a value from its document's root. */
char *rk__json_pointer(const rk__value *v, rk__arena *arena);

/* An editable deep copy of a value as the root of a new document; its values keep the
 * file and places of the original (their `document` is the one they were parsed from,
 * through any number of edits), while pointers are counted from the root of the edited
 * tree, so that a problem names the pointer that the user may edit and the file and line
 * where the value was written. rk__json_file and rk__json_text of the copy are those of
 * the original. `like`'s document must outlive the copy. */
rk_status rk__json_clone(const rk__value *like, rk__json **out);
/* Replaces the value at `pointer`, or adds a member to an existing object (or
 * appends to an array with "/-"), by a deep copy of `with`, which must outlive
 * the document. RK_OUT_OF_RANGE where the pointer's parent does not exist, RK_LIMIT
 * where the tree would become deeper than RK__JSON_MAX_DEPTH; the document is then as it
 * was. A replaced value stays readable until the document is freed. The problem is placed
 * at `with`; a member that was added or replaced has its key's place there too. */
rk_status rk__json_set(rk__json *document, const char *pointer, const rk__value *with,
                       rk_problems *problems);
/* The same for a pointer that begins at `top`, a value of the document, so that many edits need not
 * each walk down from the root. */
rk_status rk__json_set_below(rk__json *document, const rk__value *top, const char *pointer,
                             const rk__value *with, rk_problems *problems);

/* Adds a problem placed at a value (or at its key), with pointer and excerpt. */
rk_status rk__json_problem(rk_problems *problems, const rk__value *at, rk_status status,
                           const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
rk_status rk__json_key_problem(rk_problems *problems, const rk__value *at, rk_status status,
                               const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Fills a place; strings are borrowed from `arena` and the document. The excerpt has at most 120
 * characters of the source line; control characters and bad bytes are shown as U+FFFD, a tab as a
 * space. An excerpt that begins with U+2026 lacks the start of its line: the place is then at its
 * character RK__JSON_EXCERPT_CARET (from 1), otherwise at the place's column. */
#define RK__JSON_EXCERPT_CARET 61
void rk__json_place(const rk__value *at, rk__place *place, rk__arena *arena);

/* ------------------------------------------------------- typed reading
 * Each reads member `key` of `object`; the problem, if any, has been added. An
 * absent or null member is RK_MISSING_KEY where `required`, else 0 and *out
 * unchanged. */
rk_status rk__json_text_of(const rk__value *object, const char *key, bool required,
                           const char **out, rk_problems *problems);
rk_status rk__json_bool_of(const rk__value *object, const char *key, bool required, bool *out,
                           rk_problems *problems);
/* Adds an unknown-key problem, with the nearest allowed key as a hint, for each
 * member that is not in `allowed` (NULL-terminated). Returns the first status. */
rk_status rk__json_only_keys(const rk__value *object, const char *const *allowed,
                             rk_problems *problems);
/* Adds a duplicate-id problem for each object of the list whose text `key` an earlier one has too.
 * `what` names the text in the message, "component id". Returns the first status. */
rk_status rk__json_unique(const rk__value *list, const char *key, const char *what,
                          const char *hint, rk_problems *problems);
/* An id is 1 to RK__ID_MAX letters, digits, '.', '_' and '-'. The check adds the problem of one
 * that is not; `what` names the id in the message. */
#define RK__ID_MAX 128
bool rk__id_has(char c);
rk_status rk__id_check(const rk__value *v, const char *what, rk_problems *problems);
/* The same for the id of a period or component, which may be any name: "2016/17". */
rk_status rk__name_check(const rk__value *v, const char *what, rk_problems *problems);
/* "an object", "a string", ... */
const char *rk__json_type_name(const rk__value *v);

/* JSON text output: a string with quotes and escapes (control characters,
 * quote, backslash; UTF-8 as it is, bad bytes as U+FFFD). */
void rk__json_write_text(rk__buf *out, const char *text, size_t length);
