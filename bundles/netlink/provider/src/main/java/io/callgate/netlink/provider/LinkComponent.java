// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Declared;
import io.callgate.netlink.LinkSettings;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
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

/** One configuration: a link that is made if it is virtual, and kept as declared. */
@Component(
        service = {},
        configurationPid = Declared.LINK_PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = LinkComponent.Config.class, factory = true)
public final class LinkComponent {

    /** What is declared. */
    @ObjectClassDefinition(
            name = "Netlink: link",
            description = "A link that is made if it is virtual, and kept as declared")
    public @interface Config {

        /** Which. */
        @AttributeDefinition(
                required = false,
                description = "Name of the link, up to 15 bytes; empty: the name of this configuration")
        String link() default "";

        /** Of a virtual one. */
        @AttributeDefinition(
                required = false,
                description =
                        "Kind of a virtual link that is made: bridge, dummy, ifb, ...; empty: wait for the link of that name")
        String kind() default "";

        /** Set up or not. */
        @AttributeDefinition(required = false, description = "Whether it is set up")
        boolean up() default true;

        /** How long. */
        @AttributeDefinition(required = false, min = "0", description = "Longest packet, in bytes; 0: as it is")
        long mtu() default 0;

        /** Of the hardware. */
        @AttributeDefinition(required = false, description = "Hardware address, 02:00:00:00:00:01; empty: as it is")
        String address() default "";

        /** Where it belongs. */
        @AttributeDefinition(
                required = false,
                description = "Name of the bridge or bond it belongs to; empty: as it is")
        String master() default "";

        /** For people. */
        @AttributeDefinition(required = false, description = "Free text; empty: as it is")
        String alias() default "";

        /** Put back or not. */
        @AttributeDefinition(
                required = false,
                description = "Whether it is put back when somebody takes it away or changes it")
        boolean restore() default true;
    }

    private final Declarer declarer;

    /** Begins to look after it. */
    @Activate
    public LinkComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Tables tables,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        ConfiguredResource resource = new ConfiguredResource(context, properties, log);
        declarer = new Declarer(resource, tables, context.getDataFile("link"), LinkWish::remove, loop, dispatcher, log);
        declarer.begin(network -> wish(network, config, resource.status().name()), config::restore);
    }

    private static Wish wish(Network network, Config config, String own) {
        String name = config.link().isEmpty() ? own : config.link();
        LinkSettings settings = LinkSettings.NONE.up(config.up());
        settings = config.mtu() == 0 ? settings : settings.mtu(config.mtu());
        settings = config.alias().isEmpty() ? settings : settings.alias(config.alias());
        if (!config.address().isEmpty()) {
            LinkCodec.hardware(config.address());
            settings = settings.address(config.address());
        }
        LinkCodec.named(name);
        return new LinkWish(network, name, config.kind(), settings, config.master());
    }

    /** Leaves it as it is, unless the configuration was deleted. */
    @Deactivate
    public void close(int reason) {
        declarer.close(reason == Tables.CONFIGURATION_DELETED);
    }
}
