/* SPDX-License-Identifier: MIT
 *
 * kernel.h: the body of a kernel, included once by each kernel's file after
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
 * and for numbers
 *
 *     KERNEL_LANES                words in `lanes`: a power of two
 *     lanes, kernel_load(p)       a vector of them, or one word
 *     kernel_where(comparison)    all bits of a lane where it holds
 *     kernel_none(x)              no lane has a bit
 *     kernel_store_flags(p, w)    1 or 0 for each lane
 *     kernel_multiply(a, b)       of numbers below 2^32
 *     kernel_eight_digits(x)      the number that the digits 0 to 9 in the eight
 *                                 bytes of each word make, the first byte lowest
 *
 * Splitting looks at 64 bytes at a time as masks. Where no quote is near,
 * every separator is one. Where there are quotes, their parity tells what is
 * inside them, and a few shifts find each quote that is not where the grammar
 * allows one; parity means nothing after such a quote, so that record is measured
 * byte by byte and the masks start afresh after it.
 */
#include <limits.h>
#include <string.h>

#include "csv/csv.h"

/* What one chunk passes to the next. */
typedef struct kernel_quotes {
    uint64_t inside; /* all bits: the chunk begins inside quotes */
    uint64_t closed; /* 1: its first byte follows a closing quote */
} kernel_quotes;

/* Returns the mask of bytes inside quotes (an opening quote is, its closing quote
 * is not), and the misplaced: quotes that must not open, and what must not follow a
 * closing one. `first` is the offset where the masks began. */
