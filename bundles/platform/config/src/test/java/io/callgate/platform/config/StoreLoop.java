// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import org.apache.felix.cm.PersistenceManager;
import org.apache.felix.cm.file.FilePersistenceManager;

/**
 * What is killed: stores configurations as fast as it can and prints {@code PID NUMBER} after each store that returned.
 * Arguments: the engine ({@code callgate} or {@code felix}), the folder.
 */
final class StoreLoop {

    static final int PIDS = 4;

    private StoreLoop() {}

    public static void main(String[] arguments) throws IOException {
        PersistenceManager store = engine(arguments[0], Path.of(arguments[1]));
        long number = 0;
        for (int i = 0; i < PIDS; i++) {
            number = Math.max(
                    number, store.exists(pid(i)) ? (Long) store.load(pid(i)).get("number") : 0);
        }
        while (true) {
            number++;
            String pid = pid((int) (number % PIDS));
            store.store(pid, properties(pid, number));
            System.out.println(pid + " " + number);
            System.out.flush();
        }
    }

    static String pid(int i) {
        return "io.callgate.kill.test~" + i;
    }

    static PersistenceManager engine(String name, Path folder) throws IOException {
        if (name.equals("felix")) {
            return new FilePersistenceManager(folder.toString());
        }
        ConfigParts.Settings settings = new ConfigParts.Settings(folder, folder.resolve("none"), 20);
        Agenda never = new ManualAgenda();
        ConfigParts parts = new ConfigParts(
                settings,
                new Admin(() -> null),
                () -> Descriptions.NONE,
                n -> true,
                never,
                (level, line) -> System.err.println(line));
        parts.open();
        return parts.store();
    }

    /** The payload says whether a file is torn: a text as long as the number says, and the number at both ends. */
    private static Dictionary<String, Object> properties(String pid, long number) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("service.pid", pid);
        properties.put("service.factoryPid", pid.substring(0, pid.indexOf('~')));
        properties.put("number", number);
        properties.put("payload", payload(number));
        properties.put("zz.number", number);
        return properties;
    }

    static String payload(long number) {
        return ("x" + number).repeat((int) (number % 700) + 1);
    }
}
