// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static CpuTime cpu(int processor, long user, long idle, long ioWait, long guest) {
        return new CpuTime(processor, user, 0, 0, idle, ioWait, 0, 0, 0, guest, 0);
    }

    @Test
    void utilisationIsTheBusyPartOfTheTimeBetween() {
        CpuTime earlier = cpu(0, 100, 1000, 0, 100);
        CpuTime later = cpu(0, 130, 1060, 10, 130);
        assertThat(later.utilisationSince(earlier)).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void utilisationWithoutTimeBetweenIsNothing() {
        CpuTime now = cpu(0, 100, 1000, 0, 0);
        assertThat(now.utilisationSince(now)).isZero();
    }

    @Test
    void idleTimeThatGoesBackDoesNotMakeUtilisationMoreThanAll() {
        CpuTime earlier = cpu(0, 100, 1000, 50, 0);
        CpuTime later = cpu(0, 110, 1000, 40, 0);
        assertThat(later.utilisationSince(earlier)).isEqualTo(1.0);
        assertThat(earlier.utilisationSince(later)).isZero();
    }

    @Test
    void guestTimeIsAPartOfUserTimeAndNotCountedTwice() {
        assertThat(cpu(0, 100, 0, 0, 100).totalNanos()).isEqualTo(100);
    }

    @Test
    void processorsAreNotComparedWithEachOther() {
        assertThatThrownBy(() -> cpu(0, 1, 1, 0, 0).utilisationSince(cpu(1, 1, 1, 0, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("processor 0 cannot be compared with processor 1");
    }

    @Test
    void snapshotsDoNotChangeWithTheListTheyWereMadeFrom() {
        List<CpuTime> processors = new ArrayList<>(List.of(cpu(3, 1, 1, 0, 0)));
        Cpu cpu = new Cpu(cpu(CpuTime.ALL, 1, 1, 0, 0), processors, 0, 0, 0, 0, Instant.EPOCH);
        processors.clear();
        assertThat(cpu.processor(3)).isPresent();
        assertThat(cpu.processor(0)).isEmpty();
    }

    @Test
    void memoryThatIsNotAvailableIsUsed() {
        Memory memory = new Memory(1000, 100, 250, 0, 0, 0, 0, 0, 400, 300);
        assertThat(memory.usedBytes()).isEqualTo(750);
        assertThat(memory.usedRatio()).isEqualTo(0.75);
        assertThat(memory.swapUsedBytes()).isEqualTo(100);
        assertThat(new Memory(0, 0, 0, 0, 0, 0, 0, 0, 0, 0).usedRatio()).isZero();
    }

    @Test
    void aMountIsReadOnlyByItselfOrByItsFileSystem() {
        assertThat(mount(List.of("ro"), List.of("rw")).isReadOnly()).isTrue();
        assertThat(mount(List.of("rw"), List.of("ro")).isReadOnly()).isTrue();
        assertThat(mount(List.of("rw", "root"), List.of("rw")).isReadOnly()).isFalse();
    }

    private static Mount mount(List<String> options, List<String> superOptions) {
        return new Mount(1, 0, 8, 1, "/", "/", options, List.of(), "ext4", "/dev/sda1", superOptions);
    }

    @Test
    void anEventAfterLostOnesSaysSo() {
        PressureEvent event = new PressureEvent(PressureResource.CPU, PressureKind.SOME, 1, 2, Instant.EPOCH, 3, 4, 0);
        assertThat(event.withLost(0)).isSameAs(event);
        assertThat(event.withLost(5).lost()).isEqualTo(5);
        assertThat(event.withLost(5).sequence()).isEqualTo(4);
    }
}
