// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.BlockDevice;
import io.callgate.device.Device;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.platform.HexDump;
import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's commands for devices. What is listed is not opened. */
@Component(
        service = DeviceCommands.class,
        property = {
            "osgi.command.scope=device",
            "osgi.command.function=list",
            "osgi.command.function=info",
            "osgi.command.function=hexdump",
            "osgi.command.function=ioctl"
        })
public final class DeviceCommands {

    private static final int LONGEST_DUMP = 1 << 16;

    /** The most that a request's number can state: old ones state nothing, and the driver writes what it likes. */
    private static final int LARGEST_ARGUMENT = 1 << 14;

    private final Opener opener;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<ConfiguredDevice> configured;

    /** @param opener knows what there is */
    @Activate
    public DeviceCommands(@Reference Opener opener) {
        this.opener = opener;
    }

    /** Those that are configured, or all that the kernel has. */
    @Descriptor("shows the configured devices and their states; with --all those that the kernel has; opens none")
    public String list(
            @Descriptor("all devices of the kernel")
                    @Parameter(
                            names = {"-a", "--all"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean all)
            throws IOException {
        return all ? kernel() : ours();
    }

    private String ours() {
        Table table = new Table("NAME", "PATH", "NUMBER", "ACCESS", "STATE");
        configured.stream()
                .sorted(Comparator.comparing(each -> each.status().name()))
                .forEach(each -> row(table, each));
        return table.toString();
    }

    private static void row(Table table, ConfiguredDevice each) {
        String name = each.status().name();
        Optional<Device> device = each.device();
        if (device.isPresent()) {
            Device live = device.get();
            table.row(
                    name,
                    live.path(),
                    live.number(),
                    live.isWritable() ? "write" : "read",
                    each.status().now().words());
        } else {
            table.row(name, each.configuredPath(), "", "", each.status().now().words());
        }
    }

    private String kernel() throws IOException {
        Table table = new Table("NODE", "NUMBER", "SUBSYSTEM", "SIZE", "USE");
        for (SysDevices.Seen each : opener.sys().all()) {
            String size = each.sizeBytes() < 0 ? "" : Long.toString(each.sizeBytes());
            String use = each.sizeBytes() < 0 ? "" : holders(each);
            table.row(each.node().isEmpty() ? each.name() : each.node(), each.number(), each.subsystem(), size, use);
        }
        return table.toString();
    }

    private String holders(SysDevices.Seen device) throws IOException {
        return opener.use().of(device.number()).stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** One device. */
    @Descriptor("shows what is known of a device")
    public String info(@Descriptor("name of a configured device, or a node's path, which is not opened") String name)
            throws IOException {
        Table table = new Table("WHAT", "VALUE");
        if (name.startsWith("/")) {
            node(table, Path.of(name));
            return table.toString();
        }
        ConfiguredDevice each = named(name);
        table.row("state", each.status().now().words());
        table.row("configured", each.configuredPath());
        Device device = each.device().orElse(null);
        if (device != null) {
            node(table, device.path());
            table.row("opened for", device.isWritable() ? "reading and writing" : "reading");
        }
        if (device instanceof BlockDevice block) {
            table.row(
                    "sectors",
                    block.logicalSectorBytes() + " bytes, physical " + block.physicalSectorBytes() + " bytes");
            table.row("medium", block.isReadOnly() ? "read-only" : "writable");
            table.row("page cache", block.isDirect() ? "passed by" : "used");
        }
        return table.toString();
    }

    private void node(Table table, Path path) throws IOException {
        Node node = opener.gate()
                .look(path)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no " + path + " (device:list --all shows what the kernel has)"));
        if (!node.isDevice()) {
            throw new IllegalArgumentException(path + " is " + node.what() + ", no device");
        }
        table.row("node", path);
        table.row("number", node.number());
        table.row("permissions", node.permissions());
        SysDevices.Seen seen = opener.sys().seen(node.number()).orElse(null);
        if (seen != null) {
            table.row("subsystem", seen.subsystem());
            table.row("kernel name", seen.name());
        }
        if (seen != null && node.isBlock()) {
            table.row("size", seen.sizeBytes() + " bytes");
            table.row("use", holders(seen));
        }
    }

    /** From the beginning. */
    @Descriptor("reads a device and shows the first 256 bytes")
    public String hexdump(@Descriptor("name of the device") String name) throws IOException {
        return hexdump(name, "0", "256");
    }

    /** From a position. */
    @Descriptor("reads a device and shows its bytes")
    public String hexdump(
            @Descriptor("name of the device") String name,
            @Descriptor("position in bytes; of no meaning to a device that has none") String position,
            @Descriptor("how many bytes, 64 KiB at most") String length)
            throws IOException {
        long from = number("position", position, Long.MAX_VALUE);
        int wanted = (int) number("length", length, LONGEST_DUMP);
        Device device = live(name);
        int sector = device instanceof BlockDevice block && block.isDirect() ? block.logicalSectorBytes() : 1;
        int before = (int) (from % sector);
        int whole = (before + wanted + sector - 1) / sector * sector;
        NativeBuffer buffer = device.allocate(whole);
        int count = read(device, buffer, whole, from - before);
        if (count == LinuxFiles.WOULD_BLOCK) {
            return "nothing to read now";
        }
        byte[] bytes = new byte[Math.max(0, Math.min(count - before, wanted))];
        buffer.bytes().get(before, bytes);
        return HexDump.of(bytes, from);
    }

    private static int read(Device device, NativeBuffer buffer, int length, long position) throws IOException {
        return device instanceof BlockDevice
                ? device.pread(buffer, 0, length, position)
                : device.read(buffer, 0, length);
    }

    /** Without an argument. */
    @Descriptor("sends a request to a device, shows its result and the structure that came back")
    public String ioctl(
            @Descriptor("name of the device") String name,
            @Descriptor("its number (0x1268), or io:TYPE:NR, ior:TYPE:NR:SIZE, iow:TYPE:NR:SIZE, iowr:TYPE:NR:SIZE")
                    String request)
            throws IOException {
        return ioctl(name, request, "");
    }

    /** With an argument. */
    @Descriptor("sends a request with an argument to a device, shows its result and the structure that came back")
    public String ioctl(
            @Descriptor("name of the device") String name,
            @Descriptor("its number (0x1268), or io:TYPE:NR, ior:TYPE:NR:SIZE, iow:TYPE:NR:SIZE, iowr:TYPE:NR:SIZE")
                    String request,
            @Descriptor(
                            "a number, or x and the structure's bytes in hex digits (x0100ff); a request that states no size is"
                                    + " given a structure only so")
                    String argument)
            throws IOException {
        Ioctl ioctl = RequestWord.parse(request);
        byte[] given = bytes(argument);
        Device device = live(name);
        if (given == null && ioctl.size() == 0) {
            return Integer.toString(
                    device.ioctl(ioctl, argument.isEmpty() ? 0 : number("argument", argument, -1L >>> 1)));
        }
        NativeBuffer buffer = device.allocate(LARGEST_ARGUMENT);
        int size = given == null ? ioctl.size() : Math.max(given.length, ioctl.size());
        if (given != null) {
            buffer.bytes().put(0, given);
        } else if (!argument.isEmpty()) {
            throw new IllegalArgumentException(
                    "this request's argument is a structure of " + size + " bytes: give x and hex" + " digits");
        }
        int result = device.ioctl(ioctl, buffer, 0);
        byte[] back = new byte[size];
        buffer.bytes().get(0, back);
        return result + "\n" + HexDump.of(back, 0);
    }

    /** Null if it is none. */
    private static byte[] bytes(String argument) {
        if (!argument.startsWith("x")) {
            return null;
        }
        try {
            byte[] bytes = HexFormat.of().parseHex(argument.substring(1));
            return Arrays.copyOf(bytes, Math.min(bytes.length, LARGEST_ARGUMENT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + argument + "\" is not x and pairs of hex digits", e);
        }
    }

    private static long number(String what, String text, long highest) {
        try {
            long value = Long.decode(text);
            if (value >= 0 && value <= highest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + " \"" + text + "\" is no number", e);
        }
        throw new IllegalArgumentException(what + " " + text + " is not from 0 to " + highest);
    }

    private ConfiguredDevice named(String name) {
        return configured.stream()
                .filter(each -> each.status().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no device \"" + name + "\" is configured" + meant(name)
                        + " (device:list shows those that are; a new one is a file configs/" + Device.PID + "~" + name
                        + ".json)"));
    }

    private String meant(String typed) {
        return Nearest.meant(
                typed, configured.stream().map(each -> each.status().name()).toList());
    }

    private Device live(String name) {
        ConfiguredDevice device = named(name);
        return device.device()
                .orElseThrow(() -> new IllegalStateException(
                        name + " is " + device.status().now().words()));
    }
}
