/* SPDX-License-Identifier: MIT
 *
 * registry.h: finding, verifying and loading rules.
 *
 * A rule is a shared object, NAME.so, or a document, NAME.rule.json (framework/formula).
 *
 * Folders are scanned in order: those given, then RECKONER_RULES (colon separated), `rules/` beside
 * the executable, the installed folder. The scan reads each file's ELF note and runs none of its
 * code. The first folder that has an id wins, even if its file is refused: paying by another build
 * than the one put in front would be a silent mistake. An id twice in one folder refuses both. A
 * world-writable file or folder is refused; a group-writable one causes a warning. A file is loaded
 * (RTLD_NOW, RTLD_LOCAL) when its rule is first needed; then its exported constant is compared with
 * the note, and its tables are checked. It is never unloaded.
 *
 * Threads: scanning and loading from one thread; reading from any.
 */
#pragma once

#include <stdbool.h>

#include "base/problems.h"
#include "reckoner/plugin.h"

typedef enum rk__rule_state {
    RK__RULE_FOUND = 0, /* the note is valid; not loaded yet */
    RK__RULE_LOADED = 1,
    RK__RULE_REFUSED = 2, /* `reason` says why */
    RK__RULE_HIDDEN = 3   /* an earlier folder has the id; `reason` names it */
} rk__rule_state;

/* A cheap test that distinguishes a column's name from most others. */
typedef struct rk__column_word {
    rk__word_shape shape;
    uint32_t hash; /* of rk__column_name_hash */
} rk__column_word;

typedef struct rk__trust rk__trust; /* trust.h */

typedef struct rk__rule {
    char *id, *version; /* from the note; NULL if unreadable */
    char *file;         /* "pbr.so" */
    char *path;         /* as found: folder/file */
    rk__rule_state state;
    char *reason; /* refused or hidden: one line with the field and both values */
    char *hint;
    uint32_t abi_major, abi_minor;
    bool shipped;           /* its folder is one that the program brings */
    const rk__trust *trust; /* the list that its digest must agree with; NULL: none */
    char sha256[65];        /* of the file, once loaded */
    /* Normalised tables of the loaded rule, all with this host's strides (a rule built against
     * an older minor version has shorter entries). */
    const rk_rule *rule;
    const rk_param *params; /* {0} at the end; never NULL once loaded */
    const rk_column *columns;
    const rk__column_word *column_words;
    const rk_element *elements;
    const rk_note *notes;
    const rk_reason *reasons;
    size_t n_params, n_columns, n_elements, n_notes, n_reasons;
    void *handle;
    uint32_t rule_size; /* of its rk_rule, by the note */
    int sealed;         /* 1 + the descriptor of the sealed copy of its file; 0: none */
    /* The compiled document of a rule without C: the first member of its parameters, by which
     * its functions find it. NULL for a plugin. */
    const void *document;
} rk__rule;

typedef struct rk__registry rk__registry;

typedef struct rk__registry_options {
    const char *const *folders;     /* NULL-terminated, explicit; a missing folder is a problem */
    bool no_defaults;               /* tests: only `folders` */
    const char *const *allow;       /* NULL-terminated ids that may load; NULL: all */
    const char *allow_rules;        /* the file of trusted rules (trust.h); NULL: none */
    bool confine, require_confined; /* before the first rule is loaded; see rk_options */
} rk__registry_options;

rk_status rk__registry_new(const rk__registry_options *options, rk__registry **out,
                           rk_problems *problems);
void rk__registry_free(rk__registry *registry);

/* All files found, in search order, then by file name; refused ones too. */
size_t rk__registry_count(const rk__registry *registry);
const rk__rule *rk__registry_at(const rk__registry *registry, size_t i);
/* Loads all rules that can be loaded (for `reckon rules` and `schema`), so that refusals that
 * only loading can find are listed. Fails only with RK_NO_MEMORY. */
rk_status rk__registry_load_all(rk__registry *registry);

/* Reads and digests the file of a rule that was found and keeps a sealed copy of it in memory, so
 * that a process that is forked later loads it without reading the file. Runs none of its code. */
void rk__registry_seal(rk__registry *registry, const char *id);
/* The descriptors of such copies that are not loaded yet; returns how many, at most `most`. */
size_t rk__registry_sealed(const rk__registry *registry, int *descriptors, size_t most);

/* Whether the rule with an id may run beside others: it came with the program, as far as its folder
 * tells, or the list of trusted rules has its id. Loads nothing: one whose bytes are not those of
 * the list is refused when it is loaded. */
bool rk__registry_trusts(const rk__registry *registry, const char *id);
/* The rule with an id, loaded; NULL with a problem: RK_UNKNOWN_RULE (hint: the nearest id, or
 * why a file with that id was refused) or RK_NO_MEMORY. `at` may be NULL. */
const rk__rule *rk__registry_get(rk__registry *registry, const char *id, rk_status *status,
                                 const rk__place *at, rk_problems *problems);
/* Warnings of the scan (group-writable files and so on), one per line; may be empty. */
const char *rk__registry_warnings(const rk__registry *registry);

/* A rule's state and reason as a sentence for lists. */
const char *rk__rule_state_word(rk__rule_state state);
