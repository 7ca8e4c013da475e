// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Brings the product's bundles of a framework that is initialised, but not started, to what the image holds. Bundles of
 * other locations, such as dropped ones, are nothing to it.
 */
final class ProductInstaller {

    private final BundleContext framework;
    private final Image image;
    private final Path recordFile;
    private final Fingerprint fingerprint;
    private final Map<String, ProductRecord.Jar> before;
    private final Map<String, ProductRecord.Jar> now = new LinkedHashMap<>();
    private boolean changed;

    /**
     * @param recordFile removed before the cache is changed
     * @param record of the cache which the framework uses, or null if the cache is new
     */
    ProductInstaller(
            BundleContext framework, Image image, Path recordFile, Fingerprint fingerprint, ProductRecord record) {
        this.framework = framework;
        this.image = image;
        this.recordFile = recordFile;
        this.fingerprint = fingerprint;
        this.before = record == null ? Map.of() : record.jars();
        this.changed = record == null;
    }

    /**
     * Installs what is missing and updates what is another jar than before.
     *
     * @return the record to be written when the cache is on the disk, or null if nothing changed
     */
    ProductRecord install() throws LaunchException {
        for (StartList.Entry entry : image.startList().entries()) {
            Path jar = image.jar(entry);
            try {
                install(entry, jar);
            } catch (IOException e) {
                throw LaunchException.of(jar, e, "unpack the image again, and see that the disk is not full");
            } catch (BundleException e) {
                throw new LaunchException(
                        jar + " cannot be installed: " + e.getMessage() + "; unpack the image again", e);
            }
        }
        return changed ? new ProductRecord(fingerprint, now) : null;
    }

    private void install(StartList.Entry entry, Path jar) throws IOException, BundleException {
        Bundle installed = framework.getBundle(entry.location());
        ProductRecord.Jar known = before.get(entry.path());
        if (installed != null && known != null && known.stamp().isSame(ProductRecord.Stamp.of(jar))) {
            now.put(entry.path(), known);
            return;
        }
        ProductRecord.Jar jarNow = ProductRecord.Jar.of(jar);
        now.put(entry.path(), jarNow);
        announceChange();
        if (installed == null) {
            add(entry, jar);
        } else if (known == null || !known.digest().equals(jarNow.digest())) {
            try (InputStream content = Files.newInputStream(jar)) {
                installed.update(content);
            }
            Say.info(installed.getSymbolicName() + " " + installed.getVersion()
                    + " updated: the image's jar has changed");
        }
    }

    /** From here on, and until the new record is written, the cache is not to be trusted after a kill. */
    private void announceChange() throws IOException {
        if (!changed) {
            Files.deleteIfExists(recordFile);
            changed = true;
        }
    }

    private void add(StartList.Entry entry, Path jar) throws IOException, BundleException {
        Bundle bundle;
        try (InputStream content = Files.newInputStream(jar)) {
            bundle = framework.installBundle(entry.location(), content);
        }
        if (entry.isStarted()) {
            bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start(); // takes effect when the level is reached
            }
        }
    }
}
