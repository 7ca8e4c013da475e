// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import io.callgate.platform.Nearest;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

/**
 * One PID's metatype, asked whether values are right.
 *
 * <p>A value is right if its text is: Declarative Services converts 10 as well as "10" into an int, so a person need
 * not type {@code "interval:Integer"}.
 */
final class MetatypeDescription implements Description {

    private final Map<String, AttributeDefinition> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Collection<String> required = new ArrayList<>();

    MetatypeDescription(ObjectClassDefinition definition) {
        for (AttributeDefinition attribute : all(definition, ObjectClassDefinition.ALL)) {
            attributes.put(attribute.getID(), attribute);
        }
        for (AttributeDefinition attribute : all(definition, ObjectClassDefinition.REQUIRED)) {
            if (attribute.getDefaultValue() == null) {
                required.add(attribute.getID());
            }
        }
    }

    @Override
    public Verdict check(Map<String, Object> values) {
        List<String> refused = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        values.forEach((key, value) -> {
            AttributeDefinition attribute = attributes.get(key);
            if (attribute != null) {
                wrong(attribute, value).ifPresent(refused::add);
            } else if (!frameworks(key)) {
                remarks.add(unknown(key));
            }
        });
        required.stream()
                .filter(key -> !values.containsKey(key))
                .forEach(key -> remarks.add("key \"" + key + "\" is missing and has no default"));
        return new Verdict(true, refused, remarks);
    }

    @Override
    public Optional<String> type(String key) {
        return Optional.ofNullable(attributes.get(key)).map(MetatypeDescription::typeName);
    }

    @Override
    public boolean secret(String key) {
        AttributeDefinition attribute = attributes.get(key);
        return attribute != null && attribute.getType() == AttributeDefinition.PASSWORD;
    }

    /** Keys that belong to the framework or to Declarative Services, whatever a component describes. */
    private static boolean frameworks(String key) {
        return key.startsWith("service.") || key.endsWith(".target") || key.endsWith(".cardinality.minimum");
    }

    private String unknown(String key) {
        String meant = Nearest.to(key, attributes.keySet()).stream()
                .findFirst()
                .map(near -> ", did you mean \"" + near + "\"?")
                .orElse(", the keys are " + String.join(", ", attributes.keySet()));
        return "key \"" + key + "\" is unknown" + meant;
    }

    private Optional<String> wrong(AttributeDefinition attribute, Object value) {
        List<Object> elements = elements(value);
        int most = attribute.getCardinality() == 0 ? 1 : Math.abs(attribute.getCardinality());
        if (elements.size() > most || (attribute.getCardinality() == 0 && elements.isEmpty())) {
            return Optional.of(attribute.getID() + " has " + elements.size() + " values: "
                    + (most == 1 ? "one value is wanted" : "at most " + most + " values are wanted"));
        }
        return elements.stream()
                .flatMap(element -> wrongOne(attribute, element).stream())
                .findFirst();
    }

    private static Optional<String> wrongOne(AttributeDefinition attribute, Object element) {
        String text = element.toString();
        String verdict = attribute.validate(attribute.getCardinality() == 0 ? text : escaped(text));
        if (verdict == null || verdict.isEmpty()) {
            return Optional.empty();
        }
        String shown = attribute.getType() == AttributeDefinition.PASSWORD ? "***" : text;
        return Optional.of(attribute.getID() + " = " + shown + ": " + verdict + wanted(attribute));
    }

    private static String wanted(AttributeDefinition attribute) {
        String[] options = attribute.getOptionValues();
        if (options != null && options.length > 0) {
            return ", one of " + String.join(", ", options) + " is wanted";
        }
        String about = attribute.getDescription() == null ? attribute.getName() : attribute.getDescription();
        return " (" + element(attribute) + (about == null ? "" : "; " + about) + ")";
    }

    /** The Metatype service takes a comma for a separator where several values may stand. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(",", "\\,").replace(" ", "\\ ");
    }

    private static List<Object> elements(Object value) {
        if (value instanceof Collection<?> collection) {
            return List.copyOf(collection);
        }
        if (!value.getClass().isArray()) {
            return List.of(value);
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            elements.add(Array.get(value, i));
        }
        return elements;
    }

    private static List<AttributeDefinition> all(ObjectClassDefinition definition, int which) {
        AttributeDefinition[] found = definition.getAttributeDefinitions(which);
        return found == null ? List.of() : Arrays.asList(found);
    }

    private static String typeName(AttributeDefinition attribute) {
        int cardinality = attribute.getCardinality();
        String element = element(attribute);
        return cardinality == 0 ? element : cardinality > 0 ? element + "[]" : "Collection<" + element + ">";
    }

    private static String element(AttributeDefinition attribute) {
        return switch (attribute.getType()) {
            case AttributeDefinition.LONG -> "Long";
            case AttributeDefinition.INTEGER -> "Integer";
            case AttributeDefinition.SHORT -> "Short";
            case AttributeDefinition.CHARACTER -> "Character";
            case AttributeDefinition.BYTE -> "Byte";
            case AttributeDefinition.DOUBLE -> "Double";
            case AttributeDefinition.FLOAT -> "Float";
            case AttributeDefinition.BOOLEAN -> "Boolean";
            default -> "String";
        };
    }
}
