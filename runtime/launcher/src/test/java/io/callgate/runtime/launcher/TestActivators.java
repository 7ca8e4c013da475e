// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;

/** What bundles of the tests do. Each is copied into a jar alone: it must not use another class of the tests. */
final class TestActivators {

    private TestActivators() {}

    /** Says when it starts and stops. */
    public static final class Talking implements BundleActivator {

        @Override
        public void start(BundleContext context) {
            System.out.println(name(context) + " started");
        }

        @Override
        public void stop(BundleContext context) {
            System.out.println(name(context) + " stopped");
        }

        private static String name(BundleContext context) {
            return context.getBundle().getSymbolicName() + " "
                    + context.getBundle().getVersion();
        }
    }

    /** A log service, and the one who reads it. */
    public static final class Logging implements BundleActivator {

        @Override
        public void start(BundleContext context) throws ClassNotFoundException {
            ClassLoader test = ClassLoader.getSystemClassLoader();
            Class<?> type = test.loadClass("org.osgi.service.log.LogReaderService");
            Object log = Proxy.newProxyInstance(test, new Class<?>[] {type}, (proxy, method, arguments) -> null);
            context.getService(
                    context.registerService(type.getName(), log, null).getReference());
        }

        @Override
        public void stop(BundleContext context) {}
    }

    /** Does not start. */
    public static final class Failing implements BundleActivator {

        @Override
        public void start(BundleContext context) {
            throw new IllegalStateException("no lamp");
        }

        @Override
        public void stop(BundleContext context) {}
    }

    /** Does not stop. */
    public static final class FailingToStop implements BundleActivator {

        @Override
        public void start(BundleContext context) {}

        @Override
        public void stop(BundleContext context) {
            throw new IllegalStateException("the lamp is stuck");
        }
    }

    /** Never comes back from its stop. */
    public static final class Hanging implements BundleActivator {

        @Override
        public void start(BundleContext context) {}

        @Override
        public void stop(BundleContext context) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    /** Wants the framework to be started again, once for each data folder. */
    public static final class Restarting implements BundleActivator, FrameworkListener {

        private BundleContext context;

        @Override
        public void start(BundleContext bundleContext) {
            context = bundleContext;
            context.addFrameworkListener(this);
        }

        @Override
        public void stop(BundleContext bundleContext) {}

        @Override
        public void frameworkEvent(FrameworkEvent event) {
            if (event.getType() == FrameworkEvent.STARTED) {
                try {
                    context.getBundle(0).update();
                } catch (BundleException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
