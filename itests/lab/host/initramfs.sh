# SPDX-License-Identifier: Apache-2.0
# Sourced by lab: the guest's first files, which are busybox, the drivers in their order, and guest/.

# The initramfs that these scripts and this kernel make.
initramfs_file() {
    echo "$kernel/initramfs-$(cat "$here/guest"/* "$here/host/initramfs.sh" "$kernel/complete" | sha256sum | cut -c1-12)"
}

prepare_initramfs() {
    local file tree=$work/initramfs each
    file=$(initramfs_file)
    [ ! -s "$file" ] || return 0
    mkdir -p "$tree"/{bin,etc,modules,proc,sys,dev,host,upper,root}
    cp "$kernel/busybox" "$tree/bin/" && cp "$here/guest"/* "$tree/" || fail "$tree cannot be written"
    for each in $("$kernel/busybox" --list); do
        [ "$each" = busybox ] || ln -s busybox "$tree/bin/$each"
    done
    module_order >"$work/order"
    while read -r each; do
        cp "$kernel/tree/$each" "$tree/modules/" || fail "no module $each"
    done <"$work/order"
    sed -e 's:.*/::' -e 's:\.ko$::' "$work/order" >"$tree/modules/order"
    (cd "$tree" && find . | "$kernel/busybox" cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initramfs.gz"
    gzip -t "$work/initramfs.gz" || fail "the initramfs cannot be written"
    rm -f "$kernel"/initramfs-* "$cache"/snapshot-*
    mv "$work/initramfs.gz" "$file"
}
