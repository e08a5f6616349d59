/* SPDX-License-Identifier: MIT
 *
 * parse.c: the text of an expression to a tree.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/nearest.h"
#include "formula/expr.h"

/* X(id, name, least arguments, most) */
#define FUNCTIONS(X)                        \
    X(RK__IF, "IF", 3, 3)                   \
    X(RK__MIN, "MIN", 1, RK__EXPR_MAX_ARGS) \
    X(RK__MAX, "MAX", 1, RK__EXPR_MAX_ARGS) \
    X(RK__SUM, "SUM", 1, 1)                 \
    X(RK__AVG, "AVG", 1, 1)                 \
    X(RK__COUNT, "COUNT", 1, 1)             \
    X(RK__PRODUCT, "PRODUCT", 1, 1)         \
    X(RK__ABS, "ABS", 1, 1)                 \
    X(RK__ROUND, "ROUND", 1, 2)             \
    X(RK__FLOOR, "FLOOR", 1, 1)             \
    X(RK__CEILING, "CEILING", 1, 1)         \
    X(RK__TRUNC, "TRUNC", 1, 2)             \
    X(RK__SAFE_DIV, "SAFE_DIV", 2, 2)       \
    X(RK__POW, "POW", 3, 3)                 \
    X(RK__LOOKUP, "LOOKUP", 2, 5)           \
    X(RK__BAND, "BAND", 2, 2)               \
    X(RK__DAYS, "DAYS", 0, 2)               \
    X(RK__MONTHS, "MONTHS", 0, 2)           \
    X(RK__GIVEN, "GIVEN", 1, 1)

typedef struct function_row {
    const char *name;
    int least, most;
} function_row;

#define FUNCTION_ROW(id, name, least, most) [id] = {name, least, most},
static const function_row functions[] = {FUNCTIONS(FUNCTION_ROW)};
#undef FUNCTION_ROW
#define N_FUNCTIONS (sizeof functions / sizeof functions[0])
static const char *const function_names[] = {
#define FUNCTION_NAME(id, name, least, most) name,
    FUNCTIONS(FUNCTION_NAME)
#undef FUNCTION_NAME
        NULL};

static const char *const words[] = {"AND", "OR", "NOT", "TRUE", "FALSE", NULL};

const char *rk__function_name(int function)
{
    return functions[function].name;
}

/* ------------------------------------------------------------------- parsing */

typedef struct parser {
    const rk__source *source;
    const char *text;
    uint32_t at; /* of the next token */
    int depth;
    rk__arena *arena;
    rk_status status;
    rk_problems *problems;
} parser;

static rk__expr *parse_or(parser *p);

static rk__expr *fail(parser *p, uint32_t at, const char *hint, const char *message)
{
    if (p->status == RK_OK) {
        p->status = rk__expr_problem(p->source, at, RK_SYNTAX, p->problems, hint, "%s", message);
    }
    return NULL;
}

static rk__expr *node(parser *p, rk__expr_op op, uint32_t at, size_t n)
{
    rk__expr *const e = rk__arena_alloc(p->arena, sizeof(rk__expr) + n * sizeof(rk__expr *));
    if (e == NULL) {
        p->status = RK_NO_MEMORY;
        return NULL;
    }
    e->op = (uint8_t) op;
    e->at = at;
    e->n = (uint8_t) n;
    return e;
}

