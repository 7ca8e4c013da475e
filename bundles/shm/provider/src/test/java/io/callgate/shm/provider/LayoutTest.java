// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

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

/** The header file that ships says what we do, to the C compiler of each architecture. */
class LayoutTest {

    private static final Path HEADER =
            Path.of("src/main/resources/include/callgate_shm.h").toAbsolutePath();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void theHeaderFileSaysTheSame(Architecture architecture) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("CG_FINGERPRINT", Layout.FINGERPRINT);
        expected.put("CG_END_MARK", Layout.END_MARK);
        expected.put("CG_VERSION", (long) Layout.VERSION);
        expected.put("CG_PAGE", (long) Layout.PAGE);
        expected.put("CG_SLOTS", (long) Layout.SLOTS);
        expected.put("CG_SLOTS_AT", (long) Layout.SLOTS_AT);
        expected.put("CG_SLOT_BYTES", (long) Layout.SLOT_BYTES);
        expected.put("CG_TRAILER", (long) Layout.TRAILER_BYTES);
        expected.put("CG_CONSUMER_AT", (long) Layout.CONSUMER_AT);
        expected.put("CG_ZEROING_AT", (long) Layout.ZEROING_TO_AT);
        expected.put("CG_SLEEPING_AT", (long) Layout.SLEEPING_AT);
        expected.put("CG_WRITER_AT", (long) Layout.WRITER_AT);
        expected.put("CG_NEWEST_AT", (long) Layout.NEWEST_AT);
        expected.put("CG_BUFFERS", (long) Layout.BUFFERS);
        expected.put("CG_BUFFER_HEADER", (long) Layout.BUFFER_HEADER);
        expected.put("CG_BOARD", (long) Layout.KIND_BOARD);
        expected.put("FUTEX_WAIT", 0L);
        expected.put("FUTEX_WAKE", 1L);
        expected.put("MEMBARRIER_CMD_GLOBAL_EXPEDITED", 2L);
        expected.put("MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED", 4L);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values("#include \"" + HEADER + "\"\n", expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }
}
