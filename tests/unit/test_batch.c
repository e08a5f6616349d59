/* SPDX-License-Identifier: MIT
 *
 * test_batch.c: what a batch gives, whatever its contracts and rules do.
 */
#include "batch_fixture.h"
#include "support/http_server.h"

/* ------------------------------------------------------------------- in order */

START_TEST(test_batch_run__gives_the_same_with_and_without_workers)
{
    contract_set("set.ndjson", 500, -1, "");
    ck_assert_int_eq(shell(RECKON " batch -q --in-process set.ndjson > a"), 0);
    ck_assert_int_eq(shell(RECKON " batch -q -j 1 set.ndjson > b"), 0);
    ck_assert_int_eq(shell(RECKON " batch -q -j 7 - < set.ndjson > c"), 0);
    ck_assert_uint_eq(lines_of("a"), 500);
    ck_assert_int_eq(shell("cmp a b && cmp a c"), 0);
}
END_TEST

START_TEST(test_batch_run__takes_files_folders_patterns_and_lines_in_their_order)
{
    contract_set("one.ndjson", 2, -1, "");
    ck_assert_int_eq(
        shell("mkdir -p sub/deep .hidden && head -1 one.ndjson | sed s/c0/z/ > sub/z.json"
              " && head -1 one.ndjson | sed s/c0/d/ > sub/deep/d.json"
              " && head -1 one.ndjson > .hidden/h.json && echo text > sub/readme.txt"),
        0);
    write_text("sub/tariff.json", "{\"tables\":{},\n \"reckoner\" : \"tariff/1\", \"id\": \"t\"}");
    ck_assert_int_eq(shell(RECKON " batch -q 'sub/*.json' one.ndjson sub > out.ndjson"), 1);
    /* The tariff is named by the pattern, and passed over below the folder. */
    ck_assert_int_eq(
        shell("sed -n 's/.*\"contract\":\"\\([^\"]*\\)\".*/\\1/p' out.ndjson | tr '\\n' ' ' > ids"),
        0);
    char *ids = text_of("ids");
    ck_assert_str_eq(ids, "t z c0 c1 d z ");
    free(ids);
}
END_TEST

START_TEST(test_batch_run__names_each_broken_contract_among_good_ones)
{
    ck_assert_int_eq(shell("mkdir set"), 0);
    contract_set("all.ndjson", 200, -1, "");
    ck_assert_int_eq(
        shell("cd set && split -l 1 -a 3 -d --additional-suffix=.json ../all.ndjson c"), 0);
    ck_assert_int_eq(shell("printf '{\"reckoner\": \"contract/1\",' > set/c010.json"
                           " && sed -i s/arrangements/arangements/ set/c100.json"
                           " && sed -i 's/\"block\"/\"bloc\"/' set/c199.json"),
                     0);
    ck_assert_int_eq(shell(RECKON " batch set > out.ndjson 2> err"), 1);
    ck_assert_uint_eq(lines_of("out.ndjson"), 200);
    ck_assert_int_eq(shell("test $(grep -c '\"total\"' out.ndjson) = 197"), 0);
    ck_assert(holds("err", "set/c010.json: syntax"));
    ck_assert(holds("err", "set/c100.json: unknown-key"));
    ck_assert(holds("err", "set/c199.json: unknown-rule"));
    ck_assert_int_eq(shell("grep '\"code\":\"unknown-key\"' out.ndjson | grep -q "
                           "'\"file\":\"set/c100.json\",\"line\":1,'"),
                     0);
}
END_TEST

START_TEST(test_batch_run__places_faults_at_the_line_of_the_set)
{
    contract_set("set.ndjson", 10, -1, "");
    ck_assert_int_eq(shell("sed -i -e '4s/}$//' -e '7s/periods/perods/' -e '8s/^/\\n/' set.ndjson"),
                     0);
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson missing.json > out.ndjson"), 1);
    ck_assert_uint_eq(lines_of("out.ndjson"), 11);
    ck_assert(holds("out.ndjson", "\"contract\":\"set.ndjson:4\",\"error\":{\"code\":\"syntax\""));
    ck_assert(holds("out.ndjson", "\"file\":\"set.ndjson\",\"line\":7,"));
    ck_assert(holds("out.ndjson", "\"contract\":\"missing.json\",\"error\":{\"code\":\"io\""));
    ck_assert(holds("out.ndjson", "\"contract\":\"c9\",\"arrangement\""));
}
END_TEST

