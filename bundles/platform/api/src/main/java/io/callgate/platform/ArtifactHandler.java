// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: takes files of {@code deploy/} that are no bundles. Register it as a service; it is offered every file
 * that is there and every one that comes, and the first handler to accept a file (by service ranking) has it.
 *
 * <p>Called on the deployer's one thread, one file at a time, only with complete files: return soon. Files whose name
 * ends in {@code .jar} are bundles and never come here; names that begin with a dot are nobody's. Nothing is
 * remembered across a restart: each file is handed in again.
 */
@ConsumerType
public interface ArtifactHandler {

    /** Whether files of this kind, told by the name, are this handler's. Reads nothing and does not fail. */
    boolean accepts(Path file);

    /**
     * A file is there, or has other content than before.
     *
     * @param file in the deploy folder; it may be overwritten at any time, so read it now
     * @throws IOException if it cannot be used; the message, which says why and what mends it, becomes one line of the
     *     log, and the last content that was taken stays in force
     */
    void installed(Path file) throws IOException;

    /**
     * A file that was accepted has been deleted, and has not come back within 2 s.
     *
     * @throws IOException if what it brought cannot be taken back; the message becomes one line of the log
     */
    void removed(Path file) throws IOException;
}
