// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Architecture;
import io.callgate.linux.NativeBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a C structure lies in memory: described once, in the order of the header, and byte-equal to what the C compiler
 * makes of it on x86-64, aarch64 and armhf. Immutable.
 *
 * <pre>{@code
 * static final StructLayout LOOP_CONFIG = StructLayout.struct("loop_config")
 *         .field("fd", U32).field("block_size", U32)
 *         .field("info", LOOP_INFO64)                    // a structure in a structure
 *         .field("__reserved", U64, 8)                   // an array
 *         .build();
 *
 * Struct config = LOOP_CONFIG.at(device.allocate(LOOP_CONFIG.size()));
 * config.set("info.lo_offset", 4096).set("__reserved[7]", 0);
 * }</pre>
 *
 * <p>Not described: bit fields, floating point, and a structure with an alignment of its own ({@code aligned(16)}).
 */
public final class StructLayout {

    private enum Shape {
        STRUCT,
        PACKED,
        UNION
    }

    /** What is declared: a scalar or a structure, once or as an array. */
    private record Declared(String name, CType type, StructLayout nested, int count, boolean array) {}

    /** What is declared, and where it lies. */
    private record Placed(Declared declared, int offset, int elementSize) {

        int size() {
            return elementSize * declared.count;
        }
    }

    /**
     * A place in a structure, found once and used often: reading and writing through it makes no garbage.
     *
     * @param path as it was asked for
     * @param type of the value, or of each if it is an array; {@link CType#U8} for a whole structure
     * @param offset in bytes from the beginning of the outermost structure
     * @param size in bytes, of all elements of an array
     * @param width in bytes, of one element
     */
    public record Field(String path, CType type, int offset, int size, int width) {

        /**
         * The value; an unsigned one of 64 bits may look negative.
         *
         * @param base where the structure begins in the buffer
         * @throws IllegalArgumentException if it is an array of several values or a structure
         */
        public long get(ByteBuffer from, int base) {
            return type.get(from, base + offset, single());
        }

        /**
         * Sets the value.
         *
         * @param base where the structure begins in the buffer
         * @throws IllegalArgumentException if the type cannot hold it, or it is not a single value
         */
        public void set(ByteBuffer into, int base, long value) {
            if (!type.holds(value, single())) {
                throw new IllegalArgumentException(path + " is " + type + " and cannot hold " + value);
            }
            type.put(into, base + offset, width, value);
        }

        private int single() {
            if (size != width) {
                throw new IllegalArgumentException(
                        path + " has " + size + " bytes: name one element, or use its bytes");
            }
            return width;
        }
    }

    private final String name;
    private final Shape shape;
    private final List<Declared> declared;
    private final Architecture architecture;
    private final Map<String, Placed> placed = new LinkedHashMap<>();
    private final int alignment;
    private final int size;

    private StructLayout(String name, Shape shape, List<Declared> declared, Architecture architecture) {
        this.name = name;
        this.shape = shape;
        this.declared = List.copyOf(declared);
        this.architecture = architecture;
        int end = 0;
        int widest = 1;
        int largest = 0;
        for (Declared each : this.declared) {
            StructLayout nested = each.nested == null ? null : each.nested.on(architecture);
            int elementSize = nested == null ? each.type.size(architecture) : nested.size;
            int aligned = nested == null ? elementSize : nested.alignment;
            int step = shape == Shape.PACKED ? 1 : aligned;
            int offset = shape == Shape.UNION ? 0 : roundUp(end, step);
            Declared known = new Declared(each.name, each.type, nested, each.count, each.array);
            Placed place = new Placed(known, offset, elementSize);
            placed.put(each.name, place);
            end = offset + place.size();
            largest = Math.max(largest, end);
            widest = Math.max(widest, step);
        }
        this.alignment = widest;
        this.size = roundUp(largest, widest);
    }

    private static int roundUp(int value, int step) {
        return Math.addExact(value, step - 1) / step * step;
    }

    /** Begins a structure. @param name as in C, for messages */
    public static Builder struct(String name) {
        return new Builder(name, Shape.STRUCT);
    }

    /** Begins a structure with {@code __attribute__((packed))}. */
    public static Builder packed(String name) {
        return new Builder(name, Shape.PACKED);
    }

    /** Begins a union: all its fields lie at its beginning. */
    public static Builder union(String name) {
        return new Builder(name, Shape.UNION);
    }

