/* SPDX-License-Identifier: MIT
 *
 * scaffold_files.h: the files of a new rule's folder, as templates.
 */
#ifndef RK_MANUAL_SCAFFOLD_FILES_H
#define RK_MANUAL_SCAFFOLD_FILES_H

/* Single quotes stand for double ones and @QUOTE@ for a single one; @NAME@ is the
 * rule's id, @TITLE@ the same for people; @INCLUDE@ is the folder that holds
 * reckoner/plugin.h as make wants it, @FOLDER@ as CMake does. */
typedef struct rk__scaffold_file {
    const char *name, *text;
} rk__scaffold_file;

extern const rk__scaffold_file rk__scaffold_files[]; /* {0} at the end */

#endif
