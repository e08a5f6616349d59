/* SPDX-License-Identifier: MIT */
#include "bind_fixture.h"

/* ---------------------------------------------------------------------- values */

START_TEST(test_bind__absent_values_are_defaults_or_absent)
{
    const own *const o = bound("{'params': {'plan': 1}}");
    assert_num(o->plan, "1");
    assert_num(o->cap, "0.0475");
    assert_num(o->floor, "5");
    ck_assert(o->unit == RK_DECIMAL_NONE);
    ck_assert(o->places == INT64_MIN);
    ck_assert_int_eq(o->mode, 1);
    ck_assert_int_eq(o->scale, -1);
    ck_assert(o->flag);
    ck_assert(!o->other);
    ck_assert_ptr_null(o->name);
    ck_assert_ptr_null(o->bands.items);
    ck_assert_uint_eq(o->bands.n, 0);
    ck_assert_uint_eq(o->pot.n, 0);
}
END_TEST

/* A number used as text keeps its spelling. */
START_TEST(test_bind__values_are_stored_by_type)
{
    const own *const o =
        bound("{'params': {'plan': '-12.345678', 'cap': '7/12', 'floor': 1e3, 'unit': 0.01, "
              "'price': '9223372036854.775807', 'places': '12', 'mode': 'withhold', 'scale': "
              "'step', 'flag': false, 'other': true, 'name': 7.10}}");
    assert_num(o->plan, "-12.345678");
    assert_num(o->cap, "7/12");
    assert_num(o->floor, "1000");
    ck_assert(o->unit == 10000);
    ck_assert(o->price == INT64_MAX);
    ck_assert(o->places == 12);
    ck_assert_int_eq(o->mode, 0);
    ck_assert_int_eq(o->scale, 1);
    ck_assert(!o->flag);
    ck_assert(o->other);
    ck_assert_str_eq(o->name, "7.10");
}
END_TEST

START_TEST(test_bind__numbers_know_their_name_and_place)
{
    const own *const o = bound("{'params': {'plan': 1, 'bands': [{'to': 1, 'provider_share': 1}, "
                               "{'to': '3%', 'provider_share': 0.5}]}}");
    const band *const bands = o->bands.items;
    ck_assert_str_eq(o->plan->label, "plan");
    ck_assert_str_eq(o->plan->source, "/params/plan");
    ck_assert_str_eq(o->cap->source, "default");
    ck_assert_str_eq(bands[1].to->label, "bands[1].to");
    ck_assert_str_eq(bands[1].to->source, "/params/bands/1/to");
}
END_TEST

START_TEST(test_bind__lists_are_bound_item_by_item)
{
    const own *const o = bound("{'params': {'plan': 1, 'bands': [{'to': '1%', 'provider_share': "
                               "1}, {'to': null, 'provider_share': '0'}]}}");
    const band *const bands = o->bands.items;
    ck_assert_uint_eq(o->bands.n, 2);
    assert_num(bands[0].to, "0.01");
    ck_assert_ptr_null(bands[1].to);
    assert_num(bands[1].provider_share, "0");
    ck_assert_ptr_null(bands[1].amount);
}
END_TEST

START_TEST(test_bind__one_object_is_a_list_of_one)
{
    const own *const o = bound("{'params': {'plan': 1, 'pot': {'amount': 7, 'source': 'x'}}}");
    const pot *const p = o->pot.items;
    ck_assert_uint_eq(o->pot.n, 1);
    assert_num(p->amount, "7");
    ck_assert_str_eq(p->amount->label, "pot.amount");
    ck_assert_str_eq(p->source, "x");
}
END_TEST

/* Missing, null and blank are the same: no value. */
static const struct {
    const char *floor;
    const char *expected; /* NULL: none */
} blanks[] = {
    {"null", NULL}, {"''", NULL}, {"'  '", NULL}, {"0", "0"}, {"\"0\"", "0"},
};

START_TEST(test_bind__null_and_blank_are_none_where_nullable)
{
    char text[128];
    (void) snprintf(text, sizeof text, "{'params': {'plan': 1, 'floor': %s}}", blanks[_i].floor);
    const own *const o = bound(text);
    if (blanks[_i].expected == NULL) {
        ck_assert_ptr_null(o->floor);
    } else {
        assert_num(o->floor, blanks[_i].expected);
    }
}
END_TEST

START_TEST(test_bind__null_and_blank_are_absent_elsewhere)
{
    const own *const o = bound("{'params': {'plan': 1, 'cap': null, 'mode': '', 'flag': null, "
                               "'bands': null, 'name': ' '}}");
    assert_num(o->cap, "0.0475");
    ck_assert_int_eq(o->mode, 1);
    ck_assert(o->flag);
    ck_assert_uint_eq(o->bands.n, 0);
    ck_assert_ptr_null(o->name);
}
END_TEST

/* --------------------------------------------------------------------- scaling */

