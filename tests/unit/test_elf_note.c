/* SPDX-License-Identifier: MIT */
#include <elf.h>

#include "rules/elf_note.h"
#include "unit.h"

#if defined(__aarch64__)
#define THIS_MACHINE  EM_AARCH64
#define OTHER_MACHINE EM_X86_64
#define OTHER_WORDS   "built for x86-64, this host is aarch64"
#else
#define THIS_MACHINE  EM_X86_64
#define OTHER_MACHINE EM_AARCH64
#define OTHER_WORDS   "built for aarch64, this host is x86-64"
#endif

/* The smallest file that is a rule: a header, one segment, one note. */
typedef struct __attribute__((packed)) tiny {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    rk_elf_note note;
} tiny;

static tiny tiny_file(void)
{
    tiny t = {.header = {.e_type = ET_DYN,
                         .e_machine = THIS_MACHINE,
                         .e_version = EV_CURRENT,
                         .e_phoff = offsetof(tiny, segment),
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = 1},
              .segment = {.p_type = PT_NOTE,
                          .p_offset = offsetof(tiny, note),
                          .p_filesz = sizeof(rk_elf_note),
                          .p_align = 4},
              .note = {9, RK_NOTE_DESC_SIZE, RK_NOTE_TYPE, RK_NOTE_NAME, RK_ABI_MAJOR, RK_ABI_MINOR,
                       sizeof(rk_rule), "tiny-rule", "1.0.0"}};
    memcpy(t.header.e_ident, ELFMAG, SELFMAG);
    t.header.e_ident[EI_CLASS] = ELFCLASS64;
    t.header.e_ident[EI_DATA] = ELFDATA2LSB;
    t.header.e_ident[EI_VERSION] = EV_CURRENT;
    return t;
}

static bool tiny_read(const tiny *t, size_t length, rk__identity *out, rk__refusal *why)
{
    /* An exact heap copy, so that a sanitizer sees a read past the end. */
    unsigned char *const copy = malloc(length > 0 ? length : 1);
    memcpy(copy, t, length);
    const bool ok = rk__elf_note_read(copy, length, out, why);
    free(copy);
    return ok;
}

START_TEST(test_elf_note_read__a_whole_note_is_the_identity)
{
    const tiny t = tiny_file();
    rk__identity identity;
    rk__refusal why;
    ck_assert(tiny_read(&t, sizeof t, &identity, &why));
    ck_assert_str_eq(identity.id, "tiny-rule");
    ck_assert_str_eq(identity.version, "1.0.0");
    ck_assert_uint_eq(identity.abi_major, RK_ABI_MAJOR);
    ck_assert_uint_eq(identity.rule_size, sizeof(rk_rule));
    ck_assert(rk__identity_fits(&identity, &why));
}
END_TEST

/* ------------------------------------------------- what is wrong with a file */

static void set_magic(tiny *t)
{
    t->header.e_ident[0] = 'M';
}
static void set_32_bit(tiny *t)
{
    t->header.e_ident[EI_CLASS] = ELFCLASS32;
}
static void set_big_endian(tiny *t)
{
    t->header.e_ident[EI_DATA] = ELFDATA2MSB;
}
static void set_machine(tiny *t)
{
    t->header.e_machine = OTHER_MACHINE;
}
static void set_machine_unknown(tiny *t)
{
    t->header.e_machine = 4711;
}
static void set_executable(tiny *t)
{
    t->header.e_type = ET_EXEC;
}
static void set_no_segments(tiny *t)
{
    t->header.e_phnum = 0;
}
static void set_segments_beyond(tiny *t)
{
    t->header.e_phoff = UINT64_MAX - 8;
}
static void set_many_segments(tiny *t)
{
    t->header.e_phnum = 0xfffe;
}
static void set_entry_size(tiny *t)
{
    t->header.e_phentsize = 32;
}
static void set_note_beyond(tiny *t)
{
    t->segment.p_offset = UINT64_MAX - 16;
}
static void set_note_too_long(tiny *t)
{
    t->segment.p_filesz = UINT64_MAX;
}
static void set_other_note(tiny *t)
{
    memcpy(t->note.name, "Anything", 9);
}
static void set_other_type(tiny *t)
{
    t->note.type = 2;
}
static void set_name_huge(tiny *t)
{
    t->note.name_size = UINT32_MAX;
}
static void set_desc_huge(tiny *t)
{
    t->note.desc_size = UINT32_MAX;
}
static void set_desc_short(tiny *t)
{
    t->note.desc_size = 12;
}
static void set_desc_empty(tiny *t)
{
    t->note.desc_size = 0;
}
static void set_segment_short(tiny *t)
{
    t->segment.p_filesz = offsetof(rk_elf_note, version);
}
static void set_abi(tiny *t)
{
    t->note.abi_major = 2;
    t->note.desc_size = 12;
}
static void set_id_unterminated(tiny *t)
{
    memset(t->note.id, 'a', sizeof t->note.id);
}
static void set_id_empty(tiny *t)
{
    t->note.id[0] = '\0';
}
static void set_id_capital(tiny *t)
{
    t->note.id[0] = 'T';
}
static void set_id_path(tiny *t)
{
    memcpy(t->note.id, "../tiny", 8);
}
static void set_version_control(tiny *t)
{
    t->note.version[0] = '\x1b';
}
static void set_version_empty(tiny *t)
{
    t->note.version[0] = '\0';
}

