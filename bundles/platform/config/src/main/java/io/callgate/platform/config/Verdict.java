// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.List;

/**
 * What the metatype says about a configuration.
 *
 * @param described whether any bundle describes the PID; if not, nothing was checked
 * @param refused wrong types and ranges, a sentence each
 * @param remarks what works but is probably not meant, a sentence each
 */
record Verdict(boolean described, List<String> refused, List<String> remarks) {

    static final Verdict UNCHECKED = new Verdict(false, List.of(), List.of());

    /** The remarks say whose they are. */
    Verdict about(FileName name) {
        return new Verdict(
                described,
                refused,
                remarks.stream().map(remark -> name.pid() + ": " + remark).toList());
    }
}
