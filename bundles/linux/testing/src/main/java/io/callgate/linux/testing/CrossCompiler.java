// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks Debian's C compiler for an architecture what its headers say, for tests of layouts and numbers. Nothing is
 * executed: the object file is read.
 */
public final class CrossCompiler {

    private static final Pattern SYSTEM_CALL = Pattern.compile("^#define __NR_(\\w+) ", Pattern.MULTILINE);

    private final String prefix;
    private final Path folder;

    private CrossCompiler(String prefix, Path folder) {
        this.prefix = prefix;
        this.folder = folder;
    }

    /** The compiler for an architecture, which works in that folder. */
    public static CrossCompiler of(Architecture architecture, Path folder) {
        return new CrossCompiler(
                switch (architecture) {
                    case X86_64 -> "x86_64-linux-gnu";
                    case AARCH64 -> "aarch64-linux-gnu";
                    case ARMHF -> "arm-linux-gnueabihf";
                },
                folder);
    }

    /** False if the compiler or its headers are not installed; {@link #mend} says what to do. */
    public boolean isInstalled() throws Exception {
        Path source =
                Files.writeString(folder.resolve("probe.c"), "#include <sys/epoll.h>\n#include <linux/netlink.h>\n");
        try {
            return run("gcc", "-E", source.toString()).status() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /** The line that installs it. */
    public String mend() {
        return "apt-get install gcc-" + prefix.replace('_', '-') + " and its libc6-dev";
    }

    /** The values of C expressions, each converted to {@code long long}. */
    public List<Long> values(String headers, List<String> expressions) throws Exception {
        Path source = folder.resolve("values.c");
        Path object = folder.resolve("values.o");
        Path data = folder.resolve("values.bin");
        Files.writeString(
                source,
                "#define _GNU_SOURCE\n" + headers
                        + "\nconst long long callgate[] __attribute__((section(\".callgate\"))) = {\n"
                        + String.join(",\n", expressions) + "\n};\n");
        check(run("gcc", "-c", "-o", object.toString(), source.toString()));
        check(run("objcopy", "-O", "binary", "-j", ".callgate", object.toString(), data.toString()));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(data)).order(ByteOrder.LITTLE_ENDIAN);
        return expressions.stream().map(expression -> bytes.getLong()).toList();
    }

    /** The machine code of an assembler source, which the C preprocessor has seen first. */
    public byte[] code(Path assembler) throws Exception {
        Path object = folder.resolve("code.o");
        Path data = folder.resolve("code.bin");
        check(run("gcc", "-c", "-o", object.toString(), assembler.toString()));
        check(run("objcopy", "-O", "binary", "-j", ".text", object.toString(), data.toString()));
        return Files.readAllBytes(data);
    }

    /** The names of all system calls the headers have. */
    public Set<String> systemCalls() throws Exception {
        Path source = Files.writeString(folder.resolve("calls.c"), "#include <asm/unistd.h>\n");
        Result result = run("gcc", "-E", "-dM", source.toString());
        check(result);
        Set<String> names = new TreeSet<>();
        Matcher matcher = SYSTEM_CALL.matcher(result.said());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private record Result(int status, String said) {}

    private Result run(String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(prefix + "-" + tool));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), said);
    }

    private static void check(Result result) {
        if (result.status() != 0) {
            throw new AssertionError(result.said());
        }
    }
}
