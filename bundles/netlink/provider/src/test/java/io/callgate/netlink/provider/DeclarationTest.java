// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Route;
import io.callgate.resource.ConfiguredResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.log.Logger;

class DeclarationTest {

    private static final Map<String, String> MADE = Map.of("destination", "10.0.0.0/8");

    @TempDir
    private Path folder;

    private Path bootId;

    @BeforeEach
    void boot() throws IOException {
        bootId = Files.writeString(folder.resolve("boot_id"), "1\n");
    }

    /** It can never be made. */
    private static final class Refused implements Wish {

        @Override
        public Class<? extends NetworkEntry> kind() {
            return Route.class;
        }

        @Override
        public Map<String, String> identity() {
            return MADE;
        }

        @Override
        public Look look() {
            return new Look(State.ABSENT, null, "");
        }

        @Override
        public void make(Look seen) throws IOException {
            throw new IOException("not permitted");
        }

        @Override
        public void remove(Map<String, String> identity) {
            throw new AssertionError("it is an administrator's");
        }
    }

    private Ledger ledger(String namespace) {
        return new Ledger(folder, "one", bootId, namespace);
    }

    @Test
    void whatCouldNotBeMadeIsNotOurs() throws Exception {
        Logger log = new FakeLog().logger();
        ConfiguredResource resource = new ConfiguredResource(
                new FakeRegistry().context(), Map.of("service.pid", "io.callgate.netlink.route~one"), log);
        Declaration declaration =
                new Declaration(resource, new Refused(), ledger(""), true, new FakeLinux(), new FakeDispatcher(), log);
        declaration.existing(List.of());
        assertThat(resource.status().reason()).isEqualTo("not permitted");
        assertThat(ledger("").made()).isEmpty();
        declaration.close(true);
    }

    @Test
    void whatWasMadeInAnotherNetworkIsNotRemovedFromThisOne() throws Exception {
        ledger("/run/netns/one").remember(MADE);
        assertThat(ledger("/run/netns/one").made()).isEqualTo(MADE);
        assertThat(ledger("").made()).isEmpty();
    }

    @Test
    void whatAConfigurationLacksIsSaid() {
        assertThatThrownBy(() -> Declarer.required("link", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the configuration has no \"link\"");
        assertThatThrownBy(() -> Declarer.checked("table", 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"table\" is 0, and must be 1 to 4294967295");
    }
}
