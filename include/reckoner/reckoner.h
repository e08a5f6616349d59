/* SPDX-License-Identifier: MIT
 *
 * reckoner.h: embedding Reckoner: load contracts, evaluate, compare, explain
 * and check them, and write reports.
 *
 * A session (rk_session) holds the options of a run, the rules that were found
 * and the tariffs that were fetched. Contracts are loaded into a session and
 * evaluated; results are independent of the contract once made. They are read with the
 * functions of ledger.h, system.h and tariff.h, which this header includes, and can be
 * written in any format. The command `reckon` is built on these headers alone.
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
 * Errors: functions return 0 or an rk_status and add what they found to the caller's list
 * (problem.h). The library never prints and never exits. It never calls cJSON_InitHooks, and calls
 * curl_global_init once before its first fetch. If memory runs out, a function returns RK_NO_MEMORY
 * and never part of a result. The exception is GMP, which computes large numbers: it ends the
 * process, unless the program has called mp_set_memory_functions.
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

#include "collect.h"
#include "diff.h"
#include "ledger.h"
#include "machine.h"
#include "output.h"
#include "parts.h"
#include "problem.h"
#include "questions.h"
#include "replay.h"
#include "sink.h"
#include "system.h"
#include "tariff.h"
#include "variance.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rk_contract rk_contract;

/* Returns the library's version, "0.1.0". */
RK_API const char *rk_version(void);

/* ------------------------------------------------------------------ session */

/* Shows the progress of long work; called now and then from one thread. Bytes are of the
 * files being read; total is 0 if unknown. Return false to stop: the evaluation then ends
 * with RK_INTERRUPTED, and nothing is left half-written. */
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
    /* Files that the caller is going to replace, NULL after the last; or NULL. A document that
     * reads one of them is refused, because its contents would be lost. rows_file and the output of
     * a batch need not be named here. */
    const char *const *outputs;
    /* The periods that results have: ids in a list, or ranges, "2016-04..2016-09"; NULL: all.
     * Rows of other periods are no part of the result. */
    const char *periods;
    const char *through; /* of those, only the ones that have ended by this day; NULL: all */
    /* Only the financial year of the last of those periods, from its beginning. If neither
     * `periods` nor `through` is given, the last period is the last one that has rows. */
    bool year_to_date;
    /* In rows_file, texts that a spreadsheet would take for formulas begin with an apostrophe. */
    bool csv_safe;
    /* Before the first rule is loaded, confine this process for good: it can read files but not
     * write, create or remove any, open connections, or start or signal processes
     * (docs/security.md). For a process that evaluates and then ends. With the second, RK_FORBIDDEN
     * if the kernel lacks Landlock or seccomp. */
    bool confine, require_confined;
    /* A file of rules that run as those that come with the program do: on each line an id and a
     * SHA-256. Others run only in a confined process. NULL: no list. */
    const char *allow_rules;
    unsigned fetch_timeout_ms; /* for fetching a tariff; 0: 60,000 for each attempt */
    size_t group_optional;     /* how many of the last columns of group_by a table may lack */
} rk_options;
#define RK_OPTIONS_INIT            \
    {                              \
        .size = sizeof(rk_options) \
    }

/* Opens a session and finds its rules. `options` begins as RK_OPTIONS_INIT; a copy is kept.
 * RK_USAGE if it does not. */
RK_API rk_status rk_session_open(const rk_options *options, rk_session **out_session,
                                 rk_problems *problems);

/* Returns doubts about the rules that were found, one a line. Valid as long as the session. */
RK_API const char *rk_session_warnings(const rk_session *session);

/* Frees a session; contracts and systems loaded into it must be freed before. */
RK_API void rk_session_close(rk_session *session);

/* Returns whether a document was refused because it reads one of the options' outputs. Then
 * a report must not replace that file. Outputs that are rules or files of the cache of tariffs are
 * refused by rk_session_open with RK_CONFLICT. */
