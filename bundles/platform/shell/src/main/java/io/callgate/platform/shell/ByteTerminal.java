// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.jline.terminal.Size;
import org.jline.terminal.impl.LineDisciplineTerminal;

/**
 * A JLine terminal made of bytes: keys come in, what is to be shown goes out; to a client over the socket, or to the
 * terminal of a foreground start. JLine's own providers are not used: they would load a native library, or run stty
 * four times for every prompt.
 *
 * <p>JLine's line discipline is a pipe of 1,024 bytes, and a full one blocks who writes to it. So typed bytes wait in a
 * queue before it, on a thread of their own, and Ctrl-C overtakes them while a command runs: what was typed ahead is
 * dropped, as a kernel terminal does.
 */
final class ByteTerminal extends LineDisciplineTerminal {

    private static final int CTRL_C = 3;
    private static final byte[] NO_MORE = new byte[0];

    private final BlockingQueue<byte[]> keys = new LinkedBlockingQueue<>();
    private final Thread typist;
    private final BooleanSupplier busy;

    /** @param busy whether a command runs, rather than a line being edited */
    ByteTerminal(String name, String type, Size size, OutputStream screen, BooleanSupplier busy) throws IOException {
        super(name, type, screen, UTF_8);
        setSize(size);
        this.busy = busy;
        typist = new Thread(this::typeOut, name + "-keys");
        typist.setDaemon(true);
    }

    void start() {
        typist.start();
    }

    void typed(byte[] bytes) {
        int interrupt = lastIndexOf(bytes, CTRL_C);
        if (interrupt >= 0 && busy.getAsBoolean()) {
            keys.clear();
            raise(Signal.INT);
            keys.add(Arrays.copyOfRange(bytes, interrupt + 1, bytes.length));
        } else if (bytes.length > 0) {
            keys.add(bytes);
        }
    }

    void endOfInput() {
        keys.add(NO_MORE);
    }

    void resized(Size size) {
        setSize(size);
        raise(Signal.WINCH);
    }

    boolean join(Duration deadline) throws InterruptedException {
        typist.join(deadline.toMillis());
        return !typist.isAlive();
    }

    private void typeOut() {
        try {
            for (byte[] bytes = keys.take(); bytes != NO_MORE; bytes = keys.take()) {
                processInputBytes(bytes);
            }
            slaveInput.close();
        } catch (IOException e) {
            keys.clear(); // the terminal was closed: nobody reads what is typed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void doClose() throws IOException {
        endOfInput();
        super.doClose();
    }

    private static int lastIndexOf(byte[] bytes, int wanted) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
