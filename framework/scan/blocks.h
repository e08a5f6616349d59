/* SPDX-License-Identifier: MIT
 *
 * blocks.h: blocks of whole records, handed out in file order.
 */
#pragma once

#include "scan/inside.h"

rk_status rk__scan_reader_init(rk__scan_reader *reader, rk__scan *scan,
                               const rk__scan_options *options);
void rk__scan_reader_dispose(rk__scan_reader *reader);
/* Records the counts of the worker's block and takes the next one; false if none is left. */
bool rk__scan_next_block(rk__scan_reader *reader, rk__scan_text *text);
/* Hands out no more blocks; workers finish those they have. */
void rk__scan_stop(rk__scan_reader *reader);
void rk__scan_progress(rk__scan_reader *reader, uint64_t *rows, uint64_t *bytes);
