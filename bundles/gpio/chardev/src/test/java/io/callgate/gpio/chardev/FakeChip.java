// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.chardev.Uapi.Flag;
import io.callgate.linux.Errno;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A GPIO chip that answers as drivers/gpio/gpiolib-cdev.c does, down to which number it refuses with. A test is the
 * outside: it pulls inputs, sees what outputs are driven to, holds lines, takes the chip away.
 */
final class FakeChip {

    private static final long BIASES = Flag.BIAS_PULL_UP | Flag.BIAS_PULL_DOWN | Flag.BIAS_DISABLED;
    private static final long EDGES = Flag.EDGE_RISING | Flag.EDGE_FALLING;
    private static final long KNOWN = (Flag.EVENT_CLOCK_HTE << 1) - 1 - Flag.USED;

    private final String name;
    private final String label;
    private final Line[] lines;
    private final List<Opened> opened = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final Map<Ioctl, Errno> refusals = new HashMap<>();
    private boolean interrupts = true;
    private boolean gone;
    private long now = 1_000_000_000;

    private static final class Line {
        private String name = "";
        private String consumer = "";
        private boolean used;
        private long flags = Flag.INPUT;
        private int debounce;
        private boolean high;
    }

    FakeChip(String name, String label, int lines) {
        this.name = name;
        this.label = label;
        this.lines = new Line[lines];
        for (int i = 0; i < lines; i++) {
            this.lines[i] = new Line();
        }
    }

    FakeChip line(int offset, String lineName) {
        lines[offset].name = lineName;
        return this;
    }

    /** Somebody else holds it. */
    FakeChip hold(int offset, String consumer) {
        lines[offset].used = true;
        lines[offset].consumer = consumer;
        tell(offset, Uapi.CHANGED_REQUESTED);
        return this;
    }

    /** A chip that has no interrupts. */
    FakeChip withoutInterrupts() {
        interrupts = false;
        return this;
    }

    /** From now on a request is refused; null ends that. */
    void refuse(Ioctl request, Errno errno) {
        refusals.put(request, errno);
    }

    /** Its device as the kernel announces it. */
    KernelDevice device() {
        Path node = Path.of("/dev", name);
        return new KernelDevice("gpio", name, Path.of("/sys/devices/platform", name), Optional.of(node), Map.of());
    }

    /** To be given for each open of its node. */
    FakeFile open() {
        Opened file = new Opened();
        opened.add(file);
        return file;
    }

    /** What was done with it, oldest first, and forgets it. */
    List<String> done() {
        List<String> all = List.copyOf(done);
        done.clear();
        return all;
    }

    /** The outside drives an input, or reads an output. */
    void pull(int offset, boolean high) {
        if (lines[offset].high == high) {
            return;
        }
        lines[offset].high = high;
        for (Opened file : opened) {
            file.requests.forEach(request -> request.interrupt(offset));
        }
    }

    boolean high(int offset) {
        return lines[offset].high;
    }

    boolean isUsed(int offset) {
        return lines[offset].used;
    }

    String consumer(int offset) {
        return lines[offset].consumer;
    }

    int debounce(int offset) {
        return lines[offset].debounce;
    }

    /** The kernel takes it away. */
    void remove() {
        gone = true;
    }

    private void check(Ioctl request) throws IOException {
        if (gone) {
            throw FakeFile.refuse(Errno.ENODEV);
        }
        if (refusals.get(request) != null) {
            throw FakeFile.refuse(refusals.get(request));
        }
    }

    private void tell(int offset, int type) {
        now++;
        opened.forEach(file -> file.changed(offset, type));
    }

    private void info(int offset, ByteBuffer into, int at) {
        for (int i = 0; i < Uapi.LineInfo.SIZE; i++) {
            into.put(at + i, (byte) 0);
        }
        Line line = lines[offset];
        text(line.name, into, at + Uapi.LineInfo.NAME);
        text(line.consumer, into, at + Uapi.LineInfo.CONSUMER);
        into.putInt(at + Uapi.LineInfo.OFFSET, offset);
        into.putLong(at + Uapi.LineInfo.FLAGS, line.flags | (line.used ? Flag.USED : 0));
        if (line.debounce != 0) {
            into.putInt(at + Uapi.LineInfo.NUM_ATTRS, 1);
            into.putInt(at + Uapi.LineInfo.ATTRS + Uapi.LineAttribute.ID, Uapi.ATTR_ID_DEBOUNCE);
            into.putInt(at + Uapi.LineInfo.ATTRS + Uapi.LineAttribute.DEBOUNCE_PERIOD_US, line.debounce);
        }
    }

