/* SPDX-License-Identifier: MIT
 *
 * test_decimal_corpus.c: the General Decimal Arithmetic test cases (M.
 * Cowlishaw, IBM), where they say something about our numbers.
 *
 * Which cases count: finite operands and a finite result, all within the limits
 * of rk__num_parse; an operation that we have; no condition of a bounded
 * exponent (overflow, underflow, subnormal); and the context rounds `half_up`,
 * which is our half away from zero, or the result is not `Inexact`, so that all
 * ways of rounding agree. Then our exact result, rounded to the case's precision,
 * must be the expected one. Where all numbers of a case are rk_decimals as well,
 * the arithmetic of decimal.h is held to it, too. A text that the corpus calls a
 * `Conversion_syntax` must be refused by our parsers.
 *
 * The corpus is not ours to distribute: the test skips where it is absent.
 */
#include <dirent.h>
#include <strings.h>

#include "number/num_inside.h"
#include "unit.h"

enum { MAX_TOKENS = 16, MAX_POWER = 1400 };

typedef struct context {
    int precision;
    bool half_up;
} context;

typedef struct test_case {
    const char *id, *op;
    const char *operand[2];
    int n_operands;
    const char *expected;
    bool inexact, bounded, syntax; /* conditions */
} test_case;

static rk__nums nums, powers_nums;
static rk_num powers[2 * MAX_POWER + 1];
static long n_exact, n_decimal, n_refused;

static void setup(void)
{
    const rk_num ten = rk__num_from_int(&powers_nums, 10);
    powers[MAX_POWER] = rk__num_from_int(&powers_nums, 1);
    for (int i = 1; i <= MAX_POWER; i++) {
        powers[MAX_POWER + i] = rk__num_mul(&powers_nums, powers[MAX_POWER + i - 1], ten);
        powers[MAX_POWER - i] = rk__num_div(&powers_nums, powers[MAX_POWER - i + 1], ten);
    }
}

static void teardown(void)
{
    rk__nums_dispose(&nums);
    rk__nums_dispose(&powers_nums);
}

/* ------------------------------------------------------------- reading a line */

