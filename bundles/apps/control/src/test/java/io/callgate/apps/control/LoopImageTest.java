// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.BlockDevice;
import io.callgate.device.Loop;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopImageTest {

    private static final int LOOP_CLR_FD = 0x4C01;
    private static final int LOOP_CONFIGURE = 0x4C0A;
    private static final int REFERENCE = 2;
    private static final int STOPPED = 6;
    private static final int CONFIG_INFO = 8; // where loop_config has its loop_info64
    private static final int INFO_BYTES = 232;

    private final FakeLinux kernel = new FakeLinux().attribute("/images/disk", "x");
    private final List<Integer> requests = new ArrayList<>();
    private byte[] attached;

    /** A loop device that keeps the structure it was configured with. */
    private final BlockDevice loop = device((self, method, arguments) -> switch (method.getName()) {
        case "allocate" -> kernel.allocate((Integer) arguments[0]);
        case "path" -> Path.of("/dev/loop0");
        case "sizeBytes" -> 4096L;
        case "logicalSectorBytes" -> 512;
        case "ioctl" ->
            arguments.length == 2 && !(arguments[1] instanceof Long)
                    ? InvocationHandler.invokeDefault(self, method, arguments)
                    : request((Ioctl) arguments[0], arguments);
        default -> throw new UnsupportedOperationException(method.getName());
    });

    private static BlockDevice device(InvocationHandler handler) {
        return (BlockDevice)
                Proxy.newProxyInstance(BlockDevice.class.getClassLoader(), new Class<?>[] {BlockDevice.class}, handler);
    }

    private int request(Ioctl request, Object... arguments) throws IOException {
        requests.add(request.number());
        switch (request.number()) {
            case LOOP_CONFIGURE -> {
                attached = new byte[INFO_BYTES];
                ((NativeBuffer) arguments[1]).bytes().get((int) arguments[2] + CONFIG_INFO, attached);
            }
            case LOOP_CLR_FD -> attached = null;
            default -> {
                if (attached == null) {
                    throw new ErrnoException("ioctl", "/dev/loop0", Errno.ENXIO);
                }
                ((NativeBuffer) arguments[1]).bytes().put((int) arguments[2], attached);
            }
        }
        return 0;
    }

    private LoopImage image(long offset) throws IOException {
        return new LoopImage(
                new LoopImage.Config() {
                    @Override
                    public String image() {
                        return "/images/disk";
                    }

                    @Override
                    public long offset() {
                        return offset;
                    }

                    @Override
                    public boolean readOnly() {
                        return false;
                    }

                    @Override
                    public Class<? extends Annotation> annotationType() {
                        return LoopImage.Config.class;
                    }
                },
                loop,
                kernel);
    }

    @Test
    void theImageIsAttachedShownAndDetached() throws IOException {
        LoopImage image = image(512);
        assertThat(image.image().lines().toList().get(1)).matches("/dev/loop0 +/images/disk +512 +4096 +512 +write");
        assertThat(kernel.openDescriptors()).as("the kernel keeps the file").isEmpty();
        image.stop(STOPPED);
        assertThat(Loop.status(loop)).isEmpty();
        assertThatThrownBy(image::image).hasMessage("nothing is attached");
    }

    @Test
    void anUpdateOfTheProviderLeavesItAttachedAndTheNextOneTakesItSo() throws IOException {
        image(512).stop(REFERENCE);
        assertThat(attached).isNotNull();
        requests.clear();
        image(512);
        assertThat(requests).doesNotContain(LOOP_CONFIGURE);
    }

    @Test
    void anotherImageIsNotTakenForIt() throws IOException {
        image(512).stop(REFERENCE);
        requests.clear();
        image(1024);
        assertThat(requests).contains(LOOP_CONFIGURE);
    }
}
