// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.shm.Board;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** One configuration: a board. */
@Component(
        service = {},
        configurationPid = Board.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = BoardComponent.Config.class, factory = true)
public final class BoardComponent {

    /** The latest value of something, in shared memory, that becomes a service. */
    @ObjectClassDefinition(
            name = "Board",
            description = "The latest value of something, in shared memory, that becomes a service")
    public @interface Config {

        /** Where. */
        @AttributeDefinition(
                required = false,
                description = "The file; the default is /dev/shm/NAME, which is shm_open's \"/NAME\"")
        String path() default "";

        /** Which direction. */
        @AttributeDefinition(
                required = false,
                description = "What the gateway does with it; one process writes a board",
                options = {@Option(label = "reader", value = "reader"), @Option(label = "writer", value = "writer")})
        String role() default "reader";

        /** How much. */
        @AttributeDefinition(
                required = false,
                min = "1",
                max = "134217728",
                description = "Bytes of the longest value of a new board; the file has four times as much")
        int maxBytes() default 4096;

        /** May it be there. */
        @AttributeDefinition(
                required = false,
                description =
                        "create: make it unless it is there; existing: wait for it; exclusive: refuse one that this"
                                + " configuration has not made",
                options = {
                    @Option(label = "create", value = "create"),
                    @Option(label = "existing", value = "existing"),
                    @Option(label = "exclusive", value = "exclusive")
                })
        String open() default "create";

        /** Who else may. */
        @AttributeDefinition(
                required = false,
                description = "Permission bits of a new file, in octal; one that more may write is refused")
        String mode() default "0600";

        /** Whose. */
        @AttributeDefinition(
                required = false,
                description = "Whose a file may be that is there, a name or a number; the default is the gateway's user"
                        + " and root")
        String owner() default "";

        /** Does it go with the configuration. */
        @AttributeDefinition(
                required = false,
                description = "Whether the file is removed when this configuration is deleted",
                options = {
                    @Option(label = "never", value = "never"),
                    @Option(label = "if it was created by it", value = "created"),
                    @Option(label = "always", value = "always")
                })
        String unlink() default "created";
    }

    /** What the gateway does with it. */
    enum Role {
        READER,
        WRITER
    }

    private record Settings(FileSettings file, Role role, int maxBytes) {}

    static final int MOST_BYTES = Layout.MAX_CAPACITY / (2 * Layout.BUFFERS);
    private static final Path PROC = Path.of("/proc");

    private final ConfiguredResource resource;
    private final Life<OpenBoard> life; // null if the configuration cannot be used

    /** Opens the board, and goes on trying if it cannot be opened now. */
    @Activate
    public BoardComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference LinuxFiles files,
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.resource = new ConfiguredResource(context, properties, log);
        Settings settings = settings(config);
        if (settings == null) {
            this.life = null;
            return;
        }
        File storage = context.getDataFile("boards");
        Ledger ledger = new Ledger(
                storage == null ? null : storage.toPath(), resource.status().name(), PROC);
        SharedFiles door = new SharedFiles(files, calls, memory);
        this.life = new Life<>(resource, new Work(settings, door, ledger, log), loop, dispatcher, log);
        life.begin();
    }

    private Settings settings(Config config) {
        try {
            return new Settings(
                    FileSettings.of(
                            resource.status().name(),
                            config::path,
                            config::open,
                            config::mode,
                            config::owner,
                            config::unlink),
                    FileSettings.word("role", config::role, Role.values()),
                    FileSettings.number("maxBytes", config::maxBytes, 1, MOST_BYTES));
        } catch (InvalidSettingException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    /** Ends the service; the file stays, unless the configuration was deleted and says otherwise. */
    @Deactivate
    public void close(int reason) {
        if (life == null) {
            resource.close();
        } else {
            life.close(reason == RingComponent.CONFIGURATION_DELETED);
        }
    }

    /** A board's part of its life. */
    private final class Work implements Life.Work<OpenBoard> {

        private final Settings settings;
        private final SharedFiles door;
        private final Ledger ledger;
        private final Logger log;
        private final Processes processes;

        Work(Settings settings, SharedFiles door, Ledger ledger, Logger log) throws IOException {
            this.settings = settings;
            this.door = door;
            this.ledger = ledger;
            this.log = log;
            this.processes = new Processes(PROC);
        }

        @Override
        public OpenBoard open() throws IOException {
            Words.compile();
            String name = resource.status().name();
            SharedFile file = door.open(
                    name,
                    settings.file(),
                    new SharedFiles.Contents(Layout.KIND_BOARD, SharedFiles.Contents.BOARD, settings.maxBytes()),
                    ledger);
            if (file.header().capacity() != settings.maxBytes()) {
                log.warn(
                        "{} was there already and takes values of {} bytes, whatever its configuration says: delete it to"
                                + " have it made anew",
                        file.path(),
                        file.header().capacity());
            }
            try {
                return new OpenBoard(name, file, processes, settings.role() == Role.WRITER);
            } catch (IOException e) {
                file.end();
                file.close();
                throw e;
            }
        }

        @Override
        public Optional<String> lost(OpenBoard board) throws IOException {
            return board.file().lost();
        }

        @Override
        public void live(OpenBoard board) {
            resource.live(Board.class, board, Map.of(Board.PATH, board.path().toString()));
        }

        @Override
        public void close(OpenBoard board) throws IOException {
            board.close();
        }

        @Override
        public void deleted(OpenBoard last) throws IOException {
            Removal.of(last == null ? null : last.file(), settings.file(), ledger, log);
        }
    }
}
