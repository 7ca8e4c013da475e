// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MessageBufferTest {

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(8);
    private final MessageBuffer buffer = new MessageBuffer() {
        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public int priority() {
            return 0;
        }

        @Override
        public MessageBuffer priority(int priority) {
            return this;
        }

        @Override
        public long type() {
            return 1;
        }

        @Override
        public MessageBuffer type(long type) {
            return this;
        }
    };

    @Test
    void aShorterMessageReplacesALongerOne() {
        buffer.put("longest!").put("h\u00e9");
        assertThat(buffer.length()).isEqualTo(3);
        assertThat(buffer.copy()).containsExactly('h', 0xc3, 0xa9);
        assertThat(buffer.text()).isEqualTo("h\u00e9");
        assertThat(buffer.put(new byte[0]).text()).isEmpty();
    }

    @Test
    void thePositionIsNoPartOfTheMessage() {
        buffer.put("abc").bytes().position(2);
        assertThat(buffer.length()).isEqualTo(3);
        assertThat(buffer.text()).isEqualTo("abc");
        assertThat(buffer.put("xyz").text()).isEqualTo("xyz");
    }

    @Test
    void theNulOfACProgramIsNoPartOfTheText() {
        assertThat(buffer.put("abc\0\0").text()).isEqualTo("abc");
        assertThat(buffer.length()).isEqualTo(5);
        assertThat(buffer.put("\0").text()).isEmpty();
    }

    @Test
    void aMessageThatIsTooLongIsRefusedAndTheOldOneStays() {
        buffer.put("old");
        assertThatThrownBy(() -> buffer.put("ninebytes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a message of 9 bytes, its queue takes at most 8");
        assertThat(buffer.text()).isEqualTo("old");
    }
}
