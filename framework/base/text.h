/* SPDX-License-Identifier: MIT
 *
 * text.h: UTF-8, dates, patterns, digests and interned text.
 */
#pragma once

#include "base/date.h"
#include "base/dict.h"
#include "base/digest.h"
#include "base/pattern.h"
#include "base/utf8.h"
