/* SPDX-License-Identifier: MIT
 *
 * output.h: standard output, or the file of -o, which is whole at the end or unchanged.
 */
#pragma once

#include "cli.h"

typedef struct cli_output {
    rk_sink sink;
    rk_format format;
    rk_output *file;  /* NULL: standard output */
    int error;        /* errno of the first failed write */
    const char *path; /* NULL: standard output */
    const cli *run;
    bool newline_held; /* so that a comma can come before it */
    bool at_once;      /* no line end is held: the reader waits for whole lines */
} cli_output;

/* Checks before any work that -o can be written, and that no output is another one or an
 * argument. Sets c->outputs. Returns 0, or an exit code after a message. */
int cli_output_check(cli *c);
/* Whether the format was chosen, by --format or by the ending of -o. */
bool cli_output_format_given(const cli *c);
/* Checks that a workbook or a report is written by a verb that has one, and to no terminal.
 * Returns 0, or an exit code after a message. */
int cli_output_pack_check(const cli *c);
/* Checks that no output is an argument, when folders among them have become documents. */
int cli_output_check_inputs(const cli *c);
/* Returns 0, or an exit code after a message. */
int cli_output_open(const cli *c, cli_output *out);
void cli_output_text(cli_output *out, const char *text);
/* Drops the line end that was written last. */
void cli_output_drop_newline(cli_output *out);
/* Puts the file in its place, or reports why not. Returns an exit code. */
int cli_output_close(cli_output *out);
void cli_output_abandon(cli_output *out);
/* Closes the output of a report that ended with `status`, or abandons it if the report
 * failed for another reason than writing. Returns an exit code. */
int cli_output_finish(cli_output *out, rk_status status);
/* Writes a document with the problems if the format is JSON. Returns an exit code. */
int cli_output_failure(const cli *c, const char *name, const rk_problems *problems);
