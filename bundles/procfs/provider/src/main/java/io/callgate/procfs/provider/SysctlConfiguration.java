// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.procfs.SysctlValue;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Reasons;
import java.util.Map;
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

/** A kernel setting that is declared: in force while its configuration is there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = SysctlValue.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SysctlConfiguration.Config.class, factory = true)
public final class SysctlConfiguration {

    /** The configuration. */
    @ObjectClassDefinition(
            name = "Kernel setting",
            description = "A value below /proc/sys, put back when this is deleted")
    public @interface Config {

        /** Which setting. */
        @AttributeDefinition(description = "Key as in sysctl(8), for example net.ipv4.ip_forward")
        String key();

        /** What it is to be. */
        @AttributeDefinition(
                description =
                        "Value as the kernel takes it, in the unit of the key; several are separated" + " by blanks")
        String value();
    }

    private final ConfiguredResource resource;
    private final SysctlKeeper keeper;
    private final Declaration declaration; // null for a key that is none

    /** Brings it in force, or says what it waits for. */
    @Activate
    public SysctlConfiguration(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference SysctlKeeper keeper,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.keeper = keeper;
        this.resource = new ConfiguredResource(context, properties, log);
        this.declaration = declaration(config.key(), config.value(), ConfiguredResource.name(properties));
        if (declaration != null) {
            keeper.declare(declaration);
        }
    }

    private Declaration declaration(String key, String value, String name) {
        if (key == null || value == null) {
            resource.waiting("the configuration has no " + (key == null ? "key" : "value"));
            return null;
        }
        try {
            return new Declaration(name, SysctlKey.of(key), value, resource, keeper.tree());
        } catch (IllegalArgumentException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    /** Puts the original back if the configuration was deleted; whatever else the reason is, somebody comes again. */
    @Deactivate
    public void deactivate(int reason) {
        resource.close();
        if (declaration != null) {
            keeper.withdraw(declaration, Reasons.isForGood(reason));
        }
    }
}
