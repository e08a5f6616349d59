/* SPDX-License-Identifier: MIT
 *
 * fuzz_document.c: any text as a contract, system, tariff or vector: checked, and evaluated.
 *
 * A refusal always has a problem, and an evaluation always has a result or one. Documents reach
 * nothing: no file is read beside them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reckoner/reckoner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rk_session *session;
static rk_problems *problems;

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void begin(void)
{
    rk_options options = RK_OPTIONS_INIT;
    options.untrusted = true;
    options.offline = true;
    options.root = "/nonexistent";
    options.jobs = 1;
    options.rules = (const char *const[]){RK_FUZZ_RULES, NULL};
    options.no_default_rules = true;
    problems = rk_problems_new();
    need(problems != NULL && rk_session_open(&options, &session, problems) == RK_OK);
}

static void settled(rk_status status)
{
    need(status == RK_OK || rk_problems_count(problems) > 0);
    rk_problems_clear(problems);
}

static int to_nowhere(void *ctx, const char *text, size_t length)
{
    (void) ctx;
    (void) text;
    (void) length;
    return 0;
}

static void evaluate(const char *text, size_t size)
{
    const rk_sink sink = {.write = to_nowhere};
    rk_contract *contract = NULL;
    settled(
        rk_contract_parse(session, text, size, "fuzz.json", "/nonexistent", &contract, problems));
    for (size_t i = 0; contract != NULL && i < rk_contract_n_arrangements(contract) && i < 4; i++) {
        rk_result *result = NULL;
        const rk_status status =
            rk_evaluate(contract, rk_contract_arrangement(contract, i), &result, problems);
        need((status == RK_OK) == (result != NULL));
        settled(status);
        if (result != NULL) {
            const rk_result *const results[] = {result};
            need(rk_report_results(results, 1, RK_FORMAT_TEXT, &sink) == RK_OK);
        }
        rk_result_free(result);
    }
    rk_contract_free(contract);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char word[] = "\"system/1\"";
    char path[64];
    if (session == NULL) {
        begin();
    }
    const int fd = memfd_create("fuzz.json", 0);
    need(fd >= 0 && write(fd, data, size) == (ssize_t) size);
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    const bool system = memmem(data, size, word, sizeof word - 1) != NULL;
    if (system) {
        rk_system *loaded = NULL;
        settled(rk_system_load(session, path, &loaded, problems));
        rk_system_free(loaded);
    } else {
        settled(rk_check(session, path, problems));
        evaluate((const char *) data, size);
    }
    close(fd);
    return 0;
}
