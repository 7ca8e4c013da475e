// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Mapping;
import io.callgate.shm.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A region that is mapped. */
final class OpenRegion implements Region {

    /** What is behind it. */
    interface Origin {

        /** Why it is not what it was any more; empty if all is well. */
        Optional<String> lost() throws IOException;

        /** It is not needed any more. */
        void close();
    }

    private final String name;
    private final RegionSettings settings;
    private final Origin origin;
    private final Mapping mapping;
    private final int before; // bytes of the mapping that are not ours
    private final int length;

    OpenRegion(String name, RegionSettings settings, Origin origin, Mapping mapping, int before, int length) {
        this.name = name;
        this.settings = settings;
        this.origin = origin;
        this.mapping = mapping;
        this.before = before;
        this.length = length;
    }

    Optional<String> lost() throws IOException {
        return origin.lost();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String address() {
        return settings.source().toString();
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
        origin.close();
    }
}
