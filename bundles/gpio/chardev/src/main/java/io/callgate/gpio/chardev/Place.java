// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.resource.Settling;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One appearance of a chip in the kernel, and how opening it went. The announcement comes before udev has set the node's
 * mode, and in a container before the node is there: so that it fails at first is nothing to speak of. Used in the
 * backend's lane.
 */
final class Place {

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LAST_DELAY = Duration.ofSeconds(5);

    /** Failures until udev has had its time: 100 + 200 + 400 + 800 ms. */
    private static final int PATIENCE = 5;

    private final String name;
    private final Path node;
    private final Settling settling;
    private final Optional<String> held;
    private int failures;
    private String said = "";

    /** It has come. @param settling what is known of its coming and going */
    Place(String name, Path node, Settling settling) {
        this.name = name;
        this.node = node;
        this.settling = settling;
        this.held = settling.comes().map(why -> name + " is not served yet: " + why);
    }

    /** It has gone from the kernel. */
    void goes() {
        settling.goes();
    }

    /** Whether it has come too often of late, and has to stay first. */
    boolean isHeld() {
        return settling.isHeld();
    }

    /** Why {@link #isHeld}: what is to be said of it, once. */
    Optional<String> held() {
        Optional<String> why = held.filter(text -> !text.equals(said));
        why.ifPresent(text -> said = text);
        return why;
    }

    Path node() {
        return node;
    }

    /** The node may be of a chip that went before. */
    void check(String chip) throws IOException {
        if (!chip.equals(name)) {
            throw new IOException(node + " is " + chip + ", not " + name);
        }
    }

    /** How long to wait before it is tried again. */
    Duration delay() {
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 10));
        return delay.compareTo(LAST_DELAY) < 0 ? delay : LAST_DELAY;
    }

    /** Opening it failed. Returns what is to be said of it, once for each reason. */
    Optional<String> failed(IOException e) {
        failures++;
        String why = name + " is not served yet: " + e.getMessage() + "; " + mend(e);
        if (mayPass(e) && failures < PATIENCE || why.equals(said)) {
            return Optional.empty();
        }
        said = why;
        return Optional.of(why);
    }

    /** The node has no mode yet, or is not there yet, or its chip has gone and that is about to be announced. */
    private static boolean mayPass(IOException e) {
        return e instanceof ErrnoException errno
                && errno.is(Errno.EACCES, Errno.EPERM, Errno.ENOENT, Errno.ENODEV, Errno.ENXIO);
    }

    private String mend(IOException e) {
        if (e instanceof ErrnoException errno && errno.is(Errno.EACCES, Errno.EPERM)) {
            return "put the gateway's user into the group that may open " + node + " (gpio); tried again by itself";
        }
        if (e instanceof ErrnoException errno && errno.is(Errno.EINVAL, Errno.ENOTTY)) {
            return "this kernel has no GPIO uAPI v2 (Linux 5.10 and newer have), sysfs may serve the chip";
        }
        return "tried again by itself";
    }

    /** What those are told who hold lines of it. */
    ErrnoException gone() {
        return new ErrnoException("poll", node.toString(), Errno.ENODEV);
    }
}
