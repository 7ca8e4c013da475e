// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.device.CType.S32;
import static io.callgate.device.CType.U16;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U8;
import static io.callgate.device.CType.ULONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.device.BlockDevice;
import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.device.Loop;
import io.callgate.device.Struct;
import io.callgate.device.StructLayout;
import io.callgate.device.Uio;
import io.callgate.itests.harness.Await;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registers and interrupts, disks, and devices that are made and taken away, on real drivers. */
@LabTest
class DeviceLabTest {

    private static final int EDU_IDENTIFICATION = 0x00;
    private static final int EDU_LIVENESS = 0x04;
    private static final int EDU_RAISE = 0x60;
    private static final int EDU_STATUS = 0x24;
    private static final int EDU_ACKNOWLEDGE = 0x64;

    private static final StructLayout INPUT_ID = StructLayout.struct("input_id")
            .field("bustype", U16)
            .field("vendor", U16)
            .field("product", U16)
            .field("version", U16)
            .build();
    private static final StructLayout UINPUT_SETUP = StructLayout.struct("uinput_setup")
            .field("id", INPUT_ID)
            .field("name", U8, 80)
            .field("ff_effects_max", U32)
            .build();
    private static final StructLayout INPUT_EVENT = StructLayout.struct("input_event")
            .field("sec", ULONG)
            .field("usec", ULONG)
            .field("type", U16)
            .field("code", U16)
            .field("value", S32)
            .build();
    private static final Ioctl UI_DEV_CREATE = Ioctl.io('U', 1);
    private static final Ioctl UI_DEV_DESTROY = Ioctl.io('U', 2);
    private static final Ioctl UI_DEV_SETUP = Ioctl.iow('U', 3, UINPUT_SETUP.size());
    private static final Ioctl UI_GET_SYSNAME = Ioctl.ior('U', 44, 64);
    private static final Ioctl UI_SET_EVBIT = Ioctl.iow('U', 100, Integer.BYTES);
    private static final Ioctl UI_SET_KEYBIT = Ioctl.iow('U', 101, Integer.BYTES);
    private static final int EV_KEY = 1;
    private static final int KEY_A = 30;

    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    private static Map<String, String> configurations(String... namesAndPaths) {
        Map<String, String> configurations = new HashMap<>();
        for (int i = 0; i < namesAndPaths.length; i += 2) {
            configurations.put(
                    Device.PID + "~" + namesAndPaths[i],
                    "{\"path\": \"%s\", \"access\": \"read-write\"}".formatted(namesAndPaths[i + 1]));
        }
        return configurations;
    }

    private Product start(Map<String, String> configurations) throws Exception {
        return Product.start(folder, configurations, SomeBundles.with("device", "apps.control"));
    }

    private static <T extends Device> T device(Product product, Class<T> type, String name) {
        return product.service(type, "(callgate.name=" + name + ")");
    }

    private static BlockingQueue<Integer> listen(Product product, String name, DeviceReadyListener reader) {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(DeviceReadyListener.DEVICE, name);
        DeviceReadyListener listener = (device, ready) -> {
            reader.ready(device, ready);
            heard.add(ready);
        };
        product.framework().context().registerService(DeviceReadyListener.class, listener, properties);
        return heard;
    }

