// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.service.log.LogLevel;

class LineTest {

    private static Line line(LogLevel level, String logger, String message, Throwable thrown) {
        return Line.of(new Entry(1, level, logger, message, thrown));
    }

    @Test
    void aLineHasTimeLevelNameAndMessage() {
        assertThat(line(LogLevel.INFO, "io.callgate.platform.deploy", "health 1.1 is live", null)
                        .dated())
                .matches("2026-09-21T\\d\\d:\\d\\d:20\\.000(Z|[+-]\\d\\d:\\d\\d)"
                        + " INFO  io\\.callgate\\.platform\\.deploy: health 1\\.1 is live");
    }

    @Test
    void journaldGetsThePriorityAndNoTime() {
        assertThat(line(LogLevel.WARN, "a.B", "m", null).journal()).isEqualTo("<4>a.B: m");
        assertThat(line(LogLevel.INFO, "a.B", "m", null).journal()).isEqualTo("<6>a.B: m");
        assertThat(line(LogLevel.ERROR, "a.B", "m", null).journal()).isEqualTo("<3>a.B: m");
        assertThat(line(LogLevel.TRACE, "a.B", "m", null).journal()).isEqualTo("<7>a.B: m");
    }

    @Test
    void whatIsLoggedCannotMakeASecondLineNorReachTheTerminal() {
        assertThat(line(LogLevel.INFO, "a", "one\n<0>two\r\n\tthree\u001b[2J", null)
                        .text())
                .isEqualTo("one | <0>two | three?[2J");
    }

    @Test
    void theCausesFollowTheMessageEachOnce() {
        Exception thrown = new IllegalStateException(
                "no lamp", new IOException("open /dev/lamp: EBUSY", new NoSuchFileException("/dev/lamp")));
        assertThat(line(LogLevel.ERROR, "a", "lamp waits", thrown).text())
                .isEqualTo("lamp waits: IllegalStateException: no lamp: IOException: open /dev/lamp: EBUSY");
    }

    @Test
    void aMessageThatQuotesItsExceptionDoesNotSayItTwice() {
        Exception thrown = new IOException("disk full");
        assertThat(line(LogLevel.ERROR, "a", "not stored: disk full", thrown).text())
                .isEqualTo("not stored: disk full");
    }

    @Test
    void anExceptionWithoutAMessageIsNamed() {
        assertThat(line(LogLevel.ERROR, "a", "failed", new NullPointerException())
                        .text())
                .isEqualTo("failed: NullPointerException");
    }

    @Test
    void aCauseThatIsItsOwnCauseEnds() {
        Exception one = new IllegalStateException("one");
        Exception two = new IllegalStateException("two", one);
        one.initCause(two);
        assertThat(line(LogLevel.ERROR, "a", "m", one).text())
                .isEqualTo("m: IllegalStateException: one: IllegalStateException: two");
    }

    @Test
    void anErrorOfTheFrameworkIsItsException() {
        Line line = line(
                LogLevel.ERROR,
                "Events.Framework.system",
                "FrameworkEvent ERROR",
                new BundleException("Activator start error in bundle lamp [7]"));
        assertThat(line.level()).isEqualTo(LogLevel.ERROR);
        assertThat(line.text()).isEqualTo("BundleException: Activator start error in bundle lamp [7]");
        assertThat(line.name()).isEqualTo("framework");
    }

    @Test
    void aWarningOfTheFrameworkIsOneAndItsRoutineIsForDebugging() {
        assertThat(Line.level(new Entry(1, LogLevel.INFO, "Events.Framework.x", "FrameworkEvent WARNING")))
                .isEqualTo(LogLevel.WARN);
        assertThat(Line.level(new Entry(1, LogLevel.INFO, "Events.Framework.x", "FrameworkEvent STARTED")))
                .isEqualTo(LogLevel.DEBUG);
        assertThat(Line.level(new Entry(1, LogLevel.INFO, "Events.Service.x", "ServiceEvent REGISTERED")))
                .isEqualTo(LogLevel.DEBUG);
        assertThat(Line.level(new Entry(1, LogLevel.INFO, "Eventsome", "x"))).isEqualTo(LogLevel.INFO);
    }
}
