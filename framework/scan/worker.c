/* SPDX-License-Identifier: MIT
 *
 * worker.c: what one worker does: it takes a block, splits some hundred rows,
 * converts them column by column while they are in the nearest cache, and hands
 * them on when a batch is full.
 */
#include "scan/inside.h"

#include <string.h>

#include "base/clock.h"
#include "scan/looks.h"

/* Rows split at once; fewer if records have so many fields that their ends would not stay in the
 * cache. */
#define SPLIT_ROWS 256
#define SPLIT_ENDS 32768

/* Texts kept of a column that is only shown: few enough to stay in the cache. */
#define SHOWN_TEXTS 4096

/* ---------------------------------------------------------------- life cycle */

static rk_status make_cells(rk__scan_worker *worker)
{
    rk__scan *scan = worker->scan;
    worker->cells = rk__calloc(scan->n_wants + 1, sizeof *worker->cells);
    worker->columns = rk__calloc(scan->n_wants + 1, sizeof *worker->columns);
    worker->lines = rk__calloc(worker->batch_rows, sizeof *worker->lines);
    worker->verdicts = rk__calloc(worker->batch_rows, sizeof *worker->verdicts);
    if (worker->cells == NULL || worker->columns == NULL || worker->lines == NULL ||
        worker->verdicts == NULL) {
        return RK_NO_MEMORY;
    }
    if (scan->spec.rows == NULL && (RK__ROWS_LOOKED_AT || rk__scan_ignores_totals(scan))) {
        worker->sums = rk__calloc(scan->n_wants + 1, sizeof *worker->sums);
        if (worker->sums == NULL) {
            return RK_NO_MEMORY;
        }
    }
    for (size_t i = 0; i < worker->batch_rows; i++) {
        worker->verdicts[i].field = UINT32_MAX;
    }
    for (size_t i = 0; i < scan->n_wants; i++) {
        const rk__scan_wanted *want = &scan->wants[i];
        const rk_status status =
            rk__cells_init(&worker->cells[i], (uint32_t) i, want->name, want->type,
                           worker->batch_rows, scan->spec.reading, want->fallback);
        if (status != RK_OK) {
            return status;
        }
    }
    return RK_OK;
}

rk_status rk__scan_worker_init(rk__scan_worker *worker, rk__scan *scan, rk__scan_reader *reader,
                               const rk__scan_options *options, const rk__scan_consumer *consumer,
                               unsigned index)
{
    *worker = (rk__scan_worker){.scan = scan,
                                .reader = reader,
                                .options = options,
                                .consumer = consumer,
                                .index = index,
                                .batch_rows = options->batch_rows,
                                .times = options->times != NULL ? &options->times[index] : NULL};
    if (worker->batch_rows == 0 || worker->batch_rows > RK__BATCH_ROWS) {
        worker->batch_rows = RK__BATCH_ROWS;
    }
    return make_cells(worker);
}

void rk__scan_worker_trim(rk__scan_worker *worker)
{
    rk__free(worker->columns);
    rk__free(worker->lines);
    rk__free(worker->verdicts);
    rk__free(worker->sums);
    rk__free(worker->marks);
    rk__free(worker->named.list);
    rk__free(worker->named.known);
    rk__free(worker->rows.starts);
    rk__free(worker->rows.lines);
    rk__free(worker->rows.ends);
    rk__free(worker->text.bytes);
    rk__free(worker->faults.list);
    for (size_t i = 0; worker->cells != NULL && i < worker->scan->n_wants; i++) {
        rk__cells_trim(&worker->cells[i]);
    }
    *worker = (rk__scan_worker){.scan = worker->scan, .cells = worker->cells};
}

static void worker_dispose(rk__scan_worker *worker)
{
    rk__scan_worker_trim(worker);
    for (size_t i = 0; worker->cells != NULL && i < worker->scan->n_wants; i++) {
        rk__dict_free(worker->cells[i].dict);
    }
    rk__free(worker->cells);
    worker->cells = NULL;
}

void rk__scan_free_workers(rk__scan *scan)
{
    for (unsigned i = 0; i < scan->n_workers; i++) {
        worker_dispose(&scan->workers[i]);
    }
    rk__free(scan->workers);
    scan->workers = NULL;
    scan->n_workers = 0;
}

/* --------------------------------------------------------------------- batches */

static bool is_quantity(rk__cell_type type)
{
    return type == RK__CELL_DECIMAL || type == RK__CELL_INTEGER;
}

/* Adds up the rows that are handed on, for a total at the end of the file. Values are offset by the
 * smallest int64_t, so that both halves are unsigned and the loop vectorises. */
