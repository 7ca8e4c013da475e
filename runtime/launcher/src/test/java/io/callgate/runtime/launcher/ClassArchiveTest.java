// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {

    private static final String LIVE = "is live after";
    private static final String CLASS = TestActivators.Talking.class.getName();

    @TempDir
    private Path folder;

    private Path home;
    private Path cache;
    private Path archive;
    private String classPath;

    @BeforeEach
    void image() throws IOException {
        home = folder.resolve("image");
        cache = Files.createDirectories(folder.resolve("data/cache"));
        archive = cache.resolve("callgate.jsa");
        classPath = jars();
        new TestImage(home).bundle(1, "first", "1.0.0", TestActivators.Talking.class);
    }

    private Launch run(boolean make, String... more) throws IOException {
        String[] options = new String[more.length + 3];
        options[0] = "-D" + ClassArchive.FILE + "=" + archive;
        options[1] = "-D" + ClassArchive.JDK + "=this";
        options[2] = "-D" + ClassArchive.MAKE + "=" + make;
        System.arraycopy(more, 0, options, 3, more.length);
        return new Launch(classPath, home, folder.resolve("data"), "run", options);
    }

    @Test
    void holdsTheClassesOfBundlesForTheNextStart() throws Exception {
        make();

        try (Launch gateway = run(false, "-XX:SharedArchiveFile=" + archive, "-Xlog:class+load")) {
            gateway.until(LIVE).terminate();
            gateway.await();

            assertThat(gateway.lines()).anyMatch(line -> line.contains(CLASS + " source: shared objects file (top)"));
            assertThat(archive).exists();
        }
    }

    @Test
    void isIgnoredAndRemovedWhenItDoesNotFit() throws Exception {
        Files.writeString(archive, "this is no archive");
        Files.writeString(cache.resolve("callgate.jsa.jdk"), "this");

        try (Launch gateway = run(false, "-XX:SharedArchiveFile=" + archive)) {
            gateway.until(LIVE).until("does not fit this JVM").terminate();
            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
        }

        assertThat(archive).doesNotExist();
        assertThat(cache.resolve("callgate.jsa.jdk")).doesNotExist();
    }

    /** The class path of an image: the JVM archives nothing while there is a folder in it. */
    private String jars() throws IOException {
        Path classes = location(Main.class);
        Path jar = folder.resolve("launcher.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar + ":" + location(Felix.class);
    }

    private static Path location(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    /** Runs a gateway until it has made its archive. */
    private void make() throws Exception {
        Path stamp = cache.resolve("callgate.jsa.jdk");
        try (WatchService changes = FileSystems.getDefault().newWatchService();
                Launch gateway = run(true)) {
            cache.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
            gateway.until(LIVE);
            while (!Files.exists(stamp)) {
                WatchKey key = changes.poll(5, TimeUnit.MINUTES);
                assertThat(key)
                        .as("something new in " + cache + ", though it is made at the lowest priority")
                        .isNotNull();
                key.pollEvents();
                key.reset();
            }
            gateway.terminate();
            assertThat(gateway.await()).isEqualTo(ExitCode.OK.code());
        }
        assertThat(stamp).hasContent("this");
    }
}