static const struct {
    void (*set)(tiny *t);
    const char *reason; /* a part of it */
} wrong[] = {
    {set_magic, "not an ELF file"},
    {set_32_bit, "ELF class 1, this host loads class 2"},
    {set_big_endian, "byte order big-endian, this host's is little-endian"},
    {set_machine, OTHER_WORDS},
    {set_machine_unknown, "built for ELF machine 4711, this host is"},
    {set_executable, "ELF type 2, a shared object is type 3"},
    {set_no_segments, "without a Reckoner note"},
    {set_segments_beyond, "program header 0 lies past the end"},
    {set_many_segments, "lies past the end"},
    {set_entry_size, "program headers of 32 bytes, this host reads 56"},
    {set_note_beyond, "runs past the end of the file"},
    {set_note_too_long, "runs past the end of the file"},
    {set_other_note, "without a Reckoner note"},
    {set_other_type, "without a Reckoner note"},
    {set_name_huge, "without a Reckoner note"},
    {set_desc_huge, "note is truncated: 4294967295 bytes of it, 108 left"},
    {set_desc_short, "note is truncated: 12 bytes, this host reads 108"},
    {set_desc_empty, "note is truncated: 0 bytes"},
    {set_segment_short, "note is truncated: 108 bytes of it, 76 left"},
    {set_abi, "built for ABI 2, this host has ABI 1"},
    {set_id_unterminated, "id '' in the note is malformed"},
    {set_id_empty, "id '' in the note is malformed"},
    {set_id_capital, "id 'Tiny-rule' in the note is malformed"},
    {set_id_path, "id '../tiny' in the note is malformed"},
    {set_version_control, "version in the note is malformed"},
    {set_version_empty, "version in the note is malformed"},
};

START_TEST(test_elf_note_read__a_file_that_is_no_rule_is_refused_with_the_field)
{
    tiny t = tiny_file();
    rk__identity identity;
    rk__refusal why;
    wrong[_i].set(&t);
    ck_assert_msg(!tiny_read(&t, sizeof t, &identity, &why), "row %d: not refused", _i);
    ck_assert_msg(strstr(why.reason, wrong[_i].reason) != NULL, "row %d: '%s'", _i, why.reason);
    ck_assert_msg(why.hint[0] != '\0', "row %d: no hint", _i);
}
END_TEST

START_TEST(test_elf_note_read__every_shorter_file_is_refused)
{
    const tiny t = tiny_file();
    rk__identity identity;
    rk__refusal why;
    for (size_t length = 0; length < sizeof t; length++) {
        ck_assert_msg(!tiny_read(&t, length, &identity, &why), "%zu bytes were accepted", length);
    }
}
END_TEST

START_TEST(test_elf_note_read__a_refused_note_still_names_its_rule)
{
    tiny t = tiny_file();
    rk__identity identity;
    rk__refusal why;
    t.note.abi_major = 2;
    ck_assert(!tiny_read(&t, sizeof t, &identity, &why));
    ck_assert_str_eq(identity.id, "tiny-rule");
}
END_TEST

