// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor.sample;

/** What sample bundles offer and want. */
public interface Lamp {}
