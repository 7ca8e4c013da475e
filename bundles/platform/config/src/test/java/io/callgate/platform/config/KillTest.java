// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 while configurations are stored. {@code -Dcallgate.kills=N} sets the rounds; {@code -Dcallgate.store=felix}
 * runs Felix's own store, to see this fail.
 */
class KillTest {

    @TempDir
    Path folder;

    @Test
    void nothingThatWasAcknowledgedIsLostAndNothingIsTorn() throws IOException, InterruptedException {
        String engine = System.getProperty("callgate.store", "callgate");
        int rounds = Integer.getInteger("callgate.kills", 10);
        assertThat(new KillRounds(engine, folder, 1).run(rounds)).isEmpty();
    }
}
