/* SPDX-License-Identifier: MIT
 *
 * trial.h: tests of a rule that somebody else wrote, made from the rule's own tables.
 *
 * Each group of tests runs in a process of its own, so that a crash, a loop or an exit is a
 * finding and no more. A process writes what it finds to a pipe, a line each; what it computes
 * it sends as digests, which the parent compares between processes: a fresh one against a used
 * one, cases in one order against the other. A seed decides everything that is random.
 */
#pragma once

#include "base/alloc.h"
#include "contract/session.h"
#include "evaluate/evaluation.h"
#include "reckoner/reckoner.h"

/* The names of checks, as reports and tests show them. */
#define RK__TRIAL_LOADS    "loads"
#define RK__TRIAL_IMPORTS  "imports"
#define RK__TRIAL_STATICS  "statics"
#define RK__TRIAL_EFFECTS  "side-effects"
#define RK__TRIAL_VECTORS  "vectors"
#define RK__TRIAL_BRANCHES "branches"
#define RK__TRIAL_BATCHES  "batches"
#define RK__TRIAL_ORDER    "order"
#define RK__TRIAL_AGAIN    "again"
#define RK__TRIAL_THREADS  "threads"
#define RK__TRIAL_FRESH    "fresh-process"
#define RK__TRIAL_BOUNDS   "memory"
#define RK__TRIAL_MISSING  "missing-values"
#define RK__TRIAL_VALUES   "values"
#define RK__TRIAL_LARGE    "large-values"
#define RK__TRIAL_OVERFLOW "overflow"
#define RK__TRIAL_TRACE    "trace"
#define RK__TRIAL_ALLOC    "allocations"
#define RK__TRIAL_LEAKS    "leaks"
#define RK__TRIAL_LEDGER   "contracts"
#define RK__TRIAL_PERIODS  "periods"
#define RK__TRIAL_DEFAULTS "defaults"
#define RK__TRIAL_ABSENT   "missing-parameters"
#define RK__TRIAL_LIMITS   "bounds"
#define RK__TRIAL_EXPLAIN  "explain"

/* What a process is at, which the parent reads when it has died. */
typedef struct rk__trial_mark {
    char check[32];
    char at[160];
    char running[RK_RUNNING_SLOTS][RK_RUNNING_NAME]; /* see rk_running_record */
} rk__trial_mark;

typedef struct rk__trial_run {
    const rk_trial_options *options;
    const char *folder; /* of the rule's file */
    const char *id;
    const struct rk__trust *trust; /* of options->allow_rules; or NULL */
    int out;                       /* the pipe */
    rk__trial_mark *mark;          /* shared with the parent */
    bool reversed;                 /* cases from the last to the first */
} rk__trial_run;

/* Says what the process is at; `check` is blamed if it dies. */
void rk__trial_at(rk__trial_run *run, const char *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Sends a finding: 'F' failed, 'P' passed, 'S' skipped, 'N' a note. */
void rk__trial_say(rk__trial_run *run, char outcome, const char *check, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Sends a digest of what a key's case came to. */
void rk__trial_digest(rk__trial_run *run, const char *check, const char *key, uint64_t digest);

/* Random numbers by seed: xorshift, the same on every machine. */
static inline uint64_t rk__trial_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline uint64_t rk__trial_below(uint64_t *state, uint64_t n)
{
    return n > 0 ? rk__trial_random(state) % n : 0;
}

/* binary.c: imports and writable statics, read from the file. Runs none of its code. */
void rk__trial_binary(rk__trial_run *run);

/* How the random contract of a case is written; {0}: as it is drawn. */
typedef struct rk__trial_form {
    bool shuffled;           /* rows in another order, where it must not matter */
    bool periods;            /* two, with rows in each; */
    bool periods_reversed;   /* the later one first */
    bool spelled;            /* a missing value that has a default is written out as that default */
    const rk_param *without; /* is left out, and nothing else changes; or NULL */
    const rk_param *with;    /* is given; or NULL */
    const rk_param *param;   /* is given, as `value`; or NULL */
    const char *value;
} rk__trial_form;

/* cases.c: a session with the rule's folder; and the text of a random contract of the rule, by
 * case. The caller frees the text. */
rk_session *rk__trial_session(rk__trial_run *run, unsigned jobs, size_t batch_rows);
const rk__rule *rk__trial_rule(rk_session *session, const char *id);
void rk__trial_contract(const rk__trial_run *run, const rk__rule *rule, uint64_t number,
                        const rk__trial_form *form, rk__buf *out);
uint64_t rk__trial_seed(const rk__trial_run *run, uint64_t number);

/* effects.c: what the process is like, to compare; and the allocations of the rule's code. */
typedef struct rk__trial_effects {
    int threads, files;
    void (*handlers[32])(int);
    char locale[64];
    int rounding;
    unsigned umask, control; /* of files; of the floating point unit */
    unsigned timers;         /* that are set */
    uint64_t environment;    /* a digest */
    char folder[512];
} rk__trial_effects;
void rk__trial_look(rk__trial_effects *out);
/* Says what differs; `when`: "loading", "pricing". */
void rk__trial_compare_effects(rk__trial_run *run, const rk__trial_effects *before,
                               const char *when);
/* Counts the allocations of a loaded rule, by its import table. */
bool rk__trial_hook(void *handle);
void rk__trial_fail_after(long n); /* the n-th allocation from now fails; -1: none */
long rk__trial_outstanding(void);  /* allocations that were not freed */
long rk__trial_allocated(void);    /* allocations in all */
/* From now on, remembers what the rule allocates; and a digest of what that holds. */
void rk__trial_remember(void);
uint64_t rk__trial_remembered(void);
/* Makes each system call from the rule's own code a signal; false if the kernel cannot. */
bool rk__trial_trap_calls(const rk_rule *rule);

/* rows.c, documents.c: groups of tests; each runs in a process of its own. */
void rk__trial_rows(rk__trial_run *run);
void rk__trial_documents(rk__trial_run *run);
void rk__trial_memory(rk__trial_run *run);
/* The result of a contract as CSV, or its first problem; documents.c. */
rk_status rk__trial_evaluate(rk_session *session, const rk__buf *text, rk__buf *out);
bool rk__trial_is_rules_fault(rk_status status);
void rk__trial_ledgers(rk__trial_run *run); /* ledgers.c */
void rk__trial_vectors(rk__trial_run *run);
void rk__trial_branches(rk__trial_run *run);

/* guard.c: arrays that end where no memory is, and the names of what is there. */
typedef struct rk__trial_array {
    unsigned char *start;
    size_t size; /* mapped, without the page behind */
    char name[48];
    bool output;
} rk__trial_array;
void rk__trial_catch(rk__trial_run *run); /* a signal becomes a finding */
bool rk__trial_array_new(rk__trial_array *out, size_t most, bool output, const char *name);
/* Where `bytes` end at the guard; writable, with bytes before them that nobody may change. */
void *rk__trial_array_open(const rk__trial_array *array, size_t bytes);
bool rk__trial_array_intact(const rk__trial_array *array, size_t bytes);
void rk__trial_array_seal(const rk__trial_array *array); /* read-only */
