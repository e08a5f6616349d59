/* SPDX-License-Identifier: MIT
 *
 * run.c: what every step of a scenario's run uses: findings, and amounts as they
 * print them.
 */
#include "system/run.h"

#include <string.h>

#include "system/system.h"

rk_status rk__system_finding(rk__system_run *run, const char *format, ...)
{
    rk__scenario_result *out = run->out;
    char text[1024];
    va_list args;
    va_start(args, format);
    (void) vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < out->n_findings; i++) {
        if (strcmp(out->findings[i], text) == 0) {
            return RK_OK;
        }
    }
    if (rk__grow((void **) &out->findings, &out->findings_capacity, out->n_findings + 1,
                 sizeof *out->findings) != 0) {
        return RK_NO_MEMORY;
    }
    const char *kept = rk__arena_strdup(&run->result->arena, text);
    if (kept == NULL) {
        return RK_NO_MEMORY;
    }
    out->findings[out->n_findings++] = kept;
    return RK_OK;
}

void rk__system_amount(rk__buf *out, rk_num amount)
{
    rk__buf plain = {0};
    rk__num_print_fixed(&plain, amount, 2);
    const bool negative = plain.text != NULL && plain.text[0] == '-';
    const char *digits = plain.text != NULL ? plain.text + negative : "";
    rk__buf_puts(out, negative ? "-" : "");
    const size_t whole = strcspn(digits, ".");
    for (size_t i = 0; i < whole; i++) {
        rk__buf_puts(out, i > 0 && (whole - i) % 3 == 0 ? "," : "");
        rk__buf_putc(out, digits[i]);
    }
    rk__buf_puts(out, digits + whole);
    rk__buf_dispose(&plain);
}
