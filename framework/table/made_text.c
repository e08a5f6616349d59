/* SPDX-License-Identifier: MIT
 *
 * made_text.c: handing out rows of text as they are made.
 */
#include "table/made_text.h"

#include <string.h>

rk_status rk__made_text_read(rk__made_text *text, rk_status (*next_row)(void *ctx), void *ctx,
                             char *to, size_t n, size_t *got)
{
    rk_status status = RK_OK;
    *got = 0;
    while (*got < n && status == RK_OK) {
        const size_t left = text->pending.length - text->at;
        const size_t some = left < n - *got ? left : n - *got;
        if (some > 0) {
            memcpy(to + *got, text->pending.text + text->at, some);
            *got += some;
            text->at += some;
        } else if (text->ended) {
            break;
        } else {
            rk__buf_reset(&text->pending);
            text->at = 0;
            status = next_row(ctx);
        }
    }
    return status;
}
