// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.junit.jupiter.api.Test;

class FailureTest {

    private static final Set<String> COMMANDS = Set.of("gpio:list", "gpio:set", "felix:lb");

    private static Failure of(Throwable thrown) {
        return Failure.of(thrown, "gpio:set", "gpio:set NAME LEVEL", COMMANDS);
    }

    @Test
    void theMessageIsTheLine() {
        assertThat(of(new ExecutionException(new IOException("open /dev/x: EBUSY\nmore"))))
                .isEqualTo(new Failure("gpio:set: open /dev/x: EBUSY", 1));
    }

    @Test
    void aMessageThatNamesTheCommandItselfIsNotPrefixedAgain() {
        assertThat(of(new IOException("gpio:set: nothing there")).line()).isEqualTo("gpio:set: nothing there");
    }

    @Test
    void anExceptionWithoutAMessageIsAnInternalErrorWithItsPlace() {
        assertThat(of(new IllegalStateException()).line())
                .startsWith(
                        "gpio:set: internal error: IllegalStateException at io.callgate.platform.shell.FailureTest");
    }

    @Test
    void anInterruptIsNoErrorToTellOf() {
        assertThat(of(new InterruptedException("x"))).isEqualTo(new Failure("", 130));
    }

    @Test
    void theNearestCommandIsOfferedAndNoOther() {
        assertThat(of(new CommandNotFoundException("gpio:lits")).line()).contains("did you mean gpio:list?");
        assertThat(of(new CommandNotFoundException("lbb")).line()).contains("did you mean lb?");
        assertThat(of(new CommandNotFoundException("gpio:list")).line()).doesNotContain("did you mean gpio:list?");
        assertThat(of(new CommandNotFoundException("completely")).line()).doesNotContain("did you mean");
        assertThat(of(new CommandNotFoundException("lbb")).status()).isEqualTo(2);
    }
}
