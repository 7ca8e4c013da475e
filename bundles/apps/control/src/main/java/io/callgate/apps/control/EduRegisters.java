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
import java.time.Duration;
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
    private static final int STATUS_COMPUTING = 0x01;
    private static final int STATUS_INTERRUPT_WHEN_DONE = 0x80;
    private static final int INTERRUPT_STATUS = 0x24;
    private static final int INTERRUPT_OF_FACTORIAL = 0x01;
    private static final int INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final int LARGEST = 12; // 13! is more than 32 bits
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CharacterDevice edu;
    private final LinuxFiles files;
    private final Mapping mapping;
    private final ByteBuffer registers; // more than one of them is touched only with its lock
    private final Duration patience;
    private CompletableFuture<Integer> result = new CompletableFuture<>(); // guarded by registers

    /** Maps the registers and lets interrupts through. */
    @Activate
    public EduRegisters(
            @Reference(target = "(callgate.name=edu)") CharacterDevice edu,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory)
            throws IOException {
        this(edu, files, memory, Uio.regions(edu).get(0));
    }

    private EduRegisters(CharacterDevice edu, LinuxFiles files, LinuxMemory memory, Uio.Region region)
            throws IOException {
        this(edu, files, Uio.map(edu, region, memory), region.offsetBytes(), PATIENCE);
    }

    EduRegisters(CharacterDevice edu, LinuxFiles files, Mapping mapping, int offset, Duration patience)
            throws IOException {
        this.edu = edu;
        this.files = files;
        this.mapping = mapping;
        ByteBuffer bytes = mapping.buffer().bytes();
        this.registers = bytes.slice(offset, bytes.capacity() - offset).order(ByteOrder.nativeOrder());
        this.patience = patience;
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
        try {
            return begin(number).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw (TimeoutException) new TimeoutException("no interrupt in " + patience.toSeconds()
                            + " s: see whether its line in /proc/interrupts counts")
                    .initCause(e);
        }
    }

    /** The device takes no number while it computes, and an earlier result that nobody waits for is no answer to this one. */
    CompletableFuture<Integer> begin(int number) {
        synchronized (registers) {
            if (isComputing()) {
                throw new IllegalStateException("the device is still computing for an earlier caller: ask again");
            }
            acknowledge();
            result = new CompletableFuture<>();
            registers.putInt(STATUS, STATUS_INTERRUPT_WHEN_DONE);
            registers.putInt(FACTORIAL, number);
            return result;
        }
    }

    private boolean isComputing() {
        return (registers.getInt(STATUS) & STATUS_COMPUTING) != 0;
    }

    /** Withdraws what was raised, and says what that was. */
    private int acknowledge() {
        int raised = registers.getInt(INTERRUPT_STATUS);
        registers.putInt(INTERRUPT_ACKNOWLEDGE, raised);
        return raised;
    }

    @Override
    public void ready(Device device, int ready) throws IOException {
        Uio.interrupts(edu);
        synchronized (registers) {
            boolean done = (acknowledge() & INTERRUPT_OF_FACTORIAL) != 0;
            if (done && !isComputing()) { // while it computes, this is the late interrupt of an earlier one
                result.complete(registers.getInt(FACTORIAL));
            }
        }
        Uio.unmask(edu, files);
    }
}
