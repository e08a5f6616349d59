# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# packages.sh: what building and testing needs, installed where that can be done.
# Sourced by test.sh, demo.sh and .ci/run.

# What each package is needed for: the compilers (C, and C++ for the headers'
# tests), CMake with Ninja and pkg-config, the libraries of CMakeLists.txt and the
# authorities that https is trusted by, Check for the unit tests, openssl for their
# certificates, Python for test scripts. GNU parallel, mpmath, jsonschema, rustc, strace and the
# sources of locales are for tests that are skipped without them.
RK_DEBIAN=(build-essential cmake ninja-build pkg-config libcjson-dev libcurl4-openssl-dev libgmp-dev
    libsqlite3-dev libssl-dev libxxhash-dev zlib1g-dev libzip-dev libexpat1-dev libxlsxwriter-dev ca-certificates check
    openssl python3 parallel python3-mpmath python3-jsonschema rustc
    strace locales)
# What draws the charts of HTML reports; without these two reports have tables alone.
RK_CHARTS_DEBIAN=(esbuild node-vega)
RK_FEDORA=(gcc gcc-c++ make cmake ninja-build pkgconf-pkg-config cjson-devel libcurl-devel gmp-devel
    sqlite-devel openssl openssl-devel xxhash-devel zlib-devel libzip-devel expat-devel libxlsxwriter-devel ca-certificates
    check-devel python3 parallel python3-mpmath python3-jsonschema rust
    strace glibc-locale-source)
RK_ARCH=(base-devel cmake ninja pkgconf cjson curl gmp sqlite openssl xxhash zlib libzip expat libxlsxwriter ca-certificates
    check python parallel python-mpmath python-jsonschema rust strace)

RK_COMMANDS=(cc c++ make cmake ninja openssl pkg-config python3)
RK_LIBRARIES=("libcjson >= 1.7.15" "libcurl >= 7.88.1" gmp sqlite3 libcrypto libxxhash zlib libzip expat xlsxwriter check)

# Prints what is not here, a line each; nothing where all is.
rk_missing() {
    local item
    for item in "${RK_COMMANDS[@]}"; do
        command -v "$item" >/dev/null || echo "the command $item"
    done
    if command -v pkg-config >/dev/null && ! pkg-config --exists "${RK_LIBRARIES[@]}"; then
        for item in "${RK_LIBRARIES[@]}"; do
            pkg-config --exists "$item" || echo "the library $item"
        done
    fi
    if command -v curl-config >/dev/null; then
        item=$(curl-config --ca)
        [ -z "$item" ] || [ -e "$item" ] || echo "the file $item"
    fi
}

# Whether packages can be installed: by apt-get, as root, or through sudo where it asks
# nothing or a person is there to answer.
rk_can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] ||
        { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

# Installs what charts need, where Debian's packages are; nothing fails without them.
rk_packages_for_charts() {
    if { command -v esbuild && [ -e /usr/share/nodejs/vega-view ]; } >/dev/null; then
        return 0
    fi
    if rk_can_install && rk_apt_install "${RK_CHARTS_DEBIAN[@]}" 2>/dev/null; then
        return 0
    fi
    echo "note: HTML reports will have no charts: ${RK_CHARTS_DEBIAN[*]} are not installed" >&2
}

rk_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

rk_apt_install() { # PACKAGE...
    local log status=0
    log=$(mktemp)
    rk_as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
        echo "The list of packages could not be brought up to date; trying with the one at hand." >&2
    rk_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 || status=$?
    [ "$status" = 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

# Debian 12 has mended faults of libraries that read what strangers send; says so
# where the mended ones are not installed yet.
rk_note_old_packages() {
    local package least
    [ "$(. /etc/os-release 2>/dev/null && echo "${ID:-} ${VERSION_ID:-}")" = "debian 12" ] || return 0
    while read -r package least; do
        if dpkg --compare-versions "$(dpkg-query -W -f '${Version}' "$package")" lt "$least"; then
            echo "note: $package is older than $least, which mends faults; apt-get upgrade brings it" >&2
        fi
    done <<END
libcjson1 1.7.15-1+deb12u4
libcurl4 7.88.1-10+deb12u15
END
}

rk_say_what_to_install() {
    cat >&2 <<END

Install these, then run this again:

Debian, Ubuntu:  apt-get install ${RK_DEBIAN[*]}
Fedora:          dnf install ${RK_FEDORA[*]}
Arch:            pacman -S ${RK_ARCH[*]}

Reckoner needs Linux with glibc, on x86-64 or aarch64: Alpine (musl) is not supported.
END
}

# Makes sure that all is here that a build and the tests need; false where not.
rk_packages() {
    local missing
    missing=$(rk_missing)
    if [ -z "$missing" ]; then
        rk_note_old_packages
        return 0
    fi
    echo "Missing:" >&2
    printf '%s\n' "$missing" | sed 's/^/  /' >&2
    if rk_can_install; then
        echo "Installing packages, which takes a minute or two." >&2
        rk_apt_install "${RK_DEBIAN[@]}" || true
        missing=$(rk_missing)
        [ -n "$missing" ] || return 0
        echo "Still missing:" >&2
        printf '%s\n' "$missing" | sed 's/^/  /' >&2
    fi
    rk_say_what_to_install
    return 1
}
