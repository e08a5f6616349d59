/* SPDX-License-Identifier: MIT
 *
 * schema_rule.c: the schema of rule documents. ' stands for ".
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define EXPR "{'type': ['string', 'number'], 'description': 'An expression: docs/rules-without-c.md.'}"
#define NAME "{'type': 'string', 'pattern': '^[A-Za-z_][A-Za-z0-9_]*$'}"
#define LETS "{'type': 'object', 'description': 'Named values, in any order.', 'additionalProperties': " EXPR "}"
#define SCALAR "{'type': ['string', 'number', 'boolean']}"
#define WORDS "{'type': 'array', 'items': {'type': 'string'}}"
#define PARAM_MEMBERS \
    "  'name': " NAME "," \
    "  'type': {'enum': ['text', 'bool', 'integer', 'decimal', 'exact', 'ratio', 'enum', 'list']}," \
    "  'required': {'type': 'boolean'}," \
    "  'per_time': {'type': 'boolean', 'description': 'Scaled to the period with per: year.'}," \
    "  'nullable': {'type': 'boolean'}," \
    "  'object': {'type': 'boolean', 'description': 'A list that is written as one object.'}," \
    "  'default': " SCALAR "," \
    "  'min': " SCALAR "," \
    "  'max': " SCALAR "," \
    "  'unit': {'type': 'string'}," \
    "  'words': " WORDS "," \
    "  'help': {'type': 'string'}"

const char rk__schema_rule[] =
    "'type': 'object',"
    "'required': ['reckoner', 'id', 'version', 'title'],"
    "'additionalProperties': false,"
    "'properties': {"
    " '$schema': {'type': 'string', 'description': 'For editors: where this schema is.'},"
    " 'reckoner': {'const': 'rule/1'},"
    " 'id': {'type': 'string', 'pattern': '^[a-z][a-z0-9-]*$', 'maxLength': 63},"
    " 'version': {'type': 'string', 'maxLength': 31},"
    " 'title': {'type': 'string'},"
    " 'summary': {'type': 'string'},"
    " 'sources': " WORDS ","
    " 'of': {'enum': ['none', 'optional', 'required', 'shadow']},"
    " 'params': {'type': 'array', 'items': {"
    "  'type': 'object', 'required': ['name'], 'additionalProperties': false,"
    "  'properties': {" PARAM_MEMBERS ","
    "   'items': {'type': 'array', 'items': {"
    "    'type': 'object', 'required': ['name'], 'additionalProperties': false,"
    "    'properties': {" PARAM_MEMBERS "}}}"
    "  }}},"
    " 'tables': {'type': 'object', 'propertyNames': {'pattern': '^[A-Za-z_][A-Za-z0-9_]*$'},"
    "  'additionalProperties': {"
    "   'type': 'object', 'required': ['columns'], 'additionalProperties': false,"
    "   'properties': {"
    "    'key': {'type': 'array', 'items': {'type': 'string'}, 'maxItems': 4},"
    "    'columns': {'type': 'array', 'items': {"
    "     'type': 'object', 'required': ['name'], 'additionalProperties': false,"
    "     'properties': {"
    "      'name': {'type': 'string'},"
    "      'type': {'enum': ['decimal', 'integer', 'bool', 'ratio', 'choice', 'text', 'date', 'factor']},"
    "      'required': {'type': 'boolean'},"
    "      'per_time': {'type': 'boolean'},"
    "      'quantity': {'type': 'boolean', 'description': 'The quantity of the row.'},"
    "      'lookup': {'type': 'string', 'description': 'The table that has it if this one lacks it.'},"
    "      'optional_lookup': {'type': 'boolean'},"
    "      'key_only': {'type': 'boolean'},"
    "      'default': " SCALAR ","
    "      'unit': {'type': 'string'},"
    "      'words': " WORDS ","
    "      'help': {'type': 'string'}"
    "     }}}"
    "   }}},"
    " 'let': " LETS ","
    " 'check': {'type': 'array', 'items': {"
    "  'type': 'object', 'required': ['if', 'text'], 'additionalProperties': false,"
    "  'properties': {'if': " EXPR ", 'text': {'type': 'string'}, 'hint': {'type': 'string'}, 'param': {'type': 'string'},"
    "   'code': {'enum': ['warning', 'conflict', 'missing-key', 'out-of-range']}}}},"
    " 'lines': {'type': 'array', 'items': {"
    "  'type': 'object', 'additionalProperties': false,"
    "  'properties': {"
    "   'each': {'type': 'string', 'description': 'A line for each row of a table or list, or for each of the groups.'},"
    "   'label': {'type': 'string', 'description': 'A text, or the name of a text of the row.'},"
    "   'let': " LETS ","
    "   'if': " EXPR ","
    "   'quantity': " EXPR ","
    "   'unit': {'type': 'string'},"
    "   'rate': " EXPR ","
    "   'factor': " EXPR ","
    "   'amount': " EXPR ","
    "   'source': {'type': 'string'},"
    "   'memo': {'type': 'boolean', 'description': 'Shown, and not paid.'}"
    "  }}},"
    " 'rows': {'type': 'object', 'required': ['table'], 'additionalProperties': false,"
    "  'properties': {"
    "   'table': {'type': 'string'},"
    "   'group_by': " WORDS ","
    "   'round': {'type': ['string', 'number'], 'description': 'What each row is rounded to; none: not rounded.'},"
    "   'let': " LETS ","
    "   'amount': " EXPR ","
    "   'elements': {'type': 'array', 'maxItems': 32, 'items': {'anyOf': ["
    "    {'type': 'string'},"
    "    {'type': 'object', 'required': ['name'], 'additionalProperties': false,"
    "     'properties': {'name': {'type': 'string'}, 'value': " EXPR ", 'memo': {'type': 'boolean'}, 'help': {'type': 'string'}}}]}},"
    "   'refuse': {'type': 'array', 'items': {"
    "    'type': 'object', 'required': ['if', 'code', 'text'], 'additionalProperties': false,"
    "    'properties': {'if': " EXPR ", 'code': {'type': 'string'}, 'text': {'type': 'string'}}}}"
    "  }},"
    " 'equations': {'type': 'string', 'description': 'The table whose rows are equations: name, formula.'},"
    " 'inputs': {'type': 'string', 'description': 'The table whose rows are named numbers: name, value.'},"
    " 'pays': {'type': 'array', 'items': {'type': 'string'}, 'description': 'The equations that are paid.'},"
    " 'vectors': " WORDS
    "}";
