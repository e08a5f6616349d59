/* SPDX-License-Identifier: MIT
 *
 * utf8.h: UTF-8.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The offset of the first byte that is not strict UTF-8 (overlong forms, surrogates and code
 * points above U+10FFFF are not), or `length` if all bytes are. */
size_t rk__utf8_check(const char *text, size_t length);
/* The number of characters in the first `length` bytes (for columns in messages). */
size_t rk__utf8_count(const char *text, size_t length);
/* Bytes of the strict UTF-8 character at `text`, which has `left` bytes; 0 if it begins with
 * none. */
size_t rk__utf8_character(const char *text, size_t left);
/* The code point of a strict UTF-8 character of so many bytes. */
uint32_t rk__utf8_code_point(const char *text, size_t length);
/* How many of the `left` bytes at `text` must not be printed as they are: a control character,
 * one that reorders or hides the text around it, or invalid UTF-8. 0 if the character is
 * printable. */
size_t rk__utf8_hidden(const char *text, size_t left);
