// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;

/** The needs of the bundles of a running framework, whatever state they are in. */
final class NeedsOfBundles {

    private NeedsOfBundles() {}

    static Report report(Machine machine, Bundle[] bundles) {
        List<Needs> needs = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (Bundle bundle : bundles) {
            URL file = bundle.getEntry(NeedsFile.PATH);
            if (file != null) {
                try (InputStream in = file.openStream()) {
                    needs.add(NeedsFile.read(in, bundle.getLocation()));
                } catch (IOException e) {
                    mistakes.add(e.getMessage());
                }
            }
        }
        return Report.on(machine, needs, mistakes);
    }
}
