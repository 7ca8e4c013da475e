// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.log.LoggerFactory;

/** The store under the real Config Admin, with real files and the kernel's own notice of their change. */
class FrameworkTest {

    @TempDir
    Path root;

    private Path data;
    private Path home;
    private TestFramework framework;
    private final BlockingQueue<ConfigurationEvent> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void boot() throws Exception {
        data = root.resolve("data");
        home = Files.createDirectories(root.resolve("home/configs")).getParent();
        Files.writeString(home.resolve("configs/io.callgate.health.json"), "{\n  // shipped\n  \"interval\": 5\n}\n");
        start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private void start() throws Exception {
        framework = new TestFramework(data, home, root.resolve("cache"));
        framework.admin();
        framework.context().registerService(ConfigurationListener.class, events::add, null);
    }

    private Path file(String name) {
        return data.resolve("configs").resolve(name);
    }

    private ConfigurationEvent nextEvent() throws InterruptedException {
        ConfigurationEvent event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("a configuration event").isNotNull();
        return event;
    }

    @Test
    void servesTheShippedDefault() throws Exception {
        assertThat(framework
                        .admin()
                        .getConfiguration("io.callgate.health", null)
                        .getProperties()
                        .get("interval"))
                .isEqualTo(5L);
        assertThat(file("io.callgate.health.json")).content().contains("// shipped");
    }

    @Test
    void anUpdateThroughConfigAdminChangesOneLineOfTheFile() throws Exception {
        framework.admin().getConfiguration("io.callgate.health", null).update(new Hashtable<>(Map.of("interval", 7L)));
        assertThat(file("io.callgate.health.json")).hasContent("{\n  // shipped\n  \"interval\": 7\n}\n");
    }

    @Test
    void anEditByHandBecomesAConfigurationUpdateAndStaysAsTyped() throws Exception {
        String typed = "{ /* mine */ \"interval:int\" :  9, }".replace(", }", " }");
        Files.writeString(file("io.callgate.health.json"), typed);
        assertThat(nextEvent().getType()).isEqualTo(ConfigurationEvent.CM_UPDATED);
        Configuration configuration = framework.admin().getConfiguration("io.callgate.health", null);
        assertThat(configuration.getProperties().get("interval")).isEqualTo(9);
        assertThat(file("io.callgate.health.json")).hasContent(typed);
    }

    @Test
    void aNewFileConfiguresAFactoryInstance() throws Exception {
        Files.writeString(file("io.callgate.x~lamp.json"), "{\"a\": \"b\"}");
        ConfigurationEvent event = nextEvent();
        assertThat(event.getPid()).isEqualTo("io.callgate.x~lamp");
        assertThat(event.getFactoryPid()).isEqualTo("io.callgate.x");
        Configuration configuration = framework.admin().listConfigurations("(service.pid=io.callgate.x~lamp)")[0];
        assertThat(configuration.getProperties().get("service.factoryPid")).isEqualTo("io.callgate.x");
    }

    @Test
    void aDeletedFileDeletesTheConfigurationAndItStaysDeleted() throws Exception {
        Files.delete(file("io.callgate.health.json"));
        assertThat(nextEvent().getType()).isEqualTo(ConfigurationEvent.CM_DELETED);
        framework.close();
        start();
        assertThat(framework.admin().listConfigurations(null)).isNull();
        assertThat(file("io.callgate.health.json")).doesNotExist();
    }

    @Test
    void aConfigurationThatWasNeverUpdatedIsNoFile() throws Exception {
        Configuration configuration = framework.admin().getConfiguration("new.pid", null);
        configuration.setBundleLocation("?");
        assertThat(file("new.pid.json")).doesNotExist();
        configuration.setBundleLocation(null);
        configuration.update(new Hashtable<>());
        assertThat(file("new.pid.json")).hasContent("{}");
    }

    @Test
    void survivesARestartWithBothPids() throws Exception {
        Configuration named = framework.admin().getFactoryConfiguration("f.pid", "one/two", null);
        named.update(new Hashtable<>(Map.of("a", new int[] {1, 2})));
        Configuration generated = framework.admin().createFactoryConfiguration("f.pid", null);
        generated.update(new Hashtable<>(Map.of("b", 'c')));
        String generatedPid = generated.getPid();
        framework.close();
        start();
        Configuration[] found = framework.admin().listConfigurations("(service.factoryPid=f.pid)");
        assertThat(Arrays.stream(found).map(Configuration::getPid))
                .containsExactlyInAnyOrder("f.pid~one/two", generatedPid);
        Configuration again = framework.admin().getFactoryConfiguration("f.pid", "one/two", null);
        assertThat(again.getProperties().get("a")).isEqualTo(new int[] {1, 2});
    }

    @Test
    void readOnlyStaysReadOnly() throws Exception {
        Configuration configuration = framework.admin().getConfiguration("io.callgate.health", null);
        configuration.addAttributes(Configuration.ConfigurationAttribute.READ_ONLY);
        framework.close();
        start();
        Configuration again = framework.admin().getConfiguration("io.callgate.health", null);
        assertThat(again.getAttributes()).containsExactly(Configuration.ConfigurationAttribute.READ_ONLY);
        assertThat(file("io.callgate.health.json")).content().doesNotContain("felix");
    }

    @Test
    void aWrongValueIsRefusedInTheWordsOfTheMetatype() throws Exception {
        framework.describe(
                "io.callgate.health", "<AD id=\"interval\" type=\"Integer\" min=\"1\" description=\"seconds\"/>");
        Configuration configuration = framework.admin().getConfiguration("io.callgate.health", null);
        assertThatThrownBy(() -> configuration.update(new Hashtable<>(Map.of("interval", 0))))
                .isInstanceOf(IOException.class)
                .hasMessage("io.callgate.health is refused: interval = 0: less than minimum (Integer; seconds)");
        assertThat(configuration.getProperties().get("interval")).isEqualTo(5L);
        assertThat(why("io.callgate.health")).contains("refused");
    }

    @Test
    void aManagedServiceGetsWhatTheFileSays() throws Exception {
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        ManagedService service = properties -> received.add(properties.get("interval"));
        framework
                .context()
                .registerService(
                        ManagedService.class, service, new Hashtable<>(Map.of("service.pid", "io.callgate.health")));
        assertThat(received.poll(30, TimeUnit.SECONDS)).isEqualTo(5L);
    }

    @Test
    void ourOwnStoresAreNeverTakenForEdits() throws Exception {
        Configuration configuration = framework.admin().getConfiguration("io.callgate.health", null);
        for (long i = 1; i <= 150; i++) {
            configuration.update(new Hashtable<>(Map.of("interval", i)));
        }
        Files.writeString(file("last.json"), "{}");
        while (!nextEvent().getPid().equals("last")) {
            assertThat(events).hasSizeLessThan(200);
        }
        assertThat(configuration.getProperties().get("interval")).isEqualTo(150L);
        assertThat(file("io.callgate.health.json")).content().contains(": 150");
        try (Stream<Path> generations = Files.list(data.resolve("history"))) {
            assertThat(generations.map(g -> g.getFileName().toString()).filter(g -> g.contains(".edit.")))
                    .allMatch(g -> g.endsWith("last.json"));
        }
    }

    @Test
    void stoppingTheBundleEndsItsThreads() throws Exception {
        Files.writeString(file("io.callgate.health.json"), "{}");
        nextEvent();
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("callgate-config"))
                .toList();
        assertThat(threads).isNotEmpty();
        framework.close();
        assertThat(threads).noneMatch(Thread::isAlive);
        start();
    }