START_TEST(test_bind__amounts_per_time_are_scaled_as_a_product)
{
    input.scale_num = 1;
    input.scale_den = 3;
    const own *const o = bound("{'params': {'plan': 100, 'cap': 1, 'floor': 9, 'bands': [{'to': 1, "
                               "'provider_share': 1, 'amount': 12}], 'pot': {'amount': 6}}}");
    const band *const bands = o->bands.items;
    assert_num(o->plan, "100/3");
    assert_num(o->cap, "1");
    assert_num(o->floor, "9");
    assert_num(bands[0].amount, "4");
    assert_num(bands[0].to, "1");
    assert_num(((const pot *) o->pot.items)->amount, "2");

    /* What explain walks: the product's name, then its two factors. */
    ck_assert_str_eq(o->plan->label, "plan");
    ck_assert_int_eq(o->plan->op, RK__NUM_LABEL);
    rk_num product = o->plan->a;
    ck_assert_int_eq(product->op, RK__NUM_MUL);
    assert_num(product->a, "100");
    ck_assert_str_eq(product->a->label, "plan, per year");
    ck_assert_str_eq(product->a->source, "/params/plan");
    assert_num(product->b, "1/3");
    ck_assert_str_eq(product->b->label, "part of the year");
}
END_TEST

START_TEST(test_bind__bounds_hold_for_what_is_written)
{
    input.scale_num = 5;
    input.scale_den = 1;
    assert_num(bound("{'params': {'plan': 1, 'cap': 2}}")->plan, "5");
}
END_TEST

/* ---------------------------------------------------------------------- places */

static const struct {
    const char *where, *pointer, *file;
} places[] = {
    {"plan", "/params/plan", "c.json"},
    {"cap", "/overrides/cap", "c.json"},
    {"bands[1].to", "/params/bands/1/to", "c.json"},
    {"bands[1].amount", "/params/bands/1", "c.json"},
    {"bands[9]", "/params/bands", "c.json"},
    {"pot.amount", "/params/pot/amount", "c.json"},
    {"mode", "", "c.json"},
    {"nonsense[", "", "c.json"},
    {"", "", "c.json"},
    {NULL, "", "c.json"},
    {"name", NULL, "--param acute.name"},
    {"unit[0].x", NULL, "--param acute.unit"},
};

START_TEST(test_bind_place__leads_to_the_value_or_what_should_hold_it)
{
    static const rk__param_override cli[] = {{"name", "x"}, {"unit", "1"}};
    rk__place place;
    const own *out;
    input.cli = cli;
    input.n_cli = 2;
    ck_assert_int_eq(
        bind(
            "{'id': 'acute', 'params': {'plan': 1, 'cap': 1, 'bands': [{'to': 1, 'provider_share': "
            "1}, {'to': 2, 'provider_share': 1}], 'pot': {'amount': 1}}, 'overrides': {'cap': 2}}",
            &out),
        RK_OK);
    rk__bind_place(&input, places[_i].where, &place, &arena);
    ck_assert_str_eq(place.file, places[_i].file);
    if (places[_i].pointer == NULL) {
        ck_assert_ptr_null(place.pointer);
    } else {
        ck_assert_str_eq(place.pointer, places[_i].pointer);
    }
}
END_TEST

START_TEST(test_bind__every_allocation_may_fail)
{
    static const rk__param_override cli[] = {{"name", "x"}};
    const char *const text = json_text("{'id': 'c', 'params': {'plan': 1, 'bands': [{'to': 1, "
                                       "'provider_share': 1, 'amount': 2}]}}");
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    input.cli = cli;
    input.n_cli = 1;
    input.scale_den = 2;
    ck_assert_int_eq(rk__json_parse(text, strlen(text), "c.json", &document, NULL), RK_OK);
    input.component = rk__json_root(document);
    input.params = rk__json_get(input.component, "params");
    for (; status == RK_NO_MEMORY && n < 1000; n++) {
        rk__arena own_arena = {0};
        rk__nums own_nums = {0};
        void *out = NULL;
        rk__alloc_fail_after(n);
        status = rk__bind(&input, &own_nums, &own_arena, &out, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_NO_MEMORY || status == RK_OK, "allocation %ld: %d", n, status);
        rk__nums_dispose(&own_nums);
        rk__arena_dispose(&own_arena);
    }
    ck_assert_int_gt((int) n, 3);
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

UNIT_TESTS("bind")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_bind__absent_values_are_defaults_or_absent);
    tcase_add_test(tc, test_bind__values_are_stored_by_type);
    tcase_add_test(tc, test_bind__numbers_know_their_name_and_place);
    tcase_add_test(tc, test_bind__lists_are_bound_item_by_item);
    tcase_add_test(tc, test_bind__one_object_is_a_list_of_one);
    tcase_add_loop_test(tc, test_bind__null_and_blank_are_none_where_nullable, 0, COUNT(blanks));
    tcase_add_test(tc, test_bind__null_and_blank_are_absent_elsewhere);
    tcase_add_test(tc, test_bind__amounts_per_time_are_scaled_as_a_product);
    tcase_add_test(tc, test_bind__bounds_hold_for_what_is_written);
    tcase_add_loop_test(tc, test_bind_place__leads_to_the_value_or_what_should_hold_it, 0,
                        COUNT(places));
    tcase_add_test(tc, test_bind__every_allocation_may_fail);
}
