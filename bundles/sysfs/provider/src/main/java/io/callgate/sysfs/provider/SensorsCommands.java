// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.platform.Nearest;
import io.callgate.platform.NewestLines;
import io.callgate.platform.Table;
import io.callgate.platform.Watches;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's commands for sensors. */
@Component(
        service = SensorsCommands.class,
        property = {
            "osgi.command.scope=sensors",
            "osgi.command.function=list",
            "osgi.command.function=read",
            "osgi.command.function=watch"
        })
public final class SensorsCommands {

    private static final String WHAT =
            "name, name with *, quantity (temperature, ...), or filter such as" + " '(callgate.device=1-0048)'";

    private final BundleContext context;
    private final Watches watches = new Watches("sensors:watch");

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Sensor> sensors;

    /** @param context to register the listener of a watch */
    @Activate
    public SensorsCommands(BundleContext context) {
        this.context = context;
    }

    /** All that are there. */
    @Descriptor("shows all sensors and what they say now")
    public void list(CommandSession session) {
        list(session, sensors);
    }

    /** Some of them. */
    @Descriptor("shows some sensors and what they say now")
    public void list(CommandSession session, @Descriptor(WHAT) String what) {
        list(session, chosen(what));
    }

    private static void list(CommandSession session, List<Sensor> shown) {
        Table table = new Table("NAME", "QUANTITY", "VALUE", "UNIT", "DEVICE", "LABEL", "PROBLEM");
        sorted(shown).forEach(sensor -> row(table, sensor));
        session.getConsole().println(table);
    }

    private static void row(Table table, Sensor sensor) {
        String value = "";
        String problem = "";
        try {
            value = SysfsCommands.shown(sensor.read());
        } catch (IOException e) {
            problem = e.getMessage();
        }
        table.row(
                sensor.name(),
                sensor.quantity().word(),
                value,
                sensor.quantity().unit(),
                sensor.device(),
                sensor.label(),
                problem);
    }

    /** One or more values, fresh. */
    @Descriptor("reads sensors now: one alone is shown as its value, several with their names")
    public void read(CommandSession session, @Descriptor(WHAT) String what) throws IOException {
        List<Sensor> chosen = chosen(what);
        if (chosen.size() == 1) {
            session.getConsole().println(SysfsCommands.withUnit(chosen.get(0).read()));
            return;
        }
        Table table = new Table("NAME", "VALUE", "UNIT", "PROBLEM");
        sorted(chosen).forEach(sensor -> reading(table, sensor));
        session.getConsole().println(table);
    }

    private static void reading(Table table, Sensor sensor) {
        try {
            Value value = sensor.read();
            table.row(sensor.name(), SysfsCommands.shown(value), value.unit(), "");
        } catch (IOException e) {
            table.row(sensor.name(), "", sensor.quantity().unit(), e.getMessage());
        }
    }

    /** Prints changes until it is interrupted, nobody reads them any more, or these commands go. */
    @Descriptor("prints the changes of sensors until Ctrl-C, also of those that come meanwhile")
    public void watch(
            CommandSession session,
            @Descriptor("time between two readings in ms")
                    @Parameter(
                            names = {"-i", "--interval"},
                            absentValue = "1000")
                    long interval,
            @Descriptor(WHAT) String what)
            throws Exception {
        if (interval < 1) {
            throw new IllegalArgumentException("the interval is a number of ms from 1 on: " + interval);
        }
        chosen(what);
        Map<String, ?> wanted = Map.of(ValueListener.SENSOR, filter(what), ValueListener.INTERVAL, interval);
        watches.run(new NewestLines(ShownChanges.MOST), ShownChanges.of(context, wanted), session.getConsole());
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }

    private static Stream<Sensor> sorted(List<Sensor> sensors) {
        return sensors.stream().sorted(Comparator.comparing(Sensor::name));
    }

    /** What a person typed as what a listener says: a quantity, a name in which {@code *} stands for anything, a filter. */
    private static String filter(String what) {
        if (what.startsWith("(")) {
            return what;
        }
        String key = Quantity.of(what).isPresent() ? Sensor.QUANTITY : ResourceStatus.NAME;
        return "(" + key + "=" + what.replaceAll("[\\\\()]", "\\\\$0") + ")";
    }

    private List<Sensor> chosen(String what) {
        Selection selection = Selection.of(Map.of(ValueListener.SENSOR, filter(what)));
        if (!selection.mistakes().isEmpty()) {
            throw new IllegalArgumentException(selection.mistakes().get(0));
        }
        List<Sensor> chosen = sensors.stream()
                .filter(sensor -> selection.matches(Subject.sensor(sensor.name(), SensorComponent.properties(sensor))))
                .toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no sensor \"" + what + "\"" + meant(what) + " (sensors:list shows those there are)");
        }
        return chosen;
    }

    private String meant(String typed) {
        Stream<String> names = sensors.stream().map(Sensor::name);
        Stream<String> quantities = Arrays.stream(Quantity.values()).map(Quantity::word);
        return Nearest.meant(typed, Stream.concat(names, quantities).toList());
    }
}
