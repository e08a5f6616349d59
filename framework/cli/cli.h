/* SPDX-License-Identifier: MIT
 *
 * cli.h: the options and arguments of one run of the command.
 */
#pragma once

#include "reckoner/reckoner.h"

/* Exit codes beside those of rk_status_exit_code. */
#define CLI_FINE     0
#define CLI_FINDINGS 1 /* evaluated with findings, or the output could not be written */
#define CLI_USAGE    2
#define CLI_INPUT    3
#define CLI_RULE     4 /* a rule is at fault */

/* NULL after the last item; `items` is NULL if the list is empty. */
typedef struct cli_list {
    const char **items;
    size_t n;
} cli_list;

enum { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };

/* One member for each option; an option that is absent leaves it 0. */
typedef struct cli_options {
    cli_list rules, allow_hosts, params, sets, group_by, row_columns, arrangements, scenarios, vary,
        measures, part_rows, by_columns, keys, tariffs, key, where;
    const char *output, *rows_file, *root;
    const char *organisation, *period, *import_profile;
    const char *contract, *arrangement, *baseline, *component, *line, *sha256;
    const char *step, *fixed, *until, *between, *by, *rule, *sheet;
    const char *source, *periods, *through, *plan, *actual, *against, *challenges;
    const char *out;
    const char *allow_rules;
    const char *partial;   /* evaluate */
    const char *fail_over; /* compare */
    bool document;         /* rules new */
    uint64_t timeout, memory, max_errors, suppress_below, jobs, row, draws, seed;
    uint64_t cases, time;
    int format, color, provenance, isolation, require_isolation,
        forecast_method; /* index into the option's words */
    bool junit, tap, settle;
    bool year_to_date;
    bool all_arrangements, lines, resume, in_process, trusted, all;
    bool csv_safe;
    bool watch, untrusted, offline, strict, quiet, profile, detail, probability, help, version;
} cli_options;

typedef struct cli_session cli_session; /* work.h */

/* Lives until the process ends, and so do the texts that it points to. */
typedef struct cli {
    cli_options options;
    const struct cli_verb *verbs; /* all of them; ends with a NULL name */
    const struct cli_verb *verb;  /* the one to run; NULL if none was named */
    const char *word;             /* the first argument, which names the verb */
    cli_list arguments;           /* after the verb */
    cli_list used;                /* names of the options given, in order */
    const char *outputs[4];       /* files that options name, NULL after the last */
    const rk_session *session;    /* while one is open */
    bool manual;                  /* `help VERB`: the manual page, on a terminal */
    bool confined;                /* a process for one contract: see isolate.h */
} cli;
