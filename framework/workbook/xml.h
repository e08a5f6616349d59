/* SPDX-License-Identifier: MIT
 *
 * xml.h: a part of a workbook as XML events.
 *
 * Names come without their prefix: producers choose prefixes freely. A document type, which
 * workbooks never have and which could define entities, is an error. What the parser
 * keeps (open tags, names, attributes) is bounded.
 */
#pragma once

#include "workbook/archive.h"

typedef struct rk__xml rk__xml;

/* Called while the part is parsed. `attributes` are names and values in turn, NULL at the end. */
typedef struct rk__xml_events {
    void *ctx;
    void (*start)(void *ctx, const char *name, const char *const *attributes);
    void (*end)(void *ctx, const char *name);
    void (*text)(void *ctx, const char *text, size_t length); /* in pieces */
} rk__xml_events;

/* *out is NULL if the archive has no such part. */
rk_status rk__xml_open(rk__archive *archive, const char *path, const rk__xml_events *events,
                       rk__xml **out, rk_problems *problems);
void rk__xml_close(rk__xml *xml);
/* Parses until an event asks for a pause or the part ends. */
rk_status rk__xml_step(rk__xml *xml, rk_problems *problems);
bool rk__xml_ended(const rk__xml *xml);
/* Opens, parses and closes a part; *found says whether there is one. */
rk_status rk__xml_read(rk__archive *archive, const char *path, const rk__xml_events *events,
                       bool *found, rk_problems *problems);

/* From an `end` event: rk__xml_step returns once it has been handled. */
void rk__xml_pause(rk__xml *xml);
/* From an event: rk__xml_step returns `status`. The caller has reported the problem, and ignores
 * events that still come. */
void rk__xml_fail(rk__xml *xml, rk_status status);

/* The value of an attribute, or NULL. */
const char *rk__xml_attribute(const char *const *attributes, const char *name);
/* The same for one with any prefix, such as "r:id". */
const char *rk__xml_prefixed(const char *const *attributes, const char *name);
