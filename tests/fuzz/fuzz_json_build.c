/* SPDX-License-Identifier: MIT
 *
 * fuzz_json_build.c: a text through both builders of JSON documents: the same tree, or the same
 * problems.
 */
#include "support/json_same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (json_differs((const char *) data, size) != NULL) {
        abort();
    }
    return 0;
}
