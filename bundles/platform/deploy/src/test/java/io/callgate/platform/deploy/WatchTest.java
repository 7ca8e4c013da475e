// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Errno;
import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.testing.FakeLinux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** The door under the watch: one that refuses, and one that leaves. */
class WatchTest {

    @TempDir
    Path root;

    private final FakeLinux kernel = new FakeLinux();
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = new TestGateway(root).start();
        kernel.disk(root);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    private FolderWatch watch(LinuxWaiting waiting, EventLoop loop) {
        return new FolderWatch(waiting, loop, gateway.agenda, gateway.deployer, new TestJournal(gateway.log));
    }

    @Test
    void withoutAWatchTheFolderIsLookedAtUntilThereIsOne() throws Exception {
        kernel.fail("inotify_add_watch", gateway.deploy.toString(), Errno.ENOSPC);
        FolderWatch watch = watch(kernel, kernel);
        watch.open();
        gateway.settle();
        assertThat(gateway.said())
                .containsOnlyOnce("WARN cannot watch " + gateway.deploy)
                .contains("ENOSPC");
        Files.write(gateway.deploy.resolve("a.jar"), TestJar.bundle("a", "1").bytes());
        gateway.pass(FolderWatch.RESCAN).settle();
        assertThat(gateway.isActive("a")).isTrue();
        assertThat(gateway.said()).containsOnlyOnce("cannot watch ").doesNotContain("INFO watching");
        assertThat(kernel.openDescriptors()).isEmpty();

        kernel.mend("inotify_add_watch", gateway.deploy.toString());
        gateway.pass(FolderWatch.RESCAN).settle();
        assertThat(gateway.said()).containsOnlyOnce("INFO watching " + gateway.deploy);
        int waiting = gateway.agenda.size();
        gateway.pass(FolderWatch.RESCAN.multipliedBy(3));
        assertThat(gateway.agenda.size()).isEqualTo(waiting);
        watch.close();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void whenOneLeavesAnotherThatWasThereTakesItsPlace() {
        FakeLinux other = new FakeLinux().disk(root);
        List<String> opened = new ArrayList<>();
        Door door = new Door(gateway.context(), (waiting, loop) -> {
            opened.add((waiting == kernel ? "kernel" : "other") + "+" + (loop == kernel ? "kernel" : "other"));
            return watch(waiting, loop);
        });
        ServiceRegistration<?> loop = gateway.context().registerService(EventLoop.class, kernel, null);
        ServiceRegistration<?> waiting = gateway.context().registerService(LinuxWaiting.class, kernel, null);
        door.open();
        gateway.context().registerService(EventLoop.class, other, null);
        ServiceRegistration<?> last = gateway.context().registerService(LinuxWaiting.class, other, null);
        assertThat(opened).containsExactly("kernel+kernel");
        loop.unregister();
        waiting.unregister();
        assertThat(opened).containsExactly("kernel+kernel", "kernel+other", "other+other");
        last.unregister();
        gateway.agenda.run();
        assertThat(other.openDescriptors()).isEmpty();
        door.close();
        assertThat(opened).hasSize(3);
    }
}
