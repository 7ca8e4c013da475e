// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the product's OSGi Features (Compendium R8, chapter 159), one per mechanism, and makes of them what runs.
 *
 * <p>Nothing here, and nothing in the build, lists the mechanisms: a feature is a JSON file in the features folder, the
 * product is all of them merged, and a bundle of ours is found by its name alone.
 *
 * <pre>{@code
 * Features features = Features.read(root.resolve("features/target/classes/features"));
 * Artifacts artifacts = new Artifacts(root, root.resolve("features/target/repository"));
 * StartPlan plan = StartPlan.of(features.merged("procfs"), artifacts);   // procfs and what it requires
 * plan.bundles();      // start level and jar, in the order of installation
 * plan.properties();   // framework launching properties
 * }</pre>
 */
package io.callgate.features;
