/* SPDX-License-Identifier: MIT
 *
 * describe_list.c: the rules found in the folders, and the refused files with their reasons.
 */
#include <string.h>

#include "manual/describe_parts.h"
#include "json/json_layout.h"

#define WIDTH 100

static const char *title_of(const rk__rule *rule)
{
    return rule->rule != NULL ? rule->rule->title : "";
}

/* One line for each usable rule; the refused files follow, each with its full reason. */
static void rules_grid(rk__grid *grid, const rk__registry *registry)
{
    static const char *const header[] = {"Rule", "Version", "State", "File", "Title"};
    grid->columns = 5;
    rk__grid_row(grid, header);
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        const char *const cells[] = {rule->id, rule->version, rk__rule_state_word(rule->state),
                                     rule->file, title_of(rule)};
        if (rule->state == RK__RULE_FOUND || rule->state == RK__RULE_LOADED) {
            rk__grid_row(grid, cells);
        }
    }
}

static size_t refusals_count(const rk__registry *registry)
{
    size_t n = 0;
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        n += rk__registry_at(registry, i)->reason != NULL;
    }
    return n;
}

static void refusals_text(rk__buf *out, const rk__registry *registry)
{
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        if (rule->reason == NULL) {
            continue;
        }
        rk__buf_printf(out, "%s: %s: %s\n", rule->path, rk__rule_state_word(rule->state),
                       rule->reason);
        if (rule->hint != NULL) {
            rk__buf_printf(out, "  hint: %s\n", rule->hint);
        }
    }
}

static void list_text(rk__buf *out, const rk__registry *registry)
{
    rk__grid grid = {0};
    rules_grid(&grid, registry);
    out->failed |= grid.failed;
    if (grid.rows > 1) {
        rk__grid_text(out, &grid, 0, WIDTH);
    } else {
        rk__buf_puts(out, "No rules can be used. Give their folder with --rules DIR.\n");
    }
    if (refusals_count(registry) > 0) {
        rk__buf_putc(out, '\n');
        refusals_text(out, registry);
    }
    rk__grid_dispose(&grid);
}

static void list_markdown(rk__buf *out, const rk__registry *registry)
{
    static const char *const header[] = {"File", "State", "Reason", "Hint"};
    rk__grid rules = {0};
    rk__grid refusals = {.columns = 4};
    rules_grid(&rules, registry);
    rk__grid_markdown(out, &rules);
    rk__grid_row(&refusals, header);
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        const char *const cells[] = {rule->path, rk__rule_state_word(rule->state), rule->reason,
                                     rule->hint};
        if (rule->reason != NULL) {
            rk__grid_row(&refusals, cells);
        }
    }
    out->failed |= refusals.failed;
    if (refusals.rows > 1) {
        rk__buf_putc(out, '\n');
        rk__grid_markdown(out, &refusals);
    }
    rk__grid_dispose(&rules);
    rk__grid_dispose(&refusals);
}

/* One row each in CSV and JSON, with all fields. */
#define FIELDS 9
static const char *const field_names[FIELDS] = {"id",     "version", "state",  "file", "title",
                                                "sha256", "abi",     "reason", "hint"};

static void fields_of(const rk__rule *rule, rk__buf *abi, const char *fields[FIELDS])
{
    rk__buf_reset(abi);
    if (rule->abi_major != 0) {
        rk__buf_printf(abi, "%u.%u", rule->abi_major, rule->abi_minor);
    }
    const char *const values[FIELDS] = {rule->id,
                                        rule->version,
                                        rk__rule_state_word(rule->state),
                                        rule->path,
                                        rule->rule != NULL ? rule->rule->title : NULL,
                                        rule->sha256[0] != '\0' ? rule->sha256 : NULL,
                                        rule->abi_major != 0 ? abi->text : NULL,
                                        rule->reason,
                                        rule->hint};
    memcpy(fields, values, sizeof values);
}

static void list_json(rk__buf *out, const rk__registry *registry)
{
    rk__buf json = {0};
    rk__buf abi = {0};
    const rk_sink sink = rk__buf_sink(&json);
    rk__page page;
    rk__page_init(&page, &sink);
    rk__json_writer w = rk__json_begin_line(&page);
    const char *fields[FIELDS];
    rk__json_open(&w, NULL, '[');
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        fields_of(rk__registry_at(registry, i), &abi, fields);
        rk__json_open(&w, NULL, '{');
        for (size_t f = 0; f < FIELDS; f++) {
            rk__json_put_text(&w, field_names[f], fields[f]);
        }
        rk__json_close(&w, '}');
    }
    rk__json_close(&w, ']');
    rk__json_end(&w);
    out->failed |= rk__page_finish(&page) != RK_OK || abi.failed;
    rk__json_indent(out, json.text != NULL ? json.text : "", 0);
    rk__buf_putc(out, '\n');
    rk__buf_dispose(&json);
    rk__buf_dispose(&abi);
}

/* A CSV field, quoted if necessary. */
static void csv_field(rk__buf *out, const char *text, bool last)
{
    const bool quoted = text != NULL && strpbrk(text, ",\"\r\n") != NULL;
    rk__buf_puts(out, quoted ? "\"" : "");
    for (const char *p = text != NULL ? text : ""; *p != '\0'; p++) {
        rk__buf_puts(out, *p == '"' ? "\"" : "");
        rk__buf_putc(out, *p);
    }
    rk__buf_puts(out, quoted ? "\"" : "");
    rk__buf_puts(out, last ? "\n" : ",");
}

static void list_csv(rk__buf *out, const rk__registry *registry)
{
    rk__buf abi = {0};
    const char *fields[FIELDS];
    for (size_t f = 0; f < FIELDS; f++) {
        csv_field(out, field_names[f], f + 1 == FIELDS);
    }
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        fields_of(rk__registry_at(registry, i), &abi, fields);
        for (size_t f = 0; f < FIELDS; f++) {
            csv_field(out, fields[f], f + 1 == FIELDS);
        }
    }
    out->failed |= abi.failed;
    rk__buf_dispose(&abi);
}

void rk__describe_list(rk__buf *out, const rk__registry *registry, const char *format)
{
    if (format != NULL && strcmp(format, "json") == 0) {
        list_json(out, registry);
    } else if (format != NULL && strcmp(format, "csv") == 0) {
        list_csv(out, registry);
    } else if (format != NULL && strcmp(format, "markdown") == 0) {
        list_markdown(out, registry);
    } else {
        list_text(out, registry);
    }
}
