/* SPDX-License-Identifier: MIT
 *
 * output.c: the file of a report, for callers of the library: whole at the end, or unchanged.
 */
#include <errno.h>

#include "base/file.h"
#include "reckoner/output.h"

struct rk_output {
    rk__atomic_file file;
};

rk_status rk_output_open(const char *path, rk_output **out_output, rk_problems *problems)
{
    rk_output *o = rk__calloc(1, sizeof *o);
    *out_output = NULL;
    if (o == NULL) {
        return RK_NO_MEMORY;
    }
    const rk_status status = rk__atomic_open_nameless(&o->file, path, problems);
    if (status != RK_OK) {
        rk__free(o);
        return status;
    }
    *out_output = o;
    return RK_OK;
}

int rk_output_write(void *output, const char *text, size_t length)
{
    const rk_output *o = output;
    return length > 0 && fwrite(text, 1, length, o->file.stream) != length ? errno : 0;
}

const char *rk_output_temporary(const rk_output *output)
{
    return output->file.temporary;
}

rk_status rk_output_commit(rk_output *output, rk_problems *problems)
{
    const rk_status status = rk__atomic_commit(&output->file, problems);
    rk__free(output);
    return status;
}

void rk_output_abandon(rk_output *output)
{
    if (output != NULL) {
        rk__atomic_abandon(&output->file);
        rk__free(output);
    }
}
