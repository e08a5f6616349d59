/* SPDX-License-Identifier: MIT
 *
 * elf_note.h: the identity of a shared object, read without running any of it.
 *
 * RK_RULE_EXPORT leaves an ELF note in the file: the ABI that it was built for, the size of its
 * rk_rule, the rule's id and version. The bytes may come from anywhere, so every offset and size is
 * checked against the length of the file.
 *
 * Fuzzed by tests/fuzz/fuzz_elf.c.
 */
#pragma once

#include <stddef.h>

#include "reckoner/plugin.h"
#include "rules/refusal.h"

typedef struct rk__identity {
    uint32_t abi_major, abi_minor;
    uint32_t rule_size;
    char id[RK_NOTE_ID_SIZE];           /* NUL-terminated; "" if unreadable */
    char version[RK_NOTE_VERSION_SIZE]; /* the same */
} rk__identity;

/* Reads the note of a whole file in memory. False with *why if it is not an ELF file for this
 * machine, has no note or more than one, or the note is truncated or malformed. What was
 * readable is in *out even then, so that a list of refusals can name the rule. */
bool rk__elf_note_read(const unsigned char *data, size_t length, rk__identity *out,
                       rk__refusal *why);

/* Whether this host can load what the note describes: ABI and struct size. */
bool rk__identity_fits(const rk__identity *identity, rk__refusal *why);

/* [a-z][a-z0-9-]*, up to 63 characters. */
bool rk__rule_id_valid(const char *id);

/* elf_needed.c: whether every library that the file needs is loaded already or is in the
 * system's own folders, and the file names no others to search. False with *why. */
bool rk__elf_needed_check(const unsigned char *data, size_t length, rk__refusal *why);
bool rk__is_system_library(const char *path);
