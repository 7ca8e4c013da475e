// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.platform.ArtifactHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** Real files, the kernel's own events, and the deployer's own bundle among those that are exchanged. */
class LiveTest {

    private static final String CALLABLE = "java.util.concurrent.Callable";
    private static final String SELF = "io.callgate.platform.deploy";

    @TempDir
    Path root;

    private LiveGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new LiveGateway(root, Timing.DELETION_PROPERTY, "300", Timing.PROBATION_PROPERTY, "2000");
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private static byte[] lamp(String version) {
        return TestJar.bundle("a.lamp", version).serves(CALLABLE).bytes();
    }

    @Test
    void filesComeAndGo() throws Exception {
        Path jar = gateway.deploy.resolve("lamp.jar");
        Files.write(jar, lamp("1.0.0"));
        gateway.awaitAnswer("1.0.0");
        Files.write(jar, lamp("1.1.0"));
        gateway.awaitAnswer("1.1.0");
        Files.move(Files.write(root.resolve("elsewhere"), lamp("1.2.0")), gateway.deploy.resolve("lamp-1.2.jar"));
        gateway.awaitAnswer("1.2.0");
        gateway.await("it is known to be live", () -> ask("callgate.known", "lamp-1.2.jar")
                .startsWith("lamp-1.2.jar is live: a.lamp 1.2.0 since "));
        Files.delete(gateway.deploy.resolve("lamp-1.2.jar"));
        gateway.awaitAnswer("1.1.0");
        Files.delete(jar);
        gateway.await("it is gone", () -> gateway.bundle("a.lamp") == null);
    }

    @Test
    void aCopyIsSeenAtItsCloseAndNotBefore() throws Exception {
        Path jar = gateway.deploy.resolve("lamp.jar");
        Files.write(jar, lamp("1.0.0"));
        gateway.awaitAnswer("1.0.0");
        byte[] next = lamp("1.1.0");
        try (OutputStream slow = Files.newOutputStream(jar)) {
            slow.write(next, 0, next.length / 2);
            Files.write(
                    gateway.deploy.resolve("other.jar"),
                    TestJar.bundle("a.other", "1").bytes());
            gateway.await("another file is deployed meanwhile", () -> gateway.isActive("a.other", "1.0.0"));
            assertThat(gateway.answer()).isEqualTo("1.0.0");
            slow.write(next, next.length / 2, next.length - next.length / 2);
        }
        gateway.awaitAnswer("1.1.0");
    }

    @Test
    void linksAreFollowedToWhatTheyPointTo() throws Exception {
        Path built = Files.createDirectories(root.resolve("project/target")).resolve("lamp.jar");
        Files.write(built, lamp("1.0.0"));
        Files.createSymbolicLink(gateway.deploy.resolve("lamp.jar"), built);
        gateway.awaitAnswer("1.0.0");
        assertThat(isWatched(built.getParent())).isTrue();
        Files.write(built, lamp("1.1.0"));
        gateway.awaitAnswer("1.1.0");
        Files.delete(gateway.deploy.resolve("lamp.jar"));
        gateway.await("it is gone", () -> gateway.bundle("a.lamp") == null);
        assertThat(isWatched(built.getParent())).isFalse();
        Files.createLink(gateway.deploy.resolve("hard.jar"), built);
        gateway.awaitAnswer("1.1.0");
    }

    @Test
    void theFolderMayBeDeletedAndMadeAgain() throws Exception {
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.0.0"));
        gateway.awaitAnswer("1.0.0");
        Files.delete(gateway.deploy.resolve("lamp.jar"));
        Files.delete(gateway.deploy);
        gateway.await("it is gone", () -> gateway.bundle("a.lamp") == null);
        Files.createDirectory(gateway.deploy);
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.1.0"));
        gateway.awaitAnswer("1.1.0");
        Files.move(gateway.deploy, root.resolve("moved"));
        gateway.await("it is gone", () -> gateway.bundle("a.lamp") == null);
        Files.move(root.resolve("moved"), gateway.deploy);
        gateway.awaitAnswer("1.1.0");
    }

    @Test
    void theDeployerExchangesItself() throws Exception {
        Bundle self = gateway.bundle(SELF);
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.0.0"));
        gateway.awaitAnswer("1.0.0");
        ClassLoader lamp = loader("a.lamp");
        Files.write(gateway.deploy.resolve("deploy.jar"), LiveGateway.deployer("0.1.1"));
        gateway.await("the new deployer runs", () -> gateway.isActive(SELF, "0.1.1"));
        Files.write(
                gateway.deploy.resolve("next.jar"),
                TestJar.bundle("a.next", "1").bytes());
        gateway.await("and deploys", () -> gateway.isActive("a.next", "1.0.0"));
        assertThat(loader("a.lamp")).isSameAs(lamp);
        long modified = self.getLastModified();
        Files.write(
                gateway.deploy.resolve("more.jar"),
                TestJar.bundle("a.more", "1").bytes());
        gateway.await("and goes on", () -> gateway.isActive("a.more", "1.0.0"));
        assertThat(self.getLastModified()).isEqualTo(modified);
        Files.delete(gateway.deploy.resolve("deploy.jar"));
        gateway.await("the shipped one is back", () -> gateway.isActive(SELF, "0.1.0"));
        Files.write(
                gateway.deploy.resolve("last.jar"),
                TestJar.bundle("a.last", "1").bytes());
        gateway.await("and deploys", () -> gateway.isActive("a.last", "1.0.0"));
    }

