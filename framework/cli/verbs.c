/* SPDX-License-Identifier: MIT
 *
 * verbs.c: the commands, as the overview and their own help describe them.
 */
#include "verbs.h"

static const char *const rules_words[] = {"show", "new", "check", "list", NULL};
static const char *const schema_words[] = {"contract",
                                           "tariff",
                                           "system",
                                           "vector",
                                           "import",
                                           "rule",
                                           "challenges",
                                           "result",
                                           "comparison",
                                           "explanation",
                                           "check",
                                           "test",
                                           "system-result",
                                           "incentives-result",
                                           "solution",
                                           "sensitivity",
                                           "sweep",
                                           "variance",
                                           "diff",
                                           "replay",
                                           "doctor",
                                           "trial",
                                           "rules",
                                           "rule-manual",
                                           "tariff-report",
                                           "tariff-copies",
                                           "tariff-import",
                                           "tariff-diff",
                                           NULL};
static const char *const tariff_words[] = {"fetch", "show", "verify", "import", "diff", NULL};

const cli_verb cli_verb_table[] = {
    {"evaluate", CLI_EVALUATE, 1, SIZE_MAX, "CONTRACT...", NULL, cli_evaluate_check, cli_evaluate,
     .summary = "what a contract pays under one arrangement, line by line",
     .about =
         "Evaluates one arrangement of each contract and shows its components, their ledger "
         "lines, unpriced rows and total, and the provider's cost if it is known.\n"
         "A contract that fails does not stop the others; the exit code is the highest of all. "
         "A contract '-' is read from standard input.\n"
         "With --partial K/N it prices only a part of the rows, as one of many machines, and "
         "writes a part for 'merge'.",
     .examples =
         "  reckon evaluate contract.json\n"
         "  reckon evaluate contract.json -a capitation --param budget.rate=745\n"
         "  reckon evaluate contract.json --group-by provider,pod --format csv -o totals.csv\n"},
    {"compare", CLI_COMPARE, 1, 1, "CONTRACT|SYSTEM", NULL, NULL, cli_compare,
     .summary = "arrangements side by side on the same facts",
     .about = "Evaluates every arrangement of a contract, or those named, on the same facts: "
              "payment, cost, margin and the difference from the baseline, and which lines make "
              "that difference. With --by or --tariffs it shows volume, mix and price instead, as "
              "'variance' does. Of a system it compares the scenarios, as 'system' does.",
     .examples = "  reckon compare contract.json\n"
                 "  reckon compare contract.json --arrangements pbr,capitation --baseline pbr\n"
                 "  reckon compare contract.json --tariffs old.json,new.json --by provider\n"},
    {"report", CLI_COMPARE, 1, 1, "CONTRACT|SYSTEM", NULL, cli_report_check, cli_compare,
     .summary = "a report for a board: one HTML file with charts, or a workbook",
     .about = "Compares the arrangements of a contract, or the scenarios of a system, and writes "
              "one file that a browser shows without a network: the answer in a sentence, "
              "charts with their tables, findings, and how each amount came about. With --by or "
              "--tariffs it reports volume, mix and price. -o NAME.xlsx writes a workbook instead.",
     .examples = "  reckon report contract.json -o contract.html\n"
                 "  reckon report system.json -o system.xlsx\n"},
    {"merge", CLI_MERGE, 1, SIZE_MAX, "PART...", NULL, cli_merge_check, cli_merge,
     .summary = "one result from parts that were priced on several machines",
     .about =
         "Settles a contract on the parts that 'evaluate --partial' has written, in any order: the "
         "result of one evaluation of all rows, byte for byte. A file may hold several parts, one "
         "a line; '-' is standard input.\n"
         "The contract and the options are those of the parts. Files of rows are read once more "
         "for "
         "findings that need all rows, such as repeated ones; a note names a table that cannot be.",
     .examples = "  reckon evaluate contract.json --partial 1/2 -o first.part\n"
                 "  reckon evaluate contract.json --partial 2/2 -o second.part\n"
                 "  reckon merge first.part second.part\n"},
    {"variance", CLI_VARIANCE, 1, 1, "CONTRACT", NULL, cli_variance_check, cli_variance,
     .summary = "the difference of a plan and an actual, by volume, mix and price",
     .about =
         "Compares two fact tables of a contract under one arrangement, or two arrangements, "
         "tariffs or result documents, and splits the difference into volume, mix, price by "
         "element, what is new and what is gone, rows without a price, and each component "
         "that prices no rows. The steps add up to the difference to the penny.\n"
         "--by groups them. Tables by period, point of delivery, provider, commissioner and HRG "
         "chapter follow if there are several, then the keys that moved most. --forecast adds the "
         "year to date and a forecast of the year.",
     .examples = "  reckon variance contract.json --plan plan --actual activity\n"
                 "  reckon variance contract.json --plan plan --actual activity --by pod "
                 "--year-to-date\n"
                 "  reckon variance contract.json --plan plan --actual activity --through "
                 "2016-09-30 --forecast straight-line\n"},
    {"diff", CLI_DIFF, 2, 2, "A B", NULL, NULL, cli_diff,
     .summary = "two extracts of priced rows, or two results: what changed, and challenges",
     .about =
         "Compares two files that 'evaluate --rows' wrote (CSV or workbooks), such as flex and "
         "freeze, by spell_id or --key: rows added, removed and changed, with their amounts and "
         "what changed, which add up to the difference of the totals. Two results in JSON are "
         "compared line by line.\n"
         "--challenges applies the rules of a document to the second file, such as duplicate "
         "spells, overlapping stays and rows without a price, and says which challenges are new.",
     .examples = "  reckon diff flex.csv freeze.csv\n"
                 "  reckon diff flex.csv freeze.csv --challenges acute.json -f csv -o list.csv\n"
                 "  reckon diff flex.csv freeze.csv --challenges acute.json -o list.xlsx\n"
                 "  reckon diff last-month.json this-month.json\n"},
    {"replay", CLI_REPLAY, 1, 1, "RESULT", NULL, cli_replay, NULL,
     .summary = "evaluates a result again: the same bytes, or which input has changed",
     .about =
         "Reads a result that 'evaluate', 'compare', 'system' or 'batch' wrote as JSON, finds its "
         "contract or system by its id, beside the result or in the working directory, and "
         "evaluates it again with the options that the result names. If the result differs, it "
         "names each input whose digest has changed: the contract, tariffs and their files, files "
         "of facts, rules, or reckon itself. The exit code is then 1.",
     .examples = "  reckon replay result.json\n"
                 "  reckon replay archive/2016-09.json --contract contract.json\n"},
    {"batch", CLI_BATCH, 1, SIZE_MAX, "PATH... | -", NULL, cli_batch, NULL,
     .summary = "many contracts, one result each, isolated from one another",
     .about =
         "Evaluates contracts given as files, folders or patterns, or one a line in *.ndjson, "
         "*.jsonl and standard input ('-'). Writes results in the order of the contracts, one "
         "JSON document a line on standard output, or to a file: .ndjson, .csv, .xlsx or .sqlite.\n"
         "Worker processes evaluate the contracts. A contract that fails has a result with an "
         "'error', and so has one whose rule crashes, hangs or takes too much memory twice; the "
         "exit code is then 1.\n"
         "A journal beside the file keeps what is done. After an interruption, --resume continues "
         "from it, and the file is the same as without the interruption.\n"
         "Contracts given one a line are not trusted: see --untrusted and --trusted.\n"
         "Systems are evaluated too: a result for each scenario, in NDJSON one document a system.",
     .examples = "  reckon batch contracts/ --out results.csv\n"
                 "  reckon batch contracts.ndjson --out results.sqlite --resume\n"
                 "  reckon batch - < contracts.ndjson > results.ndjson\n"},
    {"explain", CLI_EXPLAIN, 1, 1, "CONTRACT|SYSTEM", NULL, NULL, cli_explain,
     .summary = "how an amount is worked out, step by step",
     .about = "Shows each amount with its formula, the numbers in it and where each number comes "
              "from: the contract, the tariff or the facts. With --row or --where it prices "
              "one row of the activity by the same code that prices all of them. Of a system it "
              "follows the "
              "position of --organisation in --period down to the lines of its contracts. With "
              "--against it explains the difference from another arrangement, tariff, fact table "
              "or result, as 'variance' does.",
     .examples = "  reckon explain contract.json --component cap\n"
                 "  reckon explain contract.json --component acute --row 12\n"
                 "  reckon explain contract.json --against last-year.json\n"
                 "  reckon explain system.json --organisation trust --period 2017-18\n"},
    {"check", CLI_CHECK, 1, SIZE_MAX, "PATH...", NULL, NULL, cli_check,
     .summary = "validates documents without evaluating them",
     .about =
         "Reports every problem of contracts, tariffs and vectors at once, with file, line "
         "and column. For a contract without problems, lists the activity that no component "
         "pays for, or that more than one pays for. A folder stands for all documents below it.",
     .examples = "  reckon check contract.json tariff.json\n"
                 "  reckon check configs\n"},
    {"inspect", CLI_INSPECT, 1, 1, "FILE", NULL, NULL, cli_inspect,
     .summary = "how a file of activity or prices is written, and how to declare it",
     .about =
         "Reads a CSV file or a sheet of a workbook and shows its encoding, delimiter and header, "
         "what each column holds, which column of a rule it is, the lines that do not fit, total "
         "rows and repeated rows; then the table object to paste into a contract. JSON is that "
         "object alone.\n"
         "Of a file above 16 MiB it reads the beginning and the end.",
     .examples = "  reckon inspect sus-extract.csv\n"
                 "  reckon inspect extract.xlsx --sheet 'SUS extract' --rule pbr\n"
                 "  reckon inspect practices.csv --rule capitation --format json\n"},
    {"test", CLI_TEST, 1, SIZE_MAX, "VECTOR...", NULL, NULL, cli_test,
     .summary = "runs worked examples, exact to the penny",
     .about = "Evaluates the cases of each vector and shows each difference from what they "
              "expect. A folder stands for all vectors below it. The last line counts the cases; "
              "the exit code is 1 if any failed.",
     .examples = "  reckon test vectors/*.json\n"
                 "  reckon test plugins\n"},
    {"rules", CLI_RULES, 0, 3, "[list | show RULE | new NAME [FOLDER] | check RULE.so]",
     rules_words, cli_rules_check, cli_rules,
     .summary = "lists and describes the payment rules, and starts a new one",
     .about = "Lists which rules were found, where, and which were refused and why. "
              "'show' prints the manual of one rule: parameters, columns, sources. "
              "'new' writes the folder of a new rule, ready to build; with --document, of a "
              "rule without C. "
              "'check' tests a rule of any author: in batches, orders, threads and "
              "processes that must agree, at the ends of its arrays, without memory, and by its "
              "own vectors; the exit code is 1 if a test fails.",
     .examples = "  reckon rules\n"
                 "  reckon rules show capitation\n"
                 "  reckon rules new my-rule\n"
                 "  reckon rules new my-rule --document\n"
                 "  reckon rules check my-rule/my-rule.so --cases 100\n"},
    {"schema", CLI_SCHEMA, 1, 1, "KIND", schema_words, NULL, cli_rules,
     .summary = "JSON Schema of a document or a result, for editors and programs",
     .about =
         "Prints the JSON Schema (2020-12) of a kind of document, with the parameters of "
         "the rules that are loaded: contract, tariff, system, vector, import, rule or challenges. "
         "Or that of what a command writes as JSON: result, comparison, explanation, check, "
         "test, system-result, incentives-result, solution, sensitivity, sweep, variance, "
         "diff, replay, doctor, trial, rules, rule-manual, tariff-report, tariff-copies, "
         "tariff-import or tariff-diff.",
     .examples = "  reckon schema contract -o contract.schema.json\n"
                 "  reckon schema result -o result.schema.json\n"},
    {"doctor", CLI_DOCTOR, 0, 0, "", NULL, cli_doctor, NULL,
     .summary = "what is installed, what is wrong with it, and how to mend it",
     .about =
         "Shows where the rules, profiles, schemas and the cache of tariffs are, whether the "
         "kernel "
         "can confine rules, and which programs are there that some commands use. It names what is "
         "wrong and how to mend it: folders that others may write, rules that are refused or are "
         "there twice, relative paths in RECKONER_RULES, a cache that cannot be written. The exit "
         "code is then 1. Writes text or JSON.",
     .examples = "  reckon doctor\n"
                 "  reckon doctor --format json\n"},
    {"tariff", CLI_TARIFF, 1, SIZE_MAX,
     "fetch URL... | show [SOURCE] | verify [SOURCE] | import FILE | diff A B", tariff_words,
     cli_tariff_check, cli_tariff, .summary = "tariffs and the cache of fetched ones",
     .about =
         "'fetch' downloads tariffs into the cache. 'show' describes a tariff, or lists the "
         "cache. 'verify' loads every table of a tariff, or checks every cached copy "
         "against its digest. 'import' makes tariffs from a published workbook by a profile, which "
         "says where its prices are; -o DIR is then the folder to write. 'diff' lists the prices "
         "that rose, fell, appeared and went from tariff A to tariff B and, with --contract, their "
         "effect on what it pays by HRG chapter, provider and pod. SOURCE, A and B are a "
         "file, a folder of CSV files or a URL.",
     .examples = "  reckon tariff fetch https://example.org/ntps-2016-17.json\n"
                 "  reckon tariff show tariffs/ntps-2016-17-sample.json\n"
                 "  reckon tariff verify\n"
                 "  reckon tariff import annex-a.xlsx --profile ntps-2016-17 -o ntps-2016-17\n"
                 "  reckon tariff diff ntps-2017-18 ntps-2018-19 --contract contract.json\n"},
    {"system", CLI_SYSTEM, 1, 1, "SYSTEM", NULL, NULL, cli_system,
     .summary = "positions of organisations, a pool, and whether their system balances",
     .about =
         "Evaluates the contracts between the organisations of a system under each of its "
         "scenarios, side by side: one sentence on whether and when the system balances, who is "
         "short and what is paid twice or by nobody; positions after the pool; what moves them "
         "from the first scenario to the others; income and cost by line; and who bears what.",
     .examples = "  reckon system system.json\n"
                 "  reckon system system.json --detail\n"
                 "  reckon system system.json --scenarios pbr,acs --format json\n"},
    {"incentives", CLI_INCENTIVES, 1, 1, "CONTRACT|SYSTEM", NULL, NULL, cli_incentives,
     .summary = "what one more and one fewer unit of activity pays and costs",
     .about = "Changes the activity of each point of delivery by a step, evaluates every "
              "arrangement again, and shows the change in payment, the change in cost (its fixed "
              "part stays) and the difference.",
     .examples = "  reckon incentives contract.json --fixed 40%\n"
                 "  reckon incentives system.json --step 100 --group-by hrg\n"},
    {"solve", CLI_SOLVE, 1, 1, "CONTRACT|SYSTEM", NULL, cli_solve_check, cli_solve,
     .summary = "the value for which a measure reaches an amount: break-even points",
     .about =
         "Finds every value of a parameter, of the document or of a scenario's delivery for which "
         "a measure reaches a given value. Measures of a "
         "contract are total, cost and margin, ARRANGEMENT.total, and differences such as "
         "pbr.total-block.total; of a system: system, npv, or an organisation. @PERIOD takes one "
         "period. Systems are solved in each scenario.\n"
         "Where the measure follows a line the value is exact. Else the interval is scanned and "
         "each passage bisected to the last digit that changes a penny; a jump over the value is "
         "reported as one, and if there is no value, the nearest miss.",
     .examples =
         "  reckon solve system.json --vary delivery --until system=0\n"
         "  reckon solve contract.json --vary budget.rate --until capitation.margin=0\n"
         "  reckon solve contract.json --vary cap.limit --until pbr.total-capped.total=100000 "
         "--between 0,5000000\n"},
    {"sensitivity", CLI_SENSITIVITY, 1, 1, "CONTRACT|SYSTEM", NULL, cli_sensitivity_check,
     cli_sensitivity, .summary = "how far a measure moves with each thing that is varied",
     .about =
         "Varies one thing at a time from a low to a high value, with everything else unchanged, "
         "and shows the measure at both ends, the widest swing first. A thing without a range goes "
         "10% "
         "down and up, or by --by.\n"
         "With --probability, flows and changes of a system that have a probability happen or "
         "not, independently: the expected value is exact, and --draws adds the median, the 5% "
         "and 95% points, and the chance of balance.",
     .examples = "  reckon sensitivity system.json --vary delivery=60%,100% --vary pathway.margin\n"
                 "  reckon sensitivity contract.json --vary cap.cap=2%,4% --measure capped.margin\n"
                 "  reckon sensitivity system.json --probability --draws 10000 --seed 7\n"},
    {"sweep", CLI_SWEEP, 1, 1, "CONTRACT|SYSTEM", NULL, cli_sweep_check, cli_sweep,
     .summary = "a measure at every point of a grid of values, as CSV",
     .about = "Evaluates a document with each value of what is varied, or each combination, and "
              "writes a row for each: CSV unless --format says otherwise. Rows of activity are "
              "priced once while only parameters of components that price no rows are varied.",
     .examples = "  reckon sweep contract.json --vary budget.rate=700:800:5\n"
                 "  reckon sweep system.json --vary delivery=0:100%:10% --measure system,trust\n"},
    {.name = NULL},
};
