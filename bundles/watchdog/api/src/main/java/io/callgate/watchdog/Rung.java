// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

/** What is done about an application that has missed its deadline; each if the one before did not help. */
public enum Rung {
    /** Its component is disabled and enabled. */
    COMPONENT,
    /** Its bundle is stopped and started. */
    BUNDLE,
    /** The gateway's process is ended and started again. */
    GATEWAY,
    /** The watchdogs are fed no more: the hardware resets the machine, systemd the gateway. */
    RESET
}
