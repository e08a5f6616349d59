#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The Debian packages do what they are for in a root that has nothing else: the command evaluates
# a contract, a rule is started, built and tried, a program of one's own and Python evaluate too;
# and nothing is left once they are removed.
#
#     debian.sh SOURCE_DIR RECKON SCRATCH_DIR [FOLDER_OF_PACKAGES]
#
# Builds the packages first unless they are given. The root is made by mmdebstrap; where that
# is not available, it is this machine's own, seen through an overlay that is thrown away.
set -eu
source=$(realpath "$1")
reckon=$(realpath "$2")
mkdir -p "$3"
scratch=$(realpath "$3")
packages=${4:-$scratch/packages}

skip() {
    echo "skipped: $*"
    exit 77
}
[ "$(id -u)" = 0 ] || skip "packages are installed as root"
for program in dh dh_python3 dpkg-buildpackage unshare; do
    command -v "$program" >/dev/null || skip "$program is not installed (Debian: debhelper, dh-python, dpkg-dev)"
done

# In memory where there is enough of it: dpkg waits for each file to be on the disk.
root=$scratch/root
memory=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
[ "${memory:-0}" -lt 1500000 ] || root=$(mktemp -d /dev/shm/reckoner-root.XXXXXX)
trap 'rm -rf --one-file-system "$root"' EXIT
rm -rf "$root"
mkdir -p "$root"

clean_root() {
    local wanted
    echo "mmdebstrap is not installed" >"$scratch/root.log"
    command -v mmdebstrap >/dev/null || return 1
    # What the packages need, without their own names and versions; and what builds a program.
    wanted=$(sed -nE '/^(Depends:|        *lib|        *zlib)/p' "$source/debian/control" |
        grep -oE '(lib[a-z0-9-]+|zlib1g)-dev' | grep -v reckoner | sort -u | paste -sd,)
    timeout 300 mmdebstrap --quiet --variant=apt --dpkgopt=force-unsafe-io --aptopt='APT::Install-Recommends "false"' \
        --include="gcc,libc6-dev,make,pkg-config,python3-minimal,python3,ca-certificates,$wanted" \
        "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root/of" >"$scratch/root.log" 2>&1
}
clean_root &
making=$!
if [ $# -lt 4 ]; then
    profile=
    { command -v esbuild && [ -e /usr/share/nodejs/vega-view ]; } >/dev/null || profile=pkg.reckoner.nocharts
    DEB_BUILD_OPTIONS=noautodbgsym RK_BUILD_PROFILES=$profile "$source/scripts/packages-debian.sh" "$packages"
fi
if wait "$making"; then
    kind="a clean root"
else
    tail -n 3 "$scratch/root.log"
    kind="an overlay"
    rm -rf "$root"
    mkdir -p "$root/of" "$root/upper" "$root/work"
fi

stage=$scratch/stage
rm -rf "$stage"
mkdir -p "$stage"
cp "$packages"/*.deb "$source/tests/checks/embed.c" "$source/tests/packages/inside.sh" "$stage"
cp -r "$source/configs" "$stage/configs"
"$reckon" compare "$source/configs/contracts/risk-mix.json" --quiet >"$stage/wanted"
# What demo.sh prices, where it has it: two folders below the one with configs.
mkdir -p "$stage/build/demo"
python3 "$source/configs/activity/make_spells.py" --spells 100000 --seed 7 --clean >"$stage/build/demo/spells.csv"
cp "$source/scripts/demo/contract.json" "$stage/build/demo"
"$reckon" compare "$stage/build/demo/contract.json" --quiet >"$stage/demo"

# Mounts are seen by this shell only, and gone with it.
enter() {
    set -eu
    local root=$1 stage=$2
    if [ -d "$root/upper" ]; then
        mount -t overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" overlay "$root/of"
    fi
    mount -t proc proc "$root/of/proc"
    mount -t tmpfs tmpfs "$root/of/tmp"
    cp -r "$stage" "$root/of/tmp/stage"
    exec chroot "$root/of" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 /bin/sh -eu /tmp/stage/inside.sh
}
export -f enter
unshare --mount --pid --fork bash -c 'enter "$@"' enter "$root" "$stage"
echo "installed, tried and removed in $kind"
