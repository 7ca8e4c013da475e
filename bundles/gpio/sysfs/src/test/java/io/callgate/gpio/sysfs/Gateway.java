// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A board with one chip, and the backend above it, which can be stopped and started as by an update. */
final class Gateway {

    static final int BASE = 496;

    final FakeBoard board;
    final KernelDevice device;
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeLog log = new FakeLog();
    final Owner owner = new Owner();
    FakeRegistry registry;
    private final Path data;
    private SysfsChips backend;

    Gateway(Path folder) throws IOException {
        data = folder.resolve("data");
        board = new FakeBoard(folder);
        device = board.chip(BASE, 8, "lab-gpio", "gpiochip0");
        board.kernel.plug(device);
        start();
    }

    private Gateway(Gateway before) throws IOException {
        data = before.data;
        board = before.board;
        device = before.device;
        board.kernel.plug(device);
        start();
    }

    /** This one is killed, and the next one starts. */
    Gateway killed() throws IOException {
        board.kill();
        return new Gateway(this);
    }

    Path state() {
        return data.resolve("state");
    }

    /** The files that tell of exported lines. */
    List<String> remembered() {
        try (Stream<Path> files = Files.list(state())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() throws IOException {
        registry = new FakeRegistry()
                .property("callgate.data", data.toString())
                .property(SysfsChips.ROOT, board.sys.toString());
        backend = new SysfsChips(
                registry.context(),
                board.kernel,
                board.kernel,
                board.kernel,
                board.kernel,
                board.kernel,
                board.kernel,
                dispatcher,
                log.logger());
        board.kernel.turn();
    }

    void stop() {
        backend.close();
    }

    GpioChip chip() {
        return registry.service(GpioChip.class).orElseThrow();
    }

    LineRequest request(String name, int offset, LineSettings settings) throws IOException {
        return chip().request(RequestConfig.of(name, offset, settings), owner);
    }
}
