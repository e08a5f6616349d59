/* SPDX-License-Identifier: MIT
 *
 * print.c: what inspecting a file found, with the lines that show it. No cell of the file is
 * printed: it can hold patients.
 */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "inspect/inspect.h"
#include "table/columns.h"

static void fact(rk__buf *out, const char *what, const char *value, const char *why)
{
    if (why != NULL) {
        rk__buf_printf(out, "  %-10s %-13s %s\n", what, value, why);
    } else {
        rk__buf_printf(out, "  %-10s %s\n", what, value);
    }
}

/* "lines 4, 9, 12 and 7 more". */
static void lines(rk__buf *out, const rk__lines *l)
{
    const size_t shown = l->n < RK__SHOWN_LINES ? (size_t) l->n : RK__SHOWN_LINES;
    rk__buf_puts(out, l->n == 1 ? "line " : "lines ");
    for (size_t i = 0; i < shown; i++) {
        rk__buf_printf(out, "%s%u", i == 0 ? "" : ", ", l->first[i]);
    }
    if (l->n > shown) {
        rk__buf_printf(out, " and %" PRIu64 " more", l->n - shown);
    }
}

static const char *delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "bar";
    default:
        return "other";
    }
}

static void layout(const rk__inspection *in, rk__buf *out)
{
    const rk__sample *s = &in->sample;
    char why[200];
    if (s->sheet != NULL) {
        fact(out, "sheet", s->sheet, NULL);
    } else {
        fact(out, "encoding",
             s->encoding != NULL ? s->encoding
             : s->marked != NULL ? s->marked
                                 : "utf-8",
             s->encoding_why);
        (void) snprintf(why, sizeof why, "%zu fields in most lines%s", s->n_fields,
                        s->separator_line ? "; the file says so itself" : "");
        fact(out, "delimiter", delimiter_name(s->delimiter), why);
        fact(out, "line ends", s->crlf ? "CRLF" : "LF", NULL);
    }
    (void) snprintf(why, sizeof why, "line %u", s->header_line);
    fact(out, "header", why,
         s->header_first ? "the first that is not blank"
                         : "the first with as many texts as the rows have fields");
    (void) snprintf(why, sizeof why, "%" PRIu64, in->rows);
    fact(out, "rows", why, s->n_parts > 1 ? "of the beginning and the end; --all reads all" : NULL);
    if (s->total_line > 0) {
        (void) snprintf(why, sizeof why, "line %u", s->total_line);
        fact(out, "total row", why,
             s->total_sums ? "its numbers are the sums of those above it" : "it is called a total");
    }
    if (s->footer > 0) {
        (void) snprintf(why, sizeof why, "%u record%s", s->footer, s->footer == 1 ? "" : "s");
        fact(out, "footer", why, "with few fields, or blank");
    }
}

/* What a column is, in a few words. */
static void look_text(const rk__looked_column *c, char *out, size_t room)
{
    const rk__seen_number *n = &c->number;
    switch (c->look) {
    case RK__LOOKS_EMPTY:
        (void) snprintf(out, room, "empty");
        break;
    case RK__LOOKS_TEXT:
        (void) snprintf(out, room, "text%s",
                        c->key && c->lower > 0 && c->upper > c->lower ? ", some in lower case"
                                                                      : "");
        break;
    case RK__LOOKS_DATE:
        (void) snprintf(out, room, "date %s%s",
                        c->ambiguous ? "dd/mm/yyyy or mm/dd/yyyy"
                                     : rk__date_order_name(c->form.order),
                        c->form.time ? " hh:mm" : "");
        break;
    case RK__LOOKS_NUMBER:
        (void) snprintf(out, room, "number%s%s%s%s%s", n->currency != NULL ? " with " : "",
                        n->currency != NULL ? n->currency : "",
                        n->thousands_comma || n->thousands_point || n->thousands_space ||
                                n->thousands_quote
                            ? ", thousands separated"
                            : "",
                        n->decimal_comma && !n->decimal_point ? ", decimal comma" : "",
                        n->brackets ? ", brackets" : "");
        break;
    }
}

/* At least so many characters, and two spaces. */
static void padded(rk__buf *out, const char *text, size_t width)
{
    size_t n = 0;
    for (const char *c = text; *c != '\0'; c++) {
        rk__buf_putc(out, (unsigned char) *c < ' ' || *c == 0x7f ? ' ' : *c);
        n += ((unsigned char) *c & 0xc0) != 0x80;
    }
    do {
        rk__buf_putc(out, ' ');
    } while (++n < width + 2);
}

