// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.device.BlockDevice;
import io.callgate.device.Loop;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.resource.InvalidSettingException;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopImageTest {

    private static final int LOOP_CLR_FD = 0x4C01; // as linux/loop.h has them, not as our helper has
    private static final int LOOP_CONFIGURE = 0x4C0A;
    private static final int REFERENCE = 2;
    private static final int STOPPED = 6;
    private static final int CONFIG_INFO = 8; // where loop_config has its loop_info64
    private static final int INFO_BYTES = 232;

    private final FakeLinux kernel = new FakeLinux().attribute("/images/disk", "x");
    private final List<Integer> requests = new ArrayList<>();
    private final FakeLog log = new FakeLog();
    private byte[] attached;
    private IOException refusal;

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
            case LOOP_CLR_FD -> {
                if (refusal != null) {
                    throw refusal;
                }
                attached = null;
            }
            default -> {
                if (attached == null) {
                    throw new ErrnoException("ioctl", "/dev/loop0", Errno.ENXIO);
                }
                ((NativeBuffer) arguments[1]).bytes().put((int) arguments[2], attached);
            }
        }
        return 0;
    }

    private LoopImage image(long offset) throws InvalidSettingException, IOException {
        return image("/images/disk", offset);
    }

    private LoopImage image(String file, long offset) throws InvalidSettingException, IOException {
        return new LoopImage(
                new LoopImage.Config() {
                    @Override
                    public String image() {
                        return file;
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
                kernel,
                log.logger());
    }

    @Test
    void theImageIsAttachedShownAndDetached() throws Exception {
        LoopImage image = image(512);
        assertThat(image.image().lines().toList().get(1)).matches("/dev/loop0 +/images/disk +512 +4096 +512 +write");
        assertThat(kernel.openDescriptors()).as("the kernel keeps the file").isEmpty();
        image.stop(STOPPED);
        assertThat(Loop.status(loop)).isEmpty();
        assertThatThrownBy(image::image).hasMessage("nothing is attached");
    }

    @Test
    void anUpdateOfTheProviderLeavesItAttachedAndTheNextOneTakesItSo() throws Exception {
        image(512).stop(REFERENCE);
        assertThat(attached).isNotNull();
        requests.clear();
        image(512);
        assertThat(requests).doesNotContain(LOOP_CONFIGURE);
    }

    @Test
    void whatIsDetachedOrRemovedOrClosedAlreadyIsNoFailure() throws Exception {
        for (IOException gone : List.of(
                new ErrnoException("ioctl", "/dev/loop0", Errno.ENXIO),
                new ErrnoException("ioctl", "/dev/loop0", Errno.ENODEV),
                new ClosedFdException("/dev/loop0"))) {
            attached = null;
            refusal = null;
            LoopImage image = image(512);
            refusal = gone;
            assertThatCode(() -> image.stop(STOPPED)).doesNotThrowAnyException();
        }
        assertThat(log.lines()).hasSize(3).allMatch(line -> line.startsWith("DEBUG /dev/loop0 has "));
    }

    @Test
    void aDetachmentThatFailsOtherwiseIsAFailure() throws Exception {
        LoopImage image = image(512);
        refusal = new ErrnoException("ioctl", "/dev/loop0", Errno.EPERM);
        assertThatThrownBy(() -> image.stop(STOPPED)).isSameAs(refusal);
    }

    @Test
    void aBadConfigurationIsOneSentenceAndAttachesNothing() {
        assertThatThrownBy(() -> image(null, 0)).hasMessage("image is missing, and has no default: set \"image\"");
        assertThatThrownBy(() -> image("disk", 0)).hasMessage("image \"disk\" is not absolute: name a file from / on");
        assertThatThrownBy(() -> image("/a\0b", 0)).hasMessageStartingWith("image is no path: ");
        assertThatThrownBy(() -> image(-1)).hasMessage("offset must not be negative: -1");
        assertThat(requests).isEmpty();
    }

    @Test
    void anotherImageIsNotTakenForIt() throws Exception {
        image(512).stop(REFERENCE);
        requests.clear();
        image(1024);
        assertThat(requests).contains(LOOP_CONFIGURE);
    }
}
