// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.health;

import io.callgate.linux.EventLoop;
import io.callgate.platform.Table;
import io.callgate.procfs.LoadAverageService;
import io.callgate.procfs.MemoryService;
import io.callgate.procfs.PressureResource;
import io.callgate.procfs.PressureService;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.Attribute;
import io.callgate.watchdog.HealthProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Holds figures of the system against limits: a timer logs changes of state, {@code health:status} only shows. A watchdog
 * that is armed asks whether it still looks.
 */
@Component(
        immediate = true,
        service = {Health.class, HealthProbe.class},
        configurationPid = "io.callgate.apps.health",
        property = {
            "osgi.command.scope=health",
            "osgi.command.function=status",
            "watchdog.client=health",
            "watchdog.deadline:Long=30000"
        })
@Designate(ocd = Limits.class)
public final class Health implements HealthProbe {

    private record Check(String name, double value, double highest, String state) {

        String shownValue() {
            return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
        }

        String shownLimit() {
            return highest == Double.MAX_VALUE
                    ? ""
                    : BigDecimal.valueOf(highest).stripTrailingZeros().toPlainString();
        }
    }

    private static final String GOOD = "good";
    private static final String TOO_HIGH = "too high";
    private static final long MISSED_LOOKS = 3;
    private static final double ALL_CLEAR = 0.9; // of the limit, so that a figure about its limit does not fill the log

    private final Limits limits;
    private final LoadAverageService load;
    private final MemoryService memory;
    private final PressureService pressure;
    private final Logger log;
    private final Map<String, String> states = new HashMap<>();
    private final Dispatcher.Lane lane;
    private final EventLoop.Registration timer;
    private volatile long lookedAt = System.nanoTime();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Attribute attribute;

    @Activate
    public Health(
            Limits limits,
            @Reference LoadAverageService load,
            @Reference MemoryService memory,
            @Reference PressureService pressure,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.limits = limits;
        this.load = load;
        this.memory = memory;
        this.pressure = pressure;
        this.log = log;
        Duration interval = Duration.ofSeconds(limits.intervalSeconds());
        lane = dispatcher.blockingLane("health", 1); // a slow sensor must not hold up the event loop
        timer = loop.timer(Duration.ZERO, interval, expirations -> lane.offer(this::watch));
    }

    @Deactivate
    void stop() {
        timer.close();
        lane.close();
    }

    @Descriptor("shows every figure, its limit and its state")
    public String status() {
        Table table = new Table("CHECK", "VALUE", "LIMIT", "STATE");
        look().forEach(each -> table.row(each.name, each.shownValue(), each.shownLimit(), each.state));
        return table.toString();
    }

    /** Looks are missing when the event loop, the lane or a sensor's driver hangs. */
    @Override
    public void probe() {
        Duration quiet = Duration.ofNanos(System.nanoTime() - lookedAt);
        if (quiet.compareTo(Duration.ofSeconds(MISSED_LOOKS * limits.intervalSeconds())) > 0) {
            throw new IllegalStateException("the last look at the system was " + quiet.toSeconds() + " s ago");
        }
    }

    /** On the lane, one at a time. */
    private void watch() {
        lookedAt = System.nanoTime();
        for (Check check : look()) {
            String before = states.getOrDefault(check.name, GOOD);
            boolean hardlyBelow = before.equals(TOO_HIGH) && check.value > ALL_CLEAR * check.highest;
            String now = hardlyBelow ? TOO_HIGH : check.state;
            states.put(check.name, now);
            if (before.equals(now)) {
                continue;
            }
            String line = check.name + " is " + now + " (was " + before + "): " + check.shownValue() + ", limit "
                    + check.shownLimit();
            if (now.equals(GOOD)) {
                log.info(line);
            } else {
                log.warn(line);
            }
        }
    }

    private List<Check> look() {
        int processors = Runtime.getRuntime().availableProcessors();
        List<Check> checks = new ArrayList<>();
        checks.add(check(
                "load per processor",
                limits.loadPerProcessor(),
                () -> load.read().oneMinute() / processors));
        checks.add(check(
                "memory used %",
                limits.memoryPercent(), () -> 100 * memory.read().usedRatio()));
        for (PressureResource each : PressureResource.values()) {
            checks.add(check("pressure " + each.word() + " %", limits.pressurePercent(), () -> pressure.read(each)
                    .some()
                    .avg10Percent()));
        }
        Attribute chosen = attribute;
        if (chosen != null) {
            checks.add(check(chosen.name(), limits.attributeHighest(), chosen::readDouble));
        }
        return checks;
    }

    private interface Figure {
        double read() throws IOException;
    }

    private static Check check(String name, double highest, Figure figure) {
        try {
            double value = figure.read();
            return new Check(name, value, highest, value <= highest ? GOOD : TOO_HIGH);
        } catch (IOException | IllegalStateException e) {
            return new Check(name, Double.NaN, highest, "unknown: " + e.getMessage());
        }
    }
}
