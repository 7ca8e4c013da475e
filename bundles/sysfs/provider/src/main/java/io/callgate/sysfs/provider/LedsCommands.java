// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import io.callgate.sysfs.Led;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's commands for LEDs. */
@Component(
        service = LedsCommands.class,
        property = {"osgi.command.scope=leds", "osgi.command.function=list", "osgi.command.function=set"})
public final class LedsCommands {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern BLINK = Pattern.compile("blink(?:=(\\d{1,9})(?:/(\\d{1,9}))?)?");
    private static final String USUAL_MILLIS = "500";
    private static final String FORMS =
            "on, off, a brightness, trigger=NAME, blink, blink=MS or blink=ON/OFF in ms, restore";

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Led> leds;

    /** All that are there. */
    @Descriptor("shows all LEDs and how they are")
    public void list(CommandSession session) {
        Table table = new Table("NAME", "COLOR", "FUNCTION", "BRIGHTNESS", "MAX", "STATE", "PROBLEM");
        leds.stream().sorted(Comparator.comparing(Led::name)).forEach(led -> row(table, led));
        session.getConsole().println(table);
    }

    private static void row(Table table, Led led) {
        try {
            table.row(led.name(), led.color(), led.function(), led.brightness(), led.maxBrightness(), led.state(), "");
        } catch (IOException e) {
            table.row(led.name(), led.color(), led.function(), "", "", "", e.getMessage());
        }
    }

    /** Switches one, and shows how it is then. */
    @Descriptor("switches an LED, and shows how it is then")
    public void set(CommandSession session, @Descriptor("name of the LED") String name, @Descriptor(FORMS) String how)
            throws IOException {
        Led led = named(name);
        set(led, how);
        session.getConsole().println(led.state());
    }

    private static void set(Led led, String how) throws IOException {
        Matcher blink = BLINK.matcher(how);
        if (how.equals("on") || how.equals("off")) {
            led.set(how.equals("on"));
        } else if (NUMBER.matcher(how).matches()) {
            led.set(Integer.parseInt(how));
        } else if (how.startsWith("trigger=")) {
            follow(led, how.substring("trigger=".length()));
        } else if (blink.matches()) {
            String on = blink.group(1) == null ? USUAL_MILLIS : blink.group(1);
            led.blink(millis(on), millis(blink.group(2) == null ? on : blink.group(2)));
        } else if (how.equals("restore")) {
            led.restore();
        } else {
            throw new IllegalArgumentException("\"" + how + "\" is none of: " + FORMS);
        }
    }

    private static Duration millis(String text) {
        return Duration.ofMillis(Long.parseLong(text));
    }

    private static void follow(Led led, String trigger) throws IOException {
        List<String> triggers = led.triggers();
        if (!triggers.contains(trigger)) {
            throw new IllegalArgumentException(led.name() + " has no trigger \"" + trigger + "\""
                    + Nearest.meant(trigger, triggers) + " (known now: " + String.join(" ", triggers)
                    + "; others come with their kernel module ledtrig-NAME)");
        }
        led.trigger(trigger);
    }

    private Led named(String name) {
        return leds.stream()
                .filter(led -> led.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no LED \"" + name + "\""
                        + Nearest.meant(name, leds.stream().map(Led::name).toList())
                        + " (leds:list shows those there are)"));
    }
}
