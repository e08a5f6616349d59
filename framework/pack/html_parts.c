/* SPDX-License-Identifier: MIT
 *
 * html_parts.c: the pieces of an HTML report.
 */
#include "pack/html_parts.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/installed.h"
#include "base/utf8.h"

#define SCRIPT_MOST ((size_t) 16 << 20)
#define NOT_SHOWN   "\xef\xbf\xbd" /* U+FFFD */
#define PATH_MOST   4096

/* ----------------------------------------------------------- style, script */

/* The style sheet of the sources, with a NUL. */
__asm__(".section .rodata\n"
        ".global rk__html_style_text\n"
        ".hidden rk__html_style_text\n"
        ".type rk__html_style_text, %object\n"
        "rk__html_style_text:\n"
        ".incbin \"" RK_REPORT_CSS "\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char rk__html_style_text[] __attribute__((visibility("hidden")));

const char *rk__html_style(void)
{
    return rk__html_style_text;
}

bool rk__html_digest(const char *text, size_t length, char out[RK__HTML_DIGEST])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[RK__SHA256_TEXT];
    unsigned char bytes[33] = {0};
    size_t n = 0;
    rk__sha256(text, length, hex);
    for (size_t i = 0; i < 32 && hex[0] != '\0'; i++) {
        const char byte[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char) strtoul(byte, NULL, 16);
    }
    for (size_t i = 0; i < 33; i += 3) {
        const unsigned three =
            (unsigned) bytes[i] << 16 | (unsigned) bytes[i + 1] << 8 | bytes[i + 2];
        for (int k = 3; k >= 0; k--) {
            out[n++] = letters[three >> (6 * k) & 63];
        }
    }
    out[43] = '='; /* 32 bytes are 43 letters */
    out[44] = '\0';
    return hex[0] != '\0';
}

static bool ends_its_element(const char *text, size_t length)
{
    for (const char *at = text; (at = memchr(at, '<', length - (size_t) (at - text))) != NULL;
         at++) {
        if (strncasecmp(at, "</script", 8) == 0 || strncmp(at, "<!--", 4) == 0) {
            return true;
        }
    }
    return false;
}

static rk_status read_script(rk__pack *pack, const char *path, rk__html_script *script)
{
    char *text = NULL;
    size_t length = 0;
    rk_problems *problems = rk_problems_new();
    if (problems == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = access(path, R_OK) == 0
                                 ? rk__file_read(path, SCRIPT_MOST, &text, &length, problems)
                                 : RK_IO;
    rk_problems_free(problems);
    if (status == RK_OK && length > 0 && !ends_its_element(text, length)) {
        script->text = rk__arena_copy(&pack->out->arena, text, length);
        script->length = length;
        pack->out->failed |= !rk__html_digest(text, length, script->digest) || script->text == NULL;
    }
    rk__free(text);
    return status == RK_NO_MEMORY || pack->out->failed ? RK_NO_MEMORY : RK_OK;
}

rk_status rk__html_script_find(rk__pack *pack, rk__html_script *script)
{
    char path[PATH_MOST + 32];
    rk_status status = RK_OK;
    const ssize_t n = readlink("/proc/self/exe", path, PATH_MOST);
    *script = (rk__html_script){0};
    if (n > 0 && n < PATH_MOST) {
        path[n] = '\0';
        char *slash = strrchr(path, '/');
        (void) strcpy(slash != NULL ? slash + 1 : path, "report/charts.js");
        status = read_script(pack, path, script);
    }
    if (status == RK_OK && script->text == NULL) {
        const char *installed =
            rk__installed(&pack->out->arena, RK_REPORT_FROM_BIN "/charts.js",
                          RK_REPORT_FROM_LIB "/charts.js", RK_INSTALLED_REPORT "/charts.js");
        status = read_script(pack, installed, script);
    }
    return status;
}

/* -------------------------------------------------------------------- text */

/* Whether a character must not be shown: controls, and marks that turn directions. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || c == 0x061c ||
           c == 0x200e || c == 0x200f || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 ||
           c == 0x2029 || c == 0xfeff;
}

/* The next character's bytes; 0: none that may be shown, and one byte is passed. */
static size_t next_character(const char *text, size_t left)
{
    const unsigned char first = (unsigned char) text[0];
    const size_t n = first < 0x80   ? 1
                     : first < 0xc2 ? 0
                     : first < 0xe0 ? 2
                     : first < 0xf0 ? 3
                     : first < 0xf5 ? 4
                                    : 0;
    uint32_t c = n == 1 ? first : first & (0xffu >> (n + 1));
    if (n == 0 || n > left) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char) text[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | ((unsigned char) text[i] & 0x3fu);
    }
    return is_hidden(c) ? 0 : n;
}

void rk__html_text(rk__page *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        const size_t n = next_character(text + i, length - i);
        const char c = text[i];
        if (n == 0) {
            const bool space = c == '\n' || c == '\t' || c == '\r';
            rk__page_puts(out, space ? " " : NOT_SHOWN);
            i++;
            while (!space && i < length && ((unsigned char) text[i] & 0xc0) == 0x80) {
                i++;
            }
            continue;
        }
        const char *escaped = c == '&'    ? "&amp;"
                              : c == '<'  ? "&lt;"
                              : c == '>'  ? "&gt;"
                              : c == '"'  ? "&quot;"
                              : c == '\'' ? "&#39;"
                                          : NULL;
        if (escaped != NULL) {
            rk__page_puts(out, escaped);
        } else {
            rk__page_add(out, text + i, n);
        }
        i += n;
    }
}

