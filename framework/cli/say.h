/* SPDX-License-Identifier: MIT
 *
 * say.h: messages on standard error, and memory that is there or ends the program.
 */
#ifndef RK_CLI_SAY_H
#define RK_CLI_SAY_H

#include "cli.h"

/* Writes "reckon: MESSAGE" to standard error and returns `code`. */
int cli_say(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define cli_wrong(...) cli_say(CLI_USAGE, __VA_ARGS__)
/* Says that memory ran out; returns CLI_INPUT. */
int cli_no_memory(void);
/* "; did you mean 'x'?" with the word of `words` nearest to `word`, or "" if none is near.
 * Valid until the next call. */
const char *cli_did_you_mean(const char *word, const char *const *words);

/* Problems on standard error; warnings only without --quiet. */
void cli_problems(const cli *c, const rk_problems *problems);
/* Standard error as a sink; without colours if `c` is NULL. */
rk_sink cli_errors(const cli *c);
/* Whether --color, or the terminal and its environment, ask for colours on `fd`. */
bool cli_colored(const cli *c, int fd);
/* Columns of the terminal; 0 if `fd` is none. */
int cli_width(int fd);
/* 0 once all is written, or -1 with errno. */
int cli_write_all(int fd, const char *text, size_t length);

/* The next three return memory, or end the program with a message. */
void *cli_allocate(size_t n, size_t size);
char *cli_copy(const char *text, size_t length);
/* `items` with room for at least two more after the first n; called before each is added. */
void *cli_grow(void *items, size_t n, size_t size);
void cli_append(cli_list *list, const char *item);

int cli_worse(int a, int b);

#endif
