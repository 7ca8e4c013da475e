// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/**
 * The Metatype service's descriptions. It parses a bundle's when first asked: so nothing here is asked during start.
 */
final class MetatypeDescriptions implements Descriptions {

    private static final int USABLE = Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE;

    private record Asked(long lastModified, MetaTypeInformation information) {}

    private final BundleContext context;
    private final MetaTypeService metatype;
    private final Map<Long, Asked> known = new ConcurrentHashMap<>(); // by bundle id

    MetatypeDescriptions(BundleContext context, Object metatype) {
        this.context = context;
        this.metatype = (MetaTypeService) metatype;
    }

    @Override
    public Optional<Description> of(FileName name) {
        boolean factory = name.factoryPid() != null;
        String id = withoutTarget(factory ? name.factoryPid() : name.pid());
        for (Bundle bundle : context.getBundles()) {
            MetaTypeInformation information = information(bundle);
            if (information != null && contains(factory ? information.getFactoryPids() : information.getPids(), id)) {
                return description(information, id);
            }
        }
        return Optional.empty();
    }

    @Override
    public Collection<String> pids() {
        Collection<String> pids = new TreeSet<>();
        for (Bundle bundle : context.getBundles()) {
            MetaTypeInformation information = information(bundle);
            if (information != null) {
                pids.addAll(Arrays.asList(information.getPids()));
                pids.addAll(Arrays.asList(information.getFactoryPids()));
            }
        }
        return pids;
    }

    @Override
    public boolean isFactory(FileName name) {
        String id = withoutTarget(name.pid());
        boolean factory = false;
        if (name.factoryPid() == null) {
            for (Bundle bundle : context.getBundles()) {
                MetaTypeInformation information = information(bundle);
                if (information != null && contains(information.getPids(), id)) {
                    return false;
                }
                factory |= information != null && contains(information.getFactoryPids(), id);
            }
        }
        return factory;
    }

    /** A PID can be aimed at one bundle, {@code pid|bundle|version|location}. */
    private static String withoutTarget(String pid) {
        int target = pid.indexOf('|');
        return target < 0 ? pid : pid.substring(0, target);
    }

    /**
     * Each version of a bundle is asked once. Asking looks into its jar, which resolves a bundle that is being updated just
     * now; that update would then fail for want of the framework's lock.
     */
    private MetaTypeInformation information(Bundle bundle) {
        if ((bundle.getState() & USABLE) == 0) {
            return null;
        }
        Asked asked = known.get(bundle.getBundleId());
        if (asked == null || asked.lastModified != bundle.getLastModified()) {
            known.keySet().removeIf(id -> context.getBundle(id) == null);
            asked = new Asked(bundle.getLastModified(), metatype.getMetaTypeInformation(bundle));
            known.put(bundle.getBundleId(), asked);
        }
        return asked.information;
    }

    private static boolean contains(String[] pids, String pid) {
        return pids != null && Arrays.asList(pids).contains(pid);
    }

    private static Optional<Description> description(MetaTypeInformation information, String id) {
        ObjectClassDefinition definition = information.getObjectClassDefinition(id, null);
        return Optional.ofNullable(definition).map(MetatypeDescription::new);
    }
}