RK_API bool rk_session_output_is_read(const rk_session *session);

/* ---------------------------------------------------------------- contracts */

/* Loads a contract and validates the document's own keys. Paths in it resolve against its
 * folder. "-" reads standard input, whose paths resolve against the working directory.
 * Rules, tariffs and files of facts are read by evaluation. */
RK_API rk_status rk_contract_load(rk_session *session, const char *path, rk_contract **out_contract,
                                  rk_problems *problems);

/* Loads a contract from `length` bytes of text, which are copied. Problems name it `name`;
 * paths in it resolve against `base_dir`. */
RK_API rk_status rk_contract_parse(rk_session *session, const char *text, size_t length,
                                   const char *name, const char *base_dir,
                                   rk_contract **out_contract, rk_problems *problems);

/* Frees a contract. Results that were made of it stay valid. */
RK_API void rk_contract_free(rk_contract *contract);

/* Returns the contract's id. */
RK_API const char *rk_contract_id(const rk_contract *contract);

/* Returns the number of arrangements, at least 1. */
RK_API size_t rk_contract_n_arrangements(const rk_contract *contract);

/* Returns the name of an arrangement, in the order of the document; NULL beyond the end. */
RK_API const char *rk_contract_arrangement(const rk_contract *contract, size_t index);

/* --------------------------------------------------------------- evaluating */

/* Evaluates one arrangement; NULL is the contract's own choice. Starts threads and joins
 * them. Rows that cannot be priced are part of the result, not a failure. *out_result is
 * NULL if the status is not RK_OK. */
RK_API rk_status rk_evaluate(rk_contract *contract, const char *arrangement, rk_result **out_result,
                             rk_problems *problems);

/* Frees a result and everything that was read from it. */
RK_API void rk_result_free(rk_result *result);

/* Evaluates several arrangements on the same facts, in one pass over the rows.
 * `arrangements` NULL: all; `baseline` NULL: the first of them. */
RK_API rk_status rk_compare(rk_contract *contract, const char *const *arrangements,
                            const char *baseline, rk_comparison **out_comparison,
                            rk_problems *problems);

/* Frees a comparison and its results. */
RK_API void rk_comparison_free(rk_comparison *comparison);

/* What to explain. Begin as RK_EXPLAIN_INIT. */
typedef struct rk_explain_options {
    size_t size;
    const char *arrangement; /* NULL: the contract's own choice */
    const char *component;   /* NULL: all */
    const char *line;        /* label of a ledger line; NULL: all */
    int64_t row;             /* row number from 1 in the rule's row table; 0: none */
    /* Rows by what is in them: "COLUMN=VALUE", NULL after the last; all must hold. NULL: none. */
    const char *const *where;
} rk_explain_options;
#define RK_EXPLAIN_INIT                    \
    {                                      \
        .size = sizeof(rk_explain_options) \
    }

/* Evaluates an arrangement and explains how its amounts came about, down to parameters and
 * cells. RK_USAGE if the contract has no such component, line or row. */
RK_API rk_status rk_explain(rk_contract *contract, const rk_explain_options *options,
                            rk_explanation **out_explanation, rk_problems *problems);

/* Frees an explanation. */
RK_API void rk_explanation_free(rk_explanation *explanation);

/* Validates a contract, tariff or vector: every problem at once, and no amounts. A
 * contract is bound and its tables are read under every arrangement; a vector's cases are
 * run. Findings of a contract, but for notes, are problems of status RK_OK. Returns the first
 * status. */
RK_API rk_status rk_check(rk_session *session, const char *path, rk_problems *problems);

/* Validates as rk_check does. For a contract without problems it also finds, for each
 * arrangement and period, the rows of activity that no component pays for or that more than
 * one does. *out_coverage is NULL for other documents, if there is a problem, and if the rows
 * cannot be read twice (standard input) or are more than a million. */
RK_API rk_status rk_check_coverage(rk_session *session, const char *path,
                                   rk_coverage **out_coverage, rk_problems *problems);

