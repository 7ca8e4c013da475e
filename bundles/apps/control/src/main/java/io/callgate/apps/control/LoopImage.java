// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.device.BlockDevice;
import io.callgate.device.Loop;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.OpenFlag;
import io.callgate.platform.Table;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Keeps an image file attached to the loop device {@code loop}, or on another that {@code loop.target} chooses. */
@Component(
        service = LoopImage.class,
        immediate = true,
        configurationPid = "io.callgate.apps.control.loop",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {"osgi.command.scope=control", "osgi.command.function=image"})
@Designate(ocd = LoopImage.Config.class)
public final class LoopImage {

    private static final int REFERENCE = 2; // the device left: whoever has it next finds the image attached

    /** What is attached, and how. */
    @ObjectClassDefinition(name = "Image on a loop device")
    public @interface Config {

        @AttributeDefinition(description = "The image file, an absolute path")
        String image();

        @AttributeDefinition(required = false, min = "0", description = "Where in the file the device begins, in bytes")
        long offset() default 0;

        @AttributeDefinition(required = false, description = "Nobody may write to it")
        boolean readOnly() default false;
    }

    private static final int KEPT_BYTES = 63;

    private final BlockDevice loop;
    private final Logger log;

    /** Attaches the image, unless it is attached already. */
    @Activate
    public LoopImage(
            Config config,
            @Reference(name = "loop", target = "(callgate.name=loop)") BlockDevice loop,
            @Reference LinuxFiles files,
            @Reference(service = LoggerFactory.class) Logger log)
            throws InvalidSettingException, IOException {
        this.loop = loop;
        this.log = log;
        Path image = image(config);
        Loop.Settings wanted = settings(config);
        Loop.Status now = Loop.status(loop).orElse(null);
        if (now != null
                && isNamed(now.file(), image.toString())
                && now.settings().equals(wanted)) {
            return;
        }
        OpenFlag access = wanted.readOnly() ? OpenFlag.RDONLY : OpenFlag.RDWR;
        try (Fd file = files.open(image, access)) {
            Loop.attach(loop, file, wanted);
        }
    }

    private static Path image(Config config) throws InvalidSettingException {
        String image = Setting.required("image", config::image);
        try {
            Path path = Path.of(image);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("image is no path: " + e.getMessage());
        }
        throw new InvalidSettingException("image \"" + image + "\" is not absolute: name a file from / on");
    }

    private static Loop.Settings settings(Config config) throws InvalidSettingException {
        long offset = Setting.required("offset", config::offset);
        if (offset < 0) {
            throw new InvalidSettingException("offset must not be negative: " + offset);
        }
        return new Loop.Settings(offset, 0, 0, Setting.required("readOnly", config::readOnly), false);
    }

    /** The kernel keeps no more than the beginning of a long name. */
    private static boolean isNamed(String kept, String image) {
        return kept.getBytes(UTF_8).length < KEPT_BYTES ? image.equals(kept) : image.startsWith(kept);
    }

    /** Detaches it, unless it is the device that leaves; what somebody else has detached or removed is so already. */
    @Deactivate
    public void stop(int reason) throws IOException {
        if (reason == REFERENCE) {
            return;
        }
        try {
            Loop.detach(loop);
        } catch (ClosedFdException e) {
            log.debug("{} has left before its image was detached", loop.path());
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENXIO, Errno.ENODEV)) {
                throw e;
            }
            log.debug("{} has no image any more: {}", loop.path(), e.getMessage());
        }
    }

    /** One line. */
    @Descriptor("shows the image on the loop device")
    public String image() throws IOException {
        Table table = new Table("DEVICE", "IMAGE", "OFFSET", "SIZE", "SECTOR", "ACCESS");
        Loop.Status now = Loop.status(loop).orElseThrow(() -> new IllegalStateException("nothing is attached"));
        String access = now.settings().readOnly() ? "read" : "write";
        return table.row(
                        loop.path(),
                        now.file(),
                        now.settings().offset(),
                        loop.sizeBytes(),
                        loop.logicalSectorBytes(),
                        access)
                .toString();
    }
}
