// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.CharacterDevice;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The device's registers are memory here, and the test is the device. */
class EduRegistersTest {

    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int COMPUTING = 0x81;
    private static final int DONE = 0x80;
    private static final int INTERRUPT_STATUS = 0x24;
    private static final int INTERRUPT_ACKNOWLEDGE = 0x64;

    private final FakeLinux kernel = new FakeLinux();
    private final NativeBuffer memory = kernel.allocate(4096);
    private final ByteBuffer registers = memory.bytes().duplicate().order(ByteOrder.nativeOrder());
    private final CharacterDevice node =
            fake(CharacterDevice.class, (self, method, arguments) -> switch (method.getName()) {
                case "allocate" -> kernel.allocate((Integer) arguments[0]);
                case "read", "write" -> arguments[2];
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private EduRegisters edu;

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @BeforeEach
    void aDeviceThatAnswersNobodyInTime() throws IOException {
        Mapping mapping = fake(Mapping.class, (self, method, arguments) -> memory);
        edu = new EduRegisters(node, kernel, mapping, 0, Duration.ZERO);
    }

    private void device(int status, int factorial, int raised) {
        registers.putInt(STATUS, status).putInt(FACTORIAL, factorial).putInt(INTERRUPT_STATUS, raised);
    }

    @Test
    void anInterruptIsTheAnswer() throws IOException {
        CompletableFuture<Integer> five = edu.begin(5);
        assertThat(registers.getInt(FACTORIAL)).isEqualTo(5);
        assertThat(registers.getInt(STATUS)).isEqualTo(DONE);
        device(DONE, 120, 1);
        edu.ready(node, Ready.IN);
        assertThat(five).isCompletedWithValue(120);
        assertThat(registers.getInt(INTERRUPT_ACKNOWLEDGE)).isEqualTo(1);
    }

    @Test
    void aLateInterruptIsNotTheAnswerToTheNextCommand() throws IOException {
        assertThatThrownBy(() -> edu.factorial(5))
                .isInstanceOf(TimeoutException.class)
                .hasMessageStartingWith("no interrupt in 0 s");
        CompletableFuture<Integer> three = edu.begin(3);
        device(COMPUTING, 120, 1);
        edu.ready(node, Ready.IN);
        assertThat(three)
                .as("raised by the first, while the second is computed")
                .isNotDone();
        device(DONE, 120, 0);
        edu.ready(node, Ready.IN);
        assertThat(three).as("told late, acknowledged before").isNotDone();
        device(DONE, 6, 1);
        edu.ready(node, Ready.IN);
        assertThat(three).isCompletedWithValue(6);
    }

    @Test
    void whatWasRaisedBeforeIsAcknowledgedBeforeTheNextCommand() {
        device(DONE, 120, 1);
        edu.begin(3);
        assertThat(registers.getInt(INTERRUPT_ACKNOWLEDGE)).isEqualTo(1);
    }

    @Test
    void aDeviceThatIsStillComputingWouldNotTakeTheNumber() {
        device(COMPUTING, 0, 0);
        assertThatThrownBy(() -> edu.factorial(3)).hasMessageContaining("still computing");
        assertThat(registers.getInt(FACTORIAL)).isZero();
    }
}
