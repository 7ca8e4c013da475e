// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signals of this machine's kernel between a JVM that was started with some blocked, bash's kill and a program in C. Names
 * such as sigqueue_4_1 and kill02 are the cases of the Open POSIX Test Suite and of LTP whose assertion a test makes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignalsIT {

    private static final int QUEUED = Integer.getInteger("callgate.signals", 50_000);
    private static final int UPDATES = Integer.getInteger("callgate.updates", 200);
    private static final String BLOCKED = "USR1,IO,34,35,36,37,38,39,40,41,42,63,64";
    private static final String MINE = Long.toString(currentUser());

    private SignalsRig rig;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        assumeTrue(
                Ran.of(Duration.ofSeconds(10), List.of("env", "--block-signal=USR1", "true"))
                                .status()
                        == 0,
                "env of coreutils 8.31 or later is needed");
        rig = new SignalsRig(home, BLOCKED);
    }

    @AfterAll
    void stop() throws Exception {
        if (rig != null) {
            rig.close();
        }
    }

    private static long currentUser() {
        try {
            return (int) java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void kill02_aStandardSignalIsToldToAllWithItsSender() throws Exception {
        rig.tell("listen a 0 USR1");
        rig.tell("listen b 0 SIGUSR1,RTMIN+1");
        long sender = rig.kill("USR1");
        String heard = " USR1 KILL " + sender + " " + MINE + " - POSSIBLE 0";
        assertThat(List.of(rig.line(), rig.line())).containsExactlyInAnyOrder("a" + heard, "b" + heard);
        rig.tell("leave a");
        rig.tell("leave b");
    }

    @Test
    void sigqueue_1_1_sigqueue_4_1_realTimeSignalsAreHeardOnceEachInOrderWithSenderAndValue() throws Exception {
        rig.tell("listen first 5 RTMIN+2");
        rig.tell("listen second 0 RTMIN+2");
        long sender = rig.queue(36, -3, 100);
        for (int i = -3; i < 97; i++) {
            assertThat(rig.line()).isEqualTo("first RTMIN+2 QUEUE " + sender + " " + MINE + " " + i + " NEVER 0");
        }
        rig.tell("leave first");
        rig.queue(36, 7, 1);
        assertThat(rig.line())
                .as("its successor")
                .startsWith("second RTMIN+2 QUEUE")
                .contains(" 7 NEVER");
        rig.tell("leave second");
    }

    @Test
    void whatComesWhileNobodyListensWaitsAndStandardSignalsBecomeOne() throws Exception {
        rig.tell("listen a 0 USR1,RTMIN+3");
        assertThat(rig.tell("stop")).isEqualTo("stopped");
        for (int i = 0; i < 5; i++) {
            rig.kill("USR1");
        }
        rig.queue(37, 0, 5);
        List<String> heard = new ArrayList<>(List.of(rig.tell("start")));
        for (int i = 0; i < 6; i++) {
            heard.add(rig.line());
        }
        assertThat(heard).contains("started");
        assertThat(heard).filteredOn(line -> line.startsWith("a USR1 KILL")).hasSize(1);
        assertThat(heard)
                .filteredOn(line -> line.startsWith("a RTMIN+3"))
                .extracting(line -> line.split(" ")[5])
                .containsExactly("0", "1", "2", "3", "4");
        assertThat(rig.tell("leave a")).isEqualTo("left");
    }

    @Test
    void aListenerThatDoesNotReturnHoldsUpItsOwnSignalsAlone() throws Exception {
        rig.tell("slow a RTMIN+4");
        rig.tell("listen b 0 RTMIN+5");
        rig.queue(38, 0, 2);
        rig.queue(39, 0, 1);
        List<String> heard = List.of(rig.line(), rig.line());
        assertThat(heard).anyMatch(line -> line.startsWith("a RTMIN+4") && line.contains(" 0 NEVER"));
        assertThat(heard).anyMatch(line -> line.startsWith("b RTMIN+5"));
        assertThat(rig.tell("release")).isEqualTo("released");
        assertThat(rig.line()).startsWith("a RTMIN+4").contains(" 1 NEVER");
        assertThat(rig.tell("release")).isEqualTo("released");
        rig.tell("leave a");
        rig.tell("leave b");
    }

    @Test
    void realTimeSignalsAreHeardExactlyOnceAndInOrderWhileTheProviderIsUpdated() throws Exception {
        rig.tell("count c RTMIN+6");
        Process sender = rig.queueing(40, 0, QUEUED);
        assertThat(rig.tell("update " + UPDATES)).isEqualTo("updated");
        assertThat(sender.waitFor()).isZero();
        String all = "counted " + QUEUED;
        Await.until("all are heard", () -> rig.tell("counted").equals(all));
        assertThat(rig.tell("leave c")).as("none was wrong").isEqualTo("left");
    }

    @Test
    void everySignalIsListedWithWhoseItIs() throws Exception {
        rig.tell("listen a 0 USR1,USR2,RTMAX-2,RTMIN+20,HUP,nonsense");
        List<String> states = rig.list();
        assertThat(states).hasSize(64);
        assertThat(states.get(9)).startsWith("10 FREE ").endsWith(" 1 ");
        assertThat(states.get(11)).isEqualTo("12 RESERVED 0 0 the Java runtime suspends its threads by it");
        assertThat(states.get(8)).isEqualTo("9 RESERVED 0 0 the kernel lets nobody catch it");
        assertThat(states.get(61)).startsWith("62 RESERVED 0 0 the Java runtime wakes threads");
        assertThat(states.get(53)).startsWith("54 NOT_BLOCKED 0 0 it is not blocked, and the Java runtime cannot");
        assertThat(states.get(13)).startsWith("14 NUMBER_ONLY 0 0 it is not blocked, so that sender and value");
        rig.tell("leave a");
    }

    @Test
    void pidfd_send_signal01_rt_sigqueueinfo01_signalsAreSentWithAValueAndOurNumber() throws Exception {
        Process receiver = rig.start("receive", "45", "3");
        try (BufferedReader lines = receiver.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("ready " + receiver.pid());
            assertThat(rig.tell("send " + receiver.pid() + " - 45")).isEqualTo("sent true");
            assertThat(lines.readLine()).isEqualTo("0 " + rig.pid() + " -1");
            assertThat(rig.tell("send " + receiver.pid() + " - 45 1234567")).isEqualTo("sent true");
            assertThat(lines.readLine()).isEqualTo("-1 " + rig.pid() + " 1234567");
            assertThat(rig.tell("send " + receiver.pid() + " - 45 -1")).startsWith("sent"); // it ends on that
            assertThat(lines.readLine()).isEqualTo("-1 " + rig.pid() + " -1");
        }
    }

    @Test
    void pidfd_send_signal03_kill03_aProcessThatHasEndedOrIsAnotherGetsNothing() throws Exception {
        Process receiver = rig.start("receive", "45", "1");
        try (BufferedReader lines = receiver.inputReader()) {
            assertThat(lines.readLine()).startsWith("ready");
            String start = rig.tell("process " + receiver.pid()).split(" ")[1];
            long other = Long.parseLong(start) - 1;
            assertThat(rig.tell("send " + receiver.pid() + " " + other + " 45"))
                    .as("as if the number were another process's by now")
                    .isEqualTo("failed ESRCH");
            assertThat(rig.tell("send " + receiver.pid() + " " + start + " 45 8"))
                    .startsWith("sent");
            assertThat(lines.readLine()).endsWith(" 8");
            assertThat(receiver.waitFor()).isZero();
            assertThat(rig.tell("send " + receiver.pid() + " " + start + " 45")).isEqualTo("failed ESRCH");
        }
    }

    @Test
    void sigio_timer_create_1_1_signalsThatTheKernelSendsSayWhy() throws Exception {
        rig.tell("listen a 0 RTMIN+7,RTMIN+8");
        String fd = rig.tell("io RTMIN+7");
        assertThat(fd).startsWith("fd ");
        assertThat(rig.line()).isEqualTo("a RTMIN+7 IO - - - NEVER 0 " + fd);
        rig.tell("timer RTMIN+8");
        assertThat(rig.line()).isEqualTo("a RTMIN+8 TIMER - - 77 NEVER 0");
        rig.tell("leave a");
    }

    @Test
    void childrenGetACleanMask() throws Exception {
        assertThat(rig.tell("children"))
                .as("blocked ones on Java 17, none on Java 25")
                .startsWith("plain SigBlk: ");
        assertThat(rig.line()).isEqualTo("unblocked SigBlk: 0000000000000000");
    }

    @Test
    void withoutTheMaskTheNumberIsHeardAndNoMoreAndTheGatewayLives(@TempDir Path home) throws Exception {
        try (SignalsRig plain = new SignalsRig(home, "")) {
            plain.tell("listen a 0 USR1,RTMIN+3");
            assertThat(plain.list().get(9)).startsWith("10 NUMBER_ONLY 0 1 it is not blocked");
            plain.kill("USR1");
            assertThat(plain.line()).isEqualTo("a USR1 UNKNOWN - - - POSSIBLE 0");
            assertThat(plain.list().get(36)).startsWith("37 NOT_BLOCKED 0 0 ");
            plain.tell("stop");
            plain.kill("USR1");
            plain.tell("start");
            plain.kill("USR1");
            assertThat(plain.line()).as("after a restart of the bundle").isEqualTo("a USR1 UNKNOWN - - - POSSIBLE 0");
            assertThat(plain.isAlive()).isTrue();
        }
    }

    @Test
    void theProductIsStartedWithSignalsBlockedAndStoppedAsEver(@TempDir Path home) throws Exception {
        try (Gateway gateway = new Gateway(Image.built(), home.resolve("data"))) {
            gateway.start();
            long jvm = gateway.jvm().pid();
            SignalsRig.ran(List.of("kill", "-USR1", Long.toString(jvm)));
            SignalsRig.ran(List.of("kill", "-36", Long.toString(jvm)));
            String list = gateway.shell("signals:list");
            assertThat(list).containsPattern("10 +USR1 +free").containsPattern("36 +RTMIN\\+2 +free");
            assertThat(list).containsPattern("15 +TERM +reserved +0 +- +it ends the gateway in order");
            assertThat(gateway.tryShell("signals:send", Long.toString(jvm), "NOPE")
                            .text())
                    .contains("is no signal");
            assertThat(gateway.tryShell("signals:watch", "TERM").text()).contains("SIGTERM cannot be heard");
            assertThat(gateway.terminate()).isZero();
        }
    }
}
