// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open device, and how to let go of it.
 *
 * @param device as others see it
 * @param key by which a successor takes its descriptor over
 * @param subsystem of the kernel; empty if it has none
 * @param exclusive nobody else may open it
 * @param terminal an exclusive tty, which must be given back by a request
 * @param inUse who used it when it was opened, in a few words; empty if nobody did
 * @param file of a loop device
 * @param inSys /sys knew it, so that it has gone when /sys does not any more
 */
record Held(
        OpenDevice device,
        KeptHandles.Key key,
        String subsystem,
        boolean exclusive,
        boolean terminal,
        String inUse,
        LoopFile file,
        boolean inSys,
        LinuxFiles files)
        implements AutoCloseable {

    /** A tty's "nobody else may open it", and its end: numbers that are older than _IO. */
    static final Ioctl TIOCEXCL = new Ioctl(0x540C);

    static final Ioctl TIOCNXCL = new Ioctl(0x540D);

    /** Leaves the descriptor to a successor. */
    void leave(KeptHandles handles) {
        List<KeptHandles.Action> last =
                terminal ? List.of(new KeptHandles.IoctlAction(TIOCNXCL, new byte[0])) : List.of();
        KeptHandles.Policy policy = new KeptHandles.Policy(handles.handover(), last, Optional.empty());
        handles.leave(key, device.fd(), Map.of(), policy);
    }

    @Override
    public void close() {
        Fd fd = device.fd();
        try {
            if (terminal) {
                files.ioctl(fd, TIOCNXCL, 0);
            }
        } catch (IOException e) {
            return; // its device has gone, and with it what was to be given back
        } finally {
            fd.close();
        }
    }
}
