// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLog;
import io.callgate.signals.ProcessId;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalListener;
import io.callgate.signals.SignalState;
import io.callgate.signals.SignalState.Use;
import io.callgate.signals.SignalTarget;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who hears what, on a fake kernel. */
class SignalHubTest {

    private static final int QUEUE = -1;

    @TempDir
    Path folder;

    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private final List<String> heard = new ArrayList<>();
    private FakeSignals signals;
    private SignalHub hub;

    @BeforeEach
    void start() throws IOException {
        signals = new FakeSignals(folder);
        hub = new SignalHub(signals.calls(), new Proc(folder), signals.kernel, dispatcher, log.logger());
    }

    private void listen(long id, int ranking, String... names) {
        SignalListener listener = event -> heard.add(id + " " + SignalsWatchCommand.shown(event));
        hub.add(listener, properties(id, ranking, names), "bundle" + id);
    }

    private static Map<String, Object> properties(long id, int ranking, String... names) {
        return Map.of("service.id", id, "service.ranking", ranking, SignalListener.SIGNALS, names);
    }

    private SignalState state(int signal) {
        return hub.list().get(signal - 1);
    }

    @Test
    void aStandardSignalIsToldToAllAndARealTimeSignalToOne() {
        listen(1, 0, "USR1", "RTMIN");
        listen(2, 5, "USR1", "RTMIN");
        signals.send(10, 0, 77, 0);
        signals.send(34, QUEUE, 78, 5);
        assertThat(heard)
                .containsExactly(
                        "2 SIGUSR1  kill  pid 77  uid 0",
                        "1 SIGUSR1  kill  pid 77  uid 0",
                        "2 SIGRTMIN  queue  pid 78  uid 0  value 5");
        assertThat(state(34).listeners()).containsExactly("bundle2", "bundle1");
        assertThat(state(34).heard()).isOne();
    }

    @Test
    void aRealTimeSignalStaysInTheKernelUntilItsListenerIsFree() {
        dispatcher.hold();
        listen(1, 0, "RTMIN+1");
        signals.send(35, QUEUE, 1, 1);
        signals.send(35, QUEUE, 1, 2);
        assertThat(signals.pending.get(35)).hasSize(2);
        listen(2, 5, "RTMIN+1");
        dispatcher.run();
        signals.kernel.turn();
        assertThat(heard)
                .as("the successor has them")
                .containsExactly(
                        "2 SIGRTMIN+1  queue  pid 1  uid 0  value 1", "2 SIGRTMIN+1  queue  pid 1  uid 0  value 2");
    }

    @Test
    void aRealTimeSignalThatTheKernelDoesNotWatchIsLookedForEverySecond() {
        signals.kernel.fail("epoll_ctl", "signalfd4", Errno.ENOSPC);
        listen(1, 0, "RTMIN+1");
        signals.send(35, QUEUE, 1, 1);
        assertThat(heard).isEmpty();
        signals.kernel.advance(Duration.ofSeconds(3));
        assertThat(heard).hasSize(1);
        assertThat(log.lines("ERROR")).singleElement().asString().contains("ENOSPC", "looks every second");
        signals.kernel.mend("epoll_ctl", "signalfd4");
        signals.kernel.advance(Duration.ofSeconds(1));
        signals.send(35, QUEUE, 1, 2);
        assertThat(heard).as("told at once again").hasSize(2);
    }

    @Test
    void whoIsTooSlowForStandardSignalsIsToldHowManyWereLost() {
        listen(1, 0, "USR1");
        dispatcher.hold();
        for (int i = 0; i < Hearer.BACKLOG + 3; i++) {
            signals.send(10, 0, i, 0);
        }
        dispatcher.run();
        signals.send(10, 0, 99, 0);
        assertThat(heard).hasSize(Hearer.BACKLOG + 1);
        assertThat(heard.get(Hearer.BACKLOG)).isEqualTo("1 SIGUSR1  kill  pid 99  uid 0  lost 3");
    }

    @Test
    void aListenerThatThrowsHasHeardIt() {
        hub.add(
                event -> {
                    heard.add("thrown");
                    throw new IllegalStateException("not understood");
                },
                properties(1, 0, "RTMIN+2"),
                "bad");
        signals.send(36, QUEUE, 1, 1);
        signals.send(36, QUEUE, 1, 2);
        signals.kernel.turn();
        assertThat(heard).hasSize(2);
        assertThat(dispatcher.failures()).hasSize(2);
    }

    @Test
    void withoutListenersNothingIsTakenNorLeftOpen() {
        listen(1, 0, "USR1", "RTMIN");
        hub.remove(1);
        signals.send(10, 0, 1, 0);
        signals.send(34, QUEUE, 1, 1);
        assertThat(heard).isEmpty();
        assertThat(signals.pending.get(34)).hasSize(1);
        assertThat(signals.kernel.openDescriptors()).isEmpty();
        assertThat(signals.kernel.registrations()).isZero();
        assertThat(dispatcher.lanes()).isZero();
    }

    @Test
    void theNextVersionOfTheBundleGoesOn() throws IOException {
        listen(1, 0, "RTMIN");
        hub.stop();
        signals.send(34, QUEUE, 1, 1);
        assertThat(signals.kernel.openDescriptors()).isEmpty();
        hub = new SignalHub(signals.calls(), new Proc(folder), signals.kernel, dispatcher, log.logger());
        listen(1, 0, "RTMIN");
        assertThat(heard).containsExactly("1 SIGRTMIN  queue  pid 1  uid 0  value 1");
    }

