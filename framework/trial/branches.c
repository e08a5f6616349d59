/* SPDX-License-Identifier: MIT
 *
 * branches.c: which branches of a rule's source its vectors take, from a build that counts them.
 * Needs the rule's source, a C compiler and gcov; says so if one is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trial/trial.h"

/* Reads gcov's text: "branch  1 never executed", "branch  0 taken 0%". */
static void count_branches(rk__trial_run *run, const char *path)
{
    char line[1024];
    unsigned at = 0;
    unsigned taken = 0;
    unsigned all = 0;
    rk__buf missed = {0};
    unsigned last = 0;
    unsigned told = 0;
    FILE *f = fopen(path, "re");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        char word[16] = "";
        if (sscanf(line, "branch %*u %15s", word) == 1) {
            const bool is_taken = strcmp(word, "taken") == 0 && strstr(line, "taken 0") == NULL;
            all++;
            taken += is_taken;
            if (!is_taken && at != last && told < 12) {
                rk__buf_printf(&missed, "%s%u", told++ > 0 ? ", " : "", at);
                last = at;
            }
        } else {
            const char *colon = strchr(line, ':');
            at = colon != NULL ? (unsigned) strtoul(colon + 1, NULL, 10) : at;
        }
    }
    if (f != NULL) {
        (void) fclose(f);
    }
    if (all > 0) {
        rk__trial_say(run, 'N', RK__TRIAL_BRANCHES,
                      "its vectors take %u of the %u branches of rule.c%s%s", taken, all,
                      missed.length > 0 ? "; not taken, on lines " : "",
                      missed.text != NULL ? missed.text : "");
    } else {
        rk__trial_say(run, 'S', RK__TRIAL_BRANCHES, "gcov gave no branches");
    }
    rk__buf_dispose(&missed);
}

void rk__trial_branches(rk__trial_run *run)
{
    const char *source = run->options->source != NULL ? run->options->source : run->folder;
    char folder[] = "/tmp/reckon-branches-XXXXXX";
    char path[1200];
    char command[4000];
    char self[1024] = "";
    rk__trial_at(run, RK__TRIAL_BRANCHES, "building with counters");
    (void) snprintf(path, sizeof path, "%s/rule.c", source);
    if (access(path, R_OK) != 0 || strchr(source, '\'') != NULL) {
        rk__trial_say(run, 'S', RK__TRIAL_BRANCHES, "there is no rule.c in '%s' (see --source)",
                      source);
        return;
    }
    if (readlink("/proc/self/exe", self, sizeof self - 1) <= 0 || mkdtemp(folder) == NULL) {
        rk__trial_say(run, 'S', RK__TRIAL_BRANCHES, "no temporary folder");
        return;
    }
    const char *include = getenv("RECKONER_INCLUDE");
    (void) snprintf(
        command, sizeof command,
        "cd '%s' && S=$(cd \"$OLDPWD\" && cd '%s' && pwd) && "
        "I=$(cd \"$OLDPWD\" && cd '%s' && pwd) && "
        "cc -std=gnu11 -O0 --coverage -fPIC -shared -I \"$I\" -I \"$S\" -o '%s.so' "
        "\"$S/rule.c\" && V=$(ls \"$S\"/vectors/*.json \"$S\"/vector*.json 2>/dev/null); "
        "'%s' test --rules '%s' $V; gcov -b ./*.gcda",
        folder, source, include != NULL ? include : RK_INSTALLED_INCLUDE, run->id, self, folder);
    const int ended = system(command);
    (void) snprintf(path, sizeof path, "%s/rule.c.gcov", folder);
    if (ended == 0 && access(path, R_OK) == 0) {
        count_branches(run, path);
    } else {
        rk__trial_say(run, 'S', RK__TRIAL_BRANCHES,
                      "a build with counters failed: it needs cc, gcov and the headers "
                      "(RECKONER_INCLUDE names their folder)");
    }
    (void) snprintf(command, sizeof command, "rm -rf '%s'", folder);
    (void) !system(command);
}
