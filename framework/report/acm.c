/* SPDX-License-Identifier: MIT
 *
 * acm.c: results as the national monthly file of contract monitoring (Aggregate Contract
 * Monitoring, DCB2050): a row for each group of priced rows, and one for what a component pays
 * beside them. The prices are whole pence, and add up to the result's total.
 */
#include "report/report.h"

#include <string.h>

static const char header[] =
    "FINANCIAL MONTH,FINANCIAL YEAR,DATE AND TIME DATA SET CREATED,"
    "ORGANISATION IDENTIFIER (CODE OF PROVIDER),"
    "ORGANISATION SITE IDENTIFIER (OF TREATMENT),"
    "ORGANISATION IDENTIFIER (GP PRACTICE RESPONSIBILITY),"
    "ORGANISATION IDENTIFIER (RESIDENCE RESPONSIBILITY),"
    "ORGANISATION IDENTIFIER (CODE OF COMMISSIONER),"
    "GENERAL MEDICAL PRACTICE (PATIENT REGISTRATION),ACTIVITY TREATMENT FUNCTION CODE,"
    "LOCAL SUB-SPECIALTY CODE,WARD CODE,COMMISSIONED SERVICE CATEGORY CODE,SERVICE CODE,"
    "SPECIALISED MENTAL HEALTH SERVICE CATEGORY CODE,POINT OF DELIVERY CODE,"
    "POINT OF DELIVERY FURTHER DETAIL CODE,POINT OF DELIVERY FURTHER DETAIL DESCRIPTION,"
    "LOCAL POINT OF DELIVERY CODE,LOCAL POINT OF DELIVERY DESCRIPTION,LOCAL CONTRACT CODE,"
    "LOCAL CONTRACT CODE DESCRIPTION,LOCAL CONTRACT MONITORING CODE,"
    "LOCAL CONTRACT MONITORING DESCRIPTION,CONTRACT MONITORING ADDITIONAL DETAIL,"
    "CONTRACT MONITORING ADDITIONAL DESCRIPTION,TARIFF CODE,NATIONAL TARIFF INDICATOR,"
    "CONTRACT MONITORING PLANNED ACTIVITY,CONTRACT MONITORING PLANNED PRICE,"
    "CONTRACT MONITORING PLANNED MARKET FORCES FACTOR,CONTRACT MONITORING ACTUAL ACTIVITY,"
    "CONTRACT MONITORING ACTUAL PRICE,CONTRACT MONITORING ACTUAL MARKET FORCES FACTOR\n";

static const char *const columns[] = {
    "provider",           "commissioner", "pod",       "tariff_code", "hrg",
    "treatment_function", "site",         "residence", "gp_practice", NULL};

/* Texts of a row, by the columns above; NULL: blank. */
typedef struct text {
    const char *text;
    size_t length;
} text;
enum {
    PROVIDER,
    COMMISSIONER,
    POD,
    TARIFF_CODE,
    HRG,
    TREATMENT_FUNCTION,
    SITE,
    RESIDENCE,
    GP_PRACTICE,
    N_TEXTS
};
static const text blank = {NULL, 0};

/* A component of a period, and the pence that its rows have come to. */
typedef struct part {
    const rk_result_view *result;
    const rk_period_result *period;
    const rk_component_result *component;
    rk_int128 pence, forces; /* as written so far ... */
    rk_int128 exact, exact_forces;
    size_t forces_lane; /* 0: the rule has no such element */
    int scale;          /* ... and as they are */
} part;

/* ------------------------------------------------------------------------ cells */

static void put_text(rk__page *out, text t)
{
    if (t.text != NULL && t.length > 0) {
        rk__csv_cell(out, t.text, t.length);
    }
}

static void commas(rk__page *out, int n)
{
    while (n-- > 0) {
        rk__page_putc(out, ',');
    }
}

static void put_scaled(rk__page *out, rk_int128 value, int scale, int least)
{
    char digits[RK__SCALED_TEXT];
    rk__page_put(out, digits, rk__print_scaled(digits, value, scale, least, RK__LINE_PLACES));
}

