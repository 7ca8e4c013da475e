// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.callgate.linux.Announcement;
import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop.Registration;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Network interfaces that come and go on this machine, synthetic announcements, and a tree of files in their place. */
@Timeout(120)
class KernelDevicesTest {

    private static final long DEADLINE_SECONDS = 20;
    private static final Path LO = Path.of("/sys/class/net/lo/uevent");
    private static final Ioctl TUNSETIFF = new Ioctl(0x400454ca);
    private static final int IFNAMSIZ = 16;
    private static final int IFREQ_BYTES = 40;
    private static final short IFF_TUN = 1;

    private final Door door = new Door();
    private final UeventDevices engine = new UeventDevices(door.epoll, door.sockets, door.memory, door.log.logger());
    private final BundleKernelDevices devices = new BundleKernelDevices(engine);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        devices.close();
        engine.close();
        door.close();
    }

    /** What a listener was told, and whether it was told rightly. */
    private static final class Told implements DeviceListener {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        final List<String> wrong = new ArrayList<>();
        private final Map<Path, KernelDevice> present = new java.util.HashMap<>();
        volatile KernelDevice last;

        @Override
        public void added(KernelDevice device) {
            if (present.put(device.sysPath(), device) != null) {
                wrong.add("added twice: " + device);
            }
            say("added ", device);
        }

        @Override
        public void changed(KernelDevice device) {
            if (present.put(device.sysPath(), device) == null) {
                wrong.add("changed without having been added: " + device);
            }
            say("changed ", device);
        }

        @Override
        public void removed(KernelDevice device) {
            if (present.remove(device.sysPath()) == null) {
                wrong.add("removed without having been added: " + device);
            }
            say("removed ", device);
        }

        private void say(String what, KernelDevice device) {
            last = device;
            lines.add(what + device.name());
        }

        /** Waits for a line, whatever else is told before it. */
        void await(String line) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            String next = "";
            while (!next.equals(line)) {
                next = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                assertThat(next)
                        .as("\"%s\" within %d s", line, DEADLINE_SECONDS)
                        .isNotNull();
            }
        }
    }

    @Test
    void whatIsThereIsToldAtOnce() throws Exception {
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
        KernelDevice lo = told.present.get(Path.of("/sys/devices/virtual/net/lo"));
        assertThat(lo.subsystem()).isEqualTo("net");
        assertThat(lo.sysPath()).isEqualTo(Path.of("/sys/devices/virtual/net/lo"));
        assertThat(lo.node()).isEmpty();
        assertThat(lo.properties())
                .containsEntry("INTERFACE", "lo")
                .containsEntry("DEVPATH", "/devices/virtual/net/lo");

        Told mem = new Told();
        devices.follow("mem", mem);
        mem.await("added null");
        assertThat(mem.present.get(Path.of("/sys/devices/virtual/mem/null")).node())
                .contains(Path.of("/dev/null"));
        turn();
        assertThat(mem.present.keySet().stream()
                        .map(Path::getFileName)
                        .map(Path::toString)
                        .collect(Collectors.toSet()))
                .isEqualTo(names(Path.of("/sys/class/mem")));
        assertThat(told.wrong).isEmpty();
    }

    @Test
    void aBusIsASubsystemToo() throws Exception {
        Told told = new Told();
        devices.follow("cpu", told);
        told.await("added cpu0");
        assertThat(told.last.sysPath().getParent()).isEqualTo(Path.of("/sys/devices/system/cpu"));
    }

    @Test
    void anInterfaceComesChangesIsRenamedAndGoes() throws Exception {
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
        String name = "cg" + (System.nanoTime() & 0xffffff);
        try (Fd tun = tun(name)) {
            told.await("added " + name);
            assertThat(told.last.properties()).containsEntry("ACTION", "add").containsEntry("INTERFACE", name);
            Files.writeString(Path.of("/sys/class/net", name, "uevent"), "change");
            told.await("changed " + name);
            assertThat(told.last.properties()).containsEntry("ACTION", "change");
            rename(name, name + "x");
            told.await("removed " + name);
            told.await("added " + name + "x");
        }
        told.await("removed " + name + "x");
        assertThat(told.wrong).isEmpty();
    }

    /** Interfaces come and go while listeners come and go: whoever looks at the end is told of what is there. */
    @Test
    void thereIsNoGapAndNoDuplicateUnderChange() throws Exception {
        List<Told> all = new ArrayList<>();
        List<Fd> open = new ArrayList<>();
        String prefix = "cg" + (System.nanoTime() & 0xfffff);
        for (int i = 0; i < 120; i++) {
            open.add(tun(prefix + i));
            if (i % 3 != 0) {
                open.remove(0).close();
            }
            if (i % 4 == 0) {
                Told told = new Told();
                all.add(told);
                devices.follow("net", told);
            }
        }
        Files.writeString(LO, "change " + UUID.randomUUID() + " LAST=1");
        Set<String> there = names(Path.of("/sys/class/net"));
        for (Told told : all) {
            told.await("changed lo");
            assertThat(told.wrong).isEmpty();
            assertThat(told.present.values().stream().map(KernelDevice::name).collect(Collectors.toSet()))
                    .isEqualTo(there);
        }
        open.forEach(Fd::close);
    }

    /** What a listener for announcements was told: the N of each synthetic one, or that some were lost. */
    private static final class Heard implements AnnouncementListener {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void announced(Announcement announcement) {
            String number = announcement.variables().get("SYNTH_ARG_N");
            if (number != null) {
                lines.add(number);
            }
        }

        @Override
        public void lost() {
            lines.add("lost");
        }

        List<String> take(int count) throws InterruptedException {
            List<String> taken = new ArrayList<>();
            while (taken.size() < count) {
                String next = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                assertThat(next).as("%d after %s", count, taken).isNotNull();
                taken.add(next);
            }
            return taken;
        }
    }

    private static List<String> announce(int from, int to) throws IOException {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Files.writeString(LO, "change " + UUID.randomUUID() + " N=" + i);
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    @Test
    void whoListensHearsEveryAnnouncement() throws Exception {
        Heard first = new Heard();
        Heard second = new Heard();
        Announcements one = devices.announcements("one", first);
        devices.announcements("two", second);
        turn();
        List<String> told = announce(0, 100);
        assertThat(first.take(100)).isEqualTo(told);
        assertThat(second.take(100)).isEqualTo(told);

        one.close();
        told = announce(100, 110);
        assertThat(second.take(10)).isEqualTo(told);
        assertThat(first.lines).as("after its end").isEmpty();
    }

    @Test
    void whatIsAnnouncedOverAnUpdateWaitsForTheSuccessor() throws Exception {
        Heard before = new Heard();
        Announcements leaving = devices.announcements("updated", before);
        BundleKernelDevices another = new BundleKernelDevices(engine);
        Heard witness = new Heard();
        another.announcements("witness", witness);
        turn();
        assertThat(before.take(0)).isEmpty();
        leaving.pause();
        List<String> paused = announce(0, 50);
        leaving.leave(Duration.ofSeconds(30), true);
        devices.close(); // its bundle has stopped
        List<String> left = announce(50, 100);
        assertThat(witness.take(100)).as("none is under way").hasSize(100);
        another.close();

        BundleKernelDevices updated = new BundleKernelDevices(engine);
        Heard other = new Heard();
        updated.announcements("another", other);
        Heard after = new Heard();
        updated.announcements("updated", after);
        turn();
        announce(100, 101);
        assertThat(after.take(1)).as("as its predecessor said").containsExactly("lost");
        assertThat(after.take(50)).isEqualTo(paused);
        assertThat(after.take(51)).startsWith(left.toArray(String[]::new)).endsWith("100");
        assertThat(other.take(1)).containsExactly("100");
        assertThat(before.lines).isEmpty();

        Heard third = new Heard();
        updated.announcements("updated", third);
        turn();
        announce(101, 102);
        assertThat(third.take(1)).as("it was taken once").containsExactly("101");
        updated.close();
    }

    @Test
    void whatNobodyComesForIsForgotten() throws Exception {
        Announcements leaving = devices.announcements("updated", new Heard());
        leaving.leave(Duration.ofMillis(1), true);
        CountDownLatch later = new CountDownLatch(1);
        Registration timer = door.loop().timer(Duration.ofMillis(50), Duration.ZERO, late -> later.countDown());
        await(later);
        timer.close();
        Heard after = new Heard();
        devices.announcements("updated", after);
        turn();
        announce(7, 8);
        assertThat(after.take(1)).containsExactly("7");
    }

    @Test
    void aSyntheticAnnouncementCarriesItsArguments() throws Exception {
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
        UUID id = UUID.randomUUID();
        Files.writeString(LO, "change " + id + " CALLGATE=yes");
        told.await("changed lo");
        assertThat(told.last.properties())
                .containsEntry("SYNTH_UUID", id.toString())
                .containsEntry("SYNTH_ARG_CALLGATE", "yes");
        // What is there is not told a second time, and what did not go is not told to have gone.
        Files.writeString(LO, "add");
        Files.writeString(LO, "remove");
        told.await("changed lo");
        assertThat(told.wrong).isEmpty();
    }

    @Test
    void whenAnnouncementsAreLostSysIsLookedAt() throws Exception {
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        door.loop().execute(() -> {
            blocked.countDown();
            await(go);
        });
        await(blocked);
        small(engine.socket());
        String name = "cg" + (System.nanoTime() & 0xffffff);
        Fd before = tun(name + "a");
        for (int i = 0; i < 2_000; i++) {
            Files.writeString(LO, "change");
        }
        try (Fd after = tun(name + "b")) {
            before.close();
            go.countDown();
            told.await("added " + name + "b");
        }
        told.await("removed " + name + "b");
        assertThat(told.present.values()).noneMatch(device -> device.name().equals(name + "a"));
        assertThat(door.log.lines()).anyMatch(line -> line.contains("The kernel dropped announcements"));
        assertThat(told.wrong).isEmpty();
    }

    @Test
    void aMessageOfSomebodyElseIsIgnored() throws Exception {
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
        NativeBuffer address = door.memory.allocate(Layout.SOCKADDR_NL_SIZE);
        address.bytes().putShort(Layout.SOCKADDR_NL_FAMILY, (short) LinuxSockets.AF_NETLINK);
        address.bytes().putInt(Layout.SOCKADDR_NL_GROUPS, 1);
        NativeBuffer forged = door.memory.allocate(256);
        String path = "/devices/virtual/net/lo";
        int length =
                forged.put(0, "change@" + path + "\0ACTION=change\0DEVPATH=" + path + "\0SUBSYSTEM=net\0FORGED=1\0");
        try (Fd socket = door.sockets.socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, 15)) {
            assertThat(door.sockets.send(socket, forged, 0, length, address, Layout.SOCKADDR_NL_SIZE))
                    .isEqualTo(length);
        }
        Files.writeString(LO, "change " + UUID.randomUUID() + " REAL=1");
        told.await("changed lo");
        assertThat(told.last.properties()).containsKey("SYNTH_ARG_REAL").doesNotContainKey("FORGED");
        assertThat(door.log.lines()).anyMatch(line -> line.contains("not the kernel's"));
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws Exception {
        devices.follow("net", new DeviceListener() {
            @Override
            public void added(KernelDevice device) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void removed(KernelDevice device) {}
        });
        assertThat(door.log.await()).startsWith("error").contains("A listener for devices of net", "broken");
        Told told = new Told();
        devices.follow("net", told);
        told.await("added lo");
    }

    @Test
    void afterCloseNothingIsTold() throws Exception {
        Told told = new Told();
        Registration registration = devices.follow("net", told);
        told.await("added lo");
        registration.close();
        told.lines.clear();
        Told second = new Told();
        devices.follow("net", second);
        second.await("added lo");
        Files.writeString(LO, "change");
        second.await("changed lo");
        assertThat(told.lines).isEmpty();
        devices.close();
        assertThatThrownBy(() -> devices.follow("net", told)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSubsystemHasAName() {
        for (String name : List.of("", "..", "a/b")) {
            assertThatThrownBy(() -> devices.follow(name, new Told())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whereThereIsNoSocketSysIsLookedAtNowAndThen() throws Exception {
        Path one = device("one", "DEVNAME=input/event1\n");
        Files.createFile(Files.createDirectories(folder.resolve("class/fake")).resolve("not-a-device"));
        UeventDevices slow = new UeventDevices(
                door.epoll, withoutNetlink(), door.memory, door.log.logger(), folder, Duration.ofMillis(20));
        Told told = new Told();
        BundleKernelDevices own = new BundleKernelDevices(slow);
        own.follow("fake", told);
        told.await("added one");
        assertThat(told.last.node()).contains(Path.of("/dev/input/event1"));
        assertThat(told.last.sysPath()).isEqualTo(one);
        assertThat(door.log.await()).startsWith("info").contains("EPROTONOSUPPORT");
        Path two = device("two", "");
        told.await("added two");
        Files.writeString(two.resolve("uevent"), "STATE=2\n");
        told.await("changed two");
        assertThat(told.last.properties()).containsEntry("STATE", "2");
        Files.delete(folder.resolve("class/fake/two"));
        Files.delete(two.resolve("uevent"));
        told.await("removed two");
        // Replaced behind our back: not the same device, although it has the same name.
        Path kept = Files.move(one, one.resolveSibling("old"));
        Files.delete(folder.resolve("class/fake/one"));
        device("one", "DEVNAME=input/event1\n");
        told.await("removed one");
        told.await("added one");
        assertThat(kept).exists();
        assertThat(told.wrong).isEmpty();
        own.close();
        slow.close();
    }

    @Test
    void oneThatCannotBeReadIsTriedAgainAndTheOthersAreSeen() throws Exception {
        Path bad = device("bad", "");
        Files.delete(bad.resolve("uevent"));
        Files.createDirectory(bad.resolve("uevent"));
        device("good", "LABEL=é\n");
        UeventDevices own = new UeventDevices(
                door.epoll, door.sockets, door.memory, door.log.logger(), folder, Duration.ofMillis(20));
        BundleKernelDevices followed = new BundleKernelDevices(own);
        Told told = new Told();
        followed.follow("fake", told);
        told.await("added good");
        assertThat(told.last.properties()).containsEntry("LABEL", "é");
        assertThat(door.log.await()).startsWith("error").contains(bad.toString(), "cannot be read");
        Files.delete(bad.resolve("uevent"));
        Files.createFile(bad.resolve("uevent"));
        told.await("added bad");
        assertThat(door.log.lines()).as("said once").isEmpty();
        followed.close();
        own.close();
    }

    @Test
    void aSocketThatCannotBeWatchedIsClosed() throws Exception {
        device("one", "");
        Path file = Files.createFile(folder.resolve("not a socket"));
        AtomicReference<Fd> opened = new AtomicReference<>();
        LinuxSockets sockets = sockets((proxy, method, arguments) -> {
            if (method.getName().equals("socket")) {
                opened.set(door.files.open(file));
                return opened.get();
            }
            return null;
        });
        UeventDevices slow =
                new UeventDevices(door.epoll, sockets, door.memory, door.log.logger(), folder, Duration.ofMillis(20));
        BundleKernelDevices own = new BundleKernelDevices(slow);
        Told told = new Told();
        own.follow("fake", told);
        told.await("added one");
        assertThat(opened.get().isOpen()).isFalse();
        assertThat(door.log.await()).startsWith("info").contains("EPERM");
        device("two", "");
        told.await("added two");
        own.close();
        slow.close();
    }

    private Path device(String name, String uevent) throws IOException {
        Path device = Files.createDirectories(folder.resolve("devices/platform").resolve(name));
        Files.writeString(device.resolve("uevent"), uevent);
        Path link = Files.createDirectories(folder.resolve("class/fake")).resolve(name);
        Files.createSymbolicLink(link, device);
        return device.toRealPath();
    }

    private static LinuxSockets withoutNetlink() {
        return sockets((proxy, method, arguments) -> {
            throw new ErrnoException("socket", "family 16", Errno.EPROTONOSUPPORT);
        });
    }

    private static LinuxSockets sockets(InvocationHandler handler) {
        return (LinuxSockets) Proxy.newProxyInstance(
                LinuxSockets.class.getClassLoader(), new Class<?>[] {LinuxSockets.class}, handler);
    }

    /** A tun interface lives while its descriptor does. */
    private Fd tun(String name) throws IOException {
        try {
            Fd fd = door.files.open(Path.of("/dev/net/tun"), OpenFlag.RDWR);
            NativeBuffer ifreq = door.memory.allocate(IFREQ_BYTES);
            ifreq.put(0, name);
            ifreq.bytes().putShort(IFNAMSIZ, IFF_TUN);
            door.files.ioctl(fd, TUNSETIFF, ifreq, 0);
            return fd;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.EPERM, Errno.EACCES, Errno.ENODEV)) {
                abort("no network interfaces can be made here: " + e.getMessage());
            }
            throw e;
        }
    }

    private void rename(String name, String newName) throws IOException {
        NativeBuffer ifreq = door.memory.allocate(IFREQ_BYTES);
        ifreq.put(0, name);
        ifreq.put(IFNAMSIZ, newName);
        Ioctl siocsifname = new Ioctl(0x8923);
        try (Fd socket = door.sockets.socket(2, LinuxSockets.SOCK_DGRAM, 0)) {
            door.files.ioctl(socket, siocsifname, ifreq, 0);
        }
    }

    private void small(UeventSocket socket) throws IOException {
        door.sockets.option(socket.fd(), LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, 4096);
    }

    private static Set<String> names(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            Predicate<Path> isDevice = Files::isDirectory;
            return entries.filter(isDevice)
                    .map(path -> path.getFileName().toString())
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    private void turn() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        door.loop().execute(done::countDown);
        await(done);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
