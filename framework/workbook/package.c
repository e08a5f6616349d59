/* SPDX-License-Identifier: MIT
 *
 * package.c: which parts of the archive are a workbook's sheets, strings and styles.
 *
 * The way in is that of the format: the package's relationships name the workbook part, whose
 * own relationships name the others; [Content_Types].xml says what each is. Relationships to
 * other files are never followed.
 */
#include <string.h>

#include "workbook/inside.h"
#include "workbook/xml.h"

#define MAX_SHEETS     4096
#define MAX_NAME_BYTES 255
#define MAX_PATH_BYTES 1024

static const char save_again[] = "open it in a spreadsheet and save it again";

typedef enum part_type {
    PART_UNKNOWN,
    PART_WORKBOOK,
    PART_BINARY,
    PART_SHEET,
    PART_OTHER
} part_type;

typedef struct package_reader {
    rk__workbook *workbook;
    rk_problems *problems;
    rk_status status;
    unsigned depth;
    uint8_t *types;     /* part_type by part */
    uint8_t xml_type;   /* of parts called .xml, unless said otherwise */
    char *main;         /* the workbook part */
    const char *folder; /* of the part whose relationships are read, with its slash */
    size_t capacity;
    bool in_sheets;
} package_reader;

static rk_status package_problem(package_reader *reader, rk_status status, const char *hint,
                                 const char *message, const char *about)
{
    const rk__place place = {.file = rk__archive_name(reader->workbook->archive)};
    rk__keep_first(&reader->status,
                   rk__problem(reader->problems, status, &place, hint, message, about));
    return reader->status;
}

static void on_end(void *ctx, const char *name)
{
    package_reader *reader = ctx;
    (void) name;
    reader->depth--;
    reader->in_sheets = reader->in_sheets && reader->depth >= 2;
}

static bool read_part(package_reader *reader, const char *path,
                      void (*start)(void *, const char *, const char *const *))
{
    const rk__xml_events events = {reader, start, on_end, NULL};
    bool found = false;
    reader->depth = 0;
    const rk_status status =
        rk__xml_read(reader->workbook->archive, path, &events, &found, reader->problems);
    rk__keep_first(&reader->status, status);
    return found && reader->status == RK_OK;
}

/* ------------------------------------------------------------ content types */

static part_type type_of(const char *content_type)
{
    if (strstr(content_type, "sheet.binary.") != NULL) {
        return PART_BINARY;
    }
    if (strstr(content_type, "spreadsheetml.worksheet+xml") != NULL) {
        return PART_SHEET;
    }
    const bool book =
        strstr(content_type, "spreadsheetml.") != NULL || strstr(content_type, "ms-excel.") != NULL;
    return book && strstr(content_type, ".main+xml") != NULL ? PART_WORKBOOK : PART_OTHER;
}

static void on_type(void *ctx, const char *name, const char *const *attributes)
{
    package_reader *reader = ctx;
    const char *type = rk__xml_attribute(attributes, "ContentType");
    const char *part = rk__xml_attribute(attributes, "PartName");
    const char *extension = rk__xml_attribute(attributes, "Extension");
    if (reader->depth++ != 1 || type == NULL) {
        return;
    }
    if (strcmp(name, "Override") == 0 && part != NULL) {
        const size_t i = rk__archive_find(reader->workbook->archive, part + (*part == '/'));
        if (i != SIZE_MAX) {
            reader->types[i] = (uint8_t) type_of(type);
        }
    } else if (strcmp(name, "Default") == 0 && extension != NULL && strcmp(extension, "xml") == 0) {
        reader->xml_type = (uint8_t) type_of(type);
    }
}

static part_type type_at(const package_reader *reader, const char *path)
{
    const size_t i = rk__archive_find(reader->workbook->archive, path);
    const part_type own = i != SIZE_MAX ? (part_type) reader->types[i] : PART_UNKNOWN;
    return own == PART_UNKNOWN ? (part_type) reader->xml_type : own;
}

