/* SPDX-License-Identifier: MIT
 *
 * schema_answers.c: what system, incentives, solve, sensitivity and sweep write.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define MONEY(name, what, example) MUST(name, REF("amount"), what, "'" example "'")
#define MAY_MONEY(name, what, example) MAY(name, REF("amount"), what, "'" example "'")
#define FINDINGS MUST("findings", LIST(REF("finding")), "What is probably a mistake in the input.", "[]")
#define HEAD \
    MAY_TEXT("title", "Its name for people.", "A first system") \
    MUST("basis", REF("basis"), "The kind of figures.", "'illustrative'") \
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
#define OF MUST("of", TEXT, "The id of the contract or system.", "'first'")

/* Of the whole system, and of an organisation. */
#define BALANCE_KEYS "'total','first_period','window','window_tested','first_window_ends','trough','trough_period','payback_period','below_zero'"
#define BALANCE \
    MONEY("total", "The position over all periods.", "670000.00") \
    MAY_TEXT("first_period", "The first period without a deficit.", "2017-18") \
    MUST("window", COUNT, "The years over which it must balance.", "3") \
    MUST("window_tested", BOOL, "Whether there are as many periods.", "true") \
    MAY_TEXT("first_window_ends", "The last period of the first window without a deficit.", "2018-19") \
    MAY_MONEY("trough", "The lowest position so far.", "-120000.00") \
    MAY_TEXT("trough_period", "When that is.", "2016-17") \
    MAY_TEXT("payback_period", "When the position so far is no longer below zero.", "2018-19") \
    MUST("below_zero", BOOL, "Whether the position so far was ever below zero.", "true")

#define SECTORS OBJECT("'nhs','council','practices','other'", \
    MAY_MONEY("nhs", "By commissioners and trusts.", "0.00") \
    MAY_MONEY("council", "By councils.", "0.00") \
    MAY_MONEY("practices", "By practices and federations.", "0.00") \
    MAY_MONEY("other", "By others.", "0.00"))
#define NO_SECTORS "{'nhs':'0.00','council':'0.00','practices':'0.00','other':'0.00'}"

#define POSITION OBJECT("'id','income','costs','before_pool','after_pool','control_total','against_control_total','stranded','double_running','lines'", \
    MUST("id", TEXT, "The organisation.", "'trust'") \
    MONEY("income", "What it receives.", "11800000.00") \
    MONEY("costs", "What goes out.", "11600000.00") \
    MONEY("before_pool", "Income less costs.", "200000.00") \
    MAY_MONEY("lifted", "What the pool takes over.", "580000.00") \
    MAY_MONEY("share", "Its share of the pool.", "-290000.00") \
    MAY_MONEY("owners", "What goes to or comes from owners of joint ventures.", "15000.00") \
    MONEY("after_pool", "The position after the pool.", "490000.00") \
    MAY_MONEY("control_total", "What it has agreed to reach.", "0.00") \
    MAY_MONEY("against_control_total", "The position less that.", "490000.00") \
    MAY_MONEY("with_members", "Of a group: its position and those of its members.", "490000.00") \
    MAY_MONEY("cash_left", "Of its opening cash.", "17166666.67") \
    MAY_MONEY("stranded", "Cost of activity that has gone.", "580000.00") \
    MAY_MONEY("double_running", "Cost of running two services at once.", "0.00") \
    MUST("lines", LIST(OBJECT("'kind','amount'", \
        MUST("kind", "'enum':['receipt','allocation','income','grant','payment','cost','double-running','stranded','investment','repayment','activity','activity-moved','vat']", "What it is.", "'receipt'") \
        MAY_TEXT("label", "What the document calls it.", "Cost of the services") \
        MAY_TEXT("with", "The other organisation.", "ccg") \
        MONEY("amount", "The amount, without the sign of its kind: what goes out is above zero.", "11600000.00"))), "What the position is made of.", "[{'kind':'receipt','with':'ccg','amount':'11600000.00'}]"))

