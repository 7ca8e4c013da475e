// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.GpioChip;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import java.io.IOException;

/** A kernel with chips, and the backend above it, which can be stopped and started as by an update. */
final class Gateway {

    final FakeLinux kernel = new FakeLinux();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    CharDevices backend;

    Gateway plug(FakeChip chip) {
        kernel.script(chip.device().node().orElseThrow().toString(), chip::open);
        kernel.plug(chip.device());
        return this;
    }

    void unplug(FakeChip chip) {
        chip.remove();
        kernel.remove(chip.device().node().orElseThrow().toString());
        kernel.unplug(chip.device());
    }

    Gateway start() throws IOException {
        backend = new CharDevices(
                registry.context(), kernel, kernel, kernel, kernel, kernel, kernel, dispatcher, log.logger());
        kernel.turn();
        return this;
    }

    void stop() {
        backend.close();
    }

    /** The only chip there is. */
    GpioChip chip() {
        return registry.service(GpioChip.class).orElseThrow();
    }
}
