/* SPDX-License-Identifier: MIT
 *
 * schema_documents.c: contracts and their components, tariffs and vectors.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define COVERS OBJECT("", \
    MAY("scope", REF("scope"), "The rows that it pays for.", "{'service':'cancer'}") \
    MAY("commissioners", REF("patterns"), "The commissioners whose rows it pays for.", "['example-ccg']") \
    MAY("from", REF("date"), "The first day.", "'2016-04-01'") \
    MAY("to", REF("date"), "The last day.", "'2017-03-31'") \
    MAY("part", REF("ratio"), "The part of each unit that it pays for.", "'70%'"))

#define POINTERS "'type':'object','propertyNames':{'pattern':'^(/.*)?$'}"

const rk__schema_body rk__schema_contract = {
    .required = "'reckoner','id','periods','arrangements'",
    .members = EDITORS DOCUMENT("contract/1")
    MUST("id", REF("id"), "The name for programs.", "'example-acute-2016-17'")
    MAY_TEXT("title", "The name for people.", "Example Acute Trust")
    MAY("basis", REF("basis"), "The kind of figures.", "'illustrative'")
    MAY("currency", REF("currency"), "An ISO 4217 code; GBP if absent.", "'GBP'")
    MAY_TEXT("commissioner", "Who pays.", "example-ccg")
    MAY_TEXT("provider", "Who is paid; rows that name no provider take it.", "RHW")
    MUST("periods", REF("periods"), "The periods, none overlapping.", "[{'id':'2016-17','start':'2016-04-01','end':'2017-03-31'}]")
    MAY("from", REF("date"), "The first day that it is in force.", "'2016-07-01'")
    MAY("to", REF("date"), "The last day that it is in force.", "'2017-09-30'")
    MAY("year_starts", REF("month_day"), "The day on which financial years begin; that of the first period if absent.", "'04-01'")
    MAY("indices", MAP(REF("index_in_place")), "How amounts grow from year to year, by name.", "{'tariff-uplift':{'rate':'2.1%'}}")
    MAY("tariff", REF("tariffs"), "Where prices come from.", "'../tariffs/ntps-2016-17-sample.json'")
    MAY("facts", REF("facts"), "Tables by name.", "{'costs':[{'label':'Actual cost','amount':'840000'}]}")
    MUST("arrangements", MAP_SOME(LIST_SOME(REF("component"))), "Lists of components by name.", "{'national':[{'id':'acute','rule':'pbr'}]}")
    MAY_TEXT("arrangement", "The arrangement that evaluate uses; the first if absent.", "national")
    MAY("rounding", OBJECT("",
        MAY("unit", REF("decimal"), "The unit that totals are rounded to, halves away from zero.", "'0.01'")), "How totals are rounded.", "{'unit':'0.01'}")
    MAY("sources", REF("sources"), "Where figures come from.", "[{'of':'/facts/costs','text':'Annual accounts 2016/17'}]")
    MAY("accept", REF("accept"), "Codes of findings that are known: they become notes.", "['total-row']")
    MAY("notes", REF("notes"), "Anything.", "'Worked with the finance team.'")};

const rk__schema_body rk__schema_tariff = {
    .required = "'reckoner','id','tables'",
    .members = EDITORS DOCUMENT("tariff/1")
    MUST("id", REF("id"), "The name for programs.", "'ntps-2016-17-sample'")
    MAY_TEXT("title", "The name for people.", "National Tariff Payment System 2016/17")
    MAY_TEXT("publisher", "Who publishes it.", "Monitor and NHS England")
    MAY_TEXT("source", "The publication.", "2016/17 National Tariff, Annex A")
    MAY_TEXT("licence", "The terms on which it may be used.", "Open Government Licence v3.0")
    MAY("currency", REF("currency"), "An ISO 4217 code; GBP if absent.", "'GBP'")
    MAY("effective", OBJECT("",
        MAY("from", REF("date"), "The first day; no limit if absent.", "'2016-04-01'")
        MAY("to", REF("date"), "The last day; no limit if absent.", "'2017-03-31'")), "When it is in force.", "{'from':'2016-04-01','to':'2017-03-31'}")
    MUST("tables", MAP(REF("tariff_table")), "Tables by name, each with a key.", "{'prices':{'key':['hrg','pod'],'rows':[{'hrg':'DZ11B','pod':'NEL','price':'2150'}]}}")
    MAY("notes", REF("notes"), "Anything.", "'An excerpt.'")};

const rk__schema_body rk__schema_vector = {
    .required = "'reckoner','id','cases'",
    .members = EDITORS DOCUMENT("vector/1")
    MUST("id", REF("id"), "The name for programs.", "'two-prices'")
    MAY_TEXT("title", "The name for people.", "Two prices")
    MAY_TEXT("source", "Where the expected amounts come from.", "worked by hand: 3 x 1,950 + 2 x 1,700")
    MAY("notes", REF("notes"), "Anything.", "'The second case is wrong on purpose.'")
    MAY("contract", EITHER(TEXT, "'type':'object'"), "A path beside the vector, or a contract in place.", "'../contracts/risk-mix.json'")
    MAY("system", EITHER(TEXT, "'type':'object'"), "A path beside the vector, or a system in place; in place of a contract.", "'../systems/first.json'")
    MUST("cases", LIST_SOME(OBJECT("'expect'",
        MAY_TEXT("title", "What the case shows.", "a small year")
        MAY("notes", REF("notes"), "Anything.", "'Halves go away from zero.'")
        MAY_TEXT("arrangement", "The arrangement of the contract; its own choice if absent.", "pbr")
        MAY_TEXT("scenario", "The scenario of the system; all if absent.", "accountable-care")
        MAY("set", POINTERS, "Values to put at JSON pointers before it runs.", "{'/facts/activity/0/count':3}")
        MUST("expect", OBJECT("",
            MAY("total", REF("decimal"), "What the contract pays.", "'9250.00'")
            MAY("components", MAP(REF("decimal")), "What components come to, by id.", "{'acute':'9250.00'}")
            MAY("periods", MAP(REF("decimal")), "What is paid for periods, by id.", "{'2016-17':'9250.00'}")
            MAY("unpriced", REF("decimal"), "Rows without a price.", "0")
            MAY("rows", LIST(OBJECT("'component','row','steps'",
                MUST("component", TEXT, "The component that prices it.", "'acute'")
                MUST("row", COUNT, "Its number, from 1.", "2")
                MUST("steps", MAP(EITHER(TEXT, "'type':'number'")), "Values by the names that `explain --row` shows.", "{'base':'1950'}"))), "Steps in which single rows are priced.", "[{'component':'acute','row':2,'steps':{'base':'1950'}}]")
            MAY("at", POINTERS, "Of a system: values at JSON pointers into its result.", "{'/scenarios/0/balance/total':'723600'}")
            MAY("lines", MAP(MAP(REF("decimal"))), "Amounts by component and label, memo lines too.", "{'acute':{'NEL':'5850.00'}}")
            MAY("findings", LIST(TEXT), "Codes of the findings: these and no others.", "['total-row']")
            MAY_TEXT("error", "The code of the error that it must fail with.", "wrong-type")), "What must come out.", "{'total':'9250.00'}"))),
        "Examples, each of which starts from the document as written.", "[{'expect':{'total':'9250.00'}}]"),
    /* A case may mend the document, or expect it to be at fault; one that does neither runs it as
     * it is written. */
    .more = "'if':{'patternProperties':{'^cases$':{'contains':{'type':'object','patternProperties':{"
    "'^set$':{'type':'null'},'^expect$':{'patternProperties':{'^error$':{'type':'null'}}}}}}}},"
    "'then':{'properties':{"
    MAY("contract", EITHER(TEXT, REF("contract")), "A path beside the vector, or a contract in place.", "'../contracts/risk-mix.json'")
    MAY("system", EITHER(TEXT, REF("system")), "A path beside the vector, or a system in place.", "'../systems/first.json'")
    "}}"};