#define PERIOD OBJECT("'period','system','cumulative','window','stranded','double_running','incurred_by','borne_by','vat','organisations','contracts'", \
    MUST("period", TEXT, "The period.", "'2016-17'") \
    MONEY("system", "The position of the system.", "670000.00") \
    MAY_MONEY("cumulative", "The same so far.", "670000.00") \
    MAY_MONEY("window", "The same over the years of the window.", "670000.00") \
    MAY_MONEY("stranded", "Cost of activity that has gone.", "580000.00") \
    MAY_MONEY("double_running", "Cost of running two services at once.", "0.00") \
    MUST("incurred_by", SECTORS, "On whom stranded and double-running cost falls.", NO_SECTORS) \
    MUST("borne_by", SECTORS, "Who bears it after the pool.", NO_SECTORS) \
    MAY_MONEY("vat", "VAT that is not recovered.", "0.00") \
    MAY("pool", OBJECT("'lifted','residual'", \
        MAY_MONEY("lifted", "What it takes over.", "580000.00") \
        MAY_MONEY("residual", "What no member bears.", "0.00") \
        MAY_MONEY("drawn_from_reserve", "What the reserve bears.", "0.00")), "The pool, if there is one.", "{'lifted':'580000.00','residual':'0.00'}") \
    MUST("organisations", LIST(POSITION), "The organisations, in order.", "[]") \
    MUST("contracts", LIST(OBJECT("'id','payer','payee','arrangement','payment'", \
        MUST("id", TEXT, "The contract.", "'acute'") \
        MUST("payer", TEXT, "Who pays.", "'ccg'") \
        MUST("payee", TEXT, "Who is paid.", "'trust'") \
        MUST("arrangement", TEXT, "The arrangement.", "'cost'") \
        MONEY("payment", "What is paid.", "11600000.00") \
        MAY_MONEY("vat", "VAT that the payer bears.", "0.00") \
        MAY_MONEY("retained", "What the lead provider retains of a head contract.", "100000.00"))), "The contracts, in order.", "[]"))

