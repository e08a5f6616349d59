/* SPDX-License-Identifier: MIT
 *
 * Cells of a document to typed arrays: whole columns give what single cells do.
 */
#include "scan/cells.h"
#include "table/columns.h"
#include "unit.h"

#define ROWS 64

/* Put side by side in an exact copy, so that a sanitizer sees a read past its end and what
 * follows a cell could be taken for a part of it. */
static const char *const texts[] = {
    "",
    " ",
    "\xc2\xa0 \t",
    "a",
    " a",
    "EL",
    "HX34A",
    "2016-06",
    "2016-06 ",
    "eight by",
    "nine byte",
    "a text of more bytes than a word has",
    "Ynys M\xc3\xb4n",
    "\xc3\xb4",
    "true",
    "No",
    "y",
    "FALSE",
    "0",
    "1",
    "7",
    "-7",
    "+7",
    "42",
    "007",
    "12345678",
    "123456789",
    "00000000000012",
    "0.5",
    "1234.50",
    "12345.678",
    "1.",
    ".5",
    "18.0",
    "0.1234567",
    "1.2345678",
    "1e3",
    "25e-1",
    "1E400",
    "9223372036854",
    "9223372036855",
    "12a",
    "1 2",
    "4.75%",
    "1/8",
    "1/0",
};

#define TEXTS (sizeof texts / sizeof *texts)

static const rk__cell_type types[] = {RK__CELL_TEXT, RK__CELL_DECIMAL, RK__CELL_INTEGER,
                                      RK__CELL_BOOL, RK__CELL_RATIO};

/* What a cell alone gives. */
static rk_status set_one(rk__cells *cells, const char *text, size_t length, size_t at)
{
    const char *why = NULL;
    const bool missing = rk__cell_is_blank(text, length);
    return rk__cells_set(cells, missing ? NULL : text, length, at, &why);
}

static void begin_cells(rk__cells *cells, rk__cell_type type, const char *fallback)
{
    ck_assert_int_eq(rk__cells_init(cells, 0, "x", type, ROWS, NULL, fallback), RK_OK);
}

static void end_cells(rk__cells *cells)
{
    rk__cells_trim(cells);
    rk__dict_free(cells->dict);
}

/* The rows of a table with two columns, of which the second is asked for. Texts end as those
 * of a document do, with bytes behind them that may be read. */
typedef struct rows {
    rk__value cells[ROWS];
    const rk__value *values[2 * ROWS];
    char texts[ROWS][64 + RK__JSON_SLACK];
} rows;

static void make_rows(rows *r, const size_t *which, size_t n)
{
    static const rk__value other = {.type = RK__JSON_NULL};
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(texts[which[i]]);
        ck_assert_uint_lt(length, 64);
        memset(r->texts[i], '7', sizeof r->texts[i]);
        memcpy(r->texts[i], texts[which[i]], length + 1);
        r->cells[i] =
            (rk__value){.type = RK__JSON_STRING, .text = r->texts[i], .length = (uint32_t) length};
        r->values[2 * i] = &other;
        r->values[2 * i + 1] = length == 0 && i % 3 == 0 ? NULL : &r->cells[i];
    }
}

/* Fills a column, and the same cell by cell: the same values, or the same first fault. */
static rk_status ck_fill(rk__cells *filled, rk__cells *single, const size_t *which, size_t n)
{
    static rows r;
    rk_status expected = RK_OK;
    make_rows(&r, which, n);
    for (size_t i = 0; i < n && expected == RK_OK; i++) {
        expected = set_one(single, r.texts[i], r.cells[i].length, i);
    }
    const rk_status status = rk__cells_fill(filled, r.values + 1, 2, n, 0);
    ck_assert_int_eq(status, expected);
    for (size_t i = 0; i < n && status == RK_OK; i++) {
        ck_assert_msg(filled->v[i] == single->v[i] && filled->has[i] == single->has[i],
                      "type %d, row %zu of %zu: '%s'", (int) filled->type, i, n, texts[which[i]]);
    }
    return status;
}

