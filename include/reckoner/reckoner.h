/* SPDX-License-Identifier: MIT
 *
 * reckoner.h: embedding Reckoner: load contracts, evaluate, compare, explain
 * and check them, and write reports.
 *
 * A session (rk_session) holds the options of a run, the rules that were found
 * and the tariffs that were fetched. Contracts are loaded into a session and
 * evaluated; results are independent of the contract once made and can be
 * written in any format. The command `reckon` is built on this header alone.
 *
 *     rk_problems *problems = rk_problems_new();
 *     rk_options options = RK_OPTIONS_INIT;
 *     rk_session *session = NULL;
 *     rk_contract *contract = NULL;
 *     rk_result *result = NULL;
 *     if (rk_session_open(&options, &session, problems) == RK_OK &&
 *         rk_contract_load(session, "acute.json", &contract, problems) == RK_OK &&
 *         rk_evaluate(contract, NULL, &result, problems) == RK_OK) {
 *         puts(rk_result_total(result));
 *     }
 *     rk_result_free(result);
 *     rk_contract_free(contract);
 *     rk_session_close(session);
 *     rk_problems_free(problems);
 *
 * Ownership: what a function hands out through an `out_` parameter is the
 * caller's, and is freed with the type's _free; a returned `const` pointer is
 * borrowed until its owner is freed. Every _free accepts NULL.
 *
 * Threads: a session and what is loaded into it belong to one thread at a time;
 * separate sessions are independent. Evaluation starts threads of its own
 * (`jobs`) and joins them before it returns. Reading an rk_result is safe from
 * many threads.
 *
 * Errors: functions return 0 or an rk_status and add what they found to the
 * caller's list (problem.h). The library never prints and never exits. It never
 * calls cJSON_InitHooks, and calls curl_global_init once before its first fetch.
 * Where memory runs out a function returns RK_NO_MEMORY, and never part of a result.
 * GMP alone, which large numbers are made with, ends the process then, unless the
 * program has set mp_set_memory_functions.
 *
 * Stability: structs that the caller fills begin with their size and grow only
 * at the end.
 *
 * Tested by tests/unit/test_embedding.c.
 */
#ifndef RECKONER_RECKONER_H
#define RECKONER_RECKONER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rk_session rk_session;
typedef struct rk_contract rk_contract;
typedef struct rk_result rk_result;
typedef struct rk_comparison rk_comparison;
typedef struct rk_explanation rk_explanation;

/* The library's version, "0.1.0". */
RK_API const char *rk_version(void);

/* ------------------------------------------------------------------ session */

/* What shows that long work goes on: called now and then from one thread. Bytes
 * are of the files being read; total is 0 where unknown. Return false to stop: the
 * evaluation then ends with RK_INTERRUPTED, and nothing is left half-written. */
typedef bool (*rk_progress)(void *ctx, uint64_t rows, uint64_t bytes, uint64_t total_bytes);

/* All arrays of strings end with NULL and may be NULL for none. Strings and
 * arrays are borrowed until the session is closed. */
typedef struct rk_options {
    size_t size; /* sizeof(rk_options) */
    /* Folders searched for rules before the usual ones. */
    const char *const *rules;
    bool no_default_rules; /* search only `rules` */
    /* What documents may reach; see formats.md, --untrusted. */
    bool untrusted;
    bool offline;
    const char *root;
    const char *const *allow_hosts;
    /* Changes to contracts: "COMPONENT.NAME=VALUE" and "POINTER=VALUE". */
    const char *const *params;
    const char *const *sets;
    /* Columns that the totals of row rules are grouped by; NULL: the rule's. */
    const char *const *group_by;
    /* Small counts in grouped outputs are shown as `*`; 0: never. */
    uint64_t suppress_below;
    uint64_t max_errors; /* bad rows that are listed and left out; 0: the first fails */
    unsigned jobs;       /* threads that price rows; 0: as many as cores */
    bool provenance_full;
    /* Priced rows are written here as CSV, whole or not at all; NULL: not. One line for
     * each row of each component that prices it, in file order: the row's number, the
     * columns that rules and groups read, elements, amount, or the reason for none. */
    const char *rows_file;
    rk_progress progress;
    void *progress_ctx;
    const char *cache_dir; /* of fetched tariffs; NULL: XDG_CACHE_HOME/reckoner */
    const char *ca_file;   /* extra trust anchors for https; NULL: the system's */
    bool profile;          /* measure the stages of row passes: rk_result_profile */
    /* Columns of the table that rows_file has beside those that are read; or NULL. */
    const char *const *row_columns;
    /* Files that the caller is going to replace, NULL after the last; or NULL. A document
     * that reads one of them is refused: what it holds would be lost. rows_file is one
     * without being named here, and so is the output of a batch. */
    const char *const *outputs;
} rk_options;
#define RK_OPTIONS_INIT            \
    {                              \
        .size = sizeof(rk_options) \
    }