START_TEST(test_batch_run__keeps_lines_from_reaching_out_unless_they_are_trusted)
{
    ck_assert_int_eq(mkdir("inside", 0777), 0);
    write_text("outside.csv", "label,amount\nall,1\n");
    FILE *f = fopen("inside/set.ndjson", "w");
    ck_assert_ptr_nonnull(f);
    print_json(f, "{'reckoner':'contract/1','id':'c',"
                  "'periods':[{'id':'y','start':'2016-04-01','end':'2017-03-31'}],"
                  "'facts':{'costs':{'file':'../outside.csv'}},"
                  "'arrangements':{'main':[{'id':'a','rule':'block','params':{'amount':'1'}}]}}\n");
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(shell("cd inside && " RECKON " batch -q set.ndjson > ../out.ndjson"), 1);
    ck_assert(holds("out.ndjson", "\"code\":\"forbidden\""));
    ck_assert_int_eq(shell("cd inside && " RECKON " batch -q --trusted set.ndjson > ../out.ndjson"),
                     0);
    ck_assert(holds("out.ndjson", "\"total\":\"1.00\""));
}
END_TEST

START_TEST(test_batch_run__shows_each_line_before_the_next_comes)
{
    contract_set("set.ndjson", 2, -1, "");
    /* A whole line, with its end: who reads lines waits for that. */
    ck_assert_int_eq(
        shell("mkfifo in out; (exec 3> in; head -1 set.ndjson >&3; read -r first < got;"
              " tail -1 set.ndjson >&3) & mkfifo got;" RECKON
              " batch -q -j 1 - < in > out & exec 4< out;"
              " timeout 20 sh -c 'read -r line && echo \"$line\"' <&4 > seen && echo > got;"
              " cat <&4 >> seen; wait"),
        0);
    ck_assert_uint_eq(lines_of("seen"), 2);
}
END_TEST

/* ------------------------------------------------------------------- isolation */

static const struct {
    const char *rule, *options, *code, *message;
} bad_rules[] = {
    {"crash-in-settle", "", "rule-crashed", "rule 'crash-in-settle' ended its process by signal"},
    {"exit-in-settle", "", "rule-crashed",
     "rule 'exit-in-settle' ended its process with exit code"},
    {"hang-in-settle", "--timeout 5", "rule-timeout",
     "rule 'hang-in-settle' did not finish in 5 seconds"},
    /* What is said depends on whether it left memory for saying who failed: rule-failed or limit.
     */
    {"eat-memory", "--memory 64", "", "rule 'eat-memory'"},
    {"crash-in-constructor", "", "rule-crashed", "rule 'crash-in-constructor' ended its process"},
};

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

START_TEST(test_batch_isolation__costs_a_bad_rule_its_own_contract_only)
{
    const size_t k = (size_t) _i;
#ifdef SANITIZED
    if (strcmp(bad_rules[k].rule, "eat-memory") == 0) {
        printf("skipped: the sanitizer's malloc ends the process where there is no memory\n");
        return;
    }
#endif
    contract_set("good.ndjson", 300, -1, "");
    contract_set("bad.ndjson", 300, 123, bad_rules[k].rule);
    ck_assert_int_eq(shell(RECKON " batch -q good.ndjson > good"), 0);
    ck_assert_int_eq(
        shell(RECKON " batch -q -j 2" RULES " %s bad.ndjson > bad", bad_rules[k].options), 1);
    ck_assert_int_eq(
        shell("sed 124d good > good.rest; sed 124d bad > bad.rest; cmp good.rest bad.rest"), 0);
    ck_assert_int_eq(shell("sed -n 124p bad > it"), 0);
    char expected[256];
    (void) snprintf(expected, sizeof expected, "\"contract\":\"c123\",\"error\":{\"code\":\"%s",
                    bad_rules[k].code);
    ck_assert_msg(holds("it", expected), "%s", bad_rules[k].rule);
    ck_assert_msg(holds("it", bad_rules[k].message), "%s", bad_rules[k].rule);
    ck_assert(holds("it", "\"file\":\"bad.ndjson\",\"line\":124"));
}
END_TEST

