// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.fifo.Fifo;
import io.callgate.linux.Architecture;
import io.callgate.linux.Fcntl;
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
            #include <fcntl.h>
            #include <limits.h>
            #include <sys/ioctl.h>
            #include <sys/stat.h>
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
        is("sizeof(struct statx)", 256);
        is("offsetof(struct statx, stx_mode)", 28);
        is("offsetof(struct statx, stx_ino)", 32);
        is("offsetof(struct statx, stx_dev_major)", 136);
        is("offsetof(struct statx, stx_dev_minor)", 140);
        is("STATX_BASIC_STATS", 0x7ff);
        is("AT_FDCWD", -100);
        is("AT_SYMLINK_NOFOLLOW", 0x100);
        is("AT_EMPTY_PATH", 0x1000);
        is("S_IFMT", 0170000);
        is("S_IFIFO", 0010000);
        is("S_IFLNK", 0120000);
        is("FIONREAD", 0x541B);
        is("F_SETPIPE_SZ", Fcntl.F_SETPIPE_SZ);
        is("F_GETPIPE_SZ", Fcntl.F_GETPIPE_SZ);
        is("PIPE_BUF", Fifo.PIPE_BUF);
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
        assertThat(compiler.systemCalls()).contains("statx", "mknodat", "fchmodat");
    }
}
