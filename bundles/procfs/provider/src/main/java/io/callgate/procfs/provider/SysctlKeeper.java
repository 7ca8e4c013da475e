// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.SysctlValue;
import io.callgate.procfs.provider.Declaration.Standing;
import io.callgate.procfs.provider.Declaration.Verdict;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Decides which configuration has its value in force, remembers what was there before, and puts it back.
 *
 * <p>An original is on the medium before the value is changed and leaves it after it was put back, so whatever happens
 * in between is mended by the next start: an original without its configuration is put back, one of another boot is
 * forgotten. Whoever has an original remembered holds the key, also while it is away for an update; others wait.
 */
@Component(service = SysctlKeeper.class, immediate = true)
public final class SysctlKeeper {

    private static final SysctlKey BOOT_ID = SysctlKey.of("kernel.random.boot_id");
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final SysctlTree tree;
    private final ConfigurationAdmin configurations;
    private final Logger log;
    private final String bootId;
    private final Originals originals;
    private final Dispatcher.Lane lane;
    private final EventLoop loop;
    private final List<Declaration> declarations = new ArrayList<>();
    private final Set<Original> owed = new HashSet<>(); // that could not be put back yet
    private EventLoop.Registration retries;

    /** Mends what the last run left behind. */
    @Activate
    public SysctlKeeper(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference ConfigurationAdmin configurations,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.tree = new SysctlTree(files, memory, ProcRoot.of(context));
        this.configurations = configurations;
        this.log = log;
        this.loop = loop;
        this.lane = dispatcher.blockingLane("retrying " + SysctlValue.PID, 1);
        this.bootId = tree.read(BOOT_ID);
        this.originals = new Originals(state(context), log);
        mend();
        lookAgain();
    }

    private static Path state(BundleContext context) {
        String data = context.getProperty("callgate.data");
        if (data == null) {
            throw new IllegalStateException("the framework property callgate.data names no data folder");
        }
        return Path.of(data, "state");
    }

    private void mend() throws IOException {
        for (Original original : originals.all()) {
            if (!original.bootId().equals(bootId)) {
                forget(original);
            } else if (owed.contains(original) || !isConfigured(original.name())) {
                putBack(original);
            }
        }
    }

