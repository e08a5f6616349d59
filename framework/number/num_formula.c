/* SPDX-License-Identifier: MIT
 *
 * num_formula.c: the operation that made an exact number, in words.
 */
#include <string.h>

#include "number/num_formula.h"

/* An operand without a name is shown as a formula up to these sizes, then as its value. */
#define INLINE_LEVELS 3
#define INLINE_TERMS  4
#define INLINE_BYTES  48

/* How tightly the operators in a text bind. */
typedef enum binding { BINDS_SUM = 1, BINDS_PRODUCT, BINDS_SIGN, BINDS_WHOLE } binding;

/* How each operation is written: between its operands, before one, or as a call. */
static const struct {
    const char *sign, *call;
    binding first, other; /* how tightly its operands must bind */
} written[] = {
    [RK__NUM_VALUE] = {.sign = ""},
    [RK__NUM_ADD] = {.sign = " + ", .first = BINDS_SUM, .other = BINDS_SUM},
    [RK__NUM_SUB] = {.sign = " - ", .first = BINDS_SUM, .other = BINDS_PRODUCT},
    [RK__NUM_MUL] = {.sign = " x ", .first = BINDS_PRODUCT, .other = BINDS_PRODUCT},
    [RK__NUM_DIV] = {.sign = " / ", .first = BINDS_PRODUCT, .other = BINDS_WHOLE},
    [RK__NUM_NEG] = {.sign = "-", .first = BINDS_WHOLE},
    [RK__NUM_MIN] = {.call = "min("},
    [RK__NUM_MAX] = {.call = "max("},
    [RK__NUM_ROUND] = {.call = "round("},
    [RK__NUM_LABEL] = {.sign = ""},
    [RK__NUM_POWER] = {.call = "power("},
    [RK__NUM_FLOOR] = {.call = "floor("},
    [RK__NUM_CEIL] = {.call = "ceil("},
    [RK__NUM_SELECT] = {.call = "select("},
};
_Static_assert(sizeof written / sizeof *written == RK__NUM_N_OPS, "each operation has a text");

rk_num rk__num_made_by(rk_num n, const char **label, const char **source)
{
    for (;; n = n->a) {
        /* The text of a choice is its condition, not a name. */
        *label = *label != NULL || n->op == RK__NUM_SELECT ? *label : n->label;
        *source = *source != NULL ? *source : n->source;
        if (n->a == NULL || (n->op != RK__NUM_LABEL && n->op != RK__NUM_VALUE)) {
            return n;
        }
    }
}

static bool is_empty_start(rk_num n)
{
    return n->op == RK__NUM_VALUE && n->label == NULL && rk__num_sign(n) == 0;
}

size_t rk__num_terms(rk_num made, rk_num terms[RK__NUM_TERMS])
{
    const bool chain = made->op == RK__NUM_ADD || made->op == RK__NUM_MUL;
    size_t count = 0;
    if (!chain) {
        if (made->a != NULL) {
            terms[count++] = made->a;
        }
        if (made->b != NULL && made->op != RK__NUM_SELECT) {
            terms[count++] = made->b;
        }
        return count;
    }
    rk_num waiting[RK__NUM_TERMS] = {made}; /* the last one is next */
    for (size_t n = 1; n > 0;) {
        const rk_num next = waiting[--n];
        if (next->op == made->op && count + n + 2 <= RK__NUM_TERMS) {
            waiting[n++] = next->b;
            waiting[n++] = next->a;
        } else if (made->op != RK__NUM_ADD || !is_empty_start(next)) {
            terms[count++] = next;
        }
    }
    return count;
}

/* A name or a formula: by the operators outside its brackets. */
static binding binding_of(const char *text)
{
    binding found = BINDS_WHOLE;
    int depth = 0;
    for (const char *c = text; *c != '\0'; c++) {
        depth += (*c == '(' || *c == '[') - (*c == ')' || *c == ']');
        if (depth > 0 || c == text || c[-1] != ' ' || c[0] == '\0' || c[1] != ' ') {
            continue;
        }
        if (*c == '+' || *c == '-') {
            return BINDS_SUM;
        }
        found = *c == 'x' || *c == '/' ? BINDS_PRODUCT : found;
    }
    return found == BINDS_WHOLE && text[0] == '-' ? BINDS_SIGN : found;
}

