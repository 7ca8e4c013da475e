// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/callgate} as a person and as an init system use it: start, ask, stop, crash, start again. */
class ProductIT {

    private static final int ALREADY_RUNNING = 4;
    private static final int NOT_RUNNING = 3;

    @TempDir
    Path folder;

    private final Image image = Image.built();
    private Gateway gateway;

    @BeforeEach
    void make() {
        gateway = new Gateway(image, folder.resolve("data"));
    }

    @AfterEach
    void end() throws InterruptedException {
        gateway.close();
    }

    @Test
    void theFirstScreenIsShortAndNamesWhatToTypeNext() throws Exception {
        gateway.start();
        List<String> screen = gateway.outputText()
                .lines()
                .dropWhile(line -> !line.startsWith("Callgate "))
                .toList();
        assertThat(screen).hasSizeLessThan(10);
        assertThat(String.join("\n", screen)).contains("health:status", "callgate shell");
    }

    @Test
    void itReadsThisMachinesOwnKernel() throws Exception {
        gateway.start();
        String total = Files.readString(Path.of("/proc/meminfo"))
                .lines()
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D", "");
        long mebibytes = Long.parseLong(total) / 1024;

        assertThat(gateway.shell("procfs:memory")).contains(Long.toString(mebibytes));
        assertThat(gateway.shell("health:status")).contains("load", "memory");
        assertThat(gateway.shell("sysfs:list")).contains("lo-mtu").contains(mtu());
    }

    @Test
    void everyBundleIsActiveAndEveryComponentSatisfied() throws Exception {
        gateway.start();
        assertThat(gateway.shell("lb")
                        .lines()
                        .filter(line -> line.contains("|"))
                        .skip(1))
                .isNotEmpty()
                .allMatch(line -> line.contains("Active") || line.contains("Resolved") || line.contains("Fragment"));
        assertThat(gateway.shell("scr:list")).doesNotContain("[unsatisfied reference]");
    }

    @Test
    void aSecondStartOnTheSameDataFolderIsRefusedWithASentence() throws Exception {
        gateway.start();
        Ran second = gateway.callgate("run", "--data", gateway.data().toString());
        assertThat(second.status()).isEqualTo(ALREADY_RUNNING);
        assertThat(second.text())
                .contains(
                        "already",
                        Long.toString(gateway.jvm().pid()),
                        gateway.data().toString());
        assertThat(second.text().lines()).hasSize(1);
    }

    @Test
    void sigtermStopsInOrder() throws Exception {
        gateway.start();
        assertThat(gateway.terminate()).isZero();
        assertThat(gateway.data().resolve("shell.sock")).doesNotExist();
        assertThat(gateway.tryShell("lb").text()).contains("callgate start").doesNotContain("Exception");
    }

    @Test
    void afterAKillItStartsAgainWithWhatItHad() throws Exception {
        gateway.start();
        gateway.shell(
                "config:set", "io.callgate.sysfs.attribute~after-kill", "path=/sys/class/net/lo/mtu", "type=integer");
        gateway.kill9();

        gateway.start();
        assertThat(gateway.shell("sysfs:list")).contains("after-kill");
        assertThat(gateway.terminate()).isZero();
    }

    @Test
    void startStatusAndStopFollowOneAnother() throws Exception {
        String data = gateway.data().toString();
        assertThat(gateway.callgate("status", "--data", data).status()).isEqualTo(NOT_RUNNING);
        try {
            Ran start = gateway.callgate("start", "--data", data);
            assertThat(start.status()).as(start.text()).isZero();
            assertThat(gateway.callgate("status", "--data", data).text()).contains("bundles", "pid");
            assertThat(gateway.shell("lb")).contains("Active");
        } finally {
            assertThat(gateway.callgate("stop", "--data", data).status()).isZero();
        }
        assertThat(gateway.callgate("stop", "--data", data).status()).isEqualTo(NOT_RUNNING);
    }

    @Test
    void aCommandsFailureIsOneLineAndAnExitStatus() throws Exception {
        gateway.start();
        Ran ran = gateway.tryShell("sysfs:read", "nobody");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text().lines()).hasSize(1).allMatch(line -> line.contains("nobody"));
        assertThat(gateway.tryShell("no:such").status())
                .as("a command that is not known")
                .isEqualTo(2);
    }

    @Test
    void everyCommandHasHelp() throws Exception {
        for (String command :
                List.of("run", "start", "stop", "restart", "status", "shell", "doctor", "version", "new-plugin")) {
            Ran help = gateway.callgate(command, "--help");
            assertThat(help.status()).as(command).isZero();
            assertThat(help.text()).as(command).startsWith("usage: callgate " + command);
        }
        assertThat(gateway.callgate("no-such-command").status()).isEqualTo(2);
    }

    /** At boot there is no locale, and one that came by ssh need not be installed. */
    @Test
    void degreesAreDegreesWhateverTheLocale() throws Exception {
        gateway.launch(Map.of("LC_ALL", "POSIX"));
        gateway.awaitLive();
        for (String locale : List.of("POSIX", "C.UTF-8", "xx_XX.UTF-8")) {
            Ran ran = Ran.of(
                    Duration.ofSeconds(60),
                    List.of(
                            "env",
                            "LC_ALL=" + locale,
                            image.command().toString(),
                            "shell",
                            "--data",
                            folder.resolve("data").toString(),
                            "echo 25 \u00b0C"));
            assertThat(ran.text()).as(locale).isEqualTo("25 \u00b0C\n");
        }
    }

    @Test
    void theDoctorNeedsNoRunningGateway() throws Exception {
        Ran ran = gateway.callgate("doctor", "--data", gateway.data().toString());
        assertThat(ran.text()).contains("procfs", "sysfs", "linux", "present");
    }

    @Test
    void aDataFolderThatCannotBeWrittenIsASentence() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "no folder");
        Ran ran = gateway.callgate("run", "--data", file.toString());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text().lines()).hasSize(1);
        assertThat(ran.text()).contains(file.toString()).doesNotContain("Exception");
    }

    @Test
    void anotherJavaCleansTheBundleCacheByItself() throws Exception {
        Path other = otherJava();
        Assumptions.assumeTrue(other != null, "no second JDK in /usr/lib/jvm");
        gateway.start();
        gateway.terminate();

        gateway.launch(Map.of("JAVA_HOME", other.toString()));
        gateway.awaitLive();
        assertThat(gateway.outputText()).contains("bundle cache is made anew");
        assertThat(gateway.shell("health:status")).contains("load");
    }

    @Test
    void theEndOfStandardInputMeansNothing() throws Exception {
        gateway.start(); // standard input is /dev/null: at its end from the first moment
        gateway.shell("lb");
        assertThat(gateway.process().waitFor(0, TimeUnit.SECONDS)).isFalse();
    }

    private static String mtu() throws Exception {
        return Files.readString(Path.of("/sys/class/net/lo/mtu")).strip();
    }

    private static Path otherJava() throws Exception {
        Path home = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(home)) {
            return null;
        }
        int here = Runtime.version().feature();
        try (var homes = Files.list(home)) {
            return homes.filter(each -> Files.isExecutable(each.resolve("bin/java")))
                    .filter(each -> feature(each) >= 17 && feature(each) != here)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static int feature(Path javaHome) {
        try {
            return Files.readString(javaHome.resolve("release"))
                    .lines()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (java.io.IOException unreadable) {
            return 0;
        }
    }
}