/* ------------------------------------------------------------ relationships */

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* The path of a target, seen from the folder of the part that names it; NULL with a problem. */
static char *resolve(package_reader *reader, const char *target)
{
    const char *folder = *target == '/' ? "" : reader->folder;
    const size_t room = strlen(folder) + strlen(target) + 2;
    char *path = room <= MAX_PATH_BYTES ? rk__arena_alloc(&reader->workbook->arena, room) : NULL;
    if (path == NULL) {
        if (room > MAX_PATH_BYTES) {
            package_problem(reader, RK_LIMIT, save_again,
                            "the workbook names a part by a path too long%s", "");
        } else {
            rk__keep_first(&reader->status, RK_NO_MEMORY);
        }
        return NULL;
    }
    size_t length = strlen(folder);
    memcpy(path, folder, length);
    for (const char *at = target; *at != '\0';) {
        const size_t n = strcspn(at, "/\\");
        if (n == 2 && at[0] == '.' && at[1] == '.') {
            if (length == 0) {
                package_problem(reader, RK_FORBIDDEN, "open it in a spreadsheet and save it again",
                                "the workbook names a part outside itself: '%s'", target);
                return NULL;
            }
            for (length--; length > 0 && path[length - 1] != '/'; length--) {
            }
        } else if (n > 0 && !(n == 1 && at[0] == '.')) {
            memcpy(path + length, at, n);
            length += n;
            if (at[n] != '\0') {
                path[length++] = '/';
            }
        }
        at += n + (at[n] != '\0');
    }
    path[length] = '\0';
    return path;
}

static void on_root_relation(void *ctx, const char *name, const char *const *attributes)
{
    package_reader *reader = ctx;
    const char *type = rk__xml_attribute(attributes, "Type");
    const char *target = rk__xml_attribute(attributes, "Target");
    if (reader->depth++ == 1 && strcmp(name, "Relationship") == 0 && type && target &&
        ends_with(type, "/officeDocument") && reader->main == NULL && reader->status == RK_OK) {
        reader->main = resolve(reader, target);
    }
}

static void sheet_target(package_reader *reader, rk__workbook_sheet *sheet, const char *type,
                         const char *target, bool external)
{
    sheet->external = external;
    sheet->worksheet = ends_with(type, "/worksheet");
    sheet->path = external ? NULL : resolve(reader, target);
}

static void on_relation(void *ctx, const char *name, const char *const *attributes)
{
    package_reader *reader = ctx;
    rk__workbook *workbook = reader->workbook;
    const char *id = rk__xml_attribute(attributes, "Id");
    const char *type = rk__xml_attribute(attributes, "Type");
    const char *target = rk__xml_attribute(attributes, "Target");
    const char *mode = rk__xml_attribute(attributes, "TargetMode");
    const bool external = mode != NULL && strcmp(mode, "External") == 0;
    if (reader->depth++ != 1 || strcmp(name, "Relationship") != 0 || !id || !type || !target ||
        reader->status != RK_OK) {
        return;
    }
    const char **own = ends_with(type, "/sharedStrings") ? &workbook->strings_path
                       : ends_with(type, "/styles")      ? &workbook->styles_path
                                                         : NULL;
    if (own != NULL && external) {
        package_problem(reader, RK_FORBIDDEN, "open it in a spreadsheet and save it again",
                        "the workbook keeps a part that it needs in another file: '%s'", target);
    } else if (own != NULL && *own == NULL) {
        *own = resolve(reader, target);
    }
    for (size_t i = 0; own == NULL && i < workbook->n_sheets; i++) {
        rk__workbook_sheet *sheet = &workbook->sheets[i];
        if (sheet->path == NULL && strcmp(sheet->relation, id) == 0) {
            sheet_target(reader, sheet, type, target, external);
        }
    }
}

/* ------------------------------------------------------------- the workbook */

static void add_sheet(package_reader *reader, const char *const *attributes)
{
    rk__workbook *workbook = reader->workbook;
    const char *name = rk__xml_attribute(attributes, "name");
    const char *relation = rk__xml_prefixed(attributes, "id");
    const char *state = rk__xml_attribute(attributes, "state");
    if (name == NULL || relation == NULL) {
        package_problem(reader, RK_SYNTAX, save_again,
                        "the workbook has a sheet without a name or part%s", "");
        return;
    }
    if (workbook->n_sheets == MAX_SHEETS || strlen(name) > MAX_NAME_BYTES ||
        strlen(relation) > MAX_NAME_BYTES) {
        package_problem(
            reader, RK_LIMIT, "save the sheets that you need as a workbook of their own",
            "the workbook has more than 4,096 sheets, or a sheet's name is too long%s", "");
        return;
    }
    if (rk__grow((void **) &workbook->sheets, &reader->capacity, workbook->n_sheets + 1,
                 sizeof *workbook->sheets) != 0) {
        rk__keep_first(&reader->status, RK_NO_MEMORY);
        return;
    }
    workbook->sheets[workbook->n_sheets++] =
        (rk__workbook_sheet){.name = rk__arena_strdup(&workbook->arena, name),
                             .relation = rk__arena_strdup(&workbook->arena, relation),
                             .hidden = state != NULL && strcmp(state, "visible") != 0};
    if (workbook->arena.failed) {
        workbook->n_sheets--;
        rk__keep_first(&reader->status, RK_NO_MEMORY);
    }
}

