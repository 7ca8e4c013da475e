// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.device.BlockDevice;
import io.callgate.device.Loop;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.OpenFlag;
import io.callgate.platform.Table;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
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

        @AttributeDefinition(description = "The image file")
        String image();

        @AttributeDefinition(required = false, min = "0", description = "Where in the file the device begins, in bytes")
        long offset() default 0;

        @AttributeDefinition(required = false, description = "Nobody may write to it")
        boolean readOnly() default false;
    }

    private static final int KEPT_BYTES = 63;

    private final BlockDevice loop;

    /** Attaches the image, unless it is attached already. */
    @Activate
    public LoopImage(
            Config config,
            @Reference(name = "loop", target = "(callgate.name=loop)") BlockDevice loop,
            @Reference LinuxFiles files)
            throws IOException {
        this.loop = loop;
        Loop.Settings wanted = new Loop.Settings(config.offset(), 0, 0, config.readOnly(), false);
        Loop.Status now = Loop.status(loop).orElse(null);
        if (now != null && isNamed(now.file(), config.image()) && now.settings().equals(wanted)) {
            return;
        }
        OpenFlag access = config.readOnly() ? OpenFlag.RDONLY : OpenFlag.RDWR;
        try (Fd file = files.open(Path.of(config.image()), access)) {
            Loop.attach(loop, file, wanted);
        }
    }

    /** The kernel keeps no more than the beginning of a long name. */
    private static boolean isNamed(String kept, String image) {
        return kept.getBytes(UTF_8).length < KEPT_BYTES ? image.equals(kept) : image.startsWith(kept);
    }

    /** Detaches it, unless it is the device that leaves. */
    @Deactivate
    public void stop(int reason) throws IOException {
        if (reason != REFERENCE) {
            Loop.detach(loop);
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
