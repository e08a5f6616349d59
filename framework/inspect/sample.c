/* SPDX-License-Identifier: MIT
 *
 * sample.c: the text of a file that is inspected, and how its lines and fields are cut.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inspect/inspect.h"
#include "scan/source.h"
#include "table/columns.h"
#include "table/encoding.h"
#include "table/header.h"

/* Of the beginning and of the end of a file: about 100,000 rows each. */
#define PART_BYTES ((size_t) 8 << 20)
#define MOST_BYTES ((size_t) 1 << 30)
/* Records by which the delimiter and the header are found. */
#define FIRST_RECORDS 200

/* ------------------------------------------------------------------- reading */

static rk_status read_some(rk__source *source, rk__sample *s, rk__buf *to, size_t n, bool *ended,
                           rk_problems *problems)
{
    const rk__place place = {.file = s->file};
    const char *why = NULL;
    size_t got = 0;
    char *room = rk__buf_reserve(to, n);
    if (room == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__source_read(source, room, n, &got, &why);
    if (status != RK_OK) {
        return why != NULL ? rk__problem(problems, status, &place, NULL, "the file %s", why)
                           : status;
    }
    rk__buf_commit(to, got);
    s->bytes += got;
    *ended = got < n;
    return RK_OK;
}

/* Moves all but the last PART_BYTES out of a text, up to a line's end; counts the lines. */
static void forget(rk__buf *text, uint32_t *lines)
{
    const char *cut = memchr(text->text + text->length - PART_BYTES, '\n', PART_BYTES);
    const size_t n = cut != NULL ? (size_t) (cut - text->text) + 1 : 0;
    *lines += rk__csv_count_feeds(text->text, n);
    memmove(text->text, text->text + n, text->length - n);
    text->length -= n;
}

static rk_status read_parts(rk__sample *s, rk__source *source, bool all, rk_problems *problems)
{
    const rk__place place = {.file = s->file};
    rk__buf head = {0};
    rk__buf tail = {0};
    bool ended = false;
    rk_status status = RK_OK;
    uint32_t lines = 1;
    while (!ended && status == RK_OK && head.length < (all ? MOST_BYTES : 2 * PART_BYTES)) {
        status = read_some(source, s, &head, (size_t) 1 << 20, &ended, problems);
    }
    if (!ended && status == RK_OK && all) {
        status = rk__problem(problems, RK_LIMIT, &place, "leave --all out",
                             "the file is longer than 1 GiB");
    }
    if (!ended && status == RK_OK) { /* the second half of what was read begins the end */
        const char *feed = memchr(head.text + PART_BYTES, '\n', head.length - PART_BYTES);
        const size_t cut = feed != NULL ? (size_t) (feed - head.text) + 1 : head.length;
        lines += rk__csv_count_feeds(head.text, cut);
        rk__buf_add(&tail, head.text + cut, head.length - cut);
        head.length = cut;
        status = tail.failed ? RK_NO_MEMORY : RK_OK;
    }
    while (!ended && status == RK_OK) {
        if (tail.length > 2 * PART_BYTES) {
            forget(&tail, &lines);
        }
        status = read_some(source, s, &tail, (size_t) 1 << 20, &ended, problems);
    }
    s->part[0] = (rk__sample_part){head.text, head.length, 1};
    s->part[1] = (rk__sample_part){tail.text, tail.length, lines};
    s->n_parts = tail.length > 0 ? 2 : 1;
    return status;
}

/* ------------------------------------------------------------------ encoding */

static size_t first_not_utf8(const rk__sample *s, size_t *part)
{
    for (*part = 0; *part < s->n_parts; ++*part) {
        const rk__sample_part *p = &s->part[*part];
        const size_t at = rk__utf8_check(p->text, p->length);
        if (at < p->length) {
            return at;
        }
    }
    return SIZE_MAX;
}

static rk_status convert(rk__sample *s)
{
    for (size_t i = 0; i < s->n_parts; i++) {
        rk__sample_part *p = &s->part[i];
        const char *why = NULL;
        const char *in = p->text;
        size_t left = p->length;
        rk__transcoder *t = NULL;
        rk__buf out = {0};
        rk_status status = rk__transcoder_new(s->encoding, p->text, p->length, &t, &why);
        while (status == RK_OK && t != NULL && left > 0) {
            char *room = rk__buf_reserve(&out, left + RK__TRANSCODE_ROOM);
            status = room != NULL ? RK_OK : RK_NO_MEMORY;
            if (status == RK_OK) {
                rk__buf_commit(&out,
                               rk__transcode(t, &in, &left, true, room, left + RK__TRANSCODE_ROOM));
            }
        }
        rk__transcoder_free(t);
        if (status != RK_OK) {
            rk__buf_dispose(&out);
            return status;
        }
        rk__free(p->text);
        p->text = out.text;
        p->length = out.length;
    }
    return RK_OK;
}

/* Whether bytes above 127 are all ones that windows-1252 has. */
static bool is_windows(const rk__sample *s)
{
    for (size_t i = 0; i < s->n_parts; i++) {
        for (size_t k = 0; k < s->part[i].length; k++) {
            const unsigned char c = (unsigned char) s->part[i].text[k];
            if (c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d) {
                return false;
            }
        }
    }
    return true;
}

/* UTF-16 of languages that mostly use ASCII; NULL if the text is not. */
static const char *wide_encoding(const rk__sample_part *p)
{
    const size_t n = p->length < 1000 ? p->length : 1000;
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        zeros[i % 2] += p->text[i] == '\0';
    }
    return zeros[1] * 3 > n && zeros[0] * 20 < n   ? "utf-16le"
           : zeros[0] * 3 > n && zeros[1] * 20 < n ? "utf-16be"
                                                   : NULL;
}