RK_API rk_status rk_session_open(const rk_options *options, rk_session **out_session,
                                 rk_problems *problems);
RK_API void rk_session_close(rk_session *session);
/* Whether a document was refused since it reads one of the options' outputs: what there is
 * to report must not take that file's place. */
RK_API bool rk_session_output_is_read(const rk_session *session);

/* ---------------------------------------------------------------- contracts */

/* Reads and validates a document's own keys. Paths in it resolve against its
 * folder. "-" reads standard input, whose paths resolve against the working
 * directory. Rules, tariffs and fact files are looked at by evaluation. */
RK_API rk_status rk_contract_load(rk_session *session, const char *path, rk_contract **out_contract,
                                  rk_problems *problems);
/* The same from memory; `name` stands in messages, paths resolve against `base_dir`. */
RK_API rk_status rk_contract_parse(rk_session *session, const char *text, size_t length,
                                   const char *name, const char *base_dir,
                                   rk_contract **out_contract, rk_problems *problems);
RK_API void rk_contract_free(rk_contract *contract);
RK_API const char *rk_contract_id(const rk_contract *contract);
RK_API size_t rk_contract_n_arrangements(const rk_contract *contract);
RK_API const char *rk_contract_arrangement(const rk_contract *contract, size_t index);

/* --------------------------------------------------------------- evaluating */

/* Evaluates one arrangement; NULL is the contract's own choice. */
RK_API rk_status rk_evaluate(rk_contract *contract, const char *arrangement, rk_result **out_result,
                             rk_problems *problems);
RK_API void rk_result_free(rk_result *result);
/* A sentence on what kind of figures these are, which every report carries; "" where
 * they are actual or published ones. */
RK_API const char *rk_result_basis_note(const rk_result *result);
/* Decimal text with the contract's money places: "37660000.00". */
RK_API const char *rk_result_total(const rk_result *result);
RK_API const char *rk_result_currency(const rk_result *result);
/* Rows that no price was found for, over all periods and components. */
RK_API uint64_t rk_result_unpriced(const rk_result *result);
RK_API size_t rk_result_n_warnings(const rk_result *result);
RK_API const char *rk_result_warning(const rk_result *result, size_t index);
/* What each stage of the row passes took, a table in text for standard error; "" unless
 * the session was opened with `profile`. */
RK_API const char *rk_result_profile(const rk_result *result);
/* How old the fetched tariffs are, one line each, for standard error; may be "". */
RK_API const char *rk_result_tariff_ages(const rk_result *result);

/* Evaluates several arrangements on the same facts, in one pass over the rows.
 * `arrangements` NULL: all; `baseline` NULL: the first of them. */
RK_API rk_status rk_compare(rk_contract *contract, const char *const *arrangements,
                            const char *baseline, rk_comparison **out_comparison,
                            rk_problems *problems);
RK_API void rk_comparison_free(rk_comparison *comparison);
RK_API size_t rk_comparison_count(const rk_comparison *comparison);
RK_API const rk_result *rk_comparison_result(const rk_comparison *comparison, size_t index);

