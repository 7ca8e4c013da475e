// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

    @Test
    void saysInWordsWhatDiffers() {
        Fingerprint before = new Fingerprint(Map.of("JDK", "Debian 17.0.15", "start.list", "a1"));
        Fingerprint now = new Fingerprint(Map.of("JDK", "Debian 17.0.16", "start.list", "b2"));

        assertThat(before.differences(now))
                .containsExactlyInAnyOrder("JDK Debian 17.0.15 is now Debian 17.0.16", "start.list has changed");
        assertThat(now.differences(now)).isEmpty();
    }

    @Test
    void countsAFactThatIsNewAsDifferent() {
        assertThat(new Fingerprint(Map.of()).differences(new Fingerprint(Map.of("JDK", "17"))))
                .containsExactly("JDK has changed");
    }

    @Test
    void dependsOnVersionAndStartList(@TempDir Path home) throws IOException, LaunchException {
        TestImage image = new TestImage(home).bundle(1, "a", "1", TestActivators.Talking.class);
        Fingerprint first = Fingerprint.of(image.read());

        Fingerprint same = Fingerprint.of(image.read());
        Fingerprint version = Fingerprint.of(image.version("0.2.0").read());
        Fingerprint list = Fingerprint.of(
                image.bundle(2, "b", "1", TestActivators.Talking.class).read());

        assertThat(first.differences(same)).isEmpty();
        assertThat(first.differences(version)).contains("product 0.1.0 is now 0.2.0");
        assertThat(version.differences(list)).containsExactly("start.list has changed");
    }
}
