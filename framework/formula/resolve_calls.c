/* SPDX-License-Identifier: MIT
 *
 * resolve_calls.c: the arguments of functions: tables, keys, tiers, places and powers.
 */
#include "formula/resolve.h"

/* Finds the tables that an expression names; *first gets one that is not the current table's. */
static bool find_tables(rk__resolver *r, const rk__expr *e, int *first, bool *own)
{
    if (e->op == RK__OP_NAME) {
        const char *const point = strchr(e->text, '.');
        const size_t length = point != NULL ? (size_t) (point - e->text) : strlen(e->text);
        const int source = rk__source_of(r->scope->formula, e->text, length);
        if (source < 0) {
            return true;
        }
        if (source == r->scope->table) {
            *own = true;
        } else if (*first >= 0 && *first != source) {
            return rk__resolve_wrong(r, e->at, RK_OUT_OF_RANGE, "add each table up by itself",
                                     "one call adds up one table: '%s' and '%s'",
                                     r->scope->formula->sources[*first].name,
                                     r->scope->formula->sources[source].name);
        } else {
            *first = source;
        }
    }
    if (e->op == RK__OP_CALL && (e->function == RK__LOOKUP || e->function == RK__BAND)) {
        return true; /* these name tables of their own */
    }
    for (int i = 0; i < e->n; i++) {
        if (!find_tables(r, e->arg[i], first, own)) {
            return false;
        }
    }
    return true;
}

/* Rows are priced one by one, each by itself: no total of a table is known there, and the priced
 * table is known elsewhere only by what its rows came to. */
static bool total_known(rk__resolver *r, const rk__expr *e, int source)
{
    const rk__formula *const f = r->scope->formula;
    const char *const name = f->sources[source].name;
    if (f->sources[source].list != NULL) {
        return true;
    }
    if (r->scope->rows && source == f->row_source) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE,
            "sums over the rows that are being priced are not known while a row is priced; use "
            "rows.quantity, rows.amount or rows.ELEMENT in \"let\" or \"lines\"",
            "%s cannot add up the rows of '%s' while one of them is priced",
            rk__function_name(e->function), name);
    }
    if (r->scope->rows) {
        return rk__resolve_wrong(
            r, e->arg[0]->at, RK_OUT_OF_RANGE,
            "declare the column in the table of rows with \"lookup\": the host joins",
            "rows cannot read the table '%s'", name);
    }
    return source != f->row_source || f->rule.price == NULL ||
           rk__resolve_wrong(
               r, e->arg[0]->at, RK_OUT_OF_RANGE, "make it an element, and use rows.ELEMENT",
               "the rows of '%s' are priced one by one; only their totals are known here", name);
}

static bool resolve_total(rk__resolver *r, rk__expr *e)
{
    rk__expr *const arg = e->arg[0];
    int source = -1;
    bool own = false;
    if (r->total >= 0) {
        return rk__resolve_wrong(r, e->at, RK_LIMIT, "name the inner one in \"let\"",
                                 "%s cannot be used inside SUM and similar functions",
                                 rk__function_name(e->function));
    }
    if (!find_tables(r, arg, &source, &own)) {
        return false;
    }
    source = source < 0 && own ? r->scope->table : source;
    if (source < 0) {
        return rk__resolve_wrong(r, arg->at, RK_OUT_OF_RANGE, "write SUM(table.column)",
                                 "%s needs a column of a table: table.column",
                                 rk__function_name(e->function));
    }
    if (!total_known(r, e, source)) {
        return false;
    }
    e->source = source;
    e->type = RK__EXPR_NUMBER;
    if (e->function == RK__COUNT && arg->op == RK__OP_NAME && strchr(arg->text, '.') == NULL &&
        rk__source_of(r->scope->formula, arg->text, strlen(arg->text)) == source) {
        arg->op = RK__OP_CONSTANT; /* COUNT(units): every row */
        arg->type = RK__EXPR_TRUTH;
        arg->truth = true;
        r->uses |=
            (uint8_t) (r->scope->formula->sources[source].list != NULL ? 0 : RK__USES_TABLES);
        return true;
    }
    const uint8_t before = r->uses;
    r->total = source;
    const bool ok =
        e->function == RK__COUNT ? rk__resolve(r, arg) : rk__resolve_need(r, arg, RK__EXPR_NUMBER);
    r->total = -1;
    (void) before;
    return ok;
}

