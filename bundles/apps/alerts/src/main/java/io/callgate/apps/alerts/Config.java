// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.alerts;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where {@link Alerts} finds its thresholds, and whom it tells. */
@ObjectClassDefinition(name = "Alerts", description = "Takes failures to a message queue")
@interface Config {

    @AttributeDefinition(
            description =
                    "File with lines load=LIMIT (of one minute, per processor) and memory=LIMIT (used, in percent);"
                            + " read anew on SIGUSR1")
    String thresholds();

    @AttributeDefinition(required = false, description = "Seconds between two looks", min = "1")
    int intervalSeconds() default 10;

    @AttributeDefinition(required = false, description = "Which queue, a filter; without it the queue named alerts")
    String queue_target() default "(callgate.name=alerts)";
}