static void add_to_sums(rk__scan_worker *worker, size_t n)
{
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        const rk__cells *cells = &worker->cells[i];
        uint64_t low = 0;
        uint64_t high = 0;
        if (!is_quantity(cells->type) || !worker->scan->wants[i].has) {
            continue;
        }
        const int64_t *values = cells->v + worker->from;
        for (size_t k = 0; k < n; k++) {
            const uint64_t v = (uint64_t) values[k] ^ (UINT64_C(1) << 63);
            low += v & UINT32_MAX;
            high += v >> 32;
        }
        worker->sums[i].low += low;
        worker->sums[i].high += (int64_t) high - (int64_t) (n << 31);
    }
    worker->sums[worker->scan->n_wants].low += n;
}

/* Whether the numbers of the record that was held are the sums of all before it. */
static bool sums_up(const rk__scan_worker *worker)
{
    bool some = false;
    const rk__scan_text *text = &worker->text;
    if (worker->reader->sums[worker->scan->n_wants].low <
        rk__record_sums_least(text->bytes, text->length, text->file->delimiter)) {
        return false;
    }
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        const rk__cells *cells = &worker->cells[i];
        const rk__scan_sum *sum = &worker->reader->sums[i];
        if (!is_quantity(cells->type) || cells->field < 0 || cells->has[worker->to] == 0) {
            continue;
        }
        const rk_int128 all = (rk_int128) sum->high * ((rk_int128) 1 << 32) + sum->low;
        if (all != cells->v[worker->to]) {
            return false;
        }
        some = some || all != 0;
    }
    return some;
}

rk_status rk__scan_hand_on(rk__scan_worker *worker, uint64_t block, const rk__table *table)
{
    const size_t n = worker->to - worker->from;
    if (n == 0) {
        return RK_OK;
    }
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        const rk__cells *cells = &worker->cells[i];
        worker->columns[i] = worker->scan->wants[i].has
                                 ? (rk__batch_column){cells->handed_v + worker->from,
                                                      cells->handed_has + worker->from, cells->dict,
                                                      cells->generation}
                                 : (rk__batch_column){NULL, NULL, cells->dict, cells->generation};
    }
    const size_t mark = worker->handed_marks;
    const size_t named = worker->handed_named;
    const uint32_t after = worker->first + (uint32_t) n;
    while (worker->handed_marks < worker->n_marks &&
           worker->marks[worker->handed_marks].block == block &&
           worker->marks[worker->handed_marks].row < after) {
        worker->handed_marks++;
    }
    while (worker->handed_named < worker->named.n &&
           worker->named.list[worker->handed_named].block == block &&
           worker->named.list[worker->handed_named].row < after) {
        worker->handed_named++;
    }
    const rk__scan_batch batch = {.n = n,
                                  .column = worker->columns,
                                  .block = block,
                                  .first_in_block = worker->first,
                                  .line = table != NULL ? NULL : worker->lines + worker->from,
                                  .table = table,
                                  .marks = worker->marks != NULL ? worker->marks + mark : NULL,
                                  .n_marks = worker->handed_marks - mark,
                                  .named = worker->named.list != NULL ? worker->named.list + named
                                                                      : NULL,
                                  .n_named = worker->handed_named - named};
    if (worker->sums != NULL && !worker->text.held) {
        add_to_sums(worker, n);
    }
    worker->first += (uint32_t) n;
    worker->from = worker->to;
    worker->text.good += n;
    if (worker->handed_named == worker->named.n) {
        worker->handed_named = worker->named.n = 0; /* the batch has the list until it returns */
    }
    return worker->consumer->take(worker->consumer->ctx, worker->index, &batch);
}

static rk_status flush(rk__scan_worker *worker)
{
    const rk_status status = rk__scan_hand_on(worker, worker->text.block, NULL);
    worker->from = worker->to = 0;
    return status;
}

/* ---------------------------------------------------------------------- faults */

static rk_status add_fault(rk__scan_worker *worker, const rk__scan_fault *fault)
{
    return rk__scan_add_fault(&worker->faults, worker->options->max_errors, fault) ? RK_OK
                                                                                   : RK_NO_MEMORY;
}

/* The place of offset `at` in the record that begins at `start` on `line`. */
static rk__scan_fault place_fault(const rk__scan_worker *worker, uint32_t start, uint32_t line,
                                  uint32_t at)
{
    rk__scan_fault fault = {.block = worker->text.block, .want = UINT32_MAX};
    rk__csv_locate(worker->text.bytes, start, line, at, &fault.line, &fault.column);
    return fault;
}