#define SCENARIO OBJECT("'scenario','title','answer','balance','organisations','periods','conditions','coverage','findings'", \
    MUST("scenario", TEXT, "Its name.", "'moved'") \
    MAY_TEXT("title", "Its name for people.", "A thousand spells move") \
    MUST("answer", TEXT, "Whether the system balances, in a sentence.", "'moved: the system balances (+0.67m).'") \
    MUST("balance", OBJECT(BALANCE_KEYS ",'discount_rate','net_present_value'", BALANCE \
        MAY_TEXT("discount_rate", "The rate a year by which later positions count less.", "3.5%") \
        MAY_MONEY("net_present_value", "The position over all periods at that rate.", "650000.00")), "Of the whole system.", \
        "{'total':'0.00','first_period':'2016-17','window':1,'window_tested':true,'first_window_ends':'2016-17','trough':'0.00','trough_period':'2016-17','payback_period':null,'below_zero':false,'discount_rate':null,'net_present_value':null}") \
    MUST("organisations", LIST(OBJECT("'id'," BALANCE_KEYS, MUST("id", TEXT, "The organisation.", "'trust'") BALANCE \
        MAY_MONEY("lowest_cash", "The least that it has left of its opening cash.", "-2666666.67") \
        MAY_TEXT("cash_out_period", "When that is first below zero.", "2016-17"))), "Of each organisation.", "[]") \
    MAY("bridge", LIST(OBJECT("'organisation','price','activity','cost-saved','stranded','double-running','vat','grants','other','pool'", \
        MAY_TEXT("organisation", "The organisation; null of the whole system.", "trust") \
        MONEY("price", "What contracts pay at the activity of the documents.", "0.00") \
        MONEY("activity", "What changes of activity change in that.", "-1450000.00") \
        MONEY("cost-saved", "The cost of that activity as if none were fixed.", "1450000.00") \
        MONEY("stranded", "The part of it that stays.", "-580000.00") \
        MONEY("double-running", "Running two services at once.", "0.00") \
        MONEY("vat", "VAT that is not recovered.", "0.00") \
        MONEY("grants", "Grants.", "0.00") \
        MONEY("other", "Other flows.", "0.00") \
        MONEY("pool", "The pool.", "0.00"))), "What moves positions from the first scenario to this one.", "[]") \
    MUST("periods", LIST(PERIOD), "The periods, in order.", "[]") \
    MUST("conditions", LIST(OBJECT("'contract','period','organisation','tested','against','met','missed_by','cumulative','after_pool','excluding_grants'", \
        MUST("contract", TEXT, "The contract with the condition.", "'stf'") \
        MUST("period", TEXT, "The period.", "'2016-17'") \
        MUST("organisation", TEXT, "Whose position is tested.", "'trust'") \
        MAY_MONEY("tested", "The figure that was tested.", "-1400000.00") \
        MAY_MONEY("against", "What it was held against.", "-1500000.00") \
        MUST("met", BOOL, "Whether the condition is met.", "true") \
        MAY_TEXT("missed_by", "What it lacks, exactly, if it is missed.", "0.005") \
        MUST("cumulative", BOOL, "Whether both are for the year to date.", "false") \
        MUST("after_pool", BOOL, "Whether it is the position after the pool.", "false") \
        MUST("excluding_grants", BOOL, "Whether grants are left out.", "true"))), "Conditions of grants.", "[]") \
    MUST("coverage", LIST(OBJECT("'table','period','pod','payers','paid_by','quantity','value'", \
        MUST("table", TEXT, "The table.", "'activity'") \
        MAY_TEXT("period", "The period.", "2016-17") \
        MAY_TEXT("pod", "The point of delivery.", "EL") \
        MAY_TEXT("rows", "What the rows are, if not one point of delivery.", "service cancer") \
        MUST("payers", COUNT, "How many contracts pay for it.", "2") \
        MAY_TEXT("paid_by", "Which they are.", "acute, community") \
        MAY_MONEY("quantity", "How much of it there is.", "8000") \
        MAY_MONEY("value", "What it is worth, where that is known.", "11600000.00"))), "Activity that is paid more than once, or by nobody.", "[]") \
    FINDINGS)

