/* SPDX-License-Identifier: MIT
 *
 * made.h: the temporary file that a workbook is written to.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "reckoner/status.h"

/* The folder of temporary files; its text lives as long as the process. */
char *rk__xlsx_folder(void);
/* Replaces characters of a text that no XML file can hold, escaped or not (U+FFFE and U+FFFF), by
 * U+FFFD. */
void rk__xlsx_clean(char *text);
/* A file without a name in that folder; -1 with errno set. */
int rk__xlsx_file_new(void);
/* RK_OK if every part of the workbook is whole. A full disk may have cut one off, which the
 * library that writes them does not notice. */
rk_status rk__xlsx_file_check(int fd);
/* Whether a path is a workbook whose properties have this title. */
bool rk__xlsx_file_titled(const char *path, const char *title);
/* Hands the file to `put` in pieces. */
rk_status rk__xlsx_file_copy(int fd, void (*put)(void *ctx, const char *bytes, size_t n),
                             void *ctx);
