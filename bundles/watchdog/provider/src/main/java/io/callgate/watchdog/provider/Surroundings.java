// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.Dispatcher;
import org.osgi.service.log.Logger;

/** What the life of a watchdog needs around it. */
record Surroundings(
        Supervisor supervisor,
        Devices devices,
        LinuxFiles files,
        LinuxMemory memory,
        DeviceNode node,
        KeptHandles handles,
        EventLoop loop,
        Dispatcher dispatcher,
        Logger log) {}
