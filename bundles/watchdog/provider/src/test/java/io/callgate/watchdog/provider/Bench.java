// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.CheckIn;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogClient;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.promise.Promises;

/** The provider on a fake kernel, in virtual time, all on the test's own thread. */
final class Bench {

    static final int STOPPED = 6; // the reason that DS gives for stop, update and uninstall alike
    static final int DELETED = 4;
    static final long PUMP = 17; // a bundle

    final FakeLinux kernel = new FakeLinux();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    final Path folder;
    final Path proc;
    final List<String> done = new ArrayList<>(); // what was done to bundles and components
    final Map<String, Object> settings = new HashMap<>(); // of the supervisor
    final Map<Path, DeviceNode.Number> nodes = new HashMap<>();
    final Ticking clock = new Ticking();
    int systemState = Bundle.STARTING;
    boolean pumpInstalled = true;
    String bootId = "boot-1";
    Map<String, Set<WatchdogFlag>> bootStatus = Map.of();
    final List<Integer> halted = Collections.synchronizedList(new ArrayList<>());
    Supervisor supervisor;
    Devices devices;
    private long ids;

    Bench(Path folder) {
        this.folder = folder;
        this.proc = folder.resolve("proc");
        registry.property(Supervisor.DATA, folder.toString());
    }

    /** The wall clock, which only the test moves. */
    static final class Ticking extends Clock {

        Instant now = Instant.parse("2026-11-22T20:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    Bench start() throws IOException {
        supervisor = new Supervisor(
                context(),
                config(Supervisor.Config.class, settings),
                components(),
                new Machine() {
                    @Override
                    String bootId() {
                        return bootId;
                    }

                    @Override
                    Map<String, Set<WatchdogFlag>> bootStatus() {
                        return bootStatus;
                    }

                    @Override
                    long nanos() {
                        return kernel.time().toNanos();
                    }

                    @Override
                    void halt(int status) {
                        halted.add(status);
                        done("halt " + status);
                    }
                },
                this::every,
                clock,
                log.logger());
        devices = new Devices(context(), kernel, kernel, kernel, dispatcher, log.logger());
        systemState = Bundle.ACTIVE;
        kernel.turn();
        return this;
    }

    private Pace.Running every(String role, Duration interval, Pace.Turn turn) {
        var timer = kernel.timer(
                Duration.ZERO, interval, late -> turn.at(kernel.time().toNanos()));
        return timer::close;
    }

    /** A watchdog that is plugged in. */
    FakeWatchdog watchdog(String name, String identity) {
        FakeWatchdog watchdog = new FakeWatchdog(kernel, name, identity);
        kernel.plug(watchdog.device());
        return watchdog;
    }

    WatchdogComponent configure(String name, Object... keysAndValues) throws IOException {
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.pid", Watchdog.PID + "~" + name);
        WatchdogComponent component =
                new WatchdogComponent(context(), watchdogConfig(keysAndValues), properties, surroundings());
        kernel.turn();
        return component;
    }

    static WatchdogComponent.Config watchdogConfig(Object... keysAndValues) {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return config(WatchdogComponent.Config.class, values);
    }

    private Surroundings surroundings() {
        DeviceNode node = new DeviceNode(kernel, this::look, new Holders(proc));
        return new Surroundings(supervisor, devices, kernel, kernel, node, kernel, kernel, dispatcher, log.logger());
    }

    /** The fake kernel's nodes are what the test says; by default the watchdog of that number. */
    private DeviceNode.Number look(Path link) {
        return nodes.getOrDefault(Path.of("/dev/watchdog0"), new DeviceNode.Number(248, 0));
    }

    Watchdog service(String name) {
        return registry.services(Watchdog.class).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is no service: " + reason(name)));
    }

    boolean isRegistered(String name) {
        return registry.services(Watchdog.class).stream()
                .anyMatch(each -> each.name().equals(name));
    }

    ResourceStatus status(String name) {
        return registry.services(ResourceStatus.class).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    String reason(String name) {
        return status(name).reason();
    }

    void seconds(double seconds) {
        kernel.advance(Duration.ofMillis((long) (seconds * 1000)));
    }

    /** An application that is looked after, with its own component in the bundle {@link #PUMP}. */
    class App implements WatchdogClient {

        final CheckIn checkIn = new CheckIn();
        final Map<String, Object> properties = new HashMap<>();

        App(String name, long deadline) {
            properties.put("service.id", ++ids);
            properties.put("service.bundleid", PUMP);
            properties.put("component.name", name);
            properties.put(WatchdogClient.DEADLINE, deadline);
        }

        @Override
        public CheckIn checkIn() {
            return checkIn;
        }

        void come() {
            supervisor.addClient(this, properties);
        }

        void leave() {
            supervisor.removeClient(this, properties);
        }
    }

    App app(String name, long deadline) {
        App app = new App(name, deadline);
        app.come();
        return app;
    }

    BundleContext context() {
        BundleContext registered = registry.context();
        return proxy(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
            case "getBundle" -> bundle((Long) arguments[0]);
            case "registerService" ->
                registered.registerService(
                        (Class<Object>) arguments[0], arguments[1], (java.util.Dictionary<String, ?>) arguments[2]);
            case "getProperty" -> registered.getProperty((String) arguments[0]);
            case "addFrameworkListener", "addBundleListener", "removeFrameworkListener", "removeBundleListener" -> null;
            case "getServiceReference" -> null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private Bundle bundle(long id) {
        if (id != 0 && !pumpInstalled) {
            return null;
        }
        return proxy(Bundle.class, (self, method, arguments) -> switch (method.getName()) {
            case "getState" -> systemState;
            case "getBundleId" -> id;
            case "adapt" -> framework();
            case "stop", "start", "update" -> {
                done(method.getName() + " " + id);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    /** One that does not stop in time. */
    private static Framework framework() {
        return proxy(
                Framework.class,
                (self, method, arguments) ->
                        new FrameworkEvent(FrameworkEvent.WAIT_TIMEDOUT, proxy(Bundle.class, (b, m, a) -> null), null));
    }

    private ServiceComponentRuntime components() {
        return proxy(ServiceComponentRuntime.class, (self, method, arguments) -> switch (method.getName()) {
            case "getComponentDescriptionDTO" -> {
                ComponentDescriptionDTO component = new ComponentDescriptionDTO();
                component.name = (String) arguments[1];
                yield component;
            }
            case "disableComponent", "enableComponent" -> {
                done(method.getName() + " " + ((ComponentDescriptionDTO) arguments[0]).name);
                yield Promises.resolved(null);
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private void done(String what) {
        synchronized (done) {
            done.add(what);
            done.notifyAll();
        }
    }

    /** Rungs are done on threads of their own. */
    void awaitDone(String... what) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        synchronized (done) {
            while (!done.equals(List.of(what))) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("expected " + List.of(what) + ", but " + done);
                }
                done.wait(left);
            }
        }
    }

    static <C> C config(Class<C> type, Map<String, Object> values) {
        return proxy(
                type, (self, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, args) -> method.getDeclaringClass() == Object.class
                        ? method.getName().equals("equals") ? (Object) (self == args[0]) : (Object) type.getName()
                        : handler.invoke(self, method, args)));
    }
}
