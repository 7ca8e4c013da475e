// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.mqueue.QueueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All queues of the machine, by the mqueue file system. */
class PosixMachineQueuesTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private PosixMachineQueues machine;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        machine = new PosixMachineQueues(gateway.calls, new Proc(gateway.proc));
    }

    private void mounted() throws IOException {
        gateway.file("self/mounts", "proc /proc proc rw 0 0\nnone " + gateway.mounted + " mqueue rw 0 0\n");
    }

    private Path file(String name, String mode, int bytes) throws IOException {
        Path file = Files.writeString(
                gateway.mounted.resolve(name), "QSIZE:" + bytes + "          NOTIFY:0     SIGNO:0     NOTIFY_PID:0\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void withoutItsFileSystemItSaysHowToMountIt() {
        assertThatThrownBy(machine::list)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mkdir -p /dev/mqueue && mount -t mqueue none /dev/mqueue");
    }

    @Test
    void everyQueueIsShownWithItsOwnerItsDepthAndWhoHasItOpen() throws IOException {
        mounted();
        Path file = file("b", "rw-r-----", 5);
        file("a", "rw-------", 0);
        gateway.queues.foreign("/b", 10, 64).put(0, "hello");
        gateway.queues.foreign("/a", 10, 64);
        // In the kernel the link shows the name alone, and leads to the queue.
        Files.createDirectories(gateway.proc.resolve("17/fd"));
        Files.createSymbolicLink(gateway.proc.resolve("17/fd/5"), file);

        List<QueueInfo> queues = machine.list();
        assertThat(queues).extracting(QueueInfo::address).containsExactly("/a", "/b");
        QueueInfo b = queues.get(1);
        assertThat(b.messages()).isOne();
        assertThat(b.bytes()).isEqualTo(5);
        assertThat(b.mode()).isEqualTo(0640);
        assertThat(b.owner()).isEqualTo(System.getProperty("user.name"));
        assertThat(gateway.queues.kernel.openDescriptors())
                .as("nothing stays open")
                .isEmpty();
    }

    @Test
    void whatMayNotBeReadIsShownWithoutItsDepth() throws IOException {
        mounted();
        file("theirs", "rw-------", 9);
        gateway.queues.fail("mq_open", Errno.EACCES);
        assertThat(machine.list()).singleElement().satisfies(queue -> {
            assertThat(queue.address()).isEqualTo("/theirs");
            assertThat(queue.messages()).isEqualTo(-1);
        });
    }

    @Test
    void unlinkSaysWhyNot() throws IOException {
        gateway.queues.foreign("/old", 10, 64);
        machine.unlink("/old");
        assertThat(gateway.queues.queues).isEmpty();
        assertThatThrownBy(() -> machine.unlink("/old")).hasMessage("there is no queue /old");
        gateway.queues.fail("mq_unlink", Errno.EACCES);
        assertThatThrownBy(() -> machine.unlink("/theirs")).hasMessageContaining("belongs to somebody else");
        assertThatThrownBy(() -> machine.unlink("0x2a")).isInstanceOf(IllegalArgumentException.class);
    }
}
