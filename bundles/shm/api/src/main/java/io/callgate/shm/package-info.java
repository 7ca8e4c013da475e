// SPDX-License-Identifier: Apache-2.0
/**
 * Shared memory as services: message rings, latest-value boards, and plain regions. The other end is any program: in C by
 * way of one header file ({@code shm:header} prints it), or anything that knows Agrona's ring buffers.
 *
 * <p>With the configuration {@code io.callgate.shm.ring~samples.json}
 *
 * <pre>{@code
 * { "path": "/dev/shm/samples", "kind": "many-to-one", "capacity": 1048576, "role": "consumer", "mode": "0660" }
 * }</pre>
 *
 * an application consumes what others write, by registering a listener:
 *
 * <pre>{@code
 * @Component(property = "shm.ring=samples")
 * public final class Samples implements RingListener {
 *
 *     @Override
 *     public void message(Ring ring, RingMessage message) {
 *         ByteBuffer bytes = message.bytes();                    // in place; valid until this returns
 *         System.out.println(message.type() + ": " + bytes.getLong());
 *     }
 * }
 * }</pre>
 *
 * or writes, in place and without garbage, if the role is {@code producer} or {@code both}:
 *
 * <pre>{@code
 * try (RingProducer producer = ring.producer()) {                // one for each thread
 *     if (producer.claim(7, Long.BYTES)) {                       // false: full, the consumer does not keep up
 *         producer.bytes().putLong(System.nanoTime());
 *         producer.commit();
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.shm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
