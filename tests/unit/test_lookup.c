/* SPDX-License-Identifier: MIT
 *
 * test_lookup.c: finding a row by its key: found, not found and could not look are three outcomes.
 */
#include "table/lookup.h"
#include "table/spec.h"
#include "table/table.h"
#include "unit.h"

#define TABLES 4

static rk_problems *problems;
static rk__arena arena;
static struct {
    rk__json *document;
    rk__table_spec spec;
    rk__table *table;
    rk__lookup *lookup;
} held[TABLES];

static void begin(void)
{
    problems = rk_problems_new();
}

static void end(void)
{
    for (size_t i = 0; i < TABLES; i++) {
        rk__lookup_free(held[i].lookup);
        rk__table_free(held[i].table);
        rk__json_free(held[i].document);
    }
    rk__arena_dispose(&arena);
    rk_problems_free(problems);
}

/* Loads a table, written with ' for ". */
static rk__table *table_of(size_t i, const char *json)
{
    json = json_text(json);
    ck_assert_int_eq(rk__json_parse(json, strlen(json), "t.json", &held[i].document, problems),
                     RK_OK);
    ck_assert_int_eq(rk__table_spec_read(rk__json_root(held[i].document), "prices", NULL, &arena,
                                         &held[i].spec, problems),
                     RK_OK);
    ck_assert_int_eq(rk__table_load(&held[i].spec, NULL, false, &held[i].table, problems), RK_OK);
    return held[i].table;
}

static rk__lookup *lookup_of(size_t i, const char *json)
{
    rk__table *table = table_of(i, json);
    ck_assert_int_eq(rk__lookup_new(table, NULL, NULL, &held[i].lookup, problems), RK_OK);
    return held[i].lookup;
}

typedef rk_status find_row(rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                           uint32_t *row);

static rk_status exactly(rk__lookup *lookup, const char *const *parts, const size_t *lengths,
                         uint32_t *row)
{
    return rk__lookup_find(lookup, parts, lengths, row);
}

/* The row of a key of two parts, which may be NULL. */
static uint32_t found(find_row *find, rk__lookup *lookup, const char *a, const char *b)
{
    const char *const parts[] = {a, b};
    const size_t lengths[] = {a != NULL ? strlen(a) : 0, b != NULL ? strlen(b) : 0};
    uint32_t row = 99;
    ck_assert_int_eq(find(lookup, parts, lengths, &row), RK_OK);
    return row;
}

static const char *said(void)
{
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    return rk_problems_at(problems, 0)->message;
}

/* Calls until it has enough memory, with one allocation failing and with all after it failing too;
 * before that it has to say RK_NO_MEMORY. */
#define STARVED(status, call, undo)                                               \
    for (int ever = 0; ever < 2; ever++) {                                        \
        (status) = RK_NO_MEMORY;                                                  \
        for (long nth = 0; (status) != RK_OK; nth++) {                            \
            ck_assert_int_lt(nth, 200);                                           \
            (void) (ever ? rk__alloc_fail_after(nth) : rk__alloc_fail_once(nth)); \
            (status) = (call);                                                    \
            (void) rk__alloc_fail_after(-1);                                      \
            ck_assert((status) == RK_OK || (status) == RK_NO_MEMORY);             \
            undo;                                                                 \
        }                                                                         \
    }

#define PRICES                                                                              \
    "{'key': ['hrg', 'pod'], 'rows': [{'hrg': 'A', 'pod': 'EL', 'price': '10', 'n': 'x'}, " \
    "{'hrg': 'AE', 'pod': 'L', 'price': '20'}, {'hrg': 'B', 'pod': 'EL', 'price': ''}]}"

/* --------------------------------------------------------------------- values */

START_TEST(test_lookup__reads_each_type_of_column_as_cells_of_its_own_type)
{
    static const struct {
        rk_column_type of;
        rk__cell_type is;
    } types[] = {{RK_COLUMN_DECIMAL, RK__CELL_DECIMAL}, {RK_COLUMN_INTEGER, RK__CELL_INTEGER},
                 {RK_COLUMN_BOOL, RK__CELL_BOOL},       {RK_COLUMN_RATIO, RK__CELL_RATIO},
                 {RK_COLUMN_DATE, RK__CELL_DATE},       {RK_COLUMN_FACTOR, RK__CELL_FACTOR},
                 {RK_COLUMN_CHOICE, RK__CELL_TEXT},     {RK_COLUMN_TEXT, RK__CELL_TEXT},
                 {RK_COLUMN_ROW, RK__CELL_TEXT},        {(rk_column_type) 99, RK__CELL_TEXT}};
    for (int i = 0; i < COUNT(types); i++) {
        ck_assert_int_eq(rk__cell_type_of(types[i].of), types[i].is);
    }
}
END_TEST

