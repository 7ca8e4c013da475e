// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.mqueue.QueueKind;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MqCommandsTest {

    private final Machine machine = new Machine();
    private final MqCommands commands = new MqCommands(machine.configured);

    @Test
    void listShowsWhatIsConfiguredThenWhatElseThereIs() {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        machine.status("jobs", QueueKind.SYSTEM_V, ResourceState.WAITING, "there is no queue 0x2a");
        machine.posix.add(Machine.info(QueueKind.POSIX, "/alarms", 2, 17L));
        machine.posix.add(Machine.info(QueueKind.POSIX, "/forgotten", 4));
        machine.sysv.add(Machine.info(QueueKind.SYSTEM_V, "0x7b", -1, 20L, 3L));
        assertThat(commands.list()).isEqualTo("""
                NAME    KIND   QUEUE       OWNER  MODE  MESSAGES  BYTES  STATE
                alarms  posix  /alarms     root   0640         2      6  live
                jobs    sysv   -           -         -         -      -  waiting: there is no queue 0x2a
                -       posix  /forgotten  root   0640         4     12  orphan: no process uses it
                -       sysv   0x7b        root   0640         -      -  used by 3, 20""");
    }

    @Test
    void aQueueThatCannotBeListedIsKnownByItsService() {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        machine.posixCannotBeListed = "POSIX queues cannot be listed: mount -t mqueue none /dev/mqueue";
        assertThat(commands.list().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).matches("alarms +posix +/alarms +- +- +0 +5 +live"))
                .last()
                .isEqualTo("POSIX queues cannot be listed: mount -t mqueue none /dev/mqueue");
    }

    @Test
    void statShowsHowFullItIsAndWhoUsedItLast() throws IOException {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        machine.live("jobs", QueueKind.SYSTEM_V, "0x2a");
        assertThat(commands.stat("alarms")).isEqualTo("""
                queue            posix /alarms
                messages         0 of 2
                bytes            5 of 128
                longest message  64 bytes""");
        assertThat(commands.stat("jobs"))
                .contains("messages         0\n", "last sent        2023-11-14T22:13:20Z by process 4711");
    }

    @Test
    void whatIsSentIsReceivedWithItsPriorityOrType() throws IOException {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        machine.live("jobs", QueueKind.SYSTEM_V, "0x2a");
        commands.send("alarms", "fire", 9);
        commands.send("jobs", "print", 3);
        assertThat(commands.receive("alarms")).isEqualTo("priority 9  4 bytes  fire");
        assertThat(commands.receive("jobs", "5")).isEqualTo("no message in jobs");
        assertThat(commands.receive("jobs", "3")).isEqualTo("type 3  5 bytes  print");
    }

    @Test
    void bytesThatAreNoTextAreShownAsHexDigits() throws IOException {
        machine.live("alarms", QueueKind.POSIX, "/alarms")
                .messages
                .add(new Machine.Message(0, new byte[] {1, (byte) 0xfe, 'a'}));
        assertThat(commands.receive("alarms")).isEqualTo("priority 0  3 bytes  01fe61");
    }

    @Test
    void aFullQueueIsOneLine() throws IOException {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        commands.send("alarms", "1");
        commands.send("alarms", "2");
        assertThatThrownBy(() -> commands.send("alarms", "3")).hasMessageContaining("queue alarms is full");
    }

    @Test
    void aPriorityThatIsNoneIsNotCutToOne() {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        assertThatThrownBy(() -> commands.send("alarms", "x", 1L << 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> commands.send("alarms", "x", Long.MIN_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMistypedNameAndAQueueThatWaitsAreSaid() {
        machine.live("alarms", QueueKind.POSIX, "/alarms");
        machine.status("jobs", QueueKind.SYSTEM_V, ResourceState.WAITING, "there is no queue 0x2a");
        assertThatThrownBy(() -> commands.stat("alrams")).hasMessageContaining("did you mean alarms?");
        assertThatThrownBy(() -> commands.receive("jobs")).hasMessage("jobs is waiting: there is no queue 0x2a");
    }

    @Test
    void unlinkTakesANameOrAnAddressOfEitherKind() throws IOException {
        machine.live("alarms", QueueKind.POSIX, "/theirs");
        commands.unlink("alarms");
        commands.unlink("/other");
        commands.unlink("0x2a");
        assertThat(commands.unlink("id:3")).isEqualTo("id:3 is unlinked");
        assertThat(machine.unlinked).containsExactly("posix /theirs", "posix /other", "sysv 0x2a", "sysv id:3");
        assertThatThrownBy(() -> commands.unlink("alrams")).hasMessageContaining("no live queue of the gateway");
        machine.configured.machine = java.util.List.of();
        assertThatThrownBy(() -> commands.unlink("/x")).hasMessageContaining("io.callgate.mqueue.posix is not started");
    }
}
