/* SPDX-License-Identifier: MIT
 *
 * total_row.c: finding where the data of a file ends, and rows that are totals.
 */
#include "table/total_row.h"

#include <string.h>
#include <strings.h>

#include "table/store.h"

/* ------------------------------------------------------------------- footers */

/* The start of the last record of a text without quotes. */
static size_t last_line(const char *text, size_t length)
{
    size_t end = length;
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
        end--;
    }
    const char *feed = end > 0 ? memrchr(text, '\n', end) : NULL;
    return feed != NULL ? (size_t) (feed - text) + 1 : 0;
}

rk_status rk__tail_find(const char *text, size_t length, char delimiter, uint32_t footer,
                        rk__tail *out)
{
    *out = (rk__tail){.end = length, .last = length};
    if (footer == 0 && length > 0 && memchr(text, '"', length) == NULL) {
        out->last = last_line(text, length);
        out->records = 1;
        return RK_OK;
    }
    /* Starts of the last records, the oldest overwritten. */
    const size_t n = (size_t) footer + 1;
    size_t *starts = rk__calloc(n, sizeof *starts);
    if (starts == NULL) {
        return RK_NO_MEMORY;
    }
    size_t records = 0;
    rk__csv_measure m = {0};
    for (size_t at = 0; at < length && m.fault != RK__CSV_OPEN_QUOTE; at = m.end) {
        rk__csv_measure_record(text, length, at, delimiter, &m);
        if (m.fields > 0) {
            starts[records++ % n] = at;
        }
    }
    if (m.fault != RK__CSV_OPEN_QUOTE) {
        out->records = records;
        out->end = records >= footer ? length : 0;
        if (footer > 0 && records >= footer) {
            out->end = starts[(records - footer) % n];
        }
        out->last = records > footer ? starts[(records - footer - 1) % n] : out->end;
    }
    rk__free(starts);
    return RK_OK;
}

/* --------------------------------------------------------------------- names */

