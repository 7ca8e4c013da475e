// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

/** What the ladder can do. Nothing here waits for the application, which may be hung. */
interface Rungs {

    void restartComponent(Client.Id culprit);

    void restartBundle(Client.Id culprit);

    void restartGateway();

    /** False if the culprit's bundle is there no more: somebody has taken it away. */
    boolean isInstalled(Client.Id culprit);
}