START_TEST(test_lookup__knows_words_by_all_their_letters)
{
    static const char *const words[] = {"day", "night", "dusk", NULL};
    ck_assert_int_eq(rk__choice_of(words, "day", 3), 1);
    ck_assert_int_eq(rk__choice_of(words, "dusky", 4), 3);
    ck_assert_int_eq(rk__choice_of(words, "dawn", 4), 0);
    ck_assert_int_eq(rk__choice_of(words, "da", 2), 0);
    ck_assert_int_eq(rk__choice_of(NULL, "day", 3), 0);
}
END_TEST

START_TEST(test_lookup__takes_defaults_that_a_rule_has)
{
    static const char *const words[] = {"day", "night", NULL};
    static const struct {
        rk_column_type type;
        const char *text;
        bool has;
        int64_t v;
    } defaults[] = {{RK_COLUMN_INTEGER, NULL, false, 0}, {RK_COLUMN_TEXT, "x", false, 0},
                    {RK_COLUMN_ROW, "1", false, 0},      {RK_COLUMN_CHOICE, "night", true, 2},
                    {RK_COLUMN_INTEGER, "7", true, 7},   {RK_COLUMN_INTEGER, "many", false, 0}};
    for (int i = 0; i < COUNT(defaults); i++) {
        int64_t v = 99;
        bool has = !defaults[i].has;
        rk__default_of(defaults[i].type, defaults[i].text, words, &v, &has);
        ck_assert_int_eq(has, defaults[i].has);
        ck_assert(!has || v == defaults[i].v);
    }
}
END_TEST

/* --------------------------------------------------------------------- finding */

START_TEST(test_lookup_find__finds_a_key_by_each_of_its_parts)
{
    rk__lookup *l = lookup_of(0, PRICES);
    ck_assert_uint_eq(found(exactly, l, "A", "EL"), 1);
    ck_assert_uint_eq(found(exactly, l, "AE", "L"), 2);
    ck_assert_uint_eq(found(exactly, l, "B", "EL"), 3);
    ck_assert_uint_eq(found(exactly, l, "B", "L"), 0);
    ck_assert_uint_eq(found(exactly, l, "A", NULL), 0);
    ck_assert_uint_eq(found(exactly, l, NULL, "EL"), 0);
    ck_assert_str_eq(rk__lookup_origin(l), "the contract's facts");
    ck_assert_str_eq(rk__lookup_name(l), "prices");
    ck_assert_uint_eq(rk__lookup_n_rows(l), 3);
    ck_assert_ptr_eq(rk__lookup_table(l), held[0].table);
    rk__lookup_free(NULL);
}
END_TEST

START_TEST(test_lookup_find__says_that_it_could_not_look)
{
    static const char *const parts[] = {"B", "EL"};
    static const size_t lengths[] = {1, 2};
    rk__lookup *l = lookup_of(0, PRICES);
    rk_status status = RK_OK;
    uint32_t row = 99;
    STARVED(status, rk__lookup_find(l, parts, lengths, &row),
            ck_assert_uint_eq(row, status == RK_OK ? 3 : 0))
    STARVED(status, rk__lookup_find_folded(l, parts, lengths, &row),
            ck_assert_uint_eq(row, status == RK_OK ? 3 : 0))
}
END_TEST

START_TEST(test_lookup_find_row__takes_the_key_from_cells_of_the_same_names)
{
    rk__lookup *l = lookup_of(0, PRICES);
    rk__table *rows = table_of(1, "[{'pod': 'EL', 'hrg': 'B'}, {'pod': 'EL'}]");
    rk__table *others = table_of(2, "[{'pod': 'EL'}]");
    uint32_t row = 99;
    ck_assert_int_eq(rk__lookup_find_row(l, rows, 0, &row), RK_OK);
    ck_assert_uint_eq(row, 3);
    ck_assert_int_eq(rk__lookup_find_row(l, rows, 1, &row), RK_OK);
    ck_assert_uint_eq(row, 0);
    ck_assert_int_eq(rk__lookup_find_row(l, others, 0, &row), RK_OK);
    ck_assert_uint_eq(row, 0);
}
END_TEST

