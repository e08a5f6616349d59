/* SPDX-License-Identifier: MIT
 *
 * finding.h: what looks like a mistake in the input of a result. Included by ledger.h and
 * system.h.
 *
 * A finding never changes an amount. It names what was found, where, and, if that can be worked
 * out, the money at stake. docs/findings.md lists the codes.
 */
#ifndef RECKONER_FINDING_H
#define RECKONER_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "num.h"
#include "problem.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rk_severity {
    RK_SEVERITY_WARNING = 0, /* probably a mistake */
    RK_SEVERITY_ERROR,       /* the figure is wrong */
    RK_SEVERITY_NOTE         /* worth knowing, or a warning that the document accepts */
} rk_severity;

/* Belongs to the result that it was read from. */
typedef struct rk_finding {
    const char *code; /* "total-row": stable, for programs and for "accept" */
    rk_severity severity;
    const char *message; /* one line */
    const char *at;      /* "file:line" or a JSON pointer; NULL: of the whole result */
    uint64_t rows;       /* that it is about; 0: not counted in rows */
    rk_num quantity;     /* of these rows; NULL: not known */
    rk_num amount;       /* the money at stake, above zero; NULL: not known */
} rk_finding;

/* Returns the word of a severity: "error", "warning" or "note". */
RK_API const char *rk_severity_word(rk_severity severity);

#ifdef __cplusplus
}
#endif
#endif
