// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.mqueue.posix.Settings.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Opens or makes a queue, and says why not in a person's words. */
final class Opener {

    /** Somebody may make and unlink it in between, but not for ever. */
    private static final int TRIES = 8;

    /**
     * An open queue.
     *
     * @param created by this configuration, now or earlier
     */
    record Opened(Fd fd, QueueCalls.Attributes attributes, boolean created) {}

    private final QueueCalls calls;
    private final Proc proc;
    private final Limits limits;

    Opener(QueueCalls calls, Proc proc) {
        this.calls = calls;
        this.proc = proc;
        this.limits = new Limits(proc, calls.abi());
    }

    /** @throws RefusedException with the reason; any other IOException is worth another try */
    Opened open(Settings settings, Ledger ledger) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Optional<Opened> there = existing(settings, ledger);
            if (there.isPresent()) {
                return there.get();
            }
            if (settings.open() == Open.EXISTING) {
                throw new RefusedException("there is no queue " + settings.address()
                        + ": start the program that makes it, or set \"open\" to \"create\"");
            }
            Optional<Opened> made = create(settings, ledger);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new RefusedException("queue " + settings.address() + " comes and goes too fast: tries again");
    }

    private Optional<Opened> existing(Settings settings, Ledger ledger) throws IOException {
        Fd fd;
        try {
            fd = calls.open(settings.address(), settings.access().flag());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw reason(e, settings);
        }
        try {
            boolean ours = ledger.isOurs(settings.address(), calls.identity(fd).inode());
            if (settings.open() == Open.EXCLUSIVE && !ours) {
                throw new RefusedException("queue " + settings.address() + " is there already" + owner(settings)
                        + ", and is wanted exclusively: mq:unlink " + settings.address()
                        + ", or set \"open\" to \"create\"");
            }
            return Optional.of(new Opened(fd, calls.attributes(fd), ours));
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** Empty if somebody was faster. */
    private Optional<Opened> create(Settings settings, Ledger ledger) throws IOException {
        Limits.Wanted wanted = limits.check(settings);
        Fd fd;
        try {
            fd = calls.create(
                    settings.address(),
                    settings.access().flag(),
                    settings.mode(),
                    wanted.maxMessages(),
                    wanted.maxMessageBytes());
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case EEXIST -> {
                    return Optional.empty();
                }
                case EMFILE -> throw limits.emfile(wanted);
                case ENOSPC -> throw limits.enospc();
                default -> throw reason(e, settings);
            }
        }
        try {
            ledger.created(settings.address(), calls.identity(fd).inode());
            return Optional.of(new Opened(fd, calls.attributes(fd), true));
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    private IOException reason(ErrnoException e, Settings settings) throws IOException {
        return switch (e.errno()) {
            case EACCES, EPERM ->
                new RefusedException(
                        "the gateway's user may not open queue " + settings.address() + " for \"access\": \""
                                + settings.access().name().toLowerCase(java.util.Locale.ROOT) + "\"" + owner(settings)
                                + ": let its owner give it another mode, or set another \"access\"");
            case ENOSYS -> new RefusedException("this kernel has no POSIX queues: build it with CONFIG_POSIX_MQUEUE=y");
            case EMFILE -> limits.emfile(limits.check(settings));
            default -> e;
        };
    }

    /** Whose it is, if that can be seen. */
    private String owner(Settings settings) throws IOException {
        Optional<Path> folder = proc.queueFiles();
        if (folder.isEmpty()) {
            return "";
        }
        Path file = Path.of(folder.get() + settings.address());
        if (!Files.exists(file)) {
            return "";
        }
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        return " (it belongs to " + attributes.owner().getName() + ", "
                + PosixFilePermissions.toString(attributes.permissions()) + ")";
    }
}
