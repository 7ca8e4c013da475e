// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.Table;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;

/** The commands {@code deploy:list} and {@code deploy:retry}; public for the shell, which calls by reflection. */
public final class DeployCommands {

    static final String SCOPE = "deploy";
    static final String[] FUNCTIONS = {"list", "retry"};

    private static final long PATIENCE_SECONDS = 10;

    private final Deployer deployer;

    DeployCommands(Deployer deployer) {
        this.deployer = deployer;
    }

    @Descriptor("lists the files in deploy/: what they became, or why not; ms is from the file's close to its service")
    public String list() {
        Table table = new Table("FILE", "BUNDLE", "VERSION", "STATE", "SINCE", "MS", "NOTE");
        for (Row row : deployer.allRows()) {
            String took = row.sinceMillis() > 0 ? Long.toString(row.tookMillis()) : "";
            table.row(row.file(), row.symbolicName(), row.version(), row.state(), row.since(), took, row.note());
        }
        return table.toString();
    }

    @Descriptor("tries a file again that was set aside or could not be read, and says what became of it")
    public String retry(@Descriptor("the file's name, or the bundle's symbolic name") String name)
            throws InterruptedException {
        if (deployer.rows().stream().noneMatch(row -> row.isAbout(name))) {
            throw new IllegalArgumentException(
                    "deploy:retry: nothing in deploy/ is called " + name + " (deploy:list shows what is there)");
        }
        Future<Void> tried = deployer.retry(name);
        try {
            tried.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return name + " is still being tried: log:tail and deploy:list tell what becomes of it";
        } catch (ExecutionException e) {
            throw new IllegalStateException("deploy:retry: " + e.getCause().getMessage(), e);
        }
        return outcome(name);
    }

    /**
     * How it stands with a file or a bundle, a line each.
     *
     * @throws IllegalStateException with these lines, if one of them has a fault
     */
    String outcome(String name) {
        List<Row> rows =
                deployer.rows().stream().filter(row -> row.isAbout(name)).toList();
        String lines = rows.stream().map(Row::sentence).collect(Collectors.joining("\n"));
        if (rows.stream().anyMatch(Row::isFault)) {
            throw new IllegalStateException(lines);
        }
        return rows.isEmpty() ? name + " is not in deploy/ any more" : lines;
    }
}
