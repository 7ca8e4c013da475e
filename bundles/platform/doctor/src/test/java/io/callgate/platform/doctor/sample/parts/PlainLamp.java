// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor.sample.parts;

import io.callgate.platform.doctor.sample.Lamp;

/** A component that offers a lamp. */
public final class PlainLamp implements Lamp {}