    private static void text(String text, ByteBuffer into, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        into.put(at, bytes, 0, Math.min(bytes.length, Uapi.NAME_SIZE - 1));
    }

    /** One open of the node. */
    private final class Opened implements FakeFile {

        private final Set<Integer> watched = new HashSet<>();
        private final Deque<byte[]> changes = new ArrayDeque<>();
        private final List<Request> requests = new ArrayList<>();

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
            check(request);
            if (request.equals(Uapi.GET_CHIPINFO)) {
                text(name, argument, Uapi.ChipInfo.NAME);
                text(label, argument, Uapi.ChipInfo.LABEL);
                argument.putInt(Uapi.ChipInfo.LINES, lines.length);
            } else if (request.equals(Uapi.V2_GET_LINEINFO)) {
                info(lineInfo(argument), argument, 0);
            } else if (request.equals(Uapi.V2_GET_LINEINFO_WATCH)) {
                watch(lineInfo(argument), argument);
            } else if (request.equals(Uapi.GET_LINEINFO_UNWATCH)) {
                unwatch(argument.getInt(0));
            } else {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            return 0;
        }

        private int lineInfo(ByteBuffer argument) throws IOException {
            int offset = argument.getInt(Uapi.LineInfo.OFFSET);
            boolean padded = argument.getLong(240) == 0 && argument.getLong(248) == 0;
            if (offset < 0 || offset >= lines.length || !padded) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            return offset;
        }

        private void watch(int offset, ByteBuffer argument) throws IOException {
            if (!watched.add(offset)) {
                throw FakeFile.refuse(Errno.EBUSY);
            }
            done.add("watch " + offset);
            info(offset, argument, 0);
        }

        private void unwatch(int offset) throws IOException {
            if (!watched.remove(offset)) {
                throw FakeFile.refuse(Errno.EBUSY);
            }
            done.add("unwatch " + offset);
        }

        void changed(int offset, int type) {
            if (watched.contains(offset) && changes.size() < Uapi.LINE_INFO_CHANGES) {
                ByteBuffer change =
                        ByteBuffer.allocate(Uapi.LineInfoChanged.SIZE).order(ByteOrder.nativeOrder());
                info(offset, change, Uapi.LineInfoChanged.INFO);
                change.putLong(Uapi.LineInfoChanged.TIMESTAMP_NS, now);
                change.putInt(Uapi.LineInfoChanged.EVENT_TYPE, type);
                changes.add(change.array());
            }
        }

        @Override
        public FakeFile ioctlForFd(Ioctl request, ByteBuffer argument) throws IOException {
            check(request);
            if (!request.equals(Uapi.V2_GET_LINE)) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            Request made = new Request(argument);
            requests.add(made);
            return made;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return transfer(changes, Uapi.LineInfoChanged.SIZE, into);
        }

        @Override
        public int ready() {
            return gone ? Ready.HUP | Ready.ERR : changes.isEmpty() ? 0 : Ready.IN;
        }

        /** Requests outlive the chip's descriptor. */
        @Override
        public void close() {
            watched.clear();
        }
    }

    private int transfer(Deque<byte[]> from, int size, ByteBuffer into) throws IOException {
        if (gone) {
            throw FakeFile.refuse(Errno.ENODEV);
        }
        if (into.remaining() < size) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        if (from.isEmpty()) {
            return LinuxFiles.WOULD_BLOCK;
        }
        int before = into.remaining();
        while (!from.isEmpty() && into.remaining() >= size) {
            into.put(from.remove());
        }
        return before - into.remaining();
    }

    /** One request of lines. */
    private final class Request implements FakeFile {

        private final int[] offsets;
        private final int capacity;
        private final Deque<byte[]> events = new ArrayDeque<>();
        private final int[] lineSeqno;
        private int seqno;

