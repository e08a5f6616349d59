/* SPDX-License-Identifier: MIT
 *
 * export.h: RK_RULE_EXPORT, which makes a shared object a rule. Part of plugin.h, which
 * includes it; include that.
 *
 * It compiles without warnings as C11, C++17 and C++20, with gcc and clang.
 */
#ifndef RECKONER_EXPORT_H
#define RECKONER_EXPORT_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The ELF note that the host reads before it runs any code of the file. */
#define RK_NOTE_NAME         "Reckoner"
#define RK_NOTE_TYPE         1
#define RK_NOTE_ID_SIZE      64
#define RK_NOTE_VERSION_SIZE 32

typedef struct rk_elf_note {
    uint32_t name_size, desc_size, type;
    char name[12]; /* "Reckoner" and its NUL, padded to a multiple of four */
    uint32_t abi_major, abi_minor;
    uint32_t rule_size;
    char id[RK_NOTE_ID_SIZE];
    char version[RK_NOTE_VERSION_SIZE];
} rk_elf_note;

#define RK_NOTE_DESC_SIZE (12 + RK_NOTE_ID_SIZE + RK_NOTE_VERSION_SIZE)

/* The name of the exported constant: reckoner_rule_1 for ABI major 1. */
#define RK_JOIN2(a, b) a##b
#define RK_JOIN(a, b)  RK_JOIN2(a, b)
#define RK_RULE_SYMBOL RK_JOIN(reckoner_rule_, RK_ABI_MAJOR)

#ifdef __cplusplus
#define RK_EXTERN_C extern "C"
#else
#define RK_EXTERN_C extern
#endif

#if defined(__has_attribute)
#if __has_attribute(retain)
#define RK_RETAIN , retain
#endif
#endif
#ifndef RK_RETAIN
#define RK_RETAIN
#endif

/* Designated members are of C++20, and compilers warn of them before it; in C++ they also
 * warn of the members that are left out, which are zero. */
#if defined(__cplusplus) && defined(__clang__)
#define RK_QUIET_BEGIN                                                                          \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wc++20-designator\"") \
        _Pragma("clang diagnostic ignored \"-Wmissing-field-initializers\"")
#define RK_QUIET_END _Pragma("clang diagnostic pop") static_assert(true, "")
#elif defined(__cplusplus)
#define RK_QUIET_BEGIN                                                             \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wpragmas\"") \
        _Pragma("GCC diagnostic ignored \"-Wpedantic\"")                           \
            _Pragma("GCC diagnostic ignored \"-Wc++20-extensions\"")               \
                _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define RK_QUIET_END _Pragma("GCC diagnostic pop") static_assert(true, "")
#else
#define RK_QUIET_BEGIN
#define RK_QUIET_END _Static_assert(1, "")
#endif

/* Exports the rule, once per shared object:
 *
 *     RK_RULE_EXPORT("block", "1.0.0", .title = "Block contract", ...)
 *
 * The id and version are string literals; the rest are designated members of
 * rk_rule in the order of their declaration. */
#define RK_RULE_EXPORT(rule_id, rule_version, ...)                                             \
    RK_QUIET_BEGIN                                                                             \
    static const rk_elf_note rk_note_of_rule __attribute__((                                   \
        used RK_RETAIN, section(".note.reckoner"), aligned(4))) = {9,                          \
                                                                   RK_NOTE_DESC_SIZE,          \
                                                                   RK_NOTE_TYPE,               \
                                                                   RK_NOTE_NAME,               \
                                                                   RK_ABI_MAJOR,               \
                                                                   RK_ABI_MINOR,               \
                                                                   (uint32_t) sizeof(rk_rule), \
                                                                   rule_id,                    \
                                                                   rule_version};              \
    RK_EXTERN_C const rk_rule RK_RULE_SYMBOL __attribute__((visibility("default")));           \
    const rk_rule RK_RULE_SYMBOL = {.size = sizeof(rk_rule),                                   \
                                    .abi_major = RK_ABI_MAJOR,                                 \
                                    .abi_minor = RK_ABI_MINOR,                                 \
                                    .param_size = (uint32_t) sizeof(rk_param),                 \
                                    .column_size = (uint32_t) sizeof(rk_column),               \
                                    .id = rule_id,                                             \
                                    .version = rule_version,                                   \
                                    .element_size = (uint32_t) sizeof(rk_element),             \
                                    .note_size = (uint32_t) sizeof(rk_note),                   \
                                    __VA_ARGS__,                                               \
                                    .reason_size = (uint32_t) sizeof(rk_reason),               \
                                    .line_size = (uint32_t) sizeof(rk_line),                   \
                                    .of_size = (uint32_t) sizeof(rk_of),                       \
                                    .column_data_size = (uint32_t) sizeof(rk_column_data)};    \
    RK_QUIET_END

#ifdef __cplusplus
}
#endif
#endif
