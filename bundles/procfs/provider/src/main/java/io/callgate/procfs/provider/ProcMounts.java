// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Mount;
import io.callgate.procfs.MountService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The mounts: {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue}. */
@Component
public final class ProcMounts implements MountService {

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcMounts(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("self/mountinfo"));
    }

    @Override
    public List<Mount> read() throws IOException {
        return file.read(ProcMounts::parse);
    }

    static List<Mount> parse(Cursor cursor) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (; !cursor.atEnd(); cursor.nextLine()) {
            mounts.add(mount(cursor));
        }
        return List.copyOf(mounts);
    }

    private static Mount mount(Cursor cursor) throws IOException {
        int id = cursor.integer();
        int parent = cursor.integer();
        int major = cursor.integer();
        cursor.expect(":");
        int minor = cursor.integer();
        cursor.expect(" ");
        String root = plain(cursor.field());
        String mountPoint = plain(cursor.field());
        List<String> options = options(cursor.field());
        List<String> propagation = propagation(cursor);
        String type = plain(cursor.field());
        String source = plain(cursor.field());
        return new Mount(
                id,
                parent,
                major,
                minor,
                root,
                mountPoint,
                options,
                propagation,
                type,
                source,
                options(cursor.field()));
    }

    /** Any number of fields, and a hyphen behind them. */
    private static List<String> propagation(Cursor cursor) throws IOException {
        List<String> fields = new ArrayList<>();
        while (!cursor.skip("- ")) {
            if (cursor.atLineEnd()) {
                throw cursor.expected("\"-\"");
            }
            fields.add(cursor.field());
        }
        return fields;
    }

    private static List<String> options(String field) {
        return List.of(plain(field).split(","));
    }

    /** Blanks, newlines, hashes and backslashes are written as three octal digits. */
    static String plain(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            boolean escaped = field.startsWith("\\", i) && isOctal(field, i + 1, i + 4);
            plain.append(escaped ? (char) Integer.parseInt(field, i + 1, i + 4, 8) : field.charAt(i));
            i += escaped ? 3 : 0;
        }
        return plain.toString();
    }

    private static boolean isOctal(String text, int from, int to) {
        return to <= text.length() && text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '7');
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