/* A table's column that a call names, not as the value of a row. */
static bool name_column(rk__resolver *r, rk__expr *e, int *source, int *column)
{
    const char *const point = e->op == RK__OP_NAME ? strchr(e->text, '.') : NULL;
    *source =
        point != NULL ? rk__source_of(r->scope->formula, e->text, (size_t) (point - e->text)) : -1;
    *column = *source >= 0 ? rk__column_of(r->scope->formula, *source, point + 1) : -1;
    if (*column < 0 && e->op == RK__OP_NAME && point != NULL) {
        return rk__resolve_unknown(r, e);
    }
    if (*column < 0) {
        return rk__resolve_wrong(r, e->at, RK_WRONG_TYPE, "write table.column",
                                 "a column of a table must stand here");
    }
    const rk__rows_source *const s = &r->scope->formula->sources[*source];
    if (r->scope->rows && s->list == NULL) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE,
            "declare the column in the table of rows with \"lookup\": the host joins",
            "rows cannot read the table '%s'", s->name);
    }
    r->uses |= (uint8_t) (s->list != NULL ? 0 : RK__USES_TABLES);
    return true;
}

static bool resolve_lookup(rk__resolver *r, rk__expr *e)
{
    int source, column;
    if (!name_column(r, e->arg[0], &source, &column)) {
        return false;
    }
    const rk__formula *const f = r->scope->formula;
    const rk__rows_source *const s = &f->sources[source];
    if (s->list != NULL || s->n_keys == 0) {
        return rk__resolve_wrong(r, e->at, RK_OUT_OF_RANGE,
                                 "declare \"key\": [\"column\"] in the table",
                                 "'%s' has no key to look up by", s->name);
    }
    if (e->n - 1 != s->n_keys) {
        return rk__resolve_wrong(
            r, e->at, RK_OUT_OF_RANGE, "give a value for each column of the key",
            "the key of '%s' has %d columns, not %d", s->name, s->n_keys, e->n - 1);
    }
    for (int i = 0; i < s->n_keys; i++) {
        const rk_column *const key = &f->columns[s->keys[i]];
        if (!rk__resolve_need(r, e->arg[i + 1], rk__column_kind(key->type)) ||
            !rk__resolve_key(r, key, e->arg[i + 1])) {
            return false;
        }
    }
    e->source = source;
    e->index = column;
    e->type = (uint8_t) rk__column_kind(f->columns[column].type);
    return true;
}

/* BAND(x, tiers): x sliced by the column `to`, each slice times `rate`. BAND(x, tiers.column): the
 * column in the first row whose `to` x does not exceed. */
static bool resolve_band(rk__resolver *r, rk__expr *e)
{
    const rk__formula *const f = r->scope->formula;
    rk__expr *const table = e->arg[1];
    int source = -1, column = -1;
    if (!rk__resolve_need(r, e->arg[0], RK__EXPR_NUMBER)) {
        return false;
    }
    if (table->op == RK__OP_NAME && strchr(table->text, '.') == NULL) {
        source = rk__source_of(f, table->text, strlen(table->text));
        if (source < 0) {
            return rk__resolve_wrong(r, table->at, RK_UNKNOWN_KEY,
                                     "name a table or a list with `to` and `rate`",
                                     "there is no table or list '%s'", table->text);
        }
        column = rk__column_of(f, source, "rate");
        if (f->sources[source].list == NULL) {
            if (r->scope->rows) {
                return rk__resolve_wrong(r, table->at, RK_OUT_OF_RANGE,
                                         "make the tiers a list in \"params\"",
                                         "rows cannot read the table '%s'", table->text);
            }
            r->uses |= RK__USES_TABLES;
        }
        e->total = true;
    } else if (!name_column(r, table, &source, &column)) {
        return false;
    }
    if (column < 0 || rk__column_of(f, source, "to") < 0) {
        return rk__resolve_wrong(
            r, table->at, RK_MISSING_COLUMN, "tiers have the columns `to` and `rate`",
            "'%s' has no column '%s'", f->sources[source].name, column < 0 ? "rate" : "to");
    }
    e->source = source;
    e->index = column;
    e->type = RK__EXPR_NUMBER;
    const int type = f->sources[source].list != NULL
                         ? rk__param_kind(f->sources[source].list->items[column].type)
                         : rk__column_kind(f->columns[column].type);
    return type == RK__EXPR_NUMBER ||
           rk__resolve_wrong(r, table->at, RK_WRONG_TYPE, "name a column of numbers",
                             "tiers are numbers");
}