static text text_of(const char *name)
{
    return (text){name, name != NULL ? strlen(name) : 0};
}

/* The text, if the field can hold it. */
static text within(const char *name, size_t most)
{
    const text t = text_of(name);
    return t.length <= most ? t : blank;
}

static bool is_text(text t, const char *word)
{
    return t.text != NULL && t.length == strlen(word) && memcmp(t.text, word, t.length) == 0;
}

/* Points of delivery that must have no activity, place or tariff code. */
static bool has_no_activity(text pod)
{
    static const char *const none[] = {"ADJUSTMENT", "BLOCK",     "CQUIN", "DRUG", "DEVICE",
                                       "NAOTHER",    "NOT KNOWN", "N/A",   NULL};
    bool is = false;
    for (size_t i = 0; none[i] != NULL; i++) {
        is |= is_text(pod, none[i]);
    }
    return is;
}

/* ------------------------------------------------------------------------- rows */

static void put_row(rk__page *out, const part *p, const text *t, rk_int128 quantity, text price,
                    rk_int128 forces)
{
    const bool none = has_no_activity(t[POD]);
    const int year = p->period->start / 10000 - (p->period->start / 100 % 100 < 4);
    const int month = (p->period->start / 100 % 100 + 8) % 12 + 1;
    put_scaled(out, month, 0, 0);
    rk__page_putc(out, ',');
    put_scaled(out, (rk_int128) year * 100 + (year + 1) % 100, 0, 0);
    commas(out, 2);
    put_text(out, t[PROVIDER].length > 0 ? t[PROVIDER] : text_of(p->result->provider));
    static const int places[] = {SITE, GP_PRACTICE, RESIDENCE};
    for (size_t i = 0; i < 3; i++) {
        rk__page_putc(out, ',');
        put_text(out, none ? blank : t[places[i]]);
    }
    rk__page_putc(out, ',');
    put_text(out, t[COMMISSIONER].length > 0 ? t[COMMISSIONER] : text_of(p->result->commissioner));
    commas(out, 2);
    put_text(out, none ? blank : t[TREATMENT_FUNCTION]);
    commas(out, 6);
    put_text(out, t[POD]);
    commas(out, 5);
    put_text(out, within(p->result->contract, 20));
    commas(out, 2);
    put_text(out, within(p->component->id, 30));
    rk__page_putc(out, ',');
    put_text(out, within(p->component->title, 100));
    commas(out, 3);
    if (!none && !is_text(t[POD], "OTHER")) {
        put_text(out, t[TARIFF_CODE].length > 0 ? t[TARIFF_CODE] : t[HRG]);
    }
    commas(out, 5);
    put_scaled(out, none ? 0 : quantity, RK_DECIMAL_PLACES, 0);
    rk__page_putc(out, ',');
    rk__page_add(out, price.text, price.length);
    rk__page_putc(out, ',');
    if (p->forces_lane != 0) {
        put_scaled(out, forces, p->result->places, p->result->places);
    }
    rk__page_putc(out, '\n');
}

/* The pence of a running sum, so that those of its parts add up to those of the whole. */
static rk_int128 pence_of(const part *p, rk_int128 exact)
{
    rk_int128 step = 1;
    for (int i = p->result->places; i < p->scale; i++) {
        step *= 10;
    }
    return rk_div_round(exact, step);
}

