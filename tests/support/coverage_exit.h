/* SPDX-License-Identifier: MIT
 *
 * coverage_exit.h: included before a file whose processes end by _exit, so that the lines that they
 * ran are counted.
 */
#pragma once

#include <unistd.h>

void __gcov_dump(void); /* NOLINT(bugprone-reserved-identifier): of libgcov */
#define _exit(code) (__gcov_dump(), _exit(code))
