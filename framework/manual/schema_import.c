/* SPDX-License-Identifier: MIT
 *
 * schema_import.c: profiles of imports: how a published workbook becomes tariffs.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define MAY_WORDS(name, what, example) MAY(name, REF("words"), what, example)

#define PART OBJECT("'sheet','header','rows'", \
    MUST("sheet", TEXT, "The name of the sheet.", "'1. APC'") \
    MAY_WORDS("below", "Texts of cells, one after another, that the header follows.", "'Best practice tariffs'") \
    MAY("until", "'enum':['blank','end'],'default':'end'", "Where the rows end.", "'blank'") \
    MUST("header", MAP_SOME(TEXT), "A name for each header that must be found, from left to right.", "{'hrg':'HRG code','price':'Combined tariff (£)'}") \
    MAY("blank", EITHER(TEXT, LIST(TEXT)), "Texts that mean no value.", "['-']") \
    MAY_WORDS("fill", "Columns whose blank cells take the value above, as merged cells.", "['chapter']") \
    MAY("where", "'type':'object','minProperties':1,'maxProperties':1,'additionalProperties':{" REF("words") "}", "A column, and the patterns one of which it must match.", "{'hrg':'DZ*'}") \
    MUST("rows", LIST_SOME(MAP("'anyOf':[{" REF("words") "},{" OBJECT("", \
        MAY_WORDS("of", "The names of headers; the first that holds something.", "'price'") \
        MAY_TEXT("text", "A constant.", "NEL") \
        MAY_TEXT("else", "The text if all are blank.", "0") \
        MAY("map", MAP(TEXT), "Texts to other texts.", "{'Yes':'true'}") \
        MAY("percent", BOOL, "Whether the cell is a number of hundredths.", "true") \
        MAY("decimals", "'type':'integer','minimum':0,'maximum':9", "The decimals that it is rounded to.", "2")) "}]")), \
        "The rows of the table that a row of the sheet makes: a header, or an object, for each column.", "[{'hrg':'hrg','pod':{'text':'NEL'},'price':'price'}]"))

const rk__schema_body rk__schema_import = {
    .required = "'reckoner','id','tariffs'",
    .members = EDITORS DOCUMENT("import/1")
    MUST("id", TEXT, "The name for programs.", "'ntps-2016-17'")
    MAY_TEXT("title", "The name for people.", "National tariff 2016/17, annex A")
    MAY("notes", REF("notes"), "Anything.", "'Sheet 4 is left out.'")
    MAY("sources", REF("notes"), "Where the layout comes from.", "['2016/17 National Tariff, Annex A']")
    MUST("tariffs", LIST_SOME(OBJECT("'id','tables'",
        MAY_TEXT("folder", "Below the output; needed if there are several tariffs.", "ntps-2017-18")
        MUST("id", TEXT, "The id of the tariff.", "'ntps-2016-17'")
        MAY_TEXT("title", "The name for people.", "National Tariff Payment System 2016/17")
        MAY_TEXT("publisher", "Who publishes it.", "Monitor and NHS England")
        MAY_TEXT("source", "The publication.", "2016/17 National Tariff, Annex A")
        MAY_TEXT("licence", "The terms on which it may be used.", "Open Government Licence v3.0")
        MAY("currency", REF("currency"), "An ISO 4217 code; GBP if absent.", "'GBP'")
        MAY("effective", OBJECT("",
            MAY("from", REF("date"), "The first day.", "'2016-04-01'")
            MAY("to", REF("date"), "The last day.", "'2017-03-31'")), "When it is in force.", "{'from':'2016-04-01','to':'2017-03-31'}")
        MUST("tables", MAP_SOME(OBJECT("'key','from'",
            MUST("key", REF("words"), "The columns that identify a row.", "['hrg','pod']")
            MAY_WORDS("needs", "A row without one of these columns is left out.", "'price'")
            MAY_WORDS("numbers", "Columns that must hold numbers.", "['price']")
            MUST("from", LIST_SOME(PART), "Where the rows come from, in order.", "[{'sheet':'1. APC','header':{'hrg':'HRG code'},'rows':[{'hrg':'hrg'}]}]"))),
            "Its tables, by name.", "{'mff':{'key':'provider','from':[{'sheet':'MFF','header':{'code':'Code'},'rows':[{'provider':'code'}]}]}}"))),
        "The tariffs that the workbook makes.", "[{'id':'t','tables':{'mff':{'key':'provider','from':[{'sheet':'MFF','header':{'code':'Code'},'rows':[{'provider':'code'}]}]}}}]")};

/* clang-format on */
