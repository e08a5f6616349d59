/* SPDX-License-Identifier: MIT
 *
 * schema_result.c: what evaluate, compare, explain, check and test write.
 */
#include "manual/schema_parts.h"

/* clang-format off */

#define MONEY(name, what, example) MUST(name, REF("amount"), what, "'" example "'")
#define MAY_MONEY(name, what, example) MAY(name, REF("amount"), what, "'" example "'")
#define ROWS(what, example) MUST("rows", REF("rows_counted"), what, example)
#define KEY(what) MUST("key", MAP("'type':['string','null']"), what, "{'hrg':'DZ11B','pod':'NEL'}")

const char rk__schema_results[] =
    PIECE("amount", "'description':'A decimal in quotes; * where a small count is hidden.','type':'string','pattern':'^(-?[0-9]+([.][0-9]+)?|[*])$'")
    PIECE("rows_counted", "'description':'Rows; * where few are hidden.'," EITHER(COUNT, CONST("*")))
    PIECE("exact", "'description':'An exact number in quotes.','type':'string','pattern':'^-?[0-9]+([.][0-9]+)?(/[0-9]+)?$'")
    PIECE("step", OBJECT("'label','value'",
        MAY_TEXT("label", "What it is.", "per_head")
        MAY_TEXT("formula", "What it is worked out from.", "pot / everyone")
        MAY_TEXT("value", "What it comes to.", "10")
        MAY_TEXT("source", "Where it is from: a JSON pointer, a file, a publication.", "/facts/units/0/pop")
        MAY("steps", LIST(REF("step")), "How that comes about.", "[{'label':'pot','value':'900000'}]")))
    PIECE("digest", "'type':'string','pattern':'^[0-9a-f]{64}$'")
    PIECE("finding", OBJECT("'code','severity','message','at','rows','quantity','amount'",
        MUST("code", TEXT, "What it is: docs/findings.md.", "'total-row'")
        MUST("severity", "'enum':['error','warning','note']", "How bad it is.", "'warning'")
        MUST("message", TEXT, "What it is, in a sentence.", "'the last row of costs is the sum of those above it'")
        MAY_TEXT("at", "A file and line, or a JSON pointer.", "costs.csv:4")
        MAY("rows", REF("rows_counted"), "The rows that it is about.", "1")
        MAY_MONEY("quantity", "Their quantity.", "12")
        MAY_MONEY("amount", "The money at stake, where it can be worked out.", "900.00")))
    PIECE("problem", OBJECT("'code','message','file','line','column','pointer','hint'",
        MUST("code", TEXT, "An error code, or warning: docs/formats.md.", "'unknown-key'")
        MUST("message", TEXT, "What is wrong.", "'unknown key rat'")
        MAY_TEXT("file", "The file that it is in.", "acute.json")
        MAY("line", COUNT, "The line, from 1.", "47")
        MAY("column", COUNT, "The column, from 1, in characters.", "91")
        MAY_TEXT("pointer", "The JSON pointer of the value.", "/arrangements/capitation/0/params/rat")
        MAY_TEXT("hint", "What to do.", "did you mean rate?")))
    PIECE("line", OBJECT("'label','amount'",
        MUST("label", TEXT, "What it is for.", "'NEL'")
        MAY_MONEY("quantity", "How many.", "12600")
        MAY_TEXT("unit", "What they are.", "spell")
        MAY_MONEY("rate", "What each is worth; the average of a line that is a sum of rows.", "1950")
        MAY_MONEY("factor", "What that is multiplied by.", "1")
        MONEY("amount", "The amount, exact up to six decimals.", "24570000")
        MAY_TEXT("source", "Where the rule is from.", "2016/17 National Tariff, section 4")
        MAY_TEXT("of", "The component whose line it is a part of, where an amount is dealt back.", "acute")
        MAY("memo", BOOL, "Whether it is shown and not added.", "true")))
    PIECE("component_result", OBJECT("'id','rule','total','lines','elements','unpriced'",
        MUST("id", TEXT, "The component.", "'acute'")
        MUST("rule", TEXT, "Its rule.", "'pbr'")
        MAY_TEXT("title", "Its name for people.", "A price for each spell")
        MAY("shadow", BOOL, "Whether it is shown and not paid.", "true")
        MONEY("total", "What it comes to, rounded once.", "24570000.00")
        MUST("lines", LIST(REF("line")), "Its ledger lines.", "[{'label':'NEL','amount':'24570000'}]")
        MUST("elements", MAP(REF("amount")), "The parts of what a rule of rows pays.", "{'base':'24570000.00'}")
        MUST("unpriced", OBJECT("'rows','keys'",
            ROWS("All rows without a price.", "3")
            MUST("keys", LIST(OBJECT("'key','rows','quantity','reason'",
                KEY("The columns that the price was looked for by.")
                ROWS("Rows with this key.", "3")
                MONEY("quantity", "Their quantity.", "3")
                MUST("reason", TEXT, "Why they have no price.", "'no row of prices has this key'"))), "The keys, the most frequent first.", "[{'key':{'hrg':'DZ11B'},'rows':3,'quantity':'3','reason':'no row of prices has this key'}]")
            MAY("more_keys", COUNT, "Keys that are not listed.", "12")), "Rows that pay nothing.", "{'rows':0,'keys':[]}")
        MAY("groups", LIST(OBJECT("'key','rows','quantity'",
            KEY("The values of the columns of --group-by.")
            ROWS("Rows of the group.", "25")
            MONEY("quantity", "Their quantity.", "25")
            MAY_MONEY("amount", "What they come to.", "66982.00")
            MAY("elements", MAP(REF("amount")), "The parts of the amount.", "{'base':'43557.00'}"))), "With --group-by: totals by its columns.", "[{'key':{'pod':'NEL'},'rows':25,'quantity':'25','amount':'66982.00'}]")))
    PIECE("provenance", OBJECT("'reckoner','contract_sha256','tariff','facts','rules'",
        MUST("reckoner", TEXT, "The version of Reckoner.", "'1.0.0'")
        MUST("contract_sha256", REF("digest"), "The digest of the contract.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
        MAY("options", OBJECT("",
            MUST("param", LIST(TEXT), "What --param changed.", "['budget.rate=745']")
            MUST("set", LIST(TEXT), "What --set changed.", "['/provider=RHW']")
            MUST("group_by", LIST(TEXT), "The columns that rows are grouped by.", "['pod']")
            MUST("suppress_below", COUNT, "Counts below this are hidden.", "5")
            MUST("max_errors", COUNT, "How many unreadable rows may be left out.", "10")), "Options that make it another result than the contract alone.", "{'param':['budget.rate=745']}")
        MUST("tariff", LIST(OBJECT("'id','sha256'",
            MUST("id", TEXT, "The id of a tariff.", "'ntps-2016-17'")
            MUST("sha256", REF("digest"), "The digest of its content.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
            MAY("files", LIST(OBJECT("'file','xxh3'",
                MUST("file", TEXT, "A file of its tables that was read.", "'prices.csv'")
                MUST("xxh3", "'type':'string','pattern':'^[0-9a-f]{16,32}$'", "A fast digest of the file.", "'99aa06d3014798d86001c324468d497f'"))), "The files of its tables that were read.", "[]"))), "The tariffs that were used.", "[]")
        MUST("facts", LIST(OBJECT("'table','file','xxh3','rows'",
            MUST("table", TEXT, "A table.", "'activity'")
            MUST("file", TEXT, "Its file.", "'spells.csv'")
            MUST("xxh3", "'type':'string','pattern':'^[0-9a-f]{16,32}$'", "A fast digest of the file.", "'99aa06d3014798d86001c324468d497f'")
            MAY("sha256", REF("digest"), "With --provenance full: the SHA-256 of the file.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'")
            MUST("rows", COUNT, "Its rows.", "400")
            MAY("declared", OBJECT("",
                MAY("sheet", TEXT, "The sheet of a workbook.", "'Extract'")
                MAY("delimiter", TEXT, "The character between fields.", "';'")
                MAY("read", "'type':'object'", "How it is written.", "{'dates':'dd/mm/yyyy'}")), "How the file is written, as its table declares it; absent if nothing is declared.", "{'read':{'dates':'dd/mm/yyyy'}}"))), "The files of facts that were read.", "[]")
        MUST("rules", LIST(OBJECT("'id','version','file','sha256'",
            MUST("id", TEXT, "A rule.", "'pbr'")
            MUST("version", TEXT, "Its version.", "'1.0.0'")
            MUST("file", TEXT, "Its file.", "'pbr.so'")
            MUST("sha256", REF("digest"), "The digest of the file.", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"))), "The rules that were used.", "[]")));

#define FINDINGS MUST("findings", LIST(REF("finding")), "What is probably a mistake in the input.", "[]")
#define PROBLEMS LIST(REF("problem"))

const rk__schema_body rk__schema_result = {
    .required = "'reckoner','contract'",
    .members = DOCUMENT("result/1")
    MAY_TEXT("contract", "The id of the contract, or its file where it failed.", "risk-mix")
    MUST("arrangement", TEXT, "The arrangement that was evaluated.", "'cap-and-collar'")
    MUST("basis", REF("basis"), "The kind of figures.", "'illustrative'")
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MAY_TEXT("selection", "With --periods: which of the periods of the contract these are.", "2016-04..2016-09")
    MONEY("total", "The sum of the components that are not shadows.", "38110000.00")
    MAY_MONEY("cost", "The cost of the contract, if known.", "38100000.00")
    MAY_MONEY("margin", "The total less the cost, if known.", "10000.00")
    MUST("periods", LIST(OBJECT("'period','total','components'",
        MUST("period", TEXT, "The id of the period.", "'2016-17'")
        MONEY("total", "What is paid for it.", "38110000.00")
        MUST("components", LIST(REF("component_result")), "The components, in order.", "[]"))), "The periods, in order.", "[{'period':'2016-17','total':'0.00','components':[]}]")
    MUST("warnings", LIST(TEXT), "The messages of findings that are not notes.", "['component acute: 1 row: emergency rows without a length of stay']")
    FINDINGS
    MAY("findings_left_out", COUNT, "Findings beyond those listed.", "7")
    MUST("provenance", REF("provenance"), "What the result was made with.", "{'reckoner':'1.0.0','contract_sha256':'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','tariff':[],'facts':[],'rules':[]}")
    MUST("error", REF("problem"), "Of a contract that failed, in place of the amounts.", "{'code':'io','message':'cannot be read','file':'a.csv','line':null,'column':null,'pointer':null,'hint':null}")
    MUST("problems", PROBLEMS, "All problems, where a contract that failed has several.", "[]"),
    .more = "'if':{'type':'object','not':{'required':['error']}},'then':{'required':['arrangement','basis','currency',"
    "'total','cost','margin','periods','warnings','findings','provenance']}",
    .or_list = true};

const rk__schema_body rk__schema_comparison = {
    .required = "'reckoner','contract','basis','currency','baseline','arrangements','differences','results'",
    .members = DOCUMENT("comparison/1")
    MUST("contract", TEXT, "The id of the contract.", "'risk-mix'")
    MUST("basis", REF("basis"), "The kind of figures.", "'illustrative'")
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MUST("baseline", TEXT, "The arrangement that the others are held against.", "'block'")
    MUST("arrangements", LIST(OBJECT("'arrangement','total','cost','margin','difference'",
        MUST("arrangement", TEXT, "The arrangement.", "'pbr'")
        MONEY("total", "What it pays.", "38850000.00")
        MAY_MONEY("cost", "The cost of the contract, if known.", "38100000.00")
        MAY_MONEY("margin", "The total less the cost, if known.", "750000.00")
        MONEY("difference", "The total less that of the baseline.", "1850000.00"))), "The arrangements, in order.", "[]")
    MUST("differences", LIST(OBJECT("'arrangement','period','component','label','baseline','amount','difference'",
        MUST("arrangement", TEXT, "The arrangement.", "'pbr'")
        MUST("period", TEXT, "The period.", "'2016-17'")
        MUST("component", TEXT, "The component.", "'acute'")
        MAY_TEXT("label", "The line.", "NEL")
        MAY_MONEY("baseline", "Its amount in the baseline.", "0")
        MAY_MONEY("amount", "Its amount here.", "24570000")
        MAY_MONEY("difference", "What differs.", "24570000"))), "The lines that make the difference.", "[]")
    MUST("results", LIST(REF("result")), "The results, whole.", "[]")};

const rk__schema_body rk__schema_explanation = {
    .required = "'reckoner','contract','arrangement','basis','currency','total','steps'",
    .members = DOCUMENT("explanation/1")
    MUST("contract", TEXT, "The id of the contract or system.", "'risk-mix'")
    MAY_TEXT("arrangement", "The arrangement; null of a system.", "pbr")
    MUST("basis", REF("basis"), "The kind of figures.", "'illustrative'")
    MUST("currency", REF("currency"), "An ISO 4217 code.", "'GBP'")
    MAY_TEXT("total", "What it comes to; null of a part.", "38850000.00")
    MUST("steps", LIST(REF("step")), "How that comes about.", "[{'label':'rate','value':'1950'}]")};

const rk__schema_body rk__schema_check = {
    .required = "'reckoner','files','problems'",
    .members = DOCUMENT("check/1")
    MUST("files", COUNT, "Files that were checked.", "1")
    MUST("problems", PROBLEMS, "What is wrong, and the findings, whose code is warning.", "[]")
    MAY("coverage", LIST(OBJECT("'file','contract','arrangement','period','table','pod','payers','paid_by','quantity','value'",
        MUST("file", TEXT, "The file of the contract.", "'acute.json'")
        MUST("contract", TEXT, "The contract.", "'acute'")
        MUST("arrangement", TEXT, "The arrangement.", "'national'")
        MAY_TEXT("period", "The period.", "2016-17")
        MUST("table", TEXT, "The table.", "'activity'")
        MAY_TEXT("pod", "The point of delivery.", "EL")
        MAY_TEXT("rows", "What the rows are, if not one point of delivery.", "service cancer")
        MUST("payers", COUNT, "How many components pay for it.", "0")
        MAY_TEXT("paid_by", "Which they are.", "acute, budget")
        MAY_MONEY("quantity", "How much of it there is.", "25")
        MAY_MONEY("value", "What it is worth, where that is known.", "66982.00"))), "Activity that no component pays for, or more than one.", "[]")};

const rk__schema_body rk__schema_test = {
    .required = "'reckoner','passed','failed','cases'",
    .members = DOCUMENT("test/1")
    MUST("passed", COUNT, "Cases that passed.", "12")
    MUST("failed", COUNT, "Cases that failed.", "0")
    MUST("cases", LIST(OBJECT("'file','vector','case','arrangement','passed'",
        MUST("file", TEXT, "The file of the vector.", "'vectors/small.json'")
        MAY_TEXT("vector", "The id of the vector.", "two-prices")
        MUST("case", COUNT, "The case, from 1.", "1")
        MAY_TEXT("arrangement", "The arrangement or scenario.", "pbr")
        MUST("passed", BOOL, "Whether it passed.", "true")
        MAY_TEXT("difference", "What differs.", "total: expected 9250.00, got 9249.00"))), "The cases, in order.", "[]")};

/* clang-format on */
