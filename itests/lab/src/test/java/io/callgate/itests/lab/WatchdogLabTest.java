// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogAttributes;
import io.callgate.watchdog.WatchdogBusyException;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogDriver;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;

/**
 * The options of the kernel's tools/testing/selftests/watchdog/watchdog-test.c, each by its letter, on a card and on the
 * software watchdog; and what only a real driver can show of our own.
 */
@LabTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchdogLabTest {

    private static final String CARD = "i6300ESB timer";
    private static final String SOFT = "Software Watchdog";
    private static final Pattern NEEDED = Pattern.compile(
            "system/.*|bundles/io\\.callgate\\.(linux|resource|watchdog)\\..*|.*platform\\.(api|config|log).*");
    private static final String PID = "io.callgate.watchdog.watchdog~";
    private static final String NAMED_CARD = "(callgate.name=card)";
    private static final int UPDATES = 5;

    private Product product;
    private String identity;
    private Watchdog watchdog;
    private Path sysfs;

    @BeforeAll
    void theWatchdogsBundles(@TempDir Path folder) throws Exception {
        Image image = Image.built();
        List<Path> bundles = image.startList().stream()
                .filter(jar ->
                        NEEDED.matcher(image.home().relativize(jar).toString()).matches())
                .toList();
        String json = "{\"identity\": \"%s\", \"timeout\": 60}";
        product = Product.start(
                folder, Map.of(PID + "card", json.formatted(CARD), PID + "soft", json.formatted(SOFT)), bundles);
    }

    @AfterAll
    void stop() throws Exception {
        product.close();
    }

    private void choose(String which) throws Exception {
        identity = which;
        sysfs = Lab.device("watchdog", "identity", which);
        watchdog = product.service(Watchdog.class, "(callgate.name=" + (which.equals(CARD) ? "card" : "soft") + ")");
    }

    private WatchdogDriver armed(String which) throws Exception {
        choose(which);
        watchdog.arm();
        return watchdog.driver().orElseThrow();
    }

    @AfterEach
    void nothingStaysArmed() throws Exception {
        choose(identity);
        watchdog.disarm();
        assertThat(attribute("state")).isEqualTo("inactive");
    }

    private String attribute(String name) {
        return Lab.read(sysfs.resolve(name));
    }

    private static void is(Errno errno, Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno())
                .isEqualTo(errno));
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void lookingOpensNothing(String identity) throws Exception {
        choose(identity);
        WatchdogDevice device = product.service(WatchdogDevice.class, "(watchdog.identity=" + identity + ")");
        WatchdogAttributes now = device.read();
        assertThat(now.identity()).isEqualTo(identity);
        assertThat(now.active()).isFalse();
        assertThat(now.timeout()).contains(Duration.ofSeconds(Long.parseLong(attribute("timeout"))));
        assertThat(watchdog.isArmed()).isFalse();
        assertThat(attribute("state")).isEqualTo("inactive");
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void b_bootStatus(String identity) throws Exception {
        assertThat(armed(identity).bootStatus()).isEqualTo(WatchdogFlag.of(Integer.parseInt(attribute("bootstatus"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void d_e_disarmAndArmAgain(String identity) throws Exception {
        armed(identity);
        assertThat(attribute("state")).isEqualTo("active");
        int before = didNotStop();
        watchdog.disarm();
        assertThat(attribute("state")).isEqualTo("inactive");
        watchdog.arm();
        assertThat(attribute("state")).isEqualTo("active");
        watchdog.disarm();
        assertThat(didNotStop()).as("the kernel's complaint").isEqualTo(before);
    }

    private static int didNotStop() throws IOException {
        return (int) Lab.dmesg().stream()
                .filter(line -> line.contains("watchdog did not stop"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void i_support(String identity) throws Exception {
        WatchdogDriver driver = armed(identity);
        assertThat(driver.support().identity()).isEqualTo(identity);
        assertThat(driver.support().options())
                .contains(WatchdogFlag.SETTIMEOUT, WatchdogFlag.MAGICCLOSE, WatchdogFlag.KEEPALIVEPING);
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void s_status(String identity) throws Exception {
        Set<WatchdogFlag> status = armed(identity).status();
        Set<WatchdogFlag> fromSysfs = new TreeSet<>(WatchdogFlag.of(Integer.decode(attribute("status"))));
        fromSysfs.add(WatchdogFlag.KEEPALIVEPING); // reading it clears it
        assertThat(status).isEqualTo(fromSysfs);
        assertThat(status)
                .as("a magic character left from another test's disarming")
                .doesNotContain(WatchdogFlag.MAGICCLOSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void t_T_timeout(String identity) throws Exception {
        WatchdogDriver driver = armed(identity);
        assertThat(driver.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(driver.setTimeout(Duration.ofSeconds(46))).isEqualTo(Duration.ofSeconds(46));
        assertThat(attribute("timeout")).isEqualTo("46");
        is(Errno.EINVAL, catchThrowable(() -> driver.setTimeout(Duration.ofDays(30))));
        assertThat(driver.timeout()).isEqualTo(Duration.ofSeconds(46));
    }

    /** The card has none of its own; the kernel does it for it (CONFIG_WATCHDOG_HRTIMER_PRETIMEOUT). */
    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void n_N_pretimeout(String identity) throws Exception {
        WatchdogDriver driver = armed(identity);
        assertThat(driver.setPretimeout(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(20));
        assertThat(driver.pretimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(attribute("pretimeout")).isEqualTo("20");
        assertThatThrownBy(() -> driver.setPretimeout(Duration.ofSeconds(61))).satisfies(e -> is(Errno.EINVAL, e));
        driver.setPretimeout(Duration.ZERO);
    }

    @Test
    void aChangedConfigurationIsTakenInPlace() throws Exception {
        armed(SOFT);
        int before = didNotStop();
        product.configure(PID + "soft", """
                {"identity": "Software Watchdog", "timeout": 90, "pretimeout": 30, "pretimeoutGovernor": "noop"}
                """);
        Await.until("it is taken", () -> attribute("timeout").equals("90"));
        Await.until(
                "the governor is taken", () -> attribute("pretimeout_governor").equals("noop"));
        assertThat(attribute("pretimeout")).isEqualTo("30");
        assertThat(attribute("state")).isEqualTo("active");
        assertThat(didNotStop()).as("closed while armed").isEqualTo(before);
        product.configure(PID + "soft", "{\"identity\": \"Software Watchdog\", \"timeout\": 60, \"pretimeout\": 0}");
        Await.until("it is as it was", () -> attribute("timeout").equals("60"));
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void L_timeLeft(String identity) throws Exception {
        WatchdogDriver driver = armed(identity);
        if (Files.exists(sysfs.resolve("timeleft"))) {
            assertThat(driver.timeLeft()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        } else {
            assertThatThrownBy(driver::timeLeft).satisfies(e -> is(Errno.EOPNOTSUPP, e));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void whatTheseDriversHaveNotIsTheirErrno(String identity) throws Exception {
        WatchdogDriver driver = armed(identity);
        assertThatThrownBy(driver::temperature).satisfies(e -> is(Errno.ENOTTY, e));
    }

    /** The software watchdog would take this guest away if it were not fed. */
    @Test
    void p_itIsFedAndAnUpdateNeitherDisarmsNorFires() throws Exception {
        armed(SOFT).setTimeout(Duration.ofSeconds(8));
        int before = didNotStop();
        Bundle provider = product.framework().bundle("io.callgate.watchdog.provider");
        for (int i = 0; i < UPDATES; i++) {
            InProcess.update(provider);
            assertThat(attribute("state")).isEqualTo("active");
            choose(SOFT);
            Await.until("it is taken over", watchdog::isArmed);
        }
        assertThat(attribute("state")).isEqualTo("active");
        double end = uptime() + 10;
        Await.until("more than its timeout has passed", () -> uptime() > end);
        assertThat(attribute("state")).isEqualTo("active");
        assertThat(didNotStop()).as("closed while armed").isEqualTo(before);
    }

    private static double uptime() {
        return Double.parseDouble(Lab.read(Path.of("/proc/uptime")).split(" ")[0]);
    }

    @Test
    void oneThatAnotherProgramHoldsNamesIt() throws Exception {
        choose(CARD);
        String node = "/dev/" + sysfs.getFileName();
        Process holder = new ProcessBuilder("bash", "-c", "exec 3>" + node + "; echo held; read x; printf V >&3")
                .redirectErrorStream(true)
                .start();
        try (PrintStream toHolder = new PrintStream(holder.getOutputStream())) {
            assertThat(holder.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(watchdog::arm)
                    .isInstanceOf(WatchdogBusyException.class)
                    .hasMessageContaining("held by bash (pid " + holder.pid() + ")");
            toHolder.println("go");
        }
        holder.waitFor();
        watchdog.arm();
        assertThat(watchdog.isArmed()).isTrue();
        watchdog.disarm();
    }

    @Test
    void aNodeOfAnotherDeviceIsNotOpened() throws Exception {
        choose(CARD);
        Path node = Path.of("/dev", sysfs.getFileName().toString());
        Path aside = Files.move(node, node.resolveSibling("aside"));
        try {
            Files.createFile(node);
            assertThatThrownBy(watchdog::arm).hasMessageContaining("is refused: it is not the character device");
            Files.delete(node);
            Files.createSymbolicLink(node, Path.of("/dev/null"));
            assertThatThrownBy(watchdog::arm).hasMessageContaining("is refused");
        } finally {
            Files.delete(node);
            Files.move(aside, node);
        }
    }

    @Test
    void aDriverThatGoesAndComesBackIsTakenUpAgain() throws Exception {
        choose(CARD);
        Lab.rmmod("i6300esb");
        try {
            Await.until("it is gone", () -> product.framework().find(Watchdog.class.getName(), NAMED_CARD) == null);
            String gone = "(&(callgate.name=card)(callgate.state=gone))";
            assertThat(product.service(ResourceStatus.class, gone).reason()).contains("has gone");
        } finally {
            Lab.insmod("i6300esb", "heartbeat=10");
        }
        choose(CARD);
        assertThat(watchdog.identity()).isEqualTo(CARD);
    }

    /** The end in order of one configuration, by the driver's own state; the card is fed again before it fires. */
    @ParameterizedTest
    @ValueSource(strings = {"disarm", "keep"})
    void aDeletedConfigurationLeavesTheDriverAsConfigured(String onStop) throws Exception {
        choose(CARD);
        int timeout = onStop.equals("keep") ? 50 : 55;
        String json = "{\"identity\": \"%s\", \"timeout\": %d, \"onStop\": \"%s\"}";
        product.configure(PID + "card", json.formatted(CARD, timeout, onStop));
        Await.until("it is taken", () -> watchdog.timeout().toSeconds() == timeout);
        watchdog.arm();
        assertThat(attribute("state")).isEqualTo("active");
        product.delete(PID + "card");
        Await.until(
                "its service has gone", () -> product.framework().find(Watchdog.class.getName(), NAMED_CARD) == null);
        assertThat(attribute("state")).isEqualTo(onStop.equals("keep") ? "active" : "inactive");
        product.configure(PID + "card", "{\"identity\": \"" + CARD + "\", \"timeout\": 60}");
        choose(CARD);
        if (onStop.equals("keep")) {
            Await.until("it is fed again", watchdog::isArmed);
        }
    }

    /** With the service, and with what {@code watchdog:status} prints of the same watchdog. */
    @ParameterizedTest
    @ValueSource(strings = {CARD, SOFT})
    void wdctlAgrees(String identity) throws Exception {
        choose(identity);
        WatchdogAttributes ours = product.service(WatchdogDevice.class, "(watchdog.identity=" + identity + ")")
                .read();
        Report theirs = Report.of(Lab.run("wdctl", "/dev/" + sysfs.getFileName()), ": +");
        assertThat(theirs.facts).containsEntry("IDENTITY", ours.identity());
        assertThat(theirs.facts.get("TIMEOUT")).isEqualTo(seconds(ours.timeout()));
        assertThat(theirs.facts.get("TIMELEFT")).isEqualTo(seconds(ours.timeLeft()));
        assertThat(theirs.facts.get("PRETIMEOUT")).isEqualTo(seconds(ours.pretimeout()));
        assertThat(theirs.status).isEqualTo(names(ours.status()));
        assertThat(theirs.bootStatus).isEqualTo(names(ours.bootStatus()));

        Report printed = Report.of(product.framework().shell("watchdog:status " + sysfs.getFileName()), "  +");
        theirs.facts.keySet().retainAll(Set.of("DEVICE", "IDENTITY", "TIMEOUT", "TIMELEFT", "PRETIMEOUT"));
        assertThat(printed.facts).containsAllEntriesOf(theirs.facts);
        assertThat(printed.status).isEqualTo(theirs.status);
        assertThat(printed.bootStatus).isEqualTo(theirs.bootStatus);
        assertThat(attribute("state")).isEqualTo("inactive");
    }

    /** What wdctl and our own command print: facts, a line each, and a table of flags that ends with two columns of 0 and 1. */
    private record Report(Map<String, String> facts, Set<String> status, Set<String> bootStatus) {

        static Report of(String text, String separator) {
            Report report = new Report(new HashMap<>(), new TreeSet<>(), new TreeSet<>());
            for (String line : text.lines().map(String::strip).toList()) {
                String[] fact = line.split(separator);
                if (line.matches("[A-Z]+ .* [01] +[01]")) {
                    String[] words = line.split(" +");
                    add(words[words.length - 2], words[0], report.status);
                    add(words[words.length - 1], words[0], report.bootStatus);
                } else if (fact.length == 2) {
                    String name = fact[0].replace("-", "").toUpperCase(Locale.ROOT);
                    report.facts.put(name, fact[1].replaceAll(" (s|seconds|\\[version.*)$", ""));
                }
            }
            return report;
        }

        private static void add(String bit, String flag, Set<String> to) {
            if (bit.equals("1")) {
                to.add(flag);
            }
        }
    }

    private static String seconds(Optional<Duration> duration) {
        return duration.map(each -> Long.toString(each.toSeconds())).orElse(null);
    }

    private static Set<String> names(Set<WatchdogFlag> flags) {
        return flags.stream().map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
