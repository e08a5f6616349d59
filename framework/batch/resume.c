/* SPDX-License-Identifier: MIT
 *
 * resume.c: checking that a run can be resumed, with the same options, rules, contracts,
 * tariffs and fact files.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/batch.h"
#include "batch/dependencies.h"
#include "rules/registry.h"

/* Sources whose digests are remembered; any others are read each time. */
#define SOURCES_MOST 65536

/* ------------------------------------------------------- options and rules */

static void depend_list(rk__buf *out, const char *name, const char *const *list)
{
    rk__buf value = {0};
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        rk__buf_printf(&value, "%s%s", i == 0 ? "" : " ", list[i]);
    }
    rk__journal_depend(out, name, value.text);
    out->failed |= value.failed;
    rk__buf_dispose(&value);
}

static void depend_number(rk__buf *out, const char *name, uint64_t n)
{
    char value[24];
    (void) snprintf(value, sizeof value, "%" PRIu64, n);
    rk__journal_depend(out, name, value);
}

/* The digest of every file that a rule may be loaded from. */
static void depend_rules(rk__buf *out, const rk__registry *registry)
{
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *rule = rk__registry_at(registry, i);
        char digest[RK__SHA256_TEXT];
        rk__buf name = {0};
        rk__buf_printf(&name, "rule file %s", rule->path);
        if (rule->state != RK__RULE_HIDDEN) {
            const bool read = rk__sha256_file(rule->path, digest) == 0;
            rk__journal_depend(out, name.text, read ? digest : "unreadable");
        }
        out->failed |= name.failed;
        rk__buf_dispose(&name);
    }
}

rk_status rk__resume_depends(rk__batch *b, rk__buf *out)
{
    const rk_options *o = b->options.options;
    static const char *const kinds[] = {"ndjson", "csv", "csv of lines", "sqlite"};
    char *here = realpath(".", NULL);
    rk__journal_depend(out, "the version", rk_version());
    rk__journal_depend(out, "the working directory", here);
    rk__journal_depend(out, "the kind of output", kinds[b->kind]);
    depend_list(out, "the list of paths", b->options.paths);
    depend_number(out, "--all-arrangements", b->options.all_arrangements);
    depend_number(out, "--trusted", b->options.trusted);
    depend_number(out, "--timeout in milliseconds", b->options.timeout_ms);
    depend_number(out, "--memory in bytes", b->options.memory_bytes);
    depend_number(out, "--untrusted", o->untrusted);
    depend_number(out, "--offline", o->offline);
    depend_number(out, "--suppress-below", o->suppress_below);
    depend_number(out, "--max-errors", o->max_errors);
    depend_number(out, "--provenance full", o->provenance_full);
    rk__journal_depend(out, "--root", o->root);
    depend_list(out, "--allow-host", o->allow_hosts);
    depend_list(out, "--param", o->params);
    depend_list(out, "--set", o->sets);
    depend_list(out, "--group-by", o->group_by);
    if (o->allow_rules != NULL) {
        char digest[RK__SHA256_TEXT];
        const bool read = rk__sha256_file(o->allow_rules, digest) == 0;
        rk__journal_depend(out, "--allow-rules", read ? digest : "unreadable");
    }
    rk__journal_depend(out, "--periods", o->periods);
    rk__journal_depend(out, "--through", o->through);
    depend_number(out, "--year-to-date", o->year_to_date);
    depend_number(out, "--csv-safe", o->csv_safe);
    depend_rules(out, b->session->registry);
    free(here);
    return out->failed ? RK_NO_MEMORY : RK_OK;
}

/* -------------------------------------------------------------------- sources */

static rk_status changed(rk__batch *b, const char *what, const char *name, uint64_t line,
                         const char *how)
{
    rk__buf place = {0};
    rk__buf_puts(&place, name);
    if (line > 0) {
        rk__buf_printf(&place, ":%" PRIu64, line);
    }
    const rk_status status = rk__problem(
        b->problems, RK_CONFLICT, NULL, "undo the change, or remove the journal to start again",
        "the run cannot be resumed: %s '%s' %s", what, place.failed ? name : place.text, how);
    rk__buf_dispose(&place);
    return status;
}

/* Remembers the digest of a source. *known if the source was seen before; *same if its digest
 * was the same. */
