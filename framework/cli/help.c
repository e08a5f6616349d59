/* SPDX-License-Identifier: MIT
 *
 * help.c: help texts and completions, made from the tables of verbs and options.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "help.h"

#define WIDTH 80

/* Wraps words at WIDTH. The first line starts at `column`, the others at `indent`. */
static void wrapped(FILE *out, const char *text, int indent, int column)
{
    while (*text != '\0') {
        if (*text == '\n') {
            fprintf(out, "\n\n%*s", indent, "");
            column = indent;
            text++;
            continue;
        }
        const int length = (int) strcspn(text, " \n");
        if (column > indent && column + 1 + length > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", length, text);
        column += length;
        text += length;
        text += *text == ' ';
    }
    fputc('\n', out);
}

#define OPTION_INDENT 26

static void option(FILE *out, const cli_option *o)
{
    char name[128];
    const int length =
        snprintf(name, sizeof name, "  %s--%s%s%s",
                 o->letter != 0 ? (char[]){'-', o->letter, ',', ' ', '\0'} : "    ", o->name,
                 o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
    fputs(name, out);
    if (length >= OPTION_INDENT - 1) {
        fprintf(out, "\n%*s", OPTION_INDENT, "");
    } else {
        fprintf(out, "%*s", OPTION_INDENT - length, "");
    }
    wrapped(out, o->help, OPTION_INDENT, OPTION_INDENT);
}

void cli_help_verb(const cli_verb *verb, FILE *out)
{
    fprintf(out, "Usage: reckon %s%s%s [OPTIONS]\n\n", verb->name, *verb->usage != '\0' ? " " : "",
            verb->usage);
    wrapped(out, verb->about, 0, 0);
    fputs("\nOptions:\n", out);
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if ((o->verbs & verb->bit) != 0) {
            option(out, o);
        }
    }
    fprintf(out, "\nreckon --help lists the options that every command takes.\n\nExamples:\n%s",
            verb->examples);
}

void cli_help_overview(const cli_verb *verbs, FILE *out)
{
    fputs("Usage: reckon COMMAND ARGUMENTS [OPTIONS]\n\n", out);
    wrapped(out, "Evaluates health-care contracts by payment rules.", 0, 0);
    fputs("\nCommands:\n", out);
    for (const cli_verb *v = verbs; v->name != NULL; v++) {
        fprintf(out, "  %-12s", v->name);
        wrapped(out, v->summary, 14, 14);
    }
    fputs("\nOptions of all commands (a command's own: reckon COMMAND --help):\n", out);
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if (o->common) {
            option(out, o);
        }
    }
    fputs("\nExit codes:\n"
          "  0  success\n"
          "  1  evaluated, with findings: unpriced rows under --strict, failed examples,\n"
          "     contracts of a batch in error, or the output could not be written\n"
          "  2  wrong usage\n"
          "  3  an error in the input\n"
          "  4  an error in a rule\n"
          "  5  the tariff is unavailable or is not the expected one\n",
          out);
}

/* ------------------------------------------------------------------- manual */

/* Where manual pages are from the folder of the program: installed, or beside a build. */
static const char *const manual_folders[] = {"../share/man/man1", "../docs/man"};

void cli_help_manual(const cli_verb *verb)
{
    char program[2048];
    char page[sizeof program + 128];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = n > 0 ? memrchr(program, '/', (size_t) n) : NULL;
    for (size_t i = 0; slash != NULL && i < sizeof manual_folders / sizeof *manual_folders; i++) {
        (void) snprintf(page, sizeof page, "%.*s/%s/reckon%s%s.1", (int) (slash - program), program,
                        manual_folders[i], verb != NULL ? "-" : "", verb != NULL ? verb->name : "");
        if (access(page, R_OK) == 0) {
            (void) execlp("man", "man", "-l", page, (char *) NULL);
            return; /* there is no man: the help text is shown */
        }
    }
}

/* --------------------------------------------------------------- completions */

/* The option that needs the next word as its value; NULL if none does. */
static const cli_option *wants_value(const char *word, unsigned verb)
{
    const cli_option *o = word[0] != '-' || word[1] == '\0' ? NULL
                          : word[1] == '-'  ? cli_option_named(word + 2, strlen(word + 2), verb)
                          : word[2] == '\0' ? cli_option_lettered(word[1])
                                            : NULL;
    return o != NULL && o->kind != CLI_FLAG ? o : NULL;
}

static void complete_words(const char *const *words, const char *prefix, int length)
{
    for (; words != NULL && *words != NULL; words++) {
        printf("%.*s%s\n", length, prefix, *words);
    }
}

static void complete_option(const cli_verb *verb, const char *text)
{
    const size_t length = strcspn(text, "=");
    const unsigned bit = verb != NULL ? verb->bit : 0;
    const cli_option *given = length > 2 ? cli_option_named(text + 2, length - 2, bit) : NULL;
    if (text[length] == '=') {
        complete_words(given != NULL ? given->words : NULL, text, (int) length + 1);
        return;
    }
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if ((o->common || (o->verbs & bit) != 0) &&
            cli_option_named(o->name, strlen(o->name), bit) == o) {
            printf("--%s\t%s\n", o->name, o->help);
        }
    }
}

void cli_complete(const cli_verb *verbs, char *const *words)
{
    const cli_option *wanted = NULL; /* its value comes next */
    const char *first = NULL;
    const cli_verb *verb = NULL;
    size_t arguments = 0;
    for (; words[0] != NULL && words[1] != NULL; words++) {
        if (wanted != NULL && strcmp(*words, "=") == 0) {
            continue; /* bash splits --name=value into three words */
        }
        if (wanted != NULL || (words[0][0] == '-' && words[0][1] != '\0')) {
            wanted = wanted == NULL ? wants_value(*words, verb != NULL ? verb->bit : 0) : NULL;
        } else if (first == NULL) {
            first = *words;
            verb = cli_verb_named(verbs, first);
        } else {
            arguments++;
        }
    }
    if (wanted != NULL) {
        complete_words(wanted->words, "", 0);
    } else if (words[0] != NULL && words[0][0] == '-') {
        complete_option(verb, words[0]);
    } else if (first == NULL || (strcmp(first, "help") == 0 && arguments == 0)) {
        for (const cli_verb *v = verbs; v->name != NULL; v++) {
            printf("%s\t%s\n", v->name, v->summary);
        }
    } else if (verb != NULL && arguments == 0) {
        complete_words(verb->words, "", 0);
    }
}
