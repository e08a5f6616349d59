/* SPDX-License-Identifier: MIT
 *
 * fuzz_frame.c: any bytes as what a worker and its batch send each other.
 *
 * A worker runs the code of others and may send anything: nothing is read past the end of a frame,
 * and what counts as a record has all that it claims to have.
 */
#include <stdlib.h>

#include "batch/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void read_record(const char *body, size_t length)
{
    rk__record record;
    rk__record_result result;
    rk__record_source source;
    size_t n = 0;
    if (!rk__record_parse(body, length, &record)) {
        return;
    }
    need(record.text == NULL ||
         (record.text >= body && record.text + record.length <= body + length));
    while (rk__record_next_result(&record, &result)) {
        for (size_t i = 0; i < result.n_findings && !result.codes.failed; i++) {
            (void) rk__unpack_text(&result.codes);
        }
        need(++n <= length);
    }
    while (rk__record_next_source(&record, &source)) {
        need(++n <= length);
    }
}

static void read_setup(const char *body, size_t length)
{
    rk__arena arena = {0};
    rk__batch_setup setup;
    rk__batch_job job;
    rk__unpack in = {.at = body, .end = body + length};
    (void) rk__batch_setup_unpack(&in, &arena, &setup);
    in = (rk__unpack){.at = body, .end = body + length};
    for (size_t n = 0; rk__batch_job_unpack(&in, NULL, &job) && n < length; n++) {
        need(job.text == NULL || job.text + job.length <= body + length);
    }
    rk__arena_dispose(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *) data;
    rk__frame frame;
    read_record(at, size);
    read_setup(at, size);
    /* And as frames, one after the other. */
    for (const char *const end = at + size; at < end;) {
        if (rk__frame_parse(at, (size_t) (end - at), &frame) != RK__FRAME_WHOLE) {
            break;
        }
        need(frame.size >= RK__FRAME_HEAD && frame.size <= (size_t) (end - at));
        need(frame.body >= at && frame.body + frame.length <= end);
        read_record(frame.body, frame.length);
        at += frame.size;
    }
    return 0;
}