    @Test
    void aDeployerThatDoesNotStartGivesWay() throws Exception {
        byte[] broken = TestJar.bundle(SELF, "0.2.0").failing("no good").bytes();
        Files.write(gateway.deploy.resolve("deploy.jar"), broken);
        gateway.await("the ledger knows", () -> ledger().contains("no+good"));
        gateway.await("the old deployer runs", () -> gateway.isActive(SELF, "0.1.0"));
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.0.0"));
        gateway.awaitAnswer("1.0.0");
        gateway.await("the log says so", () -> gateway.log()
                .contains("deploy.jar: " + SELF + " 0.2.0 does not start as the deployer:"
                        + " IllegalStateException: no good; the previous one is put back"));
        gateway.await(
                "the reason is known", () -> why("deploy.jar").contains("set aside: IllegalStateException: no good"));
    }

    @Test
    void whatTheDeployerStandsOnIsExchangedUnderIt() throws Exception {
        for (String name : new String[] {
            "io.callgate.linux.api", "io.callgate.linux.jna", "org.apache.felix.scr", "org.apache.felix.log",
        }) {
            byte[] next = LiveGateway.inVersion(gateway.home.resolve("bundles/" + name + ".jar"), "9.9.9");
            Files.write(gateway.deploy.resolve(name + ".jar"), next);
            gateway.await(name + " is new", () -> gateway.isActive(name, "9.9.9"));
            Files.write(
                    gateway.deploy.resolve("after-" + name + ".jar"),
                    TestJar.bundle("after." + name, "1").bytes());
            gateway.await("deployed after " + name, () -> gateway.isActive("after." + name, "1.0.0"));
        }
        assertThat(Arrays.stream(gateway.context().getBundles()).filter(b -> b.getState() != Bundle.ACTIVE))
                .isEmpty();
    }

    @Test
    void aNewVersionWhoseComponentIsNotSatisfiedGivesWay() throws Exception {
        Path jar = gateway.deploy.resolve("lamp.jar");
        Files.write(
                jar, TestJar.bundle("a.lamp", "1.0.0").component("lamp", null).bytes());
        gateway.await("the first runs", () -> gateway.isActive("a.lamp", "1.0.0"));
        Files.write(
                jar,
                TestJar.bundle("a.lamp", "1.1.0")
                        .component("lamp", "no.such.Service")
                        .bytes());
        gateway.await(
                "the reason is known", () -> why("a.lamp").contains("set aside: its component lamp does not come"));
        assertThat(why("a.lamp")).contains("(component lamp lacks wanted)");
        gateway.await("the first is back", () -> gateway.isActive("a.lamp", "1.0.0"));
    }

    @Test
    void otherFilesGoToTheirHandler() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        Files.writeString(gateway.deploy.resolve("first.rules"), "early");
        gateway.await("nobody takes it", () -> why("first.rules").contains("nobody takes such files"));
        gateway.context().registerService(ArtifactHandler.class, new TestHandler(calls), null);
        gateway.await("the early one is offered", () -> calls.contains("first.rules early"));
        Files.writeString(gateway.deploy.resolve("second.rules"), "late");
        gateway.await("the late one is offered", () -> calls.contains("second.rules late"));
        Files.writeString(gateway.deploy.resolve("second.rules"), "");
        gateway.await("the refusal is told", () -> why("second.rules").contains("no rule in it"));
        Files.delete(gateway.deploy.resolve("first.rules"));
        gateway.await("the deletion is told", () -> calls.contains("no first.rules"));
    }

    /** Whether an inotify instance of this process has a watch on a folder, as proc_pid_fdinfo(5) tells. */
    private static boolean isWatched(Path folder) throws IOException {
        String watch = " ino:" + Long.toHexString((Long) Files.getAttribute(folder, "unix:ino")) + " ";
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fdinfo"))) {
            for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
                if (lines(descriptor).stream().anyMatch(line -> line.startsWith("inotify ") && line.contains(watch))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> lines(Path descriptor) throws IOException {
        try {
            return Files.readAllLines(descriptor);
        } catch (NoSuchFileException closedMeanwhile) {
            return List.of();
        }
    }

    private ClassLoader loader(String name) {
        return gateway.bundle(name).adapt(BundleWiring.class).getClassLoader();
    }

    private String ledger() {
        try {
            return Files.readString(gateway.data.resolve("deployed/ledger"));
        } catch (IOException notYet) {
            return "";
        }
    }

    private String why(String name) {
        return ask("callgate.why", name);
    }

    @SuppressWarnings("unchecked")
    private String ask(String property, String name) {
        ServiceReference<?> reference = reference(property);
        Object service = reference == null ? null : gateway.context().getService(reference);
        return service == null ? "" : String.valueOf(((Function<String, String>) service).apply(name));
    }

    private ServiceReference<?> reference(String property) {
        try {
            ServiceReference<?>[] references =
                    gateway.context().getServiceReferences(Function.class.getName(), "(" + property + "=deploy)");
            return references == null ? null : references[0];
        } catch (org.osgi.framework.InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
