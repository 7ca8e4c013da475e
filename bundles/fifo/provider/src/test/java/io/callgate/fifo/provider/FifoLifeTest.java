// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.fifo.Fifo;
import io.callgate.fifo.Peer;
import io.callgate.fifo.PeerListener;
import io.callgate.fifo.RecordListener;
import io.callgate.linux.Errno;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.component.ComponentConstants;

/** A configured FIFO on a fake kernel, all on the test's own thread. */
class FifoLifeTest {

    private static final int STOPPED = 6;
    private static final int FIFO = 0010600;
    private static final int REGULAR = 0100644;
    private static final int LINK = 0120777;

    @TempDir
    Path folder;

    private final FakeLinux kernel = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeRegistry registry = new FakeRegistry();
    private final FakeLog log = new FakeLog();
    private final List<String> heard = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final List<String> made = new ArrayList<>();
    private final FakePipe pipe = new FakePipe();
    private String path;
    private int mode; // of the node; 0 if there is none
    private long inode = 1;

    @BeforeEach
    void calls() {
        path = folder.resolve("orders").toString();
        kernel.onCall("statx", this::statx)
                .onCall("mknodat", arguments -> {
                    made.add("mknod " + Integer.toOctalString((int) arguments[2]));
                    node(FIFO);
                    return 0;
                })
                .onCall("fchmodat", arguments -> {
                    made.add("chmod " + Integer.toOctalString((int) arguments[2]));
                    return 0;
                });
    }

    private void node(int of) {
        mode = of;
        inode++;
        kernel.script(path, pipe::open);
    }

    private long statx(Object... arguments) throws IOException {
        if (mode == 0) {
            throw FakeFile.refuse(Errno.ENOENT);
        }
        ByteBuffer answer = ((NativeBuffer) arguments[4]).bytes();
        answer.putShort(28, (short) mode).putLong(32, inode);
        return 0;
    }

    private FifoComponent configure(Object... keysAndValues) throws IOException {
        Map<String, Object> configuration = new HashMap<>(Map.of("path", path));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        FifoCalls calls = new FifoCalls(kernel, kernel, kernel, kernel, Path.of("/proc/self/fd"));
        FifoComponent component = new FifoComponent(
                new ConfiguredResource(registry.context(), Map.of("service.pid", Fifo.PID + "~orders"), log.logger()),
                SettingsTest.config(configuration),
                new FifoLife.Surroundings(new Opener(calls, kernel, folder), kernel, kernel, dispatcher, log.logger()));
        component.addPeers(event -> peers.add(event.peer()), service(1, PeerListener.FIFO));
        return component;
    }

    private static Map<String, Object> service(long id, String key) {
        return Map.of("service.id", id, key, "orders");
    }

    private void listen(FifoComponent component) {
        component.addRecords(
                (fifo, record) -> heard.add(
                        StandardCharsets.UTF_8.decode(record.duplicate()).toString()),
                service(2, RecordListener.FIFO));
    }

    private String reason() {
        return registry.service(ResourceStatus.class).orElseThrow().reason();
    }

    private Fifo fifo() {
        return registry.service(Fifo.class).orElseThrow();
    }

    @Test
    void aMissingFifoIsMadeWithItsModeAndOneThatIsThereIsTakenAsItIs() throws IOException {
        configure("mode", "0622").close(STOPPED);
        assertThat(made).containsExactly("mknod 10622", "chmod 622");
        configure("mode", "0644");
        assertThat(made).hasSize(2);
        assertThat(fifo().path()).hasToString(path);
    }

    @Test
    void whatIsNoFifoIsLeftAloneUntilItIsGone() throws IOException {
        node(REGULAR);
        configure();
        assertThat(reason())
                .isEqualTo(
                        path + " is a regular file, no FIFO, and is left alone: name another path, or" + " remove it");
        node(LINK);
        kernel.advance(FifoLife.LOOK);
        assertThat(reason()).contains("is a symbolic link, no FIFO");
        assertThat(kernel.openDescriptors()).isEmpty();
        mode = 0;
        kernel.advance(FifoLife.LOOK);
        assertThat(fifo().peer()).isEqualTo(Peer.ABSENT);
    }

