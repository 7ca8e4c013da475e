// SPDX-License-Identifier: Apache-2.0
/**
 * The deployer: makes the bundles follow the files. Who calls whom:
 *
 * <pre>
 *   kernel (inotify)      service, bundle events     shell, doctor
 *          |                        |                     |
 *          v                        |                     v
 *   Door: FolderWatch               |           DeployCommands, Why
 *          | changed, gone, rescan  | something came      | rows, retry
 *          v                        v                     v
 *   +--------------------------- Deployer ---------------------------+   all on one Agenda (thread, time)
 *   |  1 reads     2 decides      3 does       4 judges    5 tells   |
 *   +-----|------------|-------------|------------|-----------|------+
 *         v            v             v            v           v
 *    DropFolder     Planner        Fleet       Trials      Report     rows for the shell, lines for the Journal
 *     |      |       |    |        |   |       Probation   Memory     Ledger on the disk
 *     v      v       v    v        v   v          |
 * Artifacts  |   Chooser  |   Wirings  SelfUpdate |
 * Handlers   |    (Pick)  |   (refresh, (its own  |
 *            v            v    rewire)   thread)  v
 *      ContentStore   Resolvable             Components
 *      JarCheck       Requirement,           (SCR, if there)
 *      BundleManifest Capability
 *      Content
 * </pre>
 *
 * <p>Between them go a {@link io.callgate.platform.deploy.Drop} (a file), a {@link io.callgate.platform.deploy.Pick} (the
 * content that a symbolic name should have) and a {@link io.callgate.platform.deploy.Change} (a bundle's part in a
 * batch). {@link io.callgate.platform.deploy.Inventory} says what the framework has now.
 */
package io.callgate.platform.deploy;
