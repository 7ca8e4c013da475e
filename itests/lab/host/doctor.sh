# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: what is there, what is missing, and the line that mends it.

doctor_status=0

ok() {
    printf 'ok       %s\n' "$1"
}

missing() {
    printf 'missing  %s\n         mend: %s\n' "$1" "$2"
    doctor_status=1
}

note() {
    printf 'note     %s\n         mend: %s\n' "$1" "$2"
}

lab_doctor() {
    [ $# -eq 0 ] || misuse "unknown argument '$1'"
    (require_machine) || return $?
    ok "amd64, cache $cache"
    local each
    for each in flock=util-linux setpriv=util-linux timeout=coreutils xz=xz-utils gzip=gzip; do
        if has "${each%=*}"; then ok "${each%=*}"; else missing "${each%=*}" "apt-get install ${each#*=}"; fi
    done
    if find_qemu; then ok "$("${qemu[@]}" --version | head -n 1)"; else missing QEMU "$here/lab prepare"; fi
    if find_kernel; then doctor_guest; else doctor_packages; fi
    return $doctor_status
}

doctor_guest() {
    ok "kernel $kernel_version with gpio-sim, softdog and test_power"
    if [ -s "$(initramfs_file)" ]; then
        ok "initramfs"
    else
        missing "an initramfs for this state of itests/lab/guest" "$here/lab prepare"
        return
    fi
    describe_machine
    if [ "$accelerator" = kvm ]; then ok "accelerator KVM"; else ok "accelerator TCG: emulation, since KVM does not work here"; fi
    if find_qemu && [ -s "$(snapshot_file)" ]; then ok "snapshot"; else note "no snapshot: every run boots" "$here/lab prepare"; fi
}

doctor_packages() {
    if has apt-get && has dpkg; then ok "apt-get, dpkg"; else missing "apt-get and dpkg" "a Debian 12 system"; return; fi
    if [ -n "$(kernel_package)" ]; then ok "apt knows $(kernel_package)"; else missing "linux-image-amd64 in apt's lists" "sudo apt-get update"; fi
    missing "the guest's kernel" "$here/lab prepare"
}
