// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.shell;

import io.callgate.mqueue.MachineQueues;
import io.callgate.mqueue.MessageQueue;
import io.callgate.platform.Nearest;
import io.callgate.resource.ResourceStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The queues that are configured, of whatever kind, and those that the machine has. */
@Component(service = Configured.class)
public final class Configured {

    private static final String OURS =
            "(|(callgate.pid=io.callgate.mqueue.posix~*)(callgate.pid=io.callgate.mqueue.sysv~*))";

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = OURS)
    volatile List<ResourceStatus> statuses;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<MessageQueue> queues;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<MachineQueues> machine;

    /** By kind. */
    List<MachineQueues> machine() {
        return machine.stream()
                .sorted(Comparator.comparing(MachineQueues::kind))
                .toList();
    }

    /** By name. */
    List<ResourceStatus> statuses() {
        return statuses.stream()
                .sorted(Comparator.comparing(ResourceStatus::name))
                .toList();
    }

    /** The service of a configuration, if it is live. */
    Optional<MessageQueue> queue(ResourceStatus status) {
        return queues.stream()
                .filter(queue -> queue.name().equals(status.name())
                        && status.pid()
                                .startsWith("io.callgate.mqueue." + queue.kind().word() + "~"))
                .findFirst();
    }

    /** The status of a configuration; the message of the exception says what there is. */
    ResourceStatus named(String name) {
        return statuses.stream()
                .filter(status -> status.name().equals(name) || status.pid().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no queue \"" + name + "\" is configured" + meant(name)
                        + " (mq:list shows those that are; a new one is a file configs/" + MessageQueue.POSIX_PID + "~"
                        + name + ".json)"));
    }

    private String meant(String typed) {
        return Nearest.meant(typed, statuses.stream().map(ResourceStatus::name).toList());
    }

    /** A configured queue that is there. */
    MessageQueue live(String name) {
        ResourceStatus status = named(name);
        return queue(status)
                .orElseThrow(() ->
                        new IllegalStateException(name + " is " + status.now().words()));
    }
}