bool rk__html_is_negative(const rk__pack_cell *cell, int places)
{
    rk_int128 size = cell->value < 0 ? -cell->value : 0;
    for (int i = cell->places; i > places; i--) {
        size = (size + (i == places + 1 ? 5 : 0)) / 10;
    }
    return cell->number && size > 0;
}

bool rk__html_is_whole(const rk__pack_cell *cell)
{
    rk_int128 value = cell->value;
    int places = cell->places;
    for (; places > 0 && value % 10 == 0; places--) {
        value /= 10;
    }
    return places == 0;
}

void rk__html_number(rk__page *out, const rk__pack_cell *cell, rk__pack_kind kind, int places)
{
    char text[RK__PACK_TEXT_SIZE];
    rk__pack_cell shown = *cell;
    if (kind == RK__PACK_PERCENT) {
        shown.places -= 2;
        (void) rk__pack_print(text, &shown, 1, 1);
    } else {
        (void) rk__pack_print(text, cell, kind == RK__PACK_MONEY ? places : 0,
                              kind == RK__PACK_MONEY      ? places
                              : kind == RK__PACK_QUANTITY ? 6
                                                          : 0);
    }
    const bool negative = text[0] == '-' && strpbrk(text, "123456789") != NULL;
    const char *digits = text + (text[0] == '-');
    const size_t whole = strspn(digits, "0123456789");
    rk__page_puts(out, negative ? "(" : "");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0) {
            rk__page_putc(out, ',');
        }
        rk__page_putc(out, digits[i]);
    }
    rk__page_puts(out, digits + whole);
    rk__page_puts(out, kind == RK__PACK_PERCENT ? "%" : "");
    rk__page_puts(out, negative ? ")" : "");
}

/* -------------------------------------------------------------- chart data */

static void json_text(rk__page *out, const char *text, size_t length)
{
    rk__page_putc(out, '"');
    for (size_t i = 0; i < length;) {
        const size_t n = next_character(text + i, length - i);
        const char c = text[i];
        if (n == 0) {
            rk__page_puts(out, NOT_SHOWN);
            i++;
            while (i < length && ((unsigned char) text[i] & 0xc0) == 0x80) {
                i++;
            }
        } else if (c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
            rk__page_printf(out, "\\u%04x", (unsigned) c);
            i++;
        } else {
            rk__page_add(out, text + i, n);
            i += n;
        }
    }
    rk__page_putc(out, '"');
}

static void json_number(rk__page *out, const rk__pack_cell *cell)
{
    char text[RK__PACK_TEXT_SIZE];
    if (!cell->number) {
        rk__page_puts(out, "null");
        return;
    }
    const size_t length = rk__pack_print(text, cell, 0, cell->places);
    rk__page_add(out, text, length);
}

static void json_name(rk__page *out, const rk__pack_cell *cell)
{
    if (cell->text != NULL) {
        json_text(out, cell->text, cell->length);
    } else {
        rk__page_putc(out, '"');
        json_number(out, cell);
        rk__page_putc(out, '"');
    }
}

static void json_end(rk__page *out, const char *key, const char *name, const rk__pack_cell *value)
{
    if (value->number) {
        rk__page_printf(out, ",\"%s\":{\"name\":", key);
        json_text(out, name != NULL ? name : "", name != NULL ? strlen(name) : 0);
        rk__page_puts(out, ",\"value\":");
        json_number(out, value);
        rk__page_putc(out, '}');
    }
}

static void json_row(rk__page *out, const rk__pack_table *table, const rk__pack_figure *f,
                     size_t row)
{
    const rk__pack_cell *cells = table->rows[row].cells;
    rk__page_puts(out, "{\"name\":");
    json_name(out, &cells[f->label]);
    if (f->kind == RK__PACK_FLOWS) {
        rk__page_puts(out, ",\"to\":");
        json_name(out, &cells[f->label + 1]);
    }
    rk__page_puts(out, ",\"values\":[");
    for (size_t i = 0; i < f->n_values; i++) {
        rk__page_puts(out, i > 0 ? "," : "");
        json_number(out, &cells[f->values[i]]);
    }
    rk__page_puts(out, "]}");
}

static void json_chart(rk__page *out, const rk__pack_table *table, const rk__pack_figure *f,
                       size_t number, size_t k)
{
    static const char *const kinds[] = {"", "bars", "bridge", "lines", "spread", "flows"};
    rk__page_printf(out, "{\"id\":\"c%zu-%zu\",\"kind\":\"%s\",\"columns\":[", number, k,
                    kinds[f->kind]);
    for (size_t i = 0; i < f->n_values; i++) {
        const char *title = table->columns[f->values[i]].title;
        rk__page_puts(out, i > 0 ? "," : "");
        json_text(out, title, strlen(title));
    }
    rk__page_puts(out, "],\"rows\":[");
    for (size_t r = f->from; r < f->to; r++) {
        rk__page_puts(out, r > f->from ? "," : "");
        json_row(out, table, f, r);
    }
    rk__page_putc(out, ']');
    json_end(out, "start", f->start_name, &f->start);
    json_end(out, "finish", f->finish_name, &f->finish);
    rk__page_putc(out, '}');
}

void rk__html_charts(rk__pack *pack)
{
    size_t number = 1;
    bool any = false;
    rk__page_putc(pack->out, '[');
    for (const rk__pack_table *t = pack->first; t != NULL; t = t->next, number++) {
        size_t k = 0;
        for (const rk__pack_figure *f = t->figures; f != NULL; f = f->next, k++) {
            if (f->to > f->from && f->to <= t->n_rows && rk__pack_figure_shows(t, f)) {
                rk__page_puts(pack->out, any ? "," : "");
                json_chart(pack->out, t, f, number, k);
                any = true;
            }
        }
    }
    rk__page_putc(pack->out, ']');
}
