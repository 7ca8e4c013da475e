// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.sysfs.Datum;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Quantity;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.provider.FoundSensor.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The service over a sensor's files, which are opened by the first read. Readers take turns by a lock that is held while
 * the driver reads; whoever closes it does not wait for them.
 */
final class SysfsSensor implements Sensor, AutoCloseable {

    /** Told of what readers see; never blocks. */
    interface Observer {

        /** It has descriptors now: {@link SysfsSensor#closeIfIdle} is to be called now and then. */
        void opened(SysfsSensor sensor);

        /** Its file is not there. */
        void missing(FoundSensor found);
    }

    /** Its open files; offset and scale may be null, since a read may make no garbage. */
    private record Inputs(AttributeFile input, AttributeFile offset, AttributeFile scale) {

        void close() {
            input.close();
            if (offset != null) {
                offset.close();
            }
            if (scale != null) {
                scale.close();
            }
        }
    }

    private final String name;
    private final FoundSensor found;
    private final Source source;
    private final SysTree tree;
    private final Observer observer;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Inputs inputs; // written under the lock
    private volatile boolean closed;
    private boolean used; // under the lock

    SysfsSensor(String name, FoundSensor found, SysTree tree, Observer observer) {
        this.name = name;
        this.found = found;
        this.source = found.source();
        this.tree = tree;
        this.observer = observer;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Quantity quantity() {
        return found.quantity();
    }

    @Override
    public String device() {
        return found.chip().device();
    }

    @Override
    public String label() {
        return found.label();
    }

    @Override
    public Path path() {
        return source.input();
    }

    @Override
    public Value read() throws IOException {
        Datum datum = new Datum.Decimal(readDouble());
        return new Value(name, datum, quantity().unit(), Instant.now(), System.nanoTime(), 0);
    }

    @Override
    public double readDouble() throws IOException {
        reading.lock();
        try {
            used = true;
            return value(inputs());
        } catch (IOException e) {
            throw told(e);
        } finally {
            reading.unlock();
        }
    }

    /** Offset and scale are read each time, since a chip's range may be set; the value last, which proves them its own. */
    private double value(Inputs from) throws IOException {
        double offset = from.offset == null ? 0 : from.offset.readChecked().decimal();
        double scale = from.scale == null ? 1 : from.scale.readChecked().decimal();
        return source.ratio().of((from.input.readChecked().decimal() + offset) * scale);
    }

    private Inputs inputs() throws IOException {
        Inputs present = inputs;
        if (closed) {
            throw gone("pread");
        }
        if (present != null) {
            return present;
        }
        Inputs opened = open();
        inputs = opened;
        if (closed) {
            opened.close();
            throw gone("open");
        }
        observer.opened(this);
        return opened;
    }

    private Inputs open() throws IOException {
        AttributeFile input = open(source.input());
        AttributeFile offset = null;
        try {
            if (!input.key().equals(source.key())) {
                throw gone("open");
            }
            offset = open(source.offset());
            return new Inputs(input, offset, open(source.scale()));
        } catch (IOException e) {
            input.close();
            if (offset != null) {
                offset.close();
            }
            throw e;
        }
    }

    private AttributeFile open(Optional<Path> file) throws IOException {
        return file.isPresent() ? open(file.get()) : null;
    }

    private AttributeFile open(Path file) throws IOException {
        try {
            return tree.open(file, Type.DECIMAL, false);
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private GoneException gone(String call) {
        return new GoneException(call, source.input().toString());
    }

    /** ENODEV may be the driver's own word, of a battery that was taken out for example: only a file that is missing tells. */
    private IOException told(IOException e) {
        if (closed) {
            return e instanceof GoneException ? e : gone("pread");
        }
        if (isThere()) {
            return e;
        }
        observer.missing(found);
        return e instanceof ErrnoException errno ? gone(errno.call()) : gone("open");
    }

    private boolean isThere() {
        try {
            return source.key()
                    .equals(Files.readAttributes(source.input(), BasicFileAttributes.class)
                            .fileKey());
        } catch (IOException absent) {
            return false;
        }
    }

    /** Closes its files if nobody has read since the last call; false if none are open any more. */
    boolean closeIfIdle() {
        if (!reading.tryLock()) {
            return true;
        }
        try {
            Inputs idle = inputs;
            if (idle != null && !used) {
                inputs = null;
                idle.close();
            }
            used = false;
            return inputs != null;
        } finally {
            reading.unlock();
        }
    }

    /** It has gone. */
    @Override
    public void close() {
        closed = true;
        Inputs last = inputs;
        if (last != null) {
            last.close();
        }
    }
}
