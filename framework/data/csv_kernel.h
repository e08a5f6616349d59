/* SPDX-License-Identifier: MIT
 *
 * csv_kernel.h: the body of a kernel, included once by each kernel's file after
 * it has defined
 *
 *     KERNEL_NAME                 "avx2"
 *     KERNEL_SYMBOL               the rk__csv_kernel that is made
 *     KERNEL_TARGET               function attributes: the instructions used
 *     kernel_vector, kernel_splat(c)
 *     kernel_masks(p, delimiter, &delimiters, &feeds, &quotes)  of 64 bytes at p
 *     kernel_returns(p)           carriage returns among them
 *     kernel_prefix_xor(bits)     bit i: the parity of bits 0 to i
 *     kernel_store(ends, bits, base)  base + the place of each bit, in order;
 *                                 may write up to 64 + 16 values; returns how many
 *
 * Both functions look at 64 bytes at a time as masks. Where no quote is near,
 * every separator is one. Where there are quotes, their parity tells what is
 * inside them, and a few shifts find each quote that is not where the grammar
 * allows one; parity means nothing after such a quote, so that record is measured
 * byte by byte and the masks start afresh after it.
 */
#include <limits.h>
#include <string.h>

#include "data/csv.h"

/* What one chunk tells the next. */
typedef struct quote_state {
    uint64_t inside; /* all bits: the chunk begins inside quotes */
    uint64_t closed; /* 1: its first byte follows a closing quote */
} quote_state;

/* Returns the mask of bytes inside quotes (an opening quote is, its closing quote
 * is not), and the misplaced: quotes that must not open, and what must not follow a
 * closing one. `first` is the offset where the masks began. */
KERNEL_TARGET static inline uint64_t quoted_bytes(const char *text, size_t first, size_t p,
                                                  char delimiter, uint64_t separators,
                                                  uint64_t quotes, quote_state *state,
                                                  uint64_t *misplaced)
{
    const uint64_t inside = kernel_prefix_xor(quotes) ^ state->inside;
    const uint64_t opening = quotes & inside;
    const uint64_t closing = quotes & ~inside;
    const uint64_t outer = separators & ~inside;
    const uint64_t open_first =
        p == first || text[p - 1] == delimiter || text[p - 1] == '\n' || state->closed != 0;
    const uint64_t follows = closing << 1 | state->closed;
    const uint64_t returns = follows & ~(separators | quotes) & kernel_returns(text + p);

    *misplaced = (opening & ~((outer | closing) << 1 | open_first)) |
                 (follows & ~(separators | quotes | returns));
    for (uint64_t r = returns; r != 0; r &= r - 1) {
        if (text[p + (size_t) __builtin_ctzll(r) + 1] != '\n') {
            *misplaced |= r & (0 - r);
        }
    }
    state->inside = 0 - (inside >> 63);
    state->closed = closing >> 63;
    return inside;
}

/* What stands at starts[n] is no ordinary row. True where it was an empty line,
 * which is passed. */
static bool pass_odd_record(const rk__csv_block *block, rk__csv_rows *rows)
{
    rk__csv_measure m;
    const uint32_t start = rows->starts[rows->n];
    rk__csv_measure_record(block->text, block->length, start, block->delimiter, &m);
    rows->next = (uint32_t) m.end;
    rows->next_line = rows->lines[rows->n] + m.feeds;
    if (m.fields == 0) {
        rows->starts[rows->n] = rows->next;
        rows->lines[rows->n] = rows->next_line;
        return true;
    }
    rows->fault = m.fault != RK__CSV_OK ? m.fault : RK__CSV_RAGGED;
    rows->fault_at = m.fault != RK__CSV_OK ? (uint32_t) m.fault_at : start;
    rows->fault_fields = m.fields;
    return false;
}

/* In a table of one column a line that ends at `feed` may be an empty one. */
static inline bool is_empty_line(const char *text, uint32_t start, uint32_t feed)
{
    return feed == start || (feed == start + 1 && text[start] == '\r');
}

/* The rows that end in one chunk. */
typedef struct chunk {
    uint32_t at; /* its offset */
    uint64_t separators, ending, feeds;
    uint32_t *ends; /* where the chunk's first separator is stored */
} chunk;

/* Takes rows up to max_rows, or until one of another shape: false. */
KERNEL_TARGET static inline bool take_rows(const rk__csv_block *block, rk__csv_rows *rows,
                                           const chunk *c, uint32_t **row, uint32_t line)
{
    for (uint64_t ending = c->ending; ending != 0; ending &= ending - 1) {
        const uint64_t upto = ending ^ (ending - 1);
        const uint32_t feed = c->at + (uint32_t) __builtin_ctzll(ending);
        uint32_t *end = c->ends + __builtin_popcountll(c->separators & upto);
        if (__builtin_expect(end - *row != (ptrdiff_t) block->n_fields, 0)) {
            return false;
        }
        if (block->n_fields == 1 && is_empty_line(block->text, rows->starts[rows->n], feed)) {
            return false;
        }
        end[-1] -= block->text[feed - 1] == '\r';
        *row = end;
        rows->n++;
        rows->starts[rows->n] = feed + 1;
        rows->lines[rows->n] = line + (uint32_t) __builtin_popcountll(c->feeds & upto);
        if (rows->n == rows->max_rows) {
            break;
        }
    }
    return true;
}

