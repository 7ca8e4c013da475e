// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.LinuxWaiting;

/** What a netlink socket needs of the door. */
record Door(
        LinuxSockets sockets,
        LinuxMemory memory,
        LinuxWaiting waiting,
        LinuxFiles files,
        LinuxCalls calls,
        EventLoop loop) {}
