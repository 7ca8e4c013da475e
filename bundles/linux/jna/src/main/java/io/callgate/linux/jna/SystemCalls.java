// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The numbers of system calls by name, from {@code syscalls.tsv}: one row per call, one column per architecture. */
final class SystemCalls {

    private static final String TABLE = "syscalls.tsv";
    private static final String ABSENT = "-";

    private SystemCalls() {}

    static Map<String, Integer> of(Architecture architecture) {
        int column = 1 + architecture.ordinal();
        Map<String, Integer> numbers = new HashMap<>();
        try (InputStream table = SystemCalls.class.getResourceAsStream(TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split("\t");
                if (!line.startsWith("#") && !cells[column].equals(ABSENT)) {
                    numbers.put(cells[0], Integer.valueOf(cells[column]));
                }
            }
            return Map.copyOf(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
