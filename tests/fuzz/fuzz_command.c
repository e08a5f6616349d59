/* SPDX-License-Identifier: MIT
 *
 * fuzz_command.c: any bytes as the words of a command line, one a line.
 *
 * It is accepted with a verb, or refused as wrong usage.
 */
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define IS_WATCHED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(IS_WATCHED)
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() ((void) 0)
#define __lsan_enable()  ((void) 0)
#endif

#include "cli/help.h"
#include "cli/parse.h"
#include "cli/verbs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    __lsan_disable(); /* what a command line allocates lives until the process ends */
    int code = cli_parse(&c, words);
    need(code == 0 || code == CLI_USAGE);
    code = code == 0 ? cli_settle(&c) : code;
    need(code == 0 || code == CLI_USAGE);
    need(code != 0 || c.verb != NULL || c.options.help || c.options.version || c.word == NULL);
    cli_complete(c.verbs, words);
    __lsan_enable();
    free(text);
    return 0;
}
