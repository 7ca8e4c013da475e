// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A witness of its own: the kernel's line-info watch on a descriptor that no backend knows, which sees every request,
 * release and reconfiguration of a line.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/gpio-v2-get-lineinfo-watch-ioctl.html">
 *     GPIO_V2_GET_LINEINFO_WATCH_IOCTL</a>
 */
final class InfoWatch implements AutoCloseable {

    private static final int INFO_SIZE = 256;
    private static final int INFO_OFFSET = 64;
    private static final int CHANGED_SIZE = 288;
    private static final int CHANGED_TYPE = 264;
    private static final int BUFFER = 32 * CHANGED_SIZE;
    private static final Ioctl WATCH = Ioctl.iowr((char) 0xb4, 0x06, INFO_SIZE);
    private static final List<String> TYPES = List.of("", "requested", "released", "reconfigured");

    private final LinuxFiles files;
    private final NativeBuffer buffer;
    private final Fd chip;

    InfoWatch(Product product, Path node, int... offsets) throws IOException {
        files = product.service(LinuxFiles.class, "(objectClass=*)");
        buffer = product.service(LinuxMemory.class, "(objectClass=*)").allocate(BUFFER);
        chip = files.open(node, OpenFlag.RDWR);
        for (int offset : offsets) {
            buffer.bytes().put(0, new byte[INFO_SIZE]).putInt(INFO_OFFSET, offset);
            files.ioctl(chip, WATCH, buffer, 0);
        }
    }

    /** What has happened since the last call: {@code requested 1}. */
    List<String> seen() throws IOException {
        List<String> seen = new ArrayList<>();
        int length = files.read(chip, buffer, 0, BUFFER);
        for (int at = 0; at < length; at += CHANGED_SIZE) {
            seen.add(TYPES.get(buffer.bytes().getInt(at + CHANGED_TYPE)) + " "
                    + buffer.bytes().getInt(at + INFO_OFFSET));
        }
        return seen;
    }

    @Override
    public void close() {
        chip.close();
    }
}
