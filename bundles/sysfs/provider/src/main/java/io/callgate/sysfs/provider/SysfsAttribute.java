// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;

/**
 * The service over an open file. Its lock is held while the driver reads: a buffer is shared by all readers, and values
 * must reach the listeners in the order in which they were read.
 */
final class SysfsAttribute implements Attribute, AutoCloseable {

    /** Told of what readers see; never blocks. What a writer is refused is the writer's affair alone. */
    interface Observer {

        void read(SysfsAttribute attribute, Value value, double deadband);

        void failed(SysfsAttribute attribute, IOException e);
    }

    private final String name;
    private final AttributeFile file;
    private final Observer observer;
    private volatile Settings settings;
    private volatile Value last;

    /** Takes the file over, and reads it for the first time: what cannot be read is no attribute. */
    SysfsAttribute(String name, AttributeFile file, Settings settings, Observer observer) throws IOException {
        this.name = name;
        this.file = file;
        this.settings = settings;
        this.observer = observer;
        this.last = value(file.readChecked());
    }

    /** From now on its values are scaled by these. */
    void use(Settings next) {
        settings = next;
    }

    Settings settings() {
        return settings;
    }

    Fd fd() {
        return file.fd();
    }

    boolean isThere() {
        return file.isThere();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public synchronized Value read() throws IOException {
        try {
            Value value = value(file.readChecked());
            last = value;
            observer.read(this, value, settings.deadband());
            return value;
        } catch (IOException e) {
            observer.failed(this, e);
            throw e;
        }
    }

    private Value value(Content content) throws IOException {
        long nanos = System.nanoTime();
        Settings now = settings;
        return new Value(name, now.codec().datum(content), now.unit(), Instant.now(), nanos, 0);
    }

    @Override
    public Value last() {
        return last;
    }

    @Override
    public synchronized long readLong() throws IOException {
        try {
            return settings.codec().asLong(file.read());
        } catch (IOException e) {
            observer.failed(this, e);
            throw e;
        }
    }

    @Override
    public synchronized double readDouble() throws IOException {
        try {
            return settings.codec().asDouble(file.read());
        } catch (IOException e) {
            observer.failed(this, e);
            throw e;
        }
    }

    @Override
    public boolean isWritable() {
        return settings.writable();
    }

    @Override
    public void write(long value) throws IOException {
        put(words -> settings.codec().encode(value, words));
    }

    @Override
    public void write(double value) throws IOException {
        put(words -> settings.codec().encode(value, words));
    }

    @Override
    public void write(String value) throws IOException {
        put(words -> settings.codec().encode(value, words));
    }

    @Override
    public void write(byte[] value) throws IOException {
        put(words -> value);
    }

    private synchronized void put(Function<BooleanWords, byte[]> encoder) throws IOException {
        if (!isWritable()) {
            throw new UnsupportedOperationException(
                    name + " is not writable: set \"writable\" to true in its configuration " + PID + "~" + name);
        }
        try {
            file.write(encoder.apply(file.content().words()));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV, Errno.ENOENT)) {
                readBack(); // the driver's word about the value, or about the file: only a read tells which
            }
            throw e;
        }
        readBack();
    }

    private void readBack() {
        try {
            read();
        } catch (IOException toldToTheObserver) {
            return; // that it cannot be read now is not the writer's error
        }
    }

    /** Closes the file; whoever is reading comes back first. */
    @Override
    public void close() {
        file.close();
    }
}
