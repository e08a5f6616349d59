/* SPDX-License-Identifier: MIT
 *
 * options.h: the table of options, and the type of the table of verbs. Parsing, help
 * and completions are made from them; a test compares the manual pages.
 */
#pragma once

#include "cli.h"

/* One bit for each verb. */
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
    CLI_SOLVE = 1 << 11,
    CLI_SENSITIVITY = 1 << 12,
    CLI_SWEEP = 1 << 13,
    CLI_INSPECT = 1 << 14,
    CLI_MERGE = 1 << 15,
    CLI_VARIANCE = 1 << 16,
    CLI_DIFF = 1 << 17,
    CLI_REPLAY = 1 << 18,
    CLI_DOCTOR = 1 << 19,
    CLI_ALL = (1 << 20) - 1
};

typedef struct cli_verb {
    const char *name;
    unsigned bit;
    size_t least, most;       /* arguments it takes */
    const char *usage;        /* "CONTRACT..." */
    const char *const *words; /* choices for its first argument; or NULL */
    /* Checks the command line further, or does everything if `run` is NULL; may be NULL.
     * Both return an exit code. */
    int (*check)(cli *c);
    int (*run)(cli *c, cli_session *s);
    const char *summary;
    const char *about;    /* paragraphs, each one line */
    const char *examples; /* lines, indented by two spaces */
} cli_verb;

typedef enum cli_kind {
    CLI_FLAG = 0, /* bool */
    CLI_TEXT,     /* const char *, the last one given */
    CLI_WORD,     /* int, index into `words` */
    CLI_COUNT,    /* uint64_t */
    CLI_LIST,     /* cli_list, one item each time it is given */
    CLI_COMMAS    /* cli_list, several items with commas between */
} cli_kind;

typedef struct cli_option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    cli_kind kind;
    size_t offset;        /* into cli_options */
    const char *argument; /* name of the value in help; NULL for a flag */
    unsigned verbs;       /* whose help lists it */
    bool common;          /* every verb takes it, and the overview lists it */
    const char *help;
    uint64_t least, most;     /* of CLI_COUNT */
    const char *const *words; /* of CLI_WORD; NULL after the last */
} cli_option;

/* In the order of the help; ends with a NULL name. */
extern const cli_option cli_option_table[];

/* The index of a word; -1 if it is none of them. */
int cli_word(const char *word, const char *const *words);
/* The option of a name without dashes; of two, the one of a verb (its bit; 0: unknown), else the
 * common one. Or the option of a letter. NULL if there is none. */
const cli_option *cli_option_named(const char *name, size_t length, unsigned verb);
const cli_option *cli_option_lettered(char letter);
/* The verb of a name; NULL if there is none. */
const cli_verb *cli_verb_named(const cli_verb *verbs, const char *name);