/* How an amount came about. Begin as RK_EXPLAIN_INIT. */
typedef struct rk_explain_options {
    size_t size;
    const char *arrangement; /* NULL: the contract's own choice */
    const char *component;   /* NULL: all */
    const char *line;        /* label of a ledger line; NULL: all */
    int64_t row;             /* row number from 1 in the rule's row table; 0: none */
} rk_explain_options;
#define RK_EXPLAIN_INIT                    \
    {                                      \
        .size = sizeof(rk_explain_options) \
    }
RK_API rk_status rk_explain(rk_contract *contract, const rk_explain_options *options,
                            rk_explanation **out_explanation, rk_problems *problems);
RK_API void rk_explanation_free(rk_explanation *explanation);

/* Validates a contract, tariff or vector: every problem at once, and no amounts. A
 * contract is bound and its tables are read under every arrangement; a vector's cases are
 * run. Returns the first status. */
RK_API rk_status rk_check(rk_session *session, const char *path, rk_problems *problems);

/* The same; and of a contract without problems, for each arrangement and period, the rows
 * of activity that no component pays for or that more than one does. *out_coverage is NULL
 * for other documents, where there is a problem, and where the rows cannot be read twice
 * (standard input) or are more than a million. */
typedef struct rk_coverage rk_coverage;
RK_API rk_status rk_check_coverage(rk_session *session, const char *path,
                                   rk_coverage **out_coverage, rk_problems *problems);
RK_API void rk_coverage_free(rk_coverage *coverage);

/* Runs the worked examples of a vector file. Each case is reported through
 * `each`: passed, or a text that shows expected and found. A contract that cannot be read
 * fails its cases, or is what they expect. */
typedef struct rk_case_report {
    size_t size;
    const char *file;
    const char *vector;      /* its id */
    size_t index;            /* of the case, from 0 */
    const char *arrangement; /* may be NULL */
    bool passed;
    const char *difference; /* lines "what: expected X, found Y"; "" where passed */
} rk_case_report;
RK_API rk_status rk_vector_run(rk_session *session, const char *path,
                               void (*each)(void *ctx, const rk_case_report *report), void *ctx,
                               rk_problems *problems);

/* ------------------------------------------------------------------ reports */

typedef enum rk_format {
    RK_FORMAT_TEXT = 0,
    RK_FORMAT_JSON = 1,
    RK_FORMAT_CSV = 2,
    RK_FORMAT_MARKDOWN = 3
} rk_format;
/* By name: "text", "json", "csv", "markdown"; false for another. */
RK_API bool rk_format_parse(const char *name, rk_format *out);

/* Where a report goes, in pieces; `write` returns 0, or anything else to stop. */
typedef struct rk_sink {
    int (*write)(void *ctx, const char *text, size_t length);
    void *ctx;
    int width;  /* of the terminal in columns; 0: 100 */
    bool color; /* text reports may use ANSI colours */
} rk_sink;

/* RK_IO_WRITE where the sink stopped. JSON of one result is the document, of
 * several a list. */
RK_API rk_status rk_report_results(const rk_result *const *results, size_t n, rk_format format,
                                   const rk_sink *sink);
RK_API rk_status rk_report_comparison(const rk_comparison *comparison, rk_format format,
                                      const rk_sink *sink);
RK_API rk_status rk_report_explanation(const rk_explanation *explanation, rk_format format,
                                       const rk_sink *sink);
/* A failed contract as a result document with an `error` (JSON), or its problems
 * as text: "file:line:column: message", source line, caret, hint. */
RK_API rk_status rk_report_failure(const char *contract, const rk_problems *problems,
                                   rk_format format, const rk_sink *sink);
RK_API rk_status rk_report_problem(const rk_problem *problem, const rk_sink *sink);
/* What checking `files` documents found; text ends with "N files checked, M problems". */
RK_API rk_status rk_report_check(const rk_problems *problems, size_t files, rk_format format,
                                 const rk_sink *sink);
/* The same, with what was found of n contracts; CSV is the problems alone. */
RK_API rk_status rk_report_check_coverage(const rk_problems *problems, size_t files,
                                          const rk_coverage *const *coverage, size_t n,
                                          rk_format format, const rk_sink *sink);
