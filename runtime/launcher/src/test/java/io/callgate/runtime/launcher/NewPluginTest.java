// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewPluginTest {

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void image() throws IOException {
        home = folder.resolve("image");
        new TestImage(home).bundle(1, "a", "1", TestActivators.Talking.class);
        Path template = Files.createDirectories(home.resolve("templates/plugin/src/@PATH@"));
        Files.writeString(
                template.resolve("@CLASS@.java"), "package @PACKAGE@; class @CLASS@ {} // @NAME@ @VERSION@ @API@");
    }

    @Test
    void fillsNamesOfFilesAndText() throws IOException, LaunchException {
        Path target = folder.resolve("mine");

        NewPlugin.run(home, List.of("tank-level", "--dir", target.toString()));

        assertThat(target.resolve("src/com/example/tanklevel/TankLevel.java"))
                .hasContent("package com.example.tanklevel; class TankLevel {} // tank-level 0.1.0 "
                        + home.resolve("api").toUri());
    }

    @Test
    void overwritesNothing() throws IOException {
        Path target = Files.createDirectories(folder.resolve("mine"));

        assertThatThrownBy(() -> NewPlugin.run(home, List.of("tank", "--dir", target.toString())))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(target + " is there already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tank", "tank_level", "../tank", "tank-", "1tank", ""})
    void refusesANameThatIsNoPackage(String name) {
        assertThatThrownBy(() -> NewPlugin.run(home, List.of(name)))
                .hasMessageStartingWith("usage: callgate new-plugin");
    }
}