static rk__expr *binary(parser *p, rk__expr_op op, uint32_t at, rk__expr *a, rk__expr *b)
{
    if (a == NULL || b == NULL) {
        return NULL;
    }
    rk__expr *const e = node(p, op, at, 2);
    if (e != NULL) {
        e->arg[0] = a;
        e->arg[1] = b;
    }
    return e;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t word_length(const char *text)
{
    size_t n = 0;
    while (is_letter(text[n]) || (n > 0 && is_digit(text[n]))) {
        n++;
    }
    return n;
}

bool rk__expr_is_name(const char *text)
{
    for (const char *const *w = words; *w != NULL; w++) {
        if (strcmp(*w, text) == 0) {
            return false;
        }
    }
    return text[0] != '\0' && text[word_length(text)] == '\0';
}

static void skip(parser *p)
{
    while (p->text[p->at] == ' ' || p->text[p->at] == '\t' || p->text[p->at] == '\n' ||
           p->text[p->at] == '\r') {
        p->at++;
    }
}

static bool take(parser *p, const char *token)
{
    skip(p);
    const char *const at = p->text + p->at;
    size_t length = 0; /* a character or two */
    while (token[length] != '\0' && at[length] == token[length]) {
        length++;
    }
    if (token[length] != '\0') {
        return false;
    }
    p->at += (uint32_t) length;
    return true;
}

static bool take_word(parser *p, const char *word)
{
    skip(p);
    if (p->text[p->at] != word[0]) {
        return false; /* as nearly always */
    }
    const size_t length = word_length(p->text + p->at);
    if (length != strlen(word) || strncmp(p->text + p->at, word, length) != 0) {
        return false;
    }
    p->at += (uint32_t) length;
    return true;
}

/* The value of a constant, in a node that lives as long as the expression. */
static bool take_value(parser *p, rk__expr *e)
{
    const char *why = NULL;
    p->status = rk__constant_value(e->text, &e->number, p->arena, &why);
    if (p->status != RK_OK && p->status != RK_NO_MEMORY) {
        p->status = RK_OK;
        (void) fail(p, e->at, "write 1250, 0.0475 or 4.75%", why);
    }
    return p->status == RK_OK;
}

static rk__expr *parse_number(parser *p)
{
    const uint32_t at = p->at;
    size_t n = 0;
    while (is_digit(p->text[at + n])) {
        n++;
    }
    if (p->text[at + n] == '.') {
        n++;
        while (is_digit(p->text[at + n])) {
            n++;
        }
    }
    if (p->text[at + n] == '%') {
        n++;
    }
    p->at += (uint32_t) n;
    if (is_letter(p->text[p->at]) || p->text[p->at] == '.' || n > 60) {
        return fail(p, p->at, "write 1250, 0.0475 or 4.75%", "this is not a number");
    }
    if (p->text[at] == '.' || p->text[at + n - 1] == '.') {
        return fail(p, at, "write digits on both sides of the point: 0.5", "this is not a number");
    }
    rk__expr *const e = node(p, RK__OP_CONSTANT, at, 0);
    if (e != NULL) {
        e->type = RK__EXPR_NUMBER;
        e->text = rk__arena_copy(p->arena, p->text + at, n);
    }
    return e != NULL && e->text != NULL && take_value(p, e) ? e : NULL;
}

static rk__expr *parse_text(parser *p)
{
    const char quote = p->text[p->at];
    const uint32_t at = p->at;
    const char *const end = strchr(p->text + at + 1, quote);
    if (end == NULL) {
        return fail(p, at, "end the text with the quote that begins it", "the text does not end");
    }
    rk__expr *const e = node(p, RK__OP_CONSTANT, at, 0);
    if (e != NULL) {
        e->type = RK__EXPR_TEXT;
        e->text = rk__arena_copy(p->arena, p->text + at + 1, (size_t) (end - p->text) - at - 1);
    }
    p->at = (uint32_t) (end - p->text) + 1;
    return e;
}

static int function_of(const char *name, size_t length)
{
    for (size_t i = 1; i < N_FUNCTIONS; i++) {
        if (functions[i].name[0] == name[0] && strlen(functions[i].name) == length &&
            strncmp(functions[i].name, name, length) == 0) {
            return (int) i;
        }
    }
    return 0;
}

static rk__expr *unknown_function(parser *p, uint32_t at, size_t length)
{
    char name[32], upper[32], hint[96];
    size_t n = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, p->text + at, n);
    name[n] = upper[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char) (name[i] - 'a' + 'A') : name[i];
    }
    const char *const nearest = rk__nearest(upper, function_names);
    (void) snprintf(hint, sizeof hint, "did you mean %s?", nearest != NULL ? nearest : "IF");
    if (p->status == RK_OK) {
        p->status = rk__expr_problem(
            p->source, at, RK_SYNTAX, p->problems,
            nearest != NULL ? hint : "the functions are in docs/rules-without-c.md",
            "there is no function '%s'", name);
    }
    return NULL;
}

static rk__expr *parse_call(parser *p, uint32_t at, size_t length)
{
    const int id = function_of(p->text + at, length);
    rk__expr *args[RK__EXPR_MAX_ARGS];
    int n = 0;
    if (id == 0) {
        return unknown_function(p, at, length);
    }
    while (!take(p, ")")) {
        if (n > 0 && !take(p, ",")) {
            return fail(p, p->at, "separate arguments with commas, and end them with ')'",
                        "expected ',' or ')'");
        }
        if (n == RK__EXPR_MAX_ARGS) {
            return fail(p, p->at, "use several calls", "a function takes at most 32 arguments");
        }
        skip(p);
        const uint32_t begin = p->at;
        args[n] = parse_or(p);
        if (args[n] == NULL) {
            return NULL;
        }
        args[n]->begin = begin;
        args[n++]->end = p->at;
    }
    if (n < functions[id].least || n > functions[id].most) {
        char message[96];
        (void) snprintf(message, sizeof message,
                        functions[id].least == functions[id].most
                            ? "%s takes %d arguments, not %d"
                            : "%s takes %d to %d arguments, not %d",
                        functions[id].name, functions[id].least,
                        functions[id].least == functions[id].most ? n : functions[id].most, n);
        return fail(p, at, "docs/rules-without-c.md has the arguments of each function", message);
    }
    rk__expr *const e = node(p, RK__OP_CALL, at, (size_t) n);
    if (e != NULL) {
        e->function = (uint8_t) id;
        if (n > 0) {
            memcpy(e->arg, args, (size_t) n * sizeof args[0]);
        }
    }
    return e;
}

