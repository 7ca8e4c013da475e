// SPDX-License-Identifier: Apache-2.0
package @PACKAGE@;

import io.callgate.linux.EventLoop;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.LoadAverageService;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Says once in the log when the load of this machine passes a limit, and once when it is below again. In the shell:
 * {@code @SCOPE@:show}. Configuration: {@code configs/@PACKAGE@.json}.
 */
@Component(
        immediate = true,
        service = @CLASS@.class,
        configurationPid = "@PACKAGE@",
        property = {"osgi.command.scope=@SCOPE@", "osgi.command.function=show"})
@Designate(ocd = @CLASS@.Config.class)
public final class @CLASS@ {

    @ObjectClassDefinition(name = "@NAME@")
    @interface Config {

        @AttributeDefinition(description = "Highest load of one minute that is not worth a line in the log", min = "0")
        double highestLoad() default 2;

        @AttributeDefinition(description = "Seconds between two looks", min = "1")
        int intervalSeconds() default 10;
    }

    private final LoadAverageService load;
    private final Logger log;
    private final double highest;
    private final EventLoop.Registration timer;
    private boolean high;

    @Activate
    public @CLASS@(
            Config config,
            @Reference LoadAverageService load,
            @Reference EventLoop loop,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.load = load;
        this.log = log;
        this.highest = config.highestLoad();
        Duration interval = Duration.ofSeconds(config.intervalSeconds());
        timer = loop.timer(interval, interval, expirations -> look());
    }

    @Deactivate
    void stop() {
        timer.close();
    }

    @Descriptor("shows the load of this machine")
    public String show() throws IOException {
        LoadAverage now = load.read();
        return String.format(Locale.ROOT, "load %.2f, limit %.2f", now.oneMinute(), highest);
    }

    private void look() throws IOException {
        double now = load.read().oneMinute();
        if (now > highest != high) {
            high = now > highest;
            String state = high ? "high" : "good";
            log.info(String.format(Locale.ROOT, "load is %s: %.2f, limit %.2f", state, now, highest));
        }
    }
}
