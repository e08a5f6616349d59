/* SPDX-License-Identifier: MIT
 *
 * document.h: tariff documents.
 */
#pragma once

#include "tariff/inside.h"

/* Reads the keys of a document into the tariff. Relative files of its tables are below
 * `base_dir`; without `may_name_files` it must not name files. */
rk_status rk__tariff_read_document(rk__tariff *tariff, const rk__value *root, const char *base_dir,
                                   bool may_name_files, rk_problems *problems);
