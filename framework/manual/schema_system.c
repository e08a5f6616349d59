/* SPDX-License-Identifier: MIT
 *
 * schema_system.c: systems.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define NOTES(example) MAY("notes", REF("notes"), "Anything.", "'" example "'")

#define ORGANISATION OBJECT("'id','kind'", \
    MUST("id", REF("id"), "Its name for programs.", "'trust'") \
    MUST("kind", "'enum':['commissioner','trust','gp-practice','gp-federation','local-authority','joint-venture','outside','other']", "What it is.", "'trust'") \
    MAY_TEXT("title", "Its name for people.", "Acute trust") \
    MAY("role", CONST("observer"), "Shown, and in no sum.", "'observer'") \
    MAY("index", REF("index"), "How its control total grows.", "'tariff-uplift'") \
    MAY("members", LIST(TEXT), "Organisations of the system whose position is shown with its own; or names, for readers.", "['CCG one','CCG two']") \
    MAY("owners", REF("shares"), "Of a joint venture: who shares its position after the pool.", "[{'organisation':'trust','share':'1/2'},{'organisation':'ccg','share':'1/2'}]") \
    MAY("vat_recovery", REF("ratio"), "The part of VAT that it recovers.", "'1'") \
    MAY("loss_cap", REF("decimal"), "The most that the pool may make it bear in a period.", "'500000'") \
    MAY("gain_cap", REF("decimal"), "The most that the pool may let it keep in a period.", "'500000'") \
    MAY("opening_cash", REF("decimal"), "The cash that it begins with.", "'20000000'") \
    MAY("control_total", "'anyOf':[{" REF("indexed") "},{" MAP(EITHER(REF("decimal"), "'type':'null'")) "}]", "The position that it has agreed to reach: by period, or one for all periods.", "{'2016-17':'-1500000'}") \
    NOTES("Formed in 2014."))

#define CONTRACT OBJECT("'id','contract','payer','payee'", \
    MUST("id", REF("id"), "Its name for programs.", "'acute'") \
    MAY_TEXT("title", "Its name for people.", "Acute services") \
    MUST("contract", EITHER(TEXT, REF("contract_of_system")), "A path beside the system, or a contract in place, which may leave out what it has from the system.", "'../contracts/risk-mix.json'") \
    MUST("payer", TEXT, "The organisation that pays.", "'ccg'") \
    MUST("payee", TEXT, "The organisation that is paid.", "'trust'") \
    MAY_TEXT("under", "The head contract that this is a subcontract of.", "lead") \
    MAY("vat", REF("vat"), "The tax that the payer bears.", "{'rate':'20%'}") \
    MAY("from", REF("date"), "The first day that it is in force.", "'2016-10-01'") \
    MAY("to", REF("date"), "The last day that it is in force.", "'2017-03-31'") \
    NOTES("Signed in March."))

#define FLOW OBJECT("'organisation','kind','amount'", \
    MUST("organisation", TEXT, "Whose money it is.", "'trust'") \
    MUST("kind", "'enum':['allocation','income','grant','cost','double-running','stranded','investment','repayment']", "What it is for; the first three come in, the others go out.", "'cost'") \
    MUST("amount", REF("indexed"), "How much.", "'47000000'") \
    MAY_TEXT("label", "What reports call it.", "Cost of the services") \
    MAY("period", REF("periods_of"), "The periods in which it flows; every one if absent.", "'2016-17'") \
    MAY("per", "'enum':['period','year'],'default':'period'", "Whether the amount is for a financial year or for each period.", "'year'") \
    MAY("from", REF("date"), "The first day.", "'2016-10-01'") \
    MAY("to", REF("date"), "The last day.", "'2017-03-31'") \
    MAY("index", REF("index"), "How the amount grows.", "'tariff-uplift'") \
    MAY("vat", REF("vat"), "The tax on what goes out.", "{'rate':'20%'}") \
    MAY("delivery", EITHER(CONST("scenario"), REF("ratio")), "The part of it that happens; or that of the scenario.", "'80%'") \
    MAY("probability", REF("ratio"), "The chance that it happens, for reckon sensitivity.", "'0.5'") \
    NOTES("From the plan of April."))

#define BEHAVIOUR OBJECT("'organisation','unit_cost'", \
    MUST("organisation", TEXT, "Whose cost it is.", "'trust'") \
    MAY_TEXT("title", "What reports call it.", "Emergency admissions avoided") \
    MAY_TEXT("pod", "The point of delivery: a short form of scope.", "NEL") \
    MAY("scope", REF("scope"), "The rows whose activity it follows.", "{'pod':['NEL','EL']}") \
    MUST("unit_cost", REF("indexed"), "The cost of a unit of activity.", "'2200'") \
    MAY("fixed", REF("ratio"), "The part of it that remains when the activity goes.", "'40%'") \
    MAY("decay_by_age", LIST_SOME(REF("ratio")), "The part of the fixed cost still there in the period of the change, and in those after it.", "['100%','50%','0']") \
    MAY("decay_unit", "'enum':['year','period'],'default':'year'", "What ages are counted in.", "'year'") \
    MAY("decay", MAP(REF("ratio")), "The part still there, by period; the older form.", "{'2017-18':'50%'}") \
    MAY("index", REF("index"), "How the unit cost grows.", "'tariff-uplift'") \
    NOTES("Reference costs."))

#define POOL OBJECT("", \
    MAY("members", REF("shares"), "Who shares, and by which shares.", "[{'organisation':'ccg','share':'60%'},{'organisation':'trust','share':'40%'}]") \
    MAY("tiers", LIST(OBJECT("'members'", \
        MAY("to", REF("decimal"), "The end of the tier; none of the last.", "'1000000'") \
        MUST("members", REF("shares"), "Who shares what is in the tier.", "[{'organisation':'ccg','share':'1'}]"))), "Shares by the size of a loss or gain, in place of members.", "[{'members':[{'organisation':'ccg','share':'1'}]}]") \
    MAY("charges", LIST(TEXT), "Kinds of outgoing flow that are shared.", "['double-running','stranded']") \
    MAY("variance", BOOL, "Whether each distance from a control total is shared too.", "true") \
    MAY("residual", "'enum':['respread','named','returned']", "Where what no member can bear goes.", "'respread'") \
    MAY("reserve", EITHER(REF("decimal"), OBJECT("'amount'", \
        MUST("amount", REF("decimal"), "How much it holds.", "'500000'") \
        MAY_TEXT("organisation", "Whose money it is.", "ccg"))), "What is drawn before the members bear a loss.", "'500000'") \
    NOTES("Agreed by the board."))

#define CHANGE OBJECT("'contract','count'", \
    MUST("contract", TEXT, "The contract whose activity changes.", "'acute'") \
    MAY("period", REF("periods_of"), "The periods in which it does; every one if absent.", "['2017-18','2018-19']") \
    MAY_TEXT("table", "The table; activity if absent.", "activity") \
    MAY("where", REF("scope"), "The rows that change.", "{'pod':'NEL'}") \
    MUST("count", EITHER(REF("ratio"), OBJECT("'standard_deviations'", \
        MUST("standard_deviations", REF("decimal"), "Of independent cases: the root of their number.", "'2'"))), "By how much in all; -10% is a part of what there is.", "-600") \
    MAY("delivery", REF("ratio"), "The part of it that happens.", "'80%'") \
    MAY("probability", REF("ratio"), "The chance that it happens, for reckon sensitivity.", "'0.5'") \
    MAY("to", OBJECT("'organisation','unit_cost'", \
        MUST("organisation", TEXT, "Who takes the activity over.", "'community'") \
        MUST("unit_cost", REF("indexed"), "What a unit costs there.", "'900'") \
        MAY("index", REF("index"), "How that grows.", "'tariff-uplift'")), "Where the activity goes.", "{'organisation':'community','unit_cost':'900'}") \
    NOTES("First wave."))

const rk__schema_body rk__schema_system = {
    .required = "'reckoner','id','periods','organisations'",
    .members = EDITORS DOCUMENT("system/1")
    MUST("id", REF("id"), "The name for programs.", "'accountable-care-system'")
    MAY_TEXT("title", "The name for people.", "From payment by results to price equals cost")
    MAY("basis", REF("basis"), "The kind of figures.", "'illustrative'")
    MAY("currency", REF("currency"), "An ISO 4217 code; GBP if absent.", "'GBP'")
    MUST("periods", REF("periods"), "The periods, none overlapping.", "[{'id':'2016-17','start':'2016-04-01','end':'2017-03-31'}]")
    MAY("year_starts", REF("month_day"), "The day on which financial years begin; that of the first period if absent.", "'04-01'")
    MAY("indices", MAP(REF("index_in_place")), "How amounts grow from year to year, by name.", "{'tariff-uplift':{'rate':'2.1%'}}")
    MAY("tariff", REF("tariffs"), "The tariff of contracts in place that name none.", "'../tariffs/ntps-2016-17-sample.json'")
    MUST("organisations", LIST_SOME(ORGANISATION), "The organisations that take part.", "[{'id':'trust','kind':'trust'}]")
    MAY("facts", REF("facts"), "Tables that contracts share.", "{'activity':[{'pod':'EL','count':7700}]}")
    MAY("contracts", LIST(CONTRACT), "Who pays whom, and by which contract.", "[{'id':'acute','payer':'ccg','payee':'trust','contract':'acute.json'}]")
    MAY("flows", LIST(FLOW), "Payments and costs that are in no contract.", "[{'organisation':'trust','kind':'cost','amount':'47000000'}]")
    MAY("cost_behaviour", LIST(BEHAVIOUR), "How cost follows activity.", "[{'organisation':'trust','pod':'NEL','unit_cost':'2200','fixed':'40%'}]")
    MAY("pool", POOL, "What is shared, and how.", "{'charges':['stranded'],'members':[{'organisation':'trust','share':'1'}]}")
    MAY("scenarios", MAP(OBJECT("",
        MAY_TEXT("title", "What reports call it.", "The pathways change")
        MAY_TEXT("like", "The scenario that it begins from.", "today")
        MAY("arrangements", MAP(TEXT), "The arrangement of each contract.", "{'acute':'price-equals-cost'}")
        MAY("delivery", REF("ratio"), "The part of all changes that happens.", "'80%'")
        MAY("changes", LIST(CHANGE), "What changes in activity.", "[{'contract':'acute','where':{'pod':'NEL'},'count':-600}]")
        MAY("set", "'type':'object','propertyNames':{'pattern':'^/'}", "Values to put at JSON pointers, or {times, plus} of what is there.", "{'/flows/0/amount':{'times':'1.06'}}")
        NOTES("Agreed in outline."))), "The scenarios to compare, by name.", "{'today':{}}")
    MAY("balance", OBJECT("",
        MAY("window", "'type':['integer','string']", "The years over which the system must balance; 1 if absent.", "3")
        MAY("discount_rate", REF("ratio"), "The rate a year by which later positions count less.", "'3.5%'")), "What balancing means.", "{'window':3,'discount_rate':'3.5%'}")
    MAY("sources", REF("sources"), "Where figures come from.", "[{'of':'/flows','text':'Annual accounts 2016/17'}]")
    MAY("accept", REF("accept"), "Codes of findings that are known: they become notes.", "['two-costs']")
    NOTES("A first outline.")};

/* clang-format on */
