// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.Table;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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
        Table table = new Table("FILE", "BUNDLE", "VERSION", "STATE", "SINCE", "MS", "NOTE");
        for (Row row : deployer.rows()) {
            boolean serves = row.sinceMillis() > 0;
            String since = serves ? TIME.format(Instant.ofEpochMilli(row.sinceMillis())) : "";
            String took = serves ? Long.toString(row.tookMillis()) : "";
            table.row(row.file(), row.symbolicName(), row.version(), row.state(), since, took, row.note());
        }
        return table.toString();
    }

    @Descriptor("tries a file again that was set aside or could not be read")
    public void retry(@Descriptor("the file's name, or the bundle's symbolic name") String name) {
        if (deployer.rows().stream().noneMatch(row -> row.isAbout(name))) {
            throw new IllegalArgumentException(
                    "deploy:retry: nothing in deploy/ is called " + name + " (deploy:list shows what is there)");
        }
        deployer.retry(name);
    }
}
