/* SPDX-License-Identifier: MIT
 *
 * elf_needed.c: the libraries that a rule's file needs, read without running any of its code.
 *
 * A library is code of the rule that the rule's digest does not cover. So it must be one that the
 * process has already, or be in one of the system's own folders, and the file must not name folders
 * of its own to search.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rules/elf_note.h"

#define MOST_ENTRIES 4096
#define MOST_NAME    255

#if defined(__x86_64__)
#define TRIPLET "x86_64-linux-gnu"
#else
#define TRIPLET "aarch64-linux-gnu"
#endif

static const char *const system_folders[] = {
    "/lib/" TRIPLET, "/usr/lib/" TRIPLET, "/lib64", "/usr/lib64", "/lib", "/usr/lib", NULL};

bool rk__is_system_library(const char *path)
{
    static const char *const roots[] = {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", NULL};
    bool is = strstr(path, "/../") == NULL;
    size_t i = 0;
    while (roots[i] != NULL && strncmp(path, roots[i], strlen(roots[i])) != 0) {
        i++;
    }
    is = is && roots[i] != NULL;
    return is;
}

typedef struct elf {
    const unsigned char *data;
    size_t length;
    Elf64_Ehdr header;
} elf;

static bool copy(const elf *file, uint64_t at, void *out, size_t size)
{
    if (at > file->length || size > file->length - at) {
        return false;
    }
    memcpy(out, file->data + at, size);
    return true;
}

static bool segment_at(const elf *file, unsigned i, Elf64_Phdr *out)
{
    return copy(file, file->header.e_phoff + (uint64_t) i * sizeof *out, out, sizeof *out);
}

/* Where in the file an address of the loaded rule is; SIZE_MAX if nowhere. */
static uint64_t offset_of(const elf *file, uint64_t address)
{
    for (unsigned i = 0; i < file->header.e_phnum; i++) {
        Elf64_Phdr s;
        if (segment_at(file, i, &s) && s.p_type == PT_LOAD && address >= s.p_vaddr &&
            address - s.p_vaddr < s.p_filesz) {
            return s.p_offset + (address - s.p_vaddr);
        }
    }
    return UINT64_MAX;
}

/* The dynamic section's entry with a tag, the n-th of its kind. */
static bool entry_of(const elf *file, int64_t tag, unsigned n, uint64_t *out)
{
    for (unsigned i = 0; i < file->header.e_phnum; i++) {
        Elf64_Phdr s;
        if (!segment_at(file, i, &s) || s.p_type != PT_DYNAMIC) {
            continue;
        }
        for (unsigned k = 0; k < MOST_ENTRIES; k++) {
            Elf64_Dyn d;
            if (!copy(file, s.p_offset + (uint64_t) k * sizeof d, &d, sizeof d) ||
                d.d_tag == DT_NULL) {
                break;
            }
            if (d.d_tag == tag && n-- == 0) {
                *out = d.d_un.d_val;
                return true;
            }
        }
    }
    return false;
}

/* The text of an entry; false if the file has none there. */
static bool text_of(const elf *file, uint64_t in_table, char out[MOST_NAME + 1])
{
    uint64_t table = 0;
    if (!entry_of(file, DT_STRTAB, 0, &table)) {
        return false;
    }
    const uint64_t at = offset_of(file, table);
    for (size_t i = 0; at != UINT64_MAX && i <= MOST_NAME; i++) {
        if (!copy(file, at + in_table + i, &out[i], 1)) {
            return false;
        }
        if (out[i] == '\0') {
            return true;
        }
    }
    return false;
}

/* Whether a library is loaded already, or one of the system's. */
static bool is_known(const char *name)
{
    char path[2 * MOST_NAME];
    void *const loaded = strchr(name, '/') == NULL ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    bool known = loaded != NULL;
    if (loaded != NULL) {
        (void) dlclose(loaded);
    }
    for (const char *const *f = system_folders; !known && *f != NULL; f++) {
        (void) snprintf(path, sizeof path, "%s/%s", *f, name);
        known = strchr(name, '/') == NULL && access(path, R_OK) == 0;
    }
    return known;
}

bool rk__elf_needed_check(const unsigned char *data, size_t length, rk__refusal *why)
{
    elf file = {.data = data, .length = length};
    uint64_t value = 0;
    char name[MOST_NAME + 1] = "";
    if (!copy(&file, 0, &file.header, sizeof file.header)) {
        return false;
    }
    for (unsigned n = 0; entry_of(&file, DT_NEEDED, n, &value); n++) {
        if (!text_of(&file, value, name)) {
            return rk__refuse(why, "rebuild the rule", "its list of libraries cannot be read");
        }
        if (!is_known(name)) {
            return rk__refuse(why, "link it into the rule: -l:NAME.a, or -static-libstdc++",
                              "needs the library '%.200s', which is not in the system's folders",
                              name);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (entry_of(&file, i == 0 ? DT_RUNPATH : DT_RPATH, 0, &value) &&
            text_of(&file, value, name) && name[0] != '\0') {
            return rk__refuse(why, "link without -rpath: libraries of the system need none",
                              "names folders to search for libraries: '%.200s'", name);
        }
    }
    return true;
}
