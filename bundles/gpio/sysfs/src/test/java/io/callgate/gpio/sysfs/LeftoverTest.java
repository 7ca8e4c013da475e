// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway was killed, and its exports stayed. */
class LeftoverTest {

    private static final int LINE = Gateway.BASE + 3;
    private static final LineSettings DRIVEN =
            LineSettings.output().withInitial(Level.ACTIVE).withSafe(Level.INACTIVE);

    @TempDir
    private Path folder;

    private Gateway gateway;
    private FakeBoard board;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        board = gateway.board;
    }

    @AfterEach
    void nothingFailedInALane() {
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }

    /** The next one begins with what is on the medium; the old one's loop and timers are no more. */
    private void killAndStart() throws IOException {
        gateway = gateway.killed();
        board = gateway.board;
        board.driver.clear();
    }

    @Test
    void itsOwnLineIsTakenBackWithoutBeingReleased() throws IOException {
        gateway.request("lamp", 3, DRIVEN).set(1, 0);
        killAndStart();
        LineRequest request = gateway.request("lamp", 3, DRIVEN);
        assertThat(board.driver).as("one step to the initial level").containsExactly(LINE + " high");
        assertThat(request.takenOver()).isFalse();
        assertThat(gateway.log.lines("INFO")).singleElement().asString().contains("taken back");
    }

    @Test
    void anInputWithEdgesIsTakenBackToo() throws IOException {
        LineSettings edges = LineSettings.input().withActiveLow(true).withEdges(EdgeDetection.BOTH);
        gateway.request("door", 3, edges);
        board.pull(LINE, true);
        killAndStart();
        gateway.request("door", 3, edges);
        board.kernel.turn();
        assertThat(gateway.owner.edges()).as("what was before is nobody's").isEmpty();
        board.pull(LINE, false);
        assertThat(gateway.owner.edges()).hasSize(1);
    }

    @Test
    void aLineThatSomebodyExportedSinceIsTheirs() throws IOException {
        gateway.request("lamp", 3, DRIVEN);
        board.unexport(LINE);
        board.export(LINE);
        killAndStart();
        assertThatThrownBy(() -> gateway.request("lamp", 3, DRIVEN))
                .isInstanceOf(LineBusyException.class)
                .hasMessageContaining("held by \"sysfs\"");
        board.kernel.advance(SysfsChips.LEFTOVERS);
        assertThat(board.isExported(LINE)).isTrue();
        assertThat(board.driver).isEmpty();
    }

    @Test
    void whatIsRememberedOfAnotherBootMeansNothing() throws IOException {
        gateway.request("lamp", 3, DRIVEN);
        board.kernel.attribute(FakeBoard.BOOT, "77aa");
        killAndStart();
        assertThatThrownBy(() -> gateway.request("lamp", 3, DRIVEN)).isInstanceOf(LineBusyException.class);
        assertThat(gateway.remembered()).isEmpty();
    }

    @Test
    void whatNobodyWantsIsReleasedWithItsSafeLevel() throws IOException {
        gateway.request("lamp", 3, DRIVEN);
        gateway.request("door", 4, LineSettings.input());
        gateway.request("pump", 5, DRIVEN);
        killAndStart();
        gateway.request("pump", 5, DRIVEN);
        board.driver.clear();
        board.kernel.advance(SysfsChips.LEFTOVERS);
        assertThat(board.driver).containsExactlyInAnyOrder(LINE + " = 0", LINE + " free", LINE + 1 + " free");
        assertThat(board.isExported(LINE + 2)).isTrue();
        assertThat(gateway.remembered()).containsExactly("io.callgate.gpio.sysfs~" + (LINE + 2));
    }

    @Test
    void whatWasGivenBackIsForgotten() throws IOException {
        LineRequest request = gateway.request("lamp", 3, DRIVEN);
        assertThat(gateway.remembered()).hasSize(1);
        request.close();
        assertThat(gateway.remembered()).isEmpty();
    }

    @Test
    void aFileThatIsNoneIsNamedAndLeft() throws IOException {
        Files.writeString(gateway.state().resolve("io.callgate.gpio.sysfs~9"), "number=x\n");
        killAndStart();
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("is no remembered export");
        assertThat(gateway.remembered()).hasSize(1);
    }

    @Test
    void withoutAMediumLinesWorkAndThatIsSaidOnce() throws IOException {
        Files.delete(gateway.state());
        gateway.request("lamp", 3, DRIVEN);
        gateway.request("pump", 5, DRIVEN);
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("cannot be remembered");
    }
}
