/* SPDX-License-Identifier: MIT
 *
 * currency.h: the minor units of currencies.
 */
#pragma once

/* The decimals of a currency's minor unit by ISO 4217: 2 for GBP, 0 for JPY, 3 for BHD; 2 if the
 * code is not in the standard's list. */
int rk__currency_places(const char *code);