/* A record that is not a row. */
static rk_status note_record(rk__scan_worker *worker)
{
    const rk__csv_rows *rows = &worker->rows;
    rk__scan_fault fault =
        place_fault(worker, rows->starts[rows->n], rows->lines[rows->n], rows->fault_at);
    fault.status = RK_SYNTAX;
    fault.why = rk__csv_fault_text(rows->fault);
    if (rows->fault == RK__CSV_RAGGED) {
        fault.fields = rows->fault_fields;
        fault.expected = worker->text.file->n_fields;
    }
    rk_status status = flush(worker);
    worker->first++;
    worker->text.rows++;
    return status != RK_OK ? status : add_fault(worker, &fault);
}

static rk_status note_row(rk__scan_worker *worker, uint32_t row)
{
    const rk__csv_rows *rows = &worker->rows;
    const rk__cell_fault *verdict = &worker->verdicts[row];
    const size_t n_fields = worker->text.file->n_fields;
    const uint32_t start = rows->starts[row];
    const uint32_t at =
        verdict->field == 0 ? start : rows->ends[row * n_fields + verdict->field - 1] + 1;
    rk__scan_fault fault = place_fault(worker, start, rows->lines[row], at);
    fault.status = verdict->status;
    fault.want = verdict->want;
    fault.why = verdict->why;
    return add_fault(worker, &fault);
}

/* Rows to..to+n were converted and some are bad: hands on the good runs between them. */
static rk_status leave_out_bad(rk__scan_worker *worker, uint32_t n)
{
    rk_status status = RK_OK;
    const size_t at = worker->to;
    for (uint32_t i = 0; i < n && status == RK_OK; i++) {
        if (worker->verdicts[i].field == UINT32_MAX) {
            continue;
        }
        worker->to = at + i;
        status = rk__scan_hand_on(worker, worker->text.block, NULL);
        if (status == RK_OK) {
            status = note_row(worker, i);
        }
        worker->from = at + i + 1;
        worker->first++;
        worker->verdicts[i].field = UINT32_MAX;
    }
    return status;
}

/* ---------------------------------------------------------------------- blocks */

static rk_status fit_rows(rk__scan_worker *worker)
{
    const size_t n_fields = worker->text.file->n_fields;
    size_t n = SPLIT_ENDS / n_fields;
    n = n > SPLIT_ROWS ? SPLIT_ROWS : n < 16 ? 16 : n;
    n = n > worker->batch_rows ? worker->batch_rows : n;
    rk__csv_rows *rows = &worker->rows;
    if (rows->starts == NULL) {
        rows->starts = rk__realloc(NULL, SPLIT_ROWS + 1, sizeof *rows->starts);
        rows->lines = rk__realloc(NULL, SPLIT_ROWS + 1, sizeof *rows->lines);
    }
    const size_t n_ends = RK__CSV_ENDS(n_fields, n);
    if (n_ends > worker->n_ends) {
        rk__free(rows->ends);
        rows->ends = rk__realloc(NULL, n_ends, sizeof *rows->ends);
        worker->n_ends = rows->ends == NULL ? 0 : n_ends;
    }
    worker->split_rows = (uint32_t) n;
    return rows->starts == NULL || rows->lines == NULL || rows->ends == NULL ? RK_NO_MEMORY : RK_OK;
}

/* Adds the time since *then to a counter, and begins again. */
static void add_time(const rk__scan_worker *worker, uint64_t *counter, uint64_t *then)
{
    if (worker->times != NULL) {
        const uint64_t now = rk__nanoseconds();
        *counter += now - *then;
        *then = now;
    }
}

static bool convert_rows(rk__scan_worker *worker, const rk__csv_block *block, uint64_t then)
{
    rk__scan_times unused;
    rk__scan_times *times = worker->times != NULL ? worker->times : &unused;
    bool bad = false;
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        rk__cells *cells = &worker->cells[i];
        bad |= rk__cells_convert(cells, block, &worker->rows, worker->to, worker->verdicts);
        add_time(worker, cells->type == RK__CELL_TEXT ? &times->words : &times->numbers, &then);
    }
    return bad;
}

static bool lacks_memory(const rk__scan_worker *worker)
{
    bool lacks = false;
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        lacks |= worker->cells[i].no_memory;
    }
    return lacks;
}

/* Texts that are only shown are forgotten once there are many, between two batches. */
static rk_status forget_shown(rk__scan_worker *worker)
{
    const rk__scan *scan = worker->scan;
    rk_status status = RK_OK;
    for (size_t i = 0; i < scan->n_wants && status == RK_OK; i++) {
        rk__cells *cells = &worker->cells[i];
        if (scan->wants[i].shown && rk__dict_count(cells->dict) > SHOWN_TEXTS) {
            status = rk__cells_renew(cells, scan->wants[i].fallback);
        }
    }
    return status;
}