START_TEST(test_batch_isolation__lets_others_pass_one_that_takes_long)
{
    contract_set("set.ndjson", 5000, 0, "hang-in-settle");
    /* All but the first are done long before its time is up. */
    ck_assert_int_eq(
        shell(RECKON " batch -j 2" RULES " --timeout 8 set.ndjson > out.ndjson 2> err"), 1);
    ck_assert_uint_eq(lines_of("out.ndjson"), 5000);
    ck_assert(holds("err", "4,999"));
    ck_assert(!holds("err", " 0 contracts a second"));
}
END_TEST

START_TEST(test_batch_isolation__survives_every_contract_crashing)
{
    FILE *f = fopen("set.ndjson", "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < 20; i++) {
        char id[16];
        (void) snprintf(id, sizeof id, "c%d", i);
        contract_line(f, id, "crash-in-settle", "");
    }
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(shell(RECKON " batch -q -j 3" RULES " set.ndjson > out.ndjson"), 1);
    ck_assert_int_eq(shell("test $(grep -c rule-crashed out.ndjson) = 20"), 0);
}
END_TEST

/* -------------------------------------------------------------------- tariffs */

/* Contracts whose one spell is priced by a tariff at a URL. */
static void priced_set(const char *path, int n, const char *url)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < n; i++) {
        print_json(f,
                   "{'reckoner':'contract/1','id':'c%d',"
                   "'periods':[{'id':'y','start':'2016-04-01','end':'2017-03-31'}],'tariff':'%s',"
                   "'facts':{'activity':[{'hrg':'A','pod':'EL','count':%d}]},"
                   "'arrangements':{'main':[{'id':'a','rule':'pbr'}]}}\n",
                   i, url, i + 1);
    }
    ck_assert_int_eq(fclose(f), 0);
}

static const http_reply tariff_reply = {
    .status = 200,
    .body =
        "{\"reckoner\":\"tariff/1\",\"id\":\"t\",\"tables\":{\"prices\":{\"key\":[\"hrg\",\"pod\"],"
        "\"rows\":[{\"hrg\":\"A\",\"pod\":\"EL\",\"price\":\"100\"}]}}}"};

/* Where a user's cache is, and where there can be none. */
static const char *const caches[] = {
    "XDG_CACHE_HOME=$PWD/cache",
    "env -u XDG_CACHE_HOME -u HOME TMPDIR=$PWD",
    "env -u XDG_CACHE_HOME HOME=/dev/null TMPDIR=$PWD",
};

START_TEST(test_batch_tariffs__are_fetched_once_by_all_workers_together)
{
    char url[200];
    http_server *server = http_server_start(NULL);
    http_server_on(server, "/t.json", &tariff_reply);
    priced_set("set.ndjson", 400, http_server_url(server, "/t.json", url, sizeof url));
    ck_assert_int_eq(
        shell("%s " RECKON " batch -q --trusted -j 4 set.ndjson > out.ndjson", caches[_i]), 0);
    ck_assert_int_eq(http_server_hits(server, "/t.json"), 1);
    ck_assert(holds("out.ndjson", "\"total\":\"40000.00\""));
    ck_assert_int_eq(shell("ls -d reckon-cache-* 2> /dev/null"), 2);
    http_server_stop(server);
}
END_TEST

START_TEST(test_batch_tariffs__that_cannot_be_had_are_told_in_each_contract_and_tried_once)
{
    char url[200];
    http_server *server = http_server_start(NULL);
    priced_set("set.ndjson", 300, http_server_url(server, "/missing.json", url, sizeof url));
    contract_set("more.ndjson", 5, -1, "");
    ck_assert_int_eq(shell("XDG_CACHE_HOME=$PWD/cache " RECKON
                           " batch -q --trusted -j 2 set.ndjson more.ndjson > out.ndjson"),
                     1);
    ck_assert_int_eq(shell("test $(grep -c tariff-unavailable out.ndjson) = 300"), 0);
    ck_assert(holds("out.ndjson", "\"file\":\"set.ndjson\",\"line\":299,"));
    ck_assert(holds("out.ndjson", "\"total\":\"1004.25\""));
    ck_assert_int_eq(http_server_hits(server, "/missing.json"), 1); /* for all workers */
    http_server_stop(server);
}
END_TEST

