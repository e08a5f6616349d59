/* SPDX-License-Identifier: MIT
 *
 * trust.c: reading the list of rules that a user vouches for, and looking into it.
 */
#include "rules/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "rules/bind_value.h"
#include "rules/load.h"

#define LIST_MOST ((size_t) 1 << 20)
#define DIGITS    (sizeof((rk__pin *) 0)->sha256 - 1)
#define BLANKS    " \t\r"

static int by_id(const void *a, const void *b)
{
    const rk__pin *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* The next word of a line, ended by a NUL; NULL if there is none. */
static char *next_word(char **at)
{
    char *const word = *at + strspn(*at, BLANKS);
    *at = word + strcspn(word, BLANKS);
    if (**at != '\0') {
        *(*at)++ = '\0';
    }
    return *word != '\0' ? word : NULL;
}

/* One line: blank, a comment, or an id and a digest. */
static rk_status read_line(char *line, const rk__place *place, rk__trust *list,
                           rk_problems *problems)
{
    const char *hint = "write a rule's id and the SHA-256 of its file, as `sha256sum` prints it";
    char shown[RK__SHOWN_SIZE];
    const char *const id = next_word(&line);
    const char *const digest = id != NULL ? next_word(&line) : NULL;
    const char *const more = digest != NULL ? next_word(&line) : NULL;
    if (id == NULL || id[0] == '#') {
        return RK_OK;
    }
    if (!rk__rule_id_valid(id)) {
        return rk__problem(problems, RK_SYNTAX, place, hint, "'%s' is not the id of a rule",
                           rk__shown(id, shown));
    }
    if (digest == NULL) {
        return rk__problem(problems, RK_SYNTAX, place, hint, "the rule '%s' has no digest", id);
    }
    if (strlen(digest) != DIGITS || strspn(digest, "0123456789abcdefABCDEF") != DIGITS) {
        return rk__problem(problems, RK_SYNTAX, place, hint,
                           "'%s' is not a SHA-256, which has 64 hexadecimal digits",
                           rk__shown(digest, shown));
    }
    if (more != NULL) {
        return rk__problem(problems, RK_SYNTAX, place, hint, "'%s' follows the digest",
                           rk__shown(more, shown));
    }
    rk__pin *const pin = &list->pins[list->n++];
    *pin = (rk__pin){.id = id, .line = place->line};
    for (size_t i = 0; i < DIGITS; i++) {
        pin->sha256[i] =
            (char) (digest[i] >= 'A' && digest[i] <= 'F' ? digest[i] - 'A' + 'a' : digest[i]);
    }
    return RK_OK;
}

static rk_status read_lines(char *text, size_t length, rk__arena *arena, rk__trust *list,
                            rk_problems *problems)
{
    rk_status first = RK_OK;
    rk__place place = {.file = list->path};
    size_t lines = 1;
    if (memchr(text, '\0', length) != NULL) {
        return rk__problem(problems, RK_SYNTAX, &place, "give a text file",
                           "the list of rules holds a NUL");
    }
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n';
    }
    list->pins = rk__arena_alloc(arena, lines * sizeof *list->pins);
    if (list->pins == NULL) {
        return RK_NO_MEMORY;
    }
    for (char *at = text; at != NULL;) {
        char *const end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        place.line++;
        rk__keep_first(&first, read_line(at, &place, list, problems));
        at = end != NULL ? end + 1 : NULL;
    }
    qsort(list->pins, list->n, sizeof *list->pins, by_id);
    return first;
}

/* Of the file that a link leads to: whoever may change that, or the way to it, vouches for rules.
 */
static bool is_safe(char *real, rk__refusal *why)
{
    struct stat info;
    if (stat(real, &info) != 0) {
        return true; /* reading it says why */
    }
    if (!S_ISREG(info.st_mode)) {
        return rk__refuse(why, "give a text file", "not a regular file");
    }
    if (!rk__mode_safe("the file", real, info.st_mode, why) ||
        !rk__owner_safe(real, info.st_uid, why)) {
        return false;
    }
    char *const slash = strrchr(real, '/');
    *(slash == real ? slash + 1 : slash) = '\0';
    return rk__way_safe(real, why);
}

/* The list must be as safe as a rule, and so must the folder of a link to it. */
static rk_status check_safe(const char *path, rk__arena *arena, rk_problems *problems)
{
    rk__refusal why = {0};
    const char *const folder = rk__path_dirname(arena, path);
    char *const real = realpath(path, NULL);
    const bool starved = folder == NULL || (real == NULL && errno == ENOMEM);
    const bool safe =
        starved || real == NULL || (is_safe(real, &why) && rk__way_safe(folder, &why));
    free(real);
    if (starved || why.no_memory) {
        return RK_NO_MEMORY;
    }
    const rk__place place = {.file = path};
    return safe ? RK_OK
                : rk__problem(problems, RK_FORBIDDEN, &place, why.hint,
                              "the list of rules is refused: %s", why.reason);
}

rk_status rk__trust_read(const char *path, rk__arena *arena, const rk__trust **out,
                         rk_problems *problems)
{
    char *bytes = NULL;
    size_t length = 0;
    *out = NULL;
    rk__trust *const list = rk__arena_alloc(arena, sizeof *list);
    if (list == NULL) {
        return RK_NO_MEMORY;
    }
    list->path = rk__arena_strdup(arena, path);
    rk_status status = check_safe(path, arena, problems);
    if (status == RK_OK) {
        status = rk__file_read(path, LIST_MOST, &bytes, &length, problems);
    }
    char *const text = status == RK_OK ? rk__arena_copy(arena, bytes, length) : NULL;
    rk__free(bytes);
    if (status == RK_OK) {
        status = text == NULL || list->path == NULL
                     ? RK_NO_MEMORY
                     : read_lines(text, length, arena, list, problems);
    }
    *out = status == RK_OK ? list : NULL;
    return status;
}

/* The first line of an id; NULL if none. */
static const rk__pin *first_of(const rk__trust *trust, const char *id)
{
    size_t low = 0, high = trust != NULL ? trust->n : 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(trust->pins[middle].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return trust != NULL && low < trust->n && strcmp(trust->pins[low].id, id) == 0
               ? &trust->pins[low]
               : NULL;
}

bool rk__trust_names(const rk__trust *trust, const char *id)
{
    return first_of(trust, id) != NULL;
}

bool rk__trust_fits(const rk__trust *trust, const char *id, const char *sha256, rk__refusal *why)
{
    const rk__pin *const first = first_of(trust, id);
    if (first == NULL) {
        return true;
    }
    for (const rk__pin *p = first; p < trust->pins + trust->n && strcmp(p->id, id) == 0; p++) {
        if (strcmp(p->sha256, sha256) == 0) {
            return true;
        }
    }
    return rk__refuse(why, "if you trust this build, write its digest into the list",
                      "the SHA-256 of '%s' is %s; %.160s:%u has %s", id, sha256, trust->path,
                      first->line, first->sha256);
}
