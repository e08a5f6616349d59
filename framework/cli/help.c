/* SPDX-License-Identifier: MIT
 *
 * help.c: help texts, made from the tables of verbs and options.
 */
#include <stdio.h>
#include <string.h>

#include "help.h"

#define WIDTH 80

/* Words from `column` on, wrapped at WIDTH; further lines begin at `indent`. */
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

static void examples(FILE *out, const char *lines)
{
    fputs("\nExamples:\n", out);
    while (*lines != '\0') {
        const int length = (int) strcspn(lines, "\n");
        fprintf(out, "  %.*s\n", length, lines);
        lines += length + (lines[length] == '\n');
    }
}

void cli_help_verb(const cli_verb *verb, FILE *out)
{
    fprintf(out, "Usage: reckon %s %s [OPTIONS]\n\n", verb->name, verb->usage);
    wrapped(out, verb->about, 0, 0);
    fputs("\nOptions:\n", out);
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if ((o->verbs & verb->bit) != 0) {
            option(out, o);
        }
    }
    fputs("\nOptions that every command takes are listed by reckon --help.\n", out);
    examples(out, verb->examples);
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
          "  0  fine\n"
          "  1  evaluated, with findings: unpriced rows under --strict, failed examples,\n"
          "     contracts of a batch in error, or the output could not be written\n"
          "  2  wrong usage\n"
          "  3  the input is at fault\n"
          "  4  a rule is at fault\n"
          "  5  the tariff cannot be had or does not match\n",
          out);
}
