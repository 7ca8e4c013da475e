// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waiting for the garbage collector. */
final class Collected {

    private static final long DEADLINE_SECONDS = 30;

    private Collected() {}

    /** Returns when an object made just now has been found dead. */
    static void await(Object witness) throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> reference = new PhantomReference<>(witness, queue);
        witness = null;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        do {
            System.gc();
        } while (queue.remove(50) == null && System.nanoTime() < deadline);
        Reference.reachabilityFence(reference);
    }

    /** Collects until something has come true. */
    static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + DEADLINE_SECONDS + " s");
            }
            await(new Object());
        }
    }
}
