// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/** A logger that keeps what it is told, as {@code level message [arguments]}. */
final class RecordingLog {

    private static final long DEADLINE_SECONDS = 20;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Logger logger() {
        return (Logger) Proxy.newProxyInstance(
                Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                    if (method.getReturnType() == boolean.class) {
                        return true;
                    }
                    if (!method.getName().equals("trace")) {
                        lines.add(method.getName() + " " + text(arguments));
                    }
                    return null;
                });
    }

    private static String text(Object[] arguments) {
        return Arrays.deepToString(arguments);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The next line, which must come. */
    String await() throws InterruptedException {
        String line = lines.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("nothing was logged within " + DEADLINE_SECONDS + " s");
        }
        return line;
    }
}
