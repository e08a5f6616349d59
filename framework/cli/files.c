/* SPDX-License-Identifier: MIT
 *
 * files.c: the documents that arguments stand for. A folder stands for the
 * documents of ours below it, in the order of their names.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

/* Where a document says what it is: near its beginning. */
#define LOOK_BYTES 4096
#define DEPTH_MAX  32

static char *joined(const char *folder, const char *name)
{
    const size_t length = strlen(folder) + strlen(name) + 2;
    char *path = cli_allocate(length, 1);
    const size_t end = strlen(folder);
    const bool slash = end > 0 && folder[end - 1] == '/';
    (void) snprintf(path, length, "%s%s%s", folder, slash ? "" : "/", name);
    return path;
}

static bool holds(const char *path, const char *mark)
{
    char text[LOOK_BYTES + 1] = "";
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return true; /* reading it will say why */
    }
    const size_t length = fread(text, 1, LOOK_BYTES, file);
    (void) fclose(file);
    return memmem(text, length, mark, strlen(mark)) != NULL;
}

static bool is_json(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int search(const char *folder, const char *mark, int depth, cli_list *files)
{
    struct dirent **entries = NULL;
    const int n = depth < DEPTH_MAX ? scandir(folder, &entries, NULL, alphasort) : 0;
    if (n < 0) {
        cli_say("%s: %s", folder, strerror(errno));
        return CLI_INPUT;
    }
    int code = 0;
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        char *path = name[0] != '.' ? joined(folder, name) : NULL;
        if (path != NULL && is_folder(path)) {
            code = cli_worse(code, search(path, mark, depth + 1, files));
        } else if (path != NULL && is_json(name) && holds(path, mark)) {
            cli_append(files, path);
            path = NULL;
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    return code;
}

int cli_files(const cli *c, const char *mark, cli_list *files)
{
    int code = 0;
    for (size_t i = 0; i < c->n_arguments; i++) {
        const char *argument = c->arguments[i];
        if (is_folder(argument)) {
            code = cli_worse(code, search(argument, mark, 0, files));
            continue;
        }
        char *copy = cli_allocate(strlen(argument) + 1, 1);
        strcpy(copy, argument);
        cli_append(files, copy);
    }
    return code;
}

void cli_files_free(cli_list *files)
{
    for (size_t i = 0; i < files->n; i++) {
        free((void *) (uintptr_t) files->items[i]);
    }
    free((void *) files->items);
    *files = (cli_list){0};
}