    @Test
    void whatCannotBeHeardIsSaidWithTheReason() {
        listen(1, 0, "USR2", "62", "RTMIN+20", "HUP", "nonsense");
        assertThat(log.lines("WARN"))
                .containsExactly(
                        "WARN bundle1 listens to SIGUSR2, but the Java runtime suspends its threads by it",
                        "WARN bundle1 listens to SIGRTMAX-2, but the Java runtime wakes threads that wait in calls by it",
                        "WARN bundle1 listens to SIGRTMAX-10, but it is not blocked, and the Java runtime cannot hear it:"
                                + " start the gateway by bin/callgate, with CALLGATE_SIGNALS naming it",
                        "WARN bundle1 listens to SIGHUP, but it ends the gateway in order",
                        "WARN bundle1 listens to a signal that there is not: \"nonsense\" is no signal: a name such as USR1"
                                + " or RTMIN+3, or a number from 1 to 64");
        assertThat(hub.list()).hasSize(64).allMatch(state -> state.listeners().isEmpty());
        assertThat(state(10).use()).isEqualTo(Use.FREE);
        assertThat(state(14).use()).isEqualTo(Use.NUMBER_ONLY);
        assertThat(state(50).use()).isEqualTo(Use.NOT_BLOCKED);
        assertThat(state(9).use()).isEqualTo(Use.RESERVED);
    }

    @Test
    void oneThreadThatDoesNotBlockItIsEnough() throws IOException {
        signals.status("2", "0000000000000200");
        hub = new SignalHub(signals.calls(), new Proc(folder), signals.kernel, dispatcher, log.logger());
        assertThat(state(10).use()).isEqualTo(Use.FREE);
        assertThat(state(34).use()).isEqualTo(Use.NOT_BLOCKED);
    }

    @Test
    void anotherProcessWithTheSameNumberGetsNothing() throws IOException {
        signals.process(300, 1234);
        ProcessId process = hub.process(300);
        assertThat(process).isEqualTo(new ProcessId(300, 1234));
        try (SignalTarget target = hub.target(process)) {
            target.send(Signal.parse("USR1"));
            target.queue(Signal.parse("RTMIN"), -7);
        }
        assertThat(signals.sent).containsExactly("10", "34 code -1 pid 4711 uid 1000 value -7");
        signals.process(300, 9999);
        assertThatThrownBy(() -> hub.target(process))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH))
                .hasMessageContaining("another one by now");
        assertThatThrownBy(() -> hub.process(301)).isInstanceOf(ErrnoException.class);
        assertThat(signals.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void childrenAreUnblockedOnlyIfSomethingIsBlocked() throws IOException {
        assertThat(hub.unblocked(List.of("ls", "-l"))).containsExactly("env", "--default-signal", "ls", "-l");
        signals.status("1", "0000000000000000");
        hub = new SignalHub(signals.calls(), new Proc(folder), signals.kernel, dispatcher, log.logger());
        assertThat(hub.unblocked(List.of("ls"))).containsExactly("ls");
    }

    @Test
    void aSourceThatCannotBeOpenedIsShownAndTriedAgain() {
        signals.tooManyFiles = true;
        listen(1, 0, "USR1");
        signals.kernel.advance(SignalHub.AGAIN.multipliedBy(3));
        assertThat(log.lines("ERROR")).as("said once").hasSize(1);
        assertThat(state(10).reason()).startsWith("it cannot be opened: ").endsWith(": tries again every second");
        signals.tooManyFiles = false;
        signals.kernel.advance(SignalHub.AGAIN);
        assertThat(state(10).reason()).isEmpty();
        assertThat(log.lines("INFO")).containsExactly("INFO SIGUSR1 is heard now");
        signals.send(10, 0, 77, 0);
        assertThat(heard).hasSize(1);
    }

    @Test
    void whatIsTriedAgainEndsWithItsListenerAndWithTheBundle() {
        signals.tooManyFiles = true;
        listen(1, 0, "USR1");
        hub.remove(1);
        assertThat(signals.kernel.registrations()).isZero();
        listen(2, 0, "USR1", "RTMIN");
        hub.stop();
        assertThat(signals.kernel.registrations()).isZero();
    }

    @Test
    void aSourceThatCannotBeWatchedLeavesNoDescriptor() throws IOException {
        EventLoop refusing = (EventLoop) Proxy.newProxyInstance(
                EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class}, (self, method, arguments) -> {
                    throw FakeFile.refuse(Errno.ENOSPC);
                });
        assertThatThrownBy(() -> new StandardSource(new Signal(10), signals.calls(), refusing, List.of()))
                .isInstanceOf(IOException.class);
        assertThat(signals.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aThreadThatEndsBeforeItIsReadHasNoSay() throws IOException {
        Files.writeString(folder.resolve("self/task/2"), ""); // below it there is nothing: ENOTDIR, not ENOENT
        assertThat(new Proc(folder).blocked()).isEqualTo(0xfe00000200L);
    }

    @Test
    void anOldKernelIsASentence() throws IOException {
        signals.process(300, 1234);
        signals.kernel.onCallForFd("pidfd_open", arguments -> {
            throw FakeFile.refuse(Errno.ENOSYS);
        });
        assertThatThrownBy(() -> new SignalCommands(hub).send(300, "USR1"))
                .hasMessage("this kernel has no pidfd_open, so that nothing is sent: Linux 5.3 or later is needed");
    }
}
