// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/** The architectures whose constants and layouts are known; they differ in a few, see {@link OpenFlag}. */
public enum Architecture {
    /** 64-bit x86, little endian. */
    X86_64("amd64", "x86_64"),
    /** 64-bit arm, little endian. */
    AARCH64("aarch64", "arm64"),
    /** 32-bit arm with hardware floating point, little endian. */
    ARMHF("arm");

    private final String[] names;

    Architecture(String... names) {
        this.names = names;
    }

    /**
     * The architecture for a value of the system property {@code os.arch}.
     *
     * @throws IllegalArgumentException for another one
     */
    public static Architecture of(String osArch) {
        for (Architecture architecture : values()) {
            for (String name : architecture.names) {
                if (name.equals(osArch)) {
                    return architecture;
                }
            }
        }
        throw new IllegalArgumentException("no constants for architecture " + osArch + " (known: amd64, aarch64, arm)");
    }

    /** The architecture this machine is. */
    public static Architecture current() {
        return of(System.getProperty("os.arch"));
    }
}
