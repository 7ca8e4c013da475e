// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Makes a bundle from Java source on the spot: javac, then bnd, as a plugin author's build does. */
public final class BundleMaker {

    private final String symbolicName;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<Path> classPath = new ArrayList<>();

    /** Begins a bundle of version 1.0.0. */
    public BundleMaker(String symbolicName) {
        this.symbolicName = symbolicName;
        headers.put("Bundle-SymbolicName", symbolicName);
        headers.put("Bundle-Version", "1.0.0");
        headers.put("-noextraheaders", "true");
    }

    /** Sets a manifest header or a bnd instruction. */
    public BundleMaker header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Sets the bundle's version. */
    public BundleMaker version(String version) {
        return header("Bundle-Version", version);
    }

    /** Adds a source file; the text has its own package statement. */
    public BundleMaker source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    /** Adds jars to compile against. */
    public BundleMaker against(Path... jars) {
        classPath.addAll(List.of(jars));
        return this;
    }

    /** Compiles, packs and writes the jar. */
    public Path write(Path jar) throws IOException {
        Path work = Files.createTempDirectory("bundle");
        try (Builder builder = new Builder()) {
            compile(work);
            headers.forEach(builder::setProperty);
            builder.addClasspath(work.resolve("classes").toFile());
            for (Path each : classPath) {
                builder.addClasspath(each.toFile());
            }
            if (headers.keySet().stream().noneMatch(List.of("Private-Package", "Export-Package")::contains)) {
                builder.setProperty("-includepackage", packages());
            }
            Jar built = builder.build();
            if (!builder.isOk()) {
                throw new IOException(symbolicName + ": " + builder.getErrors());
            }
            built.write(jar.toFile());
            return jar;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(symbolicName + ": " + e, e);
        } finally {
            Folders.delete(work);
        }
    }

    private String packages() {
        return sources.isEmpty()
                ? "!*"
                : sources.keySet().stream()
                        .map(name -> name.substring(0, name.lastIndexOf('.')))
                        .distinct()
                        .collect(Collectors.joining(","));
    }

    private void compile(Path work) throws IOException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve("src").resolve(source.getKey().replace('.', '/') + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        if (files.isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        String path = classPath.stream().map(Path::toString).collect(Collectors.joining(":"));
        List<String> options = List.of("--release", "17", "-d", classes.toString(), "-cp", path, "-proc:none");
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean ok = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!ok) {
                throw new IOException(symbolicName + " does not compile:\n" + messages);
            }
        }
    }
}