static rk_status remember(rk__batch *b, const rk__record_source *source, bool *known, bool *same)
{
    const int32_t before = rk__dict_count(b->sources);
    if (before >= SOURCES_MOST &&
        rk__dict_find(b->sources, source->place, strlen(source->place)) < 0) {
        *known = *same = false;
        return RK_OK;
    }
    const int32_t at = rk__dict_intern(b->sources, source->place, strlen(source->place));
    if (at < 0 || rk__grow((void **) &b->digests, &b->digests_capacity, (size_t) at + 1,
                           sizeof *b->digests) != 0) {
        return RK_NO_MEMORY;
    }
    *known = at < before;
    if (!*known) {
        b->digests[at] = rk__strdup(source->digest);
        b->n_digests = (size_t) at + 1;
    }
    *same = b->digests[at] != NULL && strcmp(b->digests[at], source->digest) == 0;
    return b->digests[at] == NULL ? RK_NO_MEMORY : RK_OK;
}

static rk_status check_source(rk__batch *b, const rk__record_source *source, bool read)
{
    bool known = false;
    bool same = false;
    char digest[RK__SHA256_TEXT];
    const rk_status status = remember(b, source, &known, &same);
    if (status != RK_OK) {
        return status;
    }
    if (known ? !same
              : read && !source->fetched &&
                    (!rk__digest_now(source->place, source->digest, digest) ||
                     strcmp(digest, source->digest) != 0)) {
        return changed(b, source->fetched ? "the tariff" : "the file", source->place, 0,
                       "has changed");
    }
    return RK_OK;
}

rk_status rk__resume_check(rk__batch *b, rk__record *record)
{
    rk__record_source source;
    rk_status status = RK_OK;
    while (status == RK_OK && rk__record_next_source(record, &source)) {
        if (source.fetched) {
            status = check_source(b, &source, false);
        }
    }
    return status;
}

/* --------------------------------------------------------------------- replay */

/* Waits for the next contract; *end if there is none. */
static rk_status next_item(rk__batch *b, rk__batch_item *item, bool *end)
{
    for (;;) {
        struct pollfd one;
        switch (rk__batch_source_next(b->source, item)) {
        case RK__SOURCE_ITEM:
            return RK_OK;
        case RK__SOURCE_FAILED:
            return RK_NO_MEMORY;
        case RK__SOURCE_UNREAD:
            return rk__batch_source_fault(b->source, b->problems);
        case RK__SOURCE_END:
            *end = true;
            return RK_OK;
        case RK__SOURCE_WAIT:
            one = (struct pollfd){.fd = rk__batch_source_fd(b->source), .events = POLLIN};
            (void) poll(&one, 1, -1);
        }
    }
}

static rk_status replay_one(rk__batch *b, const rk__journal_entry *entry)
{
    rk__batch_item item = {0};
    rk__record record;
    rk__record_source source;
    bool end = false;
    rk_status status = next_item(b, &item, &end);
    if (status != RK_OK) {
        return status;
    }
    if (end || strcmp(item.file->name, entry->name) != 0 || item.line != entry->line ||
        item.digest != entry->digest) {
        status = changed(b, "the contract", entry->name, entry->line,
                         end ? "is missing" : "has changed");
    } else if (!rk__record_parse(entry->record, entry->length, &record)) {
        status = rk__problem(b->problems, RK_SYNTAX, NULL, "remove it to start again",
                             "the journal '%s' has an invalid record", b->journal_path);
    }
    if (status == RK_OK) {
        rk__record copy = record;
        while (status == RK_OK && rk__record_next_source(&copy, &source)) {
            status = check_source(b, &source, true);
        }
    }
    if (status == RK_OK) {
        status = rk__summary_add(b->summary, entry->name, entry->line, &record, entry->micros);
    }
    if (!end) {
        rk__batch_item_dispose(&item);
    }
    return status;
}

rk_status rk__resume_replay(rk__batch *b)
{
    rk__journal_entry entry;
    bool end = false;
    rk_status status = RK_OK;
    b->sources = rk__dict_new();
    if (b->sources == NULL) {
        return RK_NO_MEMORY;
    }
    status = rk__journal_rewind(b->journal, b->problems);
    while (status == RK_OK) {
        status = rk__journal_next(b->journal, &entry, &end, b->problems);
        if (status != RK_OK || end) {
            break;
        }
        status = replay_one(b, &entry);
    }
    b->summary->resumed = b->summary->done;
    return status;
}

void rk__resume_dispose(rk__batch *b)
{
    for (size_t i = 0; i < b->n_digests; i++) {
        rk__free(b->digests[i]);
    }
    rk__free(b->digests);
    rk__dict_free(b->sources);
}
