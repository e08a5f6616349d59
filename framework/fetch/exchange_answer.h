/* SPDX-License-Identifier: MIT
 *
 * exchange_answer.h: libcurl's callbacks for header lines and body pieces; ctx is the rk__exchange.
 */
#pragma once

#include <stddef.h>

size_t rk__exchange_on_head(char *line, size_t size, size_t n, void *ctx);
size_t rk__exchange_on_body(char *piece, size_t size, size_t n, void *ctx);
