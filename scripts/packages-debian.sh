#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# packages-debian.sh: builds the Debian packages, and lets lintian check them.
#
#     scripts/packages-debian.sh [FOLDER]
#
# reckoner, libreckoner0, libreckoner-dev and python3-reckoner are put into FOLDER (build-packages/).
# What is packaged is the tree as it is: what git knows, with changes that are not committed. Needs
# debhelper, dh-python and what a build needs (debian/control); lintian where it is installed. With
# RK_BUILD_PROFILES=pkg.reckoner.nocharts neither esbuild nor node-vega is needed, and HTML reports
# have no charts.
set -eu
cd "$(dirname "$(realpath "$0")")/.."
mkdir -p "${1:-build-packages}"
packages=$(realpath "${1:-build-packages}")
source=$packages/source/reckoner

version=$(dpkg-parsechangelog --show-field Version)
[ "$version" = "$(sed -n 's/^project(reckoner VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)" ] || {
    echo "debian/changelog and CMakeLists.txt name different versions" >&2
    exit 1
}
rm -rf "$packages/source"
rm -f "$packages"/*.deb "$packages"/*.changes "$packages"/*.buildinfo
mkdir -p "$source"
git ls-files -z --cached --others --exclude-standard | xargs -0 tar -c --ignore-failed-read 2>/dev/null | tar -x -C "$source"
cd "$source"
if ! DEB_BUILD_OPTIONS="parallel=${RK_JOBS:-$(nproc)} ${DEB_BUILD_OPTIONS:-}" \
    dpkg-buildpackage --build=binary --no-sign ${RK_BUILD_PROFILES:+"--build-profiles=$RK_BUILD_PROFILES"} >"$packages/build.log" 2>&1; then
    tail -n 60 "$packages/build.log" >&2
    exit 1
fi
cd "$packages"
mv source/*.deb source/*.changes source/*.buildinfo .
rm -rf source
if command -v lintian >/dev/null; then
    # A distribution is named where packages are published.
    lintian --fail-on error,warning --suppress-tags bad-distribution-in-changes-file ./*.changes
else
    echo "note: lintian is not installed; the packages are not checked" >&2
fi
ls ./*.deb
