// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework in this JVM, driven directly: what Pax Exam cannot do, since it does not survive a refresh. */
public final class InProcess implements AutoCloseable {

    private final Framework framework;

    /** A started framework without bundles, on an empty cache below the folder. */
    public InProcess(Image image, Path folder, Map<String, String> properties) throws BundleException {
        Map<String, String> all = new HashMap<>();
        all.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
        all.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        all.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "100");
        all.put("felix.cm.pm", "callgate");
        all.put("gosh.args", "--nointeractive --noshutdown");
        all.put("callgate.home", image.home().toString());
        all.put("callgate.data", folder.resolve("data").toString());
        all.putAll(properties);
        framework = new FrameworkFactory().newFramework(all);
        framework.start();
    }

    /** Installs jars in their order, then starts them in their order. */
    public List<Bundle> start(List<Path> jars) throws BundleException {
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars) {
            bundles.add(context().installBundle(jar.toUri().toString()));
        }
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
                bundle.start();
            }
        }
        return bundles;
    }

    /** The framework's own context. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** A bundle by symbolic name. */
    public Bundle bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName + " in " + states()));
    }

    /** All bundles with their states, for messages. */
    public String states() {
        return Arrays.stream(context().getBundles())
                .map(bundle -> bundle.getSymbolicName() + "=" + bundle.getState())
                .collect(Collectors.joining(", "));
    }

    /** Waits for a service and returns it; it is of the framework's class space, so reach it by reflection. */
    public Object service(String type, String filter) {
        Object[] found = new Object[1];
        Await.until("a service " + type + " " + filter, Duration.ofSeconds(60), () -> {
            ServiceReference<?> reference = find(type, filter);
            found[0] = reference == null ? null : context().getService(reference);
            return found[0] != null;
        });
        return found[0];
    }

    /** A service's reference, null if there is none. */
    public ServiceReference<?> find(String type, String filter) throws InvalidSyntaxException {
        ServiceReference<?>[] references = context().getAllServiceReferences(type, filter);
        return references == null ? null : references[0];
    }

    /** What a command of the shell prints or returns; by reflection, since the shell's types are the framework's. */
    public String shell(String command) throws Exception {
        Object processor = service("org.apache.felix.service.command.CommandProcessor", null);
        Class<?> sessions =
                processor.getClass().getClassLoader().loadClass("org.apache.felix.service.command.CommandSession");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Object session = processor
                .getClass()
                .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
                .invoke(processor, InputStream.nullInputStream(), out, out);
        try {
            Object result = sessions.getMethod("execute", CharSequence.class).invoke(session, command);
            return out.toString(StandardCharsets.UTF_8) + (result instanceof CharSequence ? result : "");
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            sessions.getMethod("close").invoke(session);
        }
    }

    /** Updates a bundle from its location; Felix gives up when another thread resolves just then, and it is tried again. */
    public static void update(Bundle bundle) {
        Await.until(bundle.getSymbolicName() + " is updated", Duration.ofSeconds(60), () -> {
            try {
                bundle.update();
                bundle.start();
                return true;
            } catch (BundleException e) {
                if (e.getMessage().contains("global lock")) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Refreshes bundles and everything wired to them, and waits until that is done. */
    public void refresh(List<Bundle> bundles) throws InterruptedException {
        java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);
        FrameworkListener listener = event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        };
        framework.adapt(FrameworkWiring.class).refreshBundles(bundles, listener);
        if (!done.await(30, java.util.concurrent.TimeUnit.SECONDS)) {
            throw new AssertionError("the refresh did not end within 30 s");
        }
    }

    @Override
    public void close() throws BundleException, InterruptedException, IOException {
        framework.stop();
        FrameworkEvent end = framework.waitForStop(60_000);
        if (end.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
            throw new AssertionError("the framework did not stop within 60 s: " + states());
        }
    }
}
