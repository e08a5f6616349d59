/* SPDX-License-Identifier: MIT
 *
 * say.c: messages on standard error, and memory.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "say.h"

int cli_write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(fd, text, length);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        text += n;
        length -= (size_t) n;
    }
    return 0;
}

/* Beyond this, COLUMNS is not believed. */
#define WIDTH_MOST 10000

bool cli_colored(const cli *c, int fd)
{
    if (c->options.color != CLI_COLOR_AUTO) {
        return c->options.color == CLI_COLOR_ALWAYS;
    }
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

int cli_width(int fd)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    char *end = NULL;
    if (!isatty(fd)) {
        return 0; /* files do not depend on the terminal */
    }
    const long stated = columns != NULL ? strtol(columns, &end, 10) : 0;
    if (stated > 0 && stated <= WIDTH_MOST && *end == '\0') {
        return (int) stated;
    }
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int error_write(void *ctx, const char *text, size_t length)
{
    (void) ctx;
    return cli_write_all(STDERR_FILENO, text, length);
}

rk_sink cli_errors(const cli *c)
{
    return (rk_sink){.write = error_write,
                     .width = cli_width(STDERR_FILENO),
                     .color = c != NULL && cli_colored(c, STDERR_FILENO)};
}

void cli_problems(const cli *c, const rk_problems *problems)
{
    const rk_sink sink = cli_errors(c);
    for (size_t i = 0; i < rk_problems_count(problems); i++) {
        const rk_problem *problem = rk_problems_at(problems, i);
        if (problem->status != RK_OK || !c->options.quiet) {
            (void) rk_report_problem(problem, &sink);
        }
    }
}

int cli_failure(const char *name, rk_status status, const rk_problems *problems, size_t first)
{
    bool said = status == RK_OK;
    for (size_t i = first; i < rk_problems_count(problems) && !said; i++) {
        said = rk_problems_at(problems, i)->status != RK_OK;
    }
    const int code = rk_status_exit_code(status);
    return said ? code
                : cli_say(code, "%s%s%s", name != NULL ? name : "", name != NULL ? ": " : "",
                          rk_status_sentence(status));
}

int cli_say(int code, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* Reporting it as a problem escapes control characters in what it quotes. */
    const rk_problem problem = {.status = RK_USAGE, .message = text};
    const rk_sink sink = cli_errors(NULL);
    (void) rk_report_problem(&problem, &sink);
    return code;
}

int cli_no_memory(void)
{
    return cli_say(CLI_INPUT, "out of memory");
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

static void *there(void *memory)
{
    if (memory == NULL) {
        exit(cli_no_memory());
    }
    return memory;
}

void *cli_allocate(size_t n, size_t size)
{
    return there(calloc(n, size));
}

char *cli_copy(const char *text, size_t length)
{
    return there(strndup(text, length));
}

void *cli_grow(void *items, size_t n, size_t size)
{
    /* Doubled whenever n + 1 is a power of two. */
    return (n & (n + 1)) != 0 ? items : there(realloc(items, 2 * (n + 1) * size));
}

void cli_append(cli_list *list, const char *item)
{
    list->items = cli_grow((void *) list->items, list->n, sizeof *list->items);
    list->items[list->n++] = item;
    list->items[list->n] = NULL;
}

int cli_worse(int a, int b)
{
    return a > b ? a : b;
}