START_TEST(test_lookup_new__takes_rows_of_its_period_where_there_are_periods)
{
    static const char *const rows =
        "{'key': ['hrg'], 'rows': [{'hrg': 'A', 'period': 'y1'}, {'hrg': 'A', 'period': 'y2'}, "
        "{'hrg': 'B', 'period': 'y3'}, {'hrg': 'C'}, {'hrg': 'D', 'period': 'y'}]}";
    rk__table *table = table_of(0, rows);
    ck_assert_int_eq(rk__lookup_new(table, "ntps", "y2", &held[0].lookup, problems), RK_OK);
    ck_assert_str_eq(rk__lookup_origin(held[0].lookup), "tariff ntps");
    ck_assert_uint_eq(found(exactly, held[0].lookup, "A", NULL), 2);
    ck_assert_uint_eq(found(exactly, held[0].lookup, "B", NULL), 0);
    ck_assert_uint_eq(found(exactly, held[0].lookup, "C", NULL), 0);
    ck_assert_uint_eq(found(exactly, held[0].lookup, "D", NULL), 0);
    rk__table *plain = table_of(1, PRICES);
    ck_assert_int_eq(rk__lookup_new(plain, NULL, "y2", &held[1].lookup, problems), RK_OK);
    ck_assert_uint_eq(found(exactly, held[1].lookup, "B", "EL"), 3);
}
END_TEST

START_TEST(test_lookup_new__refuses_what_cannot_be_found_by_one_key)
{
    static const struct {
        const char *table, *says;
        rk_status status;
    } bad[] = {
        {"{'rows': [{'hrg': 'A'}]}", "is looked up and has no 'key'", RK_MISSING_KEY},
        {"{'key': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'], 'rows': []}",
         "has more than eight key columns", RK_LIMIT},
        {"{'key': ['hrg'], 'rows': [{'hrg': 'A'}, {'hrg': 'B'}, {'hrg': 'A'}]}",
         "rows 1 and 3 of table 'prices' have the same key", RK_DUPLICATE_KEY},
    };
    for (size_t i = 0; i < 3; i++) {
        rk__table *table = table_of(i, bad[i].table);
        rk_problems_clear(problems);
        ck_assert_int_eq(rk__lookup_new(table, NULL, NULL, &held[i].lookup, problems),
                         bad[i].status);
        ck_assert_ptr_null(held[i].lookup);
        assert_says(said(), bad[i].says);
    }
    /* As a table that a host made, which has no place in a document. */
    rk__table_spec made = held[0].spec;
    made.at = NULL;
    rk__table_free(held[0].table);
    ck_assert_int_eq(rk__table_load(&made, NULL, false, &held[0].table, problems), RK_OK);
    rk_problems_clear(problems);
    ck_assert_int_eq(rk__lookup_new(held[0].table, NULL, NULL, &held[0].lookup, problems),
                     RK_MISSING_KEY);
    assert_says(said(), "has no 'key'");
}
END_TEST

START_TEST(test_lookup_new__says_that_memory_ran_out)
{
    rk__table *table = table_of(0, PRICES);
    rk_status status = RK_OK;
    for (int i = 0; i < 2; i++) {
        STARVED(status,
                rk__lookup_new(table, i == 0 ? NULL : "ntps", NULL, &held[0].lookup, problems),
                ck_assert((held[0].lookup != NULL) == (status == RK_OK));
                rk__lookup_free(held[0].lookup); held[0].lookup = NULL)
    }
    ck_assert_uint_eq(rk_problems_count(problems), 0);
}
END_TEST

/* --------------------------------------------- regardless of case and blanks */