/* Frees coverage; NULL does nothing. */
RK_API void rk_coverage_free(rk_coverage *coverage);

/* The outcome of one worked example. */
typedef struct rk_case_report {
    size_t size;
    const char *file;
    const char *vector;      /* its id */
    size_t index;            /* of the case, from 0 */
    const char *arrangement; /* may be NULL */
    bool passed;
    const char *difference; /* lines "what: expected X, found Y"; "" if passed */
} rk_case_report;

/* Runs the worked examples of a vector file and calls `each` for each case; the report and
 * its strings are valid during the call. A contract that cannot be read fails its cases,
 * unless they expect that. The status is RK_OK also if cases fail. */
RK_API rk_status rk_vector_run(rk_session *session, const char *path,
                               void (*each)(void *ctx, const rk_case_report *report), void *ctx,
                               rk_problems *problems);

/* ------------------------------------------------------------------ reports */

/* Writes n results. JSON of one result is a document; of several, a list. */
RK_API rk_status rk_report_results(const rk_result *const *results, size_t n, rk_format format,
                                   const rk_sink *sink);

/* Writes arrangements side by side, and the lines that make them differ. */
RK_API rk_status rk_report_comparison(const rk_comparison *comparison, rk_format format,
                                      const rk_sink *sink);

/* Writes the steps of an explanation. */
RK_API rk_status rk_report_explanation(const rk_explanation *explanation, rk_format format,
                                       const rk_sink *sink);

/* Writes a failed contract: as a result document with an `error` (JSON), or else its problems
 * as text, each as rk_report_problem does. `contract` is its id or name. */
RK_API rk_status rk_report_failure(const char *contract, const rk_problems *problems,
                                   rk_format format, const rk_sink *sink);

/* Writes a problem as text: "file:line:column: message", source line, caret, hint. */
RK_API rk_status rk_report_problem(const rk_problem *problem, const rk_sink *sink);

/* Writes what checking `files` documents found; text ends with "N files checked, M
 * problems". */
RK_API rk_status rk_report_check(const rk_problems *problems, size_t files, rk_format format,
                                 const rk_sink *sink);

/* Writes the same with the coverage of n contracts, of which some may be NULL. CSV has the
 * problems alone. */
RK_API rk_status rk_report_check_coverage(const rk_problems *problems, size_t files,
                                          const rk_coverage *const *coverage, size_t n,
                                          rk_format format, const rk_sink *sink);

/* Writes the outcome of n worked examples: the difference of each that failed; text ends with
 * "N passed, N failed". */
RK_API rk_status rk_report_cases(const rk_case_report *cases, size_t n, rk_format format,
                                 const rk_sink *sink);

/* Returns the word of `words` (NULL at the end) that is nearest to a misspelt `word`; NULL if
 * none is near. */
RK_API const char *rk_nearest(const char *word, const char *const *words);

/* ------------------------------------------------------------ rules, schemas */

/* Writes the rules that were found in the folders searched: loaded, hidden and refused, and
 * why. */
RK_API rk_status rk_report_rules(rk_session *session, rk_format format, const rk_sink *sink);

/* Writes the manual of one rule. RK_UNKNOWN_RULE if there is none of this id. */
RK_API rk_status rk_report_rule(rk_session *session, const char *id, rk_format format,
                                const rk_sink *sink, rk_problems *problems);

/* Makes the folder `name` of a new rule below `parent`, with a rule that builds and passes its
 * tests. Never overwrites a file. */
RK_API rk_status rk_rule_scaffold(const char *parent, const char *name, bool settles,
                                  rk_problems *problems);

/* The same for a rule without C: a document, NAME.rule.json, with an example. */
RK_API rk_status rk_rule_scaffold_document(const char *parent, const char *name,
                                           rk_problems *problems);

