// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.osgi.service.component.ComponentException;
import org.osgi.service.log.Logger;

/** What the three components have in common: a declaration, or the reason why there is none. */
final class Declarer {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final ConfiguredResource resource;
    private final Tables tables;
    private final Ledger ledger;
    private final Wish.Removal removal;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;
    private Declaration declaration; // null if the configuration cannot be used

    Declarer(
            ConfiguredResource resource,
            Tables tables,
            File folder,
            Wish.Removal removal,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log) {
        this.resource = resource;
        this.tables = tables;
        this.ledger = new Ledger(
                folder == null ? null : folder.toPath(),
                resource.status().name(),
                BOOT_ID,
                tables.settings().namespace().map(Path::toString).orElse(""));
        this.removal = removal;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
    }

    /**
     * Begins to look after it, or says why not.
     *
     * @param wish of the configuration; throws IllegalArgumentException if it says what cannot be
     * @param restore read as late as the wish: a value of another type throws here, too
     */
    void begin(Function<Network, Wish> wish, BooleanSupplier restore) {
        Wish declared;
        boolean restored;
        try {
            declared = wish.apply(new Network(tables));
            restored = restore.getAsBoolean();
        } catch (IllegalArgumentException e) {
            resource.waiting(e.getMessage());
            return;
        } catch (ComponentException e) { // a value of another type
            resource.waiting("a value of the configuration has the wrong type: " + e.getMessage());
            return;
        }
        try {
            declaration = new Declaration(resource, declared, ledger, restored, loop, dispatcher, log);
            declaration.begin(tables);
        } catch (RuntimeException e) {
            resource.close();
            throw e;
        }
    }

    /** What a configuration must say. */
    static String required(String key, String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("the configuration has no \"" + key + "\"");
        }
        return value;
    }

    /** A number that the kernel keeps in 32 bits. */
    static long checked(String key, long value, long least) {
        if (value < least || value > 0xffff_ffffL) {
            throw new IllegalArgumentException(
                    "\"" + key + "\" is " + value + ", and must be " + least + " to 4294967295");
        }
        return value;
    }

    void close(boolean delete) {
        if (declaration != null) {
            declaration.close(delete);
            return;
        }
        if (delete) {
            removeMade();
        }
        resource.close();
    }

    /** By the configuration as it was when it could be used. */
    private void removeMade() {
        try {
            Map<String, String> made = ledger.made();
            if (!made.isEmpty()) {
                removal.remove(new Network(tables), made);
            }
            ledger.forget();
        } catch (IOException e) {
            log.warn(
                    "{} stays, since it could not be removed: {}",
                    resource.status().name(),
                    e.getMessage());
        }
    }
}
