// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** The least that a gateway of this kind could be: what {@link Start} compares with. */
public final class BareFelix {

    private BareFelix() {}

    /** Arguments: a cache folder, and jars separated by colons. */
    public static void main(String[] arguments) throws Exception {
        Framework framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, arguments[0]));
        framework.start();
        List<Bundle> bundles = new ArrayList<>();
        for (String jar : arguments[1].split(":")) {
            bundles.add(framework
                    .getBundleContext()
                    .installBundle(Path.of(jar).toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        System.out.println("bare Felix is live");
        framework.waitForStop(0);
    }
}