/* pop, units.pop, SUM(...), TRUE */
static rk__expr *parse_word(parser *p)
{
    const uint32_t at = p->at;
    size_t n = word_length(p->text + at);
    if (take_word(p, "TRUE") || take_word(p, "FALSE")) {
        rk__expr *const e = node(p, RK__OP_CONSTANT, at, 0);
        if (e != NULL) {
            e->type = RK__EXPR_TRUTH;
            e->truth = p->text[at] == 'T';
        }
        return e;
    }
    if (!p->text[at + n] || p->text[at + n] != '.') {
        p->at += (uint32_t) n;
        if (take(p, "(")) {
            return parse_call(p, at, n);
        }
    } else {
        const size_t rest = word_length(p->text + at + n + 1);
        if (rest == 0) {
            return fail(p, at + (uint32_t) n, "write table.column", "a name must follow the point");
        }
        n += 1 + rest;
        p->at += (uint32_t) n;
    }
    rk__expr *const e = node(p, RK__OP_NAME, at, 0);
    if (e != NULL) {
        e->text = rk__arena_copy(p->arena, p->text + at, n);
        if (e->text != NULL && strchr(e->text, '.') == NULL && !rk__expr_is_name(e->text)) {
            return fail(p, at, "put an operand before and behind it", "an operand is missing here");
        }
    }
    return e;
}

static rk__expr *parse_operand(parser *p)
{
    skip(p);
    const char c = p->text[p->at];
    if (is_digit(c) || c == '.') {
        return parse_number(p);
    }
    if (c == '\'' || c == '"') {
        return parse_text(p);
    }
    if (is_letter(c)) {
        return parse_word(p);
    }
    if (take(p, "(")) {
        rk__expr *const e = parse_or(p);
        if (e != NULL && !take(p, ")")) {
            return fail(p, p->at, "each '(' needs a ')'", "expected ')'");
        }
        return e;
    }
    if (c == '\0') {
        return fail(p, p->at, "complete the expression", "the expression ends too early");
    }
    return fail(p, p->at, "write a number, a name, a function or '('",
                "an operand is missing here");
}

/* x ^ 3: the power is a whole number that stands there. */
static rk__expr *parse_power(parser *p)
{
    rk__expr *e = parse_operand(p);
    skip(p);
    const uint32_t at = p->at;
    if (e == NULL || !take(p, "^")) {
        return e;
    }
    skip(p);
    const bool negative = take(p, "-");
    char *end = NULL;
    skip(p);
    const long power = is_digit(p->text[p->at]) ? strtol(p->text + p->at, &end, 10) : -1;
    if (end == NULL || *end == '.' || *end == '%' || is_letter(*end)) {
        return fail(p, p->at, "for other powers: POW(x, 2/3, 6)",
                    "the power must be a whole number");
    }
    if (power > RK__EXPR_MAX_POWER) {
        return fail(p, p->at, "use a smaller power", "the power must be -100 to 100");
    }
    p->at = (uint32_t) (end - p->text);
    rk__expr *const up = node(p, RK__OP_POWER, at, 1);
    if (up == NULL) {
        return NULL;
    }
    up->arg[0] = e;
    up->index = (int32_t) (negative ? -power : power);
    skip(p);
    if (p->text[p->at] == '^') {
        return fail(p, p->at, "use parentheses", "one power behind another is ambiguous");
    }
    return up;
}

static rk__expr *parse_sign(parser *p)
{
    skip(p);
    const uint32_t at = p->at;
    rk__expr *e = NULL;
    if (!take(p, "-")) {
        (void) take(p, "+");
        return parse_power(p);
    }
    if (++p->depth > RK__EXPR_MAX_DEPTH) {
        return fail(p, at, "name a part of it in \"let\"", "the expression is nested too deeply");
    }
    rk__expr *const operand = parse_sign(p);
    p->depth--;
    if (operand != NULL && (e = node(p, RK__OP_NEG, at, 1)) != NULL) {
        e->arg[0] = operand;
    }
    return e;
}

