// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
    private DataFolder data;

    @BeforeEach
    void image() throws IOException {
        home = folder.resolve("image");
        data = new DataFolder(folder.resolve("my data"));
        new TestImage(home).bundle(1, "a", "1", TestActivators.Talking.class);
        Path template = Files.createDirectories(home.resolve("templates/plugin/src/@PATH@"));
        Files.writeString(
                template.resolve("@CLASS@.java"), "package @PACKAGE@; class @CLASS@ {} // @NAME@ @VERSION@ @API@");
    }

    @Test
    void fillsNamesOfFilesAndText() throws IOException, LaunchException {
        Path target = folder.resolve("mine");

        NewPlugin.run(home, data, List.of("tank-level", "--dir", target.toString()));

        assertThat(target.resolve("src/com/example/tanklevel/TankLevel.java"))
                .hasContent("package com.example.tanklevel; class TankLevel {} // tank-level 0.1.0 "
                        + home.resolve("api").toUri());
    }

    @Test
    void overwritesNothing() throws IOException {
        Path target = Files.createDirectories(folder.resolve("mine"));

        assertThatThrownBy(() -> NewPlugin.run(home, data, List.of("tank", "--dir", target.toString())))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(target + " is there already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tank", "tank_level", "../tank", "tank-", "1tank", ""})
    void refusesANameThatIsNoPackage(String name) {
        assertThatThrownBy(() -> NewPlugin.run(home, data, List.of(name)))
                .hasMessageStartingWith("usage: callgate new-plugin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tank", "templates/tank", "data/deep/below/tank"})
    void refusesAFolderInsideTheImage(String inside) {
        Path target = home.resolve(inside);

        assertThatThrownBy(() -> NewPlugin.run(home, data, List.of("tank", "--dir", target.toString())))
                .isInstanceOf(LaunchException.class)
                .hasMessageStartingWith(target + " is inside the image");
        assertThat(target).doesNotExist();
    }

    @Test
    void refusesAFolderInsideTheImageByALinkToo() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), home);

        assertThatThrownBy(() -> NewPlugin.run(
                        home,
                        data,
                        List.of("tank", "--dir", link.resolve("tank").toString())))
                .hasMessageContaining(" is inside the image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"class", "in-t", "string"})
    void refusesANameThatItsJavaNeeds(String name) throws IOException {
        Files.writeString(home.resolve("templates/plugin/A.java"), "private String text;");
        Path target = folder.resolve("mine");

        assertThatThrownBy(() -> NewPlugin.run(home, data, List.of(name, "--dir", target.toString())))
                .hasMessageStartingWith("a plugin cannot be named " + name);
        assertThat(target).doesNotExist();
    }

    @Test
    void saysWhatToPasteNext() throws LaunchException {
        Path target = folder.resolve("my plugin");
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            NewPlugin.run(home, data, List.of("tank", "--dir", target.toString()));
        } finally {
            System.setOut(before);
        }

        assertThat(written.toString(StandardCharsets.UTF_8))
                .endsWith(
                        "next: cd '" + target + "' && mvn package && cp target/*.jar '" + data.path() + "/deploy'/\n");
    }
}
