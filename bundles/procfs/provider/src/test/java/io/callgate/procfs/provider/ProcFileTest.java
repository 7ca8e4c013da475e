// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProcFileTest {

    private static final String PATH = "/proc/some";

    private final FakeLinux kernel = new FakeLinux();
    private final ProcFile file = new ProcFile(kernel, kernel, Path.of(PATH));

    private String read() throws IOException {
        return file.read(Cursor::rest);
    }

    @Test
    void isOpenedAtTheFirstReadAndReadAgain() throws IOException {
        AtomicInteger opens = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        kernel.script(PATH, () -> {
            opens.incrementAndGet();
            return FakeFile.text(() -> "text " + reads.incrementAndGet() + "\n");
        });
        assertThat(kernel.openDescriptors()).isEmpty();

        assertThat(read()).isEqualTo("text 1");
        assertThat(read()).isEqualTo("text 2");
        assertThat(opens).hasValue(1);
    }

    @Test
    void shortReadsArePutTogether() throws IOException {
        kernel.attribute(PATH, "0123456789\n").bytesPerCall(3);
        assertThat(read()).isEqualTo("0123456789");
    }

    @Test
    void aLongFileIsReadWhole() throws IOException {
        String large = "x".repeat(100_000);
        kernel.attribute(PATH, large);
        assertThat(read()).isEqualTo(large);
        kernel.value(PATH, "short");
        assertThat(read()).isEqualTo("short");
    }

    @Test
    void aFileWithoutAnEndIsRefused() {
        kernel.attribute(PATH, "x".repeat(17 << 20));
        assertThatThrownBy(this::read).hasMessage("/proc/some is longer than 16777216 bytes");
    }

    @Test
    void isOpenedAnewWhenWhatItToldOfHasGone() throws IOException {
        kernel.attribute(PATH, "first\n");
        read();
        kernel.attribute(PATH, "second\n");
        assertThat(read()).isEqualTo("second");
        assertThat(kernel.openDescriptors()).hasSize(1);
        kernel.remove(PATH);
        assertThatThrownBy(this::read).hasMessage("open /proc/some: ENOENT (No such file or directory)");
        assertThat(kernel.openDescriptors()).isEmpty();
        kernel.attribute(PATH, "third\n");
        assertThat(read()).isEqualTo("third");
    }

    @Test
    void anErrorIsToldAndTheNextReadTriesAnew() throws IOException {
        kernel.attribute(PATH, "text\n").fail("pread", PATH, Errno.EOPNOTSUPP);
        assertThatThrownBy(this::read).hasMessage("pread /proc/some: EOPNOTSUPP (Operation not supported)");
        assertThatThrownBy(this::read).hasMessageContaining("EOPNOTSUPP");
        kernel.mend("pread", PATH);
        assertThat(read()).isEqualTo("text");
        assertThat(kernel.openDescriptors()).hasSize(1);
    }

    @Test
    void aClosedOneStaysClosed() throws IOException {
        kernel.attribute(PATH, "text\n");
        read();
        file.close();
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThatThrownBy(this::read).isInstanceOf(ClosedFdException.class).hasMessage("/proc/some was closed");
    }
}