        Request(ByteBuffer from) throws IOException {
            int count = from.getInt(Uapi.LineRequest.NUM_LINES);
            if (count < 1 || count > Uapi.LINES_MAX) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            offsets = new int[count];
            lineSeqno = new int[count];
            Config config = new Config(from, Uapi.LineRequest.CONFIG, count);
            byte[] consumer = new byte[Uapi.NAME_SIZE];
            from.get(Uapi.LineRequest.CONSUMER, consumer);
            for (int i = 0; i < count; i++) {
                offsets[i] = from.getInt(Uapi.LineRequest.OFFSETS + i * Integer.BYTES);
                if (offsets[i] >= lines.length) {
                    throw FakeFile.refuse(Errno.EINVAL);
                }
                if (lines[offsets[i]].used) {
                    throw FakeFile.refuse(Errno.EBUSY);
                }
            }
            int size = from.getInt(Uapi.LineRequest.EVENT_BUFFER_SIZE);
            capacity = size == 0 ? count * 16 : Math.min(size, Uapi.LINE_EVENTS_MAX);
            for (int i = 0; i < count; i++) {
                Line line = lines[offsets[i]];
                config.apply(i, line, offsets[i]);
                line.used = true;
                line.consumer = new String(consumer, StandardCharsets.UTF_8).split("\0", 2)[0];
                tell(offsets[i], Uapi.CHANGED_REQUESTED);
            }
            done.add("request");
        }

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
            check(request);
            if (request.equals(Uapi.V2_LINE_GET_VALUES)) {
                get(argument);
            } else if (request.equals(Uapi.V2_LINE_SET_VALUES)) {
                set(argument);
            } else if (request.equals(Uapi.V2_LINE_SET_CONFIG)) {
                configure(argument);
            } else {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            return 0;
        }

        private void get(ByteBuffer values) throws IOException {
            long mask = mask(values);
            long bits = 0;
            for (int i = 0; i < offsets.length; i++) {
                Line line = lines[offsets[i]];
                boolean active = line.high != ((line.flags & Flag.ACTIVE_LOW) != 0);
                bits |= active ? mask & 1L << i : 0;
            }
            values.putLong(Uapi.LineValues.BITS, bits);
        }

        private void set(ByteBuffer values) throws IOException {
            long mask = mask(values);
            for (int i = 0; i < offsets.length; i++) {
                if ((mask & 1L << i) != 0 && (lines[offsets[i]].flags & Flag.OUTPUT) == 0) {
                    throw FakeFile.refuse(Errno.EPERM);
                }
            }
            for (int i = 0; i < offsets.length; i++) {
                if ((mask & 1L << i) != 0) {
                    drive(offsets[i], (values.getLong(Uapi.LineValues.BITS) & 1L << i) != 0);
                }
            }
        }

        private long mask(ByteBuffer values) throws IOException {
            long mask = values.getLong(Uapi.LineValues.MASK) & -1L >>> Long.SIZE - offsets.length;
            if (mask == 0) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            return mask;
        }

        private void configure(ByteBuffer argument) throws IOException {
            Config config = new Config(argument, 0, offsets.length);
            done.add("configure");
            for (int i = 0; i < offsets.length; i++) {
                config.apply(i, lines[offsets[i]], offsets[i]);
                tell(offsets[i], Uapi.CHANGED_CONFIG);
            }
        }

        void interrupt(int offset) {
            for (int i = 0; i < offsets.length; i++) {
                Line line = lines[offset];
                boolean active = line.high != ((line.flags & Flag.ACTIVE_LOW) != 0);
                long wanted = active ? Flag.EDGE_RISING : Flag.EDGE_FALLING;
                if (offsets[i] == offset && (line.flags & wanted) != 0) {
                    event(i, active);
                }
            }
        }

        private void event(int line, boolean active) {
            if (events.size() == capacity) {
                events.remove();
            }
            ByteBuffer event = ByteBuffer.allocate(Uapi.LineEvent.SIZE).order(ByteOrder.nativeOrder());
            event.putLong(Uapi.LineEvent.TIMESTAMP_NS, ++now);
            event.putInt(Uapi.LineEvent.ID, active ? Uapi.EVENT_RISING_EDGE : Uapi.EVENT_FALLING_EDGE);
            event.putInt(Uapi.LineEvent.OFFSET, offsets[line]);
            event.putInt(Uapi.LineEvent.SEQNO, ++seqno);
            event.putInt(Uapi.LineEvent.LINE_SEQNO, ++lineSeqno[line]);
            events.add(event.array());
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return transfer(events, Uapi.LineEvent.SIZE, into);
        }

