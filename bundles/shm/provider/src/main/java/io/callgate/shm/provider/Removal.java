// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.provider.FileSettings.Unlink;
import java.io.IOException;
import java.nio.file.Files;
import org.osgi.service.log.Logger;

/** What becomes of a file when its configuration is deleted. */
final class Removal {

    private Removal() {}

    /** @param last the file, closed; null if there was none */
    static void of(SharedFile last, FileSettings settings, Ledger ledger, Logger log) throws IOException {
        boolean goes = last != null
                && (settings.unlink() == Unlink.ALWAYS || settings.unlink() == Unlink.CREATED && last.isCreated());
        if (goes && last.isAtItsPath() && Files.deleteIfExists(settings.path())) {
            log.info("{} was removed with its configuration", settings.path());
        }
        ledger.forget();
    }
}
