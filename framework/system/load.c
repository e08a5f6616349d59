/* SPDX-License-Identifier: MIT
 *
 * load.c: a system's document with its contracts inserted, so that
 * everything has a pointer, and with the keys that inline contracts inherit.
 */
#include <string.h>

#include "system/system.h"

/* Keeps a document alive as long as the system. */
static rk_status hold(rk_system *system, rk__json *document)
{
    if (rk__grow((void **) &system->held, &system->held_capacity, system->n_held + 1,
                 sizeof *system->held) != 0) {
        rk__json_free(document);
        return RK_NO_MEMORY;
    }
    system->held[system->n_held++] = document;
    return RK_OK;
}

/* A contract's document, read from the path that the system names. */
static rk_status read_contract(rk_system *system, const rk__value *path, const rk__value **out,
                               const char **dir, rk__contract_file *file, rk_problems *problems)
{
    rk__json *document = NULL;
    rk_status status = rk__access_document(&system->session->access, system->base_dir, path,
                                           &system->arena, &document, dir, problems);
    if (status == RK_OK) {
        status = hold(system, document);
    }
    if (status != RK_OK) {
        return status;
    }
    size_t length = 0;
    const char *text = rk__json_text(document, &length);
    rk__sha256(text, length, file->sha256);
    file->path = path->text;
    *out = rk__json_root(document);
    return (*out)->type == RK__JSON_OBJECT
               ? RK_OK
               : rk__json_problem(problems, *out, RK_WRONG_TYPE, NULL,
                                  "a contract must be an object, not %s", rk__json_type_name(*out));
}

/* What an inline contract has from the system if it lacks it. */
static const char *const shared[] = {"periods",     "currency", "basis", "tariff",
                                     "year_starts", "indices",  NULL};

static rk_status set_at(rk__json *document, const rk__value *entry, const char *key,
                        const rk__value *value, rk_problems *problems)
{
    char pointer[64];
    (void) snprintf(pointer, sizeof pointer, "/contract%s%s", key[0] != '\0' ? "/" : "", key);
    return rk__json_set_below(document, entry, pointer, value, problems);
}

#define FROM_FILE (1U << 31) /* in place of what it inherits */

/* An inline contract inherits from the system the keys that it lacks: in *inherits, by bit. */
static rk_status fill_in(const rk_system *system, rk__json *document, const rk__value *entry,
                         unsigned *inherits, rk_problems *problems)
{
    const rk__value *root = rk__json_root(document);
    const rk__value *contract = rk__json_get(entry, "contract");
    const rk__value *id = rk__json_get(entry, "id");
    rk_status status = RK_OK;
    if (rk__json_get(contract, "reckoner") == NULL) {
        status = set_at(document, entry, "reckoner", system->kind, problems);
    }
    if (status == RK_OK && rk__json_get(contract, "id") == NULL && id != NULL) {
        status = set_at(document, entry, "id", id, problems);
    }
    for (size_t k = 0; shared[k] != NULL && status == RK_OK; k++) {
        const rk__value *value = rk__json_get(root, shared[k]);
        if (value != NULL && rk__json_get(contract, shared[k]) == NULL) {
            status = set_at(document, entry, shared[k], value, problems);
            *inherits |= 1U << k;
        }
    }
    return status;
}

