// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

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

    /** The kernel's structures, and not the C library's, which are others on 32 bits. */
    private static final String KERNEL = """
            #include <stddef.h>
            #include <linux/msg.h>
            #include <linux/ipc.h>
            #include <asm/msgbuf.h>
            """;

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    private void is(String expression, long value) {
        expected.put(expression, value);
    }

    private void check(Architecture architecture, String headers) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(headers, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void structures(Architecture architecture) throws Exception {
        Abi abi = Abi.of(architecture);
        is("sizeof(struct msqid64_ds)", abi.size());
        is("offsetof(struct msqid64_ds, msg_stime)", abi.stime());
        is("offsetof(struct msqid64_ds, msg_rtime)", abi.rtime());
        is("offsetof(struct msqid64_ds, msg_cbytes)", abi.cbytes());
        is("offsetof(struct msqid64_ds, msg_qnum)", abi.qnum());
        is("offsetof(struct msqid64_ds, msg_qbytes)", abi.qbytes());
        is("offsetof(struct msqid64_ds, msg_lspid)", abi.lspid());
        is("offsetof(struct msqid64_ds, msg_lrpid)", abi.lrpid());
        for (String word : new String[] {"msg_stime", "msg_cbytes", "msg_qnum", "msg_qbytes"}) {
            is("sizeof(((struct msqid64_ds *) 0)->" + word + ")", abi.wordBytes());
        }
        is("sizeof(((struct msqid64_ds *) 0)->msg_lspid)", Integer.BYTES);
        is("offsetof(struct msgbuf, mtext)", abi.wordBytes());
        is("sizeof(((struct msgbuf *) 0)->mtype)", abi.wordBytes());
        is("MSG_EXCEPT", Abi.MSG_EXCEPT);
        check(architecture, KERNEL);
    }

    @ParameterizedTest
    @EnumSource
    void constants(Architecture architecture) throws Exception {
        is("IPC_CREAT", Abi.IPC_CREAT);
        is("IPC_EXCL", Abi.IPC_EXCL);
        is("IPC_NOWAIT", Abi.IPC_NOWAIT);
        is("IPC_RMID", Abi.IPC_RMID);
        is("IPC_SET", Abi.IPC_SET);
        is("IPC_STAT", Abi.IPC_STAT);
        check(architecture, "#include <sys/msg.h>\n");
    }
}
