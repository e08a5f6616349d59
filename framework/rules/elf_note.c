/* SPDX-License-Identifier: MIT
 *
 * elf_note.c: reading and checking the note of a rule.
 *
 * The ELF structures are copied out of the file before they are read: a crafted file may place
 * them at any alignment.
 */
#include "rules/elf_note.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#define HOST_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define HOST_MACHINE EM_AARCH64
#else
#error "Reckoner runs on x86-64 and aarch64"
#endif

#define HINT_REBUILD "rebuild the rule against this version's plugin.h"
#define HINT_MACHINE "build the rule on, or for, this machine"
#define HINT_NOT_RULE \
    "a rule is a shared object that ends with RK_RULE_EXPORT; see `reckon rules new`"

/* The size of rk_rule when the ABI was first called 1: everything up to `release`, which a rule
 * without state does not need. */
#define MINIMUM_RULE_SIZE offsetof(rk_rule, release)

typedef struct bytes {
    const unsigned char *data;
    size_t length;
} bytes;

/* Copies `size` bytes from `offset`; false if the file ends before. */
static bool bytes_copy(bytes from, uint64_t offset, void *out, size_t size)
{
    if (offset > from.length || size > from.length - offset) {
        return false;
    }
    memcpy(out, from.data + offset, size);
    return true;
}

static const char *machine_name(unsigned machine, char *buffer, size_t size)
{
    switch (machine) {
    case EM_X86_64:
        return "x86-64";
    case EM_AARCH64:
        return "aarch64";
    case EM_386:
        return "x86 (32-bit)";
    case EM_ARM:
        return "arm (32-bit)";
    case EM_RISCV:
        return "riscv";
    case EM_PPC64:
        return "ppc64";
    case EM_S390:
        return "s390";
    default:
        (void) snprintf(buffer, size, "ELF machine %u", machine);
        return buffer;
    }
}

/* Checks the file header: ELF, for this machine, a shared object. */
static bool header_read(bytes file, Elf64_Ehdr *header, rk__refusal *why)
{
    unsigned char ident[EI_NIDENT];
    uint16_t machine;
    char other[32];
    char ours[32];
    if (!bytes_copy(file, 0, ident, sizeof ident) || memcmp(ident, ELFMAG, SELFMAG) != 0) {
        return rk__refuse(why, HINT_NOT_RULE, "not an ELF file");
    }
    if (ident[EI_DATA] != ELFDATA2LSB) {
        return rk__refuse(why, HINT_MACHINE, "byte order %s, this host's is little-endian",
                          ident[EI_DATA] == ELFDATA2MSB ? "big-endian" : "unknown");
    }
    /* 32-bit files have the machine at the same offset, so it can be named. */
    if (!bytes_copy(file, offsetof(Elf64_Ehdr, e_machine), &machine, sizeof machine)) {
        return rk__refuse(why, HINT_REBUILD, "the ELF header is cut short at %zu bytes",
                          file.length);
    }
    if (machine != HOST_MACHINE) {
        return rk__refuse(why, HINT_MACHINE, "built for %s, this host is %s",
                          machine_name(machine, other, sizeof other),
                          machine_name(HOST_MACHINE, ours, sizeof ours));
    }
    if (ident[EI_CLASS] != ELFCLASS64) {
        return rk__refuse(why, HINT_MACHINE, "ELF class %u, this host loads class 2 (64-bit)",
                          ident[EI_CLASS]);
    }
    if (!bytes_copy(file, 0, header, sizeof *header)) {
        return rk__refuse(why, HINT_REBUILD, "the ELF header is cut short at %zu bytes",
                          file.length);
    }
    if (header->e_type != ET_DYN) {
        return rk__refuse(why, "link the rule with -shared",
                          "ELF type %u, a shared object is type %u", header->e_type, ET_DYN);
    }
    return true;
}

/* Reads a text of the note's descriptor: NUL-terminated within its field, printable. */
static bool word_valid(const char *field, size_t size)
{
    const size_t length = strnlen(field, size);
    if (length == 0 || length == size) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (field[i] <= ' ' || field[i] > '~') {
            return false;
        }
    }
    return true;
}

bool rk__rule_id_valid(const char *id)
{
    const size_t length = strnlen(id, RK_NOTE_ID_SIZE);
    if (length == 0 || length >= RK_NOTE_ID_SIZE || id[0] < 'a' || id[0] > 'z') {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        const char c = id[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
            return false;
        }
    }
    return true;
}

/* Reads one note's descriptor. The ABI major comes first and is judged first: a later major may
 * lay out the rest differently. */
static bool descriptor_read(bytes file, uint64_t offset, uint32_t size, rk__identity *out,
                            rk__refusal *why)
{
    unsigned char desc[RK_NOTE_DESC_SIZE];
    const size_t have = size < sizeof desc ? size : sizeof desc;
    memset(desc, 0, sizeof desc);
    if (!bytes_copy(file, offset, desc, have)) {
        return rk__refuse(why, HINT_REBUILD, "the rule's note runs past the end of the file");
    }
    memcpy(&out->abi_major, desc, 4);
    memcpy(&out->abi_minor, desc + 4, 4);
    memcpy(&out->rule_size, desc + 8, 4);
    const char *const id = (const char *) desc + 12;
    const char *const version = id + RK_NOTE_ID_SIZE;
    if (word_valid(id, RK_NOTE_ID_SIZE) && rk__rule_id_valid(id)) {
        memcpy(out->id, id, RK_NOTE_ID_SIZE);
    }
    if (word_valid(version, RK_NOTE_VERSION_SIZE)) {
        memcpy(out->version, version, RK_NOTE_VERSION_SIZE);
    }
    if (size >= 4 && out->abi_major != RK_ABI_MAJOR) {
        return rk__identity_fits(out, why);
    }
    if (size < sizeof desc) {
        return rk__refuse(why, HINT_REBUILD,
                          "the rule's note is truncated: %u bytes, this host reads %u", size,
                          (unsigned) sizeof desc);
    }
    if (out->id[0] == '\0') {
        const int shown = word_valid(id, RK_NOTE_ID_SIZE) ? RK_NOTE_ID_SIZE : 0;
        return rk__refuse(why, "start with a letter a-z, then a-z, 0-9 and -, up to 63 in all",
                          "the id '%.*s' in the note is malformed", shown, id);
    }
    if (out->version[0] == '\0') {
        return rk__refuse(why, "write up to 31 printable characters: \"1.0.0\"",
                          "the version in the note is malformed");
    }
    return true;
}

