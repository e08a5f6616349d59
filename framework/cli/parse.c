/* SPDX-License-Identifier: MIT
 *
 * parse.c: the command line, read by the table of options. Options stand
 * anywhere, before the verb too; `--` ends them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

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
        return cli_wrong("--%s is %llu to %llu, not %s", option->name,
                         (unsigned long long) option->least, (unsigned long long) option->most,
                         text);
    }
    *out = n;
    return 0;
}

static int take_word(const cli_option *option, const char *text, int *out)
{
    for (int i = 0; option->words[i] != NULL; i++) {
        if (strcmp(option->words[i], text) == 0) {
            *out = i;
            return 0;
        }
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
    return cli_wrong("--%s is %s, not '%s'%s", option->name, choices, text,
                     cli_did_you_mean(text, option->words));
}

static int take_commas(const cli_option *option, const char *text, cli_list *out)
{
    for (const char *from = text;;) {
        const size_t length = strcspn(from, ",");
        if (length == 0) {
            return cli_wrong("--%s has an empty name in '%s'", option->name, text);
        }
        char *item = cli_allocate(length + 1, 1);
        memcpy(item, from, length);
        cli_append(out, item);
        if (from[length] == '\0') {
            return 0;
        }
        from += length + 1;
    }
}

static int take(cli *c, const cli_option *option, const char *text)
{
    void *at = (char *) &c->options + option->offset;
    c->used[c->n_used++] = option;
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

static const cli_option *option_of(const char *name, size_t length)
{
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if (strlen(o->name) == length && strncmp(o->name, name, length) == 0) {
            return o;
        }
    }
    return NULL;
}

static const cli_option *option_of_letter(char letter)
{
    for (const cli_option *o = cli_option_table; o->name != NULL; o++) {
        if (o->letter == letter) {
            return o;
        }
    }
    return NULL;
}

static int unknown_option(const char *name)
{
    const char *names[64];
    size_t n = 0;
    for (const cli_option *o = cli_option_table; o->name != NULL && n < 63; o++) {
        names[n++] = o->name;
    }
    names[n] = NULL;
    const char *nearest = rk_nearest(name, names);
    if (nearest == NULL) {
        return cli_wrong("'--%s' is not an option", name);
    }
    return cli_wrong("'--%s' is not an option; did you mean '--%s'?", name, nearest);
}

/* --name, --name=value, --name value; *next is the argument after it. */
static int long_option(cli *c, const char *text, char **argv, int argc, int *next)
{
    const char *name = text + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const cli_option *option = option_of(name, length);
    if (option == NULL) {
        char *copy = cli_allocate(length + 1, 1);
        memcpy(copy, name, length);
        const int code = unknown_option(copy);
        free(copy);
        return code;
    }
    if (option->kind == CLI_FLAG) {
        return value == NULL ? take(c, option, NULL)
                             : cli_wrong("--%s takes no value", option->name);
    }
    if (value == NULL && *next >= argc) {
        return cli_wrong("--%s needs a value, %s", option->name, option->argument);
    }
    return take(c, option, value != NULL ? value : argv[(*next)++]);
}

/* -o FILE, -oFILE, and flags together: -qo FILE. */
static int short_options(cli *c, const char *text, char **argv, int argc, int *next)
{
    for (const char *letter = text + 1; *letter != '\0'; letter++) {
        const cli_option *option = option_of_letter(*letter);
        if (option == NULL) {
            return cli_wrong("'-%c' is not an option", *letter);
        }
        if (option->kind == CLI_FLAG) {
            (void) take(c, option, NULL);
            continue;
        }
        if (letter[1] != '\0') {
            return take(c, option, letter + 1 + (letter[1] == '='));
        }
        if (*next >= argc) {
            return cli_wrong("-%c needs a value, %s", *letter, option->argument);
        }
        return take(c, option, argv[(*next)++]);
    }
    return 0;
}

