/* SPDX-License-Identifier: MIT
 *
 * fuzz_command.c: any bytes as the words of a command line, one a line.
 *
 * It is accepted with a verb, or refused as wrong usage.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"
#include "cli/parse.h"
#include "cli/verbs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __lsan_is_turned_off(void);

/* What a command line allocates lives until the process ends. */
int __lsan_is_turned_off(void)
{
    return 1;
}

static void need(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[34];
    size_t n = 0;
    cli c = {.verbs = cli_verb_table};
    char *text = calloc(size + 1, 1);
    need(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    for (char *word = strtok(text, "\n"); word != NULL && n < 33; word = strtok(NULL, "\n")) {
        words[n++] = word;
    }
    words[n] = NULL;
    int code = cli_parse(&c, words);
    need(code == 0 || code == CLI_USAGE);
    code = code == 0 ? cli_settle(&c) : code;
    need(code == 0 || code == CLI_USAGE);
    need(code != 0 || c.verb != NULL || c.options.help || c.options.version || c.word == NULL);
    cli_complete(c.verbs, words);
    free(text);
    return 0;
}
