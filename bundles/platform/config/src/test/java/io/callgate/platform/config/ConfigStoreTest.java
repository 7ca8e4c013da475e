// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigStoreTest {

    @TempDir
    Path root;

    private TestHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new TestHouse(root).start();
    }

    @Test
    void whatIsStoredIsAFileAndAGeneration() throws IOException {
        house.store("a.b~lamp", Map.of("on", true, "level", 3));
        assertThat(house.text("a.b~lamp.json")).isEqualTo("{\n  \"level:Integer\": 3,\n  \"on\": true\n}\n");
        assertThat(house.generations("a.b~lamp")).containsExactly("1 api");
        assertThat(house.configs.toFile().list()).containsExactly("a.b~lamp.json");
    }

    @Test
    void theDictionaryHasBothPidsFromTheFilesName() throws IOException {
        house.type("a.b~lamp.json", "{\"service.pid\": \"wrong\"}");
        house.start();
        Dictionary<String, Object> loaded = house.parts.store().load("a.b~lamp");
        assertThat(loaded.get("service.pid")).isEqualTo("a.b~lamp");
        assertThat(loaded.get("service.factoryPid")).isEqualTo("a.b");
    }

    @Test
    void theSameValuesAgainAreNoWriteAndNoGeneration() throws IOException {
        house.type("a.json", "{ \"x\":   1 }");
        house.start();
        house.store("a", Map.of("x", 1L));
        assertThat(house.text("a.json")).isEqualTo("{ \"x\":   1 }");
        assertThat(house.generations("a")).containsExactly("1 found");
    }

    @Test
    void felixsMarkerOfANewConfigurationIsNoFile() throws IOException {
        house.store("a", Map.of("_felix_.cm.newConfiguration", true));
        house.store("b", Map.of());
        house.parts.store().store("org_apache_felix_cm_impl_DynamicBindings", new Hashtable<>(Map.of("a", "location")));
        assertThat(house.configs).isEmptyDirectory();
        assertThat(house.parts.history().listed()).isEmpty();
        assertThat(house.parts.store().exists("a")).isFalse();
    }

    @Test
    void theCallerOwnsWhatItLoads() throws IOException {
        house.store("a", Map.of("x", new int[] {1}));
        ((int[]) house.parts.store().load("a").get("x"))[0] = 2;
        house.parts.store().load("a").put("y", 1);
        assertThat(house.parts.store().load("a").get("x")).isEqualTo(new int[] {1});
        assertThat(house.parts.store().load("a").get("y")).isNull();
    }

    @Test
    void thereIsNothingToLoadWhereNothingIs() {
        assertThat(house.parts.store().exists("a")).isFalse();
        assertThatThrownBy(() -> house.parts.store().load("a"))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no configuration a");
    }

    @Test
    void deletesFileAndConfigurationAndRemembersIt() throws IOException {
        house.store("a", Map.of("x", 1L));
        house.parts.store().delete("a");
        house.parts.store().delete("never.was");
        assertThat(house.configs).isEmptyDirectory();
        assertThat(house.generations("a")).containsExactly("1 api", "2 delete");
        assertThat(Collections.list(house.start().parts.store().getDictionaries()))
                .isEmpty();
    }

    @Test
    void aKeyThatJsonCannotHoldIsRefused() {
        assertThatThrownBy(() -> house.store("a", Map.of("x:y", 1L)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"x:y\"");
        assertThat(house.parts.store().exists("a")).isFalse();
    }

    @Test
    void aFilesPermissionsStay() throws IOException {
        house.store("a", Map.of("secret", "x"));
        Files.setPosixFilePermissions(house.configs.resolve("a.json"), PosixFilePermissions.fromString("rw-------"));
        house.store("a", Map.of("secret", "y"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(house.configs.resolve("a.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anEditThatNobodySawYetIsKeptBeforeItIsOverwritten() throws IOException {
        house.store("a", Map.of("x", 1L));
        Files.writeString(house.configs.resolve("a.json"), "{\"x\": 5, \"mine\": true}");
        house.store("a", Map.of("x", 2L));
        assertThat(house.generations("a")).containsExactly("1 api", "2 edit", "3 api");
        assertThat(house.log).anyMatch(line -> line.contains("edited and stored by a bundle at the same moment"));
    }

    @Test
    void whatWasReadBeforeABundleStoredIsNeitherAdoptedNorSetAsideNorDeleted() throws IOException {
        house.store("a", Map.of("x", 1L));
        Known read = house.parts.folder().read(FileName.ofPid("a"));
        house.store("a", Map.of("x", 2L));
        ConfigStore store = house.parts.store();
        assertThat(store.adopt(read, new Change(Generation.Kind.EDIT))).isFalse();
        assertThat(store.setAside(read.name(), read.stamp())).isEmpty();
        assertThat(store.deleteAbsent(read.name())).isFalse();
        assertThat(house.value("a", "x")).isEqualTo(2L);
        assertThat(house.text("a.json")).contains("\"x\": 2");
    }

    @Test
    void leftoversOfAWriteThatWasCutOffAreIgnored() throws IOException {
        house.store("a", Map.of("x", 1L));
        Files.writeString(house.configs.resolve(".a.json.tmp"), "{");
        Files.writeString(house.configs.resolve("a.json~"), "{");
        house.start();
        assertThat(house.parts.store().all()).hasSize(1);
        assertThat(house.log).isEmpty();
    }

    @Test
    void anEditWhileTheGatewayWasDownIsServedAndRecorded() throws IOException {
        house.store("a", Map.of("x", 1L));
        house.store("b", Map.of("x", 1L));
        Files.writeString(house.configs.resolve("a.json"), "{\"x\": 5}");
        Files.delete(house.configs.resolve("b.json"));
        house.start();
        assertThat(house.value("a", "x")).isEqualTo(5L);
        assertThat(house.generations("a")).containsExactly("1 api", "3 found");
        assertThat(house.generations("b")).containsExactly("2 api", "3 delete");
    }

    @Test
    void generationsAreCappedAndTheGroundTheyStandOnStays() throws IOException {
        TestHouse small = new TestHouse(root.resolve("small"), new Disk(), 3).start();
        small.store("still", Map.of("x", 1L));
        for (long i = 1; i <= 5; i++) {
            small.store("busy", Map.of("x", i));
        }
        assertThat(small.generations("busy")).containsExactly("4 api", "5 api", "6 api");
        assertThat(List.of(small.past.toFile().list())).hasSize(4).contains("00000001.api.still.json");
        Files.writeString(small.configs.resolve("still.json"), "broken");
        assertThat(small.start().value("still", "x")).isEqualTo(1L);
    }

    @Test
    void afterTheStopNothingEntersTheHistoryAndTheSuccessorFindsWhatWasWritten() throws IOException {
        TestHouse house = new TestHouse(root).start();
        house.store("late", Map.of("x", 1L));
        ConfigParts stopped = house.parts;
        stopped.close();
        house.store("late", Map.of("x", 2L));
        assertThat(house.generations("late")).containsExactly("1 api");
        assertThat(house.log).singleElement().asString().contains("this store has been stopped");
        house.start();
        assertThat(house.value("late", "x")).isEqualTo(2L);
        assertThat(house.generations("late")).containsExactly("1 api", "2 found");
    }
}
