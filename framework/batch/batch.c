/* SPDX-License-Identifier: MIT
 *
 * batch.c: runs a batch from its options to its output. Records go to the sink at once, or
 * through a journal into a file.
 */
#include "batch/batch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/confine.h"
#include "batch/run.h"

/* ---------------------------------------------------------------------- opening */

static rk_status check_options(const rk_batch_options *o, rk_problems *problems)
{
    if (o->size < sizeof(size_t) || o->size > sizeof *o || o->paths == NULL ||
        o->paths[0] == NULL || o->options == NULL || (o->out == NULL && o->sink == NULL)) {
        return rk__problem(problems, RK_USAGE, NULL, "begin options with RK_BATCH_INIT",
                           "a batch needs options, paths, and a sink or an output");
    }
    if (o->options->rows_file != NULL) {
        return rk__problem(problems, RK_USAGE, NULL, "use evaluate for the rows of one contract",
                           "a batch does not write a file of rows");
    }
    if (o->out == NULL && (o->resume || o->lines)) {
        return rk__problem(problems, RK_USAGE, NULL, "give --out FILE", "%s needs an output file",
                           o->resume ? "--resume" : "--lines");
    }
    return RK_OK;
}

/* How contracts are kept apart, in words, and whether that is what the options require. */
static rk_status check_isolation(rk__batch *b)
{
    rk_batch_options *o = &b->options;
    rk__confinement found;
    o->isolation = o->in_process ? RK_ISOLATION_NONE : o->isolation;
    o->in_process = o->isolation == RK_ISOLATION_NONE;
    rk__confinement_prepare(&found);
    if (found.ruleset >= 0) {
        (void) close(found.ruleset);
    }
    const bool whole = rk__confinement_whole(&found);
    const char *layers = whole                ? "Landlock and seccomp"
                         : found.landlock > 0 ? "Landlock, without seccomp"
                         : found.seccomp      ? "seccomp, without Landlock"
                                              : "neither Landlock nor seccomp";
    char *text = b->summary->isolation;
    const size_t size = sizeof b->summary->isolation;
    if (o->isolation == RK_ISOLATION_NONE) {
        (void) snprintf(text, size, "none");
    } else if (o->isolation == RK_ISOLATION_WORKER) {
        (void) snprintf(text, size, "worker");
    } else {
        (void) snprintf(text, size, "contract%s (%s)",
                        o->isolation == RK_ISOLATION_DEFAULT
                            ? (o->options->allow_rules != NULL
                                   ? " where a rule neither came with reckon nor is listed, else "
                                     "worker"
                                   : " where a rule did not come with reckon, else worker")
                            : "",
                        layers);
    }
    const bool apart = o->isolation <= RK_ISOLATION_CONTRACT && whole;
    const bool good = o->require == RK_ISOLATION_CONTRACT ? apart
                      : o->require == RK_ISOLATION_WORKER ? o->isolation <= RK_ISOLATION_WORKER
                                                          : true;
    return good ? RK_OK
                : rk__problem(b->problems, RK_FORBIDDEN, NULL,
                              "run it where the kernel has Landlock and seccomp, or require less",
                              "contracts would be kept apart less than is required: %s", text);
}

/* Opens a session that loads no rule, to report errors in the options before any worker does. */
static rk_status check_session(rk__batch *b)
{
    const rk_status status = rk_session_open(b->options.options, &b->session, b->problems);
    if (status == RK_OK) {
        b->own = b->session->options;
        b->own.size = sizeof b->own;
        b->options.options = &b->own;
    }
    return status;
}

static rk_status open_journal(rk__batch *b)
{
    rk_status status = rk__batch_kind_of(b->options.out, b->options.lines, &b->kind, b->problems);
    if (status == RK_OK) {
        status = rk__batch_out_check(b->kind, b->options.out, b->problems);
    }
    if (status != RK_OK) {
        return status;
    }
    rk__buf path = {0};
    rk__buf depends = {0};
    rk__buf_printf(&path, "%s.journal", b->options.out);
    status = rk__resume_depends(b, &depends);
    if (status == RK_OK) {
        status = path.failed ? RK_NO_MEMORY
                             : rk__journal_open(path.text, &depends, b->options.resume, &b->resumed,
                                                &b->journal, b->problems);
    }
    rk__buf_dispose(&depends);
    b->journal_path = path.failed ? NULL : path.text;
    if (path.failed) {
        rk__buf_dispose(&path);
    }
    return status;
}

