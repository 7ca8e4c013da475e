// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.felix.cm.PersistenceManager;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Config Admin's store: what its persistence contract asks for, on files that belong to a person.
 *
 * <p>The contract as measured: what is stored for a new PID first is empty and marked, and is neither a file nor a
 * generation; a store that throws vetoes the update cleanly; a dictionary without its PID is overwritten by an empty
 * one, so both PIDs come from the file's name; Config Admin caches everything it loaded, so that a change which does
 * not come through {@link #store} has to be brought to it ({@link Adoption}).
 *
 * <p>Locking: Config Admin calls this under its own lock, so this never calls Config Admin. Thread safe.
 */
final class ConfigStore implements PersistenceManager {

    /** Felix's marker of a configuration that was created and not yet updated. */
    private static final String NEW = "_felix_.cm.newConfiguration";

    /** Which bundle took which unbound configuration: made again at every start, and nothing a person should meet. */
    private static final String BINDINGS = "org_apache_felix_cm_impl_DynamicBindings";

    private final ConfigFolder folder;
    private final Gate gate;
    private final Locks locks;
    private final Map<String, Known> byPid = new TreeMap<>();
    private final ThreadLocal<Change> cause = new ThreadLocal<>();

    ConfigStore(ConfigFolder folder, Gate gate, Locks locks) {
        this.folder = folder;
        this.gate = gate;
        this.locks = locks;
    }

    /** Work whose changes are one change. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Runs work in whose course Config Admin calls {@link #store} or {@link #delete}: its generations are of this
     * change.
     */
    void during(Change change, Work work) throws IOException {
        cause.set(change);
        try {
            work.run();
        } finally {
            cause.remove();
        }
    }

    /** Takes what is in the folder. */
    synchronized void open() {
        folder.load().forEach(known -> byPid.put(known.name().pid(), known));
    }

    @Override
    public synchronized boolean exists(String pid) {
        return byPid.containsKey(pid);
    }

    @Override
    public synchronized Dictionary<String, Object> load(String pid) throws IOException {
        Known known = byPid.get(pid);
        if (known == null) {
            throw new IOException("there is no configuration " + pid);
        }
        return dictionary(known);
    }

    @Override
    public synchronized Enumeration<Dictionary<String, Object>> getDictionaries() {
        return Collections.enumeration(
                byPid.values().stream().map(this::dictionary).toList());
    }

    @Override
    @SuppressWarnings("rawtypes") // as declared by the interface
    public void store(String pid, Dictionary properties) throws IOException {
        if (pid.equals(BINDINGS) || properties.get(NEW) != null) {
            return;
        }
        FileName name = FileName.of(pid, (String) properties.get(ConfigurationAdmin.SERVICE_FACTORYPID));
        Map<String, Object> values = Document.ownValues(properties);
        if (neverUpdated(pid, properties, values)) {
            return;
        }
        locks.set(name, Boolean.TRUE.equals(properties.get(Document.LOCKED)));
        if (serves(pid, values)) {
            return;
        }
        gate.admit(name, values);
        write(name, values, changeOr(Generation.Kind.API));
    }

    @Override
    public synchronized void delete(String pid) throws IOException {
        Known known = byPid.get(pid);
        if (known != null) {
            folder.delete(known, changeOr(Generation.Kind.DELETE));
            byPid.remove(pid);
            gate.forget(pid);
            locks.set(known.name(), false);
        }
    }

    /** What is served, in the order of the files' names. */
    synchronized List<Known> all() {
        return byPid.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    synchronized Optional<Known> find(String pid) {
        return Optional.ofNullable(byPid.get(pid));
    }

    boolean locked(FileName name) {
        return locks.locked(name);
    }

    /**
     * Serves a text from now on which is in its file already: a person wrote it there.
     *
     * @return false if the file is not as it was read any more; nothing has changed then
     */
    synchronized boolean adopt(Known typed, Change change) {
        boolean current = folder.isAsRead(typed.name(), typed.stamp());
        if (current) {
            folder.typed(byPid.get(typed.name().pid()), typed, change);
            byPid.put(typed.name().pid(), typed.asRecorded());
        }
        return current;
    }

    /** Whether what was read is what is served, as it is after our own write; takes note of the file's new stamp. */
    synchronized boolean isServed(Known typed) {
        Known known = byPid.get(typed.name().pid());
        boolean same =
                known != null && known.document().text().equals(typed.document().text());
        if (same && folder.isAsRead(typed.name(), typed.stamp())) {
            byPid.put(typed.name().pid(), new Known(known.name(), known.document(), typed.stamp(), known.recorded()));
        }
        return same;
    }

    /** Whether this very document is what is served. */
    synchronized boolean serves(FileName name, Document document) {
        Known known = byPid.get(name.pid());
        return known != null && known.document() == document;
    }

    /** Writes a text as it is, and serves it from now on. */
    synchronized void put(FileName name, Document document, Change change) throws IOException {
        byPid.put(name.pid(), folder.write(byPid.get(name.pid()), name, document, change));
    }

    /** Serves a document that could not be written. */
    synchronized void serve(FileName name, Document document) {
        byPid.put(name.pid(), new Known(name, document, null, false));
    }

    /**
     * Puts what the file holds where it can be looked at, and what is served into the file.
     *
     * @return empty if the file is not as it was judged any more
     */
    synchronized Optional<Path> setAside(FileName name, Stamp judged) throws IOException {
        if (!folder.isAsRead(name, judged)) {
            return Optional.empty();
        }
        Known known = byPid.get(name.pid());
        Path aside = folder.setAside(name, known);
        if (known != null) {
            Stamp restored = Stamp.of(folder.path(name)).orElse(null);
            byPid.put(name.pid(), new Known(name, known.document(), restored, known.recorded()));
        }
        return Optional.of(aside);
    }

    /** Deletes what has no file any more; false if the file is there again. */
    synchronized boolean deleteAbsent(FileName name) throws IOException {
        boolean absent = !folder.exists(name);
        if (absent) {
            delete(name.pid());
        }
        return absent;
    }

    /**
     * Makes sure that the newest generations hold what is served; they do not after an edit while the gateway was
     * down.
     */
    void recordFound(Ledger ledger) throws IOException {
        Change change = new Change(Generation.Kind.FOUND);
        for (Known known : all()) {
            recordFound(known, ledger, change);
        }
        synchronized (this) {
            ledger.recordAbsent(name -> byPid.containsKey(name.pid()) || folder.exists(name), change);
        }
    }

    private synchronized void recordFound(Known known, Ledger ledger, Change change) throws IOException {
        boolean current = known == byPid.get(known.name().pid());
        if (current && known.stamp() != null && !known.recorded()) {
            ledger.recordIfDifferent(known, change);
            byPid.put(known.name().pid(), known.asRecorded());
        }
    }

    private synchronized boolean serves(String pid, Map<String, Object> values) {
        Known known = byPid.get(pid);
        return known != null && known.document().sameValues(values);
    }

    /**
     * {@code setBundleLocation} on a configuration that was never updated stores an empty dictionary without the
     * marker; it is a plain Hashtable there, and Felix's own class in every update.
     */
    private synchronized boolean neverUpdated(String pid, Dictionary<?, ?> properties, Map<String, Object> values) {
        boolean onlyLocation =
                values.isEmpty() || values.keySet().equals(Set.of(ConfigurationAdmin.SERVICE_BUNDLELOCATION));
        return onlyLocation && properties.getClass() == Hashtable.class && !byPid.containsKey(pid);
    }

    private synchronized void write(FileName name, Map<String, Object> values, Change change) throws IOException {
        Known before = byPid.get(name.pid());
        Document document = folder.compose(before == null ? null : before.document(), values);
        byPid.put(name.pid(), folder.write(before, name, document, change));
    }

    private Change changeOr(Generation.Kind kind) {
        Change given = cause.get();
        return given == null ? new Change(kind) : given;
    }

    private Dictionary<String, Object> dictionary(Known known) {
        return known.document().dictionary(known.name(), locks.locked(known.name()));
    }
}
