/* SPDX-License-Identifier: MIT
 *
 * rule_sizes.h: what a rule says of the sizes of its structs.
 */
#pragma once

#include <reckoner/plugin.h>

/* clang-format off */
#define RULE_SIZES                             \
    .param_size = sizeof(rk_param),            \
    .column_size = sizeof(rk_column),          \
    .element_size = sizeof(rk_element),        \
    .note_size = sizeof(rk_note),              \
    .reason_size = sizeof(rk_reason),          \
    .line_size = sizeof(rk_line),              \
    .of_size = sizeof(rk_of),                  \
    .column_data_size = sizeof(rk_column_data)
/* clang-format on */
