// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Declared;
import io.callgate.netlink.IpPrefix;
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

/** One configuration: an address that is kept on a link. */
@Component(
        service = {},
        configurationPid = Declared.ADDRESS_PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = AddressComponent.Config.class, factory = true)
public final class AddressComponent {

    /** What is declared. */
    @ObjectClassDefinition(name = "Netlink: address", description = "An address that is kept on a link")
    public @interface Config {

        /** Where. */
        @AttributeDefinition(description = "Name of the link")
        String link();

        /** Which. */
        @AttributeDefinition(description = "Address with the bits of its network: 192.168.1.2/24 or fd00::2/64")
        String address();

        /** Put back or not. */
        @AttributeDefinition(
                required = false,
                description = "Whether it is put back when somebody takes it away or changes it")
        boolean restore() default true;
    }

    private final Declarer declarer;

    /** Begins to look after it. */
    @Activate
    public AddressComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Tables tables,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        ConfiguredResource resource = new ConfiguredResource(context, properties, log);
        declarer = new Declarer(
                resource, tables, context.getDataFile("address"), AddressWish::remove, loop, dispatcher, log);
        declarer.begin(network -> wish(network, config, resource.status().name()), config::restore);
    }

    private static Wish wish(Network network, Config config, String own) {
        LinkCodec.named(Declarer.required("link", config.link()));
        return new AddressWish(network, config.link(), IpPrefix.of(Declarer.required("address", config.address())));
    }

    /** Leaves it as it is, unless the configuration was deleted. */
    @Deactivate
    public void close(int reason) {
        declarer.close(reason == Tables.CONFIGURATION_DELETED);
    }
}
