// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** What an input and an output have in common: one line of one chip that the gateway holds. */
@ProviderType
public interface Line {

    /** The NAME of its configuration. */
    String name();

    /**
     * What the backend knows of it now, with the kernel's name of chip and line.
     *
     * @throws io.callgate.linux.ErrnoException ENODEV if its chip has gone
     */
    LineInfo info() throws IOException;

    /**
     * The level now: of an input as the outside drives it, of an output what the driver says, which for open drain is
     * what the wire has. Makes no garbage.
     *
     * @throws io.callgate.linux.ErrnoException ENODEV if its chip has gone (and so will this service); EIO and others if
     *     a chip behind a bus (I2C, SPI, USB) does not answer: this read failed
     */
    Level level() throws IOException;
}
