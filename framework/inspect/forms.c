/* SPDX-License-Identifier: MIT
 *
 * forms.c: what a cell looks like before anything is declared.
 */
#include <string.h>

#include "inspect/inspect.h"

static const char *const currencies[] = {"£", "$", "€", "GBP", "EUR", "USD", NULL};

static const char *const blanks[] = {
    "NULL",    "null",    "Null",      "N/A",       "n/a",     "NA",      "#N/A",
    "#NULL!",  "-",       "--",        "nil",       "None",    "none",    "(blank)",
    "(null)",  "NaN",     "nan",       "#REF!",     "#VALUE!", "#DIV/0!", "#NAME?",
    "#NUM!",   ".",       "?",         "\\N",       "N/K",     "n/k",     "NK",
    "unknown", "Unknown", "not known", "Not known", "\u2013",  "\u2014",  NULL};

const char *rk__looks_blank(const char *text, size_t length)
{
    for (size_t i = 0; blanks[i] != NULL; i++) {
        if (strlen(blanks[i]) == length && memcmp(blanks[i], text, length) == 0) {
            return blanks[i];
        }
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The text without what surrounds its digits. */
static void strip(const char **text, size_t *length, rk__seen_number *seen)
{
    bool taken = true;
    while (taken && *length > 0) {
        taken = false;
        const char first = (*text)[0];
        const char last = (*text)[*length - 1];
        if (first == ' ' || first == '-' || first == '+') {
            ++*text;
            --*length;
            taken = true;
        } else if (last == ' ' || last == '-') {
            seen->minus_after = seen->minus_after || last == '-';
            --*length;
            taken = true;
        } else if (first == '(' && last == ')') {
            seen->brackets = true;
            ++*text;
            *length -= 2;
            taken = true;
        }
        for (size_t i = 0; currencies[i] != NULL && !taken; i++) {
            const size_t n = strlen(currencies[i]);
            if (*length > n && memcmp(*text, currencies[i], n) == 0) {
                *text += n;
                taken = true;
            } else if (*length > n && memcmp(*text + *length - n, currencies[i], n) == 0) {
                taken = true;
            }
            if (taken) {
                *length -= n;
                seen->currency = currencies[i];
            }
        }
    }
}

/* The length of a separator that is not ASCII: a blank of any width, or an apostrophe. */
static size_t wide_length(const char *text, size_t length)
{
    static const char *const threes[] = {"\u202f", "\u2009", "\u2007", "\u2019"};
    size_t n = length >= 2 && memcmp(text, "\u00a0", 2) == 0 ? 2 : 0;
    for (size_t i = 0; i < sizeof threes / sizeof *threes && n == 0 && length >= 3; i++) {
        n = memcmp(text, threes[i], 3) == 0 ? 3 : 0;
    }
    return n;
}

/* The separators between digits: each with the digits that follow it. */
bool rk__looks_number(const char *text, size_t length, rk__seen_number *seen)
{
    *seen = (rk__seen_number){0};
    strip(&text, &length, seen);
    size_t commas = 0;
    size_t points = 0;
    size_t spaces = 0;
    size_t run = 0; /* digits since the last separator */
    char last = '\0';
    if (length == 0 || !is_digit(text[0])) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (is_digit(text[i])) {
            run++;
            continue;
        }
        const size_t wide = wide_length(text + i, length - i);
        const bool quote = text[i] == '\'' || (wide == 3 && memcmp(text + i, "\u2019", 3) == 0);
        if (run == 0 || (last != '\0' && run != 3) ||
            (text[i] != ',' && text[i] != '.' && text[i] != ' ' && !quote && wide == 0)) {
            return false;
        }
        last = (char) (quote ? '\'' : wide > 0 ? ' ' : text[i]);
        commas += last == ',';
        points += last == '.';
        spaces += last == ' ';
        seen->thousands_quote = seen->thousands_quote || last == '\'';
        run = 0;
        i += wide > 0 ? wide - 1 : 0;
    }
    if (last != '\0' && run == 0) {
        return false;
    }
    const bool decimal_comma = last == ',' && commas == 1 && (points > 0 || spaces > 0 || run != 3);
    const bool decimal_point = last == '.' && points == 1;
    if (!decimal_comma && !decimal_point && last != '\0' && run != 3) {
        return false;
    }
    seen->decimal_comma = decimal_comma;
    seen->decimal_point = decimal_point && (commas > 0 || run != 3);
    seen->thousands_comma = commas > (decimal_comma ? 1 : 0);
    seen->thousands_point = points > (decimal_point ? 1 : 0) || (points > 0 && decimal_comma);
    seen->thousands_space = spaces > 0;
    return true;
}
