// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code callgate doctor}: the needs of every jar of the image and of the data folder, and of the product itself,
 * without a running gateway. Ends with 0 if every mandatory need is met, 1 if one is not, 2 if it was called wrongly.
 */
public final class Main {

    private static final int HEALTHY = 0;
    private static final int FAULTS = 1;
    private static final int USAGE = 2;

    private static final String HELP = """
            usage: callgate doctor [--data DIR] [MECHANISM...]
            A row for everything a mechanism needs of this machine: what there is of it, and the line that mends it.
            No gateway has to run, nothing is changed, and no device is opened.
            Ends with 0 if every mandatory need is met, 1 if one is not, 2 if it was called wrongly.""";

    private Main() {}

    /**
     * Prints the table and ends the process.
     *
     * @param args the image folder, the data folder, and the mechanisms (all if none is named); or {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), Machine.local(), System.out, System.err));
    }

    static int run(List<String> args, Machine machine, PrintStream out, PrintStream err) {
        if (args.contains("--help") || args.contains("-h")) {
            out.println(HELP);
            return HEALTHY;
        }
        if (args.size() < 2 || args.stream().anyMatch(arg -> arg.startsWith("-"))) {
            err.println("doctor: expected IMAGE DATA [MECHANISM...]; callgate doctor --help says more");
            return USAGE;
        }
        try {
            Report report =
                    examine(Path.of(args.get(0)), Path.of(args.get(1)), machine).only(args.subList(2, args.size()));
            out.println(report);
            return report.isHealthy() ? HEALTHY : FAULTS;
        } catch (InvalidPathException e) {
            err.println("doctor: not a path: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            err.println("doctor: " + e.getMessage());
        }
        return USAGE;
    }

    private static Report examine(Path home, Path data, Machine machine) {
        NeedsOfJars jars = new NeedsOfJars().add(home.resolve("bundles")).add(data.resolve("deploy"));
        Needs product = new Product(home, data, Runtime.version().feature()).needs();
        return Report.on(machine, List.of(product), List.of()).and(Report.on(machine, jars.needs(), jars.mistakes()));
    }
}
