/* SPDX-License-Identifier: MIT
 *
 * columns.c: what the columns of a file hold, and how to declare it.
 *
 * The file is passed over twice: once to count what its cells look like, and once to read them by
 * the declaration that follows from that, with the same functions that read tables. So the rows
 * that are said not to fit are those that an evaluation would refuse.
 */
#include <string.h>
#include <xxhash.h>

#include "base/dict.h"
#include "base/text.h"
#include "inspect/inspect.h"
#include "table/column.h"
#include "table/columns.h"

typedef struct looker {
    rk__inspection *in;
    char *scratch;
    size_t scratch_capacity;
    rk__dict *seen; /* digests of records */
    bool no_memory;
} looker;

static void note_line(rk__lines *lines, uint32_t line)
{
    if (lines->n < RK__SHOWN_LINES) {
        lines->first[lines->n] = line;
    }
    lines->n++;
}

/* The value of a field; NULL if out of memory. */
static const char *value_of(looker *l, const rk__csv_field *field, size_t *length)
{
    const char *text = field->text;
    *length = field->length;
    if (rk__grow((void **) &l->scratch, &l->scratch_capacity, RK__CELL_SCRATCH(field->length), 1) !=
        0) {
        l->no_memory = true;
        return NULL;
    }
    rk__csv_value(&text, length, l->scratch);
    return text;
}

/* ------------------------------------------------------------- the first pass */

static void note_dates(rk__looked_column *c, const char *text, size_t length)
{
    if (length > 40 || text[0] < '0' || text[0] > '9') {
        return;
    }
    for (int order = RK__DATES_ISO; order <= RK__DATES_EXCEL; order++) {
        rk_date date;
        const char *why = NULL;
        const rk__date_form day = {.order = (rk__date_order) order};
        const rk__date_form time = {.order = (rk__date_order) order, .time = true};
        const bool is_day = rk__date_read(day, text, length, &date, &why);
        if (is_day || rk__date_read(time, text, length, &date, &why)) {
            /* A number is a date only of the years that activity is from. */
            const bool digits = order == RK__DATES_COMPACT || order == RK__DATES_EXCEL;
            c->dates[order] += !digits || (date.year >= 1980 && date.year < 2080);
            c->timed += !is_day;
        }
    }
}

static void note_letters(rk__looked_column *c, const char *text, size_t length)
{
    bool upper = false;
    bool lower = false;
    for (size_t i = 0; i < length; i++) {
        upper = upper || (text[i] >= 'A' && text[i] <= 'Z');
        lower = lower || (text[i] >= 'a' && text[i] <= 'z');
    }
    c->upper += upper && !lower;
    c->lower += lower;
}

static void note_blank(rk__looked_column *c, const char *word)
{
    size_t i = 0;
    while (i < c->n_blank && c->blank[i] != word) {
        i++;
    }
    if (i == c->n_blank && i < sizeof c->blank / sizeof *c->blank) {
        c->blank[c->n_blank++] = word;
    }
}

static void merge_number(rk__seen_number *to, const rk__seen_number *from)
{
    to->thousands_comma |= from->thousands_comma;
    to->thousands_point |= from->thousands_point;
    to->thousands_space |= from->thousands_space;
    to->thousands_quote |= from->thousands_quote;
    to->decimal_comma |= from->decimal_comma;
    to->decimal_point |= from->decimal_point;
    to->brackets |= from->brackets;
    to->minus_after |= from->minus_after;
    to->currency = from->currency != NULL ? from->currency : to->currency;
}

static void look_at_cell(rk__looked_column *c, const char *text, size_t length, uint32_t line)
{
    static const rk__reading trimming = {.n_texts = 0};
    const rk__cell_reader trim = {.reading = &trimming, .trim = true};
    const char *inner = text;
    size_t n = length;
    const char *why = NULL;
    rk__seen_number seen;
    (void) rk__cell_read(&trim, &inner, &n, NULL, &why);
    if (inner == NULL) {
        return;
    }
    const char *word = rk__looks_blank(inner, n);
    if (word != NULL) {
        note_blank(c, word);
        return;
    }
    c->filled++;
    c->padded += n != length;
    if (rk__cell_is_mangled(inner, n)) {
        note_line(&c->mangled, line);
    }
    if (rk__looks_number(inner, n, &seen)) {
        c->numbers++;
        merge_number(&c->number, &seen);
    }
    note_dates(c, inner, n);
    note_letters(c, inner, n);
}

