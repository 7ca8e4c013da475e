// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.Descriptor;

/** The commands {@code deploy:list} and {@code deploy:retry}; public for the shell, which calls by reflection. */
public final class DeployCommands {

    static final String SCOPE = "deploy";
    static final String[] FUNCTIONS = {"list", "retry"};

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private final Deployer deployer;

    DeployCommands(Deployer deployer) {
        this.deployer = deployer;
    }

    @Descriptor("lists the files in deploy/: what they became, or why not; ms is from the file's close to its service")
    public String list() {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"FILE", "BUNDLE", "VERSION", "STATE", "SINCE", "MS", "NOTE"});
        for (Row row : deployer.rows()) {
            boolean serves = row.sinceMillis() > 0;
            lines.add(new String[] {
                row.file(),
                row.symbolicName(),
                row.version(),
                row.state(),
                serves ? TIME.format(Instant.ofEpochMilli(row.sinceMillis())) : "-",
                serves ? Long.toString(row.tookMillis()) : "-",
                row.note()
            });
        }
        return aligned(lines);
    }

    @Descriptor("tries a file again that was set aside or could not be read")
    public void retry(@Descriptor("the file's name, or the bundle's symbolic name") String name) {
        if (deployer.rows().stream().noneMatch(row -> row.isAbout(name))) {
            throw new IllegalArgumentException(
                    "deploy:retry: nothing in deploy/ is called " + name + " (deploy:list shows what is there)");
        }
        deployer.retry(name);
    }

    private static String aligned(List<String[]> lines) {
        int[] widths = new int[lines.get(0).length];
        for (String[] line : lines) {
            for (int i = 0; i < line.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < line.length; i++) {
                row.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
            }
            text.append(text.length() == 0 ? "" : "\n").append(row.toString().stripTrailing());
        }
        return text.toString();
    }
}