static rk_status refuse_binary(const rk__sample *s, rk_problems *problems)
{
    for (size_t i = 0; i < s->n_parts; i++) {
        const rk__sample_part *p = &s->part[i];
        const char *nul = p->length > 0 ? memchr(p->text, '\0', p->length) : NULL;
        if (nul != NULL) {
            const rk__place place = {
                .file = s->file,
                .line = p->line + rk__csv_count_feeds(p->text, (size_t) (nul - p->text))};
            return rk__problem(problems, RK_SYNTAX, &place, "inspect a CSV file or a workbook",
                               "the text has a NUL character");
        }
    }
    return RK_OK;
}

static rk_status find_encoding(rk__sample *s)
{
    const rk__sample_part *first = &s->part[0];
    size_t part = 0;
    const char *wide = s->n_parts == 1 ? wide_encoding(first) : NULL;
    if (wide != NULL) {
        s->encoding = wide;
        s->encoding_why = "every second byte is 0, and there is no byte order mark";
        return convert(s);
    }
    const size_t at = first_not_utf8(s, &part);
    if (s->marked != NULL) {
        s->encoding_why = "it begins with a byte order mark";
        return RK_OK;
    }
    if (at == SIZE_MAX) {
        s->encoding_why = rk__csv_bom(first->text, first->length) > 0
                              ? "it begins with a byte order mark"
                              : "all of its bytes are";
        return RK_OK;
    }
    const rk__sample_part *p = &s->part[part];
    s->encoding_line = p->line + rk__csv_count_feeds(p->text, at);
    s->encoding = is_windows(s) ? "windows-1252" : "iso-8859-1";
    s->encoding_why = rk__arena_printf(&s->arena, "byte 0x%02x on line %u is no UTF-8",
                                       (unsigned) (unsigned char) p->text[at], s->encoding_line);
    return s->encoding_why != NULL ? convert(s) : RK_NO_MEMORY;
}

/* ----------------------------------------------------- delimiter and header */

/* How many of the first records have the commonest number of fields, above one. */
static uint64_t count_alike(const rk__sample *s, size_t from, char delimiter, size_t *n_fields)
{
    uint32_t fields[FIRST_RECORDS];
    size_t n = 0;
    uint64_t best = 0;
    const rk__sample_part *p = &s->part[0];
    rk__csv_measure m = {0};
    for (size_t at = from; at < p->length && n < FIRST_RECORDS; at = m.end) {
        rk__csv_measure_record(p->text, p->length, at, delimiter, &m);
        if (m.fields > 0 && m.fault == RK__CSV_OK) {
            fields[n++] = m.fields;
        }
    }
    *n_fields = 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t alike = 0;
        for (size_t k = 0; k < n; k++) {
            alike += fields[k] == fields[i];
        }
        if (fields[i] > 1 && (alike > best || (alike == best && fields[i] > *n_fields))) {
            best = alike;
            *n_fields = fields[i];
        }
    }
    return best;
}

