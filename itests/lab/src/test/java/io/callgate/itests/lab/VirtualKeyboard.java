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

/**
 * A keyboard with one light, made by uinput: an LED that a test plugs and unplugs.
 *
 * @see <a href="https://docs.kernel.org/input/uinput.html">uinput</a>
 */
final class VirtualKeyboard implements AutoCloseable {

    private static final Ioctl UI_DEV_CREATE = Ioctl.io('U', 1);
    private static final Ioctl UI_DEV_SETUP = Ioctl.iow('U', 3, 92); // input_id, char name[80], __u32
    private static final Ioctl UI_SET_EVBIT = Ioctl.iow('U', 100, Integer.BYTES);
    private static final Ioctl UI_SET_KEYBIT = Ioctl.iow('U', 101, Integer.BYTES);
    private static final Ioctl UI_SET_LEDBIT = Ioctl.iow('U', 105, Integer.BYTES);
    private static final Ioctl UI_GET_SYSNAME = Ioctl.ior('U', 44, 64);
    private static final int EV_KEY = 0x01;
    private static final int EV_LED = 0x11;
    private static final int KEY_A = 30;
    private static final int LED_CAPSL = 1;
    private static final int NAME = 8;

    private final Fd fd;
    private final String name;

    private VirtualKeyboard(Fd fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    static VirtualKeyboard plug(LinuxFiles files, LinuxMemory memory) throws IOException {
        Fd fd = files.open(Path.of("/dev/uinput"), OpenFlag.RDWR);
        try {
            files.ioctl(fd, UI_SET_EVBIT, EV_KEY);
            files.ioctl(fd, UI_SET_KEYBIT, KEY_A);
            files.ioctl(fd, UI_SET_EVBIT, EV_LED);
            files.ioctl(fd, UI_SET_LEDBIT, LED_CAPSL);
            NativeBuffer setup = memory.allocate(UI_DEV_SETUP.size());
            setup.put(NAME, "callgate lab");
            files.ioctl(fd, UI_DEV_SETUP, setup, 0);
            files.ioctl(fd, UI_DEV_CREATE, 0);
            NativeBuffer made = memory.allocate(UI_GET_SYSNAME.size());
            files.ioctl(fd, UI_GET_SYSNAME, made, 0);
            return new VirtualKeyboard(fd, made.text(0, made.size()).replaceAll("\0.*", ""));
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** The kernel's name of its light, {@code input7::capslock}. */
    String led() {
        return name + "::capslock";
    }

    /** Unplugs it. */
    @Override
    public void close() {
        fd.close();
    }
}
