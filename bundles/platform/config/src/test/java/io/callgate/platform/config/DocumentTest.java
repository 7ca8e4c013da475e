// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

    private static final Map<Class<?>, Function<Random, Object>> TYPES = Map.ofEntries(
            Map.entry(String.class, DocumentTest::string),
            Map.entry(Boolean.class, Random::nextBoolean),
            Map.entry(Integer.class, Random::nextInt),
            Map.entry(Long.class, Random::nextLong),
            Map.entry(Short.class, r -> (short) r.nextInt()),
            Map.entry(Byte.class, r -> (byte) r.nextInt()),
            Map.entry(Float.class, r -> Float.intBitsToFloat(r.nextInt())),
            Map.entry(
                    Double.class, r -> r.nextBoolean() ? Double.longBitsToDouble(r.nextLong()) : (double) r.nextInt()),
            Map.entry(Character.class, r -> (char) (' ' + r.nextInt(0xd000))));

    private static final Map<Class<?>, Class<?>> PRIMITIVES = Map.of(
            Boolean.class, boolean.class,
            Integer.class, int.class,
            Long.class, long.class,
            Short.class, short.class,
            Byte.class, byte.class,
            Float.class, float.class,
            Double.class, double.class,
            Character.class, char.class);

    private final DocumentReader reader = new DocumentReader();

    @Test
    void everyTypeOfConfigAdminComesBackAsItWas() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Map<String, Object> values = values(random);
            Document written = Document.of(values);
            Document read = reader.read(written.text());
            assertThat(read.differingKeys(values)).as(written.text()).isEmpty();
            values.forEach(
                    (key, value) -> assertThat(kind(read.values().get(key))).isEqualTo(kind(value)));
        }
    }

    @Test
    void anyEditGivesTheValuesThatWereAskedForAndKeepsEveryComment() throws IOException {
        Random random = new Random(11);
        Document document = reader.read(
                "{\n  // first\n  \"a\": 1, // of a\n  /* b */ \"b\" : [1,2],\n\n  \"c:Integer\": 3\n  // last\n}\n");
        for (int round = 0; round < 500; round++) {
            Map<String, Object> values = Document.emptyValues();
            values.putAll(random.nextInt(4) == 0 ? Map.of() : document.values());
            for (int i = random.nextInt(3); i >= 0; i--) {
                String key = String.valueOf((char) ('a' + random.nextInt(6)));
                values.put(key, TYPES.get(Long.class).apply(random));
            }
            values.keySet().removeIf(key -> random.nextInt(4) == 0);
            document = reader.read(document.with(values).text());
            assertThat(document.differingKeys(values)).as(document.text()).isEmpty();
            assertThat(document.text()).contains("// first", "// of a", "/* b */", "// last");
        }
    }

    @Test
    void changesOneValueAndNothingElse() throws IOException {
        String typed = "{\n\t\"b\" : 2 , // two\n\t/* one */ \"a\":1\n}";
        Map<String, Object> values = Document.emptyValues();
        values.putAll(Map.of("a", 1L, "b", 3L));
        assertThat(reader.read(typed).with(values).text()).isEqualTo(typed.replace(": 2", ": 3"));
    }

    @Test
    void addsBehindTheLastAndRemovesWithTheLine() throws IOException {
        Document document = reader.read("{\n    \"a\": 1,\n    \"b\": 2 // two\n}\n");
        assertThat(document.with(Map.of("a", 1L, "b", 2L, "c", "x")).text())
                .isEqualTo("{\n    \"a\": 1,\n    \"b\": 2, // two\n    \"c\": \"x\"\n}\n");
        assertThat(document.with(Map.of("b", 2L)).text()).isEqualTo("{\n    \"b\": 2 // two\n}\n");
        assertThat(document.with(Map.of("a", 1L)).text()).isEqualTo("{\n    \"a\": 1\n     // two\n}\n");
    }

    @Test
    void theConfiguratorsOwnKeysStayAndAreNoValues() throws IOException {
        Document document = reader.read("{\":configurator:policy\": \"force\", \"a\": 1}");
        assertThat(document.values()).containsOnlyKeys("a");
        assertThat(document.with(Map.of("a", 2L)).text()).contains(":configurator:policy", "\"a\": 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\n  // Put your path here, for example {\"x\": 1}: it's \\ \"\n  \"a\": 1, \"b\": 2}",
                "// before\n/* and\n before */ {\"a\": 1, \"b\": 2}",
                "{/**/\"a\"/* k */:/* v */1/* w */,// c\n\"b\": 2}",
                "{\"a\": 1, \"b\": 2 // last, \n}",
                "{\r\n  // windows\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}\r\n// after",
                "\uFEFF// after a mark\n{\"a\": 1, \"b\": 2} // no newline at the end",
                "{\"a\": 1, /* // */ \"b\": 2 /* * / */}"
            })
    void aCommentMayStandAnywhere(String text) throws IOException {
        assertThat(reader.read(text).values()).containsOnly(Map.entry("a", 1L), Map.entry("b", 2L));
    }

    @Test
    void aSlashInAStringIsNoComment() throws IOException {
        Document document = reader.read("{\"path\": \"C:\\\\\", \"url\": \"http://host/*x*/\" /* \"quoted\" */}");
        assertThat(document.values()).containsEntry("path", "C:\\").containsEntry("url", "http://host/*x*/");
    }

    @Test
    void pidsInAFileAreNobodysBusiness() throws IOException {
        assertThat(reader.read("{\"service.pid\": \"other\", \"service.factoryPid\": \"f\", \"a\": 1}")
                        .values())
                .containsOnlyKeys("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';the file is empty",
                "{\"a\": 1;line 1, column 7: the file ends here, a } is missing",
                "{\"a\": \"xy;line 1, column 9: the file ends here, unfinished",
                "{\"a\": 1,};line 1, column 8: a comma before }, remove it",
                "{\"a\": [1, ]};line 1, column 9: a comma before ], remove it",
                "{\"a\": b};line 1, column 7: unexpected b",
                "[1];line 1, column 1: { is missing: a configuration is one JSON object",
                "\"a\": 1;line 1, column 1: { is missing",
                "a: 1;line 1, column 1: { is missing",
                "{\"a\": 1} x;line 1, column 10: there is more behind the closing brace",
                "{\"a:Integer\": \"ten\"};Invalid value/type for configuration : a:Integer : \"ten\"",
                "{\"a:Nonsense\": 1};a:Nonsense",
                "{\"a\": 1, \"A:Integer\": 2};key \"A\" is there twice",
                "{\"a\": null};null is no value",
                "{\"a\\u12\": 1};line 1"
            })
    void saysWhereATextIsWrong(String text, String message) {
        assertThatThrownBy(() -> reader.read(text))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining(message);
    }

    @Test
    void thePlaceIsWhereAPersonSeesIt() {
        assertThatThrownBy(() -> reader.read("{\n  // of x\n  \"interval\": 5\n\n"))
                .hasMessage("line 3, column 15: the file ends here, a } is missing");
        assertThatThrownBy(() -> reader.read("{\r\n  \"a\": 1, // last\r\n}\r\n"))
                .hasMessage("line 2, column 9: a comma before }, remove it");
        assertThatThrownBy(() -> reader.read("// lamp\n{'a': 1}")).hasMessage("line 2, column 2: use double quotes");
        assertThatThrownBy(() -> reader.read("{\"a\": \"x\n\"}"))
                .hasMessage("line 1, column 9: unexpected end of the line");
    }

    @Test
    void anyPrefixOfATextIsMalformedAndNeverCrashes() throws IOException {
        String text = "{ // c\n \"a:Integer[]\": [1, 2], /* d */ \"k\\u00e4\\\"\": {\"x\": \"}\"}, \"e\": -1.5e3 }";
        assertThat(reader.read(text).values()).hasSize(3);
        for (int end = 0; end < text.length(); end++) {
            String prefix = text.substring(0, end);
            assertThatThrownBy(() -> reader.read(prefix)).isInstanceOf(MalformedFile.class);
        }
    }

    @Test
    void aTextThatIsNotUtf8IsMalformed() {
        assertThatThrownBy(() -> reader.read(new byte[] {'{', (byte) 0xff, '}'}))
                .isInstanceOf(MalformedFile.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aByteOrderMarkDoesNotMatter() throws IOException {
        assertThat(reader.read("\uFEFF{\"a\": 1}").values()).containsEntry("a", 1L);
    }

    private static Map<String, Object> values(Random random) {
        Map<String, Object> values = Document.emptyValues();
        TYPES.forEach((type, make) -> {
            String key =
                    "k" + type.getSimpleName() + string(random).replace(":", "").replaceAll("[^\\x20-\\x7e]", "");
            values.put(key, make.apply(random));
            values.put(key + "[]", array(type, random.nextInt(4), make, random));
            values.put(key + "()", list(random.nextInt(4), make, random));
            if (PRIMITIVES.containsKey(type)) {
                values.put(key + "p[]", array(PRIMITIVES.get(type), random.nextInt(4), make, random));
            }
        });
        return values;
    }

    private static Object array(Class<?> type, int length, Function<Random, Object> make, Random random) {
        Object array = Array.newInstance(type, length);
        for (int i = 0; i < length; i++) {
            Array.set(array, i, make.apply(random));
        }
        return array;
    }

    private static List<Object> list(int length, Function<Random, Object> make, Random random) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(make.apply(random));
        }
        return list;
    }

    private static Object kind(Object value) {
        return value instanceof List ? List.class : value.getClass();
    }

    private static String string(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(
                    random.nextInt(5) == 0
                            ? random.nextInt(0x10ffff)
                            : "a\"\\/\n\t *:{}[],".charAt(random.nextInt(14)));
        }
        return text.toString();
    }
}
