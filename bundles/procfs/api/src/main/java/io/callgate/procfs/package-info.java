// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel tells in /proc: figures as immutable snapshots with their units in the names, pressure stall events,
 * and the kernel's own settings.
 *
 * <pre>{@code
 * @Component(immediate = true, property = {
 *     PressureListener.RESOURCE + "=memory", PressureListener.KIND + "=some",
 *     PressureListener.STALL_MICROS + ":Long=150000", PressureListener.WINDOW_MICROS + ":Long=2000000"})
 * public final class Relief implements PressureListener {
 *     private final MemoryService memory;
 *
 *     @Activate
 *     public Relief(@Reference MemoryService memory) {
 *         this.memory = memory;
 *     }
 *
 *     @Override
 *     public void stalled(PressureEvent event) throws IOException {
 *         Memory now = memory.read();              // a new snapshot at each call; one pread of an open file
 *         System.out.printf("stalled with %d MiB available%n", now.availableBytes() >> 20);
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.procfs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
