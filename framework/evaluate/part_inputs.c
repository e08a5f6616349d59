/* SPDX-License-Identifier: MIT
 *
 * part_inputs.c: what an evaluation depends on besides its rows, so that a merge can tell whether
 * a part was made with something else.
 */
#include <stdio.h>

#include "evaluate/parts.h"

typedef struct receiver {
    void (*each)(void *ctx, const char *what, const char *digest);
    void *ctx;
} receiver;

static void say(const receiver *to, const char *kind, const char *name, const char *more,
                const char *digest)
{
    char what[512];
    (void) snprintf(what, sizeof what, "%s '%s'%s%s", kind, name, more != NULL ? ", " : "",
                    more != NULL ? more : "");
    to->each(to->ctx, what, digest);
}

static void table_files(const receiver *to, const char *kind, const char *name,
                        const rk__table *table)
{
    const char *path = NULL;
    const char *digest = NULL;
    for (size_t k = 0; (digest = rk__table_digest(table, k, &path)) != NULL; k++) {
        say(to, kind, name, rk__path_below(rk__table_spec_of(table)->base_dir, path), digest);
    }
}

void rk__part_inputs(const rk__evaluation *e,
                     void (*each)(void *ctx, const char *what, const char *digest), void *ctx)
{
    const receiver to = {each, ctx};
    for (size_t k = 0; k < e->arrangements[0]->n_components; k++) {
        const rk__rule *rule = e->instances[0][k].rule;
        bool seen = false;
        for (size_t i = 0; i < k && !seen; i++) {
            seen = e->instances[0][i].rule == rule;
        }
        if (!seen) {
            say(&to, "rule", rule->id, rule->version, rule->sha256);
        }
    }
    for (size_t i = 0; i < rk__sources_n_tariffs(e->sources); i++) {
        const rk__tariff *tariff = rk__sources_tariff(e->sources, i);
        say(&to, "tariff", tariff->id, NULL, tariff->sha256);
        for (size_t t = 0; t < tariff->n_tables; t++) {
            if (tariff->tables[t].table != NULL) {
                table_files(&to, "tariff", tariff->id, tariff->tables[t].table);
            }
        }
    }
    for (size_t i = 0; i < rk__sources_n_facts(e->sources); i++) {
        const rk__table *table = rk__sources_fact_at(e->sources, i);
        table_files(&to, "table", rk__table_spec_of(table)->name, table);
    }
}
