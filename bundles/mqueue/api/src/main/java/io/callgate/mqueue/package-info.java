// SPDX-License-Identifier: Apache-2.0
/**
 * Message queues, POSIX and System V, as services: one {@link io.callgate.mqueue.MessageQueue} per configuration
 * {@code io.callgate.mqueue.posix~NAME} or {@code io.callgate.mqueue.sysv~NAME}. The other end is any program.
 *
 * <p>With the configuration {@code io.callgate.mqueue.posix~alarms.json}
 *
 * <pre>{@code
 * { "queue": "/alarms", "mode": "0660", "maxMessages": 10, "maxMessageBytes": 256 }
 * }</pre>
 *
 * an application consumes what others send, by registering a listener:
 *
 * <pre>{@code
 * @Component(property = "mqueue.queue=alarms")
 * public final class Alarms implements MessageListener {
 *
 *     @Override
 *     public void message(MessageQueue queue, MessageBuffer message) {
 *         System.out.println(message.priority() + ": " + message.text());   // valid until this returns
 *     }
 * }
 * }</pre>
 *
 * or sends and receives when it wants to:
 *
 * <pre>{@code
 * @Activate
 * public Siren(@Reference(target = "(callgate.name=alarms)") MessageQueue alarms) throws IOException {
 *     MessageBuffer buffer = alarms.allocate();                             // once; sending and receiving make no garbage
 *     boolean sent = alarms.send(buffer.put("fire").priority(9), Duration.ofMillis(100));
 *     boolean came = alarms.receive(buffer, Duration.ofSeconds(1));
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.mqueue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
