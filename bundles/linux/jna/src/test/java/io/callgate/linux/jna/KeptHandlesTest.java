// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KeptHandles.Action;
import io.callgate.linux.KeptHandles.FileAction;
import io.callgate.linux.KeptHandles.IoctlAction;
import io.callgate.linux.KeptHandles.KeepAlive;
import io.callgate.linux.KeptHandles.Kept;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.KeptHandles.WriteAction;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;

/** Descriptors between two owners, seen from the other end of a pipe. */
@Timeout(60)
class KeptHandlesTest {

    private static final long OWNER = 7;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Key KEY = new Key("pipe:test", Map.of("timeout", "10"));
    private static final Ioctl FIONBIO = new Ioctl(0x5421);

    private final Door door = new Door();
    private final HandleStore store =
            new HandleStore(KeptHandles.DEFAULT_HANDOVER, door.files, door.memory, door.log.logger());
    private final KeptHandles handles = new BundleKeptHandles(store, OWNER);
    private final NativeBuffer buffer = door.memory.allocate(4096);

    @AfterEach
    void close() {
        store.close();
        door.close();
    }

    @Test
    void aFinalActionMayWriteToAnotherFile(@TempDir Path folder) throws IOException {
        Path unexport = Files.createFile(folder.resolve("unexport"));
        try (Door.Pipe pipe = door.pipe()) {
            Action action = new FileAction(unexport, "17\n".getBytes(StandardCharsets.US_ASCII));
            handles.leave(KEY, pipe.writer(), Map.of(), new Policy(LONG, List.of(action), Optional.empty()));
            assertThat(unexport).isEmptyFile();

            store.close();

            assertThat(unexport).hasContent("17");
        }
    }

    @Test
    void howLongHandlesAreKeptIsTheMachinesOwn() {
        assertThat(HandleStore.handover(null, door.log.logger())).isEqualTo(Duration.ofSeconds(2));
        assertThat(HandleStore.handover(" 5000 ", door.log.logger())).isEqualTo(Duration.ofSeconds(5));
        for (String bad : List.of("soon", "0", "-1", "")) {
            assertThat(HandleStore.handover(bad, door.log.logger())).isEqualTo(Duration.ofSeconds(2));
        }
    }

    @Test
    void aSuccessorWithTheSameSettingsTakesItOver() throws IOException {
        try (Door.Pipe pipe = door.pipe()) {
            handles.leave(KEY, pipe.writer(), Map.of("sequence", "42"), policy(LONG, text("final")));
            Optional<Kept> kept = handles.take(new Key("pipe:test", Map.of("timeout", "10")));
            assertThat(kept).contains(new Kept(pipe.writer(), Map.of("sequence", "42")));
            assertThat(pipe.writer().isOpen()).isTrue();
            assertThat(handles.take(KEY)).isEmpty();
            store.close();
            assertThat(pipe.writer().isOpen()).isTrue();
            assertThat(available(pipe)).isEmpty();
        }
    }

    @Test
    void aSuccessorWithOtherSettingsFindsItClosedInOrder() throws IOException {
        try (Door.Pipe pipe = door.pipe()) {
            handles.leave(KEY, pipe.writer(), Map.of(), policy(LONG, text("one,"), text("two")));
            assertThat(handles.take(new Key("pipe:test", Map.of("timeout", "30"))))
                    .isEmpty();
            assertThat(pipe.writer().isOpen()).isFalse();
            assertThat(available(pipe)).isEqualTo("one,two");
        }
    }

    @Test
    void whatNobodyTakesGetsItsFinalActionsAndIsClosed() throws Exception {
        try (Door.Pipe pipe = door.pipe()) {
            handles.leave(KEY, pipe.writer(), Map.of(), policy(SHORT, text("final")));
            assertThat(untilHangUp(pipe)).isEqualTo("final");
            assertThat(door.log.await()).contains("pipe:test", "nobody took it over");
            assertThat(handles.take(KEY)).isEmpty();
        }
    }

