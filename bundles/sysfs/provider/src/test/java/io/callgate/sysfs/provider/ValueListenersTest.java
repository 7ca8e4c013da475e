// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.sysfs.Datum;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValueListenersTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private ValueListeners listeners;

    @BeforeEach
    void listeners() throws IOException {
        gateway = new Gateway(folder);
        listeners = gateway.listeners;
    }

    private static Value value(String name, Datum datum) {
        return new Value(name, datum, "", Instant.EPOCH, 0, 0);
    }

    private void begins(String name, long number) {
        listeners.begin(Subject.attribute(name), name, value(name, new Datum.Whole(number)), 0);
    }

    private void says(String name, double number, double deadband) {
        listeners.value(Subject.attribute(name), name, value(name, new Datum.Decimal(number)), deadband);
    }

    private void says(String name, long number) {
        listeners.value(Subject.attribute(name), name, value(name, new Datum.Whole(number)), 0);
    }

    private static List<Double> numbers(Gateway.Heard heard) {
        return heard.values.stream().map(Value::asDouble).toList();
    }

    @Test
    void aNewListenerIsToldOfWhatIsThereAndOthersAreNot() {
        begins("a", 1);
        begins("b", 2);
        Gateway.Heard one = gateway.listen("sysfs.attribute", "a");
        Gateway.Heard both = gateway.listen("sysfs.attribute", new String[] {"a", "b"});
        Gateway.Heard all = gateway.listen("sysfs.attribute", "*");
        Gateway.Heard other = gateway.listen("sysfs.attribute", List.of("c"));
        assertThat(one.texts()).containsExactly("1");
        assertThat(both.texts()).containsExactlyInAnyOrder("1", "2");
        assertThat(all.texts()).containsExactlyInAnyOrder("1", "2");
        assertThat(other.values).isEmpty();
        says("a", 3);
        assertThat(one.texts()).containsExactly("1", "3");
    }

    @Test
    void onlyChangesAreTold() {
        begins("a", 1);
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "a");
        for (long number : new long[] {1, 1, 2, 2, 1}) {
            says("a", number);
        }
        assertThat(heard.texts()).containsExactly("1", "2", "1");
    }

    @Test
    void theDeadbandIsMeasuredFromTheValueToldLast() {
        listeners.begin(Subject.attribute("t"), "t", value("t", new Datum.Decimal(20)), 0.5);
        Gateway.Heard fine = gateway.listen("sysfs.attribute", "t");
        Gateway.Heard coarse = gateway.listen("sysfs.attribute", "t", "sysfs.deadband", 2);
        Gateway.Heard asText = gateway.listen("sysfs.attribute", "t", "sysfs.deadband", "2.0");
        for (double number : new double[] {20.4, 20.5, 20.75, 21, 21.5, 22.25, 19.5, 24.3}) {
            says("t", number, 0.5);
        }
        assertThat(numbers(fine)).containsExactly(20.0, 20.75, 21.5, 22.25, 19.5, 24.3);
        assertThat(numbers(coarse)).containsExactly(20.0, 22.25, 19.5, 24.3);
        assertThat(numbers(asText)).isEqualTo(numbers(coarse));
    }

    @Test
    void aDeadbandOfTextMeansNothing() {
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "s", "sysfs.deadband", 10);
        listeners.begin(Subject.attribute("s"), "s", value("s", new Datum.Text("a")), 0);
        listeners.value(Subject.attribute("s"), "s", value("s", new Datum.Text("b")), 0);
        assertThat(heard.texts()).containsExactly("a", "b");
    }

    @Test
    void propertiesThatMakeNoSenseAreNamed() {
        begins("a", 1);
        gateway.listen("sysfs.attribute", "a", "sysfs.deadband", "wide");
        gateway.listen();
        assertThat(gateway.log.lines)
                .anyMatch(line -> line.contains("sysfs.deadband \"wide\", which is no number"))
                .anyMatch(line -> line.contains("has no service property sysfs.attribute"));
    }

    @Test
    void whoDoesNotKeepUpLosesChangesButNotTheNewestAndIsToldHowMany() {
        begins("a", 0);
        begins("b", 0);
        gateway.dispatcher.hold();
        Gateway.Heard heard = gateway.listen("sysfs.attribute", List.of("a", "b"));
        for (long number = 1; number <= 1000; number++) {
            says("a", number);
            says("a", number); // read again: no other change
        }
        gateway.dispatcher.run();
        List<Value> ofA =
                heard.values.stream().filter(each -> each.name().equals("a")).toList();
        assertThat(ofA).extracting(Value::asLong).isSorted().endsWith(1000L);
        assertThat(ofA.size() - 1 + ofA.stream().mapToLong(Value::lost).sum()).isEqualTo(1000 + 1);
        assertThat(ofA.get(ofA.size() - 1).lost()).isGreaterThan(900);
        assertThat(heard.values).hasSize(ValueListeners.BACKLOG + 1);
    }

    @Test
    void aListenerThatWasStuckWhileManyCameAndWentHearsOfAllAgain() {
        int many = 3 * ValueListeners.BACKLOG;
        List<String> names = IntStream.range(0, many).mapToObj(i -> "a" + i).toList();
        names.forEach(name -> begins(name, 0));
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "*");
        assertThat(heard.values).hasSize(many);
        gateway.dispatcher.hold();
        names.forEach(name -> listeners.gone(Subject.attribute(name), "unplugged"));
        names.forEach(name -> begins(name, 1));
        gateway.dispatcher.run();
        assertThat(heard.gone).hasSize(many);
        assertThat(heard.values).hasSize(2 * many);
        says(names.get(0), 2);
        assertThat(heard.texts()).endsWith("2");
    }

    @Test
    void anObjectThatIsRegisteredTwiceIsTwoListeners() {
        begins("a", 1);
        begins("b", 2);
        Gateway.Heard heard = new Gateway.Heard();
        Map<String, Object> ofA = Map.of("service.id", 7L, "sysfs.attribute", "a");
        Map<String, Object> ofB = Map.of("service.id", 8L, "sysfs.attribute", "b");
        listeners.add(heard, ofA);
        listeners.add(heard, ofB);
        assertThat(heard.texts()).containsExactly("1", "2");
        listeners.remove(heard, ofA);
        says("a", 3);
        says("b", 4);
        assertThat(heard.texts()).containsExactly("1", "2", "4");
    }

    @Test
    void theLossOfOneIsNotTheLossOfAnother() {
        begins("a", 0);
        Gateway.Heard quick = gateway.listen("sysfs.attribute", "a");
        gateway.dispatcher.hold();
        Gateway.Heard slow = gateway.listen("sysfs.attribute", "a");
        gateway.dispatcher.run();
        for (long number = 1; number <= 100; number++) {
            says("a", number);
        }
        assertThat(quick.values).hasSize(101).allMatch(each -> each.lost() == 0);
        assertThat(slow.values).hasSize(101).allMatch(each -> each.lost() == 0);
    }

    @Test
    void whatHasGoneIsToldOnceToThoseWhoKnewItAndItsReturnIsNews() {
        begins("a", 1);
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "a");
        Gateway.Heard other = gateway.listen("sysfs.attribute", "b");
        listeners.gone(Subject.attribute("a"), "unplugged");
        listeners.gone(Subject.attribute("a"), "unplugged");
        assertThat(heard.gone).containsExactly("a");
        assertThat(other.gone).isEmpty();
        begins("a", 1);
        assertThat(heard.texts()).containsExactly("1", "1");
    }

    @Test
    void aReaderThatWasStillInsideWhenItsFileHadGoneTellsNobody() {
        begins("a", 1);
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "a");
        listeners.gone(Subject.attribute("a"), "unplugged");
        says("a", 2);
        listeners.begin(Subject.attribute("a"), "its successor", value("a", new Datum.Whole(3)), 0);
        says("a", 4);
        assertThat(heard.texts()).containsExactly("1", "3");
    }

    @Test
    void whatAListenerThrowsIsItsOwnAffair() {
        begins("a", 1);
        Function<String, ValueListener> failing = text -> value -> {
            throw new IllegalStateException(text);
        };
        listeners.add(failing.apply("no"), Map.of("service.id", 99L, "sysfs.attribute", "a"));
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "a");
        says("a", 2);
        assertThat(heard.texts()).containsExactly("1", "2");
        assertThat(gateway.dispatcher.failures()).hasSize(2);
    }

    @Test
    void aListenerThatLeavesIsForgottenAndOneWithOtherPropertiesToldAnew() {
        begins("a", 1);
        begins("b", 2);
        Gateway.Heard heard = new Gateway.Heard();
        Map<String, Object> before = Map.of("service.id", 7L, "sysfs.attribute", "a");
        Map<String, Object> after = Map.of("service.id", 7L, "sysfs.attribute", "b");
        listeners.add(heard, before);
        listeners.updated(heard, after);
        assertThat(heard.texts()).containsExactly("1", "2");
        says("a", 3);
        assertThat(heard.texts()).containsExactly("1", "2");
        listeners.remove(heard, after);
        says("b", 4);
        assertThat(heard.texts()).containsExactly("1", "2");
        assertThat(gateway.dispatcher.lanes()).isZero();
    }
}
