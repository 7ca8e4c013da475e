# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: a command, or a shell, in the guest.

limit='' output='' qmp='' disk='' watchdog=none cold='' on_terminal=''
handed_over=(PATH HOME JAVA_HOME TERM)

lab_run() {
    if [ -t 0 ] && [ -t 1 ]; then
        on_terminal=1
    fi
    run_options "$@"
    shift "$option_count"
    [ $# -gt 0 ] || misuse "run what?"
    run_guest "$@"
}

lab_shell() {
    [ -t 0 ] && [ -t 1 ] || misuse "a shell needs a terminal"
    on_terminal=1
    run_options "$@"
    shift "$option_count"
    [ $# -eq 0 ] || misuse "unknown argument '$1'"
    run_guest bash -i
}

# Sets option_count to the number of words that were options.
run_options() {
    local all=$#
    while [ $# -gt 0 ]; do
        case $1 in
            --) shift; break ;;
            --cold) cold=1; shift; continue ;;
            --no-terminal) on_terminal=''; shift; continue ;;
            --time | --output | --qmp | --disk | --watchdog | --env | --memory | --cpus) [ $# -ge 2 ] || misuse "$1 needs a value" ;;
            -*) misuse "unknown option '$1'" ;;
            *) break ;;
        esac
        case $1 in
            --time) limit=$2 ;;
            --output) output=$2 ;;
            --qmp) qmp=$2 ;;
            --disk) disk=$2 cold=1 ;; # a snapshot is of the machine without it
            --watchdog) watchdog=$2 ;;
            --env) handed_over+=("$2") ;;
            --memory) memory=$2 ;;
            --cpus) cpus=$2 ;;
        esac
        shift 2
    done
    option_count=$((all - $#))
}

run_guest() {
    local snapshot status follow=''
    require_machine
    find_qemu && find_kernel || cannot "the lab is not prepared: $here/lab prepare"
    [ -s "$(initramfs_file)" ] || cannot "the lab's scripts are newer than what was prepared: $here/lab prepare"
    make_work
    make_io "$output"
    write_command "$@"
    snapshot=$(snapshot_file)
    [ -z "$cold" ] || snapshot=''
    if [ -n "$snapshot" ] && [ ! -s "$snapshot" ]; then
        say "no snapshot of $memory MiB and $cpus processors: booting cold (lab prepare --memory $memory --cpus $cpus makes one)"
        snapshot=''
    fi
    if [ -n "$on_terminal" ]; then
        : >"$io/terminal"
        settings=$(stty -g)
        trap send_size WINCH
        limit=${limit:-864000}
    else
        exec </dev/null
        limit=${limit:-300}
    fi
    launch "$snapshot"
    if [ -z "$on_terminal" ]; then
        tail -q -c +1 -f -s .1 --pid="$guest" "$io/out" 2>/dev/null 4>&- &
        follow=$!
    fi
    wait_for "$guest"
    status=$?
    guest=''
    [ -z "$follow" ] || wait "$follow"
    verdict "$status"
}

# The command with its folder and variables, as a script for the guest's bash.
write_command() {
    local name
    {
        printf 'cd %q 2>/dev/null\n' "$PWD"
        printf 'export LAB_MODULES=%q\n' "$kernel/tree/kernel"
        printf 'export LAB_TOOLS=%q\n' "$programs"
        printf 'export LANG=C.UTF-8\n' # the one that the guest has
        for name in "${handed_over[@]}"; do
            [ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
        done
        printf 'PATH=/run/lab-bin:$PATH\n'
        if [ "$1" = bin/callgate ] && [ ! -e bin/callgate ]; then
            set -- "${here%/itests/lab}/runtime/image/target/callgate/bin/callgate" "${@:2}"
            [ -e "$1" ] || fail "there is no image yet: runtime/run --build-only makes it"
        fi
        printf '%q ' "$@"
        echo
    } >"$io/command"
}

# From the snapshot if there is one and it answers within 10 s, else cold.
launch() {
    local snapshot=$1 arguments=(-action "watchdog=$watchdog") end
    [ -z "$qmp" ] || arguments+=(-qmp "unix:$qmp,server=on,wait=off")
    [ -z "$disk" ] || arguments+=(-drive "file=$disk,format=raw,if=virtio,cache=directsync")
    echo go >&4
    [ -z "$on_terminal" ] || send_size
    if [ -n "$snapshot" ]; then
        start_guest "$limit" "${arguments[@]}" -incoming "exec:cat $snapshot"
        end=$((SECONDS + ${CALLGATE_LAB_RESTORE_SECONDS:-10}))
        while [ ! -e "$io/up" ] && [ $SECONDS -lt $end ] && kill -0 "$guest" 2>/dev/null; do
            sleep .05
        done
        [ ! -e "$io/up" ] || return 0
        say "the snapshot does not answer; booting cold"
        stop_guest
        echo go >&4
    fi
    start_guest "$limit" "${arguments[@]}"
}

# The terminal's size, now and after each change; the guest sets its own by it.
send_size() {
    stty size 2>/dev/null >&4
}

# A wait that a change of the terminal's size does not end.
wait_for() {
    local status
    while :; do
        wait "$1"
        status=$?
        [ $status -gt 128 ] && kill -0 "$1" 2>/dev/null || return $status
    done
}

# Ends with what the command ended with, or the reason why it could not.
verdict() {
    [ ! -s "$io/rc" ] || exit "$(cat "$io/rc")"
    case $1 in
        124 | 137) say "not done within $limit s"; exit $TIMED_OUT ;;
    esac
    say "the guest vanished: reset, panic or power off (QEMU ended with $1)"
    tail -q -n 5 "$io/qemu.log" >&2
    grep -aE 'panic|reset|Restarting|Power down' "$io/console" | tail -n 3 >&2 # of a console that is full of it
    exit $VANISHED
}
