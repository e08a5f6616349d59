/* SPDX-License-Identifier: MIT
 *
 * pack.c: what packs of all results share: their beginning and end, numbers, findings.
 */
#include "report/pack.h"

void rk__pack_begin(rk__pack *pack, rk__page *out, const rk_sink *sink)
{
    rk__page_init(out, sink);
    rk__pack_init(pack, out);
    pack->version = rk_version();
}

rk_status rk__pack_end(rk__pack *pack, rk_format format)
{
    const rk_status written = format == RK_FORMAT_XLSX ? rk__pack_xlsx(pack) : rk__pack_html(pack);
    const rk_status finished = rk__page_finish(pack->out);
    return finished == RK_NO_MEMORY || written == RK_OK ? finished : written;
}

/* ------------------------------------------------------------------- texts */

const char *rk__pack_result_name(const rk__pack_of_results *of, size_t index)
{
    const rk_result_view *v = rk_result_read(of->results[index]);
    if (of->names != NULL) {
        return of->names[index];
    }
    if (!of->contracts) {
        return v->arrangement;
    }
    const char *name =
        rk__arena_printf(&of->pack->out->arena, "%s: %s", v->contract, v->arrangement);
    return name != NULL ? name : "";
}

/* ----------------------------------------------------------------- numbers */

void rk__pack_money(rk__pack *pack, rk__pack_cell *cell, rk_num amount)
{
    rk__pack_set_num(pack, cell, amount, pack->places);
}

void rk__pack_decimal(rk__pack *pack, rk__pack_cell *cell, rk_num number)
{
    rk__pack_set_num(pack, cell, number, RK__LINE_PLACES);
}

void rk__pack_hide(rk__pack_cell *cell)
{
    rk__pack_set_text(cell, "*");
}

void rk__pack_say(rk__pack *pack, rk_num amount)
{
    rk__buf plain = {0};
    rk__num_print_fixed(&plain, amount, rk__num_reaches(amount, 1000) ? 0 : pack->places);
    if (plain.text != NULL) {
        rk__print_grouped(&pack->out->scratch, plain.text + (plain.text[0] == '-'));
    }
    pack->out->failed |= plain.failed;
    rk__buf_dispose(&plain);
}

/* ---------------------------------------------------------------- findings */

rk__pack_table *rk__pack_findings_new(rk__pack *pack)
{
    rk__pack_table *table =
        rk__pack_table_new(pack, "Findings", "What looks like a mistake in the input");
    rk__pack_columns(table, "tttttcqm", "Severity", "Code", "Finding", "Where", "Of", "Rows",
                     "Quantity", "At stake");
    return table;
}

void rk__pack_finding(rk__pack *pack, rk__pack_table *table, const char *of,
                      const rk_finding *finding, uint64_t below)
{
    rk__pack_cell *cells = rk__pack_row_add(pack, table);
    const bool hidden = finding->rows > 0 && finding->rows < below;
    rk__pack_set_text(&cells[0], rk_severity_word(finding->severity));
    rk__pack_set_text(&cells[1], finding->code);
    rk__pack_set_text(&cells[2], finding->message);
    rk__pack_set_text(&cells[3], finding->at);
    rk__pack_set_text(&cells[4], of);
    if (hidden) {
        for (size_t c = 5; c < 8; c++) {
            rk__pack_hide(&cells[c]);
        }
        return;
    }
    if (finding->rows > 0) {
        rk__pack_set_count(&cells[5], finding->rows);
    }
    rk__pack_decimal(pack, &cells[6], finding->quantity);
    rk__pack_money(pack, &cells[7], finding->amount);
}
