/* SPDX-License-Identifier: MIT
 *
 * options.c: every option of every verb, once.
 */
#include <stddef.h>
#include <string.h>

#include "options.h"

static const char *const format_words[] = {"text", "json",   "csv", "markdown", "xlsx",
                                           "html", "sqlite", "acm", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};
static const char *const isolation_words[] = {"default", "contract", "worker", "none", NULL};
static const char *const forecast_words[] = {"none", "straight-line", "profile", "working-days",
                                             NULL};
static const char *const provenance_words[] = {"brief", "full", NULL};

#define RUNS    (CLI_EVALUATE | CLI_COMPARE | CLI_EXPLAIN | CLI_VARIANCE)
#define HOLDS   (CLI_VARIANCE | CLI_COMPARE | CLI_EXPLAIN)
#define SELECTS (RUNS | CLI_BATCH)
#define SYSTEMS (CLI_SYSTEM | CLI_INCENTIVES)
#define VARIES  (CLI_SOLVE | CLI_SENSITIVITY | CLI_SWEEP)
#define LOADS   (RUNS | CLI_REPLAY | CLI_MERGE | CLI_CHECK | CLI_TEST | CLI_BATCH | SYSTEMS | VARIES)

/* The help text comes last; designated members may follow it. */
#define OPTION(name_, kind_, member, argument_, verbs_, ...)                       \
    {                                                                              \
        .name = (name_), .kind = (kind_), .offset = offsetof(cli_options, member), \
        .argument = (argument_), .verbs = (verbs_), .help = __VA_ARGS__            \
    }
#define COMMON(...) OPTION(__VA_ARGS__, .common = true)