/* The words of a text in lower case, letters and digits alone, one space between them. */
static size_t fold_words(const char *text, size_t length, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < length && n + 2 < room; i++) {
        const char c = text[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || (unsigned char) c >= 0x80;
        if (letter) {
            out[n++] = (char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        } else if (n > 0 && out[n - 1] != ' ') {
            out[n++] = ' ';
        }
    }
    n -= n > 0 && out[n - 1] == ' ';
    out[n] = '\0';
    return n;
}

#define NAME_ROOM 80

static bool is_total_name(const char *words)
{
    static const char *const names[] = {
        "total",     "totals",        "grand total",    "sub total",    "subtotal", "sub totals",
        "subtotals", "overall total", "overall totals", "grand totals", "sum",      "total sum"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(words, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Short for it; elsewhere than at the start of a row it may be a code. */
static bool is_short_name(const char *words)
{
    return strcmp(words, "tot") == 0 || strcmp(words, "ttl") == 0 ||
           strcmp(words, "grand tot") == 0 || strcmp(words, "g total") == 0;
}

static bool ends_in_total(const char *words, size_t n)
{
    return (n > 6 && strcmp(words + n - 6, " total") == 0) ||
           (n > 7 && strcmp(words + n - 7, " totals") == 0) ||
           (n > 9 && strcmp(words + n - 9, " subtotal") == 0);
}

/* "total for 2016 17", "total spells"; *some: "total patients treated"; neither: "total hip
 * replacement". */
static bool begins_with_total(const char *words, bool *some)
{
    static const char *const begins[] = {"total ", "totals ", "grand total ", "sub total ",
                                         "subtotal "};
    static const char *const next[] = {"for",    "of",     "in",       "all",       "activity",
                                       "spells", "rows",   "records",  "cost",      "costs",
                                       "amount", "number", "value",    "price",     "payment",
                                       "count",  "income", "patients", "population"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        const size_t n = strlen(begins[i]);
        if (strncmp(words, begins[i], n) != 0) {
            continue;
        }
        const char *word = words + n;
        const size_t length = strcspn(word, " ");
        const bool all = *word >= '0' && *word <= '9';
        for (size_t k = 0; k < sizeof next / sizeof *next && !*some; k++) {
            *some = strlen(next[k]) == length && strncmp(word, next[k], length) == 0;
        }
        return all || (*some && (word[length] == '\0' || strncmp(word, "for ", 4) == 0));
    }
    return false;
}

/* Every name for a total contains "tot", "sum" or "ttl". */
static bool may_say_total(const char *text, size_t length)
{
    for (size_t i = 0; i + 3 <= length; i++) {
        const int first = text[i] | 0x20;
        const int second = text[i + 1] | 0x20;
        const int third = text[i + 2] | 0x20;
        if ((first == 't' && second == 'o' && third == 't') ||
            (first == 's' && second == 'u' && third == 'm') ||
            (first == 't' && second == 't' && third == 'l')) {
            return true;
        }
    }
    return false;
}

rk__total_name rk__text_total(const char *text, size_t length, bool first)
{
    char words[NAME_ROOM];
    bool some = false;
    if (length >= NAME_ROOM || !may_say_total(text, length)) {
        return RK__NO_TOTAL;
    }
    const size_t n = fold_words(text, length, words, sizeof words);
    if (is_total_name(words) ||
        (first && (is_short_name(words) || begins_with_total(words, &some)))) {
        return RK__IS_TOTAL;
    }
    return first && (some || ends_in_total(words, n)) ? RK__PERHAPS_TOTAL : RK__NO_TOTAL;
}

static bool means_nothing(const char *text, size_t length)
{
    static const char *const texts[] = {"NULL", "N/A", "#N/A", "NA", "nan", "none"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strlen(texts[i]) == length && strncasecmp(text, texts[i], length) == 0) {
            return true;
        }
    }
    return false;
}

void rk__total_others_add(rk__total_others *others, const char *text, size_t length)
{
    const bool blank = rk__cell_is_blank(text, length) || means_nothing(text, length);
    bool letters = false;
    for (size_t i = 0; i < length && !blank && !letters; i++) {
        const char c = (char) (text[i] | 0x20);
        letters = c >= 'a' && c <= 'z';
    }
    others->blank |= blank;
    others->text |= letters;
}

/* "All ages", "All", "Overall", "England, all", "Subtotal North": may be a total if the numbers
 * agree. */
static bool says_all(const char *text, size_t length)
{
    static const char *const words[] = {"all",   "overall", "both",   "combined", "together",
                                        "whole", "total",   "totals", "subtotal"};
    char folded[NAME_ROOM];
    if (length >= NAME_ROOM) {
        return false;
    }
    const size_t n = fold_words(text, length, folded, sizeof folded);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t w = strlen(words[i]);
        const bool first =
            n >= w && memcmp(folded, words[i], w) == 0 && (folded[w] == '\0' || folded[w] == ' ');
        const bool last =
            n > w && memcmp(folded + n - w, words[i], w) == 0 && folded[n - w - 1] == ' ';
        if (first || last) {
            return true;
        }
    }
    return false;
}

size_t rk__record_sums_least(const char *text, size_t length, char delimiter)
{
    rk__csv_reader reader = {.text = text, .length = length, .delimiter = delimiter, .line = 1};
    rk__csv_record record;
    size_t least = RK__SUMS_NAMED;
    if (rk__csv_next(&reader, &record) > 0) {
        const bool unnamed =
            record.n_fields == 0 || rk__cell_is_blank(record.field[0].text, record.field[0].length);
        least = unnamed ? RK__SUMS_UNNAMED : least;
        for (size_t i = 0; i < record.n_fields && least > RK__SUMS_UNNAMED; i++) {
            const rk__csv_field *f = &record.field[i];
            least = says_all(f->text, f->length) ? RK__SUMS_UNNAMED : least;
        }
    }
    rk__csv_reader_dispose(&reader);
    return least;
}

bool rk__record_is_total(const char *text, size_t length, char delimiter)
{
    rk__csv_reader reader = {.text = text, .length = length, .delimiter = delimiter, .line = 1};
    rk__csv_record record;
    rk__total_others others = {0};
    rk__total_name name = RK__NO_TOTAL;
    bool first = true;
    if (rk__csv_next(&reader, &record) > 0) {
        for (size_t i = 0; i < record.n_fields && name != RK__IS_TOTAL; i++) {
            const rk__csv_field *f = &record.field[i];
            const bool blank = rk__cell_is_blank(f->text, f->length);
            const rk__total_name its =
                blank ? RK__NO_TOTAL : rk__text_total(f->text, f->length, first);
            if (its == RK__NO_TOTAL) {
                rk__total_others_add(&others, f->text, f->length);
            }
            name = its > name ? its : name;
            first = first && blank;
        }
    }
    rk__csv_reader_dispose(&reader);
    return rk__total_stands(name, &others);
}

/* -------------------------------------------------------------------- tables */

/* Whether a column has numbers down to row n - 1, and their sum without the last, in millionths. */
static bool add_up(const rk__table *table, int column, size_t from, size_t n, rk_int128 *sum,
                   rk_decimal *last, bool *has_last)
{
    rk__buf scratch = {0};
    bool numbers = true;
    *sum = 0;
    *has_last = false;
    for (size_t row = from; row < n && numbers; row++) {
        const char *why = NULL;
        const char *text = NULL;
        size_t length = 0;
        rk_decimal number = 0;
        numbers = rk__table_number(table, column, row, &scratch, &text, &length, &why) == RK_OK;
        if (!numbers || text == NULL) {
            continue;
        }
        numbers = rk__decimal_parse(text, length, &number) == RK__DECIMAL_OK;
        if (row + 1 == n) {
            *last = number;
            *has_last = true;
        } else {
            *sum += number;
        }
    }
    rk__buf_dispose(&scratch);
    return numbers;
}

/* How many rows must stand above a last row of sums. */
static size_t sums_least(const rk__table *table, size_t row)
{
    size_t length = 0;
    size_t least = RK__SUMS_NAMED;
    if (table->n_columns > 0 && rk__table_cell(table, 0, row, &length) == NULL) {
        return RK__SUMS_UNNAMED;
    }
    for (size_t c = 0; c < table->n_columns && least > RK__SUMS_UNNAMED; c++) {
        const char *text = rk__table_cell(table, (int) c, row, &length);
        const bool says = text != NULL && table->columns[c].source >= 0 && says_all(text, length);
        least = says ? RK__SUMS_UNNAMED : least;
    }
    return least;
}

bool rk__table_sums_up(const rk__table *table, size_t from, size_t n)
{
    bool some = false;
    if (n < from + 1 + RK__SUMS_UNNAMED || n < from + 1 + sums_least(table, n - 1)) {
        return false;
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        rk_int128 sum = 0;
        rk_decimal last = 0;
        bool has_last = false;
        if (table->columns[c].source < 0 ||
            !add_up(table, (int) c, from, n, &sum, &last, &has_last) || !has_last) {
            continue;
        }
        if (last != sum) {
            return false;
        }
        some = some || last != 0;
    }
    return some;
}

/* The first text of a row that is not blank; NULL if all are. */
static const char *first_text(const rk__table *table, size_t row, size_t *length)
{
    const char *text = NULL;
    for (size_t c = 0; c < table->n_columns && text == NULL; c++) {
        text = table->columns[c].source >= 0 ? rk__table_cell(table, (int) c, row, length) : NULL;
    }
    return text;
}

/* "RJ1 total" stands right below a row of "RJ1". */
static bool follows_its_own(const rk__table *table, size_t row)
{
    size_t length = 0;
    size_t above = 0;
    const char *text = first_text(table, row, &length);
    const char *before = row > 0 ? first_text(table, row - 1, &above) : NULL;
    return text != NULL && before != NULL && above < length && text[above] == ' ' &&
           strncasecmp(text, before, above) == 0;
}

/* A last total is declared, and this is the last row, which was not left out. */
static bool is_declared(const rk__table *table, size_t row)
{
    const rk__reading *reading = table->spec.reading;
    return row + 1 == table->n_rows && reading != NULL && reading->ignore_total &&
           table->n_totals == 0;
}

/* Whether a row is called a total. A name that only may say so needs other cells that do, or
 * numbers that are the sums of the rows from `from` on. */
static bool row_says_total(const rk__table *table, size_t from, size_t row)
{
    rk__total_name name = RK__NO_TOTAL;
    rk__total_others others = {0};
    bool first = true;
    for (size_t c = 0; c < table->n_columns; c++) {
        size_t length = 0;
        const char *text = rk__table_cell(table, (int) c, row, &length);
        if (table->columns[c].source < 0 || (text != NULL && table->columns[c].map != NULL &&
                                             text == table->columns[c].map->value)) {
            continue;
        }
        const rk__total_name its =
            text != NULL ? rk__text_total(text, length, first) : RK__NO_TOTAL;
        if (its == RK__NO_TOTAL) {
            rk__total_others_add(&others, text != NULL ? text : "", text != NULL ? length : 0);
        }
        name = its > name ? its : name;
        first = first && text == NULL;
        if (name == RK__IS_TOTAL) {
            return true;
        }
    }
    return name == RK__PERHAPS_TOTAL &&
           (rk__total_stands(name, &others) || follows_its_own(table, row) ||
            is_declared(table, row) || rk__table_sums_up(table, from, row + 1));
}

/* Whether the numbers of the first row are the sums of those below it ("England", then its
 * regions). */
static bool is_sum_of_those_below(const rk__table *table)
{
    const size_t n = table->n_rows;
    bool some = false;
    if (n < 1 + RK__SUMS_UNNAMED || n < 1 + sums_least(table, 0)) {
        return false;
    }
    for (size_t c = 0; c < table->n_columns; c++) {
        rk_int128 all = 0;
        rk_int128 sum = 0;
        rk_decimal first = 0;
        rk_decimal last = 0;
        bool has_first = false;
        bool has_last = false;
        if (table->columns[c].source < 0 ||
            !add_up(table, (int) c, 0, 1, &all, &first, &has_first) || !has_first ||
            !add_up(table, (int) c, 1, n, &sum, &last, &has_last)) {
            continue;
        }
        if (first != sum + last) {
            return false;
        }
        some = some || first != 0;
    }
    return some;
}

/* A row of a loaded table that looks like a total: called so; or the first or the last, whose
 * numbers are all the sums of the others. -1 if there is none from row `from` on. */
static int64_t total_row_from(const rk__table *table, size_t from, bool *by_name)
{
    *by_name = from > 0 || !is_sum_of_those_below(table);
    if (!*by_name) {
        return 0;
    }
    for (size_t row = from; row < table->n_rows; row++) {
        if (row_says_total(table, from, row)) {
            return (int64_t) row;
        }
    }
    *by_name = false;
    return from < table->n_rows && rk__table_sums_up(table, 0, table->n_rows)
               ? (int64_t) table->n_rows - 1
               : -1;
}

const rk__total_row *rk__table_next_total(const rk__table *table, size_t *cursor, rk__arena *arena)
{
    if (*cursor < table->n_totals) {
        return &table->totals[(*cursor)++];
    }
    bool by_name = false;
    const int64_t row = total_row_from(table, *cursor - table->n_totals, &by_name);
    if (row < 0) {
        return NULL;
    }
    *cursor = table->n_totals + (size_t) row + 1;
    rk__total_row *out = rk__arena_alloc(arena, sizeof *out);
    rk__place place = {0};
    rk__table_place(table, -1, (size_t) row, &place, arena);
    if (out != NULL) {
        *out = (rk__total_row){.file = place.file,
                               .pointer = place.pointer,
                               .line = place.line,
                               .by_name = by_name,
                               .row = (size_t) row + 1};
    }
    return out;
}
