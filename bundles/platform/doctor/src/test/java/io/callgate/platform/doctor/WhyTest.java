// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Answers from states that a framework can be in and is hard to bring into. */
class WhyTest {

    private final List<BundleDTO> bundles = new ArrayList<>();
    private final List<ServiceReferenceDTO> services = new ArrayList<>();
    private final List<DeclaredComponent> components = new ArrayList<>();
    private final Set<String> pids = new TreeSet<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Map<String, String> known = new HashMap<>();
    private String mechanism = "";

    private final Bundles inactive = new Bundles() {
        @Override
        public String whyNotActive(long id) {
            return "is not started: type start " + id;
        }

        @Override
        public boolean isProblem(long id) {
            return false;
        }

        @Override
        public List<Long> wouldBring(String name) {
            return List.of();
        }

        @Override
        public List<Long> ofMechanism(String name) {
            return name.equals(mechanism) ? List.of(1L) : List.of();
        }
    };

    private String why(String name) {
        Snapshot now = new Snapshot(bundles, services, components, List.of(), pids);
        return new Why(
                        now,
                        inactive,
                        asked -> refused.containsKey(asked) ? List.of(refused.get(asked)) : List.of(),
                        asked -> known.containsKey(asked) ? List.of(known.get(asked)) : List.of(),
                        id -> "since noon")
                .answer(name);
    }

    private void bundle(long id, String name) {
        BundleDTO bundle = new BundleDTO();
        bundle.id = id;
        bundle.symbolicName = name;
        bundle.version = "1.0.0";
        bundle.state = Bundle.ACTIVE;
        bundles.add(bundle);
    }

    private void service(long bundle, String type, Map<String, Object> properties) {
        ServiceReferenceDTO service = new ServiceReferenceDTO();
        service.id = services.size();
        service.bundle = bundle;
        service.properties = new HashMap<>(properties);
        service.properties.put("objectClass", new String[] {type});
        service.usingBundles = new long[0];
        services.add(service);
    }

    private static ComponentDescriptionDTO description(String name, String pid, ReferenceDTO... references) {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.name = name;
        description.bundle = new BundleDTO();
        description.bundle.id = 1;
        description.configurationPid = new String[] {pid};
        description.serviceInterfaces = new String[0];
        description.references = references;
        description.properties = Map.of();
        return description;
    }

    private static ReferenceDTO reference(String name, String type) {
        ReferenceDTO reference = new ReferenceDTO();
        reference.name = name;
        reference.interfaceName = type;
        return reference;
    }

    private static ComponentConfigurationDTO configuration(int state, String pid) {
        ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
        configuration.state = state;
        configuration.properties = Map.of("service.pid", pid);
        return configuration;
    }

