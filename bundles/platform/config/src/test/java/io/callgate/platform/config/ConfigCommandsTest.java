// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** The commands under the real Config Admin: what they do is one store with the files. */
class ConfigCommandsTest {

    @TempDir
    Path root;

    private Path configs;
    private TestFramework framework;

    @BeforeEach
    void boot() throws Exception {
        Path home = Files.createDirectories(root.resolve("home/configs")).getParent();
        Files.writeString(
                home.resolve("configs/test.pid.json"), "{\n  \"level\": 5, // per cent\n  \"name\": \"x\"\n}\n");
        framework = new TestFramework(root.resolve("data"), home, root.resolve("cache"));
        framework.admin();
        framework.describe(
                "test.pid",
                "<AD id=\"level\" type=\"Integer\" min=\"1\" default=\"1\"/>"
                        + "<AD id=\"name\" type=\"String\" default=\"\"/>"
                        + "<AD id=\"sizes\" type=\"Long\" cardinality=\"9\" default=\"\"/>"
                        + "<AD id=\"key\" type=\"Password\" default=\"\"/>");
        configs = root.resolve("data/configs");
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    /** Types a command into a shell and returns what it prints. */
    private String call(String function, String... arguments) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (CommandSession session =
                framework.await(CommandProcessor.class).createSession(InputStream.nullInputStream(), out, out)) {
            Object result = session.execute("config:" + function + " " + String.join(" ", arguments));
            assertThat(result).isNull();
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private Object live(String key) throws Exception {
        ConfigurationAdmin admin = framework.admin();
        return admin.getConfiguration("test.pid", null).getProperties().get(key);
    }

    @Test
    void setTypesByTheMetatypeAndKeepsTheText() throws Exception {
        call("set", "test.pid", "level=7", "sizes=1,2", "new:Short=3");
        assertThat(live("level")).isEqualTo(7);
        assertThat(live("sizes")).isEqualTo(new Long[] {1L, 2L});
        assertThat(live("new")).isEqualTo((short) 3);
        assertThat(configs.resolve("test.pid.json"))
                .hasContent("{\n  \"level:Integer\": 7, // per cent\n  \"name\": \"x\",\n"
                        + "  \"new:Short\": 3,\n  \"sizes\": [1, 2]\n}\n");
    }

    @Test
    void setRefusesInOneLineAndChangesNothing() throws Exception {
        assertThatThrownBy(() -> call("set", "test.pid", "level=0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("less than minimum");
        assertThatThrownBy(() -> call("set", "test.pid", "level=ten"))
                .isInstanceOf(IOException.class)
                .hasMessage("level: \"ten\" is no Integer");
        assertThatThrownBy(() -> call("set", "test.pid", "level"))
                .isInstanceOf(IOException.class)
                .hasMessage("\"level\" is no key=value");
        assertThat(live("level")).isEqualTo(5L);
    }

    @Test
    void setMakesAFactoryInstance() throws Exception {
        call("set", "some.factory~one", "a=1", "b=text", "c=true", "d=1.5");
        var made = framework
                .admin()
                .listConfigurations("(service.factoryPid=some.factory)")[0]
                .getProperties();
        assertThat(made.get("a")).isEqualTo(1L);
        assertThat(made.get("b")).isEqualTo("text");
        assertThat(made.get("c")).isEqualTo(true);
        assertThat(made.get("d")).isEqualTo(1.5);
    }

    @Test
    void aFactoryWithoutTheNameOfAnInstanceIsRefusedByCommandAndRemarkedInAFile() throws Exception {
        framework.describeFactory("test.factory", "<AD id=\"path\" type=\"String\"/>");
        String words = "test.factory is a factory: write test.factory~NAME";
        assertThatThrownBy(() -> call("set", "test.factory", "path=/x"))
                .isInstanceOf(IOException.class)
                .hasMessage(words);
        assertThat(configs.resolve("test.factory.json")).doesNotExist();
        call("set", "test.factory~one", "path=/x");
        framework.admin().getConfiguration("test.factory", null).update(new java.util.Hashtable<>(Map.of("path", "/")));
        assertThat(call("list", "factory").lines().skip(1))
                .containsExactly("test.factory      own   remark", "test.factory~one  own   ok");
    }

    @Test
    void rollbackRestoresAndCanBeOfOnePid() throws Exception {
        call("set", "other", "a=1");
        call("delete", "test.pid");
        call("set", "other", "a=2");
        assertThat(call("rollback", "2", "test.pid")).isEqualTo("test.pid: restored\n");
        assertThat(live("level")).isEqualTo(5L);
        assertThat(call("get", "other", "a")).isEqualTo("2\n");
    }

    @Test
    void everyChangeByCommandIsOneLineInTheLog() throws Exception {
        List<Object> lines = new CopyOnWriteArrayList<>();
        framework.context().registerService(LoggerFactory.class, logging(lines), null);
        call("set", "test.pid", "level=7");
        call("set", "test.pid", "level=7");
        call("set", "new", "a=1");
        call("delete", "new", "a");
        call("delete", "new");
        call("rollback", "1");
        assertThat(lines)
                .containsExactly(
                        "test.pid follows config:set",
                        "new is new, by config:set",
                        "new lost a by config:delete",
                        "new is deleted by config:delete; config:rollback brings it back",
                        "config:rollback to generation 1, test.pid: changed back");
    }

    /** What is said at INFO; whoever asks for a logger gets one. */
    private static LoggerFactory logging(List<Object> lines) {
        ClassLoader loader = LoggerFactory.class.getClassLoader();
        Object logger = Proxy.newProxyInstance(loader, new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("info")) {
                lines.add(arguments[1]);
            }
            return null;
        });
        return (LoggerFactory) Proxy.newProxyInstance(
                loader, new Class<?>[] {LoggerFactory.class}, (proxy, method, arguments) -> logger);
    }

    @Test
    void theLogAdminsPidsAreKnown() throws Exception {
        call("set", "'org.osgi.service.log.admin'", "ROOT=DEBUG");
        call("set", "'org.osgi.service.log.admin|some.bundle'", "ROOT=DEBUG");
        assertThat(call("list", "log.admin").lines().skip(1)).hasSize(2).allMatch(line -> line.endsWith(" ok"));
    }

    @Test
    void listAndGetShowWhatIsServed() throws Exception {
        call("set", "test.pid", "key=secret");
        assertThat(call("list").lines()).containsExactly("PID       TEXT      STATE", "test.pid  modified  ok");
        assertThat(call("get", "test.pid")).contains("KEY    TYPE    VALUE", "key    String  ***", "level  Long    5");
        assertThat(call("get", "test.pid", "level")).isEqualTo("5\n");
        assertThatThrownBy(() -> call("get", "test.pidd"))
                .hasMessage("there is no configuration test.pidd, did you mean test.pid?");
    }

    @Test
    void setSaysAtOnceWhatIsProbablyNotMeant() throws Exception {
        assertThat(call("set", "test.pid", "levl=7"))
                .isEqualTo("test.pid: key \"levl\" is unknown, did you mean \"level\"?\n");
        assertThat(call("set", "test.pidd", "level=7"))
                .contains("test.pidd: no bundle knows this PID, did you mean test.pid?");
        assertThat(call("list").lines().skip(1))
                .containsExactly("test.pid   modified  remark", "test.pidd  own       unchecked");
    }

    @Test
    void diffShowsWhatIsNotAsShipped() throws Exception {
        call("set", "test.pid", "name=y");
        assertThat(call("diff").lines()).containsExactly("PID       KEY   THEN  NOW", "test.pid  name  x     y");
    }

    @Test
    void deleteTakesAKeyOrAll() throws Exception {
        call("delete", "test.pid", "name");
        assertThat(live("name")).isNull();
        call("delete", "test.pid");
        assertThat(framework.admin().listConfigurations(null)).isNull();
        assertThat(configs.resolve("test.pid.json")).doesNotExist();
    }

    @Test
    void rollbackTouchesOnlyWhatDiffers() throws Exception {
        call("set", "other", "a=1");
        call("set", "test.pid", "level=7");
        call("set", "test.pid", "level=8");
        call("set", "third", "a=1");
        long untouched =
                Files.getLastModifiedTime(configs.resolve("other.json")).toMillis();
        assertThat(call("diff", "2")).contains("test.pid  level     5    8");
        assertThat(call("rollback", "2")).isEqualTo("test.pid: changed back\nthird: deleted\n");
        assertThat(live("level")).isEqualTo(5L);
        assertThat(framework.admin().listConfigurations("(service.pid=third)")).isNull();
        assertThat(Files.getLastModifiedTime(configs.resolve("other.json")).toMillis())
                .isEqualTo(untouched);
        assertThat(configs.resolve("test.pid.json")).content().contains("\"level\": 5, // per cent");
        assertThat(call("history").lines().map(line -> line.strip()
                        .replaceAll(" +\\S+T\\S+ +", " ")
                        .replaceAll(" +", " ")))
                .contains("1 seed test.pid", "6 rollback test.pid", "6 delete third");
        assertThat(call("rollback", "6")).isEqualTo("nothing differs from generation 6\n");
        assertThatThrownBy(() -> call("rollback", "99"))
                .hasMessage("there is no generation 99; config:history lists 1 to 6");
    }

    @Test
    void aHandEditACommandAndConfigAdminsApiAreOneStore() throws Exception {
        call("set", "test.pid", "name=command");
        framework.admin().getConfiguration("test.pid", null).update(new java.util.Hashtable<>(Map.of("name", "api")));
        assertThat(call("get", "test.pid", "name")).isEqualTo("api\n");
        assertThat(configs.resolve("test.pid.json"))
                .content()
                .contains("\"name\": \"api\"")
                .doesNotContain("level");
        assertThat(call("history", "test.pid").lines().skip(1).map(line -> line.strip()
                        .split(" +")[2]))
                .containsExactly("seed", "set", "api");
    }
}
