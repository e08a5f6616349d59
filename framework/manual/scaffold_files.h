/* SPDX-License-Identifier: MIT
 *
 * scaffold_files.h: templates of the files in a new rule's folder.
 */
#pragma once

/* Single quotes stand for double ones and @QUOTE@ for a single one; @NAME@ is the rule's id,
 * @TITLE@ its title; @INCLUDE@ is the folder that contains reckoner/plugin.h, escaped for make,
 * and @FOLDER@ the same escaped for CMake. */
typedef struct rk__scaffold_file {
    const char *name, *text;
} rk__scaffold_file;

/* Both have {0} at the end: a rule that prices rows, and one that pays a whole amount. */
extern const rk__scaffold_file rk__scaffold_files[];
extern const rk__scaffold_file rk__scaffold_settle_files[];
/* A rule without C; the names of its files too may hold @NAME@. */
extern const rk__scaffold_file rk__scaffold_document_files[];
/* Of either. */
extern const char rk__scaffold_makefile[], rk__scaffold_cmakelists[];
