/* SPDX-License-Identifier: MIT
 *
 * schema_rule.c: rules without C.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define NAME "'type':'string','pattern':'^[A-Za-z_][A-Za-z0-9_]*$" AT_END "'"
#define EXPR "'type':['string','number']"
#define SCALAR "'type':['string','number','boolean']"
#define MAY_EXPR(name, what, example) MAY(name, EXPR, what, example)
#define MAY_HELP(example) MAY_TEXT("help", "What it is, for the manual.", example)
#define MAY_UNIT MAY_TEXT("unit", "What it is counted in.", "GBP")
#define LETS MAY("let", MAP(EXPR), "Named values, in any order.", "{'everyone':'SUM(units.pop)'}")

#define PARAM \
    MUST("name", NAME, "What contracts and expressions call it.", "'pot'") \
    MAY("type", "'enum':['text','bool','integer','decimal','exact','ratio','enum','list']", "What it holds; decimal if absent.", "'exact'") \
    MAY("required", BOOL, "Whether it must be given.", "true") \
    MAY("per_time", BOOL, "Whether it is an amount per time, scaled with per: year.", "true") \
    MAY("nullable", BOOL, "Whether a required one may be null.", "false") \
    MAY("object", BOOL, "Whether a list is written as one object.", "false") \
    MAY("default", SCALAR, "Its value if absent.", "'0'") \
    MAY("min", SCALAR, "The least that it may be.", "'0'") \
    MAY("max", SCALAR, "The most that it may be.", "'100%'") \
    MAY_UNIT \
    MAY("words", LIST(TEXT), "The words of an enum.", "['gross','net']") \
    MAY_HELP("Shared among the units.")

/* Of a list. */
#define NEEDS_ITEMS \
    ",'if':{'required':['type'],'patternProperties':{'^type$':{'const':'list'}}}," \
    "'then':{'required':['items'],'patternProperties':{'^items$':{'type':'array','minItems':1}}}"

#define COLUMN OBJECT("'name'", \
    MUST("name", TEXT, "What tables and expressions call it.", "'pop'") \
    MAY("type", "'enum':['decimal','integer','bool','ratio','choice','text','date','factor']", "What it holds; decimal if absent.", "'text'") \
    MAY("required", BOOL, "Whether a row must have it.", "true") \
    MAY("per_time", BOOL, "Whether it is an amount per time.", "false") \
    MAY("quantity", BOOL, "Whether it is the quantity of the row.", "true") \
    MAY_TEXT("lookup", "The table that has it if this one lacks it.", "prices") \
    MAY("optional_lookup", BOOL, "Whether it is usually missing there.", "false") \
    MAY("key_only", BOOL, "Whether it only serves lookups.", "false") \
    MAY("default", SCALAR, "Its value if absent.", "'1'") \
    MAY_UNIT \
    MAY("words", LIST(TEXT), "The words of a choice.", "['day','night']") \
    MAY_HELP("Its population."))

#define CHECK OBJECT("'if','text'", \
    MUST("if", EXPR, "When it is so, the text is reported.", "'pot < 0'") \
    MUST("text", TEXT, "What is reported.", "'the pot is below zero'") \
    MAY_TEXT("hint", "What to do.", "give the pot of the whole year") \
    MAY_TEXT("param", "The parameter at whose place it is reported.", "pot") \
    MAY("code", "'enum':['warning','conflict','missing-key','out-of-range']", "The code; conflict if absent.", "'out-of-range'"))

#define LINE OBJECT("", \
    MAY_TEXT("each", "A line for each row of a table or list, or for each of the groups.", "units") \
    MAY_TEXT("label", "A text, or the name of a text of the row.", "unit") \
    LETS \
    MAY_EXPR("if", "When there is a line.", "'pop > 0'") \
    MAY_EXPR("quantity", "How many.", "'pop'") \
    MAY_TEXT("unit", "What they are.", "head") \
    MAY_EXPR("rate", "What each is worth.", "'per_head'") \
    MAY_EXPR("factor", "What that is multiplied by.", "'1.5'") \
    MAY_EXPR("amount", "The amount, in place of the three.", "'pot * share'") \
    MAY_TEXT("source", "Where the rule is from.", "Annex B, paragraph 3") \
    MAY("memo", BOOL, "Whether it is shown and not paid.", "true"))