/* Inserts the contracts that are not in the document yet, and fills in those that are. */
static rk_status place_contracts(rk_system *system, rk_problems *problems)
{
    const rk__value *root = rk__json_root(system->document);
    const rk__value *list = rk__json_get(root, "contracts");
    const size_t n = list != NULL && list->type == RK__JSON_ARRAY ? list->count : 0;
    const char **dirs = rk__arena_alloc(&system->arena, (n + 1) * sizeof *dirs);
    rk__contract_file *files = rk__arena_alloc(&system->arena, (n + 1) * sizeof *files);
    unsigned *inherits = rk__arena_alloc(&system->arena, (n + 1) * sizeof *inherits);
    if (dirs == NULL || files == NULL || inherits == NULL) {
        return RK_NO_MEMORY;
    }
    const rk__value *entry = n > 0 ? list->first : NULL;
    rk_status first = RK_OK;
    for (size_t i = 0; i < n; i++, entry = entry->next) {
        const rk__value *contract = rk__json_get(entry, "contract");
        const bool placed = i < system->n_placed;
        dirs[i] = placed ? system->contract_dirs[i] : system->base_dir;
        inherits[i] = placed ? system->inherits[i] : 0;
        files[i] = placed ? system->contract_files[i] : (rk__contract_file){.path = NULL};
        if (contract == NULL) {
            continue; /* reported when the system is read */
        }
        rk_status status = RK_OK;
        if (contract->type == RK__JSON_STRING) {
            const rk__value *read = NULL;
            status = read_contract(system, contract, &read, &dirs[i], &files[i], problems);
            if (status == RK_OK) {
                status = set_at(system->document, entry, "", read, problems);
                inherits[i] = FROM_FILE;
            }
        } else if (contract->type == RK__JSON_OBJECT && inherits[i] != FROM_FILE) {
            status = fill_in(system, system->document, entry, &inherits[i], problems);
        }
        rk__keep_first(&first, status);
    }
    system->contract_dirs = dirs;
    system->contract_files = files;
    system->inherits = inherits;
    system->n_placed = n;
    return first;
}

/* Whether a pointer is that of a key of the root, or of something in it. */
static bool is_in(const char *pointer, const char *key)
{
    const size_t length = strlen(key);
    return pointer[0] == '/' && strncmp(pointer + 1, key, length) == 0 &&
           (pointer[1 + length] == '\0' || pointer[1 + length] == '/');
}

rk_status rk__system_inherit(const rk_system *system, rk__json *document, const char *pointer,
                             rk_problems *problems)
{
    const rk__value *list = rk__json_get(rk__json_root(document), "contracts");
    const rk__value *entry = list != NULL && list->type == RK__JSON_ARRAY ? list->first : NULL;
    rk__arena scratch = {0};
    const size_t length = strlen(pointer);
    const bool appended = length > 2 && strcmp(pointer + length - 2, "/-") == 0;
    const char *own = rk__arena_copy(&scratch, pointer, appended ? length - 2 : length);
    const char *below = rk__arena_printf(&scratch, "/contract%s", own != NULL ? own : "");
    rk_status status = own == NULL || below == NULL ? RK_NO_MEMORY : RK_OK;
    for (size_t i = 0; i < system->n_placed && entry != NULL && status == RK_OK; i++) {
        char place[64];
        (void) snprintf(place, sizeof place, "/contracts/%zu/contract", i);
        const rk__value *contract = rk__json_get(entry, "contract");
        const bool put = strcmp(pointer, place) == 0 && contract->type == RK__JSON_OBJECT;
        unsigned inherits = 0;
        if (put) {
            status = fill_in(system, document, entry, &inherits, problems);
        }
        for (size_t k = 0; shared[k] != NULL && status == RK_OK; k++) {
            if ((system->inherits[i] & (1U << k)) != 0 && is_in(own, shared[k])) {
                const rk__value *value = rk__json_at(rk__json_root(document), own);
                status = rk__json_set_below(document, entry, below, value, problems);
            }
        }
        entry = entry->next;
    }
    rk__arena_dispose(&scratch);
    return status;
}

rk_status rk__system_set(const rk_system *system, rk__json *document, const char *set,
                         rk__json **value, rk_problems *problems)
{
    rk_status status = rk__contract_set(document, set, value, problems);
    if (status == RK_OK) {
        rk__arena scratch = {0};
        const char *pointer = rk__arena_copy(&scratch, set, strcspn(set, "="));
        status = pointer == NULL ? RK_NO_MEMORY
                                 : rk__system_inherit(system, document, pointer, problems);
        rk__arena_dispose(&scratch);
    }
    return status;
}

