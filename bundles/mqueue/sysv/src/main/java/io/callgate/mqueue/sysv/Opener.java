// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Users;
import io.callgate.mqueue.sysv.Settings.Open;
import io.callgate.resource.Setting;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Finds or makes a queue, and says why not in a person's words. */
final class Opener {

    /** Somebody may make and remove it in between, but not for ever. */
    private static final int TRIES = 8;

    private static final long DEFAULT_MSGMAX = 8192;
    private static final long DEFAULT_MSGMNB = 16384;

    /**
     * A queue that was found.
     *
     * @param created by this configuration, now or earlier
     */
    record Opened(int key, int id, int maxMessageBytes, boolean created) {}

    private final QueueCalls calls;
    private final Proc proc;

    Opener(QueueCalls calls, Proc proc) {
        this.calls = calls;
        this.proc = proc;
    }

    /** @throws RefusedException with the reason; any other IOException is worth another try */
    Opened open(Settings settings, Ledger ledger) throws IOException {
        JvmSignal.check(proc);
        int key = key(settings);
        int longest = maxMessageBytes(settings);
        for (int i = 0; i < TRIES; i++) {
            Optional<Opened> there = existing(key, longest, settings, ledger);
            if (there.isPresent()) {
                return there.get();
            }
            if (settings.open() == Open.EXISTING) {
                throw new RefusedException("there is no queue " + SysvQueue.address(key)
                        + ": start the program that makes it, or set \"open\" to \"create\"");
            }
            Optional<Opened> made = create(key, longest, settings, ledger);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new RefusedException("queue " + SysvQueue.address(key) + " comes and goes too fast: tries again");
    }

    private static int key(Settings settings) throws IOException {
        try {
            return settings.key().value();
        } catch (NoSuchFileException e) {
            throw new RefusedException("there is no " + e.getFile() + " to make a key of: " + e.getReason());
        }
    }

    private int maxMessageBytes(Settings settings) throws IOException {
        long most = proc.sysctl("msgmax").orElse(DEFAULT_MSGMAX);
        if (settings.maxMessageBytes() > most) {
            throw new RefusedException("maxMessageBytes is %d, but kernel.msgmax is %d: sysctl -w kernel.msgmax=%d"
                    .formatted(settings.maxMessageBytes(), most, settings.maxMessageBytes()));
        }
        return settings.maxMessageBytes() > 0 ? settings.maxMessageBytes() : Math.toIntExact(most);
    }

    private Optional<Opened> existing(int key, int longest, Settings settings, Ledger ledger) throws IOException {
        int id;
        try {
            id = calls.get(key, settings.access().permission());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw reason(e, key, settings);
        }
        String address = SysvQueue.address(key);
        boolean ours = ledger.isOurs(address, id);
        if (settings.open() == Open.EXCLUSIVE && !ours) {
            throw new RefusedException("queue " + address + " is there already" + owner(key)
                    + ", and is wanted exclusively: mq:unlink " + address + ", or set \"open\" to \"create\"");
        }
        return Optional.of(new Opened(key, id, longest, ours));
    }

    /** Empty if somebody was faster. */
    private Optional<Opened> create(int key, int longest, Settings settings, Ledger ledger) throws IOException {
        long most = proc.sysctl("msgmnb").orElse(DEFAULT_MSGMNB);
        if (settings.maxBytes() > most && !proc.mayExceed()) {
            throw new RefusedException("maxBytes is %d, but kernel.msgmnb is %d: sysctl -w kernel.msgmnb=%d"
                    .formatted(settings.maxBytes(), most, settings.maxBytes()));
        }
        int id;
        try {
            id = calls.get(key, Abi.IPC_CREAT | Abi.IPC_EXCL | settings.mode());
        } catch (ErrnoException e) {
            if (e.is(Errno.EEXIST)) {
                return Optional.empty();
            }
            throw reason(e, key, settings);
        }
        ledger.created(SysvQueue.address(key), id);
        if (settings.maxBytes() > 0) {
            calls.maxBytes(id, settings.maxBytes());
        }
        return Optional.of(new Opened(key, id, longest, true));
    }

    private IOException reason(ErrnoException e, int key, Settings settings) throws IOException {
        return switch (e.errno()) {
            case EACCES, EPERM ->
                new RefusedException("the gateway's user may not open queue " + SysvQueue.address(key)
                        + " for \"access\": \"" + Setting.word(settings.access()) + "\"" + owner(key)
                        + ": let its owner give it another mode, or set another \"access\"");
            case ENOSPC -> {
                long most = proc.sysctl("msgmni").orElse(0);
                yield new RefusedException("there are as many queues as kernel.msgmni allows, " + most
                        + ": unlink what nobody uses (mq:list), or sysctl -w kernel.msgmni=" + 2 * most);
            }
            case ENOSYS -> new RefusedException("this kernel has no System V queues: build it with CONFIG_SYSVIPC=y");
            default -> new ErrnoException(e.call(), SysvQueue.address(key), e.errno());
        };
    }

    /** Whose it is, if that can be seen. */
    private String owner(int key) throws IOException {
        return SysvMachineQueues.lines(proc)
                .filter(line -> line.key() == key)
                .findFirst()
                .map(line -> " (it belongs to " + Users.name(line.uid()) + ", mode "
                        + String.format("%04o", line.mode()) + ")")
                .orElse("");
    }
}
