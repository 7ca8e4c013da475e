// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A class of tests that runs outside and drives guests of its own: {@code itests/lab/test --group machine CLASS}. */
@Tag("machine")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface MachineTest {}