    private boolean isConfigured(String name) throws IOException {
        String pid = SysctlValue.PID + "~" + name;
        try {
            return configurations.listConfigurations("(service.pid=" + escaped(pid) + ")") != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String escaped(String value) {
        return value.replaceAll("[\\\\*()]", "\\\\$0");
    }

    /** A configuration has come, or come back with other values. */
    void declare(Declaration declaration) {
        List<Declaration> decided;
        synchronized (this) {
            declarations.add(declaration);
            originals
                    .of(declaration.name())
                    .filter(original -> !original.key().equals(declaration.sysctl()))
                    .ifPresent(this::putBack);
            decided = decide();
        }
        decided.forEach(Declaration::publish);
    }

    /** A configuration's component is leaving; the original is put back if the configuration is not to come again. */
    void withdraw(Declaration declaration, boolean forGood) {
        List<Declaration> decided;
        synchronized (this) {
            declarations.remove(declaration);
            if (forGood) {
                originals.of(declaration.name()).ifPresent(this::putBack);
            }
            decided = decide();
        }
        decided.forEach(Declaration::publish);
    }

    private void retry() throws IOException {
        List<Declaration> decided;
        synchronized (this) {
            mend();
            decided = decide();
        }
        decided.forEach(Declaration::publish);
    }

    /** Looks at all that wait, in the order in which they came. */
    private List<Declaration> decide() {
        List<Declaration> waiting = declarations.stream()
                .filter(each -> each.verdict().standing() == Standing.WAITING)
                .toList();
        waiting.forEach(each -> each.decide(verdict(each)));
        lookAgain();
        return waiting;
    }

    private Verdict verdict(Declaration declaration) {
        Optional<Original> holder = originals.of(declaration.sysctl());
        if (holder.isPresent() && !holder.get().name().equals(declaration.name())) {
            return Verdict.waiting(declaration.key() + " is declared by " + SysctlValue.PID + "~"
                    + holder.get().name() + " already: delete one of the two");
        }
        Optional<Original> own = originals.of(declaration.name());
        if (own.isPresent() && !own.get().key().equals(declaration.sysctl())) {
            return Verdict.waiting(own.get().key() + ", which it declared before, is not put back yet: see the log");
        }
        try {
            return Verdict.live(apply(declaration));
        } catch (ErrnoException e) {
            return e.is(Errno.ENOENT)
                    ? Verdict.waiting("there is no " + declaration.key()
                            + ": load the module, or plug the device, that brings it")
                    : Verdict.refused(sentence(declaration, e));
        } catch (UnrememberedException e) {
            return Verdict.waiting(e.getMessage());
        } catch (IOException e) {
            return Verdict.refused(e.getMessage());
        }
    }

    private static String sentence(Declaration declaration, ErrnoException e) {
        String refused = e.getMessage() + ": ";
        return refused
                + switch (e.errno()) {
                    case EACCES, EPERM, EROFS ->
                        "run the gateway as root, with /proc/sys writable, and name a key that"
                                + " can be read and written";
                    case EISDIR -> "name a key in that folder";
                    default -> "the kernel does not take \"" + declaration.declared() + "\"";
                };
    }

    /** Returns the original. If the value is refused, everything is as it was before the configuration. */
    private String apply(Declaration declaration) throws IOException {
        Optional<Original> known = originals.of(declaration.name());
        Original original = known.isPresent() ? known.get() : remember(declaration);
        try {
            tree.write(declaration.sysctl(), declaration.declared());
            owed.remove(original);
            return original.value();
        } catch (IOException e) {
            boolean untouched = known.isEmpty() && e instanceof ErrnoException;
            if (untouched) {
                forget(original);
            } else {
                putBack(original);
            }
            throw e;
        }
    }

    private Original remember(Declaration declaration) throws IOException {
        Original original =
                new Original(declaration.name(), declaration.sysctl(), tree.read(declaration.sysctl()), bootId);
        try {
            originals.remember(original);
        } catch (IOException e) {
            throw new UnrememberedException(e);
        }
        return original;
    }

    /** If the kernel refuses, the original stays remembered, and is tried again. */
    private void putBack(Original original) {
        try {
            tree.write(original.key(), original.value());
            log.info("{} is \"{}\" again, as before {}", original.key(), original.value(), original.name());
            forget(original);
        } catch (IOException e) {
            if (e instanceof ErrnoException refused && refused.is(Errno.ENOENT)) {
                log.info("{} has gone, and the value before {} with it", original.key(), original.name());
                forget(original);
            } else if (owed.add(original)) {
                log.warn("{} is not put back to \"{}\" yet: {}", original.key(), original.value(), e.toString());
            }
        }
    }

    private void forget(Original original) {
        owed.remove(original);
        try {
            originals.forget(original);
        } catch (IOException e) {
            log.warn("what {} was before {} cannot be forgotten: {}", original.key(), original.name(), e.toString());
        }
    }

    /** A look every while, as long as there is something to look for: /proc/sys tells nobody of new files. */
    private void lookAgain() {
        boolean needed = declarations.stream().anyMatch(each -> each.verdict().standing() == Standing.WAITING)
                || !owed.isEmpty();
        try {
            if (needed && retries == null) {
                retries = loop.timer(RETRY, RETRY, expirations -> lane.offer(this::retry));
            } else if (!needed && retries != null) {
                retries.close();
                retries = null;
            }
        } catch (IOException e) {
            log.warn("waiting sysctl values are not looked at again: {}", e.toString());
        }
    }

    /** The declarations there are. */
    synchronized List<Declaration> declarations() {
        return List.copyOf(declarations);
    }

    SysctlTree tree() {
        return tree;
    }

    /** Leaves the values as they are: the next keeper knows what was before. */
    @Deactivate
    public void close() {
        synchronized (this) {
            if (retries != null) {
                retries.close();
            }
        }
        lane.close();
    }

    /** The medium did not take an original, so nothing was changed. */
    private static final class UnrememberedException extends IOException {

        UnrememberedException(IOException cause) {
            super("its original cannot be remembered, so it is left alone: " + cause, cause);
        }
    }
}
