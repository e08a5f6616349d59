/* SPDX-License-Identifier: MIT
 *
 * status.h: every outcome that Reckoner can report, in one table.
 *
 * A status is 0 (RK_OK) or negative. Each has a stable word, which is what a
 * result's `error.code` holds and what other programs may test for, the exit
 * code that the command gives for it, and a sentence for people. Statuses are
 * only ever added at the end: a number keeps its meaning for the life of the
 * ABI, because plugins return them.
 */
#ifndef RECKONER_STATUS_H
#define RECKONER_STATUS_H

/* X(name, number, word, exit code, sentence) */
#define RK_STATUS_TABLE(X)                                                                        \
    X(RK_SYNTAX, -1, "syntax", 3, "the text does not follow the grammar of its format")           \
    X(RK_UNKNOWN_KEY, -2, "unknown-key", 3, "a key that the format does not have")                \
    X(RK_MISSING_KEY, -3, "missing-key", 3, "a key that the format requires is absent")           \
    X(RK_WRONG_TYPE, -4, "wrong-type", 3, "a value is not of the type that is expected")          \
    X(RK_OUT_OF_RANGE, -5, "out-of-range", 3, "a value is outside what is allowed")               \
    X(RK_UNKNOWN_RULE, -6, "unknown-rule", 3, "no loaded plugin has a rule of this name")         \
    X(RK_UNKNOWN_TABLE, -7, "unknown-table", 3, "a table that is needed is given by nobody")      \
    X(RK_MISSING_COLUMN, -8, "missing-column", 3, "a column that is needed is not in its table")  \
    X(RK_DUPLICATE_KEY, -9, "duplicate-key", 3, "a key stands twice where it must be unique")     \
    X(RK_DUPLICATE_ID, -10, "duplicate-id", 3, "an id is used twice")                             \
    X(RK_CONFLICT, -11, "conflict", 3, "settings exclude each other")                             \
    X(RK_CYCLE, -12, "cycle", 3, "a component uses itself or a later one")                        \
    X(RK_LIMIT, -13, "limit", 3, "a documented limit is exceeded")                                \
    X(RK_FORBIDDEN, -14, "forbidden", 3, "a path or host that this run does not allow")           \
    X(RK_OVERFLOW, -15, "overflow", 3, "a number does not fit its exact representation")          \
    X(RK_RULE_FAILED, -16, "rule-failed", 4, "a rule reported failure or broke its contract")     \
    X(RK_RULE_CRASHED, -17, "rule-crashed", 4, "a rule brought its process down")                 \
    X(RK_RULE_TIMEOUT, -18, "rule-timeout", 4, "a rule did not finish in its time")               \
    X(RK_RULE_AUDIT, -19, "rule-audit", 4, "a rule's numbers do not multiply out or add up")      \
    X(RK_TARIFF_UNAVAILABLE, -20, "tariff-unavailable", 5, "a tariff is not available")           \
    X(RK_TARIFF_MISMATCH, -21, "tariff-mismatch", 5, "a tariff is not the one that is asked for") \
    X(RK_IO, -22, "io", 3, "reading a file failed")                                               \
    X(RK_IO_WRITE, -23, "io", 1, "writing a file failed")                                         \
    X(RK_NO_MEMORY, -24, "limit", 3, "out of memory")                                             \
    X(RK_USAGE, -25, "usage", 2, "the command line is not understood")                            \
    X(RK_INTERRUPTED, -26, "interrupted", 1, "the run was stopped before its end")

typedef enum rk_status {
    RK_OK = 0,
#define RK_STATUS_ENUM(name, number, word, exit_code, sentence) name = (number),
    RK_STATUS_TABLE(RK_STATUS_ENUM)
#undef RK_STATUS_ENUM
} rk_status;

#endif