    private static ComponentConfigurationDTO waiting(String pid, String reference, String target) {
        UnsatisfiedReferenceDTO unsatisfied = new UnsatisfiedReferenceDTO();
        unsatisfied.name = reference;
        unsatisfied.target = target;
        ComponentConfigurationDTO configuration = configuration(ComponentConfigurationDTO.UNSATISFIED_REFERENCE, pid);
        configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] {unsatisfied};
        return configuration;
    }

    private void component(ComponentDescriptionDTO description, ComponentConfigurationDTO... configurations) {
        components.add(new DeclaredComponent(description, true, Arrays.asList(configurations)));
    }

    @Test
    void ofManyConfigurationsTheOneWithAProblemIsShown() {
        bundle(1, "lines");
        component(
                description("lines.Line", "lines", reference("chip", "Chip")),
                configuration(ComponentConfigurationDTO.ACTIVE, "lines~a"),
                waiting("lines~b", "chip", "(label=x)"));
        assertThat(why("lines.Line"))
                .startsWith("lines.Line waits for Chip with (label=x): no bundle that is installed offers it")
                .endsWith("(one of 2 configurations)");
    }

    @Test
    void anInstanceIsAnsweredForItself() {
        bundle(1, "lines");
        pids.addAll(List.of("lines~a", "lines~b"));
        component(
                description("lines.Line", "lines", reference("chip", "Chip")),
                configuration(ComponentConfigurationDTO.ACTIVE, "lines~a"),
                waiting("lines~b", "chip", null));
        assertThat(why("a")).isEqualTo("a is live: active in lines (1)");
        assertThat(why("b")).startsWith("b waits for Chip: ");
        assertThat(why("lines~b")).startsWith("lines~b waits for Chip: ");
    }

    @Test
    void aConfigurationThatNobodyUsesNamesTheNearestPid() {
        pids.add("io.callgate.sysfs.atribute~cpu");
        component(description("Attribute", "io.callgate.sysfs.attribute"));
        assertThat(why("cpu"))
                .isEqualTo("cpu is configured (io.callgate.sysfs.atribute~cpu), but nothing here is configured by "
                        + "io.callgate.sysfs.atribute, did you mean io.callgate.sysfs.attribute?");
    }

    @Test
    void aReferenceThatWantsMoreThanThereAreSaysHowMany() {
        bundle(1, "lines");
        service(1, "Chip", Map.of("label", "x"));
        component(description("lines.Line", "lines", reference("chip", "Chip")), waiting("lines", "chip", "(label=x)"));
        assertThat(why("lines.Line")).endsWith("Chip with (label=x): only 1 of it, more are wanted");
    }

    @Test
    void aTargetNameThatIsNowhereNamesTheNearest() {
        pids.add("lines.output~lamp");
        component(
                description("Light", "light", reference("lamp", "Output")),
                waiting("light", "lamp", "(&(callgate.name=lanp)(unit=V))"));
        assertThat(why("Light"))
                .isEqualTo("Light waits for Output with (&(callgate.name=lanp)(unit=V)): "
                        + "no configuration is named lanp, did you mean lines.output~lamp?");
    }

    @Test
    void aServiceOfThatNameAndAnotherTypeIsNamed() {
        bundle(1, "lines");
        service(1, "gpio.Input", Map.of("callgate.name", "lamp"));
        component(
                description("Light", "light", reference("lamp", "gpio.Output")),
                waiting("light", "lamp", "(callgate.name=lamp)"));
        assertThat(why("Light"))
                .isEqualTo("Light waits for gpio.Output with (callgate.name=lamp): lamp is there, but as gpio.Input");
    }

    @Test
    void theInnermostCauseOfAFailureIsShown() {
        ComponentConfigurationDTO failed = configuration(ComponentConfigurationDTO.FAILED_ACTIVATION, "x");
        failed.failure = "a.Outer: wrapped\n\tat x\nCaused by: b.Middle: wrapped\n\tat y\n"
                + "Caused by: c.Inner: the cause\n\tat z\n";
        component(description("x.Part", "x"), failed);
        assertThat(why("x.Part")).isEqualTo("x.Part failed when it was activated: c.Inner: the cause");
    }

    @Test
    void severalServicesOfATypeAreCounted() {
        bundle(1, "lines");
        service(1, "gpio.Chip", Map.of());
        service(1, "gpio.Chip", Map.of());
        assertThat(why("gpio.Chip"))
                .isEqualTo("gpio.Chip is live (the first of 2): registered by lines (1) since noon, used by nobody");
    }

    @Test
    void aRefusalOfTwoLinesIsStillOneLine() {
        refused.put("x", "x is refused:\n  because");
        assertThat(why("x")).isEqualTo("x is refused: because");
    }

    @Test
    void aRefusalOfAnInstanceIsFoundByItsName() {
        pids.add("lines~a");
        component(description("lines.Line", "lines"), configuration(ComponentConfigurationDTO.ACTIVE, "lines~a"));
        refused.put("lines~a", "lines~a: unknown key lien, did you mean line?");
        assertThat(why("a")).endsWith("; lines~a: unknown key lien, did you mean line?");
    }

    @Test
    void aFileThatServesIsAnsweredByWhoKnowsIt() {
        known.put("lamp.jar", "lamp.jar is live: a.lamp 1.0.0 since noon");
        assertThat(why("lamp.jar")).isEqualTo("lamp.jar is live: a.lamp 1.0.0 since noon");
    }

    @Test
    void aMechanismIsAnsweredByItsBundles() {
        bundle(1, "io.callgate.sysfs.api");
        bundle(2, "io.callgate.sysfs.provider");
        bundle(3, "io.callgate.platform.shell");
        bundle(4, "com.example.tanklevel");
        assertThat(why("sysfs"))
                .isEqualTo("sysfs is live: io.callgate.sysfs.api (1) 1.0.0, io.callgate.sysfs.provider (2) 1.0.0");
        assertThat(why("shell"))
                .isEqualTo("shell is io.callgate.platform.shell (3), which is live: version 1.0.0, 0 services, "
                        + "used by nobody");
        assertThat(why("tank-level")).startsWith("tank-level is com.example.tanklevel (4), which is live");
        mechanism = "files";
        assertThat(why("files")).startsWith("files is io.callgate.sysfs.api (1), which is live");
        bundles.get(1).state = Bundle.RESOLVED;
        assertThat(why("sysfs")).isEqualTo("sysfs: io.callgate.sysfs.provider (2) is not started: type start 2");
        assertThatThrownBy(() -> why("sysf")).hasMessageContaining("is not known here");
    }

    @Test
    void aCommandIsAnsweredByTheBundleThatOffersIt() {
        bundle(1, "apps.health");
        service(1, "Commands", Map.of("osgi.command.scope", "health", "osgi.command.function", new String[] {"status"
        }));
        assertThat(why("health:status")).isEqualTo("health:status is a command of apps.health (1), live since noon");
        assertThatThrownBy(() -> why("health:staus")).hasMessageEndingWith("did you mean health:status?");
        ComponentDescriptionDTO waits = description("tank.Commands", "tank", reference("level", "Level"));
        waits.properties = Map.of("osgi.command.scope", "tank", "osgi.command.function", "show");
        component(waits, waiting("tank", "level", null));
        assertThat(why("tank:show")).startsWith("tank:show is not there: tank.Commands waits for Level: ");
    }

    @Test
    void aBundleWithoutASymbolicNameIsKnownByItsId() {
        bundle(7, null);
        service(7, "old.Thing", Map.of());
        assertThat(why("old.Thing")).contains("registered by 7 (7)");
        assertThat(why("7")).startsWith("7 is live: version 1.0.0");
        assertThatThrownBy(() -> why("nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("nobody is not known here");
    }
}
