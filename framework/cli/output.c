/* SPDX-License-Identifier: MIT
 *
 * output.c: where results go. A file of -o is written under a temporary name in its
 * folder and renamed at the end, so that it is whole or unchanged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "say.h"
#include "stop.h"
#include "verbs.h"

static int put(cli_output *out, const char *text, size_t length)
{
    const int error = out->file != NULL ? rk_output_write(out->file, text, length)
                      : cli_write_all(STDOUT_FILENO, text, length) != 0 ? errno
                                                                        : 0;
    out->error = out->error != 0 ? out->error : error;
    return out->error;
}

static int output_write(void *ctx, const char *text, size_t length)
{
    cli_output *out = ctx;
    if (out->error != 0 || length == 0) {
        return out->error != 0;
    }
    if (out->newline_held && put(out, "\n", 1) != 0) {
        return 1;
    }
    out->newline_held = !out->at_once && text[length - 1] == '\n';
    return put(out, text, length - out->newline_held) != 0;
}

/* A device or a pipe is written in place. A link is followed: its target is replaced. */
static bool in_place(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static int cannot_write(const char *path, int error)
{
    return cli_say(CLI_FINDINGS, "'%s' cannot be written: %s", path, strerror(error));
}

/* The folder of a path, freed by the caller. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? cli_copy(".", 1)
                         : cli_copy(path, slash == path ? 1 : (size_t) (slash - path));
}

/* Whether two new files would be one: the same name in the same folder. */
static bool same_place(const char *a, const char *b)
{
    char *folders[2] = {folder_of(a), folder_of(b)};
    const char *const names[2] = {strrchr(a, '/'), strrchr(b, '/')};
    struct stat found[2];
    const bool same =
        strcmp(names[0] != NULL ? names[0] + 1 : a, names[1] != NULL ? names[1] + 1 : b) == 0 &&
        stat(folders[0], &found[0]) == 0 && stat(folders[1], &found[1]) == 0 &&
        found[0].st_dev == found[1].st_dev && found[0].st_ino == found[1].st_ino;
    free(folders[0]);
    free(folders[1]);
    return same;
}

/* Whether writing to one path would replace the other. */
static bool same_file(const char *a, const char *b)
{
    struct stat found[2];
    const bool there[2] = {stat(a, &found[0]) == 0, stat(b, &found[1]) == 0};
    if (there[0] && there[1]) {
        return S_ISREG(found[0].st_mode) && found[0].st_dev == found[1].st_dev &&
               found[0].st_ino == found[1].st_ino;
    }
    return !there[0] && !there[1] && same_place(a, b);
}

int cli_output_check_inputs(const cli *c)
{
    for (const char *const *output = c->outputs; *output != NULL; output++) {
        for (size_t k = 0; k < c->arguments.n; k++) {
            if (same_file(c->arguments.items[k], *output)) {
                return cli_wrong("'%s' is an input: name another file for %s",
                                 c->arguments.items[k],
                                 *output == c->options.output      ? "--output"
                                 : *output == c->options.rows_file ? "--rows"
                                                                   : "--out");
            }
        }
    }
    return 0;
}

/* No output replaces another one or an input. */
static int check_outputs(cli *c)
{
    const char *const paths[] = {c->options.output, c->options.rows_file, c->options.out};
    const char *const names[] = {"--output", "--rows", "--out"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i] == NULL) {
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (same_file(c->outputs[k], paths[i])) {
                return cli_wrong("'%s' cannot be two outputs: name another file for %s", paths[i],
                                 names[i]);
            }
        }
        c->outputs[n++] = paths[i];
    }
    return cli_output_check_inputs(c);
}

/* `tariff import` writes a folder, which the library checks. */
static bool output_is_folder(const cli *c)
{
    return c->verb->bit == CLI_TARIFF && c->arguments.n > 0 &&
           strcmp(c->arguments.items[0], "import") == 0;
}

/* Verbs whose answers fill a workbook or a report. */
#define PACKS                                                                                 \
    (CLI_EVALUATE | CLI_COMPARE | CLI_SYSTEM | CLI_INCENTIVES | CLI_SOLVE | CLI_SENSITIVITY | \
     CLI_SWEEP | CLI_VARIANCE | CLI_DIFF)

bool cli_output_format_given(const cli *c)
{
    bool given = false;
    for (size_t i = 0; i < c->used.n; i++) {
        given |= strcmp(c->used.items[i], "format") == 0;
    }
    return given;
}

