/* SPDX-License-Identifier: MIT */
#include "rules/bind_value.h"

#include <stdio.h>
#include <string.h>

#include "base/problems.h"

const char *rk__shown(const char *text, char out[RK__SHOWN_SIZE])
{
    const size_t room = RK__SHOWN_SIZE - 4; /* for "..." and the NUL */
    size_t length = strlen(text);
    bool cut = false;
    if (length > room) {
        length = room;
        cut = true;
        while (length > 0 && ((unsigned char) text[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    for (size_t i = 0; i < length; i++) {
        out[i] = (unsigned char) text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
    }
    memcpy(out + length, cut ? "..." : "", cut ? 4 : 1);
    return out;
}

bool rk__param_is_number(rk_param_type type)
{
    return type == RK_PARAM_INTEGER || type == RK_PARAM_DECIMAL || type == RK_PARAM_EXACT ||
           type == RK_PARAM_RATIO;
}

bool rk__param_takes_ratio(const rk_param *param)
{
    return param->type == RK_PARAM_RATIO ||
           (param->type == RK_PARAM_DECIMAL && param->unit != NULL &&
            strcmp(param->unit, "ratio") == 0);
}

/* ------------------------------------------------------------------ numbers */

static rk_status refused(rk__refusal *why, rk_status status, const char *hint, const char *path,
                         const char *text, const char *fault)
{
    char shown[RK__SHOWN_SIZE];
    (void) rk__refuse(why, hint, "'%s' is '%s', which %s", path, rk__shown(text, shown), fault);
    return status;
}

/* Why a number was not accepted: a ratio in place of an amount, too many decimals, too large, or
 * not a number. */
static rk_status number_refused(const rk_param *param, const char *path, const char *text,
                                rk__nums *nums, const char *fault, rk__refusal *why)
{
    const char *ignored;
    char hint[sizeof why->hint];
    rk__buf printed = {0};
    rk_status status = RK_WRONG_TYPE;
    if (rk__param_takes_ratio(param)) {
        status = rk__num_is_spelled(text, true) ? RK_OUT_OF_RANGE : RK_WRONG_TYPE;
        return refused(why, status,
                       param->type == RK_PARAM_RATIO
                           ? "write a ratio: 0.0475, \"4.75%\" or \"7/12\""
                           : "write a ratio of at most six decimals: 0.0475 or \"4.75%\"",
                       path, text, fault);
    }
    rk_num plain = rk__num_parse(nums, text, 0, -1, &ignored);
    if (plain != NULL) {
        rk__num_print_trimmed(&printed, plain, RK_DECIMAL_PLACES);
        (void) snprintf(hint, sizeof hint, "write at most six decimals: %s",
                        printed.text != NULL ? printed.text : "");
        status =
            refused(why, RK_OUT_OF_RANGE, hint, path, text, "has digits past the sixth decimal");
    } else if (strpbrk(text, "%/") != NULL &&
               (plain = rk__num_parse(nums, text, 1, -1, &ignored)) != NULL) {
        rk__num_print_exact(&printed, plain);
        const bool ends = printed.text != NULL && strchr(printed.text, '/') == NULL;
        (void) snprintf(hint, sizeof hint, "write a decimal number%s%s", ends ? ": " : "",
                        ends ? printed.text : "");
        status = refused(why, RK_WRONG_TYPE, hint, path, text,
                         "is a ratio where a decimal number is expected");
    } else if (rk__num_is_spelled(text, false)) {
        status = refused(why, RK_OUT_OF_RANGE, "write the number in full, without an exponent",
                         path, text, fault);
    } else {
        status = refused(why, RK_WRONG_TYPE, "write a number, or a decimal in quotes: \"1234.50\"",
                         path, text, fault);
    }
    rk__buf_dispose(&printed);
    return status;
}

const char *rk__bounds_words(const rk_param *param, char out[RK__SHOWN_SIZE])
{
    const char *const min = param->min;
    const char *const max = param->max;
    out[0] = '\0';
    if (min != NULL && max != NULL) {
        (void) snprintf(out, RK__SHOWN_SIZE, "%s to %s", min, max);
    } else if (min != NULL) {
        (void) snprintf(out, RK__SHOWN_SIZE, "%s or more", min);
    } else if (max != NULL) {
        (void) snprintf(out, RK__SHOWN_SIZE, "%s or less", max);
    }
    return out;
}

static rk_status bounds_check(const rk_param *param, const char *path, const char *text,
                              rk__nums *nums, rk_num number, rk__refusal *why)
{
    struct rk_num_node own;
    const char *const bounds[2] = {param->min, param->max};
    for (int i = 0; i < 2; i++) {
        if (bounds[i] == NULL) {
            continue;
        }
        const bool zero = bounds[i][0] == '0' && bounds[i][1] == '\0'; /* as most are */
        const rk_num bound = zero ? NULL : rk__num_parse_into(nums, &own, bounds[i], 1);
        if (bound == NULL && !zero) {
            return RK_NO_MEMORY; /* the table was checked when the rule was loaded */
        }
        const int order = zero ? rk__num_sign(number) : rk__num_compare(number, bound);
        if (i == 0 ? order < 0 : order > 0) {
            char fault[96];
            char hint[sizeof why->hint];
            char words[RK__SHOWN_SIZE];
            (void) snprintf(fault, sizeof fault, "is %s its %s of %s", i == 0 ? "below" : "above",
                            i == 0 ? "minimum" : "maximum", bounds[i]);
            (void) snprintf(hint, sizeof hint, "write a value of %s",
                            rk__bounds_words(param, words));
            return refused(why, RK_OUT_OF_RANGE, hint, path, text, fault);
        }
    }
    return RK_OK;
}

static rk_status number_read(const rk_param *param, const char *path, const char *text,
                             rk__nums *nums, rk__scalar *out, rk__refusal *why)
{
    const int ratio = rk__param_takes_ratio(param);
    const int places =
        param->type == RK_PARAM_DECIMAL || param->type == RK_PARAM_EXACT ? RK_DECIMAL_PLACES : -1;
    const char *fault = NULL;
    rk_num number = rk__num_parse(nums, text, ratio, places, &fault);
    if (number == NULL) {
        const rk_status status = number_refused(param, path, text, nums, fault, why);
        return nums->no_memory ? RK_NO_MEMORY : status;
    }
    if (param->type == RK_PARAM_DECIMAL && !rk__num_to_decimal(number, &out->decimal)) {
        return refused(why, RK_OVERFLOW, "amounts of rows go up to 9.2 trillion", path, text,
                       "does not fit");
    }
    if (param->type == RK_PARAM_INTEGER) {
        if (!rk__num_is_integer(number)) {
            return refused(why, RK_OUT_OF_RANGE, "write a whole number", path, text,
                           "is not a whole number");
        }
        if (number->big || number->num == INT64_MIN) {
            return refused(why, RK_OVERFLOW, "write a smaller number", path, text, "does not fit");
        }
        out->integer = number->num;
    }
    out->number = number;
    return bounds_check(param, path, text, nums, number, why);
}

/* -------------------------------------------------------------------- words */

static rk_status word_read(const rk_param *param, const char *path, const char *text,
                           rk__scalar *out, rk__refusal *why)
{
    char hint[sizeof why->hint] = "";
    size_t used = 0;
    for (int32_t i = 0; param->words[i] != NULL; i++) {
        if (strcmp(param->words[i], text) == 0) {
            out->word = i;
            return RK_OK;
        }
    }
    const char *const nearest = rk__nearest(text, param->words);
    if (nearest != NULL) {
        (void) snprintf(hint, sizeof hint, "did you mean '%s'?", nearest);
    }
    for (size_t i = 0; nearest == NULL && param->words[i] != NULL && used < sizeof hint; i++) {
        const int n = snprintf(hint + used, sizeof hint - used, "%s'%s'", i == 0 ? "one of " : ", ",
                               param->words[i]);
        used += n > 0 ? (size_t) n : 0;
    }
    return refused(why, RK_OUT_OF_RANGE, hint, path, text, "is none of its words");
}

rk_status rk__scalar_read(const rk_param *param, const char *path, const char *text, rk__nums *nums,
                          rk__scalar *out, rk__refusal *why)
{
    memset(out, 0, sizeof *out);
    switch (param->type) {
    case RK_PARAM_TEXT:
        out->text = text;
        return RK_OK;
    case RK_PARAM_BOOL:
        out->truth = strcmp(text, "true") == 0;
        if (!out->truth && strcmp(text, "false") != 0) {
            return refused(why, RK_WRONG_TYPE, "write true or false, without quotes", path, text,
                           "is neither true nor false");
        }
        return RK_OK;
    case RK_PARAM_ENUM:
        return word_read(param, path, text, out, why);
    case RK_PARAM_INTEGER:
    case RK_PARAM_DECIMAL:
    case RK_PARAM_EXACT:
    case RK_PARAM_RATIO:
        return number_read(param, path, text, nums, out, why);
    case RK_PARAM_COMPONENT:
    case RK_PARAM_SCOPE:
        return refused(why, RK_WRONG_TYPE, "leave it out", path, text, "stands for no component");
    case RK_PARAM_LIST:
        break;
    }
    return refused(why, RK_WRONG_TYPE, "write a list of objects", path, text, "is not a list");
}

/* ------------------------------------------------------------------- fields */

size_t rk__param_field_size(rk_param_type type)
{
    switch (type) {
    case RK_PARAM_TEXT:
    case RK_PARAM_SCOPE:
        return sizeof(const char *);
    case RK_PARAM_BOOL:
        return sizeof(bool);
    case RK_PARAM_INTEGER:
        return sizeof(int64_t);
    case RK_PARAM_DECIMAL:
        return sizeof(rk_decimal);
    case RK_PARAM_EXACT:
    case RK_PARAM_RATIO:
        return sizeof(rk_num);
    case RK_PARAM_ENUM:
        return sizeof(int32_t);
    case RK_PARAM_LIST:
        return sizeof(rk_list);
    case RK_PARAM_COMPONENT:
        return sizeof(rk_of);
    }
    return 0;
}

size_t rk__param_field_align(rk_param_type type)
{
    return type == RK_PARAM_LIST        ? _Alignof(rk_list)
           : type == RK_PARAM_COMPONENT ? _Alignof(rk_of)
                                        : rk__param_field_size(type);
}

void rk__scalar_store(const rk_param *param, const rk__scalar *value, void *object)
{
    void *const field = (char *) object + param->offset;
    switch (param->type) {
    case RK_PARAM_TEXT:
    case RK_PARAM_SCOPE:
        memcpy(field, &value->text, sizeof value->text);
        break;
    case RK_PARAM_BOOL:
        memcpy(field, &value->truth, sizeof value->truth);
        break;
    case RK_PARAM_INTEGER:
        memcpy(field, &value->integer, sizeof value->integer);
        break;
    case RK_PARAM_DECIMAL:
        memcpy(field, &value->decimal, sizeof value->decimal);
        break;
    case RK_PARAM_EXACT:
    case RK_PARAM_RATIO:
        memcpy(field, &value->number, sizeof value->number);
        break;
    case RK_PARAM_ENUM:
        memcpy(field, &value->word, sizeof value->word);
        break;
    case RK_PARAM_LIST:
    case RK_PARAM_COMPONENT:
        break;
    }
}

void rk__absent_store(const rk_param *param, void *object)
{
    const rk__scalar absent = {.decimal = RK_DECIMAL_NONE, .integer = INT64_MIN, .word = -1};
    if (param->type == RK_PARAM_LIST || param->type == RK_PARAM_COMPONENT) {
        memset((char *) object + param->offset, 0, rk__param_field_size(param->type));
    } else {
        rk__scalar_store(param, &absent, object);
    }
}