static rk_status begin(rk__batch *b)
{
    rk_status status = check_session(b);
    if (status == RK_OK) {
        b->outputs = rk__list_with(&b->arena, b->own.outputs, b->options.out);
        status = b->outputs == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        status = rk__summary_new(&b->summary);
    }
    if (status == RK_OK) {
        status = check_isolation(b);
    }
    if (status == RK_OK) {
        status = rk__batch_source_new(b->options.paths, b->outputs, b->options.progress != NULL,
                                      b->options.out != NULL, &b->source, b->problems);
    }
    if (status == RK_OK && b->options.out != NULL) {
        status = open_journal(b);
    }
    if (status == RK_OK && b->resumed) {
        status = rk__resume_replay(b);
    }
    return status == RK_OK ? rk__batch_cache_open(b) : status;
}

/* ---------------------------------------------------------------------- running */

/* Writes the output from the journal, and deletes the journal. */
static rk_status write_output(rk__batch *b)
{
    rk__batch_out out;
    rk__journal_entry entry;
    bool end = false;
    uint64_t n = 0;
    rk_status status = rk__journal_flush(b->journal, true, b->problems);
    if (status == RK_OK) {
        status = rk__journal_rewind(b->journal, b->problems);
    }
    if (status != RK_OK) {
        return status;
    }
    status = rk__batch_out_open(&out, b->kind, b->options.out, b->problems);
    while (status == RK_OK && !end) {
        rk__record record;
        status = rk__journal_next(b->journal, &entry, &end, b->problems);
        if (status != RK_OK || end) {
            break;
        }
        n++;
        status = rk__record_parse(entry.record, entry.length, &record)
                     ? rk__batch_out_add(&out, &record, b->problems)
                     : rk__problem(b->problems, RK_SYNTAX, NULL, "remove it to start again",
                                   "the journal '%s' has an invalid record", b->journal_path);
    }
    if (status == RK_OK && n != b->summary->done) {
        status = rk__problem(b->problems, RK_IO, NULL, "go on with --resume",
                             "the journal '%s' has %llu of %llu results left", b->journal_path,
                             (unsigned long long) n, (unsigned long long) b->summary->done);
    }
    if (status == RK_OK) {
        status = rk__batch_out_commit(&out, b->summary->failed, b->problems);
    }
    rk__batch_out_abandon(&out);
    if (status == RK_OK) {
        (void) unlink(b->journal_path);
    }
    return status;
}

static rk_status run(rk__batch *b)
{
    bool stopped = false;
    rk__batch_setup setup = {.options = b->own,
                             .kind = b->kind,
                             .trusted = b->options.trusted,
                             .all_arrangements = b->options.all_arrangements,
                             .isolation = b->options.isolation,
                             .journalled = b->journal != NULL,
                             .memory_bytes = b->options.memory_bytes,
                             .since = (int64_t) time(NULL)};
    setup.options.jobs = 1; /* contracts are evaluated in parallel, not their parts */
    setup.options.outputs = b->outputs;
    if (b->cache_dir != NULL) {
        setup.options.cache_dir = b->cache_dir;
    }
    rk_status status = rk__batch_run(b, &setup, &stopped);
    b->summary->stopped = stopped;
    b->summary->seconds = (double) (rk__microseconds() - b->begun_us) / 1e6;
    if (status != RK_OK && b->journal != NULL) {
        (void) rk__journal_flush(b->journal, true, NULL); /* what is done is kept for --resume */
    }
    if (status == RK_OK && b->journal != NULL) {
        status = stopped ? rk__journal_flush(b->journal, true, b->problems) : write_output(b);
    }
    return status;
}

static void dispose(rk__batch *b)
{
    rk_session_close(b->session);
    rk__batch_source_free(b->source);
    rk__journal_close(b->journal);
    rk__batch_cache_close(b);
    rk__free(b->journal_path);
    rk__buf_dispose(&b->text);
    rk__resume_dispose(b);
    rk__arena_dispose(&b->arena);
}

rk_status rk_batch_run(const rk_batch_options *options, rk_batch_summary **out_summary,
                       rk_problems *problems)
{
    rk__batch b = {.problems = problems, .begun_us = rk__microseconds()};
    *out_summary = NULL;
    rk_status status = check_options(options, problems);
    if (status == RK_OK) {
        memcpy(&b.options, options, options->size);
        status = begin(&b);
    }
    if (status == RK_OK) {
        status = run(&b);
    }
    dispose(&b);
    if (status != RK_OK) {
        rk_batch_summary_free(b.summary);
        b.summary = NULL;
    }
    *out_summary = b.summary;
    return rk__problem_memory(problems, status);
}
