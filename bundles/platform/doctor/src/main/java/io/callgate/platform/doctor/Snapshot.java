// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.resource.ResourceStatus;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.framework.dto.ServiceReferenceDTO;

/**
 * Everything that can be asked about, at one moment.
 *
 * @param pids of all configurations in Config Admin
 */
record Snapshot(
        List<BundleDTO> bundles,
        List<ServiceReferenceDTO> services,
        List<DeclaredComponent> components,
        List<ResourceStatus> resources,
        Set<String> pids) {

    private static final String OBJECT_CLASS = "objectClass";

    Optional<BundleDTO> bundle(long id) {
        return bundles.stream().filter(bundle -> bundle.id == id).findFirst();
    }

    /** The bundle as a person knows it: symbolic name and id. */
    String bundleName(long id) {
        return bundle(id).map(Snapshot::name).orElse("a bundle that has gone") + " (" + id + ")";
    }

    /** The symbolic name; the id of an old jar that has none. */
    static String name(BundleDTO bundle) {
        return bundle.symbolicName == null ? Long.toString(bundle.id) : bundle.symbolicName;
    }

    static List<String> types(ServiceReferenceDTO service) {
        return values(service.properties.get(OBJECT_CLASS));
    }

    List<ServiceReferenceDTO> servicesOf(String type) {
        return services.stream()
                .filter(service -> types(service).contains(type))
                .toList();
    }

    /** The services of a resource, other than its status. */
    List<ServiceReferenceDTO> servicesNamed(String name) {
        return services.stream()
                .filter(service ->
                        values(service.properties.get(ResourceStatus.NAME)).contains(name))
                .filter(service -> !types(service).contains(ResourceStatus.class.getName()))
                .toList();
    }

    /** One property as a list: DTOs have arrays where services have collections. */
    static List<String> values(Object property) {
        if (property instanceof Object[] array) {
            return Arrays.stream(array).map(String::valueOf).toList();
        }
        if (property instanceof Collection<?> collection) {
            return collection.stream().map(String::valueOf).toList();
        }
        return property == null ? List.of() : List.of(property.toString());
    }

    /** Whether properties of a service or a component are those of a command SCOPE:NAME. */
    static boolean offersCommand(Map<String, Object> properties, String command) {
        return commands(properties).contains(command);
    }

    private static List<String> commands(Map<String, Object> properties) {
        return values(properties.get("osgi.command.scope")).stream()
                .flatMap(scope -> values(properties.get("osgi.command.function")).stream()
                        .map(function -> scope + ":" + function))
                .toList();
    }

    /** Every command that can be typed. */
    Set<String> commands() {
        Set<String> commands = new TreeSet<>();
        services.forEach(service -> commands.addAll(commands(service.properties)));
        return commands;
    }

    /** Every name that can be asked for. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(pids);
        resources.forEach(resource -> {
            names.add(resource.name());
            names.add(resource.pid());
        });
        components.forEach(component -> {
            names.add(component.name());
            names.addAll(List.of(component.description().configurationPid));
        });
        bundles.stream().map(Snapshot::name).forEach(names::add);
        services.stream()
                .flatMap(service -> Stream.concat(
                        types(service).stream(), values(service.properties.get(ResourceStatus.NAME)).stream()))
                .forEach(names::add);
        return names;
    }
}
