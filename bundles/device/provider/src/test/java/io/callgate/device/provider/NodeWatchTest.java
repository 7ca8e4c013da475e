// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeWatchTest {

    @TempDir
    Path folder;

    private final FakeLinux kernel = new FakeLinux();
    private final FakeLog log = new FakeLog();

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** An inotify before whose call the folder vanishes. */
    private Inotify vanishing(Inotify inotify, Path leaving) {
        return fake(Inotify.class, (self, method, arguments) -> {
            if (method.getName().equals("add") && Files.deleteIfExists(leaving)) {
                throw new IOException("inotify_add_watch " + leaving + ": ENOENT");
            }
            try {
                return method.invoke(inotify, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    @Test
    void aFolderThatVanishesBeforeItIsWatchedLeavesTheOneAboveIt() throws IOException {
        Path root = folder.toRealPath();
        kernel.disk(root);
        Path leaving = Files.createDirectory(root.resolve("serial"));
        Inotify inotify = vanishing(kernel.inotify(), leaving);
        LinuxWaiting waiting = fake(LinuxWaiting.class, (self, method, arguments) -> inotify);
        NodeWatch nodes = new NodeWatch(waiting, kernel, log.logger());
        AtomicInteger looks = new AtomicInteger();
        nodes.watch(leaving.resolve("uplink"), looks::incrementAndGet);
        assertThat(log.lines("WARN")).isEmpty();
        kernel.happened(root.toString(), Inotify.CREATE, "serial");
        assertThat(looks).hasValue(1);
    }
}
