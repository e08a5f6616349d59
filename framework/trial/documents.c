/* SPDX-License-Identifier: MIT
 *
 * documents.c: whole contracts of the rule, evaluated as users do: its lines multiply, groups are
 * written once, and the same contract comes to the same whatever was evaluated before, in
 * whatever batches, and in whatever order its rows are. And the rule's own worked examples.
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "trial/trial.h"

static int append(void *ctx, const char *text, size_t length)
{
    rk__buf_add(ctx, text, length);
    return 0;
}

rk_status rk__trial_evaluate(rk_session *session, const rk__buf *text, rk__buf *out)
{
    rk_problems *problems = rk_problems_new();
    rk_contract *contract = NULL;
    rk_result *result = NULL;
    rk__buf_reset(out);
    rk_status status =
        rk_contract_parse(session, text->text, text->length, "trial", ".", &contract, problems);
    if (status == RK_OK) {
        status = rk_evaluate(contract, NULL, &result, problems);
    }
    if (status == RK_OK) {
        const rk_sink sink = {.write = append, .ctx = out};
        const rk_result *const results[] = {result};
        status = rk_report_results(results, 1, RK_FORMAT_CSV, &sink);
    } else if (rk_problems_count(problems) > 0) {
        rk__buf_puts(out, rk_problems_at(problems, 0)->message);
    }
    rk_result_free(result);
    rk_contract_free(contract);
    rk_problems_free(problems);
    return status;
}

static uint64_t digest_of(const rk__buf *text)
{
    uint64_t digest = 1469598103934665603u;
    for (size_t i = 0; i < text->length; i++) {
        digest = (digest ^ (unsigned char) text->text[i]) * UINT64_C(1099511628211);
    }
    return digest;
}

bool rk__trial_is_rules_fault(rk_status status)
{
    return status == RK_RULE_FAILED || status == RK_RULE_AUDIT;
}

void rk__trial_documents(rk__trial_run *run)
{
    rk_session *plain = rk__trial_session(run, 1, 0);
    rk_session *small = rk__trial_session(run, 2, 3);
    const rk__rule *rule = rk__trial_rule(plain, run->id);
    rk__buf text = {0};
    rk__buf other = {0};
    rk__buf first = {0};
    rk__buf second = {0};
    unsigned paid = 0;
    unsigned refused = 0;
    bool failed = false;
    rk__trial_effects before;
    if (rule != NULL && rule->document == NULL) {
        (void) rk__trial_trap_calls(rule->rule);
    }
    rk__trial_look(&before);
    for (uint64_t i = 0; rule != NULL && i < run->options->cases && !failed; i++) {
        const uint64_t number = run->reversed ? run->options->cases - 1 - i : i;
        char key[32];
        rk__trial_at(run, RK__TRIAL_LEDGER, "contract %llu", (unsigned long long) number);
        rk__buf_reset(&text);
        rk__buf_reset(&other);
        rk__trial_contract(run, rule, number, &(rk__trial_form){0}, &text);
        rk__trial_contract(run, rule, number, &(rk__trial_form){.shuffled = true}, &other);
        const rk_status status = rk__trial_evaluate(plain, &text, &first);
        (void) snprintf(key, sizeof key, "contract %llu", (unsigned long long) number);
        rk__trial_digest(run, RK__TRIAL_FRESH, key, digest_of(&first));
        if (rk__trial_is_rules_fault(status)) {
            rk__trial_say(run, 'F', RK__TRIAL_LEDGER, "%s; contract %llu",
                          first.text != NULL ? first.text : "it fails",
                          (unsigned long long) number);
            failed = true;
        }
        paid += status == RK_OK;
        refused += status != RK_OK;
        if (status != RK_OK) {
            continue;
        }
        (void) rk__trial_evaluate(plain, &text, &second);
        if (digest_of(&first) != digest_of(&second)) {
            rk__trial_say(run, 'F', RK__TRIAL_AGAIN,
                          "contract %llu comes to another result when it is evaluated again",
                          (unsigned long long) number);
            failed = true;
        }
        (void) rk__trial_evaluate(small, &text, &second);
        if (digest_of(&first) != digest_of(&second)) {
            rk__trial_say(run, 'F', RK__TRIAL_BATCHES,
                          "contract %llu comes to another result with rows in batches of 3",
                          (unsigned long long) number);
            failed = true;
        }
        (void) rk__trial_evaluate(plain, &other, &second);
        if (digest_of(&first) != digest_of(&second)) {
            rk__trial_say(run, 'F', RK__TRIAL_ORDER,
                          "contract %llu comes to another result with its rows in another order",
                          (unsigned long long) number);
            failed = true;
        }
    }
    rk__trial_at(run, RK__TRIAL_EFFECTS, "after contracts");
    rk__trial_compare_effects(run, &before, "evaluating");
    if (!run->reversed && !failed) {
        rk__trial_say(run, paid > 0 ? 'P' : 'S', RK__TRIAL_LEDGER,
                      "%u random contracts paid, %u refused", paid, refused);
    }
    rk__buf_dispose(&text);
    rk__buf_dispose(&other);
    rk__buf_dispose(&first);
    rk__buf_dispose(&second);
    rk_session_close(plain);
    rk_session_close(small);
}

/* --------------------------------------------------------------------- memory */

#define MOST_FAILURES 24