/* How worked examples went: a difference per failure; text ends with "N passed, N failed". */
RK_API rk_status rk_report_cases(const rk_case_report *cases, size_t n, rk_format format,
                                 const rk_sink *sink);
/* The word of `words` (NULL at the end) that was probably meant by `word`; or NULL. */
RK_API const char *rk_nearest(const char *word, const char *const *words);

/* ------------------------------------------------------------ rules, schemas */

/* Everything found in the folders searched: loaded, hidden and refused, and why. */
RK_API rk_status rk_report_rules(rk_session *session, rk_format format, const rk_sink *sink);
/* The manual of one rule. */
RK_API rk_status rk_report_rule(rk_session *session, const char *id, rk_format format,
                                const rk_sink *sink, rk_problems *problems);
/* Writes the folder of a new rule below `parent`. */
RK_API rk_status rk_rule_scaffold(const char *parent, const char *name, rk_problems *problems);
/* JSON Schema 2020-12 of "contract", "tariff", "system" or "vector". */
RK_API rk_status rk_report_schema(rk_session *session, const char *kind, const rk_sink *sink,
                                  rk_problems *problems);

/* ------------------------------------------------------------------ tariffs */

/* Fetches URLs into the cache; sha256 may be NULL. One line per URL in text. */
RK_API rk_status rk_tariff_fetch(rk_session *session, const char *const *urls, const char *sha256,
                                 rk_format format, const rk_sink *sink, rk_problems *problems);
/* Shows a tariff (path, folder or URL): identity, tables, keys, rows; or with
 * `source` NULL what the cache holds. */
RK_API rk_status rk_tariff_show(rk_session *session, const char *source, rk_format format,
                                const rk_sink *sink, rk_problems *problems);
/* Loads every table of a tariff and checks it; with `source` NULL checks every
 * cached copy against its digest. */
RK_API rk_status rk_tariff_verify(rk_session *session, const char *source, const char *sha256,
                                  rk_format format, const rk_sink *sink, rk_problems *problems);

/* ------------------------------------------------------------------ systems */

/* Contracts between organisations, what lies outside contracts, a pool, and scenarios. */
typedef struct rk_system rk_system;
typedef struct rk_system_result rk_system_result;
typedef struct rk_incentives rk_incentives;

/* Reads a system's document and those of its contracts, and validates what they say of
 * themselves. `path` "-" is standard input. */
RK_API rk_status rk_system_load(rk_session *session, const char *path, rk_system **out_system,
                                rk_problems *problems);
RK_API void rk_system_free(rk_system *system);
RK_API const char *rk_system_id(const rk_system *system);
/* A system without scenarios has one, "as-it-stands". */
RK_API size_t rk_system_n_scenarios(const rk_system *system);
RK_API const char *rk_system_scenario(const rk_system *system, size_t index);

/* Evaluates scenarios, all where `scenarios` (NULL at the end) is NULL. */
RK_API rk_status rk_system_evaluate(rk_system *system, const char *const *scenarios,
                                    rk_system_result **out_result, rk_problems *problems);
RK_API void rk_system_result_free(rk_system_result *result);
/* What was found beside the numbers, over all scenarios: a subcontract above its head,
 * activity without a cost, warnings of contracts. */
RK_API size_t rk_system_result_n_findings(const rk_system_result *result);
RK_API rk_status rk_report_system(const rk_system_result *result, rk_format format,
                                  const rk_sink *sink);

/* What one more and one fewer unit of activity pays and costs, for each arrangement, by
 * a column of the activity (the session's group_by, else "pod"). Begin as
 * RK_INCENTIVES_INIT. */
typedef struct rk_incentives_options {
    size_t size;
    const char *step;  /* units more and fewer; NULL: "1" */
    const char *fixed; /* of a contract alone: the part of the unit cost that stays; NULL: the
                          `fixed` column of its unit costs, else "0" */
} rk_incentives_options;
#define RK_INCENTIVES_INIT                    \
    {                                         \
        .size = sizeof(rk_incentives_options) \
    }
