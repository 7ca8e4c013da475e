// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.Locale;

/** Bytes as {@code hexdump -C} shows them; a line that repeats the one before it is a star. */
public final class HexDump {

    private static final int ROW = 16;
    private static final String PRINTABLE = "[^\\x20-\\x7e]";

    private HexDump() {}

    /** @param position of the first byte */
    public static String of(byte[] bytes, long position) {
        StringBuilder dump = new StringBuilder();
        String before = "";
        boolean starred = false;
        for (int from = 0; from < bytes.length; from += ROW) {
            int length = Math.min(ROW, bytes.length - from);
            String row = row(bytes, from, length);
            boolean last = from + ROW >= bytes.length;
            if (row.equals(before) && !last) {
                dump.append(starred ? "" : "*\n");
                starred = true;
            } else {
                dump.append(String.format(Locale.ROOT, "%08x  %s%n", position + from, row));
                starred = false;
            }
            before = row;
        }
        return dump.append(String.format(Locale.ROOT, "%08x", position + bytes.length))
                .toString();
    }

    private static String row(byte[] bytes, int from, int length) {
        StringBuilder digits = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ROW; i++) {
            digits.append(i == ROW / 2 ? " " : "");
            digits.append(i < length ? String.format(Locale.ROOT, "%02x ", bytes[from + i]) : "   ");
            if (i < length) {
                text.append((char) (bytes[from + i] & 0xff));
            }
        }
        return digits + " |" + text.toString().replaceAll(PRINTABLE, ".") + "|";
    }
}
