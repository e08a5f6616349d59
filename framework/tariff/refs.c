/* SPDX-License-Identifier: MIT
 *
 * refs.c: the references to tariffs in a contract or on the command line.
 */
#include "tariff/inside.h"

#include <string.h>
#include <strings.h>

#include "access/url.h"

static const char *const ref_keys[] = {"url", "file", "sha256", "max_age_days", NULL};

/* "https" of "https://...": its length, or 0 if the text has no scheme. */
static size_t scheme_length(const char *text)
{
    const char *end = strstr(text, "://");
    if (end == NULL) {
        return 0;
    }
    for (const char *c = text; c < end; c++) {
        const bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        const bool other = (*c >= '0' && *c <= '9') || *c == '+' || *c == '-' || *c == '.';
        if (!letter && (c == text || !other)) {
            return 0;
        }
    }
    return (size_t) (end - text);
}

static bool is_http(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

/* The source line is not shown, since it may hold a password. */
static rk_status bad_url(const rk__value *v, const char *hint, rk_problems *problems)
{
    char shown[300];
    rk__arena arena = {0};
    rk__place place = {0};
    rk__json_place(v, &place, &arena);
    if (place.excerpt != NULL && rk__url_may_have_credentials(place.excerpt)) {
        place.excerpt = NULL;
    }
    (void) rk__problem(problems, RK_OUT_OF_RANGE, &place, hint, "cannot load a tariff from '%s'",
                       rk__url_show(v->text, shown, sizeof shown));
    rk__arena_dispose(&arena);
    return RK_OUT_OF_RANGE;
}

static rk_status check_blank(const rk__value *v, rk_problems *problems)
{
    return v->length > 0 ? RK_OK
                         : rk__json_problem(problems, v, RK_OUT_OF_RANGE,
                                            "write a path, or a URL that begins with https://",
                                            "the place of a tariff is blank");
}

static rk_status read_text(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    const rk_status status = check_blank(v, problems);
    if (status != RK_OK) {
        return status;
    }
    if (is_http(v->text)) {
        out->url = v->text;
    } else if (scheme_length(v->text) > 0) {
        return bad_url(v, "use an http or https URL, or a path", problems);
    } else {
        out->path = v->text;
    }
    return RK_OK;
}

static rk_status read_url_or_file(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    rk_status status = RK_OK;
    rk__keep_first(&status, rk__json_text_of(v, "url", false, &out->url, problems));
    rk__keep_first(&status, rk__json_text_of(v, "file", false, &out->path, problems));
    if (status != RK_OK) {
        return status;
    }
    if (out->url != NULL && out->path != NULL) {
        return rk__json_key_problem(problems, rk__json_get(v, "file"), RK_CONFLICT,
                                    "remove one of them", "this tariff has both 'url' and 'file'");
    }
    if (out->url == NULL && out->path == NULL) {
        return rk__json_problem(problems, v, RK_MISSING_KEY,
                                "give \"url\", \"file\", or a whole tariff with \"reckoner\": "
                                "\"tariff/1\"",
                                "this tariff has neither 'url' nor 'file'");
    }
    const rk__value *at = rk__json_get(v, out->url != NULL ? "url" : "file");
    status = check_blank(at, problems);
    if (status == RK_OK && out->url != NULL && !is_http(out->url)) {
        return bad_url(at,
                       scheme_length(out->url) > 0 ? "use an http or https URL"
                                                   : "write a path as \"file\"",
                       problems);
    }
    if (status == RK_OK && out->path != NULL && scheme_length(out->path) > 0) {
        return bad_url(at, "write a URL as \"url\"", problems);
    }
    return status;
}

static rk_status read_pin(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    const rk_status status = rk__json_text_of(v, "sha256", false, &out->sha256, problems);
    if (status != RK_OK || out->sha256 == NULL) {
        return status;
    }
    if (strlen(out->sha256) != 64 || strspn(out->sha256, "0123456789abcdefABCDEF") != 64) {
        return rk__json_problem(problems, rk__json_get(v, "sha256"), RK_OUT_OF_RANGE,
                                "write the 64 hexadecimal digits that sha256sum prints",
                                "'%s' is not a SHA-256 digest", out->sha256);
    }
    return RK_OK;
}

static rk_status read_age(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    const rk__value *age = rk__json_get(v, "max_age_days");
    rk_decimal days;
    if (!rk__json_given(age)) {
        return RK_OK;
    }
    if (age->type != RK__JSON_NUMBER && age->type != RK__JSON_STRING) {
        return rk__json_problem(problems, age, RK_WRONG_TYPE, NULL,
                                "'max_age_days' must be a number, and is %s",
                                rk__json_type_name(age));
    }
    if (rk__decimal_parse(age->text, age->length, &days) != RK__DECIMAL_OK || days < 0 ||
        days % RK_DECIMAL_ONE != 0) {
        return rk__json_problem(problems, age, RK_OUT_OF_RANGE, "write a whole number of days",
                                "'max_age_days' is '%s'", age->text);
    }
    out->max_age_days = days / RK_DECIMAL_ONE;
    return RK_OK;
}

static rk_status read_object(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    rk_status first = RK_OK;
    if (rk__json_get(v, "reckoner") != NULL) {
        out->body = v;
        return RK_OK;
    }
    rk__keep_first(&first, rk__json_only_keys(v, ref_keys, problems));
    rk__keep_first(&first, read_url_or_file(v, out, problems));
    rk__keep_first(&first, read_pin(v, out, problems));
    rk__keep_first(&first, read_age(v, out, problems));
    return first;
}

static rk_status read_ref(const rk__value *v, rk__tariff_ref *out, rk_problems *problems)
{
    *out = (rk__tariff_ref){.max_age_days = -1, .at = v};
    if (v->type == RK__JSON_STRING) {
        return read_text(v, out, problems);
    }
    if (v->type == RK__JSON_OBJECT) {
        return read_object(v, out, problems);
    }
    return rk__json_problem(
        problems, v, RK_WRONG_TYPE, "write a path, a URL, {\"url\": ...} or {\"file\": ...}",
        "a tariff must be a string or an object, not %s", rk__json_type_name(v));
}

rk_status rk__tariff_refs_read(const rk__value *v, rk__arena *arena, rk__tariff_ref **out,
                               size_t *n, rk_problems *problems)
{
    *out = NULL;
    *n = 0;
    if (!rk__json_given(v)) {
        return RK_OK;
    }
    const bool list = v->type == RK__JSON_ARRAY;
    if (list && v->count == 0) {
        return rk__json_problem(problems, v, RK_OUT_OF_RANGE, "leave 'tariff' out, or name one",
                                "the list of tariffs is empty");
    }
    const size_t count = list ? v->count : 1;
    rk__tariff_ref *refs = rk__arena_alloc(arena, count * sizeof *refs);
    if (refs == NULL) {
        return RK_NO_MEMORY;
    }
    rk_status first = RK_OK;
    size_t i = 0;
    for (const rk__value *item = list ? v->first : v; i < count; item = item->next) {
        rk__keep_first(&first, read_ref(item, &refs[i++], problems));
    }
    if (first == RK_OK) {
        *out = refs;
        *n = count;
    }
    return first;
}

rk__tariff_ref rk__tariff_ref_of(const char *source)
{
    /* Anything with a scheme goes to the fetcher, which reports the schemes that it refuses. */
    const bool url = scheme_length(source) > 0;
    return (rk__tariff_ref){
        .path = url ? NULL : source, .url = url ? source : NULL, .max_age_days = -1};
}
