/* SPDX-License-Identifier: MIT
 *
 * usual_names.c: what the extracts of SUS, of contract monitoring (SLAM, the ACM), of HES and the
 * tariff workbooks call the columns of the rules.
 */
#include "table/usual_names.h"

#include <stddef.h>
#include <string.h>

/* Names with letters and digits alone, in lower case. A name in parentheses is left out of
 * headers first: "Local Price (£)". */
static const struct {
    const char *column;
    const char *const names[32]; /* folded */
} usual[] = {
    {"date",
     {"dischargedate", "dischargedatehospitalproviderspell", "spelldischargedate", "spellenddate",
      "enddatehospitalproviderspell", "disdate", "episodeenddate", "epiend", "activitydate",
      "enddate", "attendancedate", "appointmentdate", "arrivaldate", "monthend"}},
    {"hrg",
     {"spellcorehrg", "corehrg", "hrgcode", "spellhrg", "suscorehrg", "dominanthrg", "hrg4",
      "hrg4plus", "sushrg", "pbrhrg", "healthcareresourcegroup", "healthcareresourcegroupcode",
      "hrgcurrencycode", "currencycode", "susspellhrg", "localhrg"}},
    {"pod",
     {"pointofdelivery", "podcode", "pointofdeliverycode", "derivedpod", "podlevel1", "activitypod",
      "nationalpod", "nationalpodcode"}},
    {"provider",
     {"providercode", "organisationcode", "organisationcodeofprovider",
      "organisationcodecodeofprovider", "organisationidentifiercodeofprovider", "procode",
      "procode3", "procodet", "providerorgcode", "orgcodeprovider", "providerorganisationcode",
      "trustcode"}},
    {"commissioner",
     {"commissionercode", "organisationcodecodeofcommissioner",
      "organisationidentifiercodeofcommissioner", "ccg", "ccgcode", "purcode", "purchasercode",
      "purchaser", "responsibleccg", "organisationcodeofcommissioner"}},
    {"admission_method",
     {"admissionmethod", "admissionmethodhospitalproviderspell", "admimeth", "admissionmethodcode",
      "methodofadmission"}},
    {"los",
     {"spelllos", "lengthofstay", "spelldur", "speldur", "hospitalspelllos", "pbrlos",
      "spelllengthofstay", "lengthofstaydays", "losdays", "beddays", "stay", "pbrspelllos",
      "spellpbrlos"}},
    {"age",
     {"ageonadmission", "startage", "ageatactivitydate", "ageatstartofspell", "ageatepisodestart",
      "ageatadmission", "patientage", "ageyears", "admiage", "ageatcdsactivitydate"}},
    {"critical_care_days",
     {"criticalcaredays", "ccdays", "criticalcarebeddays", "criticalcarelos", "critcaredays",
      "spellccdays"}},
    {"rehabilitation_days", {"rehabdays", "rehabilitationbeddays", "rehablos", "spellrehabdays"}},
    {"palliative_care_days",
     {"specialistpalliativecaredays", "spcdays", "palliativedays", "spellspcdays"}},
    {"delayed_discharge_days", {"delayeddischarge", "dtocdays", "delayeddays"}},
    {"local_unit_price",
     {"localprice", "localtariff", "locallyagreedprice", "localunitcost", "localpriceperunit"}},
    {"price",
     {"unitprice", "tariff", "tariffprice", "nationalprice", "nationaltariff", "unittariff",
      "tariffgbp"}},
    {"count",
     {"contractmonitoringactualactivity",
      "activity",
      "activityactual",
      "actualactivity",
      "activitycount",
      "quantity",
      "volume",
      "numberofspells",
      "spells",
      "activityvolume",
      "totalactivity",
      "qty",
      "spellcount",
      "noofspells",
      "numspells",
      "countofspells",
      "sumofactivity",
      "activitytotal",
      "actualvolume",
      "contractactivity",
      "attendances",
      "numberofattendances",
      "admissions",
      "numberofadmissions",
      "discharges",
      "fces",
      "cases",
      "numberofcases"}},
    {"actual_unit_cost", {"unitcost", "actualcost", "costperspell", "plicscost"}},
    {"heads",
     {"registeredpatients", "listsize", "registeredlistsize", "population", "registeredpopulation",
      "numberofpatients", "finalwp", "weightedpopulation", "patients", "rawpopulation"}},
    {"group",
     {"practicecode", "practice", "gppracticecode", "ageband", "agegroup", "orgcode",
      "practicename", "name"}},
    {"weight", {"weighting", "needsindex", "carrhill", "weightedindex"}},
    {"amount",
     {"contractmonitoringactualprice", "cost", "value", "actualcost", "totalcost", "netcost",
      "expenditure", "spend", "gbp"}},
    {"label", {"description", "item", "costcategory", "category", "costtype", "line"}},
    {"trim_point",
     {"trimpoint", "longstaytrimpoint", "nonelectivelongstaytrimpoint",
      "combineddaycaseelectivelongstaytrimpoint"}},
    {"per_diem",
     {"perday", "perdaylongstaypayment", "longstaypayment", "excessbeddayrate",
      "perdaylongstaypaymentfordaysexceedingtrimpoint"}},
    {"short_stay_price",
     {"reducedshortstayemergencytariff", "shortstayemergencytariff", "shortstaytariff"}},
    {"mff", {"marketforcesfactor", "mffvalue", "mffpaymentindex", "mffindex"}},
    {"period", {"financialmonth", "reportingmonth", "monthnumber", "activitymonth"}},
    {"site", {"organisationsiteidentifieroftreatment", "sitecodeoftreatment", "sitecode"}},
    {"gp_practice",
     {"organisationidentifiergppracticeresponsibility",
      "organisationcodegppracticeresponsibility"}},
    {"residence",
     {"organisationidentifierresidenceresponsibility", "organisationcoderesidenceresponsibility"}},
    {"treatment_function",
     {"activitytreatmentfunctioncode", "treatmentfunctioncode", "tfc", "tretspef"}},
    {"tariff_indicator", {"nationaltariffindicator"}},
    {"market_forces", {"contractmonitoringactualmarketforcesfactor"}},
    {"service", {"servicecode", "pss", "specialisedservice", "specialisedservicecode"}},
};

#define ROOM 128

/* Letters and digits in lower case; text in parentheses only if `whole`. */
static void fold(const char *name, bool whole, char out[ROOM])
{
    size_t n = 0;
    int depth = 0;
    for (; *name != '\0' && n + 1 < ROOM; name++) {
        const char c = *name;
        depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
        if (!whole && (depth > 0 || c == ')')) {
            continue;
        }
        if (c >= 'A' && c <= 'Z') {
            out[n++] = (char) (c | 0x20);
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[n++] = c;
        }
    }
    out[n] = '\0';
}

bool rk__is_usual_name(const char *column, const char *header)
{
    const size_t n = sizeof usual / sizeof *usual;
    size_t i = 0;
    while (i < n && strcmp(usual[i].column, column) != 0) {
        i++;
    }
    if (i == n) {
        return false;
    }
    char own[ROOM];
    char forms[2][ROOM];
    fold(column, true, own);
    fold(header, true, forms[0]);
    fold(header, false, forms[1]);
    for (int f = 0; f < 2; f++) {
        bool is = strcmp(forms[f], own) == 0;
        for (size_t k = 0; k < 32 && usual[i].names[k] != NULL && !is; k++) {
            is = strcmp(forms[f], usual[i].names[k]) == 0;
        }
        if (is) {
            return true;
        }
    }
    return false;
}