    @Test
    void anUninstalledBundleHasNoSuccessor() throws Exception {
        try (Door.Pipe mine = door.pipe();
                Door.Pipe other = door.pipe()) {
            handles.leave(KEY, mine.writer(), Map.of(), policy(LONG, text("final")));
            Key otherKey = new Key("pipe:other", Map.of());
            new BundleKeptHandles(store, OWNER + 1).leave(otherKey, other.writer(), Map.of(), policy(LONG));
            store.bundleChanged(new BundleEvent(BundleEvent.UPDATED, bundle(OWNER)));
            store.bundleChanged(new BundleEvent(BundleEvent.UNINSTALLED, bundle(OWNER)));
            assertThat(untilHangUp(mine)).isEqualTo("final");
            assertThat(handles.take(otherKey)).isPresent();
        }
    }

    @Test
    void nothingIsKeptOnceTheFrameworkStops() throws Exception {
        try (Door.Pipe before = door.pipe();
                Door.Pipe after = door.pipe()) {
            handles.leave(KEY, before.writer(), Map.of(), policy(LONG, text("before")));
            store.bundleChanged(new BundleEvent(BundleEvent.STOPPING, bundle(OWNER)));
            assertThat(before.writer().isOpen()).isTrue();
            store.bundleChanged(new BundleEvent(BundleEvent.STOPPING, bundle(0)));
            assertThat(untilHangUp(before)).isEqualTo("before");
            handles.leave(KEY, after.writer(), Map.of(), policy(LONG, text("after")));
            assertThat(untilHangUp(after)).isEqualTo("after");
        }
    }

    @Test
    void theDoorClosesWhatIsLeftAndWhatIsLeftLater() throws Exception {
        try (Door.Pipe before = door.pipe();
                Door.Pipe after = door.pipe()) {
            handles.leave(KEY, before.writer(), Map.of(), policy(LONG, text("before")));
            store.close();
            assertThat(before.writer().isOpen()).isFalse();
            assertThat(available(before)).isEqualTo("before");
            handles.leave(KEY, after.writer(), Map.of(), policy(LONG, text("after")));
            assertThat(after.writer().isOpen()).isFalse();
            assertThat(available(after)).isEqualTo("after");
        }
    }

    @Test
    void aSecondOneForTheSameResourceSendsTheFirstAway() throws Exception {
        try (Door.Pipe first = door.pipe();
                Door.Pipe second = door.pipe()) {
            handles.leave(KEY, first.writer(), Map.of(), policy(LONG, text("first")));
            handles.leave(KEY, second.writer(), Map.of(), policy(LONG));
            assertThat(untilHangUp(first)).isEqualTo("first");
            assertThat(handles.take(KEY).orElseThrow().fd()).isSameAs(second.writer());
        }
    }

    @Test
    void itIsFedWhileNobodyOwnsItAndNoLonger() throws Exception {
        NativeBuffer count = door.memory.allocate(8);
        Action feed = new WriteAction(one());
        KeepAlive keepAlive = new KeepAlive(feed, Duration.ofMillis(2), LONG);
        try (Fd event = door.waiting.eventfd(0)) {
            handles.leave(KEY, event, Map.of(), new Policy(LONG, List.of(), Optional.of(keepAlive)));
            long fed = 0;
            while (fed < 5) {
                assertThat(door.waiting.poll(event, Ready.IN, DEADLINE)).isEqualTo(Ready.IN);
                door.files.read(event, count, 0, 8);
                fed += count.bytes().getLong(0);
            }
            assertThat(handles.take(KEY)).isPresent();
            door.files.read(event, count, 0, 8); // what came between the last read and the taking
            assertThat(door.waiting.poll(event, Ready.IN, Duration.ofMillis(50)))
                    .isZero();
        }
    }

    @Test
    void feedingEndsAtItsDeadlineWithoutTheFinalActions() throws Exception {
        KeepAlive keepAlive = new KeepAlive(text("."), Duration.ofMillis(2), Duration.ofMillis(30));
        try (Door.Pipe pipe = door.pipe()) {
            Policy policy = new Policy(LONG, List.of(text("final")), Optional.of(keepAlive));
            handles.leave(KEY, pipe.writer(), Map.of(), policy);
            StringBuilder fed = new StringBuilder();
            while (door.waiting.poll(pipe.reader(), Ready.IN, Duration.ofMillis(200)) != 0) {
                fed.append(available(pipe));
            }
            assertThat(fed.toString()).matches("\\.{1,16}");
            assertThat(pipe.writer().isOpen()).isTrue();
        }
    }