    @Test
    void withoutCreateItWaits() throws IOException {
        configure("create", false);
        assertThat(reason()).startsWith("there is no " + path + ": start the program that makes it");
        assertThat(made).isEmpty();
        node(FIFO);
        kernel.advance(FifoLife.LOOK);
        assertThat(registry.service(Fifo.class)).isPresent();
    }

    @Test
    void recordsAndPeersAreToldAndTheEndOfFileIsNoEnd() throws IOException {
        listen(configure());
        for (int i = 0; i < 3; i++) {
            pipe.writerComes();
            pipe.put("one\ntwo\n");
            kernel.turn();
            pipe.writerLeaves();
            kernel.turn();
        }
        assertThat(heard).containsExactly("one", "two", "one", "two", "one", "two");
        assertThat(peers)
                .containsExactly(Peer.PRESENT, Peer.ABSENT, Peer.PRESENT, Peer.ABSENT, Peer.PRESENT, Peer.ABSENT);
        assertThat(kernel.openDescriptors())
                .as("the handle and the reading end")
                .hasSize(2);
    }

    @Test
    void aBrokenRecordIsCountedWhenItsWriterHasLeft() throws IOException {
        listen(configure());
        pipe.writerComes();
        pipe.put("whole\nbro");
        kernel.turn();
        pipe.writerLeaves();
        kernel.turn();
        pipe.writerComes();
        pipe.put("next\n");
        kernel.turn();
        assertThat(heard).containsExactly("whole", "next");
    }

    @Test
    void aSuccessorGoesOnInTheMidstOfARecord() throws IOException {
        FifoComponent first = configure();
        listen(first);
        pipe.writerComes();
        pipe.put("begun b");
        kernel.turn();
        first.close(STOPPED);
        assertThat(kernel.kept()).hasSize(1);
        assertThat(registry.services(Fifo.class)).isEmpty();
        pipe.put("y one\n");
        listen(configure());
        kernel.turn();
        assertThat(heard).containsExactly("begun by one");
        assertThat(peers).as("the same peer, no news").containsExactly(Peer.PRESENT);
        assertThat(kernel.kept()).isEmpty();
    }