/* -------------------------------------------------------------------- outputs */

START_TEST(test_batch_output__is_the_same_set_in_every_kind)
{
    contract_set("set.ndjson", 50, 20, "no-such-rule");
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson > out"), 1);
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out o.ndjson"), 1);
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out o.csv"), 1);
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --lines --out l.csv"), 1);
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out o.sqlite"), 1);
    ck_assert_int_eq(shell("cmp out o.ndjson"), 0);
    ck_assert_uint_eq(lines_of("o.csv"), 51);
    ck_assert(holds("o.csv", "\nc7,main,trust,icb,illustrative,GBP,1007.25,,,0,0,,,,,,\n"));
    ck_assert(holds("o.csv", "\nc20,,,,,,,,,,,,unknown-rule,") ||
              holds("o.csv", "\nc20,,trust,icb,,,,,,,,,unknown-rule,"));
    ck_assert(holds("l.csv", "\nc7,main,trust,icb,y,a,block,,"));
    ck_assert_int_eq(shell("ls *.journal 2> /dev/null"), 2);
}
END_TEST

START_TEST(test_batch_output__compares_arrangements_over_the_set)
{
    contract_set("set.ndjson", 10, -1, "");
    ck_assert_int_eq(shell("sed -i 's/]}}$/],\"more\":[{\"id\":\"a\",\"rule\":\"block\",\"params\":"
                           "{\"amount\":\"2000\"}}]}}/' set.ndjson"),
                     0);
    ck_assert_int_eq(shell(RECKON " batch --all-arrangements set.ndjson > out.ndjson 2> err"), 0);
    ck_assert_uint_eq(lines_of("out.ndjson"), 20);
    ck_assert(holds("err", "20,000.00"));
    ck_assert(holds("err", "9,952.50")); /* gained by the provider, and paid by the commissioner */
}
END_TEST

/* ------------------------------------------------------------------- resuming */

static const char *const kinds[] = {"ndjson", "csv", "sqlite"};

/* Shell: waits for a text in a file, as long as a busy machine may need for it. */
#define UNTIL(text, file)                                                      \
    "n=0; until LC_ALL=C grep -qaE '(^|[^0-9a-f])" text "([^0-9a-f]|$)' " file \
    " 2> /dev/null || [ $((n += 1)) -gt 600 ]; "                               \
    "do sleep 0.1; done; "

START_TEST(test_batch_resume__ends_as_if_nothing_had_happened)
{
    const char *kind = kinds[_i];
    contract_set("set.ndjson", 40000, 1234, "no-such-rule");
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out whole.%s", kind), 1);
    for (int round = 0; round < 3; round++) {
        (void) shell(RECKON " batch -q set.ndjson --out part.%s --resume & pid=$!; sleep 0.%d;"
                            " kill -9 $pid 2> /dev/null; wait $pid 2> /dev/null; true",
                     kind, 1 + round * 2);
    }
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out part.%s --resume", kind), 1);
    ck_assert_int_eq(shell("cmp whole.%s part.%s", kind, kind), 0);
    ck_assert_int_eq(shell("ls *.journal 2> /dev/null"), 2);
}
END_TEST

START_TEST(test_batch_resume__takes_a_journal_cut_anywhere)
{
    contract_set("set.ndjson", 30, -1, "");
    ck_assert_int_eq(shell(RECKON " batch -q set.ndjson --out whole.ndjson"), 0);
    /* A run that is stopped in the middle: the input never ends. */
    ck_assert_int_eq(shell("mkfifo in; (exec 3> in; cat set.ndjson >&3; " UNTIL(
                         "c29", "part.ndjson.journal") "kill -9 $(cat pid)) &"
                                                       " sh -c 'echo $$ > pid; exec " RECKON
                                                       " batch -q -j 1 - --out part.ndjson' < in;"
                                                       " wait; true"),
                     0);
    struct stat status;
    ck_assert_int_eq(stat("part.ndjson.journal", &status), 0);
    ck_assert_int_gt(status.st_size, 0);
    ck_assert_int_eq(shell("cp part.ndjson.journal j"), 0);
    for (long cut = 0; cut <= status.st_size; cut += 997) {
        ck_assert_int_eq(
            shell("rm -f part.ndjson; head -c %ld j > part.ndjson.journal; " RECKON
                  " batch -q -j 1 - --out part.ndjson --resume < set.ndjson"
                  " && sed 's/standard input/set.ndjson/' part.ndjson | cmp - whole.ndjson",
                  cut),
            0);
    }
}
END_TEST

