// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A light that the kernel can switch: {@code /sys/class/leds/NAME}. The service comes and goes with the device; bind it by
 * {@code (callgate.name=green:status)} or {@code (callgate.function=status)}.
 *
 * <p>It is lit by whoever writes its brightness, or by a <em>trigger</em> of the kernel's (timer, heartbeat, netdev, ...),
 * which goes on without us. It stays as it was left when the application ends: see {@link #restore}. Thread safe; a call
 * lasts as long as the driver takes. Nothing is open between calls.
 *
 * <p>Every method that throws IOException throws {@link GoneException} once its device has gone, and
 * {@link io.callgate.linux.ErrnoException ErrnoException} with what the kernel answered, and one that says what mends it if
 * this user may not.
 *
 * @see <a href="https://docs.kernel.org/leds/leds-class.html">LED handling under Linux</a>
 */
@ProviderType
public interface Led {

    /** Service property: {@link #device()}; absent if it is empty. */
    String DEVICE = "callgate.device";

    /** Service property: {@link #color()}; absent if it is empty. */
    String COLOR = "callgate.color";

    /** Service property: {@link #function()}; absent if it is empty. */
    String FUNCTION = "callgate.function";

    /** The name of no trigger: the LED shows the brightness it was given. */
    String NO_TRIGGER = "none";

    /** The kernel's name, {@code devicename:color:function}; also the service property {@code callgate.name}. */
    String name();

    /** The first part of a name of three, for example {@code input3}; may be empty. */
    String device();

    /** The second part from the end of its name, for example {@code green}; may be empty. */
    String color();

    /** The last part of its name, for example {@code status}; empty if the name has no colon. */
    String function();

    /** The brightness that is fully on; 1 if it is on or off only. */
    int maxBrightness() throws IOException;

    /** From 0, off, to {@link #maxBrightness}; what it shows now, if the driver tells. */
    int brightness() throws IOException;

    /**
     * Lights it steadily; a trigger is ended first.
     *
     * @param brightness from 0 to {@link #maxBrightness}
     * @throws IllegalArgumentException if it is no such number
     */
    void set(int brightness) throws IOException;

    /** Fully on, or off. */
    default void set(boolean on) throws IOException {
        set(on ? maxBrightness() : 0);
    }

    /** The trigger it follows now, {@value #NO_TRIGGER} if none. */
    String trigger() throws IOException;

    /** The triggers this kernel has for it, {@value #NO_TRIGGER} included; empty if it was built without. */
    List<String> triggers() throws IOException;

    /**
     * Lets it follow a trigger, or {@value #NO_TRIGGER}, which puts it out.
     *
     * @throws io.callgate.linux.ErrnoException EINVAL if this kernel has no such trigger (its module may have to be loaded)
     */
    void trigger(String name) throws IOException;

    /**
     * Blinks by the kernel's trigger {@code timer}, or by the chip itself, without the gateway. The timer's parameters are
     * files of root's: another user gets the kernel's rhythm of half a second, and an exception.
     *
     * @param on and {@code off}: how long each lasts, in whole milliseconds, at least 1
     */
    void blink(Duration on, Duration off) throws IOException;

    /** How it is now. */
    LedState state() throws IOException;

    /** Makes it as it was. Parameters of other triggers than {@code timer} are the kernel's defaults. */
    void set(LedState state) throws IOException;

    /** Makes it as it was before the first change by this service; does nothing if there was none. */
    void restore() throws IOException;
}
