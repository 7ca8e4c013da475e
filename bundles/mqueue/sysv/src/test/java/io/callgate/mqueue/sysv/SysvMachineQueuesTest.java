// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.mqueue.QueueInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All queues of the machine, by /proc/sysvipc/msg. */
class SysvMachineQueuesTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private SysvMachineQueues machine;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        machine = new SysvMachineQueues(gateway.calls, new Proc(gateway.proc));
    }

    @Test
    void everyQueueIsShownWithItsOwnerItsDepthAndWhoUsedItLast() throws IOException {
        gateway.file("17/status", "");
        gateway.file("sysvipc/msg", """
                       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime
                        42      32770   640          12          3    17    18     0     0     0     0 1700000000          0 1600000000
                         0          3   600           0          0     0     0 98765     0     0     0          0          0 1600000000
                -1412566781          4   600           0          0    18    18     0     0     0     0          0          0 1600000000
                """);
        List<QueueInfo> queues = machine.list();
        assertThat(queues).extracting(QueueInfo::address).containsExactly("0x2a", "0xabcdf103", "id:3");
        QueueInfo first = queues.get(0);
        assertThat(first.owner()).isEqualTo("root");
        assertThat(first.mode()).isEqualTo(0640);
        assertThat(first.messages()).isEqualTo(3);
        assertThat(first.bytes()).isEqualTo(12);
        assertThat(first.users()).as("18 has ended").containsExactly(17L);
        assertThat(first.lastSent().orElseThrow().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(first.lastReceived()).isEmpty();
        assertThat(queues.get(1).users()).as("an orphan").isEmpty();
        assertThat(queues.get(2).owner()).as("a user without a name").isEqualTo("98765");
    }

    @Test
    void unlinkTakesAKeyOrAnIdAndSaysWhyNot() throws IOException {
        int id = gateway.queues.foreign(Gateway.KEY).id;
        machine.unlink("id:" + id);
        assertThat(gateway.queues.queues).isEmpty();
        gateway.queues.foreign(Gateway.KEY);
        machine.unlink("0x2a");
        assertThat(gateway.queues.queues).isEmpty();
        assertThatThrownBy(() -> machine.unlink("0x2a")).hasMessage("there is no queue 0x2a");
        assertThatThrownBy(() -> machine.unlink("id:" + id)).hasMessageContaining("there is no queue");
        gateway.queues.foreign(Gateway.KEY);
        gateway.queues.fail("msgctl remove", Errno.EPERM);
        assertThatThrownBy(() -> machine.unlink("0x2a")).hasMessageContaining("belongs to somebody else");
        assertThatThrownBy(() -> machine.unlink("/alarms")).isInstanceOf(IllegalArgumentException.class);
    }
}
