// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import io.callgate.procfs.PressureEvent;
import io.callgate.procfs.PressureListener;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.osgi.service.log.Logger;

/**
 * One trigger of the kernel, on a descriptor of its own (the kernel takes one for each), with the listeners that share
 * it. It lives as long as the descriptor is open.
 */
final class Trigger implements AutoCloseable {

    private static final int WAITING_EVENTS = 32;
    private static final long UNPRIVILEGED_STEP_MICROS = 2_000_000;

    private final TriggerSpec spec;
    private final Logger log;
    private final Broadcast<PressureListener> listeners;
    private volatile String refusal = "";
    private volatile long events;
    private volatile Fd fd;
    private volatile EventLoop.Registration watch;

    Trigger(TriggerSpec spec, Dispatcher dispatcher, Logger log) {
        this.spec = spec;
        this.log = log;
        this.listeners = new Broadcast<>(dispatcher, WAITING_EVENTS);
    }

    /** Asks the kernel. If it refuses, that is logged, and stays to be looked up. */
    void open(LinuxFiles files, LinuxMemory memory, EventLoop loop, Path file) {
        try {
            fd = files.open(file, OpenFlag.RDWR);
            write(files, memory);
            watch = loop.watch(fd, Ready.PRI, this::ready);
            log.debug("pressure trigger {} is set", spec);
        } catch (IOException e) {
            refuse(sentence(e));
            close();
        }
    }

    /** The kernel puts its end of text over the last byte, whatever it is. */
    private void write(LinuxFiles files, LinuxMemory memory) throws IOException {
        String text = spec.text() + "\0";
        NativeBuffer buffer = memory.allocate(text.length());
        int length = buffer.put(0, text);
        int written = files.write(fd, buffer, 0, length);
        if (written != length) {
            throw new ErrnoException("write", fd.subject(), Errno.EAGAIN);
        }
    }

    private String sentence(IOException e) {
        if (!(e instanceof ErrnoException refused)) {
            return e.toString();
        }
        boolean odd = spec.windowMicros() % UNPRIVILEGED_STEP_MICROS != 0;
        return e.getMessage()
                + switch (refused.errno()) {
                    case ENOENT, EOPNOTSUPP -> ": boot with psi=1, or build the kernel with CONFIG_PSI=y";
                    case EINVAL -> odd ? ": without CAP_SYS_RESOURCE a window must be a multiple of 2000000" : "";
                    case EPERM, EACCES ->
                        ": triggers need CAP_SYS_RESOURCE (on kernels from 6.6 on, not for windows"
                                + " that are multiples of 2000000)";
                    default -> "";
                };
    }

    private void refuse(String reason) {
        refusal = reason;
        log.warn("no pressure trigger {}: {}", spec, reason);
    }

    private void ready(int bits) {
        if ((bits & (Ready.ERR | Ready.HUP)) != 0) {
            refuse("the kernel has ended it");
            close();
            return;
        }
        events++;
        PressureEvent event = new PressureEvent(
                spec.resource(),
                spec.kind(),
                spec.stallMicros(),
                spec.windowMicros(),
                Instant.now(),
                System.nanoTime(),
                events,
                0);
        listeners.send(properties -> true, (listener, lost) -> listener.stalled(event.withLost(lost)));
    }

    void add(PressureListener listener, Map<String, ?> properties) {
        listeners.add(listener, properties);
    }

    void remove(PressureListener listener, Map<String, ?> properties) {
        listeners.remove(listener, properties);
    }

    TriggerSpec spec() {
        return spec;
    }

    /** How many events the kernel has sent. */
    long events() {
        return events;
    }

    /** Why there is no such trigger; empty if there is. */
    String refusal() {
        return refusal;
    }

    /** Takes the trigger from the kernel. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        if (fd != null) {
            fd.close();
        }
    }
}
