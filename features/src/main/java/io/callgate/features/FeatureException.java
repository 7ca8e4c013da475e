// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

/** A feature which cannot be read, merged or resolved. The message is one line for the person who wrote the feature. */
public final class FeatureException extends RuntimeException {

    private static final long serialVersionUID = 1;

    FeatureException(String message) {
        super(message);
    }

    FeatureException(String message, Throwable cause) {
        super(message, cause);
    }
}
