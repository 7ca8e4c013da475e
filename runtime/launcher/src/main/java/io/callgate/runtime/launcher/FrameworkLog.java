// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** The framework's own complaints, one line each; its habit is a stack trace on standard output. */
final class FrameworkLog extends Logger {

    @Override
    @SuppressWarnings("rawtypes") // as Felix declares it
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable throwable) {
        String line = line(bundle, message, throwable);
        switch (level) {
            case LOG_ERROR -> Say.error(line);
            case LOG_WARNING -> Say.warning(line);
            default -> Say.info(line);
        }
    }

    static String line(Bundle bundle, String message, Throwable throwable) {
        StringBuilder line = new StringBuilder();
        if (bundle != null) {
            line.append(bundle.getSymbolicName()).append(": ");
        }
        line.append(message);
        if (throwable != null) {
            Throwable root = throwable;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            line.append(": ").append(root.getMessage() == null ? root : root.getMessage());
        }
        return line.toString();
    }
}
