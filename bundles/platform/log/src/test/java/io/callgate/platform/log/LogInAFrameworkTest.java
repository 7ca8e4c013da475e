// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;

/** The bundle as bnd has made it, beside Felix's log and Config Admin, in a real framework. */
@Timeout(60)
class LogInAFrameworkTest {

    @TempDir
    Path data;

    private final BlockingQueue<String> terminal = new LinkedBlockingQueue<>();
    private Felix framework;
    private BundleContext context;
    private Bundle felixLog;
    private Bundle log;

    @BeforeEach
    void start() throws Exception {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, data.resolve("cache").toString());
        configuration.put("callgate.data", data.toString());
        // The test speaks to the services, so the framework shares their packages with it.
        configuration.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.osgi.service.log;version=1.5.0,org.osgi.service.log.admin;version=1.0.0,"
                        + "org.osgi.service.cm;version=1.6.1");
        framework = new Felix(configuration);
        framework.init();
        context = framework.getBundleContext();
        felixLog = context.installBundle(location("org.apache.felix.log.Activator"));
        Bundle config = context.installBundle(location("org.apache.felix.cm.impl.ConfigurationManager"));
        log = context.installBundle("reference:" + location(LogActivator.class.getName()));
        // What the shell's console registers: it is how the test sees lines come, without waiting for time to pass.
        context.registerService(
                Consumer.class, (Consumer<String>) terminal::add, new Hashtable<>(Map.of("callgate.terminal", true)));
        framework.start();
        felixLog.start();
        config.start();
        log.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private static String location(String type) throws Exception {
        return Class.forName(type, false, LogInAFrameworkTest.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()
                .toString();
    }

    private LogService logger() {
        return service(LogService.class);
    }

    private <S> S service(Class<S> type) {
        ServiceReference<S> reference = context.getServiceReference(type);
        return context.getService(reference);
    }

    private String line(String containing) throws InterruptedException {
        for (String line = next(); ; line = next()) {
            if (line.contains(containing)) {
                return line;
            }
        }
    }

    private String next() throws InterruptedException {
        String line = terminal.poll(20, TimeUnit.SECONDS);
        assertThat(line).as("a line in time").isNotNull();
        return line;
    }

    private List<String> file() throws Exception {
        return Files.readAllLines(data.resolve("log/callgate.log"));
    }

    @Test
    void whatIsLoggedAtInfoComesToTheTerminalAndToTheFile() throws Exception {
        logger().getLogger("io.callgate.lamp").info("the {} is {}", "lamp", "on");
        assertThat(line("io.callgate.lamp")).endsWith(" INFO  io.callgate.lamp: the lamp is on");
        assertThat(file()).last().asString().endsWith("io.callgate.lamp: the lamp is on");
    }

    @Test
    void whatWasLoggedBeforeTheBundleCameIsNotLost() throws Exception {
        log.stop();
        logger().getLogger("early").warn("before");
        log.start();
        assertThat(line("early")).endsWith(" WARN  early: before");
    }

    @Test
    void anErrorOfTheFrameworkIsOneLine() throws Exception {
        Bundle broken =
                context.installBundle("broken", EmptyBundle.withActivator("io.callgate.platform.log.NoSuchActivator"));
        broken.adapt(BundleStartLevel.class).setStartLevel(2);
        broken.start();
        framework.adapt(FrameworkStartLevel.class).setStartLevel(2);
        assertThat(line("NoSuchActivator")).contains(" ERROR ").hasLineCount(1);
    }

    @Test
    void aLevelThatIsSetWorksAtOnceAndIsKeptAsConfiguration() throws Exception {
        Object commands = context.getService(context.getAllServiceReferences(LogCommands.class.getName(), null)[0]);
        commands.getClass()
                .getMethod("level", String.class, String.class)
                .invoke(commands, "io.callgate.lamp", "debug");
        logger().getLogger("io.callgate.lamp.Lamp").debug("detail");
        logger().getLogger("io.callgate.lampoon").debug("of no interest");
        logger().getLogger("mark").warn("the end");
        line("the end");
        assertThat(String.join("\n", file()))
                .contains("io.callgate.lamp.Lamp: detail")
                .doesNotContain("no interest");
        assertThat(service(ConfigurationAdmin.class)
                        .getConfiguration("org.osgi.service.log.admin", null)
                        .getProperties()
                        .get("io.callgate.lamp"))
                .isEqualTo("DEBUG");
    }

    /** Which writes to the root logger. */
    @Test
    void declarativeServicesIsHeardFromWarningsUpAndNobodyElseIsAffected() throws Exception {
        Bundle scr = context.installBundle("scr", EmptyBundle.named("org.apache.felix.scr"));
        logger().getLogger(scr, "ROOT", Logger.class).info("starting");
        logger().getLogger(felixLog, "ROOT", Logger.class).info("speaking");
        assertThat(line("org.apache.felix.")).endsWith(" INFO  org.apache.felix.log: speaking");
        logger().getLogger(scr, "ROOT", Logger.class).warn("trouble");
        assertThat(line("org.apache.felix.")).endsWith(" WARN  org.apache.felix.scr: trouble");
    }

    @Test
    void whoFollowsTheLogIsToldThatItStops() throws Exception {
        Object commands = context.getService(context.getAllServiceReferences(LogCommands.class.getName(), null)[0]);
        Method tail = commands.getClass().getMethod("tail", boolean.class, boolean.class);
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(screen, true, StandardCharsets.UTF_8));
        try {
            FutureTask<Object> following = new FutureTask<>(() -> tail.invoke(commands, true, false));
            Thread session = new Thread(following);
            session.start();
            while (session.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            log.stop();
            following.get(20, TimeUnit.SECONDS);
        } finally {
            System.setOut(before);
        }
        assertThat(screen.toString(StandardCharsets.UTF_8)).endsWith("type it again in a moment\n");
    }

    @Test
    void theBundleLeavesNoThread() throws Exception {
        log.stop();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("callgate-log"));
    }

    @Test
    void anotherLogServiceIsListenedToAsWell() throws Exception {
        felixLog.stop();
        felixLog.start();
        logger().getLogger("after").warn("the change");
        assertThat(line("after")).endsWith("after: the change");
    }
}
