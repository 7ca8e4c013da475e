// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.testing.CrossCompiler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every number and offset against what the C compiler of each architecture says. */
class AbiTest {

    private static final String HEADERS = """
            #include <stddef.h>
            #include <fcntl.h>
            #include <limits.h>
            #include <mqueue.h>
            #include <linux/stat.h>
            #include <linux/time_types.h>
            """;

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    private void is(String expression, long value) {
        expected.put(expression, value);
    }

    private CrossCompiler compiler(Architecture architecture) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        return compiler;
    }

    @ParameterizedTest
    @EnumSource
    void structuresAndConstants(Architecture architecture) throws Exception {
        int word = Abi.of(architecture).wordBytes();
        is("sizeof(struct mq_attr)", (long) Abi.ATTR_WORDS * word);
        is("sizeof(((struct mq_attr *) 0)->mq_maxmsg)", word);
        is("offsetof(struct mq_attr, mq_maxmsg)", (long) Abi.ATTR_MAXMSG * word);
        is("offsetof(struct mq_attr, mq_msgsize)", (long) Abi.ATTR_MSGSIZE * word);
        is("offsetof(struct mq_attr, mq_curmsgs)", (long) Abi.ATTR_CURMSGS * word);
        is("sizeof(struct __kernel_timespec)", Abi.TIMESPEC_SIZE);
        is("offsetof(struct __kernel_timespec, tv_sec)", Abi.TIMESPEC_SEC);
        is("offsetof(struct __kernel_timespec, tv_nsec)", Abi.TIMESPEC_NSEC);
        is("sizeof(((struct __kernel_timespec *) 0)->tv_sec)", Long.BYTES);
        is("offsetof(struct statx, stx_nlink)", 16);
        is("offsetof(struct statx, stx_ino)", 32);
        is("sizeof(struct statx)", 256);
        is("O_RDONLY", Abi.O_RDONLY);
        is("O_WRONLY", Abi.O_WRONLY);
        is("O_RDWR", Abi.O_RDWR);
        is("O_CREAT", Abi.O_CREAT);
        is("O_EXCL", Abi.O_EXCL);
        is("O_CLOEXEC", Abi.O_CLOEXEC);
        is("AT_EMPTY_PATH", 0x1000);
        is("STATX_BASIC_STATS", 0x7ff);
        is("MQ_PRIO_MAX", Abi.MQ_PRIO_MAX);
        is("NAME_MAX", Abi.NAME_MAX);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler(architecture).values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }

    /** A time_t of 32 bits has no place in these calls. */
    @ParameterizedTest
    @EnumSource
    void everyArchitectureHasTheCallsAndTheirTimeHas64Bits(Architecture architecture) throws Exception {
        Set<String> calls = compiler(architecture).systemCalls();
        Abi abi = Abi.of(architecture);
        assertThat(calls).contains("mq_open", "mq_unlink", "mq_getsetattr", "statx", "fchmod");
        assertThat(calls).contains(abi.timedSend(), abi.timedReceive());
        assertThat(abi.timedSend().endsWith("_time64")).isEqualTo(calls.contains("mq_timedsend_time64"));
        assertThat(abi.timedReceive().endsWith("_time64")).isEqualTo(calls.contains("mq_timedreceive_time64"));
    }
}
