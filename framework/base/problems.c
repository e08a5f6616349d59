/* SPDX-License-Identifier: MIT
 *
 * problems.c: the list of problems, and the texts of the statuses.
 *
 * Messages, hints and excerpts are made safe to print when they are added: whatever a document
 * contains, a message is one line of valid UTF-8 without control characters. File names, pointers
 * and rule ids are kept unchanged because programs compare them.
 */
#include "base/problems.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* The most bytes of a message that are kept: a key of a megabyte is not quoted in full. */
#define MESSAGE_BYTES 2000

/* All strings of an entry share one allocation; NULL if it failed or the message is a constant. */
typedef struct problem_entry {
    rk_problem problem;
    char *strings;
} problem_entry;

/* There is always space for one more entry than `count`: the entry that counts the rest, so that
 * a list can report that it is incomplete even when out of memory. */
struct rk_problems {
    problem_entry *entries;
    size_t count, capacity;
    size_t omitted; /* counted by the last entry; 0 if there is no such entry */
    char omitted_message[64];
};

rk_problems *rk_problems_new(void)
{
    rk_problems *problems = rk__calloc(1, sizeof *problems);
    void *entries = NULL;
    if (problems && rk__grow(&entries, &problems->capacity, 8, sizeof(problem_entry)) != 0) {
        rk__free(problems);
        return NULL;
    }
    if (problems)
        problems->entries = entries;
    return problems;
}

void rk_problems_free(rk_problems *problems)
{
    if (!problems)
        return;
    rk_problems_clear(problems);
    rk__free(problems->entries);
    rk__free(problems);
}

void rk__problems_truncate(rk_problems *problems, size_t n)
{
    if (!problems || n >= problems->count)
        return;
    for (size_t i = n; i < problems->count; i++)
        rk__free(problems->entries[i].strings);
    problems->count = n;
    problems->omitted = 0;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_problem(const rk_problem *a, const rk_problem *b)
{
    return a->status == b->status && a->line == b->line && a->column == b->column &&
           same_text(a->file, b->file) && same_text(a->message, b->message) &&
           same_text(a->pointer, b->pointer);
}

static bool comes_after(const rk_problem *a, const rk_problem *b)
{
    return a->file && same_text(a->file, b->file) && b->line > 0 &&
           (a->line > b->line || (a->line == b->line && a->column > b->column));
}

void rk__problems_tidy(rk_problems *problems, size_t from)
{
    if (!problems)
        return;
    problem_entry *entries = problems->entries;
    size_t kept = from;
    for (size_t i = from; i < problems->count; i++) {
        problem_entry entry = entries[i];
        bool said = false;
        size_t to = kept;
        for (size_t k = from; k < kept; k++) {
            said |= same_problem(&entries[k].problem, &entry.problem);
            /* Inserts before the first entry of its file with a higher line number. */
            if (to == kept && comes_after(&entries[k].problem, &entry.problem))
                to = k;
        }
        if (said) {
            rk__free(entry.strings);
            continue;
        }
        memmove(entries + to + 1, entries + to, (kept - to) * sizeof *entries);
        entries[to] = entry;
        kept++;
    }
    problems->count = kept;
}

void rk_problems_clear(rk_problems *problems)
{
    rk__problems_truncate(problems, 0);
}

size_t rk_problems_count(const rk_problems *problems)
{
    return problems ? problems->count : 0;
}

const rk_problem *rk_problems_at(const rk_problems *problems, size_t index)
{
    return problems && index < problems->count ? &problems->entries[index].problem : NULL;
}

const rk_problem *rk__problems_error(const rk_problems *problems)
{
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        if (problems->entries[i].problem.status != RK_OK) {
            return &problems->entries[i].problem;
        }
    }
    return NULL;
}

/* -------------------------------------------------------------------- adding */

/* Counts `n` problems that the list does not keep. If one of them is an error, the counting
 * entry becomes an error. */
static void problems_omit(rk_problems *problems, rk_status status, size_t n)
{
    if (!problems->omitted) {
        problem_entry *added = &problems->entries[problems->count++];
        *added = (problem_entry){.problem = {.status = status}};
    }
    problems->omitted += n;
    rk_problem *last = &problems->entries[problems->count - 1].problem;
    if (last->status == RK_OK)
        last->status = status;
    snprintf(problems->omitted_message, sizeof problems->omitted_message,
             "%zu more problem%s not listed", problems->omitted,
             problems->omitted == 1 ? " is" : "s are");
    last->message = problems->omitted_message;
}

