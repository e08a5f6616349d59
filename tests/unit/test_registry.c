/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "rules/registry.h"
#include "unit.h"

#define FIXTURES RK_BINARY_DIR "/tests/fixtures/"

static char temporary[64];

static void setup(void)
{
    (void) snprintf(temporary, sizeof temporary, "/tmp/rk-registry-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(temporary));
    (void) unsetenv("RECKONER_RULES");
    (void) unsetenv("RK_FIXTURE_MARK");
}

static void teardown(void)
{
    char command[128];
    (void) snprintf(command, sizeof command, "rm -rf '%s'", temporary);
    ck_assert_int_eq(system(command), 0);
}

static const char *in_temporary(const char *name)
{
    static char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", temporary, name);
    return path;
}

/* Copies a fixture to a path below the temporary folder. */
static void copy_fixture(const char *name, const char *to)
{
    char command[1024];
    (void) snprintf(command, sizeof command,
                    "mkdir -p \"$(dirname '%s/%s')\" && cp '" FIXTURES "%s/%s.so' '%s/%s' && "
                    "chmod 755 '%s/%s'",
                    temporary, to, name, name, temporary, to, temporary, to);
    ck_assert_int_eq(system(command), 0);
}

static rk__registry *scan(const char *a, const char *b, rk_problems *problems)
{
    const char *const folders[] = {a, b, NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    rk__registry *registry = NULL;
    ck_assert_int_eq(rk__registry_new(&options, &registry, problems), RK_OK);
    return registry;
}

static rk__registry *scan_fixture(const char *name)
{
    char folder[512];
    (void) snprintf(folder, sizeof folder, FIXTURES "%s", name);
    return scan(folder, NULL, NULL);
}

static bool mark_exists(void)
{
    return access(in_temporary("mark"), F_OK) == 0;
}

/* ------------------------------------------------------------------- loading */

START_TEST(test_registry_get__a_good_rule_is_found_then_loaded)
{
    rk_status status = RK_USAGE;
    rk__registry *const registry = scan_fixture("good");
    (void) setenv("RK_FIXTURE_MARK", in_temporary("mark"), 1);
    ck_assert_uint_eq(rk__registry_count(registry), 1);
    const rk__rule *const found = rk__registry_at(registry, 0);
    ck_assert_int_eq(found->state, RK__RULE_FOUND);
    ck_assert_str_eq(found->id, "good");
    ck_assert_str_eq(found->version, "1.2.3");
    ck_assert_str_eq(found->file, "good.so");
    ck_assert_str_eq(found->path, FIXTURES "good/good.so");
    ck_assert_msg(!mark_exists(), "scanning ran code of the rule");

    const rk__rule *const rule = rk__registry_get(registry, "good", &status, NULL, NULL);
    ck_assert_int_eq(status, RK_OK);
    ck_assert_ptr_eq(rule, found);
    ck_assert_int_eq(rule->state, RK__RULE_LOADED);
    ck_assert_msg(mark_exists(), "the mark does not show that code has run");
    ck_assert_str_eq(rule->rule->title, "Good");
    ck_assert_uint_eq(rule->n_params, 0);
    ck_assert_ptr_null(rule->params[0].name);
    ck_assert_uint_eq(strlen(rule->sha256), 64);
    rk__registry_free(registry);
}
END_TEST

/* Files that are refused before any of their code runs. */
static const struct {
    const char *fixture, *reason, *hint;
} before[] = {
    {"abi2", "built for ABI 2, this host has ABI 1",
     "rebuild the rule against this version's plugin.h"},
    {"newer-minor", "built for ABI 1.7, this host has ABI 1.2", "install a newer Reckoner"},
    {"short-rule", "rule_size is 16 bytes, this host needs", "rebuild"},
    {"bad-id", "the id 'Bad_Id' in the note is malformed", "start with a letter"},
    {"no-note", "a shared object without a Reckoner note", "RK_RULE_EXPORT"},
    {"truncated-note", "the rule's note is truncated: 8 bytes, this host reads 108", "rebuild"},
    {"two-notes", "two rules in one file", "a shared object of its own"},
};

START_TEST(test_registry_new__a_refused_file_never_runs)
{
    (void) setenv("RK_FIXTURE_MARK", in_temporary("mark"), 1);
    rk__registry *const registry = scan_fixture(before[_i].fixture);
    rk__registry_load_all(registry);
    ck_assert_uint_eq(rk__registry_count(registry), 1);
    const rk__rule *const rule = rk__registry_at(registry, 0);
    ck_assert_int_eq(rule->state, RK__RULE_REFUSED);
    ck_assert_msg(strstr(rule->reason, before[_i].reason) != NULL, "%s: '%s'", before[_i].fixture,
                  rule->reason);
    ck_assert_msg(strstr(rule->hint, before[_i].hint) != NULL, "%s: '%s'", before[_i].fixture,
                  rule->hint);
    ck_assert_msg(!mark_exists(), "%s: its code has run", before[_i].fixture);
    rk__registry_free(registry);
}
END_TEST

/* Files whose fault shows only when they are loaded. */
static const struct {
    const char *fixture, *reason;
} after[] = {
    {"no-symbol", "exports no 'reckoner_rule_1'"},
    {"small-symbol", "bytes, its note says"},
    {"wrong-id", "id is 'another-id' in the exported rule, 'wrong-id' in its note"},
    {"undefined-symbol", "undefined symbol: fixture_function_of_nobody"},
    {"bad-params", "parameter 'amount' ends at byte 16, its struct has 8"},
};

START_TEST(test_registry_get__a_fault_found_in_loading_refuses)
{
    rk_status status = RK_OK;
    rk_problems *const problems = rk_problems_new();
    rk__registry *const registry = scan_fixture(after[_i].fixture);
    const rk__rule *const rule = rk__registry_at(registry, 0);
    ck_assert_int_eq(rule->state, RK__RULE_FOUND);
    ck_assert_ptr_null(rk__registry_get(registry, after[_i].fixture, &status, NULL, problems));
    ck_assert_int_eq(status, RK_UNKNOWN_RULE);
    ck_assert_int_eq(rule->state, RK__RULE_REFUSED);
    ck_assert_ptr_null(rule->rule);
    ck_assert_msg(strstr(rule->reason, after[_i].reason) != NULL, "'%s'", rule->reason);
    ck_assert_uint_eq(rk_problems_count(problems), 1);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, after[_i].reason));
    ck_assert_ptr_nonnull(rk_problems_at(problems, 0)->hint);
    rk__registry_free(registry);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_get__an_older_layout_is_taken_in)
{
    rk_status status = RK_USAGE;
    rk__registry *const registry = scan_fixture("older-minor");
    const rk__rule *const rule = rk__registry_get(registry, "older-minor", &status, NULL, NULL);
    ck_assert_msg(rule != NULL, "%s", rk__registry_at(registry, 0)->reason);
    ck_assert_ptr_null(rule->rule->release);
    ck_assert_ptr_nonnull(rule->rule->settle);
    ck_assert_uint_eq(rule->n_params, 2);
    ck_assert_str_eq(rule->params[0].name, "amount");
    ck_assert_ptr_null(rule->params[0].help);
    ck_assert_str_eq(rule->params[1].name, "bands");
    ck_assert_str_eq(rule->params[1].items[1].name, "share");
    ck_assert_ptr_null(rule->params[1].items[2].name);
    ck_assert_ptr_null(rule->params[2].name);
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_crash_waits_until_the_rule_is_asked_for)
{
    rk__registry *const registry = scan_fixture("crash-in-constructor");
    ck_assert_int_eq(rk__registry_at(registry, 0)->state, RK__RULE_FOUND);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        rk_status status;
        (void) rk__registry_get(registry, "crash-in-constructor", &status, NULL, NULL);
        _exit(0);
    }
    int ended = 0;
    ck_assert_int_eq(waitpid(child, &ended, 0), child);
    ck_assert_msg(WIFSIGNALED(ended), "the fixture does not crash");
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_file_that_is_no_elf_is_refused)
{
    FILE *const file = fopen(in_temporary("text.so"), "w");
    ck_assert_ptr_nonnull(file);
    (void) fputs("hello\n", file);
    (void) fclose(file);
    ck_assert_int_eq(mkfifo(in_temporary("pipe.so"), 0600), 0);
    rk__registry *const registry = scan(temporary, NULL, NULL);
    ck_assert_uint_eq(rk__registry_count(registry), 2);
    ck_assert_str_eq(rk__registry_at(registry, 0)->file, "pipe.so");
    ck_assert_str_eq(rk__registry_at(registry, 0)->reason, "not a regular file");
    ck_assert_str_eq(rk__registry_at(registry, 1)->reason, "not an ELF file");
    ck_assert_ptr_null(rk__registry_at(registry, 1)->id);
    rk__registry_free(registry);
}
END_TEST