static const struct {
    const char *change, *options, *named;
} changes[] = {
    {"sed -i '3s/1002/9999/' set.ndjson", "", "the contract 'standard input:3'"},
    {"sed -i 20q set.ndjson", "", "the contract 'standard input:21' is missing"},
    {"true", " --suppress-below 5", "--suppress-below was '0' and is now '5'"},
    {"true", " --timeout 7", "--timeout in milliseconds"},
    {"cp " RK_BINARY_DIR "/rules/qof.so rules/block2.so", "", "rule file rules/block2.so"},
    {"cat " RK_BINARY_DIR "/rules/bundle.so > rules/bundle.so; echo >> rules/bundle.so", "",
     "rule file rules/bundle.so"},
    {"sed -i s/2000/3000/ costs.csv", "", "the file 'costs.csv'"},
};

START_TEST(test_batch_resume__refuses_what_has_changed_and_names_it)
{
    contract_set("set.ndjson", 30, -1, "");
    ck_assert_int_eq(
        shell("mkdir rules && cp " RK_BINARY_DIR "/rules/block.so " RK_BINARY_DIR
              "/rules/bundle.so rules/ && sed -i '2s/\"arrangements\"/\"facts\":{\"costs\":"
              "{\"file\":\"costs.csv\"}},&/' set.ndjson"),
        0);
    write_text("costs.csv", "label,amount\nall,2000\n");
    ck_assert_int_eq(shell("mkfifo in; (exec 3> in; cat set.ndjson >&3; " UNTIL(
                         "c29", "part.ndjson.journal") "kill -9 $(cat pid)) &"
                                                       " sh -c 'echo $$ > pid; exec " RECKON
                                                       " batch -q -j 1 --rules rules - --out "
                                                       "part.ndjson' < in; wait; true"),
                     0);
    ck_assert_int_eq(shell("%s", changes[_i].change), 0);
    ck_assert_int_ne(shell(RECKON " batch -q -j 1 --rules rules - --out part.ndjson --resume%s"
                                  " < set.ndjson 2> err",
                           changes[_i].options),
                     0);
    char *err = text_of("err");
    ck_assert_msg(strstr(err, changes[_i].named) != NULL, "'%s' is not in: %s", changes[_i].named,
                  err);
    free(err);
    ck_assert_int_eq(access("part.ndjson", F_OK), -1);
}
END_TEST

START_TEST(test_batch_resume__is_asked_for_where_a_journal_is)
{
    contract_set("set.ndjson", 3, -1, "");
    ck_assert_int_eq(
        shell("mkfifo in; (exec 3> in; cat set.ndjson >&3; " UNTIL(
            "c2", "part.csv.journal") "kill -INT $(cat pid); while kill -0 $(cat pid) 2> "
                                      "/dev/null; do sleep 0.1; done) &"
                                      " sh -c 'echo $$ > pid; exec " RECKON
                                      " batch -j 1 - --out part.csv' < in 2> err; wait; true"),
        0);
    ck_assert(holds("err", "--resume continues from here"));
    ck_assert_int_eq(shell(RECKON " batch - --out part.csv < set.ndjson 2> err"), 2);
    ck_assert(holds("err", "continue it with --resume"));
}
END_TEST

/* ------------------------------------------------------------------ as a filter */

