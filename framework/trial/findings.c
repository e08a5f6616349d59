/* SPDX-License-Identifier: MIT
 *
 * findings.c: what the tests of a rule found, gathered from the lines of their processes, and
 * written as text and JSON.
 */
#include "trial/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_writer.h"

struct rk__trial_digested {
    const char *key, *digest;
};

rk__trial_findings *rk__trial_findings_new(const char *path)
{
    rk__trial_findings *f = rk__calloc(1, sizeof *f);
    if (f != NULL) {
        f->path = rk__arena_strdup(&f->arena, path);
    }
    return f;
}

void rk_trial_free(rk_trial *trial)
{
    if (trial != NULL) {
        rk__free(trial->at);
        rk__free(trial->digests);
        rk__arena_dispose(&trial->arena);
        rk__free(trial);
    }
}

size_t rk_trial_count(const rk_trial *trial)
{
    return trial->n;
}

const rk_trial_finding *rk_trial_at(const rk_trial *trial, size_t i)
{
    return i < trial->n ? &trial->at[i] : NULL;
}

size_t rk_trial_failures(const rk_trial *trial)
{
    size_t n = 0;
    for (size_t i = 0; i < trial->n; i++) {
        n += trial->at[i].outcome == RK_TRIAL_FAILED;
    }
    return n;
}

void rk__trial_add(rk__trial_findings *f, rk_trial_outcome outcome, const char *check,
                   const char *text)
{
    for (size_t i = 0; i < f->n; i++) { /* once, from however many processes */
        if (f->at[i].outcome == outcome && strcmp(f->at[i].check, check) == 0 &&
            strcmp(f->at[i].text, text) == 0) {
            return;
        }
    }
    if (rk__grow((void **) &f->at, &f->capacity, f->n + 1, sizeof *f->at) != 0) {
        f->no_memory = true;
        return;
    }
    f->at[f->n++] = (rk_trial_finding){.outcome = outcome,
                                       .check = rk__arena_strdup(&f->arena, check),
                                       .text = rk__arena_strdup(&f->arena, text)};
    f->no_memory |= f->arena.failed;
}

/* At most a few failures of one check are of use. */
#define MOST_OF_ONE 5

static void take_line(rk__trial_findings *f, char *line)
{
    char *const check = line + 2;
    char *const tab = strchr(check, '\t');
    if (line[0] == '\0' || line[1] != '\t' || tab == NULL) {
        return;
    }
    *tab = '\0';
    char *const text = tab + 1;
    size_t same = 0;
    for (size_t i = 0; i < f->n; i++) {
        same += f->at[i].outcome == RK_TRIAL_FAILED && strcmp(f->at[i].check, check) == 0;
    }
    switch (line[0]) {
    case 'F':
        if (same < MOST_OF_ONE) {
            rk__trial_add(f, RK_TRIAL_FAILED, check, text);
        }
        break;
    case 'P':
        rk__trial_add(f, RK_TRIAL_PASSED, check, text);
        break;
    case 'S':
        rk__trial_add(f, RK_TRIAL_SKIPPED, check, text);
        break;
    case 'N':
        rk__trial_add(f, RK_TRIAL_NOTED, check, text);
        break;
    case 'D': {
        char *const digest = strchr(text, '\t');
        if (digest != NULL && rk__grow((void **) &f->digests, &f->digests_capacity,
                                       f->n_digests + 1, sizeof *f->digests) == 0) {
            *digest = '\0';
            f->digests[f->n_digests++] = (struct rk__trial_digested){
                rk__arena_strdup(&f->arena, text), rk__arena_strdup(&f->arena, digest + 1)};
        }
        break;
    }
    default:
        break;
    }
}

void rk__trial_take(rk__trial_findings *f, const char *lines)
{
    while (*lines != '\0') {
        const char *end = strchr(lines, '\n');
        const size_t length = end != NULL ? (size_t) (end - lines) : strlen(lines);
        char *line = rk__arena_copy(&f->arena, lines, length);
        if (line != NULL) {
            take_line(f, line);
        }
        lines += length + (end != NULL);
    }
}

void rk__trial_compare(rk__trial_findings *f)
{
    size_t compared = 0;
    bool differ = false;
    for (size_t i = 0; i < f->n_digests; i++) {
        for (size_t k = 0; k < i && !differ; k++) {
            if (strcmp(f->digests[i].key, f->digests[k].key) != 0) {
                continue;
            }
            compared++;
            if (strcmp(f->digests[i].digest, f->digests[k].digest) != 0) {
                char text[200];
                (void) snprintf(text, sizeof text,
                                "%s comes to another result in a process that has evaluated others "
                                "before",
                                f->digests[i].key);
                rk__trial_add(f, RK_TRIAL_FAILED, "fresh-process", text);
                differ = true;
            }
        }
    }
    if (compared > 0 && !differ) {
        char text[120];
        (void) snprintf(text, sizeof text, "%zu cases in two processes, in two orders", compared);
        rk__trial_add(f, RK_TRIAL_PASSED, "fresh-process", text);
    }
}