/* --------------------------------------------------------------- permissions */

START_TEST(test_registry_new__a_world_writable_file_is_refused)
{
    (void) setenv("RK_FIXTURE_MARK", in_temporary("mark"), 1);
    copy_fixture("good", "good.so");
    ck_assert_int_eq(chmod(in_temporary("good.so"), 0757), 0);
    rk__registry *const registry = scan(temporary, NULL, NULL);
    rk__registry_load_all(registry);
    const rk__rule *const rule = rk__registry_at(registry, 0);
    ck_assert_int_eq(rule->state, RK__RULE_REFUSED);
    ck_assert_str_eq(rule->reason, "the file is writable by everybody (mode 0757)");
    ck_assert_ptr_nonnull(strstr(rule->hint, "chmod o-w"));
    ck_assert(!mark_exists());
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_world_writable_folder_refuses_its_files)
{
    copy_fixture("good", "good.so");
    ck_assert_int_eq(chmod(temporary, 0777), 0);
    rk__registry *const registry = scan(temporary, NULL, NULL);
    const rk__rule *const rule = rk__registry_at(registry, 0);
    ck_assert_int_eq(rule->state, RK__RULE_REFUSED);
    ck_assert_str_eq(rule->reason, "its folder is writable by everybody (mode 0777)");
    ck_assert_str_eq(rule->id, "good");
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_link_into_a_world_writable_folder_is_refused)
{
    char target[256];
    copy_fixture("good", "open/good.so");
    ck_assert_int_eq(chmod(in_temporary("open"), 0777), 0);
    (void) snprintf(target, sizeof target, "%s", in_temporary("open/good.so"));
    ck_assert_int_eq(mkdir(in_temporary("rules"), 0755), 0);
    ck_assert_int_eq(symlink(target, in_temporary("rules/good.so")), 0);
    rk__registry *const registry = scan(in_temporary("rules"), NULL, NULL);
    ck_assert_str_eq(rk__registry_at(registry, 0)->reason,
                     "its target's folder is writable by everybody (mode 0777)");
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_group_writable_file_is_a_warning)
{
    rk_status status;
    copy_fixture("good", "good.so");
    ck_assert_int_eq(chmod(in_temporary("good.so"), 0775), 0);
    rk__registry *const registry = scan(temporary, NULL, NULL);
    ck_assert_ptr_nonnull(rk__registry_get(registry, "good", &status, NULL, NULL));
    ck_assert_ptr_nonnull(
        strstr(rk__registry_warnings(registry), "good.so' is writable by its group (mode 0775)"));
    rk__registry_free(registry);
}
END_TEST

