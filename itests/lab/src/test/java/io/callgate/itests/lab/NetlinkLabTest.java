// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Ran;
import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.GenericFamily;
import io.callgate.netlink.GenericNetlink;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetlinkSubscription;
import io.callgate.netlink.NetworkLink;
import io.callgate.netlink.SocketFilter;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver with a generic netlink family of its own tells an application, and a registry that follows the hardware through storms. */
@LabTest
class NetlinkLabTest {

    /** Links and chips made and taken away in one storm; 2,000 in the soak. */
    private static final int STORM = Integer.getInteger("callgate.lab.netlink.storm", 120);

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final Path TELL = Path.of("/sys/module/callgate_news/parameters/tell");
    private static final String FAMILY = "callgate_news";
    private static final int EVENT = 1;
    private static final int GET = 2;
    private static final int NUMBER = 1;
    private static final int TEXT = 2;
    private static final int MILLIDEGREES = 3;

    @TempDir
    Path folder;

    /** What the driver says, read through the typed attributes: no code of the product knows this family. */
    private record News(int command, int number, String text, int millidegrees) {

        static News of(GenericFamily family, MessageDecoder message) throws IOException {
            int number = -1;
            String text = "";
            int millidegrees = 0;
            AttributeDecoder attributes = family.attributes(message);
            while (attributes.next()) {
                switch (attributes.type()) {
                    case NUMBER -> number = attributes.s32();
                    case TEXT -> text = attributes.string();
                    case MILLIDEGREES -> millidegrees = attributes.s32();
                    default -> throw new AssertionError("attribute " + attributes.type());
                }
            }
            return new News(GenericFamily.command(message), number, text, millidegrees);
        }

        static News event(int number) {
            return new News(EVENT, number, "the door was opened", -1000 * (number % 40));
        }
    }

    /** An application's listener. */
    private static final class Heard implements NetlinkListener {

        final BlockingQueue<News> news = new LinkedBlockingQueue<>();
        final AtomicInteger overruns = new AtomicInteger();
        private final GenericFamily family;

        Heard(GenericFamily family) {
            this.family = family;
        }

        @Override
        public void event(MessageDecoder message) throws IOException {
            news.add(News.of(family, message));
        }

        @Override
        public void overrun() {
            overruns.incrementAndGet();
        }

        /** The first one that is there after a number, or comes in a moment; null if there is none. */
        News after(int number) throws InterruptedException {
            News next;
            do {
                next = news.poll(100, TimeUnit.MILLISECONDS);
            } while (next != null && next.number() <= number);
            return next;
        }

        News next() throws InterruptedException {
            News next = news.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }
    }

    private Product product(Map<String, String> configurations) throws Exception {
        return Product.start(folder, configurations, SomeBundles.with("netlink", "gpio"));
    }

    private static int last(Netlink netlink, GenericFamily family) throws IOException {
        try (NetlinkConnection connection = netlink.open(Netlink.GENERIC, NetlinkSettings.DEFAULT)) {
            News[] answer = new News[1];
            connection.exchange(family.request(GET), message -> answer[0] = News.of(family, message));
            assertThat(answer[0].command()).isEqualTo(GET);
            return answer[0].number();
        }
    }

    @Test
    void aKernelModuleTellsAnApplication() throws Exception {
        try (Product product = product(Map.of())) {
            GenericFamily family = product.service(GenericNetlink.class, null).family(FAMILY);
            assertThat(family.groups()).containsOnlyKeys("news");
            Netlink netlink = product.service(Netlink.class, null);
            Heard heard = new Heard(family);
            int before = last(netlink, family);
            try (NetlinkSubscription events = netlink.listen(Netlink.GENERIC, NetlinkSettings.DEFAULT, heard)) {
                events.join(family.group("news"));
                Files.writeString(TELL, "1000");
                for (int i = 1; i <= 1000; i++) {
                    assertThat(heard.next()).isEqualTo(News.event(before + i));
                }
                assertThat(last(netlink, family)).isEqualTo(before + 1000);
                assertThat(heard.overruns).hasValue(0);

                // the kernel is told which ones to send: those whose number, the first attribute, ends with three zero
                // bits
                events.filter(SocketFilter.of(
                        SocketFilter.load32(MessageDecoder.HEADER + GenericFamily.HEADER + 4),
                        SocketFilter.ifAny(SocketFilter.inNetworkOrder32(7), 1, 0),
                        SocketFilter.ACCEPT,
                        SocketFilter.REFUSE));
                Files.writeString(TELL, "800");
                for (int number = before + 1001; number <= before + 1800; number++) {
                    if ((number & 7) == 0) {
                        assertThat(heard.next()).isEqualTo(News.event(number));
                    }
                }
                events.filter(SocketFilter.NONE);
                Files.writeString(TELL, "1");
                assertThat(heard.next()).isEqualTo(News.event(before + 1801));
                assertThat(heard.overruns).as("what is filtered is not lost").hasValue(0);

                events.leave(family.group("news"));
                Files.writeString(TELL, "1");
                events.join(family.group("news"));
                Files.writeString(TELL, "1");
                assertThat(heard.next()).isEqualTo(News.event(before + 1803));
            }
        }
    }