static bool look_at_record(void *ctx, const rk__csv_record *record)
{
    looker *l = ctx;
    rk__inspection *in = l->in;
    if (record->fault != RK__CSV_OK || record->n_fields != in->sample.n_fields) {
        in->ragged_rows++;
        note_line(&in->ragged, record->line);
        return true;
    }
    in->rows++;
    for (size_t i = 0; i < record->n_fields; i++) {
        size_t length = 0;
        const char *text = value_of(l, &record->field[i], &length);
        if (text == NULL) {
            return false;
        }
        look_at_cell(&in->columns[i], text, length, record->line);
    }
    const rk__csv_field *last = &record->field[record->n_fields - 1];
    const size_t bytes = (size_t) (last->text + last->length - record->field[0].text);
    const uint64_t digest = XXH3_64bits(record->field[0].text, bytes);
    const int32_t known = rk__dict_count(l->seen);
    const int32_t code = rk__dict_intern(l->seen, (const char *) &digest, sizeof digest);
    if (code < 0) {
        l->no_memory = true;
        return false;
    }
    if (code < known) {
        note_line(&in->duplicates, record->line);
    }
    return true;
}

/* ------------------------------------------------------------- what follows */

/* Nearly all of a column's cells. */
static bool nearly_all(uint64_t n, uint64_t filled)
{
    return n > 0 && n >= filled - filled / 20;
}

/* Whether a column is of a kind, by its cells that are: most of them if the rule asks for it. */
static bool is_look(const rk__looked_column *c, rk__column_look look, uint64_t cells)
{
    return nearly_all(cells, c->filled) ||
           (c->asked == look && cells > 0 && cells * 2 >= c->filled);
}

static bool is_called_date(const rk__looked_column *c)
{
    return (c->field != NULL && strcmp(c->field, "date") == 0) ||
           strcasestr(c->name, "date") != NULL;
}

static void choose_dates(rk__looked_column *c)
{
    rk__date_order best = RK__DATES_ISO;
    for (int order = RK__DATES_ISO; order <= RK__DATES_EXCEL; order++) {
        const bool digits = order == RK__DATES_COMPACT || order == RK__DATES_EXCEL;
        if (c->dates[order] > c->dates[best] && (!digits || is_called_date(c))) {
            best = (rk__date_order) order;
        }
    }
    if (!is_look(c, RK__LOOKS_DATE, c->dates[best])) {
        return;
    }
    c->look = RK__LOOKS_DATE;
    c->form = (rk__date_form){.order = best, .time = c->timed > 0};
    c->ambiguous = (best == RK__DATES_DAY_FIRST &&
                    c->dates[RK__DATES_DAY_FIRST] == c->dates[RK__DATES_MONTH_FIRST]) ||
                   (best == RK__DATES_DAY_FIRST_SHORT &&
                    c->dates[best] == c->dates[RK__DATES_MONTH_FIRST_SHORT]);
}

static void choose_look(rk__looked_column *c)
{
    if (c->filled == 0) {
        return;
    }
    c->look = RK__LOOKS_TEXT;
    choose_dates(c);
    if (c->look == RK__LOOKS_TEXT && !c->key && is_look(c, RK__LOOKS_NUMBER, c->numbers)) {
        c->look = RK__LOOKS_NUMBER;
    }
}

/* Whether what a column holds matters: if a rule is known, only what it reads does. */
static bool matters(const rk__inspection *in, const rk__looked_column *c)
{
    return in->rule == NULL || c->field != NULL;
}

static void declare_numbers(rk__inspection *in)
{
    rk__seen_number seen = {0};
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        if (in->columns[i].look == RK__LOOKS_NUMBER && matters(in, &in->columns[i])) {
            merge_number(&seen, &in->columns[i].number);
        }
    }
    rk__number_form *form = &in->numbers;
    const bool comma = seen.decimal_comma && !seen.decimal_point;
    form->decimal = comma ? ',' : '.';
    form->thousands = comma && seen.thousands_point    ? "."
                      : !comma && seen.thousands_comma ? ","
                      : seen.thousands_space           ? " "
                      : seen.thousands_quote           ? "'"
                                                       : NULL;
    form->currency = seen.currency;
    form->brackets = seen.brackets;
    if (comma || form->thousands != NULL || form->currency != NULL || form->brackets ||
        seen.minus_after) {
        in->reading.numbers = form;
    }
}

