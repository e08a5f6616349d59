/* SPDX-License-Identifier: MIT
 *
 * doctor.h: what an examination of the installation finds.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"
#include "reckoner/reckoner.h"

typedef enum rk__doctor_state {
    RK__DOCTOR_OK = 0,
    RK__DOCTOR_NOTE, /* something optional is absent, or may be meant */
    RK__DOCTOR_WRONG
} rk__doctor_state;

/* One thing that was examined; texts are of the arena or constant. */
typedef struct rk__doctor_item {
    const char *subject; /* "rules", "cache" */
    rk__doctor_state state;
    const char *path; /* NULL for none */
    const char *message;
    const char *hint; /* how to mend it; NULL for none */
} rk__doctor_item;

typedef struct rk__doctor {
    rk__arena arena; /* `failed`: out of memory, and items may be missing */
    rk__doctor_item *items;
    size_t n, capacity;
} rk__doctor;

/* Adds an item; `path`, `message` and `hint` are copied. */
void rk__doctor_add(rk__doctor *d, const char *subject, rk__doctor_state state, const char *path,
                    const char *hint, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void rk__doctor_dispose(rk__doctor *d);

/* examine_rules.c: the folders of rules, in the order in which they are searched, and each rule
 * that cannot be used. `given` is a list that ends with NULL, or NULL. */
void rk__doctor_rules(rk__doctor *d, const char *const *given);
/* examine.c: the program and its files, the cache of tariffs, the kernel and other programs. */
void rk__doctor_program(rk__doctor *d);
void rk__doctor_data(rk__doctor *d);
void rk__doctor_cache(rk__doctor *d, const char *given);
void rk__doctor_machine(rk__doctor *d);
