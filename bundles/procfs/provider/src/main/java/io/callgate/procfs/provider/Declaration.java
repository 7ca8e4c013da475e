// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.procfs.SysctlValue;
import io.callgate.resource.ConfiguredResource;
import java.io.IOException;

/** One configuration's setting: what the keeper decided of it last, and the service that says so. */
final class Declaration implements SysctlValue {

    /** Where it stands. */
    enum Standing {
        /** In force. */
        LIVE,
        /** May come to be in force by itself: look again. */
        WAITING,
        /** Not before the configuration is another one. */
        REFUSED
    }

    /** Live with the original value, or not, with a reason. */
    record Verdict(Standing standing, String original, String reason) {

        static Verdict live(String original) {
            return new Verdict(Standing.LIVE, original, "");
        }

        static Verdict waiting(String reason) {
            return new Verdict(Standing.WAITING, "", reason);
        }

        static Verdict refused(String reason) {
            return new Verdict(Standing.REFUSED, "", reason);
        }
    }

    private final String name;
    private final SysctlKey key;
    private final String value;
    private final ConfiguredResource resource;
    private final SysctlTree tree;
    private volatile Verdict verdict = Verdict.waiting("");

    Declaration(String name, SysctlKey key, String value, ConfiguredResource resource, SysctlTree tree) {
        this.name = name;
        this.key = key;
        this.value = value;
        this.resource = resource;
        this.tree = tree;
    }

    String name() {
        return name;
    }

    SysctlKey sysctl() {
        return key;
    }

    Verdict verdict() {
        return verdict;
    }

    /** The keeper's word, under its lock. */
    void decide(Verdict next) {
        verdict = next;
    }

    /**
     * Brings the service in line with the last word. Called without the keeper's lock, since whoever is told of the
     * service may want that; two callers both leave the last word standing.
     */
    synchronized void publish() {
        Verdict now = verdict;
        if (now.standing == Standing.LIVE) {
            resource.live(SysctlValue.class, this);
        } else {
            resource.waiting(now.reason);
        }
    }

    @Override
    public String key() {
        return key.toString();
    }

    @Override
    public String declared() {
        return value;
    }

    @Override
    public String original() {
        return verdict.original;
    }

    @Override
    public String current() throws IOException {
        return tree.read(key);
    }
}
