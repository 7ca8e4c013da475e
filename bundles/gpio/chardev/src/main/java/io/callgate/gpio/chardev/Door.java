// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.NativeBuffer;
import org.osgi.service.log.Logger;

/**
 * What a chip and its requests need around them.
 *
 * @param loopBuffer into which the event loop's handlers read, one after the other: of that thread alone
 */
record Door(
        LinuxFiles files,
        LinuxMemory memory,
        LinuxWaiting waiting,
        EventLoop loop,
        KeptHandles kept,
        Logger log,
        NativeBuffer loopBuffer) {

    /** Room for all edges that the kernel keeps, which are more bytes than all changes of lines. */
    private static final int LOOP_BUFFER = Uapi.LINE_EVENTS_MAX * Uapi.LineEvent.SIZE;

    Door(LinuxFiles files, LinuxMemory memory, LinuxWaiting waiting, EventLoop loop, KeptHandles kept, Logger log) {
        this(files, memory, waiting, loop, kept, log, memory.allocate(LOOP_BUFFER));
    }
}
