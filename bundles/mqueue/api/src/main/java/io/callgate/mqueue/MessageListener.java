// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #QUEUE}{@code =NAME} (or a list of names) to consume the messages of
 * a configured queue.
 *
 * <p>A message is taken from the kernel only when its listener is free, and is given to one listener: the one with the
 * highest {@code service.ranking}, among equals the oldest. The others are its successors: when it leaves, the next goes
 * on with the next message, and none is lost or told twice. Called in order, one call at a time. A POSIX queue's
 * listener is called on the executor that all listeners of the gateway share, so it must not wait long; a System V
 * queue's has a thread of its own. While it does not return the messages stay in the kernel, and senders find the queue full one day.
 */
@ConsumerType
@FunctionalInterface
public interface MessageListener {

    /** Service property: names of the queues, a String or a list. */
    String QUEUE = "mqueue.queue";

    /**
     * A message was received.
     *
     * @param queue it came from; an answer may be sent to it, but not with this buffer
     * @param message until this returns: copy what is to be kept
     * @throws Exception is logged; the message counts as consumed
     */
    void message(MessageQueue queue, MessageBuffer message) throws Exception;
}