/* -------------------------------------------------------------------- folders */

START_TEST(test_registry_new__the_first_folder_with_an_id_wins)
{
    char second[256];
    rk_status status;
    copy_fixture("good", "a/mine.so");
    copy_fixture("good", "b/good.so");
    (void) snprintf(second, sizeof second, "%s", in_temporary("b"));
    rk__registry *const registry = scan(in_temporary("a"), second, NULL);
    ck_assert_uint_eq(rk__registry_count(registry), 2);
    ck_assert_int_eq(rk__registry_at(registry, 0)->state, RK__RULE_FOUND);
    ck_assert_int_eq(rk__registry_at(registry, 1)->state, RK__RULE_HIDDEN);
    ck_assert_ptr_nonnull(strstr(rk__registry_at(registry, 1)->reason, "/a/mine.so' comes first"));
    ck_assert_str_eq(rk__registry_get(registry, "good", &status, NULL, NULL)->file, "mine.so");
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_refused_file_is_not_replaced_in_silence)
{
    char second[256];
    rk_status status;
    rk_problems *const problems = rk_problems_new();
    copy_fixture("good", "a/good.so");
    copy_fixture("good", "b/good.so");
    ck_assert_int_eq(chmod(in_temporary("a/good.so"), 0777), 0);
    (void) snprintf(second, sizeof second, "%s", in_temporary("b"));
    rk__registry *const registry = scan(in_temporary("a"), second, NULL);
    ck_assert_int_eq(rk__registry_at(registry, 1)->state, RK__RULE_HIDDEN);
    ck_assert_ptr_null(rk__registry_get(registry, "good", &status, NULL, problems));
    ck_assert_ptr_nonnull(
        strstr(rk_problems_at(problems, 0)->message, "a/good.so: the file is writable"));
    rk__registry_free(registry);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_new__an_id_twice_in_one_folder_refuses_both)
{
    rk_status status;
    rk_problems *const problems = rk_problems_new();
    copy_fixture("good", "one.so");
    copy_fixture("good", "two.so");
    rk__registry *const registry = scan(temporary, NULL, NULL);
    for (size_t i = 0; i < 2; i++) {
        const rk__rule *const rule = rk__registry_at(registry, i);
        ck_assert_int_eq(rule->state, RK__RULE_REFUSED);
        ck_assert_ptr_nonnull(
            strstr(rule->reason, i == 0 ? "also in 'two.so'" : "also in 'one.so'"));
    }
    ck_assert_ptr_null(rk__registry_get(registry, "good", &status, NULL, problems));
    rk__registry_free(registry);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_new__the_same_folder_counts_once)
{
    char again[256];
    copy_fixture("good", "good.so");
    (void) snprintf(again, sizeof again, "%s/.", temporary);
    rk__registry *const registry = scan(temporary, again, NULL);
    ck_assert_uint_eq(rk__registry_count(registry), 1);
    ck_assert_int_eq(rk__registry_at(registry, 0)->state, RK__RULE_FOUND);
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_folder_given_that_is_missing_is_a_problem)
{
    const char *const folders[] = {in_temporary("nowhere"), NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    rk_problems *const problems = rk_problems_new();
    rk__registry *registry = NULL;
    ck_assert_int_eq(rk__registry_new(&options, &registry, problems), RK_IO);
    ck_assert_ptr_null(registry);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, "nowhere' cannot be read"));
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_new__the_environment_names_folders)
{
    char list[512];
    const rk__registry_options options = {0};
    rk__registry *registry = NULL;
    bool found = false;
    copy_fixture("good", "good.so");
    (void) snprintf(list, sizeof list, "%s/nowhere::%s", temporary, temporary);
    (void) setenv("RECKONER_RULES", list, 1);
    ck_assert_int_eq(rk__registry_new(&options, &registry, NULL), RK_OK);
    for (size_t i = 0; i < rk__registry_count(registry); i++) {
        const char *const id = rk__registry_at(registry, i)->id;
        found = found || (id != NULL && strcmp(id, "good") == 0);
    }
    ck_assert_msg(found, "the folder was not scanned");
    ck_assert_ptr_nonnull(strstr(rk__registry_warnings(registry), "nowhere' cannot be read"));
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__only_allowed_ids_load)
{
    const char *const folders[] = {FIXTURES "good", FIXTURES "older-minor", NULL};
    const char *const allow[] = {"older-minor", NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true, .allow = allow};
    rk__registry *registry = NULL;
    (void) setenv("RK_FIXTURE_MARK", in_temporary("mark"), 1);
    ck_assert_int_eq(rk__registry_new(&options, &registry, NULL), RK_OK);
    rk__registry_load_all(registry);
    ck_assert_int_eq(rk__registry_at(registry, 0)->state, RK__RULE_REFUSED);
    ck_assert_ptr_nonnull(strstr(rk__registry_at(registry, 0)->reason, "'good' is not among"));
    ck_assert_int_eq(rk__registry_at(registry, 1)->state, RK__RULE_LOADED);
    ck_assert(!mark_exists());
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_get__loads_the_bytes_that_were_digested)
{
    char digest[65];
    copy_fixture("good", "rules/good.so");
    rk__registry *const first = scan(in_temporary("rules"), NULL, NULL);
    ck_assert_ptr_nonnull(rk__registry_get(first, "good", NULL, NULL, NULL));
    (void) snprintf(digest, sizeof digest, "%s", rk__registry_at(first, 0)->sha256);
    rk__registry_free(first);
    rk__registry *const registry = scan(in_temporary("rules"), NULL, NULL);
    rk__registry_seal(registry, "good");
    FILE *const file = fopen(in_temporary("rules/good.so"), "w");
    ck_assert_ptr_nonnull(file);
    (void) fputs("no rule at all", file);
    (void) fclose(file);
    const rk__rule *const rule = rk__registry_get(registry, "good", NULL, NULL, NULL);
    ck_assert_ptr_nonnull(rule);
    ck_assert_str_eq(rule->sha256, digest);
    ck_assert_int_eq(rule->sealed, 0);
    rk__registry_free(registry);
}
END_TEST