/* From the start of a row on, until the block's end, max_rows (true), or a record
 * that is not ordinary (false). */
KERNEL_TARGET static inline bool split_ordinary(const rk__csv_block *block, rk__csv_rows *rows)
{
    const char *const text = block->text;
    const uint32_t first = rows->starts[rows->n];
    const uint32_t *const full = rows->ends + (size_t) block->n_fields * (rows->max_rows + 1) + 64;
    const kernel_vector delimiter = kernel_splat(block->delimiter);
    uint32_t *row = rows->ends + (size_t) block->n_fields * rows->n;
    uint32_t *ends = row;
    uint32_t line = rows->lines[rows->n];
    quote_state state = {0, 0};

    for (uint32_t p = first; p < block->length; p += 64) {
        chunk c = {.at = p, .ends = ends};
        uint64_t quotes;
        uint64_t misplaced = 0;
        kernel_masks(text + p, delimiter, &c.separators, &c.feeds, &quotes);
        c.separators |= c.feeds;
        c.ending = c.feeds;
        if (__builtin_expect((quotes | state.inside | state.closed) != 0, 0)) {
            rows->quotes = true;
            const uint64_t inside = quoted_bytes(text, first, p, block->delimiter, c.separators,
                                                 quotes, &state, &misplaced);
            c.separators &= ~inside;
            c.ending &= ~inside;
            if (misplaced != 0) {
                c.ending &= (misplaced & (0 - misplaced)) - 1;
            }
        }
        ends += kernel_store(ends, c.separators, p);
        if (!take_rows(block, rows, &c, &row, line)) {
            return false;
        }
        if (rows->n == rows->max_rows) {
            return true;
        }
        if (misplaced != 0 || ends > full) {
            return false;
        }
        line += (uint32_t) __builtin_popcountll(c.feeds);
    }
    return rows->starts[rows->n] >= block->length;
}

KERNEL_TARGET static void kernel_split(const rk__csv_block *block, rk__csv_rows *rows)
{
    rows->n = 0;
    rows->quotes = false;
    rows->fault = RK__CSV_OK;
    rows->starts[0] = rows->next;
    rows->lines[0] = rows->next_line;
    while (!split_ordinary(block, rows)) {
        if (!pass_odd_record(block, rows)) {
            return;
        }
    }
    rows->next = rows->starts[rows->n];
    rows->next_line = rows->lines[rows->n];
}

/* From a record's start on: the last boundary before the end of the text or, where
 * *odd is set, before a record with a misplaced quote. */
KERNEL_TARGET static inline size_t pass_records(const char *text, size_t length, size_t first,
                                                char delimiter, bool *odd)
{
    const kernel_vector splat = kernel_splat(delimiter);
    size_t last = first;
    quote_state state = {0, 0};
    *odd = false;
    for (size_t p = first; p < length && !*odd; p += 64) {
        const uint64_t valid = length - p >= 64 ? UINT64_MAX : (UINT64_C(1) << (length - p)) - 1;
        uint64_t delimiters;
        uint64_t feeds;
        uint64_t quotes;
        kernel_masks(text + p, splat, &delimiters, &feeds, &quotes);
        feeds &= valid;
        quotes &= valid;
        if ((quotes | state.inside | state.closed) != 0) {
            uint64_t misplaced;
            const uint64_t inside = quoted_bytes(text, first, p, delimiter, delimiters | feeds,
                                                 quotes, &state, &misplaced);
            misplaced &= valid;
            feeds &= ~inside;
            if (misplaced != 0) {
                feeds &= (misplaced & (0 - misplaced)) - 1;
                *odd = true;
            }
        }
        if (feeds != 0) {
            last = p + 64 - (size_t) __builtin_clzll(feeds);
        }
    }
    return last;
}

KERNEL_TARGET static size_t kernel_boundary(const char *text, size_t length, char delimiter,
                                            size_t *open)
{
    size_t last = 0;
    *open = SIZE_MAX;
    for (;;) {
        bool odd;
        rk__csv_measure m;
        last = pass_records(text, length, last, delimiter, &odd);
        if (last >= length) {
            return last;
        }
        rk__csv_measure_record(text, length, last, delimiter, &m);
        if (!m.complete) {
            *open = m.fault == RK__CSV_OPEN_QUOTE ? m.fault_at : SIZE_MAX;
            return last;
        }
        last = m.end;
    }
}

const rk__csv_kernel KERNEL_SYMBOL = {KERNEL_NAME, kernel_split, kernel_boundary};