static size_t longest(const rk__inspection *in)
{
    size_t most = 6;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const char *name = in->columns[i].name;
        const size_t n = rk__utf8_count(name, strlen(name));
        most = n > most ? n : most;
    }
    return most < 44 ? most : 44;
}

/* What a column holds, and the texts in it that mean no value. */
static void holds_text(const rk__looked_column *c, char *out, size_t room)
{
    look_text(c, out, room);
    for (size_t k = 0; k < c->n_blank; k++) {
        const size_t n = strlen(out);
        (void) snprintf(out + n, room - n, "%s%s", k == 0 ? "; blank: " : ", ", c->blank[k]);
    }
}

static void columns(const rk__inspection *in, rk__buf *out)
{
    char holds[200];
    const size_t width = longest(in);
    size_t holds_width = 5;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        holds_text(&in->columns[i], holds, sizeof holds);
        const size_t n = rk__utf8_count(holds, strlen(holds));
        holds_width = n > holds_width ? n : holds_width;
    }
    rk__buf_puts(out, "\n  ");
    padded(out, "column", width);
    if (in->rule != NULL) {
        padded(out, "holds", holds_width);
        rk__buf_puts(out, "read as\n");
    } else {
        rk__buf_puts(out, "holds\n");
    }
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        holds_text(c, holds, sizeof holds);
        rk__buf_puts(out, "  ");
        padded(out, c->name[0] != '\0' ? c->name : "(no name)", width);
        if (c->field != NULL) {
            padded(out, holds, holds_width);
            rk__buf_printf(out, "%s%s%s", c->field,
                           strcmp(c->how, "synonym") == 0 ? " (usual name)" : "",
                           c->key ? ", a code" : "");
        } else {
            rk__buf_puts(out, holds);
        }
        rk__buf_putc(out, '\n');
    }
}

static void look_at(rk__buf *out, bool *any, const rk__lines *l, const char *name, const char *what)
{
    if (l->n == 0) {
        return;
    }
    rk__buf_puts(out, *any ? "" : "\nLook at\n");
    *any = true;
    rk__buf_puts(out, "  - ");
    lines(out, l);
    rk__buf_puts(out, ": ");
    rk__buf_printf(out, what, name);
    rk__buf_putc(out, '\n');
}

static void doubts(const rk__inspection *in, rk__buf *out)
{
    bool any = false;
    look_at(out, &any, &in->ragged, NULL,
            "not as many fields as the header; a row that is read so "
            "is an error");
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const rk__looked_column *c = &in->columns[i];
        if (c->look == RK__LOOKS_DATE) {
            look_at(out, &any, &c->misfits, c->name, "column '%s': not such a date");
        } else {
            look_at(out, &any, &c->misfits, c->name, "column '%s': not such a number");
        }
        look_at(out, &any, &c->mangled, c->name,
                "column '%s': written 1.00E+05, as a spreadsheet does with codes");
        if (c->ambiguous && c->field != NULL) {
            rk__buf_puts(out, any ? "" : "\nLook at\n");
            rk__buf_printf(out,
                           "  - column '%s': no date tells days from months; declare \"dates\" "
                           "yourself\n",
                           c->name);
            any = true;
        }
    }
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        for (size_t k = 0; k < i; k++) {
            const char *a = in->columns[i].name;
            const char *b = in->columns[k].name;
            if (a[0] != '\0' && rk__column_name_matches(a, strlen(a), b, strlen(b))) {
                rk__buf_puts(out, any ? "" : "\nLook at\n");
                rk__buf_printf(
                    out,
                    "  - columns %zu and %zu have the same name: a table with both is an "
                    "error\n",
                    k + 1, i + 1);
                any = true;
            }
        }
    }
    look_at(out, &any, &in->duplicates, NULL, "the same as an earlier line, cell by cell");
}

void rk__inspect_print(const rk__inspection *in, rk__buf *out)
{
    rk__buf_printf(out, "%s\n", in->sample.name);
    layout(in, out);
    columns(in, out);
    doubts(in, out);
    rk__buf_puts(out, "\nDeclare it so");
    if (in->rule != NULL) {
        rk__buf_printf(out, ", for rule '%s'", in->rule->id);
    }
    rk__buf_printf(out, ":\n\n  \"%s\": ", in->table != NULL ? in->table : "table");
    rk__propose_table(in, 2, out);
    rk__buf_putc(out, '\n');
}
