/* SPDX-License-Identifier: MIT
 *
 * say.h: messages on standard error, and memory.
 */
#pragma once

#include "cli.h"

/* Writes "reckon: MESSAGE" to standard error and returns `code`. */
int cli_say(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define cli_wrong(...) cli_say(CLI_USAGE, __VA_ARGS__)
/* Says "out of memory"; returns CLI_INPUT. */
int cli_no_memory(void);
/* "; did you mean 'x'?" with the word of `words` nearest to `word`, or "" if none is near.
 * Valid until the next call. */
const char *cli_did_you_mean(const char *word, const char *const *words);

/* Writes problems to standard error, without warnings if --quiet is given. */
void cli_problems(const cli *c, const rk_problems *problems);
/* Returns the exit code of `status`; says what failed if no problem from number `first` on does.
 * `name` is that of an argument, or NULL. */
int cli_failure(const char *name, rk_status status, const rk_problems *problems, size_t first);
/* Standard error as a sink; without colours if `c` is NULL. */
rk_sink cli_errors(const cli *c);
/* Whether --color, or the terminal and its environment, ask for colours on `fd`. */
bool cli_colored(const cli *c, int fd);
/* Columns of the terminal; 0 if `fd` is not a terminal. */
int cli_width(int fd);
/* Returns 0, or -1 with errno. */
int cli_write_all(int fd, const char *text, size_t length);

/* The next four end the program with a message if memory runs out. */
void *cli_allocate(size_t n, size_t size);
char *cli_copy(const char *text, size_t length);
/* Returns `items` with room for two more after the first n; call it before adding each. */
void *cli_grow(void *items, size_t n, size_t size);
void cli_append(cli_list *list, const char *item);

int cli_worse(int a, int b);
