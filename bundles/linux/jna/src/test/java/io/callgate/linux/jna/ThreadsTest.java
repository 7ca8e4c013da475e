// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bundle that is the first to use the door can go, although the threads that it made the door start stay. */
@Timeout(120)
class ThreadsTest {

    private static final Policy LONG = new Policy(Duration.ofMinutes(10), List.of(), Optional.empty());

    /** Of a bundle: it is on the stack while the door works for it. */
    public static final class Guest implements Function<Callable<Object>, Object> {

        @Override
        public Object apply(Callable<Object> call) {
            try {
                return call.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Defines the guest's class anew, as a bundle's loader would. */
    private static final class GuestLoader extends ClassLoader {

        GuestLoader() {
            super(ThreadsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Guest.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void theDoorsThreadsHoldNobodyWhoUsedItFirst() throws Exception {
        Door door = new Door();
        HandleStore store = new HandleStore(KeptHandles.DEFAULT_HANDOVER, door.files, door.memory, door.log.logger());
        AtomicReference<Fd> event = new AtomicReference<>();
        try {
            WeakReference<ClassLoader> opens = guest(() -> {
                event.set(door.waiting.eventfd(0));
                return null;
            });
            WeakReference<ClassLoader> watches =
                    guest(() -> door.epoll.watch(event.get(), Ready.IN, ready -> {}, ended -> {}));
            WeakReference<ClassLoader> leaves = guest(() -> {
                store.leave(1, new Key("test", Map.of()), door.waiting.eventfd(0), Map.of(), LONG);
                return null;
            });
            assertThat(threads()).contains("callgate-reaper", "callgate-event-loop", "callgate-kept-handles");
            Collected.until(() -> opens.get() == null && watches.get() == null && leaves.get() == null);
        } finally {
            event.get().close();
            store.close();
            door.close();
        }
    }

    /** Calls with the guest on the stack; nothing of it is left but what the call itself kept. */
    @SuppressWarnings("unchecked")
    private static WeakReference<ClassLoader> guest(Callable<Object> call) throws ReflectiveOperationException {
        ClassLoader loader = new GuestLoader();
        Class<?> type = loader.loadClass(Guest.class.getName());
        assertThat(type).isNotSameAs(Guest.class);
        ((Function<Callable<Object>, Object>) type.getConstructor().newInstance()).apply(call);
        return new WeakReference<>(loader);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
