/* SPDX-License-Identifier: MIT
 *
 * scaffold_document.c: the files of a new rule without C. tests/golden/cases/rules-new runs them.
 */
#include "manual/scaffold_files.h"

#include <stddef.h>

/* clang-format off */

static const char rule_json[] =
    "{\n"
    "  'reckoner': 'rule/1',\n"
    "  'id': '@NAME@',\n"
    "  'version': '1.0.0',\n"
    "  'title': '@TITLE@',\n"
    "  'summary': 'Pays each row of activity its listed price at an agreed share, and a fixed amount.',\n"
    "  'params': [\n"
    "    {'name': 'share', 'type': 'decimal', 'default': '1', 'min': '0', 'max': '2', 'help': 'Share of the listed price.'},\n"
    "    {'name': 'fixed', 'type': 'exact', 'default': '0', 'per_time': true, 'help': 'Paid whatever the activity.'}\n"
    "  ],\n"
    "  'tables': {\n"
    "    'activity': {'columns': [\n"
    "      {'name': 'count', 'quantity': true, 'default': '1', 'unit': 'case', 'help': 'Cases in the row.'},\n"
    "      {'name': 'price', 'required': true, 'lookup': 'prices', 'help': 'Listed price of a case.'},\n"
    "      {'name': 'hrg', 'type': 'text', 'key_only': true, 'help': 'A usual key of prices.'},\n"
    "      {'name': 'pod', 'type': 'text', 'key_only': true, 'help': 'Point of delivery.'}\n"
    "    ]}\n"
    "  },\n"
    "  'rows': {\n"
    "    'table': 'activity',\n"
    "    'group_by': ['pod'],\n"
    "    'amount': 'count * price * share',\n"
    "    'refuse': [{'if': 'price < 0', 'code': 'negative-price', 'text': 'the price is below zero'}]\n"
    "  },\n"
    "  'lines': [\n"
    "    {'label': 'Fixed amount', 'rate': 'fixed', 'if': 'fixed <> 0'}\n"
    "  ]\n"
    "}\n";

static const char example_json[] =
    "{\n"
    "  'reckoner': 'contract/1',\n"
    "  'id': '@NAME@-example',\n"
    "  'basis': 'illustrative',\n"
    "  'currency': 'GBP',\n"
    "  'periods': [{'id': '2016-17', 'start': '2016-04-01', 'end': '2017-03-31'}],\n"
    "  'facts': {\n"
    "    'activity': [\n"
    "      {'pod': 'EL', 'hrg': 'AA01A', 'count': 10},\n"
    "      {'pod': 'EL', 'hrg': 'BB02B', 'count': 3}\n"
    "    ],\n"
    "    'prices': {'key': ['hrg'], 'rows': [\n"
    "      {'hrg': 'AA01A', 'price': '100'},\n"
    "      {'hrg': 'BB02B', 'price': '33.33'}\n"
    "    ]}\n"
    "  },\n"
    "  'arrangements': {\n"
    "    'main': [{'id': 'activity', 'rule': '@NAME@', 'params': {'share': '0.95', 'fixed': '500'}}]\n"
    "  }\n"
    "}\n";

static const char vector_json[] =
    "{\n"
    "  'reckoner': 'vector/1',\n"
    "  'id': '@NAME@',\n"
    "  'source': 'arithmetic: 10 x 100 x 0.95 = 950.00; 3 x 33.33 x 0.95 = 94.9905; 500',\n"
    "  'contract': 'example.json',\n"
    "  'cases': [\n"
    "    {'arrangement': 'main', 'expect': {'total': '1544.99', 'unpriced': 0}},\n"
    "    {'arrangement': 'main', 'set': {'/facts/prices/rows/1/price': -1}, 'expect': {'total': '1450.00', 'unpriced': 1}}\n"
    "  ]\n"
    "}\n";

static const char readme_md[] =
    "# The rule `@NAME@`\n"
    "\n"
    "A rule without C: `@NAME@.rule.json` says what it pays, in expressions. `docs/rules-without-c.md` of Reckoner\n"
    "describes them.\n"
    "\n"
    "    reckon check @NAME@.rule.json\n"
    "    reckon rules show @NAME@ --rules .\n"
    "    reckon evaluate example.json --rules .\n"
    "    reckon explain example.json --rules .\n"
    "    reckon test vector.json --rules .\n";

const rk__scaffold_file rk__scaffold_document_files[] = {{"@NAME@.rule.json", rule_json},
                                                   {"example.json", example_json},
                                                   {"vector.json", vector_json},
                                                   {"README.md", readme_md},
                                                   {NULL, NULL}};
