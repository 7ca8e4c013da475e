# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: what its parts share. Before: here (itests/lab), cache.

readonly CANNOT_RUN=77 TIMED_OUT=124 VANISHED=125 USAGE=2
work='' io='' # this process's own folder in the cache, gone with it; the folder that its guest sees
settings=''   # the terminal's, given back at the end

say() {
    echo "lab: $*" >&2
}

fail() {
    say "$*"
    exit 1
}

# This machine is not able to; nothing is wrong with the lab.
cannot() {
    say "cannot run here: $*"
    exit $CANNOT_RUN
}

misuse() {
    say "$*; lab $command --help tells more"
    exit $USAGE
}

has() {
    command -v "$1" >/dev/null
}

# Whatever ends this script ends what it started.
cleanup() {
    [ "$BASHPID" = $$ ] || return 0 # a child that was killed before it became another program
    stop_guest
    [ -z "$settings" ] || stty "$settings"
    [ -z "$io" ] || rm -f "$io/ctl.in" "$io/ctl.out"
    if [ -n "$work" ]; then
        rm -rf "$work"
    fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Ends here where QEMU and Debian's packages have no chance.
require_machine() {
    [ "$(uname -m)" = x86_64 ] || cannot "the guest is amd64 and runs this machine's programs; this is $(uname -m)"
    case $cache in
        /nowhere/*) cannot "no HOME: set CALLGATE_LAB_CACHE to a folder for the lab's cache" ;;
        *[[:space:],\']*) cannot "QEMU's options do not bear the cache's path '$cache': set CALLGATE_LAB_CACHE to a plainer one" ;;
    esac
    mkdir -p "$cache/run" 2>/dev/null && [ -w "$cache/run" ] || cannot "$cache cannot be written: set CALLGATE_LAB_CACHE"
}

# Makes $work, and removes those whose process is dead.
make_work() {
    local each pid
    for each in "$cache"/run/*.*; do
        pid=${each##*/}
        [ -d "/proc/${pid%%.*}" ] || rm -rf "$each"
    done
    work=$(mktemp -d "$cache/run/$$.XXXXXX") || cannot "$cache/run cannot be written"
}

lab_clean() {
    [ $# -eq 0 ] || misuse "unknown argument '$1'"
    [ -d "$cache" ] || { say "there is no $cache"; return 0; }
    exec 9>"$cache/lock"
    flock -n 9 || fail "a lab prepare is at work; end it first"
    local each pid
    for each in "$cache"/run/*.*; do
        pid=${each##*/}
        [ ! -d "/proc/${pid%%.*}" ] || fail "process ${pid%%.*} runs a guest; end it first"
    done
    rm -rf "$cache" && say "deleted $cache"
}
