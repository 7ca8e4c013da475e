// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The kernel's settings below /proc/sys, by their keys as in sysctl(8): {@code net.ipv4.ip_forward} or
 * {@code net/ipv4/ip_forward}. The separator that comes first decides; in dotted keys a slash stands for a dot that is
 * part of a name, {@code net.ipv4.conf.eth0/1.forwarding}, in slashed keys a dot is a dot.
 *
 * <p>What is set here stays set until the next boot; declare a {@link SysctlValue} to have it put back. Thread safe.
 * Every method throws {@link io.callgate.linux.ErrnoException ErrnoException} (ENOENT: there is no such key, EACCES:
 * not permitted or not readable, EINVAL: the kernel does not like the value) and {@link IllegalArgumentException} for
 * what is no key, or leads out of /proc/sys.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/sysctl.8.html">sysctl(8)</a>
 */
@ProviderType
public interface Sysctl {

    /** The value, without the newline at its end. */
    String text(String key) throws IOException;

    /**
     * The value as a number.
     *
     * @throws MalformedProcException if it is none
     */
    long number(String key) throws IOException;

    /** The value's words: many keys hold several, separated by tabs. */
    List<String> list(String key) throws IOException;

    /** Sets a value, all of it at once. */
    void set(String key, String value) throws IOException;
}
