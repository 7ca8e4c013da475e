// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** What people do to the folder, and what becomes of the bundles of a real framework. */
class DeployerTest {

    private static final Duration DELETION = Timing.DEFAULT.deletion();
    private static final Duration DELETED = DELETION.plus(TestGateway.SETTLE);
    private static final Duration QUIET = Timing.DEFAULT.quiet();
    private static final Duration PROBATION = Timing.DEFAULT.probation();
    private static final String CALLABLE = "java.util.concurrent.Callable";

    @TempDir
    Path root;

    private TestGateway gateway;

    @BeforeEach
    void makeGateway() throws Exception {
        gateway = new TestGateway(root);
    }

    @AfterEach
    void stopGateway() throws Exception {
        gateway.close();
    }

    private static TestJar lamp(String version) {
        return TestJar.bundle("a.lamp", version).serves(CALLABLE);
    }

    private Object answer() throws Exception {
        var reference = gateway.context().getServiceReference(CALLABLE);
        return reference == null ? null : ((java.util.concurrent.Callable<?>) service(reference)).call();
    }

    private Object service(org.osgi.framework.ServiceReference<?> reference) {
        return gateway.context().getService(reference);
    }

    @Test
    void aNewJarServes() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).contains("INFO lamp.jar: a.lamp 1.0.0 is new, live after ");
    }

    @Test
    void aReplacedJarUpdatesItsBundle() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        Bundle before = gateway.bundle("a.lamp");
        gateway.copy("lamp.jar", lamp("1.1.0")).settle();
        assertThat(answer()).isEqualTo("1.1.0");
        assertThat(gateway.bundle("a.lamp")).isSameAs(before);
        assertThat(gateway.said()).contains("lamp.jar: a.lamp 1.1.0 replaces 1.0.0, live after");
    }

    @Test
    void identicalContentIsNoUpdate() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        long modified = gateway.bundle("a.lamp").getLastModified();
        ClassLoader loader = gateway.loader("a.lamp");
        gateway.copy("lamp.jar", lamp("1.0.0")).settle();
        assertThat(gateway.bundle("a.lamp").getLastModified()).isEqualTo(modified);
        assertThat(gateway.loader("a.lamp")).isSameAs(loader);
        assertThat(gateway.said()).contains("identical to what serves, no update");
    }

    @Test
    void aDeletionCountsAfterTwoSeconds() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle().remove("lamp.jar");
        gateway.pass(DELETION.minusMillis(1));
        assertThat(gateway.isActive("a.lamp")).isTrue();
        gateway.pass(Duration.ofMillis(1)).settle();
        assertThat(gateway.bundle("a.lamp")).isNull();
        assertThat(gateway.said()).contains("lamp.jar deleted: a.lamp 1.0.0 is uninstalled");
    }

    @Test
    void anInstallerThatUnlinksFirstMakesOneUpdate() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        Bundle before = gateway.bundle("a.lamp");
        gateway.install("lamp.jar", lamp("1.1.0")).pass(DELETED.multipliedBy(2));
        assertThat(gateway.bundle("a.lamp")).isSameAs(before);
        assertThat(answer()).isEqualTo("1.1.0");
    }

    @Test
    void aSlowCopyThatFollowsADeletionKeepsTheOldOneServing() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle().remove("lamp.jar");
        gateway.agenda.run();
        byte[] next = lamp("1.1.0").bytes();
        Files.write(gateway.deploy.resolve("lamp.jar"), Arrays.copyOf(next, next.length / 2));
        gateway.pass(DELETED.multipliedBy(2));
        assertThat(answer()).isEqualTo("1.0.0");
        gateway.copy("lamp.jar", next).settle();
        assertThat(answer()).isEqualTo("1.1.0");
    }

    @Test
    void aSlowCopyIsNotSeenBeforeItsClose() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        byte[] next = lamp("1.1.0").bytes();
        Files.write(gateway.deploy.resolve("lamp.jar"), Arrays.copyOf(next, next.length - 30));
        gateway.copy("other.jar", TestJar.bundle("a.other", "1.0.0")).settle();
        assertThat(gateway.isActive("a.other")).isTrue();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).doesNotContain("truncated");
    }

    @Test
    void aRenamedJarGoesOnWithoutAnInterruption() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        ClassLoader loader = gateway.loader("a.lamp");
        gateway.move("lamp.jar", "lamp-1.jar").settle().pass(DELETED);
        assertThat(gateway.loader("a.lamp")).isSameAs(loader);
        gateway.remove("lamp-1.jar").pass(DELETED);
        assertThat(gateway.bundle("a.lamp")).isNull();
    }

    @Test
    void aLinkedJarServesAndAnotherLinkUpdatesIt() throws Exception {
        Path one = Files.write(root.resolve("one.jar"), lamp("1.0.0").bytes());
        Path two = Files.write(root.resolve("two.jar"), lamp("2.0.0").bytes());
        gateway.start();
        Files.createSymbolicLink(gateway.deploy.resolve("lamp.jar"), one);
        gateway.deployer.changed("lamp.jar", 1);
        gateway.settle();
        assertThat(answer()).isEqualTo("1.0.0");
        Files.delete(gateway.deploy.resolve("lamp.jar"));
        Files.createSymbolicLink(gateway.deploy.resolve("lamp.jar"), two);
        gateway.deployer.changed("lamp.jar", 1);
        gateway.settle();
        assertThat(answer()).isEqualTo("2.0.0");
    }

    @Test
    void aLinkToNothingIsNamed() throws Exception {
        gateway.start();
        Files.createSymbolicLink(gateway.deploy.resolve("lamp.jar"), root.resolve("nowhere.jar"));
        gateway.deployer.changed("lamp.jar", 1);
        gateway.settle();
        assertThat(gateway.said()).contains("WARN lamp.jar is a link to a file that is not there");
    }

    @Test
    void badFilesAreNamedWithTheirMendAndTheLastGoodOneServes() throws Exception {
        byte[] good = lamp("1.1.0").bytes();
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", "not a jar\n".getBytes(StandardCharsets.UTF_8)).settle();
        gateway.copy("cut.jar", Arrays.copyOf(good, good.length - 40)).settle();
        gateway.copy("plain.jar", TestJar.plain()).settle();
        gateway.copy("empty.jar", new byte[0]).settle();
        byte[] damaged = good.clone();
        for (int i = 220; i < 240; i++) {
            damaged[i] ^= 0x55;
        }
        gateway.copy("damaged.jar", damaged).settle();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said())
                .contains("WARN lamp.jar is a text file, no jar: copy the bundle's jar here (1.0.0 goes on serving)")
                .contains("WARN cut.jar is truncated")
                .contains("WARN plain.jar is a plain jar without Bundle-SymbolicName")
                .contains("WARN empty.jar is empty")
                .contains("WARN damaged.jar is damaged at ");
        assertThat(gateway.log).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        gateway.restart();
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void aDuplicateIsNamedAndTheServingOneStays() throws Exception {
        gateway.start().copy("b.jar", lamp("1.0.0")).settle();
        gateway.copy("a.jar", lamp("1.0.0").header("X-Other", "content")).settle();
        assertThat(gateway.said()).contains("a.jar: a.lamp 1.0.0 duplicate: b.jar is a.lamp too, in the same version");
        assertThat(gateway.said()).doesNotContain("replaces");
        gateway.copy("c.jar", lamp("1.2.0")).settle();
        assertThat(answer()).isEqualTo("1.2.0");
        gateway.remove("c.jar").pass(DELETED);
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).contains("c.jar deleted: a.lamp 1.0.0 of a.jar replaces 1.2.0");
    }

    @Test
    void anUnresolvableJarWaitsForWhatItNeeds() throws Exception {
        gateway.start()
                .copy(
                        "app.jar",
                        TestJar.bundle("a.app", "1.0.0")
                                .imports("p.api;version=\"[1,2)\"")
                                .serves(CALLABLE));
        gateway.settle();
        assertThat(gateway.said())
                .contains("app.jar: a.app 1.0.0 waits: needs package p.api [1.0.0,2.0.0), which nothing here has");
        assertThat(answer()).isNull();
        gateway.copy("api.jar", TestJar.bundle("a.api", "1.0.0").exports("p.api;version=1.0.0"))
                .settle();
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void aNewVersionThatCannotBeResolvedYetLeavesTheOldOneServing() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy(
                        "lamp.jar",
                        TestJar.bundle("a.lamp", "2.0.0").imports("p.api").serves(CALLABLE))
                .settle();
        assertThat(answer()).isEqualTo("1.0.0");
        gateway.restart();
        assertThat(answer()).isEqualTo("1.0.0");
        gateway.copy("api.jar", TestJar.bundle("a.api", "1.0.0").exports("p.api"))
                .settle();
        assertThat(answer()).isEqualTo("2.0.0");
    }

    @Test
    void aJarOfAnotherPlatformVersionIsNamed() throws Exception {
        gateway.ship(
                "gpio.jar", TestJar.bundle("io.callgate.gpio.api", "0.1.0").exports("io.callgate.gpio;version=0.1.0"));
        gateway.start().copy("app.jar", TestJar.bundle("a.app", "1").imports("io.callgate.gpio;version=\"[2,3)\""));
        gateway.copy(
                        "java.jar",
                        TestJar.bundle("a.java", "1")
                                .header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\""))
                .settle();
        assertThat(gateway.said())
                .contains("needs package io.callgate.gpio [2.0.0,3.0.0), and here is 0.1.0: made for another platform")
                .contains("needs Java 99");
    }

    @Test
    void bundlesThatNeedEachOtherComeAsOneBatch() throws Exception {
        gateway.start()
                .copy("a.jar", TestJar.bundle("a", "1").exports("p.a").imports("p.b"))
                .copy("b.jar", TestJar.bundle("b", "1").exports("p.b").imports("p.a"))
                .settle();
        assertThat(gateway.isActive("a")).isTrue();
        assertThat(gateway.isActive("b")).isTrue();
        assertThat(gateway.said()).doesNotContain("waits");
    }

    @Test
    void aNewVersionThatDoesNotStartGivesWay() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0").failing("no such lamp"))
                .settle();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said())
                .contains(
                        "WARN lamp.jar: a.lamp 1.1.0 is set aside: IllegalStateException: no such lamp; it is kept in")
                .contains("lamp.jar: a.lamp 1.0.0 serves on for 1.1.0, live after ");
        assertThat(gateway.data.resolve("set-aside/lamp.jar")).exists();
        assertThat(gateway.data.resolve("set-aside/lamp.jar.reason"))
                .hasContent("a.lamp 1.1.0: IllegalStateException: no such lamp");
        assertThat(new Why(gateway.deployer).apply("a.lamp"))
                .contains("set aside: IllegalStateException: no such lamp");
        gateway.restart();
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void aNewBundleThatDoesNotStartIsNotLeftBehind() throws Exception {
        gateway.start()
                .copy("bad.jar", TestJar.bundle("a.bad", "1.0.0").failing("never"))
                .settle();
        assertThat(gateway.bundle("a.bad")).isNull();
        gateway.log.clear();
        gateway.copy("bad.jar", TestJar.bundle("a.bad", "1.0.1")).settle();
        assertThat(gateway.isActive("a.bad")).isTrue();
    }

    @Test
    void aNewVersionWhoseServicesDoNotComeGivesWayAfterItsProbation() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0")).settle();
        assertThat(gateway.version("a.lamp")).isEqualTo("1.1.0");
        gateway.pass(PROBATION);
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said())
                .contains("a.lamp 1.1.0 is set aside: its service " + CALLABLE + " does not come within 5000 ms");
    }

    @Test
    void aServiceThatComesLateButInTimePassesTheProbation() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0")).settle();
        assertThat(gateway.deployer.rows())
                .singleElement()
                .extracting(Row::state)
                .isEqualTo("probation");
        java.util.concurrent.Callable<String> late = () -> "late";
        gateway.bundle("a.lamp").getBundleContext().registerService(java.util.concurrent.Callable.class, late, null);
        gateway.pass(PROBATION);
        assertThat(answer()).isEqualTo("late");
        assertThat(gateway.deployer.rows())
                .singleElement()
                .extracting(Row::state)
                .isEqualTo("live");
    }

    @Test
    void aThousandServicesThatComeDuringAProbationAreOneLook() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0")).settle();
        int before = gateway.agenda.size();
        for (int i = 0; i < 1000; i++) {
            gateway.context().registerService(Runnable.class, () -> {}, null);
        }
        assertThat(gateway.agenda.size()).isEqualTo(before + 1);
        gateway.agenda.run();
        gateway.bundle("a.lamp").getBundleContext().registerService(Callable.class, () -> "late", null);
        gateway.agenda.run();
        assertThat(gateway.said()).contains("lamp.jar: a.lamp 1.1.0 replaces 1.0.0");
    }

    @Test
    void aFileThatAScanFindsIsHandedOverWhenNobodyWritesToItAnyMore() throws Exception {
        List<String> calls = new ArrayList<>();
        gateway.start();
        gateway.deployer.handlers(List.of(new TestHandler(calls)));
        Files.writeString(gateway.deploy.resolve("a.rules"), "on");
        gateway.deployer.rescan();
        gateway.settle();
        Files.writeString(gateway.deploy.resolve("a.rules"), "one, two");
        gateway.pass(QUIET);
        assertThat(calls).isEmpty();
        gateway.pass(QUIET);
        assertThat(calls).containsExactly("a.rules one, two");
        assertThat(gateway.deployer.rows())
                .singleElement()
                .extracting(Row::state)
                .isEqualTo("live");
        gateway.copy("b.rules", "closed".getBytes(StandardCharsets.UTF_8)).settle();
        assertThat(calls).containsExactly("a.rules one, two", "b.rules closed");
    }

    @Test
    void whatWasSetAsideIsTriedAgainWhenAsked() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0")).settle().pass(PROBATION);
        assertThat(gateway.version("a.lamp")).isEqualTo("1.0.0");
        gateway.deployer.retry("a.lamp");
        gateway.settle();
        assertThat(gateway.version("a.lamp")).isEqualTo("1.1.0");
    }

    @Test
    void aRetrySaysWhatBecameOfIt() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0"));
        DeployCommands commands = new DeployCommands(gateway.deployer);
        gateway.copy("bad.jar", new byte[0]).settle();
        Future<Void> tried = gateway.deployer.retry("bad.jar");
        gateway.agenda.run();
        assertThat(tried).isNotDone();
        gateway.settle();
        assertThat(tried).isDone();
        assertThatThrownBy(() -> commands.outcome("bad.jar"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bad.jar: bad: is empty: copy it again");
        assertThat(commands.outcome("a.lamp")).startsWith("lamp.jar is live: a.lamp 1.0.0 since ");
    }

    @Test
    void whyKnowsALiveFileAndSaysNothingAgainstIt() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        Why why = new Why(gateway.deployer);
        assertThat(why.apply("lamp.jar")).isNull();
        assertThat(why.known("lamp.jar")).matches("lamp.jar is live: a.lamp 1.0.0 since \\d{4}-\\d\\d-\\d\\d \\S+");
        assertThat(why.known("pump.jar")).isNull();
    }

    @Test
    void aNewerVersionOfAShippedBundleServesUntilItIsTakenAway() throws Exception {
        gateway.ship("lamp.jar", lamp("1.0.0")).start();
        Bundle shipped = gateway.bundle("a.lamp");
        gateway.copy("newer.jar", lamp("1.1.0")).settle();
        assertThat(answer()).isEqualTo("1.1.0");
        gateway.restart();
        assertThat(answer()).isEqualTo("1.1.0");
        gateway.remove("newer.jar").pass(DELETED);
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.bundle("a.lamp").getBundleId()).isEqualTo(shipped.getBundleId());
        assertThat(gateway.said())
                .contains("newer.jar deleted: a.lamp 1.0.0, as shipped, is back for 1.1.0, live after ");
        gateway.restart();
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void aShippedBundleWhoseNewVersionFailsIsBack() throws Exception {
        gateway.ship("lamp.jar", lamp("1.0.0")).start();
        gateway.copy("newer.jar", TestJar.bundle("a.lamp", "1.1.0").failing("no"))
                .settle();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).contains("newer.jar: a.lamp 1.0.0, as shipped, serves on for 1.1.0, live after ");
    }

    @Test
    void droppingTheShippedContentIsNoUpdate() throws Exception {
        gateway.ship("lamp.jar", lamp("1.0.0")).start();
        long modified = gateway.bundle("a.lamp").getLastModified();
        gateway.copy("same.jar", lamp("1.0.0")).settle().remove("same.jar").pass(DELETED);
        assertThat(gateway.bundle("a.lamp").getLastModified()).isEqualTo(modified);
    }

    @Test
    void anApiThatIsReplacedRefreshesWhatIsWiredToItAndNobodyElse() throws Exception {
        gateway.ship("api.jar", TestJar.bundle("a.api", "1.0.0").exports("p.api;version=1.0.0"));
        gateway.ship("user.jar", TestJar.bundle("a.user", "1").imports("p.api;version=\"[1,2)\""));
        gateway.ship("other.jar", TestJar.bundle("a.other", "1"));
        gateway.start();
        ClassLoader user = gateway.loader("a.user");
        ClassLoader other = gateway.loader("a.other");
        gateway.copy("api.jar", TestJar.bundle("a.api", "1.1.0").exports("p.api;version=1.1.0"))
                .settle();
        assertThat(gateway.wiredTo("a.user", "p.api")).isEqualTo("a.api 1.1.0");
        assertThat(gateway.loader("a.user")).isNotSameAs(user);
        assertThat(gateway.loader("a.other")).isSameAs(other);
        assertThat(gateway.isActive("a.user")).isTrue();
        assertThat(gateway.log).element(0).asString().contains("refreshing a.user");
    }

    @Test
    void whoLosesItsApiIsNamedAndStartsWhenItIsBack() throws Exception {
        gateway.start().copy("api.jar", TestJar.bundle("a.api", "1.0.0").exports("p.api;version=1.0.0"));
        gateway.copy(
                "user.jar",
                TestJar.bundle("a.user", "1").imports("p.api;version=\"[1,2)\"").serves(CALLABLE));
        gateway.settle();
        assertThat(gateway.isActive("a.user")).isTrue();
        gateway.copy("api.jar", TestJar.bundle("a.api", "2.0.0").exports("p.api;version=2.0.0"))
                .settle();
        assertThat(gateway.said())
                .contains("WARN a.user has stopped: needs package p.api [1.0.0,2.0.0), and here is 2.0.0");
        gateway.copy("old.jar", TestJar.bundle("a.old", "1.0.0").exports("p.api;version=1.5.0"))
                .settle();
        assertThat(gateway.isActive("a.user")).isTrue();
    }

    @Test
    void aFragmentIsAttachedAndTakenOff() throws Exception {
        gateway.ship("host.jar", TestJar.bundle("a.host", "1")).start();
        gateway.copy(
                        "fragment.jar",
                        TestJar.bundle("a.fragment", "1")
                                .header("Fragment-Host", "a.host")
                                .exports("p.fragment"))
                .settle();
        assertThat(gateway.bundle("a.fragment").getState()).isEqualTo(Bundle.RESOLVED);
        assertThat(gateway.isActive("a.host")).isTrue();
        gateway.copy("user.jar", TestJar.bundle("a.user", "1").imports("p.fragment"))
                .settle();
        assertThat(gateway.wiredTo("a.user", "p.fragment")).isEqualTo("a.host 1.0.0");
        gateway.remove("fragment.jar").pass(DELETED);
        assertThat(gateway.isActive("a.host")).isTrue();
        assertThat(gateway.isActive("a.user")).isFalse();
    }

    @Test
    void aStartAgainTouchesNothing() throws Exception {
        gateway.ship("lamp.jar", lamp("1.0.0")).start();
        gateway.copy("newer.jar", lamp("1.1.0"))
                .copy("x.jar", TestJar.bundle("a.x", "1"))
                .settle();
        Set<Long> before = modified();
        gateway.restart();
        assertThat(modified()).isEqualTo(before);
    }

    private Set<Long> modified() {
        Set<Long> times = new HashSet<>();
        for (Bundle bundle : gateway.context().getBundles()) {
            if (bundle.getBundleId() != 0) {
                times.add(bundle.getLastModified());
            }
        }
        return times;
    }

    @Test
    void whatChangedWhileTheGatewayWasDownIsSeenAtTheStart() throws Exception {
        gateway.start()
                .copy("lamp.jar", lamp("1.0.0"))
                .copy("x.jar", TestJar.bundle("a.x", "1"))
                .settle();
        gateway.stopFramework();
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.1.0").bytes());
        Files.delete(gateway.deploy.resolve("x.jar"));
        gateway.start().pass(DELETED);
        assertThat(answer()).isEqualTo("1.1.0");
        assertThat(gateway.bundle("a.x")).isNull();
    }

    @Test
    void aKillBeforeAnythingWasWrittenDownIsMadeGood() throws Exception {
        gateway.ship("lamp.jar", lamp("1.0.0")).start();
        Path ledger = gateway.data.resolve("deployed/ledger");
        gateway.copy("one.jar", lamp("1.1.0")).settle();
        byte[] before = Files.readAllBytes(ledger);
        gateway.copy("one.jar", lamp("1.2.0"))
                .copy("x.jar", TestJar.bundle("a.x", "1"))
                .settle();
        gateway.stopFramework();
        Files.write(ledger, before);
        gateway.start();
        assertThat(answer()).isEqualTo("1.2.0");
        assertThat(gateway.isActive("a.x")).isTrue();
        gateway.stopFramework();
        Files.writeString(ledger, "nonsense\n");
        gateway.start();
        assertThat(answer()).isEqualTo("1.2.0");
        assertThat(gateway.said()).contains("is not of this version: everything in");
    }

    @Test
    void aStoreThatIsLostIsMadeAgainFromTheFiles() throws Exception {
        gateway.start()
                .copy("lamp.jar", lamp("1.0.0"))
                .copy("x.jar", TestJar.bundle("a.x", "1"))
                .settle();
        gateway.stopFramework();
        try (var contents = Files.newDirectoryStream(gateway.data.resolve("deployed/content"))) {
            for (Path content : contents) {
                Files.delete(content);
            }
        }
        Files.delete(gateway.deploy.resolve("x.jar"));
        gateway.start().settle().pass(DELETED);
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.bundle("a.x")).isNull();
        gateway.copy("lamp.jar", lamp("1.1.0")).settle();
        assertThat(answer()).isEqualTo("1.1.0");
    }

    @Test
    void aFolderInPlaceOfAJarIsNamedAndMayBeRetried() throws Exception {
        gateway.start();
        Files.createDirectory(gateway.deploy.resolve("lamp.jar"));
        gateway.deployer.rescan();
        gateway.settle();
        assertThat(gateway.said()).contains("WARN lamp.jar is no file: put the bundle's jar here");
        Files.delete(gateway.deploy.resolve("lamp.jar"));
        Files.write(gateway.deploy.resolve("lamp.jar"), lamp("1.0.0").bytes());
        gateway.deployer.retry("lamp.jar");
        gateway.settle();
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void aLedgerThatCannotBeWrittenIsNamedAndTheGatewayRunsOn() throws Exception {
        gateway.start();
        Files.createDirectories(gateway.data.resolve("deployed/ledger/occupied"));
        gateway.copy("lamp.jar", lamp("1.0.0")).settle();
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).contains("WARN cannot write ").contains("make the data folder writable");
    }

    @Test
    void aFolderThatCannotBeReadIsNamedAndWhatServesServesOn() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        Files.move(gateway.deploy, gateway.data.resolve("elsewhere"));
        Files.writeString(gateway.deploy, "not a folder");
        gateway.deployer.rescan();
        gateway.settle().pass(DELETED);
        assertThat(answer()).isEqualTo("1.0.0");
        assertThat(gateway.said()).contains("WARN cannot read " + gateway.deploy);
    }

    @Test
    void aFileThatBecomesAnotherBundleEndsTheFirst() throws Exception {
        gateway.start().copy("x.jar", lamp("1.0.0")).settle();
        gateway.copy("x.jar", TestJar.bundle("a.other", "1").imports("p.missing"))
                .settle();
        assertThat(gateway.bundle("a.lamp")).isNull();
        assertThat(gateway.bundle("a.other")).isNull();
        assertThat(gateway.said()).contains("a.other 1.0.0 waits: needs package p.missing");
    }

    @Test
    void aKillDuringTheProbationDoesNotEndIt() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.copy("lamp.jar", TestJar.bundle("a.lamp", "1.1.0")).settle();
        gateway.restart();
        assertThat(gateway.version("a.lamp")).isEqualTo("1.1.0");
        gateway.pass(PROBATION);
        assertThat(answer()).isEqualTo("1.0.0");
    }

    @Test
    void theListSaysHowItStands() throws Exception {
        gateway.start()
                .copy("lamp.jar", lamp("1.0.0"))
                .copy("bad.jar", new byte[0])
                .settle();
        Files.writeString(gateway.deploy.resolve("lamp.jar.part"), "half");
        Files.createDirectory(gateway.deploy.resolve("old"));
        gateway.copy("lamp.jar.bak", new byte[] {1})
                .copy("my notes", new byte[] {1})
                .settle();
        assertThat(new DeployCommands(gateway.deployer).list().lines())
                .anyMatch(line -> line.matches("lamp.jar.part +- +- +ignored +- +- +so named by .*"))
                .anyMatch(line -> line.matches("old +- +- +ignored +- +- +is a folder.*"))
                .anyMatch(line -> line.matches("lamp.jar.bak +- +- +ignored +- +- +nobody takes such files.*"))
                .anyMatch(line -> line.matches("my notes +- +- +ignored +- +- +nobody takes such files.*"))
                .anyMatch(line -> line.matches("lamp.jar +a.lamp +1.0.0 +live +\\S+ \\S+ +\\d+  -"))
                .anyMatch(line -> line.matches("bad.jar +- +- +bad +- +- +is empty: copy it again"));
    }

    @Test
    void aFolderThatIsDeletedAndMadeAgain() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        Path aside = gateway.data.resolve("elsewhere");
        Files.move(gateway.deploy, aside);
        gateway.deployer.rescan();
        gateway.settle();
        Files.move(aside, gateway.deploy);
        gateway.deployer.rescan();
        gateway.settle().pass(DELETED);
        assertThat(answer()).isEqualTo("1.0.0");
        Files.move(gateway.deploy, aside);
        gateway.deployer.rescan();
        gateway.settle().pass(DELETED);
        assertThat(gateway.bundle("a.lamp")).isNull();
    }

    @Test
    void aBundleThatWasStoppedByHandStaysStoppedWhenItIsUpdated() throws Exception {
        gateway.start().copy("lamp.jar", lamp("1.0.0")).settle();
        gateway.bundle("a.lamp").stop();
        gateway.copy("lamp.jar", lamp("1.1.0")).settle();
        assertThat(gateway.version("a.lamp")).isEqualTo("1.1.0");
        assertThat(gateway.isActive("a.lamp")).isFalse();
    }

    @Test
    void aHigherVersionOfAPackageIsTakenByWhoWasWiredToALower() throws Exception {
        gateway.start().copy("one.jar", TestJar.bundle("a.one", "1").exports("p;version=1.0.0"));
        gateway.copy("user.jar", TestJar.bundle("a.user", "1").imports("p;version=\"[1,2)\""))
                .settle();
        gateway.copy("two.jar", TestJar.bundle("a.two", "1").exports("p;version=1.1.0"))
                .settle();
        assertThat(gateway.wiredTo("a.user", "p")).isEqualTo("a.two 1.0.0");
        gateway.remove("two.jar").pass(DELETED);
        assertThat(gateway.wiredTo("a.user", "p")).isEqualTo("a.one 1.0.0");
    }

    @Test
    void anOptionalPackageIsWiredWhenItComes() throws Exception {
        gateway.start()
                .copy("user.jar", TestJar.bundle("a.user", "1").imports("p;resolution:=optional"))
                .settle();
        gateway.copy("p.jar", TestJar.bundle("a.p", "1").exports("p")).settle();
        assertThat(gateway.wiredTo("a.user", "p")).isEqualTo("a.p 1.0.0");
    }
}
