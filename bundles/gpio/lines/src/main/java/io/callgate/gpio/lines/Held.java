// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestEndedException;
import io.callgate.linux.EventLoop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The lines of one configuration, as its service uses them: by the request that holds them now. A call that finds none,
 * or one that has ended, waits for the successor; who calls while all is well reads one volatile field, takes no lock and
 * makes no garbage. Thread safe.
 */
final class Held {

    /** What holds the lines, and where they are. */
    record Serving(LineRequest request, LineRequest.Owner owner, GpioChip chip, List<Integer> offsets) {}

    private final String name;
    private final EventLoop loop;
    private final Duration patience;

    private volatile Serving serving; // null while nothing holds the lines
    private volatile long all;
    private Supplier<IOException> over; // guarded by this: why no successor will come, null if one may

    /** @param patience how long a call waits for a successor */
    Held(String name, EventLoop loop, Duration patience) {
        this.name = name;
        this.loop = loop;
        this.patience = patience;
        this.over = () -> new RequestEndedException(name);
    }

    String name() {
        return name;
    }

    /** A bit for each line; of the last time there were lines. */
    long all() {
        return all;
    }

    long levels(long mask) throws IOException {
        Serving now = serving;
        while (true) {
            if (now != null) {
                try {
                    return now.request.levels(mask);
                } catch (RequestEndedException ended) {
                    // the call is made again, of its successor
                }
            }
            now = successor(now);
        }
    }

    void set(long mask, long levels) throws IOException {
        Serving now = serving;
        while (true) {
            if (now != null) {
                try {
                    now.request.set(mask, levels);
                    return;
                } catch (RequestEndedException ended) {
                    // the call is made again, of its successor
                }
            }
            now = successor(now);
        }
    }

    /** What the backend knows of the lines, in the configuration's order. */
    List<LineInfo> info() throws IOException {
        Serving now = serving;
        while (true) {
            if (now != null) {
                try {
                    return info(now);
                } catch (IOException e) {
                    if (serving == now) { // it is not that the backend was stopped meanwhile
                        throw e;
                    }
                }
            }
            now = successor(now);
        }
    }

    private static List<LineInfo> info(Serving now) throws IOException {
        List<LineInfo> lines = new ArrayList<>(now.offsets.size());
        for (int offset : now.offsets) {
            lines.add(now.chip.info(offset));
        }
        return List.copyOf(lines);
    }

    private synchronized Serving successor(Serving ended) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (over == null && (serving == null || serving == ended)) {
            long left = (end - System.nanoTime() + 999_999) / 1_000_000;
            if (left <= 0 || loop.isLoopThread()) {
                throw new IOException(name + " is being handed over, and nothing serves it yet: try again");
            }
            await(left);
        }
        if (over != null) {
            throw over.get();
        }
        return serving;
    }

    private void await(long millis) throws IOException {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + name + " was being handed over");
        }
    }

    /** The lines are held from now on. */
    synchronized void serve(Serving next) {
        int lines = next.offsets.size();
        all = lines == Long.SIZE ? -1 : (1L << lines) - 1;
        over = null;
        serving = next;
        notifyAll();
    }

    /** Nothing holds the lines, but a successor may come: calls wait. Nothing, if another holds them already. */
    synchronized void suspend(LineRequest.Owner ended) {
        if (serving != null && serving.owner == ended) {
            serving = null;
        }
    }

    /** Nothing holds the lines; calls fail with this. */
    synchronized void end(Supplier<IOException> why) {
        serving = null;
        over = why;
        notifyAll();
    }
}
