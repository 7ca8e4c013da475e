// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A backend's view of a {@link FakeBoard}, as the contract of {@link GpioChip} has it. */
final class FakeChip implements GpioChip {

    final FakeBoard board;
    final String backend;
    final List<Request> requests = new ArrayList<>();
    String unsupported = ""; // a setting that it refuses
    IOException failure; // of the next requests, or null
    Runnable afterRequest = () -> {};
    int finds;
    int asked; // calls of request

    FakeChip(FakeBoard board, String backend) {
        this.board = board;
        this.backend = backend;
    }

    @Override
    public String name() {
        return board.name;
    }

    @Override
    public String label() {
        return board.label;
    }

    @Override
    public String backend() {
        return backend;
    }

    @Override
    public int lineCount() {
        return board.wires.size();
    }

    @Override
    public LineInfo info(int offset) throws IOException {
        if (failure != null) {
            throw failure;
        }
        FakeBoard.Wire wire = board.wires.get(offset);
        return new LineInfo(
                name(),
                offset,
                backend.equals("sysfs") ? "" : wire.name,
                !wire.holder.isEmpty(),
                wire.holder,
                wire.settings);
    }

    @Override
    public List<Integer> find(String lineName) {
        finds++;
        return backend.equals("sysfs")
                ? List.of()
                : IntStream.range(0, lineCount())
                        .filter(offset -> board.wires.get(offset).name.equals(lineName))
                        .boxed()
                        .toList();
    }

    @Override
    public LineRequest request(RequestConfig config, LineRequest.Owner owner) throws IOException {
        asked++;
        if (failure != null) {
            throw failure;
        }
        check(config.lines());
        boolean takenOver = true;
        for (int offset : config.offsets()) {
            FakeBoard.Wire wire = board.wires.get(offset);
            if (!wire.holder.isEmpty() && !wire.left.equals(config.name())) {
                throw new LineBusyException(label(), info(offset));
            }
            takenOver &= wire.left.equals(config.name());
        }
        Request request = new Request(config, owner, takenOver);
        requests.add(request);
        afterRequest.run();
        return request;
    }

    private void check(List<RequestConfig.Line> lines) throws UnsupportedSettingException {
        for (RequestConfig.Line line : lines) {
            LineSettings settings = line.settings();
            if (unsupported.equals("debounce") && !settings.debounce().isZero()) {
                throw new UnsupportedSettingException("debounce", backend + " cannot debounce: take it out");
            }
        }
    }

    /** The backend's bundle is stopped or updated. */
    void leaveAll() {
        List.copyOf(requests).forEach(request -> {
            request.leave();
            request.owner.left();
        });
    }

    /** What the door does when nobody came in time. */
    static void handoverIsOver(FakeBoard board) {
        for (int offset = 0; offset < board.wires.size(); offset++) {
            FakeBoard.Wire wire = board.wires.get(offset);
            if (!wire.left.isEmpty()) {
                board.done.add("drop " + offset);
                wire.left = "";
                wire.holder = "";
            }
        }
    }

    /** The kernel takes the chip away. */
    void die() {
        failure = new ErrnoException("ioctl", "/dev/" + name(), Errno.ENODEV);
        List.copyOf(requests).forEach(request -> {
            request.finish();
            request.owner.gone(failure);
        });
    }

    /** What a program does from outside. */
    void pull(int offset, boolean active) {
        board.wires.get(offset).active = active;
    }

    final class Request implements LineRequest {

        final LineRequest.Owner owner;
        RequestConfig config;
        private final boolean takenOver;
        private boolean ended;
        private long sequence;

        Request(RequestConfig config, LineRequest.Owner owner, boolean takenOver) {
            this.owner = owner;
            this.takenOver = takenOver;
            this.config = config;
            for (RequestConfig.Line line : config.lines()) {
                FakeBoard.Wire wire = board.wires.get(line.offset());
                wire.holder = LineInfo.OURS + config.name();
                wire.left = "";
                board.done.add((takenOver ? "take " : "request ") + line.offset());
                if (!takenOver && line.settings().direction() == Direction.OUTPUT) {
                    wire.active = line.settings().initial() == Level.ACTIVE;
                }
                apply(line, wire);
            }
        }

        private void apply(RequestConfig.Line line, FakeBoard.Wire wire) {
            if (takenOver && !wire.settings.equals(line.settings())) {
                board.done.add("configure " + line.offset());
            }
            wire.settings = line.settings();
        }

        /** The kernel sees edges of its first line. */
        void edges(int count) {
            List<Edge> batch = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sequence++;
                batch.add(new Edge(
                        config.name(),
                        config.lines().get(0).offset(),
                        Level.of(sequence % 2 != 0),
                        1_000_000_000L + sequence,
                        EventClock.MONOTONIC,
                        sequence,
                        sequence,
                        0));
            }
            owner.edges(batch);
        }

        @Override
        public boolean takenOver() {
            return takenOver;
        }

        private void check() throws IOException {
            if (ended) {
                throw new RequestEndedException(config.name());
            }
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public long levels(long mask) throws IOException {
            check();
            long levels = 0;
            for (int bit = 0; bit < config.lines().size(); bit++) {
                if (board.wires.get(config.lines().get(bit).offset()).active) {
                    levels |= 1L << bit;
                }
            }
            return levels & mask;
        }

        @Override
        public void set(long mask, long levels) throws IOException {
            check();
            for (int bit = 0; bit < config.lines().size(); bit++) {
                if ((mask >>> bit & 1) != 0) {
                    int offset = config.lines().get(bit).offset();
                    board.wires.get(offset).active = (levels >>> bit & 1) != 0;
                    board.done.add("set " + offset + "=" + (levels >>> bit & 1));
                }
            }
        }

        @Override
        public void reconfigure(List<RequestConfig.Line> lines) throws IOException {
            check();
            FakeChip.this.check(lines);
            for (RequestConfig.Line line : lines) {
                board.done.add("reconfigure " + line.offset());
                board.wires.get(line.offset()).settings = line.settings();
            }
            config = new RequestConfig(config.name(), lines, config.eventBufferSize());
        }

        private void finish() {
            ended = true;
            requests.remove(this);
        }

        @Override
        public void leave() {
            if (ended) {
                return;
            }
            finish();
            for (int offset : config.offsets()) {
                board.wires.get(offset).left = config.name();
                board.done.add("leave " + offset);
            }
        }

        @Override
        public void close() {
            if (ended) {
                return;
            }
            finish();
            for (RequestConfig.Line line : config.lines()) {
                FakeBoard.Wire wire = board.wires.get(line.offset());
                line.settings().safe().ifPresent(safe -> {
                    wire.active = safe == Level.ACTIVE;
                    board.done.add("safe " + line.offset() + "=" + safe.ordinal());
                });
                wire.holder = "";
                board.done.add("release " + line.offset());
            }
        }
    }
}