/* Adds text with each control character that is a blank as a space, and every other unprintable
 * one as U+FFFD. One character stays one character, so that a column still points at the right
 * place in an excerpt. */
static void add_printable(rk__buf *buf, const char *text)
{
    const char *end = text + strlen(text);
    const char *plain = text;
    while (text < end) {
        size_t length = rk__utf8_hidden(text, (size_t) (end - text));
        if (!length) {
            text++;
            while (((unsigned char) *text & 0xc0) == 0x80)
                text++;
            continue;
        }
        bool blank = *text == '\t' || *text == '\n' || *text == '\r';
        rk__buf_add(buf, plain, (size_t) (text - plain));
        rk__buf_puts(buf, blank ? " " : "\xef\xbf\xbd");
        text += length;
        plain = text;
    }
    rk__buf_add(buf, plain, (size_t) (end - plain));
}

/* The offset of a string in the entry's allocation. */
#define ABSENT SIZE_MAX

static size_t add_string(rk__buf *buf, const char *text, bool printable)
{
    if (!text)
        return ABSENT;
    size_t start = buf->length;
    if (printable)
        add_printable(buf, text);
    else
        rk__buf_puts(buf, text);
    rk__buf_putc(buf, '\0');
    return start;
}

static const char *string_at(const rk__buf *buf, size_t start)
{
    return start == ABSENT ? NULL : buf->text + start;
}

static problem_entry entry_make(const rk_problem *from)
{
    rk__buf buf = {0};
    size_t message = add_string(&buf, from->message, true);
    size_t file = add_string(&buf, from->file, false);
    size_t pointer = add_string(&buf, from->pointer, false);
    size_t excerpt = add_string(&buf, from->excerpt, true);
    size_t hint = add_string(&buf, from->hint, true);
    size_t rule = add_string(&buf, from->rule, false);

    problem_entry entry = {.problem = {.status = from->status}};
    entry.problem.line = from->line;
    entry.problem.column = from->column;
    if (buf.failed) {
        rk__buf_dispose(&buf);
        /* A warning without its words would say that nothing is wrong. */
        entry.problem.status = from->status == RK_OK ? RK_NO_MEMORY : from->status;
        entry.problem.message = rk_status_sentence(entry.problem.status);
        return entry;
    }
    entry.strings = buf.text;
    entry.problem.message = string_at(&buf, message);
    entry.problem.file = string_at(&buf, file);
    entry.problem.pointer = string_at(&buf, pointer);
    entry.problem.excerpt = string_at(&buf, excerpt);
    entry.problem.hint = string_at(&buf, hint);
    entry.problem.rule = string_at(&buf, rule);
    return entry;
}

/* Whether a missing key and an unknown key of the same object (or of its parameters) are one
 * typing error. */
static bool same_slip(const rk_problem *missing, const rk_problem *unknown)
{
    static const char meant[] = "did you mean ";
    if (missing->status != RK_MISSING_KEY || unknown->status != RK_UNKNOWN_KEY ||
        !missing->pointer || !unknown->pointer || !unknown->hint ||
        !same_text(missing->file, unknown->file) ||
        strncmp(unknown->hint, meant, sizeof meant - 1) != 0)
        return false;
    size_t length = strlen(missing->pointer);
    const char *member = strrchr(unknown->pointer, '/');
    if (!member || strncmp(missing->pointer, unknown->pointer, length) != 0)
        return false;
    size_t between = (size_t) (member - unknown->pointer) - length;
    if (between != 0 && strncmp(unknown->pointer + length, "/params/", between + 1) != 0)
        return false;
    const char *name = unknown->hint + sizeof meant - 1;
    return memmem(missing->message, strlen(missing->message), name, strcspn(name, "?")) != NULL;
}

/* If the problem added last and another one are the same typing error, keeps the one about the
 * unknown key, since its hint names the key that was meant. */
