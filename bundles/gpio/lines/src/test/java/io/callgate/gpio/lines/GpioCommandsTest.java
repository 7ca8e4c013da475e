// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GpioCommandsTest {

    private final Gateway gateway = new Gateway();
    private final FakeBoard lab = new FakeBoard("gpiochip0", "lab-gpio", "BUTTON", "LED", "HEAT", "");
    private final GpioCommands commands = new GpioCommands(gateway.lines);
    private final GpioWatchCommands watches =
            new GpioWatchCommands(gateway.registry.context(), gateway.lines, gateway.kernel);
    private FakeChip chip;

    @BeforeEach
    void someLines() {
        chip = gateway.chardev(lab);
        lab.hold(2, "gpioset");
        gateway.output("lamp", "line", "LED");
        gateway.input("door", "chip", "lab-gpio", "offset", 0, "edges", "both");
        gateway.output("heater", "line", "HEAT");
        gateway.millis(2500); // the last look at the busy line
    }

    @Test
    void listIsSortedAndAlignedAndSaysWhyNot() {
        lab.wires.get(1).active = true;
        gateway.input("bad", "bias", "up");
        String[] lines = commands.list().split("\n");
        assertThat(lines[0]).matches("NAME +CHIP +LINE +DIR +LEVEL +BACKEND +STATE");
        assertThat(lines[1]).matches("bad +- +- +- +- +- +waiting: bias \"up\" is unknown.*");
        assertThat(lines[2]).matches("door +lab-gpio +0 +in +inactive +chardev +live");
        assertThat(lines[3])
                .matches("heater +- +HEAT +out +- +- +waiting: line HEAT \\(2\\) of lab-gpio is held by \"gpioset\".*");
        assertThat(lines[4]).matches("lamp +lab-gpio +LED +out +active +chardev +live");
        chip.leaveAll();
        assertThat(commands.list())
                .containsPattern(
                        "lamp +lab-gpio +LED +out +- +chardev +handover: its backend chardev is being updated");
    }

    @Test
    void chipsShowsEachOnceWithItsBackends() {
        gateway.sysfs(lab);
        gateway.chardev(new FakeBoard("gpiochip1", "ext", "A"));
        assertThat(commands.chips().split("\n"))
                .extracting(line -> line.replaceAll(" +", " "))
                .containsExactly(
                        "CHIP LABEL LINES BACKENDS", "gpiochip0 lab-gpio 4 chardev, sysfs", "gpiochip1 ext 1 chardev");
    }

    @Test
    void linesShowsWhatGpioinfoShows() throws IOException {
        gateway.chardev(new FakeBoard("gpiochip1", "ext", "A"));
        lab.wires.get(2).settings = LineSettings.output().withActiveLow(true);
        lab.wires.get(3).settings = LineSettings.input().withBias(Bias.PULL_UP).withDebounce(Duration.ofMillis(5));
        assertThat(commands.lines("gpiochip0").split("\n"))
                .extracting(line -> line.replaceAll(" +", " "))
                .containsExactly(
                        "CHIP OFFSET NAME CONSUMER DIR FLAGS",
                        "lab-gpio 0 BUTTON callgate:door in edges=both",
                        "lab-gpio 1 LED callgate:lamp out -",
                        "lab-gpio 2 HEAT gpioset out active-low",
                        "lab-gpio 3 - - in pull-up,debounce=5000us");
        assertThat(commands.lines()).contains("ext ");
        assertThatThrownBy(() -> commands.lines("lab-gpi"))
                .hasMessage("there is no chip \"lab-gpi\", did you mean lab-gpio? (gpio:chips shows those that are)");
    }

    @Test
    void getSetAndToggle() throws IOException {
        assertThat(commands.get("lamp")).isEqualTo("inactive");
        assertThat(commands.set("lamp", "on")).isEqualTo("active");
        assertThat(commands.toggle("lamp")).isEqualTo("inactive");
        assertThat(commands.toggle("lamp")).isEqualTo("active");
        assertThat(commands.set("lamp", "inactive")).isEqualTo("inactive");
        assertThat(lab.done).endsWith("set 1=1", "set 1=0", "set 1=1", "set 1=0");
        assertThat(commands.get("lamp", "door").split("\n"))
                .extracting(line -> line.replaceAll(" +", " "))
                .containsExactly("NAME LEVEL", "lamp inactive", "door inactive");
    }

    @Test
    void aGroupIsADigitForEachLine() throws IOException {
        FakeBoard bank = new FakeBoard("gpiochip1", "bank", "A", "B", "C");
        gateway.chardev(bank);
        gateway.group("row", "lines", List.of("C", "A"), "direction", "output");
        assertThat(commands.set("row", "10")).isEqualTo("10");
        assertThat(bank.wires.get(2).active).isTrue();
        assertThat(bank.wires.get(0).active).isFalse();
        assertThat(commands.toggle("row")).isEqualTo("01");
        assertThat(commands.set("row", "on")).isEqualTo("11");
        assertThat(commands.get("row")).isEqualTo("11");
        assertThatThrownBy(() -> commands.set("row", "101"))
                .hasMessage("\"101\" is no level: on, off, active or inactive, or 2 digits 0 or 1, one for each line of"
                        + " the group");
    }

    @Test
    void errorsAreOneLineThatSaysWhatToDo() {
        assertThatThrownBy(() -> commands.set("heater", "on"))
                .hasMessage("heater is waiting: line HEAT (2) of lab-gpio is held by \"gpioset\""
                        + " (stop that program, or name another line)");
        assertThatThrownBy(() -> commands.get("lmap"))
                .hasMessageStartingWith("no line \"lmap\" is configured, did you mean lamp? (gpio:list shows");
        assertThatThrownBy(() -> commands.set("door", "on")).hasMessage("door is an input: only outputs can be driven");
        assertThatThrownBy(() -> commands.set("lamp", "bright"))
                .hasMessage("\"bright\" is no level: on, off, active or inactive");
        assertThatThrownBy(() -> commands.get()).hasMessageStartingWith("which line? (gpio:get NAME...");
        gateway.input("lamp", "line", "NONE");
        assertThatThrownBy(() -> commands.get("lamp")).hasMessageContaining("there are two of the name \"lamp\"");
    }

    @Test
    void aLineThatNobodyHoldsIsReadAtAGlance() throws IOException {
        lab.wires.get(3).active = true;
        assertThat(commands.get("lab-gpio:3")).isEqualTo("active");
        assertThat(lab.done).endsWith("request 3", "release 3");
        lab.hold(2, "");
        lab.wires.get(2).settings = LineSettings.input();
        assertThat(commands.get("gpiochip0:HEAT")).isEqualTo("inactive");
    }

    @Test
    void aGlanceNeverStealsAndNeverChangesAnything() {
        List<String> before = List.copyOf(lab.done);
        assertThatThrownBy(() -> commands.get("lab-gpio:2"))
                .hasMessage("line HEAT (2) of lab-gpio is held by \"gpioset\"");
        assertThatThrownBy(() -> commands.get("lab-gpio:LED"))
                .hasMessage("line LED (1) of lab-gpio is held by lamp of this gateway");
        lab.wires.get(3).settings = LineSettings.output();
        assertThatThrownBy(() -> commands.get("lab-gpio:3"))
                .hasMessage("line 3 of lab-gpio (gpiochip0) is an output that nobody holds: to read it would make it an"
                        + " input (configure it as what it is)");
        assertThatThrownBy(() -> commands.get("lab-gpio:9")).hasMessageContaining("has no line 9");
        assertThatThrownBy(() -> commands.get("lab:3")).hasMessageContaining("there is no chip \"lab\"");
        assertThat(lab.done).isEqualTo(before);
    }

    @Test
    void aGlanceThroughSysfsIsRefused() {
        gateway.sysfs(new FakeBoard("gpiochip1", "old", "A"));
        gateway.millis(1250);
        assertThatThrownBy(() -> commands.get("old:0"))
                .hasMessageContaining("may be an output: to read it would make it");
    }

    /** A command on a thread of its own, as a shell session has it. */
    private final class Session {

        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        private final Thread thread;

        Session(Work work) {
            PrintStream console = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8) {
                @Override
                public void println(String line) {
                    seen.add(line);
                }
            };
            CommandSession session = (CommandSession) Proxy.newProxyInstance(
                    CommandSession.class.getClassLoader(),
                    new Class<?>[] {CommandSession.class},
                    (self, method, none) -> method.getName().equals("getConsole") ? console : null);
            thread = new Thread(() -> {
                try {
                    work.run(session);
                    ended.add("returned");
                } catch (Exception e) {
                    ended.add(e.toString());
                }
            });
            thread.start();
        }

        String line() throws InterruptedException {
            return seen.poll(20, TimeUnit.SECONDS);
        }

        String end() throws InterruptedException {
            return ended.poll(20, TimeUnit.SECONDS);
        }
    }

    private interface Work {
        void run(CommandSession session) throws Exception;
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private <L> L listener(Class<L> type) {
        await(() -> !gateway.registry.services(type).isEmpty());
        List<L> all = gateway.registry.services(type);
        return all.get(all.size() - 1);
    }

    @Test
    void watchPrintsEdgesAndLineChangesUntilItIsInterrupted() throws Exception {
        Session session = new Session(on -> watches.watch(on, "door", "heater"));
        assertThat(session.line()).startsWith("heater is waiting: line HEAT");
        EdgeListener edges = listener(EdgeListener.class);
        assertThat((String[]) gateway.registry.properties(edges).get("gpio.line"))
                .containsExactly("door", "heater");
        gateway.listeners.add(edges, Map.of("service.id", 1L, "gpio.line", "door"));
        chip.requests.get(1).edges(2);
        assertThat(session.line()).isEqualTo("1.000000001  door  line 0  rising  #1");
        assertThat(session.line()).isEqualTo("1.000000002  door  line 0  falling  #2");
        await(() -> gateway.registry.services(LineChangeListener.class).size() == 2);
        LineChangeListener changes = listener(LineChangeListener.class);
        changes.changed(new LineChange(LineChange.Kind.REQUESTED, chip.info(1), 2, 0));
        changes.changed(new LineChange(LineChange.Kind.REQUESTED, chip.info(0), 3_000_000_004L, 2));
        assertThat(session.line())
                .isEqualTo("3.000000004  gpiochip0  line 0 (BUTTON)  requested by \"callgate:door\"  (2 lost before)");
        session.thread.interrupt();
        assertThat(session.end()).startsWith(InterruptedException.class.getName());
        assertThat(gateway.registry.services(EdgeListener.class)).isEmpty();
        assertThat(gateway.registry.services(LineChangeListener.class)).hasSize(1);
    }

    @Test
    void watchEndsWithASentenceWhenItsBundleIsStopped() throws Exception {
        Session session = new Session(on -> watches.watch(on));
        assertThat((String[]) gateway.registry
                        .properties(listener(EdgeListener.class))
                        .get("gpio.line"))
                .containsExactly("*");
        watches.stop();
        assertThat(session.line()).startsWith("gpio:watch has ended, since its bundle was stopped or updated");
        assertThat(session.end()).isEqualTo("returned");
        assertThat(gateway.registry.services(EdgeListener.class)).isEmpty();
        Session late = new Session(on -> watches.watch(on));
        assertThat(late.end()).contains("has ended, since its bundle was stopped");
        Session mistyped = new Session(on -> watches.watch(on, "lmap"));
        assertThat(mistyped.end()).contains("did you mean lamp?");
    }

    private void doneAfter(int millis, String... last) {
        gateway.millis(millis);
        await(() -> {
            List<String> all = List.copyOf(lab.done);
            return all.subList(Math.max(0, all.size() - last.length), all.size())
                    .equals(List.of(last));
        });
    }

    @Test
    void pulsesGoThereAndBackByTheEventLoopsTime() throws Exception {
        Session session = new Session(on -> watches.pulse("lamp", "50ms", 2));
        await(() -> gateway.kernel.registrations() == 1);
        doneAfter(49, "request 0", "set 1=1");
        doneAfter(1, "set 1=1", "set 1=0");
        doneAfter(50, "set 1=0", "set 1=1");
        assertThat(session.ended).isEmpty();
        doneAfter(50, "set 1=1", "set 1=0");
        assertThat(session.end()).isEqualTo("returned");
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void aPulseThatIsInterruptedPutsTheLineBackWhereItWas() throws Exception {
        commands.set("lamp", "on");
        Session session = new Session(on -> watches.pulse("lamp", "1min"));
        doneAfter(1, "set 1=1", "set 1=0");
        assertThatThrownBy(() -> watches.pulse("lamp", "1s")).hasMessageStartingWith("lamp is being pulsed already");
        session.thread.interrupt();
        assertThat(session.end()).startsWith(InterruptedException.class.getName());
        assertThat(lab.wires.get(1).active).isTrue();
        assertThat(gateway.kernel.registrations()).isZero();
        Session next = new Session(on -> watches.pulse("lamp", "1s"));
        doneAfter(1, "set 1=1", "set 1=0");
        watches.stop();
        assertThat(next.end()).contains("gpio:pulse has ended, since its bundle was stopped");
        assertThat(lab.wires.get(1).active).isTrue();
    }

    @Test
    void whatIsNoPulseIsSaid() {
        assertThatThrownBy(() -> watches.pulse("lamp", "50"))
                .hasMessage("\"50\" is no duration: a number and its unit, for example 200us, 50ms, 2s, 1min");
        assertThatThrownBy(() -> watches.pulse("lamp", "0s")).hasMessageContaining("is no duration");
        assertThatThrownBy(() -> watches.pulse("lamp", "1s", 0)).hasMessageContaining("from 1 on is wanted, not 0");
        assertThatThrownBy(() -> watches.pulse("door", "1s")).hasMessageContaining("door is an input");
    }
}