static rk__expr *parse_product(parser *p)
{
    rk__expr *e = parse_sign(p);
    while (e != NULL) {
        skip(p);
        const uint32_t at = p->at;
        if (take(p, "*")) {
            e = binary(p, RK__OP_MUL, at, e, parse_sign(p));
        } else if (take(p, "/")) {
            e = binary(p, RK__OP_DIV, at, e, parse_sign(p));
        } else {
            break;
        }
    }
    return e;
}

static rk__expr *parse_sum(parser *p)
{
    rk__expr *e = parse_product(p);
    while (e != NULL) {
        skip(p);
        const uint32_t at = p->at;
        if (take(p, "+")) {
            e = binary(p, RK__OP_ADD, at, e, parse_product(p));
        } else if (take(p, "-")) {
            e = binary(p, RK__OP_SUB, at, e, parse_product(p));
        } else {
            break;
        }
    }
    return e;
}

static rk__expr_op comparison(parser *p)
{
    static const struct {
        const char *token;
        rk__expr_op op;
    } tokens[] = {{"<>", RK__OP_NE}, {"!=", RK__OP_NE}, {"<=", RK__OP_LE}, {">=", RK__OP_GE},
                  {"==", RK__OP_EQ}, {"=", RK__OP_EQ},  {"<", RK__OP_LT},  {">", RK__OP_GT}};
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        if (take(p, tokens[i].token)) {
            return tokens[i].op;
        }
    }
    return 0;
}

static rk__expr *parse_comparison(parser *p)
{
    rk__expr *e = parse_sum(p);
    if (e == NULL) {
        return NULL;
    }
    skip(p);
    uint32_t at = p->at;
    const rk__expr_op op = comparison(p);
    if (op == 0) {
        return e;
    }
    e = binary(p, op, at, e, parse_sum(p));
    skip(p);
    at = p->at;
    if (e != NULL && comparison(p) != 0) {
        return fail(p, at, "write a < b AND b < c", "comparisons cannot be chained");
    }
    return e;
}

static rk__expr *parse_not(parser *p)
{
    skip(p);
    const uint32_t at = p->at;
    rk__expr *e = NULL;
    if (!take_word(p, "NOT")) {
        return parse_comparison(p);
    }
    if (++p->depth > RK__EXPR_MAX_DEPTH) {
        return fail(p, at, "name a part of it in \"let\"", "the expression is nested too deeply");
    }
    rk__expr *const operand = parse_not(p);
    p->depth--;
    if (operand != NULL && (e = node(p, RK__OP_NOT, at, 1)) != NULL) {
        e->arg[0] = operand;
    }
    return e;
}

static rk__expr *parse_and(parser *p)
{
    rk__expr *e = parse_not(p);
    while (e != NULL) {
        skip(p);
        const uint32_t at = p->at;
        if (!take_word(p, "AND")) {
            break;
        }
        e = binary(p, RK__OP_AND, at, e, parse_not(p));
    }
    return e;
}

static rk__expr *parse_or(parser *p)
{
    skip(p);
    if (++p->depth > RK__EXPR_MAX_DEPTH) {
        return fail(p, p->at, "name a part of it in \"let\"",
                    "the expression is nested too deeply");
    }
    rk__expr *e = parse_and(p);
    while (e != NULL) {
        skip(p);
        const uint32_t at = p->at;
        if (!take_word(p, "OR")) {
            break;
        }
        e = binary(p, RK__OP_OR, at, e, parse_and(p));
    }
    p->depth--;
    return e;
}

rk__expr *rk__expr_parse(const rk__source *source, rk__arena *arena, rk_status *status,
                         rk_problems *problems)
{
    parser p = {.source = source, .text = source->text, .arena = arena, .problems = problems};
    rk__expr *e = NULL;
    if (strlen(source->text) > RK__EXPR_MAX_BYTES) {
        p.status = rk__expr_problem(source, 0, RK_LIMIT, problems, "name its parts in \"let\"",
                                    "an expression has at most %d bytes", RK__EXPR_MAX_BYTES);
    } else {
        e = parse_or(&p);
        skip(&p);
        if (e != NULL && p.text[p.at] != '\0') {
            e = fail(&p, p.at, "put an operator between two operands",
                     "the expression should end here");
        }
    }
    if (e == NULL && p.status == RK_OK) {
        p.status = RK_NO_MEMORY;
    }
    *status = arena->failed ? RK_NO_MEMORY : p.status;
    return *status == RK_OK ? e : NULL;
}