/* Writes the JSON Schema (2020-12) of a kind of document ("contract", "tariff", "system",
 * "vector", "import", "rule") or result ("result", "comparison", "explanation", "check", "test",
 * "system-result", "incentives-result", "solution", "sensitivity", "sweep"). Its "$id" has the
 * version. RK_USAGE for another kind. */
RK_API rk_status rk_report_schema(rk_session *session, const char *kind, const rk_sink *sink,
                                  rk_problems *problems);

/* ---------------------------------------------------------------- inspection */

/* Set what you need and leave the rest zero. */
typedef struct rk_inspect_options {
    const char *rule;  /* to compare the headers with; NULL: the rule that fits best */
    const char *sheet; /* sheet of a workbook; NULL: the only visible one */
    bool all;          /* read all of a file above 16 MiB, not only its beginning and end */
} rk_inspect_options;

/* Writes the layout of a table's file, the evidence for it, and the table object that declares it;
 * JSON has only that object. No cell's contents are written. */
RK_API rk_status rk_report_inspection(rk_session *session, const char *path,
                                      const rk_inspect_options *options, rk_format format,
                                      const rk_sink *sink, rk_problems *problems);

/* ------------------------------------------------------------------ tariffs */

/* Fetches URLs as rk_copies_fetch does and writes the copies, in text one line each. */
RK_API rk_status rk_tariff_fetch(rk_session *session, const char *const *urls, const char *sha256,
                                 rk_format format, const rk_sink *sink, rk_problems *problems);

/* Writes a tariff (path, folder or URL): identity, tables, keys, rows. With `source` NULL it
 * writes what the cache holds. */
RK_API rk_status rk_tariff_show(rk_session *session, const char *source, rk_format format,
                                const rk_sink *sink, rk_problems *problems);

/* Verifies a tariff as rk_tariff_open does and writes what was found. With `source` NULL it
 * compares every cached copy with its digest. */
RK_API rk_status rk_tariff_verify(rk_session *session, const char *source, const char *sha256,
                                  rk_format format, const rk_sink *sink, rk_problems *problems);

/* Writes the differences of two tariffs (rk_tariff_diff_open). CSV has the changed prices or, if a
 * contract was given, their effect on what it pays. */
RK_API rk_status rk_report_tariff_diff(const rk_tariff_diff *diff, rk_format format,
                                       const rk_sink *sink);

/* Writes a summary of an import: tariffs, tables, rows, files. */
RK_API rk_status rk_report_import(const rk_import *import, rk_format format, const rk_sink *sink);

/* ------------------------------------------------------------------ systems */

/* Contracts between organisations, what lies outside contracts, a pool, and scenarios. */
typedef struct rk_system rk_system;

/* Loads a system's document and those of its contracts, and validates their own keys. `path`
 * "-" is standard input. */
RK_API rk_status rk_system_load(rk_session *session, const char *path, rk_system **out_system,
                                rk_problems *problems);

/* Frees a system. Results that were made of it stay valid. */
RK_API void rk_system_free(rk_system *system);

/* Returns the system's id. */
RK_API const char *rk_system_id(const rk_system *system);

/* Returns the number of scenarios. A system without any has one, "as-it-stands". */
RK_API size_t rk_system_n_scenarios(const rk_system *system);

/* Returns the name of a scenario, in the order of the document; NULL beyond the end. */
RK_API const char *rk_system_scenario(const rk_system *system, size_t index);

/* Evaluates scenarios by name; all if `scenarios` (NULL at the end) is NULL or empty. RK_USAGE
 * if the system has none of a name. */
RK_API rk_status rk_system_evaluate(rk_system *system, const char *const *scenarios,
                                    rk_system_result **out_result, rk_problems *problems);

/* Has rk_system_evaluate also keep how each position came about, which takes memory for each
 * ledger line of each contract: rk_system_result_explanation. */
RK_API void rk_system_keep_steps(rk_system *system);

