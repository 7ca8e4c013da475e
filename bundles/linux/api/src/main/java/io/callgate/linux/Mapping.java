// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.Closeable;
import java.io.UncheckedIOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Memory mapped from a descriptor, or anonymous.
 *
 * <p>Closing it early is safe while somebody still reads through a view: the range is remapped to anonymous memory in
 * place (zeros are read from then on, writes reach nobody), and goes when no view can be reached any more. A mapping
 * that nobody closes goes with its last view.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mmap.2.html">mmap(2)</a>
 */
@ProviderType
public interface Mapping extends Closeable {

    /** The mapped memory; read-only views are the holder's own affair ({@code asReadOnlyBuffer}). */
    NativeBuffer buffer();

    /**
     * Lets go of what was mapped; see above for views that are still held. Does nothing the second time.
     *
     * @throws UncheckedIOException if the kernel has no memory to put in its place: it then stays mapped for as long as
     *     a view is held
     */
    @Override
    void close();
}