static bool whole_constant(const rk__expr *e, long *out)
{
    const rk__expr *const c = e->op == RK__OP_NEG ? e->arg[0] : e;
    if (c->op != RK__OP_CONSTANT || c->type != RK__EXPR_NUMBER ||
        strspn(c->text, "0123456789") != strlen(c->text) || strlen(c->text) > 6) {
        return false;
    }
    *out = 0;
    for (const char *t = c->text; *t != '\0'; t++) {
        *out = *out * 10 + (*t - '0');
    }
    *out = c == e ? *out : -*out;
    return true;
}

static bool resolve_places(rk__resolver *r, rk__expr *e, rk__expr *places, long least, long most)
{
    long n = 0;
    if (!whole_constant(places, &n) || n < least || n > most) {
        return rk__resolve_wrong(
            r, places->at, RK_OUT_OF_RANGE, "write a whole number: ROUND(x, 2)",
            "the decimal places must be a whole number from %ld to %ld", least, most);
    }
    e->index = (int32_t) n;
    return true;
}

/* POW(x, p/q, places) */
static bool resolve_pow(rk__resolver *r, rk__expr *e)
{
    rk__expr *const power = e->arg[1];
    const bool ratio = power->op == RK__OP_DIV;
    long p = 0, q = 1;
    if (!whole_constant(ratio ? power->arg[0] : power, &p) ||
        (ratio && !whole_constant(power->arg[1], &q)) || q < 1 || q > 1000 || p < -1000 ||
        p > 1000) {
        return rk__resolve_wrong(r, power->at, RK_OUT_OF_RANGE, "write POW(x, 2/3, 6)",
                                 "the power must be a ratio of two whole numbers up to 1000");
    }
    power->index = (int32_t) p;
    power->source = (int32_t) q;
    e->type = RK__EXPR_NUMBER;
    return resolve_places(r, e, e->arg[2], 0, 12) &&
           rk__resolve_need(r, e->arg[0], RK__EXPR_NUMBER);
}

bool rk__resolve_call(rk__resolver *r, rk__expr *e)
{
    e->type = RK__EXPR_NUMBER;
    switch (e->function) {
    case RK__IF:
        if (!rk__resolve_need(r, e->arg[0], RK__EXPR_TRUTH) || !rk__resolve(r, e->arg[1]) ||
            !rk__resolve_need(r, e->arg[2], e->arg[1]->type)) {
            return false;
        }
        e->type = e->arg[1]->type;
        return true;
    case RK__SUM:
    case RK__AVG:
    case RK__COUNT:
    case RK__PRODUCT:
        return resolve_total(r, e);
    case RK__LOOKUP:
        return resolve_lookup(r, e);
    case RK__BAND:
        return resolve_band(r, e);
    case RK__POW:
        return resolve_pow(r, e);
    case RK__GIVEN:
        e->type = RK__EXPR_TRUTH;
        return rk__resolve(r, e->arg[0]);
    case RK__DAYS:
    case RK__MONTHS:
        if (e->n == 1) {
            return rk__resolve_wrong(r, e->at, RK_OUT_OF_RANGE,
                                     "write DAYS(from, to), or DAYS() of the period",
                                     "%s takes two dates, or none", rk__function_name(e->function));
        }
        return e->n == 0 || (rk__resolve_need(r, e->arg[0], RK__EXPR_TEXT) &&
                             rk__resolve_need(r, e->arg[1], RK__EXPR_TEXT));
    case RK__ROUND:
    case RK__TRUNC:
        if (e->n == 2 && e->arg[1]->op != RK__OP_CONSTANT && e->arg[1]->op != RK__OP_NEG) {
            e->total = true; /* the places are an expression */
            return rk__resolve_need(r, e->arg[0], RK__EXPR_NUMBER) &&
                   rk__resolve_need(r, e->arg[1], RK__EXPR_NUMBER);
        }
        if (e->n == 2 && !resolve_places(r, e, e->arg[1], -12, 12)) {
            return false;
        }
        return rk__resolve_need(r, e->arg[0], RK__EXPR_NUMBER);
    default:
        for (int i = 0; i < e->n; i++) {
            if (!rk__resolve_need(r, e->arg[i], RK__EXPR_NUMBER)) {
                return false;
            }
        }
        return true;
    }
}
