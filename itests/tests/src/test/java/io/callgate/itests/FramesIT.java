// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frames application in the product, without a camera, and its reader in C, which looks at every byte. */
class FramesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FRAMES = 400;
    private static final int FRAME_BYTES = 32 + 320 * 240;
    private static final String SYNTHETIC = "io.callgate.apps.frames.synthetic";
    private static final String BOARD = "io.callgate.shm.board~frames";

    private static final Pattern READER =
            Pattern.compile("GREY 320x240 seen (\\d+) missed (\\d+) lost (\\d+) number (\\d+) sequence (\\d+)\n");
    private static final Pattern STATUS =
            Pattern.compile("synthetic +320x240 GREY +(?<frames>\\d+) +(?<lost>\\d+) +0 +/dev/shm/");

    private final Path board =
            Path.of("/dev/shm/callgate-frames-" + ProcessHandle.current().pid());

    @AfterEach
    void tidyUp() throws IOException {
        Files.deleteIfExists(board);
    }

    @Test
    void aProgramInCSeesEveryFrameWhole(@TempDir Path home) throws Exception {
        String reader = reader(home);
        try (Gateway gateway = new Gateway(Image.built(), home.resolve("data"))) {
            configure(gateway, BOARD, boardOf(FRAME_BYTES));
            configure(gateway, SYNTHETIC, "{\"framesPerSecond\": 200}");
            gateway.start();
            gateway.awaitLog(0, "frames is live");
            Ran ran = Ran.of(PATIENCE, List.of(reader, board.toString(), Integer.toString(FRAMES), "synthetic"));
            assertThat(ran.status()).as(ran.text()).isZero();
            MatchResult read = matched(READER, ran.text());
            MatchResult status = matched(STATUS, gateway.shell("frames:status"));
            assertThat(number(read, 1)).isEqualTo(FRAMES);
            long written = number(read, 4);
            long lost = number(read, 5) + 1 - written; // the first sequence number is 0, the board's is 1
            assertThat(number(status, 1)).as("frames").isGreaterThanOrEqualTo(written);
            assertThat(number(status, 2)).as("lost").isGreaterThanOrEqualTo(lost);
            assertThat(lost).isGreaterThanOrEqualTo(number(read, 3));
            assertThat(gateway.terminate()).isZero();
        }
    }

    @Test
    void aBoardThatIsTooSmallIsSaid(@TempDir Path home) throws Exception {
        try (Gateway gateway = new Gateway(Image.built(), home.resolve("data"))) {
            configure(gateway, BOARD, boardOf(FRAME_BYTES - 1));
            configure(gateway, SYNTHETIC, "{}");
            gateway.start();
            gateway.awaitLog(
                    0,
                    "a frame of 320 x 240 GREY needs 76832 bytes, and the board frames \\(" + board
                            + "\\) has 76831: delete the file, and set its maxBytes");
            assertThat(gateway.terminate()).isZero();
        }
    }

    private String boardOf(int maxBytes) {
        return "{\"path\": \"%s\", \"role\": \"writer\", \"maxBytes\": %d}".formatted(board, maxBytes);
    }

    private static MatchResult matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.toMatchResult();
    }

    private static long number(MatchResult match, int group) {
        return Long.parseLong(match.group(group));
    }

    private static void configure(Gateway gateway, String pid, String json) throws IOException {
        Path file = gateway.config(pid);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    /** The application's own program in C, over the header that the product ships. */
    private static String reader(Path home) throws IOException {
        String program = home.resolve("frames").toString();
        Path root = Image.root();
        Ran gcc = Ran.of(
                PATIENCE,
                List.of(
                        "gcc",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-O2",
                        "-I" + root.resolve("bundles/shm/provider/src/main/resources/include"),
                        "-o",
                        program,
                        root.resolve("bundles/apps/frames/src/main/c/frames.c").toString()));
        assertThat(gcc.status()).as(gcc.text()).isZero();
        return program;
    }
}
