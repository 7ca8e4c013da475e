// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {

    private static final int LINE = Gateway.BASE + 3;
    private static final LineSettings DRIVEN =
            LineSettings.output().withActiveLow(true).withSafe(Level.INACTIVE);

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

    private void update() throws IOException {
        gateway.stop();
        gateway.start();
    }

    @Test
    void anUpdateOfTheBackendLeavesTheLineAsItIsAndTheSuccessorWritesNothing() throws IOException {
        LineRequest before = gateway.request("lamp", 3, DRIVEN);
        before.set(1, 1);
        board.driver.clear();
        int directions = board.kernel.written(board.file(LINE, "direction")).size();
        update();
        assertThat(gateway.owner.ends).containsExactly("left");
        assertThatThrownBy(() -> before.set(1, 0)).hasMessageContaining("has ended");
        LineRequest after = gateway.request("lamp", 3, DRIVEN);
        assertThat(after.takenOver()).isTrue();
        assertThat(after.levels(1)).isEqualTo(1);
        board.kernel.advance(Duration.ofMinutes(1));
        assertThat(board.driver).isEmpty();
        assertThat(board.kernel.written(board.file(LINE, "direction"))).hasSize(directions);
        assertThat(board.kernel.written(board.file(LINE, "active_low"))).containsExactly("1");
        after.close();
        assertThat(board.driver).containsExactly(LINE + " = 1", LINE + " free");
    }

    @Test
    void otherSettingsAreSetInPlace() throws IOException {
        gateway.request("lamp", 3, LineSettings.output().withInitial(Level.ACTIVE))
                .leave();
        LineRequest after = gateway.request("lamp", 3, LineSettings.output().withActiveLow(true));
        assertThat(after.takenOver()).isTrue();
        assertThat(after.levels(1)).as("the logical level is kept").isEqualTo(1);
        assertThat(board.driver).containsExactly(LINE + " high", LINE + " low");
    }

    @Test
    void edgesGoOnWhereTheyWereAndWhatHappenedMeanwhileIsTold() throws IOException {
        LineSettings both = LineSettings.input().withEdges(EdgeDetection.BOTH);
        gateway.request("door", 3, both);
        board.pull(LINE, true);
        gateway.stop();
        assertThat(board.kernel.registrations()).as("the handover's time alone").isOne();
        board.pull(LINE, false);
        gateway.start();
        gateway.request("door", 3, both);
        board.kernel.turn();
        assertThat(gateway.owner.edges()).extracting(Edge::level).containsExactly(Level.ACTIVE, Level.INACTIVE);
        assertThat(gateway.owner.edges()).extracting(Edge::sequence).containsExactly(1L, 2L);
        assertThat(gateway.owner.edges()).extracting(Edge::lineSequence).containsExactly(1L, 2L);
    }

    @Test
    void ifNobodyComesTheLineGetsItsSafeLevelAndIsReleased() throws IOException {
        LineRequest request = gateway.request("lamp", 3, DRIVEN);
        request.set(1, 1);
        board.driver.clear();
        request.leave();
        assertThat(gateway.owner.ends).as("its owner knows").isEmpty();
        board.kernel.advance(KeptHandles.DEFAULT_HANDOVER);
        assertThat(board.driver).containsExactly(LINE + " = 1", LINE + " free");
        assertThat(board.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void anotherNameGetsTheLineInOrderAndAnew() throws IOException {
        gateway.request("lamp", 3, DRIVEN.withInitial(Level.ACTIVE)).leave();
        LineRequest after = gateway.request("other", 3, LineSettings.output());
        assertThat(after.takenOver()).isFalse();
        assertThat(board.driver).containsExactly(LINE + " low", LINE + " = 1", LINE + " free", LINE + " low");
    }

    @Test
    void whatTheCharacterDeviceLeftIsClosedFirst() throws IOException {
        KeptHandles.Key theirs = new KeptHandles.Key("gpio:gpiochip0:3", Map.of("request", "lamp"));
        board.hold(LINE);
        board.kernel.script("/dev/line", () -> new FakeFile() {
            @Override
            public void close() {
                board.release(LINE);
            }
        });
        board.kernel.leave(theirs, board.kernel.open(Path.of("/dev/line")), Map.of(), KeptHandles.Policy.closing());
        assertThat(gateway.request("lamp", 3, DRIVEN).takenOver()).isFalse();
    }

    @Test
    void aGroupOfWhichALineIsHeldLeavesWhatItTookOverAgain() throws IOException {
        List<RequestConfig.Line> lines =
                List.of(new RequestConfig.Line(3, DRIVEN), new RequestConfig.Line(4, LineSettings.input()));
        gateway.request("pair", 3, DRIVEN.withInitial(Level.ACTIVE)).leave();
        board.hold(LINE + 1);
        assertThatThrownBy(() -> gateway.chip().request(new RequestConfig("pair", lines, 0), gateway.owner))
                .isInstanceOf(LineBusyException.class);
        assertThat(board.kernel.kept()).hasSize(1);
        assertThat(board.driver).containsExactly(LINE + " low");
        board.kernel.advance(KeptHandles.DEFAULT_HANDOVER);
        assertThat(board.driver)
                .as("with its safe level")
                .containsExactly(LINE + " low", LINE + " = 1", LINE + " free");
    }

    @Test
    void aLineOfAChipThatHasGoneIsNotLeft() throws IOException {
        LineRequest request = gateway.request("lamp", 3, DRIVEN);
        board.vanish(gateway.device);
        request.leave();
        assertThat(board.kernel.kept()).isEmpty();
        assertThat(board.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aHandleOfAChipThatWentAndCameBackIsNotTaken() throws IOException {
        gateway.request("lamp", 3, LineSettings.output()).leave();
        board.unexport(LINE);
        LineRequest after = gateway.request("lamp", 3, LineSettings.output().withInitial(Level.ACTIVE));
        assertThat(after.takenOver()).isFalse();
        assertThat(after.levels(1)).isEqualTo(1);
    }

    @Test
    void aBackendThatIsBeingStoppedTakesNoRequests() throws IOException {
        GpioChip old = gateway.chip();
        gateway.stop();
        assertThatThrownBy(() -> old.request(RequestConfig.of("lamp", 3, DRIVEN), gateway.owner))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is being stopped");
        assertThat(board.isExported(LINE)).isFalse();
    }
}
