/* SPDX-License-Identifier: MIT
 *
 * fuzz_url.c: any bytes as a URL, and as the target of a redirect.
 *
 * What is shown of it has no bytes that could upset a terminal, and what is accepted is the same
 * when it is parsed again.
 */
#include <stdlib.h>
#include <string.h>

#include "access/url.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void need(int holds)
{
    if (!holds) {
        abort();
    }
}

static void check(const char *text, const char *base)
{
    rk__url url, again;
    const rk_status status = rk__url_parse(text, base, &url);
    if (status != RK_OK) {
        need(url.whole == NULL && url.host == NULL && url.user == NULL && url.password == NULL);
        return;
    }
    need(strncmp(url.whole, "http://", 7) == 0 || strncmp(url.whole, "https://", 8) == 0);
    need(url.https == (strncmp(url.whole, "https://", 8) == 0));
    need(url.host[0] != '\0' && url.port > 0 && url.port < 65536);
    need(strchr(url.whole, '#') == NULL);
    need(rk__url_parse(url.whole, NULL, &again) == RK_OK);
    need(strcmp(again.whole, url.whole) == 0 && rk__url_same_origin(&url, &again));
    need(again.user == NULL && again.password == NULL);
    rk__url_dispose(&again);
    rk__url_dispose(&url);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    char shown[64];
    need(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    check(text, NULL);
    check(text, "https://tariffs.example/a/b?c");
    rk__url_show(text, shown, sizeof shown);
    need(memchr(shown, '\0', sizeof shown) != NULL);
    for (const char *p = shown; *p != '\0'; p++) {
        need((unsigned char) *p >= 0x20 && *p != 0x7f);
    }
    (void) rk__url_may_have_credentials(text);
    free(text);
    return 0;
}