/* What to explain of a system. Begin as RK_SYSTEM_EXPLAIN_INIT. */
typedef struct rk_system_explain_options {
    size_t size;
    const char *organisation;     /* by id */
    const char *period;           /* by id; NULL: the only one */
    const char *const *scenarios; /* NULL at the end; NULL: all */
} rk_system_explain_options;
#define RK_SYSTEM_EXPLAIN_INIT                    \
    {                                             \
        .size = sizeof(rk_system_explain_options) \
    }

/* Explains the position of an organisation in a period, with a step for each scenario: after the
 * pool, before it, income and costs, and each line of these, down to the ledger lines of the
 * contracts that it is paid by or pays. RK_USAGE if the system has no organisation, period or
 * scenario of a name. */
RK_API rk_status rk_system_explain(rk_system *system, const rk_system_explain_options *options,
                                   rk_explanation **out_explanation, rk_problems *problems);

/* Returns whether the document of a path is a system; false if it cannot be read. */
RK_API bool rk_is_system(const char *path);

/* Frees the result of a system and everything that was read from it. */
RK_API void rk_system_result_free(rk_system_result *result);

/* Returns how each position came about: a step for each scenario, period and organisation, one
 * after another in this order. The ledger lines of a contract are below what its payee receives.
 * NULL unless rk_system_keep_steps was called before. It lives as long as the result. */
RK_API const rk_explanation *rk_system_result_explanation(const rk_system_result *result);

/* Returns the number of findings over all scenarios: a subcontract above its head, activity
 * without a cost, findings of contracts. */
RK_API size_t rk_system_result_n_findings(const rk_system_result *result);

/* Returns how many of these are warnings or errors. */
RK_API size_t rk_system_result_n_warnings(const rk_system_result *result);

/* Writes whether a system balances: a sentence for each scenario, positions by organisation and
 * period, what moves them from the first scenario to the others, income and cost by line. Amounts
 * that add up are rounded so that they add up as shown. */
RK_API rk_status rk_report_system(const rk_system_result *result, rk_format format,
                                  const rk_sink *sink);

/* Writes the same, and after it each scenario period by period, notes and sources. JSON and CSV
 * have all of it in any case. */
RK_API rk_status rk_report_system_detail(const rk_system_result *result, rk_format format,
                                         const rk_sink *sink);

/* Begin as RK_INCENTIVES_INIT. */
typedef struct rk_incentives_options {
    size_t size;
    const char *step;  /* units more and fewer; NULL: "1" */
    const char *fixed; /* for contracts only: the part of the unit cost that stays; NULL: the
                          `fixed` column of its unit costs, else "0" */
} rk_incentives_options;
#define RK_INCENTIVES_INIT                    \
    {                                         \
        .size = sizeof(rk_incentives_options) \
    }

/* Finds what one more and one fewer unit of activity pays and costs, for each arrangement, by
 * a column of the activity (the session's group_by, else "pod"). `path` is a contract's or a
 * system's. */
RK_API rk_status rk_incentives_evaluate(rk_session *session, const char *path,
                                        const rk_incentives_options *options,
                                        rk_incentives **out_incentives, rk_problems *problems);

/* Frees incentives and everything that was read from them. */
RK_API void rk_incentives_free(rk_incentives *incentives);

/* Writes incentives. */
RK_API rk_status rk_report_incentives(const rk_incentives *incentives, rk_format format,
                                      const rk_sink *sink);

/* Writes for which values of what is varied a measure reaches its value (questions.h). */
RK_API rk_status rk_report_solution(const rk_solution *solution, rk_format format,
                                    const rk_sink *sink);

/* Writes how far a measure moves with each thing varied, the widest swing first, and its
 * distribution if probabilities were asked for. */
RK_API rk_status rk_report_sensitivity(const rk_sensitivity *sensitivity, rk_format format,
                                       const rk_sink *sink);

/* Writes a row for each point of a grid. */
RK_API rk_status rk_report_sweep(const rk_sweep *sweep, rk_format format, const rk_sink *sink);

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
    uint64_t read, total;  /* bytes of the contracts; total is 0 if unknown */
    double seconds;        /* since this run began */
} rk_batch_progress;