    @Test
    void askingAboutAConfigurationResolvesNoBundle() throws Exception {
        framework.admin().getConfiguration("lamp", null).update(new Hashtable<>());
        assertThat(why("lamp"))
                .isEqualTo("lamp: no bundle knows this PID: its bundle is missing, or the name is wrong");
        Bundle installed = framework.declare("lamp");
        assertThat(why("lamp")).isNull();
        assertThat(installed.getState()).isEqualTo(Bundle.INSTALLED);
    }

    @Test
    void theLogKnowsItByTheNameOfTheBundle() throws Exception {
        BlockingQueue<String> names = new LinkedBlockingQueue<>();
        LoggerFactory factory = (LoggerFactory) Proxy.newProxyInstance(
                LoggerFactory.class.getClassLoader(),
                new Class<?>[] {LoggerFactory.class},
                (proxy, method, arguments) -> {
                    names.add(arguments[0].toString());
                    return null;
                });
        framework.context().registerService(LoggerFactory.class, factory, null);
        assertThat(names).containsExactly("io.callgate.platform.config");
    }

    private String why(String name) throws Exception {
        var reference = framework
                .context()
                .getServiceReferences(Function.class, "(callgate.why=config)")
                .iterator()
                .next();
        @SuppressWarnings("unchecked")
        Function<String, String> function = framework.context().getService(reference);
        return function.apply(name);
    }
}