/* Alone, and in front of others. */
START_TEST(test_scan_cells_fill__gives_what_single_cells_do)
{
    for (size_t t = 0; t < TEXTS; t++) {
        rk__cells filled;
        rk__cells single;
        begin_cells(&filled, types[_i], NULL);
        begin_cells(&single, types[_i], NULL);
        for (size_t other = 0; other < TEXTS; other++) {
            const size_t which[] = {t, other, t};
            (void) ck_fill(&filled, &single, which, 1);
            (void) ck_fill(&filled, &single, which, 3);
        }
        end_cells(&filled);
        end_cells(&single);
    }
}
END_TEST

/* Columns of every length, of cells that are good for the type: new ones, and such as were
 * seen before. */
START_TEST(test_scan_cells_fill_many__gives_what_single_cells_do)
{
    size_t good[TEXTS];
    size_t n_good = 0;
    size_t at = 0;
    rk__cells filled;
    rk__cells single;
    begin_cells(&filled, types[_i], NULL);
    begin_cells(&single, types[_i], NULL);
    for (size_t t = 0; t < TEXTS; t++) {
        if (set_one(&single, texts[t], strlen(texts[t]), 0) == RK_OK) {
            good[n_good++] = t;
        }
    }
    rk__cells_trim(&single);
    rk__dict_free(single.dict);
    begin_cells(&single, types[_i], NULL);
    ck_assert_uint_gt(n_good, 5);
    for (size_t n = 0; n <= ROWS; n++) {
        size_t which[ROWS];
        for (size_t i = 0; i < n; i++) {
            which[i] = good[at++ * 7 % n_good];
        }
        ck_assert_int_eq(ck_fill(&filled, &single, which, n), RK_OK);
    }
    end_cells(&filled);
    end_cells(&single);
}
END_TEST

/* The default of a blank cell is that of the day. */
START_TEST(test_scan_cells_fill_blank__takes_the_default_at_hand)
{
    static const char *const defaults[] = {"1", "0", "1"};
    rk__cells filled;
    rk__cells single;
    const size_t which[] = {1, 0, 19, 2};
    begin_cells(&filled, types[_i], "0");
    begin_cells(&single, types[_i], "0");
    for (size_t d = 0; d < 3; d++) {
        ck_assert_int_eq(rk__cells_default(&filled, defaults[d]), RK_OK);
        ck_assert_int_eq(rk__cells_default(&single, defaults[d]), RK_OK);
        ck_assert_int_eq(ck_fill(&filled, &single, which, 4), RK_OK);
        rk__cells_fill_absent(&filled, 1, 2);
        for (size_t i = 1; i < 3; i++) {
            ck_assert_int_eq(filled.v[i], filled.absent_v);
            ck_assert_uint_eq(filled.has[i], 1);
        }
    }
    end_cells(&filled);
    end_cells(&single);
}
END_TEST

/* More short texts than are ever remembered; codes are those of first use. */
START_TEST(test_scan_cells_fill_many_texts__keeps_their_codes)
{
    rk__cells cells;
    char text[32] = "";
    begin_cells(&cells, RK__CELL_TEXT, NULL);
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < 40000; i++) {
            const uint32_t length = (uint32_t) sprintf(text, "%d", i);
            const rk__value v = {.type = RK__JSON_NUMBER, .text = text, .length = length};
            const rk__value *at = &v;
            ck_assert_int_eq(rk__cells_fill(&cells, &at, 1, 1, 0), RK_OK);
            ck_assert_int_eq(cells.v[0], i);
        }
    }
    end_cells(&cells);
}
END_TEST

UNIT_TESTS("scan_cells")
{
    const int n_types = COUNT(types);
    tcase_add_loop_test(tc, test_scan_cells_fill__gives_what_single_cells_do, 0, n_types);
    tcase_add_loop_test(tc, test_scan_cells_fill_many__gives_what_single_cells_do, 0, n_types);
    tcase_add_loop_test(tc, test_scan_cells_fill_blank__takes_the_default_at_hand, 0, n_types);
    tcase_add_test(tc, test_scan_cells_fill_many_texts__keeps_their_codes);
}
