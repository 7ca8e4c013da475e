// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** A declared component, with what there is of it: one configuration for every PID or factory instance. */
record DeclaredComponent(
        ComponentDescriptionDTO description, boolean enabled, List<ComponentConfigurationDTO> configurations) {

    DeclaredComponent {
        configurations = List.copyOf(configurations);
    }

    String name() {
        return description.name;
    }

    boolean isConfiguredBy(String pid) {
        return Arrays.asList(description.configurationPid).contains(pid);
    }

    boolean offers(String type) {
        return Arrays.asList(description.serviceInterfaces).contains(type);
    }

    /** Whether it should be there and is not; one that only waits to be configured is no problem. */
    boolean isProblem() {
        return enabled && configurations.stream().anyMatch(DeclaredComponent::isProblem);
    }

    static boolean isProblem(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE
                || configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION;
    }

    static boolean isLive(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.ACTIVE
                || configuration.state == ComponentConfigurationDTO.SATISFIED;
    }
}
