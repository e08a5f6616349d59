/* SPDX-License-Identifier: MIT
 *
 * main.c: the `reckon` command: reads the command line and hands over to a verb.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* As a problem without a place, so that what it quotes is made safe to show. */
static void message(const char *format, va_list args)
{
    char text[4096];
    (void) vsnprintf(text, sizeof text, format, args);
    const rk_problem problem = {.status = RK_USAGE, .message = text};
    const rk_sink sink = cli_errors(NULL);
    (void) rk_report_problem(&problem, &sink);
}

int cli_wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message(format, args);
    va_end(args);
    return CLI_USAGE;
}

void cli_say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    message(format, args);
    va_end(args);
}

const char *cli_did_you_mean(const char *word, const char *const *words)
{
    static char text[96];
    const char *nearest = rk_nearest(word, words);
    if (nearest == NULL) {
        return "";
    }
    (void) snprintf(text, sizeof text, "; did you mean '%s'?", nearest);
    return text;
}

void *cli_allocate(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (p == NULL) {
        cli_say("memory ran out");
        exit(CLI_INPUT);
    }
    return p;
}

void cli_append(cli_list *list, const char *item)
{
    /* Room for one more and the NULL after it; doubled at each power of two. */
    if ((list->n & (list->n + 1)) == 0) {
        const char **grown = realloc((void *) list->items, 2 * (list->n + 1) * sizeof *grown);
        if (grown == NULL) {
            cli_say("memory ran out");
            exit(CLI_INPUT);
        }
        list->items = grown;
    }
    list->items[list->n++] = item;
    list->items[list->n] = NULL;
}

int cli_worse(int a, int b)
{
    return a > b ? a : b;
}

/* Help and version are results: a full disk or closed pipe shows. */
static int flushed(void)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        cli_say("standard output cannot be written");
        return CLI_FINDINGS;
    }
    return CLI_FINE;
}

static int run(cli *c)
{
    if (c->word == NULL && c->options.version) {
        printf("reckon %s\n", rk_version());
        return flushed();
    }
    if (c->word == NULL && c->options.help) {
        cli_help_overview(stdout);
        return flushed();
    }
    if (c->word == NULL) {
        cli_help_overview(stderr);
        return CLI_USAGE;
    }
    /* What `batch` starts, and nobody else: no verb that help lists. */
    if (strcmp(c->word, "worker") == 0 && c->n_arguments == 0 && c->n_used == 0) {
        const int served = rk_batch_worker();
        return served == CLI_USAGE ? cli_wrong("'worker' is what 'batch' starts") : served;
    }
    const int code = cli_settle(c);
    if (code != 0) {
        return code;
    }
    if (c->options.help) {
        if (c->verb == NULL) {
            cli_help_overview(stdout);
        } else {
            cli_help_verb(c->verb, stdout);
        }
        return flushed();
    }
    if (c->options.version) {
        printf("reckon %s\n", rk_version());
        return flushed();
    }
    const int unwritable = cli_output_check(c);
    return unwritable != 0 ? unwritable : c->verb->run(c);
}

int main(int argc, char **argv)
{
    cli c = {0};
    cli_signals();
    int code = cli_parse(&c, argc, argv);
    if (code == 0) {
        code = run(&c);
    }
    cli_dispose(&c);
    return code;
}
