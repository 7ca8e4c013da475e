// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.health;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What {@link Health} holds the system against. */
@ObjectClassDefinition(name = "System health")
@interface Limits {

    @AttributeDefinition(description = "Seconds between two looks", min = "1")
    int intervalSeconds() default 10;

    @AttributeDefinition(description = "Highest load of one minute per processor", min = "0")
    double loadPerProcessor() default 2;

    @AttributeDefinition(description = "Highest part of the memory in use, in percent", min = "0", max = "100")
    double memoryPercent() default 90;

    @AttributeDefinition(
            description = "Highest part of 10 s in which tasks stalled, in percent",
            min = "0",
            max = "100")
    double pressurePercent() default 20;

    @AttributeDefinition(description = "Highest value of the attribute that attribute.target chooses, in its unit")
    double attributeHighest() default Double.MAX_VALUE;
}