/* Splits and converts up to split_rows rows, and hands on what is complete. */
static rk_status take_rows(rk__scan_worker *worker, const rk__csv_block *block)
{
    rk__csv_rows *rows = &worker->rows;
    if (worker->to == 0 && forget_shown(worker) != RK_OK) {
        return RK_NO_MEMORY;
    }
    const size_t room = worker->batch_rows - worker->to;
    rows->max_rows = room < worker->split_rows ? (uint32_t) room : worker->split_rows;
    uint64_t then = worker->times != NULL ? rk__nanoseconds() : 0;
    worker->reader->kernel->split(block, rows);
    worker->text.rows += rows->n;
    if (worker->times != NULL) {
        add_time(worker, &worker->times->split, &then);
    }
    const bool bad = convert_rows(worker, block, then);
    if (lacks_memory(worker)) {
        return RK_NO_MEMORY;
    }
    if (worker->text.held && !bad && rows->n == 1 && sums_up(worker)) {
        worker->text.total = true;
        if (rk__scan_ignores_totals(worker->scan)) {
            worker->text.rows = 0;
            return RK_OK;
        }
    }
    if (worker->scan->marks.wanted && rk__scan_mark_rows(worker, rows->n, bad) != RK_OK) {
        return RK_NO_MEMORY;
    }
    if (worker->scan->named.wanted && rk__scan_name_rows(worker, rows->n, bad) != RK_OK) {
        return RK_NO_MEMORY;
    }
    memcpy(worker->lines + worker->to, rows->lines, rows->n * sizeof *rows->lines);
    const size_t to = worker->to + rows->n;
    rk_status status = bad ? leave_out_bad(worker, rows->n) : RK_OK;
    worker->to = to;
    if (status == RK_OK && rows->fault != RK__CSV_OK) {
        status = note_record(worker);
    }
    if (status == RK_OK && worker->to == worker->batch_rows) {
        status = flush(worker);
    }
    return status;
}

/* Takes rows until the block ends or there are more errors than max_errors: later ones
 * cannot be among those reported. */
static rk_status take_block(rk__scan_worker *worker)
{
    const rk__scan_text *text = &worker->text;
    const rk__csv_block block = {.text = text->bytes,
                                 .length = (uint32_t) text->length,
                                 .n_fields = text->file->n_fields,
                                 .delimiter = text->file->delimiter};
    rk_status status = fit_rows(worker);
    for (size_t i = 0; i < worker->scan->n_wants; i++) {
        worker->cells[i].field = text->file->field[i];
    }
    worker->rows.next = worker->rows.next_line = 0;
    worker->first = 0;
    worker->from = worker->to = 0;
    while (status == RK_OK && worker->rows.next < block.length &&
           worker->faults.count <= worker->options->max_errors) {
        status = take_rows(worker, &block);
    }
    if (status == RK_OK && worker->rows.next == block.length) {
        status = flush(worker);
    }
    if (status == RK_OK && worker->consumer->block != NULL) {
        status =
            worker->consumer->block(worker->consumer->ctx, worker->index, text->block, text->rows);
    }
    /* Also counted for an abandoned block, because others follow it. */
    worker->text.feeds =
        worker->rows.next_line +
        rk__csv_count_feeds(block.text + worker->rows.next, block.length - worker->rows.next);
    return status;
}

/* Only the first worker asks `progress`, for all of them. */
static bool wants_more(const rk__scan_worker *worker)
{
    const rk__scan_options *options = worker->options;
    uint64_t rows;
    uint64_t bytes;
    if (worker->index != 0 || options->progress == NULL) {
        return true;
    }
    uint64_t total = 0;
    for (size_t i = 0; i < worker->scan->n_files; i++) {
        const uint64_t size = worker->scan->files[i].size;
        if (size == 0) {
            total = 0;
            break;
        }
        total += size;
    }
    rk__scan_progress(worker->reader, &rows, &bytes);
    return options->progress(options->progress_ctx, rows, bytes, total);
}

void rk__scan_work(rk__scan_worker *worker)
{
    for (;;) {
        uint64_t then = worker->times != NULL ? rk__nanoseconds() : 0;
        const bool taken = rk__scan_next_block(worker->reader, &worker->text);
        if (worker->times != NULL) {
            add_time(worker, &worker->times->read, &then);
        }
        if (!taken) {
            return;
        }
        worker->status = take_block(worker);
        worker->status_block = worker->text.block;
        if (worker->status != RK_OK || worker->faults.count > worker->options->max_errors ||
            !wants_more(worker)) {
            rk__scan_stop(worker->reader);
        }
    }
}
