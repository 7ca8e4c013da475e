// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lines on their way from those who have news to the thread of the command that prints them, which may be slower. The two
 * kinds differ in what happens then: {@link AllLines} let the others wait, {@link NewestLines} drop the oldest.
 * Thread safe.
 *
 * @see Watches
 */
@ProviderType
public abstract sealed class WatchedLines permits AllLines, NewestLines {

    final Deque<String> lines = new ArrayDeque<>(); // guarded by this, as the next
    boolean ended;

    WatchedLines() {}

    /** Waits for the next line; null after the end. */
    public final synchronized String next() throws InterruptedException {
        while (lines.isEmpty() && !ended) {
            wait();
        }
        notifyAll(); // there is room for one more
        return take();
    }

    /** No more lines; what waits and then this one is still printed, unless it is empty. */
    public final synchronized void end(String why) {
        if (!why.isEmpty()) {
            lines.add(why);
        }
        ended = true;
        notifyAll();
    }

    /** The oldest line; null if there is none. Called with the lock held. */
    String take() {
        return lines.poll();
    }

    /** What must be printed although nobody watches any more. */
    abstract List<String> rest();
}