START_TEST(test_lookup_find_folded__finds_what_is_meant_unless_two_could_be)
{
    rk__lookup *l = lookup_of(
        0,
        "{'key': ['hrg', 'pod'], 'rows': [{'hrg': 'a 1', 'pod': 'EL'}, {'hrg': 'B', 'pod': 'EL'}, "
        "{'hrg': 'b', 'pod': 'e l'}, {'hrg': '\xc3\xa9', 'pod': 'EL'}]}");
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "A1", "el"), 1);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "A\t1", "e\xc2\xa0l"), 1);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "B", "EL"), 0); /* two */
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "\xc3\xa9", "EL"), 4);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "\xc2", "EL"), 0);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "\xc2 ", "EL"), 0);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "`{", "EL"), 0);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, "A1", NULL), 0);
    ck_assert_uint_eq(found(rk__lookup_find_folded, l, NULL, "EL"), 0);
}
END_TEST

START_TEST(test_lookup_find_folded__can_be_asked_again_after_memory_ran_out)
{
    static const char *const parts[] = {"b", "el"};
    static const size_t lengths[] = {1, 2};
    rk_status status = RK_OK;
    uint32_t row = 99;
    for (long n = 0; row != 3; n++) {
        ck_assert_int_lt(n, 50);
        rk__lookup_free(held[0].lookup);
        rk__table_free(held[0].table);
        rk__json_free(held[0].document);
        rk__lookup *l = lookup_of(0, PRICES);
        (void) rk__alloc_fail_once(n);
        status = rk__lookup_find_folded(l, parts, lengths, &row);
        (void) rk__alloc_fail_after(-1);
        ck_assert_uint_eq(row, status == RK_OK ? 3 : 0);
        ck_assert_uint_eq(found(rk__lookup_find_folded, l, "b", "el"), 3);
    }
}
END_TEST

/* --------------------------------------------------------------------- columns */

START_TEST(test_lookup_column_of__has_an_entry_for_a_row_that_is_not_there)
{
    static const char *const words[] = {"10", "20", NULL};
    rk__lookup *l = lookup_of(0, PRICES);
    const int at = rk__table_find(held[0].table, "price");
    const rk__lookup_column *prices = NULL, *again = NULL, *bare = NULL, *chosen = NULL;
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_INTEGER, "5", NULL, &prices, problems),
                     RK_OK);
    static const int64_t expected[] = {5, 10, 20, 5};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(prices->v[i], expected[i]);
        ck_assert(prices->has[i]);
    }
    const char five[] = {'5', '\0'};
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_INTEGER, five, NULL, &again, problems),
                     RK_OK);
    ck_assert_ptr_eq(again, prices);
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_INTEGER, NULL, NULL, &bare, problems),
                     RK_OK);
    ck_assert_ptr_ne(bare, prices);
    ck_assert(!bare->has[0] && bare->has[1] && bare->has[2] && !bare->has[3]);
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_INTEGER, NULL, NULL, &again, problems),
                     RK_OK);
    ck_assert_ptr_eq(again, bare);
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_INTEGER, "6", NULL, &again, problems),
                     RK_OK);
    ck_assert_int_eq(again->v[3], 6);
    ck_assert_int_eq(rk__lookup_column_of(l, at, RK_COLUMN_CHOICE, NULL, words, &chosen, problems),
                     RK_OK);
    ck_assert_int_eq(chosen->v[2], 2);
    ck_assert(!chosen->has[3]);
    ck_assert_int_eq(
        rk__lookup_column_of(l, at, RK_COLUMN_CHOICE, NULL, words + 1, &again, problems), RK_OK);
    ck_assert_int_eq(again->v[1], 0);
    ck_assert_int_eq(again->v[2], 1);
}
END_TEST

START_TEST(test_lookup_column_of__says_which_cell_is_of_another_type)
{
    rk__lookup *l = lookup_of(0, PRICES);
    const rk__lookup_column *out = NULL;
    ck_assert_int_eq(rk__lookup_column_of(l, rk__table_find(held[0].table, "n"), RK_COLUMN_INTEGER,
                                          NULL, NULL, &out, problems),
                     RK_WRONG_TYPE);
    ck_assert_ptr_null(out);
    assert_says(said(), "n");
}
END_TEST

START_TEST(test_lookup_column_of__keeps_nothing_when_memory_ran_out)
{
    rk__lookup *l = lookup_of(0, PRICES);
    const rk__lookup_column *out = NULL;
    rk_status status = RK_OK;
    const int at = rk__table_find(held[0].table, "price");
    char defaults[40][4]; /* so many that the memory for what is kept has to grow */
    for (int i = 0; i < 40; i++) {
        (void) snprintf(defaults[i], sizeof defaults[i], "%d", i);
        STARVED(status,
                rk__lookup_column_of(l, at, ever ? RK_COLUMN_INTEGER : RK_COLUMN_DECIMAL,
                                     defaults[i], NULL, &out, problems),
                ck_assert(status != RK_OK || out->has[3]))
    }
    ck_assert_int_eq(out->v[3], 39);
}
END_TEST

