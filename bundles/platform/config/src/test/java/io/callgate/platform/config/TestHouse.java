// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;

/** The store in a temporary folder, with no framework: Config Admin is absent, time stands still, the log is a list. */
final class TestHouse {

    final ManualAgenda agenda = new ManualAgenda();
    final List<String> log = new ArrayList<>();
    final Path configs;
    final Path shipped;
    final Path past;
    ConfigParts parts;
    Descriptions descriptions = Descriptions.NONE;

    private final Path data;
    private final Disk disk;
    private final int generations;

    TestHouse(Path root) throws IOException {
        this(root, new Disk(), 100);
    }

    TestHouse(Path root, Disk disk, int generations) throws IOException {
        this.data = root.resolve("data");
        this.disk = disk;
        this.generations = generations;
        configs = data.resolve("configs");
        past = data.resolve("history");
        shipped = Files.createDirectories(root.resolve("image/configs"));
    }

    /** Starts, or starts again. */
    TestHouse start() {
        ConfigParts.Settings settings = new ConfigParts.Settings(data, shipped, generations);
        parts = new ConfigParts(
                settings,
                new Admin(() -> null),
                () -> descriptions,
                name -> false,
                agenda,
                (l, line) -> log.add(line),
                disk);
        parts.open();
        parts.edits().rescan();
        parts.recordWhatWasFound();
        return this;
    }

    void ship(String file, String text) throws IOException {
        Files.writeString(shipped.resolve(file), text);
    }

    /** Writes a file as a person does, and tells the store as the kernel does. */
    void type(String file, String text) throws IOException {
        Files.createDirectories(configs);
        Files.writeString(configs.resolve(file), text);
        parts.edits().touched(file);
    }

    void remove(String file) throws IOException {
        Files.delete(configs.resolve(file));
        parts.edits().touched(file);
    }

    void pass(Duration time) {
        agenda.pass(time);
    }

    /** Stores as Config Admin does. */
    void store(String pid, Map<String, Object> values) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>(values);
        properties.put(Constants.SERVICE_PID, pid);
        if (pid.indexOf('~') > 0) {
            properties.put(ConfigurationAdmin.SERVICE_FACTORYPID, pid.substring(0, pid.indexOf('~')));
        }
        properties.put(":org.apache.felix.configadmin.revision:", 1L);
        parts.store().store(pid, properties);
    }

    Object value(String pid, String key) {
        Optional<Known> known = parts.store().find(pid);
        return known.map(k -> k.document().values().get(key)).orElse(null);
    }

    String text(String file) throws IOException {
        return Files.readString(configs.resolve(file));
    }

    /** Number and kind of every listed generation of a PID: {@code 1 seed}. */
    List<String> generations(String pid) throws IOException {
        return parts.history().listed().stream()
                .filter(generation -> generation.name().pid().equals(pid))
                .map(generation -> generation.number() + " " + generation.kind().word())
                .toList();
    }
}