START_TEST(test_batch_filter__can_be_split_over_parallel)
{
    if (shell("command -v parallel > /dev/null") != 0) {
        printf("skipped: GNU parallel is not installed\n");
        return;
    }
    contract_set("set.ndjson", 1000, 77, "no-such-rule");
    ck_assert_int_eq(shell("sed -i 's/\"id\":\"c77\",/&\"title\":\"x\",/' set.ndjson; " RECKON
                           " batch -q -j 1 - < set.ndjson | sed 's/standard input:[0-9]*//; "
                           "s/\"line\":[0-9]*/\"line\":0/' > one"),
                     0);
    ck_assert_int_eq(shell("parallel --will-cite -k --pipe -j 2 -N 100 " RECKON
                           " batch -q -j 1 - < set.ndjson | sed 's/standard input:[0-9]*//; "
                           "s/\"line\":[0-9]*/\"line\":0/' > split; cmp one split"),
                     0);
}
END_TEST

START_TEST(test_batch_filter__is_the_sum_of_its_parts)
{
    contract_set("set.ndjson", 1000, -1, "");
    ck_assert_int_eq(shell("split -n l/4 set.ndjson part. && for p in part.a?; do " RECKON
                           " batch -q -j 1 - < $p; done > parts && " RECKON
                           " batch -q - < set.ndjson > one && cmp one parts"),
                     0);
}
END_TEST

static const struct {
    const char *arguments, *message;
} wrong_uses[] = {
    {"set.ndjson --out o.pdf", "cannot tell the output format from the name 'o.pdf'"},
    {"set.ndjson --resume", "--resume needs an output file"},
    {"set.ndjson --lines --out o.ndjson", "--lines is for"},
    {"set.ndjson --rows r.csv", "a batch does not write a file of rows"},
    {"set.ndjson --trusted --untrusted", "cannot be used together"},
    {"- -", "can only be read once"},
    {"", "needs an argument"},
};

START_TEST(test_batch_usage__is_checked_before_anything_is_done)
{
    contract_set("set.ndjson", 1, -1, "");
    ck_assert_int_eq(shell(RECKON " batch %s < set.ndjson > out 2> err", wrong_uses[_i].arguments),
                     2);
    char *err = text_of("err");
    ck_assert_msg(strstr(err, wrong_uses[_i].message) != NULL, "%s", err);
    free(err);
    ck_assert_uint_eq(lines_of("out"), 0);
}
END_TEST

UNIT_TESTS("batch")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, test_batch_run__gives_the_same_with_and_without_workers);
    tcase_add_test(tc, test_batch_run__takes_files_folders_patterns_and_lines_in_their_order);
    tcase_add_test(tc, test_batch_run__names_each_broken_contract_among_good_ones);
    tcase_add_test(tc, test_batch_run__places_faults_at_the_line_of_the_set);
    tcase_add_test(tc, test_batch_run__keeps_lines_from_reaching_out_unless_they_are_trusted);
    tcase_add_test(tc, test_batch_run__shows_each_line_before_the_next_comes);
    tcase_add_loop_test(tc, test_batch_isolation__costs_a_bad_rule_its_own_contract_only, 0,
                        COUNT(bad_rules));
    tcase_add_test(tc, test_batch_isolation__lets_others_pass_one_that_takes_long);
    tcase_add_test(tc, test_batch_isolation__survives_every_contract_crashing);
    tcase_add_loop_test(tc, test_batch_tariffs__are_fetched_once_by_all_workers_together, 0,
                        COUNT(caches));
    tcase_add_test(tc,
                   test_batch_tariffs__that_cannot_be_had_are_told_in_each_contract_and_tried_once);
    tcase_add_test(tc, test_batch_output__is_the_same_set_in_every_kind);
    tcase_add_test(tc, test_batch_output__compares_arrangements_over_the_set);
    tcase_add_loop_test(tc, test_batch_resume__ends_as_if_nothing_had_happened, 0, COUNT(kinds));
    tcase_add_test(tc, test_batch_resume__takes_a_journal_cut_anywhere);
    tcase_add_loop_test(tc, test_batch_resume__refuses_what_has_changed_and_names_it, 0,
                        COUNT(changes));
    tcase_add_test(tc, test_batch_resume__is_asked_for_where_a_journal_is);
    tcase_add_test(tc, test_batch_filter__can_be_split_over_parallel);
    tcase_add_test(tc, test_batch_filter__is_the_sum_of_its_parts);
    tcase_add_loop_test(tc, test_batch_usage__is_checked_before_anything_is_done, 0,
                        COUNT(wrong_uses));
}
