// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private static final String GROUP =
            "{\"mechanism\":\"%s\",\"needs\":[{\"name\":\"group\",\"what\":\"lines\",\"kind\":\"group\",\"group\":\"gpio\","
                    + "\"mend\":\"adduser callgate gpio\"%s}]}";

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeMachine fake;
    private Path home;
    private Path data;

    @BeforeEach
    void anImage() throws IOException {
        home = Files.createDirectories(root.resolve("image"));
        data = root.resolve("data");
        fake = new FakeMachine(root.resolve("machine"));
        fake.user(1000, "4", "0").file("/etc/group", "gpio:x:997:\n").file("/proc/locks", "");
        Files.createDirectories(home.resolve("bundles"));
        Files.writeString(home.resolve("start.list"), "# made by the build\n4 bundles/a.jar\n");
        jar(home.resolve("bundles/a.jar"), "a", null);
    }

    private int run(String... more) {
        return run(fake.machine(), more);
    }

    private int run(Machine machine, String... more) {
        return Main.run(
                Stream.concat(Stream.of(home.toString(), data.toString()), Stream.of(more))
                        .toList(),
                machine,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private List<String> rows(String start) {
        return output().lines().filter(line -> line.startsWith(start)).toList();
    }

    private String productRow(String need) {
        return rows("callgate ").stream()
                .filter(line -> line.contains(" " + need + " "))
                .findFirst()
                .orElseThrow();
    }

    static void jar(Path path, String symbolicName, String needs) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName + ";singleton:=true");
        try (OutputStream file = Files.newOutputStream(path);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            if (needs != null) {
                jar.putNextEntry(new JarEntry(NeedsFile.PATH));
                jar.write(needs.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void aCompleteImageOnAMachineThatHasEverythingIsHealthy() {
        assertThat(run()).isZero();
        assertThat(output()).startsWith("MECHANISM  NEED");
        assertThat(productRow("java")).contains("present (Java ");
        assertThat(productRow("data-folder")).contains("present (made at the first start)");
        assertThat(productRow("lock")).contains("present (free)");
        assertThat(Files.exists(data)).as("nothing is made").isFalse();
    }

    @Test
    void anUnmetMandatoryNeedOfAJarIsAFault() throws IOException {
        jar(home.resolve("bundles/gpio.jar"), "gpio", String.format(GROUP, "gpio", ""));
        assertThat(run()).isEqualTo(1);
        assertThat(rows("gpio "))
                .singleElement()
                .asString()
                .matches("gpio +group +not permitted \\(not in group gpio\\) +lines: adduser callgate gpio");
    }

    @Test
    void anUnmetOptionalNeedIsShownAndIsNoFault() throws IOException {
        jar(home.resolve("bundles/gpio.jar"), "gpio", String.format(GROUP, "gpio", ",\"optional\":true"));
        assertThat(run()).isZero();
        assertThat(rows("gpio ")).singleElement().asString().contains("not permitted (not in group gpio), optional");
    }

    @Test
    void onlyTheNamedMechanismsCount() throws IOException {
        jar(home.resolve("bundles/gpio.jar"), "gpio", String.format(GROUP, "gpio", ""));
        assertThat(run("callgate")).isZero();
        assertThat(rows("gpio ")).isEmpty();
        assertThat(run("gpi")).isEqualTo(2);
        assertThat(errors()).isEqualTo("doctor: no mechanism \"gpi\" says what it needs; did you mean gpio?\n");
    }

    @Test
    void aDroppedBundleReplacesTheShippedOne() throws IOException {
        jar(home.resolve("bundles/gpio.jar"), "gpio", String.format(GROUP, "gpio", ""));
        Files.createDirectories(data.resolve("deploy"));
        jar(data.resolve("deploy/gpio-2.jar"), "gpio", String.format(GROUP, "gpio", ",\"optional\":true"));
        assertThat(run()).isZero();
        assertThat(rows("gpio ")).hasSize(1);
    }

    @Test
    void aDroppedBundleThatNeedsNothingReplacesTheShippedOneToo() throws IOException {
        jar(home.resolve("bundles/gpio.jar"), "gpio", String.format(GROUP, "gpio", ""));
        Files.createDirectories(data.resolve("deploy"));
        jar(data.resolve("deploy/gpio-2.jar"), "gpio", null);
        assertThat(run()).isZero();
        assertThat(rows("gpio ")).isEmpty();
    }

    @Test
    void aBrokenJarAndABrokenNeedsFileAreALineEach() throws IOException {
        Files.createDirectories(data.resolve("deploy"));
        Files.writeString(data.resolve("deploy/text.jar"), "I am a text file\n");
        jar(home.resolve("bundles/b.jar"), "b", "{\"mechanism\":\"b\"}");
        assertThat(run()).isEqualTo(1);
        assertThat(rows("text.jar")).singleElement().asString().startsWith("text.jar: not a readable jar: ");
        assertThat(rows("b.jar"))
                .containsExactly("b.jar: META-INF/callgate/needs.json: \"needs\" must be an array of needs");
    }

    @Test
    void anIncompleteImageNamesWhatIsMissing() throws IOException {
        Files.writeString(home.resolve("start.list"), "1 system/x.jar\n4 bundles/a.jar\n1 system/y.jar\n");
        assertThat(run()).isEqualTo(1);
        assertThat(productRow("image"))
                .contains("absent (no system/x.jar and 1 more)")
                .contains("unpack the image");
        Files.delete(home.resolve("start.list"));
        assertThat(run()).isEqualTo(1);
    }

    @Test
    void aDataFolderThatMayNotBeWrittenIsNamed() throws IOException {
        for (String name : List.of("configs", "deploy", "deployed", "set-aside", "state")) {
            Path folder = Files.createDirectories(data.resolve(name));
            assertThat(run()).isZero();
            Machine machine = fake.machine();
            Machine readOnly = new Machine(
                    machine.root(),
                    machine.readable(),
                    path -> !path.equals(folder) && machine.writable().test(path));
            assertThat(run(readOnly)).isEqualTo(1);
            assertThat(output()).contains("not permitted (" + folder + ")");
        }
    }

    @Test
    void aDataFolderThatIsAFileIsAFault() throws IOException {
        Files.writeString(data, "");
        assertThat(run()).isEqualTo(1);
        assertThat(productRow("data-folder")).contains("is no folder");
    }

    @Test
    void aLockLeftBehindIsStaleAndNoFault() throws IOException {
        Files.createDirectories(data);
        Files.writeString(data.resolve("lock"), "4711\n");
        assertThat(run()).isZero();
        assertThat(productRow("lock")).contains("present (free, no gateway runs)");
    }

    @Test
    void aHeldLockNamesTheGateway() throws IOException {
        Files.createDirectories(data);
        Path file = data.resolve("lock");
        Files.writeString(file, "4711\n");
        fake.file(
                "/proc/locks",
                "1: POSIX  ADVISORY  WRITE 4711 fd:00:" + Files.getAttribute(file, "unix:ino") + " 0 0\n");
        assertThat(run()).isZero();
        assertThat(productRow("lock")).contains("present (held by the running gateway, pid 4711)");
    }

    @Test
    void theKernelOfThisMachineListsALockAsTheFakeOneDoes() throws IOException {
        Files.createDirectories(data);
        try (FileChannel channel =
                        FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock(0, 1, false)) {
            assertThat(lock.isValid()).isTrue();
            Finding finding = new Product(home, data, 17)
                    .needs().needs().stream()
                            .filter(need -> need.name().equals("lock"))
                            .findFirst()
                            .orElseThrow()
                            .check()
                            .on(Machine.local());
            assertThat(finding.detail()).startsWith("held by the running gateway");
        }
    }

    @Test
    void aLockOfAnotherUserIsAFault() throws IOException {
        Files.createDirectories(data);
        Files.writeString(data.resolve("lock"), "");
        Machine machine = fake.machine();
        Machine others = new Machine(
                machine.root(),
                machine.readable(),
                path -> !path.endsWith("lock") && machine.writable().test(path));
        assertThat(run(others)).isEqualTo(1);
        assertThat(productRow("lock")).contains("lock of ").endsWith("ask as the user who runs the gateway");
    }

    @Test
    void aLongSocketPathIsShownAndIsNoFault() {
        data = root.resolve("d".repeat(120));
        assertThat(run()).isZero();
        assertThat(productRow("socket-path")).contains("limit too low").contains(", optional");
    }

    @Test
    void anOldJavaIsAFault() {
        Finding finding =
                new Product(home, data, 11).needs().needs().get(0).check().on(fake.machine());
        assertThat(finding).isEqualTo(Finding.of(State.LIMIT_TOO_LOW, "Java 11"));
    }

    @Test
    void helpIsNoError() {
        assertThat(run("--help")).isZero();
        assertThat(output()).startsWith("usage: callgate doctor");
    }

    @Test
    void aWrongCallIsALineAndStatusTwo() {
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(Main.run(List.of(home.toString()), fake.machine(), errors, errors))
                .isEqualTo(2);
        assertThat(run("--verbose")).isEqualTo(2);
        assertThat(errors().lines()).hasSize(2).allMatch(line -> line.startsWith("doctor: expected IMAGE DATA"));
    }
}