START_TEST(test_elf_note_read__other_notes_before_ours_are_passed_over)
{
    struct __attribute__((packed)) {
        tiny file;
        struct {
            Elf64_Nhdr header;
            char name[4], desc[8];
        } other;
        rk_elf_note note;
    } t = {.file = tiny_file(), .other = {{4, 5, 3}, "GNU", "buildid"}};
    rk__identity identity;
    rk__refusal why;
    t.note = t.file.note;
    t.file.segment.p_offset = offsetof(__typeof__(t), other);
    t.file.segment.p_filesz = sizeof t.other + sizeof t.note;
    ck_assert(rk__elf_note_read((const unsigned char *) &t, sizeof t, &identity, &why));
    ck_assert_str_eq(identity.id, "tiny-rule");
}
END_TEST

START_TEST(test_elf_note_read__two_notes_are_two_rules)
{
    struct __attribute__((packed)) {
        tiny file;
        rk_elf_note second;
    } t = {.file = tiny_file()};
    rk__identity identity;
    rk__refusal why;
    t.second = t.file.note;
    t.file.segment.p_filesz += sizeof t.second;
    ck_assert(!rk__elf_note_read((const unsigned char *) &t, sizeof t, &identity, &why));
    ck_assert_ptr_nonnull(strstr(why.reason, "two rules in one file"));
}
END_TEST

/* ----------------------------------------------------------------- identities */

static const struct {
    uint32_t major, minor;
    size_t size;
    const char *reason;
} unfit[] = {
    {2, 0, sizeof(rk_rule), "built for ABI 2, this host has ABI 1"},
    {0, 0, sizeof(rk_rule), "built for ABI 0, this host has ABI 1"},
    {RK_ABI_MAJOR, RK_ABI_MINOR + 1, sizeof(rk_rule), "this host has ABI 1.2"},
    {RK_ABI_MAJOR, RK_ABI_MINOR, 16, "rule_size is 16 bytes, this host needs"},
    {RK_ABI_MAJOR, RK_ABI_MINOR, sizeof(rk_rule) + 8, "rule_size is"},
};

START_TEST(test_identity_fits__the_field_that_differs_is_named)
{
    const rk__identity identity = {.abi_major = unfit[_i].major,
                                   .abi_minor = unfit[_i].minor,
                                   .rule_size = (uint32_t) unfit[_i].size,
                                   .id = "x"};
    rk__refusal why;
    ck_assert_msg(!rk__identity_fits(&identity, &why), "row %d: not refused", _i);
    ck_assert_msg(strstr(why.reason, unfit[_i].reason) != NULL, "row %d: '%s'", _i, why.reason);
}
END_TEST

static const struct {
    const char *id;
    bool valid;
} ids[] = {
    {"a", true},
    {"pbr", true},
    {"cap-and-collar", true},
    {"z9-", true},
    {"", false},
    {"-a", false},
    {"9a", false},
    {"A", false},
    {"a_b", false},
    {"a/b", false},
    {"a.b", false},
    {"a b", false},
    {"\xc3\xa9", false},
    {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg", true},
    {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg", false},
};

START_TEST(test_rule_id_valid__lower_case_words_up_to_63)
{
    ck_assert_msg(rk__rule_id_valid(ids[_i].id) == ids[_i].valid, "'%s'", ids[_i].id);
}
END_TEST

UNIT_TESTS("elf_note")
{
    tcase_add_test(tc, test_elf_note_read__a_whole_note_is_the_identity);
    tcase_add_loop_test(tc, test_elf_note_read__a_file_that_is_no_rule_is_refused_with_the_field, 0,
                        COUNT(wrong));
    tcase_add_test(tc, test_elf_note_read__every_shorter_file_is_refused);
    tcase_add_test(tc, test_elf_note_read__a_refused_note_still_names_its_rule);
    tcase_add_test(tc, test_elf_note_read__other_notes_before_ours_are_passed_over);
    tcase_add_test(tc, test_elf_note_read__two_notes_are_two_rules);
    tcase_add_loop_test(tc, test_identity_fits__the_field_that_differs_is_named, 0, COUNT(unfit));
    tcase_add_loop_test(tc, test_rule_id_valid__lower_case_words_up_to_63, 0, COUNT(ids));
}
