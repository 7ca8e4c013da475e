// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A socket for requests. A message whose sender is not the kernel is refused unseen, an answer to another request is passed over.
 *
 * <pre>{@code
 * try (NetlinkConnection connection = netlink.open(Netlink.ROUTE, NetlinkSettings.DEFAULT)) {
 *     List<Integer> indices = connection.list(new NetlinkRequest(RTM_GETLINK, 0).zeros(16), message -> message.s32At(4));
 * }
 * }</pre>
 *
 * <p>Thread safe: requests are made one after the other. Each blocks until the kernel has answered, at most the settings' timeout for
 * one answer, so never call it on the event loop. Closing ends a wait within 100 ms.
 */
@ProviderType
public interface NetlinkConnection extends AutoCloseable {

    /** Takes one message of an answer. */
    @ConsumerType
    @FunctionalInterface
    interface Receiver {

        /** @param message valid during the call */
        void message(MessageDecoder message) throws IOException;

        /** The dump was inconsistent, and begins again: forget what came. */
        default void restarted() {}
    }

    /** Makes an object of a message. */
    @ConsumerType
    @FunctionalInterface
    interface Parser<T> {

        /**
         * @param message valid during the call
         * @return null to pass it over
         */
        T parse(MessageDecoder message) throws IOException;
    }

    /** The family. */
    int family();

    /** The port by which the kernel knows the socket. */
    int port();

    /**
     * Lets in only what a program accepts; {@link SocketFilter#NONE} all. An answer that is refused never comes: the request ends with
     * its timeout.
     */
    void filter(SocketFilter filter) throws IOException;

    /**
     * Makes a request and waits for its acknowledgement.
     *
     * @throws NetlinkException if the kernel refused it
     * @throws java.net.SocketTimeoutException if it did not answer in time
     */
    void acknowledged(NetlinkRequest request) throws IOException;

    /**
     * Makes a request, gives every message of the answer, and waits for the acknowledgement.
     *
     * @throws NetlinkException if the kernel refused it
     */
    void exchange(NetlinkRequest request, Receiver receiver) throws IOException;

    /**
     * Asks for all there is (NLM_F_DUMP) and gives it as it comes. A dump that was interrupted by a change is made again, ten times
     * at most.
     *
     * @throws NetlinkException EINTR if something changed during every one of them, or what the kernel refused
     */
    void dump(NetlinkRequest request, Receiver receiver) throws IOException;

    /** As {@link #dump}, into a list that is consistent. */
    default <T> List<T> list(NetlinkRequest request, Parser<T> parser) throws IOException {
        List<T> all = new ArrayList<>();
        dump(request, new Receiver() {
            @Override
            public void message(MessageDecoder message) throws IOException {
                T each = parser.parse(message);
                if (each != null) {
                    all.add(each);
                }
            }

            @Override
            public void restarted() {
                all.clear();
            }
        });
        return all;
    }

    @Override
    void close();
}
