// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.device.StructLayout;
import io.callgate.linux.Architecture;
import io.callgate.linux.Ioctl;
import io.callgate.linux.testing.CrossCompiler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The structures and numbers of the provider against the C compiler of each architecture. */
class KernelLayoutTest {

    private static final String HEADERS = """
            #include <stddef.h>
            #include <fcntl.h>
            #include <sys/stat.h>
            #include <sys/ioctl.h>
            #include <linux/fs.h>
            """;

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @ParameterizedTest
    @EnumSource
    void areThoseOfC(Architecture architecture) throws Exception {
        layout("struct statx", Statx.STATX.on(architecture));
        layout("struct statx_timestamp", Statx.TIMESTAMP.on(architecture));
        expected.put("AT_FDCWD", (long) Statx.AT_FDCWD);
        expected.put("AT_NO_AUTOMOUNT", (long) Statx.AT_NO_AUTOMOUNT);
        expected.put("AT_EMPTY_PATH", (long) Statx.AT_EMPTY_PATH);
        expected.put("STATX_BASIC_STATS", (long) Statx.STATX_BASIC_STATS);
        expected.put("S_IFIFO", (long) Machine.FIFO);
        expected.put("S_IFCHR", (long) Machine.CHARACTER);
        expected.put("S_IFBLK", (long) Machine.BLOCK);
        number("BLKGETSIZE64", OpenBlockDevice.blkgetsize64(architecture));
        number("BLKROGET", OpenBlockDevice.BLKROGET);
        number("BLKSSZGET", OpenBlockDevice.BLKSSZGET);
        number("BLKDISCARD", OpenBlockDevice.BLKDISCARD);
        number("BLKPBSZGET", OpenBlockDevice.BLKPBSZGET);
        number("TIOCEXCL", Held.TIOCEXCL);
        number("TIOCNXCL", Held.TIOCNXCL);

        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), compiler::mend);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }

    private void number(String name, Ioctl request) {
        expected.put("(unsigned int) " + name, Integer.toUnsignedLong(request.number()));
    }

    private void layout(String typeInC, StructLayout layout) {
        expected.put("sizeof(" + typeInC + ")", (long) layout.size());
        for (String name : layout.names()) {
            if (name.contains("_") && !name.startsWith("__")) {
                expected.put("offsetof(" + typeInC + ", " + name + ")", (long)
                        layout.field(name).offset());
            }
        }
    }
}
