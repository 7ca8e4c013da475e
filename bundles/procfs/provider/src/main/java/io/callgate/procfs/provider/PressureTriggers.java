// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.PressureListener;
import io.callgate.resource.Dispatcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** The whiteboard of pressure listeners: a trigger for each different wish, from its first listener to its last. */
@Component(immediate = true, service = PressureTriggers.class)
public final class PressureTriggers {

    private final Path folder;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;

    private final Map<PressureListener, Trigger> listeners = new IdentityHashMap<>();
    private final Map<TriggerSpec, Trigger> triggers = new LinkedHashMap<>();

    /** Waits for listeners. */
    @Activate
    public PressureTriggers(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.folder = ProcRoot.of(context).resolve("pressure");
        this.files = files;
        this.memory = memory;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /** A listener has come. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "changed")
    public void add(PressureListener listener, Map<String, Object> properties) {
        TriggerSpec spec;
        try {
            spec = TriggerSpec.of(properties);
        } catch (IllegalArgumentException e) {
            log.warn(
                    "pressure listener {} is not called: {}",
                    listener.getClass().getName(),
                    e.getMessage());
            return;
        }
        synchronized (this) {
            Trigger trigger = triggers.computeIfAbsent(spec, this::open);
            trigger.add(listener, properties);
            listeners.put(listener, trigger);
        }
    }

    private Trigger open(TriggerSpec spec) {
        Trigger trigger = new Trigger(spec, dispatcher, log);
        trigger.open(files, memory, loop, folder.resolve(spec.resource().word()));
        return trigger;
    }

    /** A listener wants something else. */
    public void changed(PressureListener listener, Map<String, Object> properties) {
        remove(listener);
        add(listener, properties);
    }

    /** A listener has gone; it is not called any more when this returns. */
    public void remove(PressureListener listener) {
        Trigger trigger;
        boolean last;
        synchronized (this) {
            trigger = listeners.remove(listener);
            last = trigger != null && !listeners.containsValue(trigger);
            if (last) {
                triggers.remove(trigger.spec());
            }
        }
        if (last) {
            trigger.close();
        }
        if (trigger != null) {
            trigger.remove(listener);
        }
    }

    /** The triggers there are, with those that the kernel refused. */
    synchronized List<Trigger> triggers() {
        return List.copyOf(triggers.values());
    }

    /** How many listeners share a trigger. */
    synchronized long listeners(Trigger trigger) {
        return listeners.values().stream().filter(each -> each == trigger).count();
    }

    /** Takes all triggers from the kernel. */
    @Deactivate
    public void close() {
        List<PressureListener> all;
        synchronized (this) {
            all = new ArrayList<>(listeners.keySet());
        }
        all.forEach(this::remove);
    }
}
