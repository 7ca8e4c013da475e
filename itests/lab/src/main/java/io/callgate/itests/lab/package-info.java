// SPDX-License-Identifier: Apache-2.0
/**
 * What tests in the kernel lab stand on: simulated GPIO chips and I2C registers, kernel functions as witnesses, the product's
 * bundles in this JVM, and whole machines driven from outside. {@code itests/lab/README.md} says how to write a test.
 */
package io.callgate.itests.lab;
