// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.function.Function;

/** Answers {@code why NAME} for the doctor: a file or a bundle of {@code deploy/} that does not serve, and why. */
final class Why implements Function<String, String> {

    private final Deployer deployer;

    Why(Deployer deployer) {
        this.deployer = deployer;
    }

    /** One line, or null if nothing is known against that name. */
    @Override
    public String apply(String name) {
        for (Row row : deployer.rows()) {
            if (row.isAbout(name) && !row.note().isEmpty()) {
                String title =
                        row.symbolicName().equals("-") ? "" : " (" + row.symbolicName() + " " + row.version() + ")";
                return row.file() + title + ": " + row.state() + ": " + row.note();
            }
        }
        return null;
    }
}
