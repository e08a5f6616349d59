/* SPDX-License-Identifier: MIT
 *
 * schema_reports.c: what rules, rules show, rules check and tariff write.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define DIGEST_EXAMPLE "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"
#define TEXTS LIST(TEXT)
#define MAYBE_TEXT "'type':['string','null']"
#define TWO(item) "'type':'array','minItems':2,'maxItems':2,'items':{" item "}"
#define MAYBE(item) EITHER(item, "'type':'null'")

const rk__schema_body rk__schema_trial = {
    .required = "'reckoner','rule','passed','findings'",
    .members = DOCUMENT("trial/1")
    MUST("rule", TEXT, "The rule that was tested.", "'my-rule/my-rule.so'")
    MUST("passed", BOOL, "Whether no test failed.", "true")
    MUST("findings", LIST(OBJECT("'check','outcome','text'",
        MUST("check", TEXT, "What was tested.", "'statics'")
        MUST("outcome", "'enum':['passed','failed','skipped']", "What came of it.", "'passed'")
        MAY_TEXT("text", "In words.", "none of its data is written"))), "Every test.", "[]")};

const rk__schema_body rk__schema_tariff_diff = {
    .required = "'reckoner','tariffs','prices'",
    .members = DOCUMENT("tariff-diff/1")
    MUST("tariffs", TWO(OBJECT("'id','title','place','sha256'",
        MUST("id", TEXT, "The id of the tariff.", "'ntps-2016-17'")
        MAY_TEXT("title", "Its name for people.", "National tariff 2016/17")
        MAY_TEXT("place", "Where it was read.", "tariffs/2016-17.json")
        MAY("sha256", REF("digest"), "The digest of its content.", DIGEST_EXAMPLE))), "The first and the second.", "[{'id':'a','title':null,'place':'a.json','sha256':null},{'id':'b','title':null,'place':'b.json','sha256':null}]")
    MAY("effect", OBJECT("'contract','title','basis','arrangement','currency','totals','difference','difference_of_prices','unpriced_rows','groupings','settled','unpriced'",
        MUST("contract", TEXT, "The contract.", "'acute'")
        MAY_TEXT("title", "Its name for people.", "Acute services")
        MUST("basis", REF("basis"), "The kind of figures.", "'illustrative'")
        MUST("arrangement", TEXT, "The arrangement.", "'national'")
        MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
        MUST("totals", TWO(MAYBE(REF("amount"))), "What it pays by either tariff.", "['100.00','120.00']")
        MUST("difference", MAYBE(REF("amount")), "The second less the first.", "'20.00'")
        MUST("difference_of_prices", MAYBE(REF("amount")), "What rows make of it that both price.", "'20.00'")
        MUST("unpriced_rows", TWO(COUNT), "Rows without a price by either.", "[0,3]")
        MUST("groupings", LIST(OBJECT("'group_by','groups'",
            MUST("group_by", TEXTS, "The columns.", "['provider']")
            MUST("groups", LIST(OBJECT("'key','quantities','amounts','difference'",
                MUST("key", LIST(MAYBE_TEXT), "The values of the columns.", "['RHW']")
                MUST("quantities", TWO(MAYBE(REF("amount"))), "What either prices.", "['10','10']")
                MUST("amounts", TWO(MAYBE(REF("amount"))), "What either pays.", "['100.00','120.00']")
                MUST("difference", MAYBE(REF("amount")), "The second less the first.", "'20.00'"))), "The groups.", "[]"))), "Totals by chapter, provider and point of delivery, or by --group-by.", "[]")
        MUST("settled", LIST(OBJECT("'component','amounts','difference'",
            MUST("component", TEXT, "A component that pays more than rows do.", "'cap'")
            MUST("amounts", TWO(MAYBE(REF("amount"))), "What it pays beside the rows.", "['0.00','-5.00']")
            MUST("difference", MAYBE(REF("amount")), "The second less the first.", "'-5.00'"))), "What is not of rows.", "[]")
        MUST("unpriced", LIST(OBJECT("'key','quantities','amounts','reason'",
            MUST("key", MAP(MAYBE_TEXT), "A key without a price.", "{'hrg':'AA10A'}")
            MUST("quantities", TWO(MAYBE(REF("amount"))), "Its quantity that either does not price.", "['0','3']")
            MUST("amounts", TWO(MAYBE(REF("amount"))), "What either pays for it.", "['300.00',null]")
            MAY_TEXT("reason", "Why.", "no row of prices has this key"))), "What either does not price.", "[]")), "With --contract: what the tariffs make of its money.", "null")
    MUST("prices", LIST(OBJECT("'table','column','key','same','rose','fell','appeared','went','altered','changes'",
        MUST("table", TEXT, "A table.", "'prices'")
        MAY_TEXT("column", "A column of it; null if one tariff lacks the table.", "price")
        MUST("key", TEXTS, "The key of the table.", "['hrg','pod']")
        MAY_TEXT("skipped", "Why it was not compared.", "other keys")
        MUST("same", COUNT, "Values that are the same.", "50")
        MUST("rose", COUNT, "Values that rose.", "3")
        MUST("fell", COUNT, "Values that fell.", "2")
        MUST("appeared", COUNT, "Keys that only the second has.", "1")
        MUST("went", COUNT, "Keys that only the first has.", "1")
        MUST("altered", COUNT, "Texts that changed.", "0")
        MUST("changes", LIST(OBJECT("'key','move','values','difference','percent'",
            MUST("key", LIST(MAYBE_TEXT), "The key.", "['AA10A','EL']")
            MUST("move", TEXT, "What it did.", "'rose'")
            MUST("values", TWO(MAYBE_TEXT), "The values.", "['100','120']")
            MUST("difference", MAYBE(REF("amount")), "The second less the first.", "'20'")
            MUST("percent", MAYBE(REF("amount")), "In per cent of the first.", "'20.0'"))), "Every change.", "[]"))), "Every column of prices.", "[]")};

const rk__schema_body rk__schema_tariff_report = {
    .required = "'id','title','publisher','source','licence','currency','effective','place','fetched','sha256','tables'",
    .members =
    MUST("id", TEXT, "The id of the tariff.", "'ntps-2016-17'")
    MAY_TEXT("title", "Its name for people.", "National tariff 2016/17")
    MAY_TEXT("publisher", "Who published it.", "NHS England")
    MAY_TEXT("source", "Where it is from.", "The national tariff workbook")
    MAY_TEXT("licence", "Under which licence.", "Open Government Licence v3.0")
    MAY("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MUST("effective", OBJECT("'from','to'",
        MAY("from", TEXT, "The first day that it is in force.", "'2016-04-01'")
        MAY("to", TEXT, "The last day.", "'2017-03-31'")), "When it is in force.", "{'from':'2016-04-01','to':null}")
    MAY_TEXT("place", "Where it was read.", "tariffs/2016-17.json")
    MAY_TEXT("fetched", "When it was fetched, if it was.", "2016-05-01 10:00:00")
    MAY("sha256", REF("digest"), "The digest of its content.", DIGEST_EXAMPLE)
    MUST("tables", LIST(OBJECT("'name','key','columns','rows','files'",
        MUST("name", TEXT, "A table.", "'prices'")
        MUST("key", TEXTS, "Its key.", "['hrg','pod']")
        MUST("columns", TEXTS, "Its columns.", "['hrg','pod','price']")
        MAY("rows", COUNT, "Its rows, if it was read.", "56")
        MUST("files", TEXTS, "The files that it is read from.", "['prices.csv']")
        MAY("problems", COUNT, "Of verify: its problems.", "0"))), "Its tables.", "[]")
    MAY("problems", LIST(REF("problem")), "Of verify: all problems.", "[]")};

const rk__schema_body rk__schema_tariff_copies = {
    .or_list = true,
    .required = "'url','state','fetched','bytes','sha256','path'",
    .members =
    MAY_TEXT("url", "Where it is from; not known of a copy whose description is lost.", "https://example.org/prices.json")
    MUST("state", "'enum':['fetched','unchanged','cached','failed','intact','damaged']", "Whether it was fetched now, or is as it was fetched.", "'fetched'")
    MAY_TEXT("fetched", "When it was last fetched or found unchanged, in UTC.", "2016-05-01 10:00:00")
    MAY("bytes", COUNT, "The bytes of the copy.", "105000")
    MAY("sha256", REF("digest"), "The digest of the copy.", DIGEST_EXAMPLE)
    MAY_TEXT("path", "The file in the cache.", ".cache/reckoner/tariffs/0123.json")};

const rk__schema_body rk__schema_tariff_import = {
    .or_list = true,
    .required = "'tariff','table','rows','file'",
    .members =
    MUST("tariff", TEXT, "The tariff that was made.", "'ntps-2016-17'")
    MUST("table", TEXT, "A table of it.", "'prices'")
    MUST("rows", COUNT, "Its rows.", "3971")
    MUST("file", TEXT, "The file that was written.", "'tariff/prices.csv'")};

const rk__schema_body rk__schema_rules = {
    .or_list = true,
    .required = "'id','version','state','file','title','sha256','abi','reason','hint'",
    .members =
    MAY_TEXT("id", "The rule.", "pbr")
    MAY_TEXT("version", "Its version.", "1.0.0")
    MUST("state", TEXT, "Whether it was loaded.", "'loaded'")
    MUST("file", TEXT, "Its file.", "'/usr/lib/reckoner/rules/pbr.so'")
    MAY_TEXT("title", "Its name for people.", "Payment by Results")
    MAY("sha256", REF("digest"), "The digest of the file.", DIGEST_EXAMPLE)
    MAY_TEXT("abi", "The version of the interface that it was built for.", "1.2")
    MAY_TEXT("reason", "Why it was refused.", "it is built for a later interface")
    MAY_TEXT("hint", "What to do about it.", "build it again")};

#define PARAM(items) \
    MUST("name", TEXT, "A parameter.", "'rate'") \
    MUST("type", TEXT, "What it takes.", "'exact'") \
    MUST("required", BOOL, "Whether it must be given.", "true") \
    MUST("per_time", BOOL, "Whether it is an amount per time, scaled with per: year.", "false") \
    MUST("nullable", BOOL, "Whether null may be written.", "false") \
    MAY_TEXT("default", "What it is if it is not given.", "0.01") \
    MAY("minor_unit", BOOL, "Whether it is then the minor unit of the currency.", "true") \
    MAY_TEXT("minimum", "The least value.", "0") \
    MAY_TEXT("maximum", "The largest value.", "1") \
    MAY_TEXT("usual_minimum", "A smaller value is a finding.", "0") \
    MAY_TEXT("usual_maximum", "A larger value is a finding.", "1") \
    MAY_TEXT("unit", "Its unit.", "GBP") \
    MAY_TEXT("help", "What it is.", "The payment.") \
    MAY("words", TEXTS, "The words that it takes.", "['withhold','bonus']") \
    items

const rk__schema_body rk__schema_rule_manual = {
    .required = "'id','version','title','summary','sources','file','sha256','abi','of','of_shadow','rows','row_amounts','group_by','params','columns','elements','notes'",
    .members =
    MUST("id", TEXT, "The rule.", "'pbr'")
    MUST("version", TEXT, "Its version.", "'1.0.0'")
    MAY_TEXT("title", "Its name for people.", "Payment by Results")
    MAY_TEXT("summary", "What it does.", "Pays each spell its price.")
    MUST("sources", TEXTS, "Publications.", "['HFMA, 2011']")
    MUST("file", TEXT, "Its file.", "'pbr.so'")
    MAY("sha256", REF("digest"), "The digest of the file.", DIGEST_EXAMPLE)
    MUST("abi", TEXT, "The version of the interface that it was built for.", "'1.2'")
    MUST("of", TEXT, "Whether it uses other components.", "'none'")
    MUST("of_shadow", BOOL, "Whether those must be shadows.", "false")
    MAY_TEXT("rows", "The table whose rows it prices.", "activity")
    MUST("row_amounts", TEXT, "How it rounds rows.", "'rounded'")
    MUST("group_by", TEXTS, "The columns that its lines are grouped by.", "['pod']")
    MUST("params", LIST("'type':'object','additionalProperties':false,'required':['name','type','required'],'properties':{" PARAM(MAY("items", LIST(OBJECT("'name','type','required'", PARAM(""))), "Of a list: its items.", "[]")) "}"), "Its parameters.", "[]")
    MUST("columns", LIST(OBJECT("'table','name','type'",
        MUST("table", TEXT, "A table.", "'activity'")
        MUST("name", TEXT, "A column of it.", "'los'")
        MUST("type", TEXT, "What it holds.", "'decimal'")
        MUST("required", BOOL, "Whether a row needs it.", "false")
        MUST("per_time", BOOL, "Whether it is an amount per time.", "false")
        MUST("quantity", BOOL, "Whether it is the quantity of the row.", "false")
        MUST("lookup_optional", BOOL, "Whether finding nothing is usual.", "false")
        MUST("key_only", BOOL, "Whether it is only a key.", "false")
        MUST("price_decides", BOOL, "Whether the rule decides if a row needs it.", "false")
        MAY_TEXT("lookup", "The table that it is looked up in.", "prices")
        MAY_TEXT("default", "What it is if there is none.", "1")
        MAY_TEXT("unit", "Its unit.", "day")
        MAY_TEXT("help", "What it is.", "Qualifying days.")
        MAY("words", TEXTS, "The words that it may hold.", "['NEL']")
        MAY_TEXT("usual_minimum", "A smaller value is a finding.", "0")
        MAY_TEXT("usual_maximum", "A larger value is a finding.", "400"))), "The columns that it reads.", "[]")
    MUST("elements", LIST(OBJECT("'name','memo','help'",
        MUST("name", TEXT, "A part of what it pays.", "'base'")
        MUST("memo", BOOL, "Whether it is shown only.", "false")
        MAY_TEXT("help", "What it is.", "Count x price."))), "The parts of what it pays.", "[]")
    MUST("notes", LIST(OBJECT("'name','message'",
        MUST("name", TEXT, "A mark of rows.", "'no_los'")
        MAY_TEXT("message", "What it says.", "emergency rows without a length of stay"))), "What it marks rows with.", "[]")
    MAY("reasons", LIST(OBJECT("'code','text'",
        MUST("code", TEXT, "A reason for no price.", "'57'")
        MAY_TEXT("text", "In words.", "length of stay is missing"))), "Its reasons for no price.", "[]")
    MAY("example", "'type':'object'", "A component that uses it.", "{'id':'example','rule':'pbr'}")};

/* clang-format on */
