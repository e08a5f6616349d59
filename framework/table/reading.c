/* SPDX-License-Identifier: MIT
 *
 * reading.c: the object "read" of a table: how its files are written.
 */
#include "table/reading.h"

#include <iconv.h>
#include <string.h>

#include "base/nearest.h"
#include "base/problems.h"

typedef struct reading_reader {
    rk__reading *reading;
    rk__arena *arena;
    rk_problems *problems;
    rk_status status; /* the first failure */
} reading_reader;

static void note(reading_reader *reader, rk_status status)
{
    rk__keep_first(&reader->status, status);
}

static void wrong_type(reading_reader *reader, const rk__value *v, const char *what,
                       const char *expected)
{
    note(reader,
         rk__json_problem(reader->problems, v, RK_WRONG_TYPE, NULL, "'%s' must be %s, not %s", what,
                          expected, rk__json_type_name(v)));
}

/* A string; else NULL with a problem. */
static const char *text_of(reading_reader *reader, const rk__value *v, const char *what)
{
    if (v->type != RK__JSON_STRING) {
        wrong_type(reader, v, what, "a string");
        return NULL;
    }
    return v->text;
}

static bool bool_of(reading_reader *reader, const rk__value *v, const char *what)
{
    if (v->type != RK__JSON_BOOL) {
        wrong_type(reader, v, what, "true or false");
        return false;
    }
    return v->truth;
}

/* A whole number from `least` to `most`; else `least` with a problem. */
static uint32_t count_of(reading_reader *reader, const rk__value *v, const char *what,
                         uint32_t least, uint32_t most)
{
    uint32_t count = 0;
    const char *c = v->type == RK__JSON_NUMBER ? v->text : "";
    for (; *c >= '0' && *c <= '9' && count <= most; c++) {
        count = count * 10 + (uint32_t) (*c - '0');
    }
    if (v->type != RK__JSON_NUMBER) {
        wrong_type(reader, v, what, "a number");
        return least;
    }
    if (*c != '\0' || count < least || count > most) {
        note(reader,
             rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                              "'%s' must be a whole number from %u to %u", what, least, most));
        return least;
    }
    return count;
}

/* ---------------------------------------------------------------------- keys */

static void read_encoding(reading_reader *reader, const rk__value *v)
{
    static const char *const usual[] = {"utf-8",        "utf-16",       "utf-16le",
                                        "windows-1252", "iso-8859-1",   "iso-8859-15",
                                        "ibm850",       "windows-1250", NULL};
    const char *name = text_of(reader, v, "encoding");
    if (name == NULL) {
        return;
    }
    /* "//" would begin an option of iconv for characters that it cannot convert. */
    iconv_t converter =
        strchr(name, '/') == NULL && name[0] != '\0' ? iconv_open("UTF-8", name) : (iconv_t) -1;
    if (converter == (iconv_t) -1) {
        const char *near = rk__nearest(name, usual);
        const char *hint = near != NULL
                               ? rk__arena_printf(reader->arena, "did you mean '%s'?", near)
                               : "use a name that iconv knows, such as \"windows-1252\" (iconv -l)";
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, hint,
                                      "there is no encoding '%s'", name));
        return;
    }
    (void) iconv_close(converter);
    reader->reading->encoding = name;
}

static void read_dates(reading_reader *reader, const rk__value *v)
{
    const char *name = text_of(reader, v, "dates");
    if (name == NULL) {
        return;
    }
    if (!rk__date_form_named(name, &reader->reading->dates)) {
        note(reader,
             rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE,
                              "use yyyy-mm-dd, dd/mm/yyyy, mm/dd/yyyy, dd-mmm-yyyy, yyyy/mm/dd, "
                              "dd/mm/yy, mm/dd/yy, dd-mmm-yy, yyyymmdd or excel, with ' hh:mm' "
                              "after it if a time of day is to be ignored",
                              "there is no format of dates '%s'", name));
        return;
    }
    reader->reading->dates_given = true;
}

static void read_total_row(reading_reader *reader, const rk__value *v)
{
    const char *word = text_of(reader, v, "total_row");
    if (word != NULL && strcmp(word, "ignore") != 0) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "'total_row' must be \"ignore\""));
    }
    reader->reading->ignore_total = word != NULL;
}

