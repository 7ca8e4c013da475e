// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lines of a chip that are held: a resource, owned by whoever requested it. Bit 0 of masks and levels is the first line
 * of the {@link RequestConfig}; a set bit is {@link Level#ACTIVE}. Thread safe.
 *
 * <p>It ends once, in one of four ways: {@link #close} and {@link #leave} by its owner, {@link Owner#left} and
 * {@link Owner#gone} by the backend. After its end every call throws {@link RequestEndedException}.
 */
@ProviderType
public interface LineRequest extends AutoCloseable {

    /** Who requested the lines. Called on the event loop's or the backend's thread: must not block. */
    @ConsumerType
    interface Owner {

        /** Edges that were read from the kernel at once, oldest first; the list is the owner's. */
        void edges(List<Edge> batch);

        /**
         * The backend is being stopped or updated, and has left the lines as they are for its successor: request them
         * again from the chip that comes. The request has ended.
         */
        void left();

        /** The kernel took the chip away. The request has ended. */
        void gone(IOException reason);
    }

    /** True if it was taken over from a predecessor, so that {@link LineSettings#initial()} was not applied. */
    boolean takenOver();

    /** The levels of the lines in the mask; other bits are 0. Makes no garbage. */
    long levels(long mask) throws IOException;

    /**
     * Drives the lines in the mask. Makes no garbage.
     *
     * @throws io.callgate.linux.ErrnoException EPERM if one of them is an input
     */
    void set(long mask, long levels) throws IOException;

    /**
     * Changes settings without releasing the lines; an output that stays one keeps its level.
     *
     * @param lines the same offsets in the same order
     * @throws IllegalArgumentException if the offsets differ
     * @throws UnsupportedSettingException if this backend or this chip cannot do what a setting asks; the lines stay
     *     as they were
     */
    void reconfigure(List<RequestConfig.Line> lines) throws IOException;

    /**
     * Leaves the lines, as they are, to a successor that {@linkplain GpioChip#request requests} the same lines by the
     * same name; if none does in time, they get their safe levels and are released. Does nothing after the end.
     */
    void leave();

    /** Drives the outputs to their safe levels and releases the lines. Does nothing after the end. */
    @Override
    void close();
}
