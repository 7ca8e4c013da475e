// SPDX-License-Identifier: Apache-2.0
/**
 * The launcher: one main class which {@code bin/callgate} calls, starting the framework from an image and a data
 * folder, or talking to a gateway that runs.
 *
 * <p>It knows no bundle by name: {@code start.list} of the image says which jars at which start levels, and
 * {@code framework.properties} what the features want of the framework. One JVM runs one framework; a framework that
 * wants to be restarted ends its JVM with {@link ExitCode#RESTART}, and {@code bin/callgate} starts the next.
 */
package io.callgate.runtime.launcher;
