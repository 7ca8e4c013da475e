// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.time.Duration;

/**
 * Time since boot, in steps of 10 ms.
 *
 * @param up since boot, time in suspend included
 * @param idle that processors had nothing to do, the sum over all of them
 */
public record Uptime(Duration up, Duration idle) {}
