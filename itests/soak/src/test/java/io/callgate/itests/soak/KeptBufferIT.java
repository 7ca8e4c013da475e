// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** A mapping that an application still reads outlives the update and the removal of the door: the JVM lives. */
class KeptBufferIT {

    @TempDir
    Path folder;

    private final Image image = Image.built();

    @Test
    void aBufferOverAMappingMayBeReadAfterTheDoorHasGone() throws Exception {
        Path file = Files.write(folder.resolve("mapped"), "callgate".getBytes());
        try (InProcess gateway = new InProcess(image, folder, Map.of("soak.file", file.toString()))) {
            gateway.start(image.startList());
            gateway.start(List.of(application()));
            ByteBuffer open = buffer(gateway, "open");
            ByteBuffer closed = buffer(gateway, "closed");
            assertThat(open.get(0)).isEqualTo((byte) 'c');
            assertThat(closed.get(0)).as("a closed mapping reads as zeros").isZero();

            Bundle door = gateway.bundle("io.callgate.linux.jna");
            try (InputStream same = URI.create(door.getLocation()).toURL().openStream()) {
                door.update(same);
            }
            gateway.refresh(List.of(door));
            readAll(open);
            readAll(closed);

            door.uninstall();
            gateway.refresh(List.of());
            System.gc();
            readAll(open);
            readAll(closed);
            assertThat(open.get(0)).isIn((byte) 'c', (byte) 0);
        }
    }

    private static ByteBuffer buffer(InProcess gateway, String name) {
        return (ByteBuffer) ((Supplier<?>) gateway.service(Supplier.class.getName(), "(soak=" + name + ")")).get();
    }

    private static void readAll(ByteBuffer buffer) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.get(i);
        }
    }

    private Path application() throws Exception {
        String source = """
                package soak.buffer;

                import io.callgate.linux.*;
                import java.nio.ByteBuffer;
                import java.nio.file.Path;
                import java.util.Hashtable;
                import java.util.Set;
                import java.util.function.Supplier;
                import org.osgi.framework.*;

                public final class Application implements BundleActivator {
                    public void start(BundleContext context) throws Exception {
                        LinuxFiles files = context.getService(context.getServiceReference(LinuxFiles.class));
                        LinuxMemory memory = context.getService(context.getServiceReference(LinuxMemory.class));
                        Fd fd = files.open(Path.of(context.getProperty("soak.file")), OpenFlag.RDWR);
                        Set<LinuxMemory.Protection> both =
                                Set.of(LinuxMemory.Protection.READ, LinuxMemory.Protection.WRITE);
                        publish(context, "open", memory.map(fd, 0, memory.pageSize(), both).buffer().bytes());
                        Mapping early = memory.map(fd, 0, memory.pageSize(), both);
                        publish(context, "closed", early.buffer().bytes());
                        early.close();
                    }

                    public void stop(BundleContext context) {}

                    private static void publish(BundleContext context, String name, ByteBuffer buffer) {
                        Hashtable<String, Object> properties = new Hashtable<>();
                        properties.put("soak", name);
                        Supplier<ByteBuffer> supplier = () -> buffer;
                        context.registerService(Supplier.class, supplier, properties);
                    }
                }
                """;
        return new BundleMaker("soak.buffer")
                .source("soak.buffer.Application", source)
                .header("Bundle-Activator", "soak.buffer.Application")
                .against(image.jar("io.callgate.linux.api"), image.jar("org.apache.felix.framework"))
                .write(folder.resolve("application.jar"));
    }
}
