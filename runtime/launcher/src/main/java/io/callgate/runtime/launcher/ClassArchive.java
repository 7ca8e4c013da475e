// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The class-data archive of the JVM, made once, of the classes which the first start has loaded, those of bundles
 * included: the next starts map it instead of reading and checking jars.
 *
 * <p>{@code bin/callgate} says by system property where it is to be ({@value #FILE}) and for which JDK
 * ({@value #JDK}), and gives it to the JVM if it is there and was made by that JDK. The JVM ignores an archive that
 * does not fit; then it is removed here.
 *
 * <p>It is made by {@link ClassTrainer} in a short-lived JVM of low priority. Making it in the gateway's own (jcmd
 * VM.cds) stops every thread for parts of a second and, measured on Java 17, keeps 45 MB until the end.
 */
final class ClassArchive {

    static final String FILE = "callgate.archive";
    static final String JDK = "callgate.archive.jdk";
    static final String MAKE = "callgate.archive.make";

    /** A line of jcmd's VM.classloaders ends with the name of a class; arrays and hidden classes have other signs. */
    private static final Pattern LOADED = Pattern.compile("(?m)[ :]([A-Za-z_$][\\w$.]*)$");

    private final Path home;
    private final Path file;
    private final String jdk;
    private final boolean toBeMade;
    private Process trainer;
    private boolean ending;

    private ClassArchive(Path home, Path file, String jdk, boolean toBeMade) {
        this.home = home;
        this.file = file;
        this.jdk = jdk;
        this.toBeMade = toBeMade;
    }

    /** The one that bin/callgate wants, or null. */
    static ClassArchive wanted(Path home) {
        String file = System.getProperty(FILE);
        return file == null
                ? null
                : new ClassArchive(home, Path.of(file), System.getProperty(JDK, ""), Boolean.getBoolean(MAKE));
    }

    /** Makes the archive, or removes one that the JVM would not have. */
    void settle() {
        try {
            if (toBeMade) {
                make();
            } else if (!isMapped()) {
                remove();
            }
        } catch (IOException e) {
            Say.warning(file + ": " + LaunchException.reason(e) + "; the gateway runs, the next start is not faster");
        } catch (JMException e) {
            Say.warning("this JVM does not tell its classes: " + e.getMessage() + "; the next start is not faster");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The gateway ends: an archive that is being made will not be. */
    synchronized void end() {
        ending = true;
        if (trainer != null) {
            trainer.destroyForcibly();
        }
    }

    private void make() throws IOException, JMException, InterruptedException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Path classes = file.resolveSibling("loaded-classes");
        Files.deleteIfExists(temporary);
        Files.write(classes, loadedClasses().toList());
        int status = train(temporary, classes);
        Files.delete(classes);
        if (status == 0 && Files.isRegularFile(temporary)) {
            DurableFiles.sync(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            DurableFiles.replace(stamp(), List.of(jdk)); // last: an archive without it is not used
        } else if (!isEnding()) {
            throw new IOException("the JVM that was to make it ended with status " + status);
        }
    }

    private static Stream<String> loadedClasses() throws JMException {
        Object answer = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "vmClassloaders",
                        new Object[] {new String[] {"show-classes"}},
                        new String[] {String[].class.getName()});
        Matcher matcher = LOADED.matcher(answer.toString());
        return matcher.results().map(result -> result.group(1));
    }

    private int train(Path archive, Path classes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--")) // of modules: the JVM compares them
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-XX:-UsePerfData"));
        command.addAll(List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ClassTrainer.class.getName()));
        command.addAll(List.of(home.toString(), classes.toString()));
        synchronized (this) {
            if (ending) {
                return 1;
            }
            trainer = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        }
        return trainer.waitFor();
    }

    private synchronized boolean isEnding() {
        return ending;
    }

    private boolean isMapped() throws IOException {
        String name = file.toRealPath().toString();
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return maps.anyMatch(line -> line.endsWith(name));
        }
    }

    private void remove() throws IOException {
        Files.deleteIfExists(stamp());
        Files.deleteIfExists(file);
        Say.info("the class-data archive " + file + " does not fit this JVM; the next start makes another one");
    }

    private Path stamp() {
        return file.resolveSibling(file.getFileName() + ".jdk");
    }
}
