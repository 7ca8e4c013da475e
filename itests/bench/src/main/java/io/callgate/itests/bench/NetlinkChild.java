// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.lab.Product;
import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkConnection;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.Route;
import io.callgate.netlink.Rtnetlink;
import io.callgate.netlink.Rtnetlink.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The gateway's side of {@link NetlinkRoutes}: routes as records, and as attributes read where they lie. */
public final class NetlinkChild {

    private static final int WARM_UPS = 60;
    private static final int RTA_DST = 1;
    private static final int RTA_TABLE = 15;

    private long sum; // so that nothing is left out

    /** One dump. */
    private interface Dump {
        void run() throws IOException;
    }

    /** Arguments: an empty folder, the namespace, how many dumps. Prints {@code bench NAME NANOSECONDS}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Path namespace = Path.of("/run/netns", arguments[1]);
        int dumps = Integer.parseInt(arguments[2]);
        Map<String, String> configurations = Map.of(Rtnetlink.PID, "{\"namespace\": \"" + namespace + "\"}");
        try (Product product = Product.start(folder, configurations, Product.bundles("netlink"))) {
            Rtnetlink rtnetlink = product.service(Rtnetlink.class, null);
            Netlink netlink = product.service(Netlink.class, null);
            new NetlinkChild().measure(rtnetlink, netlink, namespace, dumps);
        }
        System.exit(0);
    }

    private void measure(Rtnetlink rtnetlink, Netlink netlink, Path namespace, int dumps) throws IOException {
        Selection main = Selection.ALL.of(2).in(Route.MAIN);
        figure("records", dumps, () -> sum += rtnetlink.routes(main).size());
        try (NetlinkConnection connection = netlink.open(Netlink.ROUTE, NetlinkSettings.DEFAULT.in(namespace))) {
            NetlinkRequest request = new NetlinkRequest(26, 0).put8(2).zeros(11);
            request.attributes().u32(RTA_TABLE, Route.MAIN);
            figure(
                    "views",
                    dumps,
                    () -> connection.dump(request, message -> {
                        AttributeDecoder attributes = message.attributes(12);
                        while (attributes.next()) {
                            sum += attributes.type() == RTA_DST ? attributes.be32() : attributes.length();
                        }
                    }));
        }
        System.out.println("sum " + sum);
    }

    private static void figure(String name, int dumps, Dump dump) throws IOException {
        for (int i = 0; i < WARM_UPS; i++) {
            dump.run();
        }
        long[] times = new long[dumps];
        for (int i = 0; i < dumps; i++) {
            long begin = System.nanoTime();
            dump.run();
            times[i] = System.nanoTime() - begin;
        }
        Arrays.sort(times);
        System.out.printf("bench %s %d%n", name, times[dumps / 2]);
    }
}
