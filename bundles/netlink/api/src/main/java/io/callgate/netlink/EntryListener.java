// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told of a table of the kernel's: first what there is, then every change, with no gap between. Called in order on the shared
 * executor, one call at a time; a slow one delays nobody.
 *
 * <p>What it was told is always the table as it was, never stale without an end: if events were lost it is told so, and then the
 * difference, as changes.
 *
 * @param <T> the kind of entry
 */
@ConsumerType
public interface EntryListener<T extends NetworkEntry> {

    /**
     * All there is now, in place of anything that was told before: the first call, and again after an update of the netlink bundle.
     */
    void existing(List<T> entries);

    /** There is a new one. */
    void added(T entry);

    /** One is not as it was. */
    void changed(T before, T now);

    /** One has gone. */
    void removed(T entry);

    /**
     * Changes were lost, since the kernel's buffer or this listener's queue was full. The difference follows; what came and went in
     * between is not known.
     *
     * @param events how many, 0 if the kernel does not say
     */
    default void overrun(long events) {}
}
