// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.time.Duration;

/**
 * The work that can wait until the gateway is live: bringing a new bundle cache and its record to the disk, and making
 * the class-data archive. In a thread of its own, of low priority.
 */
final class Settling {

    private final DataFolder data;
    private final ProductRecord record;
    private final ClassArchive archive;
    private final Thread thread = new Thread(this::settle, "callgate-settle");

    /**
     * @param record to be written, or null
     * @param archive to be looked after, or null
     */
    Settling(DataFolder data, ProductRecord record, ClassArchive archive) {
        this.data = data;
        this.record = record;
        this.archive = archive;
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        thread.start();
    }

    /** Gives up the archive, and waits for the record, which saves the next start from making the cache anew. */
    void end(Duration patience) throws InterruptedException {
        if (archive != null) {
            archive.end();
        }
        thread.join(patience.toMillis());
    }

    private void settle() {
        if (record != null) {
            try {
                DurableFiles.syncAll(data.bundleCache());
                record.write(data.productRecord());
            } catch (IOException e) {
                Say.warning(data.productRecord() + " cannot be written: " + LaunchException.reason(e)
                        + "; the next start makes the bundle cache anew");
            }
        }
        if (archive != null) {
            archive.settle();
        }
    }
}
