// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import io.callgate.resource.Damping;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The gateway's setting, and the one thread on which what has settled is offered; it goes when there is nothing to wait for. */
@Component(configurationPid = Damping.PID, immediate = true) // otherwise the last to let go of it would end what waits
@Designate(ocd = FlapDamping.Config.class)
public final class FlapDamping implements Damping {

    /** How much coming and going is put up with. */
    @ObjectClassDefinition(
            name = "Damping",
            description = "What comes and goes too often is held back until it has stayed for a while")
    public @interface Config {

        /** How often. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "1000",
                description = "How often something may come within the time and be offered at once; 0: always")
        int comings() default 10;

        /** The time in which they are counted. */
        @AttributeDefinition(required = false, min = "1", description = "The time in which comings count, in seconds")
        int within() default 10;

        /** How long it must stay. */
        @AttributeDefinition(
                required = false,
                min = "1",
                description = "How long what came more often must stay before it is offered, in milliseconds")
        int settle() default 1000;
    }

    private final Config config;
    private final Logger log;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<Held> waiting = ConcurrentHashMap.newKeySet();

    /** Starts no thread yet. */
    @Activate
    public FlapDamping(Config config, @Reference(service = LoggerFactory.class) Logger log) {
        this.config = config;
        this.log = log;
        this.timer = DispatchThreads.timer("callgate-settle");
    }

    @Override
    public int comings() {
        return config.comings();
    }

    @Override
    public Duration within() {
        return Duration.ofSeconds(config.within());
    }

    @Override
    public Duration settle() {
        return Duration.ofMillis(config.settle());
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Held held = new Held(task);
        waiting.add(held);
        try {
            Future<?> future = timer.schedule(() -> offer(held), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> {
                waiting.remove(held);
                future.cancel(false);
            };
        } catch (RejectedExecutionException e) {
            waiting.remove(held);
            throw e;
        }
    }

    /** Whoever takes it out of what waits does it. */
    private void offer(Held held) {
        if (!waiting.remove(held)) {
            return;
        }
        try {
            held.task.run();
        } catch (RuntimeException e) {
            log.error("What has settled could not be offered", e);
        }
    }

    /** What waits is offered now: there is nobody any more to hold it back. */
    @Deactivate
    public void close() {
        timer.shutdownNow();
        List.copyOf(waiting).forEach(this::offer);
    }

    /** Something that is held back; each is another. */
    private static final class Held {

        private final Runnable task;

        Held(Runnable task) {
            this.task = task;
        }
    }
}