    /** Its name in C. */
    public String name() {
        return name;
    }

    /** {@code sizeof}, in bytes. */
    public int size() {
        return size;
    }

    /** {@code _Alignof}, in bytes. */
    public int alignment() {
        return alignment;
    }

    /** The names of its fields, in their order. */
    public List<String> names() {
        return List.copyOf(placed.keySet());
    }

    /** The same structure on another architecture. */
    public StructLayout on(Architecture other) {
        return other == architecture ? this : new StructLayout(name, shape, declared, other);
    }

    /** The structure at the beginning of a buffer. */
    public Struct at(NativeBuffer buffer) {
        return at(buffer, 0);
    }

    /** @throws IndexOutOfBoundsException if the structure is not within the buffer */
    public Struct at(NativeBuffer buffer, int offset) {
        Objects.checkFromIndexSize(offset, size, buffer.size());
        return new Struct(this, buffer, offset);
    }

    /**
     * Finds a field.
     *
     * @param path as in C: {@code info.lo_offset}, {@code key[3]}; without an index the whole array
     * @throws IllegalArgumentException if there is none
     */
    public Field field(String path) {
        return find(path, path, 0);
    }

    private Field find(String whole, String path, int base) {
        int dot = path.indexOf('.');
        String head = dot < 0 ? path : path.substring(0, dot);
        int bracket = head.indexOf('[');
        Placed place = placed.get(bracket < 0 ? head : head.substring(0, bracket));
        if (place == null) {
            throw new IllegalArgumentException(name + " has no field " + head + " (it has " + names() + ")");
        }
        Declared what = place.declared;
        boolean one = bracket >= 0 || !what.array;
        int offset = base + place.offset + (bracket < 0 ? 0 : index(whole, head, bracket, what) * place.elementSize);
        if (dot >= 0) {
            if (what.nested == null || !one) {
                throw new IllegalArgumentException(head + " in " + whole + " is no structure");
            }
            return what.nested.find(whole, path.substring(dot + 1), offset);
        }
        CType type = what.nested == null ? what.type : CType.U8;
        int bytes = one ? place.elementSize : place.size();
        return new Field(whole, type, offset, bytes, what.nested == null ? place.elementSize : 1);
    }

    private static int index(String whole, String head, int bracket, Declared what) {
        try {
            int index = Integer.parseInt(head.substring(bracket + 1, head.length() - 1));
            if (what.array && head.endsWith("]")) {
                return Objects.checkIndex(index, what.count);
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(whole + ": no element " + head.substring(bracket), e);
        }
        throw new IllegalArgumentException(whole + ": " + what.name + " is no array");
    }

    /** For example {@code struct loop_info64, 232 bytes}. */
    @Override
    public String toString() {
        return (shape == Shape.UNION ? "union " : "struct ") + name + ", " + size + " bytes";
    }

    /** Collects fields in the order of the header. Not thread safe. */
    public static final class Builder {

        private final String name;
        private final Shape shape;
        private final List<Declared> declared = new ArrayList<>();

        private Builder(String name, Shape shape) {
            this.name = name;
            this.shape = shape;
        }

        /** An integer. */
        public Builder field(String name, CType type) {
            return add(new Declared(name, Objects.requireNonNull(type), null, 1, false));
        }

        /** An array of integers. */
        public Builder field(String name, CType type, int count) {
            return add(new Declared(name, Objects.requireNonNull(type), null, count, true));
        }

        /** A structure or union in this one. */
        public Builder field(String name, StructLayout nested) {
            return add(new Declared(name, null, nested, 1, false));
        }

        /** An array of structures or unions. */
        public Builder field(String name, StructLayout nested, int count) {
            return add(new Declared(name, null, nested, count, true));
        }

        private Builder add(Declared next) {
            if (next.count < 0 || next.name.isEmpty() || next.name.contains(".") || next.name.contains("[")) {
                throw new IllegalArgumentException("no field of C: " + next.name + "[" + next.count + "]");
            }
            if (declared.stream().anyMatch(each -> each.name.equals(next.name))) {
                throw new IllegalArgumentException(name + " has two fields " + next.name);
            }
            declared.add(next);
            return this;
        }

        /** The layout on this machine's architecture. */
        public StructLayout build() {
            return new StructLayout(name, shape, declared, Architecture.current());
        }
    }
}