/* ----------------------------------------------------------- several tariffs */

#define OLD                                                                                    \
    "{'key': ['hrg'], 'rows': [{'hrg': 'A', 'price': '1', 'top': '7'}, {'hrg': 'B', 'price': " \
    "'2'}]}"
#define NEW "{'key': ['hrg'], 'rows': [{'hrg': 'B', 'price': '3'}, {'hrg': 'a', 'price': '4'}]}"

static rk__lookup *stack_of_two(void)
{
    static const char *const ids[] = {"old", "none", "new"};
    rk__lookup *const parts[] = {lookup_of(0, OLD), NULL, lookup_of(1, NEW)};
    ck_assert_int_eq(rk__lookup_stack(parts, ids, 3, &held[3].lookup, problems), RK_OK);
    return held[3].lookup;
}

START_TEST(test_lookup_stack__finds_the_row_of_the_tariff_that_the_last_key_names)
{
    rk__lookup *l = stack_of_two();
    ck_assert_uint_eq(rk__lookup_n_keys(l), 2);
    ck_assert_str_eq(rk__lookup_key(l, 1), "tariff");
    ck_assert_uint_eq(rk__lookup_n_rows(l), 4);
    find_row *const finds[] = {exactly, rk__lookup_find_folded};
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(found(finds[i], l, "A", "old"), 1);
        ck_assert_uint_eq(found(finds[i], l, "B", "old"), 2);
        ck_assert_uint_eq(found(finds[i], l, "B", "new"), 3);
        ck_assert_uint_eq(found(finds[i], l, "A", "new"), i == 0 ? 0 : 4);
        ck_assert_uint_eq(found(finds[i], l, "A", "none"), 0);
        ck_assert_uint_eq(found(finds[i], l, "A", "odd"), 0);
        ck_assert_uint_eq(found(finds[i], l, "A", "ol"), 0);
        ck_assert_uint_eq(found(finds[i], l, "A", NULL), 0);
    }
}
END_TEST

START_TEST(test_lookup_stack__has_the_columns_of_all_its_tariffs)
{
    rk__lookup *l = stack_of_two();
    const rk__lookup_column *out = NULL;
    int price = -1, top = -1, again = -1, none = 0;
    ck_assert_int_eq(rk__lookup_find_column(l, "price", &price), RK_OK);
    ck_assert_int_eq(rk__lookup_find_column(l, "top", &top), RK_OK);
    ck_assert_int_eq(rk__lookup_find_column(l, "price", &again), RK_OK);
    ck_assert_int_eq(rk__lookup_find_column(l, "nothing", &none), RK_OK);
    ck_assert_int_eq(again, price);
    ck_assert_int_eq(none, -1);
    ck_assert_int_eq(rk__lookup_column_of(l, price, RK_COLUMN_INTEGER, "9", NULL, &out, problems),
                     RK_OK);
    static const int64_t prices[] = {9, 1, 2, 3, 4};
    ck_assert_mem_eq(out->v, prices, sizeof prices);
    ck_assert_int_eq(rk__lookup_column_of(l, top, RK_COLUMN_INTEGER, "9", NULL, &out, problems),
                     RK_OK);
    static const int64_t tops[] = {9, 7, 9, 9, 9};
    ck_assert_mem_eq(out->v, tops, sizeof tops);
    ck_assert_int_eq(rk__lookup_column_of(l, top, RK_COLUMN_INTEGER, NULL, NULL, &out, problems),
                     RK_OK);
    static const uint8_t has[] = {0, 1, 0, 0, 0};
    ck_assert_mem_eq(out->has, has, sizeof has);
    /* Of one table: its own columns. */
    ck_assert_int_eq(rk__lookup_find_column(held[0].lookup, "top", &top), RK_OK);
    ck_assert_int_eq(top, rk__table_find(held[0].table, "top"));
    ck_assert_int_eq(rk__lookup_find_column(held[0].lookup, "nothing", &none), RK_OK);
    ck_assert_int_eq(none, -1);
}
END_TEST

