/* SPDX-License-Identifier: MIT
 *
 * confine.h: taking from a process what evaluating a contract does not need.
 *
 * A confined process computes, reads files and writes to the descriptors that it has. It cannot
 * write, create, remove or change files, start or signal processes, open sockets, trace or look
 * into other processes, or undo any of this; its threads are confined too. Two layers of the
 * kernel do it, and either can be absent: Landlock for files (Linux 5.13), seccomp for the rest.
 */
#pragma once

#include <stdbool.h>

typedef struct rk__confinement {
    int landlock; /* version of the interface; 0: absent */
    int ruleset;  /* descriptor of the Landlock rules; -1: none */
    bool seccomp;
} rk__confinement;

/* Finds out what the kernel offers. The result needs no disposal: its descriptor is closed at the
 * end of the process, or by a child that does not use it. */
void rk__confinement_prepare(rk__confinement *out);
/* Whether both layers are available. */
static inline bool rk__confinement_whole(const rk__confinement *c)
{
    return c->landlock > 0 && c->seccomp;
}

/* Confines this process for good. False if a layer that was found could not be applied: the
 * process must not go on then. */
bool rk__confine(const rk__confinement *c);
/* Whether this process, or the one that it was forked from, did so. */
bool rk__is_confined(void);
