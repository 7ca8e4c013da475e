// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the kernel sends is bytes like any other. */
class AnnouncementTest {

    private static final String PATH = "/devices/virtual/net/veth0";
    private static final String GOOD =
            "add@" + PATH + "\0ACTION=add\0DEVPATH=" + PATH + "\0SUBSYSTEM=net\0EMPTY=\0EQUALS=a=b\0SEQNUM=1\0";

    private static Optional<Announcement> parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Announcement.parse(bytes, bytes.length);
    }

    @Test
    void theVariablesAreRead() {
        Announcement event = parse(GOOD).orElseThrow();
        assertThat(event.action()).isEqualTo("add");
        assertThat(event.devpath()).isEqualTo(PATH);
        assertThat(event.subsystem()).isEqualTo("net");
        assertThat(event.variables())
                .containsEntry("EMPTY", "")
                .containsEntry("EQUALS", "a=b")
                .hasSize(6);
        assertThat(event.oldDevpath()).isEmpty();
        assertThat(parse(GOOD.replace("add", "move") + "DEVPATH_OLD=/devices/x\0")
                        .orElseThrow()
                        .oldDevpath())
                .contains("/devices/x");
    }

    @Test
    void whatIsIncompleteOrLeadsOutOfSysIsNone() {
        assertThat(parse("")).isEmpty();
        assertThat(parse("\0\0\0")).isEmpty();
        assertThat(parse("libudev\0\u00fe\u00ed")).isEmpty();
        assertThat(parse("@" + PATH + "\0")).isEmpty();
        assertThat(parse("add@" + PATH + "\0")).isEmpty();
        assertThat(parse(GOOD.replace("SUBSYSTEM", "SUBSYSTEN"))).isEmpty();
        assertThat(parse(GOOD.replace("DEVPATH=/devices", "DEVPATH=/../etc"))).isEmpty();
        assertThat(parse(GOOD.replace("DEVPATH=/devices", "DEVPATH=devices"))).isEmpty();
        assertThat(parse(GOOD + "DEVPATH_OLD=/..\0")).isEmpty();
        assertThat(parse(GOOD.replace("/veth0", "/..veth0"))).isPresent();
    }

    @Test
    void noBytesMakeItThrow() {
        Random random = new Random(1);
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(6); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            read += Announcement.parse(bytes, random.nextInt(bytes.length + 1)).isPresent() ? 1 : 0;
        }
        assertThat(read).as("some survived").isBetween(1, 99_999);
    }
}
