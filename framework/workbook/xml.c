/* SPDX-License-Identifier: MIT
 *
 * xml.c: a part of a workbook as XML events, by expat.
 *
 * expat keeps each distinct name, each open tag and the whole of a long token. A meter counts what
 * it allocates and refuses to go past a ceiling. expat's allocation functions have no context, so
 * the meter of the current call is a thread-local variable.
 */
#include "workbook/xml.h"

#include <expat.h>

#include "base/alloc.h"

#define CHUNK_BYTES      (64 << 10)
#define MAX_PARSER_BYTES ((size_t) 8 << 20)

typedef struct xml_meter {
    size_t used;
    bool exceeded;
} xml_meter;

struct rk__xml {
    XML_Parser parser;
    rk__member *member;
    rk__archive *archive;
    const char *path;
    rk__xml_events events;
    xml_meter meter;
    bool suspended, ended, doctype;
    rk_status failed;
};

/* --------------------------------------------------------------- allocation */

typedef union xml_block {
    struct {
        xml_meter *meter;
        size_t size;
    } of;
    max_align_t align;
} xml_block;

static _Thread_local xml_meter *at_hand;

static void *meter_realloc(void *p, size_t size)
{
    xml_block *block = p != NULL ? (xml_block *) p - 1 : NULL;
    xml_meter *meter = block != NULL ? block->of.meter : at_hand;
    const size_t before = block != NULL ? block->of.size : 0;
    if (size > MAX_PARSER_BYTES || meter->used - before > MAX_PARSER_BYTES - size) {
        meter->exceeded = true;
        return NULL;
    }
    block = rk__realloc(block, sizeof *block + size, 1);
    if (block == NULL) {
        return NULL;
    }
    block->of.meter = meter;
    block->of.size = size;
    meter->used = meter->used - before + size;
    return block + 1;
}

static void *meter_malloc(size_t size)
{
    return meter_realloc(NULL, size);
}

static void meter_free(void *p)
{
    if (p != NULL) {
        xml_block *block = (xml_block *) p - 1;
        block->of.meter->used -= block->of.size;
        rk__free(block);
    }
}

static const XML_Memory_Handling_Suite metered = {meter_malloc, meter_realloc, meter_free};

/* ------------------------------------------------------------------- events */

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
    rk__xml *xml = ctx;
    if (xml->failed == RK_OK) {
        xml->events.start(xml->events.ctx, local_name(name), (const char *const *) attributes);
    }
}

static void on_end(void *ctx, const char *name)
{
    rk__xml *xml = ctx;
    if (xml->failed == RK_OK) {
        xml->events.end(xml->events.ctx, local_name(name));
    }
}

static void on_text(void *ctx, const char *text, int length)
{
    rk__xml *xml = ctx;
    if (xml->failed == RK_OK && xml->events.text != NULL) {
        xml->events.text(xml->events.ctx, text, (size_t) length);
    }
}

static void on_doctype(void *ctx, const char *name, const char *system_id, const char *public_id,
                       int internal)
{
    rk__xml *xml = ctx;
    (void) name;
    (void) system_id;
    (void) public_id;
    (void) internal;
    xml->doctype = true;
    XML_StopParser(xml->parser, XML_FALSE);
}

void rk__xml_pause(rk__xml *xml)
{
    if (xml->failed == RK_OK) {
        XML_StopParser(xml->parser, XML_TRUE);
    }
}

void rk__xml_fail(rk__xml *xml, rk_status status)
{
    if (xml->failed == RK_OK) {
        xml->failed = status;
        XML_StopParser(xml->parser, XML_FALSE);
    }
}

/* ------------------------------------------------------------------ parsing */

