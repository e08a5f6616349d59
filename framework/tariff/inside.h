/* SPDX-License-Identifier: MIT
 *
 * inside.h: internals shared by the files of this room.
 */
#pragma once

#include "base/alloc.h"
#include "base/problems.h"
#include "base/text.h"
#include "tariff/tariff.h"
#include <reckoner/reckoner.h>

/* document.c: tariff documents. */

/* Reads the keys of a document into the tariff. Relative files of its tables are below
 * `base_dir`; without `may_name_files` it must not name files. */
rk_status rk__tariff_read_document(rk__tariff *tariff, const rk__value *root, const char *base_dir,
                                   bool may_name_files, rk_problems *problems);

/* folder.c: folders of CSV files as tariffs. */

/* Reads the folder of CSV files tariff->place; fd is the folder, open for reading, and is
 * closed. */
rk_status rk__tariff_read_folder(rk__tariff *tariff, int fd, rk_problems *problems);

/* refs.c: how a contract or a command names tariffs. */

/* Reads the `tariff` member: a string, an object or a list of these; none if it is absent (NULL) or
 * null. Strings are borrowed from the document. */
rk_status rk__tariff_refs_read(const rk__value *v, rk__arena *arena, rk__tariff_ref **out,
                               size_t *n, rk_problems *problems);
/* A reference from the command line; `source` is borrowed. */
rk__tariff_ref rk__tariff_ref_of(const char *source);

/* relay.c: problems of files that a tariff is read from. */

/* Appends the problems of `from` to `to`: a file that cannot be read becomes an unavailable
 * tariff. Returns `status`, changed in the same way. */
rk_status rk__tariff_relay(const rk_problems *from, rk_status status, rk_problems *to);

/* shelf_shared.c: what the processes of a batch share about the URLs that they fetch: which are
 * being fetched, and which failed. They share an unnamed file. A process that fetches locks the
 * byte of its URL, so that others wait for that URL only. Failures are frames in the file, one
 * after another. If `file` is -1, the process is alone and these functions do nothing. */

/* Waits for others that hold the key. If locks do not work, each process fetches for itself. A
 * process holds one key at a time. */
void rk__shared_lock(int file, const char *key, size_t length);
void rk__shared_unlock(int file, const char *key, size_t length);

typedef struct rk__shared_failure {
    rk_status status;
    const char *message, *hint; /* hint: or NULL */
} rk__shared_failure;

/* Reports a failure to the others; does nothing if there is no room or memory left. */
void rk__shared_tell(int file, const char *key, size_t length, const rk__shared_failure *failure);
/* Finds the failure that another process reported for the key; its texts are in `kept`. */
bool rk__shared_told(int file, const char *key, size_t length, rk__buf *kept,
                     rk__shared_failure *out);
