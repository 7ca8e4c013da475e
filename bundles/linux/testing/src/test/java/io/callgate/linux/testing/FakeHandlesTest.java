// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles.KeepAlive;
import io.callgate.linux.KeptHandles.Kept;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.KeptHandles.WriteAction;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FakeHandlesTest {

    private static final String DOG = "/dev/watchdog0";
    private static final Key KEY = new Key("watchdog:" + DOG, Map.of("timeout", "10"));

    private final FakeLinux kernel = new FakeLinux().attribute(DOG, "");
    private Fd fd;

    @BeforeEach
    void open() throws IOException {
        fd = kernel.open(Path.of(DOG), OpenFlag.WRONLY);
    }

    private void leave() {
        KeepAlive feeding =
                new KeepAlive(new WriteAction(new byte[] {'.'}), Duration.ofSeconds(1), Duration.ofMillis(2500));
        Policy policy =
                new Policy(Duration.ofSeconds(4), List.of(new WriteAction(new byte[] {'V'})), Optional.of(feeding));
        kernel.leave(KEY, fd, Map.of("sequence", "7"), policy);
    }

    @Test
    void aSuccessorWithTheSameSettingsTakesItOverAlive() {
        leave();
        kernel.advance(Duration.ofMillis(1500));

        Kept kept = kernel.take(KEY).orElseThrow();

        assertThat(kept.fd()).isSameAs(fd);
        assertThat(kept.state()).containsEntry("sequence", "7");
        assertThat(kernel.written(DOG)).containsExactly(".");
        kernel.advance(Duration.ofSeconds(60));
        assertThat(kernel.written(DOG)).containsExactly(".");
        assertThat(fd.isOpen()).isTrue();
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void whatNobodyTakesIsFedUntilTheDeadlineThenEndedInOrder() {
        leave();
        kernel.advance(Duration.ofSeconds(5));
        assertThat(kernel.written(DOG)).containsExactly(".", ".", "V");
        assertThat(fd.isOpen()).isFalse();
        assertThat(kernel.take(KEY)).isEmpty();
    }

    @Test
    void otherSettingsGetItEndedAtOnce() {
        leave();
        assertThat(kernel.take(new Key(KEY.resource(), Map.of("timeout", "20"))))
                .isEmpty();
        assertThat(kernel.written(DOG)).containsExactly("V");
        assertThat(fd.isOpen()).isFalse();
    }

    @Test
    void anUninstalledBundlesHandlesAreEndedAtOnce() {
        leave();
        assertThat(kernel.kept()).containsExactly(KEY);
        kernel.endKept();
        assertThat(kernel.written(DOG)).containsExactly("V");
        assertThat(kernel.kept()).isEmpty();
    }
}
