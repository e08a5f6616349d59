/* SPDX-License-Identifier: MIT
 *
 * files.c: the documents that arguments name.
 */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "output.h"
#include "say.h"

/* A document states its kind near its beginning. */
#define LOOK_BYTES 4096

static bool holds(const char *path, const char *mark)
{
    char text[LOOK_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return true; /* reading it will say why */
    }
    const size_t length = fread(text, 1, LOOK_BYTES, file);
    const bool failed = ferror(file) != 0; /* reading it again will say why, or succeed */
    (void) fclose(file);
    return failed || memmem(text, length, mark, strlen(mark)) != NULL;
}

static bool is_json(const FTSENT *e)
{
    return e->fts_namelen > 5 && strcmp(e->fts_name + e->fts_namelen - 5, ".json") == 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Adds the file, or the documents below the folder, that an argument names. */
static int expand(const char *argument, const char *mark, cli_list *found)
{
    char *const roots[] = {(char *) (uintptr_t) argument, NULL};
    const size_t before = found->n;
    struct stat info;
    int code = 0;
    FTS *walk = stat(argument, &info) == 0 && S_ISDIR(info.st_mode)
                    ? fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name)
                    : NULL;
    if (walk == NULL) {
        cli_append(found, argument); /* a file, or reading it will say why it is none */
        return 0;
    }
    for (FTSENT *e = fts_read(walk); e != NULL; e = fts_read(walk)) {
        const bool given = e->fts_level == 0;
        if (!given && e->fts_name[0] == '.') {
            (void) fts_set(walk, e, FTS_SKIP);
        } else if (e->fts_info == FTS_DNR) {
            code = cli_say(CLI_INPUT, "%s: %s", e->fts_path, strerror(e->fts_errno));
        } else if (e->fts_info != FTS_D && e->fts_info != FTS_DP && e->fts_info != FTS_DC &&
                   (given || (is_json(e) && holds(e->fts_path, mark)))) {
            cli_append(found, given ? argument : cli_copy(e->fts_path, e->fts_pathlen));
        }
    }
    (void) fts_close(walk);
    /* A check that looks at nothing must not look like one that found nothing. */
    return found->n > before || code != 0
               ? code
               : cli_say(CLI_INPUT,
                         "'%s' has no .json file with %s in it (reckon tariff verify looks at a "
                         "folder of CSV files)",
                         argument, mark);
}

int cli_files_expand(cli *c, const char *mark)
{
    cli_list found = {0};
    int code = 0;
    for (size_t i = 0; i < c->arguments.n; i++) {
        code = cli_worse(code, expand(c->arguments.items[i], mark, &found));
    }
    free((void *) c->arguments.items);
    c->arguments = found;
    const int clash = cli_output_check_inputs(c);
    return clash != 0 ? clash : code;
}