START_TEST(test_registry_new__a_relative_path_in_the_environment_is_refused)
{
    const rk__registry_options options = {.folders = NULL};
    rk_problems *const problems = rk_problems_new();
    rk__registry *registry = NULL;
    (void) setenv("RECKONER_RULES", "/tmp:rules", 1);
    ck_assert_int_eq(rk__registry_new(&options, &registry, problems), RK_USAGE);
    ck_assert_ptr_nonnull(strstr(rk_problems_at(problems, 0)->message, "'rules' is a relative"));
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_new__a_way_that_everybody_may_change_is_refused)
{
    copy_fixture("good", "open/rules/good.so");
    ck_assert_int_eq(chmod(in_temporary("open"), 0777), 0);
    rk__registry *const registry = scan(in_temporary("open/rules"), NULL, NULL);
    ck_assert_int_eq(rk__registry_at(registry, 0)->state, RK__RULE_REFUSED);
    ck_assert_ptr_nonnull(strstr(rk__registry_at(registry, 0)->reason, "on the way to it"));
    rk__registry_free(registry);
    ck_assert_int_eq(chmod(in_temporary("open"), 01777), 0); /* sticky, as /tmp is */
    rk__registry *const sticky = scan(in_temporary("open/rules"), NULL, NULL);
    ck_assert_int_eq(rk__registry_at(sticky, 0)->state, RK__RULE_FOUND);
    rk__registry_free(sticky);
    if (chown(in_temporary("open/rules"), 4242, (gid_t) -1) == 0) { /* as root */
        rk__registry *const others = scan(in_temporary("open/rules"), NULL, NULL);
        ck_assert_int_eq(rk__registry_at(others, 0)->state, RK__RULE_REFUSED);
        ck_assert_ptr_nonnull(strstr(rk__registry_at(others, 0)->reason, "another user (4242)"));
        rk__registry_free(others);
    }
}
END_TEST

