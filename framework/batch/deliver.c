/* SPDX-License-Identifier: MIT
 *
 * deliver.c: adding records to the summary and to the journal or the sink.
 */
#include "batch/batch.h"

#include "base/clock.h"

#define SINK_BYTES  ((size_t) 128 << 10)
#define PROGRESS_US 100000

static rk_status write_text(rk__batch *b)
{
    if (b->text.length > 0 &&
        b->options.sink->write(b->options.sink->ctx, b->text.text, b->text.length) != 0) {
        return rk__problem(b->problems, RK_IO_WRITE, NULL, NULL, "cannot write the results");
    }
    rk__buf_reset(&b->text);
    return RK_OK;
}

rk_status rk__batch_deliver(rk__batch *b, const rk__batch_item *item, const char *record,
                            size_t length, uint64_t micros)
{
    rk__record found;
    if (!rk__record_parse(record, length, &found)) {
        return rk__problem(b->problems, RK_IO, NULL,
                           "check that parent and workers are of the same version",
                           "a worker sent an invalid record");
    }
    rk_status status = b->resumed ? rk__resume_check(b, &found) : RK_OK;
    if (status == RK_OK) {
        status = rk__summary_add(b->summary, item->file->name, item->line, &found, micros);
    }
    if (status != RK_OK) {
        return status;
    }
    if (b->journal != NULL) {
        const rk__journal_entry entry = {.name = item->file->name,
                                         .line = item->line,
                                         .digest = item->digest,
                                         .micros = micros,
                                         .record = record,
                                         .length = length};
        return rk__journal_add(b->journal, &entry, b->problems);
    }
    rk__buf_add(&b->text, found.text, found.length);
    if (b->text.failed) {
        return RK_NO_MEMORY;
    }
    return b->text.length >= SINK_BYTES ? write_text(b) : RK_OK;
}

rk_status rk__batch_flush(rk__batch *b)
{
    return b->journal != NULL ? rk__journal_flush(b->journal, false, b->problems) : write_text(b);
}

bool rk__batch_progress(rk__batch *b)
{
    if (b->options.progress == NULL) {
        return true;
    }
    const uint64_t now = rk__microseconds();
    if (now < b->progress_us + PROGRESS_US) {
        return true;
    }
    b->progress_us = now;
    const rk_batch_progress progress = {.size = sizeof progress,
                                        .done = b->summary->done,
                                        .failed = b->summary->failed,
                                        .resumed = b->summary->resumed,
                                        .read = rk__batch_source_read(b->source),
                                        .total = rk__batch_source_total(b->source),
                                        .seconds = (double) (now - b->begun_us) / 1e6};
    return b->options.progress(b->options.progress_ctx, &progress);
}
