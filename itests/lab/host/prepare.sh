# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: from nothing to a snapshot. Every step is skipped when its result is there.

lab_prepare() {
    local begin=$SECONDS
    while [ $# -gt 0 ]; do
        case $1 in
            --memory) memory=${2:-} ;;
            --cpus) cpus=${2:-} ;;
            *) misuse "unknown argument '$1'" ;;
        esac
        [ $# -ge 2 ] || misuse "$1 needs a number"
        shift 2
    done
    require_machine
    exec 9>"$cache/lock"
    flock -n 9 || { say "another lab prepare is at work; waiting for it"; flock 9; }
    make_work
    prepare_qemu
    prepare_kernel
    prepare_tools
    prepare_initramfs
    prepare_accelerator
    prepare_snapshot
    exec 9>&-
    say "ready after $((SECONDS - begin)) s: $("${qemu[@]}" --version | sed -n '1s/ emulator version \([0-9.]*\).*/ \1/p'), kernel $kernel_version, $accelerator, in $cache"
}

# Only a boot tells: there are machines whose /dev/kvm opens and then hangs a stock kernel.
prepare_accelerator() {
    local file found=tcg
    file=$(accelerator_file)
    if [ -s "$file" ]; then
        accelerator=$(cat "$file")
        return
    fi
    if [ -w /dev/kvm ]; then
        say "accelerator: trying KVM, 8 s at most"
        make_io
        accelerator=kvm
        { # where QEMU aborts, bash would say so
            start_guest 8 </dev/null
            ! guest_says LAB-READY 8 || found=kvm
            stop_guest
        } 2>/dev/null
    fi
    accelerator=$found
    echo "$found" >"$file"
    say "accelerator: $found"
}

prepare_snapshot() {
    local file
    file=$(snapshot_file)
    [ ! -s "$file" ] || return 0
    say "snapshot: booting the guest once (10 to 30 s)"
    make_io
    mkfifo "$io/monitor.in" "$io/monitor.out"
    exec 5<>"$io/monitor.in" 6<>"$io/monitor.out"
    start_guest 120 -chardev "pipe,id=monitor,path=$io/monitor" -mon chardev=monitor,mode=readline </dev/null
    guest_says LAB-READY 110 || { tail -n 30 "$io/console" "$io/qemu.log" >&2; fail "the guest does not boot"; }
    if grep -a '^LAB: ' "$io/console" >&2; then
        fail "the guest lacks a device, see above"
    fi
    printf '%s\n' 'migrate_set_parameter max-bandwidth 100G' "migrate \"exec:cat > $work/snapshot\"" quit >&5
    wait "$guest"
    guest=''
    exec 5>&- 6>&-
    [ "$(stat -c %s "$work/snapshot" 2>/dev/null || echo 0)" -gt 10000000 ] || { cat "$io/qemu.log" >&2; fail "QEMU did not save the guest"; }
    mv "$work/snapshot" "$file"
}
