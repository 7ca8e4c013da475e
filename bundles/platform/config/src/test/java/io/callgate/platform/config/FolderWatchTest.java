// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderWatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path root;

    private final List<WatchService> opened = Collections.synchronizedList(new ArrayList<>());
    private TestHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new TestHouse(root).start();
    }

    private FolderWatch watch() {
        return new FolderWatch(
                house.configs,
                this::open,
                house.parts.edits(),
                house.agenda,
                PATIENCE,
                (level, line) -> house.log.add(line));
    }

    private WatchService open() throws IOException {
        WatchService service = house.configs.getFileSystem().newWatchService();
        opened.add(service);
        return service;
    }

    @Test
    void anOpeningThatACloseOvertakesOpensNothing() throws Exception {
        FolderWatch watch = watch();
        Thread opener = new Thread(watch::open);
        synchronized (watch) { // where the two meet: the opening is under way, and the close is first
            opener.start();
            while (opener.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            watch.close();
        }
        opener.join();
        assertThat(opened).isEmpty();
        assertThat(threads()).isEmpty();
    }

    @Test
    void whatWasOpenedIsClosed() throws Exception {
        FolderWatch watch = watch();
        watch.open();
        watch.close();
        assertThat(opened).singleElement().satisfies(service -> assertThatThrownBy(service::poll)
                .isInstanceOf(ClosedWatchServiceException.class));
    }

    @Test
    void itsThreadHasEndedWhenCloseReturns() throws Exception {
        FolderWatch watch = watch();
        watch.open();
        assertThat(threads()).hasSize(1);
        watch.close();
        assertThat(threads()).isEmpty();
    }

    @Test
    void aFolderThatIsGoneAndComesBackAfterTheCloseIsNotWatchedAgain() throws Exception {
        FolderWatch watch = watch();
        watch.open();
        watch.close();
        Files.delete(house.configs);
        Files.createDirectory(house.configs);
        watch.open();
        house.pass(PATIENCE);
        assertThat(opened).hasSize(1);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("callgate-config-watch"))
                .toList();
    }
}
