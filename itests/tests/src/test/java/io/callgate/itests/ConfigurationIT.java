// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration by hand, by command and through Config Admin is one store; what is wrong is one line and changes nothing. */
class ConfigurationIT {

    private static final String ATTRIBUTE = "io.callgate.sysfs.attribute~";

    @TempDir
    static Path folder;

    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = new Gateway(Image.built(), folder.resolve("data")).start();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(gateway.terminate()).isZero();
        gateway.close();
    }

    @Test
    void aFileByHandBecomesAServiceAndItsDeletionTakesItAway() throws Exception {
        Path file = gateway.config(ATTRIBUTE + "by-hand");
        Files.writeString(
                file,
                "{\n  // as a person types it\n  \"path\": \"/sys/class/net/lo/mtu\",\n  \"type\": \"integer\"\n}\n");
        Await.until("the attribute is live", () -> list().contains("by-hand"));
        assertThat(Files.readString(file)).contains("// as a person types it");

        Files.delete(file);
        Await.until("the attribute has gone", () -> !list().contains("by-hand"));
    }

    @Test
    void aCommandWritesTheSameFileAndHistoryGoesBack() throws Exception {
        String pid = ATTRIBUTE + "by-command";
        gateway.shell("config:set", pid, "path=/sys/class/net/lo/mtu", "type=integer", "unit=bytes");
        Await.until("the attribute is live", () -> list().contains("by-command"));
        assertThat(Files.readString(gateway.config(pid))).contains("\"unit\"", "bytes");

        gateway.shell("config:set", pid, "unit=octets");
        Await.until("its unit changed", () -> list().contains("octets"));
        String history = gateway.shell("config:history", pid);
        String number = history.lines()
                .filter(line -> line.strip().matches("\\d+.*"))
                .map(l -> l.strip().split("\\s+")[0])
                .sorted((a, b) -> Integer.compare(Integer.parseInt(b), Integer.parseInt(a)))
                .skip(1)
                .findFirst()
                .orElseThrow(() -> new AssertionError(history));
        gateway.shell("config:rollback", number);
        Await.until("its unit is back", () -> list().contains("bytes") && !list().contains("octets"));
        gateway.shell("config:delete", pid);
        assertThat(gateway.config(pid)).doesNotExist();
    }

    @Test
    void aMalformedFileIsOneLineAndTheLastGoodOneServes() throws Exception {
        String pid = ATTRIBUTE + "malformed";
        gateway.shell("config:set", pid, "path=/sys/class/net/lo/mtu", "type=integer");
        Await.until("the attribute is live", () -> list().contains("malformed"));
        long mark = gateway.mark();
        Files.writeString(gateway.config(pid), "{ \"path\": \"/sys/class/net/lo/mtu\", ");
        assertThat(gateway.awaitLog(mark, pid)).doesNotContain("Exception");
        assertThat(gateway.shell("sysfs:read", "malformed")).isNotBlank();
        assertThat(gateway.shell("why", pid).lines()).hasSize(1);
    }

    @Test
    void aWrongTypeByCommandIsRefusedWithItsName() throws Exception {
        Ran ran = gateway.tryShell("config:set", ATTRIBUTE + "refused", "path=/sys/class/net/lo/mtu", "interval=often");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text()).contains("interval", "often").doesNotContain("Exception");
        assertThat(gateway.config(ATTRIBUTE + "refused")).doesNotExist();
    }

    @Test
    void anUnknownKeyIsWarnedOfWithTheNearestName() throws Exception {
        long mark = gateway.mark();
        Files.writeString(
                gateway.config(ATTRIBUTE + "unknown-key"),
                "{\"path\": \"/sys/class/net/lo/mtu\", \"type\": \"integer\", \"intervall\": 5}");
        assertThat(gateway.awaitLog(mark, "intervall")).contains("interval");
        Await.until("it serves all the same", () -> list().contains("unknown-key"));
    }

    @Test
    void anUnknownPidIsWarnedOf() throws Exception {
        long mark = gateway.mark();
        Files.writeString(gateway.config("io.callgate.nobody.knows"), "{\"a\": 1}");
        assertThat(gateway.awaitLog(mark, "io\\.callgate\\.nobody\\.knows")).doesNotContain("Exception");
    }

    @Test
    void aPathThatEscapesIsRefusedWithASentence() throws Exception {
        Files.writeString(
                gateway.config(ATTRIBUTE + "escape"),
                "{\"path\": \"/sys/class/net/../../../etc/hostname\", \"type\": \"string\"}");
        Await.until(
                "why says so", () -> gateway.tryShell("why", "escape").text().contains("/sys"));
        String why = gateway.shell("why", "escape");
        assertThat(why.lines()).hasSize(1);
        assertThat(gateway.tryShell("sysfs:read", "escape").status()).isEqualTo(1);
    }

    private static String list() throws Exception {
        return gateway.shell("sysfs:list");
    }
}
