// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
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
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"NAME", "PATH", "VALUE", "UNIT", "STATE"});
        configured.stream()
                .sorted(Comparator.comparing(each -> each.status().name()))
                .map(SysfsCommands::row)
                .forEach(rows::add);
        print(rows, session.getConsole());
    }

    private static String[] row(ConfiguredAttribute each) {
        String name = each.status().name();
        Attribute attribute = each.attribute().orElse(null);
        if (attribute == null) {
            return new String[] {name, each.configuredPath(), "-", "-", state(each.status())};
        }
        String path = attribute.path().toString();
        try {
            Value value = attribute.read();
            return new String[] {name, path, shown(value), unit(value), state(each.status())};
        } catch (IOException e) {
            return new String[] {
                name, path, "-", unit(attribute.last()), state(each.status()) + ", but " + e.getMessage()
            };
        }
    }

    private static String state(ResourceStatus status) {
        String state = status.state().name().toLowerCase(Locale.ROOT);
        return status.reason().isEmpty() ? state : state + ": " + status.reason();
    }

    private static String unit(Value value) {
        return value.unit().isEmpty() ? "-" : value.unit();
    }

    private static void print(List<String[]> rows, PrintStream out) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            }
            out.println(line.toString().stripTrailing());
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

    /** Prints changes until it is interrupted, or nobody reads them any more. */
    @Descriptor("prints the changes of an attribute until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("name of the attribute, or * for all") String name)
            throws InterruptedException {
        if (!name.equals("*")) {
            ResourceStatus status = named(name).status();
            if (status.state() != ResourceState.LIVE) {
                session.getConsole().println(name + " is " + state(status));
            }
        }
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(ValueListener.ATTRIBUTE, name);
        ServiceRegistration<ValueListener> watching =
                context.registerService(ValueListener.class, new Watcher(lines), properties);
        try {
            PrintStream out = session.getConsole();
            while (!out.checkError()) {
                out.println(lines.take());
            }
        } finally {
            watching.unregister();
        }
    }

    /** Hands lines to the command's own thread. */
    private record Watcher(LinkedBlockingQueue<String> lines) implements ValueListener {

        @Override
        public void changed(Value value) {
            String lost = value.lost() == 0 ? "" : "  (" + value.lost() + " lost)";
            lines.add(value.time() + "  " + value.name() + "  " + withUnit(value) + lost);
        }

        @Override
        public void gone(String name, String reason) {
            lines.add(name + " has gone: " + reason);
        }
    }

    private ConfiguredAttribute named(String name) {
        return configured.stream()
                .filter(each -> each.status().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no attribute \"" + name
                        + "\" is configured (sysfs:list shows those that are; a new one is a file configs/"
                        + Attribute.PID + "~" + name + ".json)"));
    }

    private Attribute live(String name) {
        ConfiguredAttribute attribute = named(name);
        return attribute
                .attribute()
                .orElseThrow(() -> new IllegalStateException(name + " is " + state(attribute.status())));
    }

    private static String withUnit(Value value) {
        return value.unit().isEmpty() ? shown(value) : shown(value) + " " + value.unit();
    }

    /** On one line, and without the digits that only binary arithmetic made. */
    private static String shown(Value value) {
        if (value.datum() instanceof Datum.Decimal decimal && Double.isFinite(decimal.value())) {
            return new BigDecimal(decimal.value(), DIGITS).stripTrailingZeros().toPlainString();
        }
        String line = value.asText().replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
