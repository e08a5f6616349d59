/* SPDX-License-Identifier: MIT
 *
 * names.c: which column of a rule a header is: by its name, or by what the extracts of SUS, of
 * contract monitoring (SLAM, the ACM), of HES and the tariff workbooks call it.
 */
#include <string.h>

#include "inspect/inspect.h"
#include "table/columns.h"

/* Names with letters and digits alone, in lower case. A name in parentheses is left out of
 * headers first: "Local Price (£)". */
static const struct {
    const char *field;
    const char *const names[16];
} synonyms[] = {
    {"date",
     {"dischargedate", "dischargedatehospitalproviderspell", "spelldischargedate", "spellenddate",
      "enddatehospitalproviderspell", "disdate", "episodeenddate", "epiend", "activitydate",
      "enddate", "attendancedate", "appointmentdate", "arrivaldate", "monthend"}},
    {"hrg",
     {"spellcorehrg", "corehrg", "hrgcode", "spellhrg", "suscorehrg", "dominanthrg", "hrg4",
      "hrg4plus", "susHRG", "pbrhrg", "healthcareresourcegroup", "healthcareresourcegroupcode",
      "hrgcurrencycode", "currencycode", "susspellhrg", "localhrg"}},
    {"pod",
     {"pointofdelivery", "podcode", "pointofdeliverycode", "derivedpod", "podlevel1", "activitypod",
      "nationalpod", "nationalpodcode"}},
    {"provider",
     {"providercode", "organisationcode", "organisationcodeofprovider",
      "organisationcodecodeofprovider", "organisationidentifiercodeofprovider", "procode",
      "procode3", "procodet", "providerorgcode", "orgcodeprovider", "provider code",
      "providerorganisationcode", "trustcode"}},
    {"commissioner",
     {"commissionercode", "organisationcodecodeofcommissioner",
      "organisationidentifiercodeofcommissioner", "ccg", "ccgcode", "purcode", "purchasercode",
      "purchaser", "responsibleccg", "organisationcodeofcommissioner"}},
    {"admission_method",
     {"admissionmethod", "admissionmethodhospitalproviderspell", "admimeth", "admissionmethodcode",
      "methodofadmission"}},
    {"los",
     {"spelllos", "lengthofstay", "spelldur", "speldur", "hospitalspelllos", "pbrlos",
      "spelllengthofstay", "lengthofstaydays", "losdays", "bedDays", "stay", "pbrspelllos",
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
     {"activity", "activityactual", "actualactivity", "activitycount", "quantity", "volume",
      "numberofspells", "spells", "activityvolume", "totalactivity"}},
    {"actual_unit_cost", {"unitcost", "actualcost", "costperspell", "plicscost"}},
    {"heads",
     {"registeredpatients", "listsize", "registeredlistsize", "population", "registeredpopulation",
      "numberofpatients", "finalwp", "weightedpopulation", "patients", "rawpopulation"}},
    {"group",
     {"practicecode", "practice", "gppracticecode", "ageband", "agegroup", "orgcode",
      "practicename", "name"}},
    {"weight", {"weighting", "needsindex", "carrhill", "weightedindex"}},
    {"amount",
     {"cost", "value", "actualcost", "totalcost", "netcost", "expenditure", "spend", "gbp"}},
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

static bool is_synonym(const char *field, const char *header)
{
    char forms[2][ROOM];
    fold(header, true, forms[0]);
    fold(header, false, forms[1]);
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcmp(synonyms[i].field, field) != 0) {
            continue;
        }
        char own[ROOM];
        fold(field, true, own);
        for (int f = 0; f < 2; f++) {
            if (strcmp(forms[f], own) == 0) {
                return true;
            }
            for (size_t k = 0; k < 16 && synonyms[i].names[k] != NULL; k++) {
                char name[ROOM];
                fold(synonyms[i].names[k], true, name);
                if (strcmp(forms[f], name) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* How a header is a field's: "exact", "folded", "synonym", or NULL. */
static const char *how_is(const char *field, const char *header)
{
    return strcmp(field, header) == 0                                              ? "exact"
           : rk__column_name_matches(field, strlen(field), header, strlen(header)) ? "folded"
           : is_synonym(field, header)                                             ? "synonym"
                                                                                   : NULL;
}

static int rank_of(const char *how)
{
    return how == NULL ? 0 : strcmp(how, "synonym") == 0 ? 1 : strcmp(how, "folded") == 0 ? 2 : 3;
}

/* The names that every table of rows may have: by which it is dealt out and looked up. */
static const char *const usual_keys[] = {"date", "hrg", "pod", "provider", "commissioner", NULL};

/* Gives a field to the header that is most like it, unless that has one. */
static bool give_field(rk__inspection *in, const char *field, rk__column_look asked, bool keep)
{
    size_t best = SIZE_MAX;
    const char *best_how = NULL;
    for (size_t i = 0; i < in->sample.n_fields; i++) {
        const char *how = how_is(field, in->columns[i].name);
        if (rank_of(how) > rank_of(best_how) && in->columns[i].field == NULL) {
            best = i;
            best_how = how;
        }
    }
    if (best == SIZE_MAX) {
        return false;
    }
    if (keep) {
        in->columns[best].field = field;
        in->columns[best].how = best_how;
        in->columns[best].asked = asked;
        in->columns[best].key = asked == RK__LOOKS_TEXT;
    }
    return true;
}

static rk__column_look asked_of(const rk_column *c)
{
    switch (c->type) {
    case RK_COLUMN_TEXT:
    case RK_COLUMN_CHOICE:
        return RK__LOOKS_TEXT;
    case RK_COLUMN_DATE:
        return RK__LOOKS_DATE;
    case RK_COLUMN_BOOL:
        return RK__LOOKS_EMPTY;
    default:
        return RK__LOOKS_NUMBER;
    }
}

static bool is_row_table(const rk__rule *rule, const char *table)
{
    return rule->rule->rows != NULL && strcmp(rule->rule->rows, table) == 0;
}

/* How many headers are columns of a table of a rule; `keep` also notes which. */
static size_t match_table(rk__inspection *in, const rk__rule *rule, const char *table, bool keep)
{
    size_t n = 0;
    for (size_t i = 0; i < rule->n_columns; i++) {
        const rk_column *c = &rule->columns[i];
        if (strcmp(c->table, table) == 0) {
            n += give_field(in, c->name, asked_of(c), keep);
        }
    }
    for (size_t i = 0; is_row_table(rule, table) && usual_keys[i] != NULL; i++) {
        bool own = false;
        for (size_t k = 0; k < rule->n_columns; k++) {
            own = own || strcmp(rule->columns[k].name, usual_keys[i]) == 0;
        }
        n += !own && give_field(in, usual_keys[i], i == 0 ? RK__LOOKS_DATE : RK__LOOKS_TEXT, keep);
    }
    return n;
}

static void choose_table(rk__inspection *in, const rk__rule *rule, size_t *best)
{
    for (size_t i = 0; i < rule->n_columns; i++) {
        const char *table = rule->columns[i].table;
        const size_t n = match_table(in, rule, table, false);
        if (n > *best) {
            *best = n;
            in->rule = rule;
            in->table = table;
        }
    }
}

void rk__inspect_names(rk__inspection *in, const rk__registry *registry)
{
    size_t best = 0;
    if (in->rule != NULL) {
        choose_table(in, in->rule, &best);
    } else {
        /* Where several fit alike, the rule of national prices is meant. */
        for (size_t i = 0; i < rk__registry_count(registry); i++) {
            const rk__rule *rule = rk__registry_at(registry, i);
            if (rule->state == RK__RULE_LOADED && strcmp(rule->id, "pbr") == 0) {
                choose_table(in, rule, &best);
            }
        }
        for (size_t i = 0; i < rk__registry_count(registry); i++) {
            const rk__rule *rule = rk__registry_at(registry, i);
            if (rule->state == RK__RULE_LOADED) {
                choose_table(in, rule, &best);
            }
        }
    }
    if (in->rule != NULL && in->table != NULL) {
        (void) match_table(in, in->rule, in->table, true);
    }
}
