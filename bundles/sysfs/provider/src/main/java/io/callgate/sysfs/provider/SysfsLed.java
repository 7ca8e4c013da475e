// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Led;
import io.callgate.sysfs.LedState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The service over an LED's attributes, each opened for one call: an LED is switched now and then, and the attributes of
 * a trigger come and go with it.
 *
 * @see <a href="https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-led">LED ABI</a>
 */
final class SysfsLed implements Led {

    private static final String BRIGHTNESS = "brightness";
    private static final String TRIGGER = "trigger";
    private static final String TIMER = "timer";
    private static final String DELAY_ON = "delay_on";
    private static final String DELAY_OFF = "delay_off";

    private final FoundLed found;
    private final SysTree tree;
    private final Runnable missing;
    private LedState before; // guarded by this
    private volatile boolean closed;

    /** @param missing is called when it is not there any more; never blocks */
    SysfsLed(FoundLed found, SysTree tree, Runnable missing) {
        this.found = found;
        this.tree = tree;
        this.missing = missing;
    }

    @Override
    public String name() {
        return found.name();
    }

    @Override
    public String device() {
        return found.device();
    }

    @Override
    public String color() {
        return found.color();
    }

    @Override
    public String function() {
        return found.function();
    }

    @Override
    public int maxBrightness() throws IOException {
        return number("max_brightness");
    }

    @Override
    public int brightness() throws IOException {
        return number(BRIGHTNESS);
    }

    @Override
    public synchronized void set(int brightness) throws IOException {
        int most = maxBrightness();
        if (brightness < 0 || brightness > most) {
            throw new IllegalArgumentException(
                    "the brightness of " + name() + " is from 0 to " + most + ": " + brightness);
        }
        remember();
        if (!trigger().equals(NO_TRIGGER)) {
            write(TRIGGER, NO_TRIGGER);
        }
        write(BRIGHTNESS, Integer.toString(brightness));
    }

    @Override
    public String trigger() throws IOException {
        return words().stream()
                .filter(SysfsLed::isChosen)
                .map(word -> word.substring(1, word.length() - 1))
                .findFirst()
                .orElse(NO_TRIGGER);
    }

    @Override
    public List<String> triggers() throws IOException {
        List<String> triggers = new ArrayList<>();
        for (String word : words()) {
            triggers.add(isChosen(word) ? word.substring(1, word.length() - 1) : word);
        }
        return triggers;
    }

    private static boolean isChosen(String word) {
        return word.startsWith("[") && word.endsWith("]");
    }

    @Override
    public synchronized void trigger(String name) throws IOException {
        remember();
        write(TRIGGER, name);
    }

    @Override
    public synchronized void blink(Duration on, Duration off) throws IOException {
        String onMillis = millis(on);
        String offMillis = millis(off);
        remember();
        write(TRIGGER, TIMER);
        write(DELAY_ON, onMillis);
        write(DELAY_OFF, offMillis);
    }

    private static String millis(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1) {
            throw new IllegalArgumentException("an LED blinks in whole milliseconds, at least 1: " + duration);
        }
        return Long.toString(millis);
    }

    @Override
    public synchronized LedState state() throws IOException {
        String trigger = trigger();
        boolean blinks = trigger.equals(TIMER);
        return new LedState(
                trigger,
                brightness(),
                Duration.ofMillis(blinks ? number(DELAY_ON) : 0),
                Duration.ofMillis(blinks ? number(DELAY_OFF) : 0));
    }

    @Override
    public synchronized void set(LedState state) throws IOException {
        if (state.trigger().equals(NO_TRIGGER)) {
            set(state.brightness());
        } else if (state.isBlinking()) {
            blink(state.on(), state.off());
        } else {
            trigger(state.trigger());
        }
    }

    @Override
    public synchronized void restore() throws IOException {
        if (before != null) {
            set(before);
        }
    }

    private void remember() throws IOException {
        if (before == null) {
            before = state();
        }
    }

    /** The triggers, the chosen one in brackets; more than a page of them on a machine with many processors. */
    private List<String> words() throws IOException {
        if (!Files.exists(file(TRIGGER)) && isThere()) {
            return List.of(); // a kernel without triggers
        }
        String text =
                use(TRIGGER, Type.BYTES, false, file -> new String(file.read().bytes(), StandardCharsets.UTF_8));
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    private int number(String attribute) throws IOException {
        return use(
                attribute,
                Type.INTEGER,
                false,
                file -> Math.toIntExact(file.read().integer()));
    }

    private void write(String attribute, String value) throws IOException {
        use(attribute, Type.STRING, true, file -> {
            file.write(value.getBytes(StandardCharsets.UTF_8));
            return null;
        });
    }

    private interface Use<T> {
        T of(AttributeFile file) throws IOException;
    }

    private <T> T use(String attribute, Type type, boolean writable, Use<T> use) throws IOException {
        try {
            if (closed) {
                throw gone("open");
            }
            try (AttributeFile file = tree.open(file(attribute), type, writable)) {
                return use.of(file);
            }
        } catch (RefusedException e) {
            throw told(new IOException(e.getMessage(), e));
        } catch (IOException e) {
            throw told(e);
        }
    }

    private IOException told(IOException e) {
        if (!closed && isThere()) {
            return e;
        }
        missing.run();
        return gone(e instanceof ErrnoException errno ? errno.call() : "open");
    }

    private GoneException gone(String call) {
        return new GoneException(call, found.folder().toString());
    }

    private Path file(String attribute) {
        return found.folder().resolve(attribute);
    }

    /** The attributes may go before their folder does. */
    private boolean isThere() {
        try {
            return Files.exists(file(BRIGHTNESS))
                    && found.key()
                            .equals(Files.readAttributes(found.folder(), BasicFileAttributes.class)
                                    .fileKey());
        } catch (IOException absent) {
            return false;
        }
    }

    /** It has gone. */
    void close() {
        closed = true;
    }
}
