// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

/**
 * What a setting was before a configuration changed it.
 *
 * @param name of the configuration
 * @param key which setting
 * @param value what it was
 * @param bootId the boot in which it was so; the next one put it back by itself
 */
record Original(String name, SysctlKey key, String value, String bootId) {}
