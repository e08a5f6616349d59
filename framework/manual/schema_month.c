/* SPDX-License-Identifier: MIT
 *
 * schema_month.c: what variance, diff and replay write, and documents of challenges.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define MONEY(name, what, example) MUST(name, REF("amount"), what, "'" example "'")
#define MAY_MONEY(name, what, example) MAY(name, REF("amount"), what, "'" example "'")
#define KEY(what) MUST("key", MAP("'type':['string','null']"), what, "{'pod':'NEL'}")

#define HELD \
    KEY("The values of the columns.") \
    MUST("plan_quantity", TEXT, "What was planned.", "'100'") \
    MUST("actual_quantity", TEXT, "What was done.", "'120'") \
    MONEY("plan", "The amount of the plan.", "100000.00") \
    MONEY("actual", "The amount of what was done.", "121200.00") \
    MONEY("variance", "The difference.", "21200.00")
#define HELD_KEYS "'key','plan_quantity','actual_quantity','plan','actual','variance'"

const rk__schema_body rk__schema_variance = {
    .required = "'reckoner','contract','basis','currency','plan_name','actual_name','plan','actual','variance','over','under',"
                "'plan_unpriced_rows','actual_unpriced_rows','steps','tables','movers'",
    .members = DOCUMENT("variance/1")
    MUST("contract", TEXT, "The id of the contract.", "'acute'")
    MUST("basis", REF("basis"), "The kind of figures.", "'actual'")
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MAY_TEXT("selection", "The periods, if only some are selected.", "2016-04..2016-09")
    MUST("plan_name", TEXT, "What is held against.", "'plan'")
    MUST("actual_name", TEXT, "What is held against it.", "'activity'")
    MONEY("plan", "The total of the plan.", "300000.00")
    MONEY("actual", "The total of what was done.", "241200.00")
    MONEY("variance", "The difference, to which the steps add up.", "-58800.00")
    MONEY("over", "The groups that went up.", "0.00")
    MONEY("under", "The groups that went down.", "-58800.00")
    MUST("plan_unpriced_rows", COUNT, "Rows of the plan without a price.", "0")
    MUST("actual_unpriced_rows", COUNT, "Rows of the actual without a price.", "0")
    MUST("steps", LIST(OBJECT("'kind','amount'",
        MUST("kind", "'enum':['volume','mix','price','new','gone','unpriced','component','rounding']", "What it is.", "'price'")
        MAY_TEXT("label", "The element of a price, or the component.", "base")
        MONEY("amount", "What it makes of the difference.", "1200.00"))), "The steps from the plan to the actual.", "[{'kind':'volume','amount':'-30000.00'}]")
    MAY("forecast", OBJECT("'method','assumption','plan_to_date','actual_to_date','variance_to_date','plan','forecast','variance'",
        MUST("method", "'enum':['straight-line','profile','working-days']", "How the year goes on.", "'straight-line'")
        MUST("assumption", TEXT, "The same in a sentence.", "'Straight line: the rest of the year goes on at the rate of 3 of its 12 periods'")
        MONEY("plan_to_date", "The plan so far.", "481500.00")
        MONEY("actual_to_date", "The actual so far.", "469350.00")
        MONEY("variance_to_date", "The difference so far.", "-12150.00")
        MONEY("plan", "The plan of the year.", "1926000.00")
        MONEY("forecast", "What the year comes to.", "1877400.00")
        MONEY("variance", "The difference of these.", "-48600.00")), "The year to date and a forecast, if asked for.",
        "{'method':'straight-line','assumption':'as so far','plan_to_date':'1.00','actual_to_date':'1.00','variance_to_date':'0.00','plan':'4.00','forecast':'4.00','variance':'0.00'}")
    MUST("tables", LIST(OBJECT("'by','groups'",
        MUST("by", LIST(TEXT), "The columns of the groups.", "['pod']")
        MUST("groups", LIST(OBJECT(HELD_KEYS ",'volume','mix','price','price_by_element','new','gone','unpriced'", HELD
            MONEY("volume", "More or fewer, at the average price of the plan.", "20000.00")
            MONEY("mix", "Dearer or cheaper keys, at prices of the plan.", "0.00")
            MONEY("price", "Other prices.", "1200.00")
            MUST("price_by_element", MAP(REF("amount")), "The same by element of the rule.", "{'base':'1200.00'}")
            MONEY("new", "All of a group that has no plan.", "0.00")
            MONEY("gone", "All of a group that has no actual.", "0.00")
            MONEY("unpriced", "What rows without a price would have come to.", "0.00"))), "The groups.", "[]"))), "Groups by columns.", "[]")
    MUST("movers", LIST(OBJECT(HELD_KEYS, HELD)), "The keys that moved most.", "[]")};

#define ROWS_AND_AMOUNT(name, what) \
    MUST(name, OBJECT("'rows','amount'", \
        MUST("rows", COUNT, "How many rows.", "40") \
        MONEY("amount", "What they make of the difference.", "95000.00")), what, "{'rows':40,'amount':'95000.00'}")

const rk__schema_body rk__schema_diff = {
    .required = "'reckoner','a','b','total_a','total_b','difference','added','removed','changed','unchanged','reasons','entries'",
    .members = DOCUMENT("diff/1")
    MUST("a", TEXT, "The first file.", "'flex.csv'")
    MUST("b", TEXT, "The second file.", "'freeze.csv'")
    MONEY("total_a", "The sum of the first.", "501.00")
    MONEY("total_b", "The sum of the second.", "410.25")
    MONEY("difference", "The second less the first.", "-90.75")
    ROWS_AND_AMOUNT("added", "Rows of the second alone.")
    ROWS_AND_AMOUNT("removed", "Rows of the first alone.")
    ROWS_AND_AMOUNT("changed", "Rows of both that differ.")
    ROWS_AND_AMOUNT("unchanged", "Rows of both that are equal.")
    MUST("reasons", LIST(OBJECT("'columns','rows','amount'",
        MUST("columns", TEXT, "The columns that changed.", "'hrg, amount'")
        MUST("rows", COUNT, "How many rows.", "12")
        MONEY("amount", "What they make of the difference.", "-1000.00"))), "Rows that changed in the same columns.", "[]")
    MUST("entries", LIST(OBJECT("'kind','key','a','b','difference','changes'",
        MUST("kind", "'enum':['added','removed','changed']", "What happened to it.", "'changed'")
        KEY("The key of the row.")
        MAY_MONEY("a", "Its amount in the first.", "200.50")
        MAY_MONEY("b", "Its amount in the second.", "310.25")
        MONEY("difference", "What differs.", "109.75")
        MUST("changes", LIST(OBJECT("'column','a','b'",
            MUST("column", TEXT, "A column that changed.", "'hrg'")
            MAY_TEXT("a", "What it was.", "AA01B")
            MAY_TEXT("b", "What it is.", "AA01C"))), "The columns that changed.", "[]"))), "The rows, in the order of their keys.", "[]")
    MAY("rules", LIST(OBJECT("'id','title','skipped','rows','new','value'",
        MUST("id", TEXT, "The challenge.", "'unpriced'")
        MAY_TEXT("title", "The same for people.", "No price")
        MAY_TEXT("skipped", "Why it was not checked.", "the rows lack the column ward")
        MUST("rows", COUNT, "Rows that are challenged.", "3")
        MUST("new", COUNT, "Of these, those that were not challenged in the first.", "1")
        MONEY("value", "What they come to.", "4102.50"))), "The rules of --challenges.", "[]")
    MAY("challenges", LIST(OBJECT("'rule','key','row','detail','value','new'",
        MUST("rule", TEXT, "The challenge.", "'unpriced'")
        KEY("The key of the row.")
        MUST("row", COUNT, "Its number.", "17")
        MUST("detail", TEXT, "Why it is challenged.", "'pod DC, los 2'")
        MAY_MONEY("value", "What it is worth.", "777.00")
        MUST("new", BOOL, "Whether it was not challenged in the first.", "true"))), "The rows that are challenged.", "[]")};

const rk__schema_body rk__schema_replay = {
    .required = "'reckoner','result','document','outcome','total_was','total_is','changed'",
    .members = DOCUMENT("replay/1")
    MUST("result", TEXT, "The file of the result.", "'result.json'")
    MUST("document", TEXT, "The contract or system that was evaluated.", "'contract.json'")
    MUST("outcome", "'enum':['same','places','different']", "The same bytes, the same but for where files are, or different.", "'same'")
    MAY("results", COUNT, "How many results the file has, if it has one a line.", "200")
    MAY("different", COUNT, "How many of them differ.", "0")
    MAY("left_out", COUNT, "Lines that are no results, such as errors.", "0")
    MAY_TEXT("total_was", "The total that the result has.", "241200.00")
    MAY_TEXT("total_is", "The total now.", "241200.00")
    MUST("changed", LIST(OBJECT("'what','name','was','is'",
        MUST("what", "'enum':['contract','system','reckon','tariff','tariff file','facts','rule']", "What has changed.", "'facts'")
        MAY_TEXT("name", "Its id or file.", "spells.csv")
        MAY_TEXT("was", "Its digest or version then.", "99aa06d3014798d86001c324468d497f")
        MAY_TEXT("is", "Its digest or version now.", "0c1fdb14b9e1c3d3d86001c324468d49"))), "Inputs that have changed.", "[]")};

#define PATTERNS EITHER("'type':['string','number']", LIST_SOME("'type':['string','number']"))

const rk__schema_body rk__schema_challenges = {
    .required = "'reckoner','challenges'",
    .members = EDITORS DOCUMENT("challenges/1")
    MAY_TEXT("id", "Its id.", "acute")
    MAY_TEXT("title", "The same for people.", "What commissioners challenge")
    MUST("notes", "'type':['string','object','array','null']", "Free text.", "'Of the acute contracts.'")
    MUST("tables", MAP(REF("table")), "Tables that conditions refer to, each with its key.", "{'prices':{'key':['hrg','pod'],'file':'prices.csv'}}")
    MUST("challenges", LIST(OBJECT("'id'",
        MUST("id", TEXT, "The id of the challenge.", "'day-case-stays'")
        MAY_TEXT("title", "The same for people.", "Day case that stays overnight")
        MUST("kind", "'enum':['where','duplicate','overlap','unpriced']", "What is looked for.", "'duplicate'")
        MUST("columns", PATTERNS, "The columns that duplicates share; of an overlap, patient, start and end.", "['spell_id']")
        MUST("where", MAP(EITHER(PATTERNS, OBJECT("",
            MUST("above", REF("decimal"), "The number must be above this.", "0")
            MUST("below", REF("decimal"), "The number must be below this.", "400")
            MUST("blank", BOOL, "Whether the cell must be blank.", "true")
            MUST("not_in", OBJECT("'table','column'",
                MUST("table", TEXT, "The table.", "'prices'")
                MUST("column", TEXT, "Its column.", "'price'")), "The number must not be the one of a table.", "{'table':'prices','column':'price'}")))), "Conditions by column, all of which must hold.", "{'pod':['DC'],'los':{'above':0}}")
        MUST("value", TEXT, "The column of the value.", "'amount'"))), "The challenges.", "[{'id':'unpriced','kind':'unpriced'}]")};
