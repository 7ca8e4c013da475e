// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Bias;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestConfig.Line;
import io.callgate.itests.harness.Await;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** All of it as a user in the group gpio, without any capability. */
@LabTest
class ChardevUserLabTest {

    private static final Duration LONG = Duration.ofSeconds(180);

    @Test
    void a_user_in_the_group_gpio_does_it_all() throws Exception {
        ClassPathAccess.open();
        Process user = new ProcessBuilder(Lab.javaAsUser(AsUser.class))
                .redirectErrorStream(true)
                .start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(user.getInputStream(), StandardCharsets.UTF_8))) {
            SimChip chip = null;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.append(line).append('\n');
                if (line.equals("CHIP")) { // which comes while it runs, and is root's at first
                    chip = SimChip.make("users", 4, Map.of(2, "DOOR"));
                } else if (line.startsWith("PULL ")) {
                    chip.pull(2, line.equals("PULL up"));
                }
            }
            if (chip != null) {
                chip.close();
            }
        }
        assertThat(user.waitFor()).as(said.toString()).isZero();
        assertThat(said).contains("CapEff:\t0000000000000000", "DONE");
    }

    /** A gateway of a user's own. */
    static final class AsUser {

        private AsUser() {}

        /** Takes lines of a chip that comes, of all kinds. */
        public static void main(String... arguments) throws Exception {
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff"))
                    .forEach(System.out::println);
            try (Product product =
                    Product.start(Files.createTempDirectory("gpio"), Map.of(), SomeBundles.with("gpio"))) {
                List<LineChange> changes = new CopyOnWriteArrayList<>();
                product.framework()
                        .context()
                        .registerService(
                                LineChangeListener.class, changes::add, new Hashtable<>(Map.of("gpio.label", "users")));
                System.out.println("CHIP");
                use(product.service(GpioChip.class, GpioBench.filter("users")));
                Await.until("changes of lines", LONG, () -> changes.size() >= 4);
            }
            System.out.println("DONE");
        }

        private static void use(GpioChip chip) throws Exception {
            GpioOwner owner = new GpioOwner();
            List<Line> lines = List.of(
                    new Line(chip.find("DOOR").get(0), IN.withEdges(EdgeDetection.BOTH)),
                    new Line(1, OUT.withInitial(Level.ACTIVE)));
            try (LineRequest request = chip.request(new RequestConfig("user", lines, 0), owner)) {
                System.out.println("PULL up");
                owner.edges(1);
                System.out.println("PULL down");
                owner.edges(2);
                check(request.levels(0b11) == 0b10, "levels");
                request.set(0b10, 0);
                check(request.levels(0b11) == 0, "set");
                request.reconfigure(List.of(lines.get(0), new Line(1, OUT.withBias(Bias.PULL_UP))));
                check(chip.info(1).settings().bias() == Bias.PULL_UP, "reconfigure");
                request.leave();
            }
            LineRequest again = chip.request(
                    new RequestConfig("user", List.of(lines.get(0), new Line(1, OUT.withBias(Bias.PULL_UP))), 0),
                    owner);
            check(again.takenOver(), "taken over");
            again.close();
        }

        private static void check(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