const cli_option cli_option_table[] = {
    OPTION("contract", CLI_TEXT, contract, "CONTRACT", CLI_TARIFF,
           "diff: the contract to price with each tariff"),
    OPTION("arrangement", CLI_TEXT, arrangement, "NAME",
           CLI_EVALUATE | CLI_EXPLAIN | CLI_VARIANCE | CLI_TARIFF,
           "the arrangement to evaluate, instead of the contract's own choice", .letter = 'a'),
    OPTION("arrangements", CLI_COMMAS, arrangements, "NAME,...", CLI_COMPARE,
           "the arrangements to compare, instead of all of them"),
    OPTION("fail-over", CLI_TEXT, fail_over, "AMOUNT", CLI_COMPARE,
           "exits with 1 if an arrangement differs from the baseline by more than this"),
    OPTION("baseline", CLI_TEXT, baseline, "NAME", CLI_COMPARE,
           "the arrangement that differences are taken from, instead of the first"),
    OPTION("plan", CLI_TEXT, plan, "NAME", CLI_VARIANCE,
           "the side to compare with: a fact table, an arrangement, a result or a tariff"),
    OPTION("actual", CLI_TEXT, actual, "NAME", CLI_VARIANCE,
           "the side that is compared with the plan, such as the table of activity"),
    OPTION("against", CLI_TEXT, against, "OTHER", CLI_EXPLAIN,
           "explain the difference from another arrangement, tariff, fact table or result"),
    OPTION("tariffs", CLI_COMMAS, tariffs, "A,B", CLI_COMPARE,
           "compare two tariffs under one arrangement"),
    OPTION("by", CLI_COMMAS, by_columns, "COLUMN,...", HOLDS,
           "the groups that differences are found in; also period and hrg_chapter"),
    OPTION("keys", CLI_COMMAS, keys, "COLUMN,...", HOLDS,
           "the columns of keys, which tell volume from mix, instead of those of lookups"),
    OPTION("forecast", CLI_WORD, forecast_method, "HOW", CLI_VARIANCE,
           "adds the year to date and a forecast: straight-line, profile or working-days",
           .words = forecast_words),
    OPTION("key", CLI_COMMAS, key, "COLUMN,...", CLI_DIFF,
           "the columns that rows are matched by, instead of spell_id"),
    OPTION("challenges", CLI_TEXT, challenges, "RULES", CLI_DIFF,
           "lists the rows of the second file that these rules challenge; CSV then has nothing "
           "else"),
    OPTION(
        "contract", CLI_TEXT, contract, "FILE", CLI_REPLAY,
        "the contract or system, or a folder of them, instead of those beside the result or here"),
    OPTION("organisation", CLI_TEXT, organisation, "ID", CLI_EXPLAIN,
           "of a system, the organisation whose position to explain"),
    OPTION("period", CLI_TEXT, period, "ID", CLI_EXPLAIN, "of a system, the period to explain"),
    OPTION("component", CLI_TEXT, component, "ID", CLI_EXPLAIN, "explain this component only"),
    OPTION("line", CLI_TEXT, line, "LABEL", CLI_EXPLAIN,
           "explain the ledger line of this label only"),
    OPTION("row", CLI_COUNT, row, "N", CLI_EXPLAIN,
           "explain how one row of the activity is priced, counted from 1", .least = 1,
           .most = INT64_MAX),
    OPTION("where", CLI_LIST, where, "COLUMN=VALUE", CLI_EXPLAIN,
           "explain the rows that have this value, such as spell_id=S3; may be repeated"),
    OPTION("partial", CLI_TEXT, partial, "K/N", CLI_EVALUATE,
           "prices part K of N of the rows, and writes what 'merge' needs of it"),
    OPTION("part-rows", CLI_LIST, part_rows, "TABLE=FILE", CLI_EVALUATE,
           "the rows of the part, in a file of its own ('-' is standard input), instead of a share "
           "of the contract's files"),
    OPTION("contract", CLI_TEXT, contract, "FILE", CLI_MERGE,
           "the contract, if it is not where it was when the parts were made"),
    OPTION("out", CLI_TEXT, out, "FILE", CLI_BATCH,
           "writes results to FILE.ndjson, FILE.csv, FILE.xlsx or FILE.sqlite"),
    OPTION("lines", CLI_FLAG, lines, NULL, CLI_BATCH, "CSV has a row for each ledger line"),
    OPTION("resume", CLI_FLAG, resume, NULL, CLI_BATCH,
           "continues an interrupted run with the same --out"),
    OPTION("all-arrangements", CLI_FLAG, all_arrangements, NULL, CLI_BATCH,
           "gives a result for each arrangement, and shows who gains and who loses"),
    OPTION("timeout", CLI_COUNT, timeout, "SECONDS",
           CLI_BATCH | CLI_EVALUATE | CLI_COMPARE | CLI_CHECK,
           "time limit for a contract or a check; 60 in a batch", .least = 1, .most = 1000000),
    OPTION("memory", CLI_COUNT, memory, "MIB", CLI_BATCH,
           "memory limit of a worker, beyond what it starts with; 4096 by default", .least = 1,
           .most = UINT32_MAX),
    OPTION("trusted", CLI_FLAG, trusted, NULL, CLI_BATCH,
           "trusts contracts given one a line as much as those in files of their own"),
    OPTION("isolation", CLI_WORD, isolation, "LEVEL",
           CLI_BATCH | CLI_EVALUATE | CLI_COMPARE | CLI_RULES,
           "contract (a confined process each), worker or none; batch: by default contract where a "
           "rule did not come with reckon, else worker",
           .words = isolation_words),
    OPTION("require-isolation", CLI_WORD, require_isolation, "LEVEL",
           CLI_BATCH | CLI_EVALUATE | CLI_COMPARE | CLI_RULES,
           "fails where this machine and --isolation keep contracts apart less than this",
           .words = isolation_words),
    OPTION("in-process", CLI_FLAG, in_process, NULL, CLI_BATCH, "the same as --isolation none"),
    OPTION("sha256", CLI_TEXT, sha256, "DIGEST", CLI_TARIFF,
           "the digest that the tariff must have"),
    OPTION("profile", CLI_TEXT, import_profile, "PROFILE", CLI_TARIFF,
           "import: how the workbook is laid out, by name or by file"),
    OPTION("vary", CLI_LIST, vary, "WHAT", VARIES,
           "what is varied: COMPONENT.PARAMETER, a JSON pointer, or delivery; with a range for "
           "sensitivity (WHAT=LOW,HIGH) and for sweep (WHAT=FROM:TO:STEP)"),
    OPTION("until", CLI_TEXT, until, "MEASURE=VALUE", CLI_SOLVE,
           "the value to reach, such as system=0 or acute.margin=0"),
    OPTION("between", CLI_TEXT, between, "LOW,HIGH", CLI_SOLVE,
           "the interval to search, instead of 0 to 1 or to twice the present value"),
    OPTION("rule", CLI_TEXT, rule, "RULE", CLI_INSPECT,
           "the rule to compare the headers with, instead of the one that fits best"),
    OPTION("sheet", CLI_TEXT, sheet, "NAME", CLI_INSPECT,
           "the sheet of a workbook, if it has several"),
    OPTION("all", CLI_FLAG, all, NULL, CLI_INSPECT, "reads all of a file above 16 MiB"),
    OPTION("measure", CLI_COMMAS, measures, "MEASURE,...", CLI_SENSITIVITY | CLI_SWEEP,
           "what is measured, such as acute.margin or system@2018-19, instead of total or system"),
    OPTION("by", CLI_TEXT, by, "PART", CLI_SENSITIVITY,
           "how far values without a range go down and up; 10% by default"),
    OPTION("probability", CLI_FLAG, probability, NULL, CLI_SENSITIVITY,
           "what flows and changes with a probability make of the measure"),
    OPTION("draws", CLI_COUNT, draws, "N", CLI_SENSITIVITY,
           "draws for a distribution, with --probability", .least = 1, .most = 10000000),
    OPTION("seed", CLI_COUNT, seed, "S", CLI_SENSITIVITY | CLI_RULES,
           "the seed of the draws; the same seed gives the same draws", .most = INT64_MAX),
    OPTION("scenarios", CLI_COMMAS, scenarios, "NAME,...",
           CLI_SYSTEM | CLI_COMPARE | CLI_EXPLAIN | VARIES,
           "the scenarios to evaluate, instead of all of them"),
    OPTION("detail", CLI_FLAG, detail, NULL, CLI_SYSTEM | CLI_COMPARE,
           "adds each scenario period by period, notes and sources"),
    OPTION("step", CLI_TEXT, step, "N", CLI_INCENTIVES,
           "units to add and take away, instead of 1; amounts are still for one unit"),
    OPTION("fixed", CLI_TEXT, fixed, "RATIO", CLI_INCENTIVES,
           "the fixed part of a unit's cost, such as 40%, if the documents do not give it"),
    OPTION("cases", CLI_COUNT, cases, "N", CLI_RULES,
           "of 'rules check': random cases of each kind; 20 by default", .least = 1,
           .most = 100000),
    OPTION("time", CLI_COUNT, time, "SECONDS", CLI_RULES,
           "of 'rules check': time for each group of tests; 60 by default", .least = 1,
           .most = 100000),
    OPTION("source", CLI_TEXT, source, "DIR", CLI_RULES,
           "of 'rules check': the folder of the rule's rule.c and vectors"),
    OPTION("settle", CLI_FLAG, settle, NULL, CLI_RULES,
           "of 'rules new': a rule that pays a whole amount instead of each row"),
    OPTION("document", CLI_FLAG, document, NULL, CLI_RULES,
           "of 'rules new': a rule without C, a document NAME.rule.json"),
    OPTION("junit", CLI_FLAG, junit, NULL, CLI_TEST | CLI_RULES,
           "writes JUnit XML (of rules: 'rules check')"),
    OPTION("tap", CLI_FLAG, tap, NULL, CLI_TEST | CLI_RULES,
           "writes TAP, the Test Anything Protocol (of rules: 'rules check')"),
    COMMON("param", CLI_LIST, params, "COMPONENT.NAME=VALUE",
           RUNS | SYSTEMS | VARIES | CLI_BATCH | CLI_TARIFF,
           "changes a parameter of a component; may be repeated"),
    COMMON("set", CLI_LIST, sets, "POINTER=VALUE",
           RUNS | CLI_CHECK | SYSTEMS | VARIES | CLI_BATCH | CLI_TARIFF,
           "changes a value of the document, such as --set /provider=RHW; may be repeated"),
    COMMON("group-by", CLI_COMMAS, group_by, "COLUMN,...",
           CLI_EVALUATE | CLI_COMPARE | CLI_INCENTIVES | CLI_BATCH | CLI_TARIFF,
           "adds totals of row rules by these columns; CSV then has nothing else; "
           "for incentives, the column to use instead of pod; for tariff diff, instead of "
           "hrg_chapter, provider and pod, each on its own"),
    COMMON("periods", CLI_TEXT, periods, "FIRST..LAST", SELECTS,
           "these periods of the contract only; also a list, ID,ID,..."),
    COMMON("through", CLI_TEXT, through, "DATE", SELECTS,
           "the periods that have ended on this day only"),
    COMMON(
        "year-to-date", CLI_FLAG, year_to_date, NULL, SELECTS,
        "the financial year's periods up to the last one selected, or else the last one that has "
        "rows"),
    COMMON("suppress-below", CLI_COUNT, suppress_below, "N",
           CLI_EVALUATE | CLI_COMPARE | CLI_BATCH | CLI_MERGE,
           "shows counts below N, and their amounts, as *", .most = UINT32_MAX),
    COMMON("rows", CLI_TEXT, rows_file, "FILE", CLI_EVALUATE,
           "writes every priced row to a CSV file, or to a workbook (NAME.xlsx)"),
    COMMON("csv-safe", CLI_FLAG, csv_safe, NULL,
           RUNS | CLI_CHECK | SYSTEMS | VARIES | CLI_BATCH | CLI_TARIFF,
           "in CSV, puts an apostrophe before texts that a spreadsheet would take for formulas"),
    COMMON("row-columns", CLI_COMMAS, row_columns, "COLUMN,...", CLI_EVALUATE,
           "adds these columns of the table to --rows"),
    COMMON("profile", CLI_FLAG, profile, NULL, CLI_EVALUATE | CLI_COMPARE,
           "reports the time of each stage of pricing rows on standard error"),
    COMMON("max-errors", CLI_COUNT, max_errors, "N", RUNS | CLI_BATCH | CLI_TARIFF,
           "lists and leaves out up to N unreadable rows, instead of failing at the first",
           .most = UINT32_MAX),
    COMMON("strict", CLI_FLAG, strict, NULL,
           CLI_EVALUATE | CLI_COMPARE | CLI_SYSTEM | CLI_BATCH | CLI_MERGE,
           "exits with 1 if rows are unpriced or a finding is a warning"),
    OPTION("watch", CLI_FLAG, watch, NULL, CLI_EVALUATE | CLI_COMPARE | CLI_SYSTEM | CLI_CHECK,
           "does this again whenever a file that it reads has changed, until Ctrl-C"),
    COMMON("format", CLI_WORD, format, "FORMAT", CLI_ALL & ~(unsigned) (CLI_SCHEMA | CLI_BATCH),
           "text, json, csv, markdown, xlsx (a workbook), html (a report), of diff sqlite, or of "
           "evaluate acm (the national monthly file); by default as --output ends",
           .letter = 'f', .words = format_words),
    COMMON("output", CLI_TEXT, output, "FILE", CLI_ALL & ~(unsigned) CLI_BATCH,
           "writes to a file, whole or not at all", .letter = 'o'),
    COMMON("rules", CLI_LIST, rules, "DIR",
           LOADS | CLI_RULES | CLI_SCHEMA | CLI_INSPECT | CLI_TARIFF | CLI_DOCTOR,
           "searches this folder for rules first; may be repeated"),
    COMMON(
        "allow-rules", CLI_TEXT, allow_rules, "FILE", LOADS | CLI_RULES | CLI_TARIFF,
        "trusts the rules that this file lists by id and SHA-256 as those that came with reckon; "
        "others run confined, or not at all"),
    COMMON("offline", CLI_FLAG, offline, NULL, LOADS | CLI_TARIFF,
           "fetches nothing; tariffs come from the cache"),
    COMMON("untrusted", CLI_FLAG, untrusted, NULL, LOADS | CLI_TARIFF,
           "keeps documents from reaching beyond --root and --allow-host"),
    COMMON("root", CLI_TEXT, root, "DIR", 0,
           "the folder below which --untrusted documents may read"),
    COMMON("allow-host", CLI_LIST, allow_hosts, "HOST", 0,
           "a host that tariffs may be fetched from; may be repeated"),
    COMMON("provenance", CLI_WORD, provenance, "full", 0,
           "adds the SHA-256 of every fact file to results", .words = provenance_words),
    COMMON("jobs", CLI_COUNT, jobs, "N", 0,
           "threads that price rows, or workers of a batch, instead of one for each core",
           .letter = 'j', .least = 1, .most = 1024),
    COMMON("quiet", CLI_FLAG, quiet, NULL, 0, "no progress, ages or warnings on standard error",
           .letter = 'q'),
    COMMON("color", CLI_WORD, color, "WHEN", 0,
           "auto (on a terminal, unless NO_COLOR is set), always or never", .words = color_words),
    COMMON("version", CLI_FLAG, version, NULL, 0, "prints the version"),
    COMMON("help", CLI_FLAG, help, NULL, 0, "prints this, or a command's own help", .letter = 'h'),
    {.name = NULL},
};

int cli_word(const char *word, const char *const *words)
{
    int i = 0;
    while (words[i] != NULL && strcmp(words[i], word) != 0) {
        i++;
    }
    return words[i] != NULL ? i : -1;
}

const cli_option *cli_option_named(const char *name, size_t length, unsigned verb)
{
    const cli_option *first = NULL;
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0) {
            if ((o->verbs & verb) != 0) {
                return o;
            }
            first = first != NULL && !o->common ? first : o;
        }
    }
    return first;
}

const cli_option *cli_option_lettered(char letter)
{
    const cli_option *o = cli_option_table;
    while (o->name != NULL && o->letter != letter) {
        o++;
    }
    return o->name != NULL ? o : NULL;
}

const cli_verb *cli_verb_named(const cli_verb *verbs, const char *name)
{
    while (verbs->name != NULL && strcmp(verbs->name, name) != 0) {
        verbs++;
    }
    return verbs->name != NULL ? verbs : NULL;
}