static void print_formula(rk__buf *out, rk_num made, int levels);

/* The text of an operand, and how tightly it binds. */
static binding operand_text(rk__buf *out, rk_num n, int levels)
{
    const char *label = NULL;
    const char *source = NULL;
    rk_num terms[RK__NUM_TERMS];
    const rk_num made = rk__num_made_by(n, &label, &source);
    if (label != NULL) {
        rk__buf_puts(out, label);
        return out->failed ? BINDS_WHOLE : binding_of(out->text);
    }
    const size_t count = rk__num_terms(made, terms);
    if (count > 0 && count <= INLINE_TERMS && levels > 0) {
        print_formula(out, made, levels - 1);
        if (out->failed) {
            return BINDS_WHOLE;
        }
        if (out->length <= INLINE_BYTES) {
            return binding_of(out->text);
        }
        rk__buf_reset(out);
    }
    rk__num_print_exact(out, n);
    return out->failed                            ? BINDS_WHOLE
           : strchr(out->text, '/') != NULL       ? BINDS_PRODUCT
           : out->length > 0 && *out->text == '-' ? BINDS_SIGN
                                                  : BINDS_WHOLE;
}

static void print_operand(rk__buf *out, rk_num n, binding needed, bool first, int levels)
{
    rk__buf text = {0};
    const binding binds = operand_text(&text, n, levels);
    if (!text.failed && text.length > 0) {
        /* A sign after another operator is hard to read, and wrong after a minus. */
        const bool signs = needed != 0 && !first && text.text[0] == '-';
        const bool brackets = binds < needed || signs;
        rk__buf_puts(out, brackets ? "(" : "");
        rk__buf_puts(out, text.text);
        rk__buf_puts(out, brackets ? ")" : "");
    }
    out->failed |= text.failed;
    rk__buf_dispose(&text);
}

static void print_places(rk__buf *out, int places)
{
    rk__buf_printf(out, ", %d %s", places, places == 1 ? "place" : "places");
}

static void print_call(rk__buf *out, rk_num made, const rk_num *terms, size_t count, int levels)
{
    const bool power = made->op == RK__NUM_POWER;
    rk__buf_puts(out, written[made->op].call);
    if (made->op == RK__NUM_SELECT) {
        rk__buf_printf(out, "%s: %s, ", made->label, made->places != 0 ? "yes" : "no");
    }
    for (size_t i = 0; i < count; i++) {
        rk__buf_puts(out, i > 0 ? ", " : "");
        if (power && i > 0 && !terms[i]->big && terms[i]->den != 1) {
            rk__buf_printf(out, "%lld/%lld", (long long) terms[i]->num, (long long) terms[i]->den);
        } else {
            print_operand(out, terms[i], 0, true, levels);
        }
    }
    if (power || (made->op == RK__NUM_ROUND && count == 1)) {
        print_places(out, made->places);
    }
    rk__buf_putc(out, ')');
}

static void print_formula(rk__buf *out, rk_num made, int levels)
{
    rk_num terms[RK__NUM_TERMS];
    const size_t count = rk__num_terms(made, terms);
    if (written[made->op].call != NULL) {
        print_call(out, made, terms, count, levels);
        return;
    }
    rk__buf_puts(out, made->op == RK__NUM_NEG ? written[made->op].sign : "");
    for (size_t i = 0; i < count; i++) {
        rk__buf_puts(out, i > 0 ? written[made->op].sign : "");
        print_operand(out, terms[i], i > 0 ? written[made->op].other : written[made->op].first,
                      i == 0, levels);
    }
}

void rk__num_print_formula(rk__buf *out, rk_num made)
{
    print_formula(out, made, INLINE_LEVELS);
}

void rk__num_print_factor(rk__buf *out, rk_num factor)
{
    const bool first = out->length == 0;
    rk__buf_puts(out, first ? "" : written[RK__NUM_MUL].sign);
    print_operand(out, factor, BINDS_PRODUCT, first, INLINE_LEVELS);
}
