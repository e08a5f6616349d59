/* SPDX-License-Identifier: MIT
 *
 * test_batch_texts.c: lines of contracts in blocks: they stay as they are while anybody uses
 * them, whatever is read behind them, and those that workers see nobody else can change.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch/source.h"
#include "unit.h"

static rk__texts texts;

static void share(void)
{
    texts = (rk__texts){.fd = -1};
    rk__texts_share(&texts);
    ck_assert_int_ge(texts.fd, 0);
}

START_TEST(test_texts_blocks__are_shared_while_there_are_any_and_of_the_heap_then)
{
    share();
    rk__batch_block *blocks[RK__TEXTS_BLOCKS + 2];
    for (size_t i = 0; i < RK__TEXTS_BLOCKS + 2; i++) {
        blocks[i] = rk__texts_block(&texts, RK__TEXTS_BLOCK - 1);
        ck_assert_ptr_nonnull(blocks[i]);
        ck_assert_uint_ge(blocks[i]->capacity, RK__TEXTS_BLOCK - 1);
        memset(blocks[i]->text, (int) i, blocks[i]->capacity + 1);
        ck_assert_int_eq(blocks[i]->texts != NULL, i < RK__TEXTS_BLOCKS);
        const uint64_t place = rk__block_place(blocks[i], blocks[i]->text + 5);
        ck_assert_uint_eq(place,
                          i < RK__TEXTS_BLOCKS ? i * RK__TEXTS_BLOCK + 5 : RK__TEXT_IS_ELSEWHERE);
    }
    for (size_t i = 0; i < RK__TEXTS_BLOCKS + 2; i++) {
        ck_assert_int_eq(blocks[i]->text[0], (char) i);
        ck_assert_int_eq(blocks[i]->text[blocks[i]->capacity], (char) i);
    }
    /* One that is free again is the next; a second use keeps it. */
    blocks[7]->uses++;
    rk__block_release(blocks[7]);
    rk__block_release(blocks[9]);
    ck_assert_ptr_eq(rk__texts_block(&texts, 1), blocks[9]);
    rk__block_release(blocks[7]);
    ck_assert_ptr_eq(rk__texts_block(&texts, 1), blocks[7]);
    for (size_t i = 0; i < RK__TEXTS_BLOCKS + 2; i++) {
        rk__block_release(blocks[i]);
    }
    rk__batch_block *large = rk__texts_block(&texts, RK__TEXTS_BLOCK);
    ck_assert_ptr_null(large->texts);
    ck_assert_uint_eq(large->capacity, RK__TEXTS_BLOCK);
    rk__block_release(large);
    rk__block_release(NULL);
    rk__texts_close(&texts);
    ck_assert_int_eq(texts.fd, -1);
}
END_TEST

START_TEST(test_texts_of_workers__can_be_read_and_not_changed)
{
    share();
    rk__batch_block *block = rk__texts_block(&texts, 100);
    memcpy(block->text, "a contract", 11);
    const char *seen = rk__texts_map(texts.fd);
    ck_assert_ptr_nonnull(seen);
    ck_assert_str_eq(seen + rk__block_place(block, block->text), "a contract");
    memcpy(block->text, "changed", 8);
    ck_assert_str_eq(seen + rk__block_place(block, block->text), "changed");
    const int again = fcntl(texts.fd, F_DUPFD_CLOEXEC, 0);
    ck_assert_ptr_eq(mmap(NULL, RK__TEXTS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0),
                     MAP_FAILED);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(mprotect((void *) (uintptr_t) seen, RK__TEXTS_BYTES, PROT_WRITE), -1);
    ck_assert_int_eq(pwrite(again, "x", 1, 0), -1);
    ck_assert_int_eq(ftruncate(again, 0), -1);
    (void) close(again);
    (void) munmap((void *) (uintptr_t) seen, RK__TEXTS_BYTES);
    ck_assert_ptr_null(rk__texts_map(STDIN_FILENO));
    rk__block_release(block);
    rk__texts_close(&texts);
}
END_TEST

/* ----------------------------------------------------------------- the source */

#define LINES 6000

static char folder[] = "/tmp/texts.XXXXXX";
static char paths[3][64];
static char *lines[3 * LINES];
static size_t n_lines;

/* Lines of about a kilobyte, empty ones, and some that are longer than a block. */
static char *make_line(unsigned *state)
{
    *state = *state * 1103515245 + 12345;
    const unsigned kind = *state >> 16 & 1023;
    const size_t length = kind == 0   ? RK__TEXTS_BLOCK * 3 + kind
                          : kind < 4  ? RK__TEXTS_BLOCK - 2 + kind
                          : kind < 40 ? 0
                                      : 200 + (*state >> 8 & 1023);
    char *text = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        text[i] = (char) ('!' + (i * 7 + kind + n_lines) % 90);
    }
    text[length] = '\0';
    return text;
}

