// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.resource.ConfiguredResource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LifeTest {

    private final FakeLinux kernel = new FakeLinux();
    private final List<String> done = new ArrayList<>();
    private Life<String> life;

    /** Memory which takes so long to be opened that its configuration goes meanwhile. */
    private final class Slow implements Life.Work<String> {

        private final boolean deleted;

        Slow(boolean deleted) {
            this.deleted = deleted;
        }

        @Override
        public String open() {
            life.close(deleted);
            return "memory";
        }

        @Override
        public Optional<String> lost(String open) {
            return Optional.empty();
        }

        @Override
        public void live(String open) {
            done.add("live");
        }

        @Override
        public void close(String open) {
            done.add("close " + open);
        }

        @Override
        public void deleted(String last) {
            done.add("deleted " + last);
        }
    }

    private void open(boolean deleted) throws IOException {
        FakeDispatcher dispatcher = new FakeDispatcher().hold();
        FakeLog log = new FakeLog();
        ConfiguredResource resource = new ConfiguredResource(
                new FakeRegistry().context(), Map.of("service.pid", "io.callgate.shm.board~a"), log.logger());
        life = new Life<>(resource, new Slow(deleted), kernel, dispatcher, log.logger());
        life.begin();
        dispatcher.run();
        assertThat(dispatcher.failures()).isEmpty();
    }

    @Test
    void whatIsOpenedTooLateIsClosedAndNeverLive() throws Exception {
        open(false);
        assertThat(done).containsExactly("close memory");
    }

    @Test
    void whatIsMadeTooLateGoesWithItsConfiguration() throws Exception {
        open(true);
        assertThat(done).containsExactly("deleted null", "close memory", "deleted memory");
    }
}
