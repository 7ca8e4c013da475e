// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the driver of an open watchdog answers, by the kernel's own calls. Keeping it alive and stopping it ({@code
 * WDIOC_KEEPALIVE}, {@code WDIOS_DISABLECARD}) are the gateway's affair; it is started by being opened, so that {@code
 * WDIOS_ENABLECARD} is of no use.
 *
 * <p>Every call throws {@link io.callgate.linux.ErrnoException} with what the driver answered (EOPNOTSUPP or ENOTTY: it
 * has no such thing; EINVAL: out of its range), and {@link io.callgate.linux.ClosedFdException} after it was disarmed.
 * The kernel counts in whole seconds. Thread safe.
 *
 * @see <a href="https://docs.kernel.org/watchdog/watchdog-api.html">The Linux Watchdog driver API</a>
 */
@ProviderType
public interface WatchdogDriver {

    /** {@code WDIOC_GETSUPPORT} */
    WatchdogInfo support() throws IOException;

    /** {@code WDIOC_GETSTATUS} */
    Set<WatchdogFlag> status() throws IOException;

    /** {@code WDIOC_GETBOOTSTATUS}: why the machine was last reset. */
    Set<WatchdogFlag> bootStatus() throws IOException;

    /** {@code WDIOC_GETTEMP}, in degrees Fahrenheit; few drivers have it. */
    int temperature() throws IOException;

    /** {@code WDIOC_SETOPTIONS} with {@code WDIOS_TEMPPANIC}: the kernel panics when it is too hot; few drivers have it. */
    void panicOnOverheat() throws IOException;

    /** {@code WDIOC_GETTIMEOUT} */
    Duration timeout() throws IOException;

    /** {@code WDIOC_SETTIMEOUT}; returns what the driver made of it. */
    Duration setTimeout(Duration timeout) throws IOException;

    /** {@code WDIOC_GETPRETIMEOUT}: how long before the reset the driver warns; zero: it does not. */
    Duration pretimeout() throws IOException;

    /** {@code WDIOC_SETPRETIMEOUT}; must be shorter than the timeout. Returns what the driver made of it. */
    Duration setPretimeout(Duration pretimeout) throws IOException;

    /** {@code WDIOC_GETTIMELEFT}: until the reset, if it is not fed any more. */
    Duration timeLeft() throws IOException;
}