    @Test
    void whatTheDriverLosesIsSaid() throws Exception {
        try (Product product = product(Map.of())) {
            GenericFamily family = product.service(GenericNetlink.class, null).family(FAMILY);
            Netlink netlink = product.service(Netlink.class, null);
            Heard heard = new Heard(family);
            NetlinkSettings small = NetlinkSettings.DEFAULT.buffering(4096);
            try (NetlinkSubscription events = netlink.listen(Netlink.GENERIC, small, heard)) {
                events.join(family.group("news"));
                Files.writeString(TELL, "100000");
                Await.until("the loss is told", LONG, () -> heard.overruns.get() > 0);
                assertThat(events.overruns()).isPositive();
                int number = last(netlink, family);
                News[] next = new News[1];
                Await.until(
                        "it goes on",
                        LONG,
                        () -> { // what is told while the buffer is still full is lost as well
                            Files.writeString(TELL, "1");
                            next[0] = heard.after(number);
                            return next[0] != null;
                        });
                assertThat(next[0]).isEqualTo(News.event(next[0].number()));
            }
        }
    }

    @Test
    void afterAStormOfLinksTheServicesAreTheKernels() throws Exception {
        try (Product product = product(Map.of())) {
            Await.until("lo is a service", LONG, () -> links(product).contains("lo"));
            Random random = new Random(6);
            boolean[] there = new boolean[8];
            for (int i = 0; i < STORM; i++) {
                int which = i % 3 == 0 ? 0 : random.nextInt(there.length); // one of them flaps
                ip(there[which] ? "link del storm" + which : "link add storm" + which + " type dummy");
                there[which] = !there[which];
            }
            Await.until("the services are the kernel's links", LONG, () -> links(product)
                    .equals(kernels()));
            for (int which = 0; which < there.length; which++) {
                assertThat(kernels().contains("storm" + which)).isEqualTo(there[which]);
                if (there[which]) {
                    ip("link del storm" + which);
                }
            }
            Await.until("none is leaked", LONG, () -> links(product).equals(kernels()));
        }
    }

    @Test
    void aLineWhoseChipFlapsIsHeldBackSaysWhyAndComesWhenTheChipStays() throws Exception {
        Map<String, String> configurations = Map.of(
                "io.callgate.gpio.output~loose",
                "{\"line\": \"LOOSE\"}",
                "io.callgate.resource.damping",
                "{\"comings\": 2, \"within\": 600, \"settle\": 3000}");
        try (SimChip chip = SimChip.make("loose", 2, Map.of(1, "LOOSE"));
                Product product = product(configurations)) {
            ResourceStatus status = product.service(ResourceStatus.class, "(callgate.name=loose)");
            for (int round = 0; round < 2; round++) {
                Await.until("it is there", LONG, () -> isThere(product));
                chip.unplug();
                Await.until("it has gone", LONG, () -> !isThere(product));
                Await.until(
                        "it says for what it waits", LONG, () -> status.reason().contains("\"LOOSE\""));
                chip.plug();
            }
            Await.until("it is held back", LONG, () -> status.reason().contains("is held back"));
            assertThat(status.reason())
                    .startsWith("it came more than 2 times")
                    .contains("io.callgate.resource.damping");
            assertThat(isThere(product)).isFalse();
            Await.until("it has stayed", LONG, () -> status.state() == ResourceState.LIVE);
            product.service(DigitalOutput.class, "(callgate.name=loose)").set(Level.ACTIVE);
            assertThat(SimChip.labelled("loose").value(1)).isTrue(); // it is another object since it came back
        }
    }

    private static boolean isThere(Product product) throws Exception {
        return product.framework().find(DigitalOutput.class.getName(), "(callgate.name=loose)") != null;
    }

    private static Set<String> links(Product product) throws Exception {
        var references = product.framework().context().getAllServiceReferences(NetworkLink.class.getName(), null);
        return references == null
                ? Set.of()
                : Arrays.stream(references)
                        .map(each -> (String) each.getProperty(NetworkLink.NAME))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> kernels() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/sys/class/net"))) {
            return folders.filter(Files::isDirectory) // bonding_masters is a file
                    .map(each -> each.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void ip(String command) throws IOException {
        Ran ran = Ran.of(
                Duration.ofSeconds(60),
                Stream.concat(Stream.of("ip"), Arrays.stream(command.split(" ")))
                        .toList());
        assertThat(ran.status()).as(command + ": " + ran.text()).isZero();
    }
}