KERNEL_TARGET static inline uint64_t quoted_bytes(const char *text, size_t first, size_t p,
                                                  char delimiter, uint64_t separators,
                                                  uint64_t quotes, kernel_quotes *state,
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

/* Handles a record at starts[n] that is not an ordinary row. True if it is an empty line, which is
 * skipped. */
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
typedef struct kernel_chunk {
    uint32_t at; /* its offset */
    uint64_t separators, ending, feeds;
    uint32_t *ends; /* where the chunk's first separator is stored */
} kernel_chunk;

/* Takes rows up to max_rows, or until one of another shape: false. */
KERNEL_TARGET static inline bool take_rows(const rk__csv_block *block, rk__csv_rows *rows,
                                           const kernel_chunk *c, uint32_t **row, uint32_t line)
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
    kernel_quotes state = {0, 0};

    for (uint32_t p = first; p < block->length; p += 64) {
        kernel_chunk c = {.at = p, .ends = ends};
        uint64_t quotes;
        uint64_t misplaced = 0;
        kernel_masks(text + p, delimiter, &c.separators, &c.feeds, &quotes);
        c.separators |= c.feeds;
        c.ending = c.feeds;
        if (__builtin_expect((quotes | state.inside | state.closed) != 0, 0)) {
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

/* From a record's start on: the last boundary before the end of the text or, if *odd is set, before
 * a record with a misplaced quote. */
KERNEL_TARGET static inline size_t pass_records(const char *text, size_t length, size_t first,
                                                char delimiter, bool *odd)
{
    const kernel_vector splat = kernel_splat(delimiter);
    size_t last = first;
    kernel_quotes state = {0, 0};
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

/* ------------------------------------------------------------------- numbers
 *
 * A word in each lane of a vector, and no branches: cells that are not plain are found and skipped.
 */

#define ONES   UINT64_C(0x0101010101010101)
#define HIGHS  UINT64_C(0x8080808080808080)
#define ZEROS  UINT64_C(0x3030303030303030) /* '0' in each byte */
#define POINTS UINT64_C(0x2e2e2e2e2e2e2e2e) /* '.' in each byte */

/* The cells' bytes at the high end of each word, behind '0's; lengths 1 to 8. */
KERNEL_TARGET static inline lanes align_cells(lanes words, lanes lengths)
{
    const lanes zeros = (lanes){0} + (ZEROS >> 1);
    return words << (64 - 8 * lengths) | zeros >> (8 * lengths - 1);
}

/* Where all eight bytes are '0' to '9': a high nibble of 3, also when 6 is added.
 * A sum can carry into the next byte only from one whose high nibble is wrong. */
KERNEL_TARGET static inline lanes all_digits(lanes words)
{
    const uint64_t nibbles = UINT64_C(0xf0f0f0f0f0f0f0f0);
    const lanes more = words + UINT64_C(0x0606060606060606);
    return kernel_where((((words & nibbles) ^ ZEROS) | ((more & nibbles) ^ ZEROS)) == 0);
}

/* 10^(at - 1), where `point` is the top bit of byte `at` of a word: what the last
 * of eight digits counts in millionths, once a point there was squeezed out. */
KERNEL_TARGET static inline lanes point_units(lanes point)
{
    const uint64_t top = 0x80;
    return (kernel_where(point == top << 8) & 1) | (kernel_where(point == top << 16) & 10) |
           (kernel_where(point == top << 24) & 100) | (kernel_where(point == top << 32) & 1000) |
           (kernel_where(point == top << 40) & 10000) | (kernel_where(point == top << 48) & 100000);
}

/* Numbers of the aligned cells; *plain has the lanes that are. */
KERNEL_TARGET static inline lanes read_decimals(lanes words, lanes lengths, lanes *plain)
{
    const lanes differs = words ^ POINTS;
    const lanes points = (differs - ONES) & ~differs & HIGHS;
    if (kernel_none(points)) {
        *plain = all_digits(words);
        return kernel_multiply(kernel_eight_digits(words - ZEROS), (lanes){0} + 1000000);
    }
    const lanes point = points & (0 - points); /* the first is exact, the rest may not be */
    const lanes before = (point >> 7) - 1;
    const lanes after = ~(before | point | (point - (point >> 7)));
    const lanes none = kernel_where(point == 0);
    const lanes squeezed = (words & after) | (words & before) << 8 | '0';
    const lanes digits = (words & none) | (squeezed & ~none);
    const lanes units = (none & 1000000) | point_units(point);
    /* A point before all digits is not plain, nor one after them (it has no unit). */
    const lanes first = (lanes){0} + 0x80;
    const lanes leads = kernel_where(point == first << (64 - 8 * lengths));
    *plain = all_digits(digits) & ~leads & kernel_where(units != 0);
    return kernel_multiply(kernel_eight_digits(digits - ZEROS), units);
}

KERNEL_TARGET static inline void read_lanes(const uint64_t *word, const uint64_t *length,
                                            bool points, int64_t *v, uint8_t *plain)
{
    const lanes lengths = kernel_load(length);
    const lanes fits = kernel_where(((lengths - 1) & ~UINT64_C(7)) == 0);
    const lanes fitted = (lengths & fits) | (8 & ~fits);
    const lanes words = align_cells(kernel_load(word), fitted);
    lanes is_plain;
    lanes number;
    if (points) {
        number = read_decimals(words, fitted, &is_plain);
    } else {
        number = kernel_eight_digits(words - ZEROS);
        is_plain = all_digits(words);
    }
    memcpy(v, &number, sizeof number);
    kernel_store_flags(plain, is_plain & fits);
}

KERNEL_TARGET static void kernel_numbers(const uint64_t *word, const uint64_t *length, size_t n,
                                         bool points, int64_t *v, uint8_t *plain)
{
    if (points) {
        for (size_t i = 0; i < n; i += KERNEL_LANES) {
            read_lanes(word + i, length + i, true, v + i, plain + i);
        }
    } else {
        for (size_t i = 0; i < n; i += KERNEL_LANES) {
            read_lanes(word + i, length + i, false, v + i, plain + i);
        }
    }
}

const rk__csv_kernel KERNEL_SYMBOL = {KERNEL_NAME, kernel_split, kernel_boundary, kernel_numbers};
