/* SPDX-License-Identifier: MIT
 *
 * finding.c: findings for people and for programs.
 */
#include "report/finding.h"

static bool is_small(const rk_finding *finding, uint64_t below)
{
    return finding->rows > 0 && finding->rows < below;
}

void rk__print_finding(rk__page *out, const char *prefix, const rk_finding *finding, int places,
                       uint64_t below)
{
    rk__buf_puts(&out->scratch, prefix);
    rk__print_finding_most(out, finding, places, false, below);
}

void rk__print_finding_most(rk__page *out, const rk_finding *finding, int places, bool most,
                            uint64_t below)
{
    rk__buf *line = &out->scratch;
    if (finding->at != NULL) {
        rk__buf_printf(line, "%s: ", finding->at);
    }
    rk__buf_printf(line, "%s [%s", finding->message, finding->code);
    if (finding->amount != NULL && !is_small(finding, below)) {
        rk__buf_puts(line, most ? ", up to " : ", ");
        rk__print_money(line, finding->amount, places);
        rk__buf_puts(line, " at stake");
    }
    rk__buf_putc(line, ']');
}

char *rk__json_finding(rk__json_writer copy, const rk_finding *finding, int places, uint64_t below)
{
    rk__json_writer *w = &copy;
    const bool hidden = is_small(finding, below);
    rk__json_open_flat(w, NULL, '{');
    rk__json_put_text(w, "code", finding->code);
    rk__json_put_text(w, "severity", rk_severity_word(finding->severity));
    rk__json_put_text(w, "message", finding->message);
    rk__json_put_text(w, "at", finding->at);
    if (hidden) {
        rk__json_put_text(w, "rows", "*");
    } else if (finding->rows > 0) {
        rk__json_put_count(w, "rows", finding->rows);
    } else {
        rk__json_put_text(w, "rows", NULL);
    }
    if (hidden && finding->quantity != NULL) {
        rk__json_put_text(w, "quantity", "*");
    } else {
        rk__json_put_number(w, "quantity", finding->quantity);
    }
    if (hidden && finding->amount != NULL) {
        rk__json_put_text(w, "amount", "*");
    } else {
        rk__json_put_money(w, "amount", finding->amount, places);
    }
    rk__json_close(w, '}');
    return w->at;
}