/* What keeps the contracts of a batch apart. */
typedef enum rk_isolation {
    /* RK_ISOLATION_CONTRACT for contracts that use a rule which did not come with the program,
     * RK_ISOLATION_WORKER for the others. */
    RK_ISOLATION_DEFAULT = 0,
    /* A confined process for each contract: no rule can reach another contract, write a file,
     * open a connection or signal a process (docs/security.md). */
    RK_ISOLATION_CONTRACT,
    /* Worker processes, each with many contracts: for rules that are trusted but may crash. */
    RK_ISOLATION_WORKER,
    /* No other process: for rules that are trusted, and debugging. */
    RK_ISOLATION_NONE
} rk_isolation;

/* Begin as RK_BATCH_INIT. Strings and arrays (NULL at the end) are borrowed for the call. */
typedef struct rk_batch_options {
    size_t size;
    const rk_options *options; /* for each contract; `jobs` of it is not used, and a
                                * `rows_file` is refused */
    /* Documents, folders (searched for *.json, *.ndjson and *.jsonl), patterns, and "-":
     * one contract a line from standard input, as *.ndjson and *.jsonl have it. */
    const char *const *paths;
    bool trusted;          /* contracts that are lines may reach what a document on its own may */
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
    rk_isolation isolation; /* `in_process` is RK_ISOLATION_NONE */
    /* Fail with RK_FORBIDDEN before the first contract if this machine, or `isolation`, keeps
     * them apart less than this; RK_ISOLATION_DEFAULT: requires nothing. */
    rk_isolation require;
} rk_batch_options;
#define RK_BATCH_INIT                    \
    {                                    \
        .size = sizeof(rk_batch_options) \
    }

typedef struct rk_batch_summary rk_batch_summary;

/* Evaluates all contracts. A contract that fails is a result with an `error`, not a failure of
 * the run. The run fails with RK_USAGE (paths, options, an earlier run's journal), RK_CONFLICT
 * (the contracts to resume have changed; the problems name them), RK_IO_WRITE, RK_NO_MEMORY or
 * RK_IO. *out_summary is made if the run reached its end or was stopped. */
RK_API rk_status rk_batch_run(const rk_batch_options *options, rk_batch_summary **out_summary,
                              rk_problems *problems);

/* Frees a summary; NULL does nothing. */
RK_API void rk_batch_summary_free(rk_batch_summary *summary);

/* Returns the number of contracts that were evaluated, those that failed among them. */
RK_API uint64_t rk_batch_done(const rk_batch_summary *summary);

/* Returns the number of contracts that failed. */
RK_API uint64_t rk_batch_failed(const rk_batch_summary *summary);

/* Returns the number of rows without a price: of each contract, those of the arrangement that
 * leaves most without one. */
RK_API uint64_t rk_batch_unpriced(const rk_batch_summary *summary);

/* Returns the number of findings that are warnings or errors, over all results. */
RK_API uint64_t rk_batch_warnings(const rk_batch_summary *summary);

/* Returns how the contracts were kept apart, in words, as the report of the batch says it. */
RK_API const char *rk_batch_isolation(const rk_batch_summary *summary);

/* Returns whether `progress` stopped the run before its end. */
RK_API bool rk_batch_stopped(const rk_batch_summary *summary);

/* Writes as text: evaluated, failed by code, totals by arrangement, the slowest contract; with
 * all_arrangements winners and losers by provider and commissioner. */
RK_API rk_status rk_report_batch(const rk_batch_summary *summary, const rk_sink *sink);

/* Serves the parent of a batch until that closes the inherited connection; the command of a
 * worker calls this and exits with what it returns: 0, or 2 if there is no parent. */
RK_API int rk_batch_worker(void);

#ifdef __cplusplus
}
#endif

#include "running.h"
#include "trial.h"
#endif
