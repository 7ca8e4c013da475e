// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChange.Kind;
import io.callgate.linux.LinuxFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code struct gpio_v2_line_info_changed}s. The kernel drops what its buffer has no room for and does not say so:
 * if the buffer was full, the next change says that one was lost before it; it may have been more, or none.
 */
final class LineChanges {

    private static final int ALL = Uapi.LINE_INFO_CHANGES * Uapi.LineInfoChanged.SIZE;

    private final Door door;
    private final CharDevice device;
    private boolean wasFull; // of the event loop's thread

    LineChanges(Door door, CharDevice device) {
        this.door = door;
        this.device = device;
    }

    /** All that the kernel has now, oldest first. On the event loop's thread only. */
    List<LineChange> read() throws IOException {
        ByteBuffer bytes = door.loopBuffer().bytes();
        int length = door.files().read(device.fd(), door.loopBuffer(), 0, ALL);
        List<LineChange> batch = new ArrayList<>();
        for (int at = 0; at + Uapi.LineInfoChanged.SIZE <= length; at += Uapi.LineInfoChanged.SIZE) {
            Optional<Kind> kind = kind(bytes.getInt(at + Uapi.LineInfoChanged.EVENT_TYPE));
            if (kind.isPresent()) {
                batch.add(change(kind.get(), bytes, at, at == 0 && wasFull ? 1 : 0));
            }
        }
        if (length != LinuxFiles.WOULD_BLOCK) {
            wasFull = length == ALL;
        }
        return batch;
    }

    private LineChange change(Kind kind, ByteBuffer bytes, int at, long lost) {
        return new LineChange(
                kind,
                LineInfos.get(bytes, at + Uapi.LineInfoChanged.INFO, device.name()),
                bytes.getLong(at + Uapi.LineInfoChanged.TIMESTAMP_NS),
                lost);
    }

    /** Nothing for what a later kernel may tell besides. */
    private static Optional<Kind> kind(int type) {
        return switch (type) {
            case Uapi.CHANGED_REQUESTED -> Optional.of(Kind.REQUESTED);
            case Uapi.CHANGED_RELEASED -> Optional.of(Kind.RELEASED);
            case Uapi.CHANGED_CONFIG -> Optional.of(Kind.RECONFIGURED);
            default -> Optional.empty();
        };
    }
}
