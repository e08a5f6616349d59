/* SPDX-License-Identifier: MIT
 *
 * fuzz_journal.c: any bytes as the journal of a batch that is resumed.
 *
 * It is refused with a problem, or read up to its last complete record: what is then left of the
 * file gives the same records when it is opened again. The first byte says whether the bytes stand
 * alone or after the records of a good journal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64];

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static rk__journal *open_journal(bool resume, rk_status *status)
{
    rk__buf depends = {0};
    rk_problems *problems = rk_problems_new();
    rk__journal *journal = NULL;
    bool resumed = false;
    rk__journal_depend(&depends, "rules", "pbr 1.0");
    *status = rk__journal_open(path, &depends, resume, &resumed, &journal, problems);
    need((*status == RK_OK) == (journal != NULL));
    need((rk_problems_count(problems) > 0) == (*status != RK_OK));
    rk_problems_free(problems);
    rk__buf_dispose(&depends);
    return journal;
}

static size_t count(void)
{
    rk_status status;
    size_t n = 0;
    rk__journal_entry entry;
    bool end = false;
    rk__journal *journal = open_journal(true, &status);
    if (journal == NULL) {
        return SIZE_MAX;
    }
    need(rk__journal_rewind(journal, NULL) == RK_OK);
    while (rk__journal_next(journal, &entry, &end, NULL) == RK_OK && !end) {
        need(entry.record != NULL || entry.length == 0);
        n++;
    }
    rk__journal_close(journal);
    return n;
}

static void write_journal(const uint8_t *data, size_t size, bool after)
{
    rk_status status;
    unlink(path);
    if (after) {
        rk__journal *journal = open_journal(false, &status);
        const rk__journal_entry entry = {"a.json", 1, 2, 3, "record", 6};
        need(journal != NULL && rk__journal_add(journal, &entry, NULL) == RK_OK);
        need(rk__journal_flush(journal, false, NULL) == RK_OK);
        rk__journal_close(journal);
    }
    FILE *file = fopen(path, "ab");
    need(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (path[0] == '\0') {
        snprintf(path, sizeof path, "/tmp/fuzz-journal-%ld", (long) getpid());
    }
    if (size == 0) {
        return 0;
    }
    const bool after = data[0] % 2 == 1;
    write_journal(data + 1, size - 1, after);
    const size_t first = count();
    need(!after || (first != SIZE_MAX && first > 0));
    need(count() == first);
    unlink(path);
    return 0;
}