/* The separator of thousands: a character that cannot otherwise be part of a number. */
static void read_thousands(reading_reader *reader, const rk__value *v, rk__number_form *form)
{
    static const char *const allowed[] = {",", ".", " ", "'", "\u2019", "\u00a0", "\u202f", NULL};
    const char *text = text_of(reader, v, "thousands");
    for (size_t i = 0; text != NULL && allowed[i] != NULL; i++) {
        if (strcmp(text, allowed[i]) == 0) {
            form->thousands = text;
            return;
        }
    }
    if (text != NULL) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "'thousands' must be \",\", \".\", \" \" or \"'\""));
    }
}

static void read_decimal(reading_reader *reader, const rk__value *v, rk__number_form *form)
{
    const char *text = text_of(reader, v, "decimal");
    if (text != NULL && strcmp(text, ".") != 0 && strcmp(text, ",") != 0) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "'decimal' must be \".\" or \",\""));
    } else if (text != NULL) {
        form->decimal = text[0];
    }
}

static void read_currency(reading_reader *reader, const rk__value *v, rk__number_form *form)
{
    const char *text = text_of(reader, v, "currency");
    if (text != NULL && (text[0] == '\0' || strpbrk(text, "0123456789.,-+()") != NULL)) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "'currency' must be a sign such as \"£\" or \"GBP\""));
    } else {
        form->currency = text;
    }
}

static void read_numbers(reading_reader *reader, const rk__value *v)
{
    static const char *const keys[] = {"thousands", "decimal", "currency", "brackets", NULL};
    rk__number_form *form = rk__arena_alloc(reader->arena, sizeof *form);
    if (v->type != RK__JSON_OBJECT || form == NULL) {
        if (form == NULL) {
            note(reader, RK_NO_MEMORY);
        } else {
            wrong_type(reader, v, "numbers", "an object");
        }
        return;
    }
    *form = (rk__number_form){.decimal = '.'};
    note(reader, rk__json_only_keys(v, keys, reader->problems));
    for (const rk__value *m = v->first; m != NULL; m = m->next) {
        if (!rk__json_given(m)) {
            continue;
        }
        if (strcmp(m->key, "thousands") == 0) {
            read_thousands(reader, m, form);
        } else if (strcmp(m->key, "decimal") == 0) {
            read_decimal(reader, m, form);
        } else if (strcmp(m->key, "currency") == 0) {
            read_currency(reader, m, form);
        } else if (strcmp(m->key, "brackets") == 0) {
            form->brackets = bool_of(reader, m, "brackets");
        }
    }
    if (form->thousands != NULL && form->thousands[0] == form->decimal) {
        note(reader, rk__json_problem(reader->problems, v, RK_CONFLICT,
                                      "write {\"thousands\": \".\", \"decimal\": \",\"}",
                                      "'thousands' and 'decimal' are the same"));
    }
    reader->reading->numbers = form;
}

static void read_blank(reading_reader *reader, const rk__value *v)
{
    const bool one = v->type == RK__JSON_STRING;
    if (!one && v->type != RK__JSON_ARRAY) {
        wrong_type(reader, v, "blank", "a list of texts");
        return;
    }
    const char **texts = rk__arena_alloc(reader->arena, (v->count + 2) * sizeof *texts);
    if (texts == NULL) {
        note(reader, RK_NO_MEMORY);
        return;
    }
    for (const rk__value *m = one ? v : v->first; m != NULL; m = one ? NULL : m->next) {
        const char *text = text_of(reader, m, "blank");
        if (text != NULL) {
            texts[reader->reading->n_blank++] = text;
        }
    }
    reader->reading->blank = texts;
}

static void read_text_form(reading_reader *reader, const rk__value *v, rk__text_form *form)
{
    if (strcmp(v->key, "trim") == 0) {
        form->trim_given = true;
        form->trim = bool_of(reader, v, "trim");
        return;
    }
    const char *word = text_of(reader, v, "case");
    if (word != NULL && strcmp(word, "upper") != 0 && strcmp(word, "lower") != 0) {
        note(reader, rk__json_problem(reader->problems, v, RK_OUT_OF_RANGE, NULL,
                                      "'case' must be \"upper\" or \"lower\""));
    } else if (word != NULL) {
        form->letters = word[0];
    }
}

