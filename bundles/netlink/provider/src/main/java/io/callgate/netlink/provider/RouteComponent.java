// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Declared;
import io.callgate.netlink.IpAddress;
import io.callgate.netlink.IpPrefix;
import io.callgate.netlink.Route;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.util.Map;
import java.util.Optional;
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

/** One configuration: a route that is kept in a table. */
@Component(
        service = {},
        configurationPid = Declared.ROUTE_PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = RouteComponent.Config.class, factory = true)
public final class RouteComponent {

    /** What is declared. */
    @ObjectClassDefinition(name = "Netlink: route", description = "A route that is kept in a table")
    public @interface Config {

        /** Where to. */
        @AttributeDefinition(description = "Destination: 10.0.0.0/8, fd00::/8, or default (default6 for IPv6)")
        String destination();

        /** Through whom. */
        @AttributeDefinition(
                required = false,
                description = "Address of the router; empty: the destination is on the link")
        String gateway() default "";

        /** By which link. */
        @AttributeDefinition(required = false, description = "Name of the link; may be empty if there is a gateway")
        String link() default "";

        /** In which table. */
        @AttributeDefinition(required = false, min = "1", description = "Number of the table; 254 is main")
        long table() default Route.MAIN;

        /** Before which others. */
        @AttributeDefinition(required = false, min = "0", description = "Metric, the smallest is used; 0: the default")
        long metric() default 0;

        /** Put back or not. */
        @AttributeDefinition(
                required = false,
                description = "Whether it is put back when somebody takes it away or changes it")
        boolean restore() default true;
    }

    private final Declarer declarer;

    /** Begins to look after it. */
    @Activate
    public RouteComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Tables tables,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        ConfiguredResource resource = new ConfiguredResource(context, properties, log);
        declarer =
                new Declarer(resource, tables, context.getDataFile("route"), RouteWish::remove, loop, dispatcher, log);
        declarer.begin(network -> wish(network, config, resource.status().name()), config::restore);
    }

    private static Wish wish(Network network, Config config, String own) {
        if (config.gateway().isEmpty() && config.link().isEmpty()) {
            throw new IllegalArgumentException("a route needs a gateway or a link");
        }
        return new RouteWish(
                network,
                new RouteWish.Wanted(
                        destination(Declarer.required("destination", config.destination())),
                        config.gateway().isEmpty() ? Optional.empty() : Optional.of(IpAddress.of(config.gateway())),
                        config.link(),
                        Declarer.checked("table", config.table(), 1),
                        Declarer.checked("metric", config.metric(), 0)));
    }

    private static IpPrefix destination(String text) {
        return switch (text) {
            case "default" -> IpPrefix.any(IpAddress.IPV4);
            case "default6" -> IpPrefix.any(IpAddress.IPV6);
            default -> IpPrefix.of(text);
        };
    }

    /** Leaves it as it is, unless the configuration was deleted. */
    @Deactivate
    public void close(int reason) {
        declarer.close(reason == Tables.CONFIGURATION_DELETED);
    }
}
