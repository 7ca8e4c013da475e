// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.platform.shell.Frames.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FramesTest {

    private Pipe pipe;
    private Frames reader;
    private Frames writer;

    @BeforeEach
    void open() throws IOException {
        pipe = Pipe.open();
        reader = new Frames(new OneWay(pipe.source(), null));
        writer = new Frames(new OneWay(null, pipe.sink()));
    }

    /** The client's half has the same test: the two must agree. */
    @Test
    void aFrameIsATypeABigEndianLengthAndThePayload() throws IOException {
        writer.write(new Frame(Frames.OUTPUT, new byte[] {'h', 'i'}));
        ByteBuffer bytes = ByteBuffer.allocate(100);
        pipe.source().read(bytes);
        assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {'O', 0, 0, 0, 2, 'h', 'i'}));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        writer.write(new Frame(Frames.INPUT, new byte[] {1, 2, 3}));
        writer.write(Frame.empty(Frames.NEED));
        pipe.sink().close();
        Frame first = reader.read();
        assertThat(first.type()).isEqualTo('I');
        assertThat(first.payload()).containsExactly(1, 2, 3);
        assertThat(reader.read().payload()).isEmpty();
        assertThat(reader.read()).isNull();
    }

    @Test
    void aConnectionThatBreaksInsideAFrameIsAnError() throws IOException {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'I', 0, 0, 0, 9, 1}));
        pipe.sink().close();
        assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
    }

    @Test
    void anAbsurdLengthIsRefusedBeforeItIsAllocated() throws IOException {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {'G', 'E', 'T', ' ', '/'}));
        assertThatThrownBy(reader::read).isInstanceOf(IOException.class).hasMessageContaining("no Callgate client");
    }
}
