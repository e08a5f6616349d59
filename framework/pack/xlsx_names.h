/* SPDX-License-Identifier: MIT
 *
 * xlsx_names.h: texts of a workbook that are not written as cells.
 */
#pragma once

#include "pack/pack.h"

/* Replaces, in titles of the document, of columns and of charts, what no XML file can hold
 * (rk__xlsx_clean). Copies are in the arena of the output, which has failed if there was no memory.
 */
void rk__xlsx_clean_names(rk__pack *pack);
