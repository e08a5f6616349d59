/* SPDX-License-Identifier: MIT
 *
 * describe.h: a rule's tables as text, Markdown, JSON and JSON Schema, and the folder of a new
 * rule.
 *
 * All of it is derived from the tables in the shared object: a parameter is declared once.
 */
#pragma once

#include "base/alloc.h"
#include "rules/registry.h"

/* The manual of one rule: title, summary, parameters (type, unit, default, bounds, per time),
 * columns with lookups, elements, notes, sources, and an example component. Wrapped at `width`
 * columns. */
void rk__describe_text(rk__buf *out, const rk__rule *rule, int width);
void rk__describe_markdown(rk__buf *out, const rk__rule *rule);
void rk__describe_json(rk__buf *out, const rk__rule *rule);

/* The list of all files found: id, version, state, file, title; refused ones with reason and
 * hint. format: text, json, csv or markdown. */
void rk__describe_list(rk__buf *out, const rk__registry *registry, const char *format);

/* JSON Schema 2020-12 of a kind of document or result (reckoner.h lists them), with the
 * parameters of every loaded rule. RK_USAGE for another name. */
rk_status rk__schema_write(rk__buf *out, const rk__registry *registry, const char *kind);

/* Writes the folder `name` below `parent`: rule.c, CMakeLists.txt, Makefile, example contract,
 * vector, README. RK_IO_WRITE if it exists already; RK_OUT_OF_RANGE if the name is not a rule id
 * ([a-z][a-z0-9-]*, up to 63). */
rk_status rk__scaffold_rule(const char *parent, const char *name, const char *include_dir,
                            bool settles, rk_problems *problems);
/* The same of a rule without C: a document, an example, a vector, README. */
rk_status rk__scaffold_document(const char *parent, const char *name, rk_problems *problems);
