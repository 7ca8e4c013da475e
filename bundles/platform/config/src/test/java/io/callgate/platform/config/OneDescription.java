// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Describes one PID with Integer keys from 1 to 100, as the Metatype service would. */
record OneDescription(String pid, String... keys) implements Descriptions {

    @Override
    public Optional<Description> of(FileName name) {
        String id = name.factoryPid() == null ? name.pid() : name.factoryPid();
        return id.equals(pid) ? Optional.of(new MetatypeDescription(definition())) : Optional.empty();
    }

    @Override
    public Collection<String> pids() {
        return List.of(pid);
    }

    @Override
    public boolean isFactory(FileName name) {
        return false;
    }

    private ObjectClassDefinition definition() {
        AttributeDefinition[] attributes = new AttributeDefinition[keys.length];
        for (int i = 0; i < keys.length; i++) {
            attributes[i] = new Percent(keys[i]);
        }
        return new Definition(attributes);
    }

    private record Definition(AttributeDefinition[] attributes) implements ObjectClassDefinition {

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public String getID() {
            return "test";
        }

        @Override
        public String getDescription() {
            return null;
        }

        @Override
        public AttributeDefinition[] getAttributeDefinitions(int filter) {
            return filter == REQUIRED ? new AttributeDefinition[0] : attributes;
        }

        @Override
        public java.io.InputStream getIcon(int size) {
            return null;
        }
    }

    private record Percent(String key) implements AttributeDefinition {

        @Override
        public String getName() {
            return key;
        }

        @Override
        public String getID() {
            return key;
        }

        @Override
        public String getDescription() {
            return "per cent";
        }

        @Override
        public int getCardinality() {
            return 0;
        }

        @Override
        public int getType() {
            return INTEGER;
        }

        @Override
        public String[] getOptionValues() {
            return null;
        }

        @Override
        public String[] getOptionLabels() {
            return null;
        }

        @Override
        public String validate(String value) {
            try {
                int number = Integer.parseInt(value);
                return number < 1 ? "less than minimum" : number > 100 ? "greater than maximum" : "";
            } catch (NumberFormatException e) {
                return "invalid value";
            }
        }

        @Override
        public String[] getDefaultValue() {
            return new String[] {"50"};
        }
    }
}
