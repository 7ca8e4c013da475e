// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import io.callgate.sysfs.Attribute;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product's bundles on real drivers, in this JVM and as a process. */
@LabTest
class ProductLabTest {

    private static final String LUX = """
            {"path": "/sys/bus/i2c/devices/1-0039/lux1_input", "type": "integer", "unit": "lx"}
            """;

    @TempDir
    Path folder;

    @Test
    void anAttributeIsTheLightSensorsAndGoesAndComesWithIt() throws Exception {
        try (Product product = Product.start(folder, Map.of("io.callgate.sysfs.attribute~lux", LUX))) {
            Attribute lux = product.service(Attribute.class, "(callgate.name=lux)");
            assertThat(lux.read().asLong()).isEqualTo(38);

            I2cChip.LIGHT.remove();
            try {
                Await.until(
                        "the service is gone",
                        () -> product.framework().find(Attribute.class.getName(), "(callgate.name=lux)") == null);
            } finally {
                I2cChip.LIGHT.add();
            }
            product.service(Attribute.class, "(callgate.name=lux)");
        }
    }

    @Test
    void theGatewayRunsAsAProcessAndReadsTheSensor() throws Exception {
        try (Gateway gateway = new Gateway(Image.built(), folder.resolve("data")).start()) {
            gateway.shell(
                    "config:set",
                    "io.callgate.sysfs.attribute~lux",
                    "path=/sys/bus/i2c/devices/1-0039/lux1_input",
                    "type=integer");
            Await.until(
                    "the sensor is read",
                    () -> gateway.tryShell("sysfs:read", "lux").text().contains("38"));
            assertThat(gateway.terminate()).isZero();
        }
    }
}
