// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.procfs.SysctlValue;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.ComponentConstants;

/** Declared values from configuration to deletion, through updates, kills and boots. */
class SysctlKeeperTest {

    private static final String KEY = "net.ipv4.ip_forward";
    private static final String FILE = "/proc/sys/net/ipv4/ip_forward";
    private static final String OTHER_FILE = "/proc/sys/vm/swappiness";
    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";

    @TempDir
    Path data;

    private final FakeLinux kernel = new FakeLinux()
            .attribute(BOOT_ID, "3f0c1c5e-first\n")
            .attribute(FILE, "0\n")
            .attribute(OTHER_FILE, "60\n");
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private final Set<String> configured = new TreeSet<>();
    private final Map<String, SysctlConfiguration> components = new HashMap<>();
    private FakeRegistry registry;
    private SysctlKeeper keeper;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry().property("callgate.data", data.toString());
        keeper = new SysctlKeeper(
                registry.context(), kernel, kernel, kernel, dispatcher, configurationAdmin(), log.logger());
    }

    /** As after kill -9: nothing of the old run is called any more. */
    private void killAndStart() throws IOException {
        components.clear();
        start();
    }

    private ConfigurationAdmin configurationAdmin() {
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConfigurationAdmin.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("listConfigurations");
                    String filter = (String) arguments[0];
                    return configured.stream().anyMatch(pid -> filter.equals("(service.pid=" + pid + ")"))
                            ? new Configuration[1]
                            : null;
                });
    }

    private void configure(String name, String key, String value) {
        configured.add(SysctlValue.PID + "~" + name);
        activate(name, key, value);
    }

    private void activate(String name, String key, String value) {
        Map<String, Object> properties = Map.of("service.pid", SysctlValue.PID + "~" + name);
        components.put(
                name,
                new SysctlConfiguration(registry.context(), config(key, value), properties, keeper, log.logger()));
    }

    private void deactivate(String name, int reason) {
        components.remove(name).deactivate(reason);
    }

    private void delete(String name) {
        configured.remove(SysctlValue.PID + "~" + name);
        deactivate(name, ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
    }

    private static SysctlConfiguration.Config config(String key, String value) {
        return new SysctlConfiguration.Config() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public String value() {
                return value;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return SysctlConfiguration.Config.class;
            }
        };
    }

    private ResourceStatus status(String name) {
        return registry.services(ResourceStatus.class).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> remembered() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("state"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aDeclaredValueIsInForceAndIsAService() throws IOException {
        configure("forward", KEY, "1");

        assertThat(kernel.value(FILE)).isEqualTo("1\n");
        SysctlValue value = registry.service(SysctlValue.class).orElseThrow();
        assertThat(registry.properties(value)).containsEntry(ResourceStatus.NAME, "forward");
        assertThat(value.key()).isEqualTo(KEY);
        assertThat(value.declared()).isEqualTo("1");
        assertThat(value.original()).isEqualTo("0");
        assertThat(value.current()).isEqualTo("1");
        assertThat(status("forward").state()).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void theOriginalIsOnTheMediumBeforeTheChange() throws IOException {
        kernel.script(FILE, () -> new FakeFile() {
            @Override
            public int read(ByteBuffer into, long position) {
                if (position > 0) {
                    return 0;
                }
                into.put((byte) '0');
                return 1;
            }

            @Override
            public int write(ByteBuffer from, long position) {
                throw new AssertionError("written");
            }
        });
        assertThatThrownBy(() -> configure("forward", KEY, "1")).hasMessage("written");
        assertThat(remembered()).containsExactly("io.callgate.procfs.sysctl~forward");
    }

    @Test
    void deletingTheConfigurationPutsTheOriginalBack() throws IOException {
        configure("forward", KEY, "1");
        delete("forward");

        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(remembered()).isEmpty();
        assertThat(registry.services(SysctlValue.class)).isEmpty();
        assertThat(registry.services(ResourceStatus.class)).isEmpty();
        assertThat(log.lines("INFO")).contains("INFO net.ipv4.ip_forward is \"0\" again, as before forward");
    }

    @Test
    void anUpdateOfTheBundleLeavesTheValueAndItsOriginal() throws IOException {
        configure("forward", KEY, "1");
        deactivate("forward", ComponentConstants.DEACTIVATION_REASON_BUNDLE_STOPPED);
        keeper.close();
        assertThat(kernel.value(FILE)).isEqualTo("1\n");

        start();
        activate("forward", KEY, "1");
        assertThat(registry.service(SysctlValue.class).orElseThrow().original()).isEqualTo("0");
        delete("forward");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void anotherValueKeepsTheFirstOriginal() {
        configure("swap", "vm.swappiness", "10");
        deactivate("swap", ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED);
        configure("swap", "vm.swappiness", "20");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("20\n");
        delete("swap");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("60\n");
    }

    @Test
    void anotherKeyPutsTheFirstBack() {
        configure("it", KEY, "1");
        deactivate("it", ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED);
        configure("it", "vm.swappiness", "10");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("10\n");
    }

    @Test
    void anotherKeyWaitsUntilTheFirstCanBePutBack() {
        configure("it", KEY, "1");
        deactivate("it", ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED);
        kernel.fail("write", FILE, Errno.EBUSY);
        activate("it", "vm.swappiness", "10");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("60\n");
        assertThat(status("it").reason())
                .isEqualTo("net.ipv4.ip_forward, which it declared before, is not put back yet: see the log");

        kernel.mend("write", FILE);
        kernel.advance(Duration.ofSeconds(10));
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("10\n");
        delete("it");
        assertThat(kernel.value(OTHER_FILE)).isEqualTo("60\n");
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void aConfigurationThatComesBackBeforeItsOriginalCouldBePutBackKeepsIt() {
        configure("forward", KEY, "1");
        kernel.fail("write", FILE, Errno.EBUSY);
        delete("forward");
        kernel.mend("write", FILE);
        configure("forward", KEY, "2");
        kernel.advance(Duration.ofMinutes(1));
        assertThat(kernel.value(FILE)).isEqualTo("2\n");
        assertThat(kernel.registrations()).isZero();
        delete("forward");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void aKilledGatewayGoesOnWhereItWas() throws IOException {
        configure("forward", KEY, "1");
        killAndStart();
        assertThat(kernel.value(FILE)).isEqualTo("1\n");
        activate("forward", KEY, "1");
        delete("forward");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void aConfigurationDeletedWhileTheGatewayWasDeadIsPutBackAtTheNextStart() throws IOException {
        configure("forward", KEY, "1");
        configured.clear();
        killAndStart();
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(remembered()).isEmpty();
    }

    @Test
    void anOriginalOfAnotherBootIsForgotten() throws IOException {
        configure("forward", KEY, "1");
        configured.clear();
        kernel.value(BOOT_ID, "77aa-second\n");
        kernel.value(FILE, "5\n");
        killAndStart();
        assertThat(kernel.value(FILE)).isEqualTo("5\n");
        assertThat(remembered()).isEmpty();
    }

    @Test
    void afterABootTheOriginalIsWhatThatBootHas() throws IOException {
        configure("forward", KEY, "1");
        kernel.value(BOOT_ID, "77aa-second\n");
        kernel.value(FILE, "5\n");
        killAndStart();
        activate("forward", KEY, "1");
        delete("forward");
        assertThat(kernel.value(FILE)).isEqualTo("5\n");
    }

    @Test
    void aSecondConfigurationOfTheSameKeyWaitsForTheFirstToGo() {
        configure("one", KEY, "1");
        configure("two", "net/ipv4/ip_forward", "2");
        assertThat(kernel.value(FILE)).isEqualTo("1\n");
        assertThat(status("two").state()).isEqualTo(ResourceState.WAITING);
        assertThat(status("two").reason())
                .isEqualTo("net.ipv4.ip_forward is declared by io.callgate.procfs.sysctl~one already:"
                        + " delete one of the two");

        delete("one");
        assertThat(kernel.value(FILE)).isEqualTo("2\n");
        assertThat(status("two").state()).isEqualTo(ResourceState.LIVE);
        delete("two");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void theHolderOfAKeyIsTheSameAfterAKillWhoeverComesFirst() throws IOException {
        configure("one", KEY, "1");
        configure("two", KEY, "2");
        killAndStart();
        activate("two", KEY, "2");
        assertThat(status("two").state()).isEqualTo(ResourceState.WAITING);
        activate("one", KEY, "1");
        assertThat(status("one").state()).isEqualTo(ResourceState.LIVE);
        assertThat(kernel.value(FILE)).isEqualTo("1\n");
    }

    @Test
    void aHolderThatIsAwayForAnUpdateIsWaitedFor() {
        configure("one", KEY, "1");
        configure("two", KEY, "2");
        deactivate("one", ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED);
        kernel.advance(Duration.ofMinutes(1));
        assertThat(status("two").state()).isEqualTo(ResourceState.WAITING);

        activate("one", "vm.swappiness", "10");
        assertThat(status("two").state()).isEqualTo(ResourceState.LIVE);
        assertThat(kernel.value(FILE)).isEqualTo("2\n");
        delete("two");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void aKeyThatIsNotThereYetIsWaitedForAndNothingIsLookedForAfterThat() throws IOException {
        configure("bridge", "net.bridge.bridge-nf-call-iptables", "0");
        assertThat(status("bridge").reason())
                .isEqualTo("there is no net.bridge.bridge-nf-call-iptables:"
                        + " load the module, or plug the device, that brings it");
        assertThat(remembered()).isEmpty();

        kernel.attribute("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
        kernel.advance(Duration.ofSeconds(10));
        assertThat(status("bridge").state()).isEqualTo(ResourceState.LIVE);
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void aRefusedValueIsToldLeavesNothingAndIsNotTriedAgain() throws IOException {
        kernel.fail("write", FILE, Errno.EINVAL);
        configure("forward", KEY, "many");
        assertThat(status("forward").reason())
                .isEqualTo("write /proc/sys/net/ipv4/ip_forward: EINVAL (Invalid argument):"
                        + " the kernel does not take \"many\"");
        assertThat(remembered()).isEmpty();
        assertThat(kernel.registrations()).isZero();
        kernel.mend("write", FILE);
        delete("forward");
        assertThat(kernel.written(FILE)).isEmpty();
    }

    @Test
    void aNewValueThatIsRefusedPutsTheOriginalBack() throws IOException {
        configure("forward", KEY, "1");
        deactivate("forward", ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_MODIFIED);
        kernel.bytesPerCall(4);
        activate("forward", KEY, "12345");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(status("forward").reason()).startsWith("net.ipv4.ip_forward took only the first 4");
        assertThat(remembered()).isEmpty();
    }

    @Test
    void notPermittedSaysWhatToDo() {
        kernel.readOnly(FILE);
        configure("forward", KEY, "1");
        assertThat(status("forward").reason()).contains("EACCES").contains("run the gateway as root");
    }

    @Test
    void whatIsNoKeyIsToldAndOpensNothing() {
        configure("bad", "../../etc/passwd", "1");
        configure("empty", null, "1");
        configure("none", KEY, null);
        assertThat(status("bad").reason())
                .isEqualTo("\"../../etc/passwd\" is no sysctl key: write one such as net.ipv4.ip_forward");
        assertThat(status("empty").reason()).isEqualTo("the configuration has no key");
        assertThat(status("none").reason()).isEqualTo("the configuration has no value");
        delete("bad");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
    }

    @Test
    void anOriginalThatCannotBePutBackIsTriedAgainAndComplainedAboutOnce() throws IOException {
        configure("forward", KEY, "1");
        kernel.fail("write", FILE, Errno.EBUSY);
        delete("forward");
        kernel.advance(Duration.ofMinutes(1));
        assertThat(log.lines("WARN"))
                .singleElement()
                .asString()
                .contains("not put back to \"0\" yet")
                .contains("EBUSY");
        assertThat(remembered()).hasSize(1);

        kernel.mend("write", FILE);
        kernel.advance(Duration.ofSeconds(10));
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(remembered()).isEmpty();
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void anOriginalWhoseDeviceHasGoneIsForgotten() throws IOException {
        configure("forward", KEY, "1");
        kernel.remove(FILE);
        delete("forward");
        assertThat(remembered()).isEmpty();
        assertThat(log.lines("INFO"))
                .contains("INFO net.ipv4.ip_forward has gone, and the value before forward with it");
    }

    @Test
    void aValueIsNotChangedIfItsOriginalCannotBeRemembered() throws IOException {
        Path blocked = data.resolve("state/io.callgate.procfs.sysctl~forward.tmp");
        Files.createDirectories(blocked);
        configure("forward", KEY, "1");
        assertThat(kernel.value(FILE)).isEqualTo("0\n");
        assertThat(status("forward").reason()).startsWith("its original cannot be remembered, so it is left alone:");

        Files.delete(blocked);
        kernel.advance(Duration.ofSeconds(10));
        assertThat(kernel.value(FILE)).isEqualTo("1\n");
    }

    @Test
    void aFileThatIsNoneIsNamedAndLeftForInspection() throws IOException {
        Path torn = data.resolve("state/io.callgate.procfs.sysctl~torn");
        Files.writeString(torn, "key=a\\u00zz\n");
        Files.writeString(data.resolve("state/io.callgate.procfs.sysctl~half"), "key=a.b\n");
        Files.writeString(data.resolve("state/io.callgate.procfs.sysctl~x.tmp"), "left by a kill");
        killAndStart();
        assertThat(log.lines("WARN")).hasSize(2).anyMatch(line -> line.contains(torn.toString()));
        assertThat(remembered()).containsExactly("io.callgate.procfs.sysctl~half", "io.callgate.procfs.sysctl~torn");
    }

    @Test
    void namesAndValuesOfAnyKindAreRemembered() throws IOException {
        String name = "a/../b c\u00e4*(~";
        kernel.value(FILE, " =:#!\\n\t\u00e4\n");
        configure(name, KEY, "1");
        configured.clear();
        killAndStart();
        assertThat(kernel.value(FILE)).isEqualTo(" =:#!\\n\t\u00e4\n");
    }

    @Test
    void theListShowsTheDeclaredOnesWithTheirState() throws IOException {
        kernel.attribute("/proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
        configure("one", KEY, "1");
        configure("rmem", "net.ipv4.tcp_rmem", "4096 200000 6291456");
        configure("two", KEY, "2");
        SysctlCommands commands = new SysctlCommands(new ProcSysctl(registry.context(), kernel, kernel), keeper);
        assertThat(commands.list()).isEqualTo("""
                NAME  KEY                  DECLARED             CURRENT              ORIGINAL             STATE
                one   net.ipv4.ip_forward  1                    1                    0                    live
                rmem  net.ipv4.tcp_rmem    4096 200000 6291456  4096 200000 6291456  4096 131072 6291456  live
                two   net.ipv4.ip_forward  2                    1                    -                    \
                waiting: net.ipv4.ip_forward is declared by io.callgate.procfs.sysctl~one already: delete one of the two""");
        assertThat(commands.get("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(commands.set(KEY, "7")).isEqualTo("net.ipv4.ip_forward = 7");
    }
}
