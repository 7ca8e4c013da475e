// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Fd;
import io.callgate.linux.Mapping;
import io.callgate.shm.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** A region that is mapped; the descriptor stays, since some drivers count it. */
final class OpenRegion implements Region {

    private final String name;
    private final RegionSettings settings;
    private final Fd fd;
    private final Stat stat;
    private final Mapping mapping;
    private final int before; // bytes of the mapping that are not ours
    private final int length;

    OpenRegion(String name, RegionSettings settings, Fd fd, Stat stat, Mapping mapping, int before, int length) {
        this.name = name;
        this.settings = settings;
        this.fd = fd;
        this.stat = stat;
        this.mapping = mapping;
        this.before = before;
        this.length = length;
    }

    Path path() {
        return settings.path();
    }

    Stat stat() {
        return stat;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String address() {
        return settings.path() + (settings.map() == RegionSettings.NO_MAP ? "" : " map " + settings.map());
    }

    @Override
    public long position() {
        return settings.position();
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public boolean isReadOnly() {
        return !settings.isWritable();
    }

    @Override
    public ByteBuffer bytes() {
        ByteBuffer view = mapping.buffer().bytes().slice(before, length);
        return (settings.isWritable() ? view : view.asReadOnlyBuffer()).order(ByteOrder.nativeOrder());
    }

    void close() {
        mapping.close();
        fd.close();
    }
}
