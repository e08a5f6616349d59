/* SPDX-License-Identifier: MIT
 *
 * relay.h: problems of files that a tariff is read from.
 */
#pragma once

#include "base/problems.h"

/* Appends the problems of `from` to `to`: a file that cannot be read becomes an unavailable
 * tariff. Returns `status`, changed in the same way. */
rk_status rk__tariff_relay(const rk_problems *from, rk_status status, rk_problems *to);
