// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A standard signal that is not blocked: the Java runtime hears it, and tells its number. By reflection, since its package
 * is no bundle's to import. When it ends the signal is ignored from then on: what was there before would end the process.
 * Of two it would not, and who ignores SIGCHLD loses the exit statuses of children: they get back what was there.
 */
final class JvmSource implements Source {

    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";
    private static final Set<Integer> HARMLESS = Set.of(17, 23); // CHLD and URG

    private final Signal signal;
    private final AtomicLong heard = new AtomicLong();
    private volatile List<Hearer> hearers;

    /** @throws IOException if the Java runtime does not let it be heard */
    JvmSource(Signal signal, List<Hearer> hearers) throws IOException {
        this.signal = signal;
        this.hearers = hearers;
        ClassLoader system = ClassLoader.getSystemClassLoader();
        try {
            Class<?> type = Class.forName(HANDLER, true, system);
            handle(Proxy.newProxyInstance(system, new Class<?>[] {type}, (self, method, arguments) -> {
                switch (method.getName()) {
                    case "handle" -> hear();
                    case "hashCode" -> {
                        return System.identityHashCode(self);
                    }
                    case "equals" -> {
                        return self == arguments[0];
                    }
                    default -> {
                        return signal.toString();
                    }
                }
                return null;
            }));
        } catch (ReflectiveOperationException e) {
            throw new IOException(signal + " cannot be heard by this Java runtime: " + e, e);
        }
    }

    private void handle(Object handler) throws ReflectiveOperationException, IOException {
        ClassLoader system = ClassLoader.getSystemClassLoader();
        Class<?> type = Class.forName(SIGNAL, true, system);
        Object name = type.getConstructor(String.class).newInstance(signal.name());
        try {
            type.getMethod("handle", type, Class.forName(HANDLER, true, system)).invoke(null, name, handler);
        } catch (InvocationTargetException e) {
            throw new IOException(signal + " cannot be heard: " + e.getCause().getMessage(), e);
        }
    }

    private void hear() {
        heard.incrementAndGet();
        SignalEvent event = Siginfo.numberOnly(signal);
        hearers.forEach(each -> each.offer(event));
    }

    @Override
    public void hearers(List<Hearer> now) {
        hearers = now;
    }

    @Override
    public long heard() {
        return heard.get();
    }

    @Override
    public void close() {
        try {
            handle(Class.forName(HANDLER, true, ClassLoader.getSystemClassLoader())
                    .getField(HARMLESS.contains(signal.number()) ? "SIG_DFL" : "SIG_IGN")
                    .get(null));
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalStateException(signal + " stays with a listener that has left", e);
        }
    }
}