START_TEST(test_lookup_stack__says_which_cell_of_its_tariffs_is_of_another_type)
{
    static const char *const ids[] = {"old", "new"};
    rk__lookup *const parts[] = {
        lookup_of(0, OLD), lookup_of(1, "{'key': ['hrg'], 'rows': [{'hrg': 'B', 'price': 'x'}]}")};
    ck_assert_int_eq(rk__lookup_stack(parts, ids, 2, &held[3].lookup, problems), RK_OK);
    const rk__lookup_column *out = NULL;
    int at = -1;
    ck_assert_int_eq(rk__lookup_find_column(held[3].lookup, "price", &at), RK_OK);
    ck_assert_int_eq(
        rk__lookup_column_of(held[3].lookup, at, RK_COLUMN_INTEGER, NULL, NULL, &out, problems),
        RK_WRONG_TYPE);
    ck_assert_ptr_null(out);
}
END_TEST

START_TEST(test_lookup_stack__refuses_tables_of_other_keys)
{
    static const char *const ids[] = {"old", "new"};
    static const char *const others[] = {
        "{'key': ['pod'], 'rows': []}", "{'key': ['hrg', 'pod'], 'rows': []}",
        "{'key': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 'rows': []}"};
    for (size_t i = 0; i < 3; i++) {
        rk__lookup *const parts[] = {lookup_of(0, i == 2 ? others[2] : OLD),
                                     lookup_of(1, others[i])};
        rk_problems_clear(problems);
        ck_assert_int_eq(rk__lookup_stack(parts, ids, 2, &held[3].lookup, problems), RK_CONFLICT);
        ck_assert_ptr_null(held[3].lookup);
        assert_says(said(), "table 'prices' has another key");
        for (size_t k = 0; k < 2; k++) {
            rk__lookup_free(held[k].lookup);
            rk__table_free(held[k].table);
            rk__json_free(held[k].document);
            held[k].lookup = NULL, held[k].table = NULL, held[k].document = NULL;
        }
    }
}
END_TEST

/* Rows are numbered with 32 bits: the same 20,000 rows so often that they do not suffice. */
START_TEST(test_lookup_stack__refuses_more_rows_than_can_be_numbered)
{
    rk__buf text = {0};
    rk__buf_puts(&text, "{'key': ['k'], 'rows': [{'k': 'x'}");
    for (int i = 1; i < 20000; i++) {
        rk__buf_printf(&text, ", {'k': '%d'}", i);
    }
    rk__buf_puts(&text, "]}");
    rk__lookup *const one = lookup_of(0, text.text);
    rk__buf_dispose(&text);
    const size_t n = UINT32_MAX / 20000 + 1;
    rk__lookup **parts = calloc(n, sizeof(rk__lookup *));
    const char **ids = calloc(n, sizeof *ids);
    ck_assert(parts != NULL && ids != NULL);
    for (size_t i = 0; i < n; i++) {
        parts[i] = one;
        ids[i] = "t";
    }
    ck_assert_int_eq(rk__lookup_stack(parts, ids, n, &held[3].lookup, problems), RK_LIMIT);
    assert_says(said(), "has too many rows");
    free(parts);
    free(ids);
}
END_TEST

START_TEST(test_lookup_stack__says_that_memory_ran_out_however_much_it_needs)
{
    rk__lookup *const one =
        lookup_of(0, "{'key': ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'rows': []}");
    rk__lookup *parts[64];
    const char *ids[64];
    rk_status status = RK_OK;
    for (size_t n = 0; n < 64; n++) {
        parts[n] = one;
        ids[n] = "t";
        STARVED(status, rk__lookup_stack(parts, ids, n + 1, &held[3].lookup, problems),
                ck_assert((held[3].lookup != NULL) == (status == RK_OK));
                rk__lookup_free(held[3].lookup); held[3].lookup = NULL)
    }

    rk__buf text = {0};
    rk__buf_puts(&text, "{'key': ['k'], 'rows': [{'k': 'x'");
    for (int i = 0; i < 40; i++) {
        rk__buf_printf(&text, ", 'c%d': '1'", i);
    }
    rk__buf_puts(&text, "}]}");
    parts[0] = lookup_of(1, text.text);
    rk__buf_dispose(&text);
    ck_assert_int_eq(rk__lookup_stack(parts, ids, 1, &held[3].lookup, problems), RK_OK);
    for (int i = 0; i < 40; i++) {
        int column = 99;
        const char *const name = rk__arena_printf(&arena, "c%d", i);
        STARVED(status, rk__lookup_find_column(held[3].lookup, name, &column),
                ck_assert_int_eq(column, status == RK_OK ? i : -1))
    }
}
END_TEST

