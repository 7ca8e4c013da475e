// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Settling;
import io.callgate.resource.Settlings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Keeps a service for every chip that /sys/class/gpio has.
 *
 * <p>The kernel's word is a reason to look; chips are looked at and registered in a lane of their own, never on the event
 * loop. What the same subsystem says of the character device's chips is not for us.
 */
@Component(
        service = {},
        immediate = true)
public final class SysfsChips implements DeviceListener {

    /** Framework property: the root of sysfs; {@code /sys} unless a test says otherwise. */
    static final String ROOT = "callgate.sysfs.root";

    /** When lines that a killed gateway left exported, and that nobody has asked for since, are given back. */
    static final Duration LEFTOVERS = Duration.ofSeconds(30);

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Pattern CHIP = Pattern.compile("gpiochip\\d+");
    private static final Pattern LINE = Pattern.compile("gpio(\\d+)");

    private final BundleContext context;
    private final GpioClass gpio;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;
    private final Exporter.Means means;
    private final Dispatcher.Lane lane;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final EventLoop.Registration following;
    private final EventLoop.Registration sweeping;

    private final Settlings settlings;
    private final Map<Path, Present> present = new ConcurrentHashMap<>();
    private final Queue<Integer> vanished = new ConcurrentLinkedQueue<>();
    private final Map<Path, Live> live = new ConcurrentHashMap<>();
    private final Set<Present> unserved = new HashSet<>(); // of the lane: of which has been said why

    /** A chip that the kernel has. @param held why it is not served at once, if it is not */
    private record Present(KernelDevice device, Settling settling, Optional<String> held) {}

    /** A chip that is registered, for as long as its device is this one. */
    private record Live(Present present, SysfsChip chip, ServiceRegistration<GpioChip> registration) {}

    /** Begins to follow the kernel's chips. */
    @Activate
    public SysfsChips(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference KeptHandles handles,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.context = context;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
        Path sys = Path.of(Optional.ofNullable(context.getProperty(ROOT)).orElse("/sys"));
        this.gpio = new GpioClass(sys, files, memory, waiting, loop);
        Exports exports = new Exports(state(context), gpio.read(BOOT_ID), gpio, log);
        this.means = new Exporter.Means(gpio, new Holders(gpio), exports, handles, log);
        this.lane = dispatcher.blockingLane("gpio chips of sysfs", 2);
        this.settlings = new Settlings(context, settled -> ask());
        this.following = devices.follow("gpio", this);
        this.sweeping = loop.timer(LEFTOVERS, Duration.ZERO, once -> lane.offer(this::sweep));
    }

    private static Path state(BundleContext context) {
        String data = context.getProperty("callgate.data");
        if (data == null) {
            throw new IllegalStateException("the framework property callgate.data names no data folder");
        }
        return Path.of(data, "state");
    }

    @Override
    public void added(KernelDevice device) {
        if (isChip(device.sysPath())) {
            Settling settling = settlings.next(device.sysPath().getParent().toString());
            Present before = present.put(device.sysPath(), new Present(device, settling, settling.comes()));
            if (before != null) {
                before.settling.goes();
            }
            ask();
        }
    }

    @Override
    public void removed(KernelDevice device) {
        Matcher line = LINE.matcher(device.name());
        Present gone = present.remove(device.sysPath());
        if (gone != null) {
            gone.settling.goes();
            ask();
        } else if (line.matches()) {
            vanished.add(Integer.parseInt(line.group(1)));
            ask();
        }
    }

    /** The character device's chips are announced too, and have names like these; but they have no such file. */
    private static boolean isChip(Path folder) {
        return CHIP.matcher(folder.getFileName().toString()).matches() && Files.exists(folder.resolve("base"));
    }

    /** Asked for twice before it is done, it is done once. */
    private void ask() {
        if (asked.compareAndSet(false, true) && !lane.offer(this::settle)) {
            asked.set(false);
        }
    }

