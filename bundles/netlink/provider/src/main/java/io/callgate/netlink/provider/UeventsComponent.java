// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.LinuxWaiting;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.UeventListener;
import io.callgate.resource.Dispatcher;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Listeners for uevents, each at the origin that it wants. */
@Component(
        service = {},
        immediate = true)
public final class UeventsComponent {

    private final Uevents kernel;
    private final Uevents udev;
    private final KeptHandles handles;
    private final Logger log;

    /** Opens nothing before there is a listener. */
    @Activate
    public UeventsComponent(
            @Reference LinuxSockets sockets,
            @Reference LinuxMemory memory,
            @Reference LinuxWaiting waiting,
            @Reference LinuxFiles files,
            @Reference LinuxCalls calls,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference KeptHandles handles,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        Door door = new Door(sockets, memory, waiting, files, calls, loop);
        this.log = log;
        this.handles = handles;
        UeventSource own = new UdevSource(door, NetlinkSettings.DEFAULT, handles, log);
        this.kernel = new Uevents(new KernelSource(devices), loop, dispatcher, log);
        this.udev = new Uevents(own, loop, dispatcher, log);
    }

    private Uevents wanted(Map<String, Object> properties) {
        return "udev".equals(properties.get(UeventListener.ORIGIN)) ? udev : kernel;
    }

    /** A listener has come. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(UeventListener listener, Map<String, Object> properties) {
        try {
            Object text = properties.get(UeventListener.FILTER);
            Optional<Filter> filter =
                    text == null ? Optional.empty() : Optional.of(FrameworkUtil.createFilter(text.toString()));
            wanted(properties).add(listener, properties, filter);
        } catch (InvalidSyntaxException e) {
            log.warn("{} is told nothing: no filter: {}", listener.getClass().getName(), e.getMessage());
        }
    }

    /** It has other properties. */
    public void updated(UeventListener listener, Map<String, Object> properties) {
        kernel.remove(listener, properties);
        udev.remove(listener, properties);
        add(listener, properties);
    }

    /** It has left. */
    public void remove(UeventListener listener, Map<String, Object> properties) {
        wanted(properties).remove(listener, properties);
    }

    /** Leaves what it hears to our successor, unless there will be none. */
    @Deactivate
    public void close(int reason) {
        boolean keep = reason != Tables.CONFIGURATION_DELETED && reason != Tables.DISABLED;
        Duration handover = keep ? handles.handover() : Duration.ZERO;
        kernel.close(handover);
        udev.close(handover);
    }
}
