/* SPDX-License-Identifier: MIT
 *
 * currency.c: the minor units of currencies.
 */
#include "contract/currency.h"

#include <stddef.h>
#include <string.h>

/* ISO 4217, list one: the currencies whose minor unit has other than two decimals. */
static const struct {
    int places;
    const char *codes;
} others[] = {
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
};

int rk__currency_places(const char *code)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strlen(code) == 3 && strstr(others[i].codes, code) != NULL) {
            return others[i].places;
        }
    }
    return 2;
}
