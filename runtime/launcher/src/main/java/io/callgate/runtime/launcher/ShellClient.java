// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.runtime.launcher.ShellFrames.Frame;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bin/callgate shell [COMMAND ARGS...]}: attaches to the shell of a running gateway.
 *
 * <ul>
 *   <li>no arguments, a terminal: an interactive session;
 *   <li>arguments: one command; a single argument is a command line ({@code "lb -s | grep linux"}), several are one
 *       command and its arguments, each taken as it stands;
 *   <li>no arguments, no terminal: the commands on standard input, line by line, all of them.
 * </ul>
 *
 * The exit status is 0, {@value #FAILED} for a failed command (of several: the last), {@value #USAGE} for an unknown
 * command or wrong arguments, {@value #NOT_RUNNING} when no gateway answers, {@value #NOT_PERMITTED} when it is
 * somebody else's.
 */
final class ShellClient {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_RUNNING = 69; // EX_UNAVAILABLE of sysexits.h
    static final int NOT_PERMITTED = 77; // EX_NOPERM
    static final int BROKEN_PIPE = 141; // what a shell reports for a writer killed by SIGPIPE

    static final String SOCKET = "shell.sock";
    private static final String VERSION = "1";
    private static final int CHUNK = 4096;
    /** What fits into sockaddr_un.sun_path, less its NUL. */
    private static final int MAX_SOCKET_PATH = 107;

    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;

    ShellClient(InputStream in, OutputStream out, OutputStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /** Runs the client on this process's standard streams; returns the exit status. */
    static int run(Path dataFolder, List<String> args) throws IOException {
        // Not System.out: it hides that its reader has gone.
        ShellClient client = new ShellClient(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
        try (ShellTerminal terminal = args.isEmpty() ? ShellTerminal.open() : null) {
            return client.attach(dataFolder, args, terminal);
        }
    }

    /** @param terminal null when there is none, or none is wanted */
    int attach(Path dataFolder, List<String> args, ShellTerminal terminal) throws IOException {
        Path socket = dataFolder.toAbsolutePath().normalize().resolve(SOCKET);
        SocketChannel channel;
        try {
            channel = connect(socket);
        } catch (IOException e) {
            return say(
                    noGateway(socket, e),
                    Files.exists(socket) && !Files.isWritable(socket) ? NOT_PERMITTED : NOT_RUNNING);
        }
        try (ShellFrames frames = new ShellFrames(channel)) {
            frames.write('H', hello(args, terminal).getBytes(UTF_8));
            if (terminal != null) {
                terminal.raw();
                terminal.onResize(() -> resized(frames, terminal));
                startTyping(frames);
            }
            return converse(frames);
        }
    }

    private static String hello(List<String> args, ShellTerminal terminal) throws IOException {
        List<String> fields = new ArrayList<>();
        fields.add(VERSION);
        fields.add(terminal != null ? "terminal" : args.isEmpty() ? "script" : "command");
        fields.add(terminal != null ? ShellTerminal.type() : "dumb");
        fields.add(terminal != null ? terminal.size() : "0x0");
        fields.addAll(args);
        return String.join("\0", fields);
    }

    private int converse(ShellFrames frames) throws IOException {
        Frame frame;
        try {
            while ((frame = frames.read()) != null) {
                switch (frame.type()) {
                    case 'O' -> {
                        try {
                            out.write(frame.payload());
                        } catch (IOException readerHasGone) {
                            return BROKEN_PIPE;
                        }
                    }
                    case 'R' -> err.write(frame.payload());
                    case 'N' -> sendInput(frames);
                    case 'X' -> {
                        return Integer.parseInt(new String(frame.payload(), UTF_8));
                    }
                    default -> throw new IOException("the gateway sent an unknown frame '" + frame.type() + "'");
                }
            }
        } catch (IOException e) {
            return say("the connection to the gateway broke: " + e.getMessage(), NOT_RUNNING);
        }
        return say("the gateway has gone: its shell closed the connection", NOT_RUNNING);
    }

    private void sendInput(ShellFrames frames) throws IOException {
        byte[] chunk = new byte[CHUNK];
        int read = in.read(chunk);
        if (read < 0) {
            frames.write('E', new byte[0]);
        } else {
            frames.write('I', chunk, read);
        }
    }

    /** A daemon: it is inside a read of the terminal when the session ends, and goes with the process. */
    private void startTyping(ShellFrames frames) {
        Thread typing = new Thread(() -> type(frames), "callgate-shell-typing");
        typing.setDaemon(true);
        typing.start();
    }

    private void type(ShellFrames frames) {
        byte[] chunk = new byte[CHUNK];
        try {
            for (int read; (read = in.read(chunk)) >= 0; ) {
                frames.write('I', chunk, read);
            }
            frames.write('E', new byte[0]);
        } catch (IOException e) {
            gone(frames);
        }
    }

    private static void resized(ShellFrames frames, ShellTerminal terminal) {
        try {
            frames.write('W', terminal.size().getBytes(UTF_8));
        } catch (IOException e) {
            gone(frames);
        }
    }

    /** A write failed, so the gateway has gone: closing ends the reader, which says so. */
    private static void gone(ShellFrames frames) {
        try {
            frames.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing the connection to the gateway", e);
        }
    }

    /** A path too long for the kernel's address is reached by a short symbolic link, as the gateway bound it. */
    private static SocketChannel connect(Path socket) throws IOException {
        if (socket.toString().getBytes(UTF_8).length <= MAX_SOCKET_PATH) {
            return open(socket);
        }
        Path folder = Files.createTempDirectory("cg");
        Path link = folder.resolve("d");
        try {
            Files.createSymbolicLink(link, socket.getParent());
            return open(link.resolve(SOCKET));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(folder);
        }
    }

    private static SocketChannel open(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String noGateway(Path socket, IOException e) {
        Path data = socket.getParent();
        if (!Files.exists(socket)) {
            return "no gateway runs on " + data + ": start it with `callgate start --data " + ShellWord.of(data) + "`";
        }
        if (!Files.isWritable(socket)) {
            return "not permitted to use " + socket + ": become the user that runs the gateway";
        }
        return "no gateway answers on " + socket + " (" + e.getMessage() + "): start it with `callgate start --data "
                + ShellWord.of(data) + "`";
    }

    private int say(String sentence, int status) throws IOException {
        err.write(("callgate: " + sentence + System.lineSeparator()).getBytes(UTF_8));
        return status;
    }
}
