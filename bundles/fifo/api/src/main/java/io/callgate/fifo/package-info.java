// SPDX-License-Identifier: Apache-2.0
/**
 * FIFOs (named pipes) as services: one {@link io.callgate.fifo.Fifo} per configuration {@code io.callgate.fifo.pipe~NAME}.
 * The other end is any program that opens the path.
 *
 * <p>With the configuration {@code io.callgate.fifo.pipe~orders.json}
 *
 * <pre>{@code
 * { "path": "/run/orders", "access": "read", "framing": "line" }
 * }</pre>
 *
 * an application consumes what {@code echo stop > /run/orders} writes:
 *
 * <pre>{@code
 * @Component(property = "fifo.pipe=orders")
 * public final class Orders implements RecordListener {
 *
 *     @Override
 *     public void record(Fifo fifo, ByteBuffer record) {
 *         System.out.println(StandardCharsets.UTF_8.decode(record));       // valid until this returns
 *     }
 * }
 * }</pre>
 *
 * or, with {@code "access": "write"}, writes when it wants to:
 *
 * <pre>{@code
 * @Activate
 * public Report(@Reference(target = "(callgate.name=report)") Fifo report) throws IOException {
 *     boolean written = report.write("pump on", Duration.ZERO);            // false: nobody reads, or the pipe is full
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.fifo;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
