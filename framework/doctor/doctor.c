/* SPDX-License-Identifier: MIT
 *
 * doctor.c: the report of an examination: one line for each thing, or JSON.
 */
#include "doctor/doctor.h"

#include <string.h>

#include "json/json_writer.h"

static const char *const state_words[] = {"ok", "note", "wrong"};

static size_t count_wrong(const rk__doctor *d)
{
    size_t wrong = 0;
    for (size_t i = 0; i < d->n; i++) {
        wrong += d->items[i].state == RK__DOCTOR_WRONG;
    }
    return wrong;
}

static void column(rk__page *out, const char *word, size_t width)
{
    const size_t length = strlen(word);
    rk__page_puts(out, word);
    rk__page_spaces(out, length < width ? width - length : 1);
}

static void write_text(rk__page *out, const rk__doctor *d)
{
    const size_t wrong = count_wrong(d);
    for (size_t i = 0; i < d->n; i++) {
        const rk__doctor_item *item = &d->items[i];
        column(out, state_words[item->state], 7);
        column(out, item->subject, 11);
        if (item->path != NULL) {
            rk__page_plain(out, item->path);
            rk__page_puts(out, ": ");
        }
        rk__page_plain(out, item->message);
        if (item->hint != NULL) {
            rk__page_puts(out, "\n");
            rk__page_spaces(out, 18);
            rk__page_puts(out, "hint: ");
            rk__page_plain(out, item->hint);
        }
        rk__page_putc(out, '\n');
    }
    if (wrong == 0) {
        rk__page_puts(out, "\nNothing is wrong.\n");
    } else {
        rk__page_printf(out, "\n%zu thing%s wrong.\n", wrong, wrong == 1 ? " is" : "s are");
    }
}

static void write_json(rk__page *out, const rk__doctor *d)
{
    rk__json_writer w = rk__json_begin(out);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "doctor/1");
    rk__json_put_text(&w, "version", RK_VERSION);
    rk__json_put_count(&w, "wrong", count_wrong(d));
    rk__json_open(&w, "examined", '[');
    for (size_t i = 0; i < d->n; i++) {
        const rk__doctor_item *item = &d->items[i];
        rk__json_open(&w, NULL, '{');
        rk__json_put_text(&w, "subject", item->subject);
        rk__json_put_text(&w, "state", state_words[item->state]);
        rk__json_put_text(&w, "path", item->path);
        rk__json_put_text(&w, "message", item->message);
        rk__json_put_text(&w, "hint", item->hint);
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    rk__page_putc(out, '\n');
}

rk_status rk_report_doctor(const rk_options *options, rk_format format, const rk_sink *sink,
                           size_t *out_wrong, rk_problems *problems)
{
    rk__doctor d = {0};
    *out_wrong = 0;
    if (options->size != sizeof *options || format > RK_FORMAT_JSON) {
        return rk__problem(problems, RK_USAGE, NULL, "write --format text or json",
                           "an examination is written as text or JSON");
    }
    rk__doctor_program(&d);
    rk__doctor_rules(&d, options->rules);
    rk__doctor_data(&d);
    rk__doctor_cache(&d, options->cache_dir);
    rk__doctor_machine(&d);
    rk_status status = RK_NO_MEMORY;
    if (!d.arena.failed) {
        rk__page page;
        rk__page_init(&page, sink);
        if (format == RK_FORMAT_JSON) {
            write_json(&page, &d);
        } else {
            write_text(&page, &d);
        }
        status = rk__page_finish(&page);
        *out_wrong = count_wrong(&d);
    }
    rk__doctor_dispose(&d);
    return status == RK_NO_MEMORY ? rk__problem(problems, status, NULL, NULL, "out of memory")
                                  : status;
}
