// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * One thing that comes and goes, and is offered at once unless it has come too often of late ({@link Damping}). Then it is
 * held back until it has stayed. With no such service in the gateway nothing is held back. Thread safe; does not block.
 *
 * <pre>{@code
 * settling = new Settling(context, this::offer);
 * settling.comes().ifPresentOrElse(why -> log.info("{} {}", name, why), this::offer);   // when it has come
 * settling.goes();                                                                      // when it has gone
 * }</pre>
 */
public final class Settling {

    private final BundleContext context;
    private final Runnable settled;
    private final LongSupplier nanoTime;
    private final Deque<Long> comings = new ArrayDeque<>(); // guarded by this
    private Damping.Timer timer; // guarded by this; null if it is not held back
    private long stays; // guarded by this: how often it has come or gone
    private boolean there; // guarded by this

    /**
     * @param context to find the gateway's {@link Damping}
     * @param settled called on another thread when what was held back has stayed; it may just have gone
     */
    public Settling(BundleContext context, Runnable settled) {
        this(context, settled, System::nanoTime);
    }

    Settling(BundleContext context, Runnable settled, LongSupplier nanoTime) {
        this.context = context;
        this.settled = settled;
        this.nanoTime = nanoTime;
    }

    /** It has come: nothing if it is to be offered at once, otherwise why not, as the rest of a sentence. */
    public synchronized Optional<String> comes() {
        goes();
        there = true;
        ServiceReference<Damping> reference = context.getServiceReference(Damping.class);
        Damping damping = reference == null ? null : context.getService(reference);
        if (damping == null) {
            return Optional.empty();
        }
        try {
            return isTooOften(damping) ? Optional.of(hold(damping)) : Optional.empty();
        } catch (RejectedExecutionException e) {
            return Optional.empty(); // it has stopped since we asked for it
        } finally {
            context.ungetService(reference);
        }
    }

    private boolean isTooOften(Damping damping) {
        long now = nanoTime.getAsLong();
        comings.add(now);
        while (comings.size() > damping.comings() + 1) {
            comings.remove();
        }
        return damping.comings() > 0
                && comings.size() > damping.comings()
                && now - comings.element() < damping.within().toNanos();
    }

    private String hold(Damping damping) {
        long stay = stays;
        timer = damping.after(damping.settle(), () -> stayed(stay));
        return "it came more than " + damping.comings() + " times within "
                + damping.within().toMillis() + " ms, and is held back until it has stayed for "
                + damping.settle().toMillis() + " ms (" + Damping.PID + ")";
    }

    private void stayed(long stay) {
        synchronized (this) {
            if (stay != stays) {
                return;
            }
            timer = null;
        }
        settled.run();
    }

    /** It has gone, and is not held back any more. */
    public synchronized void goes() {
        stays++;
        there = false;
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    /** Whether it has come and not gone. */
    synchronized boolean isThere() {
        return there;
    }

    /** Whether it is held back now. */
    public synchronized boolean isHeld() {
        return timer != null;
    }
}
