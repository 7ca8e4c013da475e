// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.fifo.provider.Framing.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in a stream of bytes, however it is cut. */
class DeframerTest {

    private static final Framing LINES = framing(Kind.LINE, 10);
    private static final Framing LENGTHS = framing(Kind.LENGTH, 10);

    private static Framing framing(Kind kind, int recordBytes) {
        return new Framing(kind, recordBytes, kind == Kind.LENGTH ? 2 : 0, ByteOrder.BIG_ENDIAN);
    }

    /** What is found after each piece of the stream. */
    private static List<String> found(Framing framing, Deframer deframer, ByteBuffer chunk, byte[]... pieces) {
        List<String> found = new ArrayList<>();
        ByteBuffer record = ByteBuffer.allocate(framing.recordBytes());
        for (byte[] piece : pieces) {
            assertThat(deframer.room()).isGreaterThanOrEqualTo(piece.length);
            chunk.put(deframer.end(), piece);
            deframer.filled(piece.length);
            while (deframer.next(record.capacity())) {
                deframer.copy(record);
                found.add(StandardCharsets.ISO_8859_1.decode(record.duplicate()).toString());
            }
        }
        return found;
    }

    private static List<String> found(Framing framing, String... pieces) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(Deframer.chunkBytes(framing));
        byte[][] bytes = new byte[pieces.length][];
        for (int i = 0; i < pieces.length; i++) {
            bytes[i] = bytes(pieces[i]);
        }
        return found(framing, new Deframer(framing, chunk), chunk, bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void linesWhereverTheyAreCut() {
        assertThat(found(LINES, "one\ntw", "o\n", "\n", "three", "\nfour")).containsExactly("one", "two", "", "three");
    }

    @Test
    void aLineThatIsTooLongIsDroppedAndTheNextIsFound() {
        assertThat(found(LINES, "0123456789\n0123456789x\nnext\n")).containsExactly("0123456789", "next");
        assertThat(found(LINES, "0123456789xx", "yyyyyyyyyyyyyyyyyyyy", "zz\nnext\n"))
                .containsExactly("next");
    }

    @Test
    void lengthsBeforeRecords() {
        assertThat(found(LENGTHS, "\0\3one\0", "\3t", "wo\0\0\0\1x")).containsExactly("one", "two", "", "x");
    }

    @Test
    void aLengthThatIsTooMuchIsSkipped() {
        assertThat(found(LENGTHS, "\0\f012345678", "9ab\0\1x")).containsExactly("x");
    }

    @Test
    void fixedRecordsAndRawBytes() {
        assertThat(found(framing(Kind.FIXED, 3), "abcde", "f", "gh")).containsExactly("abc", "def");
        assertThat(found(framing(Kind.RAW, 3), "abcde", "f")).containsExactly("abc", "de", "f");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LINE", "LENGTH", "FIXED"})
    void theEndOfFileInARecordIsATornOne(Kind kind) {
        Framing framing = framing(kind, 10);
        ByteBuffer chunk = ByteBuffer.allocateDirect(Deframer.chunkBytes(framing));
        Deframer deframer = new Deframer(framing, chunk);
        assertThat(found(framing, deframer, chunk, bytes("\0\5hal"))).isEmpty();
        deframer.endOfFile();
        deframer.endOfFile();
        assertThat(deframer.torn()).isOne();
        assertThat(found(framing, deframer, chunk, bytes("\0\7seven+\n"))).isNotNull();
    }

    /** Random records, cut at random places, with a successor now and then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsEncodedIsFoundHoweverItIsCutAlsoByASuccessor(long seed) {
        Random random = new Random(seed);
        for (Kind kind : List.of(Kind.LINE, Kind.LENGTH, Kind.FIXED)) {
            Framing framing = framing(kind, 200);
            List<String> sent = new ArrayList<>();
            ByteBuffer stream = ByteBuffer.allocate(1 << 20);
            ByteBuffer frame = ByteBuffer.allocate(framing.frameBytes());
            for (int i = 0; i < 1000; i++) {
                String record = record(random, kind);
                sent.add(record);
                stream.put(frame.array(), 0, framing.encode(ByteBuffer.wrap(bytes(record)), frame));
            }
            stream.flip();
            assertThat(cut(framing, stream, random)).isEqualTo(sent);
        }
    }

    private static String record(Random random, Kind kind) {
        StringBuilder record = new StringBuilder();
        int length = kind == Kind.FIXED ? 200 : random.nextInt(201);
        for (int i = 0; i < length; i++) {
            char next = (char) random.nextInt(256);
            record.append(next == '\n' && kind == Kind.LINE ? ' ' : next);
        }
        return record.toString();
    }

    private static List<String> cut(Framing framing, ByteBuffer stream, Random random) {
        List<String> found = new ArrayList<>();
        ByteBuffer chunk = ByteBuffer.allocateDirect(Deframer.chunkBytes(framing));
        Deframer deframer = new Deframer(framing, chunk);
        while (stream.hasRemaining()) {
            byte[] piece = new byte[Math.min(stream.remaining(), 1 + random.nextInt(1000))];
            stream.get(piece);
            found.addAll(found(framing, deframer, chunk, piece));
            if (random.nextInt(20) == 0) {
                ByteBuffer next = ByteBuffer.allocateDirect(Deframer.chunkBytes(framing));
                Deframer successor = new Deframer(framing, next);
                successor.restore(deframer.state());
                deframer = successor;
                chunk = next;
            }
        }
        return found;
    }

    @Test
    void aSuccessorGoesOnDroppingWhatIsTooLong() {
        ByteBuffer chunk = ByteBuffer.allocateDirect(Deframer.chunkBytes(LINES));
        Deframer deframer = new Deframer(LINES, chunk);
        found(LINES, deframer, chunk, bytes("0123456789abcdef"));
        ByteBuffer next = ByteBuffer.allocateDirect(Deframer.chunkBytes(LINES));
        Deframer successor = new Deframer(LINES, next);
        successor.restore(deframer.state());
        assertThat(found(LINES, successor, next, bytes("more\nx\n"))).containsExactly("x");
    }

    @Test
    void whatCouldNotBeToldApartIsRefused() {
        assertThatThrownBy(() -> LINES.check(ByteBuffer.wrap(bytes("a\nb")))).hasMessageContaining("newline");
        assertThatThrownBy(() -> LINES.check(ByteBuffer.allocate(11))).hasMessageContaining("recordBytes is 10");
        assertThatThrownBy(() -> framing(Kind.FIXED, 3).check(ByteBuffer.allocate(2)))
                .hasMessageContaining("all have 3");
        LENGTHS.check(ByteBuffer.wrap(bytes("a\nb")));
    }

    @Test
    void lengthsHaveTheOrderOfBytesThatIsConfigured() {
        ByteBuffer out = ByteBuffer.allocate(16);
        new Framing(Kind.LENGTH, 1000, 4, ByteOrder.LITTLE_ENDIAN).encode(ByteBuffer.allocate(3), out);
        assertThat(out.array()).startsWith(3, 0, 0, 0, 0);
        new Framing(Kind.LENGTH, 1000, 4, ByteOrder.BIG_ENDIAN).encode(ByteBuffer.allocate(3), out);
        assertThat(out.array()).startsWith(0, 0, 0, 3, 0);
    }
}
