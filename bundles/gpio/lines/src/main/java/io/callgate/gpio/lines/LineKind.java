// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.DigitalInput;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.LineGroup;
import java.util.function.Function;

/**
 * What becomes of a configuration.
 *
 * @param word for a person
 * @param type of the service
 * @param service made over the lines, once in a life
 */
record LineKind<S>(String word, Class<S> type, Function<Held, S> service) {

    static final LineKind<DigitalInput> INPUT = new LineKind<>("input", DigitalInput.class, InputLine::new);
    static final LineKind<DigitalOutput> OUTPUT = new LineKind<>("output", DigitalOutput.class, OutputLine::new);
    static final LineKind<LineGroup> GROUP = new LineKind<>("group", LineGroup.class, GroupLines::new);
}
