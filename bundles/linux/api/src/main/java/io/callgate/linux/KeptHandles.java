// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a provider that is updated or reconfigured leaves its live descriptors, and where its successor finds them: an
 * output does not glitch, a watchdog is not disarmed, a FIFO's peer sees no end of file.
 *
 * <p>Leave a handle for every reason of a deactivation but CONFIGURATION_DELETED and DISABLED (Declarative Services
 * cannot tell an update from a stop). What nobody takes within the handover time gets its final actions, in order, and
 * is closed; at once if the bundle that left it is uninstalled or the framework stops. Actions are data, so that
 * nothing of the leaving bundle is held. Thread safe; {@link #leave} never blocks, {@link #take} may for one action.
 */
@ProviderType
public interface KeptHandles {

    /** How long a handle is kept unless its owner or {@value #HANDOVER} says otherwise. */
    Duration DEFAULT_HANDOVER = Duration.ofSeconds(2);

    /** Framework property: how long a handle is kept, in milliseconds, for machines on which an update takes longer. */
    String HANDOVER = "callgate.handover.millis";

    /**
     * What a handle is, and how it was opened.
     *
     * @param resource unique in the gateway, for example {@code watchdog:/dev/watchdog0}
     * @param settings it was opened with; a successor that wants others gets it closed in order
     */
    record Key(String resource, Map<String, String> settings) {

        /** Takes a copy of the settings. */
        public Key {
            settings = Map.copyOf(settings);
        }
    }

    /** Something the door can do with a descriptor without any code of its owner. */
    sealed interface Action permits WriteAction, IoctlAction, FileAction {}

    /** Writes bytes. */
    record WriteAction(byte[] bytes) implements Action {}

    /** An ioctl with a structure (copied into native memory), or with none if the bytes are empty. */
    record IoctlAction(Ioctl request, byte[] argument) implements Action {}

    /** Writes bytes to another file, opened for this alone: {@code /sys/class/gpio/unexport}, for example. */
    record FileAction(Path path, byte[] bytes) implements Action {}

    /**
     * What is done again and again while nobody owns the handle.
     *
     * @param action for example a watchdog's keep-alive
     * @param interval between two; more than 0
     * @param deadline after which the door stops doing it
     */
    record KeepAlive(Action action, Duration interval, Duration deadline) {

        /** Refuses an interval that would keep the door busy without end. */
        public KeepAlive {
            if (interval.isZero() || interval.isNegative()) {
                throw new IllegalArgumentException("an interval between keep-alives of " + interval);
            }
        }
    }

    /**
     * What becomes of a handle.
     *
     * @param handover how long it waits for a successor
     * @param finalActions done in order before it is closed
     * @param keepAlive done meanwhile; may be empty
     */
    record Policy(Duration handover, List<Action> finalActions, Optional<KeepAlive> keepAlive) {

        /** Takes a copy of the actions. */
        public Policy {
            finalActions = List.copyOf(finalActions);
        }

        /** Kept for the default time, then closed. */
        public static Policy closing() {
            return new Policy(DEFAULT_HANDOVER, List.of(), Optional.empty());
        }
    }

    /** A handle that changed hands. @param fd now the taker's @param state what the predecessor left with it */
    record Kept(Fd fd, Map<String, String> state) {}

    /** How long a handle is to be kept on this machine, if there is no reason for another time. */
    default Duration handover() {
        return DEFAULT_HANDOVER;
    }

    /**
     * Leaves a descriptor; it is the door's from now on. Close its registration with the {@link EventLoop} first: a
     * successor in the same bundle could not watch it otherwise.
     *
     * @param state a few words for the successor, for example a sequence number
     */
    void leave(Key key, Fd fd, Map<String, String> state, Policy policy);

    /**
     * Takes a descriptor over, if one was left for the same resource with the same settings. One with other settings
     * gets its final actions and is closed before this returns.
     */
    Optional<Kept> take(Key key);
}
