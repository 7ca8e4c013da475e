// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The files that are set aside and why; what was set aside before this start is found by its file. Thread safe. */
final class Problems {

    private final ConfigFolder folder;
    /** Counts for as long as its file is there. */
    private record Reason(String text, Path where) {}

    private final Map<FileName, Reason> setAside = new ConcurrentHashMap<>();
    private final Set<FileName> solved = ConcurrentHashMap.newKeySet();

    Problems(ConfigFolder folder) {
        this.folder = folder;
    }

    void setAside(FileName name, String reason, Path where) {
        solved.remove(name);
        setAside.put(name, new Reason(reason, where));
    }

    /** Something that works came after it; what was set aside is no longer looked at, and stays as {@code .old}. */
    void solved(FileName name) {
        setAside.remove(name);
        Path aside = folder.asidePath(name);
        if (Stamp.of(aside).isPresent() && !aside.toFile().renameTo(new File(aside + ".old"))) {
            solved.add(name);
        }
    }

    /** Why a configuration is set aside, unless something that works came after it. */
    Optional<String> reason(FileName name) {
        Reason known = setAside.get(name);
        if (known != null && Stamp.of(known.where).isPresent()) {
            return Optional.of(known.text + "; see " + known.where);
        }
        Path aside = folder.asidePath(name);
        boolean left = !solved.contains(name) && Stamp.of(aside).isPresent();
        return left ? Optional.of("it was malformed or refused; see " + aside) : Optional.empty();
    }

    /** Everything that is set aside. */
    Set<FileName> names() {
        Set<FileName> names = new TreeSet<>(setAside.keySet());
        String[] files = folder.path().resolve(ConfigFolder.SET_ASIDE).toFile().list();
        for (String file : files == null ? new String[0] : files) {
            FileName.parse(file).filter(name -> !solved.contains(name)).ifPresent(names::add);
        }
        return names;
    }
}