/* Programs open a file by the ending of its name, so the ending decides the format. */
static int check_ending(cli *c)
{
    static const struct {
        const char *ending, *format;
        rk_format is;
    } known[] = {{".json", "json", RK_FORMAT_JSON},       {".csv", "csv", RK_FORMAT_CSV},
                 {".md", "markdown", RK_FORMAT_MARKDOWN}, {".txt", "text", RK_FORMAT_TEXT},
                 {".xlsx", "xlsx", RK_FORMAT_XLSX},       {".html", "html", RK_FORMAT_HTML},
                 {".sqlite", "sqlite", RK_FORMAT_SQLITE}, {".pdf", NULL, 0}};
    const char *dot = strrchr(c->options.output, '.');
    for (size_t i = 0; dot != NULL && i < sizeof known / sizeof *known; i++) {
        if (strcasecmp(dot, known[i].ending) != 0) {
            continue;
        }
        if (known[i].format == NULL) {
            return cli_wrong(
                "'%s' would not hold what its name says: write a report, -o NAME.html, and "
                "print it to PDF in a browser",
                c->options.output);
        }
        if (c->options.format == (int) RK_FORMAT_ACM && known[i].is == RK_FORMAT_CSV) {
            continue; /* which is CSV */
        }
        if (!cli_output_format_given(c)) {
            c->options.format = (int) known[i].is;
            cli_append(&c->used, "format");
        } else if ((rk_format) c->options.format != known[i].is) {
            return cli_wrong("'%s' would not hold what its name says: write --format %s, or none",
                             c->options.output, known[i].format);
        }
    }
    return 0;
}

/* Priced rows are CSV, or a workbook if the name says so. */
static int check_rows_ending(const char *path)
{
    static const char *const others[] = {".json",   ".html", ".md", ".pdf",
                                         ".sqlite", ".xls",  ".ods"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof others / sizeof *others; i++) {
        if (strcasecmp(dot, others[i]) == 0) {
            return cli_wrong("'%s' would not hold what its name says: --rows writes CSV, or a "
                             "workbook (NAME.xlsx)",
                             path);
        }
    }
    return 0;
}

/* The monthly file has columns of its own, and its prices must add up. */
static int check_monitoring(const cli *c)
{
    const char *option = c->options.group_by.n > 0       ? "--group-by"
                         : c->options.suppress_below > 0 ? "--suppress-below"
                         : c->options.partial != NULL    ? "--partial"
                                                         : NULL;
    if (c->verb->bit != CLI_EVALUATE) {
        return cli_wrong("'%s' writes no monthly file: --format acm is for 'evaluate'",
                         c->verb->name);
    }
    return option != NULL ? cli_wrong("--format acm and %s exclude each other", option) : 0;
}

int cli_output_pack_check(const cli *c)
{
    static const char *const words[] = {"workbook", "report", "database"};
    static const char *const endings[] = {"xlsx", "html", "sqlite"};
    const rk_format format = (rk_format) c->options.format;
    if (format < RK_FORMAT_XLSX) {
        return 0;
    }
    if (format == RK_FORMAT_ACM) {
        return check_monitoring(c);
    }
    const size_t at = format - RK_FORMAT_XLSX;
    const unsigned written = format == RK_FORMAT_SQLITE ? CLI_DIFF : PACKS;
    if ((c->verb->bit & written) == 0 &&
        (c->options.against == NULL || format == RK_FORMAT_SQLITE)) {
        return cli_wrong("'%s' writes no %s", c->verb->name, words[at]);
    }
    if (c->options.output == NULL && isatty(STDOUT_FILENO)) {
        return cli_wrong("a %s is not for a terminal: write -o NAME.%s", words[at], endings[at]);
    }
    return 0;
}

int cli_output_check(cli *c)
{
    if (output_is_folder(c)) {
        return 0;
    }
    int code = check_outputs(c);
    const char *path = c->options.output;
    if (code == 0 && path != NULL && c->verb->bit != CLI_SCHEMA) {
        code = check_ending(c);
    }
    code = code == 0 ? cli_output_pack_check(c) : code;
    if (code == 0 && c->options.rows_file != NULL) {
        code = check_rows_ending(c->options.rows_file);
    }
    if (code != 0 || path == NULL) {
        return code;
    }
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return cannot_write(path, EISDIR);
    }
    char *place = in_place(path) ? cli_copy(path, strlen(path)) : folder_of(path);
    const int refused =
        access(place, in_place(path) ? W_OK : W_OK | X_OK) == 0 ? 0 : cannot_write(path, errno);
    free(place);
    return refused;
}

