// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.ResourceState;
import io.callgate.sysfs.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No configuration reaches a file that is not below the root, and none that is no attribute. */
class ConfinementTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private Path secret;

    @BeforeEach
    void aSecretBesideTheTree() throws IOException {
        gateway = new Gateway(folder);
        secret = Files.writeString(folder.toRealPath().resolve("secret"), "42\n");
    }

    private void link(String from, Path to) throws IOException {
        Path link = gateway.root.resolve(from);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, to);
    }

    private void assertRefused(String path, String... words) {
        AttributeComponent component = gateway.configure("x", Map.of("path", path, "writable", true));
        assertThat(gateway.state("x")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("x")).contains(words).doesNotContain("\n");
        assertThat(gateway.isRegistered("x")).isFalse();
        assertThat(gateway.files.opened()).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        component.close();
    }

    @Test
    void linksWithinTheTreeAreFollowed() throws IOException {
        gateway.file("devices/virtual/net/lo/mtu", "65536\n");
        link("class/net/lo", Path.of("../../devices/virtual/net/lo"));
        gateway.configure("mtu", Map.of("path", "class/net/lo/mtu"));
        Attribute mtu = gateway.attribute("mtu");
        assertThat(mtu.readLong()).isEqualTo(65536);
        assertThat(mtu.path()).isEqualTo(gateway.root.resolve("devices/virtual/net/lo/mtu"));
    }

    @Test
    void anAbsolutePathElsewhereIsRefused() {
        assertRefused(secret.toString(), "refused", "is not below " + gateway.root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "a/../../secret", "./../secret"})
    void dotsAreRefused(String path) {
        assertRefused(path, "refused", "\"..\" is not allowed");
    }

    @Test
    void aLinkOutOfTheTreeIsRefusedBeforeItIsOpened() throws IOException {
        link("class/net/lo/mtu", secret);
        assertRefused("class/net/lo/mtu", "refused", "leads to " + secret, "not below " + gateway.root);
    }

    @Test
    void aFolderThatLeadsOutOfTheTreeIsRefused() throws IOException {
        link("class/net", folder.toRealPath());
        assertRefused("class/net/secret", "refused", "leads to " + secret);
    }

    @Test
    void aPatternDoesNotLookOutsideTheTree() throws IOException {
        link("class/net", folder.toRealPath());
        assertRefused("class/net/sec*", "class/net leads out of " + gateway.root);
    }

    @Test
    void aFolderWhoseNameOnlyBeginsLikeTheRootIsNotBelowIt() throws IOException {
        Path sibling = Files.createDirectory(folder.toRealPath().resolve("sys-evil"));
        Files.writeString(sibling.resolve("x"), "1\n");
        link("x", sibling.resolve("x"));
        assertRefused("x", "refused");
        assertRefused(sibling.resolve("x").toString(), "refused");
    }

    @Test
    void aLinkThatIsBentBetweenTheLookAndTheOpeningChangesNothing() throws IOException {
        Path honest = gateway.file("devices/a/value", "7\n");
        link("class/a", gateway.root.resolve("devices/a"));
        gateway.files.beforeReopening(() -> {
            try {
                Files.delete(gateway.root.resolve("class/a"));
                Files.createSymbolicLink(gateway.root.resolve("class/a"), folder.toRealPath());
                Files.writeString(folder.toRealPath().resolve("value"), "666\n");
                gateway.files.beforeReopening(() -> {});
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        gateway.configure("a", Map.of("path", "class/a/value", "writable", true));
        assertThat(gateway.attribute("a").readLong()).isEqualTo(7);
        gateway.attribute("a").write(8);
        assertThat(gateway.files.opened()).containsOnly(honest);
        assertThat(honest).hasContent("8");
        assertThat(folder.resolve("value")).hasContent("666");
    }

    @Test
    void aDirectoryIsNoAttribute() {
        gateway.file("class/net/lo/mtu", "1\n");
        assertRefused("class/net/lo", "is a directory: name a file in it");
    }

    @Test
    void aDeviceNodeIsNoAttribute() throws IOException {
        link("null", Path.of("/dev/null"));
        gateway.kernel.disk(Path.of("/dev"));
        assertRefused("null", "leads to /dev/null", "refused");
    }

    @Test
    void aDanglingLinkWaitsForItsFile() throws IOException {
        link("class/net/lo", Path.of("../../devices/virtual/net/lo"));
        Files.createDirectories(gateway.root.resolve("devices/virtual/net"));
        assertRefused("class/net/lo", "leads to a file that is not there: waits for it");
    }

    @Test
    void modesAreExplained() throws IOException {
        Path writeOnly = gateway.file("bind", "");
        Files.setPosixFilePermissions(writeOnly, PosixFilePermissions.fromString("-w-------"));
        assertRefused("bind", "bind is write-only (mode 0200)");
        Path readOnly = gateway.file("size", "1\n");
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r--r--r--"));
        assertRefused("size", "size is read-only (mode 0444)", "\"writable\"");
    }

    @Test
    void aFileThatMayNotBeReadSaysWhoMay() throws IOException {
        Path hidden = gateway.file("secret", "1\n");
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("r--------"));
        gateway.files.beforeReopening(() -> gateway.kernel.fail("open", hidden.toString(), Errno.EACCES));
        gateway.configure("x", Map.of("path", "secret"));
        assertThat(gateway.reason("x"))
                .startsWith(hidden + " may not be read by this user (mode 0400, owner ")
                .contains("udev rule");
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void theRootItselfMayBeALinkAndMayComeLater() throws IOException {
        Path real = Files.createDirectories(folder.toRealPath().resolve("mounted"));
        Path link = folder.toRealPath().resolve("other");
        Path descriptors = Files.createDirectory(folder.toRealPath().resolve("fd2"));
        Files.writeString(real.resolve("x"), "5\n");
        SysTree tree = new SysTree(link, descriptors, new LinkedFiles(gateway.kernel, descriptors), gateway.kernel);
        Settings settings = settings(link, "x");
        assertThatThrownBy(() -> tree.open(settings)).isInstanceOf(RefusedException.class);
        Files.createSymbolicLink(link, real);
        try (AttributeFile file = open(tree, settings)) {
            assertThat(file.path()).isEqualTo(real.resolve("x"));
        }
    }

    private static AttributeFile open(SysTree tree, Settings settings) throws IOException {
        try {
            return tree.open(settings);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static Settings settings(Path root, String path) {
        try {
            return Settings.of(root, Gateway.config(Map.of("path", path)));
        } catch (InvalidSettingException e) {
            throw new AssertionError(e);
        }
    }
}
