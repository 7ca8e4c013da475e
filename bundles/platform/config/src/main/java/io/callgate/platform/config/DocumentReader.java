// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.felix.cm.json.io.Configurations;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;

/** Reads the text of a configuration (the OSGi Configurator's form: {@code "key:Type": value}, comments allowed). */
final class DocumentReader {

    private final JsonReaderFactory readers = readers();

    Document read(byte[] bytes) throws MalformedFile {
        try {
            return read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new MalformedFile("the text is not UTF-8", e);
        }
    }

    Document read(String text) throws MalformedFile {
        JsonText json = new JsonText(text);
        JsonObject object = parse(json.pure());
        refuseMoreThanOne(json);
        refuseDuplicates(json);
        Map<String, Object> values = Document.emptyValues();
        // Not forEach: cm.json's dictionary is a Hashtable that overrides less than that.
        for (var entry : configuration(object).entrySet()) {
            Object value = entry.getValue();
            values.put(entry.getKey(), value instanceof Collection<?> several ? List.copyOf(several) : value);
        }
        values.remove(Constants.SERVICE_PID);
        values.remove(ConfigurationAdmin.SERVICE_FACTORYPID);
        return new Document(text, values);
    }

    private JsonObject parse(String pure) throws MalformedFile {
        if (pure.isBlank()) {
            throw new MalformedFile("the file is empty");
        }
        JsonMistake mistake = new JsonMistake(pure);
        int first = pure.length() - pure.stripLeading().length();
        if (pure.charAt(first) != '{') {
            throw new MalformedFile(
                    mistake.at(first, "{ is missing: a configuration is one JSON object, { \"key\": value }"));
        }
        try (JsonReader reader = readers.createReader(new StringReader(pure))) {
            return reader.readObject();
        } catch (JsonParsingException e) {
            throw new MalformedFile(mistake.of(e), e);
        } catch (JsonException e) {
            throw new MalformedFile(e.getMessage(), e);
        }
    }

    /** The parser stops at the closing brace; a file that goes on is one that was damaged. */
    private static void refuseMoreThanOne(JsonText json) throws MalformedFile {
        String pure = json.pure();
        for (int i = json.close() + 1; i < pure.length(); i++) {
            if (!Character.isWhitespace(pure.charAt(i))) {
                throw new MalformedFile(new JsonMistake(pure).at(i, "there is more behind the closing brace"));
            }
        }
    }

    private static void refuseDuplicates(JsonText json) throws MalformedFile {
        Set<String> seen = new HashSet<>();
        for (JsonText.Member member : json.members()) {
            String key = member.key();
            int type = key.startsWith(":") ? -1 : key.indexOf(':');
            String name = type < 0 ? key : key.substring(0, type);
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new MalformedFile("key \"" + name + "\" is there twice");
            }
        }
    }

    private static Map<String, Object> configuration(JsonObject object) throws MalformedFile {
        for (var entry : object.entrySet()) {
            if (entry.getValue() == JsonObject.NULL) {
                throw new MalformedFile("key \"" + entry.getKey() + "\": null is no value, remove the key");
            }
        }
        try {
            return Configurations.buildReader()
                    .withConfiguratorPropertyHandler((pid, key, value) -> {})
                    .build(object)
                    .readConfiguration();
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedFile(e.getMessage().replace("PID <configuration> : ", ""), e);
        }
    }

    /**
     * Looked up once, in the JSON bundle's own class loader: by default each look-up asks the context class loader of
     * whichever thread comes along.
     */
    private static JsonReaderFactory readers() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Json.class.getClassLoader());
        try {
            return Json.createReaderFactory(Map.of());
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
