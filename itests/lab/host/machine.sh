# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: QEMU, the machine it makes, and the life of a guest.
# A guest's folder is $work/io, /run/lab in the guest: ctl.in (what it waits for), console, out, up, rc.

memory=1536 cpus=2
guest=''      # process id of timeout(1) around QEMU
accelerator=''

# Sets qemu (the command) and qemu_binary: an installed one, else the one in the cache.
find_qemu() {
    local tree=${1:-$cache/qemu} libraries=usr/lib/x86_64-linux-gnu
    if [ $# -eq 0 ] && has qemu-system-x86_64; then
        qemu=(qemu-system-x86_64) qemu_binary=$(command -v qemu-system-x86_64)
        return
    fi
    qemu_binary=$tree/usr/bin/qemu-system-x86_64
    qemu=(env "LD_LIBRARY_PATH=$tree/$libraries:$tree/lib/x86_64-linux-gnu" "QEMU_MODULE_DIR=$tree/$libraries/qemu" "$qemu_binary"
        -L "$tree/usr/share/qemu" -L "$tree/usr/share/seabios" -L "$tree/usr/lib/ipxe/qemu")
    [ -x "$qemu_binary" ]
}

prepare_qemu() {
    ! find_qemu || return 0
    local packages debs
    require_packages
    packages=$(missing_packages qemu-system-x86)
    [ -n "$packages" ] || cannot "apt knows no qemu-system-x86; on Debian 12: sudo apt-get update"
    say "QEMU: downloading $(wc -w <<<"$packages") packages (20 MB)"
    debs=$cache/debs/qemu-$(sha256sum <<<"$packages" | cut -c1-12)
    # shellcheck disable=SC2086 # a list
    fetch "$debs" $packages
    unpack "$debs" "$work/qemu"
    find_qemu "$work/qemu"
    "${qemu[@]}" --version >/dev/null || fail "the unpacked QEMU does not start"
    rm -rf "$cache/qemu" "$debs.done"
    mv "$work/qemu" "$cache/qemu" && rm -rf "$debs" && find_qemu || fail "$cache/qemu"
}

# kvm or tcg, as a trial boot on this kernel has shown; see prepare.sh.
accelerator_file() {
    echo "$cache/accelerator-$(uname -r)"
}

# Sets machine: what a snapshot depends on, every time the same. Without no_timer_check a host that is busy for a moment
# makes the kernel believe that its timer is broken, and panic.
describe_machine() {
    accelerator=${accelerator:-$(cat "$(accelerator_file)" 2>/dev/null || echo tcg)}
    local arguments=(-accel "tcg,thread=multi")
    [ "$accelerator" != kvm ] || arguments=(-accel kvm)
    machine=("${arguments[@]}" -M q35 -cpu max -smp "$cpus" -m "$memory" -nic none -no-reboot
        -display none -vga none -monitor none -parallel none
        -kernel "$kernel/vmlinux" -initrd "$(initramfs_file)"
        -append 'console=ttyS0 panic=-1 quiet no_timer_check mitigations=off audit=0 init_on_alloc=0 init_on_free=1 lab=1'
        -device 'virtio-9p-pci,fsdev=root,mount_tag=hostroot' -device 'virtio-9p-pci,fsdev=io,mount_tag=io'
        -device virtio-serial-pci -device 'virtserialport,chardev=out,name=lab.out' -device 'virtserialport,chardev=ctl,name=lab.ctl'
        -device 'isa-debug-exit,iobase=0x501,iosize=1' # the guest's way to end QEMU at once
        -device i6300esb -device edu
        -object 'rng-random,id=rng,filename=/dev/urandom' -device 'virtio-rng-pci,rng=rng'
        -device 'vmgenid,guid=auto') # tells a restored kernel to seed its random numbers anew
}

snapshot_file() {
    describe_machine
    echo "$cache/snapshot-$({
        printf '%s\n' "${machine[@]//"$cache"/}"
        stat -Lc '%s %Y' "$qemu_binary"
        uname -r
    } | sha256sum | cut -c1-16)"
}

# What lab run --output keeps is there already; otherwise it is in $work.
make_io() {
    io=${1:-$work/io}
    mkdir -p "$io" && io=$(cd "$io" && pwd -P) || fail "$io cannot be made"
    rm -f "$io"/{ctl.in,ctl.out,rc,up,out,console,dmesg,command,terminal,qemu.log}
    mkfifo "$io/ctl.in" "$io/ctl.out" && : >"$io/out" && : >"$io/console" || cannot "$io cannot be written"
    exec 4<>"$io/ctl.in"
}

# start_guest LIMIT [QEMU ARGUMENTS]: with this script's standard input. Neither this script's death, however sudden,
# nor the limit leave a QEMU behind.
start_guest() {
    local limit=$1 foreground=() terminal=(-serial null)
    shift
    if [ -n "${on_terminal:-}" ]; then
        foreground=(--foreground) terminal=(-chardev 'stdio,id=terminal,signal=off' -serial chardev:terminal)
    fi
    describe_machine
    setpriv --pdeathsig TERM timeout "${foreground[@]}" -k 2 "$limit" setpriv --pdeathsig KILL \
        "${qemu[@]}" "${machine[@]}" -serial "file:$io/console" "${terminal[@]}" \
        -fsdev 'local,id=root,path=/,security_model=none,readonly=on,multidevs=remap' \
        -fsdev "local,id=io,path=$io,security_model=none,multidevs=remap" \
        -chardev "file,id=out,path=$io/out" -chardev "pipe,id=ctl,path=$io/ctl" \
        "$@" <&0 4>&- 9>&- 2>"$io/qemu.log" &
    guest=$!
}

stop_guest() {
    [ -n "$guest" ] || return 0
    kill "$guest" 2>/dev/null
    wait "$guest" 2>/dev/null
    guest=''
}

# guest_says TEXT SECONDS: whether the console has it in time. TCG's console is no event to wait for: it is a file.
guest_says() {
    local end=$((SECONDS + $2))
    while [ $SECONDS -lt $end ] && kill -0 "$guest" 2>/dev/null; do
        ! grep -qa "$1" "$io/console" || return 0
        sleep .1
    done
    return 1
}
