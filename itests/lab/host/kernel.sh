# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: Debian's kernel for the guest, the modules it loads, and the simulators that Debian does not build.
# $cache/kernel points to a complete one: vmlinux, busybox, config, and tree/ with all its modules.

# Sets kernel and kernel_version.
find_kernel() {
    kernel=$(readlink -f "$cache/kernel") && [ -e "$kernel/complete" ] && kernel_version=${kernel##*/}
}

# The modules that guest/drivers names, without their arguments.
module_names() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/guest/drivers" | awk '{ print $1 }'
}

prepare_kernel() {
    local package version recipe
    if find_kernel && [ -z "$(kernel_package)" ]; then
        return # made earlier; apt has nothing newer to say
    fi
    require_packages
    package=$(kernel_package)
    version=$(package_version "$package")
    recipe=$(cat "$here/host/kernel.sh" "$here/host/patches.sed" "$here/guest"/*.c | sha256sum | cut -c1-12)
    [ "$(cat "$cache/kernels/${package#linux-image-}/complete" 2>/dev/null)" != "$version $recipe" ] || { find_kernel; return; }
    kernel_version=${package#linux-image-}
    fetch_kernel "$package" "$version"
    build_simulators "$version"
    finish_kernel "$version $recipe"
}

# Into $work/kernel: vmlinux, config, busybox; into $work/image: the package.
fetch_kernel() {
    local package=$1 version=$2 offset
    say "kernel $kernel_version: downloading (70 MB)"
    fetch "$cache/debs/image-$version" "$package=$version" busybox-static
    unpack "$cache/debs/image-$version" "$work/image"
    mkdir -p "$work/kernel"
    cp "$work/image/bin/busybox" "$work/image/boot/config-$kernel_version" "$work/kernel/" || fail "the kernel's package lacks a file"
    mv "$work/kernel/config-$kernel_version" "$work/kernel/config"
    mkdir -p "$work/built"
    # Uncompressed, because an emulated processor would need seconds for it at every cold boot.
    offset=$(LC_ALL=C grep -aboP '\xfd7zXZ\x00' "$work/image/boot/vmlinuz-$kernel_version" | head -n 1 | cut -d: -f1)
    tail -c +$((offset + 1)) "$work/image/boot/vmlinuz-$kernel_version" | xz -dc --single-stream >"$work/kernel/vmlinux" 2>/dev/null
    [ "$(head -c 4 "$work/kernel/vmlinux" | tail -c 3)" = ELF ] || fail "no kernel found in vmlinuz-$kernel_version"
}

# gpio-sim, softdog with its pretimeout, test_power: from Debian's kernel source, against Debian's headers. They are under
# GPL-2.0 and fetched, never kept in this tree. guest/*.c are the tree's own.
build_simulators() {
    local version=$1 series headers=$work/headers build=$work/build debs=$cache/debs each
    series=$(cut -d. -f1,2 <<<"$kernel_version")
    say "kernel $kernel_version: downloading its headers and source (150 MB)"
    fetch "$debs/headers-$version" "linux-headers-$kernel_version=$version" \
        "linux-headers-${kernel_version%-amd64}-common=$version" "linux-kbuild-$series=$version"
    unpack "$debs/headers-$version" "$headers"
    fetch "$debs/source-$version" "linux-source-$series=$version"
    find_compiler "$headers" "$debs/compiler"

    say "kernel $kernel_version: building gpio-sim, softdog, test_power and the lab's own"
    mkdir -p "$build"
    dpkg --fsys-tarfile "$debs/source-$version"/*.deb 2>/dev/null | tar -xO "./usr/src/linux-source-$series.tar.xz" 2>/dev/null |
        tar -xJ -C "$build" --strip-components=1 --occurrence=1 \
            "linux-source-$series"/{drivers/gpio/gpio-sim.c,drivers/gpio/gpiolib.h,drivers/power/supply/test_power.c,drivers/watchdog/softdog.c,kernel/irq/irq_sim.c} 2>/dev/null
    find "$build" -mindepth 2 -type f -exec mv -t "$build" {} +
    mv "$build/gpio-sim.c" "$build/gpio-sim-main.c" && [ -e "$build/irq_sim.c" ] || fail "Debian's kernel source lacks a file"
    sed -i -f "$here/host/patches.sed" "$build/irq_sim.c"
    cp "$here/guest"/*.c "$build/" || fail "$build cannot be written"
    sed -i "s#include /usr/src/#include $headers/usr/src/#" "$headers/usr/src/linux-headers-$kernel_version/Makefile"
    cat >"$build/Makefile" <<'END'
obj-m := gpio-sim.o softdog.o test_power.o callgate-news.o callgate-heat.o
gpio-sim-y := gpio-sim-main.o irq_sim.o
CFLAGS_softdog.o := -DCONFIG_SOFT_WATCHDOG_PRETIMEOUT=1
END
    PATH=$compiler_path LD_LIBRARY_PATH=$compiler_libraries make -s -C "$headers/usr/src/linux-headers-$kernel_version" \
        M="$build" modules >"$build/log" 2>&1 || { tail -n 20 "$build/log" >&2; fail "the simulators do not build"; }
    for each in gpio-sim softdog test_power callgate-news callgate-heat; do
        PATH=$compiler_path LD_LIBRARY_PATH=$compiler_libraries strip -g -o "$work/built/$each.ko" "$build/$each.ko" ||
            fail "there is no $each.ko"
    done
}

# Sets compiler_path and compiler_libraries: the compiler that made the kernel and make, this machine's or fetched.
find_compiler() {
    local headers=$1 debs=$2 compiler tools=$work/compiler packages
    compiler_path=$PATH compiler_libraries=${LD_LIBRARY_PATH:-}
    compiler=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(gcc-[0-9]*\) .*/\1/p' "$work/kernel/config")
    packages=$(missing_packages "$compiler" make binutils libelf1)
    if [ -n "$packages" ] && ! { has "$compiler" && has make && has strip; }; then
        say "kernel $kernel_version: downloading $compiler and make (60 MB)"
        # shellcheck disable=SC2086 # a list
        fetch "$debs" $packages
        unpack "$debs" "$tools"
        compiler_path=$tools/usr/bin:$PATH
        compiler_libraries=$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu
    fi
    PATH=$compiler_path LD_LIBRARY_PATH=$compiler_libraries "$compiler" --version >/dev/null ||
        cannot "no $compiler, which made the kernel; apt-get install $compiler make"
}

# The modules that the guest needs, in the order in which they can be loaded; then it is complete.
finish_kernel() {
    local modules=$work/image/lib/modules/$kernel_version
    mkdir -p "$modules/updates"
    cp "$work/built"/*.ko "$modules/updates/"
    rm -f "$modules/kernel/drivers/watchdog/softdog.ko" # ours has the pretimeout
    "$work/kernel/busybox" depmod -b "$work/image" "$kernel_version" || fail "depmod"
    rm -rf "$modules"/kernel/{sound,drivers/{gpu,infiniband,scsi,net/ethernet,net/wireless}} # much, and of no use here
    mv "$modules" "$work/kernel/tree"
    echo "$1" >"$work/kernel/complete"
    mkdir -p "$cache/kernels"
    rm -rf "${cache:?}/kernels/$kernel_version"
    mv "$work/kernel" "$cache/kernels/$kernel_version" && ln -sfn "kernels/$kernel_version" "$cache/kernel" || fail "$cache/kernels"
    rm -rf "$cache/debs" # 240 MB
    find_kernel || fail "the kernel is incomplete"
    say "kernel $kernel_version: ready"
}

# module_order: the files below tree/ that guest/drivers needs, each after those it stands on.
module_order() {
    local name line each files=()
    for name in $(module_names); do
        line=$(grep -E "(^|/)${name//[-_]/[-_]}\.ko:" "$kernel/tree/modules.dep" | head -n 1)
        if [ -z "$line" ]; then
            grep -qE "(^|/)${name//[-_]/[-_]}\.ko$" "$kernel/tree/modules.builtin" || say "this kernel has no $name"
            continue
        fi
        files=("${line%%:*}")
        for each in ${line#*:}; do
            files=("$each" "${files[@]}")
        done
        printf '%s\n' "${files[@]}"
    done | awk '!seen[$0]++'
}
