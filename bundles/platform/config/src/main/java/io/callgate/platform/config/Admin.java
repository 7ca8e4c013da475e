// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Dictionary;
import java.util.function.Supplier;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ReadOnlyConfigurationException;

/** Config Admin, while it is there: what does not come from it is brought to it. */
final class Admin {

    private final Supplier<ConfigurationAdmin> service;

    Admin(Supplier<ConfigurationAdmin> service) {
        this.service = service;
    }

    /** One configuration in Config Admin, as it was when it was asked for. */
    interface Target {

        /** Where there is no Config Admin: it loads everything when it comes. */
        Target NOBODY = new Target() {
            @Override
            public void update(Dictionary<String, Object> properties) {}

            @Override
            public void delete() {}
        };

        void update(Dictionary<String, Object> properties) throws IOException;

        void delete() throws IOException;
    }

    /**
     * The configuration to change, made if it is new. To be asked for before the store serves the change: Config
     * Admin loads late, and what it then finds already there it tells nobody about.
     */
    Target target(FileName name) throws IOException {
        ConfigurationAdmin admin = service.get();
        return admin == null ? Target.NOBODY : new Told(name, configuration(admin, name));
    }

    /** For a command: nothing that a person asks for is left undone in silence. */
    Target required(FileName name) throws IOException {
        Target target = target(name);
        if (target == Target.NOBODY) {
            throw new IOException("Config Admin is not running: edit the file of " + name.pid() + " by hand");
        }
        return target;
    }

    /** The configuration to delete, if Config Admin knows it. */
    Target existing(FileName name) throws IOException {
        ConfigurationAdmin admin = service.get();
        Configuration existing = admin == null ? null : existing(admin, name);
        return existing == null ? Target.NOBODY : new Told(name, existing);
    }

    private record Told(FileName name, Configuration configuration) implements Target {

        @Override
        public void update(Dictionary<String, Object> properties) throws IOException {
            try {
                configuration.updateIfDifferent(properties);
            } catch (ReadOnlyConfigurationException e) {
                throw new IOException(name.pid() + " is read-only: the bundle it belongs to has locked it", e);
            } catch (IllegalStateException e) {
                throw new IOException(name.pid() + " cannot be changed until the next start: " + e.getMessage(), e);
            }
        }

        @Override
        public void delete() throws IOException {
            configuration.delete();
        }
    }

    /** With no location, so that whichever bundle it is for can have it. */
    private static Configuration configuration(ConfigurationAdmin admin, FileName name) throws IOException {
        if (name.factoryPid() == null) {
            return admin.getConfiguration(name.pid(), null);
        }
        if (name.pid().startsWith(name.factoryPid() + "~")) {
            return admin.getFactoryConfiguration(name.factoryPid(), name.shortName(), null);
        }
        Configuration existing = existing(admin, name);
        if (existing == null) {
            throw new IOException(name.pid() + " takes effect at the next start: its instance has no name of its own");
        }
        return existing;
    }

    private static Configuration existing(ConfigurationAdmin admin, FileName name) throws IOException {
        String literal = name.pid().replaceAll("([\\\\*()])", "\\\\$1");
        try {
            Configuration[] found = admin.listConfigurations("(" + Constants.SERVICE_PID + "=" + literal + ")");
            return found == null ? null : found[0];
        } catch (InvalidSyntaxException e) {
            throw new IOException("no PID: " + name.pid(), e);
        }
    }
}
