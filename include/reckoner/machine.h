/* SPDX-License-Identifier: MIT
 *
 * machine.h: the machine that the library runs on: which files are read, and what is installed.
 * Included by reckoner.h.
 */
#ifndef RECKONER_MACHINE_H
#define RECKONER_MACHINE_H

#include <stddef.h>

#include "problem.h"
#include "sink.h"
#include "tariff.h"

#ifdef __cplusplus
extern "C" {
#endif

struct rk_options;

/* Has `opened` called with the path of each file and folder that is going to be opened: those that
 * the caller and documents name, whether they exist or not, rules and their folders; not those of
 * the cache of tariffs. A path is as this process opens it, relative to the working directory or
 * absolute. NULL ends this. It is one for the process: call it while no session is open. `opened`
 * is called from any thread that reads. */
RK_API void rk_on_open(void (*opened)(void *ctx, const char *path), void *ctx);

/* Examines the installation, without a session, and writes what it finds as text or JSON: rules
 * and their folders, profiles, schemas, the cache of tariffs, the kernel's means to confine rules,
 * other programs. *out_wrong is how many things are wrong. RK_USAGE for another format. */
RK_API rk_status rk_report_doctor(const struct rk_options *options, rk_format format,
                                  const rk_sink *sink, size_t *out_wrong, rk_problems *problems);

#ifdef __cplusplus
}
#endif
#endif
