// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HexDumpTest {

    @Test
    void itIsThatOfHexdump() {
        assertThat(HexDump.of("23456789abcdefghi\n".getBytes(StandardCharsets.US_ASCII), 2))
                .isEqualTo("""
                        00000002  32 33 34 35 36 37 38 39  61 62 63 64 65 66 67 68  |23456789abcdefgh|
                        00000012  69 0a                                             |i.|
                        00000014""");
    }

    @Test
    void linesThatRepeatAreAStar() {
        assertThat(HexDump.of(new byte[80], 0).lines()).hasSize(4).element(1).isEqualTo("*");
    }
}
