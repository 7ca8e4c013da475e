// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
 *
 * <p>The queue has room for {@value #ROOM} bytes. While a line is edited, who types waits for room. While a command
 * runs that reads nothing, that would keep Ctrl-C and the client's going from being noticed: what has no room is
 * dropped then, and the bell rings, as a kernel terminal does (IMAXBEL).
 */
final class ByteTerminal extends LineDisciplineTerminal {

    private static final int CTRL_C = 3;
    private static final int BELL = 7;
    private static final byte[] NO_MORE = new byte[0];

    /** Bytes that may be typed ahead. */
    static final int ROOM = 1 << 16;

    private static final int PIECE = 1 << 10;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final BlockingQueue<byte[]> keys = new LinkedBlockingQueue<>(); // bounded by room
    private final Semaphore room = new Semaphore(ROOM);
    private final Thread typist;
    private final BooleanSupplier busy;
    private boolean rung;

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

    /** For one thread. */
    void typed(byte[] bytes) {
        int interrupt = lastIndexOf(bytes, CTRL_C);
        boolean overtakes = interrupt >= 0 && busy.getAsBoolean();
        if (overtakes) {
            forgetKeys();
            raise(Signal.INT);
        }
        for (int from = overtakes ? interrupt + 1 : 0; from < bytes.length; from += PIECE) {
            add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE)));
        }
    }

    private void add(byte[] piece) {
        if (hasRoom(piece.length)) {
            keys.add(piece);
            rung = false;
        } else if (!rung) {
            rung = true;
            writer().write(BELL);
            writer().flush();
        }
    }

    private boolean hasRoom(int bytes) {
        try {
            boolean given = room.tryAcquire(bytes);
            while (!given && !busy.getAsBoolean() && typist.isAlive()) {
                given = room.tryAcquire(bytes, LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
            return given;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void forgetKeys() {
        List<byte[]> forgotten = new ArrayList<>();
        keys.drainTo(forgotten);
        forgotten.forEach(piece -> room.release(piece.length));
        if (forgotten.contains(NO_MORE)) {
            keys.add(NO_MORE);
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

    /** Ctrl-C: what was typed before it and nobody has read is dropped, as a kernel terminal does. */
    @Override
    public void raise(Signal signal) {
        if (signal == Signal.INT) {
            try {
                while (slaveInput.available() > 0) {
                    slaveInput.read(1L);
                }
            } catch (IOException e) {
                forgetKeys(); // the terminal was closed
            }
        }
        super.raise(signal);
    }

    private void typeOut() {
        try {
            for (byte[] bytes = keys.take(); bytes != NO_MORE; bytes = keys.take()) {
                processInputBytes(bytes);
                room.release(bytes.length);
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
