/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a rule's file: nothing is read past their end, and what is
 * accepted is an id and a version that can be printed. */
#include <stdlib.h>
#include <string.h>

#include "rules/elf_note.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    rk__identity identity;
    rk__refusal why;
    if (!rk__elf_note_read(data, size, &identity, &why)) {
        return 0;
    }
    if (!rk__rule_id_valid(identity.id) || identity.version[0] == '\0' ||
        memchr(identity.version, '\0', sizeof identity.version) == NULL) {
        abort();
    }
    (void) rk__identity_fits(&identity, &why);
    return 0;
}
