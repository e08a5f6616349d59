# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# build.sh: configuring and building a preset. Sourced by test.sh, demo.sh and
# .ci/run, in the folder of CMakePresets.json.

# Builds a preset, or some targets of it, and sets RK_BUILD to its folder. Says little
# where all goes well.
rk_build() { # PRESET [TARGET...]
    local preset=$1 log
    shift
    RK_BUILD=build
    [ "$preset" = release ] || RK_BUILD=build-$preset
    mkdir -p "$RK_BUILD"
    log=$RK_BUILD/configure.log
    if [ ! -f "$RK_BUILD/build.ninja" ]; then
        echo "Configuring $RK_BUILD."
    fi
    if ! cmake --preset "$preset" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
    # Ninja shows its progress in place on a terminal; elsewhere a line says it all.
    if [ -t 1 ]; then
        cmake --build "$RK_BUILD" --parallel "${RK_JOBS:-$(nproc)}" ${1:+--target "$@"}
    elif cmake --build "$RK_BUILD" --parallel "${RK_JOBS:-$(nproc)}" ${1:+--target "$@"} >"$RK_BUILD/build.log" 2>&1; then
        tail -n 1 "$RK_BUILD/build.log" | sed 's/^ninja: no work to do\./Nothing to build./'
        grep -A6 'warning:' "$RK_BUILD/build.log" || true
    else
        cat "$RK_BUILD/build.log" >&2
        return 1
    fi
}
