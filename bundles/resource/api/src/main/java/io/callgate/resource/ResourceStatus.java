// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.time.Instant;
import java.util.Locale;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How a configured resource is, and why. One service per configuration, from the moment the configuration is there
 * until it is deleted, with the properties {@value #NAME}, {@value #PID} and {@value #STATE}. Thread safe; never
 * blocks.
 */
@ProviderType
public interface ResourceStatus {

    /** Service property of a resource and of its status: the NAME of the configuration {@code PID~NAME}. */
    String NAME = "callgate.name";

    /** Service property of a status: the PID of the configuration. */
    String PID = "callgate.pid";

    /** Service property of a status: the state, in lower case. */
    String STATE = "callgate.state";

    /** The NAME of the configuration {@code PID~NAME}. */
    String name();

    /** The PID of the configuration, with {@code ~NAME}. */
    String pid();

    /**
     * State, reason and time, all of one moment.
     *
     * @param state where it is in its life
     * @param reason why it is there, in a few words and with what mends it; empty if there is nothing to say
     * @param since when it came there
     */
    record Moment(ResourceState state, String reason, Instant since) {

        /** State and reason as a person reads them: {@code live}, or {@code waiting: there is no ...}. */
        public String words() {
            String word = state.name().toLowerCase(Locale.ROOT);
            return reason.isEmpty() ? word : word + ": " + reason;
        }
    }

    /**
     * How it is now, in one piece: whoever shows more than one of its parts asks here. The getters below may be of
     * different moments. A resource that changes overrides this.
     */
    default Moment now() {
        return new Moment(state(), reason(), since());
    }

    /** Where it is in its life. */
    ResourceState state();

    /** Why it is there, in a few words and with what mends it; empty if there is nothing to say. */
    String reason();

    /** When it came there. */
    Instant since();
}
