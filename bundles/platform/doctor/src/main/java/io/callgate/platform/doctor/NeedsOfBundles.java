// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;

/** The needs of the bundles of a running framework, whatever state they are in. */
final class NeedsOfBundles {

    private NeedsOfBundles() {}

    static Report report(Machine machine, Bundle[] bundles) {
        List<String> mistakes = new ArrayList<>();
        return Report.on(machine, read(bundles, mistakes).values(), mistakes);
    }

    /** The mechanism of every bundle that says what it needs, and says it right. */
    static Map<Bundle, String> mechanisms(Bundle[] bundles) {
        Map<Bundle, String> mechanisms = new LinkedHashMap<>();
        read(bundles, new ArrayList<>()).forEach((bundle, needs) -> mechanisms.put(bundle, needs.mechanism()));
        return mechanisms;
    }

    private static Map<Bundle, Needs> read(Bundle[] bundles, List<String> mistakes) {
        Map<Bundle, Needs> needs = new LinkedHashMap<>();
        for (Bundle bundle : bundles) {
            URL file = bundle.getEntry(NeedsFile.PATH);
            if (file != null) {
                try (InputStream in = file.openStream()) {
                    needs.put(bundle, NeedsFile.read(in, bundle.getLocation()));
                } catch (IOException e) {
                    mistakes.add(e.getMessage());
                }
            }
        }
        return needs;
    }
}