static bool note_is_ours(bytes file, uint64_t name_at, const Elf64_Nhdr *note)
{
    char name[sizeof RK_NOTE_NAME];
    return note->n_type == RK_NOTE_TYPE && note->n_namesz == sizeof name &&
           bytes_copy(file, name_at, name, sizeof name) &&
           memcmp(name, RK_NOTE_NAME, sizeof name) == 0;
}

/* Walks the notes of one segment; counts ours in *found. Sizes are 32-bit and offsets 64-bit
 * here, and the segment lies within the file, so sums of a few of them cannot wrap. */
static bool segment_read(bytes file, const Elf64_Phdr *segment, unsigned *found, rk__identity *out,
                         rk__refusal *why)
{
    const uint64_t align = segment->p_align == 8 ? 8 : 4;
    const uint64_t end = segment->p_offset + segment->p_filesz;
    uint64_t at = segment->p_offset;
    while (end - at >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        if (!bytes_copy(file, at, &note, sizeof note)) {
            break;
        }
        const uint64_t name_at = at + sizeof note;
        const uint64_t desc_at = name_at + ((note.n_namesz + align - 1) & ~(align - 1));
        const uint64_t next = desc_at + ((note.n_descsz + align - 1) & ~(align - 1));
        if (note_is_ours(file, name_at, &note)) {
            if (desc_at > end || note.n_descsz > end - desc_at) {
                return rk__refuse(
                    why, HINT_REBUILD,
                    "the rule's note is truncated: %u bytes of it, %llu left in its segment",
                    note.n_descsz, (unsigned long long) (desc_at > end ? 0 : end - desc_at));
            }
            if (++*found > 1) {
                return rk__refuse(why, "build each rule as a shared object of its own",
                                  "two rules in one file: a second note beside that of '%s'",
                                  out->id);
            }
            if (!descriptor_read(file, desc_at, note.n_descsz, out, why)) {
                return false;
            }
        }
        if (next > end) {
            break;
        }
        at = next;
    }
    return true;
}

bool rk__elf_note_read(const unsigned char *data, size_t length, rk__identity *out,
                       rk__refusal *why)
{
    const bytes file = {data, length};
    Elf64_Ehdr header;
    unsigned found = 0;
    memset(out, 0, sizeof *out);
    if (!header_read(file, &header, why)) {
        return false;
    }
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == PN_XNUM) {
        return rk__refuse(why, HINT_REBUILD, "program headers of %u bytes, this host reads %zu",
                          header.e_phentsize, sizeof(Elf64_Phdr));
    }
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        if (header.e_phoff > length ||
            !bytes_copy(file, header.e_phoff + (uint64_t) i * sizeof segment, &segment,
                        sizeof segment)) {
            return rk__refuse(why, HINT_REBUILD, "program header %u lies past the end of the file",
                              i);
        }
        if (segment.p_type != PT_NOTE) {
            continue;
        }
        if (segment.p_offset > length || segment.p_filesz > length - segment.p_offset) {
            return rk__refuse(why, HINT_REBUILD,
                              "a note segment runs past the end of the file (%zu bytes)", length);
        }
        if (!segment_read(file, &segment, &found, out, why)) {
            return false;
        }
    }
    if (found == 0) {
        return rk__refuse(why, HINT_NOT_RULE, "a shared object without a Reckoner note");
    }
    return true;
}

bool rk__identity_fits(const rk__identity *identity, rk__refusal *why)
{
    if (identity->abi_major != RK_ABI_MAJOR) {
        return rk__refuse(why, HINT_REBUILD, "built for ABI %u, this host has ABI %u",
                          identity->abi_major, RK_ABI_MAJOR);
    }
    if (identity->abi_minor > RK_ABI_MINOR) {
        return rk__refuse(why, "install a newer Reckoner, or " HINT_REBUILD,
                          "built for ABI %u.%u, this host has ABI %u.%u", identity->abi_major,
                          identity->abi_minor, RK_ABI_MAJOR, RK_ABI_MINOR);
    }
    if (identity->rule_size < MINIMUM_RULE_SIZE) {
        return rk__refuse(why, HINT_REBUILD, "rule_size is %u bytes, this host needs %zu",
                          identity->rule_size, (size_t) MINIMUM_RULE_SIZE);
    }
    if (identity->rule_size > sizeof(rk_rule)) {
        return rk__refuse(why, HINT_REBUILD, "rule_size is %u bytes, ABI %u.%u has %zu",
                          identity->rule_size, RK_ABI_MAJOR, RK_ABI_MINOR, sizeof(rk_rule));
    }
    return true;
}