const rk__schema_body rk__schema_system_result = {
    .required = "'reckoner','system','title','basis','currency','organisations','scenarios','notes','sources','provenance'",
    .members = DOCUMENT("system-result/1")
    MUST("system", TEXT, "The id of the system.", "'first'")
    HEAD
    MUST("organisations", LIST(OBJECT("'id','kind','title','members'",
        MUST("id", TEXT, "The organisation.", "'trust'")
        MUST("kind", TEXT, "What it is.", "'trust'")
        MAY_TEXT("title", "Its name for people.", "Acute trust")
        MAY_TEXT("members", "Its members, for readers.", "CCG one, CCG two"))), "The organisations, in order.", "[]")
    MUST("scenarios", LIST(SCENARIO), "The scenarios, in order.", "[]")
    MAY("notes", REF("notes"), "The notes of the system.", "'A first outline.'")
    MUST("sources", REF("sources"), "Where its figures come from.", "[]")
    MUST("provenance", OBJECT("'reckoner','system_sha256','inputs'",
        MUST("reckoner", TEXT, "The version of Reckoner.", "'1.0.0'")
        MUST("system_sha256", REF("digest"), "The digest of the system.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
        MAY("options", OBJECT("",
            MUST("param", LIST(TEXT), "What --param changed.", "['acute.rate=740']")
            MUST("set", LIST(TEXT), "What --set changed.", "['/delivery=0.8']")), "Options that make it another result than the document alone.", "{'param':['acute.rate=740']}")
        MUST("inputs", LIST(OBJECT("'kind','id','file'",
            MUST("kind", "'enum':['contract','tariff','tariff file','facts','rule']", "What it is.", "'facts'")
            MAY_TEXT("id", "The id of a contract, tariff or rule; of facts, the table.", "activity")
            MAY_TEXT("file", "Its file; null if the document itself has it.", "spells.csv")
            MUST("sha256", REF("digest"), "The digest of its content.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
            MUST("xxh3", "'type':'string','pattern':'^[0-9a-f]{16,32}$'", "A fast digest of the file.", "'99aa06d3014798d86001c324468d497f'"))), "What its contracts were made from, each once.", "[]")), "What the result was made with.", "{'reckoner':'1.0.0','system_sha256':'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','inputs':[]}")};

#define SIDE OBJECT("'payment','cost','contribution','after_pool','after_gain_share_and_gates'", \
    MAY_MONEY("payment", "What the payment changes by.", "1450") \
    MAY_MONEY("cost", "What the cost changes by.", "870") \
    MAY_MONEY("contribution", "The payment less the cost.", "580") \
    MAY_MONEY("after_pool", "The same after the pool.", "290") \
    MAY_MONEY("after_gain_share_and_gates", "The same after gain shares and conditions too.", "290"))
#define NO_SIDE "{'payment':'1450','cost':'870','contribution':'580','after_pool':null,'after_gain_share_and_gates':null}"

const rk__schema_body rk__schema_incentives = {
    .required = "'reckoner','of','title','basis','currency','column','step','lines','findings'",
    .members = DOCUMENT("incentives-result/1")
    OF
    HEAD
    MAY_TEXT("column", "The column whose values are stepped.", "pod")
    MONEY("step", "How many units are one more and one fewer.", "1")
    MUST("lines", LIST(OBJECT("'contract','period','key','units','arrangement','more','fewer','too_few'",
        MUST("contract", TEXT, "The contract.", "'acute'")
        MUST("period", TEXT, "The period.", "'2016-17'")
        MAY_TEXT("key", "The value of the column.", "EL")
        MAY_MONEY("units", "How many there are.", "8000")
        MUST("arrangement", TEXT, "The arrangement or scenario.", "'pbr'")
        MUST("more", SIDE, "What more units change.", NO_SIDE)
        MUST("fewer", SIDE, "What fewer units change.", NO_SIDE)
        MUST("too_few", BOOL, "Whether there are not as many as the step.", "false"))), "A line for each contract, period, key and arrangement.", "[]")
    FINDINGS};

#define SERIES \
    MAY_TEXT("scenario", "The scenario of a system.", "moved") \
    MAY_TEXT("contract", "The contract.", "risk-mix")
#define EXACT(name, what, example) MAY(name, REF("exact"), what, "'" example "'")
#define NEED_EXACT(name, what, example) MUST(name, REF("exact"), what, "'" example "'")

const rk__schema_body rk__schema_solution = {
    .required = "'reckoner','of','title','basis','currency','vary','present','low','high','measure','value','series'",
    .members = DOCUMENT("solution/1")
    OF
    HEAD
    MUST("vary", TEXT, "What is varied.", "'/scenarios/moved/delivery'")
    EXACT("present", "Its value in the document.", "0.8")
    EXACT("low", "The least that is tried.", "0")
    EXACT("high", "The most that is tried.", "1")
    MUST("measure", TEXT, "What is measured.", "'total'")
    MAY_MONEY("value", "What it is to reach.", "0.00")
    MUST("series", LIST(OBJECT("'flat','roots','nearest_at','nearest','beyond'",
        SERIES
        MUST("flat", BOOL, "Whether the measure does not move.", "false")
        MUST("roots", LIST(OBJECT("'kind','at','measure'",
            MUST("kind", "'enum':['exact','rounded','nearest','jump','range']", "How the value is reached.", "'exact'")
            NEED_EXACT("at", "What is varied, there.", "0.75")
            MAY_MONEY("measure", "The measure there.", "0.00")
            EXACT("to", "The end of a range, or the other side of a jump.", "0.76")
            MAY_MONEY("measure_to", "The measure there.", "120.00"))), "The values at which it is reached.", "[{'kind':'exact','at':'0.75','measure':'0.00'}]")
        EXACT("nearest_at", "Where it comes nearest, if it is not reached.", "1")
        MAY_MONEY("nearest", "The measure there.", "-1500.00")
        EXACT("beyond", "Where it would be reached beyond what is tried.", "1.2"))), "The contract, or the scenarios of the system.", "[]")};

const rk__schema_body rk__schema_sensitivity = {
    .required = "'reckoner','of','title','basis','currency','measure','uncertain','draws','seed','series'",
    .members = DOCUMENT("sensitivity/1")
    OF
    HEAD
    MUST("measure", TEXT, "What is measured.", "'total'")
    MUST("uncertain", COUNT, "Things with a probability.", "2")
    MUST("draws", COUNT, "Draws that were made.", "10000")
    MUST("seed", COUNT, "What the draws begin from.", "1")
    MUST("series", LIST(OBJECT("'base','bars'",
        SERIES
        MAY_MONEY("base", "The measure as the document stands.", "670000.00")
        MUST("bars", LIST(OBJECT("'vary','low','present','high','at_low','at_high','swing'",
            MUST("vary", TEXT, "What is varied.", "'/scenarios/moved/delivery'")
            EXACT("low", "The least that is tried.", "0.6")
            EXACT("present", "Its value in the document.", "0.8")
            EXACT("high", "The most that is tried.", "1")
            MAY_MONEY("at_low", "The measure at the least.", "500000.00")
            MAY_MONEY("at_high", "The measure at the most.", "840000.00")
            MAY_MONEY("swing", "How far it moves.", "340000.00"))), "From the widest swing down.", "[]")
        MAY("chances", OBJECT("'expected','not_below_zero'",
            MAY_MONEY("expected", "The expected measure.", "600000.00")
            EXACT("not_below_zero", "The chance that it is not below zero.", "0.75")
            MAY_MONEY("median", "The middle of the draws.", "610000.00")
            MAY_MONEY("low_5", "Below it are 5% of the draws.", "420000.00")
            MAY_MONEY("high_95", "Below it are 95% of the draws.", "830000.00")
            EXACT("drawn_not_below_zero", "The part of the draws that are not below zero.", "0.7512")), "What chance makes of it, if anything is uncertain.", "{'expected':'600000.00','not_below_zero':'0.75'}"))), "The contract, or the scenarios of the system.", "[]")};

const rk__schema_body rk__schema_sweep = {
    .required = "'reckoner','of','title','currency','points'",
    .members = DOCUMENT("sweep/1")
    OF
    MAY_TEXT("title", "Its name for people.", "A first system")
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MUST("points", LIST(OBJECT("'values','measures'",
        MAY_TEXT("scenario", "The scenario of a system.", "moved")
        MUST("values", MAP(REF("exact")), "What is varied, there.", "{'/scenarios/moved/delivery':'0.8'}")
        MUST("measures", MAP(EITHER(REF("amount"), "'type':'null'")), "The measures there.", "{'total':'670000.00'}"))), "Every point of the grid.", "[]")};

/* clang-format on */

const rk__schema_body rk__schema_doctor = {
    .required = "'reckoner','version','wrong','examined'",
    .members = DOCUMENT("doctor/1") MUST("version", TEXT, "The version of Reckoner.", "'0.1.0'")
        MUST("wrong", COUNT, "How many things are wrong.", "0")
            MUST("examined",
                 LIST(OBJECT(
                     "'subject','state','path','message','hint'",
                     MUST("subject",
                          "'enum':['program','rules','profiles','schemas','charts','cache','https',"
                          "'isolation','tools']",
                          "What was examined.", "'rules'")
                         MUST("state", "'enum':['ok','note','wrong']",
                              "Whether it is as it should be; a note is of something optional.",
                              "'ok'") MAY_TEXT("path", "Where it is.", "/usr/bin/reckon")
                             MUST("message", TEXT, "What was found.", "'17 rules'") MAY_TEXT(
                                 "hint", "How to mend it.", "remove the copy that is not wanted"))),
                 "What was examined, in this order.", "[]")};
