// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.RequestConfig;
import io.callgate.linux.KeptHandles.Action;
import io.callgate.linux.KeptHandles.IoctlAction;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a request leaves with its descriptor for its successor.
 *
 * @param setup how the kernel has the lines
 * @param levels to which the outputs were driven last: what is read back from an open drain is the wire's
 * @param sequences as {@link Sequences#text} writes them
 */
record Handover(Setup setup, long levels, String sequences) {

    private static final String SETUP = "setup";
    private static final String LEVELS = "levels";
    private static final String SEQUENCES = "sequences";

    /** To be counted up with any change of the words: what is left in other words is released in order instead. */
    private static final String FORMAT = "1";

    /**
     * Which request continues which: the same lines in the same order, and what cannot be changed in place, the consumer
     * and the kernel's buffer.
     */
    static Key key(String chip, RequestConfig config) {
        String offsets = config.offsets().stream().map(String::valueOf).collect(Collectors.joining(","));
        return new Key(
                "gpio:" + chip + ":" + offsets,
                Map.of(
                        "backend",
                        CharDeviceChip.CHARDEV,
                        "format",
                        FORMAT,
                        "name",
                        config.name(),
                        "buffer",
                        Integer.toString(config.eventBufferSize())));
    }

    /** As {@link #state} made it. */
    static Handover of(Map<String, String> state) {
        return new Handover(
                Setup.parse(state.get(SETUP)), Long.parseUnsignedLong(state.get(LEVELS), 16), state.get(SEQUENCES));
    }

    Map<String, String> state() {
        return Map.of(SETUP, setup.text(), LEVELS, Long.toHexString(levels), SEQUENCES, sequences);
    }

    /** Nobody takes it: the outputs get their safe levels. */
    static Policy policy(RequestConfig config, Duration handover) {
        long guarded = Setup.guarded(config.lines());
        List<Action> actions = guarded == 0
                ? List.of()
                : List.of(new IoctlAction(Uapi.V2_LINE_SET_VALUES, values(Setup.safe(config.lines()), guarded)));
        return new Policy(handover, actions, Optional.empty());
    }

    private static byte[] values(long bits, long mask) {
        return ByteBuffer.allocate(Uapi.LineValues.SIZE)
                .order(ByteOrder.nativeOrder())
                .putLong(Uapi.LineValues.BITS, bits)
                .putLong(Uapi.LineValues.MASK, mask)
                .array();
    }
}
