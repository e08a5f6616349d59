/* SPDX-License-Identifier: MIT
 *
 * document.h: tariff documents.
 */
#ifndef RK_TARIFF_DOCUMENT_H
#define RK_TARIFF_DOCUMENT_H

#include "tariff/inside.h"

/* Takes the keys of a document in. Relative files of its tables
 * are below `base_dir`; without `may_name_files` it may name none. */
rk_status rk__tariff_read_document(rk__tariff *tariff, const rk__value *root, const char *base_dir,
                                   bool may_name_files, rk_problems *problems);

#endif
