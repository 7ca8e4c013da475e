// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.platform.Nearest;
import io.callgate.platform.NewestLines;
import io.callgate.platform.Table;
import io.callgate.platform.Watches;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Datum;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's commands for attributes. */
@Component(
        service = SysfsCommands.class,
        property = {
            "osgi.command.scope=sysfs",
            "osgi.command.function=list",
            "osgi.command.function=read",
            "osgi.command.function=write",
            "osgi.command.function=watch"
        })
public final class SysfsCommands {

    private static final int SHOWN = 40;
    private static final MathContext DIGITS = new MathContext(12);

    private final BundleContext context;
    private final Watches watches = new Watches("sysfs:watch");

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<ConfiguredAttribute> configured;

    /** @param context to register the listener of a watch */
    @Activate
    public SysfsCommands(BundleContext context) {
        this.context = context;
    }

    /** All that are configured. */
    @Descriptor("shows the configured attributes, their values and states")
    public void list(CommandSession session) {
        Table table = new Table("NAME", "PATH", "VALUE", "UNIT", "STATE");
        configured.stream()
                .sorted(Comparator.comparing(each -> each.status().name()))
                .forEach(each -> row(table, each));
        session.getConsole().println(table);
    }

    private static void row(Table table, ConfiguredAttribute each) {
        String name = each.status().name();
        Attribute attribute = each.attribute().orElse(null);
        if (attribute == null) {
            table.row(name, each.configuredPath(), "", "", each.status().now().words());
            return;
        }
        String path = attribute.path().toString();
        try {
            Value value = attribute.read();
            table.row(
                    name, path, shown(value), value.unit(), each.status().now().words());
        } catch (IOException e) {
            table.row(
                    name, path, "", attribute.last().unit(), each.status().now().words() + ", but " + e.getMessage());
        }
    }

    /** One value, fresh. */
    @Descriptor("reads an attribute now")
    public void read(CommandSession session, @Descriptor("name of the attribute") String name) throws IOException {
        session.getConsole().println(withUnit(live(name).read()));
    }

    /** Writes, and shows what the driver made of it. */
    @Descriptor("writes an attribute, and shows what the driver made of it")
    public void write(
            CommandSession session,
            @Descriptor("name of the attribute") String name,
            @Descriptor("value in the attribute's unit; on or off; text; hex digits for bytes") String value)
            throws IOException {
        Attribute attribute = live(name);
        attribute.write(value);
        session.getConsole().println(withUnit(attribute.last()));
    }

    /** Prints changes until it is interrupted, nobody reads them any more, or these commands go. */
    @Descriptor("prints the changes of an attribute until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("name of the attribute, or * for all") String name)
            throws Exception {
        PrintStream out = session.getConsole();
        if (!name.equals("*")) {
            ResourceStatus status = named(name).status();
            if (status.state() != ResourceState.LIVE) {
                out.println(name + " is " + status.now().words());
            }
        }
        Map<String, ?> wanted = Map.of(ValueListener.ATTRIBUTE, name);
        watches.run(new NewestLines(ShownChanges.MOST), ShownChanges.of(context, wanted), out);
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }

    private ConfiguredAttribute named(String name) {
        return configured.stream()
                .filter(each -> each.status().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no attribute \"" + name + "\" is configured"
                        + meant(name)
                        + " (sysfs:list shows those that are; a new one is a file configs/" + Attribute.PID + "~" + name
                        + ".json)"));
    }

    private String meant(String typed) {
        return Nearest.meant(
                typed, configured.stream().map(each -> each.status().name()).toList());
    }

    private Attribute live(String name) {
        ConfiguredAttribute attribute = named(name);
        return attribute
                .attribute()
                .orElseThrow(() -> new IllegalStateException(
                        name + " is " + attribute.status().now().words()));
    }

    static String withUnit(Value value) {
        return value.unit().isEmpty() ? shown(value) : shown(value) + " " + value.unit();
    }

    /** On one line, and without the digits that only binary arithmetic made. */
    static String shown(Value value) {
        if (value.datum() instanceof Datum.Decimal decimal && Double.isFinite(decimal.value())) {
            return new BigDecimal(decimal.value(), DIGITS).stripTrailingZeros().toPlainString();
        }
        String line = value.asText().replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
