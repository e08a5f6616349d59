/* SPDX-License-Identifier: MIT
 *
 * schema_common.c: what the documents share: numbers, ids, dates, tables, indices.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define RATES \
    MAY("rate", REF("ratio"), "Growth of prices a year.", "'2.1%'") \
    MAY("efficiency", REF("ratio"), "What is taken off a year.", "'1.1%'") \
    MAY("growth", REF("ratio"), "Growth of volume a year.", "'0.8%'")

#define MONTH "'type':'string','pattern':'^[0-9]{4}-(0[1-9]|1[0-2])$" AT_END "'"

/* Exactly one of rows and file. */
#define TABLE(required, may_or_must) \
    OBJECT(required, \
        MAY("rows", REF("rows"), "The rows in place; either these or a file.", "[{'pod':'EL','count':8400}]") \
        MAY("file", REF("words"), "A CSV file or a workbook, several of them, or a pattern.", "'../activity/spells-*.csv'") \
        may_or_must("key", REF("names"), "The columns that identify a row, for lookups.", "['hrg','pod']") \
        MAY("unique", REF("names"), "The columns that no two rows should have the same of: a finding if they do.", "['spell_id']") \
        MAY("columns", MAP(TEXT), "The header in the file for each column.", "{'los':'SPELL_LOS'}") \
        MAY("defaults", MAP(REF("cell")), "Values for cells that are blank or absent.", "{'pod':'NEL'}") \
        MAY("delimiter", "'type':'string','minLength':1,'maxLength':1", "What separates the fields, if not a comma.", "';'") \
        MAY_TEXT("sheet", "The sheet of a workbook; its only visible one if absent.", "SUS extract") \
        MAY_TEXT("table", "The table or view of an SQLite database.", "activity") \
        MAY_TEXT("query", "What is selected from an SQLite database, instead of a table.", "SELECT pod, n AS count FROM activity") \
        MAY("read", REF("read"), "How the file is written.", "{'dates':'dd/mm/yyyy'}")) \
    ",'oneOf':[{'required':['rows'],'patternProperties':{'^rows$':{'type':'array'}}}," \
    "{'required':['file'],'patternProperties':{'^file$':{'type':['string','array']}}}]"

#define TEXT_FORM \
    OBJECT("", \
        MAY("trim", BOOL, "Whether blanks around the text are dropped.", "true") \
        MAY("case", "'enum':['upper','lower']", "The case that letters are changed to.", "'upper'"))

const char rk__schema_base[] =
    PIECE("currency", "'type':'string','pattern':'^[A-Z]{3}$" AT_END "'")
    PIECE("id", "'type':'string','pattern':'^[A-Za-z0-9._-]{1,128}$" AT_END "'")
    PIECE("basis", "'enum':['published','actual','plan','illustrative'],'default':'illustrative'")
    PIECE("notes", "'description':'Anything: a text, a list or an object.'")
    PIECE("sources", LIST(OBJECT("'of','text'",
        MUST("of", TEXT, "A JSON pointer into the document.", "'/facts/costs/0'")
        MUST("text", TEXT, "Where that figure comes from.", "'Annual accounts 2016/17, note 5'")
        MAY_TEXT("url", "Where it is published.", "https://example.org/accounts.pdf"))));

