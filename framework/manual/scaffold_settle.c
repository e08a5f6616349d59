/* SPDX-License-Identifier: MIT
 *
 * scaffold_settle.c: a small, complete and useful rule that pays a whole amount, with the files
 * around it. tests/unit/test_scaffold.c builds it, loads it and settles with it.
 */
#include "manual/scaffold_files.h"

#include <stddef.h>

/* clang-format off */

static const char rule_c[] =
    "/* @NAME@: a fixed amount, and a rate for each case above a threshold.\n"
    " *\n"
    " *     amount + max(cases - threshold, 0) x rate\n"
    " *\n"
    " * The rule writes lines; the host multiplies and adds them up. plugin.h says what\n"
    " * else a rule can do. */\n"
    "#include <reckoner/plugin.h>\n"
    "\n"
    "/* What a contract gives under 'params', filled in by the host. */\n"
    "typedef struct own_params {\n"
    "    rk_num amount, threshold, rate;\n"
    "} own_params;\n"
    "\n"
    "static const rk_param params[] = {\n"
    "    {.name = 'amount',\n"
    "     .type = RK_PARAM_EXACT,\n"
    "     .flags = RK_REQUIRED | RK_PER_TIME,\n"
    "     .offset = offsetof(own_params, amount),\n"
    "     .min = '0',\n"
    "     .unit = 'GBP',\n"
    "     .help = 'Paid whatever is done.'},\n"
    "    {.name = 'threshold',\n"
    "     .type = RK_PARAM_EXACT,\n"
    "     .flags = RK_PER_TIME,\n"
    "     .offset = offsetof(own_params, threshold),\n"
    "     .default_value = '0',\n"
    "     .min = '0',\n"
    "     .unit = 'case',\n"
    "     .help = 'Cases that the amount pays for.'},\n"
    "    {.name = 'rate',\n"
    "     .type = RK_PARAM_EXACT,\n"
    "     .offset = offsetof(own_params, rate),\n"
    "     .default_value = '0',\n"
    "     .unit = 'GBP',\n"
    "     .help = 'Paid for each case above the threshold.'},\n"
    "    {0}};\n"
    "\n"
    "static const rk_column columns[] = {\n"
    "    {.table = 'activity',\n"
    "     .name = 'count',\n"
    "     .type = RK_COLUMN_DECIMAL,\n"
    "     .flags = RK_QUANTITY,\n"
    "     .default_value = '1',\n"
    "     .unit = 'case',\n"
    "     .help = 'Cases in the row.'},\n"
    "    {0}};\n"
    "\n"
    "static int settle(const rk_host *h, const void *own, const void *state, const rk_settlement *s)\n"
    "{\n"
    "    const own_params *const p = own;\n"
    "    (void) state;\n"
    "    const rk_num cases = h->label(h, s->quantity, 'cases');\n"
    "    const rk_num above = h->max(h, h->sub(h, cases, p->threshold), h->integer(h, 0));\n"
    "    const int status =\n"
    "        h->line(h, &(rk_line){.label = 'Fixed amount', .rate = p->amount, .source = 'amount'});\n"
    "    return status != RK_OK\n"
    "               ? status\n"
    "               : h->line(h, &(rk_line){.label = 'Cases above the threshold',\n"
    "                                       .quantity = above,\n"
    "                                       .unit = 'case',\n"
    "                                       .rate = p->rate,\n"
    "                                       .source = 'rate'});\n"
    "}\n"
    "\n"
    "RK_RULE_EXPORT('@NAME@', '0.1.0', .title = '@TITLE@',\n"
    "               .summary = 'Pays a fixed amount, and a rate for each case above a threshold.',\n"
    "               .params = params, .params_size = sizeof(own_params), .columns = columns,\n"
    "               .rows = 'activity', .settle = settle);\n";

static const char example_json[] =
    "{\n"
    "  'reckoner': 'contract/1',\n"
    "  'id': '@NAME@-example',\n"
    "  'title': 'An example for the rule @NAME@; all figures are made up',\n"
    "  'basis': 'illustrative',\n"
    "  'currency': 'GBP',\n"
    "  'periods': [{'id': '2016-17', 'start': '2016-04-01', 'end': '2017-03-31'}],\n"
    "  'facts': {'activity': [{'pod': 'EL', 'count': 820}, {'pod': 'DC', 'count': 430}]},\n"
    "  'arrangements': {\n"
    "    'main': [\n"
    "      {\n"
    "        'id': 'service',\n"
    "        'rule': '@NAME@',\n"
    "        'per': 'year',\n"
    "        'params': {'amount': '500000', 'threshold': 1000, 'rate': '123.45'}\n"
    "      }\n"
    "    ]\n"
    "  }\n"
    "}\n";

static const char vector_json[] =
    "{\n"
    "  'reckoner': 'vector/1',\n"
    "  'id': '@NAME@',\n"
    "  'source': 'arithmetic: 500,000 + 250 x 123.45 = 530,862.50; of half a year 250,000 + 750 x 123.45',\n"
    "  'contract': 'example.json',\n"
    "  'cases': [\n"
    "    {'expect': {'total': '530862.50'}},\n"
    "    {'set': {'/facts/activity/1/count': 180}, 'expect': {'total': '500000.00'}},\n"
    "    {'set': {'/facts/activity/1/count': 181}, 'expect': {'total': '500123.45'}},\n"
    "    {'set': {'/facts/activity': []}, 'expect': {'total': '500000.00'}},\n"
    "    {'set': {'/periods/0/end': '2016-09-30'}, 'expect': {'total': '342587.50'}},\n"
    "    {'set': {'/arrangements/main/0/params/amount': '-1'}, 'expect': {'error': 'out-of-range'}}\n"
    "  ]\n"
    "}\n";

static const char readme_md[] =
    "# The rule `@NAME@`\n"
    "\n"
    "Pays a fixed amount, and a rate for each case above a threshold:\n"
    "\n"
    "    amount + max(cases - threshold, 0) x rate\n"
    "\n"
    "| file | holds |\n"
    "|---|---|\n"
    "| `rule.c` | the rule: its parameters and columns, declared once, and its ledger lines |\n"
    "| `example.json` | a contract that uses it |\n"
    "| `vector.json` | worked examples, exact to the penny |\n"
    "\n"
    "Build it, run the worked examples, and check it:\n"
    "\n"
    "    make\n"
    "    make test\n"
    "    reckon rules check @NAME@.so\n"
    "    reckon explain example.json --rules .\n"
    "\n"
    "Everybody who can write to this folder can change what is paid: the host refuses rules that all\n"
    "may write to.\n"
    "\n"
    "## Making it yours\n"
    "\n"
    "1. Change `settle`, and the two tables above it. The host checks, documents and joins from\n"
    "   these tables alone.\n"
    "2. Say in `vector.json` what it must come to, by hand: one case for each branch and each bound.\n"
    "3. A rule that prices each row has `price` in place of `settle`: `reckon rules new` without\n"
    "   `--settle` writes one.\n"
    "4. Say here who uses the rule, where its formula is published, and what it does not cover.\n";

/* clang-format on */

const rk__scaffold_file rk__scaffold_settle_files[] = {{"rule.c", rule_c},
                                                       {"Makefile", rk__scaffold_makefile},
                                                       {"CMakeLists.txt", rk__scaffold_cmakelists},
                                                       {"example.json", example_json},
                                                       {"vector.json", vector_json},
                                                       {"README.md", readme_md},
                                                       {NULL, NULL}};
