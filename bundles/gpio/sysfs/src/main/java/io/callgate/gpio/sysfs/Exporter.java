// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KeptHandles.Action;
import io.callgate.linux.KeptHandles.FileAction;
import io.callgate.linux.KeptHandles.Kept;
import io.callgate.linux.KeptHandles.Key;
import io.callgate.linux.KeptHandles.Policy;
import io.callgate.linux.KeptHandles.WriteAction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.log.Logger;

/**
 * Takes lines of one chip from the kernel, from a predecessor, or back from a gateway that was killed; and gives them to
 * the kernel or to a successor.
 *
 * <p>What is left for a successor is the export, with the value's descriptor; each line by itself, so that whoever takes
 * any of them next finds it, or gets it closed in order first.
 */
final class Exporter {

    private static final String SEQUENCE = "sequence";
    private static final String LINE_SEQUENCE = "lineSequence";
    private static final String IDENTITY = "identity";
    private static final String SAFE = "safe";

    /** To be counted up with any change of these words: what is left in others is released in order instead. */
    private static final String FORMAT = "1";

    /** What all chips have in common. */
    record Means(GpioClass gpio, Holders holders, Exports exports, KeptHandles handles, Logger log) {}

    private final SysfsChip.Facts chip;
    private final Means means;
    private final GpioClass gpio;

    Exporter(SysfsChip.Facts chip, Means means) {
        this.chip = chip;
        this.means = means;
        this.gpio = means.gpio;
    }

    /**
     * A line that was taken.
     *
     * @param over true if a predecessor left it, false if it was exported now
     * @param sequence of the predecessor's request
     */
    record Taken(HeldLine line, boolean over, long sequence) {}

    /** All lines of a request, set as it wants them; none if one of them cannot be had. */
    List<Taken> take(RequestConfig config) throws IOException {
        List<Taken> taken = new ArrayList<>();
        try {
            Patience patience = new Patience();
            for (RequestConfig.Line wanted : config.lines()) {
                taken.add(take(config.name(), wanted.offset(), patience));
            }
            for (int i = 0; i < taken.size(); i++) {
                set(taken.get(i), config.lines().get(i).settings(), patience);
            }
            return taken;
        } catch (IOException | RuntimeException e) {
            taken.forEach(each -> putBack(config.name(), each));
            throw e;
        }
    }

    private Taken take(String request, int offset, Patience patience) throws IOException {
        Optional<Kept> kept = means.handles.take(key(request, offset));
        if (kept.isPresent()) {
            Taken over = takeOver(offset, kept.get());
            if (over.line.isThere()) {
                return over;
            }
            over.line.value().close(); // of a chip that has gone meanwhile
        }
        int number = number(offset);
        LineState state = export(number, offset);
        try {
            String identity = identity(number);
            means.exports.remember(number, words(offset), identity, Optional.empty());
            Fd value = gpio.openValue(number, patience);
            return new Taken(line(offset, identity, value, state, Optional.empty()), false, 0);
        } catch (IOException | RuntimeException e) {
            unexport(number);
            throw e;
        }
    }

    private Taken takeOver(int offset, Kept kept) {
        Map<String, String> left = kept.state();
        Optional<Level> safe = Optional.ofNullable(left.get(SAFE)).map(Level::valueOf);
        HeldLine line = line(offset, left.getOrDefault(IDENTITY, ""), kept.fd(), LineState.of(left), safe);
        line.sequence = Long.parseLong(left.getOrDefault(LINE_SEQUENCE, "0"));
        return new Taken(line, true, Long.parseLong(left.getOrDefault(SEQUENCE, "0")));
    }

    private HeldLine line(int offset, String identity, Fd value, LineState state, Optional<Level> safe) {
        return new HeldLine(gpio, words(offset), offset, number(offset), identity, value, state, safe);
    }

