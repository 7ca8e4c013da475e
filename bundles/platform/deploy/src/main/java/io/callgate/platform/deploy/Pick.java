// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

/**
 * The content that a symbolic name should have.
 *
 * @param file of {@code deploy/} it comes from, or null if it is the shipped one
 */
record Pick(Content content, String file) {

    boolean isShipped() {
        return file == null;
    }
}
