/* SPDX-License-Identifier: MIT
 *
 * installed.h: where an installation has its files, wherever it was copied to.
 */
#pragma once

#include "base/alloc.h"

/* A folder of the installation: `from_bin` is its path from the folder of the command, `from_lib`
 * from that of the shared library, `configured` where it was to be installed. The first that
 * exists, from the running program, then from the library that this code is in; else `configured`.
 * Of the arena, or `configured`. */
const char *rk__installed(rk__arena *arena, const char *from_bin, const char *from_lib,
                          const char *configured);