    private LineState export(int number, int offset) throws IOException {
        try {
            gpio.export(number);
            return LineState.exported();
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            if (!means.exports.isOurs(number)) {
                throw busy(number, offset);
            }
            means.log.info("{} was left exported by a gateway that was killed, and is taken back", words(offset));
            return LineState.read(gpio, gpio.line(number));
        }
    }

    private LineBusyException busy(int number, int offset) {
        String holder = means.holders.holder(number);
        boolean exported = holder.isEmpty() && gpio.identity(number).isPresent();
        return busy(offset, exported ? "sysfs" : holder);
    }

    /** For a line that somebody holds. */
    LineBusyException busy(int offset, String holder) {
        return new LineBusyException(
                chip.label(), new LineInfo(chip.name(), offset, "", true, holder, LineSettings.input()));
    }

    private String identity(int number) throws ErrnoException {
        return gpio.identity(number)
                .orElseThrow(() -> new ErrnoException("stat", gpio.line(number).toString(), Errno.ENODEV));
    }

    private void set(Taken taken, LineSettings wanted, Patience patience) throws IOException {
        taken.line.configure(wanted, !taken.over, patience);
        remember(taken.line);
    }

    /** Remembers a line's safe level with it. */
    void remember(HeldLine line) {
        means.exports.remember(line.number(), line.toString(), line.identity(), safe(line));
    }

    /** One that was left is left again: the request may be repeated. */
    private void putBack(String request, Taken taken) {
        if (taken.over) {
            leave(request, taken.sequence, taken.line);
        } else {
            release(taken.line);
        }
    }

    /** Leaves a line, as it is, to a successor. */
    void leave(String request, long sequence, HeldLine line) {
        if (!line.isThere()) {
            drop(line); // its number may be another's by now
            return;
        }
        Map<String, String> state = new HashMap<>();
        state.put(SEQUENCE, Long.toString(sequence));
        state.put(LINE_SEQUENCE, Long.toString(line.sequence));
        state.put(IDENTITY, line.identity());
        line.state().leave(state);
        line.safe().ifPresent(level -> state.put(SAFE, level.name()));
        Policy policy = new Policy(means.handles.handover(), finalActions(line), Optional.empty());
        means.handles.leave(key(request, line.offset()), line.value(), state, policy);
    }

    private List<Action> finalActions(HeldLine line) {
        List<Action> actions = new ArrayList<>();
        safe(line).ifPresent(level -> actions.add(new WriteAction(bytes(level == Level.ACTIVE ? "1" : "0"))));
        actions.add(new FileAction(gpio.unexport(), bytes(Integer.toString(line.number()))));
        return actions;
    }

    private static Optional<Level> safe(HeldLine line) {
        return line.state().is(Direction.OUTPUT) ? line.safe() : Optional.empty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The safe level, then back to the kernel. */
    void release(HeldLine line) {
        if (!line.isThere()) {
            drop(line);
            return;
        }
        safe(line).ifPresent(level -> {
            try {
                line.drive(level == Level.ACTIVE);
            } catch (IOException e) {
                means.log.error("{} did not take its safe level, look at what it drives: {}", line, e.toString());
            }
        });
        unexport(line.number());
        line.value().close();
    }

    private void unexport(int number) {
        try {
            gpio.unexport(number);
            means.exports.forget(number);
        } catch (IOException e) {
            means.log.error("line {} of {} stays exported: {}", number - chip.base(), chip.label(), e.toString());
        }
    }

    /** A line that is not there any more. */
    void drop(HeldLine line) {
        line.value().close();
        means.exports.forget(line.number());
    }

    private Key key(String request, int offset) {
        return new Key(
                "gpio:" + chip.name() + ":" + offset,
                Map.of("backend", SysfsChip.BACKEND_NAME, "format", FORMAT, "name", request));
    }

    private int number(int offset) {
        return chip.base() + offset;
    }

    private String words(int offset) {
        return "line " + offset + " of " + chip.label();
    }
}
