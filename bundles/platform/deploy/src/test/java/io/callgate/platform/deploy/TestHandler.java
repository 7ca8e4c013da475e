// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.ArtifactHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Takes rule files, and notes what it was given; an empty one is refused. */
record TestHandler(List<String> calls) implements ArtifactHandler {

    @Override
    public boolean accepts(Path file) {
        return file.toString().endsWith(".rules");
    }

    @Override
    public void installed(Path file) throws IOException {
        calls.add(file.getFileName() + " " + Files.readString(file));
        if (Files.size(file) == 0) {
            throw new IOException("no rule in it");
        }
    }

    @Override
    public void removed(Path file) {
        calls.add("no " + file.getFileName());
    }
}
