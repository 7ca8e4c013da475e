# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: Debian's packages, fetched by its own client and unpacked into the cache; nothing is installed.

# Ends here if apt knows no packages, after the one thing that can be done about it.
require_packages() {
    has apt-get && has apt-cache && has dpkg || cannot "no apt-get and dpkg here; the lab is made of Debian 12's packages"
    [ -z "$(kernel_package)" ] || return 0
    if [ "$EUID" -eq 0 ]; then
        say "apt's package lists know no linux-image-amd64: running apt-get update"
        apt-get -qq update || cannot "apt-get update failed"
    fi
    [ -n "$(kernel_package)" ] || cannot "apt's package lists know no linux-image-amd64; on Debian 12: sudo apt-get update"
}

# The package of the kernel that linux-image-amd64 stands for today; mirrors drop older ones.
kernel_package() {
    apt-cache depends linux-image-amd64 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
}

package_version() {
    apt-cache policy "$1" | awk '$1 == "Candidate:" { print $2 }'
}

# missing_packages PACKAGE...: NAME=VERSION of these and all they stand on, without what is installed (--reinstall: with it).
missing_packages() { # a line of the simulation: Inst pkg [old] (new Debian:...
    apt-get install --simulate --no-install-recommends "$@" 2>/dev/null |
        awk '/^Inst / { match($0, /\([^ )]+/); print $2 "=" substr($0, RSTART + 1, RLENGTH - 1) }'
}

# fetch FOLDER PACKAGE...: an interrupted fetch goes on.
fetch() {
    local folder=$1
    shift
    mkdir -p "$folder"
    (cd "$folder" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "$@" >fetch.log 2>&1) || {
        tail -n 3 "$folder/fetch.log" >&2
        cannot "apt-get download $* failed; is there a network? are the lists old? (apt-get update)"
    }
}

# unpack FOLDER TREE
unpack() {
    local each
    for each in "$1"/*.deb; do
        dpkg -x "$each" "$2" || fail "dpkg -x $each"
    done
}