const char rk__schema_component[] =
    MAY_TEXT("title", "For reports.", "A price for each spell")
    MAY("scope", REF("scope"), "Which rows of the table of the rule count.", "{'pod':['EL','DC']}")
    MAY("tables", MAP(EITHER(TEXT, "'type':'null'")), "Other names for the tables of the rule.", "{'activity':'community_activity'}")
    MAY("of", LIST(TEXT), "Earlier components whose total this one uses.", "['acute']")
    MAY("allocate", "'enum':['value','quantity']", "Deals the amount out to the lines of the components in of.", "'value'")
    MAY("shadow", BOOL, "Evaluated and shown, but not paid.", "true")
    MAY("per", "'enum':['period','year'],'default':'period'", "Whether amounts per time are for a year or as written for the period.", "'year'")
    MAY("index", REF("index"), "How its amounts per time grow.", "'tariff-uplift'")
    MAY("params", "'type':'object'", "The parameters of the rule.", "{'rate':'740'}")
    MAY("params_by_period", "'type':'object'", "Parameters that differ, by period.", "{'2017-18':{'rate':'755'}}")
    MAY("covers", EITHER("'const':false", EITHER(COVERS, LIST(COVERS))),
        "The activity that a component pays for if it prices no rows; false for none.", "false");

/* clang-format on */
