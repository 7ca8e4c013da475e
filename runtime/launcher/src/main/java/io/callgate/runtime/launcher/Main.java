// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code bin/callgate} calls: {@code run|start|stop|restart|status|shell|new-plugin} and the command's arguments. The image
 * and the data folder are given by the system properties {@value Gateway#HOME} and {@value Gateway#DATA}.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        long startNanos = System.nanoTime();
        int status;
        try {
            status = run(List.of(args), startNanos);
        } catch (LaunchException e) {
            Say.error(e.getMessage());
            status = e.exitCode().code();
        } catch (IOException e) {
            Say.error(LaunchException.reason(e));
            status = ExitCode.FAILED.code();
        }
        System.out.flush();
        // Not exit: after a signal the shutdown hook waits for this thread, whose status is the process's.
        Runtime.getRuntime().halt(status);
    }

    private static int run(List<String> args, long startNanos) throws LaunchException, IOException {
        String command = args.isEmpty() ? "" : args.get(0);
        List<String> rest = args.subList(Math.min(1, args.size()), args.size());
        Path home = folder(Gateway.HOME);
        DataFolder data = new DataFolder(folder(Gateway.DATA));
        return switch (command) {
            case "run" -> new Gateway(Image.read(home), data, startNanos).run().code();
            case "start" -> new StartCommand(home, data).run().code();
            case "stop" -> new StopCommand(data).run().code();
            case "restart" -> {
                if (DataLock.holder(data).isPresent()) {
                    new StopCommand(data).run();
                }
                yield new StartCommand(home, data).run().code();
            }
            case "status" -> new StatusCommand(data).run().code();
            case "shell" -> {
                StatusCommand.safeMode(data).ifPresent(Say::warning);
                yield ShellClient.run(data.path(), rest);
            }
            case "new-plugin" -> NewPlugin.run(home, data, rest).code();
            default ->
                throw new LaunchException(
                        ExitCode.USAGE, "unknown command '" + command + "'; bin/callgate --help lists them");
        };
    }

    private static Path folder(String property) throws LaunchException {
        String value = System.getProperty(property);
        if (value == null) {
            throw new LaunchException(ExitCode.USAGE, "-D" + property + " is not set; start this with bin/callgate");
        }
        return Path.of(value).toAbsolutePath().normalize();
    }
}
