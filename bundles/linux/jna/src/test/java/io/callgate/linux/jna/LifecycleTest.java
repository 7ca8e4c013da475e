// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.KeptHandles.WriteAction;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.log.LoggerFactory;

/** What becomes of a bundle's share of the door when that bundle goes, in a real framework. */
@Timeout(120)
class LifecycleTest {

    private static final long DEADLINE_SECONDS = 20;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Key KEY = new Key("fifo:test", Map.of());

    private final Door outside = new Door();
    private final NativeBuffer buffer = outside.memory.allocate(64);

    @TempDir
    Path folder;

    private Framework framework;
    private Bundle first;
    private Bundle second;
    private Path fifo;
    private Fd reader;

    @BeforeEach
    void boot() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.resolve("cache").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "io.callgate.linux;version=0.1.0,org.osgi.service.log;version=1.5.0,com.sun.jna;version="
                                + Native.VERSION,
                        "felix.log.level",
                        "1"));
        framework.init();
        BundleContext context = framework.getBundleContext();
        for (String jar : List.of(
                "org.osgi.util.function",
                "org.osgi.util.promise",
                "org.osgi.service.component-",
                "org.apache.felix.scr")) {
            context.installBundle("reference:" + jar(jar).toUri()).start();
        }
        context.registerService(LoggerFactory.class, logs(), null);
        Path classes = Path.of("target/classes").toAbsolutePath();
        context.installBundle("reference:" + classes.toUri()).start();
        first = context.installBundle("first", empty("first"));
        first.start();
        second = context.installBundle("second", empty("second"));
        second.start();
        framework.start();
        fifo = folder.resolve("fifo");
        outside.calls.call("mkfifo", fifo.toString(), 0600);
        reader = outside.files.open(fifo);
    }

    @AfterEach
    void end() throws Exception {
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
        reader.close();
        outside.close();
    }

    @Test
    void everyBundleHasAnEventLoopOfItsOwn() {
        assertThat(service(first, EventLoop.class))
                .isSameAs(service(first, EventLoop.class))
                .isNotSameAs(service(second, EventLoop.class));
        assertThat(service(first, LinuxFiles.class)).isSameAs(service(second, LinuxFiles.class));
    }

    @Test
    void whatABundleWatchedEndsWhenItStops() throws Exception {
        EventLoop ending = service(first, EventLoop.class);
        EventLoop staying = service(second, EventLoop.class);
        LinuxWaiting waiting = service(second, LinuxWaiting.class);
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        try (Fd one = waiting.eventfd(1);
                Fd other = waiting.eventfd(1)) {
            ending.watch(one, Ready.IN, ready -> calls.add("first"));
            staying.watch(other, Ready.IN, ready -> calls.add("second"));
            ending.timer(Duration.ofMillis(1), Duration.ofMillis(1), expirations -> calls.add("timer"));
            service(first, KernelDevices.class).follow("mem", new Follower(calls));
            await(calls, "first");
            await(calls, "second");
            await(calls, "timer");
            await(calls, "added null");
            first.stop();
            calls.clear();
            turn(staying);
            await(calls, "second");
            assertThat(calls).containsOnly("second");
        }
        assertThatThrownBy(() -> ending.execute(() -> {})).isInstanceOf(IllegalStateException.class);
        first.start();
        turn(service(first, EventLoop.class));
    }

    @Test
    void whatABundleLeftSurvivesItsUpdateAndNotItsEnd() throws Exception {
        leave(first, "final");
        first.stop();
        first.start();
        first.update(empty("first"));
        assertThat(outside.files.read(reader, buffer, 0, 64)).isEqualTo(LinuxFiles.WOULD_BLOCK);
        KeptHandles successor = service(first, KeptHandles.class);
        Fd taken = successor.take(KEY).orElseThrow().fd();
        NativeBuffer theirs = service(first, LinuxMemory.class).allocate(8);
        service(first, LinuxFiles.class).write(taken, theirs, 0, theirs.put(0, "taken,"));
        assertThat(outside.files.read(reader, buffer, 0, 64)).isEqualTo(6);
        successor.leave(KEY, taken, Map.of(), policy("last"));
        first.uninstall();
        assertThat(untilHangUp()).isEqualTo("last");
    }

    @Test
    void whatABundleLeftEndsWithTheFramework() throws Exception {
        leave(first, "final");
        first.stop();
        assertThat(outside.files.read(reader, buffer, 0, 64)).isEqualTo(LinuxFiles.WOULD_BLOCK);
        framework.stop();
        assertThat(untilHangUp()).isEqualTo("final");
    }

    private record Follower(BlockingQueue<String> calls) implements DeviceListener {
        @Override
        public void added(KernelDevice device) {
            calls.add("added " + device.name());
        }

        @Override
        public void removed(KernelDevice device) {
            calls.add("removed " + device.name());
        }
    }

    private void leave(Bundle bundle, String text) throws IOException {
        Fd writer = service(bundle, LinuxFiles.class).open(fifo, OpenFlag.WRONLY);
        service(bundle, KeptHandles.class).leave(KEY, writer, Map.of(), policy(text));
    }

    private static Policy policy(String text) {
        return new Policy(LONG, List.of(new WriteAction(text.getBytes(StandardCharsets.UTF_8))), Optional.empty());
    }

    /** All that is written until the writer has been closed. */
    private String untilHangUp() throws IOException {
        StringBuilder text = new StringBuilder();
        int ready;
        do {
            ready = outside.waiting.poll(reader, Ready.IN, Duration.ofSeconds(DEADLINE_SECONDS));
            assertThat(ready).as("something within %d s", DEADLINE_SECONDS).isNotZero();
            int length = outside.files.read(reader, buffer, 0, 64);
            text.append(buffer.text(0, Math.max(0, length)));
        } while ((ready & Ready.HUP) == 0);
        return text.toString();
    }

    private static void await(BlockingQueue<String> calls, String wanted) throws InterruptedException {
        String call = "";
        while (!call.equals(wanted)) {
            call = calls.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(call).as("\"%s\" within %d s", wanted, DEADLINE_SECONDS).isNotNull();
        }
    }

    /** Returns when the loop has been round. */
    private static void turn(EventLoop loop) throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(done::countDown);
            assertThat(done.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static <T> T service(Bundle bundle, Class<T> type) {
        BundleContext context = bundle.getBundleContext();
        return context.getService(context.getServiceReference(type));
    }

    private LoggerFactory logs() {
        return (LoggerFactory) Proxy.newProxyInstance(
                LoggerFactory.class.getClassLoader(),
                new Class<?>[] {LoggerFactory.class},
                (proxy, method, arguments) -> method.getName().equals("getLogger") ? outside.log.logger() : null);
    }

    private static Path jar(String name) {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " on the class path"));
    }

    /** A bundle with nothing in it; the test acts in its name. */
    private static InputStream empty(String name) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.putValue(Constants.IMPORT_PACKAGE, "io.callgate.linux");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return new ByteArrayInputStream(jar.toByteArray());
    }
}