    @Test
    void withOtherSettingsItIsOpenedAnew() throws IOException {
        FifoComponent first = configure();
        pipe.writerComes();
        pipe.put("beg");
        listen(first);
        first.close(STOPPED);
        listen(configure("framing", "raw"));
        assertThat(kernel.kept()).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void aDeletedConfigurationLeavesNothingOpen() throws IOException {
        FifoComponent component = configure();
        listen(component);
        component.close(ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
        assertThat(kernel.kept()).isEmpty();
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThat(dispatcher.lanes()).isZero();
        assertThat(registry.services(ResourceStatus.class)).isEmpty();
    }

    @Test
    void aNodeThatIsReplacedIsSaidAndOpenedAnew() throws IOException {
        configure();
        Fifo before = fifo();
        node(FIFO);
        kernel.advance(FifoLife.LOOK);
        assertThat(fifo()).isNotSameAs(before);
        assertThat(log.lines("INFO")).contains("INFO orders is gone: " + path + " was replaced by a FIFO");
    }

    @Test
    void aWriterKnocksUntilSomebodyReads() throws IOException {
        node(FIFO);
        pipe.readerComes();
        FifoComponent component = configure("access", "write");
        assertThat(fifo().write("hello", Duration.ZERO)).isTrue();
        assertThat(pipe.content()).isEqualTo("hello\n");
        pipe.readerLeaves();
        assertThat(fifo().write("lost", Duration.ZERO))
                .as("EPIPE is no exception")
                .isFalse();
        kernel.advance(FifoLife.KNOCK);
        assertThat(fifo().write("lost", Duration.ZERO)).isFalse();
        pipe.readerComes();
        kernel.advance(FifoLife.KNOCK);
        assertThat(fifo().write("again", Duration.ZERO)).isTrue();
        assertThat(pipe.content()).isEqualTo("hello\nagain\n");
        assertThat(peers).containsExactly(Peer.ABSENT, Peer.PRESENT);
        component.close(STOPPED);
        assertThat(kernel.kept()).hasSize(1);
    }

    @Test
    void aConfigurationThatCannotBeUsedWaitsAndSaysWhy() throws IOException {
        configure("framing", "none").close(STOPPED);
        configure("path", "relative");
        assertThat(registry.service(ResourceStatus.class).orElseThrow().state()).isEqualTo(ResourceState.WAITING);
        assertThat(reason()).startsWith("path \"relative\" is none");
    }

    @Test
    void withoutAPathItWaitsAndSaysSo() throws IOException {
        configure("path", null);
        assertThat(reason()).startsWith("path is missing");
    }

    @Test
    void aConstructorThatThrowsLeavesNothing() {
        FifoComponent.Config broken = (FifoComponent.Config) Proxy.newProxyInstance(
                FifoComponent.Config.class.getClassLoader(),
                new Class<?>[] {FifoComponent.Config.class},
                (self, method, arguments) -> {
                    throw new IllegalStateException("broken");
                });
        ConfiguredResource resource =
                new ConfiguredResource(registry.context(), Map.of("service.pid", Fifo.PID + "~orders"), log.logger());
        FifoLife.Surroundings around = new FifoLife.Surroundings(null, kernel, kernel, dispatcher, log.logger());
        assertThatThrownBy(() -> new FifoComponent(resource, broken, around)).hasMessage("broken");
        assertThat(registry.services(ResourceStatus.class)).isEmpty();
    }

    @Test
    void whatMayNotBeWrittenWaitsAndIsNeverLive() throws IOException {
        node(FIFO);
        kernel.readOnly(path);
        configure("access", "write");
        for (int i = 0; i < 5; i++) {
            kernel.advance(FifoLife.LOOK);
        }
        assertThat(log.lines("INFO")).singleElement().asString().contains("is waiting", "may not open " + path);
        assertThat(registry.services(Fifo.class)).isEmpty();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aReadingEndThatCannotBeOpenedAnewIsTriedEverySecondAndNotAllTheTime() throws IOException {
        listen(configure());
        pipe.writerComes();
        pipe.put("one\n");
        kernel.turn();
        kernel.fail("open", path, Errno.EMFILE);
        pipe.writerLeaves();
        long readsBefore = pipe.reads();
        for (int i = 0; i < 100; i++) {
            kernel.turn();
        }
        assertThat(pipe.reads() - readsBefore).isLessThan(5);
        kernel.advance(Feeder.AGAIN.multipliedBy(3));
        assertThat(log.lines("ERROR")).singleElement().asString().contains("cannot be read");
        assertThat(dispatcher.failures()).isEmpty();
        kernel.mend("open", path);
        kernel.advance(Feeder.AGAIN);
        pipe.writerComes();
        pipe.put("two\n");
        kernel.turn();
        assertThat(heard).containsExactly("one", "two");
    }

    @Test
    void aFifoThatTheKernelDoesNotWatchIsLookedAtEverySecond() throws IOException {
        FifoComponent component = configure();
        kernel.fail("epoll_ctl", path, Errno.ENOSPC);
        listen(component);
        pipe.writerComes();
        pipe.put("one\n");
        kernel.turn();
        assertThat(heard).isEmpty();
        kernel.advance(Feeder.AGAIN.multipliedBy(3));
        assertThat(heard).containsExactly("one");
        assertThat(log.lines("ERROR")).singleElement().asString().contains("ENOSPC", "looks every second");
        kernel.mend("epoll_ctl", path);
        kernel.advance(Feeder.AGAIN);
        pipe.put("two\n");
        kernel.turn();
        assertThat(heard).as("told at once again").containsExactly("one", "two");
    }

    @Test
    void whatAPredecessorLeftAndCannotBeReadIsClosed() throws IOException {
        configure().close(STOPPED);
        KeptHandles.Key key = kernel.kept().get(0);
        kernel.leave(
                key, kernel.take(key).orElseThrow().fd(), Map.of(FifoLife.PEER, "?"), KeptHandles.Policy.closing());
        configure();
        assertThat(dispatcher.failures()).hasSize(1);
        assertThat(kernel.openDescriptors()).isEmpty();
        kernel.advance(FifoLife.LOOK);
        assertThat(fifo().path()).hasToString(path);
    }
}
