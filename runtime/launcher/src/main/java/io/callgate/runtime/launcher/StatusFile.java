// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What a running gateway says of itself to {@code bin/callgate status} and {@code start}: a small file, replaced as a
 * whole. It is news, not state: it means something only while the process that wrote it holds the data folder's lock.
 */
record StatusFile(Path file) {

    /**
     * One message.
     *
     * @param pid of the gateway
     * @param started when its JVM came to the launcher
     * @param live whether the highest start level has been reached
     * @param version of the product
     * @param java version and architecture it runs on
     * @param active bundles that are active
     * @param total bundles, without the framework
     * @param safeMode why only the platform runs, or empty
     */
    record Status(
            long pid,
            Instant started,
            boolean live,
            String version,
            String java,
            int active,
            int total,
            String safeMode) {}

    void write(Status status) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(
                temporary,
                List.of(
                        "pid=" + status.pid(),
                        "started=" + status.started().toEpochMilli(),
                        "live=" + status.live(),
                        "version=" + status.version(),
                        "java=" + status.java(),
                        "active=" + status.active(),
                        "total=" + status.total(),
                        "safe=" + status.safeMode().replace("\\", "")));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the gateway with that pid last wrote; empty if it has not written yet. */
    Optional<Status> read(long pid) throws LaunchException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            Status status = new Status(
                    Long.parseLong(properties.getProperty("pid")),
                    Instant.ofEpochMilli(Long.parseLong(properties.getProperty("started"))),
                    Boolean.parseBoolean(properties.getProperty("live")),
                    properties.getProperty("version"),
                    properties.getProperty("java"),
                    Integer.parseInt(properties.getProperty("active")),
                    Integer.parseInt(properties.getProperty("total")),
                    properties.getProperty("safe", ""));
            return status.pid() == pid ? Optional.of(status) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            throw new LaunchException(file + " is damaged; remove it", e);
        } catch (IOException e) {
            throw LaunchException.of(file, e, "ask as the user who runs the gateway");
        }
    }
}