static void find_delimiter(rk__sample *s, size_t from)
{
    static const char usual[] = {',', ';', '\t', '|'};
    uint64_t best = 0;
    s->n_fields = 1;
    s->delimiter = ',';
    for (size_t i = 0; i < sizeof usual; i++) {
        size_t n_fields = 1;
        const uint64_t alike = count_alike(s, from, usual[i], &n_fields);
        if (alike > best || (alike == best && alike > 0 && n_fields > s->n_fields)) {
            best = alike;
            s->n_fields = n_fields;
            s->delimiter = usual[i];
        }
    }
}

/* A record of column names: as many fields as most, all of them texts, few of them blank. */
static bool is_header(const rk__sample *s, const rk__csv_record *record)
{
    size_t blank = 0;
    if (record->n_fields != s->n_fields || record->fault != RK__CSV_OK) {
        return false;
    }
    for (size_t i = 0; i < record->n_fields; i++) {
        rk__seen_number seen;
        const rk__csv_field *f = &record->field[i];
        if (rk__cell_is_blank(f->text, f->length)) {
            blank++;
        } else if (rk__looks_number(f->text, f->length, &seen)) {
            return false;
        }
    }
    return blank * 2 < record->n_fields || record->n_fields == 1;
}

static rk_status keep_names(rk__sample *s, const rk__csv_record *header)
{
    s->names = rk__arena_alloc(&s->arena, (header->n_fields + 1) * sizeof *s->names);
    for (size_t i = 0; s->names != NULL && i < header->n_fields; i++) {
        const char *text = header->field[i].text;
        size_t length = header->field[i].length;
        char *scratch = rk__arena_alloc(&s->arena, length + 1);
        if (scratch == NULL) {
            return RK_NO_MEMORY;
        }
        rk__csv_value(&text, &length, scratch);
        s->names[i] = rk__arena_copy(&s->arena, text, length);
    }
    return s->names != NULL && !s->arena.failed ? RK_OK : RK_NO_MEMORY;
}

static rk_status find_header(rk__sample *s, rk_problems *problems)
{
    const rk__sample_part *p = &s->part[0];
    const rk__table_spec spec = {.delimiter = ','};
    rk__header_place at;
    rk__header_find(&spec, p->text, p->length, &at);
    const size_t bom = rk__csv_bom(p->text, p->length);
    s->separator_line = p->length >= bom + 4 && strncasecmp(p->text + bom, "sep=", 4) == 0;
    const size_t from = s->separator_line ? at.start : bom;
    find_delimiter(s, from);
    if (s->separator_line) {
        s->delimiter = at.delimiter;
        (void) count_alike(s, from, at.delimiter, &s->n_fields);
    }
    const char *feed = memchr(p->text, '\n', p->length);
    s->crlf = feed != NULL && feed > p->text && feed[-1] == '\r';
    rk__csv_reader reader = {.text = p->text,
                             .length = p->length,
                             .delimiter = s->delimiter,
                             .at = from,
                             .line = s->separator_line ? at.line : 1};
    rk__csv_record record;
    rk_status status = RK_OK;
    int got = 0;
    s->header_first = true;
    for (int i = 0; i < FIRST_RECORDS && (got = rk__csv_next(&reader, &record)) > 0; i++) {
        if (is_header(s, &record)) {
            s->header_line = record.line;
            s->data = reader.at;
            s->data_line = reader.line;
            status = keep_names(s, &record);
            break;
        }
        bool blank = true;
        for (size_t k = 0; k < record.n_fields; k++) {
            blank = blank && rk__cell_is_blank(record.field[k].text, record.field[k].length);
        }
        s->header_first = s->header_first && blank;
    }
    rk__csv_reader_dispose(&reader);
    if (got < 0) {
        return RK_NO_MEMORY;
    }
    const rk__place place = {.file = s->file, .line = s->header_line > 0 ? s->header_line : 1};
    if (status == RK_OK && s->n_fields > RK__TABLE_MAX_COLUMNS) {
        return rk__too_many_columns(&place, problems);
    }
    return status == RK_OK && s->header_line == 0
               ? rk__problem(problems, RK_SYNTAX, &place,
                             "a table has a line of column names above its rows",
                             "no line looks like a header")
               : status;
}

/* ---------------------------------------------------------------------- end */

