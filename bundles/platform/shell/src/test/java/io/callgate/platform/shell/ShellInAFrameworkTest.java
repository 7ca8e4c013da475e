// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;

@Timeout(20)
class ShellInAFrameworkTest {

    @TempDir
    Path data;

    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = TestGateway.start(data);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
    }

    @Test
    void aCommandPrintsItsResultAndEndsWithZero() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:set", "status led", "on")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("status led is on\n");
            assertThat(client.err()).isEmpty();
        }
    }

    @Test
    void wordsOfACommandAreTakenAsTheyStand() throws Exception {
        try (TestClient client =
                gateway.connect().command("lamp:words", "$HOME", "it's", "/sys/*/x", "1.10", "a|b;c")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("[$HOME, it's, /sys/*/x, 1.10, a|b;c]\n");
        }
    }

    @Test
    void aSingleWordIsACommandLine() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:words a b | grep -c a; echo done")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).contains("done");
        }
    }

    @Test
    void everyStatementPrintsWhatItReturnsAndToWhereItsOutputGoes() throws Exception {
        Path file = data.resolve("answer");
        try (TestClient client =
                gateway.connect().command("lamp:words a > answer; lamp:words b; lamp:words \u00fc c")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("[b]\n[\u00fc, c]\n");
        }
        assertThat(file).content().isEqualTo("[a]\n");
        try (TestClient client = gateway.connect().command("lamp:words d | grep d")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).containsOnlyOnce("[").contains("d");
        }
    }

    @Test
    void helpOfANameThatIsAScopeAndACommandTellsOfBoth() throws Exception {
        try (TestClient client = gateway.connect().command("help", "bell")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out())
                    .contains("bell:status")
                    .endsWith("bell alone is lamp:bell: help lamp:bell explains it\n");
        }
    }

    @Test
    void commandsOfAStoppedBundleAreNotListed() throws Exception {
        try (TestClient client = gateway.connect().command("stop io.callgate.lamp.provider")) {
            assertThat(client.end()).as(client::err).isZero();
        }
        try (TestClient client = gateway.connect().command("lamp:words", "a")) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.err()).startsWith("lamp:words: no such command").doesNotContain("lamp:words?");
        }
        try (TestClient client = gateway.connect().command("help")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).doesNotContain("lamp");
        }
    }

    @Test
    void pathsWithStarsAndTildesArriveUnchangedFromTheCommandLine() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:words /proc/*/stat io.x~y k=v")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("[/proc/*/stat, io.x~y, k=v]\n");
        }
    }

    @Test
    void aFailedCommandIsOneLineOnStandardErrorAndStatusOne() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:fail")) {
            assertThat(client.end()).isEqualTo(1);
            assertThat(client.out()).isEmpty();
            assertThat(client.err()).isEqualTo("lamp:fail: heater is held by \"gpioset\" (stop that program)\n");
        }
    }

    @Test
    void aCommandWhoseComponentWasNotActivatedIsASentence() throws Exception {
        for (String command : List.of("lamp:dark", "lamp:dark --help", "lamp:dark a b")) {
            try (TestClient client = gateway.connect().command(command.split(" "))) {
                assertThat(client.end()).as(command).isEqualTo(1);
                assertThat(client.err())
                        .isEqualTo("lamp:dark cannot be had now: its component was not activated, log:tail says why\n");
            }
        }
    }

    @Test
    void anInternalErrorNamesItsPlaceInOneLine() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:crash")) {
            assertThat(client.end()).isEqualTo(1);
            assertThat(client.err())
                    .startsWith("lamp:crash: internal error: NullPointerException")
                    .contains("Lamp.crash")
                    .hasLineCount(1);
        }
    }

    @Test
    void anUnknownCommandIsAUsageErrorThatNamesTheNearest() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:sett", "x")) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.err())
                    .isEqualTo("lamp:sett: no such command (did you mean lamp:set?); help lists them\n");
        }
    }

    @Test
    void wrongArgumentsGetTheUsage() throws Exception {
        try (TestClient client = gateway.connect().command("lamp:set", "only-a-name")) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.err()).isEqualTo("usage: lamp:set [-v|--verbose] NAME LEVEL\n");
        }
    }

    @Test
    void helpOfACommandIsThereInBothWays() throws Exception {
        for (List<String> words : List.of(List.of("help", "lamp:set"), List.of("lamp:set", "--help"))) {
            try (TestClient client = gateway.connect().command(words.toArray(String[]::new))) {
                assertThat(client.end()).as(client::err).isZero();
                assertThat(client.out())
                        .startsWith("lamp:set [-v|--verbose] NAME LEVEL  - switches a lamp\n")
                        .contains("on or off");
            }
        }
    }

    @Test
    void commandsWhichPrintTheirErrorsThemselvesHaveAStatusToo() throws Exception {
        try (TestClient client = gateway.connect().command("cat", "no-such-file")) {
            assertThat(client.end()).isEqualTo(1);
            assertThat(client.err()).contains("no-such-file");
        }
    }

    @Test
    void felixsCommandsWork() throws Exception {
        for (String command : List.of("lb", "scr:list", "headers 0", "bundle 0", "inspect cap service 0", "help")) {
            try (TestClient client = gateway.connect().command(command)) {
                assertThat(client.end()).as(command).isZero();
                assertThat(client.out()).as(command).isNotBlank();
                assertThat(client.err()).as(command).isEmpty();
            }
        }
    }

    @Test
    void aCommandThatReadsGetsTheClientsInput() throws Exception {
        try (TestClient client = gateway.connect().command("grep b").input("abc\nxyz\nb\n")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).contains("abc").doesNotContain("xyz");
        }
    }

    @Test
    void aPipeCanEndInTail() throws Exception {
        for (String tail : List.of("tail -n 2", "tail -2")) {
            try (TestClient client = gateway.connect().command("each [1 2 3] { echo n$it } | " + tail)) {
                assertThat(client.end()).as(client::err).isZero();
                assertThat(client.out()).as(tail).isEqualTo("n2\nn3\n");
            }
        }
    }

    @Test
    void aCommandCanUpdateTheShellItRunsIn() throws Exception {
        try (TestClient client = gateway.connect().command("stop io.callgate.platform.shell")) {
            client.end();
            assertThat(client.err()).contains("the shell is being stopped or updated");
        }
        assertThat(gateway.shell().getState()).isEqualTo(Bundle.RESOLVED);
    }

    @Test
    void aScriptRunsEveryLineAndEndsWithTheStatusOfTheLast() throws Exception {
        try (TestClient client = gateway.connect()
                .hello("1", "script", "dumb", "0x0")
                .input("lamp:fail\n\nlamp:set a on\neach [1 2] {\n  echo n$it\n}\nlamp:nothing")) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.out()).isEqualTo("a is on\nn1\nn2\n");
            assertThat(client.err()).startsWith("lamp:fail: heater is held").contains("lamp:nothing: no such command");
        }
    }

    @Test
    void aScriptEndsAtItsExit() throws Exception {
        try (TestClient client =
                gateway.connect().hello("1", "script", "dumb", "0x0").input("exit 7\nlamp:fail\n")) {
            assertThat(client.end()).isEqualTo(7);
            assertThat(client.err()).isEmpty();
        }
    }

    @Test
    void sessionsAreManyAndExitEndsOneOfThem() throws Exception {
        try (TestClient first = gateway.connect().terminal();
                TestClient second = gateway.connect().terminal();
                TestClient third = gateway.connect().terminal()) {
            first.type("a=1\r").until(Prompt.TEXT);
            second.type("exit\r");
            assertThat(second.end()).isZero();
            third.type("\u0004");
            assertThat(third.end()).isZero();
            first.type("lamp:words $a \"still here\"\r").until("[1, still here]");
        }
        assertThat(gateway.state()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void anErrorAtThePromptIsOneLineAndTheSessionGoesOn() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:fail\r").until("lamp:fail: heater is held by \"gpioset\" (stop that program)\r\n");
            client.until(Prompt.TEXT).type("lamp:set a on\r").until("a is on");
        }
    }

    @Test
    void ctrlCInterruptsTheCommandAndNotTheSession() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:hang\r").until("hanging");
            client.type("typed ahead and lost \u0003").until(Prompt.TEXT);
            client.type("lamp:interrupted\r").until("true");
        }
    }

    @Test
    void ctrlCInTheMomentOfReadingOrWritingLeavesTheSessionItsEarsAndItsVoice() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:chatter\r")
                    .until("chatter\r\nchatter\r\n")
                    .type("\u0003")
                    .until(Prompt.TEXT);
            client.type("lamp:words voice\r").until("[voice]").until(Prompt.TEXT);
            client.type("cat\r")
                    .until("\u001b>")
                    .type("reading\n")
                    .until("reading")
                    .type("\u0003")
                    .until(Prompt.TEXT);
            client.type("lamp:words ears\r").until("[ears]");
        }
    }

    @Test
    void ctrlCAtThePromptDropsTheLine() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:fa\u0003")
                    .until(Prompt.TEXT)
                    .type("lamp:words fresh\r")
                    .until("[fresh]");
        }
    }

    @Test
    void aClientThatGoesTakesItsCommandWithIt() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:hang\r").until("hanging");
        }
        try (TestClient client = gateway.connect().command("lamp:interrupted")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("true\n");
        }
    }

    @Test
    void tabCompletesCommands() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:cr\t").until("lamp:crash").type("\u0003");
        }
    }

    @Test
    void thePlatformsCommandsComeBeforeOthersOfTheSameName() throws Exception {
        try (TestClient client = gateway.connect().command("status")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("callgate is well\n");
        }
    }

    @Test
    void tabOffersThePlatformsCommandsBare() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("stat\t\r").until("callgate is well");
        }
    }

    @Test
    void ctrlCInASleepSaysNothing() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("echo now; sleep 600\r").until("now\r\n");
            String said = client.type("\u0003").upTo(Prompt.TEXT);
            assertThat(said.replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]|\u001b[=>]", "")
                            .strip())
                    .isIn("^C", "^C\r\n~"); // the tilde marks an unfinished line, and the prompt covers it
            client.type("echo after\r").until("after\r\n");
        }
    }

    @Test
    void grepCounts() throws Exception {
        try (TestClient client = gateway.connect().command("lb | grep -c Active")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(Integer.parseInt(client.out().strip())).isGreaterThan(3);
        }
        try (TestClient client = gateway.connect().command("grep -ivc LAMP").input("a lamp\nb\nc\n")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("2\n");
        }
        try (TestClient client = gateway.connect().command("grep -c nothing").input("a lamp\n")) {
            assertThat(client.end()).isEqualTo(1);
            assertThat(client.out()).isEqualTo("0\n");
        }
        try (TestClient client = gateway.connect().command("grep -c lamp lamp.jar")) {
            assertThat(client.end()).isNotZero();
            assertThat(client.err()).contains("cat FILE | grep -c PATTERN");
        }
    }

    /** One after the other they would take longer than the test may. */
    @Test
    void clientsThatDoNotReadHoldUpAStopTogetherAndNotOneAfterTheOther() throws Exception {
        List<TestClient> deaf = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            deaf.add(gateway.connect().terminal());
            deaf.get(i).type("lamp:chatter\r").until("chatter\r\n");
        }
        gateway.shell().stop();
        assertThat(shellThreads()).isEmpty();
        for (TestClient client : deaf) {
            client.close();
        }
    }

    @Test
    void tabCompletesTheNamesAMechanismsCommandIsAbout() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:set sta\t on\r").until("status-led is on");
        }
    }

    @Test
    void tabCompletesBundlesForCommandsAboutBundles() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("headers io.callgate.la\t\r").until("Bundle-SymbolicName = io.callgate.lamp.provider");
        }
    }

    @Test
    void theHistoryIsSharedKeptAndPrivate() throws Exception {
        Path history = data.resolve(ShellServer.HISTORY);
        try (TestClient client = gateway.connect().terminal()) {
            client.type("lamp:words remembered\r").until("[remembered]").until(Prompt.TEXT);
        }
        try (TestClient client = gateway.connect().terminal()) {
            client.type("\u0010\r").until("[remembered]"); // Ctrl-P: the line before
        }
        assertThat(Files.readString(history)).contains("lamp:words remembered");
        assertThat(Files.getPosixFilePermissions(history).toString()).doesNotContain("GROUP", "OTHERS");
    }

    @Test
    void theTerminalsSizeIsTheClientsAndFollowsIt() throws Exception {
        try (TestClient client = gateway.connect().terminal()) {
            client.type("(.terminal) width\r".replace("(.terminal)", "$.terminal"))
                    .until("120");
            client.send(Frames.WINDOW, "77x20").type("$.terminal width\r").until("77");
        }
    }

    @Test
    void aClientOfAnotherReleaseIsToldSo() throws Exception {
        try (TestClient client = gateway.connect().hello("2", "command", "dumb", "0x0", "lb")) {
            assertThat(client.end()).isEqualTo(2);
            assertThat(client.err()).contains("version 2").contains("same release");
        }
    }

    @Test
    void stoppingTheBundleEndsSessionsWithASentenceAndLeavesNoThread() throws Exception {
        try (TestClient idle = gateway.connect().terminal();
                TestClient busy = gateway.connect().terminal()) {
            busy.type("lamp:hang\r").until("hanging");
            gateway.shell().stop();
            idle.end();
            busy.end();
            assertThat(idle.err()).contains("the shell is being stopped or updated");
            assertThat(busy.err()).contains("the shell is being stopped or updated");
        }
        assertThat(shellThreads()).isEmpty();
        assertThat(gateway.socket()).doesNotExist();
        gateway.shell().start();
        try (TestClient again = gateway.connect().command("lamp:words", "again", "here")) {
            assertThat(again.end()).isZero();
        }
    }

    @Test
    void shutdownAnswersAndStopsTheGateway() throws Exception {
        try (TestClient client = gateway.connect().command("shutdown")) {
            assertThat(client.end()).as(client::err).isZero();
            assertThat(client.out()).isEqualTo("The gateway is stopping.\n");
        }
        assertThat(gateway.waitForStop().getType()).isEqualTo(FrameworkEvent.STOPPED);
        assertThat(gateway.socket()).doesNotExist();
    }

    private static Set<String> shellThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("callgate-shell"))
                .collect(Collectors.toSet());
    }
}