/* -------------------------------------------------------------------- asking */

static const struct {
    const char *id, *message, *hint;
} unknown[] = {
    {"goood", "there is no rule 'goood'", "did you mean 'good'?"},
    {"xyz", "there is no rule 'xyz'", "`reckon rules` lists"},
    {"no-note", "no-note.so' was refused: a shared object without", "RK_RULE_EXPORT"},
};

START_TEST(test_registry_get__an_unknown_id_is_answered_with_the_nearest)
{
    rk_status status = RK_OK;
    const rk__place at = {.file = "contract.json", .line = 7};
    rk_problems *const problems = rk_problems_new();
    rk__registry *const registry = scan(FIXTURES "good", FIXTURES "no-note", NULL);
    ck_assert_ptr_null(rk__registry_get(registry, unknown[_i].id, &status, &at, problems));
    ck_assert_int_eq(status, RK_UNKNOWN_RULE);
    const rk_problem *const problem = rk_problems_at(problems, 0);
    ck_assert_ptr_nonnull(strstr(problem->message, unknown[_i].message));
    ck_assert_ptr_nonnull(strstr(problem->hint, unknown[_i].hint));
    ck_assert_str_eq(problem->file, "contract.json");
    ck_assert_uint_eq(problem->line, 7);
    rk__registry_free(registry);
    rk_problems_free(problems);
}
END_TEST

