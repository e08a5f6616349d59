/* SPDX-License-Identifier: MIT
 *
 * test_frame.c: frames that are whole, cut short and damaged; bodies read back.
 */
#include <unistd.h>

#include "base/frame.h"
#include "unit.h"

static rk__buf frame;

static void begin(void)
{
    const size_t at = rk__frame_begin(&frame);
    rk__pack_number(&frame, 7);
    rk__pack_text(&frame, "text");
    rk__pack_text(&frame, NULL);
    rk__pack_text(&frame, "");
    rk__pack_bytes(&frame, "a\0b", 3);
    rk__frame_end(&frame, at, 9);
    ck_assert(!frame.failed);
}

static void end(void)
{
    rk__buf_dispose(&frame);
}

START_TEST(test_frame_parse__reads_back_what_was_packed)
{
    rk__frame f;
    ck_assert_int_eq(rk__frame_parse(frame.text, frame.length, &f), RK__FRAME_WHOLE);
    ck_assert_uint_eq(f.kind, 9);
    ck_assert_uint_eq(f.size, frame.length);
    rk__unpack in = {.at = f.body, .end = f.body + f.length};
    size_t length = 0;
    ck_assert_uint_eq(rk__unpack_number(&in), 7);
    ck_assert_str_eq(rk__unpack_text(&in), "text");
    ck_assert_ptr_null(rk__unpack_text(&in));
    ck_assert_str_eq(rk__unpack_text(&in), "");
    ck_assert_int_eq(memcmp(rk__unpack_bytes(&in, &length), "a\0b", 3), 0);
    ck_assert_uint_eq(length, 3);
    ck_assert(!in.failed);
    ck_assert_ptr_eq(in.at, in.end);
    ck_assert_uint_eq(rk__unpack_number(&in), 0);
    ck_assert(in.failed);
}
END_TEST

START_TEST(test_frame_pack__takes_texts_of_any_length_after_each_other)
{
    char text[300];
    rk__buf out = {0};
    memset(text, 'x', sizeof text);
    for (size_t length = 0; length < sizeof text; length++) {
        rk__pack_bytes(&out, text, length);
        rk__pack_number(&out, length);
        ck_assert(!out.failed);
        ck_assert_int_eq(out.text[out.length], '\0');
    }
    rk__unpack in = {.at = out.text, .end = out.text + out.length};
    for (size_t length = 0; length < sizeof text; length++) {
        const char *found = rk__unpack_text(&in);
        ck_assert_ptr_nonnull(found);
        ck_assert_uint_eq(strlen(found), length);
        ck_assert_int_eq(memcmp(found, text, length), 0);
        ck_assert_uint_eq(rk__unpack_number(&in), length);
    }
    ck_assert(!in.failed);
    ck_assert_ptr_eq(in.at, in.end);
    rk__buf_dispose(&out);
}
END_TEST

START_TEST(test_frame_pack__adds_nothing_after_memory_ran_out)
{
    rk__buf out = {0};
    rk__pack_text(&out, "kept");
    const size_t length = out.length;
    rk__alloc_fail_after(0);
    rk__pack_bytes(&out, frame.text, 64);
    rk__alloc_fail_after(-1);
    rk__pack_text(&out, "more");
    rk__pack_number(&out, 1);
    ck_assert(out.failed);
    ck_assert_uint_eq(out.length, length);
    rk__buf_dispose(&out);
}
END_TEST

START_TEST(test_frame_parse__waits_for_the_rest_wherever_it_is_cut)
{
    for (size_t cut = 0; cut < frame.length; cut++) {
        rk__frame f;
        ck_assert_int_eq(rk__frame_parse(frame.text, cut, &f), RK__FRAME_PART);
    }
}
END_TEST

START_TEST(test_frame_read__gives_frames_however_they_arrive)
{
    rk__frame_reader reader = {0};
    rk__frame f;
    int ends[2];
    int found = 0;
    ck_assert_int_eq(pipe(ends), 0);
    rk__buf sent = {0};
    for (int i = 0; i < 20; i++) {
        rk__buf_add(&sent, frame.text, frame.length);
    }
    for (size_t at = 0; at < sent.length; at += 31) {
        const size_t left = sent.length - at;
        ck_assert_int_gt(write(ends[1], sent.text + at, left < 31 ? left : 31), 0);
        ck_assert_int_gt(rk__frame_read(&reader, ends[0]), 0);
        while (rk__frame_next(&reader, &f) == RK__FRAME_WHOLE) {
            ck_assert_uint_eq(f.size, frame.length);
            ck_assert_int_eq(memcmp(f.body - RK__FRAME_HEAD, frame.text, frame.length), 0);
            found++;
        }
    }
    ck_assert_int_eq(found, 20);
    ck_assert_int_eq(close(ends[1]), 0);
    ck_assert_int_eq(rk__frame_read(&reader, ends[0]), 0);
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(rk__frame_read(&reader, ends[0]), -1);
    rk__frame_dispose(&reader);
    rk__alloc_fail_after(0);
    ck_assert_int_eq(rk__frame_read(&reader, STDIN_FILENO), -1);
    rk__alloc_fail_after(-1);
    rk__buf_dispose(&sent);
}
END_TEST

START_TEST(test_frame_parse__takes_no_frame_with_a_changed_byte)
{
    for (size_t i = 0; i < frame.length; i++) {
        rk__frame f;
        frame.text[i] ^= 0x40;
        const rk__frame_state state = rk__frame_parse(frame.text, frame.length, &f);
        ck_assert_msg(state != RK__FRAME_WHOLE, "byte %zu", i);
        frame.text[i] ^= 0x40;
    }
}
END_TEST

START_TEST(test_frame_unpack__fails_on_lengths_beyond_the_body)
{
    rk__buf body = {0};
    rk__pack_number(&body, 1000);
    rk__buf_puts(&body, "short");
    rk__unpack in = {.at = body.text, .end = body.text + body.length};
    ck_assert_ptr_null(rk__unpack_text(&in));
    ck_assert(in.failed);
    rk__buf_dispose(&body);
}
END_TEST

UNIT_TESTS("frame")
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_test(tc, test_frame_parse__reads_back_what_was_packed);
    tcase_add_test(tc, test_frame_pack__takes_texts_of_any_length_after_each_other);
    tcase_add_test(tc, test_frame_pack__adds_nothing_after_memory_ran_out);
    tcase_add_test(tc, test_frame_parse__waits_for_the_rest_wherever_it_is_cut);
    tcase_add_test(tc, test_frame_read__gives_frames_however_they_arrive);
    tcase_add_test(tc, test_frame_parse__takes_no_frame_with_a_changed_byte);
    tcase_add_test(tc, test_frame_unpack__fails_on_lengths_beyond_the_body);
}
