/* SPDX-License-Identifier: MIT
 *
 * output.h: files that reports are written to. Included by reckoner.h.
 */
#ifndef RECKONER_OUTPUT_H
#define RECKONER_OUTPUT_H

#include <stddef.h>

#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A file that is replaced whole or not at all: the new one is written without a name (or under a
 * temporary name, if the file system has no unnamed files) and put in place by rk_output_commit. */
typedef struct rk_output rk_output;

/* Opens a file for a report. RK_IO_WRITE if it cannot be written or must not be replaced: a file
 * that nobody may write, that this process has loaded, or that could not keep its owner, and a
 * link that leads nowhere. Devices and pipes are written in place. */
RK_API rk_status rk_output_open(const char *path, rk_output **out_output, rk_problems *problems);
/* Appends to the file. This is the `write` of an rk_sink whose ctx is the rk_output. Returns 0 or
 * an errno. */
RK_API int rk_output_write(void *output, const char *text, size_t length);
/* Returns the temporary file, to be removed if a signal ends the program; NULL for none. */
RK_API const char *rk_output_temporary(const rk_output *output);
/* Puts the file in its place, durably, and frees the output. RK_IO_WRITE or RK_NO_MEMORY leave
 * the old file. */
RK_API rk_status rk_output_commit(rk_output *output, rk_problems *problems);
/* Leaves the old file, and frees the output; NULL is valid. */
RK_API void rk_output_abandon(rk_output *output);

#ifdef __cplusplus
}
#endif

#endif
