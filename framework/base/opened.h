/* SPDX-License-Identifier: MIT
 *
 * opened.h: telling the embedding program which files this process reads: rk_on_open.
 */
#pragma once

/* Says that a file is going to be opened, by the path as this process would open it. Called for
 * files of the command line and of documents, and for rules; not for those of the cache. */
void rk__opened(const char *path);
