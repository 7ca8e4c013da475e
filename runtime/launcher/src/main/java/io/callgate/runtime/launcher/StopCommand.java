// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the gateway to stop, and comes back when its process has gone. */
final class StopCommand {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final DataFolder data;

    StopCommand(DataFolder data) {
        this.data = data;
    }

    ExitCode run() throws LaunchException {
        OptionalLong pid = DataLock.holder(data);
        if (pid.isEmpty()) {
            throw new LaunchException(ExitCode.NOT_RUNNING, "no gateway runs on data folder " + data.path());
        }
        ProcessHandle gateway = ProcessHandle.of(pid.getAsLong())
                .orElseThrow(() -> new LaunchException(
                        ExitCode.FAILED, "pid " + pid.getAsLong() + " is in another container; stop it there"));
        if (!gateway.destroy()) {
            throw new LaunchException(
                    ExitCode.FAILED,
                    "not permitted to signal pid " + pid.getAsLong() + "; stop it as its user, or as root");
        }
        try {
            DataLock.whenFree(data).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new LaunchException(
                    "pid " + pid.getAsLong() + " has not ended within " + LIMIT.toSeconds() + " s; kill -9 "
                            + pid.getAsLong() + " ends it, and harms nothing that is on the disk",
                    e);
        } catch (ExecutionException e) {
            throw new LaunchException(data.lock() + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted; see bin/callgate status", e);
        }
        System.out.println("stopped, pid " + pid.getAsLong());
        return ExitCode.OK;
    }
}
