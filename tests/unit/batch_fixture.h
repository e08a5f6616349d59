/* SPDX-License-Identifier: MIT
 *
 * batch_fixture.h: a folder of contracts, and runs of `reckon batch` on them.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static char folder[] = "/tmp/reckon-batch-XXXXXX";

__attribute__((unused)) static void begin(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

__attribute__((unused)) static void end(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    remove_folder(folder);
}

/* Runs a shell command in the folder; its exit code. */
__attribute__((unused, format(printf, 1, 2))) static int shell(const char *format, ...)
{
    char command[4096];
    va_list args;
    va_start(args, format);
    ck_assert_int_lt(vsnprintf(command, sizeof command, format, args), (int) sizeof command);
    va_end(args);
    const int code = system(command);
    ck_assert_msg(WIFEXITED(code), "'%s' did not exit", command);
    return WEXITSTATUS(code);
}

#define RECKON RK_BINARY_DIR "/reckon"
/* The built rules, and all fixtures that evaluate. */
#define RULES                                                                            \
    " --rules " RK_BINARY_DIR "/tests/fixtures/crash-in-settle --rules " RK_BINARY_DIR   \
    "/tests/fixtures/hang-in-settle --rules " RK_BINARY_DIR                              \
    "/tests/fixtures/exit-in-settle --rules " RK_BINARY_DIR "/tests/fixtures/eat-memory" \
    " --rules " RK_BINARY_DIR "/tests/fixtures/crash-in-constructor"

__attribute__((unused, format(printf, 2, 3))) static void write_text(const char *path,
                                                                     const char *format, ...)
{
    FILE *f = fopen(path, "w");
    va_list args;
    ck_assert_ptr_nonnull(f);
    va_start(args, format);
    (void) vfprintf(f, format, args);
    va_end(args);
    ck_assert_int_eq(fclose(f), 0);
}

/* The whole file, freed by the caller; "" if there is no file. */
__attribute__((unused)) static char *text_of(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 1);
    size_t length = 0;
    char block[4096];
    for (size_t n; f != NULL && (n = fread(block, 1, sizeof block, f)) > 0; length += n) {
        text = realloc(text, length + n + 1);
        memcpy(text + length, block, n);
        text[length + n] = '\0';
    }
    if (f != NULL) {
        (void) fclose(f);
    }
    return text;
}

__attribute__((unused)) static bool holds(const char *path, const char *part)
{
    char *text = text_of(path);
    const bool found = strstr(text, part) != NULL;
    free(text);
    return found;
}

__attribute__((unused)) static size_t lines_of(const char *path)
{
    char *text = text_of(path);
    size_t n = 0;
    for (const char *at = text; *at != '\0'; at++) {
        n += *at == '\n';
    }
    free(text);
    return n;
}

/* Prints JSON that is written with ' for ". */
__attribute__((unused, format(printf, 2, 3))) static void print_json(FILE *f, const char *format,
                                                                     ...)
{
    char text[1000];
    va_list args;
    va_start(args, format);
    ck_assert_int_lt(vsnprintf(text, sizeof text, format, args), (int) sizeof text);
    va_end(args);
    json_quotes(text);
    ck_assert_int_ge(fputs(text, f), 0);
}

/* One contract in one line: the budget of a block rule, or a rule without parameters. */
__attribute__((unused)) static void contract_line(FILE *f, const char *id, const char *rule,
                                                  const char *params)
{
    print_json(f,
               "{'reckoner':'contract/1','id':'%s','commissioner':'icb','provider':'trust',"
               "'periods':[{'id':'y','start':'2016-04-01','end':'2017-03-31'}],"
               "'arrangements':{'main':[{'id':'a','rule':'%s'%s%s}]}}\n",
               id, rule, params[0] != '\0' ? ",'params':" : "", params);
}

/* `n` contracts by block budgets; number `at` (from 0) by another rule instead. */
__attribute__((unused)) static void contract_set(const char *path, int n, int at, const char *rule)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < n; i++) {
        char id[32];
        char params[64];
        (void) snprintf(id, sizeof id, "c%d", i);
        (void) snprintf(params, sizeof params, "{'amount':'%d.25'}", 1000 + i);
        contract_line(f, id, i == at ? rule : "block", i == at ? "" : params);
    }
    ck_assert_int_eq(fclose(f), 0);
}
