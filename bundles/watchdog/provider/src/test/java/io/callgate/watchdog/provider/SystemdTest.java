// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Fd;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import io.callgate.watchdog.Watchdog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;

/** What systemd hears, and where. */
class SystemdTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final Sockets sockets = new Sockets();
    private final Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"));
    private final ProcessHandle self = ProcessHandle.current();

    @BeforeEach
    void aBench() throws IOException {
        bench = new Bench(folder).start();
        bench.systemState = Bundle.STARTING;
    }

    private Systemd systemd() {
        return new Systemd(
                bench.context(), bench.supervisor, sockets, bench.kernel, environment, self, bench.log.logger());
    }

    private static FrameworkEvent started() {
        Bundle none = Bench.proxy(Bundle.class, (a, b, c) -> null);
        return new FrameworkEvent(FrameworkEvent.STARTED, none, null);
    }

    private static BundleEvent stopping() {
        Bundle system =
                Bench.proxy(Bundle.class, (a, method, c) -> method.getName().equals("getBundleId") ? 0L : null);
        return new BundleEvent(BundleEvent.STOPPING, system);
    }

    @Test
    void readyThenAliveThenStopping() {
        environment.put("WATCHDOG_USEC", "4000000");
        Systemd systemd = systemd();
        bench.seconds(10);
        assertThat(sockets.messages).as("not before it is").isEmpty();
        systemd.frameworkEvent(started());
        bench.seconds(4);
        systemd.bundleChanged(stopping());
        systemd.close();
        bench.seconds(4);
        assertThat(sockets.messages).startsWith("READY=1", "WATCHDOG=1").endsWith("STOPPING=1");
        assertThat(sockets.messages.stream().filter("WATCHDOG=1"::equals).count())
                .isBetween(4L, 5L);
        assertThat(sockets.open).isZero();
    }

    @Test
    void theFeedingStopsWithAMissedDeadline() {
        environment.put("WATCHDOG_USEC", "4000000");
        bench.supervisor.configure(Bench.config(Supervisor.Config.class, Map.of("ladder", new String[] {"reset"})));
        systemd().frameworkEvent(started());
        bench.app("pump", 1000);
        bench.seconds(3);
        int before = sockets.messages.size();
        bench.seconds(10);
        assertThat(sockets.messages).hasSize(before);
    }

    @Test
    void aWatchdogSecThatIsTooShortIsSaid() {
        environment.put("WATCHDOG_USEC", "600000");
        systemd().frameworkEvent(started());
        assertThat(bench.log.lines("WARN"))
                .containsExactly("WARN WatchdogSec is 600 ms, and signs of life are given every 250 ms at most: make it"
                        + " 1 s or more");
    }

    @Test
    void aStartThatIsToldAfterTheEndBeginsNothing() {
        environment.put("WATCHDOG_USEC", "4000000");
        Systemd systemd = systemd();
        systemd.close();
        systemd.frameworkEvent(started());
        bench.seconds(4);
        assertThat(sockets.messages).isEmpty();
        assertThat(bench.registry.services(Watchdog.class)).isEmpty();
    }

    /** The unit's watchdog and the machine's, each at its own pace, and both hungry after a miss. */
    @Test
    void itIsFedBesideADevice() throws IOException {
        environment.put("WATCHDOG_USEC", "4000000");
        bench.supervisor.configure(Bench.config(Supervisor.Config.class, Map.of("ladder", new String[] {"reset"})));
        FakeWatchdog card = bench.watchdog("watchdog0", "i6300ESB timer");
        bench.configure("main", "timeout", 8, "armed", true);
        systemd().frameworkEvent(started());
        Bench.App pump = bench.app("pump", 1000);
        int before = card.feedings.size();
        for (int i = 0; i < 40; i++) {
            pump.checkIn.alive();
            bench.seconds(0.5);
        }
        assertThat(sockets.messages.stream().filter("WATCHDOG=1"::equals).count())
                .isBetween(19L, 21L);
        assertThat(card.feedings.size() - before).isBetween(9, 11);
        bench.seconds(10);
        assertThat(card.hasFired()).isTrue();
        assertThat(sockets.messages.stream().filter("WATCHDOG=1"::equals).count())
                .isBetween(19L, 23L);
    }

    @Test
    void withoutWatchdogSecThereIsNoWatchdog() {
        systemd().frameworkEvent(started());
        bench.seconds(10);
        assertThat(sockets.messages).containsExactly("READY=1");
        assertThat(bench.registry.services(Watchdog.class)).isEmpty();
    }

    @Test
    void anotherProcessesWatchdogIsNotOurs() {
        environment.put("WATCHDOG_USEC", "4000000");
        environment.put("WATCHDOG_PID", "1234567890");
        systemd().frameworkEvent(started());
        bench.seconds(10);
        assertThat(sockets.messages).containsExactly("READY=1");
    }

    @Test
    void thatOfBinCallgateIsOurs() {
        environment.put("WATCHDOG_USEC", "4000000");
        environment.put(
                "WATCHDOG_PID", Long.toString(self.parent().orElseThrow().pid()));
        systemd().frameworkEvent(started());
        bench.seconds(2);
        assertThat(sockets.messages).contains("WATCHDOG=1");
    }

    @Test
    void itIsAServiceThatCannotBeDisarmedHere() throws IOException {
        environment.put("WATCHDOG_USEC", "4000000");
        Systemd systemd = systemd();
        systemd.frameworkEvent(started());
        Watchdog watchdog = bench.registry.service(Watchdog.class).orElseThrow();
        assertThat(watchdog.isArmed()).isTrue();
        assertThat(watchdog.timeout()).hasSeconds(4);
        assertThatThrownBy(watchdog::disarm).hasMessageContaining("WatchdogSec=0");
        systemd.close();
        assertThat(bench.registry.services(Watchdog.class)).isEmpty();
    }

    @Test
    void anUpdatedBundleIsReadyAtOnce() {
        bench.systemState = Bundle.ACTIVE;
        systemd();
        assertThat(sockets.messages).containsExactly("READY=1");
    }

    @Test
    void withoutSystemdNothingIsOpened() {
        environment.clear();
        systemd().close();
        assertThat(sockets.opens).isZero();
    }

    @Test
    void anAddressIsAPathOrAnAbstractName() {
        systemd().frameworkEvent(started());
        assertThat(sockets.addresses).last().isEqualTo("\1\0/run/systemd/notify\0");
        environment.put("NOTIFY_SOCKET", "@/org/notify");
        systemd().frameworkEvent(started());
        assertThat(sockets.addresses).last().isEqualTo("\1\0\0/org/notify");
    }

    @Test
    void anAddressThatIsNoneIsToldInALine() {
        environment.put("NOTIFY_SOCKET", "vsock:2:1234");
        systemd().close();
        assertThat(bench.log.lines("ERROR")).anyMatch(line -> line.contains("NOTIFY_SOCKET is \"vsock:2:1234\""));
    }

    @Test
    void safeModeIsToldToo() {
        bench.registry.property(Supervisor.SAFE_MODE, "3 watchdog resets within 30 min");
        systemd().frameworkEvent(started());
        assertThat(sockets.messages).containsExactly("READY=1\nSTATUS=safe mode: 3 watchdog resets within 30 min");
    }

    /** The fake door has no sockets. */
    private final class Sockets implements LinuxSockets {

        private final List<String> messages = new ArrayList<>();
        private final List<String> addresses = new ArrayList<>();
        private int opens;
        private int open;

        @Override
        public void filter(Fd socket, NativeBuffer program, int instructions) {
            throw new UnsupportedOperationException("systemd is sent to");
        }

        @Override
        public Fd socket(int domain, int type, int protocol) {
            opens++;
            open++;
            return Bench.proxy(Fd.class, (self, method, arguments) -> {
                if (method.getName().equals("close")) {
                    open--;
                }
                return null;
            });
        }

        @Override
        public int send(Fd socket, NativeBuffer from, int offset, int length, NativeBuffer address, int addressLength) {
            messages.add(from.text(offset, length));
            byte[] bytes = new byte[addressLength];
            address.bytes().get(0, bytes);
            addresses.add(new String(bytes, StandardCharsets.ISO_8859_1));
            return length;
        }

        @Override
        public void bind(Fd socket, NativeBuffer address, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int name(Fd socket, NativeBuffer address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void option(Fd socket, int level, int option, int value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int option(Fd socket, int level, int option) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int receive(Fd socket, NativeBuffer into, int offset, int length, NativeBuffer sender) {
            throw new UnsupportedOperationException();
        }
    }
}