/* Whether a --param COMPONENT.NAME=VALUE names a component of the contract. */
static bool names_component(const rk_contract *c, const char *param)
{
    for (size_t a = 0; a < c->n_arrangements; a++) {
        for (size_t k = 0; k < c->arrangements[a].n_components; k++) {
            const char *id = c->arrangements[a].components[k].id;
            const size_t length = strlen(id);
            if (strncmp(param, id, length) == 0 && param[length] == '.') {
                return true;
            }
        }
    }
    return false;
}

/* Counts the contracts that each --param names a component of. */
static void count_params(const rk_system *system, const rk_contract *c, size_t *counts)
{
    const char *const *params = system->session->options.params;
    for (size_t i = 0; params != NULL && params[i] != NULL; i++) {
        counts[i] += names_component(c, params[i]);
    }
}

/* A --param acts on every component of its name, of one contract: it is never ignored, and never
 * changes two contracts at once. */
static rk_status check_params(const rk_system *system, const size_t *counts, rk_problems *problems)
{
    const char *const *params = system->session->options.params;
    for (size_t i = 0; params != NULL && params[i] != NULL; i++) {
        if (strchr(params[i], '=') == NULL || strchr(params[i], '.') == NULL) {
            return rk__problem(problems, RK_USAGE, NULL, "write --param acute.rate=740",
                               "--param '%s' is not COMPONENT.NAME=VALUE", params[i]);
        }
        if (counts[i] != 1) {
            return rk__problem(problems, RK_USAGE, NULL,
                               "--set /contracts/0/contract/... changes a value of one contract",
                               counts[i] == 0
                                   ? "--param '%s': no contract of the system has such a component"
                                   : "--param '%s': several contracts of the system have such a "
                                     "component",
                               params[i]);
        }
    }
    return RK_OK;
}

/* Every arrangement of every contract must be valid, whether a scenario chooses it or not. */
static rk_status check_contracts(rk_system *system, rk_problems *problems)
{
    rk_status first = RK_OK;
    size_t n = 0;
    const char *const *params = system->session->options.params;
    while (params != NULL && params[n] != NULL) {
        n++;
    }
    size_t *counts = rk__arena_alloc(&system->arena, (n + 1) * sizeof *counts);
    if (counts == NULL) {
        return RK_NO_MEMORY;
    }
    for (size_t i = 0; i < system->base.n_contracts; i++) {
        rk__json *copy = NULL;
        rk_contract *contract = NULL;
        rk_status status = rk__json_clone(system->base.contracts[i].contract, &copy);
        if (status == RK_OK) {
            status = rk__contract_read(system->session, copy, system->contract_dirs[i], &contract,
                                       problems);
        }
        if (status == RK_OK) {
            count_params(system, contract, counts);
        }
        rk_contract_free(contract);
        rk__keep_first(&first, status);
    }
    return first == RK_OK ? check_params(system, counts, problems) : first;
}

static rk_status apply_sets(rk_system *system, rk_problems *problems)
{
    const char *const *sets = system->session->options.sets;
    rk_status status = RK_OK;
    for (size_t i = 0; sets != NULL && sets[i] != NULL && status == RK_OK; i++) {
        rk__json *value = NULL;
        status = rk__system_set(system, system->document, sets[i], &value, problems);
        if (value != NULL) {
            const rk_status held = hold(system, value);
            status = status != RK_OK ? status : held;
        }
    }
    return status;
}

static rk_status apply_set(rk_system *system, const rk__value *set, rk_problems *problems)
{
    rk_status status = RK_OK;
    for (const rk__value *m = set != NULL ? set->first : NULL; m != NULL && status == RK_OK;
         m = m->next) {
        status = rk__json_set(system->document, m->key, m, problems);
        if (status == RK_OK) {
            status = rk__system_inherit(system, system->document, m->key, problems);
        }
    }
    return status;
}

/* The word that says what a document is, for contracts that leave it out. */
static rk_status make_kind(rk_system *system)
{
    static const char kind[] = "[\"contract/1\"]";
    rk__json *words = NULL;
    rk_status status = rk__json_parse(kind, sizeof kind - 1, NULL, &words, NULL);
    if (status == RK_OK) {
        system->kind = rk__json_root(words)->first;
        status = hold(system, words);
    }
    return status;
}

