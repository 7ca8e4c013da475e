// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCommandTest {

    @TempDir
    private Path folder;

    @Test
    void tellsTheReasonOfAJvmThatDoesNotStart() throws IOException {
        Path log = Files.write(
                folder.resolve("start.log"),
                List.of(
                        "Unrecognized VM option 'Foo'",
                        "Error: Could not create the Java Virtual Machine.",
                        "Error: A fatal exception has occurred. Program will exit."));

        assertThat(StartCommand.lastLine(log)).isEqualTo("Unrecognized VM option 'Foo' (" + log + ")");
    }
}
