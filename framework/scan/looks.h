/* SPDX-License-Identifier: MIT
 *
 * looks.h: whether rows are examined for findings while they are read and priced. Only the
 * benchmark that measures the cost (tests/bench/pricing/findings.py) builds without.
 */
#pragma once

#include <stdbool.h>

#ifdef RK_WITHOUT_FINDINGS
#define RK__ROWS_LOOKED_AT false
#else
#define RK__ROWS_LOOKED_AT true
#endif