/* {"trim": true, "case": "upper"}, and the same by column: {"hrg": {"case": "upper"}}. */
static void read_texts(reading_reader *reader, const rk__value *v)
{
    static const char *const keys[] = {"trim", "case", NULL};
    rk__reading *reading = reader->reading;
    if (v->type != RK__JSON_OBJECT) {
        wrong_type(reader, v, "text", "an object");
        return;
    }
    rk__text_form *forms = rk__arena_alloc(reader->arena, (v->count + 1) * sizeof *forms);
    if (forms == NULL) {
        note(reader, RK_NO_MEMORY);
        return;
    }
    forms[0] = (rk__text_form){0};
    reading->texts = forms;
    reading->n_texts = 1;
    for (const rk__value *m = v->first; m != NULL; m = m->next) {
        if (m->type == RK__JSON_OBJECT) {
            rk__text_form *form = &forms[reading->n_texts++];
            *form = (rk__text_form){.column = m->key};
            note(reader, rk__json_only_keys(m, keys, reader->problems));
            for (const rk__value *k = m->first; k != NULL; k = k->next) {
                read_text_form(reader, k, form);
            }
        } else if (strcmp(m->key, "trim") == 0 || strcmp(m->key, "case") == 0) {
            read_text_form(reader, m, &forms[0]);
        } else {
            note(reader, rk__json_key_problem(
                             reader->problems, m, RK_UNKNOWN_KEY,
                             "write {\"trim\": true, \"case\": \"upper\"}, or such an object for a "
                             "column: {\"hrg\": {\"case\": \"upper\"}}",
                             "'text' has no key '%s'", m->key));
        }
    }
}

static void read_key(reading_reader *reader, const rk__value *v)
{
    rk__reading *reading = reader->reading;
    if (strcmp(v->key, "encoding") == 0) {
        read_encoding(reader, v);
    } else if (strcmp(v->key, "header_row") == 0) {
        reading->header_row = count_of(reader, v, "header_row", 1, 1000000);
    } else if (strcmp(v->key, "skip_footer") == 0) {
        reading->skip_footer = count_of(reader, v, "skip_footer", 0, RK__MOST_FOOTER);
    } else if (strcmp(v->key, "total_row") == 0) {
        read_total_row(reader, v);
    } else if (strcmp(v->key, "dates") == 0) {
        read_dates(reader, v);
    } else if (strcmp(v->key, "numbers") == 0) {
        read_numbers(reader, v);
    } else if (strcmp(v->key, "blank") == 0) {
        read_blank(reader, v);
    } else if (strcmp(v->key, "text") == 0) {
        read_texts(reader, v);
    }
}

rk_status rk__reading_read(const rk__value *v, rk__arena *arena, const rk__reading **out,
                           const rk__value **delimiter, rk_problems *problems)
{
    static const char *const keys[] = {"encoding",  "header_row", "skip_footer", "total_row",
                                       "dates",     "numbers",    "blank",       "text",
                                       "delimiter", NULL};
    *out = NULL;
    *delimiter = NULL;
    if (v->type != RK__JSON_OBJECT) {
        return rk__json_problem(problems, v, RK_WRONG_TYPE,
                                "write \"read\": {\"dates\": \"dd/mm/yyyy\"}",
                                "'read' must be an object, not %s", rk__json_type_name(v));
    }
    rk__reading *reading = rk__arena_alloc(arena, sizeof *reading);
    if (reading == NULL) {
        return RK_NO_MEMORY;
    }
    *reading = (rk__reading){0};
    reading_reader reader = {.reading = reading, .arena = arena, .problems = problems};
    note(&reader, rk__json_only_keys(v, keys, problems));
    for (const rk__value *m = v->first; m != NULL; m = m->next) {
        if (rk__json_given(m)) {
            read_key(&reader, m);
        }
    }
    const rk__value *given = rk__json_get(v, "delimiter");
    *delimiter = rk__json_given(given) ? given : NULL;
    *out = reading;
    return reader.status;
}
