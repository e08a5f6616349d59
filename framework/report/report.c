/* SPDX-License-Identifier: MIT
 *
 * report.c: the public functions for reports; each finds its writer.
 */
#include "report/report.h"

#include "report/pack.h"

bool rk_format_parse(const char *name, rk_format *out)
{
    static const char *const names[] = {"text", "json", "csv",    "markdown",
                                        "xlsx", "html", "sqlite", "acm"};
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (rk_format) i;
            return true;
        }
    }
    return false;
}

rk_status rk_report_results(const rk_result *const *results, size_t n, rk_format format,
                            const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const rk_result *const *, size_t) = {
        [RK_FORMAT_TEXT] = rk__text_results,
        [RK_FORMAT_JSON] = rk__json_results,
        [RK_FORMAT_CSV] = rk__csv_results,
        [RK_FORMAT_MARKDOWN] = rk__markdown_results,
    };
    rk__page out;
    if (rk__is_pack(format)) {
        return rk__pack_results(results, n, format, sink);
    }
    if (format > RK_FORMAT_MARKDOWN && format != RK_FORMAT_ACM) {
        return RK_USAGE;
    }
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_ACM) {
        const rk_status status = rk__monitoring_results(&out, results, n);
        const rk_status finished = rk__page_finish(&out);
        return status != RK_OK ? status : finished;
    }
    writers[format](&out, results, n);
    return rk__page_finish(&out);
}

rk_status rk_report_comparison(const rk_comparison *comparison, rk_format format,
                               const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const rk_comparison *) = {
        [RK_FORMAT_TEXT] = rk__text_comparison,
        [RK_FORMAT_JSON] = rk__json_comparison,
        [RK_FORMAT_CSV] = rk__csv_comparison,
        [RK_FORMAT_MARKDOWN] = rk__markdown_comparison,
    };
    rk__page out;
    if (rk__is_pack(format)) {
        return rk__pack_comparison(comparison, format, sink);
    }
    if (format > RK_FORMAT_MARKDOWN) {
        return RK_USAGE;
    }
    rk__page_init(&out, sink);
    writers[format](&out, comparison);
    return rk__page_finish(&out);
}

rk_status rk_report_explanation(const rk_explanation *explanation, rk_format format,
                                const rk_sink *sink)
{
    static void (*const writers[])(rk__page *, const rk_explanation *) = {
        [RK_FORMAT_TEXT] = rk__text_explanation,
        [RK_FORMAT_JSON] = rk__json_explanation,
        [RK_FORMAT_CSV] = rk__csv_explanation,
        [RK_FORMAT_MARKDOWN] = rk__markdown_explanation,
    };
    rk__page out;
    if (format > RK_FORMAT_MARKDOWN) {
        return RK_USAGE;
    }
    rk__page_init(&out, sink);
    writers[format](&out, explanation);
    return rk__page_finish(&out);
}

const char *rk_result_basis_note(const rk_result *result)
{
    const char *sentence = rk__basis_sentence(rk_result_read(result)->basis);
    return sentence == NULL ? "" : sentence;
}

const char *rk_nearest(const char *word, const char *const *words)
{
    return rk__nearest(word, words);
}
