/* SPDX-License-Identifier: MIT
 *
 * parse.c: the command line, read by the table of options. Options may come
 * anywhere, even before the verb; `--` ends them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "parse.h"
#include "say.h"

/* -------------------------------------------------------------------- values */

static int take_count(const cli_option *option, const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long n = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0') {
        return cli_wrong("--%s takes a whole number, not '%s'", option->name, text);
    }
    if (errno != 0 || n < option->least || n > option->most) {
        return cli_wrong("--%s must be %llu to %llu, not %s", option->name,
                         (unsigned long long) option->least, (unsigned long long) option->most,
                         text);
    }
    *out = n;
    return 0;
}

static int take_word(const cli_option *option, const char *text, int *out)
{
    *out = cli_word(text, option->words);
    if (*out >= 0) {
        return 0;
    }
    char choices[128] = "";
    for (int i = 0; option->words[i] != NULL; i++) {
        const size_t used = strlen(choices);
        (void) snprintf(choices + used, sizeof choices - used, "%s%s",
                        i == 0                         ? ""
                        : option->words[i + 1] == NULL ? " or "
                                                       : ", ",
                        option->words[i]);
    }
    return cli_wrong("--%s must be %s, not '%s'%s", option->name, choices, text,
                     cli_did_you_mean(text, option->words));
}

static int take_commas(const cli_option *option, const char *text, cli_list *out)
{
    for (const char *from = text;;) {
        const size_t length = strcspn(from, ",");
        if (length == 0) {
            return cli_wrong("--%s has an empty name in '%s'", option->name, text);
        }
        cli_append(out, cli_copy(from, length));
        if (from[length] == '\0') {
            return 0;
        }
        from += length + 1;
    }
}

static int take(cli *c, const cli_option *option, const char *text)
{
    void *at = (char *) &c->options + option->offset;
    cli_append(&c->used, option->name);
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *) at = true;
        return 0;
    case CLI_WORD:
        return take_word(option, text, at);
    case CLI_COUNT:
        return take_count(option, text, at);
    case CLI_COMMAS:
        return take_commas(option, text, at);
    case CLI_LIST:
        cli_append(at, text);
        return 0;
    case CLI_TEXT:
        break;
    }
    if (text[0] == '\0') {
        return cli_wrong("--%s needs a value", option->name);
    }
    *(const char **) at = text;
    return 0;
}

/* ------------------------------------------------------------------ arguments */

static int unknown_option(const char *name, size_t length)
{
    cli_list names = {0};
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        cli_append(&names, o->name);
    }
    char *copy = cli_copy(name, length);
    const char *nearest = rk_nearest(copy, names.items);
    const int code =
        nearest == NULL ? cli_wrong("'--%s' is not an option", copy)
                        : cli_wrong("'--%s' is not an option; did you mean '--%s'?", copy, nearest);
    free(copy);
    free((void *) names.items);
    return code;
}

/* --name, --name=value, --name value; **next is the argument after it, or NULL. */
static int long_option(cli *c, const char *name, char ***next)
{
    const size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    /* Two verbs may have options of one name. */
    const cli_verb *verb = c->word != NULL ? cli_verb_named(c->verbs, c->word) : NULL;
    const cli_option *option = cli_option_named(name, length, verb != NULL ? verb->bit : 0);
    if (option == NULL) {
        return unknown_option(name, length);
    }
    const bool flag = option->kind == CLI_FLAG;
    if (flag && value != NULL) {
        return cli_wrong("--%s takes no value", option->name);
    }
    if (!flag && value == NULL && **next == NULL) {
        return cli_wrong("--%s needs a value, %s", option->name, option->argument);
    }
    return take(c, option, flag || value != NULL ? value : *(*next)++);
}

/* -o FILE, -oFILE, and flags together: -qo FILE. */
static int short_options(cli *c, const char *letter, char ***next)
{
    for (; *letter != '\0'; letter++) {
        const cli_option *option = cli_option_lettered(*letter);
        if (option == NULL) {
            return cli_wrong("'-%c' is not an option", *letter);
        }
        if (option->kind == CLI_FLAG) {
            (void) take(c, option, NULL);
        } else if (letter[1] != '\0') {
            return take(c, option, letter + 1 + (letter[1] == '='));
        } else {
            return **next != NULL ? take(c, option, *(*next)++)
                                  : cli_wrong("-%c needs a value, %s", *letter, option->argument);
        }
    }
    return 0;
}

int cli_parse(cli *c, char **words)
{
    bool ended = false;
    int code = 0;
    while (*words != NULL && code == 0) {
        const char *text = *words++;
        if (ended || text[0] != '-' || text[1] == '\0') {
            if (c->word == NULL) {
                c->word = text;
            } else {
                cli_append(&c->arguments, text);
            }
        } else if (strcmp(text, "--") == 0) {
            ended = true;
        } else {
            code = text[1] == '-' ? long_option(c, text + 2, &words)
                                  : short_options(c, text + 1, &words);
        }
    }
    return code;
}

/* ---------------------------------------------------------------------- verb */

static int unknown_verb(const cli *c)
{
    cli_list names = {0};
    for (const cli_verb *v = c->verbs; v->name != NULL; v++) {
        cli_append(&names, v->name);
    }
    const char *hint = cli_did_you_mean(c->word, names.items);
    free((void *) names.items);
    return cli_wrong("'%s' is not a command%s", c->word,
                     hint[0] != '\0' ? hint : "; see reckon --help");
}

/* Each option given must be the verb's own or a common one. */
static int check_options(const cli *c)
{
    for (size_t i = 0; i < c->used.n; i++) {
        const cli_option *o =
            cli_option_named(c->used.items[i], strlen(c->used.items[i]), c->verb->bit);
        if (!o->common && (o->verbs & c->verb->bit) == 0) {
            const cli_verb *taker = c->verbs; /* the first that takes it, for a hint */
            while ((o->verbs & taker->bit) == 0) {
                taker++;
            }
            return cli_wrong("--%s is an option of '%s', not of '%s'", o->name, taker->name,
                             c->verb->name);
        }
    }
    return c->options.row_columns.n > 0 && c->options.rows_file == NULL
               ? cli_wrong("--row-columns needs --rows FILE")
               : 0;
}

int cli_settle(cli *c)
{
    if (c->word != NULL && strcmp(c->word, "help") == 0) {
        c->options.help = true;
        c->manual = true;
        c->word = c->arguments.n > 0 ? c->arguments.items[0] : NULL;
    }
    c->verb = c->word != NULL ? cli_verb_named(c->verbs, c->word) : NULL;
    if (c->word != NULL && c->verb == NULL) {
        return unknown_verb(c);
    }
    if (c->options.help || c->options.version || c->verb == NULL) {
        return 0;
    }
    const int code = check_options(c);
    const cli_verb *v = c->verb;
    if (code != 0) {
        return code;
    }
    if (c->arguments.n < v->least) {
        return cli_wrong("'%s' needs an argument: reckon %s %s", v->name, v->name, v->usage);
    }
    if (c->arguments.n > v->most) {
        return cli_wrong("'%s' does not take '%s': reckon %s %s", v->name,
                         c->arguments.items[v->most], v->name, v->usage);
    }
    return 0;
}
