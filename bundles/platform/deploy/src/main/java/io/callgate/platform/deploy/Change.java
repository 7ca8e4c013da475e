// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.osgi.framework.startlevel.BundleStartLevel;

/** One bundle's part in a batch: an installation, an update or a removal, and how it went. */
final class Change {

    final String symbolicName;

    /** What it shall have, or null if it shall go. */
    final Pick pick;

    /** What it had, or null. */
    final Version before;

    /** What it served others with, which its successor must bring. */
    final Set<String> expected;

    /** Components that were satisfied, likewise. */
    final Set<String> components;

    /** Null until it is installed. */
    Bundle bundle;

    /** The file that its content came from until now, or null. */
    String fileBefore;

    /** When its file was closed, or its deletion counted. */
    final long closedNanos;

    /** When it stopped serving; 0 if it did not serve. */
    long stoppedNanos;

    /** It did not exist before. */
    boolean isNew;

    /** Its probation goes on after the deployer's own start. */
    boolean isResumed;

    /** It is to be started, unlike what a person has stopped. */
    boolean starts;

    /** The framework has the new content. */
    boolean exchanged;

    Change(
            String symbolicName,
            Pick pick,
            Bundle bundle,
            long closedNanos,
            Set<String> expected,
            Set<String> components) {
        this.symbolicName = symbolicName;
        this.pick = pick;
        this.bundle = bundle;
        this.before = bundle == null ? null : bundle.getVersion();
        this.closedNanos = closedNanos;
        this.expected = expected;
        this.components = components;
    }

    int startLevel() {
        return bundle.adapt(BundleStartLevel.class).getStartLevel();
    }

    /** The same for the same change. */
    String key() {
        return symbolicName + "=" + (pick == null ? "" : pick.content().hash());
    }

    /** What happens, in a few words. */
    String describe() {
        if (pick == null) {
            return symbolicName + " " + before + " goes";
        }
        return pick.content().title() + (before == null ? " comes" : " for " + before);
    }
}
