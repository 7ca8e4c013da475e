// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Asks SCR, looked up each time: it may be what is being exchanged. */
final class ScrComponents implements Components {

    private final BundleContext context;

    ScrComponents(BundleContext context) {
        this.context = context;
    }

    @Override
    public Set<String> satisfied(Bundle bundle) {
        return ask(
                scr -> descriptions(scr, bundle).stream()
                        .filter(d ->
                                scr.getComponentConfigurationDTOs(d).stream().anyMatch(ScrComponents::isSatisfied))
                        .map(d -> d.name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                Set.of());
    }

    @Override
    public String complaint(Bundle bundle) {
        return ask(
                scr -> descriptions(scr, bundle).stream()
                        .flatMap(d -> scr.getComponentConfigurationDTOs(d).stream())
                        .map(ScrComponents::complaint)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                null);
    }

    private static Collection<ComponentDescriptionDTO> descriptions(ServiceComponentRuntime scr, Bundle bundle) {
        return scr.getComponentDescriptionDTOs(bundle);
    }

    private static boolean isSatisfied(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.SATISFIED
                || configuration.state == ComponentConfigurationDTO.ACTIVE;
    }

    private static String complaint(ComponentConfigurationDTO configuration) {
        String name = "component " + configuration.description.name;
        return switch (configuration.state) {
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                name + " fails: " + configuration.failure.lines().findFirst().orElse("no message");
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> name + " lacks its configuration";
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                name + " lacks "
                        + Arrays.stream(configuration.unsatisfiedReferences)
                                .map(reference -> reference.name)
                                .collect(Collectors.joining(", "));
            default -> null;
        };
    }

    private <T> T ask(Function<ServiceComponentRuntime, T> question, T otherwise) {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime scr = reference == null ? null : context.getService(reference);
        if (scr == null) {
            return otherwise;
        }
        try {
            return question.apply(scr);
        } finally {
            context.ungetService(reference);
        }
    }
}