rk_status rk__xml_open(rk__archive *archive, const char *path, const rk__xml_events *events,
                       rk__xml **out, rk_problems *problems)
{
    rk__member *member = NULL;
    *out = NULL;
    const rk_status status = rk__member_open(archive, path, &member, problems);
    if (status != RK_OK || member == NULL) {
        return status;
    }
    rk__xml *xml = rk__calloc(1, sizeof *xml);
    if (xml == NULL) {
        rk__member_close(member);
        return RK_NO_MEMORY;
    }
    *xml = (rk__xml){.member = member, .archive = archive, .path = path, .events = *events};
    at_hand = &xml->meter;
    xml->parser = XML_ParserCreate_MM(NULL, &metered, NULL);
    if (xml->parser == NULL) {
        rk__xml_close(xml);
        return RK_NO_MEMORY;
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    *out = xml;
    return RK_OK;
}

void rk__xml_close(rk__xml *xml)
{
    if (xml != NULL) {
        if (xml->parser != NULL) {
            XML_ParserFree(xml->parser);
        }
        rk__member_close(xml->member);
        rk__free(xml);
    }
}

bool rk__xml_ended(const rk__xml *xml)
{
    return xml->ended;
}

static rk_status xml_problem(const rk__xml *xml, rk_problems *problems)
{
    const rk__place place = {.file = rk__archive_name(xml->archive)};
    const enum XML_Error code = XML_GetErrorCode(xml->parser);
    if (xml->failed != RK_OK) {
        return xml->failed;
    }
    if (xml->doctype) {
        return rk__problem(
            problems, RK_FORBIDDEN, &place, "open it in a spreadsheet and save it again",
            "the part '%s' has a document type (DTD), which workbooks never have", xml->path);
    }
    if (xml->meter.exceeded) {
        return rk__problem(problems, RK_LIMIT, &place, "open it in a spreadsheet and save it again",
                           "the part '%s' has tags that are too long, too deep or too varied",
                           xml->path);
    }
    if (code == XML_ERROR_NO_MEMORY) {
        return RK_NO_MEMORY;
    }
    return rk__problem(problems, RK_SYNTAX, &place, "open it in a spreadsheet and save it again",
                       "the part '%s' is not well-formed XML: %s (line %lu, column %lu)", xml->path,
                       XML_ErrorString(code), XML_GetCurrentLineNumber(xml->parser),
                       XML_GetCurrentColumnNumber(xml->parser) + 1);
}

rk_status rk__xml_step(rk__xml *xml, rk_problems *problems)
{
    at_hand = &xml->meter;
    while (!xml->ended && xml->failed == RK_OK) {
        enum XML_Status result;
        if (xml->suspended) {
            result = XML_ResumeParser(xml->parser);
        } else {
            size_t got = 0;
            void *chunk = XML_GetBuffer(xml->parser, CHUNK_BYTES);
            if (chunk == NULL) {
                return xml_problem(xml, problems);
            }
            const rk_status status =
                rk__member_read(xml->member, chunk, CHUNK_BYTES, &got, problems);
            if (status != RK_OK) {
                return status;
            }
            result = XML_ParseBuffer(xml->parser, (int) got, got == 0);
        }
        if (result == XML_STATUS_ERROR) {
            return xml_problem(xml, problems);
        }
        XML_ParsingStatus now;
        XML_GetParsingStatus(xml->parser, &now);
        xml->suspended = now.parsing == XML_SUSPENDED;
        xml->ended = now.parsing == XML_FINISHED;
        if (xml->suspended) {
            return RK_OK;
        }
    }
    return xml->failed;
}

rk_status rk__xml_read(rk__archive *archive, const char *path, const rk__xml_events *events,
                       bool *found, rk_problems *problems)
{
    rk__xml *xml;
    rk_status status = rk__xml_open(archive, path, events, &xml, problems);
    *found = xml != NULL;
    while (status == RK_OK && xml != NULL && !xml->ended) {
        status = rk__xml_step(xml, problems);
    }
    rk__xml_close(xml);
    return status;
}

const char *rk__xml_attribute(const char *const *attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2) {
        if (strcmp(attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

const char *rk__xml_prefixed(const char *const *attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2) {
        const char *colon = strchr(attributes[0], ':');
        if (colon != NULL && strcmp(colon + 1, name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}
