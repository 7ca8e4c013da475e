# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: programs of Debian's that the tests set beside ours, in the guest below $LAB_TOOLS.

programs=$cache/tools

prepare_tools() {
    local packages
    ! [ -x "$programs/usr/bin/gpioinfo" ] || return 0
    require_packages
    packages=$(missing_packages --reinstall gpiod libgpiod2)
    [ -n "$packages" ] || cannot "apt knows no gpiod; on Debian 12: sudo apt-get update"
    say "tools: downloading $(wc -w <<<"$packages") packages"
    # shellcheck disable=SC2086 # a list
    fetch "$cache/debs/tools" $packages
    unpack "$cache/debs/tools" "$work/programs"
    [ -x "$work/programs/usr/bin/gpioinfo" ] || fail "Debian's gpiod has no gpioinfo"
    rm -rf "$programs"
    mv "$work/programs" "$programs" && rm -rf "$cache/debs/tools"
}
