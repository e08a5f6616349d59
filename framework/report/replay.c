/* SPDX-License-Identifier: MIT
 *
 * replay.c: a result evaluated again: the same, or which input has changed.
 */
#include "report/questions.h"

static const char *const outcomes[] = {"same", "places", "different"};

static void say(rk__page *out, rk__buf *text, bool markdown)
{
    out->failed |= text->failed;
    rk__question_paragraph(out, text->text != NULL ? text->text : "", markdown);
    rk__buf_dispose(text);
}

static void people(rk__page *out, const rk_replay *of, bool markdown)
{
    const rk_replay_view *v = rk_replay_read(of);
    rk__buf text = {0};
    rk__buf_printf(&text, "%s, evaluated again", v->result);
    if (v->n_results == 1 && v->document != NULL) {
        rk__buf_printf(&text, " from %s", v->document);
    }
    rk__buf_puts(&text, ": ");
    if (v->n_results > 1) {
        rk__buf_printf(&text, "%zu results, ", v->n_results);
    }
    if (v->n_results > 1 && v->outcome == RK_REPLAY_DIFFERENT) {
        rk__buf_printf(&text, "%zu of which %s", v->n_different,
                       v->n_different == 1 ? "differs" : "differ");
    } else {
        rk__buf_puts(&text, v->outcome == RK_REPLAY_SAME ? "the same bytes"
                            : v->outcome == RK_REPLAY_PLACES
                                ? "the same, but for where its files are"
                                : "it differs");
    }
    if (v->n_left_out > 0) {
        rk__buf_printf(&text, ". Lines that are no results, such as errors: %zu", v->n_left_out);
    }
    say(out, &text, markdown);
    if (v->outcome != RK_REPLAY_DIFFERENT) {
        return;
    }
    for (size_t i = 0; i < v->n_changed; i++) {
        const rk_replay_change *c = rk_replay_change_at(of, i);
        rk__buf item = {0};
        rk__buf_printf(&item, "%s %s%s%s", c->what, c->name != NULL ? c->name : "",
                       c->was == NULL  ? " is new"
                       : c->is == NULL ? " is gone"
                                       : " has changed: was ",
                       c->was != NULL && c->is != NULL ? c->was : "");
        if (c->was != NULL && c->is != NULL) {
            rk__buf_printf(&item, ", is %s", c->is);
        }
        out->failed |= item.failed;
        rk__question_item(out, item.text != NULL ? item.text : "", markdown);
        rk__buf_dispose(&item);
    }
    if (v->line > 0) {
        rk__buf_printf(
            &text,
            "No input that it names has changed. The first difference is in line %zu: '%s', "
            "now '%s'.",
            v->line, v->line_was, v->line_is);
        say(out, &text, markdown);
    }
    if (v->total_was != NULL && v->total_is != NULL) {
        rk__buf_puts(&text, "The total was ");
        rk__print_grouped(&text, v->total_was);
        rk__buf_puts(&text, " and is ");
        rk__print_grouped(&text, v->total_is);
        say(out, &text, markdown);
    }
}

static void json(rk__page *out, const rk_replay *of)
{
    const rk_replay_view *v = rk_replay_read(of);
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "replay/1");
    rk__json_put_text(&w, "result", v->result);
    rk__json_put_text(&w, "document", v->document);
    rk__json_put_text(&w, "outcome", outcomes[v->outcome]);
    if (v->n_results != 1 || v->n_left_out > 0) {
        rk__json_put_count(&w, "results", v->n_results);
        rk__json_put_count(&w, "different", v->n_different);
        rk__json_put_count(&w, "left_out", v->n_left_out);
    }
    rk__json_put_text(&w, "total_was", v->total_was);
    rk__json_put_text(&w, "total_is", v->total_is);
    rk__json_open(&w, "changed", '[');
    for (size_t i = 0; i < v->n_changed; i++) {
        const rk_replay_change *c = rk_replay_change_at(of, i);
        rk__json_open_flat(&w, NULL, '{');
        rk__json_put_text(&w, "what", c->what);
        rk__json_put_text(&w, "name", c->name);
        rk__json_put_text(&w, "was", c->was);
        rk__json_put_text(&w, "is", c->is);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

static void csv(rk__page *out, const rk_replay *of)
{
    rk__page_puts(out, "what,name,was,is\n");
    for (size_t i = 0; i < rk_replay_read(of)->n_changed; i++) {
        const rk_replay_change *c = rk_replay_change_at(of, i);
        rk__csv_text(out, c->what, ',');
        rk__csv_text(out, c->name, ',');
        rk__csv_text(out, c->was, ',');
        rk__csv_text(out, c->is, '\n');
    }
}

rk_status rk_report_replay(const rk_replay *replay, rk_format format, const rk_sink *sink)
{
    rk__page out;
    if (format > RK_FORMAT_MARKDOWN) {
        return RK_USAGE;
    }
    rk__page_init(&out, sink);
    if (format == RK_FORMAT_JSON) {
        json(&out, replay);
    } else if (format == RK_FORMAT_CSV) {
        csv(&out, replay);
    } else {
        people(&out, replay, format == RK_FORMAT_MARKDOWN);
    }
    return rk__page_finish(&out);
}
