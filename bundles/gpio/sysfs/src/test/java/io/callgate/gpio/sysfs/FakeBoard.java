// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.linux.Errno;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * /sys with GPIO chips whose class files answer as gpiolib-sysfs.c does. {@link #driver} is what the chip's driver was
 * told: each element is one change that a wire could see.
 */
final class FakeBoard {

    private static final List<String> FILES = List.of("direction", "value", "active_low", "edge");

    static final String BOOT = "/proc/sys/kernel/random/boot_id";

    FakeLinux kernel;
    final Path sys;
    final List<String> driver = new ArrayList<>();

    private final Path gpio;
    private final Map<Integer, Wire> wires = new TreeMap<>();
    private int removed;

    FakeBoard(Path folder) throws IOException {
        this.sys = folder.resolve("sys");
        this.gpio = Files.createDirectories(sys.resolve("class/gpio"));
        this.kernel = door("5d2e");
    }

    private FakeLinux door(String boot) {
        FakeLinux door = new FakeLinux().tree(sys).attribute(BOOT, boot);
        door.script(gpio.resolve("export").toString(), () -> writer(this::export));
        door.script(gpio.resolve("unexport").toString(), () -> writer(this::unexport));
        return door;
    }

    /** The process is killed: its descriptors, timers and kept handles are no more, the lines stay as they are. */
    void kill() {
        kernel = door(kernel.value(BOOT));
        wires.values().stream().filter(wire -> wire.exported).forEach(this::show);
    }

    /** A chip of a device that has it alone; {@code chardev} may be empty. */
    KernelDevice chip(int base, int lines, String label, String chardev) throws IOException {
        Path device = Files.createDirectories(sys.resolve("devices/platform/" + label));
        Path chip = Files.createDirectories(device.resolve("gpio/gpiochip" + base));
        Files.writeString(chip.resolve("base"), base + "\n");
        Files.writeString(chip.resolve("ngpio"), lines + "\n");
        Files.writeString(chip.resolve("label"), label + "\n");
        Files.createSymbolicLink(chip.resolve("device"), device);
        if (!chardev.isEmpty()) {
            Files.createDirectories(device.resolve(chardev));
        }
        for (int number = base; number < base + lines; number++) {
            wires.put(number, new Wire(number));
        }
        return new KernelDevice("gpio", "gpiochip" + base, chip, Optional.empty(), Map.of());
    }

    /** Somebody else in the kernel, or with the character device, has the line. */
    void hold(int number) {
        wires.get(number).held = true;
    }

    /** ... and has it no more. */
    void release(int number) {
        wires.get(number).held = false;
    }

    /** The outside drives a line. */
    void pull(int number, boolean high) {
        wires.get(number).drive(high);
        kernel.turn();
    }

    /** An edge and back before anybody could look. */
    void spike(int number) {
        Wire wire = wires.get(number);
        wire.drive(!wire.high);
        wire.drive(!wire.high);
        kernel.turn();
    }

    /** As another program does by {@code echo}. */
    void export(int number) throws IOException {
        export(Integer.toString(number));
    }

    void unexport(int number) throws IOException {
        unexport(Integer.toString(number));
    }

    boolean isExported(int number) {
        return wires.get(number).exported;
    }

    boolean isHigh(int number) {
        return wires.get(number).high;
    }

    String file(int number, String name) {
        return gpio.resolve("gpio" + number).resolve(name).toString();
    }

    /** The kernel takes all lines of a chip away with it. */
    void takeAway(KernelDevice chip) throws IOException {
        vanish(chip);
        kernel.unplug(chip);
    }

    /** As {@link #takeAway}, before the announcement. */
    void vanish(KernelDevice chip) throws IOException {
        Files.delete(chip.sysPath().resolve("base"));
        for (Wire wire : wires.values()) {
            if (wire.exported) {
                unexport(wire.number);
            }
        }
    }

    /** The same chip again, with the numbers it had. */
    KernelDevice restored(KernelDevice chip) throws IOException {
        Files.writeString(chip.sysPath().resolve("base"), Gateway.BASE + "\n");
        return new KernelDevice("gpio", chip.name(), chip.sysPath(), Optional.empty(), Map.of());
    }

