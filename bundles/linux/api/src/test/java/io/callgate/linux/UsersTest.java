// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsersTest {

    @Test
    void aUserWithoutANameIsItsNumber() {
        assertThat(Users.name(0)).isEqualTo("root");
        assertThat(Users.name(0xffff_fff0L)).isEqualTo("4294967280");
    }
}