int cli_parse(cli *c, int argc, char **argv)
{
    size_t longest = 0;
    for (int i = 0; i < argc; i++) {
        longest += strlen(argv[i]); /* flags may share an argument */
    }
    c->used = cli_allocate(longest + (size_t) argc + 1, sizeof *c->used);
    c->arguments = cli_allocate((size_t) argc + 1, sizeof *c->arguments);
    bool ended = false;
    int code = 0;
    for (int i = 1; i < argc && code == 0;) {
        const char *text = argv[i++];
        if (!ended && strcmp(text, "--") == 0) {
            ended = true;
        } else if (!ended && text[0] == '-' && text[1] == '-') {
            code = long_option(c, text, argv, argc, &i);
        } else if (!ended && text[0] == '-' && text[1] != '\0') {
            code = short_options(c, text, argv, argc, &i);
        } else if (c->word == NULL) {
            c->word = text;
        } else {
            c->arguments[c->n_arguments++] = text;
        }
    }
    return code;
}

static void free_commas(cli_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free((void *) (uintptr_t) list->items[i]);
    }
    free((void *) list->items);
}

void cli_dispose(cli *c)
{
    free_commas(&c->options.group_by);
    free_commas(&c->options.row_columns);
    free_commas(&c->options.arrangements);
    free_commas(&c->options.scenarios);
    free((void *) c->options.rules.items);
    free((void *) c->options.allow_hosts.items);
    free((void *) c->options.params.items);
    free((void *) c->options.sets.items);
    free((void *) c->used);
    free((void *) c->arguments);
}

/* ---------------------------------------------------------------------- verb */

static const cli_verb *verb_of(const char *name)
{
    for (const cli_verb *v = cli_verb_table; v->name != NULL; v++) {
        if (strcmp(v->name, name) == 0) {
            return v;
        }
    }
    return NULL;
}

static int unknown_verb(const char *word)
{
    const char *names[32];
    size_t n = 0;
    for (const cli_verb *v = cli_verb_table; v->name != NULL && n < 31; v++) {
        names[n++] = v->name;
    }
    names[n] = NULL;
    const char *hint = cli_did_you_mean(word, names);
    return cli_wrong("'%s' is not a command%s", word,
                     hint[0] != '\0' ? hint : "; see reckon --help");
}

/* The first verb that takes an option, for a hint. */
static const char *taker_of(const cli_option *option)
{
    for (const cli_verb *v = cli_verb_table; v->name != NULL; v++) {
        if ((option->verbs & v->bit) != 0) {
            return v->name;
        }
    }
    return "";
}

int cli_settle(cli *c)
{
    const bool help = strcmp(c->word, "help") == 0;
    if (help) {
        c->options.help = true;
        c->word = c->n_arguments > 0 ? c->arguments[0] : NULL;
        c->n_arguments = 0;
        if (c->word == NULL) {
            return 0;
        }
    }
    c->verb = verb_of(c->word);
    if (c->verb == NULL) {
        return unknown_verb(c->word);
    }
    if (c->options.help || c->options.version) {
        return 0;
    }
    for (size_t i = 0; i < c->n_used; i++) {
        if ((c->used[i]->verbs & c->verb->bit) == 0) {
            return cli_wrong("--%s is an option of '%s', not of '%s'", c->used[i]->name,
                             taker_of(c->used[i]), c->verb->name);
        }
    }
    if (c->options.row_columns.n > 0 && c->options.rows_file == NULL) {
        return cli_wrong("--row-columns are those of --rows FILE");
    }
    if (c->n_arguments < c->verb->least) {
        return cli_wrong("'%s' needs an argument: reckon %s %s", c->verb->name, c->verb->name,
                         c->verb->usage);
    }
    if (c->n_arguments > c->verb->most) {
        return cli_wrong("'%s' does not take '%s': reckon %s %s", c->verb->name,
                         c->arguments[c->verb->most], c->verb->name, c->verb->usage);
    }
    return 0;
}