/* Splits at blanks, with '...' and "..." as one token each; a comment ends it. */
static int split(char *line, char *tokens[MAX_TOKENS])
{
    int n = 0;
    char *at = line;
    while (n < MAX_TOKENS) {
        at += strspn(at, " \t\r\n");
        if (*at == '\0' || strncmp(at, "--", 2) == 0) {
            break;
        }
        if (*at == '\'' || *at == '"') {
            const char quote = *at++;
            tokens[n++] = at;
            at = strchr(at, quote);
            ck_assert_ptr_nonnull(at);
        } else {
            tokens[n++] = at;
            at += strcspn(at, " \t\r\n");
        }
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    return n;
}

/* "name: value" settings; false where the line is none. */
static bool read_setting(char *tokens[], int n, context *ctx)
{
    if (n != 2 || tokens[0][strlen(tokens[0]) - 1] != ':') {
        return false;
    }
    if (strcasecmp(tokens[0], "precision:") == 0) {
        ctx->precision = atoi(tokens[1]);
    } else if (strcasecmp(tokens[0], "rounding:") == 0) {
        ctx->half_up = strcasecmp(tokens[1], "half_up") == 0;
    }
    return true;
}

static bool read_case(char *tokens[], int n, test_case *out)
{
    *out = (test_case){0};
    int arrow = 2;
    while (arrow < n && strcmp(tokens[arrow], "->") != 0) {
        arrow++;
    }
    out->n_operands = arrow - 2;
    if (arrow + 1 >= n || out->n_operands < 1 || out->n_operands > 2) {
        return false;
    }
    out->id = tokens[0];
    out->op = tokens[1];
    out->operand[0] = tokens[2];
    out->operand[1] = out->n_operands == 2 ? tokens[3] : NULL;
    out->expected = tokens[arrow + 1];
    for (int i = arrow + 2; i < n; i++) {
        static const char *const outside[] = {"overflow", "underflow", "subnormal"};
        for (size_t k = 0; k < sizeof outside / sizeof outside[0]; k++) {
            out->bounded |= strcasecmp(tokens[i], outside[k]) == 0;
        }
        out->inexact |= strcasecmp(tokens[i], "inexact") == 0;
        out->syntax |= strcasecmp(tokens[i], "conversion_syntax") == 0;
    }
    return true;
}

/* ----------------------------------------------------- what we make of a case */

static bool op_is(const test_case *c, const char *name)
{
    return strcasecmp(c->op, name) == 0;
}

/* To so many significant digits. */
static rk_num round_to_precision(rk_num value, int precision)
{
    const rk_num magnitude = rk__num_sign(value) < 0 ? rk__num_neg(&nums, value) : value;
    if (rk__num_sign(value) == 0) {
        return value;
    }
    int low = -MAX_POWER, high = MAX_POWER; /* 10^low <= magnitude < 10^high */
    ck_assert_int_ge(rk__num_compare(magnitude, powers[MAX_POWER + low]), 0);
    ck_assert_int_lt(rk__num_compare(magnitude, powers[MAX_POWER + high]), 0);
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        if (rk__num_compare(magnitude, powers[MAX_POWER + middle]) >= 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const int places = precision - 1 - low;
    return places >= RK__NUM_MAX_EXPONENT ? value : rk__num_round(&nums, value, places);
}

/* Decimal places of the multiple that quantize and rescale round to; false
 * where the second operand does not say. */
static bool target_places(const test_case *c, int *out)
{
    int64_t places;
    if (op_is(c, "rescale")) {
        char *end;
        places = -strtol(c->operand[1], &end, 10);
        if (*end != '\0') {
            return false;
        }
    } else {
        rk__lexeme lexeme;
        ck_assert(rk__lexeme_scan(c->operand[1], strlen(c->operand[1]), &lexeme));
        places = lexeme.n_fraction - lexeme.exponent;
    }
    *out = (int) places;
    return places >= -RK__NUM_MAX_EXPONENT && places <= RK__NUM_MAX_EXPONENT;
}

/* NULL where the operation is not ours. */
static rk_num operate(const test_case *c, const context *ctx, rk_num a, rk_num b)
{
    rk_num value;
    int places;
    if (op_is(c, "quantize") || op_is(c, "rescale")) {
        return target_places(c, &places) ? rk__num_round(&nums, a, places) : NULL;
    }
    if (op_is(c, "tointegral") || op_is(c, "tointegralx")) {
        return rk__num_round(&nums, a, 0);
    }
    if (op_is(c, "compare")) {
        return rk__num_from_int(&nums, rk__num_compare(a, b));
    }
    if (op_is(c, "divide") && rk__num_sign(b) == 0) {
        return NULL;
    }
    if (op_is(c, "add")) {
        value = rk__num_add(&nums, a, b);
    } else if (op_is(c, "subtract")) {
        value = rk__num_sub(&nums, a, b);
    } else if (op_is(c, "multiply")) {
        value = rk__num_mul(&nums, a, b);
    } else if (op_is(c, "divide")) {
        value = rk__num_div(&nums, a, b);
    } else if (op_is(c, "min")) {
        value = rk__num_min(&nums, a, b);
    } else if (op_is(c, "max")) {
        value = rk__num_max(&nums, a, b);
    } else if (op_is(c, "minus")) {
        value = rk__num_neg(&nums, a);
    } else if (op_is(c, "abs")) {
        value = rk__num_max(&nums, a, rk__num_neg(&nums, a));
    } else if (op_is(c, "plus") || op_is(c, "apply") || op_is(c, "reduce") || op_is(c, "tosci") ||
               op_is(c, "toeng")) {
        value = a;
    } else {
        return NULL;
    }
    ck_assert_msg(value != NULL, "%s %s: no result", c->id, c->op);
    return round_to_precision(value, ctx->precision);
}

/* The same in rk_decimals, where operands and expected result are such. */
static void check_decimals(const test_case *c)
{
    rk_decimal a, b = 0, expected, got = 0;
    int places;
    if (rk__decimal_parse(c->operand[0], strlen(c->operand[0]), &a) != RK__DECIMAL_OK ||
        rk__decimal_parse(c->expected, strlen(c->expected), &expected) != RK__DECIMAL_OK ||
        (c->operand[1] != NULL &&
         rk__decimal_parse(c->operand[1], strlen(c->operand[1]), &b) != RK__DECIMAL_OK)) {
        return;
    }
    bool done;
    if (op_is(c, "add") && !c->inexact) {
        done = rk_decimal_add(a, b, &got);
    } else if (op_is(c, "subtract") && !c->inexact) {
        done = rk_decimal_add(a, -b, &got);
    } else if (op_is(c, "multiply") && !c->inexact) {
        done = rk_decimal_mul(a, b, 1, &got);
    } else if ((op_is(c, "quantize") || op_is(c, "rescale")) && target_places(c, &places) &&
               places <= RK_DECIMAL_PLACES && places >= -12) {
        const rk_decimal unit =
            (rk_decimal) rk__power_of_ten((unsigned) (RK_DECIMAL_PLACES - places));
        rk_decimal wide = 0;
        done = rk_decimal_mul(a, RK_DECIMAL_ONE, unit, &got) &&
               rk_wide_round(rk_wide_from(a), 1, unit, &wide) && wide == got;
    } else {
        return;
    }
    ck_assert_msg(done && got == expected, "%s: %s %s %s gives %ld millionths, not %s", c->id,
                  c->op, c->operand[0], c->operand[1], got, c->expected);
    n_decimal++;
}

static void check_refusal(const test_case *c)
{
    const char *why = NULL;
    rk_decimal d;
    ck_assert_msg(rk__num_parse(&nums, c->operand[0], 0, -1, &why) == NULL && why != NULL,
                  "%s: '%s' is taken for a number", c->id, c->operand[0]);
    ck_assert_int_eq(rk__decimal_parse(c->operand[0], strlen(c->operand[0]), &d),
                     RK__DECIMAL_SYNTAX);
    n_refused++;
}

static void check_case(const test_case *c, const context *ctx)
{
    if (c->syntax && c->n_operands == 1) {
        check_refusal(c);
        return;
    }
    /* tointegral rounds without saying so. */
    const bool inexact = c->inexact || op_is(c, "tointegral");
    if (c->bounded || c->syntax || (inexact && !ctx->half_up)) {
        return;
    }
    const rk_num a = rk__num_parse(&nums, c->operand[0], 0, -1, NULL);
    const rk_num b = c->operand[1] == NULL ? a : rk__num_parse(&nums, c->operand[1], 0, -1, NULL);
    const rk_num expected = rk__num_parse(&nums, c->expected, 0, -1, NULL);
    const rk_num got = a == NULL || b == NULL || expected == NULL ? NULL : operate(c, ctx, a, b);
    if (got == NULL) {
        return;
    }
    if (rk__num_compare(got, expected) != 0) {
        rk__buf text = {0};
        rk__num_print_exact(&text, got);
        ck_abort_msg("%s: %s %s %s at precision %d gives %s, not %s", c->id, c->op, c->operand[0],
                     c->operand[1] == NULL ? "" : c->operand[1], ctx->precision, text.text,
                     c->expected);
    }
    n_exact++;
    check_decimals(c);
}

static void check_file(const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char line[4096];
    char *tokens[MAX_TOKENS];
    context ctx = {9, true};
    while (fgets(line, sizeof line, file) != NULL) {
        const int n = split(line, tokens);
        test_case c;
        if (n > 0 && !read_setting(tokens, n, &ctx) && read_case(tokens, n, &c)) {
            check_case(&c, &ctx);
            ck_assert_msg(nums.poisoned == NULL, "%s: %s", c.id, nums.poisoned);
        }
        rk__nums_reset(&nums);
    }
    (void) fclose(file);
}

START_TEST(test_decimal_corpus__agrees_on_thousands_of_cases)
{
    char folder[4096], path[8192];
    const char *shared = getenv("RK_SHARED");
    (void) snprintf(folder, sizeof folder, "%s/data/hostile/decimal-dectest",
                    shared != NULL ? shared : RK_SOURCE_DIR "/../shared");
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        printf("skipped: no decimal test cases at %s\n", folder);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *suffix = strrchr(entry->d_name, '.');
        if (suffix != NULL && strcmp(suffix, ".decTest") == 0) {
            (void) snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            check_file(path);
        }
    }
    (void) closedir(dir);
    printf("decimal test cases: %ld exact, %ld of them also in millionths, %ld texts refused\n",
           n_exact, n_decimal, n_refused);
    /* Fewer would mean that the filter, or the corpus, is not what it was. */
    ck_assert_int_ge(n_exact, 8000);
    ck_assert_int_ge(n_decimal, 2000);
    ck_assert_int_ge(n_refused, 250);
}
END_TEST

UNIT_TESTS("decimal_corpus")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_decimal_corpus__agrees_on_thousands_of_cases);
}
