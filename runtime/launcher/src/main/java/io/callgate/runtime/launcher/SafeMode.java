// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One start with the platform alone. Whoever finds that the gateway ends this machine again and again writes the reason
 * into the data folder's file {@value #MARKER} and restarts it; the next start takes the file away, so that the one after
 * it is whole again. Which bundles are the platform, features say by the property {@value #BUNDLES}. The bundle cache is
 * one of its own, made anew: nothing that was dropped in is in it.
 *
 * @param reason in one line
 */
record SafeMode(String reason) {

    /** In the data folder. */
    static final String MARKER = "safe-mode";

    /** Framework property for everybody: the reason; absent in a whole start. */
    static final String REASON = "callgate.safe";

    /** Beginnings of paths in the image, separated by commas. */
    static final String BUNDLES = "callgate.safe.bundles";

    /** The safe mode that somebody has asked for, which is done with that. */
    static Optional<SafeMode> take(DataFolder data) throws LaunchException {
        Path marker = data.path().resolve(MARKER);
        if (!Files.exists(marker)) {
            return Optional.empty();
        }
        try {
            String reason = Files.readString(marker).strip().replaceAll("\\s+", " ");
            Files.delete(marker);
            return Optional.of(new SafeMode(reason.isEmpty() ? "asked for" : reason));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw LaunchException.of(marker, e, "make the data folder writable");
        }
    }

    /** What of the image is started. */
    Image of(Image image) throws LaunchException {
        List<String> platform =
                List.of(image.properties().getOrDefault(BUNDLES, "").split("\\s*,\\s*"));
        List<StartList.Entry> entries = image.startList().entries().stream()
                .filter(entry -> platform.stream()
                        .anyMatch(each -> !each.isEmpty() && entry.path().startsWith(each)))
                .toList();
        if (entries.isEmpty()) {
            throw new LaunchException(
                    ExitCode.FAILED,
                    "safe mode (" + reason + "), but no feature of this image says by " + BUNDLES
                            + " what the platform is; start it again for a whole start");
        }
        Map<String, String> properties = new HashMap<>(image.properties());
        properties.put(REASON, reason);
        return new Image(image.home(), new StartList(entries), Map.copyOf(properties));
    }

    /** For a person. */
    static String words(String reason) {
        return "SAFE MODE: " + reason + "; only the platform runs. Mend it, then: callgate restart";
    }
}
