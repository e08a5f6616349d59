/* SPDX-License-Identifier: MIT
 *
 * scaffold.c: the folder of a new rule, complete or not at all: if a file cannot be written, those
 * before it are removed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "manual/describe.h"
#include "manual/scaffold_files.h"
#include "rules/bind_value.h"
#include "rules/elf_note.h"

/* In the folder of a rule. */
#define MOST_FILES 8

typedef struct words {
    const char *name, *title, *include, *folder;
    const rk__scaffold_file *files;
} words;

/* Makes a title of an id: "my-rule" becomes "My rule". */
static char *title_make(rk__arena *arena, const char *name)
{
    char *const title = rk__arena_strdup(arena, name);
    for (char *p = title; p != NULL && *p != '\0'; p++) {
        *p = *p == '-' ? ' ' : *p;
    }
    if (title != NULL) {
        title[0] = (char) (title[0] - 'a' + 'A'); /* an id starts with a letter */
    }
    return title;
}

/* Escapes in a path what make (and the shell below it, in single quotes) or CMake would
 * interpret. */
static char *path_escape(rk__arena *arena, const char *path, bool for_make)
{
    rk__buf escaped = {0};
    for (const char *p = path; *p != '\0'; p++) {
        if (for_make) {
            rk__buf_puts(&escaped, *p == '$' ? "$" : *p == '#' ? "\\" : "");
            rk__buf_puts(&escaped, *p == '\'' ? "'\\'" : "");
        } else {
            rk__buf_puts(&escaped, strchr("\\\"$", *p) != NULL ? "\\" : "");
        }
        rk__buf_putc(&escaped, *p);
    }
    char *const copy =
        escaped.failed
            ? NULL
            : rk__arena_copy(arena, escaped.text != NULL ? escaped.text : "", escaped.length);
    rk__buf_dispose(&escaped);
    return copy;
}

static void expand(rk__buf *out, const char *text, const words *w)
{
    const struct {
        const char *mark, *value;
    } marks[] = {{"@NAME@", w->name},
                 {"@TITLE@", w->title},
                 {"@INCLUDE@", w->include},
                 {"@FOLDER@", w->folder},
                 {"@QUOTE@", "'"}};
    const size_t n = sizeof marks / sizeof marks[0];
    while (*text != '\0') {
        size_t m = 0;
        while (m < n && strncmp(text, marks[m].mark, strlen(marks[m].mark)) != 0) {
            m++;
        }
        if (m < n) {
            rk__buf_puts(out, marks[m].value);
            text += strlen(marks[m].mark);
        } else {
            rk__buf_putc(out, *text == '\'' ? '"' : *text);
            text++;
        }
    }
}

static rk_status file_write(const char *path, const char *text, const words *w,
                            rk_problems *problems)
{
    rk__buf expanded = {0};
    rk__atomic_file file = {0};
    expand(&expanded, text, w);
    rk_status status = expanded.failed ? RK_NO_MEMORY : rk__atomic_open(&file, path, problems);
    if (status == RK_OK) {
        /* A short write shows when the stream is flushed. */
        (void) fwrite(expanded.text, 1, expanded.length, file.stream);
        status = rk__atomic_commit(&file, problems);
    }
    rk__atomic_abandon(&file);
    rk__buf_dispose(&expanded);
    return status;
}

/* The path of a file; its name may hold marks. NULL if out of memory. */
static const char *file_path(const char *folder, const rk__scaffold_file *f, const words *w,
                             rk__arena *arena)
{
    rk__buf name = {0};
    expand(&name, f->name, w);
    const char *const path = name.failed ? NULL : rk__path_join(arena, folder, name.text);
    rk__buf_dispose(&name);
    return path;
}

static rk_status folder_fill(const char *folder, const words *w, rk__arena *arena,
                             rk_problems *problems)
{
    const char *made[MOST_FILES];
    size_t n = 0;
    rk_status status = RK_OK;
    for (const rk__scaffold_file *f = w->files; f->name != NULL && status == RK_OK; f++) {
        made[n] = file_path(folder, f, w, arena);
        status = made[n] == NULL ? RK_NO_MEMORY : file_write(made[n], f->text, w, problems);
        n += made[n] != NULL;
    }
    for (size_t i = 0; i < n && status != RK_OK; i++) {
        (void) unlink(made[i]);
    }
    if (status != RK_OK) {
        (void) rmdir(folder);
    }
    return status;
}

static rk_status folder_make(const char *parent, const words *w, rk__arena *arena,
                             rk_problems *problems)
{
    const char *const folder = rk__path_join(arena, parent, w->name);
    if (w->title == NULL || w->include == NULL || w->folder == NULL || folder == NULL) {
        return rk__problem(problems, RK_NO_MEMORY, NULL, NULL, "out of memory");
    }
    if (mkdir(folder, 0755) != 0) {
        const int error = errno;
        return rk__problem(problems, RK_IO_WRITE, NULL,
                           error == EEXIST ? "choose another name, or move the folder away"
                                           : "check the folder that contains it",
                           "cannot make the folder '%s': %s", folder, strerror(error));
    }
    return folder_fill(folder, w, arena, problems);
}

static rk_status scaffold(const char *parent, const char *name, const char *include_dir,
                          const rk__scaffold_file *files, rk_problems *problems)
{
    rk__arena arena = {0};
    char shown[RK__SHOWN_SIZE];
    if (!rk__rule_id_valid(name)) {
        return rk__problem(problems, RK_OUT_OF_RANGE, NULL,
                           "begin with a letter a-z, then a-z, 0-9 and -, up to 63 in all",
                           "'%s' is not a valid name for a rule", rk__shown(name, shown));
    }
    /* An absolute path, since the rule may be built from any folder. */
    const char *const given = include_dir != NULL ? include_dir : RK_INSTALLED_INCLUDE;
    char *const real = realpath(given, NULL);
    const char *const include = real != NULL ? real : given;
    const words w = {name, title_make(&arena, name), path_escape(&arena, include, true),
                     path_escape(&arena, include, false), files};
    free(real);
    const rk_status status = folder_make(parent, &w, &arena, problems);
    rk__arena_dispose(&arena);
    return status;
}

rk_status rk__scaffold_rule(const char *parent, const char *name, const char *include_dir,
                            bool settles, rk_problems *problems)
{
    return scaffold(parent, name, include_dir,
                    settles ? rk__scaffold_settle_files : rk__scaffold_files, problems);
}

rk_status rk__scaffold_document(const char *parent, const char *name, rk_problems *problems)
{
    return scaffold(parent, name, NULL, rk__scaffold_document_files, problems);
}
