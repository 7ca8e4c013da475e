// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.gpio.Level.ACTIVE;
import static io.callgate.gpio.Level.INACTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import io.callgate.itests.lab.KernelCalls.Call;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sysfs backend on the simulator's chips, and the services that stand on it. */
@LabTest
class SysfsGpioLabTest {

    private static final int ROUNDS = Integer.getInteger("callgate.updates", 20);
    private static final Duration LONG = Duration.ofSeconds(240);
    private static final String BACKEND = "io.callgate.gpio.sysfs";
    private static final Path CLASS = Path.of("/sys/class/gpio");
    private static final LineSettings IN = LineSettings.input();
    private static final LineSettings OUT = LineSettings.output();

    /** All that a driver can be told of a line. */
    private static final String[] WITNESSES = {
        "gpio_sim_set offset=%si:u32 value=%dx:s32",
        "gpio_sim_direction_output offset=%si:u32 value=%dx:s32",
        "gpio_sim_direction_input offset=%si:u32",
        "gpio_sim_free offset=%si:u32"
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    static Path all;

    private static Product product;

    private final GpioOwner owner = new GpioOwner();
    private SimChip sim;
    private int base;

    @BeforeAll
    static void start() throws Exception {
        product = Product.start(all, Map.of(), bundles());
    }

    private static List<Path> bundles() {
        return SomeBundles.with("gpio");
    }

    @AfterAll
    static void stop() throws Exception {
        product.close();
    }

    @BeforeEach
    void make() throws Exception {
        product.framework().bundle(BACKEND).start(); // if a test has left it stopped
        sim = SimChip.make("class" + NUMBER.incrementAndGet(), 8, Map.of(1, "NAMED"));
        base = sim.sysfsBase();
    }

    @AfterEach
    void takeAway() throws IOException {
        sim.close();
    }

    private GpioChip chip() {
        return service(product, GpioChip.class, filter());
    }

    private static <T> T service(Product product, Class<T> type, String filter) {
        Await.until(type + " " + filter, LONG, () -> product.framework().find(type.getName(), filter) != null);
        return product.service(type, filter);
    }

    private String filter() {
        return "(&(gpio.label=" + sim.label() + ")(gpio.backend=sysfs))";
    }

    private LineRequest request(int offset, LineSettings settings) throws IOException {
        return chip().request(RequestConfig.of("bench", offset, settings), owner);
    }

    private static boolean isExported(int number) {
        return Files.exists(CLASS.resolve("gpio" + number));
    }

    private static List<String> told(KernelCalls calls) throws IOException {
        return calls.seen().stream()
                .map(Call::toString)
                .map(call -> call.replaceAll("Call\\[function=gpio_sim_(\\w+), arguments=(.*), thread=.*", "$1 $2"))
                .toList();
    }

    // What a line is

    @Test
    void aChipHasTheNameThatTheCharacterDeviceGivesIt() {
        assertThat(chip().name()).isEqualTo(sim.name());
        assertThat(chip().lineCount()).isEqualTo(8);
        assertThat(chip().find("NAMED")).isEmpty();
    }

    @Test
    void aLineIsReadAndDriven() throws Exception {
        try (LineRequest out = request(3, OUT);
                LineRequest in = request(4, IN.withActiveLow(true))) {
            assertThat(chip().info(3).consumer()).isEqualTo("callgate:bench");
            out.set(1, 1);
            assertThat(sim.value(3)).isTrue();
            out.set(1, 0);
            assertThat(sim.value(3)).isFalse();
            sim.pull(4, true);
            assertThat(in.levels(1)).isZero();
            sim.pull(4, false);
            assertThat(in.levels(1)).isEqualTo(1);
        }
        assertThat(isExported(base + 3)).isFalse();
        assertThat(chip().info(3).used()).isFalse();
    }

    @Test
    void anOutputThatBeginsActiveIsNeverInactive() throws Exception {
        try (KernelCalls calls = KernelCalls.of(WITNESSES)) {
            LineRequest high = request(2, OUT.withInitial(ACTIVE));
            LineRequest low = request(3, OUT.withInitial(ACTIVE).withActiveLow(true));
            assertThat(told(calls))
                    .containsExactly("direction_output offset=2 value=1", "direction_output offset=3 value=0");
            assertThat(low.levels(1)).isEqualTo(1);
            calls.clear();
            high.reconfigure(
                    List.of(new RequestConfig.Line(2, OUT.withActiveLow(true).withSafe(INACTIVE))));
            assertThat(told(calls))
                    .as("one step, the logical level stays")
                    .containsExactly("direction_output offset=2 value=0");
            high.close();
            assertThat(told(calls)).endsWith("set offset=2 value=1", "free offset=2");
            low.close();
        }
    }

    @Test
    void edgesAreObserved() throws Exception {
        long before = System.nanoTime();
        try (LineRequest request = request(0, IN.withEdges(EdgeDetection.BOTH))) {
            for (int i = 1; i <= 10; i++) {
                sim.pull(0, i % 2 != 0);
                owner.edges(i);
            }
            assertThat(owner.edges()).extracting(Edge::level).startsWith(ACTIVE, INACTIVE, ACTIVE, INACTIVE);
            assertThat(owner.edges()).allMatch(edge -> edge.clock() == EventClock.OBSERVED && edge.lost() == 0);
            assertThat(owner.edges())
                    .extracting(Edge::sequence)
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
            assertThat(owner.edges())
                    .extracting(Edge::timestampNanos)
                    .isSorted()
                    .allMatch(time -> time > before);
            request.reconfigure(
                    List.of(new RequestConfig.Line(0, IN.withActiveLow(true).withEdges(EdgeDetection.RISING))));
            sim.pull(0, true);
            sim.pull(0, false);
            assertThat(owner.edges(11)).last().extracting(Edge::level).isEqualTo(ACTIVE);
        }
        assertThat(owner.edges()).hasSize(11);
    }

    @Test
    void aLineWithEdgesBecomesAnOutputAndAnInputAgain() throws Exception {
        try (LineRequest request = request(0, IN.withEdges(EdgeDetection.BOTH))) {
            request.reconfigure(List.of(new RequestConfig.Line(0, OUT.withInitial(ACTIVE))));
            assertThat(sim.value(0)).isTrue();
            request.reconfigure(List.of(new RequestConfig.Line(0, IN.withEdges(EdgeDetection.BOTH))));
            boolean now = request.levels(1) == 1;
            sim.pull(0, !now);
            assertThat(owner.edges(1)).last().extracting(Edge::level).isEqualTo(Level.of(!now));
        }
    }

    // Who holds it

    @Test
    void aLineOfSomebodyElseIsRefusedWithItsHolderAndStaysTheirs() throws Exception {
        GpioChip chardev = service(product, GpioChip.class, GpioBench.filter(sim.label()));
        try (LineRequest theirs =
                chardev.request(RequestConfig.of("pump", 5, OUT.withInitial(ACTIVE)), new GpioOwner())) {
            assertThatThrownBy(() -> request(5, OUT))
                    .isInstanceOf(LineBusyException.class)
                    .hasMessage("line 5 of " + sim.label() + " is held by pump of this gateway");
            assertThat(theirs.levels(1)).isEqualTo(1);
        }
        Lab.write(CLASS.resolve("export"), Integer.toString(base + 6));
        assertThatThrownBy(() -> request(6, OUT))
                .isInstanceOf(LineBusyException.class)
                .hasMessage("line 6 of " + sim.label() + " is held by \"sysfs\"");
        assertThat(isExported(base + 6)).isTrue();
        Lab.write(CLASS.resolve("unexport"), Integer.toString(base + 6));
    }

    @Test
    void whoUnexportsOurLineIsNoticed() throws Exception {
        request(3, OUT);
        Lab.write(CLASS.resolve("unexport"), Integer.toString(base + 3));
        Await.until("it is told", () -> !owner.ends().isEmpty());
        assertThat(owner.ends()).singleElement().asString().contains("somebody has unexported it");
        request(3, OUT).close();
    }

    // Coming and going

    @Test
    void aChipThatGoesWhileItsLinesAreUsedIsToldOnceForEach() throws Exception {
        LineRequest out = request(3, OUT.withSafe(ACTIVE));
        request(4, IN.withEdges(EdgeDetection.BOTH));
        sim.unplug();
        Await.until("both are told", () -> owner.ends().size() == 2);
        assertThat(owner.ends()).allMatch(end -> end.startsWith("gone: "));
        assertThatThrownBy(() -> out.set(1, 1)).isInstanceOf(IOException.class);
        out.close();
        Await.until("the service has left", () -> product.framework().find(GpioChip.class.getName(), filter()) == null);
        sim = sim.plug();
        try (LineRequest again = request(3, OUT)) {
            again.set(1, 1);
            assertThat(sim.value(3)).isTrue();
        }
        assertThat(owner.ends()).hasSize(2);
    }

    // Updates

    @Test
    void updatesOfTheBackendChangeNothingOnAnOutputThatIsHeld() throws Exception {
        String pid = "io.callgate.gpio.output~held";
        String named = "(callgate.name=held)";
        product.configure(
                pid,
                "{\"chip\": \"" + sim.label() + "\", \"offset\": 7, \"backend\": \"sysfs\", \"initial\": \"active\","
                        + " \"safe\": \"inactive\"}");
        DigitalOutput held = service(product, DigitalOutput.class, named);
        assertThat(held.level()).isEqualTo(ACTIVE);
        Object folder = Files.getAttribute(CLASS.resolve("gpio" + (base + 7)), "unix:ino");
        try (KernelCalls calls = KernelCalls.of(WITNESSES)) {
            for (int round = 0; round < ROUNDS; round++) {
                InProcess.update(product.framework().bundle(BACKEND));
                Await.until(
                        "it is live again",
                        LONG,
                        () -> product.service(ResourceStatus.class, named).state() == ResourceState.LIVE);
                assertThat(held.level()).isEqualTo(ACTIVE);
            }
            assertThat(told(calls)).isEmpty();
            assertThat(Files.getAttribute(CLASS.resolve("gpio" + (base + 7)), "unix:ino"))
                    .as("the export is the same")
                    .isEqualTo(folder);
            product.delete(pid);
            // The kernel takes the folder away before it frees the line.
            Await.until("it is released", () -> told(calls).contains("free offset=7"));
            assertThat(isExported(base + 7)).isFalse();
            assertThat(told(calls)).containsExactly("set offset=7 value=0", "free offset=7");
        }
    }

    // Users, and what a killed gateway leaves

    @Test
    void aUserInTheGroupDrivesLinesIsKilledAndTakesItsLineBack() throws Exception {
        ClassPathAccess.open();
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (KernelCalls calls = KernelCalls.of(WITNESSES)) {
            Process killed = user(folder, "hold");
            try {
                Await.until("it drives the line", LONG, () -> isThere(killed, folder.resolve("held")) && sim.value(2));
            } finally {
                killed.destroyForcibly().waitFor();
            }
            assertThat(isExported(base + 2))
                    .as("an export outlives who made it")
                    .isTrue();
            calls.clear();

            Ran again = Ran.of(LONG, command(folder, "once"));
            assertThat(again.status()).as(again.text()).isZero();
            assertThat(told(calls))
                    .as("taken back without being released; closed with its safe level")
                    .containsExactly("direction_output offset=2 value=1", "set offset=2 value=0", "free offset=2");
            assertThat(isExported(base + 2)).isFalse();
        }
    }

    private List<String> command(Path folder, String what) {
        return Lab.javaAsUser(AsUser.class, folder.toString(), sim.label(), what);
    }

    private Process user(Path folder, String what) throws IOException {
        return new ProcessBuilder(command(folder, what)).inheritIO().start();
    }

    private static boolean isThere(Process process, Path file) {
        assertThat(process.isAlive()).isTrue();
        return Files.exists(file);
    }

    /** A gateway of a user's own, that has one output by sysfs. */
    static final class AsUser {

        private AsUser() {}

        /** Folder, chip, and what to do: hold it until it is killed, or end in order. */
        public static void main(String... arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            String lamp = "{\"chip\": \"" + arguments[1] + "\", \"offset\": 2, \"backend\": \"sysfs\","
                    + " \"initial\": \"active\", \"safe\": \"inactive\"}";
            try (Product product = Product.start(folder, Map.of("io.callgate.gpio.output~lamp", lamp), bundles())) {
                service(product, DigitalOutput.class, "(callgate.name=lamp)");
                if (arguments[2].equals("hold")) {
                    Files.createFile(folder.resolve("held"));
                    new CountDownLatch(1).await();
                }
            }
        }
    }
}