        @Override
        public int ready() {
            return gone ? Ready.HUP | Ready.ERR : events.isEmpty() ? 0 : Ready.IN;
        }

        @Override
        public void close() {
            done.add("release");
            opened.forEach(file -> file.requests.remove(this));
            for (int offset : offsets) {
                lines[offset].used = false;
                lines[offset].consumer = "";
                lines[offset].debounce = 0;
                lines[offset].flags &= Flag.INPUT | Flag.OUTPUT;
                tell(offset, Uapi.CHANGED_RELEASED);
            }
        }
    }

    /** What a simulator's kprobe would see. */
    private void drive(int offset, boolean active) {
        Line line = lines[offset];
        line.high = active != ((line.flags & Flag.ACTIVE_LOW) != 0);
        done.add("set " + offset + " " + (line.high ? "high" : "low"));
    }

    /** {@code struct gpio_v2_line_config}, checked as the kernel checks it. */
    private final class Config {

        private final ByteBuffer bytes;
        private final int at;
        private final int attributes;

        Config(ByteBuffer bytes, int at, int lines) throws IOException {
            this.bytes = bytes;
            this.at = at;
            this.attributes = bytes.getInt(at + Uapi.LineConfig.NUM_ATTRS);
            boolean padded = true;
            for (int i = Uapi.LineConfig.NUM_ATTRS + Integer.BYTES; i < Uapi.LineConfig.ATTRS; i++) {
                padded &= bytes.get(at + i) == 0;
            }
            if (attributes > Uapi.LINE_NUM_ATTRS_MAX || !padded) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            for (int line = 0; line < lines; line++) {
                validate(flags(line), attribute(line, Uapi.ATTR_ID_DEBOUNCE) >= 0);
            }
        }

        private void validate(long flags, boolean debounced) throws IOException {
            if ((flags & Flag.EVENT_CLOCK_HTE) != 0) {
                throw FakeFile.refuse(Errno.EOPNOTSUPP);
            }
            boolean input = (flags & Flag.INPUT) != 0;
            boolean output = (flags & Flag.OUTPUT) != 0;
            boolean drive = (flags & (Flag.OPEN_DRAIN | Flag.OPEN_SOURCE)) != 0;
            if ((flags & ~KNOWN) != 0
                    || input && output
                    || (flags & EDGES) != 0 && !input
                    || (flags & Flag.OPEN_DRAIN) != 0 && (flags & Flag.OPEN_SOURCE) != 0
                    || drive && !output
                    || (flags & BIASES) != 0 && !input && !output
                    || Long.bitCount(flags & BIASES) > 1
                    || debounced && !input) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
        }

        /** Where the first attribute of a kind is that is for a line; negative if there is none. */
        private int attribute(int line, int id) {
            for (int i = 0; i < attributes; i++) {
                int attribute = at + Uapi.LineConfig.ATTRS + i * Uapi.LineConfigAttribute.SIZE;
                boolean meant = (bytes.getLong(attribute + Uapi.LineConfigAttribute.MASK) & 1L << line) != 0;
                if (meant && bytes.getInt(attribute + Uapi.LineAttribute.ID) == id) {
                    return attribute;
                }
            }
            return -1;
        }

        private long flags(int line) {
            int attribute = attribute(line, Uapi.ATTR_ID_FLAGS);
            return attribute < 0
                    ? bytes.getLong(at + Uapi.LineConfig.FLAGS)
                    : bytes.getLong(attribute + Uapi.LineAttribute.FLAGS);
        }

        void apply(int index, Line line, int offset) throws IOException {
            line.flags = flags(index);
            if ((line.flags & Flag.OUTPUT) != 0) {
                int values = attribute(index, Uapi.ATTR_ID_OUTPUT_VALUES);
                line.debounce = 0;
                drive(offset, values >= 0 && (bytes.getLong(values + Uapi.LineAttribute.VALUES) & 1L << index) != 0);
                return;
            }
            int debounce = attribute(index, Uapi.ATTR_ID_DEBOUNCE);
            if (debounce >= 0) { // a driver that debounces keeps to what it was told last
                line.debounce = bytes.getInt(debounce + Uapi.LineAttribute.DEBOUNCE_PERIOD_US);
            }
            if (!interrupts && ((line.flags & EDGES) != 0 || line.debounce != 0)) {
                throw FakeFile.refuse(Errno.ENXIO);
            }
        }
    }
}
