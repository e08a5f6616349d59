/* SPDX-License-Identifier: MIT
 *
 * load.h: one rule's file: its identity, whether it may be loaded, and loading it.
 */
#pragma once

#include <sys/stat.h>

#include "base/alloc.h"
#include "rules/elf_note.h"
#include "rules/refusal.h"
#include "rules/registry.h"
#include "json/json.h"

/* Far above the size of any rule. */
#define RK__RULE_FILE_MAX ((size_t) 64 << 20)

/* Whether a file or folder of this mode is writable by everybody. */
bool rk__mode_safe(const char *what, const char *path, mode_t mode, rk__refusal *why);

/* False with *why if the owner of a file is neither root, nor the user, nor the owner of the
 * program: he could change it. */
bool rk__owner_safe(const char *path, uid_t owner, rk__refusal *why);
/* Whether nobody but root, the user and the owner of the program can put another folder in the
 * place of this one: each folder on the way from the root belongs to one of them, and is not
 * writable by everybody, unless it is sticky (as /tmp is: there, only its owner can rename or
 * remove what the user has put there). */
bool rk__way_safe(const char *folder, rk__refusal *why);

/* Reads the identity of rule->path into *rule (id, version, ABI), running none of its code;
 * *out_mode is the mode of the file. False with *why if it cannot be a rule for this host. */
bool rk__rule_identify(rk__rule *rule, mode_t *out_mode, rk__arena *arena, rk__refusal *why);

/* Reads and digests the file of an identified rule, and keeps a sealed copy in rule->sealed if the
 * system can. False with *why. */
bool rk__rule_seal(rk__rule *rule, rk__refusal *why);

/* Whether this system has memory that can be sealed and run. */
bool rk__can_seal(void);

/* Loads an identified rule from the bytes that its digest is of, compares the exported constant
 * with the note, and checks its tables. False with *why; the file stays loaded. */
bool rk__rule_load(rk__rule *rule, rk__arena *arena, rk__refusal *why);

/* document.c: a rule without C, from the text of its file. */

/* Reads the id and version of a document. False with *why. */
bool rk__document_identify(const char *path, const char *text, size_t length, rk__identity *out,
                           rk__refusal *why);
/* Compiles a document into rule->rule and rule->document, and checks its tables. */
bool rk__document_load(rk__rule *rule, const char *text, size_t length, rk__arena *arena,
                       rk__refusal *why);

/* Adds every problem of a document; returns the first status. */
rk_status rk__document_check(const rk__json *document, rk_problems *problems);

/* rule_tables.c: an exported rule converted to this host's layout, and checked. A rule built
 * against an older minor version has a shorter rk_rule and shorter table entries; after
 * rk__rule_tables this difference is gone. */

#define RK__TABLE_MAX    256 /* entries of a rule's table */
#define RK__ELEMENTS_MAX 32
#define RK__NOTES_MAX    32
#define RK__REASONS_MAX  1000
#define RK__STRUCT_MAX   ((size_t) 1 << 20) /* of a rule's own parameters */

/* Fills rule->rule, the tables and their counts with copies in `arena`. The exported struct is
 * `size` bytes long. False with *why ("out of memory" included). */
bool rk__rule_tables(const rk_rule *exported, size_t size, rk__rule *rule, rk__arena *arena,
                     rk__refusal *why);

/* Whether the copied tables make sense; see the messages. */
bool rk__rule_check(const rk__rule *rule, rk__refusal *why);
bool rk__columns_check(const rk__rule *rule, rk__refusal *why);
