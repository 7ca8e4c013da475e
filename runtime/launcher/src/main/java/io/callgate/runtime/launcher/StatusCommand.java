// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Says whether a gateway runs on the data folder: exit status 0, or 3 if none does. */
final class StatusCommand {

    private final DataFolder data;

    StatusCommand(DataFolder data) {
        this.data = data;
    }

    ExitCode run() throws LaunchException {
        OptionalLong pid = DataLock.holder(data);
        if (pid.isEmpty()) {
            System.out.println("not running   data folder " + data.path());
            return ExitCode.NOT_RUNNING;
        }
        Optional<StatusFile.Status> status = new StatusFile(data.status()).read(pid.getAsLong());
        if (status.isEmpty()) {
            System.out.println("starting   pid " + pid.getAsLong() + ", data folder " + data.path());
            return ExitCode.OK;
        }
        print(status.get());
        return ExitCode.OK;
    }

    private void print(StatusFile.Status status) {
        Duration up = Duration.between(status.started(), Instant.now());
        System.out.println("running    pid " + status.pid() + ", up " + words(up));
        System.out.println("product    " + status.version() + ", Java " + status.java());
        System.out.println("bundles    " + status.active() + " of " + status.total() + " active");
        System.out.println("data       " + data.path());
        if (!status.safeMode().isEmpty()) {
            System.out.println(SafeMode.words(status.safeMode()));
        }
    }

    /** The word about safe mode, if the gateway runs in it and this user may know. */
    static Optional<String> safeMode(DataFolder data) {
        try {
            OptionalLong pid = DataLock.holder(data);
            Optional<StatusFile.Status> status =
                    pid.isPresent() ? new StatusFile(data.status()).read(pid.getAsLong()) : Optional.empty();
            return status.map(StatusFile.Status::safeMode)
                    .filter(reason -> !reason.isEmpty())
                    .map(SafeMode::words);
        } catch (LaunchException e) {
            return Optional.empty(); // callgate status tells what is wrong with the data folder
        }
    }

    static String words(Duration up) {
        if (up.toDays() > 0) {
            return up.toDays() + " d " + up.toHoursPart() + " h";
        }
        if (up.toHours() > 0) {
            return up.toHours() + " h " + up.toMinutesPart() + " min";
        }
        return up.toMinutes() > 0
                ? up.toMinutes() + " min " + up.toSecondsPart() + " s"
                : Math.max(0, up.toSeconds()) + " s";
    }
}