START_TEST(test_registry_new__every_allocation_may_fail)
{
    const char *const folders[] = {FIXTURES "good", FIXTURES "abi2", NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    rk_status status = RK_NO_MEMORY;
    long n = 0;
    for (; status == RK_NO_MEMORY && n < 1000; n++) {
        rk__registry *registry = NULL;
        rk__alloc_fail_after(n);
        status = rk__registry_new(&options, &registry, NULL);
        rk__alloc_fail_after(-1);
        ck_assert_msg(status == RK_NO_MEMORY || status == RK_OK, "allocation %ld: %d", n, status);
        /* A scan that succeeds has read both files. */
        ck_assert(status != RK_OK || rk__registry_count(registry) == 2);
        rk__registry_free(registry);
    }
    ck_assert_int_gt((int) n, 3);
    ck_assert_int_eq(status, RK_OK);
}
END_TEST

/* The rule of the second folder would take the place of one that could not be read. */
START_TEST(test_registry_get__a_failed_allocation_gives_no_other_rule)
{
    char second[256];
    copy_fixture("good", "a/mine.so");
    copy_fixture("good", "b/good.so");
    (void) snprintf(second, sizeof second, "%s", in_temporary("b"));
    const char *const folders[] = {in_temporary("a"), second, NULL};
    const rk__registry_options options = {.folders = folders, .no_defaults = true};
    rk_problems *const problems = rk_problems_new();
    long left = 0;
    for (long n = 0; left == 0 && n < 1000; n++) {
        rk__registry *registry = NULL;
        rk__alloc_fail_once(n);
        rk_status status = rk__registry_new(&options, &registry, problems);
        const rk__rule *rule =
            status == RK_OK ? rk__registry_get(registry, "good", &status, NULL, problems) : NULL;
        left = rk__alloc_fail_once(-1) < 0 ? 0 : 1;
        ck_assert_msg((rule == NULL) == (status == RK_NO_MEMORY), "allocation %ld: %s", n,
                      rk_status_word(status));
        if (rule == NULL && registry != NULL) { /* nothing is remembered against it */
            rule = rk__registry_get(registry, "good", &status, NULL, problems);
            ck_assert_ptr_nonnull(rule);
        }
        ck_assert(rule == NULL || strcmp(rule->file, "mine.so") == 0);
        rk__registry_free(registry);
    }
    ck_assert_int_eq((int) left, 1);
    rk_problems_free(problems);
}
END_TEST

UNIT_TESTS("registry")
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_registry_get__a_good_rule_is_found_then_loaded);
    tcase_add_loop_test(tc, test_registry_new__a_refused_file_never_runs, 0, COUNT(before));
    tcase_add_loop_test(tc, test_registry_get__a_fault_found_in_loading_refuses, 0, COUNT(after));
    tcase_add_test(tc, test_registry_get__an_older_layout_is_taken_in);
    tcase_add_test(tc, test_registry_new__a_crash_waits_until_the_rule_is_asked_for);
    tcase_add_test(tc, test_registry_new__a_file_that_is_no_elf_is_refused);
    tcase_add_test(tc, test_registry_new__a_world_writable_file_is_refused);
    tcase_add_test(tc, test_registry_new__a_world_writable_folder_refuses_its_files);
    tcase_add_test(tc, test_registry_new__a_link_into_a_world_writable_folder_is_refused);
    tcase_add_test(tc, test_registry_new__a_group_writable_file_is_a_warning);
    tcase_add_test(tc, test_registry_new__the_first_folder_with_an_id_wins);
    tcase_add_test(tc, test_registry_new__a_refused_file_is_not_replaced_in_silence);
    tcase_add_test(tc, test_registry_new__an_id_twice_in_one_folder_refuses_both);
    tcase_add_test(tc, test_registry_new__the_same_folder_counts_once);
    tcase_add_test(tc, test_registry_new__a_folder_given_that_is_missing_is_a_problem);
    tcase_add_test(tc, test_registry_new__the_environment_names_folders);
    tcase_add_test(tc, test_registry_get__loads_the_bytes_that_were_digested);
    tcase_add_test(tc, test_registry_new__a_relative_path_in_the_environment_is_refused);
    tcase_add_test(tc, test_registry_new__a_way_that_everybody_may_change_is_refused);
    tcase_add_test(tc, test_registry_new__only_allowed_ids_load);
    tcase_add_loop_test(tc, test_registry_get__an_unknown_id_is_answered_with_the_nearest, 0,
                        COUNT(unknown));
    tcase_add_test(tc, test_registry_new__every_allocation_may_fail);
    tcase_add_test(tc, test_registry_get__a_failed_allocation_gives_no_other_rule);
}
