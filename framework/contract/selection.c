/* SPDX-License-Identifier: MIT
 *
 * selection.c: which periods --periods, --through and --year-to-date select.
 */
#include "contract/selection.h"

#include <string.h>

#include "base/nearest.h"
#include "contract/session.h"

bool rk__options_select(const rk_options *options)
{
    return options->periods != NULL || options->through != NULL || options->year_to_date;
}

/* ------------------------------------------------------------------------ ids */

/* The place of a period by time; SIZE_MAX if there is none of this id. */
static size_t place_of(const rk_contract *c, const char *id, size_t length)
{
    for (size_t at = 0; at < c->n_periods; at++) {
        const char *known = c->periods[c->calendar.order[at]].id;
        if (strlen(known) == length && memcmp(known, id, length) == 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

static rk_status unknown_period(const rk_contract *c, const char *id, size_t length,
                                rk_problems *problems)
{
    rk__arena scratch = {0};
    const char **ids = rk__arena_alloc(&scratch, (c->n_periods + 1) * sizeof *ids);
    const char *name = rk__arena_copy(&scratch, id, length);
    for (size_t at = 0; ids != NULL && at < c->n_periods; at++) {
        ids[at] = c->periods[c->calendar.order[at]].id;
    }
    const char *near = ids != NULL && name != NULL ? rk__nearest(name, ids) : NULL;
    const char *hint = near != NULL  ? rk__arena_printf(&scratch, "did you mean '%s'?", near)
                       : ids == NULL ? NULL
                       : c->n_periods == 1
                           ? rk__arena_printf(&scratch, "the contract has one period, '%s'", ids[0])
                           : rk__arena_printf(&scratch, "the contract's periods are '%s' to '%s'",
                                              ids[0], ids[c->n_periods - 1]);
    const rk_status status =
        rk__problem(problems, RK_USAGE, NULL, hint, "--periods: there is no period '%s'",
                    name != NULL ? name : "");
    rk__arena_dispose(&scratch);
    return status;
}

/* Where the dots of a range are in a text; NULL if it is the id of one period. */
static const char *dots_of(const rk_contract *c, const char *text, size_t length)
{
    const char *dots = length >= 2 ? memmem(text, length, "..", 2) : NULL;
    return dots != NULL && place_of(c, text, length) == SIZE_MAX ? dots : NULL;
}

/* FIRST..LAST, of which either may be absent; or one id. */
static rk_status take_range(rk_contract *c, const char *text, size_t length, rk_problems *problems)
{
    const char *dots = dots_of(c, text, length);
    const char *end = text + length;
    const char *last_text = dots != NULL ? dots + 2 : text;
    const size_t first_length = dots != NULL ? (size_t) (dots - text) : length;
    const size_t last_length = (size_t) (end - last_text);
    size_t first = 0;
    size_t last = c->n_periods - 1;
    if (first_length > 0 || dots == NULL) {
        first = place_of(c, text, first_length);
    }
    if (first == SIZE_MAX) {
        return unknown_period(c, text, first_length, problems);
    }
    if (last_length > 0 || dots == NULL) {
        last = place_of(c, last_text, last_length);
    }
    if (last == SIZE_MAX) {
        return unknown_period(c, last_text, last_length, problems);
    }
    if (last < first) {
        return rk__problem(problems, RK_USAGE, NULL, "write the earlier period first",
                           "--periods: '%.*s' comes after '%.*s'", (int) first_length, text,
                           (int) last_length, last_text);
    }
    for (size_t at = first; at <= last; at++) {
        c->selection.shown[c->calendar.order[at]] = true;
    }
    return RK_OK;
}

static rk_status take_list(rk_contract *c, const char *text, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (bool more = true; more && status == RK_OK;) {
        const size_t length = strcspn(text, ",");
        status = take_range(c, text, length, problems);
        more = text[length] == ',';
        text += length + more;
    }
    return status;
}

/* ---------------------------------------------------------------------- dates */

/* Removes the periods that have not ended by a day. */
static rk_status cut_through(rk_contract *c, const char *through, rk_problems *problems)
{
    rk_date day;
    if (!rk__date_parse(through, strlen(through), &day)) {
        return rk__problem(problems, RK_USAGE, NULL, "write dates as 2016-09-30",
                           "--through: '%s' is not a date", through);
    }
    bool any = false;
    const rk_period *first = NULL;
    for (size_t at = 0; at < c->n_periods; at++) {
        const size_t p = c->calendar.order[at];
        const bool was = c->selection.shown[p];
        c->selection.shown[p] = was && rk__date_compare(c->periods[p].end, day) <= 0;
        any |= c->selection.shown[p];
        first = was && first == NULL ? &c->periods[p] : first;
    }
    if (any || first == NULL) {
        return RK_OK;
    }
    return rk__problem(problems, RK_USAGE, NULL,
                       "a period that goes on after the date is left out; months are "
                       "\"periods\": {\"months\": {\"from\": \"2016-04\", \"to\": \"2017-03\"}}",
                       "--through %s: no period has ended by then; the first, '%s', ends on "
                       "%04d-%02d-%02d",
                       through, first->id, (int) first->end.year, (int) first->end.month,
                       (int) first->end.day);
}

static int32_t year_of(const rk_contract *c, size_t p)
{
    return rk__calendar_year(&c->calendar, c->periods[p].start);
}

rk_status rk__selection_close(rk_contract *contract, size_t last)
{
    rk_contract *c = contract;
    rk__selection *s = &c->selection;
    bool reached = false;
    rk__buf text = {0};
    s->open = false;
    s->n = 0;
    /* From the last back: a period is needed if it or a later one of its year is shown. */
    for (size_t at = c->n_periods; at-- > 0;) {
        const size_t p = c->calendar.order[at];
        reached |= p == last;
        if (c->session->options.year_to_date) {
            s->shown[p] = reached && year_of(c, p) == year_of(c, last);
        }
        const size_t next = at + 1 < c->n_periods ? c->calendar.order[at + 1] : p;
        s->needed[p] =
            s->shown[p] || (next != p && s->needed[next] && year_of(c, next) == year_of(c, p));
        s->n += s->shown[p];
    }
    for (size_t at = 0, run = 0; at < c->n_periods; at++) {
        const char *id = c->periods[c->calendar.order[at]].id;
        const bool now = s->shown[c->calendar.order[at]];
        const bool on = at + 1 < c->n_periods && s->shown[c->calendar.order[at + 1]];
        if (now && run == 0) {
            rk__buf_printf(&text, "%s%s", text.length > 0 ? "," : "", id);
        } else if (now && !on) {
            rk__buf_printf(&text, "..%s", id);
        }
        run = now ? run + 1 : 0;
    }
    s->text = text.failed ? NULL : rk__arena_copy(&c->arena, text.text, text.length);
    rk__buf_dispose(&text);
    return s->text != NULL ? RK_OK : RK_NO_MEMORY;
}

rk_status rk__selection_read(rk_contract *contract, rk_problems *problems)
{
    rk_contract *c = contract;
    const rk_options *o = &c->session->options;
    rk__selection *s = &c->selection;
    if (!rk__options_select(o)) {
        return RK_OK;
    }
    s->shown = rk__arena_alloc(&c->arena, c->n_periods * sizeof *s->shown);
    s->needed = rk__arena_alloc(&c->arena, c->n_periods * sizeof *s->needed);
    if (s->shown == NULL || s->needed == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t p = 0; p < c->n_periods; p++) {
        s->shown[p] = s->needed[p] = o->periods == NULL;
    }
    rk_status status = o->periods != NULL ? take_list(c, o->periods, problems) : RK_OK;
    if (status == RK_OK && o->through != NULL) {
        status = cut_through(c, o->through, problems);
    }
    s->open = o->periods == NULL && o->through == NULL;
    size_t last = 0;
    for (size_t at = 0; at < c->n_periods; at++) {
        last = s->shown[c->calendar.order[at]] ? c->calendar.order[at] : last;
    }
    return status != RK_OK || s->open ? status : rk__selection_close(c, last);
}
