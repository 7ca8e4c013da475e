// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The Metatype service as it comes and goes; by its name, so that this bundle also resolves where there is none. */
final class DescriptionsTracker extends ServiceTracker<Object, Descriptions> {

    private static final String SERVICE = "org.osgi.service.metatype.MetaTypeService";

    DescriptionsTracker(BundleContext context) {
        super(context, SERVICE, null);
    }

    @Override
    public Descriptions addingService(ServiceReference<Object> reference) {
        return new MetatypeDescriptions(context, context.getService(reference));
    }

    @Override
    public void removedService(ServiceReference<Object> reference, Descriptions left) {
        context.ungetService(reference);
    }

    Descriptions current() {
        Descriptions tracked = getService();
        return tracked == null ? Descriptions.NONE : tracked;
    }
}
