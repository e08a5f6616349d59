/* SPDX-License-Identifier: MIT
 *
 * near_key.c: a code that is misspelt by one letter.
 */
#include "rows/near_key.h"

#include <string.h>

/* Shorter codes are all one letter apart. */
#define LEAST_LETTERS 3

/* Whether one text becomes the other when a letter is put in. */
static bool one_more(const char *shorter, size_t n, const char *longer)
{
    size_t i = 0;
    while (i < n && shorter[i] == longer[i]) {
        i++;
    }
    return memcmp(shorter + i, longer + i + 1, n - i) == 0;
}

/* Whether two texts differ by one letter, or by two neighbours that have changed places. */
static bool one_letter_apart(const char *a, size_t n_a, const char *b, size_t n_b)
{
    size_t i = 0;
    if (n_a != n_b) {
        return n_a + 1 == n_b ? one_more(a, n_a, b) : n_b + 1 == n_a && one_more(b, n_b, a);
    }
    while (i < n_a && a[i] == b[i]) {
        i++;
    }
    if (i == n_a) {
        return false;
    }
    const bool swapped = i + 1 < n_a && a[i] == b[i + 1] && a[i + 1] == b[i];
    return memcmp(a + i + 1, b + i + 1, n_a - i - 1) == 0 ||
           (swapped && memcmp(a + i + 2, b + i + 2, n_a - i - 2) == 0);
}

/* The part in which a row's key differs by one letter, and in no other; SIZE_MAX if there is no
 * such part. */
static size_t part_apart(const rk__table *table, const int *columns, size_t row, size_t n,
                         const char *const *parts, const size_t *lengths, const char **text)
{
    size_t apart = SIZE_MAX;
    for (size_t k = 0; k < n; k++) {
        size_t length = 0;
        const char *its = rk__table_cell(table, columns[k], row, &length);
        if (its == NULL || parts[k] == NULL) {
            return SIZE_MAX;
        }
        if (length == lengths[k] && memcmp(its, parts[k], length) == 0) {
            continue;
        }
        if (apart != SIZE_MAX || lengths[k] < LEAST_LETTERS ||
            !one_letter_apart(its, length, parts[k], lengths[k])) {
            return SIZE_MAX;
        }
        apart = k;
        *text = its;
    }
    return apart;
}

const char *rk__near_key(const rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                         size_t *part)
{
    const rk__table *table = rk__lookup_table(lookup);
    const size_t n = rk__lookup_n_keys(lookup);
    const char *near = NULL;
    int columns[RK__MAX_KEYS];
    for (size_t k = 0; k < n && table != NULL; k++) {
        columns[k] = rk__table_find(table, rk__lookup_key(lookup, k));
        table = columns[k] >= 0 ? table : NULL;
    }
    for (size_t row = 0; table != NULL && row < rk__table_n_rows(table); row++) {
        const char *text = NULL;
        const size_t at = part_apart(table, columns, row, n, parts, lengths, &text);
        if (at == SIZE_MAX) {
            continue;
        }
        if (near != NULL && (at != *part || strcmp(near, text) != 0)) {
            return NULL; /* there are several, and each is as likely */
        }
        near = text;
        *part = at;
    }
    return near;
}
