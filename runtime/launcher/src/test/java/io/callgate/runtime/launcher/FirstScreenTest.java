// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;

class FirstScreenTest {

    private static final StatusFile.Status STATUS =
            new StatusFile.Status(42, Instant.EPOCH, true, "0.1.0", "17.0.15 amd64", 20, 21, "");

    @TempDir
    private Path folder;

    private final Map<String, String> hints = new HashMap<>();
    private Felix framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        framework = new Felix(Map.of(Constants.FRAMEWORK_STORAGE, folder.toString()));
        framework.init();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private void commands(String scope, String... functions) {
        context.registerService(
                Object.class,
                new Object(),
                new Hashtable<>(Map.of("osgi.command.scope", scope, "osgi.command.function", functions)));
    }

    /** Of a type whose class is not here. */
    private void service(String type) {
        context.registerService(type, new Unused(), null);
    }

    private void hint(int number, String text) {
        hints.put(FirstScreen.HINT + number, text);
    }

    private List<String> lines() {
        return new FirstScreen(context, STATUS, Duration.ofMillis(1234), Path.of("/var/lib/callgate")).lines(hints);
    }

    @Test
    void saysWhatIsLive() {
        assertThat(lines())
                .containsExactly(
                        "Callgate 0.1.0 is live after 1.23 s: 20 of 21 bundles active, Java 17.0.15 amd64, pid 42",
                        "  data      /var/lib/callgate  (drop bundles into deploy/, edit configs/)");
    }

    @Test
    void countsOurServicesByMechanism() {
        for (String type : List.of("io.callgate.gpio.Line", "io.callgate.gpio.Line", "io.callgate.sysfs.Attribute")) {
            service(type);
        }
        service("org.example.Other");

        assertThat(lines()).contains("  services  gpio 2 sysfs 1");
    }

    @Test
    void hintsAtACommandThatIsThereUnderWhateverScope() {
        commands("shell", "exit", "help");
        commands("gpio", "list");
        hint(10, "gpio:list  the lines");
        hint(20, "gpio:set   is not there");
        hint(30, "list       is there without its scope");
        hint(40, "elp        is the end of a command's name");
        hint(90, "help       all commands; bin/callgate shell");

        assertThat(lines())
                .endsWith(
                        "  type      gpio:list  the lines",
                        "            list       is there without its scope",
                        "            help       all commands; bin/callgate shell");
    }

    @Test
    void staysShortAndKeepsTheHintThatLeadsToTheRest() {
        service("io.callgate.gpio.Line");
        commands("gpio", "list");
        commands("shell", "help");
        for (int number = 10; number < 90; number++) {
            hint(number, "gpio:list  for the " + number + "th time");
        }
        hint(90, "help       all commands; bin/callgate shell");

        assertThat(lines()).hasSizeLessThan(10).last().asString().endsWith("bin/callgate shell");
    }

    private static final class Unused implements ServiceFactory<Object> {

        @Override
        public Object getService(Bundle bundle, ServiceRegistration<Object> registration) {
            throw new IllegalStateException("the first screen uses no service");
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Object> registration, Object service) {}
    }
}