/* Three files, of which the second has no line end at its end and the third is short. */
static void make_files(void)
{
    unsigned state = 1;
    n_lines = 0;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    for (size_t f = 0; f < 3; f++) {
        (void) snprintf(paths[f], sizeof paths[f], "%s/%zu.ndjson", folder, f);
        FILE *out = fopen(paths[f], "w");
        for (size_t i = 0; i < (f < 2 ? LINES : 3); i++) {
            char *line = make_line(&state);
            const bool last = f == 1 && i == LINES - 1;
            if (last && line[0] == '\0') {
                free(line);
                line = strdup("the last");
            }
            fprintf(out, "%s%s", line, last ? "" : i % 5 == 0 ? "\r\n" : "\n");
            if (line[0] != '\0') {
                lines[n_lines] = malloc(strlen(line) + 2);
                (void) sprintf(lines[n_lines++], "%s%s", line, !last && i % 5 == 0 ? "\r" : "");
            }
            free(line);
        }
        (void) fclose(out);
    }
}

static void remove_files(void)
{
    for (size_t f = 0; f < 3; f++) {
        (void) unlink(paths[f]);
    }
    (void) rmdir(folder);
    for (size_t i = 0; i < n_lines; i++) {
        free(lines[i]);
    }
}

static void hold_against(const rk__batch_item *item)
{
    const char *expected = lines[item->index];
    ck_assert_uint_eq(item->length, strlen(expected));
    ck_assert_mem_eq(item->text, expected, item->length + 1);
}

/* How many items are held at a time, and whether blocks are shared. */
START_TEST(test_source_lines__stay_as_they_are_while_they_are_held)
{
    const size_t held[] = {1, 2, 300, 3 * LINES};
    const size_t most = held[_i / 2];
    make_files();
    const char *const all[] = {paths[0], paths[1], paths[2], NULL};
    rk__batch_source *source = NULL;
    ck_assert_int_eq(rk__batch_source_new(all, NULL, false, false, &source, NULL), RK_OK);
    if (_i % 2 == 1) {
        ck_assert_int_ge(rk__batch_source_share(source), 0);
    }
    rk__batch_item *items = calloc(n_lines + 1, sizeof *items);
    size_t n = 0;
    size_t shared = 0;
    size_t first = 0;
    while (rk__batch_source_next(source, &items[n]) == RK__SOURCE_ITEM) {
        ck_assert_ptr_null(items[n].problem);
        ck_assert_uint_eq(items[n].index, n);
        shared += rk__block_place(items[n].block, items[n].text) != RK__TEXT_IS_ELSEWHERE;
        n++;
        if (n - first == most) {
            hold_against(&items[first]);
            rk__batch_item_dispose(&items[first++]);
        }
    }
    ck_assert_uint_eq(n, n_lines);
    for (size_t i = first; i < n; i++) {
        hold_against(&items[i]);
        rk__batch_item_dispose(&items[i]);
    }
    ck_assert_int_eq(shared > 0, _i % 2 == 1);
    free(items);
    rk__batch_source_free(source);
    remove_files();
}
END_TEST

/* A writer that takes its time: many small reads go into one block. */
START_TEST(test_source_lines__of_a_slow_writer_share_a_block)
{
    int pipes[2];
    ck_assert_int_eq(pipe(pipes), 0);
    ck_assert_int_eq(dup2(pipes[0], STDIN_FILENO), STDIN_FILENO);
    const char *const all[] = {"-", NULL};
    rk__batch_source *source = NULL;
    ck_assert_int_eq(rk__batch_source_new(all, NULL, false, false, &source, NULL), RK_OK);
    ck_assert_int_ge(rk__batch_source_share(source), 0);
    rk__batch_item items[100];
    for (int i = 0; i < 100; i++) {
        char line[32];
        const int length = snprintf(line, sizeof line, "{\"line\": %d}\n{\"", i);
        ck_assert_int_eq(write(pipes[1], line + (i > 0 ? 2 : 0), (size_t) (length - (i > 0) * 2)),
                         length - (i > 0) * 2);
        ck_assert_int_eq(rk__batch_source_next(source, &items[i]), RK__SOURCE_ITEM);
        rk__batch_item none;
        ck_assert_int_eq(rk__batch_source_next(source, &none), RK__SOURCE_WAIT);
        ck_assert_ptr_eq(items[i].block, items[0].block);
    }
    for (int i = 0; i < 100; i++) {
        char line[32];
        (void) snprintf(line, sizeof line, "{\"line\": %d}", i);
        ck_assert_str_eq(items[i].text, line);
        rk__batch_item_dispose(&items[i]);
    }
    (void) close(pipes[1]);
    rk__batch_source_free(source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("batch_texts");
    TCase *blocks = tcase_create("blocks");
    tcase_add_test(blocks, test_texts_blocks__are_shared_while_there_are_any_and_of_the_heap_then);
    tcase_add_test(blocks, test_texts_of_workers__can_be_read_and_not_changed);
    suite_add_tcase(suite, blocks);
    TCase *source = tcase_create("source");
    tcase_set_timeout(source, 60);
    tcase_add_loop_test(source, test_source_lines__stay_as_they_are_while_they_are_held, 0, 8);
    tcase_add_test(source, test_source_lines__of_a_slow_writer_share_a_block);
    suite_add_tcase(suite, source);
    return run_suite(suite);
}
