// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.dto.FrameworkDTO;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * {@code why NAME} and {@code status}. Config Admin, resources and what was refused are asked as they are at that
 * moment: the answer must come most of all when some of them are not there.
 */
@Component(
        immediate = true,
        service = WhyCommand.class,
        property = {"osgi.command.scope=callgate", "osgi.command.function=why", "osgi.command.function=status"})
public final class WhyCommand {

    /** Whoever refuses things by name registers a function with this property, which answers a line or null. */
    static final String REFUSALS = "callgate.why";

    /** Whoever knows of names that are as they should be registers one with this property: a line or null. */
    static final String KNOWN = "callgate.known";

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final Since since;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ConfigurationAdmin configurations;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<ResourceStatus> resources;

    @Reference(
            service = Function.class,
            target = "(" + REFUSALS + "=*)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    private volatile List<Function<String, String>> refusals;

    @Reference(
            service = Function.class,
            target = "(" + KNOWN + "=*)",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    private volatile List<Function<String, String>> known;

    @Activate
    public WhyCommand(BundleContext context, @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
        this.since = new Since(context, Clock.systemUTC());
    }

    @Deactivate
    public void deactivate() {
        since.close();
    }

    @Descriptor("why something is there or is not, in one line")
    public String why(
            @Descriptor("a resource, service interface, PID, component, bundle (name or id), mechanism, command"
                            + " SCOPE:NAME, or file in deploy/")
                    String name)
            throws IOException {
        return new Why(snapshot(), new FrameworkBundles(context), this::refused, this::known, since::of)
                .answer(name.strip());
    }

    @Descriptor("what is live, what is not, and what to type next")
    public String status() throws IOException {
        return new StatusScreen(snapshot(), new FrameworkBundles(context), this::refused)
                .render(property("callgate.version", "?"), uptime(), files());
    }

    /** What is refused of a name, a line for everybody who refused it. */
    private List<String> refused(String name) {
        return refusals.stream()
                .map(refusal -> refusal.apply(name))
                .filter(Objects::nonNull)
                .toList();
    }

    /** What is said of a name that is as it should be, a line for everybody who knows it. */
    private List<String> known(String name) {
        return known.stream()
                .map(knower -> knower.apply(name))
                .filter(Objects::nonNull)
                .toList();
    }

    private Snapshot snapshot() throws IOException {
        FrameworkDTO framework =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkDTO.class);
        return new Snapshot(
                framework.bundles,
                framework.services,
                components.getComponentDescriptionDTOs().stream()
                        .map(this::component)
                        .toList(),
                List.copyOf(resources),
                pids());
    }

    private DeclaredComponent component(ComponentDescriptionDTO description) {
        return new DeclaredComponent(
                description,
                components.isComponentEnabled(description),
                List.copyOf(components.getComponentConfigurationDTOs(description)));
    }

    private Set<String> pids() throws IOException {
        ConfigurationAdmin admin = configurations;
        Configuration[] all = null;
        if (admin != null) {
            try {
                all = admin.listConfigurations(null);
            } catch (InvalidSyntaxException e) {
                throw new IllegalStateException("no filter cannot be a wrong one", e);
            }
        }
        return all == null
                ? Set.of()
                : Arrays.stream(all).map(Configuration::getPid).collect(Collectors.toCollection(TreeSet::new));
    }

    private Duration uptime() {
        String started = context.getProperty("callgate.start.nanos");
        return started == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - Long.parseLong(started.strip()));
    }

    /** What lies in the data folder and may have been refused: configurations and dropped files, by file name. */
    private Set<String> files() throws IOException {
        Set<String> names = new TreeSet<>();
        String data = context.getProperty("callgate.data");
        if (data != null) {
            names.addAll(list(Path.of(data, "configs"), "*.json"));
            names.addAll(list(Path.of(data, "configs", "set-aside"), "*.json"));
            names.addAll(list(Path.of(data, "deploy"), "[!.]*"));
        }
        return names;
    }

    private static List<String> list(Path folder, String glob) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return List.copyOf(names);
    }

    private String property(String key, String otherwise) {
        String value = context.getProperty(key);
        return value == null ? otherwise : value;
    }
}
