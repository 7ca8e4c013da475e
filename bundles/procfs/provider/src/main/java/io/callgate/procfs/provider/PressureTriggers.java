// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.PressureListener;
import io.callgate.resource.Dispatcher;
import java.nio.file.Path;
import java.util.HashMap;
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

/**
 * The whiteboard of pressure listeners: a trigger for each different wish, from its first listener to its last. An object
 * that is registered for two wishes is two listeners: they are known by their {@code service.id}.
 */
@Component(immediate = true, service = PressureTriggers.class)
public final class PressureTriggers {

    private static final String ID = "service.id";

    private final Path folder;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;

    private final Map<Object, Member> members = new HashMap<>();
    private final Map<TriggerSpec, Trigger> triggers = new LinkedHashMap<>();

    /** One registration of a listener. */
    private record Member(PressureListener listener, Map<String, Object> properties, Trigger trigger) {}

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
            members.put(properties.get(ID), new Member(listener, properties, trigger));
        }
    }

    private Trigger open(TriggerSpec spec) {
        Trigger trigger = new Trigger(spec, dispatcher, log);
        trigger.open(files, memory, loop, folder.resolve(spec.resource().word()));
        return trigger;
    }

    /** A listener wants something else. */
    public void changed(PressureListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has gone; it is not called any more for that wish when this returns. */
    public void remove(PressureListener listener, Map<String, Object> properties) {
        Member member;
        boolean last;
        synchronized (this) {
            member = members.remove(properties.get(ID));
            if (member == null) {
                return;
            }
            last = listeners(member.trigger) == 0;
            if (last) {
                triggers.remove(member.trigger.spec());
            }
        }
        if (last) {
            member.trigger.close();
        }
        member.trigger.remove(listener, properties);
    }

    /** The triggers there are, with those that the kernel refused. */
    synchronized List<Trigger> triggers() {
        return List.copyOf(triggers.values());
    }

    /** How many listeners share a trigger. */
    synchronized long listeners(Trigger trigger) {
        return members.values().stream().filter(each -> each.trigger == trigger).count();
    }

    /** Takes all triggers from the kernel. */
    @Deactivate
    public void close() {
        List<Member> all;
        synchronized (this) {
            all = List.copyOf(members.values());
        }
        all.forEach(each -> remove(each.listener, each.properties));
    }
}
