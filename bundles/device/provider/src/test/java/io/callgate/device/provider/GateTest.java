// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Errno;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.component.ComponentException;

/** What is not opened, and that its driver is never called. */
class GateTest {

    @TempDir
    Path folder;

    private Machine machine;
    private boolean opened;

    @BeforeEach
    void aMachine() throws IOException {
        machine = new Machine(folder);
    }

    @AfterEach
    void nothingWasOpenedAndNothingIsLeft() {
        if (!opened) {
            assertThat(machine.opens).hasValue(0);
            assertThat(machine.kernel.openDescriptors()).containsExactly("inotify");
        }
    }

    private void refused(String name, String... words) {
        assertThat(machine.state(name)).isEqualTo(ResourceState.WAITING);
        assertThat(machine.reason(name)).contains(words);
        assertThat(machine.isRegistered(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, mem", "1, 2, kmem", "1, 4, port", "10, 130, watchdog", "249, 0, watchdog", "249, 3, watchdog"})
    void aDeniedDeviceIsKnownByItsNumberWhateverItIsCalled(int major, int minor, String word) {
        machine.node("innocent", Machine.CHARACTER, major, minor);
        machine.configure("x", "innocent");
        refused("x", "is refused: char " + major + ":" + minor + " is ", word);
    }

    @Test
    void theSameNumberOfTheOtherKindIsAnotherDevice() {
        opened = true;
        machine.node("ram1", Machine.BLOCK, 1, 1);
        machine.configure("x", "ram1");
        assertThat(machine.state("x")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aConfigurationDeniesMore() {
        machine.deny("char 10:232", "block 8:*");
        machine.node("kvm", Machine.CHARACTER, 10, 232);
        machine.node("sdb", Machine.BLOCK, 8, 16);
        machine.configure("kvm", "kvm");
        machine.configure("disk", "sdb");
        refused("kvm", "is refused: char 10:232 is denied by the configuration");
        refused("disk", "is refused: block 8:16 is denied by the configuration");
        assertThat(machine.log.lines("WARN")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "char 10:2x2, every char device with the major number 10, true, true, false",
        "char 10:99999999999, every char device with the major number 10, true, true, false",
        "char 10, every char device with the major number 10, true, true, false",
        "10:232, every device with the major number 10, true, true, false",
        "chra 10:232, every device with the major number 10, true, true, false",
        "char 1O:232, every char device, true, true, true",
        "char 10 232, every device, true, true, true",
        "'char 10:232, block 8:*', every device, true, true, true",
        "'char 10:232,block 8:*', every device, true, true, true",
        "char kvm, every char device, true, true, true",
        "block sda, every block device, false, false, false",
        "kvm, every device, true, true, true"
    })
    void anEntryThatIsNoneDeniesAllThatItMayMeanAndNoMore(
            String entry, String scope, boolean kvm, boolean tun, boolean random) {
        opened = true;
        machine.deny("char 5:1", entry);
        machine.node("kvm", Machine.CHARACTER, 10, 232);
        machine.node("tun", Machine.CHARACTER, 10, 200);
        machine.node("random", Machine.CHARACTER, 1, 8);
        machine.node("console", Machine.CHARACTER, 5, 1);
        String mistake = "\"" + entry + "\" in \"denied\" of io.callgate.device is no device number such as"
                + " \"char 10:232\" or \"block 8:*\": mend it";
        assertThat(machine.log.lines("WARN"))
                .containsExactly("WARN " + mistake + "; until then " + scope + " is refused");
        Map.of("kvm", kvm, "tun", tun, "random", random).forEach((node, denied) -> {
            machine.configure(node, node);
            if (denied) {
                refused(node, " is perhaps denied, since " + mistake);
            } else {
                assertThat(machine.state(node)).as(node).isEqualTo(ResourceState.LIVE);
            }
        });
        machine.configure("console", "console");
        refused("console", "char 5:1 is ");
    }

    @Test
    void aBlankEntryDeniesNothing() {
        opened = true;
        machine.deny("", " ");
        machine.node("random", Machine.CHARACTER, 1, 8);
        machine.configure("x", "random");
        assertThat(machine.state("x")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aRootThatIsNoneAdmitsNothingAndTheOthersAreInForce() throws IOException {
        opened = true;
        Files.createFile(machine.root.resolve("plain"));
        Path below = machine.root.resolve("plain/below");
        machine.roots("", "dev", "\0", below.toString(), machine.dev.toString());
        assertThat(machine.log.lines("WARN"))
                .hasSize(3)
                .contains("WARN \"dev\" in \"roots\" of io.callgate.device admits no device: name a folder from / on,"
                        + " such as \"/dev\"");
        machine.node("random", Machine.CHARACTER, 1, 8);
        machine.configure("x", "random");
        assertThat(machine.state("x")).isEqualTo(ResourceState.LIVE);
        machine.configure("plain", "../plain");
        refused("plain", below.toString());
    }

    @Test
    void withoutARootNothingIsOpened() {
        machine.roots("dev");
        machine.node("random", Machine.CHARACTER, 1, 8);
        machine.configure("x", "random");
        refused("x", "is not below a folder in \"roots\" of io.callgate.device, which names none");
    }

    @Test
    void withoutTheListOfDriversNothingIsOpened() throws IOException {
        Files.delete(machine.root.resolve("proc/devices"));
        machine.node("random", Machine.CHARACTER, 1, 8);
        machine.configure("x", "random");
        refused("x", "watchdogs cannot be told");
    }

    @Test
    void aLinkOutOfTheAllowedRootIsRefused() throws IOException {
        Path outside = Files.createFile(
                Files.createDirectory(machine.root.resolve("elsewhere")).resolve("node"));
        Files.createSymbolicLink(machine.dev.resolve("link"), outside);
        machine.configure("x", "link");
        refused("x", machine.dev + "/link is refused: it leads to " + outside + ", which is not below " + machine.dev);
    }

    @Test
    void aPathOutsideIsRefusedAlsoWithDots() throws IOException {
        Files.createFile(machine.root.resolve("plain"));
        machine.configure("x", "../plain");
        refused("x", "is not below " + machine.dev);
    }

    @Test
    void whatIsNoDeviceIsRefused() throws Exception {
        Files.createDirectory(machine.dev.resolve("folder"));
        Files.createFile(machine.dev.resolve("file"));
        Process mkfifo =
                new ProcessBuilder("mkfifo", machine.dev.resolve("fifo").toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        for (List<String> each : List.of(
                List.of("folder", "a directory"), List.of("file", "a regular file"), List.of("fifo", "a FIFO"))) {
            machine.configure(each.get(0), each.get(0));
            refused(each.get(0), each.get(0) + " is refused: it is " + each.get(1) + ", no device");
        }
    }

    @Test
    void aNodeThatIsNotThereIsWaitedFor() {
        machine.configure("x", "ttyUSB0");
        refused("x", "there is no " + machine.dev + "/ttyUSB0: plug in the device");
    }

    @Test
    void whatADriverRefusesIsSaidInWords() {
        machine.node("empty", Machine.CHARACTER, 10, 1);
        machine.node("foreign", Machine.CHARACTER, 10, 2);
        machine.node("busy", Machine.CHARACTER, 10, 3);
        machine.node("strange", Machine.CHARACTER, 10, 4);
        machine.refuse("empty", Errno.ENXIO);
        machine.refuse("foreign", Errno.EACCES);
        machine.refuse("busy", Errno.EBUSY);
        machine.refuse("strange", Errno.EIO);
        for (String each : List.of("empty", "foreign", "busy", "strange")) {
            machine.configure(each, each);
        }
        refused("empty", "empty is a node without a device (char 10:1): load its driver");
        refused("foreign", "foreign may not be opened by this user (mode 0600, owner 0)", "udev rule");
        refused("busy", "busy is busy: another program has it");
        refused("strange", "open " + machine.dev.resolve("strange") + ": EIO", "tries again");
    }

    @Test
    void badSettingsAreSaidInOneLine() {
        machine.configure("relative", Map.of("path", "ttyS0"));
        refused("relative", "path \"ttyS0\" is not absolute: name a node such as /dev/ttyS0");
        machine.configure("root", Map.of("path", "/"));
        refused("root", "path \"/\" is the root folder: name a node such as /dev/ttyS0");
        machine.configure("nul", Map.of("path", "/dev/a\0b"));
        refused("nul", "path is no path: ");
        machine.configure("empty", Map.of("path", " "));
        refused("empty", "its configuration has no \"path\"");
        machine.configure("access", Map.of("path", "/dev/null", "access", "all"));
        refused("access", "access \"all\" is unknown (known: read, write, read-write)");
        for (String key : List.of("path", "access", "exclusive", "direct", "writeMounted")) {
            machine.configure(key + " type", "null", key, new ComponentException("of another type"));
            refused(key + " type", key + " has a value of the wrong type (of another type)");
        }
    }
}
