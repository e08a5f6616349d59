/* SPDX-License-Identifier: MIT
 *
 * fuzz_number.c: any bytes as the text of a number.
 *
 * All readers must agree on what it is, and a number that is printed exactly reads back as itself.
 */
#include <stdlib.h>
#include <string.h>

#include "number/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_print(rk__nums *nums, rk_num number)
{
    rk__buf text = {0};
    const char *why = NULL;
    rk__num_print_exact(&text, number);
    need(!text.failed && strstr(text.text, "-0") != text.text + text.length - 2);
    const rk_num again = rk__num_parse(nums, text.text, 1, -1, &why);
    need(again == NULL || rk__num_compare(again, number) == 0);
    need(again != NULL || text.length > 400);
    rk__buf_dispose(&text);
}

/* A text that the readers of cells accept is the same number for the reader of documents. */
static void check_cells(rk__nums *nums, const char *text, size_t size, bool ratio)
{
    const char *why = NULL;
    rk_decimal d = 0;
    rk_factor f;
    struct rk_num_node placed;
    const char *signless = text + (*text == '+');
    while (signless[0] == '0' && signless[1] >= '0' && signless[1] <= '9') {
        signless++;
    }
    const rk__decimal_fault fault =
        ratio ? rk__decimal_parse_ratio(text, size, &d) : rk__decimal_parse(text, size, &d);
    if (fault == RK__DECIMAL_OK && *text != '-') {
        const rk_num number = rk__num_parse(nums, signless, ratio, -1, &why);
        need(number == NULL || rk__num_compare(number, rk__num_from_decimal(nums, d)) == 0);
        char printed[RK__DECIMAL_TEXT_SIZE];
        rk_decimal back = 0;
        need(rk__decimal_parse(printed, rk__decimal_print(printed, d), &back) == RK__DECIMAL_OK);
        need(back == d);
    }
    if (rk__num_place_text(&placed, text, size, ratio)) {
        const rk_num number = rk__num_parse(nums, text, ratio, -1, &why);
        need(number != NULL && rk__num_compare(number, &placed) == 0);
    }
    if (!ratio && rk__factor_parse(text, size, &f) == RK__DECIMAL_OK) {
        char printed[RK__NUM_SMALL_TEXT];
        rk_factor back;
        need(rk__factor_parse(printed, rk__factor_print(printed, f), &back) == RK__DECIMAL_OK);
        need(memcmp(&f, &back, sizeof f) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rk__nums nums = {0};
    char *text = calloc(size + 1, 1);
    need(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    for (int ratio = 0; ratio < 2; ratio++) {
        const char *why = NULL;
        const rk_num number = rk__num_parse(&nums, text, ratio, -1, &why);
        need((number == NULL) == (why != NULL));
        if (number != NULL) {
            need(rk__num_is_spelled(text, ratio));
            check_print(&nums, number);
        }
        check_cells(&nums, text, size, ratio != 0);
    }
    rk__nums_dispose(&nums);
    free(text);
    return 0;
}
