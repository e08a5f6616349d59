/* SPDX-License-Identifier: MIT
 *
 * Tests of contract/later_period.h: which ids of periods come after those of a contract.
 */
#include "base/text.h"
#include "contract/later_period.h"
#include "unit.h"

#define MOST_PERIODS 4

typedef struct one {
    const char *id, *start;
} one;

static const struct {
    one periods[MOST_PERIODS];
    const char *text;
    bool later;
} cases[] = {
    /* The year counts, wherever it stands. */
    {{{"04-2016", "2016-04-01"}}, "06-2015", false},
    {{{"04-2016", "2016-04-01"}}, "03-2017", true},
    {{{"04-2016", "2016-04-01"}}, "05-2016", true},
    {{{"04-2016", "2016-04-01"}}, "03-2016", false},
    {{{"12-2016", "2016-12-01"}, {"01-2017", "2017-01-01"}}, "11-2016", false},
    {{{"12-2016", "2016-12-01"}, {"01-2017", "2017-01-01"}}, "02-2017", true},
    {{{"2016-04", "2016-04-01"}, {"2016-05", "2016-05-01"}}, "2016-06", true},
    {{{"2016-04", "2016-04-01"}, {"2016-05", "2016-05-01"}}, "2016-03", false},
    {{{"11/16", "2016-11-01"}, {"12/16", "2016-12-01"}}, "01/17", true},
    {{{"11/16", "2016-11-01"}, {"12/16", "2016-12-01"}}, "10/16", false},
    {{{"2016-17", "2016-04-01"}}, "2017-18", true},
    {{{"2016-17", "2016-04-01"}}, "2015-16", false},
    {{{"15/16", "2015-04-01"}, {"16/17", "2016-04-01"}}, "17/18", true},
    {{{"04/07/2016", "2016-07-04"}, {"11/07/2016", "2016-07-11"}}, "01/08/2016", true},
    {{{"04/07/2016", "2016-07-04"}, {"11/07/2016", "2016-07-11"}}, "30/06/2016", false},
    {{{"Q3 2016", "2016-10-01"}, {"Q4 2016", "2017-01-01"}}, "Q1 2017", true},
    {{{"Q3 2016", "2016-10-01"}, {"Q4 2016", "2017-01-01"}}, "Q4 2015", false},
    /* Numbers that go with the dates. */
    {{{"M01", "2016-04-01"}, {"M02", "2016-05-01"}}, "M12", true},
    {{{"M02", "2016-05-01"}, {"M03", "2016-06-01"}}, "M01", false},
    {{{"y2w10", "2016-06-01"}, {"y2w11", "2016-06-08"}}, "y3w12", true},
    /* It cannot be told which number counts more. */
    {{{"y2w10", "2016-06-01"}, {"y2w11", "2016-06-08"}}, "y3w01", false},
    {{{"y1w52", "2016-06-01"}, {"y2w01", "2016-06-08"}}, "y2w02", true},
    {{{"y1w52", "2016-06-01"}, {"y2w01", "2016-06-08"}}, "y1w53", false},
    /* Numbers that go against them. */
    {{{"P9", "2016-04-01"}, {"P8", "2016-05-01"}}, "P7", false},
    {{{"P9", "2016-04-01"}, {"P8", "2016-05-01"}}, "P9", false},
    /* Another form, and no numbers. */
    {{{"M01", "2016-04-01"}}, "M2", false},
    {{{"M01", "2016-04-01"}}, "P02", false},
    {{{"spring", "2016-04-01"}}, "spring", false},
    {{{"1-1-1-1-1", "2016-04-01"}}, "2-2-2-2-2", false},
};

START_TEST(test_period_is_later__is_decided_by_dates)
{
    rk_period periods[MOST_PERIODS];
    size_t n = 0;
    for (; n < MOST_PERIODS && cases[_i].periods[n].id != NULL; n++) {
        const one *p = &cases[_i].periods[n];
        periods[n] = (rk_period){.id = p->id};
        ck_assert(rk__date_parse(p->start, strlen(p->start), &periods[n].start));
    }
    const char *text = cases[_i].text;
    ck_assert_msg(rk__period_is_later(periods, n, text, strlen(text)) == cases[_i].later,
                  "%s after %s", text, periods[n - 1].id);
}
END_TEST

START_TEST(test_period_is_counted__needs_whole_numbers)
{
    const rk_period months[] = {{.id = "1"}, {.id = "12"}};
    const rk_period named[] = {{.id = "1"}, {.id = "M2"}};
    ck_assert(rk__period_is_counted(months, 2, "0", 1));
    ck_assert(rk__period_is_counted(months, 2, "13", 2));
    ck_assert(!rk__period_is_counted(months, 2, "013", 3));
    ck_assert(!rk__period_is_counted(months, 2, "1a", 2));
    ck_assert(!rk__period_is_counted(months, 2, "2016", 4));
    ck_assert(!rk__period_is_counted(months, 2, "", 0));
    ck_assert(!rk__period_is_counted(named, 2, "0", 1));
    ck_assert(!rk__period_is_counted(months, 0, "0", 1));
}
END_TEST

UNIT_TESTS("later_period")
{
    tcase_add_test(tc, test_period_is_counted__needs_whole_numbers);
    tcase_add_loop_test(tc, test_period_is_later__is_decided_by_dates, 0,
                        (int) (sizeof cases / sizeof *cases));
}
