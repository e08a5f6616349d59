/* SPDX-License-Identifier: MIT
 *
 * find.h: the file of a profile, by path or by name.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"

/* A path as it is; a name such as "ntps-2016-17" is looked for in the folders of RECKONER_PROFILES,
 * in profiles/ beside the program, and where profiles are installed. Of the arena. RK_IO with the
 * nearest name if there is none. */
rk_status rk__profile_find(const char *name, rk__arena *arena, const char **path,
                           rk_problems *problems);
