// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

/**
 * What went through a network interface since it came up.
 *
 * @param name for example eth0
 * @param received what came in
 * @param sent what went out
 * @param receiveFrameErrors packets in with framing errors
 * @param receivedMulticastPackets multicast packets in
 * @param sendCollisions collisions seen while sending
 * @param sendCarrierErrors times the carrier was lost while sending
 */
public record NetInterface(
        String name,
        Traffic received,
        Traffic sent,
        long receiveFrameErrors,
        long receivedMulticastPackets,
        long sendCollisions,
        long sendCarrierErrors) {

    /**
     * One direction.
     *
     * @param bytes bytes
     * @param packets packets
     * @param errors packets with any error
     * @param dropped packets dropped for want of room
     * @param fifoErrors buffer overruns in the device
     * @param compressedPackets compressed packets (PPP and the like)
     */
    public record Traffic(
            long bytes, long packets, long errors, long dropped, long fifoErrors, long compressedPackets) {}
}