/* Whether a record is data: not blank, and with most of the header's fields. One that has others
 * than the header is then a line that does not fit, and no footer that could be left out unseen. */
static bool is_data(const rk__sample *s, const char *text, size_t length)
{
    rk__csv_measure m;
    rk__csv_measure_record(text, length, 0, s->delimiter, &m);
    bool blank = true;
    for (size_t i = 0; i < length && blank; i++) {
        blank = text[i] == s->delimiter || text[i] == '"' || rk__cell_is_blank(text + i, 1);
    }
    return !blank && 2 * m.fields > s->n_fields;
}

/* Takes footers and a total row off the end. */
static rk_status find_end(rk__sample *s)
{
    rk__sample_part *p = &s->part[s->n_parts - 1];
    const size_t from = s->n_parts == 1 ? s->data : 0;
    const uint32_t line = s->n_parts == 1 ? s->data_line : p->line;
    size_t footer = 0;
    size_t total = 0;
    rk__tail tail = {0};
    /* The footer grows by a record for as long as the one before it is none. */
    for (uint32_t n = 0; n <= RK__MOST_FOOTER && n < 50; n++) {
        if (rk__tail_find(p->text + from, p->length - from, s->delimiter, n, &tail) != RK_OK) {
            return RK_NO_MEMORY;
        }
        if (tail.last >= tail.end) {
            break;
        }
        const char *last = p->text + from + tail.last;
        const size_t length = tail.end - tail.last;
        if (rk__record_is_total(last, length, s->delimiter)) {
            total = from + tail.last;
            footer = from + tail.end;
            s->footer = n;
            s->total_line = line + rk__csv_count_feeds(p->text + from, tail.last);
            break;
        }
        if (is_data(s, last, length)) {
            footer = from + tail.end;
            s->footer = n;
            break;
        }
    }
    if (s->footer > 0) {
        s->footer_line = line + rk__csv_count_feeds(p->text + from, footer - from);
    }
    p->length = s->total_line > 0 ? total : s->footer > 0 ? footer : p->length;
    return RK_OK;
}

/* ----------------------------------------------------------------- all of it */

rk_status rk__sample_read(const char *path, const char *sheet, bool all, const rk__access *access,
                          rk__sample *out, rk_problems *problems)
{
    *out = (rk__sample){.name = path};
    const rk__table_spec spec = {.name = path, .delimiter = ',', .sheet = sheet};
    rk__source *source = NULL;
    rk__source_info info;
    rk_status status = rk__source_open(&spec, access, path, &out->arena, &source, &info, problems);
    if (status != RK_OK) {
        return status;
    }
    out->file = rk__arena_strdup(&out->arena, info.path);
    const rk__sheet_text *text = rk__source_sheet(source);
    out->sheet = text != NULL ? rk__arena_strdup(&out->arena, rk__sheet_text_name(text)) : NULL;
    status = read_parts(out, source, all, problems);
    out->marked = rk__arena_strdup(&out->arena, rk__source_encoding(source));
    rk__source_close(source);
    if (status == RK_OK) {
        status = find_encoding(out);
    }
    if (status == RK_OK) {
        status = refuse_binary(out, problems);
    }
    if (status == RK_OK) {
        status = find_header(out, problems);
    }
    if (status == RK_OK) {
        status = find_end(out);
    }
    return status == RK_OK ? rk__sample_find_sums(out) : status;
}

void rk__sample_dispose(rk__sample *sample)
{
    rk__free(sample->part[0].text);
    rk__free(sample->part[1].text);
    rk__arena_dispose(&sample->arena);
    *sample = (rk__sample){0};
}

rk_status rk__sample_each(const rk__sample *sample, rk__take_record *take, void *ctx)
{
    for (size_t i = 0; i < sample->n_parts; i++) {
        const rk__sample_part *p = &sample->part[i];
        rk__csv_reader reader = {.text = p->text,
                                 .length = p->length,
                                 .delimiter = sample->delimiter,
                                 .at = i == 0 ? sample->data : 0,
                                 .line = i == 0 ? sample->data_line : p->line};
        rk__csv_record record;
        int got = 0;
        bool more = true;
        while (more && (got = rk__csv_next(&reader, &record)) > 0) {
            more = take(ctx, &record);
        }
        rk__csv_reader_dispose(&reader);
        if (got < 0 || !more) {
            return RK_NO_MEMORY;
        }
    }
    return RK_OK;
}