    /** In the lane. */
    private void settle() {
        asked.set(false); // what is heard meanwhile is a reason for another look
        for (Live each : List.copyOf(live.values())) {
            if (present.get(each.present.device.sysPath()) != each.present) {
                withdraw(each);
            }
        }
        unserved.retainAll(present.values());
        for (Integer number = vanished.poll(); number != null; number = vanished.poll()) {
            for (Live each : live.values()) {
                each.chip.vanished(number);
            }
        }
        for (Present each : List.copyOf(present.values())) {
            if (live.containsKey(each.device.sysPath())) {
                continue;
            }
            if (each.settling.isHeld()) {
                unserved(each, each.held.orElse("it comes and goes too often"));
            } else {
                publish(each);
            }
        }
    }

    private void withdraw(Live leaving) {
        live.remove(leaving.present.device.sysPath());
        leaving.chip.gone(); // before its service: who holds its lines learns why
        leaving.registration.unregister();
        log.info("{} ({}) has gone", leaving.chip.name(), leaving.chip.label());
    }

    private void unserved(Present chip, String why) {
        if (unserved.add(chip)) {
            log.warn("{} is not served: {}", chip.device.sysPath(), why);
        }
    }

    private void publish(Present chipThere) {
        KernelDevice device = chipThere.device;
        SysfsChip.Facts facts;
        try {
            facts = facts(device.sysPath());
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            unserved(chipThere, "its description cannot be read: " + e);
            return;
        }
        SysfsChip chip = new SysfsChip(facts, means, loop, dispatcher);
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(GpioChip.CHIP, facts.name());
        properties.put(GpioChip.LABEL, facts.label());
        properties.put(GpioChip.BACKEND, SysfsChip.BACKEND_NAME);
        properties.put(GpioChip.LINES, facts.lineCount());
        properties.put(GpioChip.ATOMIC, false);
        properties.put(Constants.SERVICE_RANKING, 0);
        live.put(
                device.sysPath(), new Live(chipThere, chip, context.registerService(GpioChip.class, chip, properties)));
    }

    private SysfsChip.Facts facts(Path folder) throws IOException {
        int base = Integer.parseInt(gpio.read(folder.resolve("base")));
        int lines = Integer.parseInt(gpio.read(folder.resolve("ngpio")));
        String own = folder.getFileName().toString();
        return new SysfsChip.Facts(
                name(folder.resolve("device"), base).orElse(own), gpio.read(folder.resolve("label")), base, lines);
    }

    /**
     * The name that the character device has for a chip. A device with several chips does not say which is which, but
     * debugfs does.
     *
     * @param device that has the chip; or, if none has, the character device's own chip
     */
    private Optional<String> name(Path device, int base) throws IOException {
        if (!Files.isDirectory(device)) {
            return Optional.empty();
        }
        Path real = device.toRealPath();
        if (CHIP.matcher(real.getFileName().toString()).matches()) {
            return Optional.of(real.getFileName().toString());
        }
        List<String> chips;
        try (Stream<Path> children = Files.list(real)) {
            chips = children.map(child -> child.getFileName().toString())
                    .filter(child -> CHIP.matcher(child).matches())
                    .toList();
        }
        return chips.size() == 1 ? Optional.of(chips.get(0)) : means.holders().chip(base);
    }

    /** Lines of a killed gateway that nobody wants: to their safe level, and back to the kernel. */
    private void sweep() {
        for (Export export : means.exports().unclaimed()) {
            try {
                if (export.safe().isPresent()) {
                    Path value = gpio.line(export.number()).resolve("value");
                    gpio.write(value, export.safe().get() == Level.ACTIVE ? "1" : "0", new Patience());
                }
                gpio.unexport(export.number());
                means.exports().forget(export.number());
                log.info(
                        "{} was left exported by a gateway that was killed, nobody wants it, and it is released",
                        export.line());
            } catch (IOException e) {
                log.warn("{} was left exported by a gateway that was killed: {}", export.line(), e.toString());
            }
        }
    }

    /** Leaves all lines to the next one that serves them, and takes the services back. */
    @Deactivate
    public void close() {
        following.close();
        sweeping.close();
        lane.close();
        live.values().forEach(each -> {
            each.chip.stop();
            each.registration.unregister();
        });
        live.clear();
    }
}
