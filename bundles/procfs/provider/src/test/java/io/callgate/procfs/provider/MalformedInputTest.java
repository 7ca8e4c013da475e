// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.procfs.MalformedProcException;
import io.callgate.procfs.PressureResource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a file of /proc, a reader gets a snapshot or a sentence. */
class MalformedInputTest {

    private static final int ROUNDS = 20_000;
    private static final String ALPHABET = "0123456789 \t\n:./-=()\\akB\u0000";

    static Stream<Arguments> parsers() {
        return Stream.of(
                parser("/proc/loadavg", Samples.LOADAVG, ProcLoadAverage::parse),
                parser("/proc/uptime", Samples.UPTIME, ProcUptime::parse),
                parser("/proc/meminfo", Samples.MEMINFO, ProcMemory::parse),
                parser("/proc/stat", Samples.STAT, ProcCpu::parse),
                parser("/proc/net/dev", Samples.NET_DEV, ProcNet::parse),
                parser("/proc/self/mountinfo", Samples.MOUNTINFO, ProcMounts::parse),
                parser("/proc/self/stat", Samples.SELF_STAT, ProcSelf::stat),
                parser("/proc/self/status", Samples.SELF_STATUS, ProcSelf::sizes),
                parser("/proc/pressure/io", Samples.PRESSURE, c -> ProcPressure.parse(PressureResource.IO, c)));
    }

    private static Arguments parser(String path, String sample, ProcFile.Parser<?> parser) {
        return Arguments.of(path, sample, parser);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parsers")
    void cutAnywhere(String path, String sample, ProcFile.Parser<?> parser) throws IOException {
        byte[] whole = sample.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length++) {
            read(path, Arrays.copyOf(whole, length), parser);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parsers")
    void bytesChangedInsertedAndRemoved(String path, String sample, ProcFile.Parser<?> parser) throws IOException {
        Random random = new Random(42);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder(sample);
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutate(text, random);
            }
            refused += read(path, text.toString().getBytes(StandardCharsets.ISO_8859_1), parser) ? 0 : 1;
        }
        assertThat(refused).as("mutations that were noticed").isPositive();
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        char other = random.nextInt(8) == 0
                ? (char) random.nextInt(256)
                : ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, other);
            case 1 -> text.insert(at, other);
            case 2 -> text.deleteCharAt(at);
            default -> text.insert(at, "99999999999999999999");
        }
    }

    /** Any other exception fails the test. */
    private static boolean read(String path, byte[] bytes, ProcFile.Parser<?> parser) throws IOException {
        try {
            assertThat((Object) parser.parse(Texts.cursor(path, bytes))).isNotNull();
            return true;
        } catch (MalformedProcException e) {
            assertThat(e.getMessage()).startsWith(path + " line ").doesNotContain("\n");
            return false;
        }
    }
}
