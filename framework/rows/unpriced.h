/* SPDX-License-Identifier: MIT
 *
 * unpriced.h: codes that most probably are those of another year.
 */
#pragma once

#include "rows/pass.h"

/* Adds a finding to the instance's result if more than half of its quantity has keys that no
 * tariff has. */
void rk__unpriced_report(const rk__pass *pass, size_t instance);