static void declare_blanks(rk__inspection *in)
{
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        for (size_t k = 0; matters(in, c) && k < c->n_blank; k++) {
            bool known = false;
            for (size_t b = 0; b < in->reading.n_blank; b++) {
                known = known || in->blank[b] == c->blank[k];
            }
            if (!known && in->reading.n_blank < sizeof in->blank / sizeof *in->blank) {
                in->blank[in->reading.n_blank++] = c->blank[k];
            }
        }
    }
    in->reading.blank = in->blank;
}

static void declare_texts(rk__inspection *in)
{
    size_t n = 1;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        in->texts[0].trim |= c->padded > 0 && matters(in, c);
        if (c->key && c->look == RK__LOOKS_TEXT && c->lower > 0 && c->upper > c->lower) {
            in->texts[n++] = (rk__text_form){.column = c->field, .letters = 'u'};
        }
    }
    in->texts[0].trim_given = in->texts[0].trim;
    in->reading.texts = in->texts;
    in->reading.n_texts = n > 1 || in->texts[0].trim ? n : 0;
}

static void declare_all(rk__inspection *in)
{
    rk__reading *reading = &in->reading;
    reading->encoding = in->sample.encoding;
    reading->header_row = in->sample.header_first ? 0 : in->sample.header_line;
    reading->skip_footer = in->sample.footer;
    reading->ignore_total = in->sample.total_line > 0;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        const bool plain = c->form.order == RK__DATES_ISO && !c->form.time;
        if (c->look == RK__LOOKS_DATE && c->field != NULL && strcmp(c->field, "date") == 0) {
            reading->dates = c->form;
            reading->dates_given = !plain && !c->ambiguous;
        }
    }
    declare_numbers(in);
    declare_blanks(in);
    declare_texts(in);
}

/* ------------------------------------------------------------ the second pass */

static bool fits(looker *l, const rk__looked_column *c, const rk__csv_field *field)
{
    const rk__cell_use use = c->look == RK__LOOKS_NUMBER ? RK__USE_NUMBER
                             : c->look == RK__LOOKS_DATE ? RK__USE_DATE
                                                         : RK__USE_TEXT;
    rk__reading own = l->in->reading;
    const char *why = NULL;
    size_t length = 0;
    const char *text = value_of(l, field, &length);
    own.dates = c->form;
    const rk__cell_reader reader =
        rk__cell_reader_of(&own, c->field != NULL ? c->field : c->name, use);
    if (text == NULL || rk__cell_is_blank(text, length)) {
        return true;
    }
    if (rk__cell_read(&reader, &text, &length, l->scratch, &why) != RK_OK) {
        return false;
    }
    int64_t v = 0;
    return text == NULL || use != RK__USE_NUMBER ||
           rk__cell_convert(RK__CELL_RATIO, text, length, &v, &why) == RK_OK ||
           strcmp(why, "has more than six decimal places") == 0;
}

static bool read_record(void *ctx, const rk__csv_record *record)
{
    looker *l = ctx;
    if (record->fault != RK__CSV_OK || record->n_fields != l->in->sample.n_fields) {
        return true;
    }
    for (size_t i = 0; i < record->n_fields; i++) {
        rk__looked_column *c = &l->in->columns[i];
        if ((c->look == RK__LOOKS_NUMBER || c->look == RK__LOOKS_DATE) &&
            !fits(l, c, &record->field[i])) {
            note_line(&c->misfits, record->line);
        }
    }
    return !l->no_memory;
}

rk_status rk__inspect_columns(rk__inspection *in)
{
    looker l = {.in = in, .seen = rk__dict_new()};
    rk_status status = l.seen != NULL ? RK_OK : RK_NO_MEMORY;
    in->texts = rk__arena_alloc(&in->sample.arena, (in->sample.n_fields + 2) * sizeof *in->texts);
    if (in->texts == NULL) {
        status = RK_NO_MEMORY;
    }
    if (status == RK_OK) {
        status = rk__sample_each(&in->sample, look_at_record, &l);
    }
    for (size_t i = 0; i < in->sample.n_fields && status == RK_OK; i++) {
        choose_look(&in->columns[i]);
    }
    if (status == RK_OK) {
        declare_all(in);
        status = rk__sample_each(&in->sample, read_record, &l);
    }
    rk__dict_free(l.seen);
    rk__free(l.scratch);
    return l.no_memory ? RK_NO_MEMORY : status;
}
