// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.device.Uio;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Computes on QEMU's teaching device, by registers and an interrupt: the device {@code edu} on its UIO node.
 *
 * @see <a href="https://www.qemu.org/docs/master/specs/edu.html">EDU device</a>
 */
@Component(
        service = {EduRegisters.class, DeviceReadyListener.class},
        configurationPid = "io.callgate.apps.control.edu",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {
            "device.name=edu",
            "osgi.command.scope=control",
            "osgi.command.function=identify",
            "osgi.command.function=factorial"
        })
public final class EduRegisters implements DeviceReadyListener {

    private static final int IDENTIFICATION = 0x00;
    private static final int FACTORIAL = 0x08;
    private static final int STATUS = 0x20;
    private static final int STATUS_INTERRUPT_WHEN_DONE = 0x80;
    private static final int INTERRUPT_STATUS = 0x24;
    private static final int INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final int LARGEST = 12; // 13! is more than 32 bits
    private static final int PATIENCE_SECONDS = 10;

    private final CharacterDevice edu;
    private final LinuxFiles files;
    private final Mapping mapping;
    private final ByteBuffer registers;
    private volatile CompletableFuture<Integer> result = new CompletableFuture<>();

    /** Maps the registers and lets interrupts through. */
    @Activate
    public EduRegisters(
            @Reference(target = "(callgate.name=edu)") CharacterDevice edu,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory)
            throws IOException {
        this.edu = edu;
        this.files = files;
        Uio.Region region = Uio.regions(edu).get(0);
        this.mapping = Uio.map(edu, region, memory);
        this.registers = mapping.buffer()
                .bytes()
                .slice(region.offsetBytes(), (int) region.sizeBytes())
                .order(ByteOrder.nativeOrder());
        Uio.unmask(edu, files);
    }

    /** Lets go of the registers. */
    @Deactivate
    public void stop() {
        mapping.close();
    }

    /** Version and name of the device. */
    @Descriptor("shows the identification register")
    public String identify() {
        return String.format("0x%08x", registers.getInt(IDENTIFICATION));
    }

    /** The device computes, and says by an interrupt that it is done. */
    @Descriptor("lets the device compute a factorial")
    public synchronized int factorial(@Descriptor("a number from 0 to 12") int number)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (number < 0 || number > LARGEST) {
            throw new IllegalArgumentException("a number from 0 to " + LARGEST + ", not " + number);
        }
        result = new CompletableFuture<>();
        registers.putInt(STATUS, STATUS_INTERRUPT_WHEN_DONE);
        registers.putInt(FACTORIAL, number);
        return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void ready(Device device, int ready) throws IOException {
        Uio.interrupts(edu);
        registers.putInt(INTERRUPT_ACKNOWLEDGE, registers.getInt(INTERRUPT_STATUS));
        result.complete(registers.getInt(FACTORIAL));
        Uio.unmask(edu, files);
    }
}
