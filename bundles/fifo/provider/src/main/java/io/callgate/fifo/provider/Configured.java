// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Fifo;
import io.callgate.platform.Nearest;
import io.callgate.resource.ResourceStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The FIFOs that are configured, live or not. */
@Component(service = Configured.class)
public final class Configured {

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(callgate.pid=" + Fifo.PID + "~*)")
    volatile List<ResourceStatus> statuses;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Fifo> fifos;

    /** By name. */
    List<ResourceStatus> statuses() {
        return statuses.stream()
                .sorted(Comparator.comparing(ResourceStatus::name))
                .toList();
    }

    /** The service of a configuration, if it is live. */
    Optional<Fifo> fifo(ResourceStatus status) {
        return fifos.stream().filter(fifo -> fifo.name().equals(status.name())).findFirst();
    }

    /** The status of a configuration; the message of the exception says what there is. */
    ResourceStatus named(String name) {
        return statuses.stream()
                .filter(status -> status.name().equals(name) || status.pid().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no FIFO \"" + name + "\" is configured" + meant(name)
                        + " (fifo:list shows those that are; a new one is a file configs/" + Fifo.PID + "~" + name
                        + ".json)"));
    }

    private String meant(String typed) {
        return Nearest.meant(typed, statuses.stream().map(ResourceStatus::name).toList());
    }

    /** A configured FIFO that is there. */
    Fifo live(String name) {
        ResourceStatus status = named(name);
        return fifo(status)
                .orElseThrow(() ->
                        new IllegalStateException(name + " is " + status.now().words()));
    }
}