const char rk__schema_common[] =
    PIECE("none", "'type':['null','string'],'pattern':'^ *$','description':'No value, or a blank one: the same as leaving it out.'")
    PIECE("name", "'type':'string','maxLength':128,'pattern':'^[^\\\\u0000-\\\\u001f\\\\u007f]+$" AT_END "'")
    PIECE("decimal",
        "'description':'A number, or a decimal in quotes; amounts have at most six decimals.',"
        EITHER("'type':'number'",
               "'type':'string','pattern':'^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?$" AT_END "'"))
    PIECE("ratio",
        "'description':'0.0475, or in quotes 4.75% or 7/12.',"
        EITHER("'type':'number'",
               "'type':'string','pattern':'^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?(%|/[0-9.]*[1-9][0-9.]*)?$" AT_END "'"))
    PIECE("date", "'type':'string','format':'date','pattern':'^[0-9]{4}-[0-9]{2}-[0-9]{2}$" AT_END "'")
    PIECE("month_day", "'type':'string','pattern':'^[0-9]{2}-[0-9]{2}$" AT_END "'")
    PIECE("words", EITHER(TEXT, REF("names")))
    PIECE("names", LIST_SOME("'type':'string','minLength':1"))
    PIECE("period", OBJECT("'id','start','end'",
        MUST("id", REF("name"), "Its name, in tables and results.", "'2016-17'")
        MUST("start", REF("date"), "The first day.", "'2016-04-01'")
        MUST("end", REF("date"), "The last day.", "'2017-03-31'")))
    PIECE("periods", EITHER(LIST_SOME(REF("period")), OBJECT("'months'",
        MUST("months", OBJECT("'from','to'",
            MUST("from", MONTH, "The first month.", "'2016-04'")
            MUST("to", MONTH, "The last month.", "'2017-03'")), "One period for each month, both included; its id is the month.", "{'from':'2016-04','to':'2017-03'}"))))
    PIECE("periods_of",
        "'description':'One period, or several.',"
        EITHER("'type':['string','number']", LIST("'type':['string','number']")))
    PIECE("index",
        "'description':'The name of an index of the document, or an index in place.',"
        EITHER(TEXT, REF("index_in_place")))
    PIECE("index_in_place", OBJECT("",
        RATES
        MAY("base", "'type':['string','number']", "The period or day whose amounts are as written; the first period if absent.", "'2016-17'")
        MAY_TEXT("title", "For reports.", "Tariff uplift")
        MAY("notes", REF("notes"), "Anything.", "'Planning guidance, table 2'")
        MAY("by_period", MAP(OBJECT("", RATES)), "Rates of the step into single years, by period.", "{'2018-19':{'rate':'3%'}}")))
    PIECE("indexed",
        "'description':'An amount; an amount of a base year and its index; in a system, what an organisation bears.',"
        "'anyOf':[{" REF("decimal") "},{"
        OBJECT("'amount'",
            MUST("amount", REF("decimal"), "The amount of the base year.", "'1450'")
            MAY("index", REF("index"), "How it grows.", "'tariff-uplift'"))
        "},{"
        OBJECT("'system_cost'",
            MUST("system_cost", REF("system_cost"), "The cost that an organisation of the system bears.", "{'organisation':'trust'}"))
        "}]")
    PIECE("stated",
        "'description':'An amount; in a system, what an organisation bears.',"
        EITHER(REF("decimal"), OBJECT("'system_cost'",
            MUST("system_cost", REF("system_cost"), "The cost that an organisation of the system bears.", "{'organisation':'trust'}"))))
    PIECE("system_cost", OBJECT("",
        MAY("cumulative", BOOL, "Of the financial year to date.", "true")
        MAY_TEXT("organisation", "Who bears it; the payee if absent.", "trust")
        MAY("scope", REF("scope"), "Patterns of kind, label and with that keep a part of it.", "{'kind':['cost','activity']}")))
    PIECE("vat", OBJECT("'rate'",
        MUST("rate", REF("ratio"), "The rate of the tax.", "'20%'")
        MAY("taxable", REF("ratio"), "The part of the payment that is taxed; all if absent.", "'0.4'")))
    PIECE("shares", LIST(OBJECT("'organisation','share'",
        MUST("organisation", TEXT, "An organisation of the system.", "'trust'")
        MUST("share", REF("ratio"), "Its share; all come to one.", "'1/3'")
        MAY("by_period", MAP(REF("ratio")), "Shares that differ, by period.", "{'2018-19':'40%'}"))))
    PIECE("accept", LIST("'type':'string','pattern':'^[a-z][a-z0-9-]*$" AT_END "'"))
    PIECE("cell", "'type':['string','number','boolean','null']")
    PIECE("rows", LIST(REF("row")))
    PIECE("table", "'description':'Rows in place, or a file.'," EITHER(REF("rows"), TABLE("", MAY)))
    PIECE("tariff_table", "'description':'A table with a key.'," TABLE("'key'", MUST))
    PIECE("read",
        "'description':'How a file is written: docs/reading-files.md.',"
        OBJECT("",
            MAY_TEXT("encoding", "As iconv names it; utf-8 if absent, utf-16 by its byte order mark.", "windows-1252")
            MAY("header_row", "'type':'integer','minimum':1,'maximum':1048576", "The line of the column names; the first that is not blank if absent.", "3")
            MAY("skip_footer", "'type':'integer','minimum':0,'maximum':1000", "Records at the end that are not data.", "2")
            MAY("total_row", CONST("ignore"), "A last row that is a total is left out and reported.", "'ignore'")
            MAY("dates", "'type':'string','pattern':'^(yyyy-mm-dd|yyyy/mm/dd|dd/mm/yy(yy)?|mm/dd/yy(yy)?|dd-mmm-yy(yy)?|yyyymmdd|excel)( hh:mm(:ss)?)?$" AT_END "'", "How dates are written.", "'dd/mm/yyyy'")
            MAY("numbers", OBJECT("",
                MAY_TEXT("thousands", "What separates groups of three digits.", ",")
                MAY("decimal", "'enum':['.',',']", "The decimal point.", "'.'")
                MAY_TEXT("currency", "A sign that may stand beside the digits.", "£")
                MAY("brackets", BOOL, "Whether (1.50) is -1.50.", "true")), "How numbers are written.", "{'thousands':',','brackets':true}")
            MAY("blank", EITHER(TEXT, LIST(TEXT)), "Texts that mean no value.", "['NULL','N/A']")
            MAY("text", "'type':'object','properties':{"
                MAY("trim", EITHER(BOOL, REF("text_form")), "Whether blanks around texts are dropped; or the form of a column of this name.", "true")
                MAY("case", EITHER("'enum':['upper','lower']", REF("text_form")), "The case of letters; or the form of a column of this name.", "'upper'")
                "},'additionalProperties':{" EITHER(REF("text_form"), "'type':'null'") "}", "How texts are changed: of all columns, and by column.", "{'trim':true,'hrg':{'case':'upper'}}")
            MAY("delimiter", "'type':'string','minLength':1,'maxLength':1", "What separates the fields, if not a comma.", "';'")))
    PIECE("text_form", TEXT_FORM)
    PIECE("patterns", EITHER("'type':['string','number']", LIST("'type':['string','number']")))
    PIECE("scope",
        "'description':'Rows whose columns match a pattern each; * is any run.',"
        "'type':'object','properties':{"
        MUST("not", EITHER(REF("scope"), REF("patterns")), "Rows to leave out.", "{'provider':['RJ1']}")
        "},'additionalProperties':{" REF("patterns") "}")
    PIECE("tariff_ref", "'anyOf':[{'type':'string','minLength':1},{"
        OBJECT("",
            MAY_TEXT("url", "Where it is published; either this or a file.", "https://example.org/tariff.json")
            MAY_TEXT("file", "A path beside the document.", "../tariffs/ntps-2016-17-sample.json")
            MAY("sha256", "'type':'string','pattern':'^[0-9a-fA-F]{64}$" AT_END "'", "The digest that its content must have.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
            MAY("max_age_days", "'type':['integer','string']", "The age up to which a cached copy is used without asking the server.", "30"))
        ",'oneOf':[{'required':['url'],'patternProperties':{'^url$':{'type':'string'}}},"
        "{'required':['file'],'patternProperties':{'^file$':{'type':'string'}}}]"
        "},{" REF("tariff") "}]")
    PIECE("tariffs", "'anyOf':[{" REF("tariff_ref") "},{" LIST(REF("tariff_ref")) "}]")
    PIECE("facts", MAP(EITHER(REF("table"), "'type':'null'")));

const char rk__schema_row[] = PIECE("row", MAP(REF("cell")));

const char rk__schema_row_of_system[] = PIECE("row", "'type':'object','properties':{"
    MUST("met", EITHER(REF("cell"), OBJECT("",
        MUST("position", CONST("control_total"), "The position must reach the control total.", "'control_total'")
        MUST("position_excluding_grants", CONST("control_total"), "The position without grants must reach it.", "'control_total'")
        MAY_TEXT("organisation", "Whose position; the payee if absent.", "trust")
        MAY("cumulative", BOOL, "Whether both are for the year to date.", "true")
        MAY("after_pool", BOOL, "Whether it is the position after the pool.", "true"))
        ",'oneOf':[{'required':['position']},{'required':['position_excluding_grants']}]"),
        "Whether a condition is met; or what the system decides it by.", "{'position_excluding_grants':'control_total'}")
    "},'additionalProperties':{" REF("cell") "}");

/* clang-format on */