/* -------------------------------------------------------------------- reports */

static const char *word_of(rk_trial_outcome outcome)
{
    static const char *const words[] = {[RK_TRIAL_PASSED] = "passed",
                                        [RK_TRIAL_FAILED] = "FAILED",
                                        [RK_TRIAL_SKIPPED] = "skipped",
                                        [RK_TRIAL_NOTED] = "note"};
    return words[outcome];
}

/* A check that failed has not passed as well. */
static bool is_shown(const rk_trial *trial, const rk_trial_finding *finding)
{
    for (size_t i = 0; i < trial->n && finding->outcome == RK_TRIAL_PASSED; i++) {
        if (trial->at[i].outcome == RK_TRIAL_FAILED &&
            strcmp(trial->at[i].check, finding->check) == 0) {
            return false;
        }
    }
    return true;
}

static void write_text(const rk_trial *trial, rk__buf *out)
{
    size_t passed = 0;
    rk__buf_printf(out, "%s\n", trial->path);
    for (size_t i = 0; i < trial->n; i++) {
        const rk_trial_finding *f = &trial->at[i];
        if (is_shown(trial, f)) {
            rk__buf_printf(out, "  %-8s %-15s %s\n", word_of(f->outcome), f->check, f->text);
            passed += f->outcome == RK_TRIAL_PASSED;
        }
    }
    rk__buf_printf(out, "%zu passed, %zu failed\n", passed, rk_trial_failures(trial));
}

static rk_status write_json(const rk_trial *trial, const rk_sink *sink)
{
    rk__page page;
    rk__page_init(&page, sink);
    rk__json_writer w = rk__json_begin(&page);
    rk__json_open(&w, NULL, '{');
    rk__json_put_text(&w, "reckoner", "trial/1");
    rk__json_put_text(&w, "rule", trial->path);
    rk__json_put_bool(&w, "passed", rk_trial_failures(trial) == 0);
    rk__json_open(&w, "findings", '[');
    for (size_t i = 0; i < trial->n; i++) {
        const rk_trial_finding *f = &trial->at[i];
        if (is_shown(trial, f)) {
            rk__json_open(&w, NULL, '{');
            rk__json_put_text(&w, "check", f->check);
            rk__json_put_text(&w, "outcome",
                              f->outcome == RK_TRIAL_FAILED ? "failed" : word_of(f->outcome));
            rk__json_put_text(&w, "text", f->text);
            rk__json_close(&w, '}');
        }
    }
    rk__json_close(&w, ']');
    rk__json_close(&w, '}');
    rk__json_end(&w);
    return rk__page_finish(&page);
}

/* The findings that are tests, for a program that collects them. */
static rk_status write_tests(const rk_trial *trial, rk_collector collector, const rk_sink *sink)
{
    rk_test_report *tests = rk__calloc(trial->n + 1, sizeof *tests);
    size_t n = 0;
    for (size_t i = 0; tests != NULL && i < trial->n; i++) {
        const rk_trial_finding *f = &trial->at[i];
        if (is_shown(trial, f) && f->outcome != RK_TRIAL_NOTED) {
            tests[n++] =
                (rk_test_report){.suite = trial->path,
                                 .name = f->check,
                                 .failure = f->outcome == RK_TRIAL_FAILED ? f->text : NULL,
                                 .skipped = f->outcome == RK_TRIAL_SKIPPED ? f->text : NULL};
        }
    }
    const rk_status status =
        tests != NULL ? rk_report_tests(tests, n, collector, sink) : RK_NO_MEMORY;
    rk__free(tests);
    return status;
}

rk_status rk_report_trial(const rk_trial *trial, rk_format format, int collector,
                          const rk_sink *sink)
{
    rk__buf out = {0};
    if (collector != 0) {
        return write_tests(trial, (rk_collector) collector, sink);
    }
    if (format == RK_FORMAT_JSON) {
        return write_json(trial, sink);
    } else {
        write_text(trial, &out);
    }
    const rk_status status = out.failed                                          ? RK_NO_MEMORY
                             : sink->write(sink->ctx, out.text, out.length) != 0 ? RK_IO_WRITE
                                                                                 : RK_OK;
    rk__buf_dispose(&out);
    return status;
}
