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
        return deployer.rows().stream()
                .filter(row -> row.isAbout(name) && !row.note().isEmpty())
                .map(Row::sentence)
                .findFirst()
                .orElse(null);
    }

    /** One line about a file that serves, or that nobody looks at; null if there is none of that name. */
    String known(String name) {
        return deployer.allRows().stream()
                .filter(row -> row.isAbout(name))
                .map(Row::sentence)
                .findFirst()
                .orElse(null);
    }
}
