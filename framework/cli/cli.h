/* SPDX-License-Identifier: MIT
 *
 * cli.h: what the files of the `reckon` command share. The command sees the
 * library through reckoner.h alone, as any other program would.
 */
#ifndef RK_CLI_CLI_H
#define RK_CLI_CLI_H

#include <stdio.h>

#include "reckoner/reckoner.h"

/* Exit codes beside those of the statuses. */
#define CLI_FINE     0
#define CLI_FINDINGS 1 /* evaluated, but something was found; or writing failed */
#define CLI_USAGE    2
#define CLI_INPUT    3

/* ----------------------------------------------------------------- options */

/* Texts that an option gave, NULL after the last; NULL where it was not given. */
typedef struct cli_list {
    const char **items;
    size_t n;
} cli_list;

typedef struct cli_options {
    cli_list rules, allow_hosts, params, sets, group_by, row_columns, arrangements, scenarios;
    const char *output, *rows_file, *root;
    const char *arrangement, *baseline, *component, *line, *sha256;
    const char *step, *fixed;
    const char *out;
    uint64_t timeout, memory;
    bool all_arrangements, lines, resume, in_process, trusted;
    uint64_t max_errors, suppress_below, jobs, row;
    int format, color, provenance; /* index into the option's words */
    bool untrusted, offline, strict, quiet, profile, help, version;
} cli_options;

enum { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };

/* One bit for each verb, to say which options it takes. */
enum {
    CLI_EVALUATE = 1 << 0,
    CLI_COMPARE = 1 << 1,
    CLI_EXPLAIN = 1 << 2,
    CLI_CHECK = 1 << 3,
    CLI_TEST = 1 << 4,
    CLI_RULES = 1 << 5,
    CLI_SCHEMA = 1 << 6,
    CLI_TARIFF = 1 << 7,
    CLI_SYSTEM = 1 << 8,
    CLI_INCENTIVES = 1 << 9,
    CLI_BATCH = 1 << 10,
    CLI_ALL = (1 << 11) - 1
};

typedef enum cli_kind {
    CLI_FLAG = 0, /* bool */
    CLI_TEXT,     /* const char *, the last one given */
    CLI_WORD,     /* int, index into `words` */
    CLI_COUNT,    /* uint64_t */
    CLI_LIST,     /* cli_list, one item each time it is given */
    CLI_COMMAS    /* cli_list, several items with commas between */
} cli_kind;

/* Every option is declared once, in options.c: parsing and help come from there. */
typedef struct cli_option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    cli_kind kind;
    size_t offset; /* into cli_options */
    uint64_t least, most;
    const char *const *words; /* NULL at the end */
    const char *argument;     /* how help calls the value; NULL for a flag */
    unsigned verbs;           /* that take it */
    unsigned shown;           /* verbs whose help lists it */
    const char *help;
} cli_option;
extern const cli_option cli_option_table[]; /* ends with a NULL name */

typedef struct cli cli;

typedef struct cli_verb {
    const char *name;
    unsigned bit;
    size_t least, most; /* arguments it takes */
    const char *usage;  /* "CONTRACT..." */
    const char *summary;
    const char *about; /* paragraphs, each one line */
    const char *examples;
    int (*run)(cli *c);
} cli_verb;
extern const cli_verb cli_verb_table[]; /* ends with a NULL name */

/* One run of the command. */
struct cli {
    cli_options options;
    const cli_verb *verb; /* NULL where none was given */
    const char **arguments;
    size_t n_arguments; /* after the verb */
    const cli_option **used;
    size_t n_used;
    const char *outputs[4];    /* files that options name, NULL after the last */
    const rk_session *session; /* while one is open */
    const char *word;          /* what stood in the verb's place */
};

/* Reads the command line; 0, or CLI_USAGE with a message on standard error. */
int cli_parse(cli *c, int argc, char **argv);
void cli_dispose(cli *c);
/* Finds the verb and holds the options and arguments against it. */
int cli_settle(cli *c);

void cli_help_overview(FILE *out);
void cli_help_verb(const cli_verb *verb, FILE *out);

/* A message on standard error, "reckon: ..."; returns CLI_USAGE. */
int cli_wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "; did you mean 'x'?", or "". */
const char *cli_did_you_mean(const char *word, const char *const *words);

/* Memory, or the end of the program. */
void *cli_allocate(size_t n, size_t size);
void cli_append(cli_list *list, const char *item);

int cli_worse(int a, int b);

/* ------------------------------------------------------------------ output */

/* Standard output, or the file of -o, which is written beside its place and renamed
 * over it at the end. */
typedef struct cli_output {
    rk_sink sink;
    int fd;
    int error;        /* errno of the first failed write */
    const char *path; /* NULL: standard output */
    const cli *run;
    char *temporary;   /* NULL: written in place (a device, a pipe) */
    bool newline_held; /* so that a comma can stand before it */
    bool at_once;      /* nothing is held: a reader waits for whole lines */
} cli_output;
/* 0, or an exit code with a message. */
int cli_output_open(const cli *c, cli_output *out);
void cli_output_text(cli_output *out, const char *text);
/* Drops the line end that was written last. */
void cli_output_drop_newline(cli_output *out);
/* Puts the file in its place, or reports what went wrong: 0 or CLI_FINDINGS. */
int cli_output_close(cli_output *out);
void cli_output_abandon(cli_output *out);
/* Whether -o can be written at all, and no output is another or an argument, before work
 * begins. Sets c->outputs. */
int cli_output_check(cli *c);

/* Problems on standard error, warnings too unless --quiet. */
void cli_problems(const cli *c, const rk_problems *problems);
/* Standard error as a sink; without colours where `c` is NULL. */
rk_sink cli_errors(const cli *c);

/* ----------------------------------------------------------------- session */

/* What a verb works with; begin as {0}. */
typedef struct cli_session {
    rk_session *session;
    rk_problems *problems;
    struct cli_progress *progress;
} cli_session;
/* 0, or an exit code with a message. */
int cli_session_open(cli *c, cli_session *s);
void cli_session_close(cli *c, cli_session *s);
/* Between these, Ctrl-C stops the work rather than the program; `end` is true where
 * it did, and removes the progress line. */
void cli_work_begin(cli_session *s);
bool cli_work_end(cli_session *s);
/* What is left to do when the work was stopped: says so and ends as a signal does. */
int cli_stopped(void);
/* The same with other words. */
int cli_stopped_saying(const char *text);
/* The file to be removed should a signal end the program; NULL: none. */
void cli_guard(const char *path);
void cli_signals(void);

struct cli_progress *cli_progress_new(bool shown);
bool cli_progress_step(void *progress, uint64_t rows, uint64_t bytes, uint64_t total_bytes);
void cli_progress_clear(struct cli_progress *progress);

/* ------------------------------------------------------------------- verbs */

/* Files that stand for the arguments: folders are searched for *.json documents that
 * hold `mark`. Freed by cli_files_free. */
int cli_files(const cli *c, const char *mark, cli_list *files);
void cli_files_free(cli_list *files);

/* Warnings, unpriced rows and ages that the report itself does not show, on standard
 * error. */
void cli_remarks(const cli *c, const rk_result *result);

int cli_evaluate(cli *c);
int cli_compare(cli *c);
int cli_explain(cli *c);
int cli_check(cli *c);
int cli_test(cli *c);
int cli_rules(cli *c);
int cli_schema(cli *c);
int cli_tariff(cli *c);
int cli_system(cli *c);
int cli_incentives(cli *c);
int cli_batch(cli *c);

#endif
