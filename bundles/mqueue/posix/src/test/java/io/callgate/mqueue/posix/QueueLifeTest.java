// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configured queue is opened, made, refused, lost, found again and unlinked. */
class QueueLifeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
    }

    private FakeQueues.Queue made() {
        return gateway.queues.queues.get("/alarms");
    }

    @Test
    void aQueueIsMadeAsConfiguredWhateverTheUmask() throws IOException {
        gateway.configure("mode", "0662", "maxMessages", 5, "maxMessageBytes", 64);
        assertThat(made().mode).isEqualTo(0662);
        assertThat(made().maxMessages).isEqualTo(5);
        assertThat(made().maxMessageBytes).isEqualTo(64);
        MessageQueue queue = gateway.queue();
        assertThat(queue.maxMessageBytes()).isEqualTo(64);
        assertThat(gateway.registry.properties(queue))
                .containsEntry("callgate.name", "alarms")
                .containsEntry(MessageQueue.KIND, "posix")
                .containsEntry(MessageQueue.ADDRESS, "/alarms");
    }

    @Test
    void aQueueThatIsThereIsTakenAsItIsAndTheDifferenceIsTold() throws IOException {
        gateway.queues.foreign("/theirs", 3, 32).put(0, "waiting");
        gateway.configure("queue", "theirs", "maxMessages", 10);
        assertThat(gateway.queue().maxMessageBytes()).isEqualTo(32);
        assertThat(Gateway.received(gateway.queue())).containsExactly("waiting");
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("/theirs", "3 messages of 32 bytes");
    }

    @Test
    void oneThatHasToBeThereIsWaitedFor() throws IOException {
        gateway.configure("open", "existing");
        assertThat(gateway.state()).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason()).contains("there is no queue /alarms", "\"open\" to \"create\"");
        gateway.queues.foreign("/alarms", 10, 64);
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.isLive()).isTrue();
    }

    @Test
    void oneThatIsWantedExclusivelyIsOursAfterARestartButNotAnothers() throws IOException {
        gateway.queues.foreign("/alarms", 10, 64);
        PosixQueueComponent component = gateway.configure("open", "exclusive");
        assertThat(gateway.reason()).contains("is there already", "mq:unlink /alarms");
        gateway.queues.foreignUnlink("/alarms");
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.isLive()).isTrue();

        component.close(Gateway.STOPPED);
        component = gateway.configure("open", "exclusive");
        assertThat(gateway.isLive()).as("after a restart").isTrue();

        component.close(Gateway.STOPPED);
        gateway.queues.foreignUnlink("/alarms");
        gateway.queues.foreign("/alarms", 10, 64);
        gateway.configure("open", "exclusive");
        assertThat(gateway.isLive()).as("another one of that name").isFalse();
    }

    @Test
    void whenSomebodyUnlinksItItIsGoneAndMadeAnew() throws IOException {
        gateway.configure();
        MessageQueue before = gateway.queue();
        gateway.queues.foreignUnlink("/alarms");
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.queue()).isNotSameAs(before);
        assertThat(made()).isNotNull();
        assertThat(gateway.log.lines("INFO"))
                .anySatisfy(line -> assertThat(line).contains("gone", "/alarms was unlinked by somebody"));
        assertThatThrownBy(() -> before.receive(before.allocate(), Duration.ZERO))
                .isInstanceOf(QueueGoneException.class)
                .hasMessageContaining("bind the one that comes");
    }

    @ParameterizedTest
    @CsvSource({
        "never, true, false",
        "never, false, false",
        "created, true, true",
        "created, false, false",
        "always, true, true",
        "always, false, true"
    })
    void whetherItGoesWithItsConfiguration(String unlink, boolean ours, boolean unlinked) throws IOException {
        if (!ours) {
            gateway.queues.foreign("/alarms", 10, 64);
        }
        gateway.configure("unlink", unlink).close(Gateway.STOPPED);
        assertThat(made()).as("a stop leaves it").isNotNull();
        gateway.configure("unlink", unlink).close(Gateway.DELETED);
        assertThat(made() == null).isEqualTo(unlinked);
    }

    @Test
    void oneOfAnEarlierBootIsNotOurs() throws IOException {
        gateway.configure().close(Gateway.STOPPED);
        gateway.file("sys/kernel/random/boot_id", "33333333-4444");
        gateway.configure().close(Gateway.DELETED);
        assertThat(made()).isNotNull();
    }

    @Test
    void thatItCannotBeUnlinkedIsSaidWithTheLineThatMendsIt() throws IOException {
        PosixQueueComponent component = gateway.configure();
        gateway.queues.fail("mq_unlink", Errno.EACCES);
        component.close(Gateway.DELETED);
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("EACCES", "mq:unlink /alarms");
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        PosixQueueComponent component = gateway.configure();
        component.add(Gateway.keeping(new java.util.ArrayList<>()), Gateway.service(1, 0, "alarms"));
        assertThat(gateway.queues.kernel.openDescriptors()).hasSize(1);
        component.close(Gateway.STOPPED);
        assertThat(gateway.queues.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.queues.kernel.registrations()).isZero();
        assertThat(gateway.dispatcher.lanes()).isZero();
        assertThat(gateway.isLive()).isFalse();
    }

    @Test
    void anothersQueueIsNamedWithItsOwner() throws IOException {
        Files.createFile(gateway.mounted.resolve("alarms"));
        gateway.file("self/mounts", "mqueue " + gateway.mounted + " mqueue rw 0 0\n");
        gateway.queues.fail("mq_open", Errno.EACCES);
        gateway.configure("access", "receive");
        assertThat(gateway.reason())
                .contains("may not open queue /alarms", "\"receive\"", System.getProperty("user.name"), "rw-r--r--");
        gateway.queues.mend("mq_open");
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.isLive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxMessages     | 100      | maxMessages is 100, but fs.mqueue.msg_max is 10: sysctl -w fs.mqueue.msg_max=100
            maxMessageBytes | 10000    | maxMessageBytes is 10000, but fs.mqueue.msgsize_max is 8192: sysctl -w fs.mqueue.msgsize_max=10000
            maxMessages     | 70000    | no kernel takes more than 65536
            maxMessageBytes | 17000000 | no kernel takes more than 16777216
            """)
    void aLimitIsExplainedBeforeTheKernelSaysEinval(String key, int value, String sentence) throws IOException {
        gateway.queues.fail("mq_open create", Errno.EINVAL);
        gateway.configure(key, value);
        assertThat(gateway.reason()).contains(sentence);
    }

    @Test
    void whatTheMachineAllowsOnlyTheMightyIsNotRefusedToThem() throws IOException {
        gateway.file("self/status", "CapEff:\t000001ffffffffff\n");
        gateway.configure("maxMessages", 50);
        assertThat(made().maxMessages).isEqualTo(50);
    }

    @Test
    void theMemoryOfQueuesIsExplainedBeforeTheKernelSaysEmfile() throws IOException {
        gateway.file("self/status", "CapEff:\t000001ffffffffff\n");
        gateway.configure("maxMessages", 200, "maxMessageBytes", 8192);
        assertThat(gateway.reason())
                .contains("200 messages of 8192 bytes need 1657600 bytes, but RLIMIT_MSGQUEUE is 819200")
                .contains("LimitMSGQUEUE=1657600", "ulimit -q 1657600");
    }

    @Test
    void memoryThatOtherQueuesUseIsExplainedToo() throws IOException {
        gateway.queues.fail("mq_open create", Errno.EMFILE);
        gateway.configure();
        assertThat(gateway.reason())
                .contains("needs 82880 bytes", "819200 that RLIMIT_MSGQUEUE allows", "mq:list", "LimitMSGQUEUE=902080");
    }

    @Test
    void aProcessWithoutDescriptorsIsNotTakenForOneWithoutMemory() throws IOException {
        gateway.file("self/limits", """
                Max open files            2                    4096                 files
                Max msgqueue size         819200               819200               bytes
                """);
        gateway.file("self/fd/0", "");
        gateway.file("self/fd/1", "");
        gateway.queues.fail("mq_open create", Errno.EMFILE);
        gateway.configure();
        assertThat(gateway.reason()).contains("all 2 descriptors", "RLIMIT_NOFILE", "LimitNOFILE=4");
    }

    @Test
    void tooManyQueuesAreExplained() throws IOException {
        gateway.queues.fail("mq_open create", Errno.ENOSPC);
        gateway.configure();
        assertThat(gateway.reason()).contains("fs.mqueue.queues_max allows, 256", "fs.mqueue.queues_max=512");
    }

    @Test
    void aKernelWithoutQueuesIsSaid() throws IOException {
        gateway.queues.fail("mq_open", Errno.ENOSYS);
        gateway.configure();
        assertThat(gateway.reason()).contains("CONFIG_POSIX_MQUEUE=y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            queue  | /a/b     | with no other slash
            queue  | /        | is no name
            queue  | ..       | is no name
            open   | creat    | open "creat" is unknown (create, existing, exclusive)
            access | write    | (both, receive, send)
            mode   | 888      | permission bits in octal
            unlink | maybe    | (never, created, always)
            """)
    void aMistakeIsSaidInASentence(String key, String value, String sentence) throws IOException {
        PosixQueueComponent component = gateway.configure(key, value);
        assertThat(gateway.reason()).contains(sentence);
        component.close(Gateway.DELETED);
        assertThat(gateway.registry.services(ResourceStatus.class)).isEmpty();
    }
}
