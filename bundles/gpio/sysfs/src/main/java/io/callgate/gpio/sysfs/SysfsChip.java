// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Direction;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.log.Logger;

/** A chip of /sys/class/gpio: its lines have the numbers from {@code base} on, until it goes. */
final class SysfsChip implements GpioChip {

    static final String BACKEND_NAME = "sysfs";

    /** How the kernel describes it. */
    record Facts(String name, String label, int base, int lineCount) {}

    private final Facts facts;
    private final GpioClass gpio;
    private final Exporter exporter;
    private final EventLoop loop;
    private final Logger log;
    private final Dispatcher.Lane lane; // holds a look for each line and a beginning for each request: needs no bound
    private final Map<Integer, String> holders = new ConcurrentHashMap<>(); // names of requests by offset
    private final Set<SysfsRequest> requests = ConcurrentHashMap.newKeySet();
    private final Set<HeldLine> troubled = ConcurrentHashMap.newKeySet();
    private volatile boolean gone;
    private volatile boolean stopped;

    SysfsChip(Facts facts, Exporter.Means means, EventLoop loop, Dispatcher dispatcher) {
        this.facts = facts;
        this.gpio = means.gpio();
        this.exporter = new Exporter(facts, means);
        this.loop = loop;
        this.log = means.log();
        this.lane = dispatcher.blockingLane("gpio chip " + facts.label, Integer.MAX_VALUE);
    }

    @Override
    public String name() {
        return facts.name;
    }

    @Override
    public String label() {
        return facts.label;
    }

    @Override
    public String backend() {
        return BACKEND_NAME;
    }

    @Override
    public int lineCount() {
        return facts.lineCount;
    }

    @Override
    public List<Integer> find(String lineName) {
        return List.of();
    }

    @Override
    public LineInfo info(int offset) throws IOException {
        Objects.checkIndex(offset, facts.lineCount);
        checkThere();
        for (SysfsRequest request : requests) {
            HeldLine line = request.line(offset);
            if (line != null) {
                return info(offset, LineInfo.OURS + request.name(), shown(line.state()));
            }
        }
        int number = facts.base + offset;
        return gpio.identity(number).isEmpty()
                ? new LineInfo(facts.name, offset, "", false, "", LineSettings.input())
                : info(offset, BACKEND_NAME, shown(LineState.read(gpio, gpio.line(number))));
    }

    private LineInfo info(int offset, String consumer, LineSettings settings) {
        return new LineInfo(facts.name, offset, "", true, consumer, settings);
    }

    private static LineSettings shown(LineState state) {
        LineSettings settings = state.is(Direction.OUTPUT) ? LineSettings.output() : LineSettings.input();
        LineSettings turned = settings.withActiveLow(state.activeLow());
        return state.edges() == EdgeDetection.NONE || state.is(Direction.OUTPUT)
                ? turned
                : turned.withEdges(state.edges()).withClock(EventClock.OBSERVED);
    }

    private void checkThere() throws ErrnoException {
        if (gone) {
            throw new ErrnoException("use", facts.name, Errno.ENODEV);
        }
    }

    @Override
    public LineRequest request(RequestConfig config, LineRequest.Owner owner) throws IOException {
        Limits.check(config);
        for (int offset : config.offsets()) {
            Objects.checkIndex(offset, facts.lineCount);
        }
        checkUsable();
        List<Integer> reserved = new ArrayList<>();
        try {
            for (int offset : config.offsets()) {
                reserve(offset, config.name());
                reserved.add(offset);
            }
            SysfsRequest request = new SysfsRequest(this, config.name(), owner, exporter.take(config));
            reserved.clear(); // from here on it gives them back
            return begin(request);
        } finally {
            reserved.forEach(holders::remove);
        }
    }

    private void reserve(int offset, String name) throws IOException {
        String holder = holders.putIfAbsent(offset, name);
        if (holder != null) {
            throw exporter.busy(offset, LineInfo.OURS + holder);
        }
    }

    /** The chip may have ended since it was looked at: then that did not see this request. */
    private SysfsRequest begin(SysfsRequest request) throws IOException {
        requests.add(request);
        if (gone || stopped) {
            request.leave();
            checkUsable();
        }
        later(request::begin);
        return request;
    }

    private void checkUsable() throws IOException {
        checkThere();
        if (stopped) {
            throw new IOException("the sysfs backend of " + facts.label + " is being stopped");
        }
    }

    /** Does something in the chip's lane, which may take the chip's time. */
    void later(Dispatcher.Task task) {
        lane.offer(task); // refused only after its end, when nothing is left to do
    }

    EdgeWatch watch(HeldLine line, EdgeWatch.Told told) {
        return new EdgeWatch(loop, line.value(), told);
    }

    void remember(HeldLine line) {
        exporter.remember(line);
    }

    void release(HeldLine line) {
        exporter.release(line);
        forget(line);
    }

    void leave(SysfsRequest request, long sequence, HeldLine line) {
        exporter.leave(request.name(), sequence, line);
        forget(line);
    }

    void drop(HeldLine line) {
        exporter.drop(line);
        forget(line);
    }

    private void forget(HeldLine line) {
        troubled.remove(line);
        holders.remove(line.offset());
    }

    void ended(SysfsRequest request) {
        requests.remove(request);
    }

    /** An edge was seen, and the chip did not say what level the line has now. */
    void trouble(HeldLine line, IOException e) {
        if (troubled.add(line)) {
            log.warn("{} could not be read after an edge, which counts as lost: {}", line, e.toString());
        }
    }

    /** A call of it failed as if its line were not there. */
    void suspect(SysfsRequest request) {
        later(() -> examine(request));
    }

    /** The kernel says that a line is not exported any more, by whomever. Any thread. */
    void vanished(int number) {
        int offset = number - facts.base;
        for (SysfsRequest request : requests) {
            if (request.line(offset) != null) {
                suspect(request);
            }
        }
    }

    private void examine(SysfsRequest request) {
        if (request.hasLost()) {
            request.incomplete(new IOException("a line of " + request.name() + " on " + facts.label
                    + " is not exported any more: its chip has gone, or somebody has unexported it"));
        }
    }

    /** The kernel took it away. */
    void gone() {
        gone = true;
        requests.forEach(request ->
                request.gone(new ErrnoException("use", facts.name + " (" + facts.label + ")", Errno.ENODEV)));
        lane.close();
    }

    /** The backend stops; lines are left to its successor. */
    void stop() {
        stopped = true;
        requests.forEach(SysfsRequest::leaveAndTell);
        lane.close();
    }
}
