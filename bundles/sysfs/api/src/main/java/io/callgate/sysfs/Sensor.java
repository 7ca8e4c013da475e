// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One channel of a sensor that the kernel has a driver for: hwmon, iio, a thermal zone, a power supply, or a device with
 * no class that has an attribute of theirs. Nothing is configured: the service comes and goes with the device.
 *
 * <p>Bind it by {@code (callgate.name=lm75-0048/temp1)}, or by what it measures and where:
 * {@code (&(callgate.quantity=illuminance)(callgate.device=1-0039))}. Thread safe: readers take turns. Nothing is open
 * until somebody reads; what nobody has read for a minute or two is closed again.
 *
 * @see <a href="https://docs.kernel.org/hwmon/sysfs-interface.html">hwmon sysfs interface</a>
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-bus-iio">IIO ABI</a>
 * @see <a href="https://docs.kernel.org/driver-api/thermal/sysfs-api.html">thermal sysfs</a>
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power">power supply ABI</a>
 */
@ProviderType
public interface Sensor {

    /** Service property: the {@link Quantity#word()}, for example {@code illuminance}. */
    String QUANTITY = "callgate.quantity";

    /** Service property: {@link #device()}. */
    String DEVICE = "callgate.device";

    /** Service property: {@link #label()}. */
    String LABEL = "callgate.label";

    /** Service property: {@link Quantity#unit()}; absent if it has none. */
    String UNIT = "callgate.unit";

    /**
     * Its name, also the service property {@code callgate.name}: device and channel, as in {@code lm75-0048/temp1} or
     * {@code coretemp.0/Core-0}. Made of what stays the same when the kernel counts its devices differently. Where two
     * would have the same name, both have a longer one, so that it never means now this one and now that one.
     */
    String name();

    /** What it measures, and so the unit of its values. */
    Quantity quantity();

    /**
     * The kernel's name of what it sits in: {@code 1-0048}, {@code coretemp.0}, {@code thermal_zone0}, {@code BAT0}.
     */
    String device();

    /** What its driver calls it, for example {@code Core 0}; otherwise its channel, for example {@code temp1}. */
    String label();

    /** The file that it is read from. */
    Path path();

    /**
     * Reads it now, on the caller's thread; lasts as long as the driver takes, for a slow chip up to seconds.
     *
     * @return a {@link Datum.Decimal} in the quantity's unit, with the moment it was read
     * @throws GoneException if its device has gone, and then so has this service; it comes back as another
     * @throws io.callgate.linux.ErrnoException with what the driver answered: this read failed, try again. EAGAIN, EBUSY:
     *     not yet; EIO, EREMOTEIO, ENXIO: the chip does not answer; ENODATA: nothing to measure
     * @throws MalformedValueException if it says no number
     * @throws IOException that says what mends it, if this user may not read the file
     */
    Value read() throws IOException;

    /** As {@link #read}, the number alone, with no garbage: for control loops. */
    double readDouble() throws IOException;
}