/* Reports what opening or closing the file of -o found. */
static int ended(const cli_output *out, rk_status status, rk_problems *problems)
{
    if (problems != NULL) {
        cli_problems(out->run, problems);
    }
    const int code = cli_failure(out->path, status, problems, 0);
    rk_problems_free(problems);
    return code;
}

int cli_output_open(const cli *c, cli_output *out)
{
    if (c->confined && c->session != NULL && rk_session_output_is_read(c->session)) {
        *out = (cli_output){.error = 0};
        return cli_say(CLI_INPUT, "'%s' is unchanged, because a document reads it", c->outputs[0]);
    }
    *out =
        (cli_output){.path = c->options.output, .format = (rk_format) c->options.format, .run = c};
    out->sink.write = output_write;
    out->sink.ctx = out;
    out->sink.csv_safe = c->options.csv_safe;
    if (out->path == NULL) {
        out->sink.width = cli_width(STDOUT_FILENO);
        out->sink.color = cli_colored(c, STDOUT_FILENO);
        return 0;
    }
    out->sink.color = c->options.color == CLI_COLOR_ALWAYS;
    rk_problems *problems = rk_problems_new();
    const rk_status status =
        problems != NULL ? rk_output_open(out->path, &out->file, problems) : RK_NO_MEMORY;
    if (status == RK_OK) {
        cli_stop_guard(rk_output_temporary(out->file));
    }
    return ended(out, status, problems);
}

void cli_output_text(cli_output *out, const char *text)
{
    (void) output_write(out, text, strlen(text));
}

void cli_output_drop_newline(cli_output *out)
{
    out->newline_held = false;
}

void cli_output_abandon(cli_output *out)
{
    rk_output_abandon(out->file);
    out->file = NULL;
    cli_stop_guard(NULL);
}

static int close_file(cli_output *out)
{
    if (out->run->session != NULL && rk_session_output_is_read(out->run->session)) {
        cli_output_abandon(out);
        return cli_say(CLI_INPUT, "'%s' is unchanged, because a document reads it", out->path);
    }
    if (out->error != 0) {
        cli_output_abandon(out);
        return cannot_write(out->path, out->error);
    }
    rk_problems *problems = rk_problems_new();
    if (problems == NULL) {
        cli_output_abandon(out);
        return cli_no_memory();
    }
    const rk_status status = rk_output_commit(out->file, problems);
    out->file = NULL;
    cli_stop_guard(NULL);
    return ended(out, status, problems);
}

int cli_output_close(cli_output *out)
{
    if (out->error == 0 && out->newline_held) {
        (void) put(out, "\n", 1);
    }
    if (out->file != NULL) {
        return close_file(out);
    }
    /* Some file systems report a full disk only now. */
    if (close(STDOUT_FILENO) != 0 && out->error == 0 && errno != EBADF) {
        out->error = errno;
    }
    /* A reader such as `head` may stop early. */
    return out->error == 0       ? CLI_FINE
           : out->error == EPIPE ? CLI_FINDINGS
                                 : cli_say(CLI_FINDINGS, "standard output cannot be written: %s",
                                           strerror(out->error));
}

int cli_output_finish(cli_output *out, rk_status status)
{
    if (status == RK_OK || status == RK_IO_WRITE) {
        return cli_output_close(out);
    }
    cli_output_abandon(out);
    if (status == RK_IO && out->format == RK_FORMAT_XLSX) {
        const char *folder = getenv("TMPDIR");
        return cli_say(
            CLI_FINDINGS,
            "the temporary files of a workbook cannot be written in '%s': set TMPDIR to a "
            "folder with room",
            folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    }
    return status == RK_NO_MEMORY ? cli_no_memory() : rk_status_exit_code(status);
}

int cli_output_failure(const cli *c, const char *name, const rk_problems *problems)
{
    cli_output out;
    if (c->options.format != RK_FORMAT_JSON) {
        return CLI_FINE;
    }
    const int code = cli_output_open(c, &out);
    return code != 0 ? code
                     : cli_output_finish(
                           &out, rk_report_failure(name, problems, RK_FORMAT_JSON, &out.sink));
}