static void problems_merge_slip(rk_problems *problems)
{
    const size_t last = problems->count - 1;
    for (size_t i = 0; i < last; i++) {
        problem_entry *entry = &problems->entries[i];
        const rk_problem *added = &problems->entries[last].problem;
        const bool earlier = same_slip(&entry->problem, added);
        if (!earlier && !same_slip(added, &entry->problem))
            continue;
        entry = earlier ? entry : &problems->entries[last];
        rk__free(entry->strings);
        memmove(entry, entry + 1, (size_t) (problems->entries + last - entry) * sizeof *entry);
        problems->count = last;
        return;
    }
}

bool rk__problems_full(const rk_problems *problems)
{
    return !problems || problems->omitted || problems->count >= RK__PROBLEMS_MAX;
}

static void problems_add(rk_problems *problems, const rk_problem *problem)
{
    void *entries = problems->entries;
    if (rk__problems_full(problems) ||
        rk__grow(&entries, &problems->capacity, problems->count + 2, sizeof(problem_entry)) != 0) {
        problems_omit(problems, problem->status, 1);
        return;
    }
    problems->entries = entries;
    problems->entries[problems->count++] = entry_make(problem);
    if (problem->status == RK_UNKNOWN_KEY || problem->status == RK_MISSING_KEY)
        problems_merge_slip(problems);
}

rk_status rk__problem_v(rk_problems *problems, rk_status status, const rk__place *place,
                        const char *hint, const char *format, va_list args)
{
    if (!problems)
        return status;
    char message[MESSAGE_BYTES + sizeof "..."];
    int length = vsnprintf(message, MESSAGE_BYTES + 1, format, args);
    if (length > MESSAGE_BYTES)
        memcpy(message + MESSAGE_BYTES, "...", sizeof "...");
    rk_problem problem = {.status = status, .hint = hint};
    problem.message = length < 0 ? rk_status_sentence(status) : message;
    if (place) {
        problem.file = place->file;
        problem.line = place->line;
        problem.column = place->column;
        problem.pointer = place->pointer;
        problem.excerpt = place->excerpt;
        problem.rule = place->rule;
    }
    problems_add(problems, &problem);
    return status;
}

rk_status rk__problem(rk_problems *problems, rk_status status, const rk__place *place,
                      const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rk__problem_v(problems, status, place, hint, format, args);
    va_end(args);
    return status;
}

rk_status rk__problem_memory(rk_problems *problems, rk_status status)
{
    return status == RK_NO_MEMORY && rk_problems_count(problems) == 0
               ? rk__problem(problems, status, NULL, NULL, "out of memory")
               : status;
}

void rk__problems_append(rk_problems *to, const rk_problems *from)
{
    if (!to || !from || to == from)
        return;
    size_t kept = from->count - (from->omitted ? 1 : 0);
    for (size_t i = 0; i < kept; i++)
        problems_add(to, &from->entries[i].problem);
    if (from->omitted)
        problems_omit(to, from->entries[kept].problem.status, from->omitted);
}

/* ------------------------------------------------------------------ statuses */

const char *rk_status_word(rk_status status)
{
    switch (status) {
#define STATUS_WORD(name, number, word, exit_code, sentence) \
    case name:                                               \
        return word;
        RK_STATUS_TABLE(STATUS_WORD)
#undef STATUS_WORD
    case RK_OK:
        return "ok";
    }
    /* Only a plugin can return a number that is not in the table. */
    return rk_status_word(RK_RULE_FAILED);
}

const char *rk_status_sentence(rk_status status)
{
    switch (status) {
#define STATUS_SENTENCE(name, number, word, exit_code, sentence) \
    case name:                                                   \
        return sentence;
        RK_STATUS_TABLE(STATUS_SENTENCE)
#undef STATUS_SENTENCE
    case RK_OK:
        return "nothing is wrong";
    }
    return rk_status_sentence(RK_RULE_FAILED);
}

int rk_status_exit_code(rk_status status)
{
    switch (status) {
#define STATUS_EXIT(name, number, word, exit_code, sentence) \
    case name:                                               \
        return exit_code;
        RK_STATUS_TABLE(STATUS_EXIT)
#undef STATUS_EXIT
    case RK_OK:
        return 0;
    }
    return rk_status_exit_code(RK_RULE_FAILED);
}
