// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.testing.CrossCompiler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every number and offset against what the C compiler of each architecture says. */
class AbiTest {

    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <stddef.h>
            #include <signal.h>
            #include <sys/signalfd.h>
            """;

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    private void is(String expression, long value) {
        expected.put(expression, value);
    }

    @ParameterizedTest
    @EnumSource
    void structuresAndConstants(Architecture architecture) throws Exception {
        int fields = architecture == Architecture.ARMHF ? 12 : 16;
        is("sizeof(struct signalfd_siginfo)", SignalCalls.SIGINFO);
        is("offsetof(struct signalfd_siginfo, ssi_signo)", Siginfo.SIGNO);
        is("offsetof(struct signalfd_siginfo, ssi_code)", Siginfo.CODE);
        is("offsetof(struct signalfd_siginfo, ssi_pid)", Siginfo.PID);
        is("offsetof(struct signalfd_siginfo, ssi_uid)", Siginfo.UID);
        is("offsetof(struct signalfd_siginfo, ssi_fd)", Siginfo.FD);
        is("offsetof(struct signalfd_siginfo, ssi_overrun)", Siginfo.OVERRUN);
        is("offsetof(struct signalfd_siginfo, ssi_int)", Siginfo.INT);
        is("sizeof(siginfo_t)", SignalCalls.SIGINFO);
        is("offsetof(siginfo_t, si_signo)", 0);
        is("offsetof(siginfo_t, si_code)", 8);
        is("offsetof(siginfo_t, si_pid)", fields);
        is("offsetof(siginfo_t, si_uid)", fields + 4);
        is("offsetof(siginfo_t, si_value.sival_int)", fields + 8);
        is("SFD_NONBLOCK", 04000);
        is("SFD_CLOEXEC", 02000000);
        is("SI_QUEUE", -1);
        is("SI_TIMER", -2);
        is("SI_MESGQ", -3);
        is("SI_ASYNCIO", -4);
        is("SI_SIGIO", -5);
        is("SI_TKILL", -6);
        is("POLL_IN", 1);
        is("POLL_HUP", 6);
        is("SIGIO", 29);
        is("SIGUSR1", 10);
        is("SIGUSR2", 12);
        is("SIGCHLD", 17);
        is("SIGSYS", 31);
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
        assertThat(compiler.systemCalls())
                .contains(
                        "signalfd4", "kill", "rt_sigqueueinfo", "pidfd_open", "pidfd_send_signal", "getpid", "getuid");
    }
}