/* `path` is a contract's or a system's. */
RK_API rk_status rk_incentives_evaluate(rk_session *session, const char *path,
                                        const rk_incentives_options *options,
                                        rk_incentives **out_incentives, rk_problems *problems);
RK_API void rk_incentives_free(rk_incentives *incentives);
RK_API rk_status rk_report_incentives(const rk_incentives *incentives, rk_format format,
                                      const rk_sink *sink);

/* -------------------------------------------------------------------- batch
 *
 * Many contracts, one result after the other in the order of the contracts. Each
 * is evaluated in a worker, a process of its own that the parent starts and talks
 * to over a socket: a rule that crashes, hangs or eats memory costs its own
 * contract a result that says so. The parent loads no rule. */

typedef struct rk_batch_progress {
    size_t size;
    uint64_t done, failed; /* contracts; failed ones are among those done */
    uint64_t resumed;      /* done by the run that this one continues */
    uint64_t read, total;  /* bytes of the contracts; total is 0 where unknown */
    double seconds;        /* since this run began */
} rk_batch_progress;

/* Begin as RK_BATCH_INIT. Strings and arrays (NULL at the end) are borrowed for the
 * call. */
typedef struct rk_batch_options {
    size_t size;
    const rk_options *options; /* for each contract; `jobs` of it is not used, and a
                                * `rows_file` is refused */
    /* Documents, folders (searched for *.json, *.ndjson and *.jsonl), patterns, and "-":
     * one contract a line from standard input, as *.ndjson and *.jsonl have it. */
    const char *const *paths;
    bool trusted;          /* one contract a line may reach what a document may */
    bool all_arrangements; /* a result for each arrangement */
    bool in_process;       /* no workers: for rules that are trusted, and debugging */
    unsigned jobs;         /* workers; 0: as many as cores */
    uint32_t timeout_ms;   /* for each contract; 0: none */
    uint64_t memory_bytes; /* of address space for each worker; 0: no limit */
    /* A file by its ending: .ndjson (.jsonl), .csv or .sqlite (.db). Results are
     * journalled in `<out>.journal` on the way. NULL: as NDJSON to the sink. */
    const char *out;
    bool lines;  /* CSV has a row for each ledger line */
    bool resume; /* continue from the journal, where there is one */
    const rk_sink *sink;
    /* Called now and then; return false to stop, which leaves the journal. */
    bool (*progress)(void *ctx, const rk_batch_progress *progress);
    void *progress_ctx;
    /* The command that rk_batch_worker is called by; NULL: this executable with the
     * argument "worker". */
    const char *const *worker;
} rk_batch_options;
#define RK_BATCH_INIT                    \
    {                                    \
        .size = sizeof(rk_batch_options) \
    }

typedef struct rk_batch_summary rk_batch_summary;

/* Evaluates all. A contract that fails is a result with an `error`, not a failure of
 * the run; those are RK_USAGE (paths, options, an earlier run's journal), RK_CONFLICT
 * (what is to be resumed has changed; the problems name it), RK_IO_WRITE, RK_NO_MEMORY
 * and RK_IO. *out_summary is made where the run came to its end, or was stopped. */
RK_API rk_status rk_batch_run(const rk_batch_options *options, rk_batch_summary **out_summary,
                              rk_problems *problems);
RK_API void rk_batch_summary_free(rk_batch_summary *summary);
RK_API uint64_t rk_batch_done(const rk_batch_summary *summary);
RK_API uint64_t rk_batch_failed(const rk_batch_summary *summary);
/* Rows without a price, over all results. */
RK_API uint64_t rk_batch_unpriced(const rk_batch_summary *summary);
RK_API bool rk_batch_stopped(const rk_batch_summary *summary);
/* Evaluated, failed by code, totals by arrangement, the slowest contract; with
 * all_arrangements winners and losers by provider and commissioner. As text. */
RK_API rk_status rk_report_batch(const rk_batch_summary *summary, const rk_sink *sink);

/* What the command of a worker calls and exits with: serves the parent until that
 * closes the connection, which is inherited. 0, or 2 where there is no parent. */
RK_API int rk_batch_worker(void);

#ifdef __cplusplus
}
#endif
#endif
