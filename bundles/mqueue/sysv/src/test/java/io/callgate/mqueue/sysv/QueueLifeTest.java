// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

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

/** A configured queue is found, made, refused, lost, found again and removed. */
class QueueLifeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
    }

    @Test
    void aQueueIsMadeAsConfigured() throws IOException {
        gateway.configure("mode", "0620", "maxBytes", 4096, "maxMessageBytes", 64);
        assertThat(gateway.made().mode).isEqualTo(0620);
        assertThat(gateway.made().maxBytes).isEqualTo(4096);
        MessageQueue queue = gateway.queue();
        assertThat(queue.maxMessageBytes()).isEqualTo(64);
        assertThat(gateway.registry.properties(queue))
                .containsEntry("callgate.name", "jobs")
                .containsEntry(MessageQueue.KIND, "sysv")
                .containsEntry(MessageQueue.ADDRESS, "0x2a");
    }

    @Test
    void theKeyMayComeFromAFileAsFtokMakesIt() throws IOException {
        Path file = Files.createFile(folder.resolve("key"));
        long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
        gateway.configure("key", "", "path", file.toString(), "project", "A");
        int key = (int) ('A' << 24 | (device & 0xff) << 16 | inode & 0xffff);
        assertThat(gateway.queues.queues).containsOnlyKeys(key);
    }

    @Test
    void withoutThatFileItWaits() throws IOException {
        gateway.configure("key", "", "path", folder.resolve("absent").toString());
        assertThat(gateway.reason()).contains("there is no " + folder.resolve("absent"), "ftok(3)");
        Files.createFile(folder.resolve("absent"));
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.isLive()).isTrue();
    }

    @Test
    void oneThatHasToBeThereIsWaitedFor() throws IOException {
        gateway.configure("open", "existing");
        assertThat(gateway.state()).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason()).contains("there is no queue 0x2a", "\"open\" to \"create\"");
        gateway.queues.foreign(Gateway.KEY);
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.isLive()).isTrue();
    }

    @Test
    void oneThatIsWantedExclusivelyIsOursAfterARestartButNotAnothers() throws IOException {
        gateway.configure("open", "exclusive").close(Gateway.STOPPED);
        SysvQueueComponent component = gateway.configure("open", "exclusive");
        assertThat(gateway.isLive()).as("after a restart").isTrue();
        component.close(Gateway.STOPPED);
        gateway.queues.foreignRemove(Gateway.KEY);
        gateway.queues.foreign(Gateway.KEY);
        gateway.file(
                "sysvipc/msg",
                "headings\n        42      32770   640            0          0     0     0     0"
                        + "     0     0     0          0          0 1700000000\n");
        gateway.configure("open", "exclusive");
        assertThat(gateway.reason()).contains("is there already (it belongs to root, mode 0640)", "mq:unlink 0x2a");
    }

    @Test
    void whenSomebodyRemovesItItIsGoneAndMadeAnew() throws IOException {
        gateway.configure();
        MessageQueue before = gateway.queue();
        gateway.queues.foreignRemove(Gateway.KEY);
        assertThatThrownBy(() -> before.send(before.allocate().put("x"), Duration.ZERO))
                .isInstanceOf(QueueGoneException.class)
                .hasMessageContaining("removed by somebody");
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.queue()).isNotSameAs(before);
        assertThat(gateway.log.lines("INFO"))
                .anySatisfy(line -> assertThat(line).contains("gone", "0x2a was removed by somebody"));
    }

    @Test
    void oneThatMayNotBeLookedAtIsNotTakenForRemoved() throws IOException {
        gateway.configure();
        MessageQueue before = gateway.queue();
        gateway.queues.fail("msgctl stat", Errno.EACCES);
        gateway.queues.kernel.advance(SECOND);
        assertThat(gateway.queue()).isSameAs(before);
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
    void whetherItGoesWithItsConfiguration(String unlink, boolean ours, boolean removed) throws IOException {
        if (!ours) {
            gateway.queues.foreign(Gateway.KEY);
        }
        gateway.configure("unlink", unlink).close(Gateway.STOPPED);
        assertThat(gateway.made()).as("a stop leaves it").isNotNull();
        gateway.configure("unlink", unlink).close(Gateway.DELETED);
        assertThat(gateway.made() == null).isEqualTo(removed);
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        SysvQueueComponent component = gateway.configure();
        component.close(Gateway.STOPPED);
        assertThat(gateway.queues.kernel.registrations()).isZero();
        assertThat(gateway.dispatcher.lanes()).isZero();
        assertThat(gateway.isLive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxBytes        | 20000 | maxBytes is 20000, but kernel.msgmnb is 16384: sysctl -w kernel.msgmnb=20000
            maxMessageBytes | 10000 | maxMessageBytes is 10000, but kernel.msgmax is 8192: sysctl -w kernel.msgmax=10000
            """)
    void aLimitIsExplained(String key, int value, String sentence) throws IOException {
        gateway.configure(key, value);
        assertThat(gateway.reason()).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENOSPC | kernel.msgmni allows, 32000 | sysctl -w kernel.msgmni=64000
            EACCES | may not open queue 0x2a     | another mode
            ENOSYS | no System V queues          | CONFIG_SYSVIPC=y
            """)
    void aRefusalIsExplained(Errno errno, String sentence, String mend) throws IOException {
        gateway.queues.fail("msgget create", errno);
        gateway.configure();
        assertThat(gateway.reason()).contains(sentence, mend);
    }

    @Test
    void withoutAHandlerForTheSignalNothingIsDone() throws IOException {
        gateway.file("self/status", "CapEff:\t0000000000000000\nSigCgt:\t0000000000000000\n");
        gateway.configure();
        assertThat(gateway.reason()).contains("no handler for signal 62");
        assertThat(gateway.made()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            key     | 0           | other than 0
            key     | fourtytwo   | is no number
            key     | 0x100000000 | of 32 bits
            key     | ''          | set one of the two
            path    | /etc/passwd | set one of the two
            open    | creat       | (create, existing, exclusive)
            select  | 0           | select: "0" selects no messages
            mode    | 999         | permission bits in octal
            """)
    void aMistakeIsSaidInASentence(String key, String value, String sentence) throws IOException {
        SysvQueueComponent component = gateway.configure(key, value);
        assertThat(gateway.reason()).contains(sentence);
        component.add((queue, message) -> {}, Gateway.service(1, 0, "jobs"));
        component.close(Gateway.DELETED);
        assertThat(gateway.registry.services(ResourceStatus.class)).isEmpty();
    }
}