    @Test
    void aFailingActionIsToldAndDoesNotStopTheOthers() throws Exception {
        try (Door.Pipe pipe = door.pipe()) {
            Action wrong = new IoctlAction(Ioctl.iow('x', 1, 4), new byte[] {1, 2, 3, 4});
            Action right = new IoctlAction(FIONBIO, one());
            handles.leave(KEY, pipe.writer(), Map.of(), policy(SHORT, wrong, right, text("end")));
            assertThat(untilHangUp(pipe)).isEqualTo("end");
            assertThat(door.log.await()).startsWith("error").contains("pipe:test", "ENOTTY");
        }
        try (Fd event = door.waiting.eventfd(0)) {
            Action full = new WriteAction(ByteBuffer.allocate(8).putLong(0, -1).array());
            KeepAlive keepAlive = new KeepAlive(full, Duration.ofMillis(1), LONG);
            handles.leave(KEY, event, Map.of(), new Policy(LONG, List.of(), Optional.of(keepAlive)));
            door.log.await(); // the end of the first one
            assertThat(door.log.await()).startsWith("error").contains("keep-alive of pipe:test", "EINVAL");
            assertThat(handles.take(KEY)).isPresent();
        }
    }

    @Test
    void aPipeWithoutRoomIsAFailureNotAWait() throws Exception {
        try (Door.Pipe pipe = door.pipe()) {
            while (door.files.write(pipe.writer(), buffer, 0, 4096) > 0) {
                continue;
            }
            handles.leave(KEY, pipe.writer(), Map.of(), policy(SHORT, text("no room")));
            assertThat(door.log.await()).startsWith("error").contains("no room for 7 of 7 bytes");
        }
    }

    /** A successor that comes while the final actions run sees either the handle or its end, never something between. */
    @Test
    void takingAndExpiringDoNotMeet() throws Exception {
        for (int i = 0; i < 300; i++) {
            Door.Pipe pipe = door.pipe();
            handles.leave(KEY, pipe.writer(), Map.of(), policy(Duration.ofNanos(1 + i * 300L), text("final")));
            AtomicReference<Optional<Kept>> taken = new AtomicReference<>();
            Thread successor = new Thread(() -> taken.set(handles.take(KEY)));
            successor.start();
            successor.join();
            if (taken.get().isPresent()) {
                assertThat(pipe.writer().isOpen()).isTrue();
                assertThat(available(pipe)).isEmpty();
            } else {
                assertThat(pipe.writer().isOpen()).isFalse();
                assertThat(available(pipe)).isEqualTo("final");
            }
            pipe.close();
        }
    }

    @Test
    void aHandleOfAClosedDescriptorIsOnlyForgotten() throws Exception {
        try (Door.Pipe pipe = door.pipe()) {
            pipe.writer().close();
            handles.leave(KEY, pipe.writer(), Map.of(), policy(SHORT, text("x")));
            assertThat(door.log.await()).startsWith("error").contains(ClosedFdException.class.getSimpleName());
            assertThatThrownBy(pipe.writer()::use).isInstanceOf(ClosedFdException.class);
        }
    }

    private static Policy policy(Duration handover, Action... finalActions) {
        return new Policy(handover, List.of(finalActions), Optional.empty());
    }

    private static Action text(String text) {
        return new WriteAction(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] one() {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(0, 1)
                .array();
    }

    private String available(Door.Pipe pipe) throws IOException {
        int length = door.files.read(pipe.reader(), buffer, 0, 4096);
        return length < 0 ? "" : buffer.text(0, length);
    }

    /** All there is until the other end is closed. */
    private String untilHangUp(Door.Pipe pipe) throws IOException {
        StringBuilder text = new StringBuilder();
        int ready;
        do {
            ready = door.waiting.poll(pipe.reader(), Ready.IN, DEADLINE);
            assertThat(ready).isNotZero();
            text.append(available(pipe));
        } while ((ready & Ready.HUP) == 0);
        return text.append(available(pipe)).toString();
    }

    private static Bundle bundle(long id) {
        return (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> method.getName().equals("getBundleId") ? id : null);
    }
}
