// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import java.nio.file.Path;
import org.osgi.framework.BundleContext;

/** Where /proc is mounted: a property of the framework, so that tests and odd containers can say. */
final class ProcRoot {

    static final String PROPERTY = "callgate.procfs.root";

    private ProcRoot() {}

    static Path of(BundleContext context) {
        String root = context.getProperty(PROPERTY);
        return Path.of(root == null ? "/proc" : root);
    }
}