#define ROWS OBJECT("'table'", \
    MUST("table", TEXT, "The table whose rows are priced.", "'activity'") \
    MAY("group_by", LIST(TEXT), "The columns that lines are grouped by.", "['pod']") \
    MAY("round", "'type':['string','number']", "What each row is rounded to; none: not rounded.", "'0.01'") \
    LETS \
    MAY_EXPR("amount", "What a row is worth.", "'count * price'") \
    MAY("elements", "'type':'array','maxItems':32,'items':{" EITHER(TEXT, OBJECT("'name'", \
        MUST("name", TEXT, "What reports call it.", "'base'") \
        MAY_EXPR("value", "What it comes to; the value of that name if absent.", "'count * price'") \
        MAY("memo", BOOL, "Whether it is not part of the amount.", "false") \
        MAY_HELP("Before supplements."))) "}", "The parts of the amount.", "['base','night']") \
    MAY("refuse", LIST(OBJECT("'if','code','text'", \
        MUST("if", EXPR, "The rows that are not priced.", "'count < 0'") \
        MUST("code", TEXT, "The code in reports.", "'57'") \
        MUST("text", TEXT, "The reason in reports.", "'negative count'"))), "Rows that are listed as unpriced.", "[{'if':'count < 0','code':'57','text':'negative count'}]"))

const rk__schema_body rk__schema_rule = {
    .required = "'reckoner','id','version','title'",
    .members = EDITORS DOCUMENT("rule/1")
    MUST("id", "'type':'string','pattern':'^[a-z][a-z0-9-]*$" AT_END "','maxLength':63", "What contracts call the rule.", "'zone-bonus'")
    MUST("version", "'type':'string','maxLength':31", "Its version, which results name.", "'1.0.0'")
    MUST("title", TEXT, "The name for people.", "'Zone bonus'")
    MAY_TEXT("summary", "What it pays for, in a sentence.", "Shares a pot among units by population.")
    MAY("sources", LIST(TEXT), "Where the rule is from.", "['Payment guidance 2016/17, annex B']")
    MAY("of", "'enum':['none','optional','required','shadow']", "Whether it is settled on other components.", "'none'")
    MAY("params", LIST(OBJECT("'name'", PARAM
        MAY("items", LIST(OBJECT("'name'", PARAM)), "The members of each item of a list.", "[{'name':'to'},{'name':'rate','required':true}]")) NEEDS_ITEMS),
        "Its parameters.", "[{'name':'pot','type':'exact','required':true}]")
    MAY("tables", "'type':'object','propertyNames':{'pattern':'^[A-Za-z_][A-Za-z0-9_]*$" AT_END "'},'additionalProperties':{" OBJECT("'columns'",
        MAY("key", "'type':'array','items':{'type':'string'},'maxItems':4", "The columns that LOOKUP finds rows by; the first of text if absent.", "['unit']")
        MUST("columns", LIST(COLUMN), "The columns that are read.", "[{'name':'pop','required':true}]")) "}",
        "The tables that it reads, by name.", "{'units':{'columns':[{'name':'pop','required':true}]}}")
    LETS
    MAY("check", LIST(CHECK), "Conditions on the parameters.", "[{'if':'pot < 0','text':'the pot is below zero'}]")
    MAY("lines", LIST(LINE), "The ledger lines.", "[{'each':'units','label':'unit','quantity':'pop','rate':'per_head'}]")
    MAY("rows", ROWS, "Rows that are priced one by one.", "{'table':'activity','amount':'count * price'}")
    MAY_TEXT("equations", "The table whose rows are equations: name, formula.", "equations")
    MAY_TEXT("inputs", "The table whose rows are named numbers: name, value.", "inputs")
    MAY("pays", LIST(TEXT), "The equations that are paid.", "['payment']")
    MAY("vectors", LIST(TEXT), "Files of worked examples, for people.", "['vectors/by-hand.json']")};

/* clang-format on */