    private void export(String text) throws IOException {
        Wire wire = wires.get(Integer.parseInt(text));
        if (wire == null) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        if (wire.held || wire.exported) {
            throw FakeFile.refuse(Errno.EBUSY);
        }
        wire.exported = true;
        Path folder = Files.createDirectory(gpio.resolve("gpio" + wire.number));
        for (String name : FILES) {
            Files.createFile(folder.resolve(name));
        }
        show(wire);
    }

    private void show(Wire wire) {
        for (String name : FILES) {
            kernel.script(file(wire.number, name), () -> wire.open(name));
        }
    }

    /** The folder is moved away rather than deleted, so that no other gets its inode number. */
    private void unexport(String text) throws IOException {
        Wire wire = wires.get(Integer.parseInt(text));
        if (wire == null || !wire.exported) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        Path folder = gpio.resolve("gpio" + wire.number);
        for (String name : FILES) {
            kernel.remove(folder.resolve(name).toString());
        }
        Files.move(folder, sys.resolveSibling("removed" + removed++));
        wires.put(wire.number, new Wire(wire.number));
        driver.add(wire.number + " free");
    }

    private interface Taker {
        void take(String text) throws IOException;
    }

    private static FakeFile writer(Taker taker) {
        return new FakeFile() {
            @Override
            public int write(ByteBuffer from, long position) throws IOException {
                int length = from.remaining();
                byte[] bytes = new byte[length];
                from.get(bytes);
                taker.take(new String(bytes, StandardCharsets.UTF_8).strip());
                return length;
            }
        };
    }

    /** One line of a chip. */
    private final class Wire {

        private final int number;
        private boolean held;
        private boolean exported;
        private boolean output;
        private boolean high;
        private boolean activeLow;
        private String edge = "none";
        private int events = 1;

        Wire(int number) {
            this.number = number;
        }

        void drive(boolean now) {
            boolean active = now != activeLow;
            if (now != high && (edge.equals("both") || edge.equals(active ? "rising" : "falling"))) {
                events++;
            }
            high = now;
        }

        FakeFile open(String name) {
            FakeFile writer = writer(text -> write(name, text));
            return new FakeFile() {
                private int seen;

                @Override
                public int read(ByteBuffer into, long position) {
                    seen = events;
                    byte[] text = (Wire.this.read(name) + "\n").getBytes(StandardCharsets.UTF_8);
                    into.put(text);
                    return text.length;
                }

                @Override
                public int write(ByteBuffer from, long position) throws IOException {
                    return writer.write(from, position);
                }

                @Override
                public int ready() {
                    return name.equals("value") && seen != events ? Ready.PRI | Ready.ERR : 0;
                }
            };
        }

        private String read(String name) {
            return switch (name) {
                case "direction" -> output ? "out" : "in";
                case "value" -> high != activeLow ? "1" : "0";
                case "active_low" -> activeLow ? "1" : "0";
                default -> edge;
            };
        }

        private void write(String name, String text) throws IOException {
            switch (name) {
                case "direction" -> direct(text);
                case "value" -> set(!text.equals("0"));
                case "active_low" -> activeLow = !text.equals("0");
                default -> {
                    if (output && !text.equals("none")) {
                        throw FakeFile.refuse(Errno.EIO);
                    }
                    edge = text;
                }
            }
        }

        private void direct(String text) throws IOException {
            output = !text.equals("in");
            if (output && !edge.equals("none")) {
                throw FakeFile.refuse(Errno.EIO);
            }
            high = output ? text.equals("high") : high;
            driver.add(number + " " + text);
        }

        private void set(boolean active) throws IOException {
            if (!output) {
                throw FakeFile.refuse(Errno.EPERM);
            }
            high = active != activeLow;
            driver.add(number + (high ? " = 1" : " = 0"));
        }
    }

    /** Makes a file of a line unreadable for us, as before udev has come. */
    void forbid(int number, String name) {
        kernel.readOnly(file(number, name));
    }

    /** What debugfs says. */
    void debug(String text) {
        try {
            Path file = sys.resolve("kernel/debug/gpio");
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
