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
    return rk__texts_add_once(&run->result->arena, &out->findings, &out->n_findings,
                              &out->findings_capacity, text)
               ? RK_OK
               : RK_NO_MEMORY;
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
    out->failed |= plain.failed;
    rk__buf_dispose(&plain);
}