    @Test
    void edusRegistersAreMappedAndItsInterruptIsHeard() throws Exception {
        try (Product product = start(configurations("edu", "/dev/uio0"))) {
            LinuxFiles files = product.service(LinuxFiles.class, null);
            CharacterDevice edu = device(product, CharacterDevice.class, "edu");
            assertThat(Uio.regions(edu)).hasSize(1).allMatch(region -> region.sizeBytes() == 1 << 20);
            LinuxMemory memory = product.service(LinuxMemory.class, null);
            try (Mapping mapping = Uio.map(edu, Uio.regions(edu).get(0), memory)) {
                ByteBuffer registers = mapping.buffer().bytes();
                assertThat(registers.getInt(EDU_IDENTIFICATION) & 0xffff).isEqualTo(0x00ed);
                registers.putInt(EDU_LIVENESS, 0x12345678);
                assertThat(registers.getInt(EDU_LIVENESS)).isEqualTo(~0x12345678);

                BlockingQueue<OptionalInt> counts = new LinkedBlockingQueue<>();
                listen(product, "edu", (device, ready) -> counts.add(Uio.interrupts((CharacterDevice) device)));
                Uio.unmask(edu, files);
                int before = 0;
                for (int i = 0; i < 5; i++) {
                    registers.putInt(EDU_RAISE, 1 << i);
                    OptionalInt count = counts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(count).as("interrupt " + i).isNotNull().isPresent();
                    assertThat(count.getAsInt()).isGreaterThan(before);
                    before = count.getAsInt();
                    assertThat(registers.getInt(EDU_STATUS)).isEqualTo(1 << i);
                    registers.putInt(EDU_ACKNOWLEDGE, 1 << i);
                    Uio.unmask(edu, files);
                }
                assertThat(counts).isEmpty();
            }
        }
    }

    @Test
    void theControlApplicationComputesOnEdu() throws Exception {
        Map<String, String> configurations = configurations("edu", "/dev/uio0");
        configurations.put("io.callgate.apps.control.edu", "{}");
        try (Product product = start(configurations)) {
            Object application = product.framework().service("io.callgate.apps.control.EduRegisters", null);
            assertThat((String) application.getClass().getMethod("identify").invoke(application))
                    .endsWith("ed");
            for (int[] each : new int[][] {{5, 120}, {0, 1}, {12, 479001600}}) {
                assertThat(application
                                .getClass()
                                .getMethod("factorial", int.class)
                                .invoke(application, each[0]))
                        .isEqualTo(each[1]);
            }
        }
    }

    @Test
    void aDiskOfNothingIsWhatBlockdevSays() throws Exception {
        String direct = "{\"path\": \"/dev/nullb0\", \"access\": \"read-write\", \"direct\": true}";
        try (Product product = start(Map.of(Device.PID + "~null", direct))) {
            BlockDevice disk = device(product, BlockDevice.class, "null");
            assertThat(disk.sizeBytes())
                    .isPositive()
                    .isEqualTo(Long.parseLong(
                            Lab.run("blockdev", "--getsize64", "/dev/nullb0").strip()));
            assertThat(disk.logicalSectorBytes())
                    .isEqualTo(Integer.parseInt(
                            Lab.run("blockdev", "--getss", "/dev/nullb0").strip()));
            NativeBuffer buffer = disk.allocate(4096);
            assertThat(disk.pwrite(buffer, 0, 4096, 8192)).isEqualTo(4096);
            assertThat(disk.pread(buffer, 0, 4096, 8192)).isEqualTo(4096);
            assertThat(disk.pread(buffer, 0, 4096, disk.sizeBytes()))
                    .as("the end")
                    .isZero();
            disk.flush();
        }
    }

    @Test
    void aFileBecomesADiskAndIsLetGoOf() throws Exception {
        String node = Lab.run("losetup", "-f").strip();
        Path image =
                Files.write(folder.resolve("image"), "callgate".repeat(1024).getBytes());
        try (Product product = start(configurations("disk", node))) {
            BlockDevice disk = device(product, BlockDevice.class, "disk");
            try (Fd file = product.service(LinuxFiles.class, null).open(image, OpenFlag.RDWR)) {
                Loop.attach(disk, file, Loop.Settings.WHOLE);
            }
            assertThat(Lab.run("losetup", "-a")).contains(node, image.toString());
            NativeBuffer buffer = disk.allocate(8);
            assertThat(disk.pread(buffer, 0, 8, 800)).isEqualTo(8);
            assertThat(buffer.text(0, 8)).isEqualTo("callgate");
            Loop.detach(disk);
            Await.until("the file is let go of", () -> !Lab.run("losetup", "-a").contains(node + ":"));
        }
    }