/* Fails each of the rule's allocations in turn, and counts those that it does not free. */
void rk__trial_memory(rk__trial_run *run)
{
    rk_session *session = rk__trial_session(run, 1, 0);
    const rk__rule *rule = rk__trial_rule(session, run->id);
    rk__buf text = {0};
    rk__buf whole = {0};
    rk__buf out = {0};
    long most = 0;
    bool failed = false;
    const uint64_t cases = run->options->cases < 16 ? run->options->cases : 16;
    if (rule == NULL || !rk__trial_hook(rule->handle)) {
        rk__trial_say(run, 'S', RK__TRIAL_ALLOC, "its imports cannot be replaced");
        return;
    }
    for (uint64_t i = 0; i < cases && !failed; i++) {
        rk__buf_reset(&text);
        rk__trial_contract(run, rule, i, &(rk__trial_form){0}, &text);
        rk__trial_at(run, RK__TRIAL_LEAKS, "contract %llu", (unsigned long long) i);
        const long before = rk__trial_outstanding();
        const long counted = rk__trial_allocated();
        const rk_status status = rk__trial_evaluate(session, &text, &whole);
        const long left = rk__trial_outstanding() - before;
        const long made = rk__trial_allocated() - counted;
        most = made > most ? made : most;
        if (left != 0) {
            rk__trial_say(run, 'F', RK__TRIAL_LEAKS, "%ld of its allocations %s; contract %llu",
                          left < 0 ? -left : left,
                          left < 0 ? "are freed more often than they are made" : "are not freed",
                          (unsigned long long) i);
            failed = true;
        }
        for (long n = 0; n < made && n < MOST_FAILURES && status == RK_OK; n++) {
            rk__trial_at(run, RK__TRIAL_ALLOC, "its allocation %ld failed; contract %llu", n + 1,
                         (unsigned long long) i);
            rk__trial_fail_after(n);
            const rk_status starved = rk__trial_evaluate(session, &text, &out);
            rk__trial_fail_after(-1);
            if (starved == RK_OK && digest_of(&whole) != digest_of(&out)) {
                rk__trial_say(run, 'F', RK__TRIAL_ALLOC,
                              "it pays another amount if its allocation %ld fails; contract %llu",
                              n + 1, (unsigned long long) i);
                failed = true;
                break;
            }
        }
    }
    if (!failed) {
        rk__trial_say(run, 'P', RK__TRIAL_LEAKS, "what it allocates is freed");
        rk__trial_say(run, 'P', RK__TRIAL_ALLOC, "%ld allocations in a contract, at most", most);
    }
    rk__buf_dispose(&text);
    rk__buf_dispose(&whole);
    rk__buf_dispose(&out);
    rk_session_close(session);
}

/* -------------------------------------------------------------------- vectors */

typedef struct counted {
    rk__trial_run *run;
    unsigned passed, failed;
} counted;

static void count_case(void *ctx, const rk_case_report *report)
{
    counted *c = ctx;
    c->passed += report->passed;
    if (!report->passed && c->failed++ == 0) {
        char line[300] = "";
        (void) snprintf(line, sizeof line, "%s",
                        report->difference != NULL ? report->difference : "");
        for (char *p = line; *p != '\0'; p++) {
            *p = *p == '\n' || *p == '\t' ? ' ' : *p;
        }
        rk__trial_say(c->run, 'F', RK__TRIAL_VECTORS, "%s: %s", report->vector, line);
    }
}

static void run_file(rk__trial_run *run, rk_session *session, const char *path, counted *c)
{
    rk_problems *problems = rk_problems_new();
    rk__trial_at(run, RK__TRIAL_VECTORS, "%s", path);
    const rk_status status = rk_vector_run(session, path, count_case, c, problems);
    if (status != RK_OK && c->failed == 0) {
        c->failed++;
        rk__trial_say(run, 'F', RK__TRIAL_VECTORS, "%s: %s", path,
                      rk_problems_count(problems) > 0 ? rk_problems_at(problems, 0)->message
                                                      : "it cannot be run");
    }
    rk_problems_free(problems);
}

void rk__trial_vectors(rk__trial_run *run)
{
    static const size_t sizes[] = {0, 1, 7};
    char pattern[1024];
    glob_t files = {0};
    counted c = {run, 0, 0};
    const char *source = run->options->source != NULL ? run->options->source : run->folder;
    rk__trial_at(run, RK__TRIAL_VECTORS, "looking for vectors in %s", source);
    (void) snprintf(pattern, sizeof pattern, "%s/vectors/*.json", source);
    (void) glob(pattern, 0, NULL, &files);
    (void) snprintf(pattern, sizeof pattern, "%s/vector*.json", source);
    (void) glob(pattern, GLOB_APPEND, NULL, &files);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes && c.failed == 0; s++) {
        rk_session *session = rk__trial_session(run, s == 0 ? 1 : 4, sizes[s]);
        const unsigned before = c.passed;
        for (size_t i = 0; i < files.gl_pathc && session != NULL; i++) {
            run_file(run, session, files.gl_pathv[i], &c);
        }
        c.passed = s > 0 ? before : c.passed;
        rk_session_close(session);
    }
    if (files.gl_pathc == 0) {
        rk__trial_say(
            run, 'F', RK__TRIAL_VECTORS,
            "no worked examples: put vectors into '%s/vectors' (or name their folder with "
            "--source)",
            source);
    } else if (c.failed == 0) {
        rk__trial_say(run, 'P', RK__TRIAL_VECTORS,
                      "%u cases in %zu files, in batches of 1, 7 and all", c.passed,
                      files.gl_pathc);
    }
    globfree(&files);
}
