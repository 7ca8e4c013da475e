// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An application that a watchdog looks after, and that hangs while a file is there: a component {@value #NAME} with a
 * deadline, as somebody's bundle.
 */
public final class HangingApplication {

    /** Its component's name, and so the client's. */
    public static final String NAME = "it.pump";

    private static final String COMPONENT = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="it.pump" immediate="true" \
            activate="start" deactivate="stop"><implementation class="it.pump.Pump"/><service>\
            <provide interface="io.callgate.watchdog.WatchdogClient"/></service>\
            <property name="watchdog.deadline" type="Long" value="%d"/></scr:component>""";

    private static final String SOURCE = """
            package it.pump;

            import io.callgate.watchdog.CheckIn;
            import io.callgate.watchdog.WatchdogClient;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.concurrent.locks.LockSupport;

            public final class Pump implements WatchdogClient {
                private final CheckIn checkIn = new CheckIn();
                private volatile boolean stopped;

                public CheckIn checkIn() {
                    return checkIn;
                }

                public void start() {
                    Thread thread = new Thread(this::run, "pump");
                    thread.setDaemon(true);
                    thread.start();
                }

                public void stop() {
                    stopped = true;
                }

                private void run() {
                    while (!stopped && !Files.exists(Path.of("%s"))) {
                        checkIn.alive();
                        LockSupport.parkNanos(100_000_000);
                    }
                }
            }
            """;

    private HangingApplication() {}

    /**
     * Writes its bundle.
     *
     * @param hang it hangs for good once it has seen this file
     * @param deadlineMillis the longest time between two signs of life
     */
    public static Path write(Image image, Path jar, Path hang, long deadlineMillis) throws IOException {
        return new BundleMaker(NAME)
                .source("it.pump.Pump", SOURCE.formatted(hang))
                .header("-includeresource", "OSGI-INF/pump.xml;literal='" + COMPONENT.formatted(deadlineMillis) + "'")
                .header("Service-Component", "OSGI-INF/pump.xml")
                .against(image.jar("io.callgate.watchdog.api"))
                .write(jar);
    }
}
