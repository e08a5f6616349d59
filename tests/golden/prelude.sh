# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
#
# prelude.sh: what the cmd of every case may use.

# run COMMAND...: shows the command, what it prints and its exit code, in both streams'
# expectations; its exit code becomes the case's, unless a later one is worse.
worst=0
run() {
    local code=0
    echo "\$ $*"
    echo "\$ $*" >&2
    "$@" || code=$?
    echo "[exit code $code]"
    if [ $code -gt $worst ]; then
        worst=$code
    fi
    return 0
}

# both COMMAND...: the command as text and again with -f json.
both() {
    run "$@"
    run "$@" -f json
}

# said COMMAND...: as run, with standard error in the place where it appeared.
said() {
    run "$@" 2>&1
}

skip() {
    echo "$1"
    exit 77
}

# serve ARGUMENTS...: starts the HTTP server; its address is $url, its port $port.
serve() {
    exec {server_out}< <(exec "$PYTHON" -IS "$SOURCE/tests/support/http_server.py" "$@")
    server_pid=$!
    read -r url <&"$server_out"
    port=${url##*:}
    trap 'kill $server_pid 2>/dev/null' EXIT
}

fixture() {
    mkdir -p rules && cp "$BUILD/tests/fixtures/$1/$1.so" rules/
}

# finish: the case's exit code is the worst that `run` saw.
finish() {
    exit $worst
}
