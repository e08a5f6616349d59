/* SPDX-License-Identifier: MIT
 *
 * schema_parts.h: the words that the schemas are written in, and their pieces.
 *
 * A schema is a table of members. Each has a name, what it may be, what it means and an example,
 * so none lacks a description. The JSON inside has single quotes, so that it is readable in C;
 * schema.c doubles them, and drops the comma behind the last member.
 */
#pragma once

#include <stdbool.h>

/* Members: one that must have a value, and one that may be left out or null. */
#define MUST(name, schema, what, example) \
    "'" name "':{" schema ",'description':'" what "','examples':[" example "]},"
#define MAY(name, schema, what, example)                                      \
    "'" name "':{'anyOf':[{" schema "},{'type':'null'}],'description':'" what \
    "','examples':[" example "]},"
/* The same of a text. */
#define MAY_TEXT(name, what, example) \
    "'" name "':{'type':['string','null'],'description':'" what "','examples':['" example "']},"

/* Behind the $ of a pattern: some libraries let it stand before a last line end. */
#define AT_END "(?!\\\\n)"

/* What a member may be. */
#define REF(name)       "'$ref':'#/$defs/" name "'"
#define TEXT            "'type':'string'"
#define BOOL            "'type':'boolean'"
#define COUNT           "'type':'integer','minimum':0"
#define CONST(word)     "'const':'" word "'"
#define LIST(item)      "'type':'array','items':{" item "}"
#define LIST_SOME(item) "'type':'array','minItems':1,'items':{" item "}"
#define MAP(value)      "'type':'object','additionalProperties':{" value "}"
#define MAP_SOME(value) "'type':'object','minProperties':1,'additionalProperties':{" value "}"
#define EITHER(a, b)    "'anyOf':[{" a "},{" b "}]"
#define OBJECT(required, members)                                        \
    "'type':'object','additionalProperties':false,'required':[" required \
    "],'properties':{" members "}"
/* What a document says that it is, and the key by which editors find its schema. */
#define DOCUMENT(word) MUST("reckoner", CONST(word), "What the document is.", "'" word "'")
#define EDITORS \
    MUST("$schema", TEXT, "Where this schema is, for editors.", "'contract.schema.json'")
/* A piece that others refer to. */
#define PIECE(name, schema) "'" name "':{" schema "},"

/* Members of "$defs": of all, of what documents are made of, and of what results are. */
extern const char rk__schema_base[], rk__schema_common[]; /* schema_common.c */
extern const char rk__schema_results[];                   /* schema_result.c */

/* A row in place; in a system, with a condition. */
extern const char rk__schema_row[], rk__schema_row_of_system[];

/* The keys that a kind of document must have, its members, and what else holds, or NULL. A list
 * of documents can replace one. */
typedef struct rk__schema_body {
    const char *required, *members, *more;
    bool or_list;
} rk__schema_body;
extern const rk__schema_body rk__schema_contract, rk__schema_tariff,
    rk__schema_vector; /* schema_documents.c */
extern const rk__schema_body rk__schema_rule, rk__schema_system, rk__schema_import;
extern const rk__schema_body rk__schema_result, rk__schema_comparison, rk__schema_explanation,
    rk__schema_check, rk__schema_test; /* schema_result.c */
extern const rk__schema_body rk__schema_system_result, rk__schema_incentives, rk__schema_solution,
    rk__schema_sensitivity, rk__schema_sweep, rk__schema_doctor; /* schema_answers.c */
extern const rk__schema_body rk__schema_variance, rk__schema_diff, rk__schema_replay,
    rk__schema_challenges; /* schema_month.c */
extern const rk__schema_body rk__schema_trial, rk__schema_tariff_diff, rk__schema_tariff_report,
    rk__schema_tariff_copies, rk__schema_tariff_import, rk__schema_rules,
    rk__schema_rule_manual; /* schema_reports.c */

/* Members of a component beside its id and rule. */
extern const char rk__schema_component[];
