// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
import java.nio.ByteOrder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A checked configuration.
 *
 * @param create the FIFO is made if there is none
 * @param mode permission bits of one that is made
 * @param alone nobody else writes to it
 * @param pipeBytes capacity of the pipe; 0 for the kernel's default
 */
record Settings(Path path, boolean create, int mode, Access access, Framing framing, boolean alone, int pipeBytes) {

    private enum Order {
        NATIVE,
        BIG,
        LITTLE;

        ByteOrder bytes() {
            return switch (this) {
                case NATIVE -> ByteOrder.nativeOrder();
                case BIG -> ByteOrder.BIG_ENDIAN;
                case LITTLE -> ByteOrder.LITTLE_ENDIAN;
            };
        }
    }

    private enum Writers {
        MANY,
        ONE
    }

    private static final int LONGEST_RECORD = 1 << 20;

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static Settings of(FifoComponent.Config config) throws InvalidSettingException {
        return new Settings(
                path(Setting.required("path", config::path).strip()),
                Setting.required("create", config::create),
                Setting.mode("mode", config::mode),
                Setting.word("access", config::access, Access.values()),
                framing(config),
                Setting.word("writers", config::writers, Writers.values()) == Writers.ONE,
                Setting.number("pipeBytes", config::pipeBytes, 0, Integer.MAX_VALUE));
    }

    private static Path path(String text) throws InvalidSettingException {
        try {
            Path path = Path.of(text);
            if (text.isEmpty() || !path.isAbsolute() || path.getFileName() == null) {
                throw new InvalidSettingException(
                        "path \"" + text + "\" is none: the whole path of the FIFO, for example /run/orders");
            }
            return path.normalize();
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("path \"" + text + "\" cannot be a path: " + e.getReason());
        }
    }

    private static Framing framing(FifoComponent.Config config) throws InvalidSettingException {
        Framing.Kind kind = Setting.word("framing", config::framing, Framing.Kind.values());
        int recordBytes = Setting.number("recordBytes", config::recordBytes, 1, LONGEST_RECORD);
        int prefix = Setting.number("lengthBytes", config::lengthBytes, 1, Integer.BYTES);
        ByteOrder order =
                Setting.word("lengthOrder", config::lengthOrder, Order.values()).bytes();
        if (kind != Framing.Kind.LENGTH) {
            return new Framing(kind, recordBytes, 0, order);
        }
        if (prefix == 3 || recordBytes >= 1L << prefix * Byte.SIZE) {
            throw new InvalidSettingException("lengthBytes is " + prefix + ", and there are 1, 2 and 4, as many as the"
                    + " number of recordBytes, " + recordBytes + ", needs");
        }
        return new Framing(kind, recordBytes, prefix, order);
    }
}
