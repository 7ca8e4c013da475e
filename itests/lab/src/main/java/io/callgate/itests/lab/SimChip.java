// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A chip of gpio-sim: real to every program, and moved from behind. What it lets a test do from behind is to pull a line up
 * or down, which an input sees as its level and as an edge, and to read what an output drives.
 *
 * <pre>{@code
 * try (SimChip chip = SimChip.make("bench", 4, Map.of(0, "VALVE"))) {
 *     chip.pull(0, true);          // the valve's switch closes
 *     open(chip.node());           // /dev/gpiochip2
 *     assertThat(chip.value(1)).isTrue();
 * }
 * }</pre>
 *
 * @see <a href="https://docs.kernel.org/admin-guide/gpio/gpio-sim.html">Configfs GPIO Simulator</a>
 */
public final class SimChip implements AutoCloseable {

    /** The chip that is there from the first: 16 lines, BUTTON LED RELAY DOOR PUMP VALVE ALARM HEAT and eight without a name. */
    public static final String LAB = "lab-gpio";

    /** A chip of 4 lines, POWER STATUS RESET SPARE, of which the kernel itself holds the first for {@code lab-hog}. */
    public static final String BOARD = "lab-board";

    private static final Path CONFIGFS = Path.of("/sys/kernel/config/gpio-sim");

    private final Path config;
    private final String label;
    private final Path device;
    private final boolean ours;

    private SimChip(Path config, boolean ours) {
        this.config = config;
        this.ours = ours;
        Path bank = config.resolve("bank0");
        this.label = Lab.read(bank.resolve("label"));
        this.device = Path.of(
                "/sys/devices/platform", Lab.read(config.resolve("dev_name")), Lab.read(bank.resolve("chip_name")));
    }

    /** Makes a chip; the map names some of its lines by their offsets. Closing it takes it away, held lines or not. */
    public static SimChip make(String label, int lines, Map<Integer, String> names) throws IOException {
        Path config = Files.createDirectory(CONFIGFS.resolve(label));
        Path bank = Files.createDirectory(config.resolve("bank0"));
        Lab.write(bank.resolve("label"), label);
        Lab.write(bank.resolve("num_lines"), Integer.toString(lines));
        for (Map.Entry<Integer, String> line : new TreeMap<>(names).entrySet()) {
            Lab.write(
                    Files.createDirectory(bank.resolve("line" + line.getKey())).resolve("name"), line.getValue());
        }
        Lab.write(config.resolve("live"), "1");
        return new SimChip(config, true);
    }

    /** A chip that is there; closing this does nothing to it. */
    public static SimChip labelled(String label) throws IOException {
        try (Stream<Path> all = Files.list(CONFIGFS)) {
            return all.filter(each -> Lab.read(each.resolve("bank0/label")).equals(label))
                    .map(each -> new SimChip(each, false))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no simulated chip labelled " + label));
        }
    }

    /** Its label, by which configurations name it. */
    public String label() {
        return label;
    }

    /** Its kernel name, {@code gpiochip0}. */
    public String name() {
        return device.getFileName().toString();
    }

    /** Its character device. */
    public Path node() {
        return Path.of("/dev", name());
    }

    /** The number of its first line in /sys/class/gpio. */
    public int sysfsBase() throws IOException {
        return Integer.parseInt(Lab.read(Lab.device("gpio", "label", label).resolve("base")));
    }

    /** Pulls a line up or down from outside: an input's level, and an edge if that is new. */
    public void pull(int offset, boolean up) throws IOException {
        Lab.write(pullFile(offset), up ? "pull-up" : "pull-down");
    }

    /** What {@link #pull} writes: {@code pull-up} or {@code pull-down}. */
    public Path pullFile(int offset) {
        return line(offset).resolve("pull");
    }

    /** The physical level of a line: what an output drives, what an input is pulled to. */
    public boolean value(int offset) {
        return Lab.read(line(offset).resolve("value")).equals("1");
    }

    /** Takes the chip away, as if unplugged; {@link #plug} brings it back, perhaps under another name. */
    public void unplug() throws IOException {
        Lab.write(config.resolve("live"), "0");
    }

    /** Brings it back. The simulator starts anew: ask for a new object by the label. */
    public SimChip plug() throws IOException {
        Lab.write(config.resolve("live"), "1");
        return new SimChip(config, ours);
    }

    @Override
    public void close() throws IOException {
        if (!ours) {
            return;
        }
        if (Lab.read(config.resolve("live")).equals("1")) {
            unplug(); // a second time it would be refused
        }
        Path bank = config.resolve("bank0");
        try (Stream<Path> lines = Files.list(bank)) {
            for (Path line : lines.filter(Files::isDirectory).toList()) {
                Files.delete(line);
            }
        }
        Files.delete(bank);
        Files.delete(config);
    }

    @Override
    public String toString() {
        return label + " (" + name() + ")";
    }

    private Path line(int offset) {
        return device.resolve("sim_gpio" + offset);
    }
}