/* Reads a system from its document; base_dir is known. */
static rk_status load_document(rk_system *system, const rk__value *root, const rk__value *set,
                               rk_problems *problems)
{
    rk_status status =
        system->base_dir == NULL ? RK_NO_MEMORY : rk__json_clone(root, &system->document);
    if (status == RK_OK) {
        status = make_kind(system);
    }
    if (status == RK_OK && root->type == RK__JSON_OBJECT) {
        status = place_contracts(system, problems);
    }
    if (status == RK_OK) {
        status = apply_sets(system, problems);
    }
    if (status == RK_OK) {
        status = apply_set(system, set, problems);
    }
    if (status == RK_OK && root->type == RK__JSON_OBJECT) {
        status = place_contracts(system, problems); /* those that were set */
    }
    if (status == RK_OK) {
        status = rk__system_read(rk__json_root(system->document), system->base_dir, &system->base,
                                 problems);
    }
    return status == RK_OK ? check_contracts(system, problems) : status;
}

static rk_status load(rk_system *system, const char *path, rk_problems *problems)
{
    const bool standard_input = strcmp(path, "-") == 0;
    const char *name = NULL;
    char *text = NULL;
    size_t length = 0;
    rk__json *document = NULL;
    rk_status status =
        rk__file_read_input(path, RK__JSON_MAX_BYTES, &name, &text, &length, problems);
    if (status == RK_OK) {
        system->base_dir = standard_input ? "." : rk__path_dirname(&system->arena, path);
        status = system->base_dir == NULL ? RK_NO_MEMORY : RK_OK;
    }
    if (status == RK_OK) {
        rk__access_note_names(&system->session->access, system->base_dir, text, length);
        status = rk__json_take(&text, length, name, &document, problems);
    }
    if (status == RK_OK) {
        const char *read = rk__json_text(document, &length);
        rk__sha256(read, length, system->sha256);
        status = hold(system, document);
    }
    rk__free(text);
    if (status != RK_OK) {
        return status;
    }
    return system->sha256[0] == '\0'
               ? RK_NO_MEMORY
               : load_document(system, rk__json_root(document), NULL, problems);
}

rk_status rk__system_from(rk_session *session, const rk__value *root, const char *base_dir,
                          const rk__value *set, rk_system **out, rk_problems *problems)
{
    *out = NULL;
    rk_system *system = rk__calloc(1, sizeof *system);
    if (system == NULL) {
        return RK_NO_MEMORY;
    }
    system->session = session;
    system->base_dir = rk__arena_strdup(&system->arena, base_dir);
    const rk_status status = load_document(system, root, set, problems);
    if (status != RK_OK) {
        rk_system_free(system);
        return status;
    }
    *out = system;
    return RK_OK;
}

rk_status rk_system_load(rk_session *session, const char *path, rk_system **out_system,
                         rk_problems *problems)
{
    *out_system = NULL;
    rk_system *system = rk__calloc(1, sizeof *system);
    if (system == NULL) {
        return RK_NO_MEMORY;
    }
    system->session = session;
    const rk_status status = load(system, path, problems);
    if (status != RK_OK) {
        rk_system_free(system);
        return status;
    }
    *out_system = system;
    return RK_OK;
}

void rk_system_free(rk_system *system)
{
    if (system == NULL) {
        return;
    }
    rk__system_dispose(&system->base);
    rk__json_free(system->document);
    for (size_t i = 0; i < system->n_held; i++) {
        rk__json_free(system->held[i]);
    }
    rk__free(system->held);
    rk__arena_dispose(&system->arena);
    rk__free(system);
}

const char *rk_system_id(const rk_system *system)
{
    return system->base.id;
}

size_t rk_system_n_scenarios(const rk_system *system)
{
    return system->base.n_scenarios;
}

const char *rk_system_scenario(const rk_system *system, size_t index)
{
    return index < system->base.n_scenarios ? system->base.scenarios[index].name : NULL;
}
