/* SPDX-License-Identifier: MIT
 *
 * folder.h: folders of CSV files as tariffs.
 */
#pragma once

#include "tariff/inside.h"

/* Reads the folder of CSV files tariff->place; fd is the folder, open for reading, and is
 * closed. */
rk_status rk__tariff_read_folder(rk__tariff *tariff, int fd, rk_problems *problems);
