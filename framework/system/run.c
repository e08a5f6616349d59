/* SPDX-License-Identifier: MIT
 *
 * run.c: helpers for every step of a scenario's run: adding findings, and printing amounts in them.
 */
#include "system/run.h"

#include <stdarg.h>
#include <string.h>

#include "system/system.h"

static rk_status counted(rk__system_run *run)
{
    run->out->n_findings = run->out->found.n;
    run->out->n_warnings = run->out->found.n_warnings;
    return run->result->arena.failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__system_finding(rk__system_run *run, rk_finding finding, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    rk__finding_add_v(&run->out->found, &run->result->arena, finding, format, args);
    va_end(args);
    return counted(run);
}

rk_status rk__system_findings_of(rk__system_run *run, const char *contract, const rk_result *result)
{
    for (size_t i = 0; i < result->found.n; i++) {
        rk_finding finding = result->found.items[i];
        finding.quantity = rk__num_copy(&run->s.nums, finding.quantity);
        finding.amount = rk__num_copy(&run->s.nums, finding.amount);
        rk__finding_add(&run->out->found, &run->result->arena, finding, "contract '%s': %s",
                        contract, finding.message);
    }
    return counted(run);
}

void rk__system_amount(const rk__system_run *run, rk__buf *out, rk_num amount)
{
    rk__buf plain = {0};
    rk__num_print_fixed(&plain, amount, run->s.places);
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
