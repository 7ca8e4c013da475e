// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.DeviceListener;
import io.callgate.linux.Errno;
import io.callgate.linux.EventLoop.Registration;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FakeLoopTest {

    private final FakeLinux kernel = new FakeLinux();
    private final List<Object> seen = new ArrayList<>();

    private Fd open(String path) throws IOException {
        kernel.attribute(path, "0\n");
        return kernel.open(Path.of(path), OpenFlag.RDWR);
    }

    @Test
    void aHandlerIsCalledForItsEventsOnlyAndOnTheLoopsThread() throws IOException {
        Fd fd = open("/proc/pressure/cpu");
        kernel.watch(fd, Ready.PRI, bits -> {
            seen.add(bits);
            assertThat(kernel.isLoopThread()).isTrue();
        });

        kernel.ready("/proc/pressure/cpu", Ready.PRI | Ready.IN);
        kernel.ready(fd, Ready.IN);
        kernel.ready(fd, Ready.ERR);

        assertThat(seen).containsExactly(Ready.PRI, Ready.ERR);
        assertThat(kernel.isLoopThread()).isFalse();
    }

    @Test
    void closingTheRegistrationOrTheDescriptorEndsIt() throws IOException {
        Fd fd = open("/sys/a");
        Registration first = kernel.watch(fd, Ready.PRI, seen::add);
        assertThatThrownBy(() -> kernel.watch(fd, Ready.PRI, seen::add)).hasMessageContaining("EEXIST");
        first.close();
        kernel.ready(fd, Ready.PRI);
        kernel.watch(fd, Ready.IN, seen::add);
        fd.close();

        assertThat(seen).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThatThrownBy(() -> kernel.ready("/sys/a", Ready.PRI)).hasMessage("nobody has opened /sys/a");
    }

    @Test
    void timersExpireInOrderAtTheirOwnTimes() throws IOException {
        kernel.timer(
                Duration.ofSeconds(3),
                Duration.ZERO,
                n -> seen.add("once at " + kernel.time().toSeconds()));
        kernel.timer(
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                n -> seen.add("at " + kernel.time().toSeconds()));

        kernel.advance(Duration.ofSeconds(5));

        assertThat(seen).containsExactly("at 2", "once at 3", "at 4");
        assertThat(kernel.time()).isEqualTo(Duration.ofSeconds(5));
        assertThat(kernel.registrations()).isEqualTo(1);
    }

    @Test
    void whatAHandlerThrowsReachesTheTestAndItStaysRegistered() throws IOException {
        kernel.timer(Duration.ZERO, Duration.ofSeconds(1), n -> {
            throw new IOException("broken");
        });
        assertThatThrownBy(kernel::turn)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("broken");
        assertThat(kernel.registrations()).isEqualTo(1);
    }

    @Test
    void countersAreReadyByThemselves() throws IOException {
        NativeBuffer buffer = kernel.allocate(8);
        Fd timer = kernel.timerfd();
        kernel.arm(timer, Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(kernel.poll(timer, Ready.IN, Duration.ofMillis(500))).isZero();
        assertThat(kernel.poll(timer, Ready.IN, Duration.ofMillis(1500))).isEqualTo(Ready.IN);
        kernel.read(timer, buffer, 0, 8);
        assertThat(buffer.bytes().getLong(0)).isEqualTo(2);

        kernel.watch(timer, Ready.IN, seen::add);
        kernel.advance(Duration.ofSeconds(1));
        assertThat(seen).containsExactly(Ready.IN);
        timer.close();
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void pollIsRefusedAsOrdered() throws IOException {
        Fd fd = open("/sys/a");
        kernel.fail("epoll_ctl", "/sys/a", Errno.EPERM);
        assertThatThrownBy(() -> kernel.watch(fd, Ready.IN, seen::add))
                .hasMessage("epoll_ctl /sys/a: EPERM (Operation not permitted)");
    }

    @Test
    void watchersOfFoldersLearnWhatTheTestTells() throws IOException {
        kernel.attribute("/data/configs/a.json", "{}");
        Inotify watcher = kernel.inotify();
        kernel.watch(watcher.fd(), Ready.IN, bits -> seen.addAll(watcher.read()));
        int watch = watcher.add(Path.of("/data/configs"), Inotify.CLOSE_WRITE);
        assertThatThrownBy(() -> watcher.add(Path.of("/none"), Inotify.CREATE)).hasMessageContaining("ENOENT");

        kernel.happened("/data/configs", Inotify.CLOSE_WRITE, "a.json");
        kernel.happened("/data/configs", Inotify.CREATE, "b.json");
        kernel.overflow();

        assertThat(seen)
                .containsExactly(
                        new Inotify.Event(watch, Inotify.CLOSE_WRITE, 0, "a.json"),
                        new Inotify.Event(-1, Inotify.Q_OVERFLOW, 0, ""));
        watcher.close();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void devicesThatAreThereAreToldThenThoseThatComeAndGo() throws IOException {
        KernelDevice lo = device("lo");
        KernelDevice eth = device("eth0");
        kernel.plug(lo);
        Registration following = kernel.follow("net", new DeviceListener() {
            @Override
            public void added(KernelDevice device) {
                seen.add("+" + device.name());
            }

            @Override
            public void removed(KernelDevice device) {
                seen.add("-" + device.name());
            }
        });
        assertThat(seen).as("told by the loop, not inside follow").isEmpty();

        kernel.turn();
        kernel.plug(eth);
        kernel.unplug(lo);
        following.close();
        kernel.unplug(eth);

        assertThat(seen).containsExactly("+lo", "+eth0", "-lo");
    }

    private static KernelDevice device(String name) {
        return new KernelDevice("net", name, Path.of("/sys/devices/virtual/net", name), Optional.empty(), Map.of());
    }
}
