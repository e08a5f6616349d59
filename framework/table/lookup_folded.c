/* SPDX-License-Identifier: MIT
 *
 * lookup_folded.c: keys that are found regardless of letter case and blanks.
 */
#include <string.h>

#include "table/column.h"
#include "table/columns.h"
#include "table/lookup_index.h"

/* The bytes of a blank, or of a character that is not shown, which a text begins with: spaces of
 * any width, marks of order, soft hyphens, joiners and byte order marks; 0 if there is none. */
static size_t unseen(const char *text, size_t length)
{
    static const char *const ranges[][2] = {
        {" ", " "},
        {"\t", "\t"},
        {"\xc2\xa0", "\xc2\xa0"},
        {"\xc2\xad", "\xc2\xad"},
        {"\xe2\x80\x80", "\xe2\x80\x8f"},
        {"\xe2\x80\xaf", "\xe2\x80\xaf"},
        {"\xe2\x81\xa0", "\xe2\x81\xa0"},
        {"\xe3\x80\x80", "\xe3\x80\x80"},
        {"\xef\xbb\xbf", "\xef\xbb\xbf"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const size_t n = strlen(ranges[i][0]);
        if (n <= length && memcmp(text, ranges[i][0], n) >= 0 &&
            memcmp(text, ranges[i][1], n) <= 0) {
            return n;
        }
    }
    return 0;
}

void rk__fold_text(rk__buf *buf, const char *text, size_t length)
{
    for (size_t k = 0; k < length;) {
        const char c = text[k];
        const bool plain = c > ' ';
        const size_t skip = plain ? 0 : unseen(text + k, length - k);
        if (skip == 0) {
            rk__buf_putc(buf, c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
        }
        k += skip == 0 ? 1 : skip;
    }
}

/* As rk__fold_text says; a NUL ends each part. */
static bool fold_key(rk__buf *buf, const char *const *parts, const size_t *lengths, size_t n)
{
    rk__buf_reset(buf);
    for (size_t i = 0; i < n; i++) {
        if (parts[i] == NULL) {
            return false;
        }
        rk__fold_text(buf, parts[i], lengths[i]);
        rk__buf_putc(buf, '\0');
    }
    return !buf->failed;
}

static rk_status fold_all(rk__lookup *l)
{
    const int32_t n = rk__dict_count(l->dict);
    rk__buf buf = {0};
    l->folded = rk__dict_new();
    rk_status status = l->folded != NULL ? RK_OK : RK_NO_MEMORY;
    for (int32_t i = 0; i < n && status == RK_OK; i++) {
        const char *parts[RK__MAX_KEYS];
        size_t lengths[RK__MAX_KEYS];
        for (size_t k = 0; k < l->n_keys; k++) {
            lengths[k] = 0;
            parts[k] = rk__table_cell(l->table, rk__table_find(l->table, l->keys[k]),
                                      l->rows[i] - 1, &lengths[k]);
        }
        /* Rows with a key have all its parts, so only memory can be missing. */
        const bool whole = fold_key(&buf, parts, lengths, l->n_keys);
        const int32_t before = rk__dict_count(l->folded);
        const int32_t at = whole ? rk__dict_intern(l->folded, buf.text, buf.length) : -1;
        if (at < 0 || rk__grow((void **) &l->folded_rows, &l->folded_capacity, (size_t) at + 1,
                               sizeof *l->folded_rows) != 0) {
            status = RK_NO_MEMORY;
        } else {
            l->folded_rows[at] = at < before ? 0 : l->rows[i];
        }
    }
    rk__buf_dispose(&buf);
    if (status != RK_OK) {
        rk__dict_free(l->folded);
        l->folded = NULL;
    }
    return status;
}

/* Threads that price the same rows may ask for it at once. */
static rk_status folded_of(rk__lookup *l)
{
    static pthread_mutex_t folding = PTHREAD_MUTEX_INITIALIZER;
    (void) pthread_mutex_lock(&folding);
    const rk_status status = l->folded == NULL ? fold_all(l) : RK_OK;
    (void) pthread_mutex_unlock(&folding);
    return status;
}

rk_status rk__lookup_find_folded(rk__lookup *lookup, const char *const *parts,
                                 const size_t *lengths, uint32_t *row)
{
    rk__lookup *l = lookup;
    *row = 0;
    for (size_t i = 0; i < l->n_parts; i++) {
        const size_t last = l->n_keys - 1;
        if (l->parts[i] != NULL && parts[last] != NULL && strlen(l->ids[i]) == lengths[last] &&
            memcmp(l->ids[i], parts[last], lengths[last]) == 0) {
            const rk_status status = rk__lookup_find_folded(l->parts[i], parts, lengths, row);
            *row += *row > 0 ? l->base[i] : 0;
            return status;
        }
    }
    if (l->n_parts > 0) {
        return RK_OK;
    }
    const rk_status status = folded_of(l);
    rk__buf buf = {0};
    const bool whole = status == RK_OK && fold_key(&buf, parts, lengths, l->n_keys);
    const int32_t at = whole ? rk__dict_find(l->folded, buf.text, buf.length) : -1;
    *row = at >= 0 ? l->folded_rows[at] : 0;
    const bool failed = buf.failed;
    rk__buf_dispose(&buf);
    return failed ? RK_NO_MEMORY : status;
}

const char *rk__lookup_key_text(const rk__lookup *lookup, uint32_t row, size_t k, size_t *length)
{
    const rk__lookup *l = lookup;
    size_t in_part = row;
    *length = 0;
    for (size_t i = lookup->n_parts; i > 0 && l == lookup; i--) {
        if (lookup->parts[i - 1] != NULL && row > lookup->base[i - 1]) {
            if (k + 1 == lookup->n_keys) {
                *length = strlen(lookup->ids[i - 1]);
                return lookup->ids[i - 1];
            }
            in_part = row - lookup->base[i - 1];
            l = lookup->parts[i - 1];
        }
    }
    if (row == 0 || l->n_parts > 0) {
        return NULL;
    }
    return rk__table_cell(l->table, rk__table_find(l->table, l->keys[k]), in_part - 1, length);
}
