// SPDX-License-Identifier: Apache-2.0
/**
 * What an application implements to take part in the platform, and what all commands do alike: tables, dumps, watches.
 *
 * <p>A component that takes the rule files which people drop into {@code deploy/}:
 *
 * <pre>{@code
 * @Component
 * public final class RuleFiles implements ArtifactHandler {
 *
 *     @Override
 *     public boolean accepts(Path file) {
 *         return file.getFileName().toString().endsWith(".rules");
 *     }
 *
 *     @Override
 *     public void installed(Path file) throws IOException {
 *         rules.put(file.getFileName(), Rules.parse(Files.readString(file)));
 *     }
 *
 *     @Override
 *     public void removed(Path file) {
 *         rules.remove(file.getFileName());
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.platform;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
