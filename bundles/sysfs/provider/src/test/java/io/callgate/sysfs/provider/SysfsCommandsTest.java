// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.platform.NewestLines;
import io.callgate.sysfs.ValueListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SysfsCommandsTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private SysfsCommands commands;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void threeAttributes() throws IOException {
        gateway = new Gateway(folder);
        gateway.file("class/thermal/thermal_zone0/temp", "45123\n");
        gateway.file("class/leds/status/brightness", "1\n");
        commands = new SysfsCommands(gateway.framework.context());
        commands.configured = List.of(
                gateway.configure(
                        "cpu",
                        Map.of(
                                "path",
                                "class/thermal/thermal_zone0/temp",
                                "scale",
                                0.001,
                                "unit",
                                "°C",
                                "offset",
                                273.15)),
                gateway.configure("led", Map.of("path", "class/leds/status/brightness", "writable", true)),
                gateway.configure("absent", Map.of("path", "class/net/eth7/mtu")));
    }

    private CommandSession session(PrintStream console) {
        return Framework.proxy(CommandSession.class, (self, method, arguments) -> {
            if (method.getName().equals("getConsole")) {
                return console;
            }
            throw new UnsupportedOperationException(method.getName());
        });
    }

    private CommandSession session() {
        return session(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String[] lines() {
        return printed.toString(StandardCharsets.UTF_8).split("\n");
    }

    @Test
    void listIsSortedAndAlignedAndSaysWhyNot() {
        Path led = gateway.root.resolve("class/leds/status/brightness");
        gateway.kernel.fail("pread", led.toString(), Errno.EIO);
        commands.list(session());
        String[] lines = lines();
        assertThat(lines).hasSize(4);
        assertThat(lines[0]).matches("NAME +PATH +VALUE +UNIT +STATE");
        assertThat(lines[1]).matches("absent +class/net/eth7/mtu +- +- +waiting: there is no net in .*/sys/class: .*");
        assertThat(lines[2]).startsWith("cpu ").matches(".*/temp +318\\.273 +°C +live");
        assertThat(lines[3]).startsWith("led ").contains("live, but pread " + led + ": EIO");
        int state = lines[0].indexOf("STATE");
        assertThat(lines[2].indexOf("live")).isEqualTo(state);
        assertThat(lines[3].indexOf("live")).isEqualTo(state);
    }

    @Test
    void readAndWrite() throws IOException {
        commands.read(session(), "cpu");
        commands.write(session(), "led", "0x20");
        assertThat(lines()).containsExactly("318.273 °C", "32");
        assertThat(gateway.root.resolve("class/leds/status/brightness")).hasContent("32");
    }

    @Test
    void errorsAreOneLineThatSaysWhatToDo() {
        assertThatThrownBy(() -> commands.read(session(), "nobody"))
                .hasMessageStartingWith("no attribute \"nobody\" is configured (sysfs:list ");
        assertThatThrownBy(() -> commands.read(session(), "lad")).hasMessageContaining("did you mean led?");
        assertThatThrownBy(() -> commands.read(session(), "absent"))
                .hasMessageStartingWith("absent is waiting: there is no ");
        assertThatThrownBy(() -> commands.write(session(), "led", "bright"))
                .hasMessage("the value holds \"bright\", expected an integer (decimal or 0x...)");
        assertThatThrownBy(() -> commands.write(session(), "cpu", "1")).hasMessageContaining("\"writable\"");
    }

    /** A watch on a thread of its own, as a shell session has it. */
    private final class Watching {

        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        private final Thread thread;

        Watching(String name) {
            PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8) {
                @Override
                public void println(String line) {
                    seen.add(line);
                }
            };
            gateway.framework.onChange((service, registered) -> {
                if (service.type() != ValueListener.class) {
                    return;
                }
                ValueListener listener = (ValueListener) service.object();
                if (registered) {
                    gateway.listeners.add(listener, service.properties());
                } else {
                    gateway.listeners.remove(listener, service.properties());
                }
            });
            thread = new Thread(() -> {
                try {
                    commands.watch(session(console), name);
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

    @Test
    @Timeout(30)
    void watchPrintsChangesUntilItIsInterrupted() throws Exception {
        Watching watching = new Watching("led");
        assertThat(watching.line()).matches("\\S+Z  led  1");
        gateway.attribute("led").write(2);
        assertThat(watching.line()).endsWith("led  2");
        watching.thread.interrupt();
        assertThat(watching.end()).startsWith(InterruptedException.class.getName());
        assertThat(gateway.framework.services(ValueListener.class)).isEmpty();
    }

    @Test
    @Timeout(30)
    void watchEndsWithASentenceWhenItsBundleIsStopped() throws Exception {
        Watching watching = new Watching("led");
        assertThat(watching.line()).endsWith("led  1");
        commands.stop();
        assertThat(watching.line()).startsWith("sysfs:watch has ended, since its bundle was stopped or updated");
        assertThat(watching.end()).isEqualTo("returned");
        assertThat(gateway.framework.services(ValueListener.class)).isEmpty();
        assertThatThrownBy(() -> commands.watch(session(), "led")).hasMessageStartingWith("sysfs:watch has ended");
        assertThat(gateway.framework.services(ValueListener.class)).isEmpty();
    }

    @Test
    void aTerminalThatDoesNotKeepUpLosesTheOldestLinesAndIsToldHowMany() throws Exception {
        NewestLines watch = new NewestLines(ShownChanges.MOST);
        ShownChanges changes = new ShownChanges(watch);
        for (int i = 0; i < ShownChanges.MOST + 10; i++) {
            changes.gone("led", "reason " + i);
        }
        watch.end("");
        assertThat(watch.next()).startsWith("10 lines were lost");
        for (int i = 10; i < ShownChanges.MOST + 10; i++) {
            assertThat(watch.next()).isEqualTo("led has gone: reason " + i);
        }
        assertThat(watch.next()).isNull();
    }
}
