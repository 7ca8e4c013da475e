// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The deployer's own update, on a thread of its own, since its usual one ends with the bundle. So does its journal: what
 * is to be said then goes through the system bundle. What it needs is in its hands before the bundle stops, and its
 * classes are loaded: after the refresh their loader has nothing more to give.
 */
final class SelfUpdate {

    private static final long REFRESH_SECONDS = 30;

    private final Bundle self;
    private final BundleContext system;
    private final Journal journal;

    /**
     * @param self the deployer's bundle, or null if it runs outside of one
     * @param system the context of the system bundle, which outlives the deployer's
     */
    SelfUpdate(Bundle self, BundleContext system, Journal journal) {
        this.self = self;
        this.system = system;
        this.journal = journal;
    }

    boolean isSelf(Bundle bundle) {
        return bundle.equals(self);
    }

    /** -1 if it runs outside of a bundle. */
    long bundleId() {
        return self == null ? -1 : self.getBundleId();
    }

    /** Whether the deployer is wired to a bundle. */
    boolean standsOn(Bundle bundle) {
        BundleWiring own = self == null ? null : self.adapt(BundleWiring.class);
        if (own != null) {
            for (BundleWire wire : own.getRequiredWires(null)) {
                if (wire.getProvider().getBundle().equals(bundle)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Exchanges the deployer, and puts the previous one back if the new one does not start.
     *
     * @param ledger to which the outcome is added
     * @param previous the jar of what runs now, or null if it is not known
     */
    void begin(Change change, Ledger ledger, Path ledgerFile, Path previous) {
        byte[] next;
        byte[] back;
        try {
            next = Files.readAllBytes(change.pick.content().stored());
            back = previous == null ? null : Files.readAllBytes(previous);
        } catch (IOException e) {
            journal.warn("the deployer cannot be updated: " + Fleet.reason(e) + "; mend that and copy the jar again");
            return;
        }
        Ledger.BundleRecord before = ledger.bundles.get(change.symbolicName);
        Runnable exchange = () -> {
            try (LogJournal lasting = new LogJournal(system)) {
                lasting.open();
                try {
                    exchange(next, ledger, ledgerFile, () -> accept(ledger, change), lasting);
                } catch (BundleException | IOException | RuntimeException | LinkageError e) {
                    refuse(change, ledger, e, back != null, lasting);
                    putBack(back, ledger, ledgerFile, before, lasting);
                }
            }
        };
        Thread thread = new Thread(exchange, "callgate-deploy-update");
        thread.setContextClassLoader(null);
        thread.setDaemon(true); // a gateway that stops does not wait for it: the next start does the rest
        thread.start();
    }

    private void exchange(byte[] content, Ledger ledger, Path ledgerFile, Runnable note, Journal lasting)
            throws BundleException, IOException {
        self.stop(Bundle.STOP_TRANSIENT);
        self.update(new ByteArrayInputStream(content));
        note.run();
        Durable.write(ledgerFile, ledger.text());
        CountDownLatch refreshed = new CountDownLatch(1);
        system.getBundle().adapt(FrameworkWiring.class).refreshBundles(List.of(self), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        try {
            if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                lasting.warn("the refresh of the deployer takes more than " + REFRESH_SECONDS + " s: some bundle does"
                        + " not stop (a thread dump shows which); starting the deployer without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        self.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    }

    private void accept(Ledger ledger, Change change) {
        if (change.pick.isShipped()) {
            ledger.bundles.remove(change.symbolicName);
            return;
        }
        String hash = change.pick.content().hash();
        String file = change.pick.file();
        Ledger.FileRecord record = ledger.files.get(file);
        ledger.files.put(file, new Ledger.FileRecord(file, record.stamp(), record.seen(), hash));
        ledger.bundles.put(change.symbolicName, recordOf(change.symbolicName, hash, file));
    }

    private Ledger.BundleRecord recordOf(String name, String hash, String file) {
        long now = System.currentTimeMillis();
        return new Ledger.BundleRecord(name, hash, file, self.getBundleId(), self.getLastModified(), now, 0, List.of());
    }

    private static void refuse(Change change, Ledger ledger, Throwable e, boolean hasPrevious, Journal lasting) {
        String reason = Fleet.reason(e);
        if (!change.pick.isShipped()) {
            ledger.refused.put(change.pick.content().hash(), reason);
        }
        lasting.warn((change.pick.isShipped() ? "" : change.pick.file() + ": ")
                + change.pick.content().title() + " does not start as the deployer: " + reason
                + (hasPrevious
                        ? "; the previous one is put back"
                        : "; no previous one is known, so the gateway runs on without:" + " start it again"));
    }

    private void putBack(byte[] back, Ledger ledger, Path ledgerFile, Ledger.BundleRecord before, Journal lasting) {
        if (back == null) {
            return;
        }
        try {
            exchange(back, ledger, ledgerFile, () -> putBack(ledger, before), lasting);
        } catch (BundleException | IOException | RuntimeException | LinkageError e) {
            lasting.failed("the gateway runs on without a deployer: start it again", e);
        }
    }

    private void putBack(Ledger ledger, Ledger.BundleRecord before) {
        if (before == null) {
            ledger.bundles.remove(self.getSymbolicName());
        } else {
            ledger.bundles.put(before.symbolicName(), recordOf(before.symbolicName(), before.hash(), before.file()));
        }
    }
}
