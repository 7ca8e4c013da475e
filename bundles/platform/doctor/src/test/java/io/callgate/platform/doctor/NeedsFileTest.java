// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsFileTest {

    private static Needs read(String json) throws IOException {
        return NeedsFile.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), "some.jar");
    }

    private static Need one(String more) throws IOException {
        return read("{\"mechanism\":\"m\",\"needs\":[{\"name\":\"n\",\"what\":\"w\",\"mend\":\"line\"," + more + "}]}")
                .needs()
                .get(0);
    }

    @Test
    void everyKindIsRead() throws IOException {
        assertThat(one("\"kind\":\"file\",\"path\":\"/proc/x\"").check())
                .isEqualTo(new Check.FilePath("/proc/x", Check.Access.R));
        assertThat(one("\"kind\":\"file\",\"path\":\"/proc/x\",\"access\":\"w\"")
                        .check())
                .isEqualTo(new Check.FilePath("/proc/x", Check.Access.W));
        assertThat(one("\"kind\":\"device\",\"path\":\"/dev/watchdog*\"").check())
                .isEqualTo(new Check.FilePath("/dev/watchdog*", Check.Access.RW));
        assertThat(one("\"kind\":\"kernel-option\",\"option\":\"CONFIG_PSI\"").check())
                .isEqualTo(new Check.KernelOption("CONFIG_PSI"));
        assertThat(one("\"kind\":\"capability\",\"capability\":\"CAP_SYS_RESOURCE\"")
                        .check())
                .isEqualTo(new Check.Capability("CAP_SYS_RESOURCE"));
        assertThat(one("\"kind\":\"limit\",\"limit\":\"RLIMIT_MSGQUEUE\",\"atLeast\":819200")
                        .check())
                .isEqualTo(new Check.Limit(Check.Limit.Resource.RLIMIT_MSGQUEUE, 819200));
        assertThat(one("\"kind\":\"group\",\"group\":\"gpio\"").check()).isEqualTo(new Check.Group("gpio"));
        assertThat(one("\"kind\":\"mount\",\"type\":\"tracefs\"").check()).isEqualTo(new Check.Mount("tracefs"));
        assertThat(one("\"kind\":\"sysctl\",\"key\":\"fs.mqueue.msg_max\"").check())
                .isEqualTo(new Check.Sysctl("fs.mqueue.msg_max", Optional.empty()));
        assertThat(one("\"kind\":\"sysctl\",\"key\":\"a.b\",\"atLeast\":3").check())
                .isEqualTo(new Check.Sysctl("a.b", Optional.of(3L)));
    }

    @Test
    void aNeedIsMandatoryUnlessItSaysOptional() throws IOException {
        String kind = "\"kind\":\"group\",\"group\":\"g\"";
        assertThat(one(kind).optional()).isFalse();
        assertThat(one(kind + ",\"optional\":false").optional()).isFalse();
        assertThat(one(kind + ",\"optional\":true").optional()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '^', delimiter = '|', textBlock = """
            "path":"/x"                                        | "kind" is missing
            "kind":"fil","path":"/x"                           | unknown kind "fil", known are file
            "kind":"file"                                      | "path" is missing
            "kind":"file","path":7                             | "path" must be a text, it is 7
            "kind":"file","path":"proc/x"                      | "path" must be absolute and without ".."
            "kind":"file","path":"/proc/../etc/shadow"         | "path" must be absolute and without ".."
            "kind":"file","path":"/x","acess":"r"              | unknown key "acess", known are access
            "kind":"file","path":"/x","access":"wr"            | unknown access "wr"
            "kind":"kernel-option","option":"PSI"              | "option" must match
            "kind":"capability","capability":"CAP_SYS_RESORCE" | unknown capability "CAP_SYS_RESORCE", known are CAP_SYS_RESOURCE
            "kind":"limit","limit":"RLIMIT_NOFILES","atLeast":1| unknown limit "RLIMIT_NOFILES", known are RLIMIT_NOFILE
            "kind":"limit","limit":"RLIMIT_NOFILE"             | "atLeast" is missing
            "kind":"limit","limit":"RLIMIT_NOFILE","atLeast":1.5| "atLeast" must be a whole number, it is 1.5
            "kind":"sysctl","key":"a/../b"                     | a/../b
            "kind":"group","group":"g","optional":"yes"        | "optional" must be true or false, it is "yes"
            "kind":"group","group":"g","group":"h"             | not a JSON object
            """)
    void aMistakeIsOneLineWithThePlaceAndWhatWouldBeRight(String need, String message) {
        assertThatThrownBy(() -> one(need))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("some.jar: META-INF/callgate/needs.json: ")
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aMistakeNamesItsNeed() {
        assertThatThrownBy(() -> one("\"kind\":\"file\"")).hasMessageContaining("need \"n\": ");
        assertThatThrownBy(() -> read("{\"mechanism\":\"m\",\"needs\":[{\"kind\":\"file\"}]}"))
                .hasMessageContaining("need 1: \"name\" is missing");
    }

    @Test
    void theFileItselfIsChecked() {
        assertThatThrownBy(() -> read("[]")).hasMessageContaining("not a JSON object");
        assertThatThrownBy(() -> read("{\"mechanism\": ")).hasMessageContaining("not a JSON object");
        assertThatThrownBy(() -> read("{\"needs\":[]}")).hasMessageContaining("\"mechanism\" is missing");
        assertThatThrownBy(() -> read("{\"mechanism\":\"m\"}")).hasMessageContaining("\"needs\" must be an array");
        assertThatThrownBy(() -> read("{\"mechanism\":\"m\",\"needs\":[1]}"))
                .hasMessageContaining("need 1 must be an object");
        String need = "{\"name\":\"n\",\"what\":\"w\",\"mend\":\"l\",\"kind\":\"group\",\"group\":\"g\"}";
        assertThatThrownBy(() -> read("{\"mechanism\":\"m\",\"needs\":[" + need + "," + need + "]}"))
                .hasMessageContaining("two needs have the name \"n\"");
    }
}