    @Test
    void aKeyboardIsMadeItsKeyIsHeardAndItGoes() throws Exception {
        try (Product product = start(configurations("uinput", "/dev/uinput"))) {
            CharacterDevice uinput = device(product, CharacterDevice.class, "uinput");
            String node = keyboard(uinput);
            product.configure(Device.PID + "~keys", "{\"path\": \"" + node + "\"}");
            CharacterDevice keys = device(product, CharacterDevice.class, "keys");
            assertThat(product.framework().find(CharacterDevice.class.getName(), "(device.subsystem=input)"))
                    .isNotNull();

            BlockingQueue<Long> pressed = new LinkedBlockingQueue<>();
            listen(product, "keys", (device, ready) -> {
                Struct event = INPUT_EVENT.at(device.allocate(INPUT_EVENT.size()));
                device.read(event.buffer(), 0, event.layout().size());
                if (event.get("type") == EV_KEY) {
                    pressed.add(event.get("code"));
                }
            });
            press(uinput);
            assertThat(pressed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(KEY_A);

            uinput.ioctl(UI_DEV_DESTROY, 0);
            Await.until(
                    "the keyboard has gone",
                    () -> product.framework().find(CharacterDevice.class.getName(), "(callgate.name=keys)") == null);
            Await.until("its descriptor is closed", () -> !keys.fd().isOpen());
            assertThat(keyboard(uinput)).isEqualTo(node);
            device(product, CharacterDevice.class, "keys");
        }
    }

    private static String keyboard(CharacterDevice uinput) throws IOException {
        uinput.ioctl(UI_SET_EVBIT, EV_KEY);
        uinput.ioctl(UI_SET_KEYBIT, KEY_A);
        Struct setup = UINPUT_SETUP.at(uinput.allocate(UINPUT_SETUP.size()));
        uinput.ioctl(UI_DEV_SETUP, setup.set("id.bustype", 6).setText("name", "callgate lab"));
        uinput.ioctl(UI_DEV_CREATE, 0);
        NativeBuffer name = uinput.allocate(UI_GET_SYSNAME.size());
        uinput.ioctl(UI_GET_SYSNAME, name, 0);
        String input = name.text(0, name.size()).replaceAll("\0.*", "");
        try (Stream<Path> parts = Files.list(Path.of("/sys/devices/virtual/input", input))) {
            return parts.map(each -> each.getFileName().toString())
                    .filter(each -> each.startsWith("event"))
                    .map(each -> "/dev/input/" + each)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void press(CharacterDevice uinput) throws IOException {
        Struct event = INPUT_EVENT.at(uinput.allocate(INPUT_EVENT.size()));
        event.set("type", EV_KEY).set("code", KEY_A).set("value", 1);
        uinput.write(event.buffer(), 0, INPUT_EVENT.size());
        event.set("type", 0).set("code", 0).set("value", 0); // EV_SYN: that was all
        uinput.write(event.buffer(), 0, INPUT_EVENT.size());
    }

    @Test
    void watchdogsAndMemoryAreRefusedAndNoWatchdogIsArmed() throws Exception {
        List<String> nodes = List.of("/dev/watchdog", "/dev/watchdog0", "/dev/watchdog1", "/dev/mem", "/dev/port");
        Map<String, String> configurations = new HashMap<>();
        for (String each : nodes) {
            configurations.putAll(configurations(Path.of(each).getFileName().toString(), each));
        }
        try (Product product = start(configurations)) {
            for (String each : nodes) {
                ResourceStatus status = product.service(
                        ResourceStatus.class, "(callgate.name=" + Path.of(each).getFileName() + ")");
                Await.until(each + " is refused", () -> status.reason().contains("is refused: char "));
            }
            for (String watchdog : List.of("watchdog0", "watchdog1")) {
                assertThat(Lab.read(Path.of("/sys/class/watchdog", watchdog, "state")))
                        .isEqualTo("inactive");
            }
        }
    }
}
