// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell.lamp;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;

/** A bundle with commands, as any bundle has them: good ones, and ones that fail in every way. */
public final class Lamp implements BundleActivator {

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void start(BundleContext context) {
        context.registerService(
                Lamp.class,
                this,
                new Hashtable<>(Map.of(
                        "callgate.name", "status-led",
                        "osgi.command.scope", "lamp",
                        "osgi.command.function",
                                new String[] {"set", "fail", "crash", "hang", "words", "interrupted", "chatter", "bell"
                                })));
        context.registerService(
                Runnable.class.getName(),
                // no service, as Declarative Services has none when the component throws; this bundle is one class
                Proxy.newProxyInstance(
                        Lamp.class.getClassLoader(),
                        new Class<?>[] {ServiceFactory.class},
                        (factory, call, of) -> null),
                new Hashtable<>(Map.of("osgi.command.scope", "lamp", "osgi.command.function", "dark")));
        for (String scope : List.of("bell", "callgate", "crane", "disk", "health")) {
            context.registerService(
                    Function.class,
                    (Function) (session, arguments) -> scope + " is well",
                    new Hashtable<>(Map.of("osgi.command.scope", scope, "osgi.command.function", "status")));
        }
    }

    @Override
    public void stop(BundleContext context) {
        never.countDown();
    }

    @Descriptor("switches a lamp")
    public String set(
            @Descriptor("say more")
                    @Parameter(
                            names = {"-v", "--verbose"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean verbose,
            String name,
            @Descriptor("on or off") String level) {
        return name + " is " + level;
    }

    public void fail() {
        throw new IllegalStateException("heater is held by \"gpioset\" (stop that program)\nand a second line");
    }

    public void crash() {
        throw new NullPointerException();
    }

    public String words(String[] words) {
        return List.of(words).toString();
    }

    /** Also the name of a scope. */
    public String bell() {
        return "up";
    }

    public void hang() throws InterruptedException {
        System.out.println("hanging");
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    /** Writes until it is interrupted, so that the interrupt meets it while it writes. */
    public void chatter() {
        while (!Thread.currentThread().isInterrupted()) {
            System.out.println("chatter");
        }
    }

    /** Whether the hanging command has been interrupted, or is within ten seconds. */
    public boolean interrupted() throws InterruptedException {
        return interrupted.await(10, TimeUnit.SECONDS);
    }
}
