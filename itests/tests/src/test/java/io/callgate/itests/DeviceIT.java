// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.device.BlockDevice;
import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.device.Entropy;
import io.callgate.device.Holder;
import io.callgate.device.Loop;
import io.callgate.device.Serial;
import io.callgate.device.SerialSettings;
import io.callgate.device.SerialSettings.Flow;
import io.callgate.device.SerialSettings.Parity;
import io.callgate.device.Tun;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** Devices of this machine through the product's bundles, against what losetup, blockdev, ip and stty say of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceIT {

    private static final int DETACHES = Integer.getInteger("callgate.detaches", 500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 256;

    private static final Ioctl TIOCSPTLCK = Ioctl.iow('T', 0x31, Integer.BYTES);
    private static final Ioctl TIOCGPTN = Ioctl.ior('T', 0x30, Integer.BYTES);

    @TempDir
    Path folder;

    private final List<Path> configured = new ArrayList<>();
    private final List<String> detached = new ArrayList<>(); // loop devices to be given back, whatever happens
    private Path data;
    private InProcess framework;
    private LinuxFiles files;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/loop-control")), "no permission to use /dev/loop-control");
        data = home.resolve("data");
        Files.createDirectories(data.resolve("configs"));
        // A disk comes and goes here as fast as it can, and none of its comings is to wait.
        Files.writeString(data.resolve("configs/io.callgate.resource.damping.json"), "{\"comings\": 0}");
        List<String> shared = List.of("io.callgate.linux", "io.callgate.device");
        framework = new InProcess(
                Image.built(),
                home,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(";version=0.1.0,", shared) + ";version=0.1.0"));
        framework.start(Image.built().startList().stream()
                .filter(jar -> shared.stream()
                        .noneMatch(name -> jar.getFileName().toString().startsWith(name + ".api-")))
                .toList());
        files = (LinuxFiles) framework.service(LinuxFiles.class.getName(), null);
    }

    @AfterAll
    void stop() throws Exception {
        if (framework != null) {
            framework.close();
        }
    }

    @AfterEach
    void tidyUp() throws Exception {
        for (Path each : configured) {
            Files.deleteIfExists(each);
        }
        Await.until(
                "the configurations have gone",
                () -> framework.find("io.callgate.resource.ResourceStatus", "(callgate.pid=" + Device.PID + "~*)")
                        == null);
        for (String each : detached) {
            Ran.of(PATIENCE, List.of("losetup", "-d", each));
        }
        configured.clear();
        detached.clear();
    }

    private void configure(String name, String json) throws IOException {
        configured.add(config(name));
        Files.writeString(config(name), json);
    }

    private Path config(String name) {
        return data.resolve("configs/" + Device.PID + "~" + name + ".json");
    }

    private <T extends Device> T device(Class<T> type, String name) {
        return type.cast(framework.service(type.getName(), "(callgate.name=" + name + ")"));
    }

    private boolean isRegistered(Class<?> type, String name) throws Exception {
        return framework.find(type.getName(), "(callgate.name=" + name + ")") != null;
    }

    private static String run(String... command) throws IOException {
        Ran ran = Ran.of(PATIENCE, List.of(command));
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + ran.status() + ": " + ran.text());
        }
        return ran.text().strip();
    }

    /** A free loop device as the service {@code disk}, opened for writing. */
    private BlockDevice disk(String more) throws IOException {
        String node = run("losetup", "-f");
        detached.add(node);
        configure("disk", "{\"path\": \"%s\", \"access\": \"read-write\"%s}".formatted(node, more));
        return device(BlockDevice.class, "disk");
    }

    /** A file in which every block is filled with its own number. */
    private Path image() throws IOException {
        byte[] content = new byte[BLOCK * BLOCKS];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / BLOCK);
        }
        return Files.write(folder.resolve("image"), content);
    }

    private void attach(BlockDevice loop, Path image, Loop.Settings settings) throws IOException {
        try (Fd file = files.open(image, OpenFlag.RDWR)) {
            Loop.attach(loop, file, settings);
        }
    }

    @Test
    void aLoopDeviceIsWhatLosetupAndBlockdevSay() throws Exception {
        Path image = image();
        BlockDevice disk = disk("");
        assertThat(Loop.status(disk)).isEmpty();
        attach(disk, image, new Loop.Settings(BLOCK, 100L * BLOCK, 4096, false, false));

        String node = disk.path().toString();
        assertThat(run("losetup", "-n", "-l", "-O", "BACK-FILE,OFFSET,SIZELIMIT,RO,AUTOCLEAR,LOG-SEC", node)
                        .split("\\s+"))
                .containsExactly(image.toString(), "4096", "409600", "0", "0", "4096");
        assertThat(Loop.status(disk)).hasValueSatisfying(status -> {
            assertThat(status.file()).isEqualTo(image.toString());
            assertThat(status.settings()).isEqualTo(new Loop.Settings(BLOCK, 100L * BLOCK, 0, false, false));
        });
        assertThat(disk.sizeBytes()).isEqualTo(Long.parseLong(run("blockdev", "--getsize64", node)));
        assertThat(disk.logicalSectorBytes()).isEqualTo(Integer.parseInt(run("blockdev", "--getss", node)));
        assertThat(disk.physicalSectorBytes()).isEqualTo(Integer.parseInt(run("blockdev", "--getpbsz", node)));
        assertThat(disk.isReadOnly()).isEqualTo(run("blockdev", "--getro", node).equals("1"));
        run("blockdev", "--setro", node);
        assertThat(disk.isReadOnly()).isTrue();
        run("blockdev", "--setrw", node);

        NativeBuffer buffer = disk.allocate(BLOCK);
        assertThat(disk.pread(buffer, 0, BLOCK, 6L * BLOCK)).isEqualTo(BLOCK);
        assertThat(buffer.bytes().get(BLOCK - 1)).isEqualTo((byte) 7);
        disk.position(BLOCK);
        assertThat(disk.read(buffer, 0, BLOCK)).isEqualTo(BLOCK);
        assertThat(disk.position()).isEqualTo(2 * BLOCK);

        buffer.bytes().put(0, (byte) 99);
        disk.pwrite(buffer, 0, BLOCK, 0);
        disk.flush();
        assertThat(Files.readAllBytes(image)[BLOCK]).isEqualTo((byte) 99);
        disk.discard(BLOCK, BLOCK);
        disk.flush();
        assertThat(Files.readAllBytes(image)[2 * BLOCK]).as("a hole").isZero();

        Loop.detach(disk);
        Await.until(
                "the file is let go of", () -> run("losetup", "-a").lines().noneMatch(line -> line.startsWith(node)));
    }

    @Test
    void directReadsTakeAlignedBuffersOnly() throws Exception {
        BlockDevice disk = disk(", \"direct\": true");
        attach(disk, image(), Loop.Settings.WHOLE);
        NativeBuffer buffer = disk.allocate(2 * BLOCK);
        assertThat(disk.pread(buffer, 0, BLOCK, 9L * BLOCK)).isEqualTo(BLOCK);
        assertThat(buffer.bytes().get(0)).isEqualTo((byte) 9);
        assertThatThrownBy(() -> disk.pread(buffer, 0, BLOCK, 1))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        Loop.detach(disk);
    }

    @Test
    void anExclusiveDeviceIsNobodyElsesAlsoWhileTheProviderIsUpdated() throws Exception {
        BlockDevice disk = disk(", \"exclusive\": true");
        attach(disk, image(), Loop.Settings.WHOLE);
        String node = disk.path().toString();
        assertThatThrownBy(() -> files.open(disk.path(), OpenFlag.RDONLY, OpenFlag.EXCL))
                .hasMessageContaining("EBUSY");
        InProcess.update(framework.bundle("io.callgate.device.provider"));
        BlockDevice next = device(BlockDevice.class, "disk");
        assertThat(next).isNotSameAs(disk);
        assertThat(Loop.status(next)).isPresent();
        assertThatThrownBy(() -> files.open(next.path(), OpenFlag.RDONLY, OpenFlag.EXCL))
                .hasMessageContaining("EBUSY");
        Files.delete(config("disk"));
        Await.until("the device is free", () -> {
            try (Fd mine = files.open(Path.of(node), OpenFlag.RDONLY, OpenFlag.EXCL)) {
                return mine.isOpen();
            } catch (ErrnoException busy) {
                return false;
            }
        });
    }

    @Test
    void aMountedDeviceIsOpenedReadOnlyUntilItIsUnmounted() throws Exception {
        assumeTrue(
                Files.readAllLines(Path.of("/proc/filesystems")).contains("\text4"),
                "this kernel has no ext4 to mount");
        Path image = Files.write(folder.resolve("fs"), new byte[1 << 20]);
        run("mke2fs", "-q", "-F", image.toString());
        String node = run("losetup", "-f");
        detached.add(node);
        run("losetup", node, image.toString());
        Path where = Files.createDirectory(folder.resolve("mount point"));
        run("mount", "-t", "ext4", node, where.toString());
        try {
            configure("disk", "{\"path\": \"%s\", \"access\": \"read-write\"}".formatted(node));
            BlockDevice disk = device(BlockDevice.class, "disk");
            assertThat(disk.isWritable()).isFalse();
            assertThat(disk.holders()).containsExactly(new Holder(Holder.Kind.MOUNT, where.toString()));
            assertThatThrownBy(() -> disk.write(disk.allocate(512), 0, 512)).hasMessageContaining("EBADF");
        } finally {
            run("umount", where.toString());
        }
        Await.until("it is opened for writing", () -> device(BlockDevice.class, "disk")
                .isWritable());
    }

    /** Reads until it is told that there is nothing any more; what is read must be true. */
    private static int readUntilTheEnd(BlockDevice disk, CountDownLatch begun, int seed) throws IOException {
        Random random = new Random(seed);
        NativeBuffer buffer = disk.allocate(BLOCK);
        for (int count = 0; ; count++) {
            int block = random.nextInt(BLOCKS);
            try {
                if (disk.pread(buffer, 0, BLOCK, (long) block * BLOCK) == 0) {
                    return count;
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).contains(disk.path().toString());
                return count;
            }
            assertThat(buffer.bytes().get(0)).isEqualTo((byte) block);
            if (count == 0) {
                begun.countDown();
            }
        }
    }

    @Test
    void aDeviceMayBeDetachedWhileItIsReadAgainAndAgain() throws Exception {
        Path image = image();
        BlockDevice disk = disk(", \"direct\": true");
        String node = disk.path().toString();
        long before = openDescriptors();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < DETACHES; i++) {
                BlockDevice now = disk;
                attach(now, image, Loop.Settings.WHOLE);
                CountDownLatch begun = new CountDownLatch(2);
                List<Future<Integer>> reading = new ArrayList<>();
                for (int reader = 0; reader < 2; reader++) {
                    int seed = 2 * i + reader;
                    Callable<Integer> work = () -> readUntilTheEnd(now, begun, seed);
                    reading.add(readers.submit(work));
                }
                assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                Loop.detach(now);
                for (Future<Integer> each : reading) {
                    assertThat(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
                }
                disk = successor(now);
            }
        } finally {
            readers.shutdownNow();
        }
        assertThat(run("losetup", "-a").lines()).noneMatch(line -> line.startsWith(node));
        assertThat(openDescriptors()).isLessThanOrEqualTo(before + 5);
    }

    private BlockDevice successor(BlockDevice before) {
        BlockDevice[] found = new BlockDevice[1];
        Await.until("a new service without a file", () -> {
            ServiceReference<?> reference = framework.find(BlockDevice.class.getName(), "(callgate.name=disk)");
            found[0] =
                    reference == null ? null : (BlockDevice) framework.context().getService(reference);
            return found[0] != null
                    && found[0] != before
                    && Loop.status(found[0]).isEmpty();
        });
        return found[0];
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void whatLosetupDetachesIsLetGoOfToo() throws Exception {
        BlockDevice disk = disk("");
        attach(disk, image(), Loop.Settings.WHOLE);
        run("losetup", "-d", disk.path().toString());
        successor(disk); // found by the slow look: nobody announces a detachment that waits for us
        assertThat(run("losetup", "-a").lines())
                .noneMatch(line -> line.startsWith(disk.path().toString()));
    }

    @Test
    void anInterfaceIsWhatIpSaysAndItsPacketsAreRead() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "no permission to use /dev/net/tun");
        for (Tun.Layer layer : Tun.Layer.values()) {
            String name = "cgit" + layer.ordinal();
            configure(name, "{\"path\": \"/dev/net/tun\", \"access\": \"read-write\"}");
            CharacterDevice tun = device(CharacterDevice.class, name);
            assertThat(Tun.interfaceName(tun)).isEmpty();
            assertThat(Tun.create(tun, name, layer)).isEqualTo(name);
            assertThat(Tun.interfaceName(tun)).contains(name);
            assertThat(run("ip", "-d", "link", "show", name))
                    .contains(layer == Tun.Layer.IP ? "tun type tun" : "tun type tap")
                    .contains("pi off", "persist off");
            Tun.persist(tun, true);
            assertThat(run("ip", "-d", "link", "show", name)).contains("persist on");
            Tun.persist(tun, false);

            BlockingQueue<byte[]> packets = listen(name);
            run("ip", "addr", "add", "198.51.100.1/30", "dev", name);
            run("ip", "link", "set", name, "up");
            Ran.of(PATIENCE, List.of("bash", "-c", "echo callgate > /dev/udp/198.51.100.2/9"));
            awaitPacket(packets, layer);
            Files.delete(config(name));
            Await.until(
                    "the interface goes with its device",
                    () -> Ran.of(PATIENCE, List.of("ip", "link", "show", name)).status() != 0);
        }
    }

    /** On the Ethernet the kernel asks first who 198.51.100.2 is (ARP); on IP the datagram comes at once. */
    private static void awaitPacket(BlockingQueue<byte[]> packets, Tun.Layer layer) {
        Await.until("the packet", () -> {
            byte[] packet = packets.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(packet).as("a packet").isNotNull();
            return layer == Tun.Layer.IP
                    ? new String(packet).contains("callgate")
                    : packet[12] == 0x08 && packet[13] == 0x06;
        });
    }

    private BlockingQueue<byte[]> listen(String name) {
        BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
        DeviceReadyListener listener = (device, ready) -> {
            NativeBuffer buffer = device.allocate(2048);
            int length = device.read(buffer, 0, buffer.size());
            if (length > 0) {
                byte[] copy = new byte[length];
                buffer.bytes().get(0, copy);
                heard.add(copy);
            }
        };
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(DeviceReadyListener.DEVICE, name);
        framework.context().registerService(DeviceReadyListener.class, listener, properties);
        return heard;
    }

    @Test
    void aTerminalIsSetAsSttySaysAndGoesWithItsMaster() throws Exception {
        configure("master", "{\"path\": \"/dev/ptmx\", \"access\": \"read-write\"}");
        CharacterDevice master = device(CharacterDevice.class, "master");
        NativeBuffer word = master.allocate(Integer.BYTES);
        master.ioctl(TIOCSPTLCK, word, 0); // 0: unlock
        master.ioctl(TIOCGPTN, word, 0);
        String node = "/dev/pts/" + word.bytes().getInt(0);
        configure("line", "{\"path\": \"%s\", \"access\": \"read-write\", \"exclusive\": true}".formatted(node));
        CharacterDevice line = device(CharacterDevice.class, "line");
        for (SerialSettings settings : List.of(
                SerialSettings.of(9600),
                new SerialSettings(115200, 7, Parity.EVEN, 2, Flow.RTS_CTS),
                new SerialSettings(4800, 8, Parity.ODD, 1, Flow.XON_XOFF))) {
            Serial.apply(line, settings);
            // A pseudo terminal takes 8 bits without parity whatever is asked for, and we are told so.
            assertThat(Serial.settings(line).baud()).isEqualTo(settings.baud());
            assertThat(Serial.settings(line).flow()).isEqualTo(settings.flow());
            assertThat(Serial.settings(line).stopBits()).isEqualTo(settings.stopBits());
            String stty = run("stty", "-F", node, "-a");
            assertThat(stty).contains("speed " + settings.baud() + " baud", "-icanon", "-echo", "-opost", "-isig");
            assertThat(stty).contains(" cs" + Serial.settings(line).dataBits());
            assertThat(stty).contains((settings.flow() == Flow.RTS_CTS ? " " : "-") + "crtscts");
            assertThat(stty).contains((settings.flow() == Flow.XON_XOFF ? " " : "-") + "ixoff");
            assertThat(stty).contains((settings.stopBits() == 2 ? " " : "-") + "cstopb");
        }
        run("stty", "-F", node, "19200", "-crtscts", "-ixon", "-ixoff", "-cstopb");
        assertThat(Serial.settings(line)).hasToString("19200 8N1");

        BlockingQueue<byte[]> heard = listen("line");
        NativeBuffer bytes = master.allocate(3);
        bytes.bytes().put(0, new byte[] {3, 13, 17}); // Ctrl-C, return, XON: raw bytes all
        master.write(bytes, 0, 3);
        assertThat(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).containsExactly(3, 13, 17);

        Files.delete(config("master"));
        Await.until("the line goes with its master", () -> !isRegistered(CharacterDevice.class, "line"));
    }

    @Test
    void theEntropyIsWhatProcSays() throws Exception {
        configure("random", "{\"path\": \"/dev/random\"}");
        CharacterDevice random = device(CharacterDevice.class, "random");
        assertThat(Entropy.availableBits(random))
                .isEqualTo(Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/kernel/random/entropy_avail"))
                        .get(0)));
    }

    @Test
    void aDeviceThatTheKernelAddsLaterBecomesAServiceAtOnce() throws Exception {
        Ioctl add = new Ioctl(0x4C80);
        Ioctl remove = new Ioctl(0x4C81);
        int number = 77;
        assumeTrue(!Files.exists(Path.of("/dev/loop" + number)), "/dev/loop77 is there already");
        configure("control", "{\"path\": \"/dev/loop-control\", \"access\": \"read-write\"}");
        configure("late", "{\"path\": \"/dev/loop77\"}");
        CharacterDevice control = device(CharacterDevice.class, "control");
        control.ioctl(add, number);
        BlockDevice late = device(BlockDevice.class, "late");
        assertThat(late.number()).hasToString("block 7:77");
        assertThatThrownBy(() -> control.ioctl(remove, number)).hasMessageContaining("EBUSY");
        Files.delete(config("late"));
        Await.until("it can be removed", () -> {
            try {
                control.ioctl(remove, number);
                return true;
            } catch (ErrnoException busy) {
                return false;
            }
        });
    }
}