static void on_workbook(void *ctx, const char *name, const char *const *attributes)
{
    package_reader *reader = ctx;
    const unsigned depth = reader->depth++;
    if (reader->status != RK_OK) {
        return;
    }
    if (depth == 1) {
        reader->in_sheets = strcmp(name, "sheets") == 0;
        const char *epoch =
            strcmp(name, "workbookPr") == 0 ? rk__xml_attribute(attributes, "date1904") : NULL;
        reader->workbook->since_1904 =
            reader->workbook->since_1904 ||
            (epoch != NULL && (strcmp(epoch, "1") == 0 || strcmp(epoch, "true") == 0));
    } else if (depth == 2 && reader->in_sheets && strcmp(name, "sheet") == 0) {
        add_sheet(reader, attributes);
    }
}

static const char *not_xlsx(package_reader *reader)
{
    const rk__archive *archive = reader->workbook->archive;
    if (rk__archive_find(archive, "content.xml") != SIZE_MAX) {
        return "the file is an OpenDocument file, not an .xlsx workbook";
    }
    if (rk__archive_find(archive, "xl/workbook.bin") != SIZE_MAX) {
        return "the file is a binary workbook (.xlsb), not an .xlsx workbook";
    }
    return "the file is an archive, but not an .xlsx workbook";
}

static bool check_main(package_reader *reader)
{
    static const char save[] = "open it in a spreadsheet and save it as .xlsx";
    if (reader->status != RK_OK) {
        return false;
    }
    const part_type type = reader->main != NULL ? type_at(reader, reader->main) : PART_UNKNOWN;
    if (reader->main == NULL || type == PART_BINARY ||
        rk__archive_find(reader->workbook->archive, reader->main) == SIZE_MAX) {
        package_problem(reader, RK_SYNTAX, save, "%s", not_xlsx(reader));
    } else if (type != PART_WORKBOOK) {
        package_problem(reader, RK_SYNTAX, save,
                        "the file's content types do not say that '%s' is a workbook",
                        reader->main);
    }
    return reader->status == RK_OK;
}

static void check_sheets(package_reader *reader)
{
    rk__workbook *workbook = reader->workbook;
    for (size_t i = 0; i < workbook->n_sheets; i++) {
        rk__workbook_sheet *sheet = &workbook->sheets[i];
        sheet->worksheet =
            sheet->worksheet && sheet->path != NULL && type_at(reader, sheet->path) == PART_SHEET;
    }
}

/* The part that holds the relationships of the workbook part. */
static char *relations_of(package_reader *reader)
{
    const char *slash = strrchr(reader->main, '/');
    const size_t folder = slash != NULL ? (size_t) (slash - reader->main) + 1 : 0;
    rk__arena *arena = &reader->workbook->arena;
    reader->folder = rk__arena_copy(arena, reader->main, folder);
    return reader->folder != NULL
               ? rk__arena_printf(arena, "%s_rels/%s.rels", reader->folder, reader->main + folder)
               : NULL;
}

rk_status rk__package_read(rk__workbook *workbook, rk_problems *problems)
{
    package_reader reader = {.workbook = workbook, .problems = problems, .folder = ""};
    reader.types = rk__calloc(rk__archive_n_parts(workbook->archive) + 1, 1);
    if (reader.types == NULL) {
        return RK_NO_MEMORY;
    }
    read_part(&reader, "[Content_Types].xml", on_type);
    read_part(&reader, "_rels/.rels", on_root_relation);
    if (check_main(&reader)) {
        const char *relations = relations_of(&reader);
        rk__keep_first(&reader.status, relations != NULL ? RK_OK : RK_NO_MEMORY);
        if (relations != NULL && read_part(&reader, reader.main, on_workbook)) {
            read_part(&reader, relations, on_relation);
        }
        check_sheets(&reader);
    }
    rk__free(reader.types);
    return reader.status;
}
