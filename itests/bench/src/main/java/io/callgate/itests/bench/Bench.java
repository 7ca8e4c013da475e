// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code itests/bench/run [calls|start|deploy|gpio|device|mqueue|fifo|signals|shm|chronicle|netlink|uevents|watchdog]...}: each prints its table of medians and ratios. */
public final class Bench {

    private Bench() {}

    /** Runs those that are named, calls, start and deploy without a name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> wanted = arguments.length == 0 ? List.of("calls", "start", "deploy") : List.of(arguments);
        Path work = Files.createTempDirectory("callgate-bench");
        for (String name : wanted) {
            switch (name) {
                case "calls" -> new Calls(Image.built(), work).run();
                case "start" -> new Start(Image.built(), work).run();
                case "deploy" -> new Deploy(Image.built(), work).run();
                case "gpio" -> new Gpio(work).run();
                case "device" -> new Devices(work).run();
                case "mqueue" -> new Mqueue(work).run();
                case "fifo" -> new FifoRates(work).run();
                case "signals" -> new SignalsLatency(work).run();
                case "shm" -> new Shm(work).run();
                case "chronicle" -> new ChroniclePeers(work).run();
                case "netlink" -> new NetlinkRoutes(work).run();
                case "uevents" -> new Uevents(work).run();
                case "watchdog" -> new WatchdogLateness(Image.built(), work).run();
                default -> {
                    System.err.println(
                            "bench: no benchmark " + name
                                    + " (there are calls, start, deploy, gpio, device, mqueue, fifo, signals, shm, chronicle, netlink, uevents and watchdog)");
                    System.exit(2);
                }
            }
        }
    }
}
