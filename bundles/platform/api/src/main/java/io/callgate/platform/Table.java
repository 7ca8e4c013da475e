// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command's output: rows in columns that a person reads and a script can cut; columns of numbers are aligned to the
 * right. Not thread safe.
 */
public final class Table {

    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.,:%]*|-");

    private final List<String[]> rows = new ArrayList<>();

    /** A table without rows. */
    public Table(String... headings) {
        rows.add(headings);
    }

    /** One cell for each heading; an empty one is shown as a hyphen, so that columns can be counted. */
    public Table row(Object... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(cells.length + " cells for " + rows.get(0).length + " columns");
        }
        String[] row = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            String cell = String.valueOf(cells[i]);
            row[i] = cell.isEmpty() ? "-" : cell;
        }
        rows.add(row);
        return this;
    }

    /** The lines; the last one has no newline at its end. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(i == 0 ? "" : "  ").append(aligned(row[i], i));
            }
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private String aligned(String cell, int column) {
        int width = rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
        String room = " ".repeat(width - cell.length());
        return isNumeric(column) ? room + cell : cell + room;
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row[column])
                        .matches());
    }
}