START_TEST(test_lookup_stack__says_that_memory_ran_out)
{
    static const char *const ids[] = {"old", "new"};
    rk__lookup *const parts[] = {lookup_of(0, OLD), lookup_of(1, NEW)};
    rk_status status = RK_OK;
    STARVED(status, rk__lookup_stack(parts, ids, 2, &held[3].lookup, problems),
            ck_assert((held[3].lookup != NULL) == (status == RK_OK));
            rk__lookup_free(held[3].lookup); held[3].lookup = NULL)

    static const char *const names[] = {"price", "top"};
    ck_assert_int_eq(rk__lookup_stack(parts, ids, 2, &held[3].lookup, problems), RK_OK);
    for (int i = 0; i < 2; i++) {
        int column = 99;
        const rk__lookup_column *out = NULL;
        STARVED(status, rk__lookup_find_column(held[3].lookup, names[i], &column),
                ck_assert((column >= 0) == (status == RK_OK)))
        STARVED(status,
                rk__lookup_column_of(held[3].lookup, column, RK_COLUMN_INTEGER, ever ? "1" : "2",
                                     NULL, &out, problems),
                ck_assert(status != RK_OK || out->v[1] == (i == 0 ? 1 : 7)))
    }
    static const char *const key[] = {"B", "new"};
    static const size_t lengths[] = {1, 3};
    uint32_t row = 99;
    STARVED(status, rk__lookup_find(held[3].lookup, key, lengths, &row),
            ck_assert_uint_eq(row, status == RK_OK ? 3 : 0))
    STARVED(status, rk__lookup_find_folded(held[3].lookup, key, lengths, &row),
            ck_assert_uint_eq(row, status == RK_OK ? 3 : 0))
}
END_TEST

UNIT_TESTS("lookup")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_lookup__reads_each_type_of_column_as_cells_of_its_own_type);
    tcase_add_test(tc, test_lookup__knows_words_by_all_their_letters);
    tcase_add_test(tc, test_lookup__takes_defaults_that_a_rule_has);
    tcase_add_test(tc, test_lookup_find__finds_a_key_by_each_of_its_parts);
    tcase_add_test(tc, test_lookup_find__says_that_it_could_not_look);
    tcase_add_test(tc, test_lookup_find_row__takes_the_key_from_cells_of_the_same_names);
    tcase_add_test(tc, test_lookup_new__takes_rows_of_its_period_where_there_are_periods);
    tcase_add_test(tc, test_lookup_new__refuses_what_cannot_be_found_by_one_key);
    tcase_add_test(tc, test_lookup_new__says_that_memory_ran_out);
    tcase_add_test(tc, test_lookup_find_folded__finds_what_is_meant_unless_two_could_be);
    tcase_add_test(tc, test_lookup_find_folded__can_be_asked_again_after_memory_ran_out);
    tcase_add_test(tc, test_lookup_column_of__has_an_entry_for_a_row_that_is_not_there);
    tcase_add_test(tc, test_lookup_column_of__says_which_cell_is_of_another_type);
    tcase_add_test(tc, test_lookup_column_of__keeps_nothing_when_memory_ran_out);
    tcase_add_test(tc, test_lookup_stack__finds_the_row_of_the_tariff_that_the_last_key_names);
    tcase_add_test(tc, test_lookup_stack__has_the_columns_of_all_its_tariffs);
    tcase_add_test(tc, test_lookup_stack__says_which_cell_of_its_tariffs_is_of_another_type);
    tcase_add_test(tc, test_lookup_stack__refuses_tables_of_other_keys);
    tcase_add_test(tc, test_lookup_stack__refuses_more_rows_than_can_be_numbered);
    tcase_add_test(tc, test_lookup_stack__says_that_memory_ran_out);
    tcase_add_test(tc, test_lookup_stack__says_that_memory_ran_out_however_much_it_needs);
}