static void put_group(rk__page *out, part *p, size_t g)
{
    const rk_groups *groups = p->component->groups;
    text t[N_TEXTS] = {{NULL, 0}};
    for (size_t c = 0; c < rk_groups_n_columns(groups); c++) {
        for (size_t k = 0; k < N_TEXTS; k++) {
            if (strcmp(rk_groups_column(groups, c), columns[k]) == 0) {
                t[k].text = rk_groups_key(groups, g, c, &t[k].length);
            }
        }
    }
    const rk_int128 before = p->pence, forces = p->forces;
    if (p->scale > 0) {
        p->exact += rk_groups_value(groups, g, RK_LANE_AMOUNT);
        p->exact_forces += p->forces_lane != 0 ? rk_groups_value(groups, g, p->forces_lane) : 0;
        p->pence = pence_of(p, p->exact);
        p->forces = pence_of(p, p->exact_forces);
    }
    char price[RK__SCALED_TEXT];
    const int places = p->result->places;
    const size_t length =
        rk__print_scaled(price, p->pence - before, places, places, RK__LINE_PLACES);
    put_row(out, p, t, rk_groups_value(groups, g, RK_LANE_QUANTITY), (text){price, length},
            p->forces - forces);
}

/* What the component pays beside its rows: a block, a cap, or what rounding makes. */
static void put_rest(rk__page *out, part *p, rk__nums *nums)
{
    const char *rule = p->component->rule;
    const bool block = strcmp(rule, "block") == 0 || strcmp(rule, "capitation") == 0;
    text t[N_TEXTS] = {{NULL, 0}};
    rk_int128 millionths = p->pence;
    for (int i = p->result->places; i < RK_DECIMAL_PLACES; i++) {
        millionths *= 10;
    }
    const rk_num rest =
        rk__num_sub(nums, p->component->total, rk__num_scaled(nums, millionths, RK_DECIMAL_PLACES));
    rk__buf price = {0};
    rk__num_print_fixed(&price, rest, p->result->places);
    t[POD] = text_of(block ? "BLOCK" : "ADJUSTMENT");
    p->forces_lane = 0;
    out->failed |= price.failed;
    if (rk__num_sign(rest) != 0 && !price.failed) {
        put_row(out, p, t, 0, (text){price.text, price.length}, 0);
    }
    rk__buf_dispose(&price);
}

static void put_component(rk__page *out, const rk_result_view *result,
                          const rk_period_result *period, const rk_component_result *component,
                          rk__nums *nums)
{
    part p = {.result = result, .period = period, .component = component};
    const rk_groups *groups = component->groups;
    p.scale = groups != NULL ? rk_groups_places(groups) : 0;
    for (size_t e = 0; p.scale > 0 && e < component->n_elements; e++) {
        if (strcmp(rk_component_element(component, e)->name, "market_forces") == 0) {
            p.forces_lane = RK_LANE_ELEMENT + e;
        }
    }
    for (size_t g = 0; groups != NULL && g < rk_groups_count(groups) && !out->stopped; g++) {
        put_group(out, &p, g);
    }
    put_rest(out, &p, nums);
}

/* ------------------------------------------------------------------------ whole */

const char *const *rk_monitoring_columns(void)
{
    return columns;
}

const rk_period_result *rk_result_not_a_month(const rk_result *result)
{
    for (size_t p = 0; p < rk_result_read(result)->n_periods; p++) {
        const rk_period_result *period = rk_result_period(result, p);
        if (period->start / 100 != period->end / 100) {
            return period;
        }
    }
    return NULL;
}

rk_status rk__monitoring_results(rk__page *out, const rk_result *const *results, size_t n)
{
    rk__nums nums = {.untraced = true};
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *v = rk_result_read(results[i]);
        if (rk_result_not_a_month(results[i]) != NULL || v->suppress_below > 0 ||
            strcmp(v->currency, rk_result_read(results[0])->currency) != 0) {
            return RK_USAGE;
        }
    }
    rk__page_puts(out, header);
    for (size_t i = 0; i < n; i++) {
        const rk_result_view *result = rk_result_read(results[i]);
        for (size_t p = 0; p < result->n_periods; p++) {
            const rk_period_result *period = rk_result_period(results[i], p);
            for (size_t c = 0; c < period->n_components; c++) {
                const rk_component_result *component = rk_period_component(period, c);
                if (!component->shadow) {
                    put_component(out, result, period, component, &nums);
                }
            }
        }
    }
    out->failed |= nums.no_memory;
    rk__nums_dispose(&nums);
    return RK_OK;
}
